"""Telling a person by name what a committee has not mended, some days after it was warned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from committees.models import Membership, Role
from committees.permissions import BOARD
from periods.domain.steps import MISSING, escalation_dates
from reports.models import Escalation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from committees.models import User
    from jobs.models import Delivery
    from periods.models import Obligation
    from reports.desk_row import DeskRow


def stages_to_tell(row: DeskRow, *, on: dt.date) -> list[str]:
    """Return the stages of a DeskRow that somebody must hear of on the day `on`, newest first.

    Nothing of who has settled it, and nothing but "missing" of who has let the deadline pass.
    """
    if not row.is_open:
        return []
    dates = escalation_dates(row.obligation.due_before)
    if MISSING in dates and on >= dates[MISSING]:
        return [MISSING]
    return [code for code in row.warnings if code in dates and on >= dates[code]]


def people_to_tell(
    obligations: Collection[Obligation], *, on: dt.date
) -> dict[int, list[User | None]]:
    """Return {obligation id: [people]}: whom the committee's form names, else the Board's heads.

    Who is named and has left the Board hears nothing any more: then the heads do.
    """
    heads: dict[int, list[User | None]] = {}
    there: set[tuple[int, int | None]] = set()
    for membership in (
        Membership.objects.active(on=on)
        .filter(
            committee__in={obligation.board_id for obligation in obligations},
            role__in=BOARD,
            user__is_active=True,
        )
        .exclude(user__email="")
        .select_related("user")
        .order_by("pk")
    ):
        there.add((membership.committee_id, membership.user_id))
        if membership.role == Role.HEAD:
            heads.setdefault(membership.committee_id, []).append(membership.user)
    return {
        owed.pk: [owed.committee.watch_officer]
        if (owed.board_id, owed.committee.watch_officer_id) in there
        else heads.get(owed.board_id, [])
        for owed in obligations
    }


def told_before(obligations: Collection[Obligation]) -> set[tuple[int, str, dt.date, int]]:
    """Return {(obligation id, stage, date, person id), …} of what has been told already."""
    return set(
        Escalation.objects.filter(obligation__in=obligations).values_list(
            "obligation_id", "stage", "due_before", "person_id"
        )
    )


def key_of(row: DeskRow, stage: str, person: User) -> tuple[int, str, dt.date, int]:
    return row.obligation.pk, stage, row.obligation.due_before, person.pk


def note_told(
    escalated: Sequence[tuple[DeskRow, Sequence[str]]],
    *,
    person: User,
    delivery: Delivery,
    at: dt.datetime,
) -> None:
    """Write down what `delivery` tells `person`: `escalated` is [(DeskRow, stages), …]."""
    Escalation.objects.bulk_create(
        [
            Escalation(
                obligation=row.obligation,
                stage=stage,
                due_before=row.obligation.due_before,
                person=person,
                delivery=delivery,
                at=at,
            )
            for row, stages in escalated
            for stage in stages
        ],
        ignore_conflicts=True,
    )


def forget_mended(delivery: Delivery, escalated: Sequence[tuple[DeskRow, Sequence[str]]]) -> None:
    """Take back what `delivery` was to tell and what was mended before it was sent."""
    standing = {(row.obligation.pk, stage) for row, stages in escalated for stage in stages}
    for one in Escalation.objects.filter(delivery=delivery):
        if (one.obligation_id, one.stage) not in standing:
            one.delete()
