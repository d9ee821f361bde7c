"""What people type when they answer. The forms only judge; the domain acts."""

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from foundation.fields import DayField, LineField, TextField, VersionField
from sessions.askers import public as askers
from sessions.domain.citations import with_citation
from sessions.forms.attachments import FilesForm
from sessions.models import Question


class AlsoField(forms.ModelMultipleChoiceField):
    """Other questions of the conference that the same words answer.

    Any that the person handles is taken: whether it still waits is for the act to say.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(queryset=Question.objects.none(), required=False, **kwargs)

    def clean(self, value):
        """A browser sends an empty one where there is nothing to tick."""
        return super().clean([one for one in value or () if one])

    def offer(self, questions, *, among):
        self.queryset = among
        self.choices = [(one.pk, self.label_from_instance(one)) for one in questions]

    def label_from_instance(self, question):
        return f"{question}. {Truncator(question.text).chars(160)}"


class AnswerForm(FilesForm):
    """An answer in writing. `others` are the questions that it may answer as well.

    `cited` is an earlier answer that it is to cite.
    """

    text = TextField(label=_("Answer"), max_length=20_000, rows=10)
    answered_by = LineField(label=_("Answered by (name, post or unit)"), max_length=200)
    also = AlsoField(
        label=_("The same answer for these questions too"),
        help_text=_("Each keeps its own code; they are cleared and published together."),
    )
    version = VersionField(min_value=0)

    def __init__(self, *args, others=(), among=None, cited=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.cited = cited
        self.fields["text"].required = cited is None
        self.fields["also"].offer(others, among=Question.objects.none() if among is None else among)
        if not others:
            self.fields["also"].widget = forms.MultipleHiddenInput()

    def clean_text(self):
        """With an answer to be cited, the text bears the sentence about it."""
        text = self.cleaned_data["text"]
        if self.cited is None:
            return text
        return self.fields["text"].clean(with_citation(text, self.cited))


class CorrectForm(FilesForm):
    """A new version of the published answer that has this number."""

    text = TextField(label=_("Gist of the answer"), max_length=20_000, rows=3)
    answered_by = LineField(label=_("Answered by"), max_length=200)
    reason = TextField(
        label=_("Why it is corrected"),
        max_length=1_000,
        rows=2,
        help_text=_("Kept in the history, for the office."),
    )
    together = forms.BooleanField(required=False, initial=True)
    number = VersionField()

    def __init__(self, *args, shared_with=(), **kwargs):
        super().__init__(*args, **kwargs)
        if shared_with:
            codes = ", ".join(str(one.question) for one in shared_with)
            self.fields["together"].label = _("Correct it for %(codes)s too") % {"codes": codes}
        else:
            del self.fields["together"]


class CompleteForm(forms.Form):
    reason = TextField(label=_("What is still to be answered"), max_length=1_000, rows=2)
    due_on = DayField(label=_("Answer due on"))


class RemarksForm(forms.Form):
    remarks = TextField(
        label=_("Remarks for the writer"),
        max_length=2_000,
        rows=3,
        help_text=_("The writer reads them here and in a mail. Do not say who asked."),
    )

    def __init__(self, *args, question, others=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = [question, *others]

    def clean_remarks(self):
        remarks = self.cleaned_data["remarks"]
        if any(askers.names_asker(remarks, one) for one in self.questions):
            raise forms.ValidationError(
                _("Whoever answers is not to know who asked: take the name out of the remarks.")
            )
        return remarks
