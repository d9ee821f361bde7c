"""How a form says that what is typed into it is kept (docs/architecture.md, What is typed)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from foundation import drafts
from foundation.sending import key_sent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.base_user import AbstractBaseUser
    from django.http import HttpRequest
    from django.template import Context
    from django.utils.safestring import SafeString

    from foundation.models import Draft


register = template.Library()


@register.simple_tag(takes_context=True)
def person(context: Context) -> str:
    """Say to the tab whose page this is, by a mark that is nobody's outside."""
    user = _user(context)
    return format_html(' data-person="{}"', drafts.person_mark(user)) if user else ""


@register.simple_tag(takes_context=True)
def keep(
    context: Context,
    form: str,
    thing: object = "",
    version: object = "",
    private: str = "",
) -> str:
    """Keep what is typed into this form on the server, for the person at it.

    `thing` is what it is about, `version` the version of it that the form was opened with,
    `private` names the fields that stay in the tab.
    """
    user = _user(context)
    if user is None:
        return ""
    draft = _drafts(context["request"], form).get(str(thing))
    is_posted = key_sent(context["request"]) == (form, str(thing))
    kept = draft if draft and draft.body and not is_posted else None
    return _attributes(
        {
            "data-keep": "server",
            "data-keep-key": drafts.token_of(user, form, thing),
            "data-keep-version": "" if version is None else version,
            "data-keep-private": private,
            "data-keep-posted": "yes" if is_posted else "",
            "data-keep-sent": draft.sent_as if draft else "",
            "data-kept": kept.body if kept else "",
            "data-kept-at": kept.saved_at.isoformat() if kept else "",
            "data-kept-version": kept.version if kept else "",
        }
    )


@register.simple_tag(takes_context=True)
def keep_in_tab(context: Context, form: str, thing: object = "", version: object = "") -> str:
    """Keep what is typed into this form in the tab alone: the server learns nothing of it."""
    user = _user(context)
    if user is None:
        return ""
    token = drafts.token_of(user, form, thing)
    return _attributes(
        {
            "data-keep": "tab",
            "data-keep-key": token.rpartition(":")[2],
            "data-keep-version": "" if version is None else version,
        }
    )


def _attributes(values: Mapping[str, object]) -> SafeString:
    """Write them; the browser shall neither fill nor remember such a form by itself."""
    shown = ((name, value) for name, value in values.items() if value not in ("", None))
    return mark_safe('autocomplete="off"') + format_html_join("", ' {}="{}"', shown)


def _user(context: Context) -> AbstractBaseUser | None:
    request = context.get("request")
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None


def _drafts(request: HttpRequest, form: str) -> dict[str, Draft]:
    """Return this person's drafts of a form; read once, however many such forms a page has."""
    read = drafts.read_by(request)
    if form not in read:
        read[form] = drafts.drafts_of(request.user, form)
    return read[form]
