"""Asking in the hall without a voucher: each telephone that follows is given passes, unseen.

A pass is signed blindly (RFC 9474), as a blind voucher is: who has one cannot be told from what it
was given to. But it is used minutes later, in a room where others see who types, and what was sent
reaches the desk within a minute and perhaps alone. So a committee chooses it, and the pages say so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import F
from django.utils.crypto import salted_hmac

from foundation import blind_rsa
from foundation.keys import ensure_key, keyed_hash
from sessions.askers import vouchers
from sessions.models import SeatRound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sessions.models import Conference


PREFIX = "HT1"
EACH = 2  # passes for one telephone
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Pass:
    """A pass that holds: its round, its digest, and how many telephones were given one like it."""

    round: SeatRound
    digest: str
    anonymity_set: int


def switch_seats(conference: Conference, *, on: bool) -> None:
    """Let the hall's telephones draw passes and ask with them, or no longer.

    Raises TooFewPeople where an asker could be guessed in any case.
    """
    if on:
        vouchers.refuse_among_few(conference.committee)
        private = blind_rsa.load_private(ensure_key(key_name(conference.pk), blind_rsa.new_key))
        public = blind_rsa.public_pem(private).decode()
        SeatRound.objects.get_or_create(conference=conference, defaults={"public_key": public})
    SeatRound.objects.filter(conference=conference).update(is_open=on)


def seats_of(conference: Conference) -> SeatRound | None:
    """Return the round of a hall in which passes have ever been given out, or None."""
    return SeatRound.objects.filter(conference=conference).first()


def gives_passes(conference: Conference) -> bool:
    """Has the desk opened asking with passes, whether or not the conference goes on yet?"""
    return SeatRound.objects.filter(conference=conference, is_open=True).exists()


def open_seats(conference: Conference, *, at: dt.datetime) -> SeatRound | None:
    """Return the round of a hall in which one asks with passes at `at`, or None."""
    found = seats_of(conference)
    return found if found and found.is_open and _takes(conference, at=at) else None


def _takes(conference: Conference, *, at: dt.datetime) -> bool:
    return conference.starts_at <= at and conference.takes_questions(at=at)


def numbers_of(round_: SeatRound) -> dict[str, Any]:
    """Return {"n": …, "e": …}, hexadecimal, of the round's public key."""
    return vouchers.numbers_in(round_.public_key)


def sign_for_phone(
    round_: SeatRound, blinded: Sequence[bytes], *, phone: str, at: dt.datetime
) -> list[bytes]:
    """Sign this telephone's blinded messages, once, all of them. Returns the signatures.

    `phone` is what its browser carries against forgery, kept as a keyed hash alone until a day after
    the conference: all go in one moment, or what is left of each would tell when it was drawn. The
    same request is answered again. Raises NotIssued and blind_rsa.NotSignable.
    """
    if len(blinded) != EACH or len(set(blinded)) != EACH or not phone:
        raise vouchers.NotIssued
    private = blind_rsa.load_private(ensure_key(key_name(round_.pk), blind_rsa.new_key))
    signed = [blind_rsa.blind_sign(private, message) for message in blinded]
    request = hashlib.sha256(b"".join(blinded)).hexdigest()
    mark = salted_hmac("seats.draw", f"{round_.pk}:{phone}", algorithm="sha256").hexdigest()
    left = round_.conference.ends_at + DAY - at
    if cache.add(f"seats.{mark}", request, int(left.total_seconds())):
        SeatRound.objects.filter(pk=round_.pk).update(drawn=F("drawn") + 1)
    elif cache.get(f"seats.{mark}") != request:
        raise vouchers.NotIssued
    return signed


def key_name(conference_id: int) -> str:
    return f"voucher/hall-{conference_id}"


# --- using one --------------------------------------------------------------------------


def is_pass(typed: str) -> bool:
    return typed.strip().startswith(f"{PREFIX}.")


def read_voucher(typed: str) -> Pass | vouchers.Voucher:
    """Return the pass or voucher that was typed or scanned, spent or not. Raises NoVoucher."""
    return _read_pass("".join(typed.split())) if is_pass(typed) else vouchers.read_voucher(typed)


def _read_pass(typed: str) -> Pass:
    number, prepared, signature = vouchers.parts_of(typed)
    rounds = SeatRound.objects.select_related("conference__committee")
    round_ = rounds.filter(pk=number).first()
    if round_ is None or not blind_rsa.verify(
        blind_rsa.load_public(round_.public_key.encode()), prepared, signature
    ):
        raise vouchers.NoVoucher
    digest = keyed_hash("vouchers", b"hall:%d:" % round_.pk + prepared)
    return Pass(round_, digest, round_.drawn)


def conference_of(held: Pass, *, at: dt.datetime) -> Conference | None:
    """Return the conference that the pass asks at, or None where nothing is taken at `at`."""
    conference = held.round.conference
    return conference if held.round.is_open and _takes(conference, at=at) else None
