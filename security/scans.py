"""B-06, B-07: programs that attack a running portal from outside, as each of those who use it.

How far they go: SCAN_PAGES pages and SCAN_MINUTES minutes for each role, SCAN_AS the roles,
SCAN_LEVEL and SCAN_RISK of sqlmap. What time cuts off is named; nothing cut is called clean.
"""

import json
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

from security.crawling import crawl, page_of
from security.judged import judged
from security.results import NotRun, Result
from security.static import ROOT, tool
from security.target import START, running

# Those with few pages first: what two have in common is attacked once, by the first, and the time
# that is left goes to the next.
WHO = ("anonymous host", "nobody", "staff", "leader", "officer", "head", "clerk", "secretary")
# All of wapiti's modules but those that fetch a list from the Internet first (htp, nikto, wapp,
# wp_enum, cms, network_device, takeover: they look for other people's programs), those that need
# a second server that the target can reach (ssrf, xxe, log4shell; B-17 tests that), ssl (B-18),
# spring4shell (no Java here), brute_login_form (J-03 tests it), and ldap: the portal asks no
# directory, and the module takes a page that echoes what was typed for a find. permanentxss finds
# nothing in a portal that forgets: tests/walls/test_scripts.py opens what was stored.
QUICK = (
    *("cookieflags", "csp", "http_headers", "https_redirect", "csrf", "redirect", "crlf"),
    *("sql", "xss", "upload"),
)
SLOW = ("exec", "file", "methods", "shellshock", "backup", "htaccess", "timesql", "buster")
# The anonymous host has no cookie that a foreign page could use, hence no token. Which addresses
# exist does not hang on who asks, and buster's 31,546 words take hours: the two without an account.
LEFT_OUT = {"anonymous host": {"csrf"}, "nobody": set()}
OF_A_ROLE = {"buster"}
MINUTES_OF_BUSTER = 10  # with fewer it would have the time of all others
PAGES = int(os.environ.get("SCAN_PAGES", 400))
MINUTES = float(os.environ.get("SCAN_MINUTES", 60))
AS = tuple(filter(None, os.environ.get("SCAN_AS", "").split(","))) or WHO
BLIND = 50  # below so many of a hundred answers a scan has seen too little
AT_ONCE = 2  # programs of sqlmap


class Account:
    """What a scan of all roles comes to."""

    def __init__(self, name):
        self.name = name
        self.finds, self.judged, self.told, self.cut = [], [], [], []
        self.statuses, self.of_the_known = Counter(), Counter()
        self.lowest = (100, "")

    def add(self, role, server, finds, told, cut):
        finds = [f"{role}: {one}" for one in [*finds, *server.broken]]
        new = [one for one in finds if not judged(one)]
        self.finds += new
        self.judged += [one for one in finds if judged(one)]
        self.statuses += server.statuses
        self.of_the_known += server.of_the_known
        share = server.share()
        self.lowest = min(self.lowest, (share, role))
        if share < BLIND:
            self.finds.append(f"{role}: only {share} % of the answers were of the pages' own")
        self.cut += [f"{role} {one}" for one in cut]
        counted = ", ".join(f"{code} {n}" for code, n in sorted(server.statuses.items()))
        self.told.append(
            f"{role}: {told}; {sum(server.statuses.values())} answered ({counted}), {share} % of those "
            f"of the pages found were 2xx, 302, 422; signed in again "
            f"{len(server.signed_in_again)} {server.signed_in_again[:4]}, "
            f"held back {server.held_back}; cut by time: {', '.join(cut) or 'nothing'}"
        )
        self.keep()

    def keep(self):
        """Leave it all in a file beside the scanners: the table shows the sum."""
        lines = [*self.told, "", *(f"FIND {one}" for one in self.finds)]
        lines += [f"judged false: {one}: {judged(one)}" for one in self.judged]
        place = ROOT / f"var/security/{self.name}.txt"
        place.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def result(self, told):
        share, role = self.lowest
        too_many = self.statuses[429]
        figure = (
            f"{len(self.finds)} finds, {len(self.judged)} judged false, {told}, "
            f"{sum(self.statuses.values())} answered, {too_many} of them 429, "
            f"lowest share of good answers {share} % ({role}) {'; '.join(self.finds[:3])}"
        ).strip()
        return Result(not self.finds, figure, f"cut by time: {shortened(self.cut)}" * any(self.cut))


