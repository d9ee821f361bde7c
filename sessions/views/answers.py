"""Answering: the leader's queue, the form, the secretary's clearance."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from committees.models import Membership
from committees.permissions import OFFICE
from committees.standing_in import in_force
from foundation.acts import attempt
from foundation.clock import day_of, written_day, written_hour
from sessions import permissions, queries, waiting
from sessions.domain import answers, assignments
from sessions.domain.contributions import contributions_to
from sessions.domain.holding import can_be_held
from sessions.forms.assignments import GiveBackForm, HoldingForm
from sessions.forms.attachments import sent_with
from sessions.forms.questions import (
    AnswerForm,
    CompleteForm,
    CorrectForm,
    RemarksForm,
)
from sessions.models import Question
from sessions.states import AnswerState

SHOWN = {
    "own": gettext_lazy("For me to answer"),
    "beside": gettext_lazy("For me to contribute to"),
    "units": gettext_lazy("Owed by units, for the office to enter"),
    "owed": gettext_lazy("Owed in writing"),
    "due": gettext_lazy("Owed by leaders, due or overdue"),
    "clearance": gettext_lazy("Waiting for clearance"),
    "objections": gettext_lazy("Objections without a reply"),
    "replies": gettext_lazy("Replies to what was asked back"),
    "returned": gettext_lazy("Given back, to be assigned anew"),
}
TO_SORT = ("objections", "replies", "returned")  # what is done about them is done where one sorts


@require_GET
def answer_list(request):
    """What the person must answer; for the office, all that is being written.

    Narrowed by `show` to one kind of duty, it shows as many as the duty counts.
    """
    at = request.at
    show, conference = request.GET.get("show", ""), request.GET.get("conference", "")
    if show in SHOWN:
        narrowed = int(conference) if conference.isdecimal() and len(conference) < 10 else None
        found = waiting.questions_waiting(request.user, show, today=day_of(at), conference=narrowed)
        context = {
            "shown": SHOWN[show],
            "questions": list(found),
            "is_sorted": show not in TO_SORT,
            "contributes": show == "beside",
            "shows_who": show in ("due", "units", "owed", "clearance"),
            "today": day_of(at),
        }
        return render(request, "sessions/answers_waiting.html", context)
    return render(
        request,
        "sessions/answer_list.html",
        {
            "own": list(queries.to_answer(request.user)),
            "beside": list(queries.to_contribute(request.user)),
            "office": list(queries.to_write_for(request.user))
            if request.user.committees_as(*OFFICE)
            else None,
            "deputyships": in_force(on=day_of(at))
            .filter(Q(leader=request.user) | Q(deputy=request.user))
            .select_related("leader", "deputy"),
            "today": day_of(at),
        },
    )


def handled_question(request, pk):
    return get_object_or_404(
        Question.objects.visible_to(request.user).select_related(
            "conference", "committee", "theme", "assignee", "holding_reply"
        ),
        pk=pk,
    )


def _signature(user, question):
    """How the person is named under an answer: with the post held in this committee."""
    membership = (
        Membership.objects.active()
        .filter(user=user, committee=question.committee)
        .exclude(post="")
        .first()
    )
    return f"{user.full_name}, {membership.post}" if membership else user.full_name


def answer_write(request, pk):
    """Draft, lay before the secretary, and, for the secretary, publish."""
    question = handled_question(request, pk)
    if not permissions.can_write_answer(request.user, question):
        raise PermissionDenied
    can_publish = permissions.can_publish_answer(request.user, question)
    form = _form_of(request.user, question, **_with_inserted(request, question))
    tried = attempt(
        request,
        form,
        lambda **typed: _save(request, question, typed, can_publish),
        standing=lambda: _draft_of(question),
    )
    if tried.is_done:
        return tried.result
    return answer_page(request, question, status=tried.status, form=form, conflict=tried.conflict)


def _with_inserted(request, question):
    """Return what was sent; with the contribution after what was typed that is to be put in."""
    sent = sent_with(request)
    wanted = request.POST.get("insert", "")
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 10):
        return sent
    found = question.contributions.filter(pk=wanted).first()
    if found is None:
        return sent
    data = request.POST.copy()
    data["text"] = "\n\n".join(filter(None, [data.get("text", "").strip(), found.text]))
    return {**sent, "data": data}


def _form_of(user, question, **sent):
    """Return the form of the answer that is written; the first one is signed by whoever answers."""
    answer = answers.answer_in_work(question)
    initial = _draft_of(question, answer)
    whose = question.assignee or user
    if permissions.is_deputy_at(user, question):
        if answer is None or initial["answered_by"] == _signature(whose, question):
            initial["answered_by"] = _signature(user, question)  # not as if the leader signed
    elif answer is None:
        initial["answered_by"] = _signature(whose, question)
    files = answer.attachments.all() if answer else None
    return AnswerForm(**sent, initial=initial, attachments=files)


def answer_page(request, question, *, status=200, **shown):
    """The page on which an answer is written; `shown` is what an act that was refused hands on."""
    answer = answers.answer_in_work(question)
    said = assignments.standing_reply(question)
    replies = permissions.can_reply_to_assignment(request.user, question)
    can_give_back = replies and assignments.can_be_given_back(question, said)
    context = {
        "question": question,
        "answer": answer,
        "is_locked": answer is not None and answer.state == AnswerState.SUBMITTED,
        "can_publish": permissions.can_publish_answer(request.user, question),
        "said": said if replies else None,
        "can_accept": replies and (said is None or said.is_open),
        **shown,
    }
    context["contributions"] = contributions_to(question)
    context["beside"] = question.co_responders.select_related("person")
    context["stands_in"] = permissions.is_deputy_at(request.user, question)
    context.setdefault("remarks", RemarksForm(question=question))
    if "form" not in context:
        context["form"] = _form_of(request.user, question)
    may_hold = permissions.can_give_holding_reply(request.user, question)
    if may_hold and "holding" not in context and can_be_held(question, at=request.at):
        context["holding"] = HoldingForm(prefix="holding")
    if can_give_back and "give_back" not in context:
        context["give_back"] = GiveBackForm(committee=question.committee, user=request.user)
    return render(request, "sessions/answer_write.html", context, status=status)


def _draft_of(question, answer=None):
    """Return the fields of the answer that is being written."""
    answer = answer or answers.answer_in_work(question)
    if answer is None:
        return {"text": "", "answered_by": "", "version": 0}
    bare = answer.answered_by.removesuffix(answers.mark_of(question))  # the mark is not typed
    return {"text": answer.text, "answered_by": bare, "version": answer.version}


def _save(request, question, data, can_publish):
    at = request.at
    answer = answers.draft_answer(question, **data, by=request.user, at=at)
    if "publish" in request.POST and can_publish:
        answers.publish_answer(answer, by=request.user, at=at)
        messages.success(request, _("The answer has been published."))
        return redirect("sessions:answer_list")
    if "submit" in request.POST:
        answers.submit_answer(answer, by=request.user, at=at)
        messages.success(request, _("The answer lies before the secretary."))
        return redirect("sessions:answer_list")
    saved = {"time": written_hour(request.at)}
    messages.success(request, _("The draft was saved at %(time)s.") % saved)
    return redirect("sessions:answer_write", pk=question.pk)


@require_POST
def answer_publish(request, pk):
    """Clear a submitted answer as it stands."""
    question = handled_question(request, pk)
    if not permissions.can_publish_answer(request.user, question):
        raise PermissionDenied
    answer = get_object_or_404(question.answers, state=AnswerState.SUBMITTED)
    answers.publish_answer(answer, by=request.user, at=request.at)
    messages.success(request, _("The answer has been published."))
    return redirect("sessions:answer_list")


@require_POST
def answer_send_back(request, pk):
    question = handled_question(request, pk)
    if not permissions.can_publish_answer(request.user, question):
        raise PermissionDenied
    answer = get_object_or_404(question.answers, state=AnswerState.SUBMITTED)
    form = RemarksForm(request.POST, question=question)
    if not form.is_valid():
        return answer_page(request, question, status=422, remarks=form)
    answers.send_back_answer(answer, **form.cleaned_data, by=request.user, at=request.at)
    messages.success(request, _("The answer has gone back to its writer."))
    return redirect("sessions:answer_list")


def answer_correct(request, pk):
    """A new version of a published answer."""
    question = handled_question(request, pk)
    if not permissions.can_correct_answer(request.user, question):
        raise PermissionDenied
    published = get_object_or_404(question.answers, state=AnswerState.PUBLISHED)
    form = CorrectForm(
        **sent_with(request), attachments=published.attachments.all(), initial=_words_of(published)
    )
    tried = attempt(
        request,
        form,
        partial(answers.correct_answer, question, by=request.user, at=request.at),
        standing=lambda: _words_of(question.answers.get(state=AnswerState.PUBLISHED)),
        version="number",
    )
    if tried.is_done:
        messages.success(request, _("The new version of the answer has been published."))
        return redirect("sessions:triage_question", question.conference_id, question.pk)
    return render(
        request,
        "sessions/answer_correct.html",
        {
            "question": question,
            "form": form,
            "conflict": tried.conflict,
        },
        status=tried.status,
    )


def _words_of(published):
    return {name: getattr(published, name) for name in ("text", "answered_by", "number")}


def answer_complete(request, pk):
    """Answered at the conference, but more is promised in writing."""
    question = handled_question(request, pk)
    if not permissions.can_complete_answer(request.user, question):
        raise PermissionDenied
    form = CompleteForm(
        request.POST or None,
        initial={"due_on": written_day(question.conference.answers_due_on)},
    )
    if request.method == "POST" and form.is_valid():
        answers.complete_in_writing(question, **form.cleaned_data, by=request.user, at=request.at)
        return redirect("sessions:triage_question", question.conference_id, question.pk)
    return render(
        request,
        "sessions/answer_complete.html",
        {"question": question, "form": form},
        status=422 if form.is_bound else 200,
    )
