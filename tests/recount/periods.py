"""Periods in which everything happens that can happen, straight into the tables."""

import datetime as dt
import itertools
import random

from board.domain import receiving
from committees.models import Membership, Role, User
from foundation.clock import start_of
from jobs.models import Delivery
from periods.domain import periods
from periods.models import Extension, Obligation, ReminderSent, ReportingPeriod
from reports.domain import drafting, issuing, withdrawing
from reports.models import Escalation
from sessions.models import (
    Answer,
    Attendance,
    Commitment,
    CommitmentMove,
    HoldingReply,
    OpeningDecision,
    OpeningRequest,
    Question,
    Rating,
    Theme,
    Unsealing,
)
from sessions.states import QuestionState
from tests.world import HANOI, LONG_AGO, make_committee, make_conference, moment

DUE, NEXT_DUE = dt.date(2026, 6, 25), dt.date(2026, 12, 25)
HOURS = (dt.time(0, 30), dt.time(6, 59), dt.time(8), dt.time(23, 30))  # days of Hà Nội, not of UTC
SECOND = dt.timedelta(seconds=1)
NOW = moment(40)  # after the date of the first period, within the time that some were given


def make_periods(world, *, seed, committees=5):
    """Return the two periods; each of the committees does something else in them."""
    luck = random.Random(seed)
    second = ReportingPeriod.objects.create(
        year=2026, half=2, starts_on=DUE, due_before=NEXT_DUE
    )  # fmt: skip
    kinds = itertools.cycle(("base", "above_base"))
    hosts = [world.host, world.neighbour] + [
        make_committee(f"R{n:02d}", next(kinds), f"Đảng ủy thứ {n}", parent=world.bloc)
        for n in range(committees - 2)
    ]
    themes = list(Theme.objects.filter(parent=None))
    themes += [
        Theme.objects.create(parent=group, committee=hosts[0], name=f"Riêng {group.number}", number=90)
        for group in themes
    ]  # fmt: skip
    for host in hosts:
        first, _ = Obligation.objects.get_or_create(
            period=world.period, committee=host, defaults={"board": world.board}
        )
        Obligation.objects.create(period=second, committee=host, board=world.board)
        if luck.random() < 0.5:
            _extend(first, world, days=luck.choice((3, 20, 30)))
        _exempt(random.Random(f"{seed}/{first.pk}/exempt"), first, world)
        for _ in range(luck.randint(0, 5)):
            _conference(luck, world, host, themes)
        for _ in range(luck.choice((0, 1, 1, 2))):
            _report(luck, world, first)
    for obligation in Obligation.objects.select_related("period", "committee").order_by("pk"):
        _beside(random.Random(f"{seed}/{obligation.pk}"), world, obligation)
    return world.period, second


def _beside(luck, world, obligation):
    """Names opened at the edges of the period, people told and reminded, by which date they were."""
    period, committee = obligation.period, obligation.committee
    edges = (
        start_of(period.starts_on),
        start_of(period.due_before),
        start_of(obligation.due_before),
    )
    unnamed = committee.questions.exclude(level=Question.Level.NAMED)
    # Another one in each period: of one question there is one open request at a time.
    for question in unnamed.order_by("pk")[period.half - 1 : period.half]:
        secretary = _secretary_of(committee)
        found = luck.sample(edges, luck.randint(1, 3))
        for at in sorted({at - luck.choice((SECOND, 0 * SECOND)) for at in found}):
            _ask_for_a_name(luck, world, question, secretary, at)
    for step in luck.sample(("T-7", "T-3", "T-1", "no_date", "not_held"), luck.randint(0, 5)):
        ReminderSent.objects.create(
            obligation=obligation,
            period=period,
            step=step,
            due_before=obligation.due_before,
            at=NOW,
        )
    for stage, person in itertools.product(("no_date", "missing"), (world.head, world.officer)):
        if luck.random() < 0.5:
            Escalation.objects.create(
                obligation=obligation, stage=stage, person=person, at=NOW,
                due_before=luck.choice((period.due_before, obligation.due_before)),
                delivery=_letter(luck, person, f"{obligation.pk}/{stage}"),
            )  # fmt: skip


