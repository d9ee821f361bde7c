"""What jobs ask about the mails that carry a report, and about its files."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from jobs.kinds import gives_deadline, names_boards, speaks_for_mail
from jobs.models import Delivery, Rendering
from periods.models import Obligation
from reports.models import Report


def report_of(delivery: Delivery) -> Report | None:
    """Return the report that the mail carries, or None."""
    if delivery.waits_for_id is None:
        return None
    found = Report.objects.filter(rendering=delivery.waits_for_id).defer("snapshot")
    return found.select_related("obligation__committee", "obligation__period").first()


@speaks_for_mail
def words_of(delivery: Delivery) -> dict[str, Any]:
    return {"report": report_of(delivery)}


@gives_deadline
def deadline_of(delivery: Delivery) -> dt.datetime | None:
    report = report_of(delivery)
    return report.obligation.deadline if report else None


@names_boards
def boards_of(jobs: Any) -> Iterable[int]:
    """The Boards that the reports go to; of their own files, the Boards themselves."""
    owed = Obligation.objects.filter(board__isnull=False)
    if jobs.model is not Rendering:
        return owed.filter(reports__rendering__mails__in=jobs).values_list("board_id", flat=True)
    boards = set(owed.filter(reports__rendering__in=jobs).values_list("board_id", flat=True))
    archived = jobs.filter(archive__isnull=False).values_list("archive__board", flat=True)
    consolidated = jobs.filter(consolidated__isnull=False)
    return boards | set(archived) | set(consolidated.values_list("consolidated__board", flat=True))
