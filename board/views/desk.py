"""The Board's desk: who stands where, receiving, reminding, returning, the ZIP."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from board import changes, listing
from board.domain import receiving, reminding_now
from board.domain.desk_list import desk_list
from board.domain.ordering import order_period_zip
from board.domain.outdated import outdated_held
from board.finding import own_board, period_of
from board.forms import RemindForm, TickedForm
from committees.models import Committee
from duties import lists
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.limits import takes_long
from foundation.moves import MoveNotAllowed
from foundation.once import once_by_itself
from jobs.states import JobState
from periods.domain import periods
from periods.models import ReportingPeriod
from reports import downloads, permissions, queries, standing
from reports.forms import ReturnForm
from reports.queries import REPORT
from reports.states import ReportState


@require_GET
def board_desk(request, code=None):
    """Every committee of the period in one line, the most urgent first."""
    board, at = own_board(request), request.at
    newest = list(ReportingPeriod.objects.filter(starts_on__lte=day_of(at))[:6])
    period = _desk_period(code, newest, at=at)
    rows = queries.with_told(queries.desk(period, board, at=at))
    consolidated, packed = queries.made_from(period, board)
    moved = changes.last_changes(period, board) if consolidated or packed else {}
    is_packed = packed is not None and packed.state == JobState.DONE
    known = standing.of_the_portal(request)
    asked = listing.Asked.of(request.GET)
    shown = asked.of_rows(rows, lists.look_of(request))
    page = Paginator(shown, listing.PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "board/board_desk.html",
        {
            "warned": queries.warned(rows),
            "asked": asked,
            "narrowing": _narrowing(asked),
            "page": page,
            "found": len(shown),
            "board": board,
            "mail_down_since": known.mail_down_since,
            "held": known.held.get(board.pk, 0),
            "period": period,
            "periods": newest,
            "rows": page.object_list,
            "to_remind": any(row.is_open for row in page.object_list),
            "to_receive": any(listing.awaits_receipt(row) for row in page.object_list),
            "first_waiting": _longest_waiting(rows),
            "totals": queries.desk_totals(rows),
            "days_left": queries.days_left(period, at=at),
            "consolidated": [
                (one, changes.changed_after(one.cutoff_at, moved)) for one in consolidated
            ],
            "zip": packed,
            "zip_changed": changes.changed_after(packed.begun_at or packed.created_at, moved)
            if is_packed
            else 0,
            "held_now": outdated_held(consolidated[0].size, rows) if consolidated else None,
            "can_change_period": permissions.can_change_period(request.user, board),
            "can_rehearse": permissions.can_rehearse(request.user, board),
        },
    )


def _narrowing(asked):
    """Return what the list can be narrowed to and ordered by: [(name, label, chosen, choices), …]."""
    shows = [(name, label) for name, (label, _test) in listing.NARROWED.items()]
    states = [(state.value, label) for state, label in listing.STATES]
    kinds = [(one.value, one.label) for one in Committee.REPORTING_KINDS]
    orders = [(name, label) for name, (label, _key) in listing.ORDERS.items()]
    return [
        ("show", _("Stands at"), asked.show, shows + states),
        ("kind", _("Level"), asked.kind, kinds),
        ("order", _("Order"), asked.order, orders),
    ]


def _longest_waiting(rows):
    """Return the report that has waited longest to be received, or None."""
    waiting = [row.report for row in rows if listing.awaits_receipt(row)]
    return min(waiting, key=lambda report: (report.issued_at, report.pk), default=None)


def _desk_period(code, newest, *, at):
    """The period asked for, without asking again for one of the newest; else the running one."""
    if code:
        return next((period for period in newest if period.code == code), None) or period_of(code)
    return queries.period_on(day_of(at)) or periods.open_periods(at=at)


def _find(request, pk):
    return get_object_or_404(REPORT.visible_to(request.user), pk=pk)


def _refuse(request, report):
    """Say that somebody was faster, or else that this is not the person's business."""
    if permissions.receives(request.user, report):
        raise MoveNotAllowed(f"{report} is {report.state}")
    raise PermissionDenied


@require_POST
def report_acknowledge(request, pk):
    report = _find(request, pk)
    if not permissions.can_acknowledge_report(request.user, report):
        if report.is_issued and report.inbox_item.acknowledged_at:
            return redirect("reports:report_detail", pk=report.pk)  # pressed twice
        _refuse(request, report)
    try:
        receiving.acknowledge_report(report, by=request.user, at=request.at)
    except MoveNotAllowed:
        was_mine = report.moves.filter(to_state=report.state, actor=request.user).exists()
        if report.state != ReportState.ACKNOWLEDGED or not was_mine:
            raise
    if "go_on" in request.POST:
        return _to_the_next(request, report)
    return redirect("reports:report_detail", pk=report.pk)


