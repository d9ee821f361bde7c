"""What the documents for newcomers name is there: files, folders, and names in the files beside them."""

import re

import pytest

from tests.house import PACKAGES, ROOT

PAPERS = ("CONTRIBUTING.md", "SECURITY.md", "docs/recipes.md")
PLACE = re.compile(r"`((?:[\w.-]+/)+(?:[\w.-]+\.\w+)?)`")
NAME_IN = re.compile(r"`(\w+)` (?:in|of) `((?:[\w-]+/)+[\w-]+\.py)`")
IN_NAME = re.compile(r"`((?:[\w-]+/)+[\w-]+\.py)`(?:,| \()\s*`(\w+)`")


@pytest.mark.parametrize("paper", PAPERS)
def test_every_place_is_there(paper):
    named = set(PLACE.findall((ROOT / paper).read_text(encoding="utf-8")))
    assert named
    wrong = [
        place
        for place in sorted(named)
        if not any((ROOT / room / place).exists() for room in ("", *PACKAGES))
    ]
    assert wrong == []


@pytest.mark.parametrize("paper", PAPERS[:1] + PAPERS[2:3])
def test_every_name_is_in_the_file_beside_it(paper):
    text = (ROOT / paper).read_text(encoding="utf-8")
    pairs = {*NAME_IN.findall(text), *((name, place) for place, name in IN_NAME.findall(text))}
    assert len(pairs) >= 5
    wrong = [
        f"{name} in {place}"
        for name, place in sorted(pairs)
        if not re.search(rf"\b{name}\b", (ROOT / place).read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_ten_questions_are_answered_in_two_steps():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([^|]+\?[^|]*) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)

    assert len(rows) == 10
    assert [row for row in rows if not ("`" in row[1] and "`" in row[2])] == []
