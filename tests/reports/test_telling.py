"""Who is told at once: the office of a new colleague, the Board of a request, who asked of the end."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from committees.domain import members
from committees.models import Membership, Role
from jobs.models import Delivery
from reports.domain.daily_mails import queue_daily_mails
from reports.domain.telling import tell_of_openings, tell_offices
from sessions.askers import unsealing
from sessions.domain import questions
from tests.openings import asked_for
from tests.world import LONG_AGO, NOON

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def told(template):
    return sorted(
        Delivery.objects.filter(template=f"emails/reports/{template}").values_list("to", flat=True)
    )


def home_of(person):
    client = Client()
    client.force_login(person)
    return client.get("/").content.decode()


def appoint(world, role):
    return members.add_member(
        world.host, full_name="Người Mới Đến", email="moi@example.vn", role=role,
        starts_on=LONG_AGO, by=world.head,
    )[0]  # fmt: skip


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.CLERK])
def test_the_whole_office_is_told_of_a_new_secretary_or_clerk(world, role):
    world.host.email = "vanphong@example.vn"
    world.host.save()
    appoint(world, role)

    assert tell_offices(at=timezone.now()) == 3
    (page,) = {one.context["page"] for one in Delivery.objects.all()}
    (reader := Client()).force_login(world.clerk)
    assert reader.get(page).status_code == 200
    assert tell_offices(at=timezone.now()) == 0  # once
    assert told("newcomer") == ["clerk@example.vn", "secretary@example.vn", "vanphong@example.vn"]
    for person in (world.secretary, world.clerk):
        assert "Người Mới Đến" in home_of(person)
    for person in (world.leader, world.staff, world.other_secretary):
        assert "Văn phòng có người mới" not in home_of(person)


def test_whoever_is_put_out_of_the_office_at_the_same_time_is_told_as_well(world):
    appoint(world, Role.SECRETARY)
    for role in world.host.memberships.with_role(Role.SECRETARY, Role.CLERK).filter(
        user__in=(world.secretary, world.clerk)
    ):
        members.end_membership(role, at=timezone.now(), by=world.head)

    tell_offices(at=timezone.now())

    assert told("newcomer") == ["clerk@example.vn", "secretary@example.vn"]
    # Of the office no more, they would find nothing behind a link.
    assert {one.context["page"] for one in Delivery.objects.all()} == {""}


def test_a_role_that_was_over_and_goes_on_is_told_like_a_new_one(world):
    role = world.clerk.memberships.get()
    Membership.objects.filter(pk=role.pk).update(ends_on=timezone.localdate() - 3 * DAY)
    role.refresh_from_db()
    members.change_member(
        role, post="", unit="", ends_on=None, at=timezone.now(), by=world.secretary
    )
    role.refresh_from_db()

    assert (role.given_on, role.given_by) == (timezone.localdate(), world.secretary)
    assert tell_offices(at=timezone.now()) == 1
    assert told("newcomer") == ["secretary@example.vn"]


def test_nobody_is_written_to_who_can_do_nothing_about_a_name(world):
    """Not to whoever has made the secretary, not to a secretary of yesterday: links to nowhere."""
    question = questions.submit_question(
        world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    world.secretary.memberships.update(
        given_by=world.head, given_on=timezone.localdate() - 100 * DAY
    )
    # The clerk of the day on which it was asked, who works for the Board from the next one on.
    gone_over, today = world.clerk, timezone.localdate()
    gone_over.memberships.update(ends_on=today)
    world.board.memberships.create(
        user=gone_over, role=Role.OFFICER, starts_on=today + DAY, given_by=world.head
    )
    request = asked_for(question, world, at=timezone.now())
    tell_of_openings(at=timezone.now())
    tell_of_openings(at=timezone.now() + DAY)
    assert told("opening") == ["officer@example.vn"]
    unsealing.agree(request, by=world.officer, at=timezone.now())
    world.secretary.memberships.update(ends_on=timezone.localdate() - DAY)

    tell_of_openings(at=timezone.now())

    assert told("opening") == ["officer@example.vn"]


def test_the_home_of_the_office_shows_it_for_30_days_whatever_first_day_was_typed(world):
    role = appoint(world, Role.SECRETARY)
    for days, is_shown in ((29, True), (30, False)):
        Membership.objects.filter(pk=role.pk).update(given_on=timezone.localdate() - days * DAY)
        assert ("Người Mới Đến" in home_of(world.clerk)) is is_shown


def test_leaders_and_staff_are_no_news(world):
    for role in (Role.LEADER, Role.STAFF):
        Membership.objects.create(
            user=world.outsider, committee=world.host, role=role, starts_on=LONG_AGO
        )
    assert tell_offices(at=timezone.now()) == 0
    assert "Văn phòng có người mới" not in home_of(world.secretary)


def test_the_board_hears_of_a_request_and_who_asked_of_the_decision(world):
    """Each once; nobody else; and no mail points at whoever asked the question."""
    at = timezone.now()
    question = questions.submit_question(
        world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    request = asked_for(question, world, at=at)
    assert (tell_of_openings(at=at), tell_of_openings(at=at)) == (2, 0)
    assert told("opening") == ["head@example.vn", "officer@example.vn"]

    unsealing.agree(request, by=world.officer, at=at)
    assert (tell_of_openings(at=at), tell_of_openings(at=at)) == (1, 0)
    assert told("opening") == ["head@example.vn", "officer@example.vn", "secretary@example.vn"]
    assert "staff@example.vn" not in Delivery.objects.values_list("to", flat=True)


def test_no_mail_of_a_request_goes_to_a_closed_account_or_to_one_without_an_address(world):
    question = questions.submit_question(
        world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    at = timezone.now()
    asked_for(question, world, at=at)
    type(world.head).objects.filter(pk=world.head.pk).update(is_active=False)
    type(world.head).objects.filter(pk=world.officer.pk).update(email="")

    assert tell_of_openings(at=at) == 0

    assert told("opening") == []
    type(world.head).objects.filter(pk=world.head.pk).update(is_active=True)
    assert tell_of_openings(at=at) == 1
    assert told("opening") == ["head@example.vn"]


def test_everybody_of_the_committee_gets_the_same_word_of_each_step(world):
    """By the mail of the day, in which nothing tells whose name it is."""
    at = timezone.now()
    question = questions.submit_question(
        world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    members_ = set(world.host.memberships.values_list("user__email", flat=True))

    def announced(at):
        queue_daily_mails(since=at.date() - DAY, at=at)
        found = [one for one in Delivery.objects.all() if one.context.get("conferences")]
        Delivery.objects.all().delete()
        assert {str(one.context["conferences"]) for one in found} <= {f"[{world.conference.pk}]"}
        return {one.to for one in found}

    assert announced(at) == set()
    request = asked_for(question, world, at=at)
    assert announced(at) == members_
    assert announced(at + DAY) == set()  # said once
    unsealing.refuse(request, reason="Lý do chưa đủ.", by=world.head, at=at)
    assert announced(at + 2 * DAY) == members_
