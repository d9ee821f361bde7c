"""The forms of allauth, where ours differ."""

import struct
from contextlib import contextmanager

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.account.fields import EmailField, PasswordField, SetPasswordField
from allauth.core import context
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as factors
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _

from committees.accounts import tries
from committees.domain.resets import order_reset
from foundation import textfields
from foundation.clock import database_now
from foundation.textfields import CodeField, LineField, TextField, Uncut


class EmailOfAccount(Uncut, EmailField):
    pass


class ResetPasswordForm(account.ResetPasswordForm):
    """Asks for no account: the answer is the same and takes the same time for every address."""

    email = EmailOfAccount()

    def clean_email(self):
        return self.cleaned_data["email"]

    def save(self, request, **kwargs):
        order_reset(self.cleaned_data["email"], at=database_now())


class ChangePasswordForm(account.ChangePasswordForm):
    """Counts a wrong password here with those at the sign-in page."""

    oldpassword = PasswordField(label=_("Current password"), autocomplete="current-password")
    password1 = SetPasswordField(label=_("New password"))
    password2 = PasswordField(label=_("New password again"), autocomplete="new-password")

    def clean_oldpassword(self):
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password


class FirstPasswordForm(account.SetPasswordForm):
    """The password that an invited person chooses."""

    password1 = SetPasswordField(label=_("New password"))
    password2 = PasswordField(label=_("New password again"), autocomplete="new-password")


def code_field(label, help_text=""):
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"})
    return CodeField(label=label, help_text=help_text, max_length=20, widget=widget)


class ActivateAppForm(totp.ActivateTOTPForm):
    code = code_field(_("Code shown by the app"), _("Six digits, new every half minute."))

    def clean_code(self):
        with counted(self.user):
            return taken_once(super().clean_code(), self.user)


# A code is taken half a minute early and late, so somebody might read it and use it again.
USED_CODES_ARE_KEPT = 120


def taken_once(code, user):
    """Return `code`, unless this person has used it within the time for which it is valid."""
    digits = "".join(filter(str.isalnum, code))
    if not cache.add(f"used:{user.pk}:{digits}", True, USED_CODES_ARE_KEPT):
        raise get_mfa_adapter().validation_error("incorrect_code")
    return code


@contextmanager
def counted(user):
    """Let what is tried inside count as a guess at the account; what was right does not."""
    guess = tries.begin_with_factor(context.request, user)
    if guess.is_refused:
        raise get_adapter().validation_error("too_many_login_attempts")
    yield
    guess.give_back()


class ShowFactorForm(factors.AuthenticateForm):
    code = code_field(_("Code"), _("From the authenticator app, or one of your recovery codes."))

    def clean_code(self):
        with counted(self.user):
            return taken_once(super().clean_code(), self.user)


class ConfirmFactorForm(factors.ReauthenticateForm):
    code = code_field(_("Code"), _("From the authenticator app, or one of your recovery codes."))

    def clean_code(self):
        with counted(self.user):
            return taken_once(super().clean_code(), self.user)


# What the libraries stumble over when the answer of a "passkey" was made up.
STUMBLES = (
    *(AttributeError, IndexError, KeyError, TypeError, ValueError),
    *(RecursionError, struct.error, InvalidSignature),
)


@contextmanager
def made_up_is_wrong():
    """Say "incorrect" of an answer that cannot even be read."""
    try:
        yield
    except STUMBLES as error:
        raise get_mfa_adapter().validation_error("incorrect_code") from error


def has_the_shape_of_a_passkey(answer):
    """Is `answer` what browsers send: texts by name, and a `response` that is the same?

    Asked before the library sees it, which takes 0 for "nothing to check" and stores it.
    """
    if not isinstance(answer, dict) or not isinstance(answer.get("response"), dict):
        return False
    named = [answer.get(name) for name in ("id", "rawId", "type")]
    return all(isinstance(one, str) and one for one in named) and all(
        isinstance(one, str) for one in answer["response"].values()
    )


class CredentialField(forms.JSONField):
    """A browser's answer about a passkey."""

    widget = forms.HiddenInput

    def to_python(self, value):
        with made_up_is_wrong():
            found = super().to_python(value)
        if found not in self.empty_values and not has_the_shape_of_a_passkey(found):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return found


class ShowPasskeyForm(passkeys.AuthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self):
        with counted(self.user), made_up_is_wrong():
            return super().clean_credential()


class SignInPasskeyForm(passkeys.LoginWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self):
        with made_up_is_wrong():
            return super().clean_credential()


class ConfirmPasskeyForm(passkeys.ReauthenticateWebAuthnForm):
    credential = CredentialField()

    def clean_credential(self):
        with counted(self.user), made_up_is_wrong():
            return super().clean_credential()


class AddPasskeyForm(passkeys.AddWebAuthnForm):
    credential = CredentialField()
    name = LineField(
        label=_("What you call it"),
        max_length=60,
        required=False,
        help_text=_("For instance: telephone, key on the key ring."),
    )
    passwordless = forms.BooleanField(
        label=_("Sign in with it alone, without the password"),
        required=False,
        help_text=_("It then asks for your finger, your face or its PIN each time."),
    )

    def clean(self):
        with made_up_is_wrong():
            return super().clean()


class EditPasskeyForm(passkeys.EditWebAuthnForm):
    name = LineField(label=_("What you call it"), max_length=60)


class AddressForm(forms.Form):
    """Another address for one's own account."""

    new_email = textfields.EmailField(label=_("New address"), max_length=254)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_new_email(self):
        email = self.cleaned_data["new_email"]
        if email.lower() == self.user.email.lower():
            raise forms.ValidationError(_("This is your address already."))
        return email


class RecoveryForm(forms.Form):
    """Where the link goes in three days, and why."""

    new_email = textfields.EmailField(
        label=_("New address"),
        max_length=254,
        help_text=_(
            "A mailbox that is the person's own; make sure of it by voice or face to face."
        ),
    )
    reason = TextField(
        label=_("Reason"),
        max_length=500,
        help_text=_("The person and the office read it."),
    )
