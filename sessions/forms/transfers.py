"""What is typed when a question goes to another committee, or back. The forms only judge."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.fields import LineField, TextField, VersionField
from sessions.askers import public as askers
from sessions.domain import transfers

NOT_WHO_ASKED = _("The other committee is not to know who asked: take the name out of the text.")
NOBODY_THERE = _(
    "Nobody works in the office of %(name)s in this portal, so nobody would receive the question. "
    "Choose another committee, or refer the question."
)


class TransferForm(forms.Form):
    """To which committee, by its code or name; what else the words may mean is offered to pick."""

    to = LineField(
        label=_("To which committee"),
        max_length=200,
        help_text=_("Its code, or words of its name, with or without accents."),
    )
    picked = forms.IntegerField(widget=forms.RadioSelect, required=False, min_value=1)
    reason = TextField(
        label=_("Why it is for that committee"),
        max_length=1_000,
        rows=3,
        help_text=_(
            "Read by the office of that committee, not by the asker. Do not say who asked."
        ),
    )
    version = VersionField()

    def __init__(self, *args, question, **kwargs):
        kwargs.setdefault("initial", {"version": question.version})
        super().__init__(*args, **kwargs)
        self.question, self.offered = question, []

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        if askers.names_asker(reason, self.question):
            raise forms.ValidationError(NOT_WHO_ASKED)
        return reason

    def clean(self):
        """Leave one committee as `to`: the one that is named, or the one that was picked."""
        cleaned = super().clean()
        typed, picked = cleaned.get("to"), cleaned.pop("picked", None)
        if not typed:
            return cleaned
        today = timezone.localdate()
        named, self.offered = transfers.found_by(typed, question=self.question, on=today)
        chosen = named or next((one for one in self.offered if one.pk == picked), None)
        if chosen is None:
            self.add_error("to", self.why_none())
        elif not transfers.receivers(self.question, on=today).filter(pk=chosen.pk).exists():
            self.add_error("to", NOBODY_THERE % {"name": chosen.name})
        cleaned["to"] = chosen
        return cleaned

    def why_none(self):
        if self.offered:
            return _("Pick the committee that you mean.")
        return _("No other committee that could receive the question has this code or name.")


class GiveBackTransferForm(forms.Form):
    """Why it goes back to the committee where it was asked."""

    reason = TextField(
        label=_("Why it goes back"),
        max_length=1_000,
        rows=3,
        help_text=_(
            "Read by the office of the committee where it was asked, not by the asker. An answer that "
            "was begun here is thrown away."
        ),
    )
    version = VersionField()

    def __init__(self, *args, question, **kwargs):
        kwargs.setdefault("initial", {"version": question.version})
        super().__init__(*args, **kwargs)


class TakeBackTransferForm(forms.Form):
    reason = TextField(
        label=_("Why you take it back"),
        max_length=1_000,
        rows=2,
        help_text=_("Read by the office of the other committee."),
    )
