"""Texts in the alphabets of before Unicode are recognised, and nothing else is taken for one."""

import pytest
from django import forms

from foundation.fields import LineField, TextField
from foundation.old_letters import alphabet_of, converted
from foundation.text import clean
from tests.input_table import FOLDER, content

SAID = "Đảng ủy Khối các cơ quan Trung ương: đề nghị xem xét chế độ phụ cấp cho cán bộ"
VNI = "Ñaûng uûy Khoái caùc cô quan Trung öông: ñeà nghò xem xeùt cheá ñoä phuï caáp cho caùn boä"
PAIRS = [
    ("VNI", "Nguyeãn Thò Nguyeät, Phoøng Keá hoaïch - Taøi chính", "Nguyễn Thị Nguyệt, Phòng Kế hoạch - Tài chính"),
    ("VNI", "ÑEÀ NGHÒ Baùo caùo keát quaû naêm 2026", "ĐỀ NGHỊ Báo cáo kết quả năm 2026"),
    ("VNI", "thöôûng ñöôïc löôïng khuyùu tyû quyønh", "thưởng được lượng khuýu tỷ quỳnh"),
    ("VNI", "chæ thò, nghó, tònh, Lyù, kyõ, Myõ, yù kieán, ngaén, baèng, maúng, maëc", "chỉ thị, nghĩ, tịnh, Lý, kỹ, Mỹ, ý kiến, ngắn, bằng, mẳng, mặc"),
    ("TCVN3", "NguyÔn ThÞ NguyÖt, Phßng KÕ ho¹ch - Tµi chÝnh", "Nguyễn Thị Nguyệt, Phòng Kế hoạch - Tài chính"),
    ("TCVN3", "trî cÊp th­ëng, ®­îc, l­îng, kü thuËt, ng¾n, b»ng, mÆc", "trợ cấp thưởng, được, lượng, kỹ thuật, ngắn, bằng, mặc"),
]  # fmt: skip


def test_the_pasted_file_is_read_as_it_was_meant():
    text = content("question-tcvn3-pasted.txt").decode()

    assert alphabet_of(text) == "TCVN3"
    assert converted(text) == f"{SAID} (abctcvn)"
    assert (alphabet_of(VNI), converted(VNI)) == ("VNI", SAID)


@pytest.mark.parametrize(("name", "typed", "meant"), PAIRS)
def test_words_of_both_alphabets(name, typed, meant):
    assert alphabet_of(typed) == name
    assert converted(typed) == meant
    assert alphabet_of(meant) == ""


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        SAID.upper(),
        "Điều 5 §2 ©2026 ®, 5 µg, ±3 °C, ½ × ¾, «trích dẫn», 10 £",
        "Krông Búk, Đắk Lắk, Ê-đê, Pờ Tó, ĐHQGHN, TP.HCM, hoà thuỷ, Đ/c Lê Thị Ý",
        "La société générale a été créée à côté, Noël, garçon, naïve, œuvre",
        "Müller größer über schön, på norsk øl, señor niño mañana",
        "Ddeef nghij ddawngr uyr xem xets",
        "Cảm ơn 👍 ① → “ngoặc” … — ₫",
        "",
    ],
)
def test_other_texts_are_left_alone(text):
    assert alphabet_of(text) == ""
    assert converted(text) == text


def test_what_is_in_unicode_already_stays_so_beside_it():
    text = f"Tôi đề nghị như sau:\n{VNI}\nVề việc này, caùn boä và nhân viên đều biết."

    assert converted(text) == (
        f"Tôi đề nghị như sau:\n{SAID}\nVề việc này, cán bộ và nhân viên đều biết."
    )


def test_no_other_pasted_file_is_taken_for_one():
    others = [one for one in FOLDER.glob("question-*.txt") if "tcvn3" not in one.name]
    assert len(others) >= 12
    for path in others:
        assert alphabet_of(path.read_text(encoding="utf-8")) == "", path.name


class Wish(forms.Form):
    name = LineField(max_length=60)
    text = TextField(max_length=200)


def test_a_form_asks_and_shows_how_it_would_read():
    form = Wish({"name": "Ban Dân vận", "text": VNI})

    assert form.errors == {
        "text": ["Nội dung này gõ theo bảng mã cũ, chưa phải Unicode. Xin chọn một trong hai cách."]
    }
    assert SAID in str(form["text"])
    assert VNI in str(form["text"])
    assert 'name="text-letters"' in str(form["text"])
    assert "-letters" not in str(form["name"])


@pytest.mark.parametrize(("chosen", "taken"), [("convert", SAID), ("keep", VNI)])
def test_the_writer_chooses(chosen, taken):
    form = Wish({"name": "Ban Dân vận", "text": VNI, "text-letters": chosen})

    assert form.is_valid()
    assert form.cleaned_data["text"] == taken


def test_the_choice_stays_when_something_else_is_wrong():
    kept = Wish({"name": "", "text": VNI, "text-letters": "keep"})
    read = Wish({"name": "", "text": VNI, "text-letters": "convert"})

    assert set(kept.errors) == set(read.errors) == {"name"}
    assert 'value="keep" checked' in str(kept["text"])
    assert SAID in str(read["text"])
    assert "-letters" not in str(read["text"])


def test_what_is_too_long_is_counted_as_it_is_kept():
    text = "caùc " * 45

    assert not Wish({"name": "A", "text": text, "text-letters": "keep"}).is_valid()
    assert Wish({"name": "A", "text": text, "text-letters": "convert"}).is_valid()


@pytest.mark.parametrize(
    "typed",
    [
        "trî cÊp th\u00adëng, ®\u00adîc, l\u00adîng, kü thuËt, ng¾n, b»ng, mÆc",
        "Tæ chøc häp, xÐt, kÕt qu¶, t\u00ad vÊn, phÐp n¨m, b¸o c¸o",
    ],
)
def test_what_is_kept_in_old_letters_loses_none_of_them(typed):
    """ư is a soft hyphen there and é is Ð: signs that are mended in every other text."""
    form = Wish({"name": "Ban Dân vận", "text": typed, "text-letters": "keep"})

    assert form.is_valid()
    assert form.cleaned_data["text"] == typed
    assert clean(clean(typed)) == typed  # as it goes on its way through the portal
    assert "\u00ad" not in converted(typed)


def test_in_other_texts_soft_hyphens_and_eth_are_mended_as_before():
    assert (
        clean("Ðảng ủy Khối các cơ quan Trung \u00adương") == "Đảng ủy Khối các cơ quan Trung ương"
    )
