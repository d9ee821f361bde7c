"""Reports for the office's own programs: made, and handed out as a file."""

from django.http import HttpResponse

from foundation import audit, files
from foundation.audit import Act
from jobs.kinds import NotMade
from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.xlsx import annex_workbook

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def made(suffix, document, figures):
    """Return the bytes of a report, "docx", or of its annexes, "xlsx"."""
    return report_docx(document) if suffix == "docx" else annex_workbook(document, figures)


def pdf_of(document):
    """Return the bytes of the document's PDF, or None where it could not be made."""
    path = files.temporary_path(".pdf")
    try:
        write_pdf_in_child(document, path)
        return path.read_bytes()
    except NotMade:
        return None
    finally:
        path.unlink(missing_ok=True)


def answer(content, stem, suffix, *, by=None, committee=None, **facts):
    """Hand out the file; what leaves the portal in somebody's name is written down."""
    name = f"{stem}.{suffix}"
    if by:
        audit.record(Act.DOWNLOADED, by=by, committee=committee, subject=name, **facts)
    return HttpResponse(
        content,
        content_type=TYPES[suffix],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
