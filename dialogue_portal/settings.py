"""Everything that can be set, from the environment. `docs/operations.md` lists it in prose.

With DEMO=1 every value has a default and nothing but this machine is needed.
Without it a missing or wrong value stops the start with one clear line.
"""

import datetime as dt
import logging
import os
import re
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import dj_email_url
from environs import Env, EnvError
from kombu import Queue

from foundation.key_prints import left_without

BASE_DIR = Path(__file__).resolve().parent.parent
EMBEDDED = "embedded"
SHORTEST_KEY = 50

env = Env()
if "VIRTUAL_NOW" not in os.environ:  # a rehearsal reads nothing of the portal's own
    env.read_env(BASE_DIR / ".env", recurse=False)


def stop(name, why):
    sys.exit(f"Setting {name}: {why}")


def optional(name, default, read=env.str):
    try:
        return read(name, default)
    except EnvError as error:
        stop(name, error)


def required(name, default_in_demo):
    """Return the setting `name`, or the content of the file that `name`_FILE points at."""
    try:
        if file := env.str(f"{name}_FILE", None):
            value = Path(file).read_text(encoding="utf-8").strip()
        else:
            value = env.str(name, "").strip()
    except (OSError, ValueError) as error:
        stop(f"{name}_FILE", error)
    if value:
        return value
    if DEMO:
        return default_in_demo() if callable(default_in_demo) else default_in_demo
    sys.exit(
        f"Setting {name} is missing; docs/operations.md lists the settings.\n"
        "To look around on this machine, with made-up people: script/server"
    )


def optional_secret(name):
    """Return the setting `name`, or the content of the file `name`_FILE; empty without both."""
    return required(name, "") if os.environ.get(f"{name}_FILE") else optional(name, "").strip()


def key(name, default_in_demo):
    """Return the secret `name`; outside the demo it must be too long to guess."""
    value = required(name, default_in_demo)
    if len(value) < SHORTEST_KEY and not DEMO:
        stop(name, f"it has {len(value)} characters, fewer than {SHORTEST_KEY}.")
    return value


def secret_of_this_machine():
    file = DATA_DIR / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return file.read_text(encoding="utf-8")


def writable_folder(name, path):
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(name, error)
    if not os.access(path, os.W_OK | os.X_OK):
        stop(name, f"{path} cannot be written to.")
    return path


def host_names(name, default_in_demo):
    """Return the host names in the comma-separated setting `name`."""
    hosts = [host.strip() for host in required(name, default_in_demo).split(",") if host.strip()]
    for host in hosts:
        if "/" in host or " " in host or (host == "*" and not DEMO):
            stop(name, f"{host!r} is no host name.")
    return hosts


def address(name, default_in_demo):
    """Return the address of the portal, without a slash at its end."""
    url = required(name, default_in_demo).rstrip("/")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        stop(name, error)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        stop(name, f"{url!r} is not like https://doithoai.example.vn.")
    return url


def in_one_piece(name, url):
    """Return the address `url` of a server, unless a sign in its password tore it apart.

    With an unwritten / the password would be looked up as a host, and shown as one.
    """
    try:
        parts = urlsplit(url)
        beyond = parts.path + parts.query + parts.fragment if parts.netloc else ""
        torn = "@" in beyond or parts.port == 0
    except ValueError:
        torn = True
    if torn:
        stop(
            name,
            "it cannot be read. In the password write @ as %40, : as %3A, / as %2F, # as %23, "
            "? as %3F, [ as %5B, % as %25.",
        )
    return url


def is_mailbox(url):
    """Is it an address that `foundation.mailboxes` can open?"""
    try:
        parts = urlsplit(url)
        if parts.scheme == "maildir":
            return parts.path.startswith("/")
        known = parts.scheme in ("imap", "imaps", "pop3", "pop3s")
        return bool(known and parts.hostname and parts.username and parts.password) and (
            parts.port != 0
        )
    except ValueError:
        return False


def is_scanner(url):
    """Is it an address that `foundation.scanner` can ask?"""
    try:
        parts = urlsplit(url)
        if parts.scheme == "unix":
            return not parts.netloc and parts.path.startswith("/")
        return parts.scheme == "tcp" and bool(parts.hostname and parts.port) and not parts.path
    except ValueError:
        return False


DEMO = optional("DEMO", False, env.bool)
DEBUG = optional("DEBUG", False, env.bool)

