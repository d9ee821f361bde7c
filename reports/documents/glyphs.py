"""Signs that the font of documents lacks: found before issuing, not on paper.

Emoji and dingbats are refused with the place where they stand. They are not left out, which
would change what somebody said, and not borrowed from whatever other font a machine has.
"""

import subprocess
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reports.documents.layout import filled_annexes

FONT = "Liberation Serif"
STYLES = ("Regular", "Bold", "Italic", "Bold Italic")
AROUND = 30  # characters shown before and after a sign
# What only changes the sign before it: variations, joiners, colours of skin.
CHANGES_A_SIGN = {0x200D, *range(0xFE00, 0xFE10), *range(0x1F3FB, 0x1F400)}
HEAD = "Phần đầu văn bản"
END = "Phần ký, nơi nhận"


@dataclass(frozen=True)
class Unprintable:
    """A sign, in which part of the document, among which words; `key` of a place of free text."""

    sign: str
    part: str
    around: str
    key: str = ""


@lru_cache(maxsize=1)
def _known():
    from fontTools.ttLib import TTFont  # wanted here alone

    found = []
    for style in STYLES:
        path = subprocess.run(
            ["fc-match", "-f", "%{file}", f"{FONT}:style={style}"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        with TTFont(path, lazy=True) as font:
            found.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*found)


def is_missing(sign):
    """Has the font no such sign? Breaks and blanks are nothing that is printed."""
    return not sign.isspace() and ord(sign) not in _known()


def unprintable(document):
    """Return every Unprintable of a document, one for each sign and part of it."""
    found: dict[Any, Any] = {}
    for part, text, key in _texts(document):
        text = unicodedata.normalize("NFC", text)
        for place, sign in enumerate(text):
            if ord(sign) in CHANGES_A_SIGN or not is_missing(sign):
                continue
            around = text[max(0, place - AROUND) : place + AROUND + 1]
            one = Unprintable(sign, part, " ".join(around.split()), key)
            found.setdefault((part, sign), one)
    return list(found.values())


def _texts(document):
    """Yield (part, text, key) of everything that a document prints."""
    for name in ("superior", "issuer", "place", "abstract", "note"):
        yield HEAD, document[name] or "", ""
    yield from _in_blocks(document["body"], "")
    for label, annex in filled_annexes(document):
        yield label, annex["title"], ""
        yield from _in_blocks(annex["body"], label)
        yield from _in_signatures(annex)
    yield from _in_signatures(document)
    yield from ((END, line, "") for line in document["recipients"])


def _in_signatures(signed):
    for signs in (signed.get("sign") or {}, signed.get("cosign") or {}):
        yield from ((END, text or "", "") for text in signs.values())


def _in_blocks(blocks, part):
    for block in blocks:
        kind = block["type"]
        if kind == "heading":
            part = block["text"] if not part.startswith("Phụ lục") else part
            yield part, block["text"], ""
        elif kind == "paragraph":
            yield part, block["text"], block.get("key", "")
        elif kind == "bullets":
            yield from ((part, item, "") for item in block["items"])
        elif kind == "records":
            for item in block["items"]:
                inside = f"{part}, {item['title']}".strip(", ")
                yield from ((inside, line["text"], "") for line in item["lines"])
        elif kind == "table":
            yield from _in_table(block, part)


def _in_table(table, part):
    name = table["caption"].split(".")[0] or part
    for row in table["rows"]:
        inside = f"{name}, dòng {row[0]}" if row else name
        yield from ((inside, text, "") for text in row if isinstance(text, str))
