import datetime as dt

import pytest

from reports.documents import formatting
from reports.documents.profile import PROFILES, profile_on


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234, "1.234"),
        (1234567, "1.234.567"),
        (92.3, "92,3"),
        (100.0, "100"),
        (0.0, "0"),
        (1234.5, "1.234,5"),
        (-3, "-3"),
        (-0.4, "-0,4"),
        (None, "–"),
        ("", ""),
        ("Tổng", "Tổng"),
    ],
)
def test_a_cell(value, text):
    assert formatting.cell_text(value) == text


@pytest.mark.parametrize(
    ("issued_on", "text"),
    [
        ("2026-02-05", "Hà Nội, ngày 05 tháng 02 năm 2026"),
        ("2026-06-18", "Hà Nội, ngày 18 tháng 6 năm 2026"),
        ("2026-12-09", "Hà Nội, ngày 09 tháng 12 năm 2026"),
        ("2026-01-31", "Hà Nội, ngày 31 tháng 01 năm 2026"),
        ("2026-10-03", "Hà Nội, ngày 03 tháng 10 năm 2026"),
    ],
)
def test_days_below_ten_and_the_months_one_and_two_are_padded(issued_on, text):
    assert formatting.place_and_date("Hà Nội", issued_on, 2026) == text


def test_a_draft_leaves_room_for_day_month_and_number():
    assert "năm 2026" in formatting.place_and_date("Hà Nội", None, 2026)
    assert not any(digit in formatting.number_and_symbol(None, "BC/ĐU") for digit in "0123456789")


@pytest.mark.parametrize(
    ("number", "text"), [(5, "Số 05-BC/ĐU"), (12, "Số 12-BC/ĐU"), (123, "Số 123-BC/ĐU")]
)
def test_the_number_has_no_colon_and_two_digits_at_least(number, text):
    assert formatting.number_and_symbol(number, "BC/ĐU") == text


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (
            "ĐẢNG BỘ KHỐI CÁC CƠ QUAN TRUNG ƯƠNG",
            ["ĐẢNG BỘ", "KHỐI", "CÁC", "CƠ QUAN", "TRUNG ƯƠNG"],
        ),
        ("ĐẢNG ỦY KHỐI CÁC CƠ QUAN MẪU", ["ĐẢNG ỦY", "KHỐI", "CÁC", "CƠ QUAN MẪU"]),
        ("BAN TUYÊN GIÁO VÀ DÂN VẬN", ["BAN", "TUYÊN GIÁO", "VÀ", "DÂN VẬN"]),
        ("ĐẢNG ỦY TỔNG CỤC MINH HÒA", ["ĐẢNG ỦY", "TỔNG CỤC", "MINH HÒA"]),
        ("ĐẢNG ỦY", ["ĐẢNG ỦY"]),
        ("", []),
    ],
)
def test_no_line_of_a_name_ends_within_a_word_or_leaves_one_alone(name, found):
    assert formatting.pieces(name) == found


@pytest.mark.parametrize(("code", "separator"), [("HD36_2018", ","), ("HD05_2026", ";")])
def test_recipients_are_separated_as_the_guidance_says_and_end_with_a_point(code, separator):
    lines = formatting.recipient_lines(["Ban A (để báo cáo)", "Lưu Văn phòng"], PROFILES[code])

    assert lines == [f"- Ban A (để báo cáo){separator}", "- Lưu Văn phòng."]


@pytest.mark.parametrize(
    ("day", "code"), [(dt.date(2026, 5, 26), "HD36_2018"), (dt.date(2026, 5, 27), "HD05_2026")]
)
def test_the_profile_follows_the_day(day, code):
    assert profile_on(day) == code
