"""What is typed about who answers. The forms only judge; the domain acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.fields import DayField, TextField, VersionField
from sessions.askers import public as askers
from sessions.forms.conferences import PersonWithPost
from sessions.forms.sorting import answering_people

NOT_WHO_ASKED = _("Whoever answers is not to know who asked: take the name out of the text.")


class GiveBackForm(forms.Form):
    """Why somebody else should answer, and perhaps who."""

    reason = TextField(
        label=_("Why it should be answered by somebody else"),
        max_length=1_000,
        rows=3,
        help_text=_("Read by the office alone."),
    )
    proposed = PersonWithPost(
        queryset=None, label=_("Who should answer"), required=False, empty_label="—"
    )

    def __init__(self, *args, committee, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["proposed"].queryset = answering_people(committee).exclude(pk=user.pk)


class InsistForm(forms.Form):
    reason = TextField(
        label=_("Why it stays as it was assigned"),
        max_length=1_000,
        rows=3,
        help_text=_("Read by whoever is to answer. Do not say who asked."),
    )

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        if askers.names_asker(reason, self.question):
            raise forms.ValidationError(NOT_WHO_ASKED)
        return reason


class ContributionForm(forms.Form):
    """The next version of what a leader gives to the answer; `number` is that of the last one."""

    text = TextField(
        label=_("Contribution to the answer"),
        max_length=10_000,
        rows=8,
        help_text=_("Read by whoever answers and by the office, not by the asker."),
    )
    number = VersionField(min_value=0)


class HoldingForm(forms.Form):
    """A first word to the asker, and a new date."""

    text = TextField(
        label=_("First reply"),
        max_length=4_000,
        rows=4,
        help_text=_("Read by the asker at once. It is no answer yet, and there is only one."),
    )
    reason = TextField(label=_("Why it takes longer"), max_length=1_000, rows=2)
    due_on = DayField(label=_("New date of the answer"))
