"""Sorting questions: the queue at the left, the open question at the right."""

import contextlib
import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from committees.permissions import OFFICE
from dialogue_portal.clock import database_now
from dialogue_portal.versions import OutdatedVersion
from sessions import permissions, queries
from sessions.domain import follow_up, identity, triage
from sessions.forms.questions import (
    AppealReplyForm,
    AskBackForm,
    AssignForm,
    BulkForm,
    ClassifyForm,
    DeclineForm,
    EditForm,
    MergeForm,
    PassOnForm,
    ReconsiderForm,
    answering_people,
    themes_of,
)
from sessions.models import Appeal, Conference, Question
from sessions.states import IN_PROGRESS

FILTERS = ("state", "theme", "channel", "q", "after")


@require_GET
def triage_index(request):
    """To the conference whose questions wait; a list where there are several."""
    conferences = queries.conferences_with_questions(request.user.committees_as(*OFFICE))
    if len(conferences) == 1:
        return redirect("sessions:triage", pk=conferences[0].pk)
    return render(request, "sessions/triage_index.html", {"conferences": conferences})


def _conference(request, pk):
    conference = get_object_or_404(
        Conference.objects.visible_to(request.user).select_related("committee"), pk=pk
    )
    if not permissions.can_triage(request.user, conference):
        raise PermissionDenied
    return conference


def _question(request, pk):
    question = get_object_or_404(queries.to_sort(Question.objects.visible_to(request.user)), pk=pk)
    if not permissions.can_triage(request.user, question.conference):
        raise PermissionDenied
    return question


def _filters(request):
    return {name: request.GET[name][:200] for name in FILTERS if request.GET.get(name)}


def _page(request, conference, question=None, *, forms=None, status=200):
    filters = _filters(request)
    theme = filters.get("theme", "")
    queue = queries.queue(
        conference,
        state=filters.get("state", ""),
        theme=int(theme) if theme.isascii() and theme.isdigit() and len(theme) < 9 else None,
        channel=filters.get("channel", ""),
        search=filters.get("q", ""),
        after=filters.get("after", ""),
    )
    if question is None and queue.questions and not request.GET.get("list"):
        question = _question(request, queue.questions[0].pk)
    themes = list(themes_of(conference.committee))
    people = list(answering_people(conference.committee))
    base = {name: value for name, value in filters.items() if name != "after"}
    context = {
        "conference": conference,
        "can_record_question": permissions.can_record_question(request.user, conference),
        "queue": queue,
        "chips": queries.state_chips(conference),
        "themes": [theme for theme in themes if theme.parent_id is None],
        "channels": Question.Channel.choices,
        "filters": filters,
        "query": urlencode(filters),
        "older_url": f"?{urlencode({**base, 'after': queue.older})}" if queue.older else "",
        "newer_url": f"?{urlencode(base)}" if queue.newer else "",
        "bulk": BulkForm(
            conference=conference,
            people=people,
            initial={"due_on": f"{conference.answers_due_on:%d/%m/%Y}"},
        ),
        **(_detail(request, question, queue, forms or {}, themes, people) if question else {}),
    }
    return render(request, "sessions/triage.html", context, status=status)


def _detail(request, question, queue, forms, themes, people):
    """Everything the right pane shows; `forms` holds those that were just sent and refused."""
    committee = question.conference.committee
    ids = [row.pk for row in queue.questions]
    here = ids.index(question.pk) if question.pk in ids else -1
    is_open = question.state in IN_PROGRESS
    merged = (
        list(question.merged_questions.select_related("conference")) if question.has_merged else []
    )
    return {
        "question": question,
        "asker": identity.asker_shown_to(question, request.user),
        "supporters": 1 + len(merged),
        "merged": merged,
        "attachments": list(question.attachments.all()) if question.has_files else [],
        "clarifications": list(question.clarifications.all()) if question.has_requests else [],
        "appeal": getattr(question, "appeal", None),
        "rating": getattr(question, "rating", None),
        "can_unseal": permissions.can_unseal(request.user, question),
        "can_reply_to_appeal": permissions.can_reply_to_appeal(request.user, question),
        "moves": question.moves.select_related("actor"),
        "answer": queries.published_answer(question) if question.has_answers else None,
        "is_open": is_open,
        "previous_id": ids[here - 1] if here > 0 else None,
        "next_id": ids[here + 1] if 0 <= here < len(ids) - 1 else None,
        "forms": {
            "edit": EditForm(
                initial={
                    "display_text": question.display_text or question.original_text,
                    "edited_ok": question.edited_ok,
                    "in_report": question.in_report,
                    "times_raised": question.times_raised,
                    "version": question.version,
                },
                prefix="edit",
            ),
            "classify": ClassifyForm(
                committee=committee,
                themes=themes,
                initial={"theme": question.theme_id, "kind": question.kind},
                prefix="classify",
            ),
            "assign": AssignForm(
                committee=committee,
                people=people,
                initial={
                    "to": question.assignee_id,
                    "unit": question.assigned_unit,
                    "due_on": f"{question.due_on or question.conference.answers_due_on:%d/%m/%Y}",
                },
                prefix="assign",
            ),
            "merge": MergeForm(conference=question.conference, prefix="merge"),
            "decline": DeclineForm(prefix="decline"),
            "refer": PassOnForm(prefix="refer"),
            "escalate": PassOnForm(prefix="escalate"),
            "reconsider": ReconsiderForm(prefix="reconsider"),
            "ask_back": AskBackForm(prefix="ask_back"),
            "appeal": AppealReplyForm(prefix="appeal"),
            **forms,
        },
        "open_form": next(iter(forms), ""),
    }


