"""B-06: wapiti."""

import json
import re
import subprocess
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

from security.planted import ASKED, ECHO
from security.scans import Account, Round, scan
from security.static import ROOT, tool
from security.target import START

# All of wapiti's modules but those that fetch a list from the Internet first (htp, nikto, wapp,
# wp_enum, cms, network_device, takeover: they look for other people's programs), those that need
# a second server that the target can reach (ssrf, xxe, log4shell; B-17 tests that), ssl (B-18),
# spring4shell (no Java here), brute_login_form (J-03 tests it), ldap (the portal asks no
# directory, and the module takes a page that echoes what was typed for a find), and buster (31,546
# words in each folder: which addresses there are stands in urls.py, and tests/test_access.py asks
# for each). permanentxss finds nothing in a portal that forgets: tests/walls/test_scripts.py opens
# what was stored.
ONCE_EACH = (
    *("cookieflags", "csp", "http_headers", "https_redirect", "csrf", "redirect", "crlf"),
    *("upload", "methods", "shellshock", "htaccess", "backup"),
)
# Together, with how many requests they make for each parameter, roughly: their share of the time.
# First what reads whole pages, which take longer; what is left of their time goes to the others,
# who look for a word or a delay.
READING = ((ONCE_EACH, 20), (("xss",), 40))
PROBING = ((("sql",), 20), (("exec",), 80), (("file",), 170), (("timesql",), 220))
# The anonymous host has no cookie that a foreign page could use, hence no token.
LEFT_OUT = {"anonymous host": {"csrf"}}
LEAST = 20  # seconds that are worth beginning once more
PLANTED = {READING: (("Cross Site Scripting", ECHO),), PROBING: (("SQL Injection", ASKED),)}


def wapiti():
    """B-06."""
    program = tool("wapiti")
    with tempfile.TemporaryDirectory() as folder:
        rounds = [
            Round(
                partial(attack, program, Path(folder), groups),
                PLANTED[groups],
                in_short=groups is PROBING,
                part=sum(of_it for _, of_it in groups),
            )
            for groups in (READING, PROBING)
        ]
        return scan(Account("wapiti"), *rounds)


def attack(program, folder, groups, role, address, requests, seconds):
    """Attack what `START` leads to, and nothing else, with one group of modules after the other.

    What was cut off goes on where it was, as long as any time is left in the end.
    """
    ends, finds, cut, unfinished = time.monotonic() + seconds, set(), [], []
    kept = folder / f"{role}-{groups[0][0][0]}"
    for number, (group, share) in enumerate(groups):
        modules = [one for one in group if one not in LEFT_OUT.get(role, ())]
        part = share / sum(of_it for _, of_it in groups[number:])
        some, late = attacked(program, address, modules, kept, (ends - time.monotonic()) * part)
        finds |= some
        unfinished += [(modules, late)] if late else []
    for modules, late in unfinished:
        some, left = set(), ends - time.monotonic()
        if left > LEAST:
            some, late = attacked(program, address, modules, kept, left)
        finds, cut = finds | some, cut + late
    number = sum(len(group) for group, _ in groups)
    to_the_end = {f"with {number} modules to the end": 0 if cut else len(requests)}
    return finds, Counter(to_the_end), sorted(set(cut))


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
    crawling = ["--flush-session", "--max-scan-time", str(int(max(60, seconds)))]
    report = kept.with_suffix(".json")
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [program, "-u", address + START, "-m", ",".join(modules),
         "--scope", "folder", "-d", "1", "-S", "insane", "-f", "json", "-o", report,
         "--verify-ssl", "0", "--no-bugreport", "--store-session", kept, "-v", "1", "-t", "10",
         "--tasks", "4", "--skip", "csrfmiddlewaretoken", "--skip", "scan",
         *(["--skip-crawl"] if kept.exists() else crawling),
         "--max-attack-time", str(int(max(4, seconds)))],
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
