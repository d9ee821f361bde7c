"""Run the checks and print one table. Exits with 1 if one does not hold.

script/security           everything, the longest last
script/security E-02 B-20 these rows
script/security quick     those that take seconds
"""

import argparse
import sys
import time
import traceback

from security import sqlmap, static, suites, tls, wapiti
from security.results import NotRun

# row, what is checked, when it holds, the function, whether it takes minutes
CHECKS = [
    ("E-01", "pip-audit", "0 known", static.known_vulnerabilities, False),
    ("E-02", "bandit", "0 high", static.bandit, False),
    ("E-02", "own rules", "0 finds", static.own_rules, False),
    ("E-03", "bill of materials", "all with hashes", static.bill_of_materials, False),
    ("E-04", "secrets in files", "0", static.secrets_in_files, False),
    ("E-04", "secrets in history", "0", static.secrets_in_history, False),
    ("B-16", "hostile files", "0 kept", suites.uploads, True),
    ("B-18", "testssl.sh, both hosts", "none below 1.2, none weak", tls.testssl, True),
    ("B-20", "ASVS 5.0 level 2", "253 rows, 0 fail", suites.asvs, True),
    ("B-06", "wapiti, eight visitors", "0 finds", wapiti.wapiti, True),
    ("B-07", "sqlmap", "0 injectable", sqlmap.sqlmap, True),
    ("E-05", "mutants killed", "85 % each module", suites.mutants, True),
]
HELD, BROKEN, NOT_RUN, IN_PART = "held", "BROKEN", "not run", "in part"


def verdict_of(check):
    """Return (verdict, figure). A check that falls over is broken, not left out."""
    try:
        result = check()
    except NotRun as why:
        return NOT_RUN, str(why)
    except Exception as error:
        traceback.print_exc()
        return BROKEN, f"the check itself fell over: {type(error).__name__}"
    if result.held and result.cut:
        return IN_PART, f"{result.figure}; {result.cut}"
    return (HELD if result.held else BROKEN), result.figure


def run(checks, write=print):
    """Run `checks`, write a line for each and what they come to. Returns the exit code."""
    verdicts = []
    write(f"{'row':6}{'check':24}{'verdict':9}{'seconds':>8}  {'pass line':30}figure")
    for row, name, line, check, _ in checks:
        began = time.monotonic()
        verdict, figure = verdict_of(check)
        verdicts.append(verdict)
        took = time.monotonic() - began
        write(f"{row:6}{name:24}{verdict:9}{took:8.0f}  {line:30}{figure}")
    counted = ", ".join(f"{verdicts.count(one)} {one}" for one in (HELD, IN_PART, BROKEN, NOT_RUN))
    write(f"\n{len(verdicts)} checks: {counted}")
    if NOT_RUN in verdicts:
        write("What did not run has shown nothing: it counts neither as held nor as audited.")
    if IN_PART in verdicts:
        write("What was looked at in part had no find as far as its figure says, and no further.")
    return int(BROKEN in verdicts or IN_PART in verdicts)


def main():
    parser = argparse.ArgumentParser(prog="script/security", description=__doc__)
    parser.add_argument("rows", nargs="*", help="rows of the scorecard, or: quick")
    wanted = parser.parse_args().rows
    checks = [
        one
        for one in CHECKS
        if not wanted or one[0] in wanted or ("quick" in wanted and not one[4])
    ]
    if not checks:
        sys.exit(f"No such row: {' '.join(wanted)}")
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(run(checks))


if __name__ == "__main__":
    main()
