"""A PostgreSQL and a Redis of our own and the servers that are measured; all end with the block."""

import contextlib
import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@contextlib.contextmanager
def postgresql():
    """Start a throw-away server, as another user where root may not; yield its address."""
    tools = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parts[-2]))[-1]
    folder = Path(tempfile.mkdtemp(prefix="bench-pg-"))
    port, as_other = free_port(), []
    if os.geteuid() == 0:
        shutil.chown(folder, pwd.getpwnam("postgres").pw_uid)
        as_other = ["runuser", "-u", "postgres", "--"]
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    subprocess.run(
        [*as_other, tools / "initdb", "-D", folder / "data", "-U", "portal", "--auth=trust",
         "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-N"], **run,
    )  # fmt: skip
    control = [*as_other, tools / "pg_ctl", "-D", folder / "data", "-w", "-s"]
    subprocess.run(
        [*control, "-l", folder / "log", "-o",
         f"-k {folder} -p {port} -c listen_addresses=127.0.0.1 -c synchronous_commit=off", "start"], **run,
    )  # fmt: skip
    try:
        yield f"postgres://portal@127.0.0.1:{port}"
    finally:
        subprocess.run([*control, "-m", "fast", "stop"], check=False, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def gunicorn(application, environment, workers=2):
    """Serve `application` with so many workers; yield its address once it answers."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}",
         "--workers", str(workers), "--worker-class", "sync", "--log-level", "error",
         "--no-control-socket"],
        env={**os.environ, **environment}, cwd=ROOT,
    )  # fmt: skip
    try:
        give_up_at = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError(f"{application} did not start")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@contextlib.contextmanager
def redis():
    """Start a throw-away Redis that keeps nothing; yield its address."""
    port = free_port()
    process = subprocess.Popen(
        ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(port, process, "redis-server")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(20)


@dataclass(frozen=True)
class Door:
    """A portal behind nginx: where it is asked, and the processes that answer."""

    port: int
    nginx: int
    gunicorn: int

    @property
    def workers(self):
        return children_of(self.gunicorn)


@contextlib.contextmanager
def as_shipped(application, environment, folder, *, certificate, key, host, lifted=False):
    """Serve `application` with the shipped gunicorn.conf.py behind the shipped nginx.conf; yield a Door.

    Of nginx.conf only names, ports, places and certificate are other ones; with `lifted` also the
    rates, so that one address can ask as much as the machine answers.
    """
    from tests.walls.test_nginx import PORTAL, find_nginx, shipped

    upstream, port = free_port(), free_port()
    (folder / "static").mkdir(parents=True)
    folder.chmod(0o755)
    text = shipped(folder, port=port, plain_port=free_port(), upstream=upstream)
    text = text.replace(PORTAL, host).replace("worker_processes 1", "worker_processes auto")
    # One for each telephone, and for each question that is being answered (docs/operations.md).
    text = text.replace("events {}", "events { worker_connections 4096; }")
    if lifted:
        text = re.sub(r"rate=\d+r/s", "rate=100000r/s", text)
    for file, name in ((certificate, "signed.pem"), (key, "key.pem")):
        shutil.copy(file, folder / name)
    (folder / "nginx.conf").write_text(text)
    with contextlib.ExitStack() as stack:
        served = _started(
            stack, upstream,
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", application,
             "--bind", f"127.0.0.1:{upstream}", "--no-control-socket"],
            env={**os.environ, **environment}, cwd=ROOT, stderr=stack.enter_context((folder / "gunicorn.log").open("w")),
        )  # fmt: skip
        nginx = _started(
            stack, port,
            [find_nginx(), "-p", folder, "-e", folder / "start.log", "-c", folder / "nginx.conf"],
        )  # fmt: skip
        yield Door(port, nginx.pid, served.pid)


def _started(stack, port, command, **how):
    process = subprocess.Popen(command, **how)
    stack.callback(process.wait, 30)
    stack.callback(process.terminate)
    _wait_for(port, process, command[0])
    return process


def _wait_for(port, process, name):
    give_up_at = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if process.poll() is not None or time.monotonic() > give_up_at:
            raise RuntimeError(f"{name} did not start")
        time.sleep(0.1)


# --- what processes take ----------------------------------------------------------------


def children_of(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def seconds_of(pid):
    """Return the processor seconds of a process and of all it has started, also of those that ended."""
    ticks = 0
    with contextlib.suppress(OSError):
        ticks = sum(int(one) for one in _stat(pid)[11:15])  # own, and of children that ended
        ticks += sum(seconds_of(one) for one in children_of(pid)) * os.sysconf("SC_CLK_TCK")
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()


def memory_of(pids):
    """Return the megabytes that the processes hold, what they share told once."""
    found = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            told = Path(f"/proc/{pid}/smaps_rollup").read_text()
            found += int(re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)[1])
    return found / 1024
