"""What an office does with a conference: schedule, change, postpone, hold, record, close."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from committees.models import Committee, Membership
from committees.queries import working_calendar
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of, start_of, written_day
from foundation.moves import MoveNotAllowed, move
from foundation.versions import claim_version
from sessions.askers.public import hand_on
from sessions.domain.deadlines import lead_times
from sessions.domain.pausing import clock_with
from sessions.domain.triage import number_for
from sessions.models import AgendaItem, Attendance, Conference, HoldingReply
from sessions.models.question import TRANSFERRED_HERE
from sessions.states import CONFERENCE_AHEAD, IN_PROGRESS, ConferenceState, QuestionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from committees.models import User


CHANGEABLE = (*CONFERENCE_AHEAD, ConferenceState.HELD)
LONGEST_SUBJECT = 200  # of an entry in the record; the whole reason stands beside it
CLOSES_BY_ITSELF_AFTER = dt.timedelta(days=3)
# Kept with the question and printed in the report, so in the language of documents.
OFFICE_UNIT = "Văn phòng Đảng ủy"
TO_BE_WRITTEN = "Chưa trả lời tại hội nghị; chuyển trả lời bằng văn bản."
CLONED = (
    "kind",
    "place",
    "mode",
    "chair",
    "co_chair",
    "minutes_taker",
    "collection_channels",
)


class NotBegun(MoveNotAllowed):
    """A conference that lies ahead has not been held."""


class AlreadyScheduled(Exception):
    """The same conference is on the calendar already; `conference` is it."""

    def __init__(self, conference: Conference) -> None:
        super().__init__(str(conference))
        self.conference = conference


# --- before -------------------------------------------------------------------------


@transaction.atomic
def schedule_conference(
    committee: Committee,
    *,
    starts_at: dt.datetime,
    chair: User,
    answerers: Iterable[User],
    by: User,
    at: dt.datetime,
    agenda: Iterable[Any] = (),
    **fields: Any,
) -> Conference:
    """Put a conference on the calendar, with its leaders, its agenda and its lead-time line.

    Lead times that are not given are computed; `agenda` is a list of {time, title, speaker}.
    Raises AlreadyScheduled, so that a form sent twice makes one conference.
    """
    _refuse_second(committee, starts_at=starts_at, title=fields["title"])
    given = {name: value for name, value in fields.items() if value is not None}
    last = committee.conferences.aggregate(last=Max("number"))["last"] or 0
    conference = Conference.objects.create(
        committee=committee,
        number=last + 1,
        starts_at=starts_at,
        chair=chair,
        created_at=at,
        **{
            "chair_post": post_of(chair, committee=committee, on=day_of(starts_at)),
            **lead_times(starts_at, calendar=working_calendar()),
            **given,
        },
    )
    conference.answerers.set(answerers)
    _set_agenda(conference, agenda)
    conference.moves.create(
        actor=by, from_state="", to_state=ConferenceState.SCHEDULED, at=at, reason=""
    )
    return conference


@transaction.atomic
def change_conference(
    conference: Conference,
    *,
    version: int,
    by: User,
    at: dt.datetime,
    agenda: Iterable[Any] | None = None,
    answerers: Iterable[User] | None = None,
    **fields: Any,
) -> Conference:
    """Save what the office has changed. Raises OutdatedVersion, MoveNotAllowed."""
    _lock(conference)
    if conference.state not in CHANGEABLE:
        raise MoveNotAllowed(f"{conference}: {conference.state}")
    claim_version(conference, version)
    if fields.get("chair") not in (None, conference.chair):
        held_on = day_of(fields.get("starts_at") or conference.starts_at)
        fields["chair_post"] = post_of(fields["chair"], committee=conference.committee, on=held_on)
    _write(conference, fields)
    if answerers is not None:
        conference.answerers.set(answerers)
    if agenda is not None:
        conference.agenda.all().delete()
        _set_agenda(conference, agenda)
    return conference


def clone_of(conference: Conference, *, starts_at: dt.datetime | None = None) -> dict[str, Any]:
    """Return what the schedule form begins with: the same people and agenda, shifted dates.

    Without `starts_at` the next one lies half a year (26 weeks) later, on the same weekday.
    """
    starts_at = starts_at or _same_hour(conference.starts_at, weeks=26)
    length = conference.ends_at - conference.starts_at
    return {
        **{name: getattr(conference, name) for name in CLONED},
        "starts_at": starts_at,
        "ends_at": starts_at + length,
        **lead_times(starts_at, calendar=working_calendar()),
        "answerers": list(conference.answerers.all()),
        "agenda": list(conference.agenda.values("time", "title", "speaker")),
    }


@transaction.atomic
def postpone_conference(conference: Conference, *, reason: str, by: User, at: dt.datetime) -> None:
    """Take a conference off its date, with a reason that everybody can read."""
    _move(conference, ConferenceState.POSTPONED, by=by, at=at, reason=reason)
    _record(Act.CONFERENCE_POSTPONED, conference, by, reason=reason)


@transaction.atomic
def reschedule_conference(
    conference: Conference,
    *,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
    reason: str = "",
    **dates: Any,
) -> None:
    """Give a postponed conference its new date and its new lead-time line."""
    given = {name: value for name, value in dates.items() if value is not None}
    _move(
        conference,
        ConferenceState.SCHEDULED,
        by=by,
        at=at,
        reason=reason,
        starts_at=starts_at,
        ends_at=ends_at,
        **{**lead_times(starts_at, calendar=working_calendar()), **given},
    )
    _record(Act.CONFERENCE_RESCHEDULED, conference, by, reason=reason)


@transaction.atomic
def cancel_conference(conference: Conference, *, reason: str, by: User, at: dt.datetime) -> None:
    """Call a conference off. The questions that came in are answered in writing all the same."""
    hand_on(conference.staged_questions.all(), at=at)
    _move(conference, ConferenceState.CANCELLED, by=by, at=at, reason=reason)
    due_on = lead_times(at, calendar=working_calendar())["answers_due_on"]
    _turn_to_writing(conference, due_on=due_on, by=by, at=at)
    _record(Act.CONFERENCE_CANCELLED, conference, by, reason=reason)


def _record(act: Act, conference: Conference, by: User, *, reason: str) -> None:
    """Write down the act with the day that the conference now has, or had, and why."""
    said = f"{conference.code}, {written_day(conference.held_on)}"
    if reason:
        said = f"{said}: {' '.join(reason.split())}"
    short = said if len(said) <= LONGEST_SUBJECT else f"{said[: LONGEST_SUBJECT - 1]}…"
    audit.record(act, by=by, committee=conference.committee, subject=short, reason=reason)


# --- at the conference and after it -------------------------------------------------


@transaction.atomic
def hold_conference(conference: Conference, *, by: User, at: dt.datetime) -> None:
    """Note that the conference was held. Raises NotBegun."""
    _lock(conference)
    if conference.starts_at > at:
        raise NotBegun(f"{conference}: {conference.starts_at}")
    _move(conference, ConferenceState.HELD, by=by, at=at)


@transaction.atomic
def record_course(
    conference: Conference, *, version: int, by: User, at: dt.datetime, **fields: Any
) -> Conference:
    """Write down papers, course and conclusion. Raises OutdatedVersion, MoveNotAllowed."""
    _lock(conference)
    if conference.state == ConferenceState.CANCELLED:
        raise MoveNotAllowed(f"{conference}: {conference.state}")
    claim_version(conference, version)
    _write(conference, fields)
    return conference


@transaction.atomic
def record_attendance(
    conference: Conference, *, by: User, at: dt.datetime, **counts: int
) -> Attendance | None:
    """Write down how many came; without a number the conference counts as not yet counted."""
    _lock(conference)
    if all(count is None for count in counts.values()):
        Attendance.objects.filter(conference=conference).delete()
        return None
    attendance, _created = Attendance.objects.update_or_create(
        conference=conference, defaults=counts
    )
    return attendance


@transaction.atomic
def record_results(
    conference: Conference,
    *,
    version: int,
    course: Mapping[str, Any],
    by: User,
    at: dt.datetime,
    attendance: Mapping[str, Any] | None = None,
) -> Conference:
    """Write down course and attendance as one. Raises OutdatedVersion, MoveNotAllowed."""
    record_course(conference, version=version, **course, by=by, at=at)
    if attendance is not None:
        record_attendance(conference, **attendance, by=by, at=at)
    return conference


@transaction.atomic
def close_conference(conference: Conference, *, by: User | None, at: dt.datetime) -> None:
    """Close what was held. Whatever was not answered there is now owed in writing."""
    hand_on(conference.staged_questions.all(), at=at)
    _move(conference, ConferenceState.CLOSED, by=by, at=at)
    _turn_to_writing(conference, due_on=conference.answers_due_on, by=by, at=at)


def close_due_conferences(*, at: dt.datetime) -> int:
    """Close the conferences that were held and whose day has been over for three days.

    Safe to call at any time and any number of times. Returns how many it closed.
    """
    ended_before = start_of(day_of(at - CLOSES_BY_ITSELF_AFTER))
    closed = 0
    for conference in Conference.objects.filter(
        state=ConferenceState.HELD, ends_at__lt=ended_before
    ):
        try:
            close_conference(conference, by=None, at=at)
        except MoveNotAllowed:  # somebody was faster: that is what was wanted
            continue
        closed += 1
    return closed


# --- small parts --------------------------------------------------------------------


def post_of(person: User, *, committee: Committee, on: dt.date) -> str:
    """Return what `person` is in `committee` on the day `on`, as documents name it."""
    posts = Membership.objects.active(on=on).filter(user=person, committee=committee)
    return next((post for post in posts.values_list("post", flat=True) if post), "")


def _refuse_second(committee: Committee, *, starts_at: dt.datetime, title: str) -> None:
    Committee.objects.select_for_update(no_key=True).get(pk=committee.pk)
    same = committee.conferences.filter(starts_at=starts_at, title=title)
    if found := same.exclude(state=ConferenceState.CANCELLED).first():
        raise AlreadyScheduled(found)


def _same_hour(moment: dt.datetime, *, weeks: int) -> dt.datetime:
    local = timezone.localtime(moment).replace(tzinfo=None) + dt.timedelta(weeks=weeks)
    return timezone.make_aware(local)


def _lock(conference: Conference) -> None:
    conference.refresh_from_db(from_queryset=Conference.objects.select_for_update(no_key=True))


def _move(conference: Conference, to: Any, **details: Any) -> None:
    """Move and raise the version: a form that was open meanwhile has grown old."""
    _lock(conference)
    move(conference, to, version=conference.version + 1, **details)


def _write(conference: Conference, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(conference, name, value)
    conference.save(update_fields=list(fields))


def _set_agenda(conference: Conference, agenda: Iterable[Any]) -> None:
    AgendaItem.objects.bulk_create(
        AgendaItem(conference=conference, position=position, **row)
        for position, row in enumerate(agenda, start=1)
    )


def _turn_to_writing(
    conference: Conference, *, due_on: dt.date, by: User | None, at: dt.datetime
) -> None:
    """Make every question without an answer one that is owed in writing by `due_on`.

    Who was to answer stays so, and so do an earlier date and one that an asker was promised; the
    office takes the rest, but for what waits in another committee, which gets its date alone.
    """
    unanswered = conference.questions.filter(state__in=IN_PROGRESS).order_by("pk")
    unanswered.filter(TRANSFERRED_HERE, due_on=None).update(due_on=due_on)
    unanswered = unanswered.exclude(TRANSFERRED_HERE)
    promised = HoldingReply.objects.filter(question__in=unanswered)
    kept = dict(promised.values_list("question", "due_on"))
    for question in unanswered.select_for_update(no_key=True):
        latest = max(due_on, kept.get(question.pk, due_on))
        due = min(question.due_on or latest, latest)
        changes: dict[str, Any] = {
            "due_on": due,
            "clock_stopped_on": clock_with(question, due, at=at),
        }
        if question.assignee_id is None and not question.assigned_unit:
            changes["assigned_unit"] = OFFICE_UNIT
        move(
            question,
            QuestionState.ASSIGNED,
            by=by,
            at=at,
            reason=TO_BE_WRITTEN,
            **number_for(question),
            **changes,
        )
