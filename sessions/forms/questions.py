"""What people type about questions and answers. The forms only judge; the domain acts."""

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from foundation.fields import LineField, TextField, VersionField
from foundation.search import quotes
from sessions.askers.public import from_browser, made_here
from sessions.domain.questions import LONGEST
from sessions.forms.attachments import FilesField, FilesForm
from sessions.models import Question, Theme

LEVELS = (Question.Level.NAMED, Question.Level.CONFIDENTIAL)


class ThemeField(forms.ModelChoiceField):
    """The mandated groups, and under each the committee's own second level."""

    def __init__(self, **kwargs):
        super().__init__(
            queryset=Theme.objects.none(), label=_("What it is about"), empty_label="—", **kwargs
        )

    def for_committee(self, committee, *, themes=None):
        """Offer the themes of the committee; `themes` are they, if they have been read already."""
        self.queryset = themes_of(committee)
        if themes is not None:
            self.choices = [
                ("", self.empty_label),
                *((t.pk, self.label_from_instance(t)) for t in themes),
            ]

    def label_from_instance(self, theme):
        return f"— {theme.name}" if theme.parent_id else f"{theme.number}. {theme.name}"


def themes_of(committee):
    """Return the themes in use: everybody's and the committee's own."""
    in_use = Theme.objects.filter(is_active=True)
    return in_use.filter(committee=None) | in_use.filter(committee=committee)


class QuestionForm(forms.Form):
    """What a question is, whoever types it."""

    text = TextField(
        label=_("Your question"),
        max_length=LONGEST,
        rows=7,
        error_messages={"required": _("Write your question.")},
    )
    theme = ThemeField()
    kind = forms.ChoiceField(label=pgettext_lazy("question", "Kind"), choices=Question.Kind)

    def __init__(self, *args, committee, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["theme"].for_committee(committee)
        self.fields["text"].widget.attrs["data-counter"] = "text-counter"


class AskForm(QuestionForm):
    """A question by somebody who is signed in."""

    level = forms.ChoiceField(
        label=_("Who may know your name?"),
        choices=[(level.value, level.label) for level in LEVELS],
        initial=Question.Level.CONFIDENTIAL,
        widget=forms.RadioSelect,
    )
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    receipt = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    files = FilesField(label=_("Attachments"))  # type: ignore[assignment]  # declared, then taken off

    def clean(self):
        """Put what is kept of the receipt in place of its hash; without scripts make the code."""
        cleaned = super().clean()
        if form_key := cleaned.get("form_key"):
            cleaned["receipt"] = from_browser(cleaned.get("receipt", "")) or made_here(form_key)
        return cleaned


class ChangeForm(QuestionForm, FilesForm):
    version = VersionField()


class RecordForm(QuestionForm):
    """A question that came on paper or was spoken."""

    channel = forms.ChoiceField(
        label=_("How it came"),
        choices=[choice for choice in Question.Channel.choices if choice[0] != "portal"],
    )
    level = forms.ChoiceField(
        label=_("Who may know the name?"),
        choices=[(level.value, level.label) for level in LEVELS],
        initial=Question.Level.CONFIDENTIAL,
    )
    name = LineField(label=_("Name of the asker"), max_length=150, required=False)
    unit = LineField(label=_("Unit of the asker"), max_length=150, required=False)
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("The question")  # somebody else's

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("level") == Question.Level.NAMED and not cleaned.get("name"):
            self.add_error("name", _("A named question needs the asker's name."))
        if cleaned.get("level") == Question.Level.CONFIDENTIAL and (
            cleaned.get("name") or cleaned.get("unit")
        ):
            self.add_error("name", _("Leave the name empty, or choose “Named”."))
        if form_key := cleaned.get("form_key"):
            cleaned["receipt"] = made_here(form_key)
        return cleaned


class ThemeNameForm(forms.Form):
    name = LineField(label=_("Name of the theme"), max_length=200)


class NewThemeForm(ThemeNameForm):
    """A theme of the committee's own, below one of the mandated groups."""

    group = forms.ModelChoiceField(
        queryset=Theme.objects.filter(parent=None), label=_("Below which group"), empty_label=None
    )


# --- the office ----------------------------------------------------------------------


class OpeningForm(forms.Form):
    """Why a name must be known. The Board reads it, which is not to read the question."""

    reason = TextField(
        label=_("Why the name must be known"),
        max_length=1_000,
        rows=3,
        min_length=10,
        help_text=_(
            "The Board and the asker read this reason. Do not quote the question, and say nothing "
            "by which the asker could be guessed."
        ),
    )

    def __init__(self, *args, question, **kwargs):
        super().__init__(*args, **kwargs)
        self.question = question

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        texts = (self.question.original_text, self.question.display_text)
        if any(quotes(reason, text) for text in texts):
            raise forms.ValidationError(
                _("The Board reads this reason and must not read the question: do not quote it.")
            )
        return reason


# Whoever wrote why not has perhaps pressed the wrong button, and nothing of it can be undone.
NO_REASON_TO_AGREE = _("This reason would be kept nowhere: take it out to agree, or refuse.")


class DecisionForm(forms.Form):
    """Agreed or refused; a refusal says why."""

    verdict = forms.ChoiceField(choices=[("agreed", _("Agree")), ("refused", _("Refuse"))])
    reason = TextField(
        label=_("Reason, if you refuse"),
        max_length=1_000,
        rows=3,
        required=False,
        help_text=_("The secretary and the asker read it."),
    )

    def clean(self):
        cleaned = super().clean()
        short = len(cleaned.get("reason", "")) < 10
        if cleaned.get("verdict") == "refused" and short and "reason" not in self.errors:
            self.add_error("reason", _("Say why you refuse, in at least ten characters."))
        if cleaned.get("verdict") == "agreed" and cleaned.get("reason"):
            self.add_error("reason", NO_REASON_TO_AGREE)
        return cleaned


class SlipsForm(forms.Form):
    number = forms.IntegerField(
        label=_("How many slips"),
        min_value=10,
        max_value=500,
        help_text=_("At least as many as people are at the meeting, so that everybody draws one."),
    )