def _secretary_of(committee):
    """Somebody who does nothing else, so that it changes nobody's list of duties."""
    person, is_new = User.objects.get_or_create(
        username=f"asks-{committee.pk}", defaults={"full_name": "Bí thư", "is_active": False}
    )
    if is_new:
        Membership.objects.create(
            user=person, committee=committee, role=Role.SECRETARY,
            starts_on=LONG_AGO, given_on=LONG_AGO,
        )  # fmt: skip
    return person


def _ask_for_a_name(luck, world, question, secretary, at):
    """Asked for, and perhaps decided, and perhaps read: most of them at the very same moment."""
    request = OpeningRequest.objects.create(
        question=question, committee=question.committee, board=world.board, code="HN1-C001",
        by=secretary, by_name="Bí thư", reason="Cần gặp.", at=at, lapses_at=at + SECOND,
    )  # fmt: skip
    what = luck.choice(("opened", "opened", "agreed", "refused", "withdrawn", "lapsed"))
    if what == "lapsed":
        return
    OpeningDecision.objects.create(
        request=request, verdict="agreed" if what == "opened" else what, reason="Chưa đủ.", at=at,
        by=secretary if what == "withdrawn" else world.officer, by_name="?",
    )  # fmt: skip
    if what == "opened":
        Unsealing.objects.create(request=request, at=at)


def _letter(luck, person, name):
    once = f"told:{name}:{person.pk}"
    return Delivery.objects.create(
        to=person.email, template="emails/x", once=once, message_id=f"<{once}>", created_at=NOW,
        next_at=NOW, state=luck.choice(("done", "done", "queued", "failed")),
    )  # fmt: skip


def _exempt(luck, obligation, world):
    """Exempt, or not any more; some hold a conference or report all the same."""
    said = luck.choice(((), (), (True,), (True,), (True, False)))
    for number, on in enumerate(said):
        at = moment(10 + number)
        periods.set_exempt(obligation, on=on, reason="Mới.", by=world.head, at=at)


def _extend(obligation, world, *, days):
    to = DUE + dt.timedelta(days=days)
    Extension.objects.create(
        obligation=obligation, due_from=DUE, due_to=to, reason="Bão.", by=world.head, at=moment(10)
    )
    obligation.extended_to = to
    obligation.save()


def _conference(luck, world, host, themes):
    day = dt.date(2025, 12, 20) + dt.timedelta(days=luck.choice((0, 4, 5, luck.randint(6, 215))))
    starts = dt.datetime.combine(day, luck.choice(HOURS), tzinfo=HANOI)
    state = luck.choice(
        ("held", "held", "closed", "closed", "closed", "scheduled", "postponed", "cancelled")
    )
    happened = state in ("held", "closed")
    conference = make_conference(
        host, world.secretary, state=state, starts_at=starts, ends_at=starts + dt.timedelta(hours=3),
        turns=luck.choice((None, 0, 7, 23)) if happened else None,
        diverted=luck.choice((None, 0, 2)) if happened else None,
        plan_issued_on=luck.choice((None, day - dt.timedelta(days=30))),
    )  # fmt: skip
    if happened and luck.random() < 0.8:
        present = luck.randint(0, 300)
        Attendance.objects.create(
            conference=conference, invited=present + luck.randint(0, 40), present=present,
            party_members=present // 2, civil_servants=present // 3, public_employees=present // 3,
            workers=present // 4, women=present // 2, online=present // 9,
        )  # fmt: skip
    people = (None, world.leader, world.secretary) if host == world.host else (None,)
    asked = _questions(luck, conference, themes, people, by=world.clerk)
    values = luck.choices(Rating.Value.values, k=luck.choice((1, 2, 9)))
    for question in asked:
        if question.state.startswith("answered") and luck.random() < 0.8:
            Rating.objects.create(question=question, value=luck.choice(values))
        if question.state in ("assigned", "escalated") and luck.random() < 0.2:
            Answer.objects.create(
                question=question, state="submitted", text="Đang xem.", written_at=NOW
            )
    for number in range(1, luck.randint(1, 5)):
        _commitment(luck, conference, number, world, owner=luck.choice(people))


