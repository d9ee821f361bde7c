"""What is typed about who is invited, and by who is invited."""

from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.fields import LineField, TextField, VersionField
from foundation.textfields import EmailField
from hall.domain.guest_list import read_guests
from hall.models import Guest


class NamesForm(forms.Form):
    """A list that is pasted: nothing of it is taken while one line is wrong."""

    names = TextField(
        label=_("Names, one line each"),
        max_length=200_000,
        rows=8,
        help_text=_(
            "Paste a table from Word or Excel, with its line of headings; or write name; post; unit; e-mail; group."
        ),
    )

    MOST_TOLD = 10

    def clean_names(self):
        self.rows, wrong, self.notes = read_guests(self.cleaned_data["names"])
        if wrong:
            more = len(wrong) - self.MOST_TOLD
            told = wrong[: self.MOST_TOLD]
            if more > 0:
                told.append(_("%(n)s more lines are wrong.") % {"n": more})
            raise forms.ValidationError(told)
        return self.cleaned_data["names"]


class GuestForm(forms.Form):
    """One person on the list."""

    version = VersionField()
    full_name = LineField(label=_("Full name"), max_length=150)
    post = LineField(label=_("Post"), max_length=120, required=False)
    unit = LineField(label=_("Unit"), max_length=120, required=False)
    email = EmailField(label=_("E-mail"), max_length=254, required=False)
    group = forms.ChoiceField(
        label=pgettext_lazy("of people", "Group"), choices=Guest.Group, required=False
    )
    is_party_member = forms.BooleanField(label=_("Party member"), required=False)
    is_woman = forms.BooleanField(label=_("Woman"), required=False)
    is_online = forms.BooleanField(label=_("Takes part online"), required=False)

    TYPED = (
        *("full_name", "post", "unit", "email", "group"),
        *("is_party_member", "is_woman", "is_online"),
    )


def guest_of(guest):
    """Return what the form shows of somebody: {field: value}."""
    return {name: getattr(guest, name) for name in ("version", *GuestForm.TYPED)}


class TickForm(forms.Form):
    """Who is here: what is said, and what stood in the line when it was said."""

    presence = forms.ChoiceField(choices=Guest.Presence, required=False)
    seen = forms.ChoiceField(choices=Guest.Presence, required=False)

    def clean_presence(self):
        if "presence" not in self.data:
            raise forms.ValidationError(self.fields["presence"].error_messages["required"])
        return self.cleaned_data["presence"]


class ReplyForm(forms.Form):
    """Whether somebody will come, on the day that was read; why not is for the office alone."""

    reply = forms.ChoiceField(choices=[(r.value, r.label) for r in Guest.Reply if r])
    beginning = forms.CharField(max_length=40, widget=forms.HiddenInput)
    note = LineField(
        label=_("A word to the office (may stay blank)"), max_length=300, required=False
    )

    def clean_beginning(self):
        try:
            moment = parse_datetime(self.cleaned_data["beginning"])
        except ValueError:
            moment = None
        if moment is None:
            raise forms.ValidationError(self.fields["beginning"].error_messages["required"])
        return moment
