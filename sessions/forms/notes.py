"""What the office and leaders note for each other. The forms only judge; the domain acts."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.fields import TextField, VersionField
from sessions.askers import public as askers

LONGEST = 4_000


class NoteForm(forms.Form):
    text = TextField(
        label=_("Internal note"),
        max_length=LONGEST,
        rows=3,
        help_text=_(
            "The office and the leader who answers read it, nobody else. Do not say who asked."
        ),
    )

    def __init__(self, *args, question, **kwargs):
        kwargs.setdefault("prefix", "note")  # it stands beside other forms that have a text
        super().__init__(*args, **kwargs)
        self.question = question

    def clean_text(self):
        text = self.cleaned_data["text"]
        if askers.names_asker(text, self.question):
            raise forms.ValidationError(
                _("Whoever answers is not to know who asked: take the name out of the note.")
            )
        return text


class NoteChangeForm(NoteForm):
    version = VersionField()
