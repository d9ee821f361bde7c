"""A PostgreSQL of our own and the servers that are measured; all end with the block."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
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
