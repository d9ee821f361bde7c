"""The papers of a conference that lies ahead, as far as an office has come with them."""

import datetime as dt

from foundation.clock import day_of
from reports.domain.papers import acts, letters
from reports.domain.snapshots import digest
from reports.models import Paper

LEAD = dt.timedelta(days=31)  # before the conference: the plan is issued in time


def draw_up_papers(conference, office, *, at, has_notice=False):
    """Issue the plan of a conference and draft its notice, or issue and publish that as well."""
    secretary, clerk, *_ = office
    long_before = min(conference.starts_at - LEAD, at)
    _issue(conference, Paper.Kind.PLAN, by=secretary, at=long_before)
    if not has_notice:
        acts.start_paper(conference, Paper.Kind.NOTICE, by=clerk, at=at)
        return
    week_before = min(conference.starts_at - dt.timedelta(days=9), at)
    for kind in (Paper.Kind.NOTICE, Paper.Kind.INVITATION):
        _issue(conference, kind, by=secretary, at=week_before)
    conference.refresh_from_db()
    acts.publish_notice(
        conference, version=conference.version, on=day_of(week_before),
        channels="trang tin nội bộ và bảng tin", by=clerk, at=week_before,
    )  # fmt: skip


def _issue(conference, kind, *, by, at):
    paper = acts.start_paper(conference, kind, by=by, at=at)
    acts.issue_paper(paper, seen=digest(letters.drawn_up(paper, at=at)), by=by, at=at)