@require_GET
def triage_queue(request, pk):
    return _page(request, _conference(request, pk))


@require_GET
def triage_question(request, pk, question_pk):
    conference = _conference(request, pk)
    question = _question(request, question_pk)
    if question.conference_id != conference.pk:
        return redirect("sessions:triage_question", question.conference_id, question.pk)
    return _page(request, conference, question)


def _act(name):
    """Build the view of one act: find, judge the form, act, and open the next question."""

    @require_POST
    def view(request, question_pk):
        question = _question(request, question_pk)
        if name in MAY and not MAY[name](request.user, question):
            raise PermissionDenied
        form = FORMS[name](request, question)
        if not form.is_valid():
            return _page(request, question.conference, question, forms={name: form}, status=422)
        try:
            ACTS[name](question, form.cleaned_data, request.user, database_now())
        except OutdatedVersion:
            form.add_error(
                None, _("Somebody else has changed the question meanwhile; compare the two texts.")
            )
            question.refresh_from_db()
            form.data = form.data.copy()
            form.data[f"{name}-version"] = question.version
            return _page(request, question.conference, question, forms={name: form}, status=409)
        except triage.CannotMerge:
            form.add_error("into", _("These two questions cannot be merged."))
            return _page(request, question.conference, question, forms={name: form}, status=422)
        return _onward(request, question, stays=name in STAYS)

    return view


def _onward(request, question, *, stays):
    """To the next question of the queue, or back to this one where the work on it goes on."""
    target = question.pk
    if not stays:
        with contextlib.suppress(ValueError):
            target = uuid.UUID(request.POST.get("next", ""))
    url = reverse("sessions:triage_question", args=[question.conference_id, target])
    query = request.POST.get("query", "")[:500]
    return redirect(f"{url}?{query}" if query else url)


FORMS = {
    "edit": lambda request, question: EditForm(request.POST, prefix="edit"),
    "classify": lambda request, question: ClassifyForm(
        request.POST, committee=question.conference.committee, prefix="classify"
    ),
    "assign": lambda request, question: AssignForm(
        request.POST, committee=question.conference.committee, prefix="assign"
    ),
    "merge": lambda request, question: MergeForm(
        request.POST, conference=question.conference, prefix="merge"
    ),
    "decline": lambda request, question: DeclineForm(request.POST, prefix="decline"),
    "refer": lambda request, question: PassOnForm(request.POST, prefix="refer"),
    "escalate": lambda request, question: PassOnForm(request.POST, prefix="escalate"),
    "reconsider": lambda request, question: ReconsiderForm(request.POST, prefix="reconsider"),
    "ask_back": lambda request, question: AskBackForm(request.POST, prefix="ask_back"),
    "appeal": lambda request, question: AppealReplyForm(request.POST, prefix="appeal"),
}
ACTS = {
    "edit": lambda question, data, by, at: triage.edit_question(question, **data),
    "classify": lambda question, data, by, at: triage.classify_question(
        question, **data, by=by, at=at
    ),
    "assign": lambda question, data, by, at: triage.assign_question(question, **data, by=by, at=at),
    "merge": lambda question, data, by, at: triage.merge_questions(question, **data, by=by, at=at),
    "decline": lambda question, data, by, at: triage.decline_question(
        question, **data, by=by, at=at
    ),
    "refer": lambda question, data, by, at: triage.refer_question(question, **data, by=by, at=at),
    "escalate": lambda question, data, by, at: triage.escalate_question(
        question, **data, by=by, at=at
    ),
    "reconsider": lambda question, data, by, at: triage.reconsider_question(
        question, **data, by=by, at=at
    ),
    "ask_back": lambda question, data, by, at: follow_up.ask_back(question, **data, by=by, at=at),
    "appeal": lambda question, data, by, at: follow_up.reply_to_appeal(
        get_object_or_404(Appeal, question=question), **data, by=by, at=at
    ),
}
MAY = {"ask_back": permissions.can_ask_back, "appeal": permissions.can_reply_to_appeal}
STAYS = {"edit", "classify", "reconsider", "ask_back", "appeal"}

question_edit = _act("edit")
question_classify = _act("classify")
question_assign = _act("assign")
question_merge = _act("merge")
question_decline = _act("decline")
question_refer = _act("refer")
question_escalate = _act("escalate")
question_reconsider = _act("reconsider")
question_ask_back = _act("ask_back")
question_appeal = _act("appeal")


@require_POST
def merge_undo(request, question_pk):
    question = _question(request, question_pk)
    triage.undo_merge(question, by=request.user, at=database_now())
    return _onward(request, question, stays=True)


@require_POST
def questions_assign(request, pk):
    """The same leader and date for every question that was ticked: all of them or none."""
    conference = _conference(request, pk)
    form = BulkForm(request.POST, conference=conference)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, errors[0])
        return redirect("sessions:triage", pk=conference.pk)
    data = form.cleaned_data
    chosen = [q for q in data.pop("questions") if q.state in IN_PROGRESS]
    at = database_now()
    with transaction.atomic():
        for question in chosen:
            triage.assign_question(question, **data, by=request.user, at=at)
    messages.success(
        request,
        ngettext(
            "%(count)d question has been assigned.",
            "%(count)d questions have been assigned.",
            len(chosen),
        )
        % {"count": len(chosen)},
    )
    return redirect("sessions:triage", pk=conference.pk)
