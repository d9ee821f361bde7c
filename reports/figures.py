"""What a report prints: every figure of a committee's period, from one place.

Prose, tables, checklist and the Board's consolidation all read the dictionary that
`committee_figures` returns; nothing else counts.
"""

from collections import Counter, defaultdict
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Count, Exists, F, OuterRef, Q, When
from django.db.models.functions import Coalesce

from foundation.clock import day_of, start_of
from periods.windows import window_of
from reports.documents.formatting import hour_in_words
from reports.models import Report
from reports.openings import NONE, openings_in
from reports.suppression import TOTAL, Table, suppress
from sessions.models import (
    Answer,
    Commitment,
    CommitmentMove,
    Conference,
    Question,
    QuestionMove,
    Rating,
    Theme,
)
from sessions.models.question import due_before
from sessions.states import (
    CONFERENCE_HAPPENED,
    COUNTED,
    IN_PROGRESS,
    AnswerState,
    CommitmentState,
    ConferenceState,
    QuestionState,
)

OUTCOMES = (
    "answered_live",
    "answered_written",
    "in_progress",
    "escalated",
    "referred",
    "declined",
)
COLUMNS = ("items", "before", "live", "overdue", *OUTCOMES)
GROUPS_OF_PEOPLE = (
    "invited",
    "present",
    "party_members",
    "civil_servants",
    "public_employees",
    "workers",
    "women",
    "online",
)


def conferences_in(committee, window):
    """The conferences whose questions a report counts: those held in the `window` of its
    obligation, and what a cancelled one had already received."""
    return Conference.objects.filter(
        committee=committee, state__in=(*CONFERENCE_HAPPENED, ConferenceState.CANCELLED)
    ).between(*window)


def percentage(part, whole):
    """Return `part` of `whole` in percent with one decimal, or None where there is no whole.

    A half is rounded up, as by every calculator: 1 of 16 is 6,3 and not 6,2.
    """
    return (2_000 * part + whole) // (2 * whole) / 10 if whole else None


def answered_rate(row):
    """(live + written) of those that could be answered here: not the declined and referred."""
    return percentage(
        row["answered_live"] + row["answered_written"],
        row["items"] - row["declined"] - row["referred"],
    )


def committee_figures(obligation, *, at):
    """Return all figures of one committee's period as a JSON-able dictionary, as of `at`.

    Keys: conferences, attendance_total, themes, totals, previous (table 2), commitments
    (table 4), escalated (table 5), items (annex 1), open_items (annex 2), ratings, openings, counts.
    """
    committee, window = obligation.committee, window_of(obligation)
    today = day_of(at)
    conferences = list(
        conferences_in(committee, window)
        .select_related("attendance", "chair")
        .prefetch_related("answerers")
        .order_by("starts_at", "pk")
    )
    held = [conference for conference in conferences if conference.happened]
    questions = Question.objects.filter(conference__in=conferences)
    themes, states = _themes(questions, today)
    totals = _sum(themes)
    items = list(_items(questions))
    own = {conference.pk for conference in held}
    commitments = _commitments(committee, window[0], own)
    return {
        "as_of": at.isoformat(),
        "conferences": [_conference(conference) for conference in held],
        "attendance_total": _attendance_total(held),
        "themes": themes,
        "totals": totals,
        "previous": [
            _commitment(one, today) for one in commitments if one.conference_id not in own
        ],
        "commitments": [_commitment(one, today) for one in commitments if one.conference_id in own],
        "escalated": [item for item in items if item["outcome"] == "escalated"],
        "items": items,
        "open_items": [
            {**item, "days_overdue": _days_overdue(item, today)}
            for item in items
            if item["outcome"] == "in_progress"
        ],
        "ratings": _ratings(obligation, questions),
        "openings": openings_in(obligation.period, [committee.pk], at=at).get(committee.pk, NONE),
        "counts": _counts(states, held, items),
    }


def conference_figures(conference, *, at):
    """Return what the papers of one conference that took place print, as of `at`, JSON-able.

    Keys: conference, totals, items, commitments, agenda.
    """
    today = day_of(at)
    questions = Question.objects.filter(conference=conference)
    themes, _ = _themes(questions, today)
    commitments = conference.commitments.exclude(state=CommitmentState.CANCELLED)
    return {
        "as_of": at.isoformat(),
        "conference": _conference(conference),
        "agenda": [
            {
                "time": item.time and hour_in_words(item.time),
                "title": item.title,
                "speaker": item.speaker,
            }
            for item in conference.agenda.all()
        ],
        "totals": _sum(themes),
        "items": list(_items(questions)),
        "commitments": [
            _commitment(one, today)
            for one in commitments.select_related("conference__committee").order_by("number")
        ],
    }


