"""D-05, F34: the database is lost and put back from a backup; nothing is sent twice."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from foundation import dumps, keys
from operations import backups
from operations.domain.backing_up import back_up
from operations.key_backups import back_up_keys, restore_keys
from tests.faults.test_database_stopped import ROOT, Cluster
from tests.house import nothing_set

# What settling a restore writes to; every other table is to be the same to the last byte.
SETTLED = {
    "reports_delivery",
    "reports_jobevent",
    "reports_alarm",
    "dialogue_portal_auditentry",
    "dialogue_portal_audithead",
}


@contextlib.contextmanager
def a_cluster():
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


@pytest.fixture(scope="module")
def cluster():
    with a_cluster() as made:
        yield made


class Site:
    """One portal: its database in the cluster, its folder, and processes that work there."""

    def __init__(self, cluster, folder, mail=None, *, name="portal"):
        self.cluster, self.data, self.name = cluster, folder / "data", name
        self.backups, self.keys = folder / "backups", folder / "keys of it"
        for made in (self.data, self.backups, self.keys):
            made.mkdir()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"postgres://portal@127.0.0.1:{cluster.port}/{name}",
            "TEST_DATA_DIR": str(self.data),
            "TEST_EMAIL_URL": f"smtp://{mail.host}:{mail.port}" if mail else "smtp://127.0.0.1:1",
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "PYTEST_XDIST_WORKER": "",
        }
        self.create_database()

    def sql(self, *statements, database=None):
        """Return the first column of what the last statement finds."""
        url = f"postgres://portal@127.0.0.1:{self.cluster.port}/{database or self.name}"
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in statements:
                found = connection.execute(statement)
            return [row[0] for row in found.fetchall()] if found.description else []

    def create_database(self):
        self.sql(
            f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
            f"CREATE DATABASE {self.name} TEMPLATE template0",
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

    assert int(re.search(r"acts lost: (\d+)", told)[1]) > 0, "the disk knows of later acts"

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


# --- point in time --------------------------------------------------------------------


@pytest.mark.long
def test_the_last_committed_row_is_there_after_a_crash(smtp_server, tmp_path):
    """D-05: base backup and archive of the write-ahead log; the disk of the database is lost."""
    with a_cluster() as cluster:
        site = Site(cluster, tmp_path, smtp_server)
        archive, base = cluster.data.parent / "archive", cluster.data.parent / "base"
        for folder in (archive, base):
            folder.mkdir()
            if not os.geteuid():
                shutil.chown(folder, "postgres")
        base.chmod(0o700)
        site.sql(
            "ALTER SYSTEM SET archive_mode = on",
            f"ALTER SYSTEM SET archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'",
            "ALTER SYSTEM SET archive_timeout = 2",
        )
        cluster.stop()
        cluster.start()
        site.drill("fill:4", "forget", "issue:1", "send:1")
        host = ("-h", "127.0.0.1", "-p", str(cluster.port), "-U", "portal")
        cluster.run("pg_basebackup", *host, "-D", base, "-X", "stream", "-c", "fast")

        site.drill("issue:1", "send:1")
        committed = time.monotonic()
        (segment,) = site.sql("SELECT pg_walfile_name(pg_current_wal_lsn())")
        while not (archive / segment).exists():
            assert time.monotonic() - committed < 60
            time.sleep(0.05)
        exposed = time.monotonic() - committed
        site.drill("issue:1")
        cluster.stop()
        crashed = time.monotonic()
        lost = cluster.data.rename(cluster.data.with_name("lost"))

        def recover(*, rescued):
            shutil.rmtree(cluster.data, ignore_errors=True)
            subprocess.run(["cp", "-a", base, cluster.data], check=True)
            if rescued:
                subprocess.run(["cp", "-a", f"{lost}/pg_wal", cluster.data], check=True)
            (cluster.data / "recovery.signal").touch()
            with (cluster.data / "postgresql.auto.conf").open("a") as settings:
                settings.write(f"restore_command = 'cp {archive}/%f %p'\narchive_mode = off\n")
            cluster.start()
            while site.sql("SELECT pg_is_in_recovery()")[0]:
                time.sleep(0.05)
            return site.sql("SELECT count(*) FROM reports_inboxitem")[0]

        from_archive = recover(rescued=False)
        cluster.stop()
        from_both = recover(rescued=True)
        arrived = ids(smtp_server)
        site.done("settle_restore", "--begin")
        assert site.drill("work") == {"work": [0, 0]}, "nothing is sent before it is settled"
        told = site.done("settle_restore")
        seconds = time.monotonic() - crashed
        site.drill("work")

    assert from_archive >= 2
    assert from_both == 3
    assert "mails held: " in told
    assert not set(ids(smtp_server) - arrived) & set(arrived)
    print(
        f"D-05: a row was safe in the archive {exposed:.1f} s after its commit (archive_timeout"
        f" 2 s); with the log that was left 0 rows lost; RTO {seconds:.0f} s"
    )


# --- keys -----------------------------------------------------------------------------


def test_an_old_backup_brings_no_destroyed_name_back(site):
    """D-06: T27: the keys of a half-year are destroyed, then older backups are put back."""
    made = site.drill("fill:4", "names")["names"]
    assert made["opened"] == made["sealed"] == 4
    backup = site.back_up("--keys", site.keys)
    (of_keys,) = site.keys.glob("keys-*")
    secrets = [path.read_bytes() for path in (site.data / "keys/seal").iterdir()]
    assert secrets
    in_the_clear = subprocess.run(
        ["pg_restore", "-f", "-", backup / "database.dump"], check=True, capture_output=True
    ).stdout
    for secret in secrets:
        assert not [p for p in backup.rglob("*") if p.is_file() and secret in p.read_bytes()]
        assert secret not in in_the_clear
        assert secret.hex().encode() not in in_the_clear

    site.drill("forget:2027-07-02")
    site.create_database()
    site.done("restore", backup)
    told = site.done("restore_keys", of_keys)
    looked = site.drill("names", "forget:2027-07-02", "texts")
    found, texts = looked["names"], looked["texts"]

    assert (found["sealed"], found["opened"], found["keys"]) == (4, 0, [])
    assert (texts["there"], texts["emptied"]) == (0, 4)
    assert "0 keys put back" in told
    assert re.search(r"[1-9]\d* stay destroyed", told)
    site.back_up("--keys", site.keys)
    for secret in secrets:
        assert not [p for p in site.keys.rglob("*") if p.is_file() and secret in p.read_bytes()]
    backups.verify(of_keys)
    print(
        f"D-06: after a restore {found['opened']} of {found['sealed']} names can be opened,"
        f" {texts['there']} texts are left; the keys are gone from their backups too"
    )


@pytest.mark.django_db
def test_a_lost_folder_of_keys_comes_back_without_what_was_destroyed(settings, tmp_path):
    """D-05: KEYS_DIR is lost; its own backup brings back every key but the destroyed one."""
    settings.DATA_DIR, settings.KEYS_DIR = tmp_path, tmp_path / "keys"
    folder = tmp_path / "apart"
    folder.mkdir()
    for name in ("seal/1-2026-1", "seal/1-2026-2", "pepper/receipts"):
        keys.ensure_key(name, name.encode)
    made = back_up_keys(folder)
    keys.destroy_key("seal/1-2026-1")
    shutil.rmtree(settings.KEYS_DIR)
    settings.KEYS_DIR.mkdir()

    assert restore_keys(made.path) == (2, 0, 1)

    assert keys.key_names() == ["pepper/receipts", "seal/1-2026-2"]
    assert keys.read_key("seal/1-2026-2") == b"seal/1-2026-2"
    (settings.KEYS_DIR / "seal/1-2026-2").write_bytes(b"another")
    with pytest.raises(backups.BackupFailed, match="differs from the backup's"):
        restore_keys(made.path)


@pytest.mark.django_db
def test_no_backup_of_keys_outlives_their_term(settings, tmp_path):
    """D-06: what is older than RETENTION of the names goes with the next backup of keys."""
    settings.DATA_DIR, settings.KEYS_DIR = tmp_path, tmp_path / "keys"
    folder = tmp_path / "apart"
    folder.mkdir()
    keys.ensure_key("seal/1-2026-1", lambda: b"x")
    old = back_up_keys(folder)
    aged = old.path.rename(folder / "keys-20200101-000000Z")

    made = back_up_keys(folder)

    assert not aged.exists()
    assert made.path.exists()


# --- refusals -------------------------------------------------------------------------


@contextlib.contextmanager
def writing(site):
    """Rows come all the time, each in a transaction of its own, while the block runs."""
    over = threading.Event()

    def write():
        with psycopg.connect(site.environment["DATABASE_URL"], autocommit=True) as connection:
            number = 0
            while not over.is_set():
                number += 1
                connection.execute(
                    "INSERT INTO reports_heartbeat (name, at) VALUES (%s, now())", [f"w{number}"]
                )

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield
    finally:
        over.set()
        writer.join()


@pytest.fixture(scope="module")
def kept(cluster, tmp_path_factory):
    """A site with one backup, made while people wrote, whose database is never lost."""
    site = Site(cluster, tmp_path_factory.mktemp("kept"), name="kept")
    site.drill("fill:2", "issue:1")
    (site.data / "sent.log").write_text("<1@example.vn>\n<2@example.vn>\n")
    with writing(site):
        site.back_up()
    return site


@pytest.fixture
def backup(kept, tmp_path):
    """A copy of that backup, to be damaged."""
    (whole,) = kept.backups.glob("portal-*")
    return Path(shutil.copytree(whole, tmp_path / whole.name))


def flip(path, *, at=-1):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def a_file(backup):
    return next(path for path in (backup / "files").rglob("*") if path.is_file())


def point_outside(backup):
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["files"]["files/../../x"] = next(iter(manifest["files"].values()))
    (backup / "manifest.json").write_text(json.dumps(manifest))


def forge_dump(backup):
    """A dump that is none, with a manifest that fits it."""
    (backup / "database.dump").write_bytes(b"nothing")
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["files"]["database.dump"] = {
        "size": 7,
        "sha256": hashlib.sha256(b"nothing").hexdigest(),
    }
    (backup / "manifest.json").write_text(json.dumps(manifest))


DAMAGES = {
    "the content of database.dump was changed": lambda b: flip(b / "database.dump"),
    "bytes, not": lambda b: os.truncate(b / "database.dump", 9_000),
    "the content of files/": lambda b: flip(a_file(b)),
    "is missing": lambda b: a_file(b).unlink(),
    "does not belong to it": lambda b: (b / "files/more").write_text("x"),
    "the content of sent.log was changed": lambda b: flip(b / "sent.log", at=3),
    "manifest.json cannot be read": lambda b: flip(b / "manifest.json", at=0),
    "it has no manifest.json": lambda b: (b / "manifest.json").unlink(),
    "is not what the portal writes": point_outside,
    "input file": forge_dump,
}


@pytest.mark.parametrize("said", DAMAGES)
def test_a_damaged_backup_is_refused_in_one_line(backup, said):
    """D-05: changed, cut short, incomplete, too full, forged."""
    backups.verify(backup)
    DAMAGES[said](backup)

    with pytest.raises(backups.BackupFailed, match=re.escape(said)) as refused:
        backups.verify(backup)

    assert "\n" not in str(refused.value)


def test_a_restore_that_cannot_end_well_changes_nothing(kept, backup):
    """D-05: a database that is not empty, a damaged backup, another content on the disk."""
    before, files = kept.contents(), hashes(kept.data)

    assert "is not empty" in kept.refused("restore", backup)
    asked = kept.manage("restore", backup, "--replace")
    assert (asked.returncode, "add --yes" in asked.stderr) == (1, True)
    assert "This replaces" in asked.stdout
    with psycopg.connect(kept.environment["DATABASE_URL"]):
        assert "1 other connections" in kept.refused("restore", backup, "--replace", "--yes")
    flip(a_file(backup))
    assert "was changed" in kept.refused("restore", backup, "--replace", "--yes")

    assert (kept.contents(), hashes(kept.data)) == (before, files)


def test_rows_that_differ_take_the_whole_restore_back(kept, backup):
    """D-05: the manifest counts more rows than the dump has: all or nothing."""
    before = kept.contents()
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["rows"]["committees_user"] += 1
    (backup / "manifest.json").write_text(json.dumps(manifest))

    line = kept.refused("restore", backup, "--replace", "--yes")

    assert "table committees_user has" in line
    assert kept.contents() == before
    assert not (kept.data / "restoring").exists()


def test_a_restore_after_one_that_was_broken_off_still_lets_nothing_be_sent(kept, backup):
    """D-05: the second one changes nothing either, and the first is no more whole for that."""
    mark = kept.data / "restoring"
    mark.write_text("portal-20260601-010000Z\n")
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["rows"]["committees_user"] += 1
    (backup / "manifest.json").write_text(json.dumps(manifest))

    kept.refused("restore", backup, "--replace", "--yes")

    assert mark.exists()
    mark.unlink()


def test_a_database_that_is_replaced_is_the_backups_again(kept, backup):
    """D-05: --replace --yes over a database in which people went on, also while it was backed up."""
    rows = json.loads((backup / "manifest.json").read_text())["rows"]
    written = kept.contents()["reports_heartbeat"][0]
    assert 1 < rows["reports_heartbeat"] < written, "dump and counts are of one snapshot"
    kept.sql("CREATE TABLE left_over (x int)", "DELETE FROM reports_heartbeat")

    told = kept.done("restore", backup, "--replace", "--yes")

    assert all(re.search(rf"{t} +{n} +{n}\n", told) for t, n in rows.items())
    assert "left_over" not in kept.contents()


def test_a_database_that_lets_nobody_in_is_said_in_one_line(kept):
    """D-05: a wrong password, no database at all."""
    hba = kept.cluster.data / "pg_hba.conf"
    hba.write_text(f"host all locked 127.0.0.1/32 scram-sha-256\n{hba.read_text()}")
    kept.sql("CREATE ROLE locked LOGIN PASSWORD 'right'", "SELECT pg_reload_conf()")
    wrong = f"postgres://locked:wrong@127.0.0.1:{kept.cluster.port}/{kept.name}"
    before = sorted(kept.backups.iterdir())

    line = kept.refused("backup", kept.backups, DATABASE_URL=wrong)

    assert "password authentication failed" in line
    assert "wrong@" not in line
    assert "The backup was not made" in kept.refused(
        "backup", kept.backups, DATABASE_URL="postgres://portal@127.0.0.1:1/kept"
    )
    assert sorted(kept.backups.iterdir()) == before


def test_the_password_stands_on_no_command_line(monkeypatch):
    """D-05: PostgreSQL's programs get it through their environment."""
    ran = []
    monkeypatch.setitem(dumps.connection.settings_dict, "PASSWORD", "ZZCANARY")
    monkeypatch.setattr(
        dumps.subprocess, "run",
        lambda command, **how: ran.append((command, how)) or SimpleNamespace(returncode=0, stdout=""),
    )  # fmt: skip

    dumps._run("pg_dump", "--format=custom")

    ((command, how),) = ran
    assert "ZZCANARY" not in " ".join(command)
    assert how["env"]["PGPASSWORD"] == "ZZCANARY"


