"""Vouchers for anonymous questions: given out long before, and apart from, their use.

Paper slips are printed by the office and drawn from a box: only keyed hashes of their codes
are kept. Blind vouchers are signed unseen (RFC 9474) in the issuing days, the same number
for every eligible person. Whoever used one cannot be found by what is stored.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.db import IntegrityError, transaction
from django.db.models import Count, Max
from django.utils.crypto import salted_hmac

from committees.models import Membership, Role
from foundation import audit, blind_rsa
from foundation.audit import Act
from foundation.clock import day_of, start_of
from foundation.codes import VOUCHER_LENGTH, in_groups, new_code, read_code
from foundation.keys import ensure_key, keyed_hash
from sessions.askers.sealing import half_of
from sessions.models import BlindIssue, Conference, PaperVoucher, VoucherRound
from sessions.states import CONFERENCE_RUNNING, ConferenceState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from committees.models import Committee, User


PREFIX = "DT1"
NONCE_LENGTH = 32
MOST_SLIPS = 500
MAY_ASK = [role for role in Role if role not in (Role.HEAD, Role.OFFICER)]


class TooFewPeople(Exception):
    """Among so few people an anonymous asker could be guessed. `eligible` says how many."""

    def __init__(self, eligible: int) -> None:
        super().__init__(eligible)
        self.eligible = eligible


class NotIssued(Exception):
    """These vouchers are not given out: not these days, not to this person, not again."""


class NoVoucher(Exception):
    """What was sent is no voucher of ours."""


@dataclass(frozen=True)
class Voucher:
    """A voucher that holds: its round, its digest, and how many people were given one like it."""

    round: VoucherRound
    digest: str
    anonymity_set: int


def eligible_people(committee: Committee) -> int:
    """Return how many people may ask in the committee today."""
    return (
        Membership.objects.active()
        .filter(committee=committee, role__in=MAY_ASK)
        .values("user")
        .distinct()
        .count()
    )


def refuse_among_few(committee: Committee) -> None:
    """Raise TooFewPeople where the anonymous way is not offered."""
    eligible = eligible_people(committee)
    if eligible < settings.ANONYMITY_SET:
        raise TooFewPeople(eligible)


# --- rounds -------------------------------------------------------------------------


def round_of(conference: Conference) -> VoucherRound | None:
    """Return the voucher round of the conference's committee and half-year, or None."""
    return VoucherRound.objects.filter(
        committee=conference.committee_id, half=half_of(conference.held_on)
    ).first()


def open_round(conference: Conference) -> VoucherRound:
    """Return the round of the conference's half-year, made with its key if it is the first."""
    found = round_of(conference)
    if found:
        return found
    half = half_of(conference.held_on)
    private = blind_rsa.load_private(
        ensure_key(_key_name(conference.committee_id, half), blind_rsa.new_key)
    )
    until = day_of(conference.asks_open_at)
    return VoucherRound.objects.get_or_create(
        committee=conference.committee,
        half=half,
        defaults={
            "issues_from": until - dt.timedelta(days=settings.ISSUING_DAYS),
            "issues_until": until,
            "public_key": blind_rsa.public_pem(private).decode(),
            "fingerprint": blind_rsa.fingerprint(private.public_key()),
        },
    )[0]


def open_due_rounds(*, at: dt.datetime) -> None:
    """Open the rounds of all conferences whose question window lies ahead. Idempotent."""
    ahead = Conference.objects.filter(
        state=ConferenceState.SCHEDULED, asks_open_at__gt=at
    ).select_related("committee")
    known = set(VoucherRound.objects.values_list("committee_id", "half"))
    for conference in ahead:
        key = (conference.committee_id, half_of(conference.held_on))
        if key not in known and eligible_people(conference.committee) >= settings.ANONYMITY_SET:
            open_round(conference)
            known.add(key)


def _key_name(committee_id: int, half: str) -> str:
    return f"voucher/{committee_id}-{half}"


# --- paper --------------------------------------------------------------------------


