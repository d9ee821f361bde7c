"""Invitations, signing out everywhere, and second factors where ours differ from allauth's."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import PasswordResetFromKeyView
from allauth.core import ratelimit
from allauth.mfa.base.views import IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from committees.accounts import devices, second_factor
from committees.accounts.adapters import SecondFactorAdapter
from committees.accounts.forms import FirstPasswordForm
from committees.domain import letters
from committees.domain.invitations import (
    InvitationNotValid,
    accept_invitation,
    find_invitation,
)
from committees.models import AccountLetter


@login_not_required
@never_cache
@sensitive_post_parameters("password1", "password2")
def invitation_accept(request, token):
    """Set the first password and sign in; a link that opens nothing says what to do."""
    try:
        invitation = find_invitation(token, at=request.at)
        form = FirstPasswordForm(invitation.user, request.POST or None)
        if request.method != "POST" or not form.is_valid():
            return render(
                request,
                "account/invitation.html",
                {"form": form, "person": invitation.user},
                status=422 if form.is_bound else 200,
            )
        if limited := ratelimit.consume_or_429(request, action="reset_password_from_key"):
            return limited
        user = accept_invitation(invitation, password=form.cleaned_data["password1"], at=request.at)
    except InvitationNotValid:
        return render(request, "account/invitation_over.html", status=410)
    logout(request)
    record_authentication(request, user, method="invitation")
    return perform_login(request, Login(user=user))


class PasswordFromLink(PasswordResetFromKeyView):
    """Whoever follows the link that only the mailbox got is on a device of the owner's."""

    def form_valid(self, form):
        answer = super().form_valid(form)
        self.reset_user.refresh_from_db()
        devices.remember(self.request, answer, self.reset_user)
        return answer


class FactorIndex(IndexView):
    def get_context_data(self, **kwargs):
        return super().get_context_data(
            has_factor=second_factor.has_factor(self.request.user),
            must_have=second_factor.is_required_of(self.request.user),
            may_enrol=second_factor.may_enrol(self.request),
            **kwargs,
        )


@require_POST
def enrolment_ask(request):
    """Send whoever is signed in a link to the own mailbox: with it a first factor is set up."""
    user = request.user
    if second_factor.has_factor(user) or not user.email:
        return redirect("mfa_index")
    key = f"enrolment-{user.pk}"
    if limited := ratelimit.consume_or_429(request, action="reset_password", key=key):
        return limited
    letters.order(AccountLetter.Kind.ENROLMENT, user, to=user.email, at=request.at)
    messages.success(
        request, _("The link is on its way. Open it in this browser within two hours.")
    )
    return redirect("mfa_index")


@never_cache
@require_GET
def enrolment_open(request, token):
    """Let the session of whoever opens the own link set up a first factor. It changes nothing
    else, so a mail scanner may look at it."""
    user = request.user
    if not second_factor.first_factor_link.check_token(user, token):
        return render(request, "account/link_over.html", {"enrolment": True}, status=410)
    record_authentication(request, user, method="enrolment")
    messages.success(request, _("You may now set up your second factor."))
    return redirect("mfa_index")


class WithALink(View):
    """A first factor is set up only by whoever came by a link of the own mailbox."""

    def dispatch(self, request, *args, **kwargs):
        if not second_factor.may_enrol(request):
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)


class TotpActivate(WithALink, ActivateTOTPView):
    """Whoever has just typed a right code need not type another one."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        # Drawn by us of an address that we have built; nothing in it was typed by anybody.
        return context | {"picture": mark_safe(context["totp_svg"])}

    def form_valid(self, form):
        answer = super().form_valid(form)
        second_factor.note_shown(self.request, Authenticator.Type.TOTP)
        return answer


class PasskeyAdd(WithALink, AddWebAuthnView):
    """Whoever has just used the key need not use it again."""

    def form_valid(self, form):
        answer = super().form_valid(form)
        second_factor.note_shown(self.request, Authenticator.Type.WEBAUTHN)
        return answer


class PasskeyRemove(RemoveWebAuthnView):
    """The last factor of a person who must have one stays."""

    def form_valid(self, form):
        adapter = SecondFactorAdapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, adapter.error_messages["cannot_delete_authenticator"])
            return redirect("mfa_index")
        return super().form_valid(form)
