"""What an administrator types on a new installation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from committees.domain.committees import RESERVED_CODES
from committees.forms.committees import NameForm
from committees.models import Committee
from foundation.fields import LIFETIMES, DayField
from foundation.textfields import EmailField, SlugField


class FoundingForm(NameForm):
    """The Bloc or its Board: what it is called and since when."""

    code = SlugField(
        label=_("Code"),
        max_length=30,
        help_text=_("Short, without marks: it stands in addresses and files."),
    )
    email = EmailField(label=_("E-mail of the office"), max_length=254, required=False)
    active_from = DayField(years=LIFETIMES, label=_("Active from"))
    field_order = ("name", "header_name", "organisation_name", "code", "symbol", "place")

    def clean_code(self):
        code = self.cleaned_data["code"]
        if code.lower() in RESERVED_CODES:
            raise forms.ValidationError(_("The portal needs this word for itself."))
        if Committee.objects.filter(code__iexact=code).exists():
            raise forms.ValidationError(_("Another committee has this code."))
        return code
