"""How many names a committee asked to have opened in a period, and what became of it.

Counted by the day of the request, for the report, the Board's desk and the consolidated report
alike. What was asked is what was agreed to, refused, taken back, has lapsed and waits, together.
"""

from typing import Any

from django.db.models import Count, Q

from foundation.clock import start_of
from sessions.models import OpeningRequest

# {key: what it is called in documents and on the desk}; `opened` is part of `agreed`.
COLUMNS = {
    "asked": "đề nghị mở tên",
    "agreed": "Ban đồng ý",
    "opened": "đã xem tên",
    "refused": "Ban từ chối",
    "withdrawn": "đã thu hồi",
    "lapsed": "hết hạn, không được trả lời",
    "waiting": "đang chờ trả lời",
}
NONE = dict.fromkeys(COLUMNS, 0)


def openings_in(period, committees, *, at):
    """Return {committee id: {key: how many}} of those that asked for any, as of `at`."""
    rules = {
        "asked": Q(),
        "agreed": Q(decision__verdict="agreed"),
        "opened": Q(unsealing__isnull=False),
        "refused": Q(decision__verdict="refused"),
        "withdrawn": Q(decision__verdict="withdrawn"),
        "lapsed": Q(decision=None, unsealing=None, lapses_at__lte=at),
        "waiting": Q(decision=None, lapses_at__gt=at),
    }
    found = (
        OpeningRequest.objects.filter(
            committee__in=committees,
            at__gte=start_of(period.starts_on),
            at__lt=start_of(period.due_before),
        )
        .order_by()
        .values("committee")
        .annotate(**{key: Count("pk", filter=rules[key]) for key in COLUMNS})
    )
    rows: list[dict[str, Any]] = [dict(row) for row in found]
    return {row.pop("committee"): row for row in rows}


def together(counts):
    """Return the sum of what openings_in() gives, key by key."""
    return {key: sum(one[key] for one in counts) for key in COLUMNS}


def in_words(counts):
    """Return one sentence of the counts, or "" where nothing was asked for."""
    if not counts or not counts["asked"]:
        return ""
    parts = [f"{COLUMNS[key]} {counts[key]}" for key in COLUMNS if key != "asked" and counts[key]]
    return f"Số đề nghị mở tên người hỏi: {counts['asked']}; {', '.join(parts)}."
