"""What an office types about the preparation and the results of a conference."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.clock import day_of
from foundation.fields import (
    CountField,
    DayField,
    LineField,
    TextField,
    VersionField,
)
from sessions.models import Attendance


class PapersForm(forms.Form):
    """The papers of the preparation: plan and notice. All may stay blank until they exist."""

    version = VersionField()
    plan_number = LineField(label=_("Number of the plan"), max_length=60, required=False)
    plan_issued_on = DayField(label=_("Plan issued on"), required=False)
    plan_lead_unit = LineField(label=_("Lead unit"), max_length=200, required=False)
    collection_channels = LineField(
        label=_("How questions are collected"), max_length=300, required=False
    )
    notice_published_on = DayField(label=_("Notice published on"), required=False)
    notice_channels = LineField(
        label=_("How the notice was published"), max_length=300, required=False
    )

    PAPERS = (
        "plan_number",
        "plan_issued_on",
        "plan_lead_unit",
        "collection_channels",
        "notice_published_on",
        "notice_channels",
    )

    def __init__(self, *args, conference, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.conference = conference
        self.today = day_of(at)

    @property
    def paper_fields(self):
        return [self[name] for name in self.PAPERS]

    @property
    def as_seen(self):
        """Return the figures of this form that others count as well: here are none."""
        return {}

    @property
    def course(self):
        """What `record_course` takes."""
        return {name: self.cleaned_data[name] for name in self.PAPERS}

    def clean(self):
        data = super().clean()
        for name in ("plan_issued_on", "notice_published_on"):
            self._refuse_future(data, name)
        return data

    def _refuse_future(self, data, name):
        if data.get(name) and data[name] > self.today:
            self.add_error(name, _("This day has not come yet."))


class ResultsForm(PapersForm):
    """What happened: attendance, course, conclusion and the papers that follow."""

    turns = CountField(label=pgettext_lazy("count", "Speaking turns"), required=False)
    turns_seen = CountField(required=False, widget=forms.HiddenInput)
    summary = TextField(
        label=_("Course of the conference"), rows=8, max_length=20_000, required=False
    )
    conclusion = TextField(
        label=_("Conclusion of the chair"), rows=8, max_length=20_000, required=False
    )
    diverted = CountField(
        label=_("Complaints and denunciations passed on"),
        required=False,
        help_text=_("Only their number. Write 0 if there were none."),
    )
    minutes_signed_on = DayField(label=_("Minutes signed on"), required=False)
    conclusion_number = LineField(
        label=_("Number of the conclusion notice"), max_length=60, required=False
    )
    conclusion_issued_on = DayField(label=_("Conclusion notice issued on"), required=False)

    attendance_seen = LineField(max_length=100, required=False, widget=forms.HiddenInput)
    invited = CountField(label=_("Invited"), required=False)
    present = CountField(label=_("Present"), required=False)
    party_members = CountField(label=_("Party members"), required=False)
    civil_servants = CountField(label=_("Civil servants"), required=False)
    public_employees = CountField(label=_("Public employees"), required=False)
    workers = CountField(label=_("Contract workers"), required=False)
    women = CountField(label=_("Women"), required=False)
    online = CountField(label=_("Taking part online"), required=False)

    COURSE = ("turns", "summary", "conclusion", "diverted")
    AFTER = ("minutes_signed_on", "conclusion_number", "conclusion_issued_on")
    ATTENDANCE = (
        "invited",
        "present",
        "party_members",
        "civil_servants",
        "public_employees",
        "workers",
        "women",
        "online",
    )

    @property
    def attendance_fields(self):
        return [self[name] for name in self.ATTENDANCE]

    @property
    def after_fields(self):
        return [self[name] for name in self.AFTER]

    @property
    def course(self):
        """What `record_course` takes: not the turns that nobody has typed here, since the hall goes
        on counting them while this form is open and saves itself."""
        typed = self.cleaned_data
        names = {*self.PAPERS, *self.COURSE, *self.AFTER}
        if typed["turns"] == typed["turns_seen"]:
            names.discard("turns")
        return {name: typed[name] for name in names}

    @property
    def attendance(self):
        """What `record_attendance` takes, or None where nobody has typed a figure here: the list of
        who came goes on counting them while this form is open."""
        typed = {name: self.cleaned_data[name] for name in self.ATTENDANCE}
        seen = self.cleaned_data["attendance_seen"]
        return None if seen and seen == figures_as_seen(typed) else typed

    @property
    def as_seen(self):
        """Return the figures that this form has just sent: with them it goes on, whatever others count."""
        return {
            "turns_seen": self.cleaned_data["turns"],
            "attendance_seen": figures_as_seen(self.cleaned_data),
        }

    def clean(self):
        data = super().clean()
        self._check_attendance(data)
        for name in ("minutes_signed_on", "conclusion_issued_on"):
            self._refuse_future(data, name)
            if data.get(name) and data[name] < self.conference.held_on:
                self.add_error(name, _("This must not lie before the day of the conference."))
        return data

    def _check_attendance(self, data):
        counts = {name: data.get(name) for name in self.ATTENDANCE}
        if all(count is None for count in counts.values()):
            return
        for name, count in counts.items():
            if count is None and name not in self.errors:
                self.add_error(name, _("Enter a number; write 0 if there was nobody."))
        present = counts["present"]
        if present is None:
            return
        for name in ("party_members", "women", "online"):
            if (counts[name] or 0) > present:
                self.add_error(name, _("This is more than the number present."))
        groups = [counts[name] for name in ("civil_servants", "public_employees", "workers")]
        if sum(count or 0 for count in groups) > present:
            self.add_error(
                "present",
                _("Civil servants, public employees and workers together are more than this."),
            )


def figures_as_seen(figures):
    """Return what tells whether somebody has typed over the figures that the form was opened with."""
    return " ".join(str(figures[name]) for name in ResultsForm.ATTENDANCE)


def results_of(conference):
    """Return what the results form begins with."""
    names = (*ResultsForm.PAPERS, *ResultsForm.COURSE, *ResultsForm.AFTER, "version")
    initial = {name: getattr(conference, name) for name in names}
    initial["turns_seen"] = conference.turns
    attendance = Attendance.objects.filter(conference=conference).first()
    initial["attendance_seen"] = figures_as_seen(
        {name: getattr(attendance, name, None) for name in ResultsForm.ATTENDANCE}
    )
    if attendance:
        initial |= {name: getattr(attendance, name) for name in ResultsForm.ATTENDANCE}
    return initial
