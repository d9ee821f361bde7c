"""Which frozen figures are no longer what the portal's conferences show.

Answers go on after a report was issued, and nobody takes that for a fault. What was held, and how
many came, does not go on: where that was recorded or mended later, the paper says something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from foundation.given import given
from reports.figures import GROUPS_OF_PEOPLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reports.models import Report
    from sessions.models import Conference


COUNTED = ("held_on", "attendance", "turns", "diverted")


def outdated_conferences(report: Report, held: Iterable[Conference]) -> list[str]:
    """Return the titles of conferences that are recorded otherwise than the issued report says.

    `held` are those that its obligation counts now.
    """
    then = {
        one["id"]: (one["title"], {name: one[name] for name in COUNTED})
        for one in given(report.snapshot)["figures"]["conferences"]
    }
    now = {one.pk: (one.title, _counted(one)) for one in held}
    return [
        (now.get(pk) or then[pk])[0]
        for pk in sorted({*then, *now})
        if pk not in then or pk not in now or then[pk][1] != now[pk][1]
    ]


def _counted(conference: Conference) -> dict[str, Any]:
    attendance = getattr(conference, "attendance", None)
    return {
        "held_on": conference.held_on.isoformat(),
        "attendance": attendance and {name: getattr(attendance, name) for name in GROUPS_OF_PEOPLE},
        "turns": conference.turns,
        "diverted": conference.diverted,
    }
