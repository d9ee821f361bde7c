"""What differs between two texts, word by word."""

import time

import pytest

from foundation.differences import GONE, NEW, SAME, Part, parts_of
from foundation.templatetags.differing import differing


def test_words_are_compared_with_the_blank_before_them():
    assert parts_of("Sửa trong quý III.", "Sửa cổng trong quý IV.") == [
        Part(SAME, "Sửa"),
        Part(NEW, " cổng"),
        Part(SAME, " trong quý"),
        Part(GONE, " III"),
        Part(NEW, " IV"),
        Part(SAME, "."),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [("", "Mới"), ("Cũ", ""), ("Một\n- hai", "Một\n- ba\n- bốn"), ("a " * 900, "b " * 900)],
)
def test_both_texts_can_be_read_out_of_it(before, after):
    parts = parts_of(before, after)

    assert "".join(part.text for part in parts if part.kind != NEW) == before
    assert "".join(part.text for part in parts if part.kind != GONE) == after


def test_the_longest_texts_take_no_time_that_somebody_notices():
    began = time.monotonic()

    parts_of("a;" * 10_000, "a;" * 9_999 + "b;")
    parts_of(" ".join(map(str, range(4_000))), " ".join(map(str, range(4_000, 0, -1))))

    assert time.monotonic() - began < 3


def test_markup_is_text():
    drawn = differing("<b>một</b>", "<b>hai</b>")

    assert "<b>" not in drawn
    assert "&lt;" in drawn
