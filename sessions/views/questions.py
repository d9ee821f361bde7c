"""Asking: the form, the own list, the own question; and writing down for somebody."""

import uuid
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from committees.permissions import is_member_of
from foundation.acts import attempt
from foundation.clock import weekday_date
from foundation.codes import in_groups
from foundation.moves import MoveNotAllowed
from foundation.once import once_by_itself
from sessions import permissions, queries, read_marks, search_words, sent_forms
from sessions.answered_together import tell_cited, tell_together
from sessions.askers import public as askers
from sessions.domain import guarding, news, questions
from sessions.forms.attachments import is_too_large, sent_with, too_large_together
from sessions.forms.questions import LEVELS, AskForm, ChangeForm, RecordForm
from sessions.models import Conference, Question
from sessions.similar import similar_answered
from sessions.states import BEFORE_TRIAGE, ConferenceState
from sessions.views.follow_up import act_on, blank_forms, follow_up_of

ANSWERED_ON_A_PAGE = 50
EXPLAINED = {
    Question.Level.NAMED: gettext_lazy("The office that prepares the dialogue knows that you ask."),
    Question.Level.CONFIDENTIAL: gettext_lazy(
        "Your name is sealed. It is opened only if the secretary asks for it with a written reason "
        "and the Board agrees; you are told as soon as it is asked for."
    ),
}


def _conference(request, pk):
    return get_object_or_404(
        Conference.objects.visible_to(request.user).select_related("committee"), pk=pk
    )


def _why_closed(conference, *, at):
    """Say why no question can be sent; it is asked for only when none can."""
    if conference.state == ConferenceState.POSTPONED:
        return _("The conference has been postponed. Questions can be sent again once it has a new day.")  # fmt: skip
    if conference.state == ConferenceState.CANCELLED:
        return _("The conference has been cancelled.")
    if at < conference.asks_open_at:
        day = weekday_date(conference.asks_open_at)
        return _("Questions can be sent from %(day)s on.") % {"day": day}
    return _("The time for questions is over.")


@once_by_itself
def question_ask(request, pk):
    conference = _conference(request, pk)
    at = request.at
    if not is_member_of(request.user, conference.committee):
        raise PermissionDenied
    form = AskForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        committee=conference.committee,
    )
    status, sent_before = 200, None
    if request.method == "POST":
        status = 422
        if is_too_large(request):
            form.add_error("files", too_large_together())
        if form.is_valid():
            try:
                question = questions.submit_question(
                    conference, **form.cleaned_data, by=request.user, at=at
                )
                sent_forms.remember(request, question, form.cleaned_data["form_key"])
                return redirect(
                    "sessions:question_sent", pk=askers.own_address(request.user, question.pk)
                )
            except questions.AlreadySent as found:
                status, sent_before = 409, found.question
                form.add_error(
                    None,
                    _("Something else was sent from this form already; see the line below."),
                )
                form.data = form.data.copy()
                form.data["form_key"], form.data["receipt"] = str(uuid.uuid4()), ""
            except questions.WindowClosed:
                why = _why_closed(conference, at=at)
                form.add_error(None, _("%(why)s Yours was not sent.") % {"why": why})
    return render(
        request,
        "sessions/question_ask.html",
        {
            "conference": conference,
            "form": form,
            "sent_before": sent_before,
            "names": guarding.name_hashes(conference.committee),
            "is_open": conference.takes_questions(at=at),
            "why_closed": _why_closed(conference, at=at),
            "is_live": at >= conference.starts_at,
            "now": at,
            "levels": [
                {
                    "value": level.value,
                    "label": level.label,
                    "explained": EXPLAINED[level],
                    "sees": askers.who_sees_what(level),
                }
                for level in LEVELS
            ],
            "anonymous": {
                "sees": askers.who_sees_what(Question.Level.ANONYMOUS),
                "url": settings.ANONYMOUS_BASE_URL,
                **askers.vouchers_offered(conference),
            },
        },
        status=status,
    )