@transaction.atomic
def print_slips(conference: Conference, number: int, *, by: User | None = None) -> list[str]:
    """Make `number` paper vouchers, a batch, and return their codes, in groups, kept nowhere.

    The hashes are stored in the order of the hashes. Raises TooFewPeople.
    """
    refuse_among_few(conference.committee)
    round_ = VoucherRound.objects.select_for_update(no_key=True).get(pk=open_round(conference).pk)
    batch = (round_.slips.aggregate(last=Max("batch"))["last"] or 0) + 1
    codes = [new_code(VOUCHER_LENGTH) for _ in range(number)]
    digests = sorted(_paper_digest(code[:VOUCHER_LENGTH]) for code in codes)
    PaperVoucher.objects.bulk_create(
        [PaperVoucher(digest=digest, round=round_, batch=batch) for digest in digests]
    )
    audit.record(
        Act.SLIPS_PRINTED, by=by, committee=conference.committee, subject=round_.half, number=number
    )
    return [in_groups(code) for code in codes]


def _paper_digest(body: str) -> str:
    return keyed_hash("vouchers", b"paper:" + body.encode())


# --- blind --------------------------------------------------------------------------


def rounds_to_draw(user: User, *, at: dt.datetime) -> list[VoucherRound]:
    """Return the rounds whose blind vouchers this person has still to be given today.

    Asked on every page: outside the issuing days it costs no query.
    """
    today = day_of(at)
    committees = set(user.committees_as(*MAY_ASK))
    mine = committees and [one for one in _issuing(today) if one.committee_id in committees]
    if not mine:
        return []
    given = set(
        BlindIssue.objects.filter(user=user, round__in=mine).values_list("round", flat=True)
    )
    return [one for one in mine if one.pk not in given]


def _issuing(today: dt.date) -> list[VoucherRound]:
    """Return the rounds that are given out on the day, as of half a minute ago."""
    key = f"issuing-rounds-{today}"
    rounds: list[VoucherRound] | None = caches["local"].get(key)
    if rounds is None:
        found = VoucherRound.objects.filter(issues_from__lte=today, issues_until__gt=today)
        rounds = [one for one in found if is_issuing(one, today=today)]
        caches["local"].set(key, rounds, 30)
    return rounds


def is_issuing(round_: VoucherRound, *, today: dt.date) -> bool:
    """Are the round's blind vouchers given out on the day?

    Never once questions can be asked, wherever the conference was moved to meanwhile: who
    draws and who sends would be seen at the same time.
    """
    if not round_.issues_from <= today < round_.issues_until:
        return False
    begun = Conference.objects.filter(
        committee=round_.committee_id,
        state__in=CONFERENCE_RUNNING,
        asks_open_at__lt=start_of(today + dt.timedelta(days=1)),
        ends_at__gte=start_of(today),
    )
    return not any(half_of(one.held_on) == round_.half for one in begun)


def public_numbers(round_: VoucherRound) -> dict[str, Any]:
    """Return {"n": …, "e": …}, hexadecimal, of the round's public key."""
    return numbers_in(round_.public_key)


def numbers_in(public_key: str) -> dict[str, Any]:
    """Return {"n": …, "e": …}, hexadecimal, of a public key in PEM."""
    numbers = blind_rsa.load_public(public_key.encode()).public_numbers()
    return {"n": f"{numbers.n:x}", "e": f"{numbers.e:x}"}


def seal_of(user: User) -> str:
    """Return the key with which a browser locks this person's vouchers; it is on no other's pages."""
    value = salted_hmac("sessions.vouchers.seal", str(user.pk), algorithm="sha256")
    return base64.b64encode(value.digest()).decode()


def sign_blind(
    round_: VoucherRound, blinded: Sequence[bytes], *, user: User, at: dt.datetime
) -> list[bytes]:
    """Sign this person's blinded messages, once, all of them. Returns the signatures.

    The same request is answered again. Raises NotIssued and blind_rsa.NotSignable.
    """
    today = day_of(at)
    if (
        len(blinded) != settings.VOUCHERS_EACH
        or len(set(blinded)) != len(blinded)
        or not is_issuing(round_, today=today)
        or round_.committee_id not in user.committees_as(*MAY_ASK)
    ):
        raise NotIssued
    private = blind_rsa.load_private(
        ensure_key(_key_name(round_.committee_id, round_.half), blind_rsa.new_key)
    )
    signed = [blind_rsa.blind_sign(private, message) for message in blinded]
    request = hashlib.sha256(b"".join(blinded)).hexdigest()
    try:
        with transaction.atomic():
            BlindIssue.objects.create(round=round_, user=user, request=request)
    except IntegrityError:
        if not BlindIssue.objects.filter(round=round_, user=user, request=request).exists():
            raise NotIssued from None
    return signed


