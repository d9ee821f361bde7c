"""What a paper of each kind is made of: its places for the office's own words, and its body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reports.documents.blocks import heading, paragraph

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django_stubs_ext import StrOrPromise

    from sessions.models import Conference

    Blocks = list[dict[str, Any]]


RECIPIENTS = "recipients"  # a place as the others: one recipient a line
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


@dataclass(frozen=True)
class Place:
    """A place for the office's own words, and what is proposed for it."""

    key: str
    label: StrOrPromise
    propose: Callable[[Conference], str]
    rows: int = 4


@dataclass(frozen=True)
class Sort:
    """All that tells a kind of paper from the others; `code` stands in its number."""

    code: str
    type: str
    file_stem: str
    abstract: Callable[[Conference], str]
    places: tuple[Place, ...]
    body: Callable[[Conference, Mapping[str, str]], Blocks]
    annexes: Callable[[Conference], Blocks]

    def proposed(self, conference: Conference) -> dict[str, str]:
        return {place.key: place.propose(conference) for place in self.places}


def no_annexes(conference: Conference) -> Blocks:
    return []


def written(words: Mapping[str, str], key: str) -> Blocks:
    """The office's words, or nothing where it left the place empty."""
    return [paragraph(words[key])] if words[key].strip() else []


def parts(*found: tuple[str, Blocks]) -> Blocks:
    """Number the parts (TITLE, blocks) that say something: I- …"""
    said = [(title, blocks) for title, blocks in found if blocks]
    return [
        block
        for number, (title, blocks) in enumerate(said)
        for block in (heading(1, f"{ROMAN[number]}- {title}"), *blocks)
    ]


def points(*found: tuple[str, Blocks], level: int = 2) -> Blocks:
    """Number the parts (Title, blocks) that say something: 1. …"""
    said = [(title, blocks) for title, blocks in found if blocks]
    return [
        block
        for number, (title, blocks) in enumerate(said, 1)
        for block in (heading(level, f"{number}. {title}"), *blocks)
    ]


def sentence(text: str) -> Blocks:
    """One paragraph that begins with a capital."""
    return [paragraph(f"{text[:1].upper()}{text[1:]}")] if text else []
