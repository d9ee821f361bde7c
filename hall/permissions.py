"""Who may do what in a hall."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from committees.permissions import is_member_of, is_office_of, is_secretary_of
from foundation.clock import day_of
from sessions.states import CONFERENCE_RUNNING

if TYPE_CHECKING:
    from committees.permissions import Person
    from sessions.models import Conference


def can_see_desk(user: Person, conference: Conference) -> bool:
    """The office, before, while and after the conference runs."""
    return is_office_of(user, conference.committee)


def can_run_hall(user: Person, conference: Conference, *, at: dt.datetime) -> bool:
    """The office, from the day before the conference until it is closed.

    Not earlier: where the desk puts what has come in by then would tell what came first.
    """
    is_near = conference.held_on - dt.timedelta(days=1) <= day_of(at)
    return (
        conference.state in CONFERENCE_RUNNING
        and is_near
        and is_office_of(user, conference.committee)
    )


def can_see_guests(user: Person, conference: Conference) -> bool:
    """The office: who is invited is told to nobody else."""
    return is_office_of(user, conference.committee)


def can_keep_guests(user: Person, conference: Conference) -> bool:
    """The office, until the conference is closed."""
    return conference.state in CONFERENCE_RUNNING and is_office_of(user, conference.committee)


def can_tick_guests(user: Person, conference: Conference, *, at: dt.datetime) -> bool:
    """The office, from the day of the conference until it is closed."""
    return can_keep_guests(user, conference) and conference.held_on <= day_of(at)


def can_cancel_invitations(user: Person, conference: Conference) -> bool:
    """The office tells those who were invited that the conference is put off or called off."""
    return conference.is_called_off and is_office_of(user, conference.committee)


def can_see_minutes(user: Person, conference: Conference) -> bool:
    """The office and the chair, once there is something to tell."""
    return conference.happened and (
        is_office_of(user, conference.committee) or _is_chair(user, conference)
    )


def can_edit_minutes(user: Person, conference: Conference) -> bool:
    """The office writes minutes and addenda, and lays them before the chair."""
    return conference.happened and is_office_of(user, conference.committee)


def can_approve_minutes(user: Person, conference: Conference) -> bool:
    """The chair of the conference, and the secretary, who answers where the chair has left."""
    return conference.happened and _is_chair(user, conference)


def _is_chair(user: Person, conference: Conference) -> bool:
    is_named = user.pk == conference.chair_id and is_member_of(user, conference.committee)
    return is_named or is_secretary_of(user, conference.committee)
