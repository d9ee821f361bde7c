"""The field for files: each is judged and cleaned before the form is valid."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dialogue_portal.cleaning import NotClean, clean_in_child
from sessions.domain.attachments import LARGEST, MOST

WHY = {
    "kind": gettext_lazy(
        "%(file)s is not a PNG, JPEG, PDF or Word file (.docx) of the usual kind."
    ),
    "broken": gettext_lazy("%(file)s is damaged. Save it as PDF and attach that."),
    "locked": gettext_lazy("%(file)s is protected by a password."),
    "too_much": gettext_lazy("%(file)s unpacks to far too much."),
    "active": gettext_lazy(
        "%(file)s holds programs or embedded files. Save it as PDF and attach that."
    ),
}


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to five files; cleaned to [(kind, bytes), …]. Their names are forgotten."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            widget=ManyFiles(attrs={"accept": ".png,.jpg,.jpeg,.pdf,.docx"}),
            help_text=_help(),
            **kwargs,
        )

    def clean(self, data, initial=None):
        sent = [one for one in (data if isinstance(data, list) else [data]) if one]
        if len(sent) > MOST:
            raise ValidationError(_("At most %(most)d files.") % {"most": MOST})
        cleaned, wrong = [], []
        for place, file in enumerate(sent, 1):
            told = {"file": _("File %(number)d") % {"number": place}}
            if file.size > LARGEST:
                wrong.append(_("%(file)s is larger than 10 MB.") % told)
                continue
            try:
                cleaned.append(clean_in_child(file.read()))
            except NotClean as error:
                wrong.append(WHY[error.why] % told)
        if wrong:
            raise ValidationError([*wrong, _("Choose the files again: browsers do not keep them.")])
        return cleaned


def _help():
    return gettext_lazy(
        "PNG, JPEG, PDF or Word (.docx), up to 5 files of 10 MB. Names, authors, places and dates "
        "hidden in them are removed, but not what can be read or seen in them."
    )
