"""How Party documents write numbers and dates. Vietnamese in place, no translation."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reports.documents.profile import Profile


NOTHING_KNOWN = "–"


def cell_text(value: object) -> str:
    """Return a table cell: 1.234 for int, 92,3 for float, – for None, text as it is."""
    if value is None:
        return NOTHING_KNOWN
    if isinstance(value, int):
        return f"{value:,}".replace(",", ".")
    if isinstance(value, float):
        return (
            f"{round(value, 1):,}".replace(",", " ")
            .replace(".", ",")
            .replace(" ", ".")
            .removesuffix(",0")
        )
    return str(value)


def padded_day(day: dt.date) -> tuple[str, str, str]:
    """Return (day, month, year) as documents write them: 05 and 18, months 1 and 2 as 01 and 02."""
    return (
        f"{day.day:02d}",
        f"{day.month:02d}" if day.month < 3 else str(day.month),
        str(day.year),
    )


def place_and_date(place: str, issued_on: str | None, year: int) -> str:
    """Return "Hà Nội, ngày 05 tháng 02 năm 2026", or room to fill in while it is a draft."""
    if issued_on is None:
        return f"{place}, ngày \u2003\u2002 tháng \u2003\u2002 năm {year}"
    day, month, issued_in = padded_day(dt.date.fromisoformat(issued_on))
    return f"{place}, ngày {day} tháng {month} năm {issued_in}"


def short_document_date(day: dt.date | str) -> str:
    """Return a date, or its ISO form, as citations write it: 05/02/2026 and 18/6/2026."""
    day, month, year = padded_day(dt.date.fromisoformat(day) if isinstance(day, str) else day)
    return f"{day}/{month}/{year}"


def hour_in_words(local: dt.datetime | dt.time) -> str:
    """Return "23 giờ 59" for a time that is our own already."""
    return f"{local:%H giờ %M}"


def moment_in_words(local: dt.datetime) -> str:
    """Return "23 giờ 59, ngày 24/6/2026" for a moment that is in our own time already."""
    return f"{hour_in_words(local)}, ngày {short_document_date(local.date())}"


def number_and_symbol(number: int | None, symbol: str) -> str:
    """Return "Số 05-BC/ĐU": no colon, two digits at least; room for the number in a draft.

    Nothing for papers that are not numbered: they have no symbol.
    """
    if not symbol:
        return ""
    if number is None:
        return f"Số \u2003\u2003-{symbol}"
    return f"Số {number:02d}-{symbol}"


# What a line of a name must not break, beside its last two words.
TOGETHER = {
    *("ĐẢNG BỘ", "ĐẢNG ỦY", "CƠ QUAN", "TỔNG CỤC", "HỌC VIỆN", "NGHIÊN CỨU", "TRUNG TÂM"),
    *("TRUNG ƯƠNG", "ĐÀO TẠO", "VĂN PHÒNG", "TẠP CHÍ", "XUẤT BẢN", "DÂN VẬN", "TUYÊN GIÁO"),
    *("TỔ CHỨC", "KIỂM TRA", "CHÍNH PHỦ", "QUỐC HỘI", "ĐOÀN THỂ", "TẬP ĐOÀN", "TỔNG CÔNG"),
}


def pieces(name: str) -> list[str]:
    """Return the name in capitals as the pieces that may stand in different lines."""
    found: list[str] = []
    for word in name.split():
        if found and f"{found[-1].split()[-1]} {word}" in TOGETHER:
            found[-1] += f" {word}"
        else:
            found.append(word)
    if len(found) > 1 and " " not in found[-1]:  # no word stands alone in the last line
        found[-2:] = [" ".join(found[-2:])]
    return found


def accompanying(document: Mapping[str, Any]) -> str:
    """Return "kèm theo Báo cáo số 05-BC/ĐU, ngày 18/6/2026" for an annex."""
    kind = document["type"].capitalize()
    if document["number"] is None:
        return f"kèm theo {kind} số … -{document['symbol']}"
    number = number_and_symbol(document["number"], document["symbol"])
    day = short_document_date(document["issued_on"])
    return f"kèm theo {kind} s{number.removeprefix('S')}, ngày {day}"


def recipient_lines(recipients: Sequence[str], profile: Profile) -> list[str]:
    """Return the lines under "Nơi nhận" with the separators of the profile."""
    last = len(recipients) - 1
    return [
        f"- {name}{profile.end_of_recipients if i == last else profile.recipients_separator}"
        for i, name in enumerate(recipients)
    ]