def written(round_: VoucherRound, prepared: bytes, signature: bytes) -> str:
    """Return a blind voucher as people carry it: one line of letters and digits."""
    token = base64.urlsafe_b64encode(prepared + signature).decode().rstrip("=")
    return f"{PREFIX}.{round_.pk}.{token}"


# --- both ---------------------------------------------------------------------------


def read_voucher(typed: str) -> Voucher:
    """Return the Voucher that was typed or scanned, spent or not. Raises NoVoucher."""
    typed = "".join(typed.split())
    return _read_blind(typed) if typed.startswith(PREFIX + ".") else _read_paper(typed)


def _read_paper(typed: str) -> Voucher:
    body = read_code(typed, VOUCHER_LENGTH)
    if not body:
        raise NoVoucher
    digest = _paper_digest(body)
    slip = PaperVoucher.objects.select_related("round__committee").filter(digest=digest).first()
    if slip is None:
        raise NoVoucher
    batch = slip.round.slips.filter(batch=slip.batch).count()
    return Voucher(slip.round, digest, _people_behind(batch, slip.round.committee))


def _people_behind(batch: int, committee: Committee) -> int:
    """Return how many people may have drawn a slip of the batch: of 500 among 12 people, 12."""
    return min(batch, eligible_people(committee))


def _read_blind(typed: str) -> Voucher:
    number, prepared, signature = parts_of(typed)
    round_ = VoucherRound.objects.select_related("committee").filter(pk=number).first()
    if round_ is None:
        raise NoVoucher
    public = blind_rsa.load_public(round_.public_key.encode())
    if not blind_rsa.verify(public, prepared, signature):
        raise NoVoucher
    digest = keyed_hash("vouchers", b"blind:%d:" % round_.pk + prepared)
    return Voucher(round_, digest, round_.issues.count())


def parts_of(typed: str) -> tuple[int, bytes, bytes]:
    """Return (number of the round, prepared message, signature) of a line. Raises NoVoucher."""
    _, _, rest = typed.partition(".")
    number, _, token = rest.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 10) or len(token) > 1_000:
        raise NoVoucher
    try:
        content = base64.b64decode(token + "=" * (-len(token) % 4), altchars="-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoVoucher from error
    length = blind_rsa.PREFIX_LENGTH + NONCE_LENGTH
    prepared, signature = content[:length], content[length:]
    if len(prepared) != length:
        raise NoVoucher
    return int(number), prepared, signature


def offer(conference: Conference) -> dict[str, int]:
    """Return how the anonymous way stands at the conference: eligible, least, people, slips.

    `people` were given blind vouchers, `slips` may have drawn a slip of the smallest batch: each
    is the group in which an asker with such a voucher cannot be told from the others.
    """
    round_ = (
        VoucherRound.objects.filter(
            committee=conference.committee_id, half=half_of(conference.held_on)
        )
        .annotate(people=Count("issues"))
        .first()
    )
    eligible = eligible_people(conference.committee)
    batches = batches_of(conference) if round_ else []
    return {
        "eligible": eligible,
        "least": settings.ANONYMITY_SET,
        "people": round_.people if round_ else 0,
        "slips": min([*batches, eligible]) if batches else 0,
    }


def batches_of(conference: Conference) -> list[int]:
    """Return how many slips each batch printed for the conference's half-year holds."""
    slips = PaperVoucher.objects.filter(
        round__committee=conference.committee_id, round__half=half_of(conference.held_on)
    )
    counted = slips.values_list("batch").annotate(Count("pk")).order_by("batch")
    return [number for _, number in counted]