def shortened(cut):
    """Return each thing that was cut once, with the number of roles."""
    counted = Counter(one.rpartition(" ")[2] for one in cut)
    return ", ".join(f"{name} ×{n}" for name, n in counted.most_common())


def look_around(address, server, seconds, shapes):
    """Return what there is to scan and nobody before has; its answers are counted apart from now.

    `shapes` are those that were found before.
    """
    found = crawl(address, limit=PAGES, seconds=seconds / 3)
    host = "anonymous" if server.host.startswith("127.") else "portal"
    found.requests = [one for one in found.requests if (host, one.shape) not in shapes]
    shapes |= {(host, one.shape) for one in found.requests}
    server.known = {urlsplit(one.url).path for one in found.requests}
    server.start = page_of(found.requests)
    return found


def with_their_time():
    """Yield each role with the moment its scan ends: what one leaves is shared by the others."""
    ends = time.monotonic() + MINUTES * 60 * len(AS)
    for number, role in enumerate(AS):
        now = time.monotonic()
        yield role, now + max(60, (ends - now) / (len(AS) - number))


# --- wapiti ---------------------------------------------------------------------------------


def wapiti():
    """B-06."""
    program = tool("wapiti")
    account, shapes, forms, pages = Account("wapiti"), set(), 0, 0
    with running() as target, tempfile.TemporaryDirectory() as folder:
        for role, ends in with_their_time():
            with target.as_role(role, forgets=True) as (address, server):
                found = look_around(address, server, ends - time.monotonic(), shapes)
                kept = Path(folder, role)
                finds, cut = set(), ["crawl"] * found.cut
                left_out = LEFT_OUT.get(role, OF_A_ROLE)
                if MINUTES < MINUTES_OF_BUSTER and "buster" not in left_out:
                    left_out, cut = left_out | {"buster"}, [*cut, "buster"]
                for group, share in ((QUICK, 0.6), (SLOW, 1)):
                    wanted = [one for one in group if one not in left_out]
                    seconds = (ends - time.monotonic()) * share
                    some, late = attacked(program, address, wanted, kept, seconds)
                    finds, cut = finds | some, cut + late
                forms, pages = forms + len(found.requests), pages + found.pages
                told = f"{found.pages} pages, {len(found.requests)} new links and forms"
                account.add(role, server, sorted(finds), told, cut)
    return account.result(
        f"{len(AS)} roles, {pages} pages, {forms} links and forms, {len(QUICK + SLOW)} modules"
    )


def attacked(program, address, modules, kept, seconds):
    """Attack with these modules. Return (what they found, which of them were cut off).

    wapiti's own file locks now and then when a module is cut off: then all is tried once more.
    """
    ends = time.monotonic() + seconds
    for place in (kept, kept.with_name(f"{kept.name}-again")):
        said = with_wapiti(program, address, modules, place, max(20, ends - time.monotonic()))
        report = place.with_suffix(".json")
        if report.exists():
            cut = re.findall(r"Max attack time was reached for module (\w+)", said)
            cut += ["crawl"] * ("Max scan time was reached" in said)
            return set(found_in(json.loads(report.read_text(encoding="utf-8")))), cut
    return set(), list(modules)