# Where a rehearsal's clock begins (`operations.rehearsal`); everywhere else the clock is the real one.
VIRTUAL_NOW = None
if began_at := os.environ.get("VIRTUAL_NOW"):
    if not DEMO:
        stop("VIRTUAL_NOW", "only a rehearsal has a clock of its own; remove it.")
    try:
        VIRTUAL_NOW = dt.datetime.fromisoformat(began_at).astimezone(dt.UTC)
    except ValueError as error:
        stop("VIRTUAL_NOW", error)

if os.environ.get("CRASH_AT") and not DEMO:
    stop("CRASH_AT", "only a test or a rehearsal has its processes die; remove it.")

# Where `manage.py serve` listens.
HOST = optional("HOST", "127.0.0.1")
PORT = optional("PORT", 8000, env.int)
if not 0 < PORT < 65536:
    stop("PORT", f"{PORT} is not between 1 and 65535.")
LISTENS_EVERYWHERE = HOST in ("0.0.0.0", "::")
OWN_NAME = "127.0.0.1" if LISTENS_EVERYWHERE else f"[{HOST}]" if ":" in HOST else HOST

DATA_DIR = writable_folder("DATA_DIR", Path(required("DATA_DIR", str(BASE_DIR / "var"))).resolve())
FILES_DIR = DATA_DIR / "files"
# Keys that no database dump holds; kept and backed up apart from everything else.
KEYS_DIR = writable_folder(
    "KEYS_DIR", Path(optional("KEYS_DIR", "") or DATA_DIR / "keys").resolve()
)
SECRET_KEY = key("SECRET_KEY", secret_of_this_machine)
# Names nobody in a question; kept apart from SECRET_KEY so that each can be changed alone.
IDENTITY_KEY = key("IDENTITY_KEY", lambda: f"identity:{SECRET_KEY}")
IDENTITY_KEYS = [IDENTITY_KEY, *optional_secret("IDENTITY_KEY_EARLIER").split()]
if unknown := left_without(KEYS_DIR, IDENTITY_KEYS):
    stop(
        "IDENTITY_KEY",
        f"{unknown} conference(s) were asked questions under another one, whose askers would no "
        "longer find them; put it back, or name it in IDENTITY_KEY_EARLIER.",
    )
ALLOWED_HOSTS = host_names(
    "ALLOWED_HOSTS", "*" if LISTENS_EVERYWHERE else f"127.0.0.1,localhost,[::1],{OWN_NAME}"
)
BASE_URL = address("BASE_URL", f"http://{OWN_NAME}:{PORT}")
HTTPS = BASE_URL.startswith("https://")
# Anonymous questions and receipts live on a host of their own, which no cookie is sent to.
ANONYMOUS_BASE_URL = address(
    "ANONYMOUS_BASE_URL",
    f"{BASE_URL.partition(':')[0]}://{'127.0.0.1' if OWN_NAME == 'localhost' else 'localhost'}:{PORT}",
)
ANONYMOUS_HOST = urlsplit(ANONYMOUS_BASE_URL).hostname
if urlsplit(BASE_URL).hostname == ANONYMOUS_HOST:
    stop("ANONYMOUS_BASE_URL", "it must be another host than BASE_URL, or cookies would be sent.")
if HTTPS and not ANONYMOUS_BASE_URL.startswith("https://"):
    stop("ANONYMOUS_BASE_URL", "expected https://, as in BASE_URL.")
if "*" not in ALLOWED_HOSTS and ANONYMOUS_HOST not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(ANONYMOUS_HOST)

# --- how long anybody waits -----------------------------------------------------------

# What this process does: "page" serves pages (`dialogue_portal.wsgi`), "job" works in the background,
# "upkeep" is a command by hand.
PROCESS = os.environ.get("PORTAL_PROCESS", "job")
# After so long PostgreSQL gives up a statement, a wait for a lock, a transaction that does nothing.
PATIENCE = {
    name: {
        "statement_timeout": statement,
        "lock_timeout": lock,
        "idle_in_transaction_session_timeout": idle,
    }
    for name, statement, lock, idle in (
        ("page", "15s", "5s", "30s"),
        ("long_page", "60s", "10s", "120s"),
        ("health", "2s", "1s", "5s"),
        ("job", "300s", "60s", "600s"),
        ("upkeep", "0", "0", "0"),  # a migration, a restore
    )
}
if PROCESS not in ("page", "job", "upkeep"):
    stop("PORTAL_PROCESS", "expected page, job or upkeep.")
# In each web process: so many requests are worked on at a time, so many more wait, at most so long.
# Health and signing in have places of their own, so that neither stands behind a locked table, and
# so have forms that may bring files, so that pages do not stand behind those.
PLACES = {
    "pages": {"working": 4, "waiting": 40, "seconds": 5},
    "files": {"working": 2, "waiting": 8, "seconds": 5},
    "sign_in": {"working": 3, "waiting": 12, "seconds": 5},
    "health": {"working": 2, "waiting": 2, "seconds": 5},
}
THREADS = 1 + sum(gate["working"] + gate["waiting"] for gate in PLACES.values())

