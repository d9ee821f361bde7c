"""What an office owes its Board: one duty for each report that is not settled."""

from django.utils.translation import gettext as _

from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from reports.duties import looks
from reports.states import ReportState

LIST = "reports:report_list"


@kind
def report(look):
    for row in looks.desk_rows_of(look):
        if found := _todo(look, row):
            what, url, label = found
            for who in look.people(row.obligation.committee_id, *OFFICE):
                yield Duty(
                    who=who,
                    about=look.about(
                        _("Report, %(period)s") % {"period": row.obligation.period.name},
                        row.obligation.committee,
                        who,
                    ),
                    what=what,
                    on=row.obligation.last_day,
                    url=url,
                    label=label,
                    place=LIST,
                    row=row,
                    keys=_returned(row),
                    remarks=_remarks(row),
                )


def _todo(look, row):
    """Return (what, where, label of the button) for what `row` still asks of the office, or None."""
    if row.is_exempt:
        return None
    newest = row.versions[-1] if row.versions else None
    if newest and newest.state == ReportState.DRAFT:
        if row.is_settled or row.status == "incomplete":
            what = _("Complete and issue the new version of the report.")
        else:
            what = _("Complete and issue the report.")
        return what, link("reports:report_detail", newest.pk), _("Open the draft")
    if row.report and row.report.state == ReportState.RETURNED:
        what = _("The Board has returned the report to be completed.")
        return what, link("reports:report_detail", row.report.pk), _("Open the report")
    if row.is_settled:
        return None
    if row.status == "automatic":
        what = _("The report was deposited without approval: correct and issue it.")
        return what, link("reports:report_detail", row.report.pk), _("Open the report")
    if row.status == "none" and looks.is_running(look, row.obligation.period):
        what = _("Schedule the dialogue conference, then report on it.")
        return what, link("sessions:conference_create"), _("Schedule")
    if row.status == "scheduled":
        what = _("Hold the conference that is scheduled, then report on it.")
        return what, link("sessions:conference_detail", row.conference.pk), _("Open")
    if row.status == "missing":
        return _("The report is overdue: draft and issue it."), link(LIST), _("Draft the report")
    return _("Draft the report."), link(LIST), _("Draft the report")


def _returned(row):
    """A report that came back calls for a word by itself, whatever its date."""
    report = row.report
    if report and report.state == ReportState.RETURNED:
        return (f"returned:{report.pk}",)
    return ()


def _remarks(row):
    """What the Board wants completed, as long as no new version is begun."""
    report = row.report
    if report is None or report.state != ReportState.RETURNED or row.versions[-1] != report:
        return ""
    return report.inbox_item.remarks
