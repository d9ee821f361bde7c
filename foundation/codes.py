"""Codes that people read, type and lose: Crockford's base 32, with a check group.

A code is `length` random characters and two check characters, written in groups of four:
``7K2M-…``. Letters that look alike count as one (O is 0, I and L are 1).
"""

from __future__ import annotations

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ALIKE = str.maketrans("OIL", "011", "-–— \t\r\n\u00a0")
RECEIPT_LENGTH = 26  # 130 bits
VOUCHER_LENGTH = 18  # 90 bits
VERIFICATION_LENGTH = 18  # 90 bits: nobody finds a document by guessing
CHECK_LENGTH = 2


def new_code(length: int) -> str:
    """Return `length` random characters, 5 bits each, and their check group."""
    return with_check("".join(secrets.choice(ALPHABET) for _ in range(length)))


def code_of(seed: bytes, length: int) -> str:
    """Return the code that belongs to the bytes `seed`: always the same."""
    number = int.from_bytes(hashlib.sha512(seed).digest(), "big")
    return with_check("".join(ALPHABET[(number >> 5 * i) & 31] for i in range(length)))


def with_check(body: str) -> str:
    return body + check_of(body)


def check_of(body: str) -> str:
    """Return two characters that reveal a mistyped character or two neighbours swapped."""
    number = 0
    for place, sign in enumerate(body, 1):
        number = (number * 37 + ALPHABET.index(sign) * place + 1) % 1021
    return ALPHABET[number >> 5] + ALPHABET[number & 31]


def read_code(typed: str, length: int) -> str | None:
    """Return the code in `typed`, without its check group, or None when it is not one."""
    plain = typed.upper().translate(ALIKE)
    if len(plain) != length + CHECK_LENGTH or any(sign not in ALPHABET for sign in plain):
        return None
    body = plain[:length]
    return body if check_of(body) == plain[length:] else None


def in_groups(code: str) -> str:
    """Return the code as it is printed: groups of four."""
    return "-".join(code[place : place + 4] for place in range(0, len(code), 4))
