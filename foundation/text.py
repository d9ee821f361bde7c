"""Vietnamese text: one form on the way in, one folded form for search."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from foundation.letters import STROKED, mended

if TYPE_CHECKING:
    from collections.abc import Iterable


ALPHABET = "0123456789aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0301\u0303\u0309\u0323"
TONE_ORDER = "\u0300\u0309\u0303\u0301\u0323"  # à, ả, ã, á, ạ
NOT_THE_NAME = re.compile(r"\([^)]*\)|[^\w\s-]")
BLANKS = re.compile(r"[^\S\n\t]+")
AROUND_TABS = re.compile(r" *\t *")
# What XML cannot hold; with one such sign in it no program opens the file.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_A_FILE_NAME = re.compile(r"[^a-z0-9]+")


def clean(text: str) -> str:
    """Return `text` in precomposed letters, without what nobody can see and stray blanks.

    Its shape stays: lines, the tabs between the cells of a row, the blanks before a line.
    """
    text = "".join(c for c in mended(text or "") if c in "\n\t" or unicodedata.category(c) != "Cc")
    lines = [_without_stray_blanks(line) for line in text.split("\n")]
    while lines and not lines[-1].strip():
        del lines[-1]
    while lines and not lines[0].strip():
        del lines[0]
    return "\n".join(lines).lstrip(" ")


def _without_stray_blanks(line: str) -> str:
    text = line.lstrip()
    before = BLANKS.sub(lambda found: " " * len(found[0]), line[: len(line) - len(text)])
    if not text:
        return "\t" * line.count("\t")
    before = before.rstrip(" ") if "\t" in before else before
    return before + AROUND_TABS.sub("\t", BLANKS.sub(" ", text)).rstrip(" ")


def length(text: str) -> int:
    """Return how many letters a reader counts, however the keyboard composes them."""
    return len(unicodedata.normalize("NFC", text))


def printable(text: str) -> str:
    """Return `text` without what no XML file may hold."""
    return UNPRINTABLE.sub("", text)


def fold(text: str) -> str:
    """Return `text` for search: lower case, without marks, so that `dang uy` finds `Đảng ủy`."""
    text = unicodedata.normalize("NFD", (text or "").translate(STROKED).lower().replace("đ", "d"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.split())


def begin_with(texts: Iterable[str], wanted: Iterable[str]) -> bool:
    """Does a word of `texts` begin with each of `wanted`, whatever their marks? `wanted` are folded."""
    words = fold(" ".join(texts)).split()
    return all(any(word.startswith(one) for word in words) for one in wanted)


def order_of_name(name: str) -> str:
    """Return digits by which people stand as in any Vietnamese list: given name, family name, middle.

    Each letter counts before each tone: An, Án, Anh, Ân, Dung, Đức. Digits, because databases
    disagree about the order of letters.
    """
    words = NOT_THE_NAME.sub(" ", name).split()
    return "".join(map(_order_of_word, [*words[-1:], *words[:-1]]))


def _order_of_word(word: str) -> str:
    letters = unicodedata.normalize("NFD", mended(word).lower())
    tone = next((c for c in letters if c in TONE_ORDER), "")
    letters = unicodedata.normalize("NFC", "".join(c for c in letters if c not in TONES))
    places = "".join(f"{ALPHABET.find(c) + 1 or 99:02}" for c in letters)
    return f"{places}00{TONE_ORDER.find(tone) + 1 if tone else 0}"


def file_name(*parts: object) -> str:
    """Return an ASCII file name stem made of `parts`, safe on every disk and in every header."""
    return NOT_IN_A_FILE_NAME.sub("-", fold(" ".join(map(str, parts)))).strip("-")[:120]
