"""Who may do what in a dialogue. Asked in views and for buttons, so that the two agree."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from committees.domain.separation import A_YEAR
from committees.models import Membership, Role
from committees.permissions import (
    BOARD,
    holds,
    is_member_of,
    is_office_of,
    is_secretary_of,
    offices_since,
    stands_in_for,
)
from foundation.clock import day_of
from sessions.models import OpeningDecision, Question
from sessions.states import (
    ANSWERABLE,
    CONFERENCE_AHEAD,
    CONFERENCE_HAPPENED,
    IN_PROGRESS,
    CommitmentState,
    ConferenceState,
    QuestionState,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from committees.models import Committee
    from committees.permissions import Person
    from sessions.models import Commitment, Conference, InternalNote, OpeningRequest


# --- Conferences and commitments ----------------------------------------------------


def can_schedule_conference(user: Person, committee: Committee) -> bool:
    return is_office_of(user, committee)


def can_change_conference(user: Person, conference: Conference) -> bool:
    """The office, until the conference is closed or cancelled."""
    open_states = (*CONFERENCE_AHEAD, ConferenceState.HELD)
    return conference.state in open_states and is_office_of(user, conference.committee)


def can_postpone_conference(user: Person, conference: Conference) -> bool:
    return conference.state == ConferenceState.SCHEDULED and is_office_of(
        user, conference.committee
    )


def can_reschedule_conference(user: Person, conference: Conference) -> bool:
    return conference.state == ConferenceState.POSTPONED and is_office_of(
        user, conference.committee
    )


def can_cancel_conference(user: Person, conference: Conference) -> bool:
    return conference.state in CONFERENCE_AHEAD and is_office_of(user, conference.committee)


def can_hold_conference(user: Person, conference: Conference, *, at: dt.datetime) -> bool:
    """The office may say that it was held once it has begun."""
    return (
        conference.state == ConferenceState.SCHEDULED
        and conference.starts_at <= at
        and is_office_of(user, conference.committee)
    )


def can_close_conference(user: Person, conference: Conference) -> bool:
    return conference.state == ConferenceState.HELD and is_office_of(user, conference.committee)


def can_record_results(user: Person, conference: Conference) -> bool:
    """The office: the papers of the preparation before, the results afterwards."""
    return conference.state != ConferenceState.CANCELLED and is_office_of(
        user, conference.committee
    )


def can_make_commitment(user: Person, conference: Conference) -> bool:
    return conference.state in CONFERENCE_HAPPENED and is_office_of(user, conference.committee)


def can_change_commitment(user: Person, commitment: Commitment) -> bool:
    return commitment.state == CommitmentState.OPEN and is_office_of(user, commitment.committee)


def can_add_progress(user: Person, commitment: Commitment) -> bool:
    """The office, and the person who is responsible as long as that person belongs here."""
    if commitment.state != CommitmentState.OPEN:
        return False
    is_owner = commitment.owner_id == user.pk and is_member_of(user, commitment.committee)
    return is_owner or is_office_of(user, commitment.committee)


def can_settle_commitment(user: Person, commitment: Commitment) -> bool:
    return can_change_commitment(user, commitment)


def can_cancel_commitment(user: Person, commitment: Commitment) -> bool:
    return can_change_commitment(user, commitment)


def can_reopen_commitment(user: Person, commitment: Commitment) -> bool:
    return commitment.state == CommitmentState.DONE and is_office_of(user, commitment.committee)


# --- Questions and answers ----------------------------------------------------------


def may_handle(user: Person, question: Question) -> bool:
    """Does the question's content concern `user`, who works at it?

    With `may_follow` the twin of Question.objects.visible_to.
    """
    return may_answer(user, question) or contributes(user, question)


def may_follow(user: Person, question: Question) -> bool:
    """The office that has handed it to another committee reads what becomes of it there."""
    return question.is_transferred and is_office_of(user, question.keeper)


def may_answer(user: Person, question: Question) -> bool:
    """The office, and the leader it is assigned to, who answers for it, or that leader's deputy."""
    return (
        is_office_of(user, question.committee)
        or (question.assignee_id == user.pk and holds(user, question.committee, Role.LEADER))
        or is_deputy_at(user, question)
    )