def _themes(questions, today):
    """Return (a row for each mandated group, {state: how many} of all questions)."""
    found = questions.values(
        "state", "raised_live", group=Coalesce("theme__parent_id", "theme_id")
    ).annotate(number=Count("id"), late=Count("id", filter=due_before(today)))
    by_group: defaultdict[int, Counter[str]] = defaultdict(Counter)
    states: Counter[str] = Counter()
    for row in found.order_by():
        state, number = row["state"], row["number"]
        states[state] += number
        if state not in COUNTED:
            continue
        under_way = state in IN_PROGRESS
        by_group[row["group"]].update(
            {
                "items": number,
                "live" if row["raised_live"] else "before": number,
                "in_progress" if under_way else state: number,
                "overdue": row["late"] if under_way else 0,
            }
        )
    rows = []
    for theme in Theme.objects.filter(parent=None).order_by("number"):
        counted = by_group[theme.pk]
        row = {"theme": theme.name, **{name: counted[name] for name in COLUMNS}}
        rows.append({**row, "rate": answered_rate(row)})
    return rows, states


def _sum(rows):
    total = {name: sum(row[name] for row in rows) for name in COLUMNS}
    return {**total, "rate": answered_rate(total)}


def balance(totals):
    """Return how far `received` is from the sum of its outcomes; anything but 0 is a fault."""
    return totals["items"] - sum(totals[name] for name in OUTCOMES)


def _conference(conference):
    attendance = getattr(conference, "attendance", None)
    return {
        "id": conference.pk,
        "title": conference.title,
        "starts_at": conference.starts_at.isoformat(),
        "ends_at": conference.ends_at.isoformat(),
        "held_on": conference.held_on.isoformat(),
        "place": conference.place,
        "mode": conference.mode,
        "kind": conference.kind,
        "chair": conference.chair.full_name,
        "chair_post": conference.chair_post,
        "co_chair": conference.co_chair,
        "minutes_taker": conference.minutes_taker,
        "answerers": [person.full_name for person in conference.answerers.all()],
        "attendance": attendance and {name: getattr(attendance, name) for name in GROUPS_OF_PEOPLE},
        "turns": conference.turns,
        "summary": conference.summary,
        "conclusion": conference.conclusion,
        "diverted": conference.diverted,
        "asks_open_on": day_of(conference.asks_open_at).isoformat(),
        "asks_close_on": day_of(conference.asks_close_at).isoformat(),
        "plan_number": conference.plan_number,
        "plan_issued_on": _iso(conference.plan_issued_on),
        "plan_lead_unit": conference.plan_lead_unit,
        "collection_channels": conference.collection_channels,
        "notice_published_on": _iso(conference.notice_published_on),
        "notice_channels": conference.notice_channels,
        "minutes_signed_on": _iso(conference.minutes_signed_on),
        "conclusion_number": conference.conclusion_number,
        "conclusion_issued_on": _iso(conference.conclusion_issued_on),
        "answers_due_on": conference.answers_due_on.isoformat(),
    }


def _iso(day):
    return day and day.isoformat()


def _attendance_total(held):
    counted = [c.attendance for c in held if getattr(c, "attendance", None)]
    if not held or len(counted) < len(held):
        return None  # blank is not 0
    return {name: sum(getattr(row, name) for row in counted) for name in GROUPS_OF_PEOPLE}


def _commitments(committee, first, own):
    """Those of the conferences `own`, and those of earlier ones that were open on the day `first`,
    or that were taken over from a merged committee."""
    # By the moment it was written down: done before that day, it was open in the last report.
    done_since = CommitmentMove.objects.filter(
        commitment=OuterRef("pk"), to_state=CommitmentState.DONE, at__gte=start_of(first)
    )
    earlier = Q(
        Q(state=CommitmentState.OPEN) | Exists(done_since),
        Q(conference__starts_at__lt=start_of(first)) | ~Q(conference__committee=committee),
        committee=committee,
    )
    return list(
        Commitment.objects.filter(earlier | Q(conference__in=own))
        .exclude(state=CommitmentState.CANCELLED)
        .select_related("conference__committee")
        .order_by("conference__starts_at", "number")
    )


def _commitment(commitment, today):
    return {
        "code": commitment.code,
        "held_on": commitment.conference.held_on.isoformat(),
        "taken_over_from": commitment.taken_over_from,
        "text": commitment.text,
        "lead_unit": commitment.lead_unit,
        "co_units": commitment.co_units,
        "due_on": commitment.due_on.isoformat(),
        "state": commitment.state,
        "is_overdue": commitment.is_overdue(on=today),
        "result": commitment.result,
        "evidence": commitment.evidence,
    }


