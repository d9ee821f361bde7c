import json

from django import template
from django.core.serializers.json import DjangoJSONEncoder

register = template.Library()


@register.filter
def as_json(value):
    """Write `value` for an attribute, where a script reads it; the template escapes it."""
    return json.dumps(value, cls=DjangoJSONEncoder)
