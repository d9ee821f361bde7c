"""Mail, the cache, jobs, the log, and how it is known that all works."""

# ruff: noqa: F403, F405 (each part of the settings knows those before it)

import logging
import re

import dj_email_url
from kombu import Queue

from dialogue_portal.settings.frame import *
from dialogue_portal.settings.place import *
from dialogue_portal.settings.reading import *

# --- mail ---------------------------------------------------------------------------

try:
    MAIL = dj_email_url.parse(in_one_piece("EMAIL_URL", required("EMAIL_URL", "file:")))
except ValueError:
    MAIL = {}
if "EMAIL_BACKEND" not in MAIL:
    stop("EMAIL_URL", "expected smtp://, submission:// or smtps://user:password@host:port.")
vars().update(MAIL)
if DEMO and EMAIL_BACKEND.endswith("filebased.EmailBackend"):
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
    r"^/screen/",  # its link opens it
    r"^/invitations/",
    r"^/join/",
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

# --- knowing that it works ----------------------------------------------------------

# Who hears of alarms and gets the daily bulletin beside the administrators.
ALARM_ADDRESSES = optional("ALARM_ADDRESSES", [], env.list)
BULLETIN_HOUR = optional("BULLETIN_HOUR", 7, env.int)  # its absence is the alarm
LEAST_DISK_MB = 200  # less, and the portal counts as failing
LEAST_DISK_PERCENT = 15  # less, and an alarm is raised
# Prometheus may read /metrics from the machine itself, from elsewhere with this word.
METRICS_TOKEN = optional_secret("METRICS_TOKEN")