def _to_the_next(request, report):
    """Lead to the report that has waited longest in the same inbox, or back to the desk."""
    waiting = receiving.waiting_beside(report)
    following, left = waiting.first(), waiting.count()
    messages.success(
        request,
        _("Received: %(committee)s.") % {"committee": report.committee.name}
        + " "
        + ngettext("%(n)s more report waits.", "%(n)s more reports wait.", left) % {"n": left},
    )
    if following is None:
        return redirect("board:board_desk_of", code=report.period.code)
    return redirect("reports:report_detail", pk=following.pk)


@require_POST
def reports_receive(request, code):
    """Receive those that were ticked; what is not waiting any more is told and left as it is."""
    board, period = own_board(request), period_of(code)
    form = TickedForm(request.POST)
    if form.is_valid():
        ticked = REPORT.visible_to(request.user).filter(
            pk__in=form.cleaned_data["report"], obligation__board=board, obligation__period=period
        )
        received, left = receiving.acknowledge_several(ticked, by=request.user, at=request.at)
        if received:
            said = ngettext("%(n)s report was received.", "%(n)s reports were received.", received)
            messages.success(request, said % {"n": received})
        for report in left:
            said = _("%(committee)s: the report has changed meanwhile and was not received.")
            messages.warning(request, said % {"committee": report.committee.name})
    else:
        messages.error(request, _("Tick the reports that are to be received."))
    return redirect("board:board_desk_of", code=period.code)


@once_by_itself
@require_POST
def offices_remind(request, code):
    """Write at once to the offices that were ticked and have not reported."""
    board, period, at = own_board(request), period_of(code), request.at
    form = RemindForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tick the committees that are to be reminded."))
        return redirect("board:board_desk_of", code=period.code)
    ticked = set(form.cleaned_data["owed"])
    rows = [row for row in queries.desk(period, board, at=at) if row.obligation.pk in ticked]
    done, already, unreachable = reminding_now.remind_offices(rows, by=request.user, at=at)
    said = ngettext("%(n)s office was reminded.", "%(n)s offices were reminded.", done)
    messages.success(request, said % {"n": done})
    for committees, why in (
        (already, _("%(names)s: reminded today already.")),
        (unreachable, _("%(names)s: no address is known; call them.")),
    ):
        if committees:
            messages.warning(request, why % {"names": ", ".join(one.name for one in committees)})
    return redirect("board:board_desk_of", code=period.code)


@takes_long
@require_GET
def desk_file(request, code, suffix):
    """The list as it is narrowed at the moment, as .xlsx or .pdf."""
    board, period, at = own_board(request), period_of(code), request.at
    asked = listing.Asked.of(request.GET)
    rows = queries.with_told(queries.desk(period, board, at=at))
    shown = asked.of_rows(rows, lists.look_of(request))
    with translation.override("vi"):
        if suffix == "xlsx":
            content = listing.sheet_of(shown, title=period.name)
        else:
            document = desk_list(board, period, shown, is_narrowed=asked.is_narrowed, at=at)
            content = downloads.pdf_of(document)
    if content is None:
        return render(request, "reports/render_failed.html", {"report": None}, status=503)
    return downloads.answer(
        content, f"theo-doi-{period.code}", suffix, by=request.user, committee=board
    )


def report_return(request, pk):
    report = _find(request, pk)
    if not permissions.can_return_report(request.user, report):
        _refuse(request, report)
    form = ReturnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        receiving.return_report(report, **form.cleaned_data, by=request.user, at=request.at)
        return redirect("reports:report_detail", pk=report.pk)
    return render(
        request,
        "board/report_return.html",
        {
            "report": report,
            "form": form,
            "counts_first": settings.RETURN_CLOCK == "first_issue",
            "is_over": request.at >= report.obligation.deadline,
        },
        status=422 if form.is_bound else 200,
    )


@takes_long
@require_POST
def period_zip(request, code):
    board, period = own_board(request), period_of(code)
    order_period_zip(period, board, at=request.at)
    audit.record(Act.PACKED, by=request.user, committee=board, subject=period.code)
    return redirect("board:board_desk_of", code=period.code)
