"""Taking all of the database out in one snapshot, and putting it back in one transaction.

PostgreSQL by its own programs, which get nothing on their command line but names of files:
host, user and password go through the environment. The embedded SQLite by its online backup.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import psycopg
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.utils import Error

from foundation.clock import database_now
from foundation.given import given

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    Cursor = CursorWrapper | sqlite3.Cursor


FILES = {"postgresql": "database.dump", "sqlite": "database.sqlite3"}
PATIENCE = 30  # seconds that a busy SQLite file is waited for
CLEAR = """
DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  LOOP EXECUTE 'DROP TABLE IF EXISTS ' || one.name || ' CASCADE'; END LOOP;
  FOR one IN SELECT p.oid::regprocedure::text AS name FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
      SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE 'DROP ROUTINE IF EXISTS ' || one.name || ' CASCADE'; END LOOP;
  FOR one IN SELECT c.oid::regclass::text AS name FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'S'
  LOOP EXECUTE 'DROP SEQUENCE IF EXISTS ' || one.name || ' CASCADE'; END LOOP;
END $$;
"""


class DumpFailed(Exception):
    """What the database or its program said, in one line."""


@dataclass(frozen=True)
class Dump:
    """A dump, and what the same snapshot of the database counted."""

    file: str
    rows: dict[str, int]
    migrations: list[str]
    facts: dict[str, str]


def kind() -> str:
    return connection.vendor


def now() -> dt.datetime:
    """Return the database's clock in UTC. Raises DumpFailed if the database does not answer."""
    with _in_one_line():
        return database_now().astimezone(dt.UTC)


@contextmanager
def _in_one_line() -> Iterator[None]:
    try:
        yield
    except (Error, psycopg.Error, sqlite3.Error) as error:
        raise DumpFailed(_first_line(str(error))) from error


