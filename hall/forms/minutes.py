"""What is typed about minutes and their addenda. The forms only judge; the domain acts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.clock import day_of
from foundation.fields import DayField, LineField, TextField, VersionField

if TYPE_CHECKING:
    import datetime as dt

    from sessions.models import Conference


class PresenceForm(forms.Form):
    """Who was there, beyond the figures."""

    version = VersionField()
    present = TextField(
        label=_("Who was present"),
        max_length=20_000,
        rows=6,
        required=False,
        help_text=_("Delegations and guests, one a line. Never who asked what."),
    )
    absent = TextField(
        label=_("Who was absent"),
        max_length=10_000,
        rows=4,
        required=False,
        help_text=_("With a reason and without one, as far as it belongs into the minutes."),
    )


class TurnNoteForm(forms.Form):
    """How the minutes tell of a turn."""

    version = VersionField(min_value=0)
    text = TextField(
        label=_("What the minutes add to the turn"),
        max_length=20_000,
        rows=6,
        required=False,
        help_text=_("Stands in the course of the conference. Never the name of who asked."),
    )
    answered_by = LineField(
        label=_("Answered by"),
        max_length=200,
        required=False,
        help_text=_("Blank: as the answer says."),
    )


class AddendumForm(forms.Form):
    text = TextField(label=_("What is added"), max_length=20_000, rows=8)
    reason = TextField(label=_("Why it is added"), max_length=2_000, rows=3)


class AddendumChangeForm(AddendumForm):
    version = VersionField()


class ReadForm(forms.Form):
    """The version that was read: nothing else is laid before the chair, or approved."""

    version = VersionField()


class SendBackForm(ReadForm):
    reason = TextField(
        label=_("What is to be changed"),
        max_length=2_000,
        rows=4,
        help_text=_("The office reads it."),
    )


class SignedForm(forms.Form):
    """The day on which the minutes were signed on paper; the results form shows the same."""

    version = VersionField()
    minutes_signed_on = DayField(label=_("Minutes signed on"))

    def __init__(self, *args: Any, conference: Conference, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conference, self.today = conference, day_of(at)

    def clean_minutes_signed_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["minutes_signed_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day has not come yet."))
        if day < self.conference.held_on:
            raise forms.ValidationError(_("This must not lie before the day of the conference."))
        return day
