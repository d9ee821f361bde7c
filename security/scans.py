"""B-06, B-07, B-18: programs that attack a running portal from outside."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

from security.crawling import forms_and_links
from security.results import NotRun, Result
from security.scene import ROLES
from security.static import ROOT, tool
from security.target import running

WHO = ("anonymous host", "nobody", *ROLES)
# All of wapiti's modules but those that fetch a list from the Internet first (htp, nikto, wapp,
# wp_enum, cms, network_device: they look for other people's programs), those that need a second
# server that the target can reach (ssrf, xxe, log4shell; B-17 tests that), ssl (B-18), and ldap:
# the portal asks no directory, and the module takes a page that echoes what was typed for a find.
MODULES = (
    "backup,buster,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,https_redirect,"
    "inconsistent_redirection,information_disclosure,methods,permanentxss,redirect,"
    "shellshock,sql,timesql,unrestricted_upload,upload,xss"
)
# The anonymous host has no cookie that a foreign page could use, hence no token.
WITHOUT_COOKIES = {"anonymous host": "csrf"}
# How far a scan goes: pages and minutes for each role.
PAGES = int(os.environ.get("SCAN_PAGES", 400))
MINUTES = int(os.environ.get("SCAN_MINUTES", 60))
AS = tuple(filter(None, os.environ.get("SCAN_AS", "").split(","))) or WHO
ENDS = ("accounts/logout", "sessions/end", "accounts/sessions")


def wapiti():
    """B-06."""
    program = tool("wapiti")
    finds, said, served = [], [], 0
    with running() as target, tempfile.TemporaryDirectory() as folder:
        for role in AS:
            with target.as_role(role) as (address, server):
                report = Path(folder, f"{role}.json")
                done = subprocess.run(
                    [program, "-u", f"{address}/", "-m", modules(program, role),
                     "--scope", "folder",
                     "-f", "json", "-o", report, "--verify-ssl", "0", "--no-bugreport",
                     "--flush-session", "--store-session", folder, "-v", "0",
                     "--max-links-per-page", "200", "-d", "6",
                     "--max-scan-time", str(MINUTES * 60), "--tasks", "4",
                     "--max-attack-time", str(MINUTES * 60 // len(MODULES.split(","))),
                     *(part for end in ENDS for part in ("-x", f"{address}/{end}/"))],
                    capture_output=True, text=True, timeout=MINUTES * 90,
                )  # fmt: skip
                if not report.exists():
                    raise RuntimeError((done.stderr or done.stdout)[-800:])
                found = json.loads(report.read_text(encoding="utf-8"))
                pages = found["infos"]["crawled_pages_nbr"]
                for kind in ("vulnerabilities", "anomalies"):
                    for name, all_of in found[kind].items():
                        finds += [
                            f"{role}: {name} {one['method']} {one['path'][:60]} {one.get('parameter')}"
                            for one in all_of
                        ]
                finds += [f"{role}: {one}" for one in server.broken]
                served += sum(server.statuses.values())
                if role in ROLES and not target.is_signed_in(server):
                    finds.append(f"{role}: signed out on the way, so not everything was seen")
                said.append(f"{role} {pages}")
    keep("wapiti", finds)
    return Result(
        not finds,
        f"{len(finds)} finds in {served} requests, pages: {', '.join(said)} "
        f"{'; '.join(finds[:3])}".strip(),
    )


def modules(program, role):
    """Return those of MODULES that this version has and that mean something for `role`."""
    listed = subprocess.run([program, "--list-modules"], capture_output=True, text=True).stdout
    plain = re.sub(r"\x1b\[[0-9;]*m", "", listed)
    return ",".join(
        one
        for one in MODULES.split(",")
        if re.search(rf"\b{one}\b", plain) and one != WITHOUT_COOKIES.get(role)
    )


def keep(name, finds):
    """Leave all finds in a file beside the scanners: the table shows the first three."""
    place = ROOT / f"var/security/{name}.txt"
    place.write_text("\n".join(finds) + "\n", encoding="utf-8")


def sqlmap():
    """B-07: every parameter of every link and form that a role finds, one request of each shape."""
    program = "/usr/bin/sqlmap"
    if not Path(program).exists():
        raise NotRun("sqlmap is not installed: script/bootstrap security")
    level, risk = os.environ.get("SCAN_LEVEL", "3"), os.environ.get("SCAN_RISK", "2")
    finds, tried, parameters, served = [], 0, 0, 0
    with running() as target, tempfile.TemporaryDirectory() as folder:
        for role in AS:
            with target.as_role(role) as (address, server):
                for number, request in enumerate(forms_and_links(address, limit=PAGES)):
                    file = Path(folder, f"{role}-{number}.txt")
                    file.write_text(request.as_http(), encoding="utf-8")
                    done = subprocess.run(
                        [program, "-r", file, "--force-ssl", "--batch", "--dbms", "PostgreSQL",
                         "--level", level, "--risk", risk, "--disable-coloring", "--threads", "4",
                         "--flush-session", "--output-dir", folder, "--time-sec", "3",
                         "--smart" if level == "1" else "--skip-waf",
                         "-p", ",".join(request.tried),
                         *(["--csrf-token", "csrfmiddlewaretoken", "--csrf-url", request.page]
                           if request.has_token else [])],
                        capture_output=True, text=True, timeout=3_600,
                    )  # fmt: skip
                    tried += 1
                    parameters += len(request.tried)
                    if re.search(
                        r"is vulnerable|appears to be .*injectable|Parameter: ", done.stdout
                    ):
                        found = re.findall(r"Parameter: (.+)", done.stdout) or ["?"]
                        finds.append(f"{role}: {request.method} {request.url} {found[0]}")
                finds += [f"{role}: {one}" for one in server.broken]
                served += sum(server.statuses.values())
    keep("sqlmap", finds)
    return Result(
        not finds,
        f"{len(finds)} finds, {parameters} parameters of {tried} requests, {served} sent, "
        f"level {level} risk {risk} {'; '.join(finds[:3])}".strip(),
    )
