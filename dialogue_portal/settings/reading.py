"""How a setting is read: from the environment or a file, with one clear line where it is wrong."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent.parent
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
