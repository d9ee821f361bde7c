"""Dates, states and icons as every page shows them."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from functools import lru_cache
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django import template
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.utils.html import format_html, strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from foundation import clock, shape
from foundation.abbreviations import explaining
from foundation.clock import (
    day_in,
    day_of,
    short_weekday_date,
    weekday_date,
    written_day,
    written_moment,
)
from foundation.looks import Look, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.forms import BaseForm
    from django.template import Context
    from django.template.base import Parser, Token
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

    from foundation.looks import Stateful


register = template.Library()

register.filter(weekday_date)


def _of_dates(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Write what is a date or a time; what somebody typed into a field may be neither."""
    return lambda value: write(value) if isinstance(value, dt.date | dt.time) else ""


register.filter("day", _of_dates(clock.written_day))
register.filter("hour", _of_dates(clock.written_hour))
register.filter("moment", _of_dates(clock.written_moment))
register.filter("hour_to_the_second", _of_dates(clock.hour_to_the_second))
register.filter("moment_to_the_second", _of_dates(clock.moment_to_the_second))


ASKERS_OWN = ("withdrawn", "received")


@register.simple_tag
def received_when(question: Any) -> str:
    """Return the day a named question came in, and of every other one only the week."""
    day = day_in(question.received_at)
    return weekday_date(day) if question.level == "named" else _week_of(day)


@register.simple_tag
def moved_when(question: Any, step: Any, precise: str = "") -> str:
    """Return when a question moved: of its asker's own acts without a name only the week is kept."""
    if step.actor_id is None and question.level != "named" and step.to_state in ASKERS_OWN:
        return _week_of(day_in(step.at))
    return written_moment(step.at) if precise else weekday_date(step.at)


def _week_of(day: dt.date | None) -> str:
    return _("week of %(day)s") % {"day": written_day(day)}


register.filter(short_weekday_date)


@register.filter
def days_off(met: Iterable[tuple[dt.date, str]]) -> str:
    """Return "T5 30/04 (Ngày Chiến thắng), T7 02/05" for [(day, its name), …]."""
    return ", ".join(
        f"{short_weekday_date(day)} ({name})" if name else short_weekday_date(day)
        for day, name in met
    )


@register.filter
def shaped(text: object, lead: str = "") -> SafeString:
    """Return a text that somebody typed with its paragraphs, lists and tables, and with what its
    abbreviations mean."""
    lead = format_html("<strong>{}</strong>", lead) if lead else ""
    return _shaped(text, lead, words=explaining())


@register.filter
def labelled(text: object, label: str) -> SafeString:
    """Return such a text behind its label, as documents print a question and its answer."""
    return _shaped(text, format_html("<em>{}:</em>", label))


@register.filter
def bulleted(text: object) -> SafeString:
    """Return such a text as a point of a document's list."""
    return _shaped(text, "-")


@register.filter
def is_long(text: str) -> bool:
    """Is such a text more than one paragraph, so that it must be set apart from its neighbours?"""
    return not shape.is_plain(text)


@register.filter
def in_cell(text: str) -> str:
    """Return such a text as it stands in the cell of a table: a single paragraph is none."""
    return text if shape.is_plain(text) else _shaped(text)


def _shaped(text: object, lead: str = "", **how: Any) -> SafeString:
    return shape.as_html(str(text or ""), lead=lead, table_name=_("Table in the text"), **how)


@register.filter
def asks_a_secret(form: BaseForm) -> bool:
    """Is there a field whose text is never sent back, so that it must be typed again?"""
    return any(
        getattr(field.widget, "input_type", "") == "password" for field in form.fields.values()
    )


@register.filter
def absolute(number: int) -> int:
    return abs(number)


@register.inclusion_tag("_days_left.html", takes_context=True)
def days_left(context: Any, on: dt.date | None) -> dict[str, Any]:
    """Draw how many days are left until `on`, by the one moment of the request.

    The pages of the anonymous host know no request; they are given the day of it, `today`.
    """
    day, today = day_in(on), context.get("today") or day_of(context["request"].at)
    return {"words": clock.days_left(day, today), "is_past": day is not None and day < today}


@register.simple_tag
def integrity(path: str) -> str:
    """Return the attribute by which a browser knows that a script is the one we wrote."""
    if settings.WHITENOISE_USE_FINDERS:
        found = finders.find(path)
        return _integrity_of(found, Path(found).stat().st_mtime) if found else ""
    stored = staticfiles_storage.stored_name(path)  # type: ignore[attr-defined]  # whitenoise's own
    return _integrity_of(staticfiles_storage.path(stored), 0)


@lru_cache
def _integrity_of(path: str, _changed_at: float) -> SafeString:
    digest = hashlib.sha384(Path(path).read_bytes()).digest()
    return format_html('integrity="sha384-{}"', base64.b64encode(digest).decode())


@register.simple_tag
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is decoration, the word stands beside it."""
    return _icon(static("icons.svg"), name)


@lru_cache
def _icon(sprite: str, name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        sprite,
        name,
    )


@register.simple_tag
def state_badge(thing: State | Stateful) -> SafeString:
    """Draw where something stands, or a state itself, as colour, icon and word."""
    state = thing if isinstance(thing, State) else thing.stands
    return badge(state.look, state.label)


@register.simple_tag
def look_badge(look: Look | str, words: StrOrPromise) -> SafeString:
    """Draw what is no state of a row, such as "overdue", in one of the looks of states."""
    return badge(look if isinstance(look, Look) else Look[look.upper()], words)


def badge(look: Look, words: StrOrPromise) -> SafeString:
    return format_html('<span class="state state-{}">{}{}</span>', look.css, icon(look.icon), words)


# --- the way to a page ----------------------------------------------------------------------

LINK = re.compile(r"<a\b.*?</a>", re.DOTALL)


class Trail(template.Node):
    """The pages above this one, as links, and this one by its heading: a page gives the links alone."""

    def __init__(self, nodelist: template.NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        links = LINK.findall(self.nodelist.render(context))
        if not links:
            return ""
        heading = context.render_context[BLOCK_CONTEXT_KEY].get_block("heading").render(context)
        return format_html(
            '<nav class="breadcrumbs" aria-label="{}"><ol>{}'
            '<li class="here" aria-current="page">{}</li></ol></nav>',
            _("Where this page is"),
            mark_safe("".join(f"<li>{link}</li>" for link in links)),  # escaped by the template
            unescape(strip_tags(heading).strip()),
        )


@register.tag
def trail(parser: Parser, token: Token) -> Trail:
    """Draw the path to this page from the links between `trail` and `endtrail`."""
    nodelist = parser.parse(("endtrail",))
    parser.delete_first_token()
    return Trail(nodelist)
