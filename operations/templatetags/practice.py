"""What the desk of a hall shows in the demo alone."""

from django import template
from django.conf import settings

from operations.demo.practice import practises

register = template.Library()


@register.inclusion_tag("operations/_practice.html", takes_context=True)
def practice_of(context, hall):
    """Draw the switch of a hall that asks by itself, where it is one of the demo."""
    is_on = settings.DEMO and practises(hall)
    return {
        "hall": hall,
        "is_there": settings.DEMO,
        "is_on": is_on,
        "csrf_token": context.get("csrf_token"),
    }
