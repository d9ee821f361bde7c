"""B-20, B-21 and the inventories: every row is there and what it names exists."""

import ast
import importlib
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest
from django.conf import settings

from tests.house import PACKAGES

ROOT = Path(settings.BASE_DIR)
VERDICT = re.compile(r"pass|fail|(n/a|residual): .{4,}")
# Requirements of ASVS 5.0.0 of level 1 or 2: how many a section has, counted in its own file.
SECTIONS = """
1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1
4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2
7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2
10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5
14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2
"""


def rows(name, columns):
    """Return the rows of the tables in docs/`name` that have `columns` cells, without heads."""
    found = []
    for line in (ROOT / "docs" / name).read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == columns and not set(line) <= set("|- "):
            found.append(cells)
    return found


@lru_cache
def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def missing(evidence):
    """Return what is named in `evidence` and does not exist."""
    found = []
    for one in filter(None, (part.strip() for part in evidence.split(","))):
        path, _, test = one.strip("`").partition("::")
        if not (ROOT / path).is_file() or (test and test not in names_in(path)):
            found.append(one)
    return found


def asvs():
    return [row for row in rows("asvs.md", 5) if re.fullmatch(r"\d+\.\d+\.\d+", row[0])]


def test_every_requirement_has_one_row_with_a_verdict_and_evidence():
    table = asvs()
    numbers = [row[0] for row in table]
    assert len(numbers) == len(set(numbers)) == 253
    assert [row[1] for row in table].count("1") == 70
    assert [row[0] for row in table if not VERDICT.fullmatch(row[3]) or not row[2]] == []
    assert {row[0]: missing(row[4]) for row in table if missing(row[4]) or not row[4]} == {}
    ordered = sorted(numbers, key=lambda number: [int(part) for part in number.split(".")])
    assert numbers == ordered
    counted = Counter(number.rpartition(".")[0] for number in numbers)
    assert [f"{section}:{number}" for section, number in counted.items()] == SECTIONS.split()


def test_what_is_not_met_is_a_known_miss_and_what_is_known_is_not_met():
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    known = re.findall(r"^- \*\*(\d+\.\d+\.\d+)\*\*: .{10,}", text, re.MULTILINE)
    assert [row[0] for row in asvs() if row[3] == "fail"] == known


def test_what_is_no_evidence_is_noticed():
    here = "tests/security/test_tables.py"
    assert missing(f"docs/asvs.md, {here}::test_what_is_no_evidence_is_noticed") == []
    assert missing(f"docs/none.md, {here}::test_none") == ["docs/none.md", f"{here}::test_none"]


LIBRARIES = {"hashlib", "hmac", "cryptography", "nacl", "asn1crypto", "argon2"}


def computes_with_keys(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(one.name for one in node.names)]
        else:
            continue
        if any(name.split(".")[0] in LIBRARIES or name == "salted_hmac" for name in names):
            return True
    return False


def test_every_module_that_computes_with_keys_is_in_the_inventory():
    said = (ROOT / "docs/cryptography.md").read_text(encoding="utf-8")
    found = [
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts and computes_with_keys(path)
    ]
    assert len(found) > 20
    assert [path for path in found if f"`{path}`" not in said] == []
    scripts = [
        path.relative_to(ROOT).as_posix()
        for path in sorted((ROOT / "static/js").rglob("*.js"))
        if re.search(r"\bsubtle\b", path.read_text(encoding="utf-8"))
    ]
    assert len(scripts) >= 3
    assert [path for path in scripts if f"`{path}`" not in said] == []
    named = re.findall(r"`(\w+/[\w/-]+\.(?:py|js))`", said)
    assert [path for path in named if not (ROOT / path).is_file()] == []


LIMITS = [row for row in rows("limits.md", 4) if "." in row[2] and row[3].isdigit()]


@pytest.mark.parametrize("row", LIMITS, ids=[row[2].strip("`") for row in LIMITS])
def test_a_documented_limit_is_that_of_the_code(row):
    place, _, name = row[2].strip("`").rpartition(".")
    holder = settings if place == "settings" else importlib.import_module(place)
    assert getattr(holder, name) == int(row[3])


def test_the_limits_are_read():
    assert len(LIMITS) >= 18


# --- the scorecard ------------------------------------------------------------------------------

LETTERS = {"A": 21, "B": 21, "C": 18, "D": 7, "E": 7, "J": 17}


def test_the_scorecard_has_every_row_once_and_what_shows_it_exists():
    table = [row for row in rows("scorecard.md", 6) if re.fullmatch(r"[A-EJ]-\d\d", row[0])]
    assert [row[0] for row in table] == [
        f"{letter}-{number:02}" for letter, most in LETTERS.items() for number in range(1, most + 1)
    ]
    assert {row[0]: missing(row[2]) for row in table if missing(row[2]) or not row[2]} == {}
    assert [row[0] for row in table if not all(row)] == []


def test_each_of_the_top_ten_has_three_tests():
    table = [row for row in rows("scorecard.md", 2) if re.match(r"A\d\d ", row[0])]
    assert [row[0][:3] for row in table] == [f"A{number:02}" for number in range(1, 11)]
    for risk, tests in table:
        named = tests.split(", ")
        assert missing(tests) == [], risk
        assert len(set(named)) >= 3, risk
        assert all("::test_" in one for one in named), risk
