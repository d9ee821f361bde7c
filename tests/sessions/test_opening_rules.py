"""The rules of opening a name, to the day and to the second; the ways of it: test_unsealing.py."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Membership, Role, User
from duties.lists import duties_in
from duties.look import Look
from foundation.clock import start_of
from foundation.models import AuditEntry
from sessions import permissions
from sessions.askers import sealing, unsealing
from sessions.domain import questions
from sessions.models import OpeningDecision, OpeningRequest, Question, SealedIdentity, Unsealing
from tests.openings import REASON, agreed, asked_for, coded
from tests.world import LONG_AGO, NOON, TODAY, day, make_conference, moment

pytestmark = pytest.mark.django_db
SECOND, DAY = dt.timedelta(seconds=1), dt.timedelta(days=1)
WHY_NOT = "Lý do chưa đủ để biết tên."


def ask(world, by, text="Tôi bị đe dọa."):
    return coded(
        questions.submit_question(
            world.conference, text=text, theme=world.themes[0], kind="opinion",
            level="confidential", by=by, at=NOON,
        )
    )  # fmt: skip


@pytest.fixture
def question(world):
    return ask(world, world.staff)


# --- from when on ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("roles", "days"),
    [
        # (role, first day, written down on, last day), counted from today
        ([("secretary", -900, -900, None)], 0),
        ([("secretary", -14, -14, None)], 0),
        ([("secretary", -13, -14, None)], 1),
        ([("secretary", -900, -13, None)], 1),
        ([("secretary", -900, 0, None)], 14),
        ([("secretary", -900, -900, -1), ("secretary", 0, 0, None)], 0),  # a new term, no gap
        ([("secretary", -900, -900, -15), ("secretary", -3, -3, None)], 11),
        ([("secretary", -900, -900, -14), ("secretary", -3, -3, None)], 0),
        ([("clerk", -900, -900, None), ("secretary", -3, -3, None)], 11),
        ([("secretary", -3, -3, None), ("secretary", -9, -9, None)], 5),
        ([("clerk", -900, -900, None)], 14),
        ([], 14),
    ],
)
def test_who_takes_the_office_asks_for_names_from_the_15th_day_on(world, roles, days):
    Membership.objects.bulk_create(
        Membership(
            user=world.outsider, committee=world.host, role=role, starts_on=day(first),
            given_on=day(given), ends_on=last if last is None else day(last),
        )
        for role, first, given, last in roles
    )  # fmt: skip

    assert unsealing.may_ask_from(world.outsider, world.host, at=NOON) == day(days)


def test_years_as_a_secretary_elsewhere_do_not_count(world):
    assert unsealing.may_ask_from(world.other_secretary, world.host, at=NOON) == day(14)
    assert unsealing.may_ask_from(world.secretary, world.host, at=NOON) == TODAY


def test_who_is_too_new_is_told_from_when_on(world, question):
    world.secretary.memberships.update(given_on=day(-13))

    with pytest.raises(unsealing.TooNew) as refused:
        asked_for(question, world, at=NOON)

    assert refused.value.since == day(1)
    assert not OpeningRequest.objects.exists()


def test_the_day_of_twenty_begins_at_midnight(world, settings):
    settings.OPENING_REQUESTS_A_DAY = 2
    midnight = start_of(TODAY)
    for at in (midnight - SECOND, midnight):
        asked_for(ask(world, world.staff, text=f"{at}"), world, at=at)

    assert unsealing.left_today(world.secretary, at=NOON) == 1
    assert unsealing.left_today(world.secretary, at=moment(1)) == 2
    assert unsealing.left_today(world.clerk, at=NOON) == 2


# --- what is asked --------------------------------------------------------------------


def test_a_request_holds_what_the_board_reads_and_stands_on_the_record(world, question):
    request = unsealing.request_opening(question, reason=f" {REASON} ", by=world.secretary, at=NOON)

    request.refresh_from_db()
    assert (request.question, request.committee, request.board) == (
        question,
        world.host,
        world.board,
    )
    assert (request.code, request.by, request.by_name) == (
        question.code,
        world.secretary,
        "Nguyễn Thị Ánh",
    )
    assert (request.reason, request.at, request.lapses_at) == (REASON, NOON, moment(14))
    entry = AuditEntry.objects.get(act="opening_asked")
    assert (entry.subject, entry.actor_id, entry.committee_id) == (
        question.code,
        world.secretary.pk,
        world.host.pk,
    )
    assert REASON not in str(entry.facts)


def test_a_request_stands_till_it_lapses_and_is_asked_anew_from_then_on(world, question):
    request = asked_for(question, world, at=NOON)

    with pytest.raises(unsealing.UnderWay) as refused:
        asked_for(question, world, at=request.lapses_at - SECOND)
    assert refused.value.request == request
    again = asked_for(question, world, at=request.lapses_at)
    assert unsealing.under_way(question, at=request.lapses_at) == again


def test_an_agreement_stands_for_24_hours_and_is_asked_for_anew_from_then_on(world, question):
    request = agreed(question, world, at=NOON)
    ends = NOON + DAY

    shown = [
        unsealing.is_shown(request, at=at) for at in (NOON - SECOND, NOON, ends - SECOND, ends)
    ]
    assert shown == [False, True, True, False]
    with pytest.raises(unsealing.UnderWay):
        asked_for(question, world, at=ends - SECOND)
    assert asked_for(question, world, at=ends) != request


@pytest.mark.parametrize("decide", ["refuse", "withdraw"])
def test_after_a_no_nothing_is_under_way(world, question, decide):
    request = asked_for(question, world, at=NOON)
    assert unsealing.under_way(question, at=NOON) == request
    if decide == "refuse":
        unsealing.refuse(request, reason=WHY_NOT, by=world.head, at=NOON)
    else:
        unsealing.withdraw(request, by=world.secretary, at=NOON)

    assert unsealing.under_way(question, at=NOON) is None
    assert not unsealing.is_shown(OpeningRequest.objects.get(), at=NOON)


def test_one_that_is_over_does_not_hide_the_one_that_stands(world, question):
    unsealing.refuse(asked_for(question, world, at=NOON), reason=WHY_NOT, by=world.head, at=NOON)
    request = asked_for(question, world, at=NOON)

    assert unsealing.under_way(question, at=NOON) == request


# --- what is decided ------------------------------------------------------------------


def test_a_decision_says_who_when_and_why_and_stands_on_the_record(world):
    decisions = []
    for number, act in enumerate(("agree", "refuse", "withdraw")):
        request = asked_for(ask(world, world.staff, text=f"Câu {number}"), world, at=NOON)
        who = {"agree": world.officer, "refuse": world.head, "withdraw": world.secretary}[act]
        reason = {"reason": f" {WHY_NOT} "} if act == "refuse" else {}
        decision = getattr(unsealing, act)(request, by=who, at=moment(1), **reason)
        decision.refresh_from_db()
        decisions.append((decision.verdict, decision.by_name, decision.reason, decision.at))

    assert decisions == [
        ("agreed", "Đặng Thị Mai", "", moment(1)),
        ("refused", "Ngô Đình Lâm", WHY_NOT, moment(1)),
        ("withdrawn", "Nguyễn Thị Ánh", "", moment(1)),
    ]
    acts = AuditEntry.objects.order_by("number").values_list("act", "actor_id", "committee_id")
    assert [one for one in acts if one[0] != "opening_asked"] == [
        ("opening_agreed", world.officer.pk, world.host.pk),
        ("opening_refused", world.head.pk, world.host.pk),
        ("opening_withdrawn", world.secretary.pk, world.host.pk),
    ]


def test_the_last_second_is_in_time_for_a_decision_and_the_next_is_not(world, question):
    request = asked_for(question, world, at=NOON)

    with pytest.raises(unsealing.AlreadyDecided):
        unsealing.agree(request, by=world.head, at=request.lapses_at)
    assert unsealing.agree(request, by=world.head, at=request.lapses_at - SECOND)
    with pytest.raises(unsealing.AlreadyDecided):
        unsealing.refuse(request, reason=WHY_NOT, by=world.head, at=NOON + SECOND)


def test_a_year_after_the_appointment_one_may_decide(world, question):
    """Whoever made the secretary is the same body for a year: 364 days are within it."""
    request = asked_for(question, world, at=NOON)
    role = world.secretary.memberships.filter(role=Role.SECRETARY)

    for days, may in ((-364, False), (-365, True)):
        role.update(given_by=world.officer, given_on=day(days))
        assert permissions.can_decide_opening(world.officer, request) is may
        assert permissions.can_decide_opening(world.head, request) is True
    # Only that one's appointment, as secretary, and there.
    Membership.objects.exclude(user=world.secretary).update(given_by=world.head, given_on=day(-3))
    elsewhere = world.secretary.memberships.create(
        committee=world.neighbour, role=Role.SECRETARY, starts_on=LONG_AGO,
        given_by=world.head, given_on=day(-3),
    )  # fmt: skip
    clerk = world.secretary.memberships.create(
        committee=world.host, role=Role.CLERK, starts_on=LONG_AGO,
        given_by=world.head, given_on=day(-3),
    )  # fmt: skip
    assert elsewhere.pk != clerk.pk
    assert permissions.appointers_of([request]) == {request.pk: set()}
    role.filter(committee=world.host).update(given_by=None, given_on=day(-3))
    assert permissions.appointers_of([request]) == {request.pk: set()}


def test_the_list_offers_a_decision_to_nobody_who_is_barred(world, question):
    """And counts it for nobody of them."""
    request = asked_for(question, world, at=timezone.now())
    world.secretary.memberships.filter(role=Role.SECRETARY).update(
        given_by=world.officer, given_on=timezone.localdate() - dt.timedelta(days=3)
    )
    for who, may in ((world.head, True), (world.officer, False)):
        client = Client()
        client.force_login(who)
        page = client.get(reverse("sessions:opening_list")).text
        here = reverse("sessions:opening_decide", args=[request.pk])
        assert here in page
        assert (">Quyết định</a>" in page) is may
        kinds = [one.kind for one in duties_in(Look(at=timezone.now(), person=anew(who)))]
        assert ("opening_to_decide" in kinds) is may


def test_five_requests_cost_no_more_questions_than_one(world, question):
    def questions_of_the_board():
        with CaptureQueriesContext(connection) as asked:
            found = duties_in(Look(at=NOON, person=anew(world.head)))
        return len(asked), sum(one.kind == "opening_to_decide" for one in found)

    asked_for(question, world, at=NOON)
    first, one = questions_of_the_board()
    for number in range(4):
        asked_for(ask(world, world.staff, f"Tôi bị đe dọa lần {number}."), world, at=NOON)
    assert (one, *questions_of_the_board()) == (1, first, 5)


def anew(person):
    return User.objects.get(pk=person.pk)  # with the roles of now


def test_whoever_asked_decides_nothing_from_a_later_post(world, question):
    """The secretary has gone over to the Board; another secretary is nobody who asked."""
    request = asked_for(question, world, at=NOON)
    world.secretary.memberships.update(ends_on=LONG_AGO)
    world.secretary.memberships.create(
        committee=world.board, role=Role.OFFICER, starts_on=LONG_AGO + DAY
    )
    world.clerk.memberships.update(role=Role.SECRETARY)

    assert not permissions.can_decide_opening(anew(world.secretary), request)
    assert not permissions.can_withdraw_opening(anew(world.secretary), request)
    assert not permissions.can_withdraw_opening(anew(world.clerk), request)
    assert permissions.can_decide_opening(world.officer, request)


@pytest.mark.parametrize("is_appointer", [True, False])
def test_whoever_may_not_decide_reads_why(client, world, question, is_appointer):
    """Somebody who asked and went over to the Board has made nobody the secretary."""
    request = asked_for(question, world, at=timezone.now())
    world.secretary.memberships.filter(role=Role.SECRETARY).update(
        given_by=world.officer, given_on=timezone.localdate()
    )
    if not is_appointer:
        world.secretary.memberships.update(ends_on=LONG_AGO)
        world.secretary.memberships.create(
            committee=world.board, role=Role.OFFICER, starts_on=LONG_AGO + DAY
        )
    client.force_login(anew(world.officer if is_appointer else world.secretary))
    page = client.get(reverse("sessions:opening_decide", args=[request.pk])).text

    assert ("trong vòng một năm" in page) is is_appointer
    assert ("Đồng chí là người đề nghị" in page) is not is_appointer
    assert 'name="verdict"' not in page


def test_nobody_reads_a_name_by_the_own_agreement(world):
    request = OpeningRequest(committee=world.host, board=world.board, by=world.secretary, at=NOON)
    may = {}
    for by in ("secretary", "officer"):
        request.decision = OpeningDecision(verdict="agreed", by=world.people[by], at=NOON)
        may[by] = permissions.can_open_name(world.secretary, request, at=NOON)

    assert may == {"secretary": False, "officer": True}


# --- what is read ---------------------------------------------------------------------


def test_the_name_is_read_from_the_agreement_on_and_the_first_time_is_recorded(world, question):
    request = agreed(question, world, at=NOON)
    ends = NOON + DAY

    for at in (NOON - SECOND, ends):
        with pytest.raises(sealing.CannotOpen):
            unsealing.open_name(request, by=world.secretary, at=at)
    for at in (ends - SECOND, ends - SECOND, NOON):
        assert unsealing.open_name(request, by=world.secretary, at=at) == world.staff
    assert Unsealing.objects.get().at == ends - SECOND
    entry = AuditEntry.objects.get(act="name_unsealed")
    assert (entry.subject, entry.actor_id, entry.committee_id) == (
        question.code,
        world.secretary.pk,
        world.host.pk,
    )


def test_whose_account_is_gone_has_no_name_to_open(world, question):
    SealedIdentity.objects.all().delete()
    sealing.seal(question, User(pk=2**40))
    request = agreed(question, world, at=NOON)

    with pytest.raises(sealing.CannotOpen):
        unsealing.open_name(request, by=world.secretary, at=NOON)
    assert not Unsealing.objects.exists()


# --- what the asker is told -----------------------------------------------------------


def test_each_step_is_told_once_to_the_asker_alone(world, question):
    request = asked_for(question, world, at=NOON)

    read = set()  # the marks that the asker's own browser keeps

    def told(at=NOON):
        return [one.stage_now for one in unsealing.told_to(world.staff, at=at, read=read)]

    def put_away():
        read.update(one.mark for one in unsealing.told_to(world.staff, at=NOON, read=read))

    assert told() == ["asked"]
    put_away()
    assert told() == []
    assert told(at=request.lapses_at) == ["lapsed"]
    unsealing.agree(request, by=world.head, at=NOON)
    assert told() == ["agreed"]
    put_away()
    assert told() == []
    unsealing.open_name(request, by=world.secretary, at=NOON)
    assert told() == ["opened"]
    assert unsealing.told_to(world.colleague, at=NOON) == []
    assert len(read) == 2


def test_one_that_has_left_is_told_and_a_neighbour_looks_through_nothing(world, question):
    request = asked_for(question, world, at=NOON)
    other = asked_for(ask(world, world.colleague, text="Câu khác."), world, at=moment(1))
    world.staff.memberships.update(ends_on=day(-1))
    theirs = make_conference(world.neighbour, world.other_secretary)
    questions.submit_question(
        theirs, text="Của láng giềng.", theme=world.themes[0], kind="opinion", level="named",
        by=world.other_staff, at=NOON,
    )  # fmt: skip

    assert unsealing.requests_near(world.staff) == [other, request]
    assert unsealing.requests_about(world.staff) == [request]
    assert unsealing.requests_about(world.staff, near=[other]) == []
    assert unsealing.requests_near(world.other_staff) == []
    assert unsealing.told_to(world.staff, at=moment(1), near=[other]) == []


def test_a_request_of_the_office_that_took_the_question_over_is_told_as_well(world, question):
    Question.objects.filter(pk=question.pk).update(committee=world.neighbour)
    question.refresh_from_db()
    request = asked_for(question, world, at=NOON, by=world.other_secretary)

    assert request.committee == world.neighbour
    assert unsealing.requests_near(world.staff) == [request]
    assert unsealing.requests_about(world.staff) == [request]
    assert unsealing.requests_about(world.other_staff) == []


def test_after_a_merger_who_asked_for_the_name_and_who_moved_along_are_told(world, question):
    """The successor's secretary was never where it was asked, nor is the asker there any more."""
    Question.objects.filter(pk=question.pk).update(committee=world.neighbour)
    question.refresh_from_db()
    request = asked_for(question, world, at=NOON, by=world.other_secretary)
    Membership.objects.filter(user=world.staff).update(committee=world.neighbour)
    assert unsealing.requests_about(anew(world.staff)) == [request]

    unsealing.agree(request, by=world.head, at=NOON)
    look = Look(person=anew(world.other_secretary), at=NOON)
    assert [one.kind for one in duties_in(look) if "opening" in one.kind] == ["opening_decided"]


def test_a_list_of_requests_says_where_each_stands(world):
    first = asked_for(ask(world, world.staff), world, at=NOON)
    second = agreed(ask(world, world.staff, text="Câu khác."), world, at=moment(1))

    found = unsealing.with_stages(OpeningRequest.objects.all(), at=moment(14))

    assert [(one, one.stage_now) for one in found] == [(second, "agreed"), (first, "lapsed")]
