"""Another address, and the way back into an account: three days, told at once, a new pseudonym."""

import datetime as dt
import re
import uuid

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.accounts.models import AccountLetter, Recovery
from committees.domain import addresses, recovering, sending
from committees.domain.importing import apply_import, check_file
from committees.models import Invitation, Membership, User
from foundation.clock import day_of
from foundation.models import AuditEntry
from sessions.askers import receipts, unsealing
from sessions.askers.identity import is_asker, questions_of
from sessions.domain.questions import submit_question
from tests.accounts.factors import give_app, show_factor
from tests.accounts.ways import is_signed_in, sign_in
from tests.committees.sheets import PEOPLE, upload, xlsx
from tests.openings import opened
from tests.world import LONG_AGO, NOON

pytestmark = pytest.mark.django_db
CHOSEN = {"password1": "mot-cau-khac-2027", "password2": "mot-cau-khac-2027"}
THREE_DAYS = dt.timedelta(days=3)


def send_all():
    return sending.send_everything_due(at=timezone.now() + dt.timedelta(seconds=5))


def letters():
    """Return {address: [bodies]} of what was sent, and forget it."""
    send_all()
    found = {}
    for letter in mail.outbox:
        found.setdefault(letter.to[0], []).append(letter.body)
    mail.outbox.clear()
    return found


def link_in(body):
    return re.search(r"https?://[^/]+(/\S+)", body)[1]


def form_of(person, code="A01"):
    pk = person.memberships.get(committee__code=code).pk
    return reverse("committees:member_recover", args=[code, pk])


def ask(world, by="clerk", person="staff", email="duc.moi@vidu.vn"):
    client = Client()
    client.force_login(getattr(world, by))
    fields = {"new_email": email, "reason": "Mất điện thoại và hộp thư"}
    return client.post(form_of(getattr(world, person)), fields)


def three_days_later():
    done = recovering.finish_recoveries(at=timezone.now() + THREE_DAYS + dt.timedelta(seconds=5))
    for waiting in (Invitation, AccountLetter):  # and now it is three days later
        waiting.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())
    return done


@pytest.fixture
def asked(world):
    """A confidential and a named question of the staff person, and the code of the first."""
    form_key = uuid.uuid4()
    asked = {
        level: submit_question(
            world.conference,
            text=f"Đề nghị làm rõ chế độ làm thêm giờ ({level})",
            theme=world.themes[0],
            kind="opinion",
            level=level,
            by=world.staff,
            at=NOON,
            form_key=form_key if level == "confidential" else None,
            receipt=receipts.made_here(form_key) if level == "confidential" else None,
        )
        for level in ("confidential", "named")
    }
    return asked


# --- recovering -------------------------------------------------------------------------


def test_whoever_recovers_an_account_reads_none_of_its_confidential_questions(world, asked):
    admin = User.objects.create_superuser("admin", "admin@example.vn", "x", full_name="Quản trị")
    assert questions_of(world.staff).count() == 2
    them = Client()
    them.force_login(admin)
    mine = {"new_email": "admin2@example.vn", "reason": "Theo yêu cầu"}
    them.post(form_of(world.staff), mine)
    letters()
    assert three_days_later() == 1
    link = link_in(letters()["admin2@example.vn"][0])

    taken = Client()
    taken.post(link, CHOSEN)

    assert taken.get("/").context["user"] == world.staff
    page = taken.get("/questions/mine/").content.decode()
    assert "(named)" in page
    assert "(confidential)" not in page
    assert (
        taken.get(reverse("sessions:question_detail", args=[asked["confidential"].pk])).status_code
        == 404
    )
    world.staff.refresh_from_db()
    assert not is_asker(world.staff, asked["confidential"])
    assert list(questions_of(world.staff)) == [asked["named"]]


def test_a_name_opened_afterwards_is_not_told_to_the_recovered_account(world, asked):
    ask(world)
    three_days_later()

    opened(asked["confidential"], world, at=NOON)

    world.staff.refresh_from_db()
    assert not unsealing.told_to(world.staff, at=NOON)


def test_a_recovered_secretary_counts_as_newly_appointed(world):
    now = timezone.now()
    assert unsealing.may_ask_from(world.secretary, world.host, at=now) <= day_of(now)
    ask(world, "officer", "secretary")
    three_days_later()

    may_ask = unsealing.may_ask_from(world.secretary, world.host, at=now + THREE_DAYS)

    assert may_ask == day_of(now + THREE_DAYS) + dt.timedelta(days=14)
    assert world.secretary.memberships.get().given_by == world.officer