def _questions(luck, conference, themes, people, *, by):
    made, states = [], [*QuestionState.values, "assigned", "answered_written", "answered_live"]
    for number in range(1, luck.choice((1, 4, 25, 40)) + 1):
        state = luck.choice(states)
        if state == "merged" and not made:
            state = "assigned"
        made.append(
            Question(
                conference=conference, committee=conference.committee, state=state,
                number=None if state == "received" else number, theme=luck.choice(themes),
                kind="opinion", level=luck.choice(("confidential", "anonymous")),
                raised_live=luck.random() < 0.3, original_text=f"Nội dung {number}",
                assigned_unit=luck.choice(("Văn phòng", "Phòng Tổ chức")),
                assignee=luck.choice(people), edited_ok=luck.random() < 0.9,
                due_on=NOW.date() + dt.timedelta(days=luck.randint(-90, 60)),
                merged_into=luck.choice(made) if state == "merged" else None,
                return_code="unclear" if state == "declined" else "", passed_to="Cấp trên",
                received_at=conference.asks_open_at,
            )
        )  # fmt: skip
    for question in made[1::4]:
        if question.due_on >= NOW.date() - dt.timedelta(days=20):
            question.clock_stopped_on = min(question.due_on, NOW.date() - dt.timedelta(days=3))
    made = Question.objects.bulk_create(made)
    for question in made[::3]:
        if question.state in ("assigned", "answered_written"):
            HoldingReply.objects.create(
                question=question, text="Đang xem.", reason="Chờ ý kiến.", by=by, at=NOW,
                due_before=question.due_on - dt.timedelta(days=9), due_on=question.due_on,
            )  # fmt: skip
    return made


def _commitment(luck, conference, number, world, *, owner):
    state = luck.choice(("open", "open", "done", "cancelled"))
    settled = conference.starts_at + dt.timedelta(days=luck.randint(1, 200))
    made = Commitment.objects.create(
        committee=conference.committee, conference=conference, number=number, state=state,
        text=f"Việc {number}", lead_unit="Văn phòng", owner=owner,
        due_on=NOW.date() + dt.timedelta(days=luck.randint(-120, 60)),
        settled_on=None if state == "open" else settled.date(),
    )  # fmt: skip
    if state == "done":
        CommitmentMove.objects.create(
            commitment=made, from_state="open", to_state="done", at=settled, actor=world.secretary
        )


def _report(luck, world, obligation):
    """Issue the next version, and let something become of it."""
    at, by = moment(luck.choice((5, 23, 24, 39)), luck.choice((0, 11, 12))), world.secretary
    newest = obligation.reports.order_by("-version").first()
    if newest is None:
        draft = drafting.start_draft(obligation, by=by, at=moment(1))
    else:
        draft = issuing.correct_report(newest, by=by, at=at)
    fate = luck.choice(("draft", "issued", "acknowledged", "returned", "incomplete", "withdrawn"))
    if fate == "draft":
        return
    automatic = newest is None and luck.random() < 0.15
    report = issuing.issue_report(draft, by=None if automatic else by, at=at, automatic=automatic)
    if fate == "acknowledged":
        receiving.acknowledge_report(report, by=world.officer, at=at)
    if fate in ("returned", "incomplete"):
        missing = fate == "incomplete"
        receiving.return_report(
            report, remarks="Xem lại.", data_missing=missing, by=world.officer, at=at
        )
    if fate == "withdrawn":
        withdrawing.withdraw_report(report, reason="Nhầm.", by=by, at=at)
