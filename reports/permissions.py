"""Who may do what with reports. Asked in views and for buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from committees.models import Committee, Role
from committees.permissions import (
    BOARD,
    OFFICE,
    holds,
    is_of_the_board,
    is_office_of,
    is_secretary_of,
    offices_since,
)
from foundation.clock import day_of
from reports.models import PersonalRequest
from reports.states import REPLACED, ReportState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from committees.models import User
    from periods.models import Obligation
    from reports.models import ConsolidatedReport, Paper, Purge, Report
    from sessions.models import Conference, Question


def can_edit_report(user: User, report: Report) -> bool:
    """The office prepares the draft."""
    return report.state == ReportState.DRAFT and is_office_of(user, report.committee)


def can_issue_report(user: User, report: Report) -> bool:
    """Issuing is the secretary's own act; the clerk prepares everything up to it."""
    return report.state == ReportState.DRAFT and is_secretary_of(user, report.committee)


def can_make_papers(user: User, conference: Conference) -> bool:
    """The conclusion notice is for the office, once there is something to tell; of minutes see the hall."""
    return conference.happened and is_office_of(user, conference.committee)


def can_see_papers(user: User, conference: Conference) -> bool:
    """The office sees which papers its conference has, also of one that was called off."""
    return is_office_of(user, conference.committee)


def can_take_questions(user: User, conference: Conference) -> bool:
    """The office takes the list of its conference's questions with it, whatever became of it."""
    return is_office_of(user, conference.committee)


def can_print_papers(user: User, conference: Conference) -> bool:
    """Slips and lists are the office's, as long as the conference is not cancelled."""
    return not conference.is_cancelled and is_office_of(user, conference.committee)


def can_start_paper(user: User, conference: Conference, *, at: dt.datetime) -> bool:
    """The office draws up plan, notice and invitation while the conference lies ahead."""
    return conference.lies_ahead(at=at) and is_office_of(user, conference.committee)


def can_edit_paper(user: User, paper: Paper) -> bool:
    """The office prepares the draft."""
    return paper.is_draft and can_print_papers(user, paper.conference)


def can_issue_paper(user: User, paper: Paper, *, at: dt.datetime) -> bool:
    """Issuing is the secretary's own act, as with the report, while the conference lies ahead."""
    return (
        paper.is_draft
        and paper.conference.lies_ahead(at=at)
        and is_secretary_of(user, paper.conference.committee)
    )


def can_start_report(user: User, obligation: Obligation) -> bool:
    return is_office_of(user, obligation.committee)


def can_correct_report(user: User, report: Report) -> bool:
    """The office opens a new version of what was issued, returned or withdrawn."""
    return report.state in (
        ReportState.ISSUED,
        ReportState.ACKNOWLEDGED,
        ReportState.RETURNED,
        ReportState.WITHDRAWN,
    ) and is_office_of(user, report.committee)


def can_withdraw_report(user: User, report: Report) -> bool:
    """The secretary takes back what the Board has not acknowledged yet."""
    return report.state in (ReportState.ISSUED, ReportState.RETURNED) and is_secretary_of(
        user, report.committee
    )


def can_add_signed_copy(user: User, report: Report) -> bool:
    """The office brings back what it signed, as long as that version stands."""
    return (
        report.is_issued and report.state not in REPLACED and is_office_of(user, report.committee)
    )


def can_acknowledge_report(user: User, report: Report) -> bool:
    return report.state == ReportState.ISSUED and receives(user, report)


def can_return_report(user: User, report: Report) -> bool:
    return report.state in (ReportState.ISSUED, ReportState.ACKNOWLEDGED) and receives(user, report)


def receives(user: User, report: Report) -> bool:
    """Does the person work for the Board that the report went to?"""
    return holds(user, report.obligation.board, *BOARD)


def can_watch_board(user: User, board: Committee) -> bool:
    """The desk, the ZIP and the consolidated report are for those who work for the Board."""
    return holds(user, board, *BOARD)


def can_issue_consolidated(user: User, consolidated: ConsolidatedReport) -> bool:
    """Issuing is the head's own act; the officers prepare everything up to it."""
    return consolidated.number is None and holds(user, consolidated.board, Role.HEAD)


def can_rehearse(user: User, board: Committee) -> bool:
    """Whoever works for the Board may have a deadline day rehearsed on made-up data."""
    return holds(user, board, *BOARD)


def can_extend(user: User, obligation: Obligation) -> bool:
    """Only the head of the Board gives a committee more time."""
    return holds(user, obligation.board, Role.HEAD)


def can_write_consolidated(user: User, consolidated: ConsolidatedReport) -> bool:
    """Whoever works for the Board writes its words, until that version is issued."""
    return holds(user, consolidated.board, *BOARD) and consolidated.number is None


def can_exempt(user: User, obligation: Obligation) -> bool:
    """Only the head of the Board says that a committee owes nothing in a period."""
    return can_extend(user, obligation)


def can_change_period(user: User, board: Committee) -> bool:
    """Only the head of the Board moves a date for everybody."""
    return holds(user, board, Role.HEAD)


def can_see_health(user: User) -> bool:
    """Those who run the portal and the Board see how the machinery does."""
    return user.is_superuser or is_of_the_board(user)


def can_repair(user: User) -> bool:
    """Only an administrator lets stopped or held mail go."""
    return user.is_superuser


def decides_personal(user: User) -> bool:
    """Those to whom requests about personal data come."""
    return user.is_superuser or bool(user.committees_as(*OFFICE, Role.HEAD))


def can_decide_personal(user: User, request: PersonalRequest) -> bool:
    """Whoever manages the person's people, never the person alone; of a question's name the office."""
    if request.committee is None:
        return user.is_superuser and user.pk != request.person_id
    if request.kind == PersonalRequest.Kind.QUESTION:
        return is_office_of(user, request.committee)
    roles = (Role.HEAD,) if request.committee.kind == Committee.Kind.BOARD else OFFICE
    return user.pk != request.person_id and holds(user, request.committee, *roles)


def sees_purges(user: User) -> bool:
    """The offices, the Boards and, where there is no Board, administrators."""
    return user.is_superuser or bool(user.committees_as(*OFFICE, *BOARD))


def can_ask_purge(user: User, question: Question) -> bool:
    """The secretary of the committee where it was asked asks for it, never the clerk alone."""
    return is_secretary_of(user, question.keeper)


def barred_from_agreeing(purges: Collection[Purge]) -> dict[int, set[int | None]]:
    """Return {purge id: ids of those who may not be its second body}: whoever has asked for it, or
    has worked for that office since."""
    places = {one.pk: (one.committee_id, day_of(one.asked_at)) for one in purges}
    offices = offices_since(places.values())
    return {one.pk: {one.asked_by_id, *offices[places[one.pk]]} for one in purges}


def can_agree_purge(user: User, purge: Purge) -> bool:
    """Somebody of the other body, who sees neither text nor name."""
    if user.pk in barred_from_agreeing([purge])[purge.pk]:
        return False
    if purge.board is None:
        return user.is_superuser
    return holds(user, purge.board, *BOARD)