def is_deputy_at(user: Person, question: Question) -> bool:
    """Does `user` answer it today in the place of the leader it is assigned to?"""
    leader = question.assignee_id
    return (
        leader is not None
        and leader != user.pk
        and stands_in_for(user, leader, question.committee_id)
    )


def contributes(user: Person, question: Question) -> bool:
    """Is `user` a leader who was named beside whoever answers?"""
    return holds(user, question.committee, Role.LEADER) and user.pk in question.contributors


def can_ask(user: Person, conference: Conference, *, at: dt.datetime) -> bool:
    """Every member, while the window is open or the conference goes on."""
    return is_member_of(user, conference.committee) and conference.takes_questions(at=at)


def can_record_question(user: Person, conference: Conference) -> bool:
    """The office writes down what came on paper or was spoken, until the conference is closed."""
    return conference.state not in (
        ConferenceState.CANCELLED,
        ConferenceState.CLOSED,
    ) and is_office_of(user, conference.committee)


def can_triage(user: Person, conference: Conference) -> bool:
    return is_office_of(user, conference.committee)


def can_assign(user: Person, question: Question) -> bool:
    """The office says who answers and by when, as long as the question is in progress."""
    return question.state in IN_PROGRESS and is_office_of(user, question.committee)


def can_transfer(user: Person, question: Question) -> bool:
    """The office hands on what was asked in its committee, as long as it is in progress."""
    return not question.is_transferred and can_assign(user, question)


def can_give_back_transfer(user: Person, question: Question) -> bool:
    """The office that was handed a question by another, as long as it is in progress."""
    return question.is_transferred and can_assign(user, question)


def can_take_back_transfer(user: Person, question: Question) -> bool:
    """The office that has handed it on, as long as it is in progress (and nobody has begun there)."""
    return question.state in IN_PROGRESS and may_follow(user, question)


def can_reply_to_assignment(user: Person, question: Question) -> bool:
    """Whoever it is assigned to, or that leader's deputy, takes it on or gives it back."""
    return question.state == QuestionState.ASSIGNED and (
        (question.assignee_id == user.pk and may_answer(user, question))
        or is_deputy_at(user, question)
    )


def can_insist(user: Person, question: Question) -> bool:
    """The office leaves a question that was given back with whoever gave it back."""
    return question.state == QuestionState.ASSIGNED and is_office_of(user, question.committee)


def can_ask_back(user: Person, question: Question) -> bool:
    """The office asks the asker what is meant, as long as the question is in progress."""
    return question.state in IN_PROGRESS and is_office_of(user, question.committee)


def can_reply_to_appeal(user: Person, question: Question) -> bool:
    """An objection is answered by the secretary."""
    return is_secretary_of(user, question.committee)


def can_request_opening(user: Person, question: Question) -> bool:
    """The secretary alone, where the name was not given. Whether there is one is not told.

    Of what was handed to another committee the one that keeps who asked.
    """
    return question.level != Question.Level.NAMED and is_secretary_of(user, question.keeper)


def can_decide_opening(user: Person, request: OpeningRequest) -> bool:
    """The Board that it was sent to, but for whoever would be one person for two bodies."""
    return (
        holds(user, request.board, *BOARD)
        and user.pk not in barred_from_deciding([request])[request.pk]
    )


def barred_from_deciding(requests: Iterable[OpeningRequest]) -> dict[int, set[int]]:
    """Return {request id: ids of those who may not be its second body}.

    Whoever asked for it, has worked for that office since, or made whoever asked its secretary.
    """
    requests = list(requests)
    places = {one.pk: (one.committee_id, day_of(one.at)) for one in requests}
    offices, appointers = offices_since(places.values()), appointers_of(requests)
    return {one.pk: {one.by_id} | offices[places[one.pk]] | appointers[one.pk] for one in requests}


