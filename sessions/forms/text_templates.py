"""What the office types as templates, and choosing one. The forms only judge; the domain acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.fields import LineField, TextField, VersionField
from sessions.codes import read_code
from sessions.domain.text_templates import VARIABLES, unknown_in
from sessions.models import TextTemplate

LONGEST = 10_000
KNOWN = ", ".join(f"{{{name}}}" for name in VARIABLES)


class TemplateForm(forms.Form):
    use = forms.ChoiceField(label=_("Used for"), choices=TextTemplate.Use)
    name = LineField(label=_("Name of the template"), max_length=120)
    text = TextField(label=_("Text of the template"), max_length=LONGEST, rows=10)
    shown_with = LineField(
        label=_("Code of a question to show it with"),
        max_length=12,
        required=False,
        help_text=_("Blank: the one that was sorted last."),
    )

    def __init__(self, *args, questions, **kwargs):
        super().__init__(*args, **kwargs)
        self.questions = questions
        self.fields["text"].help_text = _("Filled in for each question: %(known)s") % {
            "known": KNOWN
        }

    def clean_text(self):
        text = self.cleaned_data["text"]
        if unknown := unknown_in(text):
            raise forms.ValidationError(
                _("Not known: %(unknown)s. Known are: %(known)s")
                % {"unknown": ", ".join(unknown)[:300], "known": KNOWN}
            )
        return text

    def clean(self):
        """Take out which question it is shown with: that is nothing of the template's."""
        cleaned = super().clean()
        code = cleaned.pop("shown_with", "")
        typed = f"C{code}" if code.isdigit() else code
        named = self.questions.with_code(typed).first() if read_code(typed) else None
        if code and named is None:
            self.add_error("shown_with", _("No question of this committee has that code."))
        self.question = (
            named or self.questions.order_by("-conference__starts_at", "-number").first()
        )
        return cleaned


class TemplateChangeForm(TemplateForm):
    version = VersionField()
