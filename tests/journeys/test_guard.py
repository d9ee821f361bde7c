"""The hint before sending, in a real browser; and files from a phone."""

import re
from urllib.parse import parse_qs

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import Attachment, Conference, Question
from tests.journeys.people import PHONE, at_the_browser
from tests.sessions.test_attachments import jpeg, told

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def form(world, browser, live_server):
    """The form for a question on a phone, its window open."""
    now = timezone.now()
    Conference.objects.filter(pk=world.conference.pk).update(
        asks_open_at=now - timezone.timedelta(days=1),
        asks_close_at=now + timezone.timedelta(days=5),
        starts_at=now + timezone.timedelta(days=9),
        ends_at=now + timezone.timedelta(days=9, hours=3),
    )
    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        yield staff.goes_to(f"/conferences/{world.conference.pk}/ask/")


TELLING = [
    ("Anh LE QUOC CUONG nói với tôi hôm qua.", "name"),
    ("Chị hồng gấm cũng biết việc này", "name"),
    ("Gọi cho tôi số 0912 345 678 nhé", "phone"),
    ("Thư về ai.do@example.vn", "mail"),
    ("CCCD 001099012345", "number"),
    ("Tôi là Đức ở phòng Tổ chức", "self"),
    ("Đề nghị sửa mái che khu để xe trước mùa mưa năm 2026.", None),
    ("Lê thê quá, quốc lộ thì cường điệu.", None),
]


def test_a_hint_where_a_text_tells_and_nothing_leaves_the_browser(form):
    asked = []
    form.page.wait_for_load_state("networkidle")
    form.page.on("request", lambda request: asked.append(request.url))
    hint = form.page.locator(".guard-hint")
    for text, kind in TELLING:
        form.page.fill("#id_text", text)
        form.page.wait_for_timeout(900)
        shown = form.page.locator("[data-guard-kind]:visible").all()
        found = [one.get_attribute("data-guard-kind") for one in shown]
        assert (kind in found) if kind else found == [], text
        assert hint.is_visible() == bool(kind), text
    form.page.fill("#id_text", TELLING[0][0])
    expect(hint).to_be_visible()
    form.finds_the_page_usable()
    assert [url for url in asked if not url.endswith("favicon.svg")] == []


def test_what_is_written_leaves_the_browser_when_asked_for_and_in_no_address(form):
    """J-06: it was sent in an address at each pause, the fold closed, and past 4 KB into a log."""
    sent = []
    form.page.wait_for_load_state("networkidle")
    form.page.on("request", lambda request: sent.append(request))
    form.page.locator("#id_text").press_sequentially("CANARY mái che khu để xe")
    form.page.wait_for_timeout(1_500)
    form.page.click("details.similar summary")
    form.page.wait_for_timeout(1_200)
    assert sent == []

    form.presses("details.similar button").reads("Chưa có câu trả lời nào tương tự")
    form.page.click("details.similar summary")

    (asked,) = sent
    assert (asked.method, "CANARY" in asked.url) == ("POST", False)
    assert set(parse_qs(asked.post_data)) == {"csrfmiddlewaretoken", "text"}


def test_no_name_is_on_the_page(form):
    page = form.page.content()
    assert "Lê Quốc Cường" not in page
    assert re.search(r'data-guard-hashes="([0-9a-f]{12} )+"', page)


def test_a_picture_from_the_phone(form, world):
    form.finds_the_page_usable()
    form.types(text="Xem ảnh.").chooses(theme=str(world.themes[0].pk))
    form.page.set_input_files(
        "[name='files']",
        [{"name": "Đỗ Minh Đức.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}],
    )
    form.presses("main form.sheet p.actions button.btn-primary")
    expect(form.page.locator("#receipt-code")).to_be_visible()
    form.page.click("[data-receipt-kept]")
    attachment = Attachment.objects.get()
    form.goes_to(f"/questions/{attachment.question_id}/").finds_the_page_usable()
    with form.page.expect_download() as download:
        form.page.click(".attachments a")
    assert download.value.suggested_filename == "dinh-kem-1.jpg"
    assert not told(download.value.path().read_bytes())


def test_letters_of_an_old_font_are_shown_as_they_would_read(form, world):
    form.types(text="Ñeà nghò laõnh ñaïo coâng khai tieâu chí naâng löông")
    form.chooses(theme=str(world.themes[0].pk))
    form.presses("main form.sheet p.actions button.btn-primary")
    expect(form.page.locator(".old-letters")).to_contain_text(
        "Đề nghị lãnh đạo công khai tiêu chí nâng lương"
    )
    form.finds_the_page_usable()
    form.page.check("[name='text-letters'][value='convert']")
    form.presses("main form.sheet p.actions button.btn-primary")
    expect(form.page.locator("#receipt-code")).to_be_visible()
    assert Question.objects.get().text == "Đề nghị lãnh đạo công khai tiêu chí nâng lương"
