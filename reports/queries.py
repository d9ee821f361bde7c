"""Page-shaped answers about periods, obligations, reports and jobs."""

import datetime as dt
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, Subquery

from committees.models import Membership, Role
from committees.permissions import OFFICE
from foundation.clock import day_of
from jobs.models import Delivery, JobEvent, Rendering
from jobs.states import JobState
from periods.models import Obligation, ReportingPeriod
from periods.windows import windows_of
from reports.models import Escalation, Report
from reports.openings import NONE, openings_in
from reports.states import ReportState, Standing
from sessions.models import Conference
from sessions.states import CONFERENCE_AHEAD, CONFERENCE_HAPPENED, ConferenceState

# A report with whatever its pages say of it.
REPORT = Report.objects.select_related(
    "obligation__committee__parent", "obligation__period", "obligation__board", "issued_by"
).prefetch_related("obligation__committee__names", "obligation__committee__parent__names")
CONSOLIDATED_SHOWN = 5  # versions on the desk
WATCHED_AFTERWARDS = dt.timedelta(days=14)  # that a period is still shown after its date


def period_on(day):
    """Return the reporting period that the day lies in, or None."""
    return ReportingPeriod.objects.filter(starts_on__lte=day, due_before__gt=day).first()


def board_addresses(board):
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


@dataclass
class DeskRow:
    """One committee's line on the Board's desk. `status` is derived, never stored."""

    obligation: Obligation
    status: str  # one of Standing
    days_left: int  # until the last good day; negative: days too late
    conference: Conference | None = None
    report: Report | None = None
    first_issued_at: object = None  # of the version that is held against the deadline
    days_late: int = 0
    versions: list = field(default_factory=list)
    conferences: list = field(default_factory=list)  # held or to come, by day
    told: list = field(default_factory=list)  # Escalations that were sent and still hold

    @property
    def look(self):
        return Standing(self.status).look

    @property
    def words(self):
        return Standing(self.status).words(late=self.days_late, over=self.days_over)

    @property
    def is_settled(self):
        return self.status in (Standing.ISSUED, Standing.LATE)

    @property
    def held(self):
        """The conferences that took place and that the report counts, by day."""
        return [conference for conference in self.conferences if conference.happened]

    @property
    def is_held_unreported(self):
        """Was a conference held of which no report has been received?"""
        return bool(self.held) and not self.is_settled

    @property
    def is_overdue(self):
        """Has the date passed without a whole, approved report?"""
        return self.days_left < 0 and not self.is_settled

    @property
    def needs_a_draft(self):
        """Has nothing been begun, or was the newest version withdrawn?"""
        return not self.versions or self.versions[-1].state == ReportState.WITHDRAWN

    @property
    def warnings(self):
        """What should have happened by now, as codes of EARLY_WARNINGS, the latest first."""
        if self.is_settled or self.status == "automatic":
            return []
        done = {
            "no_date": self.conference is not None or self.explains_why_not,
            "not_held": self.steps["held"] or self.explains_why_not,
            "no_draft": any(report.was_touched for report in self.versions),
            "not_issued": False,
        }
        return [
            code
            for days, code in reversed(settings.EARLY_WARNINGS)
            if self.days_left < days and not done[code]
        ]

    @property
    def says_it_already(self):
        """Is the latest warning what the status says?"""
        return self.status == "none" and self.warnings[:1] == ["no_date"]

    @property
    def explains_why_not(self):
        """Has the office given the reason why there was no conference?"""
        return any(report.not_held_reason for report in self.versions)

    @property
    def days_over(self):
        """How many days the deadline has passed."""
        return max(0, -self.days_left)

    @property
    def steps(self):
        """How far the committee has come: {step: reached}, from the date to the Board's receipt."""
        held = self.conference is not None and self.conference.happened
        return {
            "dated": self.conference is not None,
            "held": held,
            "drafted": bool(self.versions),
            "issued": self.is_settled,
            "acknowledged": self.report is not None
            and self.report.state == ReportState.ACKNOWLEDGED,
        }


def desk(period, board, *, at):
    """Return a DeskRow for every committee that owes `board` a report, the most urgent first."""
    obligations = list(
        Obligation.objects.filter(period=period, board=board)
        .select_related("committee", "period", "board")
        .order_by("committee__position", "committee__name")
    )
    counts = openings_in(period, [one.committee_id for one in obligations], at=at)
    for one in obligations:
        one.openings = counts.get(one.committee_id, NONE)
    return desk_rows(obligations, at=at)


def desk_rows(obligations, *, at, known=None):
    """Return the DeskRows of `obligations`, the most urgent first: three queries, however many.

    `known` are the conferences of their committees by day, if they have been read already.
    """
    if not obligations:
        return []
    conferences, reports = {}, {}
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


def _conferences_in(windows, obligations):
    return (
        Conference.objects.filter(committee__in={one.committee_id for one in obligations})
        .between(min(w[0] for w in windows.values()), max(w[1] for w in windows.values()))
        .exclude(state=ConferenceState.CANCELLED)
        .select_related("attendance")
        .order_by("starts_at")
    )


def _desk_row(obligation, conferences, versions, *, at):
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
        conference=(happened or ahead or [None])[-1],
        report=last_issued or (versions[-1] if versions else None),
        first_issued_at=first,
        days_late=max(0, (day_of(first) - obligation.due_before).days + 1) if first else 0,
        versions=versions,
        conferences=conferences,
    )


