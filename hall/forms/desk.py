"""What is typed at the desk while the conference runs. The forms only judge; the domain acts."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.fields import DayField, LineField, TextField, TickedField, VersionField
from hall.models import Hall, Speaker
from sessions.domain.questions import LONGEST
from sessions.forms.questions import ThemeField
from sessions.forms.sorting import Assignment


class KeyField(forms.UUIDField):
    """The key of a form: whoever sends none sends it for the first time."""

    def __init__(self):
        super().__init__(required=False, widget=forms.HiddenInput)

    def clean(self, value):
        return super().clean(value) or uuid.uuid4()


class ActForm(forms.Form):
    """An act that needs no words."""

    key = KeyField()


class PlaceForm(ActForm):
    """What becomes of a question in the queue."""

    to = forms.ChoiceField(
        choices=[(name, name) for name in ("up", "down", "star", "unstar", "hold", "release")]
    )


class MergeForm(ActForm):
    """The questions that are one, and what they live on in; `floor` is the one that was seen there."""

    question = TickedField(key=uuid.UUID)
    into = forms.ChoiceField(choices=[(name, name) for name in ("first", "floor")])
    floor = forms.UUIDField(required=False, widget=forms.HiddenInput)


class ShowForm(ActForm):
    """What goes to the screen: the question on the floor, the title, or nothing."""

    what = forms.ChoiceField(choices=Hall.Shown)
    question = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = VersionField(required=False)
    clears = forms.BooleanField(required=False)


class LimitForm(forms.Form):
    minutes = forms.IntegerField(
        label=_("Minutes for a turn"), min_value=1, max_value=120, required=False
    )


class SeatsForm(forms.Form):
    on = forms.BooleanField(required=False)


class UndoForm(forms.Form):
    number = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class FloorForm(ActForm):
    """A question from the floor, in one line."""

    text = TextField(label=_("Question from the floor"), max_length=LONGEST, rows=1)
    name = LineField(label=_("Name, if it may be named"), max_length=150, required=False)
    unit = LineField(label=_("Unit"), max_length=150, required=False)
    theme = ThemeField()

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **{"auto_id": "floor-%s", **kwargs})
        self.fields["theme"].for_committee(committee)
        attrs = {"data-key": "n", "placeholder": _("Write it down as it is said, then Enter")}
        self.fields["text"].widget.attrs |= attrs

    def clean(self):
        """Whoever is not named has no unit either: it could name them."""
        cleaned = super().clean()
        if cleaned.get("unit") and not cleaned.get("name") and "name" not in self.errors:
            self.add_error("unit", _("Leave the unit blank as well: it could tell who asks."))
        return cleaned


class SpeakerForm(ActForm):
    """Who asks for the floor."""

    name = LineField(label=_("Name"), max_length=150)
    unit = LineField(label=_("Unit"), max_length=150, required=False)
    kind = forms.ChoiceField(
        label=pgettext_lazy("of a speaker", "Wishes to"), choices=Speaker.Kind, initial="question"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"auto_id": "speaker-%s", **kwargs})


class SpeakForm(ActForm):
    """What becomes of somebody on the list of speakers."""

    to = forms.ChoiceField(choices=[(name, name) for name in ("begin", "pause", "end", "remove")])


class TurnForm(forms.Form):
    """What was said to the question on the floor, as it is typed."""

    version = VersionField()
    text = TextField(label=_("Gist of the answer"), max_length=20_000, rows=4, required=False)
    answered_by = LineField(label=_("Answered by"), max_length=200, required=False)
    promised = TextField(label=_("What will be done"), max_length=2_000, rows=2, required=False)
    promised_unit = LineField(label=_("Responsible unit"), max_length=200, required=False)
    promised_on = LineField(label=_("Due on"), max_length=40, required=False)

    PROMISE = {"promised": "text", "promised_unit": "lead_unit", "promised_on": "due_on"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{"auto_id": "turn-%s", **kwargs})

    @property
    def has_promise(self):
        """Is anything typed about a commitment, so that it should stand open?"""
        return any(self[name].value() for name in self.PROMISE)

    @property
    def gist(self):
        """Return what `save_gist` takes: a day that is half typed is kept as it is."""
        typed = self.cleaned_data
        promised = {name: typed[name] for name in self.PROMISE if typed[name]}
        return {
            **{name: typed[name] for name in ("version", "text", "answered_by")},
            "promised": promised,
        }


class TurnAnswerForm(ActForm, TurnForm):
    """What was said, and by whom; perhaps what was promised with it.

    Whoever writes fast ends the gist with a line "=> what; unit; day": the commitment in one line.
    """

    ARROW = "=>"

    calls_next = forms.BooleanField(required=False)

    def __init__(self, *args, conference, **kwargs):
        super().__init__(*args, **kwargs)
        self.conference = conference
        self.fields["promised_on"] = DayField(label=_("Due on"), required=False)
        for name in ("text", "answered_by"):
            self.fields[name].required = True
        self.fields["text"].help_text = _("A commitment in the last line: => what; unit; day")

    def clean_promised_on(self):
        due_on = self.cleaned_data["promised_on"]
        self._assert_not_before(due_on)
        return due_on

    def _assert_not_before(self, due_on):
        if due_on and due_on < self.conference.held_on:
            raise forms.ValidationError(_("This must not lie before the day of the conference."))

    def _in_one_line(self, cleaned):
        """Take a commitment out of the last line of the gist, unless its own fields are filled."""
        gist, _break, last = cleaned.get("text", "").rpartition("\n")
        if not last.startswith(self.ARROW) or any(cleaned.get(name) for name in self.PROMISE):
            return
        parts = [part.strip() for part in last.removeprefix(self.ARROW).split(";")]
        if len(parts) != len(self.PROMISE) or not all(parts) or not gist.strip():
            self.add_error("text", _("Write a commitment as: => what; unit; day."))
            return
        cleaned["text"] = gist.strip()
        cleaned["promised"], cleaned["promised_unit"] = parts[:2]
        try:
            cleaned["promised_on"] = self.fields["promised_on"].clean(parts[2])
            self._assert_not_before(cleaned["promised_on"])
        except forms.ValidationError as wrong:
            self.add_error("text", wrong)
        for name in ("promised", "promised_unit"):
            try:
                self.fields[name].clean(cleaned[name])
            except forms.ValidationError as wrong:
                self.add_error("text", wrong)

    def clean(self):
        cleaned = super().clean()
        self._in_one_line(cleaned)
        if any(cleaned.get(name) for name in self.PROMISE):
            for name in self.PROMISE:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("A commitment needs what, who and by when."))
        return cleaned

    @property
    def promise(self):
        """Return what `make_commitment` takes, or None where nothing was promised."""
        if not self.cleaned_data["promised"]:
            return None
        return {key: self.cleaned_data[name] for name, key in self.PROMISE.items()}


class TurnLaterForm(Assignment, ActForm):
    """Who answers in writing, and by when."""

    version = VersionField()
