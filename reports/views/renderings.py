"""Files that jobs make: how far they are, and the file itself."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from foundation import audit, files, ranges
from foundation.audit import Act
from foundation.sending import STOP_POLLING
from jobs.domain.rendering import file_of, try_again
from jobs.models import Rendering
from jobs.states import JobState
from reports.domain import inbox
from reports.models import Report
from reports.permissions import can_watch_board, receives

TYPES = {".pdf": "application/pdf", ".zip": "application/zip"}


def _find(request, pk):
    """The rendering, if the person may see what it was made from."""
    rendering = get_object_or_404(
        Rendering.objects.select_related("archive__board", "consolidated__board", "report").defer(
            "report__snapshot", "consolidated__snapshot"
        ),
        pk=pk,
    )
    if hasattr(rendering, "report"):
        visible = Report.objects.visible_to(request.user).only("pk")
        get_object_or_404(visible, pk=rendering.report.pk)
    elif not can_watch_board(request.user, _made_for(rendering).board):
        raise Http404
    return rendering


def _made_for(rendering):
    """Return the Board's own row that the file is made of."""
    return rendering.archive if hasattr(rendering, "archive") else rendering.consolidated


@require_GET
def rendering_status(request, pk):
    rendering = _find(request, pk)
    return render(
        request,
        "reports/_rendering.html",
        {"rendering": rendering},
        status=STOP_POLLING if rendering.is_finished else 200,
    )


@require_GET
def rendering_file(request, pk):
    rendering = _find(request, pk)
    if rendering.state != JobState.DONE:
        raise Http404
    try:
        content = file_of(rendering)
    except files.DamagedFile:
        report = getattr(rendering, "report", None)
        return render(request, "reports/render_failed.html", {"report": report}, status=503)
    is_report = hasattr(rendering, "report")
    if is_report and receives(request.user, rendering.report):
        inbox.note_opened(rendering.report, at=request.at)
    audit.record(
        Act.DOWNLOADED,
        by=request.user,
        committee=rendering.report.committee if is_report else _made_for(rendering).board,
        subject=rendering.file_name,
    )
    suffix = rendering.file_name[-4:]
    answer = ranges.answer(content, rendering.sha256, request.headers, TYPES[suffix])
    answer.headers["Content-Disposition"] = f'attachment; filename="{rendering.file_name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_POST
def rendering_again(request, pk):
    """A person asks for another attempt at what failed."""
    rendering = _find(request, pk)
    try_again(rendering, at=request.at)
    if not request.htmx:
        return redirect(_page_of(rendering))
    return render(request, "reports/_rendering.html", {"rendering": rendering})


def _page_of(rendering):
    """Return the address of the page that the file is shown on."""
    if hasattr(rendering, "report"):
        return reverse("reports:report_detail", args=[rendering.report.pk])
    if hasattr(rendering, "consolidated"):
        return reverse("board:consolidated_detail", args=[rendering.consolidated.pk])
    return reverse("board:board_desk_of", args=[rendering.archive.period.code])
