"""Closing the name of a confidential asker, and opening it again.

A sealed box (X25519, XSalsa20-Poly1305) under a key of the committee and the half-year. The
private key lies in KEYS_DIR, never in the database; once it is destroyed nobody opens the
names of that half-year any more, in old backups neither.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from foundation.keys import KeyGone, ensure_key, read_key
from sessions.models import SealedIdentity

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User
    from sessions.models import Question


PADDED = 512  # bytes, so that a blob does not tell a long name from a short one


class CannotOpen(Exception):
    """The key is gone, or what is stored is not what was sealed for this question."""


def half_of(day: dt.date) -> str:
    """Return the half-year of a date, as ``2026-1``: what sealing and voucher keys go by."""
    return f"{day.year}-{1 if day.month <= 6 else 2}"


def key_name(committee_id: int, half: str) -> str:
    return f"seal/{committee_id}-{half}"


def seal(question: Question, user: User) -> SealedIdentity:
    """Keep who asked this confidential question, closed."""
    name = key_name(question.committee_id, half_of(question.conference.held_on))
    private = PrivateKey(ensure_key(name, lambda: bytes(PrivateKey.generate())))
    inside = json.dumps({"question": str(question.pk), "user": user.pk}).encode()
    blob = SealedBox(private.public_key).encrypt(inside.ljust(PADDED))
    return SealedIdentity.objects.create(question=question, key_name=name, blob=blob)


def open_seal(question: Question) -> int:
    """Return the id of the person who asked. Raises CannotOpen."""
    try:
        sealed = SealedIdentity.objects.get(question=question)
        private = PrivateKey(read_key(sealed.key_name))
        inside = json.loads(SealedBox(private).decrypt(bytes(sealed.blob)))
    except (SealedIdentity.DoesNotExist, KeyGone, CryptoError, ValueError) as error:
        raise CannotOpen from error
    if inside["question"] != str(question.pk):
        raise CannotOpen("sealed for another question")
    asker: int = inside["user"]
    return asker
