"""Opening one name by two bodies: the secretary asks, the Board agrees, the asker is told of all.

The Board decides on the committee, the code and the reason. The name itself is read from its seal
at one place, `open_name`, while the agreement lasts; asking and agreeing decrypt nothing. What is
not so is refused by the database too (sessions.migrations.0002_guards).
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from committees.domain.receiving_board import receiving_board
from committees.models import Membership, Role, User
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of, start_of
from foundation.text import clean
from sessions.askers.identity import asked_by
from sessions.askers.sealing import CannotOpen, open_seal
from sessions.domain.news import mark_of
from sessions.models import OpeningDecision, OpeningRequest, Question, Unsealing
from sessions.permissions import can_open_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet

    from committees.models import Committee


HELD_FOR = dt.timedelta(days=14)  # that somebody has been secretary before asking for a name

Verdict = OpeningDecision.Verdict


class CannotAsk(Exception):
    """The name cannot be asked for now."""


class TooManyRequests(CannotAsk):
    """The secretary has asked for as many names today as a day allows."""


class TooNew(CannotAsk):
    """The person has not been secretary for long enough; may ask from the day `since` on."""

    def __init__(self, since: dt.date) -> None:
        self.since = since


class NoCode(CannotAsk):
    """The question has no code yet, by which the Board could speak of it."""


class NoBoard(CannotAsk):
    """No Board receives what the committee reports, or nobody works there."""


class UnderWay(CannotAsk):
    """The name has been asked for already: `request` is that request."""

    def __init__(self, request: OpeningRequest) -> None:
        self.request = request


class AlreadyDecided(Exception):
    """Somebody was quicker, or the request has lapsed."""


# --- the secretary asks ---------------------------------------------------------------


@transaction.atomic
def request_opening(
    question: Question, *, reason: str, by: User, at: dt.datetime
) -> OpeningRequest:
    """Ask the Board to agree that the name of this question is opened. Raises CannotAsk."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # so that 20 stay 20
    question = _locked(question)
    if standing := under_way(question, at=at):
        raise UnderWay(standing)
    if left_today(by, at=at) <= 0:
        raise TooManyRequests
    if may_ask_from(by, question.keeper, at=at) > day_of(at):
        raise TooNew(may_ask_from(by, question.keeper, at=at))
    if not question.code:
        raise NoCode
    board = receiving_board(question.keeper, on=day_of(at))
    if board is None:
        raise NoBoard
    request = OpeningRequest.objects.create(
        question=question,
        committee=question.keeper,
        board=board,
        code=question.code,
        by=by,
        by_name=by.full_name,
        reason=clean(reason),
        at=at,
        lapses_at=at + dt.timedelta(days=settings.OPENING_LAPSES_DAYS),
    )
    audit.record(Act.OPENING_ASKED, by=by, committee=question.keeper, subject=question.code)
    return request


def _locked(question: Question) -> Question:
    found = Question.objects.select_for_update(no_key=True, of=("self",))
    return found.select_related("conference", "committee", "transferred_from").get(pk=question.pk)


def under_way(question: Question, *, at: dt.datetime) -> OpeningRequest | None:
    """Return the request that waits for the Board or whose agreement still lasts, or None."""
    for request in question.opening_requests.select_related("decision", "unsealing", "board"):
        if request.stage(at=at) == request.Stage.ASKED or is_shown(request, at=at):
            return request
    return None


def is_shown(request: OpeningRequest, *, at: dt.datetime) -> bool:
    """Does the agreement that the name may be read still last?"""
    decision = getattr(request, "decision", None)
    if decision is None or decision.verdict != Verdict.AGREED:
        return False
    return bool(decision.at <= at < request.shown_until)


def left_today(user: User, *, at: dt.datetime) -> int:
    """Return how many names `user` may still ask for on the day of `at`."""
    asked = OpeningRequest.objects.filter(by=user, at__gte=start_of(day_of(at))).count()
    return settings.OPENING_REQUESTS_A_DAY - asked


def may_ask_from(user: User, committee: Committee, *, at: dt.datetime) -> dt.date:
    """Return the day from which `user` may ask: 14 days after the office was taken.

    By roles that stood 14 days ago and were written down by then, or else by the newest.
    """
    today = day_of(at)
    roles = Membership.objects.filter(user=user, committee=committee, role=Role.SECRETARY)
    then = today - HELD_FOR
    if roles.active(on=then).filter(given_on__lte=then).exists():
        return today
    taken = [max(one.starts_on, one.given_on) for one in roles.active(on=today)]
    return min(taken, default=today) + HELD_FOR


