"""Page-shaped answers about periods, obligations, reports and jobs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery

from committees.models import Membership, Role
from committees.permissions import OFFICE
from foundation.clock import day_of
from foundation.given import given
from jobs.models import Delivery, JobEvent, Rendering
from jobs.states import JobState
from periods.models import Obligation, ReportingPeriod
from periods.windows import windows_of
from reports.desk_row import DeskRow
from reports.models import Escalation, OfficeReminder, Report
from reports.openings import NONE, openings_in
from reports.states import ReportState, Standing
from sessions.models import Conference
from sessions.states import CONFERENCE_AHEAD, CONFERENCE_HAPPENED, ConferenceState

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from django.db.models import QuerySet

    from committees.models import Committee, User
    from reports.models import ConsolidatedReport
    from sessions.models.conference import ConferenceQuerySet


# A report with whatever its pages say of it.
REPORT = Report.objects.select_related(
    "obligation__committee__parent", "obligation__period", "obligation__board", "issued_by"
).prefetch_related("obligation__committee__names", "obligation__committee__parent__names")
CONSOLIDATED_SHOWN = 5  # versions on the desk
WATCHED_AFTERWARDS = dt.timedelta(days=14)  # that a period is still shown after its date


def period_on(day: dt.date) -> ReportingPeriod | None:
    """Return the reporting period that the day lies in, or None."""
    return ReportingPeriod.objects.filter(starts_on__lte=day, due_before__gt=day).first()


def board_addresses(board: Committee) -> list[str]:
    """Return where the Board's mail goes: its office's addresses, or else its people's."""
    if addresses := [address for address in (board.email, board.second_email) if address]:
        return list(dict.fromkeys(addresses))
    return sorted(
        Membership.objects.active()
        .filter(committee=board, role__in=(Role.HEAD, Role.OFFICER))
        .exclude(user__email="")
        .values_list("user__email", flat=True)
        .distinct()
    )


def desk(period: ReportingPeriod, board: Committee, *, at: dt.datetime) -> list[DeskRow]:
    """Return a DeskRow for every committee that owes `board` a report, the most urgent first.

    Its obligation has `openings` and when and by whom its office was last reminded at once.
    """
    last = OfficeReminder.objects.filter(obligation=OuterRef("pk")).order_by("-at", "-pk")
    # A clerk is turned to, else the secretary.
    office = (
        Membership.objects.active(on=day_of(at))
        .filter(committee=OuterRef("committee"), role__in=OFFICE, user__is_active=True)
        .order_by("role", "pk")
    )
    obligations = list(
        Obligation.objects.filter(period=period, board=board)
        .select_related("committee", "period", "board")
        .annotate(
            reminded_at=Subquery(last.values("at")[:1]),
            reminded_by=Subquery(last.values("by__full_name")[:1]),
            name=Subquery(office.values("user__full_name")[:1]),
            phone=Subquery(office.values("user__phone")[:1]),
            mail=Subquery(office.values("user__email")[:1]),
        )
        .order_by("committee__position", "committee__name")
    )
    counts = openings_in(period, [one.committee_id for one in obligations], at=at)
    for one in obligations:
        one.openings = counts.get(one.committee_id, NONE)  # type: ignore[attr-defined]  # no column
    rows = desk_rows(obligations, at=at)
    for row in rows:
        row.contact = _contact_of(row.obligation)
    return rows


def _contact_of(owed: Any) -> dict[str, str]:
    """Return whom to turn to, of an obligation as `desk` reads it; blank where nothing is known."""
    return {
        "name": owed.name or "",
        "phone": owed.phone or "",
        "email": owed.mail or owed.committee.email,
    }


def desk_rows(
    obligations: Sequence[Obligation], *, at: dt.datetime, known: Iterable[Conference] | None = None
) -> list[DeskRow]:
    """Return the DeskRows of `obligations`, the most urgent first: three queries, however many.

    `known` are the conferences of their committees by day, if they have been read already.
    """
    if not obligations:
        return []
    conferences: dict[int, list[Conference]] = {}
    reports: dict[int, list[Report]] = {}
    windows = windows_of(obligations)
    for conference in _conferences_in(windows, obligations) if known is None else known:
        if conference.state != ConferenceState.CANCELLED:
            conferences.setdefault(conference.committee_id, []).append(conference)
    for report in (
        Report.objects.filter(obligation__in=obligations)
        .defer("snapshot")
        .select_related("inbox_item", "rendering")
        .order_by("version")
    ):
        reports.setdefault(report.obligation_id, []).append(report)
    rows = [
        _desk_row(
            obligation,
            [
                conference
                for conference in conferences.get(obligation.committee_id, [])
                if windows[obligation.pk][0] <= conference.held_on < windows[obligation.pk][1]
            ],
            reports.get(obligation.pk, []),
            at=at,
        )
        for obligation in obligations
    ]
    return sorted(rows, key=lambda row: Standing.values.index(row.status))


