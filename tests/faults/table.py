"""The table of faults: script/faults runs what names one, and prints how each went.

A test names its rows where its docstring begins: "C-01, F14: …". What it prints in a line
that begins with a row's name stands beside it as its figures.
"""

import re
from collections import defaultdict

ROW = r"(?:[CDJ]-\d\d|F\d\d)"
NAMED = re.compile(rf"{ROW}(?:(?:, | and ){ROW})*")
SAID = re.compile(rf"^({ROW}): (.+)$", re.MULTILINE)
WORDS = {"passed": "held", "failed": "BROKEN", "skipped": "left out"}


def rows_of(item):
    """Return the rows that the test, or else its module, names at the start of its docstring."""
    for thing in (item.function, item.module):
        if named := NAMED.match((thing.__doc__ or "").strip()):
            return re.findall(ROW, named[0])
    return []


def pytest_collection_modifyitems(config, items):
    """Leave out what names no row."""
    kept = [item for item in items if rows_of(item)]
    config.hook.pytest_deselected(items=[item for item in items if not rows_of(item)])
    items[:] = kept
    for item in items:
        item.user_properties.append(("rows", rows_of(item)))


def pytest_terminal_summary(terminalreporter):
    outcomes, figures, seconds = defaultdict(list), defaultdict(list), defaultdict(float)
    for outcome in WORDS:
        for report in terminalreporter.stats.get(outcome, ()):
            if outcome == "passed" and report.when != "call":
                continue
            for row in dict(report.user_properties).get("rows", ()):
                outcomes[row].append(outcome)
                seconds[row] += report.duration
            for row, said in SAID.findall(report.capstdout):
                figures[row].append(said)
    write = terminalreporter.write_line
    terminalreporter.section("faults")
    write(f"{'row':6}{'state':10}{'tests':>6}{'seconds':>9}  figures")
    for row in sorted(outcomes):
        worst = next(o for o in ("failed", "passed", "skipped") if o in outcomes[row])
        write(
            f"{row:6}{WORDS[worst]:10}{len(outcomes[row]):6}{seconds[row]:9.0f}  "
            + "; ".join(figures[row])
        )
