"""The consolidated report: ordered, shown, compared, handed out."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import capfirst
from django.views.decorators.http import require_GET, require_POST

from board import changes
from board.domain import issuing_consolidated
from board.domain.consolidating import consolidate
from board.domain.outdated import outdated_held
from board.finding import own_board, period_of
from committees.models import Role
from foundation.clock import day_of
from foundation.limits import takes_long
from reports import downloads, permissions, queries
from reports.domain.comparing import compare, two_of
from reports.domain.inbox import check_inbox
from reports.domain.issuing import ReportNotReady
from reports.domain.snapshots import DamagedSnapshot, assert_intact, is_intact
from reports.models import ConsolidatedReport


@takes_long
@require_POST
def consolidated_order(request, code):
    board, period = own_board(request), period_of(code)
    seen = request.POST.get("after", "")
    after = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 6 else None
    try:
        consolidated = consolidate(board, period, by=request.user, at=request.at, after=after)
    except DamagedSnapshot:
        check_inbox(at=request.at)
        return render(request, "reports/report_damaged.html", status=503)
    return redirect("board:consolidated_detail", pk=consolidated.pk)


@require_GET
def consolidated_detail(request, pk):
    consolidated = get_object_or_404(
        ConsolidatedReport.objects.visible_to(request.user).select_related(
            "board", "period", "ordered_by", "issued_by"
        ),
        pk=pk,
    )
    if not is_intact(consolidated):
        check_inbox(at=request.at)
        return render(request, "reports/report_damaged.html", status=503)
    versions = list(
        ConsolidatedReport.objects.filter(board=consolidated.board, period=consolidated.period)
        .only("pk", "version")
        .order_by("-version")
    )
    return render(
        request,
        "board/consolidated_detail.html",
        {
            "consolidated": consolidated,
            "document": consolidated.snapshot["document"],
            "has_others": len(versions) > 1,
            "newest": versions[0] if versions[0].pk != consolidated.pk else None,
            "changed": changes.changed_after(
                consolidated.cutoff_at,
                changes.last_changes(consolidated.period, consolidated.board),
            ),
            "held_now": outdated_held(
                consolidated.snapshot["figures"]["size"],
                queries.desk(consolidated.period, consolidated.board, at=request.at),
            ),
            "rendering": consolidated.rendering,
            "can_issue": permissions.can_issue_consolidated(request.user, consolidated),
            "can_write": versions[0].pk == consolidated.pk
            and permissions.can_write_consolidated(request.user, consolidated),
            "has_head": consolidated.board.memberships.active(on=day_of(request.at))
            .with_role(Role.HEAD)
            .exists(),
        },
    )


@takes_long
def consolidated_issue(request, pk):
    """First what will happen, then, on POST, the act itself."""
    consolidated = get_object_or_404(
        ConsolidatedReport.objects.visible_to(request.user).select_related("board", "period"), pk=pk
    )
    if not permissions.can_issue_consolidated(request.user, consolidated):
        raise PermissionDenied
    if not is_intact(consolidated):
        check_inbox(at=request.at)
        return render(request, "reports/report_damaged.html", status=503)
    issued = ConsolidatedReport.objects.filter(issued_from=consolidated).first()
    status = 200
    if request.method == "POST":
        if issued and issued.issued_by == request.user:  # pressed twice
            return redirect("board:consolidated_detail", pk=issued.pk)
        try:
            issued = issuing_consolidated.issue_consolidated(
                consolidated, by=request.user, at=request.at
            )
            return redirect("board:consolidated_detail", pk=issued.pk)
        except ReportNotReady:
            status = 409
    items = issuing_consolidated.checklist(consolidated, at=request.at)
    return render(
        request,
        "board/consolidated_issue.html",
        {
            "consolidated": consolidated,
            "items": [item for item in items if not item.is_met],
            "blocking": [item for item in items if item.blocks],
        },
        status=status,
    )


@require_GET
def consolidated_compare(request, pk):
    """Two of the Board's consolidated reports of one period."""
    consolidated = get_object_or_404(
        ConsolidatedReport.objects.visible_to(request.user).select_related("period"), pk=pk
    )
    versions = list(
        ConsolidatedReport.objects.visible_to(request.user)
        .filter(period=consolidated.period, board=consolidated.board)
        .order_by("version")
    )
    old, new = two_of({one.version: one for one in versions}, request.GET)
    comparison = None
    if old and new:
        try:
            for one in (old, new):
                assert_intact(one)
            comparison = compare(old.snapshot["document"], new.snapshot["document"])
        except DamagedSnapshot:
            check_inbox(at=request.at)
            return render(request, "reports/report_damaged.html", status=503)
    return render(
        request,
        "reports/report_compare.html",
        {
            "title": capfirst(consolidated.period.name),
            "consolidated": consolidated,
            "versions": versions,
            "old": old,
            "new": new,
            "choices": (("old", old), ("new", new)),
            "comparison": comparison,
        },
    )


@require_GET
def consolidated_download(request, pk, suffix):
    consolidated = get_object_or_404(
        ConsolidatedReport.objects.visible_to(request.user).select_related("board", "period"),
        pk=pk,
    )
    if not is_intact(consolidated):
        check_inbox(at=request.at)
        return render(request, "reports/report_damaged.html", status=503)
    snapshot = consolidated.snapshot
    return downloads.answer(
        downloads.made(suffix, snapshot["document"], snapshot["figures"]),
        f"bao-cao-tong-hop-{consolidated.period.code}-v{consolidated.version}",
        suffix,
        by=request.user,
        committee=consolidated.board,
    )
