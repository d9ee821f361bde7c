"""What the desk of a running conference shows, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count, F, Prefetch, Q, Sum

from foundation.text import fold
from hall.models import Guest, Hall, Minutes, Speaker, TurnMove, what_is_told
from hall.states import TAKEN, TurnState
from sessions.askers import public as askers
from sessions.models import Answer, Attendance, Question, Theme
from sessions.states import COUNTED, IN_PROGRESS, AnswerState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from hall.models import DeskAct, Turn
    from sessions.models import Conference


QUEUE = 60  # questions that the desk draws, each with its acts; it says how many more wait
# A reply counts for the beginning that it was given for.
COUNTS = Q(reply_for=F("conference__starts_at"))
# Sorted, and so numbered, or cleared for others: whatever else waits has only just come.
LOOKED_AT = Q(number__isnull=False) | Q(edited_ok=True)
DONE = 50  # turns that the desk shows; the minutes have all


@dataclass(frozen=True)
class Only:
    """Which of those that wait are shown: of this group of themes, of this unit; None and "": all."""

    theme: int | None = None
    unit: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Only:
        """Return what the query of an address asks for; what cannot be read shows all."""
        theme = query.get("theme", "")
        number = int(theme) if theme.isascii() and theme.isdigit() and len(theme) < 10 else 0
        return cls(theme=number or None, unit=query.get("unit", "")[:150])

    @property
    def query(self) -> str:
        """Return the same as the query of an address; "" for all."""
        chosen = {"theme": self.theme, "unit": self.unit}
        return urlencode({name: value for name, value in chosen.items() if value})

    def shows(self, question: Question) -> bool:
        is_theme = self.theme in (None, question.theme.group.pk)
        return is_theme and self.unit in ("", question.asker_unit)


@dataclass(frozen=True)
class Desk:
    hall: Hall
    waiting: list[Question]  # in the order in which they are taken
    held_back: list[Question]
    now: Turn | None
    done: list[Turn]  # the newest first
    last: DeskAct | None  # what would be undone next
    speakers: list[Speaker]  # those who asked for the floor, in their order
    heard: frozenset[tuple[str, Any]]  # what was on the floor: the chair is fair to the others
    only: Only = field(default_factory=Only)

    @property
    def is_open(self) -> bool:
        """Does the question on the floor still wait for its answer?"""
        return self.now is not None and self.now.question.state in IN_PROGRESS

    @cached_property
    def chosen(self) -> list[Question]:
        """Return those that wait, of the theme and the unit that were asked for."""
        return [one for one in self.waiting if self.only.shows(one)]

    @property
    def shown(self) -> list[Question]:
        return self.chosen[:QUEUE]

    @property
    def more(self) -> int:
        """Return how many wait behind those that are shown."""
        return len(self.chosen) - len(self.shown)

    @property
    def themes(self) -> list[Theme]:
        """Return the groups of those that wait, in their order."""
        groups = {one.theme.group for one in self.waiting}
        return sorted(groups, key=lambda group: (group.number, group.pk))

    @property
    def units(self) -> list[str]:
        """Return the units of those who asked by name and wait."""
        return sorted({one.asker_unit for one in self.waiting if one.asker_unit})

    @property
    def speaking(self) -> Speaker | None:
        return next((one for one in self.speakers if one.speaks), None)

    @property
    def next_speakers(self) -> list[Speaker]:
        return [one for one in self.speakers if one.waits]

    @property
    def following(self) -> Question | None:
        return self.waiting[0] if self.waiting else None


def marks_of(question: Question) -> dict[str, Any]:
    """Return what the chair may have heard already: the group of themes, how it was asked, and the
    unit, which stands with a name alone."""
    marks: dict[str, Any] = {"theme": question.theme.group.pk}
    marks["named"] = question.level == Question.Level.NAMED
    if question.asker_unit:
        marks["unit"] = question.asker_unit
    return marks


def unheard(question: Question, heard: frozenset[tuple[str, Any]]) -> list[str]:
    """Return the names of its marks that nothing on the floor has had; none before anything was."""
    return [
        name for name, mark in marks_of(question).items() if heard and (name, mark) not in heard
    ]


def waiting_in(hall: Hall) -> QuerySet[Question]:
    """Return the open questions of the hall in the order of its queue, with their places."""
    return (
        Question.objects.filter(
            conference=hall.pk,
            committee=hall.conference.committee_id,
            state__in=IN_PROGRESS,
        )
        .exclude(turns__state__in=(TurnState.RUNNING, TurnState.IN_WRITING))
        .select_related("conference", "theme__parent", "assignee", "author", "place")
        .order_by(
            F("place__position").asc(nulls_last=True),
            "theme__number",
            F("number").asc(nulls_last=True),
            "pk",
        )
    )


def stamp(hall: Hall) -> str:
    """Return what tells whether the screen is still right: how far the hall has come, and the questions
    that the office has looked at, which others sort and change meanwhile."""
    return f"{hall.change}-{_looked_at(hall)}-{hall.conference.state}"


def seats_stamp(hall: Hall) -> str:
    """Return what tells whether a telephone is still right: turns that came and went, and questions.

    What is typed at the desk and how its queue stands is not seen from the seats: three hundred
    telephones need not load it.
    """
    moves = TurnMove.objects.filter(turn__hall=hall).count()
    asks = int(hall.takes_from_seats and 1 + askers.gives_passes(hall.conference))
    return f"{moves}-{asks}-{_looked_at(hall)}-{hall.conference.state}"


def desk_stamp(hall: Hall) -> str:
    """Return the stamp of the desk: it alone is told of each who asks, and of each who asks the same."""
    return f"{hall.change}-{_told(hall, Q())}-{hall.conference.state}-{hall.also}"


def _looked_at(hall: Hall) -> str:
    """Leave out what has only just come: the whole hall would know in which moment somebody asked."""
    return _told(hall, LOOKED_AT)


def _told(hall: Hall, which: Q) -> str:
    asked = Question.objects.filter(which, conference=hall.pk)
    told = asked.aggregate(number=Count("pk"), versions=Sum("version"))
    return f"{told['number']}-{told['versions'] or 0}"


def is_held_back(question: Question) -> bool:
    """Say whether a question of `waiting_in` is passed over; one without a place is not."""
    place = getattr(question, "place", None)
    return place is not None and place.is_held_back


def turns_taken(hall: Hall) -> QuerySet[Turn]:
    """Return the turns that the minutes tell of, in their order."""
    return hall.turns.filter(state__in=TAKEN).order_by("began_at", "number")


def course_of(conference: Conference) -> list[Turn]:
    """Return the turns of the conference, each with its question and, as the question's only answer,
    the one that is published; none where it had no desk."""
    hall = Hall.objects.filter(pk=conference.pk).first()
    if hall is None:
        return []
    published = Answer.objects.filter(state=AnswerState.PUBLISHED)
    return list(
        turns_taken(hall)
        .select_related(
            *("question__conference", "question__committee", "note"),
            "question__merged_into__conference",
        )
        .prefetch_related(Prefetch("question__answers", published))
    )


def heard_by_all(hall: Hall) -> dict[str, Any]:
    """Return what may be followed from every seat: {now, is_now_read, taken, counts}.

    Of what was taken only what was cleared for others, the newest first; nobody's name.
    """
    turns = hall.turns.select_related("question__theme__parent", "question__place", "commitment")
    now = turns.filter(state=TurnState.RUNNING).first()
    taken = turns.filter(state__in=TAKEN).order_by("-ended_at")[:DONE]
    return {
        "now": now,
        "is_now_read": now is not None and may_be_read_by_all(now.question),
        "taken": [turn for turn in taken if may_be_read_by_all(turn.question)],
        "counts": {"taken": turns_taken(hall).count()},
    }


def may_be_read_by_all(question: Question) -> bool:
    """Was the text cleared for others, and does the question still stand?"""
    return question.edited_ok and question.state in COUNTED


def asked_from_seats(hall: Hall, *, seed: str) -> list[Question]:
    """Return what waits and may be read by all, in an order that each telephone has of its own: what
    stands first is pressed more, wherever it stands."""
    if not hall.takes_from_seats:
        return []
    waiting = waiting_in(hall).filter(edited_ok=True, state__in=COUNTED)[:QUEUE]
    return sorted(waiting, key=lambda one: place_for(seed, str(one.pk)))


def place_for(seed: str, pk: str) -> bytes:
    """Return what the telephone with this seed puts its list in order by."""
    return sha256(f"{seed}:{pk}".encode()).digest()


def more_from_seats(hall: Hall) -> int:
    """Return how many more wait than are shown to those who follow."""
    if not hall.takes_from_seats:
        return 0
    return max(waiting_in(hall).filter(edited_ok=True, state__in=COUNTED).count() - QUEUE, 0)


def may_be_asked_again(hall: Hall, question: Question) -> bool:
    return may_be_read_by_all(question) and waiting_in(hall).filter(pk=question.pk).exists()


def counts(hall: Hall) -> dict[str, int]:
    """Return how many questions were taken and how many wait, as the screen tells the hall: of those
    that wait only what everybody heard or the office has looked at."""
    waiting = waiting_in(hall).filter(LOOKED_AT | Q(channel=Question.Channel.ORAL))
    return {"taken": turns_taken(hall).count(), "waiting": waiting.count()}


def speaking_in(hall: Hall) -> Speaker | None:
    """Return who speaks, or None."""
    return hall.speakers.filter(began_at__isnull=False, ended_at=None).first()


def spoken_by_unit(speakers: list[Speaker], *, at: dt.datetime) -> list[tuple[str, int, int]]:
    """Return [(unit, how many spoke, seconds), …], who has spoken longest first; blank: no unit."""
    found: dict[str, list[int]] = {}
    for one in speakers:
        if one.began_at is not None:
            found.setdefault(one.unit, []).append(int(one.lasted(at=at).total_seconds()))
    rows = [(unit, len(seconds), sum(seconds)) for unit, seconds in found.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


def last_act(hall: Hall) -> DeskAct | None:
    """Return what would be undone next, or None."""
    acts = hall.acts.filter(undone_at=None, is_final=False)
    acts = acts.select_related("question__conference", "by")
    return acts.order_by("-number").first()


def desk(hall: Hall, *, only: Only | None = None) -> Desk:
    """Return what the desk shows at this moment; of those that wait perhaps some `only`."""
    questions = list(waiting_in(hall).annotate(joined=Count("merged_questions")))
    turns = hall.turns.select_related(
        *("question__conference", "question__author", "question__assignee"),
        *("question__theme__parent", "commitment"),
    )
    now = turns.filter(state=TurnState.RUNNING).first()
    done = list(turns.filter(state__in=TAKEN).order_by("-ended_at", "-number")[:DONE])
    taken = [turn.question for turn in (*done, *filter(None, [now]))]
    return Desk(
        hall=hall,
        waiting=[one for one in questions if not is_held_back(one)],
        held_back=[one for one in questions if is_held_back(one)],
        now=now,
        done=done,
        last=last_act(hall),
        speakers=list(hall.speakers.filter(is_gone=False)),
        heard=frozenset(mark for question in taken for mark in marks_of(question).items()),
        only=only or Only(),
    )


def theme_of_the_floor() -> Theme | None:
    """Return the group for what belongs to no other: what is spoken is sorted afterwards."""
    groups = Theme.objects.filter(committee=None, parent=None, is_active=True)
    return groups.order_by("-number").first()


# --- who is invited -----------------------------------------------------------------------


def guests_of(conference: Conference) -> QuerySet[Guest]:
    """Return who is invited, in the order of the list."""
    return Guest.objects.filter(conference=conference)


def guests_found(conference: Conference, words: str = "") -> list[Guest]:
    """Return the list, or those whose name, post or unit has all of `words`, without their marks."""
    wanted = fold(words).split()
    return [
        guest
        for guest in guests_of(conference).select_related("conference")
        if all(word in fold(f"{guest.full_name} {guest.post} {guest.unit}") for word in wanted)
    ]


def guest_counts(conference: Conference) -> dict[str, int]:
    """Return how many are invited, will come, cannot, are present, excused, absent, left to tick,
    and were ticked because nobody had."""
    said, came = Guest.Reply, Guest.Presence
    counted: dict[str, int] = guests_of(conference).aggregate(
        invited=Count("pk"),
        comes=Count("pk", filter=Q(COUNTS, reply=said.COMES)),
        cannot=Count("pk", filter=Q(COUNTS, reply=said.CANNOT)),
        present=Count("pk", filter=Q(presence=came.PRESENT)),
        excused=Count("pk", filter=Q(presence=came.EXCUSED)),
        absent=Count("pk", filter=Q(presence=came.ABSENT)),
        unknown=Count("pk", filter=Q(presence=came.UNKNOWN)),
        settled=Count("pk", filter=Q(was_settled=True)),
    )
    return counted


def attendance_of(conference: Conference) -> dict[str, int] | None:
    """Return the figures of table 1 as the list has them, or None while nobody was ticked present.

    Keys: invited, present, party_members, civil_servants, public_employees, workers, women, online.
    """
    group = Guest.Group
    here = Q(presence=Guest.Presence.PRESENT)
    counted: dict[str, int] = guests_of(conference).aggregate(
        invited=Count("pk"),
        present=Count("pk", filter=here),
        party_members=Count("pk", filter=here & Q(is_party_member=True)),
        civil_servants=Count("pk", filter=here & Q(group=group.CIVIL_SERVANT)),
        public_employees=Count("pk", filter=here & Q(group=group.PUBLIC_EMPLOYEE)),
        workers=Count("pk", filter=here & Q(group=group.WORKER)),
        women=Count("pk", filter=here & Q(is_woman=True)),
        online=Count("pk", filter=here & Q(is_online=True)),
    )
    return counted if counted["present"] else None


def has_other_figures(conference: Conference) -> bool:
    """Do figures stand in the results that the list does not have: has somebody typed them?"""
    stands = Attendance.objects.filter(conference=conference).first()
    counted = attendance_of(conference)
    return stands is not None and counted != {name: getattr(stands, name) for name in counted or ()}


def to_be_invited(conference: Conference) -> QuerySet[Guest]:
    """Return those with an address who have not been told of the conference as it stands."""
    return guests_of(conference).exclude(email="").exclude(told=what_is_told(conference))


def to_be_told_off(conference: Conference) -> QuerySet[Guest]:
    """Return those who were written to and do not know that the conference is called off."""
    if not conference.is_called_off:
        return Guest.objects.none()
    return to_be_invited(conference).filter(mails__gt=0)


def minutes_of(conference: Conference) -> list[Minutes]:
    """Return the minutes of the conference, before anybody has written to them too, and their addenda."""
    found = list(
        Minutes.objects.filter(conference=conference)
        .select_related("changed_by", "approved_by")
        .order_by("number")
    )
    return found or [Minutes(conference=conference)]
