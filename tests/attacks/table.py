"""The table of attacks: script/attack runs what shows a row A or J, and prints how each went.

docs/scorecard.md says which tests show which row; a test may also name its rows where its docstring
begins. A row of which nothing ran is said to be not run.
"""

import re
from collections import defaultdict
from pathlib import Path

from tests.faults.table import WORDS

ROOT = Path(__file__).resolve().parent.parent.parent
ROW = r"[AJ]-\d\d"
LINE = re.compile(rf"^\| ({ROW}) \| (.+?) \| (.+?) \|", re.MULTILINE)
NAMED = re.compile(rf"{ROW}(?:(?:, | and ){ROW})*")
SAID = re.compile(rf"^({ROW})\b:? (.+)$", re.MULTILINE)


def scorecard():
    """Return {row: (what it is, [file or file::test that shows it])}."""
    text = (ROOT / "docs/scorecard.md").read_text(encoding="utf-8")
    return {row: (what, shown.split(", ")) for row, what, shown in LINE.findall(text)}


def rows_of(path, test, docstring, card):
    """Return the rows that the test at `path` shows."""
    found = re.findall(ROW, named[0]) if (named := NAMED.match((docstring or "").strip())) else []
    shown = {path, f"{path}::{test}"}
    return sorted({*found, *(row for row, (_, by) in card.items() if shown & set(by))})


def pytest_collection_modifyitems(config, items):
    """Leave out what shows no row and is not long."""
    card, kept = scorecard(), []
    for item in items:
        path = item.path.relative_to(ROOT).as_posix()
        rows = rows_of(path, item.originalname, item.function.__doc__, card)
        item.user_properties.append(("rows", rows))
        if rows or item.get_closest_marker("long"):
            kept.append(item)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = kept


def table(reports, card):
    """Yield a line for each row: `reports` is {outcome: [(rows, when, seconds, printed)]}."""
    outcomes, figures, seconds = defaultdict(list), defaultdict(list), defaultdict(float)
    for outcome in WORDS:
        for rows, when, took, printed in reports.get(outcome, ()):
            if outcome == "passed" and when != "call":
                continue
            for row in rows:
                outcomes[row].append(outcome)
                seconds[row] += took
            for row, said in SAID.findall(printed):
                figures[row].append(said)
    yield f"{'row':6}{'state':10}{'tests':>6}{'seconds':>9}  figures"
    for row, (what, _) in card.items():
        found = outcomes.get(row)
        worst = found and next(one for one in ("failed", "passed", "skipped") if one in found)
        yield (
            f"{row:6}{WORDS[worst] if found else 'not run':10}{len(found or ()):6}"
            f"{seconds[row]:9.0f}  {'; '.join(figures[row]) or what}"
        )
    missing = [row for row in card if row not in outcomes]
    yield f"{len(card)} rows, not run: {', '.join(missing) or 'none'}"


def pytest_terminal_summary(terminalreporter):
    reports = {
        outcome: [
            (dict(one.user_properties).get("rows", ()), one.when, one.duration, one.capstdout)
            for one in terminalreporter.stats.get(outcome, ())
        ]
        for outcome in WORDS
    }
    terminalreporter.section("attacks")
    for line in table(reports, scorecard()):
        terminalreporter.write_line(line)
