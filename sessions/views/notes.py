"""Internal notes: written where the question is worked on, corrected, taken back."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.acts import attempt
from sessions import permissions
from sessions.domain import notes
from sessions.forms.notes import NoteChangeForm, NoteForm
from sessions.models import InternalNote, Question


def _question(request, pk):
    handled = Question.objects.visible_to(request.user).select_related("conference", "committee")
    return get_object_or_404(handled, pk=pk)


def _own_note(request, pk):
    """Return the note if the person wrote it and handles its question still."""
    handled = Question.objects.visible_to(request.user)
    found = InternalNote.objects.filter(question__in=handled)
    note = get_object_or_404(
        found.select_related("question__conference", "question__committee"), pk=pk
    )
    if not permissions.can_change_note(request.user, note):
        raise PermissionDenied
    return note


def note_add(request, pk):
    question = _question(request, pk)
    if not permissions.can_write_note(request.user, question):
        raise PermissionDenied
    form = NoteForm(request.POST or None, question=question)
    write = partial(notes.write_note, question, by=request.user, at=request.at)
    tried = attempt(request, form, write)
    if tried.is_done:
        messages.success(request, _("The note is kept with the question."))
        return _back(request, question)
    return _page(request, question, form, tried)


def note_change(request, pk):
    note = notes.as_it_reads(_own_note(request, pk))
    form = NoteChangeForm(request.POST or None, question=note.question, initial=_standing(note))
    correct = partial(notes.correct_note, note, by=request.user, at=request.at)
    tried = attempt(request, form, correct, standing=lambda: _standing(notes.as_it_reads(note)))
    if tried.is_done:
        messages.success(
            request, _("The note has been corrected; the earlier words stay beside it.")
        )
        return _back(request, note.question)
    return _page(request, note.question, form, tried, note=note)


def _standing(note):
    return {"text": note.text, "version": note.pk}


@require_POST
def note_remove(request, pk):
    note = _own_note(request, pk)
    notes.remove_note(note, by=request.user, at=request.at)
    messages.success(request, _("The note has been taken back."))
    return _back(request, note.question)


def _page(request, question, form, tried, *, note=None):
    context = {"question": question, "form": form, "note": note, "conflict": tried.conflict}
    context["place"] = reverse(_place(request, question)[0], args=_place(request, question)[1:])
    return render(request, "sessions/note_write.html", context, status=tried.status)


def _back(request, question):
    return redirect(*_place(request, question))


def _place(request, question):
    """Return where the person works on the question: at the desk, or at the answer."""
    if permissions.can_triage(request.user, question):
        return ("sessions:triage_question", question.conference_id, question.pk)
    if permissions.can_write_answer(request.user, question):
        return ("sessions:answer_write", question.pk)
    return ("sessions:answer_list",)
