"""The duties of one conference, for its page: the part of the person's one list that is about it."""

from django import template

from reports.duties.lists import duties_of as list_of

register = template.Library()


@register.simple_tag(takes_context=True)
def duties_of(context, conference):
    """Return what whoever asks must do now for `conference`, the most urgent first."""
    return [duty for duty in list_of(context["request"]) if duty.conference == conference.pk]