def test_a_program_that_is_missing_is_named_with_its_package(monkeypatch):
    monkeypatch.setattr(dumps.shutil, "which", lambda name: None)

    with pytest.raises(dumps.DumpFailed, match="pg_dream is not installed"):
        dumps.program("pg_dream")


def test_a_dump_that_lacks_a_table_is_told(backup):
    manifest = json.loads((backup / "manifest.json").read_text())
    path = backup / manifest["database"]["file"]
    dumps.check(path, manifest)
    manifest["rows"]["zz_promises"] = 3

    with pytest.raises(dumps.DumpFailed, match="lacks the table zz_promises"):
        dumps.check(path, manifest)


def test_a_database_that_does_not_let_itself_be_emptied_stays_as_it_was(kept, backup):
    """psql stops at the first statement, while most of the backup is still on its way to it."""
    kept.sql(
        "CREATE FUNCTION public.keep() RETURNS event_trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'nothing is dropped here'; END $$",
        "CREATE EVENT TRIGGER keep ON sql_drop EXECUTE FUNCTION public.keep()",
    )
    before = kept.contents()
    try:
        line = kept.refused("restore", backup, "--replace", "--yes")
    finally:
        kept.sql("DROP EVENT TRIGGER keep", "DROP FUNCTION public.keep()")

    assert "nothing is dropped here" in line
    assert kept.contents() == before


