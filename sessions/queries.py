"""Answers in the shape of a page. Lists are asked in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from committees.models import Membership, User
from committees.permissions import OFFICE
from foundation.clock import day_of, days_left
from foundation.given import given
from foundation.looks import Look
from sessions import waiting
from sessions.models import Answer, Commitment, Conference, ConferenceMove, Question
from sessions.models.question import TRANSFERRED_HERE
from sessions.searching import searched
from sessions.states import (
    CONFERENCE_AHEAD,
    IN_PROGRESS,
    AnswerState,
    CommitmentState,
    ConferenceState,
    QuestionState,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet
    from django_stubs_ext import StrOrPromise

    from committees.models import Committee, Role


# --- Conferences and commitments ----------------------------------------------------

DONE, CURRENT, AHEAD, LATE, NONE = "done", "current", "ahead", "late", "none"
STEP_LOOKS = {DONE: Look.DONE, LATE: Look.LATE, CURRENT: Look.NOW}
LATEST = 20  # conferences that the list for sorting always has


@dataclass(frozen=True)
class ChainStep:
    """One step of the chain bar. `state` is one of done, current, ahead, late, none."""

    key: str
    label: str
    state: str
    on: dt.date | None
    note: str = ""

    @property
    def is_current(self) -> bool:
        return self.state == CURRENT

    @property
    def icon(self) -> str:
        return STEP_LOOKS[self.state].icon if self.state in STEP_LOOKS else "circle"


def conferences_for(user: User) -> QuerySet[Conference]:
    """Return what the list of conferences shows: those ahead first, the soonest on top.

    Each with why it was last postponed or cancelled, a new date or not.
    """
    called_off = ConferenceMove.objects.filter(
        conference=OuterRef("pk"),
        to_state__in=(ConferenceState.POSTPONED, ConferenceState.CANCELLED),
    ).order_by("-at", "-pk")
    return (
        Conference.objects.visible_to(user)
        .select_related("committee")
        .annotate(
            ahead_at=Case(When(state__in=CONFERENCE_AHEAD, then=F("starts_at"))),
            called_off_because=Subquery(called_off.values("reason")[:1]),
        )
        .order_by(F("ahead_at").asc(nulls_last=True), "-starts_at", "-pk")
    )


def conferences_of(user: User) -> QuerySet[Conference]:
    """Return the conferences `user` may see, each with what its pages always need."""
    return Conference.objects.visible_to(user).select_related("committee", "chair", "attendance")


def latest_conference(user: User) -> Conference | None:
    """Return the conference from which the office of `user` may clone the next one, or None."""
    ids = user.committees_as(*OFFICE)
    return Conference.objects.filter(committee_id__in=ids).order_by("-starts_at").first()


def people_of(committee: Committee, *roles: Role, also: Iterable[User] = ()) -> QuerySet[User]:
    """Return those who hold one of `roles` today, each with a `post`, and the people in `also`."""
    held = Membership.objects.active().filter(committee=committee, role__in=roles)
    wanted = Q(pk__in=held.values("user")) | Q(pk__in=[person.pk for person in also])
    return _with_posts(User.objects.filter(wanted), committee)


def names_with_posts(committee: Committee, *roles: Role) -> list[tuple[int, str, str]]:
    """Return [(pk, name, post)] of the same people; nothing but what a list to choose from shows."""
    held = Membership.objects.active().filter(committee=committee)
    held = held.filter(Q(role__in=roles) | ~Q(post="")).order_by("user__name_order", "user", "pk")
    chosen, names, posts = list[int](), dict[int, str](), dict[int, str]()
    for pk, name, role, post in held.values_list("user", "user__full_name", "role", "post"):
        names[pk] = name
        posts[pk] = posts.get(pk) or post
        if role in roles and pk not in chosen:
            chosen.append(pk)
    return [(pk, names[pk], posts[pk]) for pk in chosen]


def answerers_of(conference: Conference) -> QuerySet[User]:
    """Return the leaders who answer at the conference, each with a `post`."""
    return _with_posts(conference.answerers.all(), conference.committee)


def _with_posts(people: QuerySet[User], committee: Committee) -> QuerySet[User]:
    posts = Membership.objects.active().filter(committee=committee, user=OuterRef("pk"))
    post = posts.exclude(post="").values("post")[:1]
    return people.annotate(post=Subquery(post)).order_by("name_order", "pk")


def question_counts(conference: Conference) -> list[tuple[str, StrOrPromise, int]]:
    """Return [(state, label, number)] for every state that occurs, in the order of the states."""
    found = dict(conference.questions.order_by().values_list("state").annotate(number=Count("pk")))
    return [(state.value, state.label, found[state]) for state in QuestionState if state in found]


def chain_steps(conference: Conference, at: dt.datetime) -> list[ChainStep]:
    """Return the six steps of a conference with their dates and states on the day of `at`.

    At most one step is current: the first that lies ahead.
    """
    today = day_of(at)
    off = conference.state in (ConferenceState.POSTPONED, ConferenceState.CANCELLED)
    steps = [
        _plan_step(conference, today),
        _opening_step(conference, at),
        _closing_step(conference, at),
        _conference_step(conference, at),
        _conclusion_step(conference, today),
        _writing_step(conference, today),
    ]
    if off:
        return [_called_off(step, conference) for step in steps]
    return with_current(steps, today)


def with_current(steps: list[ChainStep], today: dt.date) -> list[ChainStep]:
    """Return `steps` with the first one that lies ahead made current, and its days counted."""
    for position, step in enumerate(steps):
        if step.state == AHEAD:
            now = replace(step, state=CURRENT, note=step.note or days_left(given(step.on), today))
            return [*steps[:position], now, *steps[position + 1 :]]
        if step.state == CURRENT:
            break
    return steps


def commitments_for(
    user: User, *, state: str = "", mine: object = False, others: object = None,
    committee: int | str | None = None, on: dt.date,
) -> QuerySet[Commitment]:  # fmt: skip
    """Return the commitments of the list page. `state` is a state, "overdue" or blank for all."""
    found = Commitment.objects.visible_to(user).select_related("conference", "committee", "owner")
    if mine:
        found = found.filter(owner=user)
    if others:
        found = found.exclude(owner=user)
    if committee:
        found = found.filter(committee_id=committee)
    if state == "overdue":
        found = found.overdue(on=on)
    elif state:
        found = found.filter(state=state)
    open_first = Case(When(state=CommitmentState.OPEN, then=0), default=1)
    return found.order_by(open_first, "due_on", "pk")


def commitment_counts(user: User, *, on: dt.date) -> dict[str, int]:
    """Return how many commitments are open, overdue and done among those `user` sees."""
    is_open = Q(state=CommitmentState.OPEN)
    return Commitment.objects.visible_to(user).aggregate(
        open=Count("pk", filter=is_open),
        overdue=Count("pk", filter=is_open & Q(due_on__lt=on)),
        done=Count("pk", filter=Q(state=CommitmentState.DONE)),
    )


def _plan_step(conference: Conference, today: dt.date) -> ChainStep:
    issued = conference.plan_issued_on
    if issued or conference.plan_number:
        return ChainStep(
            "plan", _("Plan"), DONE, issued or conference.plan_due_on, conference.plan_number
        )
    return _owed("plan", _("Plan"), conference.plan_due_on, today)


def _opening_step(conference: Conference, at: dt.datetime) -> ChainStep:
    state = DONE if at >= conference.asks_open_at else AHEAD
    return ChainStep("open", _("Questions open"), state, day_of(conference.asks_open_at))


def _closing_step(conference: Conference, at: dt.datetime) -> ChainStep:
    state = DONE if at >= conference.asks_close_at else AHEAD
    return ChainStep("close", _("Questions close"), state, day_of(conference.asks_close_at))


def _conference_step(conference: Conference, at: dt.datetime) -> ChainStep:
    label = pgettext("step", "Conference")
    day = conference.held_on
    if conference.happened:
        return ChainStep("conference", label, DONE, day)
    if conference.starts_at <= at < conference.ends_at:
        return ChainStep("conference", label, CURRENT, day, _("going on"))
    if at >= conference.ends_at:
        return ChainStep("conference", label, LATE, day, _("not recorded yet"))
    return ChainStep("conference", label, AHEAD, day)


def _conclusion_step(conference: Conference, today: dt.date) -> ChainStep:
    label = pgettext("step", "Conclusion")
    if conference.conclusion_number or conference.conclusion_issued_on:
        day = conference.conclusion_issued_on or conference.conclusion_due_on
        return ChainStep("conclusion", label, DONE, day, conference.conclusion_number)
    return _owed("conclusion", label, conference.conclusion_due_on, today)


def _writing_step(conference: Conference, today: dt.date) -> ChainStep:
    label = _("Written answers")
    due_on = conference.answers_due_on
    asked = conference.questions.filter(state__in=IN_PROGRESS)
    in_time = Q(due_on__gte=today) | Q(clock_stopped_on__isnull=False)  # a later date was promised
    counted = asked.aggregate(number=Count("pk"), late=Count("pk", filter=~in_time))
    waiting = counted["number"]
    if conference.state == ConferenceState.CLOSED and not waiting:
        return ChainStep("answers", label, DONE, due_on)
    note = ""
    if conference.happened and waiting:
        note = _questions_left(waiting)
    if today > due_on and counted["late"]:
        return ChainStep("answers", label, LATE, due_on, note)
    return ChainStep("answers", label, AHEAD, due_on, note)


def _owed(key: str, label: str, due_on: dt.date, today: dt.date) -> ChainStep:
    if today > due_on:
        return ChainStep(key, label, LATE, due_on, days_left(due_on, today))
    return ChainStep(key, label, AHEAD, due_on)


def _called_off(step: ChainStep, conference: Conference) -> ChainStep:
    if step.state == DONE:
        return step
    note = conference.get_state_display() if step.key == "conference" else ""
    return replace(step, state=NONE, on=None, note=note)


def _questions_left(number: int) -> str:
    return ngettext("%(number)d question left", "%(number)d questions left", number) % {
        "number": number
    }


# --- Questions and answers ----------------------------------------------------------


def answered_for(committee_ids: Collection[int], *, search: str = "") -> QuerySet[Answer]:
    """Return the published answers that every member of the committees may read: where it was
    asked, and where it was answered."""
    found = (
        Answer.objects.filter(
            Q(question__edited_ok=True) | ~Q(question__display_text=""),
            Q(question__committee_id__in=committee_ids)
            | Q(question__transferred_from_id__in=committee_ids),
            state=AnswerState.PUBLISHED,
        )
        .select_related("question__theme", "question__conference")
        .prefetch_related("attachments")
    )
    return searched(found, search, to="question__").order_by("rank", "-published_at", "pk")


def own_questions(questions: QuerySet[Question]) -> QuerySet[Any]:
    """Return an asker's questions with all that their page shows, in a fixed number of queries."""
    published = Answer.objects.filter(state=AnswerState.PUBLISHED).prefetch_related("attachments")
    return (
        questions.select_related(
            "conference",
            "committee",
            "theme",
            "merged_into__conference",
            "merged_into__committee",
            "rating",
            "appeal",
            "holding_reply",
            "merged_into__holding_reply",
        )
        .prefetch_related(
            "moves",
            "clarifications",
            "attachments",
            Prefetch("answers", published, to_attr="published_answers"),
            Prefetch(  # type: ignore[no-redef]  # of another question
                "merged_into__answers", published, to_attr="published_answers"
            ),
        )
        .order_by("-received_at", "pk")
    )