def _conferences_in(
    windows: Mapping[int, tuple[dt.date, dt.date]], obligations: Iterable[Obligation]
) -> ConferenceQuerySet:
    return (
        Conference.objects.filter(committee__in={one.committee_id for one in obligations})
        .between(min(w[0] for w in windows.values()), max(w[1] for w in windows.values()))
        .exclude(state=ConferenceState.CANCELLED)
        .select_related("attendance")
        .order_by("starts_at")
    )


def _desk_row(
    obligation: Obligation,
    conferences: list[Conference],
    versions: list[Report],
    *,
    at: dt.datetime,
) -> DeskRow:
    issued = [report for report in versions if report.is_issued]
    standing = standing_versions(versions)
    first = counting_issue(standing)
    happened = [c for c in conferences if c.state in CONFERENCE_HAPPENED]
    ahead = [c for c in conferences if c.state in CONFERENCE_AHEAD]
    if standing and standing[-1].inbox_item.data_missing:
        status = "incomplete"  # until the next version arrives, whatever was sent before
    elif first is not None:
        status = "issued" if first < obligation.deadline else "late"
    elif standing:
        status = "automatic"
    elif obligation.is_exempt and not (happened or ahead):
        status = "exempt"
    elif not at < obligation.deadline:
        status = "missing"
    elif any(report.state == ReportState.DRAFT for report in versions):
        status = "draft"
    elif happened:
        status = "held"
    else:
        status = "scheduled" if ahead else "none"
    last_issued = max(standing or issued, key=lambda report: report.version, default=None)
    return DeskRow(
        obligation=obligation,
        status=status,
        days_left=days_left(obligation, at=at),
        conference=next(reversed(happened or ahead), None),
        report=last_issued or (versions[-1] if versions else None),
        first_issued_at=first,
        days_late=max(0, (day_of(first) - obligation.due_before).days + 1) if first else 0,
        versions=versions,
        conferences=conferences,
    )


def standing_versions(versions: Sequence[Report]) -> list[Report]:
    """Return those of an obligation's versions that were issued and still count.

    Whatever lies before a withdrawal no longer does: the obligation is open again.
    """
    withdrawn = max((r.version for r in versions if r.state == ReportState.WITHDRAWN), default=0)
    return [report for report in versions if report.is_issued and report.version > withdrawn]


def counting_issue(standing: Iterable[Report]) -> dt.datetime | None:
    """Return the moment of issue that is held against the deadline, or None.

    By RETURN_CLOCK the first or the last version's; never that of a version which the Board
    returned because required data was missing, nor what was deposited without approval.
    `standing` is what standing_versions gives.
    """
    whole = [
        given(report.issued_at)
        for report in standing
        if not (report.inbox_item.data_missing or report.is_automatic)
    ]
    if not whole:
        return None
    return max(whole) if settings.RETURN_CLOCK == "last_issue" else min(whole)


def days_left(owed: ReportingPeriod | Obligation, *, at: dt.datetime) -> int:
    """Return the days until the last good day of a period or an obligation, 0 on that day
    itself, negative after it."""
    return (owed.due_before - day_of(at)).days - 1


def newest_of(obligation: Obligation) -> Report | None:
    """Return the newest version, draft or issued, or None."""
    return obligation.reports.order_by("-version").first()


def version_before(report: Report) -> Report | None:
    """Return the issued version that comes before `report`, without its snapshot, or None."""
    if report.version == 1:
        return None
    before = Report.objects.issued().filter(
        obligation=report.obligation, version__lt=report.version
    )
    return before.select_related("inbox_item").defer("snapshot").order_by("version").last()


def oldest_due_job(*, at: dt.datetime) -> float | None:
    """Return how many seconds the oldest due rendering or delivery has waited, or None."""
    waiting = [
        model.objects.filter(
            state__in=(JobState.QUEUED, JobState.RUNNING), next_at__lte=at
        ).aggregate(first=Min("next_at"))["first"]
        for model in (Rendering, Delivery)
    ]
    first = min((moment for moment in waiting if moment), default=None)
    return (at - first).total_seconds() if first else None


