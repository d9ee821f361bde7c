from collections import Counter

import pytest

from foundation.codes import (
    ALPHABET,
    RECEIPT_LENGTH,
    VOUCHER_LENGTH,
    check_of,
    code_of,
    in_groups,
    new_code,
    read_code,
)


def test_a_code_is_read_as_people_type_it():
    code = new_code(RECEIPT_LENGTH)
    assert len(code) == 28
    assert read_code(in_groups(code), RECEIPT_LENGTH) == code[:26]
    assert read_code(f"  {in_groups(code).lower().replace('-', ' ')} ", RECEIPT_LENGTH) == code[:26]


def test_letters_that_look_alike_are_one():
    code = code_of(b"seed", RECEIPT_LENGTH)
    typed = code.replace("0", "o").replace("1", "l")
    assert read_code(typed, RECEIPT_LENGTH) == code[:26]


@pytest.mark.parametrize("typed", ["", "ABC", "Ư" * 28, "🙂" * 28, "\0" * 28, "0" * 10_000])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed, RECEIPT_LENGTH) is None


def test_one_wrong_character_is_noticed():
    code = code_of(b"seed", VOUCHER_LENGTH)
    for place in range(VOUCHER_LENGTH):
        for sign in set(ALPHABET) - {code[place]}:
            assert read_code(code[:place] + sign + code[place + 1 :], VOUCHER_LENGTH) is None


def test_two_neighbours_swapped_are_noticed():
    for seed in range(50):
        code = code_of(bytes([seed]), RECEIPT_LENGTH)
        for place in range(RECEIPT_LENGTH - 1):
            one, other = code[place : place + 2]
            if one != other:
                swapped = code[:place] + other + one + code[place + 2 :]
                assert read_code(swapped, RECEIPT_LENGTH) is None


def test_codes_do_not_repeat_and_use_every_character_alike():
    """A-11, small: the long run is tests/attacks/test_codes.py."""
    codes = [new_code(RECEIPT_LENGTH)[:RECEIPT_LENGTH] for _ in range(5_000)]
    assert len(set(codes)) == 5_000
    counts = Counter("".join(codes))
    expected = 5_000 * RECEIPT_LENGTH / 32
    chi = sum((counts[sign] - expected) ** 2 / expected for sign in ALPHABET)
    assert chi < 92  # 31 degrees of freedom: p about 0.0000001


def test_the_check_group_is_what_browsers_make():
    """tests/scripts/receipt.test.mjs holds them to the same."""
    assert check_of("0123456789ABCDEFGHJKMNPQRS") == "A3"
    assert check_of("Z" * 26) == "4Y"
