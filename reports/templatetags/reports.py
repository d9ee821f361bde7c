"""What report pages need beside the portal's own filters."""

from django import template
from django.urls import NoReverseMatch, reverse

from reports.documents.formatting import cell_text

register = template.Library()


@register.simple_tag
def todo_url(todo):
    """Return the address of a todo's one button."""
    try:
        return reverse(todo.url, args=todo.args)
    except NoReverseMatch:
        return "#"


@register.filter
def as_cell(value):
    """Return a table cell as the document prints it: 1.234, 92,3, –."""
    return cell_text(value)


@register.filter
def get_item(mapping, key):
    """Return mapping[key], or nothing."""
    return mapping.get(key) if mapping else None
