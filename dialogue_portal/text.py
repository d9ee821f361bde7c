"""Vietnamese text: one form on the way in, one folded form for search."""

import re
import unicodedata

from dialogue_portal.letters import STROKED, mended

ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0301\u0303\u0309\u0323"
BLANKS = re.compile(r"[^\S\n\t]+")
AROUND_TABS = re.compile(r" *\t *")
# What XML cannot hold; with one such sign in it no program opens the file.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_A_FILE_NAME = re.compile(r"[^a-z0-9]+")


def clean(text):
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


def _without_stray_blanks(line):
    text = line.lstrip()
    before = BLANKS.sub(lambda found: " " * len(found[0]), line[: len(line) - len(text)])
    if not text:
        return "\t" * line.count("\t")
    before = before.rstrip(" ") if "\t" in before else before
    return before + AROUND_TABS.sub("\t", BLANKS.sub(" ", text)).rstrip(" ")


def length(text):
    """Return how many letters a reader counts, however the keyboard composes them."""
    return len(unicodedata.normalize("NFC", text))


def printable(text):
    """Return `text` without what no XML file may hold."""
    return UNPRINTABLE.sub("", text)


def fold(text):
    """Return `text` for search: lower case, without marks, so that `dang uy` finds `Đảng ủy`."""
    text = unicodedata.normalize("NFD", (text or "").translate(STROKED).lower().replace("đ", "d"))
    text = "".join(c for c in text if not unicodedata.combining(c))
    return " ".join(text.split())


def alphabetical(text):
    """Return a key by which a list is in Vietnamese order: đ follows d, â follows ă; tones do not count."""
    text = unicodedata.normalize("NFD", (text or "").lower())
    text = unicodedata.normalize("NFC", "".join(c for c in text if c not in TONES))
    return [ALPHABET.find(c) for c in text]


def file_name(*parts):
    """Return an ASCII file name stem made of `parts`, safe on every disk and in every header."""
    return NOT_IN_A_FILE_NAME.sub("-", fold(" ".join(map(str, parts)))).strip("-")[:120]
