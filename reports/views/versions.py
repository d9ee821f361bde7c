"""What follows an issued version: its slip, taking it back, and comparing it with another."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.views.decorators.http import require_GET

from committees.permissions import is_secretary_of
from foundation import audit, files
from foundation.audit import Act
from foundation.moves import MoveNotAllowed
from jobs.kinds import NotMade
from reports import permissions
from reports.documents.child import write_pdf_in_child
from reports.domain import inbox, slips, withdrawing
from reports.domain.comparing import compare, two_of
from reports.domain.drafting import current_document
from reports.domain.snapshots import DamagedSnapshot, assert_intact
from reports.forms import WithdrawForm
from reports.models import Report
from reports.queries import REPORT

SECONDS = 60
WITHOUT_NAMES = REPORT.prefetch_related(None)


def _find(request, pk):
    return get_object_or_404(REPORT.visible_to(request.user), pk=pk)


def report_withdraw(request, pk):
    """First what will happen, then, on POST, the act itself."""
    report = _find(request, pk)
    if not permissions.can_withdraw_report(request.user, report):
        if permissions.can_correct_report(request.user, report) and report.moves.filter(
            to_state="withdrawn", actor=request.user
        ):
            return redirect("reports:report_detail", pk=report.pk)  # pressed twice
        if is_secretary_of(request.user, report.committee) and report.is_issued:
            raise MoveNotAllowed(f"{report} is {report.state}")
        raise PermissionDenied
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        withdrawing.withdraw_report(
            report, reason=form.cleaned_data["reason"], by=request.user, at=request.at
        )
        return redirect("reports:report_detail", pk=report.pk)
    return render(
        request,
        "reports/report_withdraw.html",
        {"report": report, "form": form, "is_late": request.at >= report.obligation.deadline},
        status=422 if form.is_bound else 200,
    )


@require_GET
def report_slip(request, pk):
    """The Board's receipt, or before it the proof that the report was sent."""
    report = get_object_or_404(REPORT.visible_to(request.user).issued(), pk=pk)
    path = files.temporary_path(".pdf")
    try:
        with translation.override("vi"):
            write_pdf_in_child(slips.slip(report), path, seconds=SECONDS)
        content = path.read_bytes()
    except (NotMade, OSError):
        return render(request, "reports/render_failed.html", {"report": report}, status=503)
    except DamagedSnapshot:
        return damaged(request, report)
    finally:
        path.unlink(missing_ok=True)
    name = slips.slip_file_name(report)
    audit.record(Act.DOWNLOADED, by=request.user, committee=report.committee, subject=name)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def damaged(request, report):
    """Say that the content was changed by hand, and raise the alarm."""
    inbox.note_damage(report, at=request.at)
    return render(request, "reports/report_damaged.html", {"report": report}, status=503)


@require_GET
def report_compare(request, pk):
    """Two versions of one obligation, by default the newest and the one before it."""
    report = get_object_or_404(WITHOUT_NAMES.visible_to(request.user), pk=pk)
    versions = list(
        Report.objects.visible_to(request.user)
        .filter(obligation=report.obligation)
        .defer("snapshot")
        .order_by("version")
    )
    old, new = two_of({one.version: one for one in versions}, request.GET)
    comparison = None
    if new:
        whole = WITHOUT_NAMES.in_bulk([old.pk, new.pk])
        pair = [whole[old.pk], whole[new.pk]]
        try:
            for one in pair:
                if one.is_issued:
                    assert_intact(one)
            comparison = compare(*(current_document(one, at=request.at) for one in pair))
        except DamagedSnapshot:
            return damaged(request, one)
    return render(
        request,
        "reports/report_compare.html",
        {
            "title": f"{report.committee.name}, {report.period.name}",
            "report": report,
            "versions": versions,
            "old": old,
            "new": new,
            "choices": (("old", old), ("new", new)),
            "comparison": comparison,
        },
    )
