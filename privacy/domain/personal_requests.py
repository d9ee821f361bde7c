"""Wishes about the own data: asked, withdrawn, decided with a reason within a term."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.cache import caches
from django.db import IntegrityError, transaction
from django.db.models import Case, Value, When

from committees.domain import leaving
from committees.models import Committee, Membership, Role, User
from committees.permissions import OFFICE
from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of
from foundation.given import given
from foundation.text import clean
from jobs.models import Delivery
from jobs.states import JobState
from reports.models import PersonalRequest, Told
from sessions.askers.public import named_in, take_names_off
from sessions.domain.news import mark_of
from sessions.models import Question

if TYPE_CHECKING:
    from django.db.models import QuerySet


Kind, State = PersonalRequest.Kind, PersonalRequest.State
ERASED = "(đã xóa)"  # in place of words that must not be missing
NOWHERE = "da-xoa@invalid"  # in place of an address that mail was sent to


class AlreadyAsked(Exception):
    """The same wish waits for its decision."""


class AlreadySettled(Exception):
    """Somebody has decided it, or the person has withdrawn it."""


def own_named_questions(user: User) -> QuerySet[Question]:
    """Return the questions that bear the name of `user`."""
    return named_in(Question.objects.filter(author=user)).order_by("-received_at", "pk")


@transaction.atomic
def ask(
    *,
    kind: str,
    by: User,
    at: dt.datetime,
    question: Question | None = None,
    name: str = "",
    text: str = "",
) -> PersonalRequest:
    """Ask for it; whoever decides finds it among what is to be done. Raises AlreadyAsked."""
    # The keeper: nobody else may learn by the request who asked.
    committee = question.keeper if question else _who_decides(by)
    try:
        with transaction.atomic():
            return PersonalRequest.objects.create(
                person=by,
                committee=committee,
                kind=kind,
                question=question,
                name=name,
                text=clean(text),
                asked_on=day_of(at),
                due_on=day_of(at) + dt.timedelta(days=settings.PERSONAL_REQUEST_DAYS),
            )
    except IntegrityError as error:
        raise AlreadyAsked from error


def record_paper(
    committee: Committee, *, name: str, text: str, asked_on: dt.date, at: dt.datetime
) -> PersonalRequest:
    """Write down that somebody without an account has asked on paper; answered like any other."""
    return PersonalRequest.objects.create(
        committee=committee,
        kind=Kind.PAPER,
        name=name,
        text=clean(text),
        asked_on=asked_on,
        due_on=asked_on + dt.timedelta(days=settings.PERSONAL_REQUEST_DAYS),
    )


def _who_decides(person: User) -> Committee | None:
    """Return the newest committee of the person in which somebody else decides, or None: then
    an administrator does."""
    for held in person.memberships.select_related("committee").order_by("-starts_on", "-pk"):
        board = held.committee.kind == Committee.Kind.BOARD
        deciders = Membership.objects.active().filter(
            committee=held.committee, role__in=(Role.HEAD,) if board else OFFICE
        )
        if deciders.exclude(user=person).exists():
            return held.committee
    return None


def withdraw(request: PersonalRequest, *, at: dt.datetime) -> None:
    """Let the person think again. Raises AlreadySettled."""
    _settle(request, State.WITHDRAWN)


@transaction.atomic
def refuse(request: PersonalRequest, *, reply: str, by: User, at: dt.datetime) -> None:
    """Say no, with the reason that the person reads. Raises AlreadySettled."""
    _settle(request, State.REFUSED, reply=clean(reply), decided_by=by, decided_on=day_of(at))
    _record(request, by)


@transaction.atomic
def grant(request: PersonalRequest, *, reply: str, by: User, at: dt.datetime) -> None:
    """Do what was asked for. Raises AlreadySettled, and leaving.StillHere."""
    question = request.question  # what is settled no longer leads to it
    _settle(request, State.DONE, reply=clean(reply), decided_by=by, decided_on=day_of(at))
    if request.kind == Kind.NAME:
        person = User.objects.select_for_update(no_key=True).get(pk=given(request.person_id))
        person.full_name = request.name
        person.save()
    elif request.kind == Kind.QUESTION:
        named = given(question)
        take_names_off(Question.objects.filter(pk=named.pk))
        Told.objects.filter(person=request.person, key__contains=str(named.pk)).delete()
    elif request.kind == Kind.ACCOUNT:
        forget_person(given(request.person), at=at)
    _record(request, by)


@transaction.atomic
def forget_person(person: User, *, at: dt.datetime) -> None:
    """Empty the account, and take the name off all it asked and the address off what was sent."""
    address = person.email
    leaving.empty_account(person, at=at)
    take_names_off(Question.objects.filter(author=person))
    Told.objects.filter(person=person).delete()
    _empty_words(PersonalRequest.objects.filter(person=person))
    sent = Delivery.objects.filter(to__iexact=address)  # whoever had none was sent none
    sent.exclude(state=JobState.DONE).delete()
    sent.update(to=NOWHERE)


def _empty_words(requests: QuerySet[PersonalRequest]) -> None:
    """Take the words out of the requests; a refusal must have some (the database says so)."""
    refused = Case(When(state=State.REFUSED, then=Value(ERASED)), default=Value(""))
    requests.update(name="", text="", reply=refused)


def _settle(request: PersonalRequest, state: str, **fields: Any) -> None:
    """Move the row on, if nobody was faster."""
    found = PersonalRequest.objects.open().filter(pk=request.pk)
    if not found.update(state=state, question=None, **fields):
        raise AlreadySettled
    request.refresh_from_db()


def _record(request: PersonalRequest, by: User) -> None:
    """Note who decided what. Neither the question nor the person: the row itself says who."""
    audit.record(
        Act.PERSONAL_DECIDED,
        by=by,
        committee=request.committee,
        request=request.pk,
        kind=request.kind,
        state=request.state,
    )


def answer_mark(wish: PersonalRequest) -> str:
    """Return what the person's own browser keeps once the answer has been read: a row that is
    written by reading would tell when the person was here."""
    return mark_of(given(wish.person), f"wish {wish.pk}:{wish.state}")


def forget_daily(*, at: dt.datetime) -> None:
    """Look for people who have left once a day in each process; twice does no harm."""
    if caches["local"].add(f"forgotten-{day_of(at)}", True, 25 * 3600):
        forget_those_who_left(at=at)


def forget_those_who_left(*, at: dt.datetime) -> None:
    """Empty the accounts of people who have been without a role for their term, and what was asked
    for on paper as long ago."""
    for person in leaving.long_gone(on=day_of(at)):
        forget_person(person, at=at)
    oldest = day_of(at) - dt.timedelta(days=settings.RETENTION["accounts"])
    _empty_words(
        PersonalRequest.objects.filter(kind=Kind.PAPER, decided_on__lt=oldest).exclude(name="")
    )
