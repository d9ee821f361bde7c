"""Letters as they were meant, and the shape of what people paste."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation import shape
from foundation.shape import List, Paragraph, Table, as_html, blocks, lines
from foundation.text import begin_with, clean, fold, length

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\xd0ảng ủy, ðoàn viên, \u0189ại hội", "Đảng ủy, đoàn viên, Đại hội"),
        ("De\u0302\u0300 nghi\u0323", "Dề nghị"),
        (
            "D\xea\u0323\u0302 nghị a\u0302\u0323",
            "Dệ nghị ậ",
        ),  # marks in the wrong order, and twice
        ("phụ\xad cấp", "phụ cấp"),
        ("nâng\u200c lương\u2060 năm\ufeff 2026\u200b", "nâng lương năm 2026"),
        ("a\x0bb\x0cc\x85d\u2028e\u2029f\r\ng\rh", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\uf0b7\tTăng\n\uf0a7 Sửa", "•\tTăng\n• Sửa"),
        ("lớp \uf0e0 cấp", "lớp → cấp"),
        ("xem \u0445\xe9t", "xem xét"),  # a Cyrillic х
        ("5 μg/m³, Москва", "5 μg/m³, Москва"),
        ("\ufb01nal", "final"),
        (f"nhà {FAMILY} ✅ 👍🏽", f"nhà {FAMILY} ✅ 👍🏽"),
        ("a\u200db", "ab"),
        ("Ddeef nghij", "Ddeef nghij"),  # Telex half typed is left alone
        ("“a” – ½ № 5 ①", "“a” – ½ № 5 ①"),
        ("  a \u00a0 b  ", "a b"),
        ("\tTên\tSố\nCộng\t\t", "\tTên\tSố\nCộng\t\t"),
        ("a:\n    b \t c\n\n", "a:\n    b\tc"),
    ],
)
def test_letters_are_those_that_were_meant(typed, meant):
    assert clean(typed) == meant


@example("\xad\u200d\xad")
@example("\xada\u0323\u0323\xad")
@given(st.text(alphabet="aạđ\u0323\u0302\u200d \t\n\u00a0\xad-1.)✅", max_size=40))
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


def test_many_marks_on_one_letter_cost_no_time():
    assert length(clean("a" + "\u0301\u0302" * 200_000)) < 10


def test_search_finds_a_word_however_its_d_was_typed():
    assert fold("Ðảng Ɖoàn ðại") == fold("Đảng Đoàn đại") == "dang doan dai"


def test_length_is_counted_as_a_reader_counts():
    assert length("e\u0302\u0301") == 1


# --- the shape --------------------------------------------------------------------------


def outline(text):
    """Return the shape of a text as plain lists and tuples."""

    def of(block):
        if isinstance(block, Paragraph):
            return block.text
        if isinstance(block, Table):
            return block.rows
        return [
            (item.mark, item.text, *item.more, *map(of, item.below)) if item.more or item.below
            else f"{item.mark} {item.text}"
            for item in block.items
        ]  # fmt: skip

    return [of(block) for block in blocks(clean(text))]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("Một.\n\nHai.", ["Một.", "Hai."]),
        ("Đề nghị:\n- a\n- b\nHết.", ["Đề nghị:", ["- a", "- b"], "Hết."]),
        ("-Tăng\n+Giảm", [[("-", "Tăng", ["+ Giảm"])]]),
        ("- a\n+ b\n- c", [[("-", "a", ["+ b"]), "- c"]]),
        ("1. A\n- x\n- y\n\n2. B\na) c", [[("1.", "A", ["- x", "- y"]), ("2.", "B", ["a) c"])]]),
        ("1. A\n   tiếp\n2. B", [[("1.", "A", "tiếp"), "2. B"]]),
        ("* A\n    * B\n* C", [[("*", "A", ["* B"]), "* C"]]),
        ("3. A\n4. B", [["3. A", "4. B"]]),
        ("đ) Năm\ne) Sáu", [["đ) Năm", "e) Sáu"]]),
        ("1.\tA\n2.\tB", [["1. A", "2. B"]]),
        ("-5 độ\n1.250 đồng\n05/06/2026", ["-5 độ", "1.250 đồng", "05/06/2026"]),
        ("STT\tTên\n1\tMột", [[["STT", "Tên"], ["1", "Một"]]]),
        ("TT\tSố\tTiền\n1\t\nCộng\t19\t7.956.000", [[["TT", "Số", "Tiền"], ["1", "", ""], ["Cộng", "19", "7.956.000"]]]),
        ("Cộng\t\t19\t7.956.000", [[["Cộng", "", "19", "7.956.000"]]]),
        ("\tTên\n1\tA", [[["", "Tên"], ["1", "A"]]]),
        ("1.\tA\t5\n2.\tB\t6", [[["1.", "A", "5"], ["2.", "B", "6"]]]),
        ("Kính gửi:\tĐảng ủy", ["Kính gửi: Đảng ủy"]),
        ("./ (Lê Văn An).", ["./ (Lê Văn An)."]),
        ("Kết quả: đạt./.", ["Kết quả: đạt./."]),
        ("•\tA\no\tB\n§\tC\n•\tD", [[("•", "A", [("○", "B", ["▪ C"])]), "• D"]]),
    ],
)  # fmt: skip
def test_a_text_has_the_shape_it_was_typed_in(text, shape):
    assert outline(text) == shape


@given(st.text(alphabet="ab1-+.)\t \n•", max_size=60))
def test_no_letter_of_a_text_is_lost_in_any_medium(text):
    def letters(words):
        return sorted(c for c in words if c in "ab1")

    text = clean(text)

    assert letters("".join(lines(text))) == letters(text)
    for is_paper in (False, True):
        html = as_html(text.replace("a", "ă").replace("b", "ẩ"), is_paper=is_paper)
        assert html.count("ă") == text.count("a")
        assert html.count("ẩ") == text.count("b")


def test_no_text_makes_a_page_too_deep_or_too_wide_to_draw():
    staircase = "\n".join(f"{' ' * depth}- a" for depth in range(200))
    assert as_html(staircase).count("<li>") == 200
    wide = "a\t" * 10_000 + "\n" + "a\tb\n" * 2_500

    assert len(as_html(clean(wide))) < 200_000


def test_what_was_typed_is_never_markup():
    html = as_html("<b>x\n- <i>\nTên\t<u>\n1\t2", lead="L")

    assert html == (
        "<p>L &lt;b&gt;x</p>"
        '<ul class="points" role="list"><li><span class="mark">-</span> &lt;i&gt;</li></ul>'
        '<div class="scroll" tabindex="0" role="group" aria-label=""><table class="typed">'
        '<thead><tr><th scope="col">Tên</th><th scope="col">&lt;u&gt;</th></tr></thead>'
        '<tbody><tr><td class="n">1</td><td class="n">2</td></tr></tbody></table></div>'
    )


def test_cells_that_are_empty_stay_in_a_line_too():
    assert list(lines("Cộng\t\t19\t7.956.000")) == ["Cộng |  | 19 | 7.956.000"]


def test_a_list_of_forty_lines_as_word_copies_it_stays_a_list():
    (found,) = blocks(clean("\n".join(f"{n}.\tNội dung {n}: xem xét" for n in range(1, 41))))

    assert isinstance(found, List)
    assert [item.mark for item in found.items] == [f"{n}." for n in range(1, 41)]


def test_words_before_and_behind_a_text_leave_its_shape():
    table, points = "A\tB\t\n1\t\t3", "- một\n- hai"

    assert shape.led("Kết luận:", "Đồng ý.") == "Kết luận: Đồng ý."
    assert shape.led("", table) == table
    for text in (table, points):
        assert shape.blocks(shape.led("Kết luận:", text))[1:] == shape.blocks(text)
        assert shape.blocks(shape.followed(text, "(HN1-K01)"))[:-1] == shape.blocks(text)
    assert shape.followed("Sửa mái", "(HN1-K01)") == "Sửa mái (HN1-K01)"


def test_a_lead_stands_before_whatever_a_text_begins_with():
    assert as_html("Đồng ý.", lead="Kết luận:") == "<p>Kết luận: Đồng ý.</p>"
    assert as_html("- một\n- hai", lead="Kết luận:").startswith('<p class="lead-in">Kết luận:</p><')
    assert as_html("", lead="Kết luận:") == '<p class="lead-in">Kết luận:</p>'


def test_a_column_that_is_empty_down_to_its_end_is_no_column():
    (table,) = blocks("TT\tNội dung\t\t\n1\tMái khu để xe\t\t")

    assert table.rows == [["TT", "Nội dung"], ["1", "Mái khu để xe"]]


def test_words_are_found_by_their_beginnings_in_any_order_and_without_marks():
    texts = ("Đảng ủy Viện Minh Hòa", "A01")

    assert begin_with(texts, ["minh", "vie"])
    assert begin_with(texts, ["a01", "dang"])
    assert begin_with(texts, [])
    assert not begin_with(texts, ["inh"])
    assert not begin_with(texts, ["minh", "khong"])
