"""Back and forth about a question, as its asker sees it."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from foundation.once import once_by_itself
from sessions import read_marks
from sessions.askers import public as askers
from sessions.domain import follow_up
from sessions.forms.anonymous import AppealForm, RatingForm, ReplyForm

ACTS = {
    "reply": (ReplyForm, lambda question, at, **typed: follow_up.reply(question, at=at, **typed)),
    "rate": (RatingForm, lambda question, at, **typed: follow_up.rate(question, **typed)),
    "appeal": (
        AppealForm,
        lambda question, at, **typed: follow_up.appeal(question, at=at, **typed),
    ),
}


def blank_forms(question):
    """Return a form for each act of the asker, with the rating as it stands.

    Their ids do not meet on one page.
    """
    rating = getattr(question, "rating", None)
    standing = {"rate": {"value": rating.value, "why": rating.why}} if rating else {}
    return {
        act: form_class(auto_id=f"{act}_%s", initial=standing.get(act))
        for act, (form_class, _do) in ACTS.items()
    }


def act_on(question, posted, *, at):
    """Do what the asker has sent. Returns ({act: the form that was refused}, was it done?).

    Raises MoveNotAllowed, and Http404 for an act that does not exist.
    """
    act = posted.get("act", "")
    if act not in ACTS:
        raise Http404
    form_class, do = ACTS[act]
    form = form_class(posted, auto_id=f"{act}_%s")
    if form.is_valid():
        do(question, at, **form.cleaned_data)
        return {}, True
    return {act: form}, False


def follow_up_of(question, *, at):
    """Return what the back and forth about a question looks like to its asker.

    `question` comes from queries.own_questions, which has read it all.
    """
    clarifications = list(question.clarifications.all())
    answered = question.merged_into or question
    appeal = getattr(question, "appeal", None)
    return {
        "clarifications": clarifications,
        "open_request": next((one for one in clarifications if one.is_open), None),
        "can_rate": bool(answered.published_answers),
        "openings": askers.with_stages(question.opening_requests.all(), at=at),
        "rating": getattr(question, "rating", None),
        "appeal": appeal,
        "can_appeal": appeal is None and question.state in follow_up.APPEALABLE,
    }


@once_by_itself
@require_POST
def notices_read(request):
    """Put away the notices about the own name, in this browser. The record itself stays."""
    told = askers.openings_told_to(request.user, at=request.at)
    read_marks.note(request, [one.mark for one in told])
    return read_marks.keep(request, redirect("sessions:my_questions"))
