"""What is typed to have a text taken out. The forms only judge; the domain acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.fields import TextField
from privacy.domain.purging import repeats
from privacy.domain.taking_out import has_reasons, is_out
from reports.models import Purge
from sessions.forms.questions import NO_REASON_TO_AGREE


class PurgeForm(forms.Form):
    why = forms.ChoiceField(label=_("Kind of text"), choices=Purge.Why, widget=forms.RadioSelect)
    reason = TextField(
        label=_("Reason, for somebody who must not read the text"),
        max_length=1_000,
        rows=3,
        min_length=10,
        help_text=_("It is kept for good. Say what kind of thing it is, not what it says."),
    )

    with_reasons = forms.BooleanField(
        label=_("The reasons of earlier requests about this question are to go as well"),
        required=False,
        help_text=_("For reasons that say what must not be here. Who asked and decided stays."),
    )

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question
        if not has_reasons(question):
            del self.fields["with_reasons"]
        elif is_out(question):  # nothing else is left
            self.fields["with_reasons"].required = True

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
        if cleaned.get("decision") == "agree" and cleaned.get("refusal"):
            self.add_error("refusal", NO_REASON_TO_AGREE)
        return cleaned
