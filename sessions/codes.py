"""What conferences, questions and commitments are called: HN2, HN2-C012, HN2-K03.

Conferences are counted through the life of their committee. A number by period would change
when a conference is postponed or a deadline moves, and a code that is printed, mailed or written
down must stay right; so must two conferences of one period never share one.
"""

import re

QUESTION, COMMITMENT = "C", "K"
CODE = re.compile(r"(?:HN\s*(\d{1,6}))?[\s./–—-]*(?:([CK])\s*(\d{1,6}))?", re.IGNORECASE)


def conference_code(number: int) -> str:
    return f"HN{number}"


def question_code(conference: int, number: int) -> str:
    return f"{conference_code(conference)}-{QUESTION}{number:03d}"


def commitment_code(conference: int, number: int) -> str:
    return f"{conference_code(conference)}-{COMMITMENT}{number:02d}"


def read_code(text: str) -> tuple[int | None, str | None, int | None] | None:
    """Return (number of the conference, C or K, number) of a code as people type it, or None.

    Each part may be None: "c12" names no conference, "HN2" nothing within it.
    """
    found = CODE.fullmatch(text.strip())
    if not found or not any(found.groups()):
        return None
    conference, kind, number = found.groups()
    return (
        int(conference) if conference else None,
        kind.upper() if kind else None,
        int(number) if number else None,
    )
