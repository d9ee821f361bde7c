"""Documents for the office's own programs: reports as .docx and .xlsx, a conference's papers."""

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from foundation import audit, files
from foundation.audit import Act
from foundation.text import file_name
from hall.permissions import can_see_minutes
from jobs.kinds import NotMade
from reports import downloads, permissions
from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.glyphs import unprintable
from reports.domain import drafting, inbox
from reports.domain.approving import minutes_paper
from reports.domain.conclusion import conclusion_document
from reports.domain.ordering import report_file_name
from reports.domain.snapshots import DamagedSnapshot, is_intact
from reports.figures import committee_figures
from reports.queries import REPORT
from sessions.models import Conference

# What is drawn of it, and who may have it.
PAPERS = {
    "bien-ban": (minutes_paper, can_see_minutes),
    "thong-bao-ket-luan": (conclusion_document, permissions.can_make_papers),
}
PAPERS_IN_WORD = {"bien-ban": "minutes_docx", "thong-bao-ket-luan": "conclusion_docx"}


@require_GET
def report_download(request, pk, suffix):
    """The report as it stands, or as it was issued."""
    report = get_object_or_404(REPORT.visible_to(request.user), pk=pk)
    at = request.at
    if report.is_issued and not is_intact(report):
        inbox.note_damage(report, at=at)
        return render(request, "reports/report_damaged.html", {"report": report}, status=503)
    with translation.override("vi"):
        document, figures = _report_now(report, at=at)
        content = downloads.made(suffix, document, figures)
    if not report.is_issued:
        return downloads.answer(content, f"du-thao-{report_file_name(report)}", suffix)
    if permissions.receives(request.user, report):
        inbox.note_opened(report, at=at)
    return downloads.answer(
        content, report_file_name(report), suffix, by=request.user, committee=report.committee
    )


def _report_now(report, *, at):
    """Return document and figures: the frozen ones, or those of the draft as of `at`."""
    if report.snapshot:
        return report.snapshot["document"], report.snapshot["figures"]
    figures = committee_figures(report.obligation, at=at)
    return drafting.report_document(report, figures, at=at), figures


@require_GET
def paper_download(request, pk, paper, suffix):
    """The conclusion notice of a conference, or its minutes: made now, until they are approved."""
    conference = get_object_or_404(
        Conference.objects.visible_to(request.user)
        .select_related("committee__parent", "chair", "attendance")
        .prefetch_related("committee__names", "committee__parent__names"),
        pk=pk,
    )
    draw, may = PAPERS[paper]
    if not may(request.user, conference):
        raise PermissionDenied
    try:
        with translation.override("vi"):
            document = draw(conference, at=request.at)
    except DamagedSnapshot as damage:
        inbox.note_damaged(str(damage), at=request.at)
        damaged = {"conference": conference}
        return render(request, "reports/minutes_damaged.html", damaged, status=503)
    code = file_name(conference.committee.code)
    stem = f"{paper}-{conference.held_on.isoformat()}-{code}"
    word = reverse(f"reports:{PAPERS_IN_WORD[paper]}", args=[conference.pk])
    return paper_file(request, document, stem, suffix, conference=conference, word=word)


def paper_file(request, document, stem, suffix, *, conference, word=""):
    """Hand out a paper of a conference as PDF or Word; `word` is where it is to be had as Word."""
    if suffix == "docx":
        return downloads.answer(
            report_docx(document), stem, suffix, by=request.user, committee=conference.committee
        )
    if found := unprintable(document):
        context = {"conference": conference, "found": found, "word": word}
        return render(request, "reports/paper_unprintable.html", context, status=409)
    return _pdf(request, document, stem, conference.committee)


def _pdf(request, document, stem, committee):
    path = files.temporary_path(".pdf")
    try:
        write_pdf_in_child(document, path)
        content = path.open("rb")
    except NotMade:
        return render(request, "reports/render_failed.html", {"report": None}, status=503)
    finally:
        path.unlink(missing_ok=True)
    name = f"{stem}.pdf"
    audit.record(Act.DOWNLOADED, by=request.user, committee=committee, subject=name)
    return FileResponse(
        content,
        as_attachment=True,
        filename=name,
        content_type="application/pdf",
        headers={"Cache-Control": "private, no-store"},
    )