def standing_versions(versions):
    """Return those of an obligation's versions that were issued and still count.

    Whatever lies before a withdrawal no longer does: the obligation is open again.
    """
    withdrawn = max((r.version for r in versions if r.state == ReportState.WITHDRAWN), default=0)
    return [report for report in versions if report.is_issued and report.version > withdrawn]


def counting_issue(standing):
    """Return the moment of issue that is held against the deadline, or None.

    By RETURN_CLOCK the first or the last version's; never that of a version which the Board
    returned because required data was missing, nor what was deposited without approval.
    `standing` is what standing_versions gives.
    """
    whole = [
        report.issued_at
        for report in standing
        if not (report.inbox_item.data_missing or report.is_automatic)
    ]
    if not whole:
        return None
    return max(whole) if settings.RETURN_CLOCK == "last_issue" else min(whole)


def days_left(owed, *, at):
    """Return the days until the last good day of a period or an obligation, 0 on that day
    itself, negative after it."""
    return (owed.due_before - day_of(at)).days - 1


def newest_of(obligation):
    """Return the newest version, draft or issued, or None."""
    return obligation.reports.order_by("-version").first()


def version_before(report):
    """Return the issued version that comes before `report`, without its snapshot, or None."""
    if report.version == 1:
        return None
    before = Report.objects.issued().filter(
        obligation=report.obligation, version__lt=report.version
    )
    return before.select_related("inbox_item").defer("snapshot").order_by("version").last()


def oldest_due_job(*, at):
    """Return how many seconds the oldest due rendering or delivery has waited, or None."""
    waiting = [
        model.objects.filter(
            state__in=(JobState.QUEUED, JobState.RUNNING), next_at__lte=at
        ).aggregate(first=Min("next_at"))["first"]
        for model in (Rendering, Delivery)
    ]
    first = min((moment for moment in waiting if moment), default=None)
    return (at - first).total_seconds() if first else None


def next_deadlines(*, at):
    """Return [{"period", "owed", "missing"}, …] of the periods that run or have just ended.

    One query, however many.
    """
    today = day_of(at)
    issued = Report.objects.received().filter(obligation=OuterRef("obligations"))
    periods = (
        ReportingPeriod.objects.filter(
            starts_on__lte=today, due_before__gt=today - WATCHED_AFTERWARDS
        )
        .annotate(
            owed=Count("obligations"),
            sent=Count("obligations", filter=Exists(issued)),
        )
        .order_by("due_before")
    )
    return [
        {"period": period, "owed": period.owed, "missing": period.owed - period.sent}
        for period in periods
    ]


def made_from(period, board):
    """Return (the newest consolidated reports, the newest ZIP or None) of the period. One query.

    Each consolidated report has a rendering from the moment on at which it was ordered. `size` is
    what its figures say of all committees, `begun_at` when the ZIP was last begun to be packed.
    """
    begun = JobEvent.objects.filter(rendering=OuterRef("pk"), event=JobEvent.Event.CLAIMED)
    made = (
        Rendering.objects.filter(
            Q(kind=Rendering.Kind.PERIOD_ZIP, period=period, board=board)
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
    reports, packed = {}, None
    for one in made:
        if one.consolidated is not None:
            reports.setdefault(one.consolidated_id, one.consolidated)
            one.consolidated.size = one.size_then
        elif packed is None:
            packed = one
    newest = sorted(reports.values(), key=lambda report: report.version, reverse=True)
    return newest[:CONSOLIDATED_SHOWN], packed


def with_told(rows):
    """Put beside each DeskRow that is not settled who was told of it by name. One query."""
    told = {}
    for one in Escalation.objects.filter(
        obligation__in=[row.obligation for row in rows if not row.is_settled],
        delivery__state=JobState.DONE,
    ).select_related("person"):
        told.setdefault((one.obligation_id, one.due_before), []).append(one)
    for row in rows:
        row.told = told.get((row.obligation.pk, row.obligation.due_before), [])
    return rows


def warned(rows):
    """Return [(code of EARLY_WARNINGS, how many committees it concerns), …] without zeros."""
    counted = [
        (code, sum(code in row.warnings for row in rows)) for _, code in settings.EARLY_WARNINGS
    ]
    return [(code, number) for code, number in counted if number]


def desk_totals(rows):
    """Return how many committees stand where: {status: number} with `total` and `settled`."""
    totals = dict.fromkeys(Standing.values, 0)
    for row in rows:
        totals[row.status] += 1
    return {
        **totals,
        "total": len(rows),
        "settled": totals["issued"] + totals["late"],
        "held_ever": sum(bool(row.held) for row in rows),
        "held_unreported": sum(row.is_held_unreported for row in rows),
    }


def own_obligations(user, *, at):
    """Return the DeskRows of the own office's committees, the newest period first."""
    obligations = (
        Obligation.objects.filter(committee_id__in=user.committees_as(*OFFICE))
        .select_related("committee", "period", "board")
        .order_by("-period__year", "-period__half", "committee__name")[:24]
    )
    opened = [o for o in obligations if o.period.starts_on <= day_of(at)]
    rows = desk_rows(opened, at=at)
    return sorted(rows, key=lambda row: row.obligation.period.starts_on, reverse=True)