@once_by_itself
@require_POST
def question_similar(request, pk):
    """Answers already given to questions that sound alike: a fragment.

    By POST, and only when asked for: what is being written stands in no address and no log.
    """
    conference = _conference(request, pk)
    answers = similar_answered(conference.committee, request.POST.get("text", "")[:4_000])
    return render(request, "sessions/_question_similar.html", {"answers": answers})


def _own(request, pk):
    """The question, for its asker only; everybody else learns nothing, not even that it exists."""
    found = askers.own_question_id(request.user, pk)
    if found is None:
        raise Http404
    return queries.own_questions(Question.objects.filter(pk=found)).get()


@require_GET
def question_sent(request, pk):
    question = _own(request, pk)
    form_key = sent_forms.form_key_of(request, question)
    is_ours = form_key and question.receipt == askers.made_here(form_key)
    return render(
        request,
        "sessions/question_sent.html",
        {
            "question": question,
            "sees": askers.who_sees_what(question.level),
            "form_key": form_key,
            "code": in_groups(askers.code_made_here(form_key)) if is_ours else "",
            "follow_url": f"{settings.ANONYMOUS_BASE_URL}/receipt/",
        },
    )


@require_GET
def my_questions(request):
    at = request.at
    mine, read = askers.questions_of(request.user), frozenset(read_marks.read_marks(request))
    fresh = news.unread(mine, asker=request.user, at=at, read=read)
    questions = list(queries.own_questions(mine))
    for question in questions:
        question.news = fresh.get(question.pk)
    read_here = [one for question in questions for one in _read_at(question)]
    tell_together(read_here, to=request.user)
    tell_cited(read_here, to=request.user)
    return render(
        request,
        "sessions/my_questions.html",
        {
            "questions": sorted(questions, key=lambda one: one.news is None),
            "open_conferences": Conference.objects.visible_to(request.user).taking_questions(at=at),
        },
    )


def _read_at(question):
    """Return the published answers that its asker reads on its page."""
    merged = question.merged_into.published_answers if question.merged_into else []
    return [*question.published_answers, *merged]


@require_GET
def question_detail(request, pk):
    number = askers.own_question_id(request.user, pk)
    own = Question.objects.filter(pk=number) if number else Question.objects.none()
    found = news.unread(own, asker=request.user, at=request.at)
    read_marks.note(request, [one.mark for one in found.values()])
    return read_marks.keep(request, detail_page(request, pk))


def detail_page(request, pk, *, forms=None, status=200):
    """The own question with all that came of it; `forms` holds what was just refused."""
    question = _own(request, pk)
    return render(
        request,
        "sessions/question_detail.html",
        {
            "question": question,
            "can_change": question.state in BEFORE_TRIAGE,
            "can_send_again": questions.can_send_again(question),
            "sees": askers.who_sees_what(question.level),
            **follow_up_of(question, at=request.at),
            "forms": {**blank_forms(question), **(forms or {})},
        },
        status=status,
    )


@once_by_itself
@require_POST
def question_follow_up(request, pk):
    """The asker's reply, rating or objection."""
    question = _own(request, pk)
    forms, done = act_on(question, request.POST, at=request.at)
    if not done:
        return detail_page(request, pk, forms=forms, status=422)
    messages.success(request, _("Thank you. It has been kept with your question."))
    return redirect("sessions:question_detail", pk=pk)


@once_by_itself
def question_change(request, pk):
    question = _own(request, pk)
    if question.state not in BEFORE_TRIAGE:
        raise PermissionDenied
    form = ChangeForm(
        **sent_with(request),
        attachments=question.attachments.all(),
        committee=question.conference.committee,
        initial=_asked(question),
    )
    changed = partial(questions.change_question, question, at=request.at)
    tried = attempt(request, form, changed, standing=lambda: _asked(question))
    if tried.is_done:
        messages.success(request, _("Your question has been changed."))
        return redirect("sessions:question_detail", pk=pk)
    return render(
        request,
        "sessions/question_change.html",
        {"question": question, "form": form, "conflict": tried.conflict},
        status=tried.status,
    )


def _asked(question):
    """Return the fields of a question as its asker changes them."""
    names = ("theme", "kind", "version")
    return {"text": question.original_text, **{name: getattr(question, name) for name in names}}


