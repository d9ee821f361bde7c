"""The duties of one conference, for its page: the part of the person's one list that is about it."""

from django import template

from duties.lists import duties_of as list_of

register = template.Library()

# What a duty looks like before it is read: a sign for the part of the portal that it leads to.
SIGNS = {
    "sessions:triage_index": "list-check",
    "sessions:answer_list": "pencil",
    "sessions:conference_list": "calendar-event",
    "sessions:commitment_list": "flag",
    "sessions:my_questions": "chat-left-text",
    "reports:report_list": "file-earmark-text",
    "board:board_desk": "inbox",
    "operations:health": "exclamation-triangle",
}


@register.filter
def sign(duty):
    return SIGNS.get(duty.place, "circle")


@register.simple_tag(takes_context=True)
def duties_of(context, conference):
    """Return what whoever asks must do now for `conference`, the most urgent first."""
    return [duty for duty in list_of(context["request"]) if duty.conference == conference.pk]


@register.inclusion_tag("reports/_duties.html", takes_context=True)
def to_do(context, duties, has_primary=False):
    """Draw `duties` as a list; the first is the page's primary act if `has_primary`."""
    return {"duties": duties, "has_primary": has_primary, "request": context["request"]}
