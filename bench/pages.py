"""The main pages at 1,000 and 10,000 questions beside a bare Django on the same server.

gunicorn with two workers on a PostgreSQL of its own, wrk with four connections, bounded
runs, rounds interleaved, medians. Exits with 1 when a must is missed: p50 at 10,000 at most
1.15 times p50 at 1,000 on the list, detail and submit pages, and at most 12 queries on every
page. The aims (0.80 of the bare list's throughput, 0.60 of the bare POST's, sorting one of 300
open questions in twice the time of the bare list) are printed.
"""

import contextlib
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SIZES = (1_000, 10_000)
SECONDS, ROUNDS = (
    float(os.environ.get("BENCH_SECONDS", "4")),
    int(os.environ.get("BENCH_ROUNDS", "3")),
)
ONLY = os.environ.get("BENCH_PAGES", "").split()
FLAT, MOST_QUERIES, LIST_AIM, POST_AIM, SORTING_AIM = 1.15, 12, 0.80, 0.60, 2.0
ONE_FILL = """
import json, sys
sys.path.insert(0, {root!r})
from bench.filling import fill
print("FILLED " + json.dumps(fill({size})))
"""


def environment(url, folder):
    return {
        "DEMO": "0",
        "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "dialogue_portal.settings",
        "DATABASE_URL": url,
        "REDIS_URL": "embedded",
        "SECRET_KEY": "bench-" + "s" * 60,
        "IDENTITY_KEY": "bench-" + "i" * 60,
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": "http://127.0.0.1",
        "ANONYMOUS_BASE_URL": "http://anonymous.localhost",
        "EMAIL_URL": "smtp://127.0.0.1:1",
        "DATA_DIR": str(folder),
        "LOG_LEVEL": "ERROR",
    }


def manage(env, *arguments, source=None):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], env={**os.environ, **env}, cwd=ROOT,
        check=True, capture_output=True, text=True, input=source,
    ).stdout  # fmt: skip


POST = """
math.randomseed(os.time() + tonumber("{seed}"))
local function hex(n) local s = "" for i = 1, n do s = s .. string.format("%x", math.random(0, 15)) end return s end
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["Cookie"] = "{cookie}"
wrk.headers["Referer"] = "{address}"
request = function()
  local key = hex(8) .. "-" .. hex(4) .. "-4" .. hex(3) .. "-a" .. hex(3) .. "-" .. hex(12)
  return wrk.format(nil, nil, nil, "{body}&form_key=" .. key)
end
local bad = 0
response = function(status) if status ~= 302 then bad = bad + 1 end end
done = function(summary, latency, requests) io.write("BAD " .. bad .. "\\n") end
"""


def load(address, cookie, *, body=None, folder=None):
    """Run wrk once; return (requests a second, median latency in ms)."""
    command = ["wrk", "-t1", "-c4", f"-d{SECONDS:g}s", "--latency"]
    if body is None:
        command += ["-H", f"Cookie: {cookie}"]
    else:
        script = Path(folder, "post.lua")
        script.write_text(
            POST.format(
                seed=os.urandom(3).hex().translate(str.maketrans("abcdef", "123456")),
                cookie=cookie,
                address=address,
                body=body,
            )
        )
        command += ["-s", str(script)]
    out = subprocess.run([*command, address], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out:
        raise RuntimeError(f"{address}: {out}")
    if (bad := re.search(r"BAD (\d+)", out)) and bad[1] != "0":
        raise RuntimeError(f"{address}: {bad[1]} refused")
    value, unit = re.search(r"50%\s+([\d.]+)(us|ms|s)", out).groups()
    return (
        float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]),
        float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit],
    )


