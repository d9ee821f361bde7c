"""What keyboards, Word and other people's fonts put in place of the letters that were meant."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from foundation.old_letters import alphabet_of

if TYPE_CHECKING:
    from collections.abc import Mapping


LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Soft hyphens, joiners, direction marks, the mark at the start of files: nobody has typed them.
INVISIBLE = dict.fromkeys(
    map(ord, "\0\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\ufeff")
) | dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2070)])
# Word's hyphen that does not break a line is a hyphen; few fonts have it.
STROKED = str.maketrans("ÐƉðɖ\u2010\u2011", "ĐĐđđ--")
# Two of these signs are letters in TCVN3, ư and é: there they stay until somebody converts them.
ALSO_TCVN3 = "\u00adÐ"
OF_UNICODE = INVISIBLE | STROKED
OF_TCVN3 = {code: to for code, to in OF_UNICODE.items() if chr(code) not in ALSO_TCVN3}
LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl"}
JOINER = "\u200d"
# A joiner stays between two pictures, which it makes one: a family, a profession.
JOINER_ALONE = re.compile(
    "(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d|\u200d(?![\U0001f000-\U0001faff\u2600-\u27bf])"
)
# Word's bullets are letters of its symbol fonts, kept where no letter has a meaning.
SYMBOLS = {0xF0E0: "→", 0xF0E8: "→", 0xF0DF: "←", 0xF0B0: "°", 0xF0B1: "±", 0xF0B4: "×",
           0xF0A3: "≤", 0xF0B3: "≥"}  # fmt: skip
BULLETS = {code: SYMBOLS.get(code, "•") for code in range(0xF020, 0xF100)}
MARKS = re.compile("[\u0300-\u036f]{2,}")
WORD = re.compile("[^\\W\\d_][\\w\u0300-\u036f]*")
LATIN = re.compile("[A-Za-zÀ-ɏ\u1e00-\u1eff]")
LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝ" "АВЕКМНОРСТУХІЈЅ" "ο" "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxijshdqw" "ABEKMHOPCTYXIJS" "o" "ABEZHIKMNOPTYX",
)  # fmt: skip
FOREIGN = re.compile("[Ͱ-Ͽ\u0400-\u052f]")


def mended(text: str) -> str:
    """Return `text` in precomposed letters, as they were meant: see the tables above."""
    found = _mended(LINE_BREAKS.sub("\n", text), OF_TCVN3)
    # Judged by what is left: what is certainly nothing must not tell one alphabet from another.
    if any(sign in found for sign in ALSO_TCVN3) and alphabet_of(found) != "TCVN3":
        found = _mended(found, OF_UNICODE)
    return found


def _mended(text: str, table: Mapping[int, int | str | None]) -> str:
    text = JOINER_ALONE.sub("", text.translate(table).translate(LIGATURES).translate(BULLETS))
    text = unicodedata.normalize("NFD", text)
    text = MARKS.sub(lambda found: "".join(dict.fromkeys(found[0])), text)  # none stands twice
    if FOREIGN.search(text):
        text = WORD.sub(_in_latin, text)
    return unicodedata.normalize("NFC", text)


def _in_latin(found: re.Match[str]) -> str:
    """Return a word whose letters come from two alphabets in Latin ones, where they look alike."""
    word = found[0]
    if not FOREIGN.search(word) or not LATIN.search(word):
        return word
    return word.translate(LOOKALIKES)