@once_by_itself
def question_withdraw(request, pk):
    """Ask once whether it is meant; what was withdrawn by mistake can be put back."""
    question = _own(request, pk)
    if request.method != "POST":
        if question.state not in BEFORE_TRIAGE:
            raise MoveNotAllowed(f"{question} has been sorted")
        return render(request, "sessions/question_withdraw.html", {"question": question})
    questions.withdraw_question(question, at=request.at)
    messages.success(request, _("Your question has been withdrawn. You can put it back below."))
    return redirect("sessions:question_detail", pk=pk)


@once_by_itself
@require_POST
def question_send_again(request, pk):
    """Undo a withdrawal."""
    question = _own(request, pk)
    questions.send_again(question, at=request.at)
    messages.success(request, _("Your question stands again as it was."))
    return redirect("sessions:question_detail", pk=pk)


@once_by_itself
def question_record(request, pk):
    """The office's quick form; after saving it is open again with the same channel and theme."""
    conference = _conference(request, pk)
    if not permissions.can_record_question(request.user, conference):
        raise PermissionDenied
    at = request.at
    initial = {
        "channel": request.GET.get("channel")
        or (Question.Channel.ORAL if conference.starts_at <= at else Question.Channel.PAPER),
        "theme": request.GET.get("theme"),
    }
    form = RecordForm(request.POST or None, committee=conference.committee, initial=initial)
    question = None
    if request.method == "POST" and form.is_valid():
        try:
            question = questions.record_question(
                conference, **form.cleaned_data, by=request.user, at=at
            )
        except questions.AlreadySent:
            form.add_error(None, _("Another question was recorded from this form already. This one was not: record it now, or clear the form if it is the same."))  # fmt: skip
            form.data = form.data.copy()
            form.data["form_key"] = str(uuid.uuid4())
    if question:
        messages.success(
            request, _("The question has been recorded. The form is ready for the next.")
        )
        messages.info(
            request,
            _("Receipt code to hand to the asker, shown only now: %(code)s")
            % {"code": in_groups(askers.code_made_here(form.cleaned_data["form_key"]))},
        )
        target = redirect("sessions:question_record", pk=conference.pk)
        target["Location"] += f"?channel={question.channel}&theme={question.theme_id}"
        return target
    return render(
        request,
        "sessions/question_record.html",
        {"conference": conference, "form": form},
        status=422 if form.is_bound else 200,
    )


@once_by_itself
def answered_questions(request):
    """What has been answered in the own committees, for everybody who belongs to them.

    What is looked for comes by POST; the address of what was found does not bear it.
    """
    if request.method == "POST":
        words = search_words.typed_in(request)
        target = redirect("sessions:answered_questions")
        target["Location"] += "?found=1" if words else ""
        return search_words.keep(request, target, words)
    committee_ids = list(request.user.roles)
    word = search_words.kept_by(request) if "found" in request.GET else ""
    found = queries.answered_for(committee_ids, search=word)
    page = Paginator(found, ANSWERED_ON_A_PAGE).get_page(request.GET.get("page"))
    tell_together(page.object_list, to=request.user)
    tell_cited(page.object_list, to=request.user)
    return render(request, "sessions/answered_questions.html", {"page": page, "q": word})


@require_GET
def answered_question(request, pk):
    """One published answer with its question, for whoever may read it in the list."""
    answer = get_object_or_404(queries.answered_for(list(request.user.roles)), pk=pk)
    return render(request, "sessions/answered_question.html", {"answer": answer})


@login_not_required
@require_GET
def help_identity(request):
    """What protects an asker, what does not, and how long what is kept. For everybody to read."""
    return render(
        request,
        "sessions/help_identity.html",
        {
            "levels": [
                {"label": level.label, "sees": askers.who_sees_what(level)}
                for level in Question.Level
            ],
            "least": settings.ANONYMITY_SET,
            "hours": settings.MIXING_HOURS,
            "mixed": settings.MIXING_LEAST,
            "retention": settings.RETENTION,
            "anonymous_url": settings.ANONYMOUS_BASE_URL,
        },
    )
