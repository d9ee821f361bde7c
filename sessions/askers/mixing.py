"""The mixer: hands anonymous questions on in random order, many at once, at fixed hours.

When a question arrived, and after which other, can then not be read from its row: neither
from its key, its place, its transaction nor its moment, which is the week's beginning.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.clock import day_of, start_of_week
from foundation.search import searchable
from sessions.models import Conference, MixerTurn, Question, StagedQuestion


def mix_if_due(*, at: dt.datetime) -> int:
    """Take the last turn that is due, unless somebody has. Returns how many were handed on."""
    handed_on = hand_on_what_is_over(at=at) + hand_on_from_halls(at=at)
    due_at = last_turn(at)
    if MixerTurn.objects.filter(due_at=due_at).exists():
        return handed_on
    with transaction.atomic():
        try:
            with transaction.atomic():
                MixerTurn.objects.create(due_at=due_at)
        except IntegrityError:
            return handed_on  # another process was faster
        return handed_on + _take_turn(at)


@transaction.atomic
def hand_on_what_is_over(*, at: dt.datetime) -> int:
    """Hand on what waits for a conference to which nobody can send any more, be it alone.

    The moment is known beforehand, so it tells nothing of when a question came.
    """
    conferences = Conference.objects.filter(staged_questions__isnull=False).distinct()
    over = [one.pk for one in conferences if one.is_window_over(at=at)]
    return hand_on(StagedQuestion.objects.filter(conference__in=over), at=at) if over else 0


def hand_on_from_halls(*, at: dt.datetime) -> int:
    """Hand on what was asked in a hall without a voucher: with each tick, so within a minute."""
    return hand_on(StagedQuestion.objects.filter(is_from_hall=True), at=at)


def last_turn(at: dt.datetime) -> dt.datetime:
    """Return the latest of the fixed hours (MIXING_HOURS) that is not after `at`."""
    today = day_of(at)
    moments = (
        timezone.make_aware(dt.datetime.combine(day, dt.time.fromisoformat(hour)))
        for day in (today - dt.timedelta(days=1), today)
        for hour in settings.MIXING_HOURS
    )
    return max(moment for moment in moments if moment <= at)


def _take_turn(at: dt.datetime) -> int:
    """Hand on the questions of every conference for which enough wait.

    Those of one conference count: its office would see a lone one arrive, whoever else asks. It
    waits for others, however long, as long as others can come.
    """
    waiting = StagedQuestion.objects.select_for_update(no_key=True)
    counted = Counter(waiting.values_list("conference", flat=True))
    ripe = [one for one, number in counted.items() if number >= settings.MIXING_LEAST]
    return hand_on(StagedQuestion.objects.filter(conference__in=ripe), at=at)


@transaction.atomic
def hand_on(waiting: Any, *, at: dt.datetime) -> int:
    """Move the waiting questions to those to be sorted, shuffled. Returns how many."""
    found = list(waiting.select_for_update(no_key=True).select_related("conference"))
    secrets.SystemRandom().shuffle(found)
    # One asker may have used a code twice; that must not hold up everybody else.
    taken = set(
        Question.objects.filter(receipt__in=[staged.receipt for staged in found]).values_list(
            "receipt", flat=True
        )
    )
    Question.objects.bulk_create(
        [
            Question(
                conference=staged.conference,
                committee_id=staged.conference.committee_id,
                theme_id=staged.theme_id,
                kind=staged.kind,
                level=Question.Level.ANONYMOUS,
                original_text=staged.text,
                folded=searchable(staged.text),
                receipt=None if staged.receipt in taken else staged.receipt,
                # As of a confidential one: else only those could be raised at the conference.
                raised_live=at >= staged.conference.starts_at,
                received_at=start_of_week(at),
            )
            for staged in found
        ]
    )
    StagedQuestion.objects.filter(pk__in=[staged.pk for staged in found]).delete()
    return len(found)