def test_the_receipt_still_opens_the_question(world, asked):
    digest = asked["confidential"].receipt
    ask(world)
    three_days_later()

    asked["confidential"].refresh_from_db()
    assert asked["confidential"].receipt == digest != ""


def test_old_address_and_office_are_told_at_once(world):
    assert ask(world).status_code == 302

    told = letters()

    assert set(told) == {"staff@example.vn", "clerk@example.vn", "secretary@example.vn"}
    old = told["staff@example.vn"][0]
    assert "Trần Văn Bình" in old
    assert "Mất điện thoại và hộp thư" in old
    assert AccountLetter.objects.count() == 0


def test_nothing_changes_for_three_days_then_all_does(world):
    give_app(world.staff)
    sign_in(inside := Client(), "staff")
    ask(world)
    letters()
    before = User.objects.get(pk=world.staff.pk)

    assert recovering.finish_recoveries(at=timezone.now() + dt.timedelta(days=2, hours=23)) == 0
    assert User.objects.get(pk=world.staff.pk).password == before.password
    assert three_days_later() == 1
    assert three_days_later() == 0

    after = User.objects.get(pk=world.staff.pk)
    assert after.email == "duc.moi@vidu.vn"
    assert not after.has_usable_password()
    assert after.recovery_since is None
    assert not Authenticator.objects.filter(user=after).exists()
    assert not is_signed_in(inside)
    assert after.session_round != before.session_round
    assert sign_in(Client(), "staff").status_code == 200
    told = letters()
    assert "khôi phục" in told["duc.moi@vidu.vn"][0]
    assert set(told) >= {"duc.moi@vidu.vn", "staff@example.vn", "secretary@example.vn"}
    facts = [entry.facts["changed"] for entry in AuditEntry.objects.filter(act="account_changed")]
    assert sorted(facts) == ["recovered", "recovery_started"]


def test_the_database_lets_nobody_be_early(world):
    ask(world)
    recovery = Recovery.objects.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Recovery.objects.update(done_at=recovery.started_at + dt.timedelta(days=2, hours=23))


def test_the_old_mailbox_stops_it_with_one_click(world):
    ask(world)
    link = link_in(letters()["staff@example.vn"][0])

    assert Client().get(link).status_code == 200  # a scanner that only looks stops nothing
    assert Recovery.objects.get().is_open
    assert Client().post(link).status_code == 302

    assert three_days_later() == 0
    assert Client().post(link).status_code == 410
    assert set(letters()) == {"clerk@example.vn", "secretary@example.vn"}
    world.staff.refresh_from_db()
    assert (world.staff.email, world.staff.recovery_since) == ("staff@example.vn", None)


def test_whoever_is_signed_in_sees_it_on_every_page_and_stops_it(client, world):
    client.force_login(world.staff)
    assert "khôi phục tài khoản" not in client.get("/").content.decode()
    ask(world)

    for page in ("/", "/questions/mine/", reverse("account_change_password")):
        assert reverse("account_recovery") in client.get(page).content.decode()
    client.post(reverse("account_recovery"))

    assert three_days_later() == 0
    assert reverse("account_recovery") not in client.get("/").content.decode()
    assert client.get(reverse("account_recovery")).status_code == 404


def test_the_office_stops_it_too(client, world):
    ask(world)
    client.force_login(world.secretary)
    assert "Mất điện thoại" in client.get(form_of(world.staff)).content.decode()

    pk = world.staff.memberships.get().pk
    client.post(reverse("committees:member_recovery_stop", args=["A01", pk]))

    assert three_days_later() == 0


@pytest.mark.parametrize(
    ("by", "person", "status"),
    [
        ("clerk", "staff", 302),
        ("secretary", "clerk", 302),
        ("officer", "secretary", 302),
        ("clerk", "secretary", 403),
        ("clerk", "clerk", 403),
        ("leader", "staff", 404),
        ("other_secretary", "staff", 404),
    ],
)
def test_who_may_give_every_role_may_recover(world, by, person, status):
    assert ask(world, by, person).status_code == status


