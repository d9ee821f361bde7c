"""Shows what differs between two texts: struck out and underlined, and said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _

from foundation.differences import GONE, NEW, parts_of

if TYPE_CHECKING:
    from django.utils.safestring import SafeString


register = template.Library()


@register.simple_tag
def differing(before: str, after: str) -> SafeString:
    """Draw both texts as one; whoever listens hears where something was taken out or put in."""
    said = {GONE: ("del", _("taken out:")), NEW: ("ins", _("put in:"))}
    pieces = []
    for part in parts_of(before, after):
        if part.kind not in said:
            pieces.append(format_html("{}", part.text))
            continue
        tag, word = said[part.kind]
        pieces.append(
            format_html(
                '<{0}><span class="visually-hidden">[{1} </span>{2}<span class="visually-hidden">]'
                "</span></{0}>",
                tag,
                word,
                part.text,
            )
        )
    return format_html(
        '<div class="differing">{}</div>', format_html_join("", "{}", ((one,) for one in pieces))
    )
