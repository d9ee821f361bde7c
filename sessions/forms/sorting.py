"""What the office types when it sorts. The forms only judge; the domain acts."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from committees.models import Role
from foundation.clock import written_day
from foundation.fields import DayField, LineField, TextField, VersionField
from sessions.codes import read_code
from sessions.domain.questions import LONGEST
from sessions.forms.conferences import PeopleWithPosts, PersonWithPost, name_with_post
from sessions.forms.questions import ThemeField
from sessions.models import Question
from sessions.queries import names_with_posts, people_of
from sessions.states import ANSWERED, QuestionState

NO_REASON = _("Say why: others have read the words that you change.")
ASSIGNMENT = ("to", "unit", "due_on", "beside")
TEXTS = ("display_text", "edited_ok", "in_report", "times_raised")
ANSWERING = (Role.LEADER, Role.SECRETARY)


def answering_people(committee):
    """Return those whom a question can be assigned to, each with a `post`."""
    return people_of(committee, *ANSWERING)


def answering_choices(committee):
    """Return them as a list to choose from."""
    found = names_with_posts(committee, *ANSWERING)
    return [(pk, name_with_post(name, post)) for pk, name, post in found]


class ThemeAndKind(forms.Form):
    theme = ThemeField()
    kind = forms.ChoiceField(label=pgettext_lazy("question", "Kind"), choices=Question.Kind)

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_themes(committee)

    def offer_themes(self, committee, themes=None):
        self.fields["theme"].for_committee(committee, themes=themes)


class Assignment(forms.Form):
    """Who answers, and by when."""

    to = PersonWithPost(
        queryset=None, label=_("Leader who answers"), required=False, empty_label="—"
    )
    unit = LineField(label=_("or answering unit"), max_length=200, required=False)
    beside = PeopleWithPosts(
        queryset=None, label=_("Leaders who contribute to the answer"), required=False
    )
    due_on = DayField(label=_("Answer due on"))

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_people(committee)

    def offer_people(self, committee, people=None):
        """Offer those who may answer; `people` are they, as they are only to be shown."""
        field, beside = self.fields["to"], self.fields["beside"]
        if people is None or self.is_bound:  # what is only shown needs no second list
            field.queryset = beside.queryset = answering_people(committee)
        if people is not None:
            field.choices = [("", field.empty_label), *people]
            beside.choices = people

    def clean(self):
        cleaned = super().clean()
        if self.must_name_somebody() and self.names_nobody(cleaned):
            self.add_error("to", _("Choose a leader or name a unit."))
        return cleaned

    def must_name_somebody(self):
        return True

    def names_nobody(self, cleaned):
        return not cleaned.get("to") and not cleaned.get("unit") and "to" not in self.errors


class SortForm(Assignment, ThemeAndKind):
    """All of sorting as one form: what others read, what it is about, who answers by when.

    Who answers is asked of whoever may assign the question; it may stay open until the
    conference, and once it is said it can be changed but not left out. What others read of a
    question that another committee has handed over was cleared there, and stays.
    """

    display_text = TextField(
        label=_("Text that others read"), max_length=LONGEST, rows=5, required=False
    )
    edited_ok = forms.BooleanField(label=_("Cleared for others and for the report"), required=False)
    in_report = forms.BooleanField(label=_("Described in the report"), required=False)
    times_raised = forms.IntegerField(
        label=_("Raised for the nth time"), min_value=1, max_value=99, initial=1
    )
    reason = TextField(
        label=_("Why the cleared text is changed"), max_length=1_000, rows=2, required=False
    )
    version = VersionField()

    field_order = (
        *("display_text", "reason", "edited_ok", "in_report", "theme", "kind", *ASSIGNMENT),
        *("times_raised", "version"),
    )

    def __init__(self, data=None, *, question, can_assign, themes=None, people=None):
        committee = question.committee
        forms.Form.__init__(self, data, prefix="sort", initial=standing(question))
        self.standing_text = question.text if question.edited_ok else None
        self.is_published = question.state in ANSWERED
        self.kept = {}  # what goes along with the act as it stands
        if question.is_transferred:
            self.standing_text = None
            self.kept = {name: getattr(question, name) for name in TEXTS}
            for name in TEXTS:
                del self.fields[name]
        if self.standing_text is None:
            del self.fields["reason"]
        self.is_assigned = question.state == QuestionState.ASSIGNED
        self.can_assign = can_assign
        self.offer_themes(committee, themes)
        self.fields["due_on"].required = False
        if self.can_assign:
            self.offer_people(committee, people)
        else:
            for name in ASSIGNMENT:
                del self.fields[name]

    def clean(self):
        cleaned = {**super().clean(), **self.kept}
        has_day = cleaned.get("due_on") or "due_on" in self.errors
        if self.can_assign and not self.names_nobody(cleaned) and not has_day:
            self.add_error("due_on", _("Say by when it is to be answered."))
        if cleaned.get("beside") and self.names_nobody(cleaned) and "to" not in self.errors:
            self.add_error("to", _("Choose a leader or name a unit."))
        if self.standing_text is not None and self.is_published:
            self.ask_for_a_reason(cleaned)
        return cleaned

    def ask_for_a_reason(self, cleaned):
        """Members read the question beside its answer: whoever changes it there says why."""
        text = cleaned.get("display_text", self.standing_text)
        if text != self.standing_text and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", NO_REASON)

    def must_name_somebody(self):
        """Who answers may stay open until the conference; once it is said it stays said."""
        return self.is_assigned


def standing(question):
    """Return what the sorting form shows of the question as it stands."""
    due_on = question.due_on or question.conference.answers_due_on
    return {
        "display_text": question.text,
        "edited_ok": question.edited_ok,
        "in_report": question.in_report,
        "times_raised": question.times_raised,
        "theme": question.theme_id,
        "kind": question.kind,
        "to": question.assignee_id,
        "unit": question.assigned_unit,
        "due_on": written_day(due_on),
        "beside": sorted(question.contributors),
        "version": question.version,
    }


class MergeForm(forms.Form):
    """The question to merge into: picked from those that sound alike, or named by its code."""

    picked = forms.UUIDField(widget=forms.RadioSelect, required=False)
    into = LineField(label=_("or the code of another question"), max_length=12, required=False)

    field_order = ("picked", "into")

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question

    def clean(self):
        """Leave one question as `into`. A code that is typed counts: a pick cannot be taken back."""
        cleaned = super().clean()
        if "picked" in self.errors:
            self.add_error("into", _("No question of this conference has that code."))
        if self.errors:
            return cleaned
        others = self.question.conference.questions.filter(committee=self.question.committee_id)
        others = others.exclude(pk=self.question.pk)
        typed, picked = cleaned["into"].strip(), cleaned["picked"]
        typed = f"C{typed}" if typed.isdigit() else typed
        code = read_code(typed)
        found = None
        if code and code[2]:
            found = others.with_code(typed).select_related("conference").first()
        elif picked and not typed:
            found = others.filter(pk=picked).select_related("conference").first()
        if found is None and not typed and not picked:
            self.add_error("into", _("Pick a question or type its code."))
        elif found is None:
            self.add_error("into", _("No question of this conference has that code."))
        return {"into": found}


class DeclineForm(forms.Form):
    code = forms.ChoiceField(label=_("Reason"), choices=Question.ReturnCode)
    text = TextField(label=_("Explanation that the asker reads"), max_length=2_000, rows=3)


class PassOnForm(forms.Form):
    """Refer or escalate."""

    to = LineField(label=_("To which body"), max_length=200)
    reason = TextField(label=_("Why"), max_length=2_000, rows=3)


class AskBackForm(forms.Form):
    text = TextField(label=_("What should the asker explain?"), max_length=1_000, rows=3)


class AppealReplyForm(forms.Form):
    text = TextField(label=_("Reply that the asker reads"), max_length=2_000, rows=3)


class ReconsiderForm(forms.Form):
    reason = TextField(label=_("Why it is taken up again"), max_length=1_000, rows=2)
