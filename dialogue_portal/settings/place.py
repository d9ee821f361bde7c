"""Where the portal runs: its folders, keys, hosts and its database; how long anybody waits."""

# ruff: noqa: F403, F405 (each part of the settings knows those before it)

import datetime as dt
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url

from dialogue_portal.settings.reading import *
from foundation.key_prints import left_without

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


def secret_of_this_machine():
    file = DATA_DIR / "secret_key"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return file.read_text(encoding="utf-8")


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
    # Each query compiled to machine code costs up to a second where a table has no statistics yet,
    # as on a new machine; none of ours runs long enough to win that back.
    asked = {**PATIENCE[PROCESS], "jit": "off"}
    said = " ".join(f"-c {name}={value}" for name, value in asked.items())
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
