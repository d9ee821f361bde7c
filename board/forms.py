"""What is ticked on the desk of a period."""

from django import forms

MOST = 1_000


class TickedForm(forms.Form):
    """Reports of the desk, by their numbers."""

    report = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["report"].valid_value = _is_number

    def clean_report(self):
        return self.cleaned_data["report"][:MOST]


class RemindForm(forms.Form):
    """Obligations of the desk, by their numbers."""

    owed = forms.TypedMultipleChoiceField(coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owed"].valid_value = _is_number


def _is_number(value):
    return value.isascii() and value.isdigit() and len(value) < 10