def test_a_role_elsewhere_keeps_the_office_from_it(world):
    Membership.objects.create(
        user=world.staff, committee=world.neighbour, role="leader", starts_on=LONG_AGO
    )

    assert ask(world, "clerk").status_code == 403
    assert ask(world, "officer").status_code == 302


def test_a_second_click_and_a_second_office_begin_nothing_more(world):
    assert ask(world).status_code == 302
    assert ask(world, "secretary", email="khac@vidu.vn").status_code == 409
    with pytest.raises(recovering.NotToBeRecovered):
        recovering.start_recovery(
            world.staff, new_email="khac@vidu.vn", reason="?", by=world.secretary, at=NOON
        )

    assert Recovery.objects.count() == 1


def test_an_address_of_somebody_else_is_refused_with_what_was_typed(world):
    answer = ask(world, email="Colleague@example.vn")

    assert answer.status_code == 422
    assert "đã có tài khoản khác dùng" in answer.content.decode()
    assert "Mất điện thoại" in answer.content.decode()


def test_an_address_that_was_taken_meanwhile_stops_it(world):
    ask(world)
    letters()
    User.objects.filter(pk=world.colleague.pk).update(email="duc.moi@vidu.vn")

    assert three_days_later() == 0

    assert Recovery.objects.get().stopped_at
    assert User.objects.get(pk=world.staff.pk).email == "staff@example.vn"


# --- the address ------------------------------------------------------------------------


@pytest.fixture
def inside(world):
    client = Client()
    sign_in(client, "staff")
    return client


def test_the_owner_changes_the_address_and_the_new_mailbox_confirms(world, inside):
    page = reverse("account_email")
    assert inside.post(page, {"new_email": "duc.moi@vidu.vn"}).status_code == 302
    assert User.objects.get(pk=world.staff.pk).email == "staff@example.vn"
    told = letters()
    assert set(told) == {"staff@example.vn", "duc.moi@vidu.vn"}
    link = link_in(told["duc.moi@vidu.vn"][0])

    assert Client().get(link).status_code == 200
    assert User.objects.get(pk=world.staff.pk).email == "staff@example.vn"
    assert Client().post(link).status_code == 302

    assert User.objects.get(pk=world.staff.pk).email == "duc.moi@vidu.vn"
    assert Client().post(link).status_code == 410
    assert sign_in(Client(), "duc.moi@vidu.vn").status_code == 302


def test_the_old_mailbox_stops_it_and_ends_the_thiefs_session(world, inside):
    inside.post(reverse("account_email"), {"new_email": "ke.la@vidu.vn"})
    told = letters()
    stop, confirm = (link_in(told[to][0]) for to in ("staff@example.vn", "ke.la@vidu.vn"))

    Client().post(stop)

    assert Client().post(confirm).status_code == 410
    assert not is_signed_in(inside)
    assert User.objects.get(pk=world.staff.pk).email == "staff@example.vn"


def test_no_link_is_made_of_another(world, inside):
    inside.post(reverse("account_email"), {"new_email": "duc.moi@vidu.vn"})
    told = letters()
    stop, confirm = (link_in(told[to][0]) for to in ("staff@example.vn", "duc.moi@vidu.vn"))
    token = {page: page.rstrip("/").split("/")[-1] for page in (stop, confirm)}

    swapped = confirm.replace(token[confirm], token[stop])

    assert Client().post(swapped).status_code == 410


def test_a_factor_is_asked_for_before(world, settings):
    give_app(world.secretary)
    client = Client()
    client.force_login(world.secretary)
    page = reverse("account_email")
    assert client.post(page, {"new_email": "anh.moi@vidu.vn"}).status_code == 302
    assert letters() == {}

    show_factor(client, world.secretary)
    client.post(page, {"new_email": "anh.moi@vidu.vn"})

    assert "anh.moi@vidu.vn" in letters()


def test_changing_the_address_ends_a_recovery(world, inside):
    ask(world)
    letters()
    inside.post(reverse("account_email"), {"new_email": "cua.toi@vidu.vn"})
    Client().post(link_in(letters()["cua.toi@vidu.vn"][0]))

    assert three_days_later() == 0
    assert User.objects.get(pk=world.staff.pk).email == "cua.toi@vidu.vn"


