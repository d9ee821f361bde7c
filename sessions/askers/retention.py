"""Removing what has been kept long enough. RETENTION in the settings says how long, in days.

The days of a class are counted from the end of the half-year that its conference is held in.
Names go by destroying their keys: then neither the database nor an old backup of it tells.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.db import transaction
from django.db.models import Case, F, TextField, Value, When

from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of, start_of
from foundation.keys import destroy_key, key_names
from sessions.askers.identity import asker_key_name, print_names
from sessions.askers.seats import key_name
from sessions.askers.unnaming import take_names_off
from sessions.domain.attachment_files import remove
from sessions.models import (
    Appeal,
    Attachment,
    BlindIssue,
    Clarification,
    Conference,
    InternalNote,
    PaperVoucher,
    Question,
    Rating,
    SealedIdentity,
    SeatRound,
    SpentVoucher,
    TextChange,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from sessions.models.conference import ConferenceQuerySet


REMOVED = "(Nội dung đã được xóa khi hết thời hạn lưu.)"
OF_A_HALF = re.compile(r"(?:seal|voucher)/\d+-(\d{4})-([12])")


def end_of_half(half: str) -> dt.date:
    """Return the last day of a half-year written ``2026-1``."""
    year, number = half.split("-")
    return dt.date(int(year), 6, 30) if number == "1" else dt.date(int(year), 12, 31)


def apply_retention(*, at: dt.datetime) -> dict[str, int]:
    """Remove everything whose term is over at `at`. Idempotent. Returns {class: how many}."""
    today = day_of(at)
    removed: dict[str, Any] = {
        "sealed_names": _sealed_names(today),
        "asker_keys": _asker_keys(today),
        "vouchers": _vouchers(today),
        "receipts": _receipts(today),
        "attachments": _attachments(today),
        "texts": _texts(today),
        "named": _named(today),
    }
    if any(removed.values()):
        audit.record(Act.RETENTION_APPLIED, **removed)
    return removed


def retain_daily(*, at: dt.datetime) -> None:
    """Apply the retention once a day in each process; twice does no harm."""
    if caches["local"].add(f"retained-{day_of(at)}", True, 25 * 3600):
        apply_retention(at=at)


def _is_over(half: str, kept: str, today: dt.date) -> bool:
    return today > end_of_half(half) + dt.timedelta(days=settings.RETENTION[kept])


def _overdue_keys(prefix: str, kept: str, today: dt.date) -> Iterator[str]:
    for name in key_names(prefix):
        found = OF_A_HALF.fullmatch(name)
        if found and _is_over("-".join(found.groups()), kept, today):
            yield name


def _sealed_names(today: dt.date) -> int:
    """Destroy the keys first: should anything fail afterwards, the names are gone all the same."""
    names = list(_overdue_keys("seal/", "sealed_names", today))
    for name in names:
        destroy_key(name)
    SealedIdentity.objects.filter(key_name__in=names).delete()
    return len(names)


def _conferences_before(kept: str, today: dt.date) -> ConferenceQuerySet:
    """Return the conferences held in half-years whose term for this class is over."""
    newest = today - dt.timedelta(days=settings.RETENTION[kept])
    # Of the half-year that `newest` lies in the last day has not passed by so many days.
    first = dt.date(newest.year, 1 if newest.month <= 6 else 7, 1)
    return Conference.objects.filter(starts_at__lt=start_of(first))


def _asker_keys(today: dt.date) -> int:
    pks = list(_conferences_before("sealed_names", today).values_list("pk", flat=True))
    for pk in pks:
        for name in print_names(pk):
            destroy_key(name)
    return sum(destroy_key(asker_key_name(pk)) for pk in pks)


@transaction.atomic
def _vouchers(today: dt.date) -> int:
    removed = 0
    for name in _overdue_keys("voucher/", "vouchers", today):
        committee, _, half = name.removeprefix("voucher/").partition("-")
        for model in (SpentVoucher, PaperVoucher, BlindIssue):
            removed += model.objects.filter(
                round__committee=int(committee), round__half=half
            ).delete()[0]
        destroy_key(name)
    for round_ in SeatRound.objects.filter(conference__in=_conferences_before("vouchers", today)):
        destroy_key(key_name(round_.pk))
        removed += round_.delete()[0]
    return removed


def _receipts(today: dt.date) -> int:
    old = _conferences_before("receipts", today)
    return Question.objects.filter(conference__in=old).exclude(receipt=None).update(receipt=None)


def _texts(today: dt.date) -> int:
    """Empty what was written by people who gave no name; what was cleared for others stays.

    Of both levels alike: what goes must not tell them apart.
    """
    old = _conferences_before("texts", today)
    return _emptied(Question.objects.filter(conference__in=old).exclude(level=Question.Level.NAMED))


@transaction.atomic
def _emptied(questions: QuerySet[Question]) -> int:
    """Empty what the askers wrote, and notes about it; return of how many questions."""
    found = questions.exclude(original_text=REMOVED)
    Clarification.objects.filter(question__in=found).exclude(reply="").update(reply=REMOVED)
    TextChange.objects.filter(question__in=questions).delete()
    InternalNote.objects.filter(question__in=questions).delete()
    Rating.objects.filter(question__in=found).update(why="")
    Appeal.objects.filter(question__in=found).update(text=REMOVED)
    return found.update(
        original_text=REMOVED,
        folded=Case(
            When(display_text="", then=Value("")),
            default=F("folded"),
            output_field=TextField(),
        ),
    )


@transaction.atomic
def _named(today: dt.date) -> int:
    """Take the name off what was asked by name, and empty what was written; what was cleared stays."""
    old = Question.objects.filter(conference__in=_conferences_before("named", today))
    found = old.filter(level=Question.Level.NAMED)
    return max(take_names_off(found), _emptied(found))


def _attachments(today: dt.date) -> int:
    old = _conferences_before("attachments", today)
    return remove(Attachment.objects.filter(question__conference__in=old))
