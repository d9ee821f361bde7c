"""Passwords that a guesser or a colleague would try first are refused, each with its reason."""

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse

from committees.accounts.passwords import easy_words, is_easy, known_passwords
from operations.demo import words
from tests.accounts.ways import sign_in
from tests.world import PASSWORD

EASY = (
    *("matkhau123", "M@tKhẩu2026", "mật khẩu 2026", "Vanphong2026", "V4nph0ng@2026"),
    *("danguy123", "ĐảngỦy@2025", "doithoai2026", "Doithoai@123", "BíThư#2026", "chibo1234567"),
    *("P@ssw0rd2026", "password!!!!", "Welcome@2026", "qwerty123456", "1q2w3e4r5t", "asdfghjkl1"),
    *("iloveyou1990", "anhyeuem1990", "hanoi123456", "vietnam1945", "12345678!", "02091945"),
    *(
        "aaaaaaaa1",
        "abcabcabc9",
        "Nguyen1985",
        "nguyenvananh1985",
        "dangbodoithoai",
        "matkhaumatkhau",
    ),
    *("bandanvan2026", "vanphongdanguy", "ngoc anh 1990", "thang12nam2026"),
)
GOOD = (
    *(PASSWORD, "mot-cau-khac-2027", "Sáng nay mưa rào trên cầu gỗ", "kho tả nắng hanh cuối vườn"),
    *("Xk7#vR9!mQ2z", "gà trống gáy lúc bảy giờ kém năm", "correct horse battery staple"),
)


@pytest.mark.parametrize("password", EASY)
def test_what_everybody_tries_first_is_refused(password):
    assert is_easy(password)


@pytest.mark.parametrize("password", GOOD)
def test_a_sentence_of_ones_own_is_taken(password):
    assert not is_easy(password)


def test_the_list_is_without_marks_and_holds_enough():
    assert len(easy_words()) > 400
    assert all(word.isascii() and word == word.lower() for word in easy_words())
    assert len(known_passwords()) > 15_000


def test_the_printed_password_of_the_demo_is_refused_outside_it():
    assert settings.DEMO is False
    with pytest.raises(ValidationError):
        validate_password(words.PASSWORD)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ["Đỗ Minh Đức 1985", "domduc@1985x", "VienMinhHoa@2026", "vmh-minhhoa-2026"]
)
def test_what_the_person_and_the_committee_are_called_is_refused(world, password):
    if password == "domduc@1985x":
        world.staff.username = "domduc"
        password = "domduc@1985"
    with pytest.raises(ValidationError):
        validate_password(password, world.staff)


@pytest.mark.django_db
def test_the_page_says_so_beside_the_field_and_keeps_the_old_one(client, world):
    sign_in(client, "staff")
    typed = {"oldpassword": PASSWORD, "password1": "Vanphong@2026", "password2": "Vanphong@2026"}

    answer = client.post(reverse("account_change_password"), typed)

    assert "dễ đoán" in answer.content.decode()
    world.staff.refresh_from_db()
    assert world.staff.check_password(PASSWORD)
