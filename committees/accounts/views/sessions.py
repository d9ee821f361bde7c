"""Where somebody is signed in, and what has happened to the account."""

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from committees.accounts import sign_ins
from committees.accounts.sign_in_models import SignInDay, SignInKind
from foundation import presence
from foundation.clock import day_of
from foundation.devices import Device


@never_cache
@require_GET
def own_sessions(request):
    """List the person's sessions and the record of the account: days, no moments."""
    own = request.session.handle
    sessions = [
        {"handle": handle, "device": Device(device).label, "day": _day(day), "here": handle == own}
        for handle, device, day in presence.sessions_of(request.user.pk)
    ]
    sessions.sort(key=lambda one: not one["here"])
    noted = [
        SignInDay(day=_day(day), kind=kind, device=device, number=number)
        for day, kind, device, number in presence.events_of(request.user.pk)
    ]
    rows = [*noted, *SignInDay.objects.of(request.user, on=day_of(request.at))]
    rows.sort(key=lambda row: row.day, reverse=True)
    return render(
        request,
        "account/sessions.html",
        {
            "sessions": sessions,
            "others": any(not one["here"] for one in sessions),
            "record": rows,
            "kept_days": SignInDay.KEPT_DAYS,
        },
    )


def _day(text):
    return dt.date.fromisoformat(text)


@login_not_required
@never_cache
def finish(request):
    """Sign out and have the browser forget what it keeps of the portal.

    Read by GET it is where a page goes that nobody has touched for long: then nobody is signed
    out, since other tabs may be in use.
    """
    if request.method != "POST":
        is_erased = "erased" in request.GET and not _brought_by(request)
        return render(request, "account/finished.html", {"erased": is_erased})
    logout(request)
    response = redirect(f"{reverse('finish')}?erased")
    for name in _brought_by(request):
        same = settings.SESSION_COOKIE_SAMESITE
        response.delete_cookie(name, samesite=same)  # type: ignore[arg-type]  # one of its four words
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _brought_by(request):
    """Return the names of the cookies that the browser still keeps of us, besides its language."""
    return [name for name in request.COOKIES if name != settings.LANGUAGE_COOKIE_NAME]


@require_POST
def session_end(request):
    """End one of the person's own sessions on another device."""
    handle = request.POST.get("session", "")
    if handle not in {one[0] for one in presence.sessions_of(request.user.pk)}:
        if not handle or "\x00" in handle:
            raise Http404
        messages.info(request, _("That sign-in was over already."))
        return redirect("own_sessions")
    if handle == request.session.handle:
        messages.info(request, _("To end this one, sign out."))
        return redirect("own_sessions")
    presence.end_handle(handle)
    sign_ins.note(request.user, SignInKind.ENDED, request)
    messages.success(request, _("The sign-in on that device has ended."))
    return redirect("own_sessions")


@require_POST
def sign_out_everywhere(request):
    """End every session of the person but this one."""
    request.session.end_others()
    sign_ins.note(request.user, SignInKind.ENDED, request)
    messages.success(request, _("You are signed out on every other device."))
    return redirect("own_sessions")
