"""The papers of a conference, for its pages."""

from django import template

from hall.queries import minutes_of
from reports.domain.papers.overview import papers_of

register = template.Library()


@register.inclusion_tag("reports/_papers_in_short.html")
def papers_in_short(conference):
    """Draw how the papers of `conference` stand, and the way to their page."""
    minutes = minutes_of(conference)[0] if conference.happened else None
    return {"conference": conference, "rows": papers_of(conference), "minutes": minutes}


@register.inclusion_tag("reports/_conference_papers.html")
def conference_papers(conference):
    """Draw where minutes and conclusion notice of `conference` are to be had."""
    return {"conference": conference, "minutes": minutes_of(conference)[0]}
