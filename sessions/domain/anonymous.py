"""Sending an anonymous question: a voucher is spent, a row is staged, and nothing else."""

from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction

from dialogue_portal.clock import week_of
from dialogue_portal.text import clean
from sessions.domain import receipts, vouchers
from sessions.domain.sealing import half_of
from sessions.models import Conference, Question, SpentVoucher, StagedQuestion


@dataclass(frozen=True)
class Sent:
    """What the asker is told: the code, where it was made here, and the size of the group."""

    code: str
    anonymity_set: int


class Refused(Exception):
    """The question is not taken. `why` is one of voucher, spent, receipt, few, closed."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def submit_anonymously(*, voucher, text, theme, kind, receipt, at):
    """Stage the question for the mixer; the same voucher with the same receipt counts once.

    `voucher` is what was typed; `receipt` is what is kept of the code that the asker's browser
    made, or None. Returns a Sent. One transaction writes one SpentVoucher and one
    StagedQuestion. Raises Refused.
    """
    try:
        held = vouchers.read_voucher(voucher)
    except vouchers.NoVoucher:
        raise Refused("voucher") from None
    code = "" if receipt else receipts.made_from(held.digest.encode())
    receipt = receipt or receipts.from_code(code[: receipts.RECEIPT_LENGTH])
    if vouchers.is_spent(held):
        if is_known(receipt):
            return Sent(code, held.anonymity_set)
        raise Refused("spent")
    if is_known(receipt):
        raise Refused("receipt")
    if (
        held.anonymity_set < settings.ANONYMITY_SET
        or vouchers.eligible_people(held.round.committee) < settings.ANONYMITY_SET
    ):
        raise Refused("few")
    conference = _conference(held.round, at)
    if conference is None:
        raise Refused("closed")
    try:
        with transaction.atomic():
            SpentVoucher.objects.create(digest=held.digest, round=held.round)
            StagedQuestion.objects.create(
                conference=conference,
                theme=theme,
                kind=kind,
                text=clean(text),
                receipt=receipt,
                week=week_of(at),
            )
    except IntegrityError:
        if not is_known(receipt):
            raise Refused("spent") from None
    return Sent(code, held.anonymity_set)


def _conference(round_, at):
    """Return the conference of the round's half-year that takes questions at `at`, or None."""
    open_ones = (
        Conference.objects.filter(committee=round_.committee_id)
        .taking_questions(at=at)
        .order_by("starts_at")
    )
    return next((found for found in open_ones if half_of(found.held_on) == round_.half), None)


def is_known(receipt):
    """Has a question with this receipt arrived?"""
    return (
        StagedQuestion.objects.filter(receipt=receipt).exists()
        or Question.objects.filter(receipt=receipt).exists()
    )