# --- the database -------------------------------------------------------------------

DATABASE_URL = required("DATABASE_URL", EMBEDDED)
if DATABASE_URL == EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA_DIR / "portal.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
        }
    }
else:
    if DEMO:
        stop("DEMO", "the demo runs on a database of its own; remove DEMO or DATABASE_URL.")
    if not DATABASE_URL.startswith(("postgres://", "postgresql://")):
        stop("DATABASE_URL", "expected postgres://… or the word embedded.")
    try:
        DATABASES = {
            "default": dj_database_url.parse(
                in_one_piece("DATABASE_URL", DATABASE_URL),
                conn_max_age=0 if PROCESS == "page" else 600,
                conn_health_checks=True,
            )
        }
    except (ValueError, KeyError) as error:
        stop("DATABASE_URL", type(error).__name__)
    if not DATABASES["default"]["NAME"]:
        stop("DATABASE_URL", "it names no database.")
    OPTIONS = DATABASES["default"].setdefault("OPTIONS", {})
    said = " ".join(f"-c {name}={value}" for name, value in PATIENCE[PROCESS].items())
    OPTIONS["options"] = f"{OPTIONS.get('options', '')} {said}".strip()
    # A server that has vanished from the network is missed within a minute.
    for name, value in (
        *(("connect_timeout", 5), ("tcp_user_timeout", 30_000)),
        *(("keepalives_idle", 30), ("keepalives_interval", 10), ("keepalives_count", 3)),
    ):
        OPTIONS.setdefault(name, value)
    if PROCESS == "page":
        # As many connections as there are places, however many threads wait for one.
        places = sum(gate["working"] for gate in PLACES.values())
        OPTIONS["pool"] = {
            "min_size": 1,
            "max_size": places,
            "timeout": 5,  # for a connection
            "max_lifetime": 600,
            "reconnect_timeout": 5,  # tried again at the next request
        }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- what is installed --------------------------------------------------------------

INSTALLED_APPS = [
    "foundation.apps.FoundationConfig",
    "committees.apps.CommitteesConfig",
    "jobs.apps.JobsConfig",
    "periods.apps.PeriodsConfig",
    "sessions.apps.SessionsConfig",
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
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "tree_queries",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]
MIDDLEWARE = [
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
    "committees.middleware.SessionLimits",
    "foundation.intake.WhoSends",
    "dialogue_portal.middleware.NothingStays",
    "dialogue_portal.middleware.SignInFirst",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "committees.middleware.SecondFactorFirst",
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
    "committees.accounts.AccountBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
] + [{"NAME": "committees.passwords.EasyPasswordValidator"}]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:home"
ACCOUNT_ADAPTER = "committees.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "reset_password": "committees.account_forms.ResetPasswordForm",
    "change_password": "committees.account_forms.ChangePasswordForm",
}
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
PASSWORD_RESET_TIMEOUT = 2 * 60 * 60
# How often a password or a code may be guessed: `committees.tries`, which counts by known device,
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
MFA_ADAPTER = "committees.accounts.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "committees.account_forms.ActivateAppForm",
    "authenticate": "committees.account_forms.ShowFactorForm",
    "reauthenticate": "committees.account_forms.ConfirmFactorForm",
    "authenticate_webauthn": "committees.account_forms.ShowPasskeyForm",
    "login_webauthn": "committees.account_forms.SignInPasskeyForm",
    "reauthenticate_webauthn": "committees.account_forms.ConfirmPasskeyForm",
    "add_webauthn": "committees.account_forms.AddPasskeyForm",
    "edit_webauthn": "committees.account_forms.EditPasskeyForm",
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

# --- lead times ---------------------------------------------------------------------

# Days before (-) and after the day of a conference; a moment has its hour as well.
LEAD_TIMES = {
    "plan_due_on": -30,
    "asks_open_at": (-21, "08:00"),
    "asks_close_at": (-7, "17:00"),
    "notice_due_on": -7,
    "conclusion_due_on": 10,
    "answers_due_on": 20,
}

# --- who asked ----------------------------------------------------------------------