def main():
    from bench.servers import gunicorn, postgresql

    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-pages-"))
        server = stack.enter_context(postgresql())
        sites = {}
        for size in SIZES:
            subprocess.run(
                [sys.executable, "-c", f"import psycopg; psycopg.connect('{server}/postgres', autocommit=True).execute('CREATE DATABASE portal{size}')"],
                check=True,
            )  # fmt: skip
            env = environment(f"{server}/portal{size}", folder)
            manage(env, "migrate", "--verbosity", "0")
            manage(env, "collectstatic", "--noinput", "--verbosity", "0")
            out = manage(
                env, "shell", "--verbosity", "0", source=ONE_FILL.format(root=str(ROOT), size=size)
            )
            filled = json.loads(out.partition("FILLED ")[2].splitlines()[0])
            address = stack.enter_context(gunicorn("dialogue_portal.wsgi", env))
            sites[size] = (address, filled, env)
        bare = stack.enter_context(gunicorn("bench.bare_wsgi", sites[SIZES[-1]][2]))
        return report(*measure(sites, bare, folder), sites[SIZES[-1]][1]["queries"])


def warm(address, pages):
    """Ask each page a few times, so that both workers have loaded what it needs."""
    for path, cookie, body in pages:
        for _ in range(0 if body else 6):
            request = urllib.request.Request(f"{address}{path}", headers={"Cookie": cookie})
            urllib.request.urlopen(request, timeout=60).read()


def measure(sites, bare, folder):
    """Return {(size, page): [(rps, p50)]} and {page: [(rps, p50)]} of the bare one."""
    ours, theirs = {}, {}
    large = sites[SIZES[-1]][1]
    for address, filled, _env in sites.values():
        warm(address, [filled["pages"]["sorting"]])
    warm(bare, large["bare"].values())
    for turn in range(ROUNDS):
        for name in large["pages"]:
            if ONLY and name not in ONLY:
                continue
            # Both sizes one after the other, each first in every second round.
            for size in SIZES[:: -1 if turn % 2 else 1]:
                address, filled, _env = sites[size]
                path, cookie, body = filled["pages"][name]
                found = load(f"{address}{path}", cookie, body=body, folder=folder)
                ours.setdefault((size, name), []).append(found)
        for name, (path, cookie, body) in large["bare"].items():
            theirs.setdefault(name, []).append(
                load(f"{bare}{path}", cookie, body=body, folder=folder)
            )
        for size, (_address, _filled, env) in sites.items():
            source = f"from bench.filling import trim; trim({size})"
            manage(env, "shell", "--verbosity", "0", source=source)
    return ours, theirs


def report(ours, theirs, queries):
    small, large = SIZES
    missed = False
    rate, p50 = (
        (lambda found: statistics.median(one[0] for one in found)),
        (lambda found: statistics.median(one[1] for one in found)),
    )
    print("page                 | req/s 1k | req/s 10k | p50 1k ms | p50 10k ms | 10k/1k")
    musts = ("triage_list", "triage_detail", "ask_post")
    for name in dict.fromkeys(name for _, name in ours):
        one, ten = ours[small, name], ours[large, name]
        ratio = statistics.median(b[1] / a[1] for a, b in zip(one, ten, strict=True))
        late = name in musts and ratio > FLAT
        missed |= late
        print(
            f"{name:<20} | {rate(one):8.1f} | {rate(ten):9.1f} | {p50(one):9.1f} | {p50(ten):10.1f} "
            f"| {ratio:.2f}{'  MISSED' if late else ''}"
        )
    for name, found in theirs.items():
        print(f"bare {name:<15} | {'':8} | {rate(found):9.1f} | {'':9} | {p50(found):10.1f} |")
    for name, beside, aim in (
        ("triage_list", "list", LIST_AIM),
        ("my_questions", "list", LIST_AIM),
        ("ask_post", "post", POST_AIM),
    ):
        if (large, name) not in ours:
            continue
        print(
            f"{name}: {rate(ours[large, name]) / rate(theirs[beside]):.2f} of the bare {beside} (aim {aim})"
        )
    if (large, "sorting") in ours:
        cost = p50(ours[large, "sorting"]) / p50(theirs["list"])
        print(f"sorting: {cost:.2f} times the bare list (aim {SORTING_AIM})")
    for name, number in queries.items():
        over = number > MOST_QUERIES
        missed |= over
        print(f"queries {name:<20} {number}{'  MISSED' if over else ''}")
    print(f"load average {os.getloadavg()[0]:.1f}; musts {'MISSED' if missed else 'held'}")
    return int(missed)


if __name__ == "__main__":
    sys.exit(main())
