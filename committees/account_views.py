"""Setting up and removing second factors, as far as it differs from what allauth does."""

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.shortcuts import redirect

from committees import second_factor
from committees.accounts import SecondFactorAdapter


class TotpActivate(ActivateTOTPView):
    """Whoever has just typed a right code need not type another one."""

    def form_valid(self, form):
        answer = super().form_valid(form)
        second_factor.note_shown(self.request, Authenticator.Type.TOTP)
        return answer


class PasskeyAdd(AddWebAuthnView):
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