ANONYMITY_SET = 10  # fewer eligible people, and the anonymous way is refused
VOUCHERS_EACH = 3  # blind vouchers for one person and half-year, the same number for everybody
ISSUING_DAYS = 9  # blind vouchers are given out in these days before the question window opens
MIXING_HOURS = ("11:30", "16:30")  # when anonymous questions are handed on, in random order
MIXING_LEAST = 3  # so many of a conference wait, or nobody can send to it any more
OPENING_REQUESTS_A_DAY = 20  # of one secretary
OPENING_LAPSES_DAYS = 14  # a request to open a name that the Board has not answered by then is over
FRESH_MINUTES = 5  # how old a second factor may be when a name is unsealed
FEWEST_SHOWN = 5  # a statistic that counts fewer people is hidden, and what would betray it
WRONG_CODES = (60, 600)  # so many wrong receipts and vouchers in so many seconds, per process

# Days that each class of data is kept after the report of its half-year was due, and then
# removed by `apply_retention`; counsel and the owner may set others.
RETENTION = {
    "sealed_names": 90,  # the keys are destroyed: the names cannot be read in backups either
    "vouchers": 0,  # spent and unspent ones, when the half-year is over
    "receipts": 90,
    "texts": 365,  # of questions without a name; reports and cleared texts stay
    "attachments": 730,  # of questions; those of answers and commitments stay as long as these
    "named": 1826,  # of named questions the name and what was typed; cleared texts stay
    "accounts": 730,  # of people without a role, from the end of the last one
    "officials": 365,  # in which an account that held an office keeps its name, asked or not
}
BACKUP_KEEP_DAYS = (
    14  # as deploy/ and operations.md say; the archived log of PostgreSQL goes sooner
)
WAL_KEEP_DAYS = 7
PURGE_HOURS = 72  # in which the second body agrees to take a text out, or it lapses
PERSONAL_REQUEST_DAYS = 15  # in which a request about personal data is answered; for counsel too

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

# --- mail ---------------------------------------------------------------------------

try:
    MAIL = dj_email_url.parse(in_one_piece("EMAIL_URL", required("EMAIL_URL", "file:")))
except ValueError:
    MAIL = {}
if "EMAIL_BACKEND" not in MAIL:
    stop("EMAIL_URL", "expected smtp://, submission:// or smtps://user:password@host:port.")
vars().update(MAIL)
if DEMO and EMAIL_BACKEND.endswith("filebased.EmailBackend"):  # noqa: F821
    EMAIL_FILE_PATH = str(DATA_DIR / "mail")
EMAIL_TIMEOUT = optional("EMAIL_TIMEOUT", 30, env.int)
EMAIL_TIMEOUT_LAST = optional("EMAIL_TIMEOUT_LAST", 600, env.int)  # RFC 5321 §4.5.3.2.6
MAIL_MAX_MB = optional("MAIL_MAX_MB", 5, env.int)  # larger reports are sent as a link
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", "Cổng đối thoại <khong-tra-loi@localhost>")

# Returned mails: each mail's envelope bears its own address, BOUNCE_ADDRESS with +key.mac before
# the @, and what comes back is read from the mailbox that all of them end in.
BOUNCE_ADDRESS = optional("BOUNCE_ADDRESS", "").strip()
BOUNCE_MAILBOX_URL = in_one_piece("BOUNCE_MAILBOX_URL", optional_secret("BOUNCE_MAILBOX_URL"))
BOUNCE_TIMEOUT = optional("BOUNCE_TIMEOUT", 20, env.int)
if BOUNCE_ADDRESS and not re.fullmatch(r"[\w.-]{1,20}@[\w.-]{1,190}", BOUNCE_ADDRESS, re.ASCII):
    stop("BOUNCE_ADDRESS", "expected name@host, the name of at most 20 letters and without +.")
if BOUNCE_MAILBOX_URL and not is_mailbox(BOUNCE_MAILBOX_URL):
    stop(
        "BOUNCE_MAILBOX_URL",
        "expected imaps://user:password@host/INBOX, pop3s://user:password@host or maildir:///path.",
    )
if BOUNCE_MAILBOX_URL and not BOUNCE_ADDRESS:
    stop("BOUNCE_ADDRESS", "BOUNCE_MAILBOX_URL needs it: say what address ends in that mailbox.")

# --- the cache ----------------------------------------------------------------------

CACHES = {
    # Attempts to sign in: never in the database, which would keep their moments. In Redis where
    # there is one, below; signing in does not wait for it.
    "default": {
        "BACKEND": "foundation.caching.InFiles",
        "LOCATION": DATA_DIR / "attempts",
        "KEY_FUNCTION": "foundation.caching.hidden_key",
        "TIMEOUT": 600,
        # Full, it would forget attempts at random; a minute's worth of a large attack fits.
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    # What is to last: which letters of a POP3 mailbox were left for a person.
    "kept": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "kept",
    },
    # What every page asks and hardly ever changes, for half a minute, in each process.
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

# --- jobs ---------------------------------------------------------------------------

REDIS_URL = required("REDIS_URL", EMBEDDED)
if REDIS_URL == EMBEDDED:
    QUEUE_DIR = DATA_DIR / "queue"
    for folder in (QUEUE_DIR / "messages", QUEUE_DIR / "control"):
        folder.mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "control_folder": str(QUEUE_DIR / "control"),
        "store_processed": False,
        "polling_interval": 0.1,
    }
