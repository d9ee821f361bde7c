"""The page on which an answer is written, with all that whoever writes may look up beside it."""

from django.shortcuts import get_object_or_404, render

from committees.models import Membership
from foundation.clock import day_of
from sessions import permissions
from sessions.domain import (
    answers,
    assignments,
    citations,
    notes,
    shared_answers,
    text_templates,
    transfers,
)
from sessions.domain.contributions import contributions_to
from sessions.domain.holding import can_be_held
from sessions.forms.answers import AnswerForm, RemarksForm
from sessions.forms.assignments import GiveBackForm, HoldingForm
from sessions.forms.attachments import sent_with
from sessions.forms.notes import NoteForm
from sessions.models import Question, TextTemplate
from sessions.states import AnswerState


def handled_question(request, pk):
    return get_object_or_404(
        Question.objects.visible_to(request.user).select_related(
            "conference", "committee", "theme", "assignee", "holding_reply", "transferred_from"
        ),
        pk=pk,
    )


def answer_page(request, question, *, status=200, **shown):
    """Show the page; `shown` is what an act that was refused hands on."""
    user, answer = request.user, answers.answer_in_work(question)
    said = assignments.standing_reply(question)
    replies = permissions.can_reply_to_assignment(user, question)
    can_give_back = replies and assignments.can_be_given_back(question, said)
    context = {
        "question": question,
        "transfer": transfers.standing_transfer(question),
        "can_return": permissions.can_give_back_transfer(user, question),
        "answer": answer,
        "is_locked": answer is not None and answer.state == AnswerState.SUBMITTED,
        "can_publish": permissions.can_publish_answer(user, question),
        "said": said if replies else None,
        "can_accept": replies and (said is None or said.is_open),
        "contributions": contributions_to(question),
        "beside": question.co_responders.select_related("person"),
        "stands_in": permissions.is_deputy_at(user, question),
        "together": shared_answers.answered_with(answer),
        "notes": notes.notes_of(question),
        "templates": text_templates.offered(question.committee, TextTemplate.Use.ANSWER),
        "can_edit_templates": permissions.can_edit_templates(user, question.committee),
        "earlier": citations.earlier_answers(question),
        "outdated": citations.outdated_citations(answer),
        "note_form": NoteForm(question=question),
        "today": day_of(request.at),
        **shown,
    }
    context.setdefault("remarks", RemarksForm(question=question))
    if "form" not in context:
        context["form"] = form_of(request, question)
    may_hold = permissions.can_give_holding_reply(user, question)
    if may_hold and "holding" not in context and can_be_held(question, at=request.at):
        context["holding"] = HoldingForm(prefix="holding")
    if can_give_back and "give_back" not in context:
        context["give_back"] = GiveBackForm(committee=question.committee, user=user)
    return render(request, "sessions/answer_write.html", context, status=status)


def form_of(request, question, **sent):
    """Return the form of the answer that is written; the first one is signed by whoever answers."""
    user, answer = request.user, answers.answer_in_work(question)
    initial = draft_of(question, answer)
    whose = question.assignee or user
    if permissions.is_deputy_at(user, question):
        if answer is None or initial["answered_by"] == _signature(whose, question):
            initial["answered_by"] = _signature(user, question)  # not as if the leader signed
    elif answer is None:
        initial["answered_by"] = _signature(whose, question)
    return AnswerForm(
        **sent,
        cited=_cited(request, question),
        initial=initial,
        attachments=answer.attachments.all() if answer else None,
        others=shared_answers.to_answer_with(question, by=user),
        among=Question.objects.visible_to(user)
        .filter(conference=question.conference_id, committee=question.committee_id)
        .exclude(pk=question.pk),
    )


def draft_of(question, answer=None):
    """Return the fields of the answer that is being written."""
    answer = answer or answers.answer_in_work(question)
    if answer is None:
        return {"text": "", "answered_by": "", "version": 0, "also": []}
    bare = answer.answered_by.removesuffix(answers.mark_of(question))  # the mark is not typed
    also = [one.question for one in shared_answers.answered_with(answer)]
    return {"text": answer.text, "answered_by": bare, "version": answer.version, "also": also}


def sent_with_inserted(request, question):
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


def _cited(request, question):
    """Return the earlier answer that was chosen to be cited, or None."""
    chosen = request.POST.get("cite", "")
    if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 10):
        return None
    return get_object_or_404(citations.may_be_cited(question), pk=int(chosen))


def _signature(user, question):
    """How the person is named under an answer: with the post held in this committee."""
    membership = (
        Membership.objects.active()
        .filter(user=user, committee=question.committee)
        .exclude(post="")
        .first()
    )
    return f"{user.full_name}, {membership.post}" if membership else user.full_name
