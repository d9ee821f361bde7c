"""Templates of an office: kept, retired, and filled with what is known of one question.

Nothing that a variable stands for tells who asked: VARIABLES is all there is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.db import transaction

from foundation.clock import written_day
from foundation.conflicts import Conflict
from foundation.text import clean
from foundation.versions import claim_version
from sessions.models import TextTemplate

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from committees.models import Committee
    from sessions.models import Question


UNKNOWN = "…"  # what is not known yet, for whoever writes to fill in
PLACE = re.compile(r"\{([^{}\n]*)\}")
BRACE = re.compile(r"[{}]")


class NameTaken(Conflict):
    """The committee has a template of this name for the same use."""


def _unit(question: Question) -> str:
    """Who answers: the unit or the leader, else the committee."""
    leader = question.assignee.full_name if question.assignee else ""
    return question.assigned_unit or leader or question.committee.name


# {what is written between braces: what it stands for}. Never anything of whoever asked.
VARIABLES: dict[str, Callable[[Question], str]] = {
    "mã câu hỏi": lambda question: question.code,
    "lĩnh vực": lambda question: question.theme.name,
    "hội nghị": lambda question: question.conference.title,
    "ngày hội nghị": lambda question: written_day(question.conference.held_on),
    "đảng ủy": lambda question: question.committee.name,
    "đơn vị": _unit,
    "hạn trả lời": lambda question: written_day(question.due_on) if question.due_on else "",
}


def _named(name: str) -> str:
    return " ".join(clean(name).lower().split())


def unknown_in(text: str) -> list[str]:
    """Return what stands between braces, or is a brace alone, and is no variable."""
    found = [one for one in PLACE.findall(text) if _named(one) not in VARIABLES]
    alone = BRACE.findall(PLACE.sub("", text))
    return list(dict.fromkeys([*(f"{{{one}}}" for one in found), *alone]))


def filled(text: str, question: Question) -> str:
    """Return the text with what is known of the question in place of its variables."""

    def known(place: re.Match[str]) -> str:
        of = VARIABLES.get(_named(place[1]))
        return (of(question) or UNKNOWN) if of else place[0]

    return PLACE.sub(known, text)


def offered(committee: Committee, use: str) -> QuerySet[TextTemplate]:
    """Return the templates that may be chosen for this use."""
    return committee.text_templates.filter(use=use, is_active=True)


@transaction.atomic
def make_template(committee: Committee, *, use: str, name: str, text: str) -> TextTemplate:
    """Keep a new template. Raises NameTaken."""
    made, is_new = TextTemplate.objects.get_or_create(
        committee=committee, use=use, name=name, defaults={"text": text}
    )
    if not is_new:
        raise NameTaken
    return made


@transaction.atomic
def change_template(
    template: TextTemplate, *, use: str, name: str, text: str, version: int
) -> None:
    """Change the template; what was written with it stays. Raises OutdatedVersion, NameTaken."""
    others = TextTemplate.objects.filter(committee=template.committee, use=use, name=name)
    if others.exclude(pk=template.pk).exists():
        raise NameTaken
    claim_version(template, version)
    template.use, template.name, template.text = use, name, text
    template.save(update_fields=["use", "name", "text"])


@transaction.atomic
def retire_template(template: TextTemplate, *, is_active: bool = False) -> None:
    """Offer the template no more, or again."""
    template.is_active = is_active
    template.version += 1
    template.save(update_fields=["is_active", "version"])
