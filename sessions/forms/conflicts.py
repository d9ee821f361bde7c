"""What the loser of two savers is shown: the own text beside the one that stands."""

import datetime as dt
from dataclasses import dataclass

from django.template.defaultfilters import date
from django.utils import timezone
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Difference:
    label: str
    typed: str
    standing: str


def differences(form, standing):
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


def with_version(data, version):
    """Return posted `data` that would be saved over `version`, knowingly."""
    data = data.copy()
    data["version"] = str(version)
    return data


def shown(field, value):
    """Return `value` as a reader expects it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dt.datetime):
        return date(timezone.localtime(value), "H:i d/m/Y")
    if isinstance(value, dt.date):
        return date(value, "d/m/Y")
    if isinstance(value, str):
        return str(dict(getattr(field, "choices", None) or ()).get(value, value))
    if hasattr(value, "__iter__"):
        return ", ".join(str(one) for one in value)
    return str(value)


def _comparable(value):
    if value is None:
        return ""
    if hasattr(value, "__iter__") and not isinstance(value, str):
        return {one.pk for one in value}
    return value
