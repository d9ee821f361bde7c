"""Fields of forms drawn in Python, for a page whose form is drawn again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django import forms, template
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.utils.safestring import SafeString


register = template.Library()

STAR = mark_safe('<span class="asteriskField">*</span>')
CLASSES = {forms.CheckboxInput: "form-check-input", forms.Select: "form-select"}
DRAWN_HERE = (forms.TextInput, forms.NumberInput, forms.Textarea, *CLASSES)


@register.simple_tag
def draw_field(bound: BoundField) -> SafeString:
    """Draw a field as crispy does, in a third of the time; what is wrong with one is left to it."""
    widget = bound.field.widget
    if bound.errors or bound.help_text or not isinstance(widget, DRAWN_HERE):
        drawn: SafeString = as_crispy_field(bound)
        return drawn
    required = bound.field.required
    is_tick = isinstance(widget, forms.CheckboxInput)
    label = format_html(
        '<label for="{}" class="{}{}">{}{}</label>',
        bound.id_for_label,
        "form-check-label" if is_tick else "form-label",
        " requiredField" if required else "",
        bound.label,
        STAR if required else "",
    )
    drawn = _widget(bound, widget)
    if is_tick:
        return format_html(
            '<div class="mb-3"><div id="div_{}" class="form-check">{}{}</div></div>',
            bound.auto_id, drawn, label,
        )  # fmt: skip
    return format_html('<div id="div_{}" class="mb-3">{}{}</div>', bound.auto_id, label, drawn)


def _widget(bound: BoundField, widget: forms.Widget) -> SafeString:
    own = widget.attrs.get("class", "")
    kind = next((CLASSES[one] for one in CLASSES if isinstance(widget, one)), "form-control")
    drawn_as: dict[str, str | bool] = {
        "class": f"{own} {type(widget).__name__.lower()} {kind}".strip()
    }
    if not isinstance(widget, forms.Select):
        return bound.as_widget(attrs=drawn_as)
    attrs = widget.build_attrs(
        widget.attrs, bound.build_widget_attrs({"id": bound.auto_id, **drawn_as}, widget)
    )
    value = widget.format_value(bound.value())
    groups = widget.optgroups(bound.html_name, value)
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (one["value"], mark_safe(" selected") if one["selected"] else "", one["label"])
            for _name, group, _index in groups
            for one in group
        ),
    )
    return format_html('<select name="{}"{}>{}</select>', bound.html_name, flatatt(attrs), options)
