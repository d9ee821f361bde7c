"""Vietnamese text: one form on the way in, one folded form for search."""

import re
import unicodedata

INVISIBLE = dict.fromkeys(
    [0, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200B, 0x200E, 0x200F, 0xFEFF]
)
ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
TONES = "\u0300\u0301\u0303\u0309\u0323"
SPACES = re.compile(r"[^\S\n]+")
# What XML cannot hold; with one such sign in it no program opens the file.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
NOT_IN_A_FILE_NAME = re.compile(r"[^a-z0-9]+")


def clean(text):
    """Return `text` as precomposed characters, without NUL, direction marks and stray blanks."""
    text = unicodedata.normalize("NFC", text or "").translate(INVISIBLE)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")
    return SPACES.sub(" ", text).strip()


def printable(text):
    """Return `text` without what no XML file may hold."""
    return UNPRINTABLE.sub("", text)


def fold(text):
    """Return `text` for search: lower case, without marks, so that `dang uy` finds `Đảng ủy`."""
    text = unicodedata.normalize("NFD", (text or "").lower().replace("đ", "d"))
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
