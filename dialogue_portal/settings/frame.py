"""What is installed, who signs in and how, what every answer says, languages and files."""

# ruff: noqa: F403, F405 (each part of the settings knows those before it)

from pathlib import Path

from dialogue_portal.settings.place import *
from dialogue_portal.settings.reading import *

# --- what is installed --------------------------------------------------------------

INSTALLED_APPS = [
    "foundation.apps.FoundationConfig",
    "committees.apps.CommitteesConfig",
    "jobs.apps.JobsConfig",
    "periods.apps.PeriodsConfig",
    "sessions.apps.SessionsConfig",
    "hall.apps.HallConfig",
    "reports.apps.ReportsConfig",
    "board.apps.BoardConfig",
    "privacy.apps.PrivacyConfig",
    "operations.apps.OperationsConfig",
    "dialogue_portal.apps.PortalConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "tree_queries",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
    "dialogue_portal.middleware.NothingNew",
    "foundation.stack.RoomForTemplates",
    "foundation.logs.RequestEvents",
    "dialogue_portal.middleware.Walls",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "dialogue_portal.middleware.SmallFiles",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dialogue_portal.anonymous_origin.AnonymousOrigin",
    "foundation.limits.Gates",
    "dialogue_portal.middleware.PagesAndForms",
    "foundation.sending.SentByScript",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "dialogue_portal.middleware.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "committees.accounts.middleware.SessionLimits",
    "foundation.intake.WhoSends",
    "dialogue_portal.middleware.NothingStays",
    "dialogue_portal.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "committees.accounts.middleware.SecondFactorFirst",
    "django_htmx.middleware.HtmxMiddleware",
    "dialogue_portal.middleware.NoNulBytes",
    "dialogue_portal.middleware.SomebodyWasFaster",
    "dialogue_portal.middleware.KeysOfTheAdministration",
    "dialogue_portal.middleware.NothingWasDone",
    "foundation.sending.ActsOnce",
]
ROOT_URLCONF = "dialogue_portal.urls"
WSGI_APPLICATION = "dialogue_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dialogue_portal.context.portal",
            ],
            "builtins": [
                "foundation.templatetags.portal",
                "foundation.templatetags.keeping",
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- people -------------------------------------------------------------------------

AUTH_USER_MODEL = "committees.User"
AUTHENTICATION_BACKENDS = [
    "committees.accounts.adapters.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "committees.accounts.passwords.EasyPasswordValidator"}]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:home"
ACCOUNT_ADAPTER = "committees.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "reset_password": "committees.accounts.forms.ResetPasswordForm",
    "change_password": "committees.accounts.forms.ChangePasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
# How often a password or a code may be guessed: `committees.accounts.tries`, which counts by known device,
# account and address. Here only what else may be asked for.
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
    "reset_password": "200/m/ip,3/10m/key",
    "reset_password_from_key": "200/m/ip",
    "reauthenticate": "20/10m/user",
    "change_password": "20/10m/user",
}
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}
# Of secretaries, clerks, the Board and administrators, on every way in; the demo is there to look around.
SECOND_FACTOR_REQUIRED = not DEMO
MFA_ADAPTER = "committees.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "committees.accounts.forms.ActivateAppForm",
    "authenticate": "committees.accounts.forms.ShowFactorForm",
    "reauthenticate": "committees.accounts.forms.ConfirmFactorForm",
    "authenticate_webauthn": "committees.accounts.forms.ShowPasskeyForm",
    "login_webauthn": "committees.accounts.forms.SignInPasskeyForm",
    "reauthenticate_webauthn": "committees.accounts.forms.ConfirmPasskeyForm",
    "add_webauthn": "committees.accounts.forms.AddPasskeyForm",
    "edit_webauthn": "committees.accounts.forms.EditPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # the office has given the address; nobody signs up alone
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
# A session ends eight hours after signing in, and after half an hour without a page. It lies in
# the browser, encrypted; no table, and so no log or backup of it, tells when somebody was here.
SESSION_ENGINE = "foundation.session_store"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = 30 * 60
# The prefix makes browsers refuse such a cookie from any other host or without encryption.
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}session"
SEEN_COOKIE_NAME = f"{COOKIE_PREFIX}seen"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "foundation.cookies.MessagesInCookie"
CSRF_FAILURE_VIEW = "foundation.errors.csrf_failure"

# --- headers ------------------------------------------------------------------------

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
if optional("BEHIND_PROXY", False, env.bool):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# What Django has no setting for; `dialogue_portal.middleware.Walls` sends it with every answer.
FURTHER_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
            *("encrypted-media", "fullscreen", "geolocation", "gyroscope", "hid"),
            *("idle-detection", "magnetometer", "microphone", "midi", "payment"),
            *("picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
        )
    ),
    "X-Permitted-Cross-Domain-Policies": "none",
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# --- languages, dates ---------------------------------------------------------------

USE_I18N = USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LANGUAGE_COOKIE_NAME = f"{COOKIE_PREFIX}language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale_vendor"]
FORMAT_MODULE_PATH = ["foundation.formats"]

# --- files --------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = writable_folder("DATA_DIR", DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "foundation.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
# What is sent stays in memory until it was cleaned: nothing lies in a temporary folder. A larger
# request is read without its files.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 52 * 1024 * 1024

# Files are taken apart a few at a time, one form of each person: who finds no place within so many
# seconds is told to try again.
INTAKE = {"places": 2, "seconds": 8, "own_seconds": 1}
# A virus scanner that every sent file must pass, Debian's clamav-daemon: tcp://127.0.0.1:3310 or
# unix:///run/clamav/clamd.ctl. Empty: none. One that is set and does not answer lets nothing in.
CLAMD_URL = optional("CLAMD_URL", "").strip()
CLAMD_SECONDS = 15  # for one file
if CLAMD_URL and not is_scanner(CLAMD_URL):
    stop("CLAMD_URL", "expected tcp://host:port or unix:///path.")

# Whose certificates the portal trusts on signed copies: a file or a folder of PEM. Empty: the
# page says that the certificate was not compared with any authority.
SIGNING_ROOTS = optional("SIGNING_ROOTS", "")
if SIGNING_ROOTS and not Path(SIGNING_ROOTS).exists():
    stop("SIGNING_ROOTS", f"{SIGNING_ROOTS} does not exist.")