def test_a_dump_that_ends_in_the_middle_puts_nothing_back(kept, backup):
    """What stands at its beginning can be read: only reading all of it shows what is missing."""
    before = kept.contents()
    manifest = json.loads((backup / "manifest.json").read_text())
    path = backup / manifest["database"]["file"]
    os.truncate(path, path.stat().st_size - 2_000)
    whole = path.read_bytes()
    manifest["files"][path.name] = {"size": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}
    (backup / "manifest.json").write_text(json.dumps(manifest))

    line = kept.refused("restore", backup, "--replace", "--yes")

    assert "could not read from input file" in line
    assert kept.contents() == before


def test_keys_and_data_are_kept_apart(settings, tmp_path):
    """D-05: no such folder, the same folder, one inside the other, the keys' own folder."""
    settings.KEYS_DIR = tmp_path / "live keys"
    data = tmp_path / "data"
    inside = data / "inside"
    for folder in (settings.KEYS_DIR, data / "portal-20261101-000000Z", inside):
        folder.mkdir(parents=True)

    def refused(folder, keys_folder=None):
        with pytest.raises(backups.BackupFailed) as failed:
            back_up(folder, keys_folder=keys_folder)
        return str(failed.value)

    assert "There is no folder" in refused(tmp_path / "nowhere")
    assert "one inside the other" in refused(data, data)
    assert "one inside the other" in refused(data, inside)
    assert "one inside the other" in refused(inside, data)
    assert "one inside the other" in refused(settings.KEYS_DIR)
    assert "one inside the other" in refused(tmp_path)
    with pytest.raises(backups.BackupFailed, match="kept apart"):
        back_up_keys(inside)


