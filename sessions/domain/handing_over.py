"""What a merged committee leaves open goes to its successor, once its last day is over.

A question keeps its conference, and so the report that counts it, its code and its asker; who
answers it now is its `committee`. Called with every tick, so that what comes late goes along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from committees.models import Committee, Membership, Role
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from sessions import waiting
from sessions.domain import transfers
from sessions.models import Commitment, CoResponder, Question, SortingStep
from sessions.states import IN_PROGRESS, CommitmentState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection
    from uuid import UUID

    from django.db.models import QuerySet

    from sessions.models.question import QuestionQuerySet


def hand_over_due(*, at: dt.datetime) -> None:
    """Hand over all that closed committees have left open. Safe to call at any time."""
    today = day_of(at)
    merged = Committee.objects.merged(on=today).select_related("successor__successor")
    for committee in merged.order_by("pk"):
        hand_over(committee, to=committee.heir(on=today), at=at)


@transaction.atomic
def hand_over(committee: Committee, *, to: Committee, at: dt.datetime) -> tuple[int, int]:
    """Let `to` answer what `committee` owes; returns (how many questions, how many commitments).

    Who asked what `committee` has handed to others is kept by `to` from now on.
    """
    Question.objects.filter(transferred_from=committee).update(transferred_from=to)
    transfers.end_by_merger(to, at=at)
    questions = list(
        open_questions()
        .filter(committee=committee)
        .order_by("pk")
        .select_for_update(no_key=True, of=("self",))
        .values_list("pk", flat=True)
    )
    commitments = Commitment.objects.filter(committee=committee, state=CommitmentState.OPEN)
    promised = list(
        commitments.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
    )
    if not questions and not promised:
        return 0, 0
    people = Membership.objects.active(on=day_of(at)).filter(committee=to)
    _hand_questions(questions, to, people.filter(role__in=(Role.LEADER, Role.SECRETARY)))
    transfers.end_by_merger(to, at=at)
    theirs = Commitment.objects.filter(pk__in=promised)
    theirs.exclude(owner__in=people.values("user")).update(owner=None)
    theirs.update(committee=to, version=F("version") + 1)
    audit.record(
        Act.HANDED_OVER,
        by=None,
        committee=committee,
        subject=to.name,
        to=to.code,
        questions=len(questions),
        commitments=len(promised),
    )
    return len(questions), len(promised)


def open_questions() -> QuestionQuerySet:
    """Return those that somebody still has to do something about."""
    return Question.objects.filter(
        Q(state__in=IN_PROGRESS) | waiting.to_clear() | waiting.objected()
    )


def _hand_questions(pks: Collection[UUID], to: Committee, answering: QuerySet[Membership]) -> None:
    """What was merged into them goes along. Whoever was to answer and does not here is let go."""
    found = Question.objects.filter(Q(pk__in=pks) | Q(merged_into__in=pks))
    Question.objects.filter(pk__in=pks).exclude(assignee__in=answering.values("user")).filter(
        assignee__isnull=False
    ).update(assignee=None, assigned_unit=to.name)
    CoResponder.objects.filter(question__in=pks).exclude(
        person__in=answering.values("user")
    ).delete()
    SortingStep.objects.filter(question__in=pks).delete()  # who it would give them back to is gone
    found.update(committee=to, version=F("version") + 1)