def _first_line(text: str) -> str:
    """Return the line that says what went wrong, without where in the script it did."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    wrong = [line for line in lines if re.search(r"\b(?:ERROR|FATAL|error):", line)]
    said = (wrong or lines or ["no reason given"])[0]
    return re.sub(r"^psql:<stdin>:\d+: (?:ERROR|FATAL): +", "", said)


# --- out ------------------------------------------------------------------------------


def dump_to(folder: Path) -> Dump:
    """Write the whole database to a file in `folder` and return the Dump."""
    path = folder / FILES[kind()]
    with _in_one_line():
        return _dump_postgresql(path) if kind() == "postgresql" else _dump_sqlite(path)


def _dump_postgresql(path: Path) -> Dump:
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
            snapshot, server = cursor.fetchone()
            _run(
                "pg_dump",
                *("--format=custom", "--no-owner", "--no-privileges", "--no-password"),
                *("--lock-wait-timeout=60000", f"--snapshot={snapshot}", f"--file={path}"),
            )
            rows = _count(cursor, _tables(cursor))
            migrations = _migrations(cursor)
        own.rollback()
    finally:
        own.close()
    return Dump(path.name, rows, migrations, {"kind": "postgresql", "server": server})


def _dump_sqlite(path: Path) -> Dump:
    source = f"file:{connection.settings_dict['NAME']}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True, timeout=PATIENCE)) as live,
        closing(sqlite3.connect(path)) as copy,
    ):
        live.backup(copy, progress=_until(time.monotonic() + PATIENCE))
        copy.execute("PRAGMA journal_mode=DELETE")
        cursor = copy.cursor()
        rows, migrations = _count(cursor, _tables(cursor)), _migrations(cursor)
    os.chmod(path, 0o600)
    return Dump(path.name, rows, migrations, {"kind": "sqlite", "server": sqlite3.sqlite_version})


def _until(give_up_at: float) -> Callable[[int, int, int], None]:
    def progress(status: int, remaining: int, total: int) -> None:
        if status == sqlite3.SQLITE_BUSY and time.monotonic() > give_up_at:
            raise DumpFailed("the database is in use: stop the portal first")

    return progress


def _tables(cursor: Cursor) -> list[str]:
    if isinstance(cursor, sqlite3.Cursor) or kind() == "sqlite":
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%'"
            " ESCAPE '!' ORDER BY name"
        )
    else:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
    return [row[0] for row in cursor.fetchall()]


def _count(cursor: Cursor, tables: Iterable[str]) -> dict[str, int]:
    rows = {}
    for table in tables:
        cursor.execute(f"SELECT count(*) FROM {_quoted(table)}")
        rows[table] = cursor.fetchone()[0]
    return rows


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _migrations(cursor: Cursor) -> list[str]:
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name")
    return [f"{app}.{name}" for app, name in cursor.fetchall()]


# --- looking --------------------------------------------------------------------------


def check(path: Path, manifest: Mapping[str, Any]) -> None:
    """Raise DumpFailed unless the dump can be opened and has every table of the manifest."""
    if manifest["database"]["kind"] == "sqlite":
        with (
            _in_one_line(),
            closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as db,
        ):
            cursor = db.cursor()
            (verdict,) = cursor.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise DumpFailed(f"{path.name} is damaged: {_first_line(verdict)}")
            counted = _count(cursor, _tables(cursor))
        if counted != manifest["rows"]:
            raise DumpFailed(f"{path.name} has other rows than {sorted(manifest['rows'])[0]}…")
        return
    listed = _run("pg_restore", "--list", str(path))
    # 3456; 0 16399 TABLE DATA public committees_user portal
    found = {line.split(" TABLE DATA public ")[1].split()[0] for line in listed.splitlines()
             if " TABLE DATA public " in line}  # fmt: skip
    if missing := sorted(set(manifest["rows"]) - found):
        raise DumpFailed(f"{path.name} lacks the table {missing[0]}")


def rows_now() -> dict[str, int]:
    """Return {table: number of rows} of the database as it is; {} where it is empty."""
    with _in_one_line(), connection.cursor() as cursor:
        return _count(cursor, _tables(cursor))


def others_connected() -> int:
    """Return how many other programs use this database; of SQLite nobody knows."""
    if kind() != "postgresql":
        return 0
    with _in_one_line(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        number: int = cursor.fetchone()[0]
        return number


def unknown_migrations(names: Iterable[str]) -> list[str]:
    """Return those of the applied migrations that this code does not have."""
    loader = MigrationLoader(None)
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    known |= {f"{app}.{name}" for app, name in loader.replacements}
    return [name for name in names if name not in known]


# --- in -------------------------------------------------------------------------------


def load(path: Path, rows: Mapping[str, int]) -> None:
    """Put the database back from the dump, whatever is in it now, all or nothing.

    `rows` is what must then be there; where it is not, nothing is changed.
    """
    connection.close()
    with _in_one_line():
        if kind() == "postgresql":
            _load_postgresql(path, rows)
        else:
            _load_sqlite(path)


def _load_postgresql(path: Path, rows: Mapping[str, int]) -> None:
    """Hand the script on and say COMMIT only when it was whole and has the rows it must have."""
    psql = [program("psql"), "--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1",
            "--file=-"]  # fmt: skip
    script = [program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(path)]
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    with (
        subprocess.Popen(script, stdout=pipe, stderr=pipe) as giving,
        subprocess.Popen(
            psql, env=_environment(), stdin=pipe, stdout=nothing, stderr=pipe, bufsize=0
        ) as taking,
    ):
        out, into = given(giving.stdout), given(taking.stdin)
        try:
            into.write(f"BEGIN;\n{CLEAR}".encode())
            shutil.copyfileobj(out, into, 1024 * 1024)
            if giving.wait():
                taking.kill()
                raise DumpFailed(_first_line(_all_of(giving.stderr)))
            into.write((_checks(rows) + "COMMIT;\n").encode())
        except BrokenPipeError:  # psql has stopped and says why
            giving.kill()
        into.close()
        complaint = _all_of(taking.stderr)
    if taking.returncode:
        raise DumpFailed(_first_line(complaint))


def _all_of(pipe: IO[bytes] | None) -> str:
    return given(pipe).read().decode(errors="replace")


def _checks(rows: Mapping[str, int]) -> str:
    lines = "".join(
        f"SELECT count(*) INTO found FROM public.{_quoted(table)};"
        f" IF found <> {int(number)} THEN RAISE EXCEPTION"
        f" 'table % has % rows, the backup says %', '{table.replace(chr(39), '')}', found,"
        f" {int(number)}; END IF;\n"
        for table, number in rows.items()
    )
    return f"DO $rows$ DECLARE found bigint; BEGIN\n{lines}END $rows$;\n"


def _load_sqlite(path: Path) -> None:
    target = Path(connection.settings_dict["NAME"])
    with (
        closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as kept,
        closing(sqlite3.connect(target, timeout=1)) as live,
    ):
        live.execute("PRAGMA journal_mode=DELETE")  # fails while somebody else has it open
        kept.backup(live, progress=_until(time.monotonic() + PATIENCE))
    os.chmod(target, 0o600)


# --- PostgreSQL's programs ------------------------------------------------------------


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs, the newest that is installed."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: float(p.parts[4])
    )
    found = str(installed[-1]) if installed else shutil.which(name)
    if not found:
        raise DumpFailed(f"{name} is not installed (Debian: postgresql-client)")
    return found


def _environment() -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs find the database."""
    _, own = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    known = connection.get_connection_params()
    given = {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}
    own = {
        **(own or {}),
        **{name: str(known[key]) for name, key in given.items() if known.get(key)},
    }
    return {**os.environ, **own, "PGCONNECT_TIMEOUT": "10", "LC_MESSAGES": "C"}


def _run(name: str, *arguments: str) -> str:
    """Return what the program prints. Raises DumpFailed with the first line it complains with."""
    done = subprocess.run(
        [program(name), *arguments], env=_environment() if name != "pg_restore" else None,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise DumpFailed(_first_line(done.stderr))
    return done.stdout