def to_answer(user: User) -> QuerySet[Question]:
    """Return what `user`, or a leader whose deputy `user` is, must answer in writing, the
    earliest due first."""
    mine = Question.objects.visible_to(user).answered_by(user)
    return _to_write(mine.exclude(waiting.given_back()))


def to_contribute(user: User) -> QuerySet[Question]:
    """Return the questions to whose answers `user` contributes, the earliest due first."""
    named = Question.objects.filter(co_responders__person=user)
    return _to_write(Question.objects.visible_to(user).filter(pk__in=named.values("pk")))


def to_write_for(user: User) -> QuerySet[Question]:
    """Return what the office of `user` must see written: open questions of its committees."""
    offices = user.committees_as(*OFFICE)
    return _to_write(Question.objects.filter(committee_id__in=offices))


def _to_write(questions: QuerySet[Question]) -> QuerySet[Question]:
    in_work = Answer.objects.filter(state__in=(AnswerState.DRAFT, AnswerState.SUBMITTED))
    return (
        questions.filter(state=QuestionState.ASSIGNED)
        .select_related("conference", "theme", "assignee")
        .prefetch_related(Prefetch("answers", in_work, to_attr="in_work"))
        .order_by("due_on", "pk")
    )


def published_answer(question: Question) -> Answer | None:
    """Return the answer that the asker reads, or None."""
    return question.answers.filter(state=AnswerState.PUBLISHED).first()


