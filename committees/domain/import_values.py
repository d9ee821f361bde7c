"""What a cell holds, read as its column means it: codes, telephones, numbers, days, names."""

from __future__ import annotations

import datetime as dt
import re

from committees.titles import proper_name
from foundation.clock import written_day
from foundation.sheets import NOT_COMPUTED
from foundation.text import clean
from foundation.xlsx import ERRORS

DATE_FORMS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
DAY_IN_WORDS = re.compile(
    r"(?:ngày\s+)?(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})", re.IGNORECASE
)
# Days as spreadsheets count them, 1954 to 2119; anything else is no day of ours.
SERIALS = range(20_000, 80_000)
FIRST_SERIAL = dt.date(1899, 12, 30)
WHOLE = re.compile(r"\d{1,3}(?:[., ]\d{3})+")
POINT_ZERO = re.compile(r"(\d+)[.,]0+")
TELEPHONE = re.compile(r"\+?[\d .()/-]{6,}")


def value_in(raw: object | None, kind: str) -> tuple[str, str]:
    """Return (the text that is meant, what stands in the file if that is something else)."""
    text = _text(raw)
    if text in ERRORS or text == NOT_COMPUTED:
        return text, ""
    meant = READ.get(kind, _as_it_is)(text, raw)
    return meant, "" if " ".join(meant.split()) == text else text


def _text(value: object | None) -> str:
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(clean("" if value is None else str(value)).split())


def _as_it_is(text: str, _raw: object | None) -> str:
    return text


def _code(text: str, _raw: object | None) -> str:
    found = POINT_ZERO.fullmatch(text)
    return found[1] if found else text


def _phone(text: str, raw: object | None) -> str:
    if not TELEPHONE.fullmatch(text):
        return text
    digits = re.sub(r"[^\d+]", "", text)
    if digits.startswith(("+84", "0084")):
        return "0" + digits.removeprefix("+84").removeprefix("0084").removeprefix("0")
    # A cell of numbers has lost the zero that every number in the country begins with.
    is_short = not isinstance(raw, str) and len(digits) in (9, 10) and digits[0] != "0"
    return f"0{digits}" if is_short else digits


def _number(text: str, raw: object | None) -> str:
    is_typed = isinstance(raw, str)
    return re.sub(r"\D", "", text) if is_typed and WHOLE.fullmatch(text) else text


def _day(text: str, raw: object | None) -> str:
    if isinstance(raw, int | float) and not isinstance(raw, bool) and int(raw) in SERIALS:
        return written_day(FIRST_SERIAL + dt.timedelta(days=int(raw)))
    found = DAY_IN_WORDS.fullmatch(text)
    return "/".join(found.groups()) if found else text


def _email(text: str, _raw: object | None) -> str:
    return text.removeprefix("mailto:").strip(" ;,<>")


def _name(text: str, _raw: object) -> str:
    return proper_name(text)


READ = {
    "code": _code,
    "phone": _phone,
    "number": _number,
    "day": _day,
    "email": _email,
    "name": _name,
}


def day_in(text: str) -> dt.date | None:
    """Return the date that `text` names, or None if it names none of our time."""
    for form in DATE_FORMS:
        try:
            day = dt.datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if 1930 <= day.year <= 2100:
            return day
    return None
