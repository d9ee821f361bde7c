"""Small things the pages of the dialogue print."""

from django import template
from django.urls import NoReverseMatch, reverse

register = template.Library()


@register.filter
def overdue_on(commitment, day):
    """Is the commitment overdue on `day`?"""
    return commitment.is_overdue(on=day)


@register.simple_tag
def page_of(url_name, conference):
    """Return the address of a page of the conference, or nothing if there is no such page."""
    try:
        return reverse(url_name, args=[conference.pk])
    except NoReverseMatch:
        return ""
