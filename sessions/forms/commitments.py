"""What is typed about a commitment."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.models import Role, User
from foundation.fields import DayField, LineField, TextField, VersionField
from sessions.forms.attachments import CommitmentFilesForm, MoreFilesForm
from sessions.forms.conferences import PersonWithPost
from sessions.models import Question
from sessions.queries import people_of
from sessions.states import CommitmentState

NO_REASON = _("Say why: others have read the words that you change.")
LONGEST = dt.timedelta(days=5 * 366)
RESPONSIBLE = (Role.SECRETARY, Role.CLERK, Role.LEADER)


class QuestionByCode(forms.ModelChoiceField):
    def label_from_instance(self, question):
        text = question.text if len(question.text) <= 70 else f"{question.text[:70]}…"
        return f"{question.code} {text}".strip()


class CommitmentForm(CommitmentFilesForm):
    text = TextField(label=_("What will be done"), max_length=2_000, rows=3)
    lead_unit = LineField(label=_("Responsible unit"), max_length=200)
    co_units = LineField(label=_("Co-ordinating units"), max_length=300, required=False)
    owner = PersonWithPost(
        User.objects.none(),
        label=_("Responsible person"),
        required=False,
        help_text=_("This person can add how far it has come."),
    )
    due_on = DayField(label=_("Due on"))
    question = QuestionByCode(
        Question.objects.none(),
        label=_("Question it comes from"),
        required=False,
    )

    def __init__(self, *args, conference, user, standing=None, **kwargs):
        attachments = standing.attachments.all() if standing else None
        super().__init__(*args, attachments=attachments, **kwargs)
        self.conference = conference
        owners = [standing.owner] if standing and standing.owner else []
        self.fields["owner"].queryset = people_of(conference.committee, *RESPONSIBLE, also=owners)
        self.fields["question"].queryset = conference.questions.visible_to(user).counted()
        self.standing = standing
        if standing:
            self.fields["reason"] = TextField(
                label=_("Why the words are changed"),
                max_length=1_000,
                rows=2,
                required=False,
                help_text=_("Needed where what is promised reads differently from now on."),
            )
            self.fields["version"] = VersionField()

    def clean(self):
        cleaned = super().clean()
        is_changed = self.standing and cleaned.get("text", self.standing.text) != self.standing.text
        if is_changed and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", NO_REASON)
        return cleaned

    def clean_due_on(self):
        due_on = self.cleaned_data["due_on"]
        if due_on < self.conference.held_on:
            raise forms.ValidationError(
                _("This must not lie before the day of the conference."), code="early"
            )
        if due_on > self.conference.held_on + LONGEST:
            raise forms.ValidationError(_("This is more than five years away."), code="far")
        return due_on


class ProgressForm(MoreFilesForm):
    text = TextField(label=_("Progress"), max_length=2_000, rows=3)
    evidence = LineField(
        label=_("Evidence (number of the document)"), max_length=200, required=False
    )


class SettleForm(MoreFilesForm, CommitmentFilesForm):
    result = TextField(label=_("Result"), max_length=2_000, rows=3)
    evidence = LineField(label=_("Evidence (number of the document)"), max_length=200)
    on = DayField(label=_("Done on"), help_text=_("The day it was finished, not written down."))

    def __init__(self, *args, conference, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.earliest, self.today = conference.held_on, today
        self.fields["on"].initial = today

    def clean_on(self):
        on = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(_("This day has not come yet."), code="late")
        if on < self.earliest:
            raise forms.ValidationError(
                _("This must not lie before the day of the conference."), code="early"
            )
        return on


class CommitmentFilter(forms.Form):
    """What the list is narrowed to; anything unknown narrows nothing."""

    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ("", _("All")),
            (CommitmentState.OPEN, CommitmentState.OPEN.label),
            ("overdue", _("Overdue")),
            (CommitmentState.DONE, CommitmentState.DONE.label),
            (CommitmentState.CANCELLED, CommitmentState.CANCELLED.label),
        ],
    )
    mine = forms.BooleanField(label=_("Only mine"), required=False)
    others = forms.BooleanField(required=False, widget=forms.HiddenInput)  # of links from duties
    committee = forms.IntegerField(required=False, max_value=2**31 - 1, widget=forms.HiddenInput)


def facts_of(commitment):
    """Return what the form that changes a commitment begins with."""
    names = ("text", "lead_unit", "co_units", "owner", "due_on", "question", "version")
    return {name: getattr(commitment, name) for name in names}
