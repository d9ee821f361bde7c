"""The copy signed by the office: taking it in, handing it out."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from foundation import audit, files
from foundation.audit import Act
from foundation.limits import takes_long
from reports import permissions
from reports.domain import inbox, signing
from reports.domain.ordering import report_file_name
from reports.models import Report, SignedCopy
from reports.queries import REPORT
from reports.signing_forms import SignedCopyForm


@takes_long
def signed_copy_add(request, pk):
    """How it is done and, on POST, the file: judged first, kept only if it holds."""
    report = get_object_or_404(REPORT.visible_to(request.user), pk=pk)
    if not permissions.can_add_signed_copy(request.user, report):
        raise PermissionDenied
    at = request.at
    is_sent = request.method == "POST"
    form = SignedCopyForm(
        request.POST if is_sent else None,
        request.FILES if is_sent else None,
        report=report,
        at=at,
    )
    if is_sent and form.is_valid():
        content, found = form.cleaned_data["file"]
        _copy, is_new = signing.add_signed_copy(report, content, found, by=request.user, at=at)
        if is_new:
            messages.success(request, _("The signed copy was checked and is kept."))
        else:
            messages.info(request, _("This very file is there already."))
        return redirect("reports:report_detail", pk=report.pk)
    return render(
        request,
        "reports/signed_copy_add.html",
        {
            "report": report,
            "rendering": report.rendering,
            "form": form,
        },
        status=422 if is_sent else 200,
    )


@require_GET
def signed_copy_file(request, pk):
    copy = get_object_or_404(
        SignedCopy.objects.select_related("report__obligation__committee"),
        pk=pk,
        report__in=Report.objects.visible_to(request.user),
    )
    try:
        content = signing.content_of(copy)
    except files.DamagedFile:
        return render(request, "reports/render_failed.html", {"report": copy.report}, status=503)
    if permissions.receives(request.user, copy.report):
        inbox.note_opened(copy.report, at=request.at)
    name = f"{report_file_name(copy.report)}-da-ky.pdf"
    audit.record(Act.DOWNLOADED, by=request.user, committee=copy.report.committee, subject=name)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, no-store",
        },
    )
