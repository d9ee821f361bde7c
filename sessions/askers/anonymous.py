"""Sending an anonymous question: a voucher is spent, a row is staged, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from foundation.clock import week_of
from foundation.text import clean
from sessions.askers import seats, vouchers
from sessions.askers.sealing import half_of
from sessions.askers.seats import Pass
from sessions.models import Conference, Question, SpentPass, SpentVoucher, StagedQuestion

if TYPE_CHECKING:
    import datetime as dt

    from sessions.askers.vouchers import Voucher
    from sessions.models import Theme


class Refused(Exception):
    """The question is not taken. `why` is one of voucher, spent, receipt, few, closed."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def submit_anonymously(
    *,
    voucher: str,
    text: str,
    theme: Theme,
    kind: str,
    receipt: str,
    at: dt.datetime,
) -> int:
    """Stage the question for the mixer; the same text with the same receipt counts once.

    `voucher` is what was typed; `receipt` is what is kept of the asker's code. Returns the size
    of the asker's group. One transaction writes one SpentVoucher or SpentPass and one StagedQuestion.
    Raises Refused.

    Whether a voucher is spent is found out by spending it and in no other way: what is answered
    before that rests on the receipt, the text and the conference alone. Whoever printed the
    slips could otherwise look day by day which of them were used.
    """
    try:
        held = seats.read_voucher(voucher)
    except vouchers.NoVoucher:
        raise Refused("voucher") from None
    text = clean(text)
    if _arrived(receipt) == text:
        return held.anonymity_set
    if (
        held.anonymity_set < settings.ANONYMITY_SET
        or vouchers.eligible_people(held.round.committee) < settings.ANONYMITY_SET
    ):
        raise Refused("few")
    conference = _conference(held, at)
    if conference is None:
        raise Refused("closed")
    if _arrived(receipt) is not None:
        raise Refused("receipt")
    try:
        with transaction.atomic():
            if isinstance(held, Pass):
                SpentPass.objects.create(digest=held.digest, round=held.round)
            else:
                SpentVoucher.objects.create(digest=held.digest, round=held.round)
            StagedQuestion.objects.create(
                conference=conference,
                theme=theme,
                kind=kind,
                text=text,
                receipt=receipt,
                week=week_of(at),
                is_from_hall=isinstance(held, Pass),
            )
    except IntegrityError:
        if _arrived(receipt) != text:
            raise Refused("spent") from None
    return held.anonymity_set


def _conference(held: Pass | Voucher, at: dt.datetime) -> Conference | None:
    """Return the conference that takes questions at `at`: of the hall, or of the round's half-year."""
    if isinstance(held, Pass):
        return seats.conference_of(held, at=at)
    round_ = held.round
    open_ones = (
        Conference.objects.filter(committee=round_.committee_id)
        .taking_questions(at=at)
        .order_by("starts_at")
    )
    return next((found for found in open_ones if half_of(found.held_on) == round_.half), None)


def _arrived(receipt: str | None) -> str | None:
    """Return the text of the question that has arrived with this receipt, or None."""
    staged = StagedQuestion.objects.filter(receipt=receipt).values_list("text", flat=True)
    sorted_ = Question.objects.filter(receipt=receipt).values_list("original_text", flat=True)
    return next(iter([*staged, *sorted_]), None)
