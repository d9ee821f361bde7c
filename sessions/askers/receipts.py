"""Receipts: the code an asker keeps, in every level, to follow the question without signing in.

26 characters are 130 bits; the browser makes them and sends their SHA-256, the server keeps
the keyed hash of that. Where no script runs the server makes the code.
"""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from foundation.codes import RECEIPT_LENGTH, code_of, read_code
from foundation.keys import keyed_hash
from sessions.models import Question, StagedQuestion

HASH = re.compile(r"[0-9a-f]{64}")


def from_browser(sent: str) -> str | None:
    """Return what is kept of a hash that the browser has sent, or None if it is none."""
    return keyed_hash("receipts", sent.encode()) if HASH.fullmatch(sent) else None


def from_code(body: str) -> str | None:
    """Return what is kept of the code whose 26 characters are `body`."""
    return from_browser(hashlib.sha256(body.encode()).hexdigest())


def made_from(seed: bytes) -> str:
    """Return the code, check group included, that the server makes from the bytes `seed`."""
    return code_of(bytes.fromhex(keyed_hash("receipt-seeds", seed)), RECEIPT_LENGTH)


def code_made_here(form_key: object) -> str:
    """Return the code, check group included, of a question whose browser made none."""
    return made_from(f"form:{form_key}".encode())


def print_of(form_key: object) -> UUID:
    """Return what a row keeps of the key of its form: the key, and so the code, is not in it."""
    return UUID(hex=keyed_hash("forms", str(form_key).encode())[:32])


def made_here(form_key: object) -> str | None:
    """Return what is kept of the code that is made here for this form."""
    return from_code(code_made_here(form_key)[:RECEIPT_LENGTH])


def find(typed: str) -> Question | StagedQuestion | None:
    """Return the Question or StagedQuestion whose code was typed, or None.

    A wrong code costs the same two look-ups as a right one.
    """
    body = read_code(typed, RECEIPT_LENGTH)
    receipt = from_code(body or "")
    question = (
        Question.objects.select_related("conference__committee", "theme", "merged_into")
        .filter(receipt=receipt)
        .first()
    )
    staged = StagedQuestion.objects.select_related("conference").filter(receipt=receipt).first()
    return (question or staged) if body else None
