"""What people type about their own data, and what is answered. The forms only judge."""

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from committees.models import Committee
from committees.permissions import OFFICE
from committees.titles import without_titles
from foundation.clock import written_day
from foundation.fields import DayField, LineField, TextField
from privacy.domain.personal_requests import own_named_questions
from sessions.models import Question


class PhoneForm(forms.Form):
    phone = LineField(label=_("Phone"), max_length=30, required=False)

    def clean_phone(self):
        phone = self.cleaned_data["phone"]
        if any(not (one.isdigit() or one in "+().- ") for one in phone):
            raise forms.ValidationError(_("Enter digits, blanks and + ( ) . - alone."))
        return phone


class WishForm(forms.Form):
    """Why something is asked for."""

    text = TextField(label=_("Why, if you want to say so"), max_length=2_000, required=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user


class NameWishForm(WishForm):
    field_order = ("name", "text")
    name = LineField(label=_("My name as it should be"), max_length=150)

    def clean_name(self):
        name = without_titles(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Enter the name itself, without titles."))
        if name == self.user.full_name:
            raise forms.ValidationError(_("This is how your name is written already."))
        return name


class OwnQuestionField(forms.ModelChoiceField):
    def label_from_instance(self, question):
        name = question.code or written_day(question.received_at)
        return f"{name} · {Truncator(question.original_text).chars(60)}"


class QuestionWishForm(WishForm):
    field_order = ("question", "text")
    question = OwnQuestionField(
        queryset=Question.objects.none(), label=_("The question"), empty_label=None
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["question"].queryset = own_named_questions(user).select_related("conference")


class AccountWishForm(WishForm):
    is_meant = forms.BooleanField(label=_("I know that I can then no longer sign in."))


WISHES = {"name": NameWishForm, "question": QuestionWishForm, "account": AccountWishForm}


class PaperForm(forms.Form):
    """What somebody without an account asks for, as it stands on the paper."""

    committee = forms.ModelChoiceField(
        queryset=Committee.objects.none(), label=_("Committee"), empty_label=None
    )
    name = LineField(label=_("Who asks"), max_length=150)
    asked_on = DayField(label=_("Day on which the paper came"))
    text = TextField(
        label=_("What is asked for"),
        max_length=2_000,
        rows=3,
        help_text=_("Make sure of who it is before you hand anything over."),
    )

    def __init__(self, *args, user, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        offices = Committee.objects.filter(pk__in=user.committees_as(*OFFICE))
        self.fields["committee"].queryset = offices.prefetch_related("names")
        if len(offices) == 1:
            self.fields["committee"].initial = offices[0]
            self.fields["committee"].widget = forms.HiddenInput()

    def clean_asked_on(self):
        day = self.cleaned_data["asked_on"]
        if day > self.today:
            raise forms.ValidationError(_("This day is still to come."))
        return day


class DecisionForm(forms.Form):
    """What is decided; whoever says no says why."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=[("grant", _("Do what is asked for")), ("refuse", _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reply = TextField(
        label=_("Reply to the person"),
        max_length=2_000,
        rows=3,
        required=False,
        help_text=_("Needed with a refusal. Do not repeat what is to be removed."),
    )

    def __init__(self, *args, is_paper=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_paper = is_paper
        if is_paper:
            self.fields["decision"].choices = [
                ("grant", _("Handed over, or done")),
                ("refuse", _("Refuse")),
            ]
            reply = self.fields["reply"]
            reply.label, reply.required = _("What was handed over or done, or why not"), True
            reply.help_text = _("The portal tells nobody: give the answer to the person yourself.")

    def clean(self):
        cleaned = super().clean()
        refused = cleaned.get("decision") == "refuse" and not self.is_paper
        if refused and cleaned.get("reply") == "":
            self.add_error("reply", _("Say why it is refused."))
        return cleaned
