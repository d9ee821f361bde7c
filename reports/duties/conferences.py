"""Conferences that no report contains."""

from django.utils.translation import gettext as _

from committees.permissions import OFFICE
from duties.duty import Duty, kind, link
from reports.duties.looks import desk_rows_of
from reports.states import ReportState
from sessions.duties.looks import about_conference, conferences


@kind
def left_out(look):
    """It was held after the report of its period was issued, and no newer version is begun."""
    for conference in [one for one in conferences(look) if one.happened]:
        for row in desk_rows_of(look):
            owed = row.obligation
            if owed.committee_id != conference.committee_id or not _lies_in(conference, owed):
                continue
            standing = row.report if row.report is not None and row.report.is_issued else None
            is_begun = row.versions and row.versions[-1].state == ReportState.DRAFT
            if standing and not is_begun and _came_later(conference, standing):
                for who in look.people(conference.committee_id, *OFFICE):
                    yield Duty(
                        who=who,
                        about=about_conference(look, conference, who),
                        conference=conference.pk,
                        what=_(
                            "No report contains this conference: correct the report of %(period)s."
                        )
                        % {"period": owed.period.name},
                        url=link("reports:report_detail", standing.pk),
                        label=_("Open the report"),
                        place="reports:report_list",
                        since=conference.held_on,
                        keys=(f"{conference.pk}:{standing.pk}",),
                    )


def _lies_in(conference, owed):
    return owed.period.starts_on <= conference.held_on < owed.due_before


def _came_later(conference, report):
    return conference.held_at is not None and conference.held_at > report.issued_at
