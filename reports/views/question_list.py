"""The list of a conference's questions, taken away as a file."""

import hashlib

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_GET

from foundation.limits import takes_long
from foundation.text import file_name
from reports import downloads, permissions
from reports.documents.docx import report_docx
from reports.documents.glyphs import unprintable
from reports.documents.xlsx import annex_workbook
from reports.domain import question_list
from sessions.models import Conference, Theme
from sessions.states import QuestionState


def _conference(request, pk):
    found = (
        Conference.objects.visible_to(request.user)
        .select_related("committee__parent", "chair")
        .prefetch_related("committee__names", "committee__parent__names")
    )
    conference = get_object_or_404(found, pk=pk)
    if not permissions.can_take_questions(request.user, conference):
        raise PermissionDenied
    return conference


def _filters(request):
    """Return (state, theme) that the list is narrowed to; what is none of either is not found."""
    state, theme = request.GET.get("state", ""), request.GET.get("theme", "")
    if state not in ("", *QuestionState.values):
        raise Http404
    if not theme:
        return state, None
    number = int(theme) if theme.isascii() and theme.isdigit() and len(theme) < 9 else 0
    return state, get_object_or_404(Theme, pk=number, parent=None)


@require_GET
def questions_export(request, pk):
    """What to take, in which form, and the last files that were taken, each with its digest."""
    conference = _conference(request, pk)
    context = {
        "conference": conference,
        "states": [one for one in QuestionState.choices if one[0] != QuestionState.WITHDRAWN],
        "themes": Theme.objects.filter(parent=None),
        "taken": question_list.downloads_of(conference),
    }
    return render(request, "reports/questions_export.html", context)


@require_GET
@takes_long
def questions_file(request, pk, suffix):
    conference = _conference(request, pk)
    state, theme = _filters(request)
    with translation.override("vi"):
        rows = question_list.rows_of(conference, reader=request.user, state=state, theme=theme)
        words = [str(QuestionState(state).label) if state else "", theme.name if theme else ""]
        how = {"narrowed": ", ".join(filter(None, words)), "at": request.at}
        if suffix == "xlsx":
            content = annex_workbook(question_list.question_sheet(conference, rows, **how), {})
        else:
            document = question_list.question_list(conference, rows, **how)
            if suffix == "pdf" and (found := unprintable(document)):
                context = {"conference": conference, "found": found, "word": ""}
                return render(request, "reports/paper_unprintable.html", context, status=409)
            content = downloads.pdf_of(document) if suffix == "pdf" else report_docx(document)
    if content is None:
        return render(request, "reports/render_failed.html", {"report": None}, status=503)
    code = file_name(conference.committee.code)
    return downloads.answer(
        content,
        f"cau-hoi-{conference.held_on.isoformat()}-{code}",
        suffix,
        by=request.user,
        committee=conference.committee,
        questions_of=conference.pk,
        number=len(rows),
        sha256=hashlib.sha256(content).hexdigest(),
    )
