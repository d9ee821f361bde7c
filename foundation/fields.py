"""Form fields that take Vietnamese as people type it, and dates that no arithmetic can break."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.formats.vi import formats
from foundation.text import clean
from foundation.textfields import LineField, TextField

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = [
    "CountField", "DayField", "LineField", "MomentField", "TextField", "TickedField", "TimeField",
    "VersionField",
]  # fmt: skip

Day = TypeVar("Day", bound=dt.date | None)
YEARS = range(2000, 2101)
LIFETIMES = range(1930, 2101)  # of committees, their terms and the people in them


class DayField(forms.DateField):
    """A date, dd/mm/yyyy in every language."""

    default_error_messages = {"invalid": _("Enter a date that exists, as dd/mm/yyyy.")}

    def __init__(self, *, years: range = YEARS, **kwargs: Any) -> None:
        super().__init__(input_formats=formats.DATE_INPUT_FORMATS, **kwargs)
        self.years = years
        self.widget.attrs.update({"placeholder": _("dd/mm/yyyy"), "autocomplete": "off"})
        self.widget.format = "%d/%m/%Y"

    def to_python(self, value: Any) -> dt.date | None:
        return _within(self.years, super().to_python(_typed(value)))


class MomentField(forms.DateTimeField):
    """A date and a time of day, dd/mm/yyyy HH:MM in every language."""

    default_error_messages = {
        "invalid": _("Enter a date that exists and a time, as dd/mm/yyyy HH:MM.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=formats.DATETIME_INPUT_FORMATS, **kwargs)
        self.widget.attrs.update({"placeholder": _("dd/mm/yyyy HH:MM"), "autocomplete": "off"})
        self.widget.format = "%d/%m/%Y %H:%M"

    def to_python(self, value: Any) -> dt.datetime | None:
        return _within(YEARS, super().to_python(_typed(value)))


class TimeField(forms.TimeField):
    """A time of day on the 24-hour clock; 8h30 and 8g30 are times in every language."""

    default_error_messages = {"invalid": _("Enter a time, as HH:MM.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=formats.TIME_INPUT_FORMATS, **kwargs)
        self.widget.attrs.update({"placeholder": _("HH:MM"), "autocomplete": "off"})
        self.widget.format = "%H:%M"

    def to_python(self, value: Any) -> dt.time | None:
        return super().to_python(_typed(value))


class CountField(forms.IntegerField):
    """A number of people or of things: 0 is a number, blank is not."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100_000, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"


class VersionField(forms.IntegerField):
    """The version the form was opened with; the loser of two savers is told by it."""

    widget = forms.HiddenInput

    def __init__(self, *, min_value: int = 1, **kwargs: Any) -> None:
        super().__init__(min_value=min_value, max_value=2_000_000_000, **kwargs)


class TickedField(forms.TypedMultipleChoiceField):
    """What is ticked in a list: its keys, of the type `key`. What they name the view looks up."""

    def __init__(self, *, key: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(coerce=key, **kwargs)

    def valid_value(self, value: str) -> bool:
        try:
            key = self.coerce(value)
        except ValueError:
            return False
        return not isinstance(key, int) or 0 < key < 2**31


def _typed(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _within(years: range, value: Day) -> Day:
    if isinstance(value, dt.date) and value.year not in years:
        raise ValidationError(
            _("The year must lie between %(first)d and %(last)d."),
            code="year",
            params={"first": years[0], "last": years[-1]},
        )
    return value
