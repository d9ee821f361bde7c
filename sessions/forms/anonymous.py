"""What is typed on the anonymous host."""

from secrets import token_hex

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.codes import RECEIPT_LENGTH
from foundation.fields import TextField
from foundation.textfields import CodeField
from sessions.askers.public import from_browser, from_code, made_from
from sessions.domain.questions import LONGEST
from sessions.models import Question, Rating, Theme

WITHOUT_TRACE = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}


class CodeOfAsker(CodeField):
    """A code: kept from the browser's memory of forms."""

    def __init__(self, **kwargs):
        super().__init__(max_length=1_000, **kwargs)
        self.widget.attrs.update(WITHOUT_TRACE)


class AnonymousForm(forms.Form):
    voucher = CodeOfAsker(
        label=_("Code on your slip"),
        error_messages={"required": _("Type the code on your slip, or scan it.")},
    )
    text = TextField(
        label=_("Your question"),
        max_length=LONGEST,
        rows=7,
        error_messages={"required": _("Write your question.")},
    )
    theme = forms.ModelChoiceField(
        queryset=Theme.objects.filter(parent=None, is_active=True).order_by("number"),
        label=_("What it is about"),
        empty_label="—",
    )
    kind = forms.ChoiceField(label=pgettext_lazy("question", "Kind"), choices=Question.Kind)
    receipt = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    seed = forms.CharField(
        required=False, max_length=64, widget=forms.HiddenInput, initial=lambda: token_hex(32)
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs.update(WITHOUT_TRACE | {"data-counter": "text-counter"})

    @property
    def question(self):
        """What is to be sent, with what is kept of the asker's code."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seed"}

    def clean(self):
        """Leave what is kept of the receipt, and in `code` the one that no script has made.

        It is made from the form's own seed, which nobody has but the asker: made from the slip
        it would be known to whoever printed that.
        """
        cleaned = super().clean()
        self.code = ""
        kept = from_browser(cleaned.get("receipt", ""))
        if kept is None:
            self.code = made_from(f"form:{cleaned.get('seed') or token_hex(32)}".encode())
            kept = from_code(self.code[:RECEIPT_LENGTH])
        return {**(cleaned or {}), "receipt": kept}


class ReceiptForm(forms.Form):
    code = CodeOfAsker(
        label=_("Receipt code"), error_messages={"required": _("Type your receipt code.")}
    )


class ReplyForm(forms.Form):
    text = TextField(label=_("Your reply"), max_length=LONGEST, rows=5)


class RatingForm(forms.Form):
    value = forms.ChoiceField(
        label=_("Did the answer answer your question?"),
        choices=Rating.Value,
        widget=forms.RadioSelect,
    )
    why = TextField(label=_("Why?"), max_length=1_000, rows=3, required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("value") in (Rating.Value.PARTLY, Rating.Value.NOT) and not cleaned.get(
            "why"
        ):
            self.add_error("why", _("Say in a few words what is missing."))
        return cleaned


class AppealForm(forms.Form):
    text = TextField(label=_("What should be looked at again?"), max_length=2_000, rows=4)
