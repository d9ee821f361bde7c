"""A real browser: an invited secretary sets a password and an app, then signs in by passkey."""

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from committees.domain import sending
from committees.domain.invitations import invite
from committees.models import Membership, Role, User
from tests.accounts.factors import code_of
from tests.accounts.test_invitations import link_in
from tests.journeys.people import PHONE, Person
from tests.world import LONG_AGO, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def nga(world):
    """A new secretary, who has been invited."""
    user = User.objects.create(username="nga.lythi", email="nga@vidu.vn", full_name="Lý Thị Nga")
    user.set_unusable_password()
    user.save()
    Membership.objects.create(
        user=user, committee=world.host, role=Role.SECRETARY, starts_on=LONG_AGO
    )
    invite(user, by=world.head, at=timezone.now())
    return user


def give_a_telephone(page):
    """Let the browser have an authenticator that knows its owner."""
    client = page.context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    client.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_from_the_invitation_to_a_passkey(live_server, browser, nga, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.BASE_URL = live_server.url
    sending.send_everything_due(at=timezone.now())
    link = link_in(mail.outbox[-1])
    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    person = Person(context.new_page(), live_server.url)
    page = person.page
    give_a_telephone(page)

    person.goes_to(link).finds_the_page_usable()
    person.types(password1=PASSWORD, password2=PASSWORD).presses("main form button.btn-primary")
    person.reads("lớp xác thực thứ hai").finds_the_page_usable()
    person.presses("main a.btn-primary").finds_the_page_usable()
    key = page.locator("#factor-key").text_content()
    person.types(code=code_of(key)).presses("main form button.btn-primary")
    person.reads("Mã dự phòng").finds_the_page_usable()
    assert page.locator(".recovery-codes li").count() == 10
    person.presses("main a.btn-primary")
    expect(page.locator("h1")).to_have_text("Việc cần làm")

    person.goes_to("/accounts/factor/passkeys/add/").finds_the_page_usable()
    page.check("[name=passwordless]")
    person.presses("main form button.btn-primary").reads("Đã thêm khóa truy cập")
    person.goes_to("/accounts/factor/passkeys/").finds_the_page_usable()
    signs_out(person)

    person.goes_to("/accounts/login/").finds_the_page_usable()
    person.presses("form[data-passkey] button")
    expect(page.locator("h1")).to_have_text("Việc cần làm")
    person.goes_to("/people/").goes_to("/accounts/factor/").finds_the_page_usable()

    signs_out(person)
    person.goes_to("/accounts/login/").types(login="nga@vidu.vn", password=PASSWORD)
    person.presses("main form button.btn-primary").finds_the_page_usable()
    person.presses("form[data-passkey] button")
    expect(page.locator("h1")).to_have_text("Việc cần làm")
    assert person.complaints == []
    context.close()


def signs_out(person):
    """On a telephone the account stands in the menu."""
    if person.page.is_visible(".top-button"):
        person.page.click(".top-button")
    person.page.click(".menu summary")
    person.presses(".menu-body form button")
