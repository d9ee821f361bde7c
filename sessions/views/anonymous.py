"""The pages of the anonymous host. No view here knows who is asking, or wants to.

They are rendered without a request, so that nothing of it can end up on a page.
"""

import time
import uuid

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.abbreviations import ABBREVIATIONS
from foundation.clock import day_of
from foundation.codes import in_groups
from foundation.moves import MoveNotAllowed
from foundation.throttle import Bucket, until_the_next
from sessions.askers import public as askers
from sessions.askers.public import who_sees_what
from sessions.domain import attachments
from sessions.domain.guarding import name_hashes
from sessions.forms.anonymous import AnonymousForm, ReceiptForm
from sessions.models import Question, StagedQuestion
from sessions.queries import own_questions
from sessions.views.attachments import as_file
from sessions.views.follow_up import act_on, blank_forms, follow_up_of

SAME_TIME = 0.1  # seconds; a wrong code and a right one take as long
misses = Bucket(*settings.WRONG_CODES)

WHY = {
    "voucher": gettext_lazy("This is no code of a slip. Compare it letter by letter."),
    "spent": gettext_lazy("A question has already been sent with this slip."),
    "receipt": gettext_lazy("Open this page anew and send again: your receipt code is in use."),
    "few": gettext_lazy(
        "Too few people were given slips: an anonymous asker could be guessed. Nothing was sent, "
        "and the slip stays good. Ask confidentially, or hand a paper slip to the office."
    ),
    "closed": gettext_lazy(
        "No conference takes questions at the moment. Nothing was sent, and the slip stays good."
    ),
}


def _page(name, context, status=200):
    return HttpResponse(
        render_to_string(f"anonymous/{name}.html", {"portal_url": settings.BASE_URL, **context}),
        status=status,
    )


def done(request):
    """Put the page away, for whoever uses the device next."""
    response = _page("done", {})
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def ask(request):
    """The form for an anonymous question, and its receipt."""
    form = AnonymousForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                group = askers.submit_anonymously(**form.question, at=request.at)
            except askers.Refused as refusal:
                form.add_error("voucher" if refusal.why != "closed" else None, WHY[refusal.why])
                if refusal.why == "voucher" and not misses.take():
                    return _page("too_many", {}, 429)
            else:
                return _page(
                    "sent",
                    {
                        "code": form.code and in_groups(form.code),
                        "group": group,
                        "is_from_hall": askers.is_pass(form.cleaned_data["voucher"]),
                        "sees": _sees(),
                    },
                )
    return _page(
        "ask",
        {
            "form": form,
            "sees": _sees(),
            "hours": settings.MIXING_HOURS,
            "least": settings.MIXING_LEAST,
        },
        status,
    )


def names(request):
    """Hand the hashed names of the committee to whoever holds one of its vouchers.

    With them the browser warns of a text that names somebody; the text stays where it is.
    """
    if request.method != "POST":
        raise Http404
    try:
        held = askers.read_voucher(request.POST.get("voucher", "")[:1_000])
    except askers.NoVoucher:
        return JsonResponse({}, status=422 if misses.take() else 429)
    return JsonResponse(name_hashes(held.round.committee))


def _sees():
    return who_sees_what(Question.Level.ANONYMOUS)


def abbreviations(request):
    return _page("abbreviations", {"abbreviations": ABBREVIATIONS})


def receipt(request):
    """Follow a question with its code, answer back, rate, appeal. No code is ever in an address."""
    if request.method != "POST":
        return _page("receipt", {"form": ReceiptForm()})
    began = time.monotonic()
    form = ReceiptForm(request.POST)
    found = askers.find_by_receipt(form.cleaned_data["code"]) if form.is_valid() else None
    until_the_next(SAME_TIME, began)
    if found is None:
        if not misses.take():
            return _page("too_many", {}, 429)
        if form.is_valid():
            form.add_error(
                "code", _("There is no question with this code. Compare it letter by letter.")
            )
        return _page("receipt", {"form": form}, 422)
    if isinstance(found, StagedQuestion):
        return _page(
            "staged",
            {
                "question": found,
                "hours": settings.MIXING_HOURS,
                "least": settings.MIXING_LEAST,
                "latest": found.conference.window_ends_at(at=request.at),
            },
        )
    if wanted := request.POST.get("file"):
        return _file(found, wanted)
    return _followed(request, found, form.cleaned_data["code"])


def _file(question, wanted):
    """Hand out a file of an answer that the holder of the code reads."""
    try:
        attachment = attachments.of_receipt(question, uuid.UUID(wanted))
    except ValueError:
        raise Http404 from None
    if attachment is None:
        raise Http404
    return as_file(attachment)


def _followed(request, question, code):
    forms, status, notice = {}, 200, ""
    if request.POST.get("act"):
        try:
            forms, done = act_on(question, request.POST, at=request.at)
            status = 200 if done else 422
            notice = _("Thank you. It has been kept with your question.") if done else ""
        except MoveNotAllowed:
            status, notice = 409, _("The question has moved on meanwhile; this is how it stands.")
    question = own_questions(Question.objects.filter(pk=question.pk)).get()
    return _page(
        "status",
        {
            "question": question,
            "sees": who_sees_what(question.level),
            **follow_up_of(question, at=request.at),
            "forms": {**blank_forms(question), **forms},
            "code": code,
            "notice": notice,
            "today": day_of(request.at),
        },
        status,
    )
