"""What is kept about a person: the notice, the own page, the own copy, wishes and decisions."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from committees.domain import leaving, members
from committees.permissions import OFFICE
from foundation.clock import day_of, weekday_date
from foundation.once import once_by_itself
from privacy.domain import personal_copy, personal_requests
from privacy.forms.personal import WISHES, DecisionForm, PaperForm, PhoneForm
from reports import permissions
from reports.models import PersonalRequest
from sessions import read_marks

MINE = "privacy:my_data"


@login_not_required
@require_GET
def personal_notice(request):
    """What is kept about whom, why, how long and who sees it. For everybody to read."""
    return render(
        request,
        "privacy/personal_notice.html",
        {
            "kept": settings.RETENTION,
            "named_years": settings.RETENTION["named"] // 365,
            "term": settings.PERSONAL_REQUEST_DAYS,
            "backup_days": settings.BACKUP_KEEP_DAYS,
        },
    )


@never_cache
def my_data(request):
    """The own account, what can be corrected at once, and what was asked for."""
    form = PhoneForm(
        request.POST if request.method == "POST" else None, initial={"phone": request.user.phone}
    )
    if request.method == "POST" and form.is_valid():
        members.change_phone(request.user, **form.cleaned_data)
        messages.success(request, _("Your telephone number has been saved."))
        return redirect(MINE)
    wishes = request.user.personal_requests.select_related("person").order_by("-asked_on", "-pk")
    if request.method == "GET":
        read_marks.note(request, [personal_requests.answer_mark(one) for one in wishes])
    answer = render(
        request,
        "privacy/my_data.html",
        {
            "form": form,
            "roles": request.user.memberships.select_related("committee").order_by("-starts_on"),
            "wishes": wishes,
            "has_named": personal_requests.own_named_questions(request.user).exists(),
        },
        status=422 if form.is_bound else 200,
    )
    return read_marks.keep(request, answer)


@once_by_itself
@never_cache
@require_POST
def my_data_copy(request):
    """The copy is made now and kept nowhere."""
    packed = personal_copy.archive_of(request.user, on=day_of(request.at))
    answer = HttpResponse(packed, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{personal_copy.NAME}.zip"'
    return answer


@never_cache
def personal_ask(request, kind):
    """Ask for a correction, for the name to be taken off a question, or to be forgotten."""
    posted = request.POST if request.method == "POST" else None
    form = WISHES[kind](posted, user=request.user)
    if request.method == "POST" and form.is_valid():
        typed = {key: form.cleaned_data[key] for key in form.cleaned_data if key != "is_meant"}
        try:
            personal_requests.ask(kind=kind, by=request.user, at=request.at, **typed)
            messages.success(request, _("Your request has been sent. The answer will stand here."))
            return redirect(MINE)
        except personal_requests.AlreadyAsked:
            form.add_error(None, _("You have asked for this already; it waits for a decision."))
    return render(
        request,
        "privacy/personal_ask.html",
        {
            "form": form,
            "kind": kind,
            "title": PersonalRequest.Kind(kind).label,
            "term": settings.PERSONAL_REQUEST_DAYS,
            "kept_until": leaving.kept_until(request.user) if kind == "account" else None,
        },
        status=422 if form.is_bound else 200,
    )


@require_POST
def personal_withdraw(request, pk):
    wish = get_object_or_404(request.user.personal_requests, pk=pk)
    try:
        personal_requests.withdraw(wish, at=request.at)
        messages.success(request, _("The request has been withdrawn."))
    except personal_requests.AlreadySettled:
        messages.info(request, _("It had been settled already."))
    return redirect(MINE)


# --- whoever decides ------------------------------------------------------------------


@require_GET
def personal_list(request):
    """What waits for a decision, the earliest due first, and what was decided lately."""
    if not permissions.decides_personal(request.user):
        raise Http404
    found = PersonalRequest.objects.visible_to(request.user).select_related(
        "person", "committee", "question__conference"
    )
    return render(
        request,
        "privacy/personal_list.html",
        {
            "open": found.open(),
            "settled": found.exclude(state=PersonalRequest.State.OPEN).order_by(
                "-decided_on", "-pk"
            )[:30],
            "may_record": bool(request.user.committees_as(*OFFICE)),
        },
    )


@never_cache
def personal_paper(request):
    """The office writes down what somebody without an account has asked for on paper."""
    if not request.user.committees_as(*OFFICE):
        raise Http404
    at = request.at
    form = PaperForm(
        request.POST if request.method == "POST" else None, user=request.user, today=day_of(at)
    )
    if request.method == "POST" and form.is_valid():
        typed = dict(form.cleaned_data)
        personal_requests.record_paper(typed.pop("committee"), **typed, at=at)
        messages.success(request, _("It has been written down and waits for your answer."))
        return redirect("privacy:personal_list")
    return render(
        request,
        "privacy/personal_paper.html",
        {"form": form, "term": settings.PERSONAL_REQUEST_DAYS},
        status=422 if form.is_bound else 200,
    )


@never_cache
def personal_decide(request, pk):
    wish = get_object_or_404(
        PersonalRequest.objects.visible_to(request.user).select_related(
            "person", "committee", "question__conference", "decided_by"
        ),
        pk=pk,
    )
    if not permissions.can_decide_personal(request.user, wish):
        raise PermissionDenied
    form = DecisionForm(
        request.POST if request.method == "POST" else None,
        is_paper=wish.kind == PersonalRequest.Kind.PAPER,
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and _decide(request, wish, form):
            return redirect("privacy:personal_list")
        if wish.state != PersonalRequest.State.OPEN:
            status = 409
    return render(
        request, "privacy/personal_decide.html", {"wish": wish, "form": form}, status=status
    )


def _decide(request, wish, form):
    """Do it and say so; what stands against it is said in the form."""
    how = {"reply": form.cleaned_data["reply"], "by": request.user, "at": request.at}
    try:
        if form.cleaned_data["decision"] == "grant":
            personal_requests.grant(wish, **how)
        else:
            personal_requests.refuse(wish, **how)
    except leaving.StillHere as still:
        if still.until is None:
            form.add_error(None, _("The person still has a role: end it first."))
        else:
            said = _("The name is needed for the papers of the period until %(day)s.")
            form.add_error(None, said % {"day": weekday_date(still.until)})
        wish.refresh_from_db()
        return False
    except personal_requests.AlreadySettled:
        wish.refresh_from_db()
        form.add_error(None, _("It had been settled already."))
        return False
    said = _("The decision has been kept; the person reads it.")
    if wish.kind == PersonalRequest.Kind.PAPER:
        said = _("It has been written down.")
    messages.success(request, said)
    return True