def appointers_of(requests: Iterable[OpeningRequest]) -> dict[int, set[int]]:
    """Return {request id: ids of those who made whoever asked the secretary there within a year}."""
    requests = list(requests)
    roles = Membership.objects.with_role(Role.SECRETARY).filter(
        user__in={one.by_id for one in requests}, given_by__isnull=False
    )
    columns = ("user", "committee", "given_on", "given_by")
    rows = list(roles.values_list(*columns)) if requests else []
    return {
        one.pk: {
            giver
            for user, committee, given_on, giver in rows
            if (user, committee) == (one.by_id, one.committee_id)
            and given_on > day_of(one.at) - A_YEAR
        }
        for one in requests
    }


def can_withdraw_opening(user: Person, request: OpeningRequest) -> bool:
    """Whoever has asked for it, as long as that is the secretary."""
    return user.pk == request.by_id and is_secretary_of(user, request.committee)


def can_open_name(user: Person, request: OpeningRequest, *, at: dt.datetime) -> bool:
    """Whoever has asked for it and is the secretary still, for 24 hours from the agreement."""
    decision = getattr(request, "decision", None)
    return (
        decision is not None
        and decision.verdict == OpeningDecision.Verdict.AGREED
        and decision.by_id != request.by_id
        and decision.at <= at < request.shown_until
        and can_withdraw_opening(user, request)
    )


def can_print_vouchers(user: Person, conference: Conference) -> bool:
    """The office prints the slips, until the conference is over."""
    return conference.state in (*CONFERENCE_AHEAD, ConferenceState.HELD) and is_office_of(
        user, conference.committee
    )


def can_edit_themes(user: Person, committee: Committee) -> bool:
    """The office names its own themes below the mandated groups."""
    return is_office_of(user, committee)


def can_see_edits(user: Person, thing: Question | Commitment) -> bool:
    """The office sees who changed words that others had read, and why."""
    return is_office_of(user, thing.committee)


def can_edit_templates(user: Person, committee: Committee) -> bool:
    """The office keeps the texts that it writes again and again."""
    return is_office_of(user, committee)


def can_write_note(user: Person, question: Question) -> bool:
    """Whoever handles the question, whatever its state: the office, and the assigned leader."""
    return may_handle(user, question)


def can_change_note(user: Person, note: InternalNote) -> bool:
    """Whoever wrote it, as long as the question is theirs to handle."""
    return note.author_id == user.pk and may_handle(user, note.question)


def can_write_answer(user: Person, question: Question) -> bool:
    """The assigned leader, and the office in the leader's place."""
    return question.state in ANSWERABLE and may_answer(user, question)


def can_give_holding_reply(user: Person, question: Question) -> bool:
    """Whoever answers for it, and the office in that place: a first word and a new date."""
    return question.state == QuestionState.ASSIGNED and may_answer(user, question)


def can_contribute(user: Person, question: Question) -> bool:
    """A leader or the secretary who was named beside whoever answers, until it is answered."""
    return (
        question.state == QuestionState.ASSIGNED
        and holds(user, question.committee, Role.LEADER, Role.SECRETARY)
        and user.pk in question.contributors
    )


def can_publish_answer(user: Person, question: Question) -> bool:
    """Clearing a written answer is the secretary's act."""
    return question.state in ANSWERABLE and is_secretary_of(user, question.committee)


def can_correct_answer(user: Person, question: Question) -> bool:
    """What the secretary has cleared only the secretary changes.

    What was said at the conference the office has written down, and so it mends the record.
    """
    if question.state == QuestionState.ANSWERED_LIVE:
        return is_office_of(user, question.committee)
    return question.state == QuestionState.ANSWERED_WRITTEN and is_secretary_of(
        user, question.committee
    )


def can_complete_answer(user: Person, question: Question) -> bool:
    """The office promises more in writing than was said at the conference."""
    return question.state == QuestionState.ANSWERED_LIVE and is_office_of(user, question.committee)
