"""What is found: whole words, marks as they were typed, wherever the tone is put."""

import pytest

from foundation.search import Search, searchable

TEXT = "Đề nghị Đảng uỷ khối sửa mái khu để xe; chi 12/2026, hoà giải ở Ban Dân vận."


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [
        ("dang uy", True),
        ("Đảng ủy", True),
        ("ĐẢNG UỶ", True),
        ("Ðảng u\u0309y", True),  # another D, and a mark of its own
        ("đang uỷ", False),  # marks that were typed count
        ("dạng uỷ", False),
        ("Đảng uy", True),
        ("hòa giải", True),
        ("ang", False),  # no hits inside words
        ("da", False),
        ("an", False),
        ("ban", True),
        ("xe", True),  # what stands beside a word is no part of it
        ("vận", True),
        ("mái xe", True),
        ('"mái xe"', False),
        ("“mai khu”", True),
        ("12/2026", True),
        ("2026/12", False),
        ("mái không", False),
        ("???", False),
        ("\0%", False),
        ("_", False),
        ("", False),
    ],
)
def test_a_text_is_found_by_its_words(typed, is_found):
    assert Search.of(typed).matches(TEXT) is is_found


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("Ng", True), ("nguyen ng", True), ("guyễn", False), ("nguyễn h", False)],
)
def test_a_name_is_found_by_how_it_begins(typed, is_found):
    assert Search.of(typed, beginnings=True).matches("Nguyễn Thị Nga") is is_found


def test_what_was_typed_in_another_form_of_the_same_letters_is_the_same():
    assert searchable("Hoà Ðe\u0302\u0300") == searchable("HÒA đề")