# --- the decision ---------------------------------------------------------------------


def agree(request: OpeningRequest, *, by: User, at: dt.datetime) -> OpeningDecision:
    """Agree, for the Board, that the name is read by whoever asked, for 24 hours."""
    return _decide(request, Verdict.AGREED, Act.OPENING_AGREED, by=by, at=at)


def refuse(request: OpeningRequest, *, reason: str, by: User, at: dt.datetime) -> OpeningDecision:
    """Refuse, for the Board, with a reason that the secretary and the asker read."""
    return _decide(request, Verdict.REFUSED, Act.OPENING_REFUSED, reason=reason, by=by, at=at)


def withdraw(request: OpeningRequest, *, by: User, at: dt.datetime) -> OpeningDecision:
    """Take the request back. Nobody else than who made it does."""
    return _decide(request, Verdict.WITHDRAWN, Act.OPENING_WITHDRAWN, by=by, at=at)


@transaction.atomic
def _decide(
    request: OpeningRequest, verdict: str, act: Act, *, by: User, at: dt.datetime, reason: str = ""
) -> OpeningDecision:
    """One decision for each request. Raises AlreadyDecided."""
    if at >= request.lapses_at:
        raise AlreadyDecided
    try:
        with transaction.atomic():
            decision = OpeningDecision.objects.create(
                request=request, verdict=verdict, by=by, by_name=by.full_name,
                reason=clean(reason), at=at,
            )  # fmt: skip
    except IntegrityError as error:
        if not OpeningDecision.objects.filter(request=request).exists():
            raise
        raise AlreadyDecided from error
    audit.record(act, by=by, committee=request.committee, subject=request.code)
    return decision


# --- the name -------------------------------------------------------------------------


@transaction.atomic
def open_name(request: OpeningRequest, *, by: User, at: dt.datetime) -> User:
    """Return the User who asked, to the secretary who asked for it, while the agreement lasts.

    The first reading is put on record; both happen or neither. Raises CannotOpen.
    """
    if not can_open_name(by, request, at=at):
        raise CannotOpen
    try:
        asker = User.objects.get(pk=open_seal(request.question))
    except User.DoesNotExist as error:
        raise CannotOpen from error
    _, is_first = Unsealing.objects.get_or_create(request=request, defaults={"at": at})
    if is_first:
        audit.record(Act.NAME_UNSEALED, by=by, committee=request.committee, subject=request.code)
    return asker


# --- the asker ------------------------------------------------------------------------


def requests_near(user: User) -> list[OpeningRequest]:
    """Return all requests about what was asked, or is handled since, where the person is or was.

    The newest first. After a merger an asker may have moved along, and the secretary of the
    successor never was where the question was asked.
    """
    mine = user.memberships.order_by().values("committee")
    asked_here = Question.objects.filter(
        pk=OuterRef("question"), conference__committee__in=mine
    )  # of each request, of which there are few, and not the other way round
    found = OpeningRequest.objects.filter(Q(committee__in=mine) | Exists(asked_here))
    found = found.select_related("decision", "unsealing", "board", "committee")
    return list(found.prefetch_related("question"))


def requests_about(
    user: User, *, near: Iterable[OpeningRequest] | None = None
) -> list[OpeningRequest]:
    """Return the requests for the name of this person, out of those `near`.

    The questions are known by their pseudonyms alone: no row of a request points at anybody.
    """
    near = requests_near(user) if near is None else near
    return [one for one in near if asked_by(user, one.question)]


def told_to(
    user: User,
    *,
    at: dt.datetime,
    near: Iterable[OpeningRequest] | None = None,
    read: Collection[str] = frozenset(),
) -> list[Any]:
    """Return the requests for this person's name that came further than the person has read.

    Each with `stage_now` and the `mark` that stands for having read so far. `read` are the marks
    that the person's own browser keeps: a row would tell on which day the asker was here, and of
    two questions whose notices go together that one person asked both.
    """
    found: list[Any] = requests_about(user, near=near)
    if not found:
        return []
    for one in found:
        one.stage_now = one.stage(at=at)
        one.mark = mark_of(user, f"name {one.pk}:{one.stage_now}")
    return [one for one in found if one.mark not in read]


def with_stages(requests: QuerySet[OpeningRequest], *, at: dt.datetime) -> list[Any]:
    """Return the requests as a list, each with the `stage_now` that it stands at."""
    found: list[Any] = list(requests.select_related("decision", "unsealing", "board", "committee"))
    for one in found:
        one.stage_now = one.stage(at=at)
    return found
