"""What still holds a text that was taken out, and until when: a list to be worked through."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.audit import Act
from foundation.clock import day_of, written_day
from foundation.given import given
from foundation.models import AuditEntry
from jobs.models import Delivery
from jobs.states import JobState
from reports.models import Redaction, Report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet

    from hall.models import Minutes
    from reports.models import Purge
    from reports.models.report import ReportQuerySet


CARRIES_A_REPORT = "emails/reports/report_delivered"


@dataclass(frozen=True)
class Holder:
    """One thing outside, the last day on which it is there (None: nobody can say), what to do."""

    what: str
    until: dt.date | None
    do: str = ""


def what_remains(purge: Purge) -> list[Holder]:
    """Return the Holders of what was taken out by `purge`, those with a day first."""
    found = [
        *_backups(purge),
        *_final_rows(purge),
        _archived_log(purge),
        *_mailboxes(purge),
        *_downloads(purge),
        *_papers(purge),
        Holder(
            _("The browser of whoever wrote or read it"),
            None,
            _("Have the pages closed and the browser started anew."),
        ),
    ]
    return list(dict.fromkeys(found))  # ten mails to one mailbox are one thing to do


def _since(purge: Purge) -> dt.date:
    """The first day on which the text may have been here."""
    return day_of(purge.question.received_at)


def _acts(purge: Purge, act: Act) -> QuerySet[AuditEntry]:
    found = AuditEntry.objects.filter(act=act, at__date__gte=_since(purge))
    return found.filter(at__lte=purge.decided_at).order_by("number")


def _backups(purge: Purge) -> Iterator[Holder]:
    for entry in _acts(purge, Act.BACKED_UP):
        until = day_of(entry.at) + dt.timedelta(days=settings.BACKUP_KEEP_DAYS)
        what = _("Backup %(name)s") % {"name": entry.subject}
        yield Holder(what, until, _("Let it be removed sooner where the text demands it."))


def _archived_log(purge: Purge) -> Holder:
    until = day_of(given(purge.decided_at)) + dt.timedelta(days=settings.WAL_KEEP_DAYS)
    return Holder(
        _("The database's own files and its archived log"),
        until,
        _("An administrator runs what operations.md says under “A text was taken out”."),
    )


def _final_rows(purge: Purge) -> Iterator[Holder]:
    for table, number in purge.removed.get("final", {}).items():
        what = _("%(number)d rows of %(table)s: names, titles, or what nobody may change")
        yield Holder(
            what % {"number": number, "table": table},
            None,
            _("Correct the name or title yourselves; else tell an administrator."),
        )


def _reports(purge: Purge) -> ReportQuerySet:
    return Report.objects.filter(redaction__purge=purge)


def _mailboxes(purge: Purge) -> Iterator[Holder]:
    sent = Delivery.objects.filter(
        template=CARRIES_A_REPORT, waits_for__report__in=_reports(purge), state=JobState.DONE
    )
    for one in sent.order_by("done_at"):
        what = _("Mail with the report to %(to)s, sent on %(day)s") % {
            "to": one.to,
            "day": written_day(one.done_at or one.created_at),
        }
        yield Holder(what, None, _("Ask for it to be deleted, from the bin as well."))


def _downloads(purge: Purge) -> Iterator[Holder]:
    names = [one.rendering.file_name for one in _reports(purge) if one.rendering]
    stems = {name.rpartition(".")[0] for name in names}
    for entry in _acts(purge, Act.DOWNLOADED):
        if entry.subject.rpartition(".")[0] in stems:
            what = _("%(file)s, downloaded by %(who)s on %(day)s") % {
                "file": entry.subject,
                "who": entry.actor_name,
                "day": written_day(entry.at),
            }
            yield Holder(what, None, _("Ask for the file and its copies to be deleted."))


def _minutes(minutes: Minutes) -> Holder:
    what = _("Printed and signed copies of the minutes of %(what)s") % {"what": minutes.conference}
    return Holder(what, None, _("Collect them, and print the minutes anew."))


def _papers(purge: Purge) -> Iterator[Holder]:
    for redaction in Redaction.objects.filter(purge=purge).select_related(
        "report__obligation__committee",
        "report__obligation__period",
        "consolidated__period",
        "minutes__minutes__conference",
    ):
        if redaction.minutes:
            yield _minutes(redaction.minutes.minutes)
            continue
        of = redaction.report or redaction.consolidated
        what = _("Printed and signed copies of %(what)s") % {"what": of}
        yield Holder(what, None, _("Collect them, and issue a new version of the report."))
