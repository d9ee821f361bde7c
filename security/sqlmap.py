"""B-07: sqlmap over every parameter of all that can be sent; SCAN_LEVEL and SCAN_RISK."""

import os
import re
import subprocess
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from security.planted import ASKED
from security.results import NotRun
from security.scans import Account, Round, scan
from security.static import ROOT

PROGRAM = "/usr/bin/sqlmap"
LEVEL, RISK = os.environ.get("SCAN_LEVEL", "3"), os.environ.get("SCAN_RISK", "2")
OF_ONE = 5  # parameters
AT_ONCE = 4  # programs: each waits for an answer most of its time
PLANTED = (("SQL", ASKED),)


def sqlmap():
    """B-07."""
    if not Path(PROGRAM).exists():
        raise NotRun("sqlmap is not installed: script/bootstrap security")
    account = Account("sqlmap")
    with tempfile.TemporaryDirectory() as folder:
        return scan(account, Round(partial(attack, Path(folder)), PLANTED, in_short=True))


def attack(folder, role, address, requests, seconds):
    """Try every parameter at the level and the risk that are asked for."""
    ends, asked = time.monotonic() + seconds, [one for one in requests if one.tried]
    said = of_each(folder / role, list(shared_out(asked)), ends)
    parameters = sum(len(one.tried) for one in asked)
    to_the_end = sum(len(set(names)) for names, _ in said)
    told = {f"parameters at level {LEVEL} risk {RISK}": to_the_end}
    finds = {find for _, find in said if find}
    return finds, Counter(told), ["parameters"] * (parameters - to_the_end)


def shared_out(requests):
    """Yield (request, some names of what is tried with it): a long form is for several programs."""
    for one in requests:
        for first in range(0, len(one.tried), OF_ONE):
            yield one, one.tried[first : first + OF_ONE]


def of_each(folder, tasks, ends):
    """Try them, some at a time. Return for each (parameters tried to the end, find)."""
    folder.mkdir()
    places = [folder / str(number) for number in range(len(tasks))]
    inject = partial(injected, ends=ends)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(inject, places, tasks))


def injected(place, task, *, ends):
    """Try parameters of one request. Return (those tried to the end, what was found)."""
    (request, tried), seconds = task, ends - time.monotonic()
    if seconds < 2:
        return [], ""
    place.mkdir()
    file = place / "request.txt"
    file.write_text(request.as_http(), encoding="utf-8")
    try:
        said = subprocess.run(
            [PROGRAM, "-r", file, "--batch", "--dbms", "PostgreSQL",
             "--level", LEVEL, "--risk", RISK, "--disable-coloring", "--flush-session",
             "--output-dir", place, "--time-sec", "3", "--skip-waf", "--keep-alive",
             "--ignore-code", "*", "--ignore-redirects", "--ignore-stdin", "-p", ",".join(tried)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds,
        ).stdout  # fmt: skip
    except subprocess.TimeoutExpired as error:
        said = (error.stdout or b"").decode(errors="replace")
    with (ROOT / "var/security/sqlmap.log").open("a", encoding="utf-8") as log:
        log.write(said)
    names = re.findall(r"parameter '(.+?)' does not seem to be injectable", said)
    names += re.findall(r"skipping \w+ parameter '(.+?)'", said)
    found = re.findall(r"^Parameter: (.+)", said, re.MULTILINE)
    told = f"SQL {request.method} {urlsplit(request.url).path} {', '.join(found)}"
    return names + found, told if found else ""
