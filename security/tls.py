"""B-18: testssl.sh against the shipped deploy/nginx.conf in a real nginx, both hosts."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from bench.observatory import openssl
from bench.servers import free_port
from security.results import NotRun, Result

# What depends on the certificate and the name server of whoever runs it, not on nginx.conf.
THEIRS = re.compile(
    r"cert_|DNS_CAArecord|OCSP|cert_chain|cert_trust|security_headers|HTTP_|HSTS|HPKP|banner_|cookie_"
    r"|service|overall_grade|scanTime|clientsimulation"
    # of the scanner's own OpenSSL: no GOST, and no renegotiation to try under TLS 1.3
    r"|engine_problem|secure_renego"
)
OLD = ("SSLv2", "SSLv3", "TLS1", "TLS1_1")
ACCEPTED = {"OK", "INFO", "LOW"}


def testssl():
    program = shutil.which("testssl") or shutil.which("testssl.sh")
    if not program:
        raise NotRun("testssl.sh is not installed: script/bootstrap security")
    finds, seen = [], 0
    with tempfile.TemporaryDirectory() as name, shipped_nginx(Path(name)) as port:
        for host in ("doithoai.example.vn", "hopthu.example.vn"):
            report = Path(name, f"{host}.json")
            subprocess.run(
                [program, "--quiet", "--color", "0", "--warnings", "off", "--ip", "127.0.0.1",
                 "--nodns", "min", "--jsonfile", report, f"{host}:{port}"],
                capture_output=True, stdin=subprocess.DEVNULL,
            )  # fmt: skip
            if not report.exists():
                raise RuntimeError("testssl.sh wrote no report")
            lines = json.loads(report.read_text(encoding="utf-8"))
            seen += len(lines)
            finds += judge(host, lines)
    return Result(not finds, f"{len(finds)} finds in {seen} lines {'; '.join(finds[:3])}".strip())


def judge(host, lines):
    """Return what is old or weak in a report of testssl.sh, and what it has not looked at."""
    found = [
        f"{host}: {one['id']} {one['finding'][:60]}"
        for one in lines
        if one["severity"] not in ACCEPTED and not THEIRS.match(one["id"])
    ]
    by_id = {one["id"]: one["finding"] for one in lines}
    found += [
        f"{host}: {old} {by_id.get(old, 'was not looked at')}"
        for old in OLD
        if not by_id.get(old, "").startswith("not offered")
    ]
    found += [
        f"{host}: {new} {by_id.get(new, 'was not looked at')}"
        for new in ("TLS1_2", "TLS1_3")
        if not by_id.get(new, "").startswith("offered")
    ]
    return found


@contextlib.contextmanager
def shipped_nginx(folder):
    """Run nginx with the shipped configuration; yield the port of TLS."""
    # The tests read the shipped file already; like them it needs the names of a database, no more.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
    os.environ.setdefault("REDIS_URL", "redis://127.0.0.1:1/0")
    import django

    django.setup()
    from tests.walls.test_nginx import find_nginx, is_open, shipped

    folder.chmod(0o755)
    (folder / "static").mkdir()
    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=x"),
        *("-keyout", folder / "key.pem", "-out", folder / "signed.pem"),
    )
    port, plain_port = free_port(), free_port()
    whole = folder / "nginx.conf"
    whole.write_text(shipped(folder, port=port, plain_port=plain_port, upstream=free_port()))
    process = subprocess.Popen(
        [find_nginx(), "-p", folder, "-e", folder / "start.log", "-c", whole],
        stderr=subprocess.DEVNULL,
    )
    try:
        give_up_at = time.monotonic() + 20
        while not is_open(port):
            if process.poll() is not None or time.monotonic() > give_up_at:
                raise RuntimeError((folder / "start.log").read_text()[-500:])
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(10)
