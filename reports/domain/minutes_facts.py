"""What minutes assert, fact by fact, so that it can be told what was recorded otherwise since.

Answers go on after a conference, and so do commitments: that a question was answered in writing or a
promise kept later is no fault of the minutes, and stands in none of these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation.conflicts import Difference
from reports.domain.conference_papers import attendance_in_words, person_and_post, where
from reports.domain.minutes import agenda_block, turn_line
from reports.domain.wording import short_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from hall.models import Minutes, Turn


ANSWER, COMMITMENT = "answer:", "commitment:"


def minutes_facts(
    figures: Mapping[str, Any], own: Minutes, course: Sequence[Turn]
) -> dict[str, str]:
    """Return {fact: its words} in the order in which the minutes tell them."""
    held = figures["conference"]
    agenda = agenda_block(figures)
    return {
        "time": f"{held['starts_at']} {held['ends_at']}",
        "place": where(figures),
        "chair": person_and_post(held["chair"], held["chair_post"]),
        "co_chair": held["co_chair"],
        "answerers": ", ".join(held["answerers"]),
        "minutes_taker": held["minutes_taker"],
        "attendance": attendance_in_words(figures),
        "present": own.present,
        "absent": own.absent,
        "agenda": "\n".join(agenda.get("items", ())),
        "turns": "" if held["turns"] is None else str(held["turns"]),
        "course": "\n".join(turn_line(turn) for turn in course),
        "summary": held["summary"],
        **{
            f"{ANSWER}{item['code']}": f"{item['answer']}\n({item['answered_by']})"
            for item in figures["items"]
            if item["outcome"] == "answered_live"
        },
        "conclusion": held["conclusion"],
        "diverted": str(held["diverted"] or ""),
        **{
            f"{COMMITMENT}{one['code']}": f"{one['text']}\n"
            f"({one['lead_unit']}, {short_date(one['due_on'])})"
            for one in figures["commitments"]
        },
    }


def differing(then: Mapping[str, str], now: Mapping[str, str]) -> list[Difference]:
    """Return what `now` tells otherwise, each with the words of then and now.

    An answer that is none given at the conference any more has become one in writing: it goes on.
    """
    return [
        Difference(_label(fact), then.get(fact, ""), now.get(fact, ""))
        for fact in dict.fromkeys((*then, *now))
        if then.get(fact, "") != now.get(fact, "")
        and not (fact.startswith(ANSWER) and fact not in now)
    ]


def _label(fact: str) -> str:
    kind, _colon, code = fact.partition(":")
    words = {
        "time": _("Begin and end"),
        "place": _("Place and mode"),
        "chair": _("Chair"),
        "co_chair": _("Co-chair"),
        "answerers": _("Answering leaders"),
        "minutes_taker": _("Minutes taker"),
        "attendance": _("Attendance"),
        "present": _("Who was present"),
        "absent": _("Who was absent"),
        "agenda": _("Agenda"),
        "turns": pgettext("count", "Speaking turns"),
        "course": _("The turns, one by one"),
        "summary": _("Course of the conference"),
        "conclusion": _("Conclusion of the chair"),
        "diverted": _("Complaints and denunciations passed on"),
        "text": _("What is added"),
        "reason": _("Reason"),
        "answer": _("Answer to %(code)s"),
        "commitment": _("Commitment %(code)s"),
    }
    return words[kind] % {"code": code} if code else words[kind]