def with_wapiti(program, address, modules, kept, seconds):
    crawling = ["--flush-session", "--max-scan-time", str(int(max(20, seconds / 4)))]
    report = kept.with_suffix(".json")
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [program, "-u", f"{address}/", "-s", address + START, "-m", ",".join(modules),
         "--scope", "folder", "-d", "1", "-f", "json", "-o", report, "--verify-ssl", "0",
         "--no-bugreport", "--store-session", kept, "-v", "1", "-t", "8", "--tasks", "4",
         "--skip", "csrfmiddlewaretoken", *(["--skip-crawl"] if kept.exists() else crawling),
         "--max-attack-time", str(int(max(4, seconds / len(modules) * 1.5))),
         "-x", f"{address}/accounts/logout/*", "-x", f"{address}/static/*"],
        capture_output=True, text=True,
    )  # fmt: skip
    with (ROOT / f"var/security/wapiti-{kept.name}.log").open("a", encoding="utf-8") as log:
        log.write(done.stdout + done.stderr)
    return done.stdout


def found_in(report):
    for kind in ("vulnerabilities", "anomalies"):
        for name, all_of in report[kind].items():
            for one in all_of:
                yield (
                    f"{name} [{one.get('module')}] {one['method']} {one['path'][:90]} "
                    f"{one.get('parameter') or '-'}: {one.get('info', '')[:90]}"
                )


# --- sqlmap ---------------------------------------------------------------------------------


def sqlmap():
    """B-07: every parameter of every link and form that a role finds, one request of each shape.

    What a role has in common with one before is the same code and is not tried twice.
    """
    program = "/usr/bin/sqlmap"
    if not Path(program).exists():
        raise NotRun("sqlmap is not installed: script/bootstrap security")
    account, shapes = Account("sqlmap"), set()
    tried = parameters = simple = thorough = 0
    with running() as target, tempfile.TemporaryDirectory() as folder:
        for role, ends in with_their_time():
            with target.as_role(role, forgets=True) as (address, server):
                found = look_around(address, server, ends - time.monotonic(), shapes)
                new = found.requests
                quoted = of_each(program, Path(folder, f"{role}-quote"), new, ends, QUOTE)
                whole = of_each(program, Path(folder, f"{role}-whole"), new, ends, WHOLE)
                asked = sum(len(one.tried) for one in new)
                done = [sum(len(names) for names, _ in said) for said in (quoted, whole)]
                finds = sorted({find for _, find in [*quoted, *whole] if find})
                tried, parameters = tried + len(new), parameters + asked
                simple, thorough = simple + done[0], thorough + done[1]
                missed = asked - done[1]
                told = (
                    f"{found.pages} pages, {len(new)} new links and forms, {asked} parameters, "
                    f"{done[0]} with a quote, {done[1]} at level {LEVEL} risk {RISK}"
                )
                account.add(role, server, finds, told, [f"{missed} parameters"] * bool(missed))
    account.cut = ["parameters"] * (parameters - thorough)
    return account.result(
        f"{len(AS)} roles, {parameters} parameters of {tried} links and forms, {simple} tried with a "
        f"quote, {thorough} at level {LEVEL} risk {RISK}"
    )


LEVEL, RISK = os.environ.get("SCAN_LEVEL", "3"), os.environ.get("SCAN_RISK", "2")
# First every parameter with what breaks a sentence that is put together, then one by one for long.
QUOTE = ("--level", "1", "--smart")
WHOLE = ("--level", LEVEL, "--risk", RISK)


def of_each(program, folder, requests, ends, how):
    """Try the requests, some at a time. Return for each (parameters tried to the end, find)."""
    folder.mkdir()
    places = [folder / str(number) for number in range(len(requests))]
    inject = partial(injected, program, ends=ends, how=how)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(inject, places, requests))


def injected(program, place, request, *, ends, how):
    """Try the parameters of one request. Return (those tried to the end, what was found)."""
    seconds = ends - time.monotonic()
    if seconds < 2:
        return [], ""
    place.mkdir()
    file = place / "request.txt"
    file.write_text(request.as_http(), encoding="utf-8")
    try:
        said = subprocess.run(
            [program, "-r", file, "--force-ssl", "--batch", "--dbms", "PostgreSQL", *how,
             "--disable-coloring", "--flush-session", "--output-dir", place, "--time-sec", "3",
             "--skip-waf", "--keep-alive", "--ignore-code", "*", "--ignore-redirects",
             "--ignore-stdin", "-p", ",".join(request.tried)],
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