def test_a_full_disk_leaves_nothing_half(kept, tmp_path):
    """D-05: the disk for backups is full; with room again the next one is whole."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a disk can be mounted by root alone")
    try:
        line = kept.refused("backup", place)
        left = [path.name for path in place.iterdir()]
        (place / ".unfinished-portal-20260101-000000Z").mkdir()
        subprocess.run(["mount", "-o", "remount,size=60m", str(place)], check=True)
        kept.done("backup", place)
        whole = [path.name for path in place.iterdir()]
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)

    assert "No space left on device" in line
    assert left == [".lock"]
    assert len(whole) == 2


def test_the_oldest_backups_go_but_never_the_newest(tmp_path):
    """D-05: --keep counts whole backups and spares the one just made, whatever the clock says."""
    names = [f"portal-2026110{day}-000000Z" for day in range(1, 6)]
    for name in (*names, ".unfinished-portal-20261106-000000Z", "portal-notes"):
        (tmp_path / name).mkdir()

    removed = backups.remove_oldest(tmp_path, "portal", keep=2, made=tmp_path / names[0])

    assert removed == names[1:4]
    assert (tmp_path / "portal-notes").exists()


# --- the embedded default -------------------------------------------------------------


@pytest.mark.embedded
def test_the_embedded_default_comes_back_as_well(tmp_path):
    """D-05: SQLite: backup while the file is in use, loss, restore."""
    place = tmp_path / "backups"
    place.mkdir()
    environment = nothing_set(
        HOME=os.environ.get("HOME", "/"), DEMO="1", DATA_DIR=str(tmp_path / "var")
    )

    def manage(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *map(str, arguments)], cwd=ROOT, env=environment,
            capture_output=True, text=True, timeout=200,
        )  # fmt: skip

    assert manage("migrate", "--verbosity", "0").returncode == 0
    assert manage("seed_demo", "--committees", "1").returncode == 0
    assert manage("apply_retention").returncode == 0
    database = tmp_path / "var/portal.sqlite3"
    with contextlib.closing(sqlite3.connect(database)) as reading:
        reading.execute("SELECT count(*) FROM reports_heartbeat").fetchone()
        assert manage("backup", place).returncode == 0
    (backup,) = place.glob("portal-*")
    rows = json.loads((backup / "manifest.json").read_text())["rows"]
    before = sqlite_rows(backup / "database.sqlite3")
    refused = manage("restore", backup)
    for left in (tmp_path / "var").glob("portal.sqlite3*"):
        left.unlink()
    shutil.rmtree(tmp_path / "var/files", ignore_errors=True)

    restored = manage("restore", backup)

    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    assert restored.returncode == 0, restored.stdout[-2000:] + restored.stderr[-2000:]
    assert all(re.search(rf"{t} +{n} +{n}\n", restored.stdout) for t, n in rows.items())
    assert sum(rows.values()) > 100
    after = sqlite_rows(database)
    assert {t for t in before if after[t] != before[t]} <= {*SETTLED, "sqlite_sequence"}
    assert hashes(tmp_path / "var/files") == hashes(backup / "files")
    print(f"D-05: SQLite: {len(rows)} tables, {sum(rows.values())} rows equal")


def small_database(path, *rows):
    with contextlib.closing(sqlite3.connect(path)) as made, made:
        made.execute("CREATE TABLE a (x)")
        made.executemany("INSERT INTO a VALUES (?)", [(row,) for row in rows])
    return path


def test_an_embedded_database_is_looked_at_as_a_whole(tmp_path):
    path = small_database(tmp_path / "database.sqlite3", *["chữ" * 300] * 50)
    manifest = {"database": {"kind": "sqlite"}, "rows": {"a": 50}}
    dumps.check(path, manifest)

    with pytest.raises(dumps.DumpFailed, match="has other rows than a"):
        dumps.check(path, {**manifest, "rows": {"a": 51}})
    content = path.read_bytes()
    path.write_bytes(content[:9_000] + bytes(9_000) + content[18_000:])
    with pytest.raises(dumps.DumpFailed, match=r"is damaged|malformed"):
        dumps.check(path, manifest)
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(dumps.DumpFailed, match="not a database"):
        dumps.check(path, manifest)


def test_an_embedded_database_in_use_is_not_waited_for_without_end():
    progress = dumps._until(time.monotonic() + 60)
    assert progress(sqlite3.SQLITE_BUSY, 1, 1) is None
    late = dumps._until(time.monotonic() - 1)
    assert late(sqlite3.SQLITE_OK, 1, 1) is None

    with pytest.raises(dumps.DumpFailed, match="stop the portal first"):
        late(sqlite3.SQLITE_BUSY, 1, 1)


def test_of_an_embedded_database_nobody_knows_who_else_uses_it(monkeypatch):
    monkeypatch.setattr(dumps, "kind", lambda: "sqlite")

    assert dumps.others_connected() == 0


def sqlite_rows(path):
    """Return {table: all that it holds}."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {
            table: sorted(map(repr, connection.execute(f'SELECT * FROM "{table}"')))
            for (table,) in tables.fetchall()
        }
