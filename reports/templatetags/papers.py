"""The papers of a conference, for its pages."""

from django import template

from hall.queries import minutes_of

register = template.Library()


@register.inclusion_tag("reports/_conference_papers.html")
def conference_papers(conference):
    """Draw where minutes and conclusion notice of `conference` are to be had."""
    return {"conference": conference, "minutes": minutes_of(conference)[0]}
