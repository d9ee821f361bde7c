"""Sorting questions: the page, its one form, the acts beside it, and undoing them."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from committees.models import User
from committees.permissions import OFFICE
from foundation.acts import act_page, asks, attempt
from sessions import permissions, queries
from sessions.domain import transfers, triage, undoing
from sessions.domain.bulk import sort_several
from sessions.forms.transfers import TakeBackTransferForm
from sessions.models import Question, SortingStep
from sessions.queue import in_hand, similar_questions
from sessions.views.filling import FIELD, is_asked_for, with_template
from sessions.views.panels import BULK, PANELS, offered
from sessions.views.triage_page import (
    bulk_panel,
    conference_of,
    filters_in,
    page,
    question_of,
    sort_form,
    uuid_in,
)

# Why a question cannot go to another committee as it stands: {exception: (field, words)}.
CANNOT_TRANSFER = {
    transfers.NotCleared: (
        None,
        gettext_lazy(
            "Clear its text for others first: the other committee reads that and nothing else."
        ),
    ),
    transfers.NobodyThere: ("to", gettext_lazy("Nobody works in the office of that committee.")),
    transfers.BeingAsked: (
        None,
        gettext_lazy("The asker is being asked back: withdraw that first, or wait for the reply."),
    ),
    transfers.Objected: (
        None,
        gettext_lazy("The asker has objected to how it was settled here, so it stays here."),
    ),
    transfers.AnswerWaits: (
        None,
        gettext_lazy("An answer to it lies before the secretary or has been published."),
    ),
    transfers.OnTheFloor: (
        None,
        gettext_lazy("It is on the floor of the hall at this moment."),
    ),
}


@require_GET
def triage_index(request):
    """To the conference whose questions wait; a list where there are several."""
    conferences = queries.conferences_with_questions(request.user.committees_as(*OFFICE))
    if len(conferences) == 1:
        return redirect("sessions:triage", pk=conferences[0].pk)
    return render(request, "sessions/triage_index.html", {"conferences": conferences})


@require_GET
def triage_queue(request, pk):
    conference = conference_of(request, pk)
    if request.htmx and (bulk := bulk_panel(conference, request.GET.get("bulk"))):
        return render(
            request,
            "sessions/_triage_bulk.html",
            {
                "conference": conference,
                "bulk_acts": BULK,
                "bulk": bulk,
                "query": urlencode(filters_in(request.GET)),
            },
        )
    return page(request, conference)


@require_GET
def triage_question(request, pk, question_pk):
    conference = conference_of(request, pk)
    question = question_of(request, question_pk, conference, to_follow=True)
    if question.conference_id != conference.pk:
        return redirect("sessions:triage_question", question.conference_id, question.pk)
    if request.htmx and (name := request.GET.get("open")):
        return _panel(request, question, name)
    return page(request, conference, question)


def _panel(request, question, name):
    """One act beside the form, built when it is opened."""
    if name not in offered(request.user, question):
        raise Http404
    following = uuid_in(request.GET.get("next", ""))
    context = {
        "question": question,
        "name": name,
        "panel": PANELS[name],
        "form": PANELS[name].make(None, question),
        "query": urlencode(filters_in(request.GET)),
        "next": Question(pk=following) if following else None,
        "similar": similar_questions(question) if name == "merge" else [],
    }
    return render(request, "sessions/_triage_panel.html", context)


# --- one question -----------------------------------------------------------------------


@require_POST
def question_sort(request, question_pk):
    """Save all of sorting at once and open the next question."""
    question = question_of(request, question_pk)
    form = sort_form(question, request.user, request.POST)
    sort = partial(triage.sort_question, question, by=request.user, at=request.at)
    tried = attempt(
        request, form, sort, standing=lambda: _sorted(question_of(request, question_pk))
    )
    if tried.is_done:
        return _onward(request, question, stays="stay" in request.POST)
    if tried.conflict is not None:
        question = question_of(request, question_pk)
    return _refused(request, question, sort=form, conflict=tried.conflict, status=tried.status)


def _sorted(question):
    """Return the fields of sorting as they stand."""
    return {
        "version": question.version,
        "display_text": question.text,
        "edited_ok": question.edited_ok,
        "in_report": question.in_report,
        "times_raised": question.times_raised,
        "theme": question.theme,
        "kind": question.kind,
        "to": question.assignee,
        "unit": question.assigned_unit,
        "due_on": question.due_on or question.conference.answers_due_on,
        "beside": list(User.objects.filter(pk__in=question.contributors)),
    }


def _looked_up(request, question, form):
    """Show the question with the code that was typed, picked, before anything is merged."""
    other = form.cleaned_data["into"]
    picked = PANELS["merge"].make({"merge-picked": str(other.pk), "merge-into": ""}, question)
    return _refused(request, question, panels={"merge": picked}, looked_up=other)


def _done(request, question, panel):
    if panel.said is not None:
        messages.success(request, panel.said(question))
    if panel.leaves:
        return redirect("sessions:triage_index")
    return _onward(request, question, stays=panel.stays)


def _act(name):
    """Build the view of one act: find, judge the form, act, and open the next question."""
    panel = PANELS[name]

    def page(request, question, form, *, status):
        question = question_of(request, question.pk)  # the act has read it anew
        return _refused(request, question, panels={name: form}, status=status)

    def instead(request, question, form):
        looks = name == "merge" and "look" in request.POST
        return _looked_up(request, question, form) if looks else None

    act = act_page(
        find=question_of,
        may=asks(panel.may),
        form=lambda request, question: panel.make(request.POST, question),
        do=panel.act,
        page=page,
        answer=lambda request, question: _done(request, question, panel),
        refusals={
            triage.CannotMerge: ("into", gettext_lazy("These two questions cannot be merged.")),
            **CANNOT_TRANSFER,
        },
        instead=instead,
    )

    def view(request, question_pk):
        if name not in FIELD or not is_asked_for(request):
            return act(request, question_pk=question_pk)
        question = question_of(request, question_pk)
        if name not in offered(request.user, question):
            raise PermissionDenied
        filled = with_template(request, question, name, panel.make(request.POST, question))
        return page(request, question, filled, status=200)

    return require_POST(view)


question_merge = _act("merge")
question_decline = _act("decline")
question_refer = _act("refer")
question_escalate = _act("escalate")
question_transfer = _act("transfer")
question_return = _act("return")
question_reconsider = _act("reconsider")
question_ask_back = _act("ask_back")
question_insist = _act("insist")
question_stop_asking = _act("stop_asking")
question_appeal = _act("appeal")


@require_POST
def merge_undo(request, question_pk):
    question = question_of(request, question_pk)
    triage.undo_merge(question, by=request.user, at=request.at)
    return _onward(request, question, stays=True)


question_take_back = require_POST(
    act_page(
        find=partial(question_of, to_follow=True),
        may=asks(permissions.can_take_back_transfer),
        form=lambda request, question: TakeBackTransferForm(request.POST, prefix="take_back"),
        do=transfers.take_back,
        page=lambda request, question, form, *, status: _refused(
            request, question, take_back=form, status=status
        ),
        answer=lambda request, question: _taken_back(request, question),
    )
)


def _taken_back(request, question):
    messages.success(request, _("%(code)s is yours again.") % {"code": question.code})
    return _onward(request, question, stays=True)


def _refused(request, question, **shown):
    filters = filters_in(request.POST.get("query", ""))
    return page(request, question.conference, question, filters=filters, **shown)


def _onward(request, question, *, stays=False):
    """To the next question of the queue, or back to this one where the work on it goes on."""
    filters = filters_in(request.POST.get("query", ""))
    target = question.pk if stays else uuid_in(request.POST.get("next", ""))
    if not stays and request.POST.get("after"):
        filters["after"] = request.POST["after"][:200]
    last = SortingStep.objects.filter(question=question, version=question.version).first()
    return _to(question.conference_id, target, filters, done=last and last.batch)


def _to(conference_pk, question_pk, filters, *, done=None):
    url = (
        reverse("sessions:triage_question", args=[conference_pk, question_pk])
        if question_pk
        else reverse("sessions:triage", args=[conference_pk])
    )
    query = urlencode({**filters, **({"done": done} if done else {})})
    place = "question" if question_pk else "done"
    return redirect(f"{url}?{query}#{place}" if query else f"{url}#{place}")


# --- several questions, and back --------------------------------------------------------


@require_POST
def questions_sort(request, pk):
    """The same act on every question that was ticked; the filter and the page stay."""
    conference = conference_of(request, pk)
    name = request.POST.get("act", "")
    filters = filters_in(request.POST.get("query", ""))
    ticked = {pk for text in request.POST.getlist("questions") if (pk := uuid_in(text))}
    if name not in BULK:  # what to do has been chosen, not yet how
        bulk = bulk_panel(conference, request.POST.get("bulk"))
        return page(
            request, conference, filters=filters, bulk=bulk, ticked={str(pk) for pk in ticked}
        )
    questions = list(in_hand(conference).filter(pk__in=ticked).select_related("committee"))
    form = BULK[name].make(request.POST, conference)
    if not questions:
        form.add_error(None, _("Tick the questions first."))
    if not form.is_valid():
        return page(
            request,
            conference,
            filters=filters,
            bulk=bulk_panel(conference, name, form),
            ticked={str(pk) for pk in ticked},
            status=422,
        )
    permitted = [one for one in questions if BULK[name].may(request.user, one)]
    batch, done, left = sort_several(
        permitted, BULK[name].act, **form.cleaned_data, by=request.user, at=request.at
    )
    if left := [one for one in questions if one in left or one not in permitted]:
        messages.warning(
            request,
            _("Not done, because their state does not permit it: %(names)s.")
            % {"names": ", ".join(str(question) for question in left)},
        )
    return _to(conference.pk, None, filters, done=batch if done else None)


@require_POST
def sorting_undo(request, pk, batch):
    """Take back the last act, on those of its questions that nobody has touched since."""
    conference = conference_of(request, pk)
    at, undone, left = request.at, [], []
    for question in in_hand(conference).filter(last_step__batch=batch).order_by("pk"):
        try:
            undoing.undo_step(question, batch=batch, by=request.user, at=at)
            undone.append(question)
        except undoing.CannotUndo:
            left.append(question)
    if undone:
        messages.success(
            request,
            ngettext(
                "Undone: %(count)d question is as it was.",
                "Undone: %(count)d questions are as they were.",
                len(undone),
            )
            % {"count": len(undone)},
        )
    if left:
        messages.warning(
            request,
            _("Something has happened since, so this was not undone: %(names)s.")
            % {"names": ", ".join(str(question) for question in left)},
        )
    if not undone and not left:
        messages.warning(request, _("This can no longer be undone."))
    only = (undone + left)[0].pk if len(undone + left) == 1 else None
    return _to(conference.pk, only, filters_in(request.POST.get("query", "")))