elif REDIS_URL.startswith(("redis://", "rediss://", "redis+socket://")):
    CACHES["default"] |= {
        "BACKEND": "foundation.caching.InRedis",
        "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 0.5},
    }
    CELERY_BROKER_URL = in_one_piece("REDIS_URL", REDIS_URL)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 1800,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_timeout": 10,
        "socket_connect_timeout": 3,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    }
else:
    stop("REDIS_URL", "expected redis://… or the word embedded.")
# Every worker listens to both: a sign of life must not wait behind a hundred documents.
CELERY_TASK_QUEUES = [Queue("celery"), Queue("ticks")]
CELERY_TASK_ROUTES = {"operations.tasks.tick": {"queue": "ticks"}}
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_TASK_PUBLISH_RETRY = False  # a lost ring loses nothing: the row is the queue
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat")
CELERY_BEAT_SCHEDULE = {"tick": {"task": "operations.tasks.tick", "schedule": 60.0}}

# --- what is written down -----------------------------------------------------------

LOG_LEVEL = optional("LOG_LEVEL", "WARNING").upper()
if LOG_LEVEL not in logging.getLevelNamesMapping():
    stop("LOG_LEVEL", f"{LOG_LEVEL!r} is none of DEBUG, INFO, WARNING, ERROR.")
# Requests to these paths, and all to the anonymous host, leave no time, path or name.
SILENT_PATHS = (
    r"^/accounts/",
    r"^/receipt/",
    r"^/questions/",
    r"^/vouchers/",
    r"^/conferences/\d+/(ask|similar)/",
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "foundation.logs.line"}},
    "filters": {"not_silent": {"()": "foundation.logs.NotSilent"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["not_silent"],
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers would mail a crash and print who asked for which page.
        "django": {"handlers": [], "level": "NOTSET", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # Its sentences are SQL with the values in it.
        "django.db.backends": {"level": "WARNING"},
    },
}
DEFAULT_EXCEPTION_REPORTER = "foundation.logs.CrashReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = "foundation.logs.NothingOfTheRequest"

# --- the calendar of reports --------------------------------------------------------

# {half: (month, day)}: "trước ngày 25/6 và tháng 12" (Công văn 1672-CV/ĐUK, 22/02/2024).
REPORT_DUE = {1: (6, 25), 2: (12, 25)}
# Whose moment of issue is held against the deadline when the Board has returned a report:
# "first_issue" or "last_issue". A version that lacked required data never counts.
RETURN_CLOCK = "first_issue"
REMINDER_DAYS = (30, 14, 7, 3, 1)
# What should have happened how many days before the deadline, or the desk warns.
EARLY_WARNINGS = ((45, "no_date"), (20, "not_held"), (10, "no_draft"), (3, "not_issued"))
# So many days after a warning begins, or after the deadline, a person is told by name if the
# committee has not mended it.
ESCALATE_AFTER = {"no_date": 10, "not_held": 5, "no_draft": 3, "not_issued": 1, "missing": 1}
# Answers and promises: so many days before they are due there is a word about them.
DUE_REMINDER_DAYS = {"answers": (3, 1, 0), "commitments": (7, 1, 0), "duties": (3, 1, 0)}
DAILY_MAIL_AT = optional("DAILY_MAIL_AT", dt.time(7, 30), env.time)  # one mail for each person
DRAFT_DAYS = 10  # before the deadline a draft is made for whoever has none
LONGEST_EXTENSION = 60  # days that the Board may add for one committee

# --- knowing that it works ----------------------------------------------------------

# Who hears of alarms and gets the daily digest beside the administrators.
ALARM_ADDRESSES = optional("ALARM_ADDRESSES", [], env.list)
DIGEST_HOUR = optional("DIGEST_HOUR", 7, env.int)  # its absence is the alarm
LEAST_DISK_MB = 200  # less, and the portal counts as failing
LEAST_DISK_PERCENT = 15  # less, and an alarm is raised
# Prometheus may read /metrics from the machine itself, from elsewhere with this word.
METRICS_TOKEN = optional_secret("METRICS_TOKEN")
