"""Which passwords are too easy to guess here: the known ones, and those an office would think of.

Read without marks, case, signs, and the usual swaps of letters for figures, so that
"M@tKhẩu2026" is "matkhau" and "Vănphòng-Đảngủy@123" two words of the list. What the person and
the person's committees are called counts as such words too.
"""

import re
from functools import cache
from pathlib import Path

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from committees.models import Membership
from foundation.text import fold

SWAPS = str.maketrans("013457@$!|", "oieastasil")
# A long sentence of such words is still hard to guess; up to three of them are not.
MOST_WORDS = 3
SHORTEST_WORD = 4  # of names and known passwords; the words of our list may be shorter
FILE = Path(__file__).with_name("easy_passwords.txt")


@cache
def easy_words():
    """Return the words of our list."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def known_passwords():
    """Return the twenty thousand passwords that were found most often in stolen lists (Django's)."""
    return frozenset(
        word for word in CommonPasswordValidator().passwords if len(word) >= SHORTEST_WORD
    )


class EasyPasswordValidator:
    """Refuses what is known, and what is made of known words, names and years alone."""

    def validate(self, password, user=None):
        if is_easy(password, names=names_of(user)):
            raise ValidationError(
                _(
                    "This password is easy to guess: it is known, or made of names, years and "
                    "words of an office. Choose a sentence that only you would think of."
                ),
                code="password_easy",
            )

    def get_help_text(self):
        return _("Not made of names, years and words of an office alone.")


def is_easy(password, *, names=frozenset()):
    """Is the password known, or made of at most MOST_WORDS known words and of figures?"""
    folded = fold(password)
    for read in (
        folded,
        folded.translate(SWAPS),
        folded.rstrip("0123456789!@#$%^&*").translate(SWAPS),
    ):
        if re.sub(r"[^a-z0-9]", "", read) in known_passwords():
            return True
        letters = re.sub(r"[^a-z]", "", read)
        if not letters or _is_a_run(letters) or _is_made_of(letters, easy_words() | names):
            return True
    return False


def _is_a_run(letters):
    """Is it one to three letters over and over?"""
    return any(letters == (letters[:size] * len(letters))[: len(letters)] for size in (1, 2, 3))


def _is_made_of(letters, words):
    """Can `letters` be cut into at most MOST_WORDS of `words`, or of known passwords?"""
    reached = {0}
    for _number in range(MOST_WORDS):
        reached = {
            end
            for start in reached
            for end in range(start + 1, len(letters) + 1)
            if letters[start:end] in words
            or (end - start >= SHORTEST_WORD and letters[start:end] in known_passwords())
        }
        if len(letters) in reached:
            return True
    return False


def names_of(user):
    """Return what the person and the person's committees are called, as words without marks."""
    if user is None:
        return frozenset()
    named = [user.full_name, user.username, user.email.partition("@")[0]]
    if user.pk:
        for one in Membership.objects.filter(user=user).select_related("committee"):
            named += [one.committee.name, one.committee.code, one.unit, one.post]
    found = set()
    for name in named:
        words = re.findall(r"[a-z]+", fold(name))
        # Each word, the whole, its ends, and its initials: Viện Minh Hòa → vien, minhhoa, vmh.
        found.update(words)
        found.update("".join(words[at:]) for at in range(len(words)))
        found.update("".join(words[:at]) for at in range(1, len(words)))
        found.update("".join(word[0] for word in words[at:]) for at in range(len(words)))
    return frozenset(word for word in found if len(word) > 1)
