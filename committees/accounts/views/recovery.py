"""An account's address and its recovery: what its owner and the office do about them."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from committees import permissions
from committees.accounts import links as account_links
from committees.accounts import tries
from committees.accounts.forms import AddressForm, RecoveryForm
from committees.domain import addresses, recovering
from committees.models import Committee

TAKEN = gettext_lazy("Another account has this address.")


# --- the owner --------------------------------------------------------------------------


@reauthentication_required(app="allauth.account")
@require_http_methods(["GET", "POST"])
def address_change(request):
    """Ask for another address; the new mailbox confirms it, the old one is told."""
    form = AddressForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            addresses.ask_for_address(request.user, **form.cleaned_data, at=request.at)
            messages.success(
                request, _("A link is on its way to the new address; it counts once you open it.")
            )
            return redirect("account_email")
        except recovering.AddressTaken:
            form.add_error("new_email", TAKEN)
    return render(
        request,
        "account/email.html",
        {"form": form, "waiting": addresses.waiting_for(request.user, at=request.at)},
        status=422 if form.is_bound else 200,
    )


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def address_confirm(request, token):
    """Opened in the new mailbox. A mail scanner that only looks changes nothing."""
    try:
        change = addresses.find_change(account_links.CONFIRM_ADDRESS, token, at=request.at)
        if request.method != "POST":
            return render(request, "account/email_confirm.html", {"change": change})
        addresses.confirm_address(change, at=request.at)
    except addresses.LinkNotValid:
        return render(request, "account/link_over.html", status=410)
    except recovering.AddressTaken:
        return render(request, "account/link_over.html", {"taken": True}, status=409)
    messages.success(request, _("The new address counts from now on."))
    return redirect("account_login")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def address_stop(request, token):
    """Opened in the old mailbox, by somebody who has not asked for another address."""
    try:
        change = addresses.find_change(account_links.STOP_ADDRESS, token, at=request.at)
    except addresses.LinkNotValid:
        return render(request, "account/link_over.html", status=410)
    if request.method != "POST":
        return render(request, "account/email_stop.html", {"change": change})
    addresses.stop_change(change)
    logout(request)
    messages.success(request, _("Nothing is changed, and every device is signed out."))
    return redirect("account_reset_password")


@require_http_methods(["GET", "POST"])
def own_recovery(request):
    """Say who is recovering the account of whoever is signed in, and let it be stopped."""
    recovery = recovering.open_recovery_of(request.user)
    if recovery is None:
        raise Http404
    if request.method == "POST":
        recovering.stop_recovery(recovery, by=request.user, at=request.at)
        messages.success(request, _("The recovery is stopped; everything stays as it was."))
        return redirect("mfa_index")
    return render(request, "account/recovery.html", {"recovery": recovery})


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def recovery_stop(request, token):
    """Opened in the old mailbox: one look and one click."""
    recovery = recovering.find_recovery(token)
    if recovery is None:
        return render(request, "account/link_over.html", status=410)
    if request.method != "POST":
        return render(request, "account/recovery.html", {"recovery": recovery})
    recovering.stop_recovery(recovery, by=None, at=request.at)
    messages.success(request, _("The recovery is stopped; everything stays as it was."))
    return redirect("account_login")


# --- the office -------------------------------------------------------------------------


def _membership(request, code, pk):
    committee = get_object_or_404(Committee, code=code)
    if not permissions.can_manage_members(request.user, committee):
        raise Http404
    membership = get_object_or_404(committee.memberships.select_related("user", "committee"), pk=pk)
    if not permissions.can_recover_account(request.user, membership.user):
        raise PermissionDenied
    return membership


@require_http_methods(["GET", "POST"])
def member_recover(request, code, pk):
    """Begin the recovery of a person's account, or see how far it is."""
    membership = _membership(request, code, pk)
    recovery = recovering.open_recovery_of(membership.user)
    form = RecoveryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and recovery is None and form.is_valid():
        try:
            recovering.start_recovery(
                membership.user, **form.cleaned_data, by=request.user, at=request.at
            )
            messages.success(
                request,
                _("The recovery has begun. The old address and the office have been told."),
            )
            return redirect("committees:member_recover", code, pk)
        except recovering.AddressTaken:
            form.add_error("new_email", TAKEN)
        except recovering.NotToBeRecovered:
            form.add_error(None, _("This account cannot be recovered here."))
    return render(
        request,
        "committees/member_recover.html",
        {
            "form": form,
            "recovery": recovery,
            "membership": membership,
            "is_locked": tries.is_locked(membership.user),
            "committee": membership.committee,
        },
        status=409 if form.is_bound and recovery else 422 if form.is_bound else 200,
    )


@require_POST
def member_recovery_stop(request, code, pk):
    membership = _membership(request, code, pk)
    recovering.stop_for(membership.user, by=request.user, at=request.at)
    messages.success(request, _("The recovery is stopped; everything stays as it was."))
    return redirect("committees:member_list_of", membership.committee.code)


@require_POST
def member_unlock(request, code, pk):
    """Let a person try to sign in again whom too many wrong tries keep out."""
    membership = _membership(request, code, pk)
    recovering.unlock(membership.user, by=request.user)
    messages.success(request, _("The person can try to sign in again."))
    return redirect("committees:member_recover", membership.committee.code, membership.pk)
