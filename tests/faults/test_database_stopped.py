"""C-03, F12, F13: PostgreSQL is stopped as by a power cut, three times, in the middle of it all."""

import glob
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import free_port
from tests.faults.served import served

ROOT = Path(__file__).resolve().parents[2]
AS_POSTGRES = ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--init-groups"]


class Cluster:
    """A PostgreSQL of its own, with everything on that makes it safe against a power cut."""

    def __init__(self, folder):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
        self.programs, self.data, self.port = Path(programs), folder / "data", free_port()
        self.log = folder / "log"
        self.before = AS_POSTGRES if not os.geteuid() else []
        self.run("initdb", "-D", self.data, "-U", "portal", "--auth=trust", "--encoding=UTF8",
                 "--locale=C.UTF-8")  # fmt: skip
        self.start()

    def run(self, program, *arguments):
        command = [*self.before, self.programs / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60)

    def start(self):
        options = f"-p {self.port} -k '' -c listen_addresses=127.0.0.1"
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.log, "-o", options, "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")


@pytest.fixture
def cluster():
    folder = Path(tempfile.mkdtemp(prefix="cluster-"))  # where the user postgres can reach it
    if not os.geteuid():
        shutil.chown(folder, "postgres")
    made = Cluster(folder)
    yield made
    subprocess.run(
        [*made.before, made.programs / "pg_ctl", "-D", made.data, "-m", "immediate", "stop"],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    shutil.rmtree(folder)


def test_power_cuts_of_the_database_lose_and_double_nothing(cluster, smtp_server, tmp_path):
    outages(cluster, smtp_server, tmp_path, number=2, works=1, away=1)


@pytest.mark.long
def test_more_power_cuts_of_the_database(cluster, smtp_server, tmp_path):
    outages(cluster, smtp_server, tmp_path, number=5, works=1, away=1)


@pytest.mark.long
def test_power_cuts_of_a_minute_each(cluster, smtp_server, tmp_path):
    outages(cluster, smtp_server, tmp_path, number=150, works=20, away=60)


@pytest.mark.long
def test_pages_are_there_again_when_the_database_is(cluster, tmp_path):
    """C-20: meanwhile they say so, and the connections that were lost are made anew by themselves."""
    url = f"postgres://portal@127.0.0.1:{cluster.port}/postgres"
    environment = {"DATABASE_URL": url, "TEST_DATA_DIR": str(tmp_path)}
    subprocess.run(
        [sys.executable, "-m", "tests.faults.standalone", "prepare", "1"],
        cwd=ROOT, env={**os.environ, **environment}, check=True, capture_output=True,
    )  # fmt: skip

    def database(portal):
        return json.loads(portal.ask("/healthz")[1])["database"]

    with served(tmp_path / "log", **environment) as portal:
        assert [database(portal) for _ in range(4)] == ["ok"] * 4
        cluster.stop()
        assert [database(portal) for _ in range(2)] == ["failing"] * 2
        time.sleep(20)  # long enough for whoever tries ever more seldom to try very seldom
        cluster.start()
        began = time.monotonic()
        while database(portal) != "ok":
            assert time.monotonic() - began < 30
        took = time.monotonic() - began
    print(f"C-20: pages had the database again {took:.1f} s after it was there")
    assert took < 10


def outages(cluster, smtp_server, folder, *, number, works, away):
    """Issue and deliver `number` reports while the database goes away three times.

    It works for `works` seconds and is away for `away` seconds.
    """
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://portal@127.0.0.1:{cluster.port}/postgres",
        "TEST_DATA_DIR": str(folder),
        "TEST_EMAIL_URL": f"smtp://{smtp_server.host}:{smtp_server.port}",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    began = []

    def begin(*command):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.standalone", *command],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        began.append(process)
        return process

    def end(process, seconds):
        output, errors = process.communicate(timeout=seconds)
        assert process.returncode == 0, errors[-3000:]
        return json.loads(output.splitlines()[-1]) if output.strip() else None

    try:
        end(begin("prepare", str(number)), 120)
        office, workers = begin("issue"), [begin("work", str(number)) for _ in range(2)]
        for _ in range(3):
            time.sleep(works)
            cluster.stop()
            time.sleep(away)
            cluster.start()
        broken = end(office, 60 + 2 * number)["broken"]
        broken += sum(end(worker, 60 + 3 * number)["broken"] for worker in workers)
        found = end(begin("check", str(number)), 60)
    finally:
        for process in began:
            process.kill()
            process.wait()

    seen = Counter(message["Message-ID"] for message in smtp_server.messages)
    doubled = sum(count - 1 for count in seen.values())
    assert set(found.pop("sent")) <= set(seen)
    print(
        f"C-03: 3 power cuts of {away} s, {broken} calls broken off; mail repeated {doubled}; {found}"
    )
    assert broken
    assert doubled <= 3 * len(workers)  # accepted, and the database gone before it was written
