"""What is typed to have a text taken out. The forms only judge; the domain acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from dialogue_portal.fields import TextField
from reports.domain.purging import repeats
from reports.models import Purge


class PurgeForm(forms.Form):
    why = forms.ChoiceField(label=_("Kind of text"), choices=Purge.Why, widget=forms.RadioSelect)
    reason = TextField(
        label=_("Reason, for somebody who must not read the text"),
        max_length=1_000,
        rows=3,
        min_length=10,
        help_text=_("It is kept for good. Say what kind of thing it is, not what it says."),
    )

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        if repeats(reason, self.question):
            raise forms.ValidationError(
                _("The reason repeats words of the text. Describe it without its words.")
            )
        return reason


class AgreementForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("agree", _("Agree: the text is taken out now")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    refusal = TextField(label=_("Why it is refused"), max_length=1_000, rows=2, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == "refuse" and cleaned.get("refusal") == "":
            self.add_error("refusal", _("Say why it is refused."))
        return cleaned