def test_no_form_of_others_changes_the_address_of_an_account_in_use(client, world):
    """Through the admin, a list and the page of people: J-02."""
    admin = User.objects.create_superuser("admin", "admin@example.vn", "x", full_name="Quản trị")
    client.force_login(admin)
    ask(world)
    three_days_later()  # in use though it has no password
    for person in (world.colleague, world.staff):
        was = User.objects.get(pk=person.pk).email
        fields = {
            "full_name": person.full_name,
            "email": "cua.admin@vidu.vn",
            "phone": "",
            "is_active": "on",
        }
        client.post(f"/admin/committees/user/{person.pk}/change/", fields)
        assert User.objects.get(pk=person.pk).email == was
    rows = [["Vũ Hồng Gấm", "cua.admin@vidu.vn", "A01", "Cán bộ"]]
    draft = check_file(upload(xlsx(PEOPLE, *rows)), kind="people", by=admin, at=timezone.now())
    apply_import(draft, by=admin, at=timezone.now())

    assert User.objects.get(pk=world.colleague.pk).email == "colleague@example.vn"
    new = User.objects.get(email="cua.admin@vidu.vn")
    assert new.pk != world.colleague.pk


def test_an_address_of_somebody_else_is_not_asked_for_and_none_that_was_taken_counts(world, inside):
    """Also where the form was filled in before: whoever confirms is told, and nothing changes."""
    with pytest.raises(recovering.AddressTaken):
        addresses.ask_for_address(world.staff, new_email=world.clerk.email, at=timezone.now())
    inside.post(reverse("account_email"), {"new_email": "duc.moi@vidu.vn"})
    page = inside.get(reverse("account_email"))
    assert page.context["waiting"].new_email == "duc.moi@vidu.vn"
    link = link_in(letters()["duc.moi@vidu.vn"][0])
    change = addresses.waiting_for(world.staff, at=timezone.now())
    User.objects.filter(pk=world.colleague.pk).update(email="duc.moi@vidu.vn")

    with pytest.raises(recovering.AddressTaken):
        addresses.confirm_address(change, at=timezone.now())
    assert Client().post(link).status_code < 500
    assert User.objects.get(pk=world.staff.pk).email == "staff@example.vn"


def test_a_change_that_was_asked_for_anew_leaves_nothing_for_the_first_link(world):
    first = addresses.ask_for_address(world.staff, new_email="mot@vidu.vn", at=timezone.now())
    addresses.ask_for_address(world.staff, new_email="hai@vidu.vn", at=timezone.now())

    with pytest.raises(addresses.LinkNotValid):
        addresses.confirm_address(first, at=timezone.now())


def test_whoever_has_no_address_is_told_at_the_new_one_alone(world):
    User.objects.filter(pk=world.staff.pk).update(email="")
    world.staff.refresh_from_db()

    addresses.ask_for_address(world.staff, new_email="duc.moi@vidu.vn", at=timezone.now())

    assert list(AccountLetter.objects.values_list("to", flat=True)) == ["duc.moi@vidu.vn"]


def test_an_account_without_an_address_is_recovered_and_only_the_office_told(world):
    User.objects.filter(pk=world.staff.pk).update(email="")

    ask(world)
    assert "" not in letters()
    assert three_days_later() == 1

    assert "" not in letters()
    assert User.objects.get(pk=world.staff.pk).email == "duc.moi@vidu.vn"


@pytest.mark.parametrize("why", ["administrator", "never used", "closed"])
def test_what_is_nobodys_way_back_is_not_begun(world, why):
    person = world.staff
    if why == "administrator":
        person.memberships.all().delete()
        person.is_superuser = True
    elif why == "never used":
        person.set_unusable_password()
    else:
        person.is_active = False
    person.save()

    with pytest.raises(recovering.NotToBeRecovered):
        recovering.start_recovery(
            person, new_email="x@vidu.vn", reason="r", by=world.clerk, at=timezone.now()
        )
    assert not Recovery.objects.exists()


def test_a_recovery_is_stopped_once_and_a_stopped_one_not_finished(world):
    ask(world)
    recovery = Recovery.objects.get()

    assert recovering.stop_recovery(recovery, by=world.clerk, at=timezone.now())
    assert not recovering.stop_recovery(recovery, by=world.clerk, at=timezone.now())
    assert not recovering._finish(recovery.pk, at=timezone.now() + THREE_DAYS)
    assert User.objects.get(pk=world.staff.pk).email == "staff@example.vn"
