"""An empty installation in a real browser: from the console's link to the first office."""

import re

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from committees.domain import sending
from committees.models import Committee, Membership
from tests.accounts.factors import code_of
from tests.journeys.people import DESK, Person
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NAMES = {
    "bloc": ("Đảng ủy Khối các cơ quan Trung ương tại thành phố", "ĐUK"),
    "board": ("Ban Tuyên giáo và Dân vận", "BTGDV"),
    "first": ("Đảng ủy Viện Nghiên cứu Quản lý kinh tế và Phát triển bền vững", "ĐUV"),
}


def test_from_the_consoles_link_to_the_first_office(live_server, browser, settings, capsys):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.BASE_URL = live_server.url
    call_command("make_administrator", "quan-tri@don-vi.example", "Nguyễn Thị Hòa")
    link = re.search(r"http\S+?(/accounts/invitation/\S+)", capsys.readouterr().out)[1]
    context = browser.new_context(viewport=DESK, locale="vi-VN")
    person = Person(context.new_page(), live_server.url)
    page = person.page

    person.goes_to(link)
    person.types(password1=PASSWORD, password2=PASSWORD).presses("main form button.btn-primary")
    person.reads("lớp xác thực thứ hai").presses("main a.btn-primary")
    person.types(code=code_of(page.locator("#factor-key").text_content()))
    person.presses("main form button.btn-primary").presses("main a.btn-primary")

    expect(page.locator("h1")).to_have_text("Thiết lập ban đầu")
    person.looks("setup-empty")

    for kind in ("bloc", "board"):
        name, symbol = NAMES[kind]
        person.presses(f"main a[href='/setup/{kind}/']").finds_the_page_usable()
        person.types(name=name, symbol=symbol).presses("main form button.btn-primary")
        person.reads(name)

    person.presses("main a[href='/committees/ban/people/add/']").finds_the_page_usable()
    person.types(full_name="Ngô Đình Lâm", email="lam@don-vi.example").chooses(role="head")
    person.presses("main form button.btn-primary")

    person.goes_to("/setup/").presses("main a[href='/committees/new/']").finds_the_page_usable()
    name, symbol = NAMES["first"]
    person.types(code="vien", name=name, symbol=symbol, place="Hà Nội")
    person.chooses(kind="above_base").presses("main form button.btn-primary")
    person.goes_to("/setup/").reads(name).reads("Ngô Đình Lâm").looks("setup-no-office")
    for more in ("/committees/new/", "/import/committees/"):  # one is not all of them
        expect(page.locator(f"main a[href='{more}']")).to_be_visible()

    person.presses("main a[href='/committees/vien/people/add/']")
    person.types(full_name="Đỗ Thị Ánh", email="anh@don-vi.example").chooses(role="secretary")
    person.presses("main form button.btn-primary")
    person.goes_to("/setup/").reads("Văn phòng đầu tiên").looks("setup-ready")

    sending.send_everything_due(at=timezone.now())
    assert sorted(one.to[0] for one in mail.outbox) == ["anh@don-vi.example", "lam@don-vi.example"]
    assert "Đỗ Thị Ánh" in mail.outbox[0].body + mail.outbox[1].body

    assert [one.name for one in Committee.objects.order_by("pk")] == [n for n, _ in NAMES.values()]
    assert Membership.objects.count() == 2
    assert person.complaints == []
    context.close()
