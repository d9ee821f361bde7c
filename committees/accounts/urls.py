"""Signing in and out, passwords and second factors: those pages of allauth that we use."""

from allauth.account import views as account
from allauth.mfa.base import views as factors
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path

from committees.accounts.views import recovery as recovery_views
from committees.accounts.views import sessions as session_views
from committees.accounts.views import signing_in as views

urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("login/passkey/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("login/factor/", factors.authenticate, name="mfa_authenticate"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("confirm/factor/", factors.reauthenticate, name="mfa_reauthenticate"),
    path("confirm/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", account.password_set, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        login_not_required(views.PasswordFromLink.as_view()),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("invitation/<str:token>/", views.invitation_accept, name="account_invitation"),
    path("email/", recovery_views.address_change, name="account_email"),
    path(
        "email/confirm/<str:token>/", recovery_views.address_confirm, name="account_email_confirm"
    ),
    path("email/stop/<str:token>/", recovery_views.address_stop, name="account_email_stop"),
    path("recovery/", recovery_views.own_recovery, name="account_recovery"),
    path("recovery/stop/<str:token>/", recovery_views.recovery_stop, name="account_recovery_stop"),
    path("done/", session_views.finish, name="finish"),
    path("sessions/", session_views.own_sessions, name="own_sessions"),
    path("sessions/end/", session_views.session_end, name="session_end"),
    path("everywhere/", session_views.sign_out_everywhere, name="sign_out_everywhere"),
    path("factor/", views.FactorIndex.as_view(), name="mfa_index"),
    path("factor/link/", views.enrolment_ask, name="mfa_enrolment_ask"),
    path("factor/link/<str:token>/", views.enrolment_open, name="mfa_enrolment_open"),
    path("factor/app/", views.TotpActivate.as_view(), name="mfa_activate_totp"),
    path("factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("factor/passkeys/", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("factor/passkeys/add/", views.PasskeyAdd.as_view(), name="mfa_add_webauthn"),
    path(
        "factor/passkeys/<int:pk>/remove/",
        views.PasskeyRemove.as_view(),
        name="mfa_remove_webauthn",
    ),
    path("factor/passkeys/<int:pk>/edit/", passkeys.edit_webauthn, name="mfa_edit_webauthn"),
    path("factor/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("factor/codes/new/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("factor/codes/file/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
