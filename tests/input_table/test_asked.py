"""Texts as they are pasted into a question: the shape and the letters that come of them."""

import pytest

from foundation.shape import List, Paragraph, Table, blocks
from foundation.text import clean, length
from tests.input_table import content


def _says(text):
    return lambda made: made == text


def _points(*texts):
    def judge(made):
        found = [one for one in blocks(made) if isinstance(one, List)]
        return list(_texts(found)) == list(texts)

    return judge


def _texts(lists):
    for item in (item for one in lists for item in one.items):
        yield item.text
        yield from _texts(item.below)


def _table(*rows):
    def judge(made):
        [one] = blocks(made)
        return isinstance(one, Table) and one.rows == [list(row) for row in rows]

    return judge


def _forty_points(made):
    [one] = blocks(made)
    return (
        isinstance(one, List)
        and len(one.items) == 40
        and [item.mark for item in one.items] == [f"{n}." for n in range(1, 41)]
    )


def _uncut(made):
    sent = content("question-5000-characters.txt").decode()
    return made == sent.strip() and length(made) > 4_900


def _lines(made):
    return [type(one) for one in blocks(made)] == [Paragraph] * 5


EXPECTED = {
    "question-40-line-word-list.txt": _forty_points,
    "question-5000-characters.txt": _uncut,
    "question-emoji-flags.txt": _says("Đề nghị 👨‍👩‍👧 🇻🇳 ✅ xem xét 👍🏽 (abcemo)"),
    "question-eth.txt": _says("Đề nghị Đảng ủy trả lời về nhà ở cho đoàn viên (abceth)"),
    "question-lookalike-greek-mu-cyrillic.txt": _says("Đề nghị xem xét chế độ (abccyr)"),
    "question-nfd.txt": _says("Đề nghị nâng cấp phần mềm kế toán (abcnfd)"),
    "question-smart-quotes-ellipsis-dashes.txt": _says(
        "“Đề nghị” ‘xem xét’ – nâng lương — năm 2026… ½ 10ᵗʰ № 5 ① final (abcsq)"
    ),
    "question-soft-hyphen.txt": _says("Đề nghị xem xét chế độ phụcấp độc hại (abcshy)"),
    "question-table-with-tabs.txt": _table(
        ("STT", "Họ tên", "Phụ cấp"), ("1", "Một", "500.000"), ("2", "Hai", "700.000 (abctab)")
    ),
    # As it came: who typed in an old alphabet is asked first, see tests/foundation/test_old_letters.py.
    "question-tcvn3-pasted.txt": lambda made: "(abctcvn)" in made and "quan Trung" in made,
    "question-telex-half-typed.txt": _says("Ddeef nghij ddawngr uyr xem xets (abctelex)"),
    "question-vertical-tab-line-break.txt": _lines,
    "question-word-bullets-private-use.txt": _points(
        "Tăng phụ cấp", "Sửa mái nhà", "Khám sức khỏe", "Ô vuông", "Ô tròn (abcbul)"
    ),
    "question-wrong-order-marks.txt": _says("Đệ nghị xem xét ậ (abcwm)"),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_a_pasted_text_is_taken_as_it_was_meant(name):
    made = clean(content(name).decode())

    assert EXPECTED[name](made), made
    assert clean(made) == made