def _items(questions):
    """Every counted question, without anything that could name its asker."""
    published = {
        answer.question_id: answer
        for answer in Answer.objects.filter(
            question__in=questions, state=AnswerState.PUBLISHED
        ).only("question_id", "live", "text", "answered_by", "published_at", "shared")
    }
    told: dict[
        UUID, str
    ] = {}  # {what answers share: the code of the first question that it answers}
    rows = (
        questions.filter(state__in=COUNTED)
        .select_related("conference")
        .annotate(
            supporters=1 + Count("merged_questions"),
            group_name=Coalesce("theme__parent__name", "theme__name"),
            group_number=Coalesce("theme__parent__number", "theme__number"),
            assignee_name=F("assignee__full_name"),
            elsewhere=Case(When(transferred_from__isnull=False, then=F("committee__name"))),
            first_reply_at=F("holding_reply__at"),
            prepared=Exists(
                QuestionMove.objects.filter(
                    question=OuterRef("pk"),
                    to_state=QuestionState.ASSIGNED,
                    at__lt=OuterRef("conference__starts_at"),
                )
            ),
        )
        # Not by arrival: the day is kept of named questions alone, so the order would name them.
        .order_by("group_number", "conference__starts_at", F("number").asc(nulls_last=True), "id")
    )
    for question in rows:
        as_in = ""
        if answer := published.get(question.pk):
            answer.question = question
            first = told.setdefault(answer.shared, question.code) if answer.shared else ""
            as_in = first if first != question.code else ""
        yield {
            "code": question.code,
            "held_on": question.conference.held_on.isoformat(),
            "group": question.group_name,
            "text": question.text if question.edited_ok else None,
            "channel": question.channel,
            "raised_live": question.raised_live,
            "outcome": "in_progress" if question.state in IN_PROGRESS else question.state,
            "answer": answer.text if answer else "",
            "answered_by": answer.answered_by if answer else "",
            "answered_on": answer and answer.answered_on.isoformat(),
            "as_in": as_in,
            "prepared": question.prepared,
            "unit": question.elsewhere or question.assigned_unit or question.assignee_name or "",
            "due_on": _iso(question.due_on),
            "clock_stopped_on": _iso(question.clock_stopped_on),
            "first_reply_on": question.first_reply_at
            and day_of(question.first_reply_at).isoformat(),
            "passed_to": question.passed_to,
            "passed_reason": question.passed_reason,
            "return_code": question.return_code,
            "supporters": question.supporters,
            "times_raised": question.times_raised,
            "in_report": question.in_report,
        }


def _ratings(obligation, questions):
    """Return {value or TOTAL: how many askers rated so}; None where few people would show.

    A figure is published once for a period: later versions of the report repeat it, so that
    nobody can subtract the one from the other.
    """
    published = _ratings_published(obligation)
    if published:
        return published
    counted = Counter(Rating.objects.filter(question__in=questions).values_list("value", flat=True))
    counts = {value: counted[value] for value in Rating.Value.values}
    if counted.total() < settings.FEWEST_SHOWN:
        return dict.fromkeys((*counts, TOTAL))  # none at all looks like a few
    return suppress(Table(counts, {TOTAL: tuple(counts)}), least=settings.FEWEST_SHOWN).shown


def _ratings_published(obligation):
    """Return the ratings that an issued report of the period shows, or None."""
    issued = Report.objects.filter(obligation=obligation, snapshot__isnull=False)
    for ratings in issued.order_by("version").values_list("snapshot__figures__ratings", flat=True):
        if ratings and ratings[TOTAL] is not None:
            return ratings
    return None


def _days_overdue(item, today):
    if not item["due_on"] or item["clock_stopped_on"]:
        return 0
    return max((today - date.fromisoformat(item["due_on"])).days, 0)


def _counts(states, held, items):
    """The counts that prose needs beside the tables."""
    turns = [conference.turns for conference in held]
    diverted = [conference.diverted for conference in held]
    return {
        "conferences": len(held),
        "turns": sum(turns) if held and None not in turns else None,
        "diverted": sum(diverted) if held and None not in diverted else None,
        "merged": states[QuestionState.MERGED],
        "withdrawn": states[QuestionState.WITHDRAWN],
        "untriaged": states[QuestionState.RECEIVED],
        "unedited": sum(item["text"] is None for item in items),
        "unowned": sum(
            item["outcome"] == "in_progress" and not (item["unit"] and item["due_on"])
            for item in items
        ),
        # Counted apart: a first reply is no answer.
        "first_replies": sum(
            item["outcome"] == "in_progress" and item["first_reply_on"] is not None
            for item in items
        ),
        "units": len({item["unit"] for item in items if item["unit"]}),
    }
