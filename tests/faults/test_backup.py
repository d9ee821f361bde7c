"""D-05, F34: the database is lost and put back from a backup; nothing is sent twice."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from tests.faults.test_database_stopped import ROOT, Cluster

# What settling a restore writes to; every other table is to be the same to the last byte.
SETTLED = {
    "reports_delivery",
    "reports_jobevent",
    "reports_alarm",
    "dialogue_portal_auditentry",
    "dialogue_portal_audithead",
}


@pytest.fixture(scope="module")
def cluster():
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))
    if not os.geteuid():
        shutil.chown(folder, "postgres")
    made = Cluster(folder)
    yield made
    subprocess.run(
        [*made.before, made.programs / "pg_ctl", "-D", made.data, "-m", "immediate", "stop"],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    shutil.rmtree(folder)


class Site:
    """One portal: its database in the cluster, its folder, and processes that work there."""

    def __init__(self, cluster, folder, mail=None):
        self.cluster, self.data = cluster, folder / "data"
        self.backups, self.keys = folder / "backups", folder / "keys of it"
        for made in (self.data, self.backups, self.keys):
            made.mkdir()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"postgres://portal@127.0.0.1:{cluster.port}/portal",
            "TEST_DATA_DIR": str(self.data),
            "TEST_EMAIL_URL": f"smtp://{mail.host}:{mail.port}" if mail else "smtp://127.0.0.1:1",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "PYTEST_XDIST_WORKER": "",
        }
        self.create_database()

    def sql(self, *statements, database="portal"):
        """Return the first column of what the last statement finds."""
        url = f"postgres://portal@127.0.0.1:{self.cluster.port}/{database}"
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement)
            return [row[0] for row in found.fetchall()] if found.description else []

    def create_database(self):
        self.sql(
            "DROP DATABASE IF EXISTS portal WITH (FORCE)",
            "CREATE DATABASE portal TEMPLATE template0",
            database="postgres",
        )

    def contents(self):
        """Return {table: (rows, digest of all that they hold)}."""
        tables = self.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {
            table: json.loads(
                self.sql(
                    f"SELECT json_build_array(count(*), md5(coalesce(string_agg(md5(t::text), ''"
                    f" ORDER BY md5(t::text)), ''))) ::text FROM {table} t"
                )[0]
            )
            for table in tables
        }

    def manage(self, *arguments, **environment):
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)], cwd=ROOT,
            env={**self.environment, **environment}, capture_output=True, text=True, timeout=200,
        )  # fmt: skip

    def done(self, *arguments, **environment):
        """Return what the command prints; it must have ended well."""
        ended = self.manage(*arguments, **environment)
        assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-3000:]
        return ended.stdout

    def refused(self, *arguments, **environment):
        """Return the one line with which the command refuses."""
        ended = self.manage(*arguments, **environment)
        assert ended.returncode == 1, ended.stdout[-2000:] + ended.stderr[-2000:]
        (line,) = ended.stderr.splitlines()
        return line.removeprefix("CommandError: ")

    def drill(self, *steps):
        ended = subprocess.run(
            [sys.executable, "-m", "tests.faults.drill", *steps], cwd=ROOT,
            env=self.environment, capture_output=True, text=True, timeout=200,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr[-3000:]
        return json.loads(ended.stdout.splitlines()[-1])

    def back_up(self, *arguments):
        self.done("backup", self.backups, *arguments)
        return max(self.backups.glob("portal-*"))


@pytest.fixture
def site(cluster, smtp_server, tmp_path):
    return Site(cluster, tmp_path, smtp_server)


def hashes(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in Path(folder).rglob("*")
        if path.is_file()
    }


def ids(server):
    return Counter(message["Message-ID"] for message in server.messages)


# --- the drill ------------------------------------------------------------------------


def test_a_lost_database_comes_back_and_no_mail_goes_out_twice(site, smtp_server):
    """D-05, F34: reports issued, mails sent and waiting; backup, more work, loss, restore."""
    site.drill("fill:5", "forget", "issue:2", "send:2", "issue:2")
    before, files = site.contents(), hashes(site.data / "files")
    backup = site.back_up()
    went_on = site.drill("look", "send:1", "issue:1", "remind", "send:1", "work")
    waiting = set(went_on["look"]["mails"]["queued"])
    sent_twice_if_forgotten = went_on["remind"]["message_id"]
    assert sent_twice_if_forgotten in ids(smtp_server)
    # What the timer sent after the backup is taken out of the log, as if the machine had died
    # before it was written: of such mails nobody knows, and they are held.
    unknown = waiting - set(went_on["send"])
    log = site.data / "sent.log"
    known = [line for line in log.read_text().split() if line not in unknown]
    log.write_text("".join(f"{line}\n" for line in known))
    arrived = ids(smtp_server)

    began = time.monotonic()
    site.create_database()
    shutil.rmtree(site.data / "files")
    told = site.done("restore", backup)
    seconds = time.monotonic() - began

    after = site.contents()
    assert {table: rows for table, (rows, _) in before.items()} == {
        name: int(restored)
        for name, kept, restored in re.findall(r"(\w+) +(\d+) +(\d+)\n", told)
        if kept == restored
    }
    assert {t: v for t, v in after.items() if t not in SETTLED} == {
        t: v for t, v in before.items() if t not in SETTLED
    }
    assert hashes(site.data / "files") == files == hashes(backup / "files")

    found = site.drill("look", "work", "remind", "send:9")
    assert found["look"]["damages"] == 0
    assert found["look"]["restored"] == 1
    assert set(found["look"]["held"]) == unknown != set()
    assert "restored" in found["look"]["alarms"]
    assert found["look"]["reports"] == 4
    assert found["remind"] == {"is_new": True, "message_id": sent_twice_if_forgotten}
    repeated = ids(smtp_server) - arrived
    assert not set(repeated) & set(arrived), "sent before the restore and again after it"

    released = site.drill("release", "work", "look")
    again = ids(smtp_server) - arrived
    assert released["release"] == len(unknown)
    assert unknown <= set(again), "released mails carry their old Message-IDs"
    assert released["look"]["held"] == []
    assert all(number == 1 for mail, number in ids(smtp_server).items() if mail not in unknown)
    print(
        f"D-05: {len(before)} tables, {sum(rows for rows, _ in before.values())} rows and"
        f" {len(files)} files equal; restored in {seconds:.1f} s"
    )
    print(f"F34: {len(arrived)} mails before, 0 repeated by themselves, {len(unknown)} held")
