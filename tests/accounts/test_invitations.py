"""From the office's list to the first page: a link in place of a password."""

import datetime as dt
import re
import smtplib

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.domain import invitations, sending
from committees.domain.importing import apply_import, check_file
from committees.models import AccountLetter, Invitation, Membership, ResetOrder, User
from foundation.models import MailChannel
from tests.accounts.factors import code, give_app
from tests.accounts.ways import is_signed_in, sign_in
from tests.committees.sheets import PEOPLE, upload, xlsx
from tests.world import LONG_AGO, PASSWORD, day

pytestmark = pytest.mark.django_db
ADD = "/committees/A01/people/add/"
NGA = {
    "full_name": "Lý Thị Nga",
    "email": "nga@vidu.vn",
    "role": "staff",
    "starts_on": "01/06/2026",
}
CHOSEN = {"password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture(autouse=True)
def letters(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


@pytest.fixture
def nga(clerk):
    """Somebody whom the clerk has just added."""
    assert clerk.post(ADD, NGA).status_code == 302
    return User.objects.get(email="nga@vidu.vn")


def send_all():
    return sending.send_everything_due(at=timezone.now())


def link_in(letter):
    return re.search(r"http://[^/]+(/accounts/\S+)", letter.body)[1]


@pytest.fixture
def link(nga):
    send_all()
    return link_in(mail.outbox[-1])


def words(answer):
    return answer.content.decode()


# --- the way ---------------------------------------------------------------------------


def test_who_is_added_gets_a_link_sets_the_password_and_is_in(nga, link):
    (letter,) = mail.outbox
    assert letter.to == ["nga@vidu.vn"]
    them = Client()

    page = them.get(link)
    assert "Lý Thị Nga" in words(page)
    assert nga.username in words(page)
    answer = them.post(link, CHOSEN)

    assert answer.status_code == 302
    assert is_signed_in(them)
    assert not them.cookies["session"]["expires"]
    assert sign_in(Client(), "nga@vidu.vn").status_code == 302


def test_the_letter_holds_nothing_secret_but_the_link(nga, link):
    (letter,) = mail.outbox
    whole = letter.message().as_string() + letter.body + letter.alternatives[0][0]

    for word in (nga.username, "A01", "Viện Minh Hòa", nga.password, "Cán bộ"):
        assert word not in whole


def test_only_a_hash_of_the_link_is_kept(nga, link):
    token = link.rstrip("/").split("/")[-1]
    kept = repr(Invitation.objects.values_list())

    assert len(token) >= 43
    assert token not in kept


def test_the_link_works_once(nga, link):
    Client().post(link, CHOSEN)

    answer = Client().post(
        link, {"password1": "mot-cau-khac-2027", "password2": "mot-cau-khac-2027"}
    )

    assert answer.status_code == 410
    assert Client().get(link).status_code == 410
    assert sign_in(Client(), "nga@vidu.vn").status_code == 302


def test_looking_at_the_link_uses_nothing_up(nga, link):
    for _ in range(3):
        assert Client().get(link).status_code == 200


@pytest.mark.parametrize(("days", "status"), [(6.9, 200), (7.1, 410)])
def test_the_link_works_for_seven_days(nga, link, days, status):
    days_gone = dt.timedelta(days=days)
    Invitation.objects.update(expires_at=nga.invitation.expires_at - days_gone)

    assert Client().get(link).status_code == status


def test_it_runs_for_seven_days_from_sending(nga, link):
    invitation = nga.invitation

    assert invitation.expires_at - invitation.sent_at == dt.timedelta(days=7)


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "á", "'--", "x" * 2_000])
def test_a_link_that_was_made_up_opens_nothing(world, token):
    assert Client().get(f"/accounts/invitation/{token}/").status_code in (400, 404, 410)


def test_a_bad_password_is_refused_and_the_link_goes_on_working(nga, link):
    for first, second in (("123", "123"), (PASSWORD, "khac"), ("", "")):
        answer = Client().post(link, {"password1": first, "password2": second})
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "Đề nghị nhập lại mật khẩu." in page  # none is sent back
        assert "vẫn được giữ" not in page

    assert Client().post(link, CHOSEN).status_code == 302


def test_an_account_that_was_closed_cannot_be_opened(nga, link):
    User.objects.filter(pk=nga.pk).update(is_active=False)

    assert Client().post(link, CHOSEN).status_code == 410


def test_somebody_elses_session_on_the_same_machine_ends(nga, link, world):
    sign_in(them := Client(), "staff")

    them.post(link, CHOSEN)

    assert them.get("/").context["user"] == nga


# --- a second factor is no less demanded ------------------------------------------------


