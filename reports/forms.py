"""Forms that only validate; the views hand what they clean to the domain."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.codes import VERIFICATION_LENGTH, read_code, with_check
from foundation.fields import DayField, LineField, TextField, VersionField
from foundation.textfields import CodeField, WrittenText
from reports.models import Report

LONG = 20_000


class NarrativeForm(forms.Form):
    """The office's own words in one place of the draft."""

    text = TextField(
        label=_("Text"),
        rows=7,
        max_length=LONG,
        required=False,
        widget=WrittenText({"autofocus": True, "rows": 7}),
    )
    version = VersionField(min_value=0)


class SigningForm(forms.Form):
    """Who signs, and in what capacity."""

    signer = LineField(
        label=_("Signer"),
        max_length=120,
        help_text=_("Full name, without titles or ranks."),
    )
    sign_capacity = forms.ChoiceField(label=_("Signing capacity"), choices=Report.Capacity)
    sign_post = forms.ChoiceField(label=_("Post of the signer"), choices=Report.Post)


class NotHeldForm(forms.Form):
    """Why no conference was held in the period, and when it will be."""

    reason = TextField(label=_("Why no conference was held"), rows=4, max_length=2_000)
    until = DayField(label=_("New date"))

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self):
        until = self.cleaned_data["until"]
        if until < self.today:
            raise forms.ValidationError(_("The new date lies in the past."))
        if until.year > self.today.year + 2:
            raise forms.ValidationError(_("The new date lies too far ahead."))
        return until


class ReturnForm(forms.Form):
    """What the committee is asked to complete."""

    remarks = TextField(label=_("What is to be completed"), rows=4, max_length=4_000)
    data_missing = forms.BooleanField(
        label=_("Required data was missing"),
        required=False,
        help_text=_("Then this version does not count as sent."),
    )


class WithdrawForm(forms.Form):
    """Why an issued report is taken back."""

    reason = TextField(label=_("Reason"), rows=3, max_length=2_000)
    understood = forms.BooleanField(
        label=_("I know that the committee then owes its report again."),
    )


class ExtensionForm(forms.Form):
    """More time for one committee, or less of what it was given, and why."""

    to = DayField(label=_("The report is due before"))
    reason = TextField(label=_("Reason"), rows=3, max_length=1_000)


class ExemptionForm(forms.Form):
    """Why a committee owes nothing in a period, or why it owes again."""

    reason = TextField(label=_("Reason"), rows=3, max_length=1_000)


class AutoIssueForm(forms.Form):
    """What happens at the deadline to drafts that are complete but not issued."""

    on = forms.BooleanField(
        label=_("Deposit complete drafts at the deadline, marked as not approved"), required=False
    )
    reason = TextField(label=_("Reason"), rows=2, max_length=1_000)


class DueDateForm(forms.Form):
    """Another date for everybody, and why."""

    to = DayField(label=_("Reports are due before"))
    reason = TextField(label=_("Reason"), rows=3, max_length=1_000)


class VerifyForm(forms.Form):
    """The code printed on a document; cleaned, it is whole, with its check group."""

    code = CodeField(
        label=_("Code of the document"),
        max_length=80,
        help_text=_("Five groups of four, printed below the signature. Case does not matter."),
        widget=forms.TextInput(
            attrs={"class": "code", "autocomplete": "off", "autocapitalize": "characters"}
        ),
    )

    def clean_code(self):
        body = read_code(self.cleaned_data["code"], VERIFICATION_LENGTH)
        if body is None:
            raise forms.ValidationError(
                _("This is no code of a document. Compare it letter by letter.")
            )
        return with_check(body)
