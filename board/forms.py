"""What is ticked on the desk of a period."""

from django import forms

from foundation.fields import TickedField


class TickedForm(forms.Form):
    """Reports of the desk, by their numbers."""

    report = TickedField(key=int)


class RemindForm(forms.Form):
    """Obligations of the desk, by their numbers."""

    owed = TickedField(key=int)
