"""What the Board's consolidated report counts, JSON-able.

What is *held* comes from the conferences, what is *reported* from the frozen figures of the
reports that count as received (and of those deposited without approval, which are named apart).
So a committee that held its conference and has not reported yet is in the first and not in the
second, and every sum says how many committees it rests on.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count

from committees.models import Committee
from foundation.clock import day_of
from foundation.given import given
from foundation.search import spelled, words
from periods.models import Exemption, ReminderSent, ReportingPeriod
from reports.domain.snapshots import assert_intact
from reports.domain.wording import RATED
from reports.figures import OUTCOMES, answered_rate, percentage
from reports.models import ConsolidatedReport, Report
from reports.queries import desk
from reports.suppression import TOTAL
from sessions.models import Question

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from reports.desk_row import DeskRow
    from sessions.models import Conference


PEOPLE = ("counted", "present", "turns_counted", "turns")
ESCALATED_FACTS = ("code", "text", "passed_reason", "passed_to", "supporters", "times_raised")
THEME_FIGURES = ("items", "before", "live", *OUTCOMES, "overdue")


def consolidated_figures(
    board: Committee, period: ReportingPeriod, *, at: dt.datetime
) -> dict[str, Any]:
    """Return the figures of all tables and annexes, as of `at`."""
    reports = _reports(period, board)
    rows = desk(period, board, at=at)
    committees = _committees(rows, period, reports, at=at)
    return {
        "as_of": at.isoformat(),
        "window": [period.starts_on.isoformat(), period.due_before.isoformat()],
        "committees": committees,
        "exempt": _exempt([row for row in rows if row.is_exempt]),
        "themes": themes_of([row for row in committees if row["figures"]]),
        "size": size_of(committees),
        "repeated": repeated_in(committees, reports.values()),
        "before": _size_then(period, board, back=1, at=at),
        "year_before": _size_then(period, board, back=2, at=at),
    }


def _committees(
    desk_rows: Iterable[DeskRow],
    period: ReportingPeriod,
    reports: Mapping[int, Report],
    *,
    at: dt.datetime,
) -> list[dict[str, Any]]:
    """Return what is said of each committee that owes a report: who is exempt is not among them."""
    rows = [row for row in desk_rows if not row.is_exempt]
    rows.sort(key=lambda row: (row.obligation.committee.kind, row.obligation.committee.position))
    reminders = dict(
        ReminderSent.objects.filter(obligation__period=period, step__startswith="T")
        .values_list("obligation_id")
        .annotate(times=Count("pk"))
    )
    late = _still_late([row.obligation.committee_id for row in rows], on=day_of(at))
    found = [
        _committee(
            row,
            reports.get(row.obligation.pk),
            reminders.get(row.obligation.pk, 0),
            late.get(row.obligation.committee_id, set()),
        )
        for row in rows
    ]
    names = dict(
        Committee.objects.filter(
            pk__in={row["successor_id"] for row in found} - {None}
        ).values_list("pk", "name")
    )
    return [{**row, "successor": names.get(row.pop("successor_id"), "")} for row in found]


def _exempt(rows: Sequence[DeskRow]) -> list[dict[str, Any]]:
    """Return who owes nothing in the period, by name, with the reason that the Board gave."""
    last = {
        one.obligation_id: one
        for one in Exemption.objects.filter(
            obligation__in=[row.obligation for row in rows], is_on=True
        ).order_by("at", "pk")
    }
    return [
        {
            "name": row.obligation.committee.name,
            "kind": row.obligation.committee.kind,
            "reason": last[row.obligation.pk].reason,
            "on": day_of(last[row.obligation.pk].at).isoformat(),
        }
        for row in sorted(rows, key=lambda row: row.obligation.committee.name)
    ]


def _reports(period: ReportingPeriod, board: Committee) -> dict[int, Report]:
    """Return {obligation id: report} of the current versions that are not sent back.

    Raises DamagedSnapshot: nothing is added up from what somebody has changed by hand.
    """
    found = {}
    for report in (
        Report.objects.current()
        .filter(obligation__period=period, obligation__board=board)
        .exclude(inbox_item__data_missing=True)
    ):
        assert_intact(report)
        found[report.obligation_id] = report
    return found


def _still_late(committees: Iterable[int], *, on: dt.date) -> dict[int, set[str]]:
    """Return {committee id: codes of its questions that wait for an answer past their date}."""
    found: dict[int, set[str]] = {}
    # By the conference: that committee's report counts it, whoever answers it now.
    late = Question.objects.filter(conference__committee__in=committees, number__isnull=False)
    for question in (
        late.overdue(on=on)
        .select_related("conference")
        .only("number", "conference__number", "conference__committee_id")
    ):
        found.setdefault(question.conference.committee_id, set()).add(question.code)
    return found


def _committee(
    row: Any, report: Report | None, reminders: int, late: Collection[str]
) -> dict[str, Any]:
    committee, held = row.obligation.committee, row.held
    figures = given(report.snapshot)["figures"] if report else None
    planned = [one.plan_issued_on for one in held if one.plan_issued_on]
    return {
        "name": committee.name,
        "kind": committee.kind,
        "party_members": committee.party_members,
        "plan_on": planned[0].isoformat() if planned else None,
        "conferences": len(held),
        "last_held_on": held[-1].held_on.isoformat() if held else None,
        **_people(held),
        "received": row.is_settled,
        "issued_on": day_of(row.first_issued_at).isoformat() if row.is_settled else None,
        "status": row.status,
        "days_late": row.days_late if row.is_settled else 0,
        "days_over": row.days_over,
        "not_held_reason": "" if held or not row.report else row.report.not_held_reason,
        "reminders": reminders,
        "openings": row.obligation.openings,
        "active_from": committee.active_from.isoformat(),
        "active_until": committee.active_until.isoformat() if committee.active_until else None,
        "successor_id": committee.successor_id,
        "version": report.version if report else None,
        "source": _source(report) if report else None,
        "figures": figures and _reported(figures, late),
    }


def _source(report: Report) -> dict[str, Any]:
    """What the sums of a committee rest on: the report, and the print of its frozen form."""
    document = given(report.snapshot)["document"]
    return {
        "number": document["number"],
        "symbol": document["symbol"],
        "issued_on": day_of(given(report.issued_at)).isoformat(),
        "sha256": report.snapshot_sha256,
    }


def _people(held: Sequence[Conference]) -> dict[str, Any]:
    """How many came and spoke, and of how many conferences that is known: blank is not 0."""
    present = [one.attendance.present for one in held if getattr(one, "attendance", None)]
    turns = [one.turns for one in held if one.turns is not None]
    return {
        "counted": len(present),
        "present": sum(present) if present else None,
        "turns_counted": len(turns),
        "turns": sum(turns) if turns else None,
    }


def size_of_held(rows: Sequence[Any]) -> dict[str, Any]:
    """Return what `size_of` says of the conferences alone, of DeskRows as they stand."""
    rows = [row for row in rows if not row.is_exempt]
    people = [_people(row.held) for row in rows]
    return {
        "committees": len(rows),
        "held": sum(bool(row.held) for row in rows),
        "conferences": sum(len(row.held) for row in rows),
        **{name: sum(one[name] or 0 for one in people) for name in PEOPLE},
    }


def _reported(figures: Mapping[str, Any], late: Collection[str]) -> dict[str, Any]:
    """What is added up of one report. Late is what it leaves open and is late at the cut-off:
    what has been answered since is not, what has fallen due since is."""
    groups = Counter(item["group"] for item in figures["open_items"] if item["code"] in late)
    previous = figures["previous"]
    return {
        "totals": {**figures["totals"], "overdue": groups.total()},
        # A report that was frozen before first replies were counted says nothing of them.
        "first_replies": figures["counts"].get("first_replies"),
        "answer_days": _answer_days(figures["items"]),
        "themes": [{**row, "overdue": groups[row["theme"]]} for row in figures["themes"]],
        "ratings": figures.get("ratings"),
        "previous": len(previous),
        "previous_done": sum(line["state"] == "done" for line in previous),
        "previous_overdue": sum(_is_late(line) for line in previous),
        "overdue_promises": [
            {name: line[name] for name in ("code", "text", "lead_unit", "due_on")}
            for line in previous
            if _is_late(line)
        ],
        "escalated": [
            {name: item.get(name) for name in ESCALATED_FACTS} for item in figures["escalated"]
        ],
    }


def _is_late(line: Mapping[str, Any]) -> bool:
    return bool(line["state"] != "done" and line["is_overdue"])


def _answer_days(items: Iterable[Mapping[str, Any]]) -> list[int]:
    """For each answer in writing the days from the conference to it, 0 where it came before.

    From the conference: the day of asking is kept of named questions alone.
    """
    return [
        max(0, (date.fromisoformat(item["answered_on"]) - date.fromisoformat(item["held_on"])).days)
        for item in items
        if item["outcome"] == "answered_written" and item["answered_on"]
    ]


def mean_days(reported: Iterable[Mapping[str, Any]]) -> float | None:
    """Return how many days an answer in writing took, with one decimal; None without any."""
    days = [number for one in reported for number in one["answer_days"]]
    return (20 * sum(days) + len(days)) // (2 * len(days)) / 10 if days else None


def repeated_in(
    committees: Sequence[Mapping[str, Any]], reports: Iterable[Report]
) -> list[dict[str, Any]]:
    """Return what several committees were asked in the same words, the most widespread first.

    The same but for case, punctuation and where a tone is written: what only means the same a
    person must say. A text that was not cleared for publication is compared with nothing.
    """
    if len([row for row in committees if row["figures"]]) < 2:
        return []
    found: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for report in reports:
        for item in given(report.snapshot)["figures"]["items"]:
            if item["text"]:
                same = found.setdefault(" ".join(map(spelled, words(item["text"]))), [])
                same.append((report.obligation_id, item))
    rows = [
        {
            "text": same[0][1]["text"],
            "group": same[0][1]["group"],
            "committees": len({owed for owed, _ in same}),
            "items": len(same),
            "times": max(item["times_raised"] for _, item in same),
            "outcomes": dict(sorted(Counter(item["outcome"] for _, item in same).items())),
        }
        for same in found.values()
    ]
    many = [row for row in rows if row["committees"] > 1]
    return sorted(many, key=lambda row: (-row["committees"], -row["items"], row["text"]))


def ratings_of(committees: Iterable[Mapping[str, Any]]) -> tuple[int, dict[str, Any]]:
    """Return (how many committees published ratings, their sums); None where one hides a number.

    Only published numbers are added up: the sum tells nothing that the reports do not.
    """
    published = [
        row["figures"]["ratings"]
        for row in committees
        if row["figures"] and row["figures"]["ratings"] and row["figures"]["ratings"][TOTAL]
    ]
    return len(published), {
        key: None if None in (numbers := [one[key] for one in published]) else sum(numbers)
        for key in (*RATED, TOTAL)
    }


def themes_of(reported: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    names = dict.fromkeys(theme["theme"] for row in reported for theme in row["figures"]["themes"])
    for name in names:
        of_this = [
            theme
            for row in reported
            for theme in row["figures"]["themes"]
            if theme["theme"] == name
        ]
        row = {figure: sum(theme[figure] for theme in of_this) for figure in THEME_FIGURES}
        rows.append(
            {
                "theme": name,
                **row,
                "rate": answered_rate(row),
                "committees": sum(theme["items"] > 0 for theme in of_this),
            }
        )
    total = sum(row["items"] for row in rows)
    return [{**row, "share": percentage(row["items"], total)} for row in rows]


def theme_total(themes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the line of all groups together."""
    total = {figure: sum(row[figure] for row in themes) for figure in THEME_FIGURES}
    return {
        **total,
        "rate": answered_rate(total),
        "share": percentage(total["items"], total["items"]),
    }


