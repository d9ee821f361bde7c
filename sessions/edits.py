"""Who changed words that others could read, when and why: one list, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from sessions.domain.transfers import standing_transfer
from sessions.models import TextChange
from sessions.states import AnswerState

if TYPE_CHECKING:
    import datetime as dt

    from django_stubs_ext import StrOrPromise

    from committees.models import User
    from sessions.models import Answer, Commitment, Question


@dataclass(frozen=True)
class Edit:
    what: StrOrPromise
    before: str
    after: str
    by: User | None
    at: dt.datetime
    reason: str


def edits_of(question: Question) -> list[Edit]:
    """Return the corrections of the question's cleared text and of its published answer.

    To an office that it was handed to those of its own answers alone.
    """
    changes = question.text_changes.select_related("by")
    versions = question.answers.filter(published_at__isnull=False).prefetch_related("moves__actor")
    if (transfer := standing_transfer(question)) is not None:
        changes, versions = changes.none(), versions.filter(published_at__gte=transfer.at)
    found = [_changed(one, _("Text that others read")) for one in changes]
    found += [_corrected(old, new) for old, new in pairwise(versions.order_by("number"))]
    return sorted(found, key=lambda one: one.at, reverse=True)


def edits_of_commitment(commitment: Commitment) -> list[Edit]:
    changes = TextChange.objects.filter(commitment=commitment).select_related("by")
    found = [_changed(one, _("What will be done")) for one in changes]
    return sorted(found, key=lambda one: one.at, reverse=True)


def _changed(one: TextChange, what: StrOrPromise) -> Edit:
    return Edit(what, one.before, one.after, one.by, one.at, one.reason)


def _corrected(old: Answer, new: Answer) -> Edit:
    published = next(
        one for one in reversed(new.moves.all()) if one.to_state == AnswerState.PUBLISHED
    )
    return Edit(_("Answer"), old.text, new.text, published.actor, published.at, published.reason)