def with_questions_of(committee_ids: Collection[int]) -> Exists:
    """The condition of a conference of which questions are those committees' to answer."""
    # A subquery: a join would repeat rows and spoil every Count() after it.
    return Exists(
        Question.objects.filter(conference=OuterRef("pk"), committee_id__in=committee_ids)
    )


def conferences_with_questions(committee_ids: Collection[int]) -> list[Conference]:
    """Return the conferences whose questions may still be sorted, with how many wait there.

    The latest twenty, and every earlier or cancelled one in which something waits.
    """
    waiting = (
        Question.objects.to_sort()
        .filter(conference=OuterRef("pk"), committee_id__in=committee_ids)
        .order_by()
        .values("conference")
        .annotate(number=Count("pk"))
    )
    handed = (
        Question.objects.filter(TRANSFERRED_HERE, edited_ok=True)
        .filter(conference=OuterRef("pk"), committee_id__in=committee_ids)
        .order_by()
        .values("conference")
        .annotate(number=Count("pk"))
    )
    found = (
        Conference.objects.filter(
            Q(committee_id__in=committee_ids) | with_questions_of(committee_ids)
        )
        .select_related("committee")
        .annotate(
            in_all=Count("questions", filter=Q(questions__committee_id__in=committee_ids)),
            waiting=Coalesce(Subquery(waiting.values("number")), 0)
            + Coalesce(Subquery(handed.values("number")), 0),
        )
        .exclude(state=ConferenceState.CANCELLED, waiting=0)
        .order_by("-starts_at", "pk")
    )
    return [one for place, one in enumerate(found) if one.waiting or place < LATEST]
