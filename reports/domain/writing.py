"""Working on a draft: its words, its signer, and why there was no conference."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion, claim_version
from reports.domain import main_answers, proposals
from reports.models import Narrative, Report
from reports.states import ReportState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import User


def _lock_draft(report: Report) -> None:
    report.refresh_from_db(from_queryset=Report.objects.select_for_update(no_key=True))
    if report.state != ReportState.DRAFT:
        raise MoveNotAllowed(f"{report} is {report.state}")


@transaction.atomic
def write_narrative(
    report: Report, *, key: str, text: str, version: int, by: User, at: dt.datetime
) -> Narrative:
    """Keep the office's words for one place. `version` is 0 where nothing was written before.

    Raises OutdatedVersion when somebody else was faster, and KeyError for an unknown place.
    """
    if key not in proposals.PLACES and not key.startswith(main_answers.PREFIX):
        raise KeyError(key)
    _lock_draft(report)
    narrative = report.narratives.filter(key=key).first()
    if narrative is None:
        if version:
            raise OutdatedVersion(key)
        narrative = Narrative.objects.create(
            report=report, key=key, text=text, changed_by=by, changed_at=at
        )
    else:
        claim_version(narrative, version)
        narrative.text, narrative.changed_by, narrative.changed_at = text, by, at
        narrative.save(update_fields=["text", "changed_by", "changed_at"])
    _touch(report, at)
    return narrative


@transaction.atomic
def use_proposal(report: Report, *, key: str, at: dt.datetime) -> None:
    """Throw the office's words for one place away; the proposal stands again."""
    _lock_draft(report)
    report.narratives.filter(key=key).delete()
    _touch(report, at)


@transaction.atomic
def name_signer(
    report: Report, *, signer: str, sign_capacity: str, sign_post: str, at: dt.datetime
) -> None:
    """Say who signs and in what capacity."""
    _lock_draft(report)
    report.signer, report.sign_capacity, report.sign_post = signer, sign_capacity, sign_post
    report.save(update_fields=["signer", "sign_capacity", "sign_post"])
    _touch(report, at)


@transaction.atomic
def explain_not_held(
    report: Report, *, reason: str, until: dt.date | None, at: dt.datetime
) -> None:
    """Say why no conference was held and when it will be."""
    _lock_draft(report)
    report.not_held_reason, report.not_held_until = reason, until
    report.save(update_fields=["not_held_reason", "not_held_until"])
    _touch(report, at)


def _touch(report: Report, at: dt.datetime) -> None:
    Report.objects.filter(pk=report.pk).update(changed_at=at)
