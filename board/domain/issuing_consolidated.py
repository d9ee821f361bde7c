"""Issuing the consolidated report: its figures as they were frozen, with a number and a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from board import changes
from board.domain import words
from board.domain.consolidated_document import consolidated_document
from board.domain.ordering import order_consolidated_pdf
from board.domain.outdated import outdated_held
from board.domain.words import texts_of
from committees.models import Committee
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.codes import VERIFICATION_LENGTH, new_code
from foundation.moves import MoveNotAllowed
from reports import queries
from reports.domain.checking import Item
from reports.domain.issuing import REPORT, ReportNotReady, take_number
from reports.domain.snapshots import assert_intact, digest
from reports.domain.wording import verified_by
from reports.models import ConsolidatedReport

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from committees.models import User


def checklist(consolidated: ConsolidatedReport, *, at: dt.datetime) -> list[Item]:
    """Return what is looked at before it is issued: what blocks, then what is worth a look."""
    board, period = consolidated.board, consolidated.period
    figures = consolidated.snapshot["figures"]
    newest = _versions(consolidated).last()
    last = changes.last_changes(period, board)
    changed = changes.changed_after(consolidated.cutoff_at, last)
    held = outdated_held(figures["size"], queries.desk(period, board, at=at))
    missing = sum(not row["received"] for row in figures["committees"])
    unmended = sum(
        item["text"] is None
        for row in figures["committees"]
        if row["figures"]
        for item in row["figures"].get("escalated", ())
    )
    return [
        Item("newest", newest == consolidated, True, _("This is the newest version.")),
        Item(
            "unchanged",
            not changed and held is None,
            True,
            _("No report and no conference has changed since the figures were taken."),
        ),
        Item(
            "words_same",
            words_of(consolidated) == texts_of(board, period, figures),
            True,
            _("The Board's words have not been changed since this version was made."),
        ),
        *_of_the_words(consolidated, at=at),
        Item("edited", not unmended, True, _("Every request that it quotes has been edited.")),
        Item(
            "reports_in",
            not missing,
            False,
            ngettext(
                "The report of %(n)s committee has not been received.",
                "The reports of %(n)s committees have not been received.",
                missing,
            )
            % {"n": missing}
            if missing
            else _("Every committee's report has been received."),
        ),
    ]


def words_of(consolidated: ConsolidatedReport) -> dict[str, str]:
    """Return the Board's words as they were frozen, {key: text}; none where there were no places yet."""
    words: dict[str, str] = consolidated.snapshot.get("words", {})
    return words


def wrong_numbers(consolidated: ConsolidatedReport, *, at: dt.datetime) -> dict[str, list[str]]:
    """Return {key: [numbers]} of the places with a number that the figures do not bear out."""
    figures = consolidated.snapshot["figures"]
    board, period = consolidated.board, consolidated.period
    proposed = words.proposals(figures)
    plain = consolidated_document(board, period, figures, words=proposed, at=at)
    texts = texts_of(board, period, figures)
    if not words.mismatched(texts, plain):
        return {}  # what the committees wrote need not be read
    quoted = [text for _pk, _name, text in words.practices(board, period)]
    return words.mismatched(texts, plain, quoted=quoted)


def _of_the_words(consolidated: ConsolidatedReport, *, at: dt.datetime) -> Iterator[Item]:
    for key, numbers in wrong_numbers(consolidated, at=at).items():
        said = _("“%(title)s”: numbers that are not in the figures: %(numbers)s.")
        yield Item(
            "figures_match",
            False,
            False,
            said % {"title": words.PLACES[key], "numbers": "; ".join(numbers)},
        )
    for key, text in words_of(consolidated).items():
        if not text.strip():
            said = _("“%(title)s” is empty and will be left out of the report.")
            yield Item("written", False, False, said % {"title": words.PLACES[key]})


@transaction.atomic
def issue_consolidated(
    consolidated: ConsolidatedReport, *, by: User, at: dt.datetime
) -> ConsolidatedReport:
    """Freeze a version with a number, signed by whoever issues it, and order its PDF. Returns it.

    The version that was read stays as it is: the issued one is the next, with the same figures.
    Raises ReportNotReady or MoveNotAllowed, and then nothing has happened.
    """
    board, period = consolidated.board, consolidated.period
    Committee.objects.select_for_update(no_key=True).get(pk=board.pk)
    if consolidated.number or _versions(consolidated).filter(issued_from=consolidated).exists():
        raise MoveNotAllowed(f"{consolidated} is issued")
    assert_intact(consolidated)
    blocking = [item for item in checklist(consolidated, at=at) if item.blocks]
    if blocking:
        raise ReportNotReady(blocking)
    number = take_number(board, REPORT, on=day_of(at))
    code = new_code(VERIFICATION_LENGTH)
    figures = consolidated.snapshot["figures"]
    document = consolidated_document(
        board, period, figures, at=at, words=words_of(consolidated), number=number, signer=by,
        replaces=_versions(consolidated).filter(number__isnull=False).last(),
    )  # fmt: skip
    snapshot: dict[str, Any] = {
        **consolidated.snapshot,
        "document": {**document, **verified_by(code)},
    }
    issued = ConsolidatedReport.objects.create(
        board=board,
        period=period,
        version=consolidated.version + 1,
        cutoff_at=consolidated.cutoff_at,
        snapshot=snapshot,
        snapshot_sha256=digest(snapshot),
        verification_code=code,
        ordered_by=consolidated.ordered_by,
        number=number,
        issued_at=at,
        issued_by=by,
        issued_from=consolidated,
    )
    order_consolidated_pdf(issued, at=at)
    audit.record(
        Act.REPORT_ISSUED,
        by=by,
        committee=board,
        subject=f"{period.code} v{issued.version}",
        consolidated=issued.pk,
        sha256=issued.snapshot_sha256,
    )
    return issued


def _versions(consolidated: ConsolidatedReport) -> Any:
    return ConsolidatedReport.objects.filter(
        board=consolidated.board, period=consolidated.period
    ).order_by("version")
