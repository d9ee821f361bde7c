"""The papers of a conference, for its pages."""

from django import template

from hall.permissions import can_see_minutes
from hall.queries import minutes_of
from reports.domain.papers.overview import papers_of
from reports.models import Paper
from reports.permissions import can_take_questions

register = template.Library()


@register.inclusion_tag("reports/_papers_in_short.html", takes_context=True)
def papers_in_short(context, conference):
    """Draw how the papers of `conference` stand, and the way to their page."""
    minutes = minutes_of(conference)[0] if conference.happened else None
    return {
        "conference": conference,
        "rows": papers_of(conference),
        "minutes": minutes,
        "can_take_questions": can_take_questions(context["user"], conference),
    }


@register.inclusion_tag("reports/_papers_to_read.html")
def papers_to_read(conference, user):
    """Draw the published notice, and to the chair the way to the minutes; nothing where there is neither."""
    notice = Paper.objects.visible_to(user).filter(conference=conference, kind=Paper.Kind.NOTICE)
    return {
        "conference": conference,
        "notice": notice.first() if conference.notice_published_on else None,
        "sees_minutes": can_see_minutes(user, conference),
    }


@register.inclusion_tag("reports/_conference_papers.html")
def conference_papers(conference):
    """Draw where minutes and conclusion notice of `conference` are to be had."""
    return {"conference": conference, "minutes": minutes_of(conference)[0]}
