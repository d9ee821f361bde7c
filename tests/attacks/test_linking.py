"""A-01 to A-06, A-13, A-14: who has the whole database, its log, a backup and all files, and
still cannot tell better than by chance who asked which anonymous question.

The attacker is granted more than a copy gives: the transaction in which each question
arrived (it could be dug out of the write-ahead log), and the texts.
"""

import json
import math
import os
import re
import subprocess
import sys
import zlib
from base64 import urlsafe_b64decode
from pathlib import Path

import psycopg
import pytest
import redis
from django.db.models import signals

from sessions.askers import mixing
from sessions.models import (
    PaperVoucher,
    Question,
    SpentVoucher,
    StagedQuestion,
    VoucherRound,
)
from tests.attacks.life import PEOPLE, QUESTIONS
from tests.conftest import free_port
from tests.world import NOON

ROOT = Path(__file__).resolve().parent.parent.parent
ANONYMOUS = (StagedQuestion, SpentVoucher, PaperVoucher)
AS_POSTGRES = (
    ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]
    if os.geteuid() == 0
    else []
)


def postgres(name):
    return str(max(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("linking")
    for parent in (folder, *folder.parents[:3]):
        if str(parent).startswith("/tmp") and parent != Path("/tmp"):
            parent.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def life(folder):
    """One day on a PostgreSQL of its own that logs all it can; what is left of it."""
    cluster = folder / "cluster"
    cluster.mkdir()
    if AS_POSTGRES:
        subprocess.run(["chown", "postgres", cluster], check=True)
    data, port = cluster / "data", free_port()
    run = {"check": True, "capture_output": True, "cwd": "/"}
    subprocess.run(
        [*AS_POSTGRES, postgres("initdb"), "-D", data, "-U", "portal", "--auth=trust",
         "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"], **run,
    )  # fmt: skip
    options = (
        f"-k {cluster} -p {port} -c listen_addresses=127.0.0.1 -c fsync=off "
        "-c wal_level=logical -c track_commit_timestamp=on -c wal_keep_size=2GB "
        "-c log_min_messages=info -c log_connections=on -c autovacuum=off"
    )
    subprocess.run(
        [*AS_POSTGRES, postgres("pg_ctl"), "-D", data, "-w", "-s", "-l", cluster / "log",
         "-o", options, "start"], **run,
    )  # fmt: skip
    url = f"postgres://portal@127.0.0.1:{port}/postgres"
    try:
        with psycopg.connect(url) as connection:
            connection.execute(
                "SELECT pg_create_logical_replication_slot('attacker', 'test_decoding')"
            )
        portal = subprocess.run(
            [sys.executable, "-m", "tests.attacks.life", "20261123"],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "TEST_DATA_DIR": str(folder / "portal"),
                "TEST_EMAIL_URL": f"file://{folder}/mail",
                "LOG_LEVEL": "INFO",
                "PYTEST_XDIST_WORKER": "",
            },
            capture_output=True,
            text=True,
        )
        assert portal.returncode == 0, portal.stderr[-3_000:]
        (folder / "portal.log").write_text(portal.stderr)
        subprocess.run(
            [*AS_POSTGRES, postgres("pg_basebackup"), "-h", "127.0.0.1", "-p", str(port),
             "-U", "portal", "-D", cluster / "backup", "-X", "stream", "-c", "fast"], **run,
        )  # fmt: skip
        with psycopg.connect(url) as connection:
            yield {**json.loads(portal.stdout.splitlines()[-1]), "connection": connection}
    finally:
        subprocess.run(
            [*AS_POSTGRES, postgres("pg_ctl"), "-D", data, "-m", "immediate", "-s", "stop"],
            cwd="/",
        )


def columns_of_people(cursor):
    """Return [(table, column)]: every column that leads to a person."""
    cursor.execute(
        "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] "
        "WHERE c.contype = 'f' AND c.confrelid = 'committees_user'::regclass"
    )
    return cursor.fetchall()


def traces_in_rows(life):
    """Return {user id: [transaction, …]}: every row of every table that leads to a person."""
    found = {pk: [] for pk in life["people"]}
    with life["connection"].cursor() as cursor:
        for table, column in columns_of_people(cursor):
            cursor.execute(f'SELECT "{column}", xmin::text::bigint FROM {table}')
            for pk, xid in cursor.fetchall():
                if pk in found:
                    found[pk].append(xid)
        cursor.execute("SELECT id, xmin::text::bigint FROM committees_user")
        for pk, xid in cursor.fetchall():
            if pk in found:
                found[pk].append(xid)
    return found


def traces_in_the_log(life):
    """The same of the write-ahead log: rows as they were written, those gone since included.

    A value that is signed and not encrypted, as a session once was, is read as the portal would.
    """
    found = {pk: [] for pk in life["people"]}
    with life["connection"].cursor() as cursor:
        columns = {*columns_of_people(cursor), ("committees_user", "id")}
        cursor.execute(
            "SELECT xid::text::bigint, data FROM "
            "pg_logical_slot_peek_changes('attacker', NULL, NULL)"
        )
        for xid, change in cursor.fetchall():
            table, _, values = change.removeprefix("table public.").partition(": ")
            named = re.findall(r"(\w+)\[[^\]]+\]:'?([^' ]+)", values)
            people = {int(value) for column, value in named
                      if (table, column) in columns and value.isdigit()}  # fmt: skip
            people |= {pk for _, value in named if (pk := person_signed_in(value))}
            for pk in people & found.keys():
                found[pk].append(xid)
    return found


def person_signed_in(value):
    try:
        body = value.lstrip(".").partition(":")[0]
        content = urlsafe_b64decode(body + "=" * (-len(body) % 4))
        content = zlib.decompress(content) if value.startswith(".") else content
        return int(json.loads(content)["_auth_user_id"])
    except (ValueError, KeyError, TypeError, zlib.error):
        return None


TRACES = {"rows": traces_in_rows, "log": traces_in_the_log}


def most_that_chance_gives(tries, people):
    share = 1 / people
    return tries * share + 2 * math.sqrt(tries * share * (1 - share))


@pytest.mark.parametrize("kind", ["paper", "blind"])
@pytest.mark.parametrize("place", TRACES)
@pytest.mark.parametrize("feature", ["before", "after", "nearest"])
def test_no_transaction_leads_to_the_asker(life, kind, place, feature):
    """A-01, A-06: whoever wrote last before, first after, or nearest to the arrival."""
    if place not in life:
        life[place] = TRACES[place](life)
    traces = life[place]
    assert sum(len(found) for found in traces.values()) > 3 * PEOPLE  # there is something to see
    asked = [one for one in life["truth"] if one["kind"] == kind]
    assert len(asked) == QUESTIONS // 2

    def distance(pk, xid):
        gaps = [
            abs(trace - xid)
            for trace in traces[pk]
            if feature == "nearest" or (trace <= xid) == (feature == "before")
        ]
        return min(gaps, default=10**9)

    hits = sum(
        min(life["people"], key=lambda pk: distance(pk, one["xid"])) == one["user"] for one in asked
    )
    print(f"A-01 {place} {kind} {feature}: {hits} of {len(asked)} guessed")
    assert hits <= most_that_chance_gives(len(asked), PEOPLE)


def test_the_attacker_would_win_if_a_page_wrote_something(life):
    """The harness can fail: with one row of the asker's in the same transaction, all are found."""
    traces = {pk: [] for pk in life["people"]}
    for one in life["truth"]:
        traces[one["user"]].append(one["xid"])
    hits = sum(
        min(life["people"], key=lambda pk: min(abs(t - one["xid"]) for t in traces[pk] or [10**9]))
        == one["user"]
        for one in life["truth"]
    )
    assert hits > 0.9 * QUESTIONS


def test_rows_of_questions_tell_no_more_than_their_batch(life):
    """All questions that were handed on together share one transaction and one moment."""
    with life["connection"].cursor() as cursor:
        cursor.execute(
            "SELECT xmin::text, received_at, original_text FROM dialogue_sessions_question "
            "WHERE level = 'anonymous'"
        )
        rows = cursor.fetchall()
    batches = {}
    for xid, received_at, text in rows:
        batches.setdefault(xid, []).append((received_at, text))
    assert len(rows) == QUESTIONS
    assert {len(batch) for batch in batches.values()} == {25}
    assert len({received_at for _, received_at, _ in [(0, r, t) for x, r, t in rows]}) == 1


def test_vouchers_and_codes_are_nowhere_and_addresses_and_browsers_neither(life, folder):
    """A-02, A-06: every byte of the cluster, its log, the backup, the portal's files and mail."""
    vouchers = {one["voucher"] for one in life["truth"]}
    needles = {f"CANARY-AGENT-{number:03d}".encode() for number in range(QUESTIONS)}
    needles |= {voucher.encode() for voucher in vouchers}
    needles |= {voucher.replace("-", "").encode() for voucher in vouchers}
    addresses = re.compile(rb"\b10\.7[78]\.\d{1,3}\.\d{1,3}\b")
    looked_at, found = 0, set()
    texts = 0
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        content = path.read_bytes()
        looked_at += len(content)
        texts += content.count(b"CANARY-QUESTION-")
        found |= {needle for needle in needles if needle in content}
        found |= set(addresses.findall(content))
    number = len(needles) + 2 * QUESTIONS
    print(f"A-02: {number} canaries in {looked_at / 1e6:.0f} MB: {len(found)} found")
    assert texts > QUESTIONS  # the search does see what is stored
    assert found == set()


def test_the_queue_holds_nothing_of_anybody(life, settings):
    """A-02 in Redis: what the portal has put there, keys and values."""
    queue = redis.Redis.from_url(settings.REDIS_URL)
    content = b"".join(key + (queue.dump(key) or b"") for key in queue.scan_iter())
    for one in life["truth"]:
        assert one["voucher"].encode() not in content
    assert b"CANARY" not in content
    assert not re.search(rb"\b10\.7[78]\.\d", content)


def test_the_logs_hold_no_question(life, folder):
    logs = (folder / "portal.log").read_text() + (folder / "cluster/log").read_text()
    assert "CANARY-QUESTION" not in logs
    assert "anonymous.localhost" not in logs


# --- the shape of the tables ----------------------------------------------------------


@pytest.mark.parametrize("model", ANONYMOUS)
def test_no_person_no_moment_no_counter_in_the_tables(model):
    """A-03."""
    fields = model._meta.get_fields()
    assert len(fields) >= 2
    for field in fields:
        kind = field.get_internal_type() if hasattr(field, "get_internal_type") else ""
        assert kind not in ("DateTimeField", "DateField", "TimeField", "AutoField", "BigAutoField",
                            "GenericIPAddressField"), field  # fmt: skip
        if field.is_relation and field.many_to_one:
            assert field.related_model.__name__ in ("Conference", "Theme", "VoucherRound")


@pytest.mark.parametrize("model", [*ANONYMOUS, Question])
def test_nobody_listens_to_the_tables(model):
    """A-05: no signal receiver, so no history library either."""
    for signal in (signals.pre_save, signals.post_save, signals.pre_delete, signals.post_delete):
        assert not signal.has_listeners(model)


@pytest.mark.django_db
def test_no_stored_order_is_the_order_of_arrival(world):
    """A-04: 2,000 questions of one batch; Spearman's rho stays within a tenth of nothing."""
    number = 2_000
    StagedQuestion.objects.bulk_create(
        StagedQuestion(
            conference=world.conference, theme=world.themes[0], kind="opinion",
            text=f"{n:05d}", receipt=f"{n}", week="2026-W23",
        )
        for n in range(number)
    )  # fmt: skip
    mixing.hand_on(StagedQuestion.objects.all(), at=NOON)
    from django.db import connection

    for order in ("id", "ctid", "received_at, id", "receipt::bigint * 0, ctid"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT original_text::int FROM dialogue_sessions_question "
                f"WHERE level = 'anonymous' ORDER BY {order}"
            )
            ranks = [row[0] for row in cursor.fetchall()]
        gaps = sum((place - rank) ** 2 for place, rank in enumerate(ranks))
        rho = 1 - 6 * gaps / (number * (number**2 - 1))
        print(f"A-04 by {order}: rho = {rho:+.3f}")
        assert abs(rho) < 0.1


@pytest.mark.django_db
def test_one_post_touches_two_tables(world, settings, monkeypatch):
    """A-14."""
    from urllib.parse import urlencode

    from django.apps import apps
    from django.test import Client

    from sessions.askers import vouchers
    from tests.sessions.anonymously import more_people

    more_people(world)
    (slip,) = vouchers.print_slips(world.conference, 12)[:1]
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)

    def everything():
        return {
            model._meta.db_table: list(model._base_manager.order_by("pk").values_list())
            for model in apps.get_models(include_auto_created=True)
        }

    before = everything()
    answer = Client(headers={"host": settings.ANONYMOUS_HOST}).post(
        "/",
        urlencode({"voucher": slip, "text": "?", "theme": world.themes[0].pk, "kind": "opinion"}),
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 200
    after = everything()
    assert {table for table in after if after[table] != before[table]} == {
        StagedQuestion._meta.db_table,
        SpentVoucher._meta.db_table,
    }
    assert VoucherRound.objects.count() == 1
