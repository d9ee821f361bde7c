"""The form of the calendar of working days."""

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.calendar import SATURDAY
from committees.models import CalendarDay
from foundation.fields import DayField, LineField, VersionField


class CalendarDayForm(forms.Form):
    """A day that differs from the rule of the week."""

    day = DayField(label=_("Day"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=CalendarDay.Kind.choices, initial=CalendarDay.Kind.DAY_OFF
    )
    name = LineField(label=_("Name"), max_length=120, help_text=_("As people know the day."))
    source = LineField(
        label=_("Decision"),
        max_length=200,
        required=False,
        help_text=_("The notice or law that says so."),
    )
    is_confirmed = forms.BooleanField(
        label=_("The State's decision has been published"), required=False
    )
    version = VersionField(min_value=0, required=False, initial=0)

    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("day")
        if day and day.weekday() < SATURDAY and cleaned.get("kind") == CalendarDay.Kind.WORKING:
            self.add_error("kind", _("Only a Saturday or a Sunday is worked in exchange."))
        return cleaned