def first_replies_of(reported: Sequence[Mapping[str, Any]]) -> int | None:
    """Return how many open questions had a first reply; None where a report does not say so."""
    numbers = [one["first_replies"] for one in reported]
    return None if not numbers or None in numbers else sum(numbers)


def size_of(committees: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Return the indicators that periods are compared by; None where nobody is obliged."""
    if not committees:
        return None
    reported = [row["figures"] for row in committees if row["figures"]]
    summed = {
        name: sum(one["totals"][name] for one in reported)
        for name in (*OUTCOMES, "items", "overdue")
    }
    return {
        "committees": len(committees),
        "held": sum(bool(row["conferences"]) for row in committees),
        "conferences": sum(row["conferences"] for row in committees),
        "reports": len(reported),
        **{name: sum(row[name] or 0 for row in committees) for name in PEOPLE},
        **{name: summed[name] if reported else None for name in ("items", "overdue", "escalated")},
        "first_replies": first_replies_of(reported),
        "live_rate": percentage(summed["answered_live"], summed["items"]),
        "rate": answered_rate(summed),
        "done_rate": percentage(
            sum(one["previous_done"] for one in reported),
            sum(one["previous"] for one in reported),
        ),
    }


def _size_then(
    period: ReportingPeriod, board: Committee, *, back: int, at: dt.datetime
) -> dict[str, Any] | None:
    """Return the indicators of the period `back` half-years earlier, or None.

    As the Board consolidated them then. Where it did not, what was late then is not known.
    """
    months = period.year * 2 + period.half - 1 - back
    earlier = ReportingPeriod.objects.filter(year=months // 2, half=months % 2 + 1).first()
    if earlier is None:
        return None
    frozen = ConsolidatedReport.objects.filter(board=board, period=earlier).order_by("version")
    if (last := frozen.last()) and last.snapshot["figures"]["size"]:
        assert_intact(last)
        then: dict[str, Any] = last.snapshot["figures"]["size"]
        return then
    rows = desk(earlier, board, at=at)
    size = size_of(_committees(rows, earlier, _reports(earlier, board), at=at))
    return size and {**size, "overdue": None}
