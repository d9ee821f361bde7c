"""Two people at one thing: how the second one is told, the same way by every form and act.

A Conflict that nobody catches becomes the one page that says so (`page`, by the middleware).
Where something was typed, `foundation.acts.attempt` catches the version that grew old and shows
the own text beside the one that stands, with `_conflict.html`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from foundation.clock import written_day, written_hour, written_moment

STATUS = 409


class Conflict(Exception):
    """Somebody was faster: the thing is no longer as it was when this was begun."""


def page(request: HttpRequest) -> HttpResponse:
    """Say kindly that the thing has moved on, and that nothing was changed."""
    return render(request, "409.html", status=STATUS)


@dataclass(frozen=True)
class Difference:
    label: str
    typed: str
    standing: str


def differences(form: Any, standing: dict[str, Any]) -> list[Difference]:
    """Compare a valid form with `standing`, {field: value}; return what differs, in form order."""
    return [
        Difference(
            field.label,
            shown(form.fields[field.name], form.cleaned_data[field.name]),
            shown(form.fields[field.name], standing[field.name]),
        )
        for field in form.visible_fields()
        if field.name in standing
        and _comparable(form.cleaned_data[field.name]) != _comparable(standing[field.name])
    ]


def as_it_stands(thing: Any, names: Iterable[str]) -> dict[str, Any]:
    """Read the thing anew; return {name: value}, the version among them."""
    thing.refresh_from_db()
    return {name: getattr(thing, name) for name in names}


def both_texts(
    form: Any, standing: dict[str, Any], *, version: str = "version"
) -> list[Difference]:
    """Return what differs from `standing`, and let the form be sent again over it, knowingly.

    Its field `version` takes the number of what stands; files are asked for once more.
    """
    found = differences(form, standing)
    form.data = form.data.copy()
    form.data[form.add_prefix(version)] = str(standing[version])
    if form.files:
        form.ask_for_files_again()
    return found


def shown(field: Any, value: Any) -> str:
    """Return `value` as a reader expects it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return written_moment(value)
    if isinstance(value, dt.date):
        return written_day(value)
    if isinstance(value, dt.time):
        return written_hour(value)
    if isinstance(value, str):
        return str(dict(getattr(field, "choices", None) or ()).get(value, value))
    if hasattr(value, "__iter__"):
        return ", ".join(str(one) for one in value)
    return str(value)


def _comparable(value: Any) -> Any:
    if value is None:
        return ""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return {one.pk for one in value}
    return value
