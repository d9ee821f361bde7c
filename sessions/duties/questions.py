"""What questions ask of the office: sorting, clearing, replying, seeing answers written."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Role
from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from sessions.duties import looks

ANSWERS = "sessions:answer_list"
DAYS_BEFORE = settings.DUE_REMINDER_DAYS["answers"]


def _of(look, conference_id, committee_id, people, what, *, url, **more):
    """The office of the question's committee is asked: another one than the conference's where a
    merged committee left it open."""
    conference = looks.named_conferences(look)[conference_id]
    for who in look.people(committee_id, *people):
        about = looks.about_conference(look, conference, who)
        yield Duty(who=who, about=about, conference=conference_id, what=what, url=url, **more)


def _answers(conference_id, show):
    return link(ANSWERS, show=show, conference=conference_id)


@kind
def to_sort(look):
    for one in looks.asked_of_offices(look):
        if number := one["to_sort"]:
            what = ngettext(
                "%(count)d question waits to be sorted or its text to be cleared.",
                "%(count)d questions wait to be sorted or their texts to be cleared.",
                number,
            ) % {"count": number}
            notice_due_on = looks.named_conferences(look)[one["conference"]].notice_due_on
            yield from _of(
                look, one["conference"], one["committee"], OFFICE, what, number=number, label=_("Sort"),
                on=notice_due_on if one["fresh"] else None,  # no rule says when a text is cleared
                url=link("sessions:triage", one["conference"]),
                place="sessions:triage_index",
            )  # fmt: skip


@kind
def to_clear(look):
    for conference_id, committee_id, keys, first in _grouped(look, "clear"):
        what = ngettext(
            "%(count)d written answer waits for your clearance.",
            "%(count)d written answers wait for your clearance.",
            len(keys),
        ) % {"count": len(keys)}
        yield from _of(
            look, conference_id, committee_id, (Role.SECRETARY,), what, on=first, keys=keys, number=len(keys),
            url=_answers(conference_id, "clearance"), label=_("Read"), place=ANSWERS,
            days_before=DAYS_BEFORE,
        )  # fmt: skip


@kind
def objections(look):
    for conference_id, committee_id, keys, _first in _grouped(look, "object"):
        what = ngettext(
            "%(count)d objection to how a question was settled waits for your reply.",
            "%(count)d objections to how questions were settled wait for your reply.",
            len(keys),
        ) % {"count": len(keys)}
        yield from _of(
            look, conference_id, committee_id, (Role.SECRETARY,), what, keys=keys, number=len(keys),
            url=_answers(conference_id, "objections"), label=_("Reply"), place=ANSWERS,
        )  # fmt: skip


@kind
def replies(look):
    """The asker has replied to what the office asked back."""
    for conference_id, committee_id, keys, _first in _grouped(look, "reply"):
        what = ngettext(
            "%(count)d asker has replied to what you asked back.",
            "%(count)d askers have replied to what you asked back.",
            len(keys),
        ) % {"count": len(keys)}
        yield from _of(
            look, conference_id, committee_id, OFFICE, what, keys=keys, number=len(keys),
            url=_answers(conference_id, "replies"), label=_("Read"), place=ANSWERS,
        )  # fmt: skip


@kind
def given_back(look):
    """A leader has asked that somebody else answers: the office hands it on, or insists."""
    for conference_id, committee_id, keys, first in _grouped(look, "returned"):
        what = ngettext(
            "%(count)d question was given back and must be assigned anew.",
            "%(count)d questions were given back and must be assigned anew.",
            len(keys),
        ) % {"count": len(keys)}
        yield from _of(
            look, conference_id, committee_id, OFFICE, what, on=first, keys=keys, number=len(keys),
            url=_answers(conference_id, "returned"), label=_("Assign"), place=ANSWERS,
            days_before=DAYS_BEFORE,
        )  # fmt: skip


@kind
def transferred(look):
    """Another committee has handed it over: the office assigns it as its own, or gives it back."""
    for conference_id, committee_id, keys, first in _grouped(look, "transferred"):
        what = ngettext(
            "%(count)d question was transferred to you from %(name)s: assign it or give it back.",
            "%(count)d questions were transferred to you from %(name)s: assign them or give them back.",
            len(keys),
        ) % {
            "count": len(keys),
            "name": looks.named_conferences(look)[conference_id].committee.name,
        }
        yield from _of(
            look, conference_id, committee_id, OFFICE, what, on=first, keys=keys, number=len(keys),
            url=link("sessions:triage", conference_id), label=_("Assign"),
            place="sessions:triage_index", days_before=DAYS_BEFORE,
        )  # fmt: skip


@kind
def came_back(look):
    """The committee it was handed to has given it back: it is the office's own again."""
    for conference_id, committee_id, keys, first in _grouped(look, "came_back"):
        what = ngettext(
            "%(count)d question that you had transferred came back: read why and assign it.",
            "%(count)d questions that you had transferred came back: read why and assign them.",
            len(keys),
        ) % {"count": len(keys)}
        yield from _of(
            look, conference_id, committee_id, OFFICE, what, on=first, keys=keys, number=len(keys),
            url=_answers(conference_id, "came_back"), label=_("Assign"), place=ANSWERS,
            days_before=DAYS_BEFORE,
        )  # fmt: skip


@kind
def to_write(look):
    """Owed by a unit that nobody of it signs in for: the office writes it down."""
    for one in looks.asked_of_offices(look):
        if number := one["unit"]:
            what = ngettext(
                "%(count)d written answer is owed by a unit; the office enters it.",
                "%(count)d written answers are owed by units; the office enters them.",
                number,
            ) % {"count": number}
            yield from _of(
                look, one["conference"], one["committee"], OFFICE, what, on=one["unit_on"],
                number=number,
                url=_answers(one["conference"], "units"), label=_("Write"), place=ANSWERS,
                days_before=DAYS_BEFORE,
            )  # fmt: skip


@kind
def to_chase(look):
    """Answers of leaders that are due or overdue."""
    for one in looks.asked_of_offices(look):
        if number := one["chased"]:
            what = ngettext(
                "%(count)d written answer of a leader is due or overdue.",
                "%(count)d written answers of leaders are due or overdue.",
                number,
            ) % {"count": number}
            yield from _of(
                look, one["conference"], one["committee"], OFFICE, what, on=one["chased_on"],
                url=_answers(one["conference"], "due"), label=_("See which"), place=ANSWERS,
                number=number,
                days_before=DAYS_BEFORE,
            )  # fmt: skip


def _grouped(look, what):
    """Yield (conference id, committee id, keys, the earliest day) of what came back."""
    found: dict[Any, Any] = {}
    for kind_of, conference_id, committee_id, key, on in looks.replies(look):
        if kind_of == what:
            found.setdefault((conference_id, committee_id), []).append((key, on))
    for (conference_id, committee_id), pairs in found.items():
        days = [on for _key, on in pairs if on]
        yield (
            conference_id,
            committee_id,
            tuple(sorted(key for key, _on in pairs)),
            min(days, default=None),
        )
