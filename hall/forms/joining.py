"""The code of a hall, as somebody reads it off the screen."""

from django import forms
from django.utils.translation import gettext_lazy as _

from foundation.codes import read_code
from foundation.fields import LineField
from hall.domain.desk import CODE_LENGTH


class JoinForm(forms.Form):
    code = LineField(label=_("Code of the hall"), max_length=20)

    def clean_code(self):
        typed = self.cleaned_data["code"]
        if read_code(typed, CODE_LENGTH) is None:
            raise forms.ValidationError(
                _("This is no code of a hall: it has six characters and stands on the screen.")
            )
        return "".join(typed.upper().split())
