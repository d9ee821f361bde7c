"""What an office types about a conference. The forms only judge; the domain acts."""

import datetime as dt

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from committees.models import Role, User
from committees.queries import working_calendar
from foundation.clock import day_of, written_day
from foundation.fields import (
    DayField,
    LineField,
    MomentField,
    TextField,
    TimeField,
    VersionField,
)
from sessions.domain.deadlines import lead_time_line, proposed_lead_times
from sessions.models import Conference
from sessions.queries import people_of

AGENDA_ROWS = 30
BLANK_ROWS = 5
LONGEST = dt.timedelta(days=3)
USUAL_LENGTH = dt.timedelta(hours=3)
EARLIEST = dt.timedelta(days=183)
LATEST = dt.timedelta(days=366)
A_WEEK = dt.timedelta(days=7)


class PersonWithPost(forms.ModelChoiceField):
    def label_from_instance(self, person):
        return name_with_post(person.full_name, person.post)


class PeopleWithPosts(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        return super().clean([one for one in value or () if one])  # a blank names nobody

    def label_from_instance(self, person):
        return name_with_post(person.full_name, person.post)


def name_with_post(name, post):
    return f"{name} – {post}" if post else name


class DatesForm(forms.Form):
    """When it is, and the lead-time line. Blank lead times are computed from the beginning."""

    starts_at = MomentField(label=_("Begins"))
    ends_at = MomentField(
        label=_("Ends"), required=False, help_text=_("Left blank: three hours after it begins.")
    )
    plan_due_on = DayField(label=_("Plan issued by"), required=False)
    asks_open_at = MomentField(label=_("Questions open"), required=False)
    asks_close_at = MomentField(label=_("Questions close"), required=False)
    notice_due_on = DayField(label=_("Public notice by"), required=False)
    conclusion_due_on = DayField(label=_("Conclusion notice by"), required=False)
    answers_due_on = DayField(label=_("Written answers by"), required=False)

    LEAD_FIELDS = (
        "plan_due_on",
        "asks_open_at",
        "asks_close_at",
        "notice_due_on",
        "conclusion_due_on",
        "answers_due_on",
    )

    def __init__(self, *args, at, standing=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        self.standing = standing
        self.warnings = []
        self.explained = {}

    @property
    def lead_fields(self):
        """The fields of the lead-time line, each with the LeadTime that explains it, or None."""
        return [(self[name], self.explained.get(name)) for name in self.LEAD_FIELDS]

    @cached_property
    def calendar(self):
        return working_calendar()

    def explain(self, starts_at):
        """Let the page say beside each date how it is computed for `starts_at`."""
        line = lead_time_line(starts_at, calendar=self.calendar)
        self.explained = {lead.name: lead for lead in line}

    def clean_starts_at(self):
        starts_at = self.cleaned_data["starts_at"]
        if self.standing and starts_at == self.standing.starts_at:
            return starts_at
        if starts_at < self.at - EARLIEST:
            raise ValidationError(
                _("This day lies more than six months back, outside the periods still open.")
            )
        if starts_at > self.at + LATEST:
            raise ValidationError(_("This day lies more than twelve months ahead."))
        return starts_at

    def clean(self):
        data = super().clean()
        if data.get("starts_at"):
            self._fill_in(data)
            self._refuse_disorder(data)
            self._warn(data)
        return data

    def _fill_in(self, data):
        proposed = {
            "ends_at": data["starts_at"] + USUAL_LENGTH,
            **proposed_lead_times(data["starts_at"], calendar=self.calendar, at=self.at),
        }
        for name, value in proposed.items():
            if name not in self.errors and data.get(name) is None:
                data[name] = value

    def _refuse_disorder(self, data):
        starts_at, day = data["starts_at"], day_of(data["starts_at"])
        self._refuse("ends_at", lambda ends: ends <= starts_at, _("It must end after it begins."))
        self._refuse(
            "ends_at",
            lambda ends: ends > starts_at + LONGEST,
            _("A conference lasts three days at most. Check the date."),
        )
        self._refuse(
            "asks_close_at",
            lambda closes: closes > starts_at,
            _("Questions must close before the conference begins."),
        )
        if opens := data.get("asks_open_at"):
            self._refuse(
                "asks_close_at",
                lambda closes: closes <= opens,
                _("Questions must close after they open."),
            )
        if self._is_new_date(starts_at):
            self._refuse(
                "asks_close_at",
                lambda closes: closes <= self.at,
                _("This moment is past, so nobody could ask. Choose a later one."),
            )
        before = _("This must not lie after the day of the conference.")
        after = _("This must not lie before the day of the conference.")
        self._refuse("plan_due_on", lambda due: due > day, before)
        self._refuse("notice_due_on", lambda due: due > day, before)
        self._refuse("conclusion_due_on", lambda due: due < day, after)
        self._refuse("answers_due_on", lambda due: due < day, after)

    def _is_new_date(self, starts_at):
        """Is this a date ahead of us that nobody has been told yet?"""
        unchanged = self.standing and starts_at == self.standing.starts_at
        return starts_at > self.at and not unchanged

    def _refuse(self, name, is_wrong, message):
        value = self.cleaned_data.get(name)
        if value is not None and is_wrong(value):
            self.add_error(name, message)

    def _warn(self, data):
        day = day_of(data["starts_at"])
        opens, closes = data.get("asks_open_at"), data.get("asks_close_at")
        if opens and closes and closes - opens < A_WEEK:
            self.warnings.append(_("Questions are open for less than a week."))
        notice = data.get("notice_due_on")
        if notice and day - notice < A_WEEK:
            self.warnings.append(_("The public notice comes less than seven days before."))
        if days_off := self._on_days_off(data):
            self.warnings.append(
                _("On a day off: %(dates)s. Nothing moves by itself.") % {"dates": days_off}
            )

    def _on_days_off(self, data):
        """Return the dates that lie on a day off, each with what it is for."""
        days = {
            name: day_of(value) if isinstance(value, dt.datetime) else value
            for name in ("starts_at", *self.LEAD_FIELDS)
            if (value := data.get(name))
        }
        return ", ".join(
            f"{self.fields[name].label} {written_day(day)}"
            for name, day in days.items()
            if not self.calendar.is_working_day(day)
        )


class ConferenceForm(DatesForm):
    """Everything about a conference that is known before it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Conference.Kind.choices)
    title = LineField(label=_("Title"), max_length=200)
    place = LineField(label=_("Place"), max_length=200)
    mode = forms.ChoiceField(label=_("Mode"), choices=Conference.Mode.choices)
    chair = PersonWithPost(User.objects.none(), label=_("Chair"))
    co_chair = LineField(
        label=_("Co-chair"),
        max_length=200,
        required=False,
        help_text=_("The leader of the agency who chairs together with the secretary."),
    )
    minutes_taker = LineField(label=_("Minutes taker"), max_length=200, required=False)
    answerers = PeopleWithPosts(
        User.objects.none(),
        label=_("Answering leaders"),
        error_messages={"required": _("Choose at least one leader who answers.")},
    )
    collection_channels = LineField(
        label=_("How questions are collected"), max_length=300, required=False
    )

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        chairs, leaders = [], []
        if self.standing:
            chairs, leaders = [self.standing.chair], list(self.standing.answerers.all())
            self.fields["version"] = VersionField()
        who = (Role.SECRETARY, Role.LEADER)
        self.fields["chair"].queryset = people_of(committee, *who, also=chairs)
        self.fields["answerers"].queryset = people_of(committee, *who, also=leaders)


class AgendaRowForm(forms.Form):
    time = TimeField(label=pgettext_lazy("agenda", "Time"), required=False)
    title = LineField(label=_("Content"), max_length=200, required=False)
    speaker = LineField(label=_("In charge"), max_length=120, required=False)

    def clean(self):
        data = super().clean()
        if (data.get("time") or data.get("speaker")) and not data.get("title"):
            self.add_error("title", _("Say what happens at this point, or empty the whole row."))
        return data


class AgendaFormSetBase(forms.BaseFormSet):
    @property
    def rows(self):
        """The rows that say something, in their order."""
        return [row for row in self.cleaned_data if row.get("title")]


AgendaFormSet = forms.formset_factory(
    AgendaRowForm,
    formset=AgendaFormSetBase,
    extra=BLANK_ROWS,
    max_num=AGENDA_ROWS,
    absolute_max=AGENDA_ROWS + BLANK_ROWS + 5,
    validate_max=True,
)


class ReasonForm(forms.Form):
    reason = TextField(
        label=_("Reason"),
        max_length=1_000,
        rows=3,
        help_text=_("Everybody in the committee can read it."),
    )


def reason_form(request, thing):
    """Return the form of an act on `thing` that needs a reason and nothing else."""
    return ReasonForm(request.POST if request.method == "POST" else None)


class RescheduleForm(DatesForm):
    pass


def facts_of(conference):
    """Return what the form that changes a conference begins with."""
    names = [name for name in ConferenceForm.base_fields if name != "answerers"]
    return {
        **{name: getattr(conference, name) for name in names},
        "answerers": list(conference.answerers.all()),
        "version": conference.version,
    }