def test_a_new_secretary_is_led_to_a_second_factor(client, world, settings):
    settings.SECOND_FACTOR_REQUIRED = False
    client.force_login(world.head)
    client.post(ADD, NGA | {"role": "secretary"})
    send_all()
    settings.SECOND_FACTOR_REQUIRED = True
    them = Client()

    them.post(link_in(mail.outbox[-1]), CHOSEN)

    assert them.get("/people/").url == reverse("mfa_index")
    page = them.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert "<svg" in words(page)


def test_who_has_a_factor_already_must_show_it(nga, link, settings):
    give_app(nga)
    them = Client()

    answer = them.post(link, CHOSEN)

    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(them)
    them.post(answer.url, {"code": code()})
    assert is_signed_in(them)


def test_somebody_elses_session_is_no_way_around_it(nga, link, world):
    give_app(nga)
    sign_in(them := Client(), "staff")

    answer = them.post(link, CHOSEN)

    assert answer.url == reverse("mfa_authenticate")
    assert not is_signed_in(them)
    assert them.get(answer.url).status_code == 200


def test_a_password_reset_signs_nobody_in(world, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    give_app(world.secretary)
    them = Client()
    them.post(reverse("account_reset_password"), {"email": "secretary@example.vn"})
    send_all()

    page = them.get(link_in(mail.outbox[-1]), follow=True)
    new = {"password1": "mot-cau-khac-2027", "password2": "mot-cau-khac-2027"}
    assert them.post(page.request["PATH_INFO"], new).status_code == 302

    assert not is_signed_in(them)
    answer = sign_in(them, "secretary", "mot-cau-khac-2027")
    assert answer.url == reverse("mfa_authenticate")


# --- again, and for many ----------------------------------------------------------------


def test_sending_again_makes_the_earlier_link_worthless(nga, link, clerk):
    page = reverse("committees:member_invite", args=["A01", nga.memberships.get().pk])

    assert clerk.post(page).status_code == 302
    assert Client().get(link).status_code == 410
    send_all()

    assert Client().get(link_in(mail.outbox[-1])).status_code == 200


def test_who_has_a_password_is_not_invited(clerk, world):
    page = reverse("committees:member_invite", args=["A01", world.staff.memberships.get().pk])

    answer = clerk.post(page, follow=True)

    assert "đã đặt mật khẩu" in words(answer)
    assert not Invitation.objects.exists()


def test_whose_role_one_may_not_give_one_may_not_invite(clerk, world):
    page = reverse("committees:member_invite", args=["A01", world.secretary.memberships.get().pk])

    assert clerk.post(page).status_code == 403
    assert clerk.get(page).status_code == 405


def test_another_committee_invites_nobody_here(client, world):
    client.force_login(world.other_secretary)
    pk = world.staff.memberships.get().pk

    for page in (f"/committees/A01/people/{pk}/invite/", "/committees/A01/people/invite/"):
        assert client.post(page).status_code == 404


def test_imported_people_are_invited_by_one_button(clerk, world):
    rows = [[f"Lý Thị Nga {n}", f"nga{n}@vidu.vn", "A01", "Cán bộ"] for n in (1, 2, 3)]
    draft = check_file(
        upload(xlsx(PEOPLE, *rows)), kind="people", by=world.clerk, at=timezone.now()
    )
    apply_import(draft, by=world.clerk, at=timezone.now())
    assert not Invitation.objects.exists()
    assert "Gửi 3 lời mời" in words(clerk.get("/committees/A01/people/"))

    clerk.post("/committees/A01/people/invite/")

    assert send_all() == 3
    assert {letter.to[0] for letter in mail.outbox} == {row[1] for row in rows}
    clerk.post("/committees/A01/people/invite/")
    assert send_all() == 0
    assert "Đã mời ngày" in words(clerk.get("/committees/A01/people/"))


def test_thousands_are_invited_with_a_handful_of_questions(
    clerk, world, django_assert_max_num_queries
):
    people = User.objects.bulk_create(
        User(username=f"n{n}", email=f"n{n}@vidu.vn", full_name=f"Người {n}", password="!")
        for n in range(2_000)
    )
    Membership.objects.bulk_create(
        Membership(user=user, committee=world.host, role="staff", starts_on=LONG_AGO)
        for user in people
    )

    with django_assert_max_num_queries(20):
        clerk.post("/committees/A01/people/invite/")

    assert Invitation.objects.filter(next_try_at__isnull=False).count() == 2_000


def test_without_a_broker_the_letter_waits_for_the_timer(
    world, dead_broker, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = Client().post(reverse("account_reset_password"), {"email": "staff@example.vn"})

    assert answer.status_code == 302
    assert send_all() == 1


def test_the_administrator_sets_nobodys_password(client, world):
    admin = User.objects.create_superuser("admin", "admin@example.vn", "x", full_name="Quản trị")
    client.force_login(admin)

    page = f"/admin/committees/user/{world.staff.pk}/password/"
    assert client.post(page, {"password1": "x" * 20, "password2": "x" * 20}).status_code != 200
    world.staff.refresh_from_db()
    assert not world.staff.check_password("x" * 20)


# --- when the mail server is down -------------------------------------------------------


def test_a_letter_that_could_not_be_sent_is_tried_again(nga, monkeypatch):
    def refuse(*_args, **_more):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("committees.emails.mail.send", refuse)
        assert send_all() == 0
    invitation = Invitation.objects.get()
    assert (invitation.tries, invitation.token_hash, invitation.sent_at) == (1, "", None)
    assert send_all() == 0  # not before its time

    assert sending.waiting(at=timezone.now() + dt.timedelta(minutes=1)) == ([invitation.pk], [], [])
    Invitation.objects.update(next_try_at=timezone.now())
    assert send_all() == 1
    assert Client().get(link_in(mail.outbox[-1])).status_code == 200


def test_ringing_twice_sends_one_letter(nga):
    assert sending.send_invitation(nga.invitation.pk) is True
    assert sending.send_invitation(nga.invitation.pk) is False
    assert len(mail.outbox) == 1


def test_a_reset_for_nobody_sends_nothing_and_leaves_nothing(world):
    Client().post(reverse("account_reset_password"), {"email": "khong-co-ai@example.vn"})

    assert send_all() == 0
    assert (mail.outbox, ResetOrder.objects.count()) == ([], 0)


def test_a_future_role_may_be_invited_too(clerk):
    clerk.post(ADD, NGA | {"starts_on": f"{day(400):%d/%m/%Y}"})

    assert send_all() == 1


@pytest.fixture
def refusing(monkeypatch):
    """The mail server hangs up on every letter."""

    def refuse(*_args, **_more):
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("committees.emails.mail.send", refuse)


@pytest.fixture(params=["reset", "letter"])
def waiting(request, world):
    """A letter that waits to be sent: (its row's model, how it is sent)."""
    if request.param == "reset":
        Client().post(reverse("account_reset_password"), {"email": world.staff.email})
        return ResetOrder, sending.send_reset
    inside = Client()
    sign_in(inside, "staff")
    inside.post(reverse("account_email"), {"new_email": "duc.moi@vidu.vn"})
    AccountLetter.objects.exclude(to="duc.moi@vidu.vn").delete()
    return AccountLetter, sending.send_letter


def test_every_letter_is_tried_again_and_given_up_at_last(waiting, refusing):
    model, send = waiting
    row = model.objects.get()

    assert send(row.pk) is False
    row.refresh_from_db()
    assert (row.tries, row.next_try_at > timezone.now()) == (1, True)
    assert send(row.pk) is False  # not before its time
    assert model.objects.get().tries == 1

    model.objects.update(tries=sending.GIVE_UP_AFTER - 1, next_try_at=timezone.now())
    assert send(row.pk) is False
    assert not model.objects.exists()


def test_an_invitation_that_is_given_up_stays_for_the_office_to_send_anew(nga, refusing):
    Invitation.objects.update(tries=sending.GIVE_UP_AFTER - 1)

    assert sending.send_invitation(nga.invitation.pk) is False

    kept = Invitation.objects.get()
    assert (kept.tries, kept.next_try_at) == (sending.GIVE_UP_AFTER, None)


def test_a_server_that_pauses_costs_a_letter_no_try(waiting, monkeypatch):
    model, send = waiting
    pause = timezone.now() + dt.timedelta(hours=1)

    def refuse(*_args, **_more):
        MailChannel.objects.update_or_create(
            host=settings.EMAIL_HOST, defaults={"paused_until": pause}
        )
        raise smtplib.SMTPServerDisconnected

    monkeypatch.setattr("committees.emails.mail.send", refuse)

    assert send(model.objects.get().pk) is False

    row = model.objects.get()
    assert (row.tries, row.next_try_at) == (0, pause)


def test_two_who_follow_the_link_at_once_set_one_password(nga, link):
    """Both pages were open; the second finds that the link has done its work."""
    invitation = Invitation.objects.get()
    invitations.accept_invitation(invitation, password="mot-cau-dau-2027", at=timezone.now())

    with pytest.raises(invitations.InvitationNotValid):
        invitations.accept_invitation(invitation, password="mot-cau-sau-2027", at=timezone.now())

    nga.refresh_from_db()
    assert nga.check_password("mot-cau-dau-2027")