def next_deadlines(*, at: dt.datetime) -> list[dict[str, Any]]:
    """Return [{"period", "owed", "missing"}, …] of the periods that run or have just ended.

    One query, however many, and more for a period in which somebody is exempt.
    """
    today = day_of(at)
    issued = Report.objects.received().filter(obligation=OuterRef("obligations"))
    said = Q(obligations__is_exempt=True)
    periods = (
        ReportingPeriod.objects.filter(
            starts_on__lte=today, due_before__gt=today - WATCHED_AFTERWARDS
        )
        .annotate(
            owed=Count("obligations"),
            sent=Count("obligations", filter=Exists(issued)),
            said=Count("obligations", filter=said),
        )
        .order_by("due_before")
    )
    found = []
    for period in periods:
        free = exempt_among(period.obligations.all(), at=at) if period.said else set()
        owed = period.owed - len(free)
        found.append({"period": period, "owed": owed, "missing": owed - period.sent})
    return found


def exempt_among(obligations: QuerySet[Obligation], *, at: dt.datetime) -> set[int]:
    """Return the ids of those of `obligations` of which the desk says that they are exempt."""
    said = obligations.filter(is_exempt=True).select_related("committee", "period", "board")
    return {row.obligation.pk for row in desk_rows(list(said), at=at) if row.is_exempt}


def made_from(
    period: ReportingPeriod, board: Committee
) -> tuple[list[ConsolidatedReport], Rendering | None]:
    """Return (the newest consolidated reports, the newest ZIP or None) of the period. One query.

    Each consolidated report has a rendering from the moment on at which it was ordered. `size` is
    what its figures say of all committees, `begun_at` when the ZIP was last begun to be packed.
    """
    begun = JobEvent.objects.filter(rendering=OuterRef("pk"), event=JobEvent.Event.CLAIMED)
    made = (
        Rendering.objects.filter(
            Q(archive__period=period, archive__board=board)
            | Q(consolidated__period=period, consolidated__board=board)
        )
        .select_related("consolidated")
        .defer("consolidated__snapshot")
        .annotate(
            size_then=F("consolidated__snapshot__figures__size"),
            begun_at=Subquery(begun.order_by("-pk").values("at")[:1]),
        )
        .order_by("-pk")
    )
    reports: dict[int | None, Any] = {}
    packed: Rendering | None = None
    for one in made:
        if hasattr(one, "consolidated"):
            made_of = reports.setdefault(one.consolidated.pk, one.consolidated)
            made_of.size = one.size_then
        elif packed is None:
            packed = one
    newest = sorted(reports.values(), key=lambda report: report.version, reverse=True)
    return newest[:CONSOLIDATED_SHOWN], packed


def with_told(rows: list[DeskRow]) -> list[DeskRow]:
    """Put beside each DeskRow that is not settled who was told of it by name. One query."""
    told: dict[tuple[int, dt.date], list[Escalation]] = {}
    for one in Escalation.objects.filter(
        obligation__in=[row.obligation for row in rows if row.is_open],
        delivery__state=JobState.DONE,
    ).select_related("person"):
        told.setdefault((one.obligation_id, one.due_before), []).append(one)
    for row in rows:
        row.told = told.get((row.obligation.pk, row.obligation.due_before), [])
    return rows


def warned(rows: Sequence[DeskRow]) -> list[tuple[str, int]]:
    """Return [(code of EARLY_WARNINGS, how many committees it concerns), …] without zeros."""
    counted = [
        (code, sum(code in row.warnings for row in rows)) for _, code in settings.EARLY_WARNINGS
    ]
    return [(code, number) for code, number in counted if number]


def desk_totals(rows: Sequence[DeskRow]) -> dict[str, int]:
    """Return how many committees stand where: {status: number} with `total` and `settled`.

    `total` is of those that owe a report: who is exempt is in none of the sums.
    """
    totals = dict.fromkeys(Standing.values, 0)
    for row in rows:
        totals[row.status] += 1
    return {
        **totals,
        "total": len(rows) - totals["exempt"],
        "settled": totals["issued"] + totals["late"],
        "held_ever": sum(bool(row.held) for row in rows),
        "held_unreported": sum(row.is_held_unreported for row in rows),
    }


def own_obligations(user: User, *, at: dt.datetime) -> list[DeskRow]:
    """Return the DeskRows of the own office's committees, the newest period first."""
    obligations = (
        Obligation.objects.filter(committee_id__in=user.committees_as(*OFFICE))
        .select_related("committee", "period", "board")
        .order_by("-period__year", "-period__half", "committee__name", "pk")[:24]
    )
    opened = [o for o in obligations if o.period.starts_on <= day_of(at)]
    rows = desk_rows(opened, at=at)
    return sorted(rows, key=lambda row: row.obligation.period.starts_on, reverse=True)
