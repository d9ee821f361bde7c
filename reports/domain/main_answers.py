"""The answers that a report tells in full: quoted, or in the office's own summary of each.

A place is called "answer-" and the code of its question.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from foundation.shape import is_plain, led
from reports.documents.blocks import paragraph
from reports.documents.words import OUTCOMES, answer_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


PREFIX = "answer-"


def _told(figures: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (key, item) of each. One that has no code yet cannot be issued, only looked at."""
    told = [item for item in figures["items"] if item["in_report"] and item["text"]]
    first: dict[str, str] = {}  # of an answer to several questions the words stand once
    for place, item in enumerate(told):
        code = item["code"]
        said_with = first.setdefault(item.get("as_in") or code, code)
        as_in = said_with if said_with != code else ""
        yield PREFIX + (code or f"{place}"), {**item, "as_in": as_in}


def proposed(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return {key: question and answer} of what the report tells; a summary may replace it."""
    return {key: _question_and_answer(item) for key, item in _told(figures)}


def blocks(figures: Mapping[str, Any], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the section: by group, each answer in `words` or as it was given."""
    if not figures["items"]:
        return [paragraph("Không phát sinh.")]
    groups: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for key, item in _told(figures):
        groups[item["group"]][key] = words.get(key, "").strip() or _question_and_answer(item)
    if not groups:
        return [paragraph("Nội dung giải đáp cụ thể tại Phụ lục 1.")]
    found = []
    for group, told in groups.items():
        found += [
            paragraph(f"{group}:"),
            {"type": "bullets", "items": list(told.values()), "keys": list(told)},
        ]
    return found


def _question_and_answer(item: Mapping[str, Any]) -> str:
    """Both as one sentence each, or in the shape that they were written in."""
    question, answer = item["text"], item["answer"]
    if not answer:
        end = f"{OUTCOMES[item['outcome']]}."
    elif item["as_in"]:
        end = answer_told(item)
    else:
        end = ""
    if end:
        return f"{_sentence(question)} {end}" if is_plain(question) else f"{question}\n{end}"
    if is_plain(question) and is_plain(answer):
        return f"{_sentence(question)} Trả lời: {_answered(item)}"
    return f"{question}\n{led('Trả lời:', answer)}\n({item['answered_by']})"


def _sentence(text: str) -> str:
    text = " ".join(text.split())
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


# How a document ends that ends with "./.", and any sentence.
END_OF_A_TEXT = re.compile(r"(?:\s*\./?\.?|\s*/\.)$")


def _answered(item: Mapping[str, Any]) -> str:
    """The answer and who gave it, as one sentence."""
    text = _sentence(item["answer"])
    text = text if text.endswith("...") else END_OF_A_TEXT.sub("", text)
    return f"{text} ({item['answered_by']})."
