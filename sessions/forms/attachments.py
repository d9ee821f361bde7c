"""The field for files: each is judged and cleaned before the form is valid."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.cleaning import clean_in_child
from foundation.intake import SentFileField, at_the_door, why_not
from foundation.not_clean import NotClean
from sessions.domain.attachments import LARGEST, MOST, MOST_OF_COMMITMENT
from sessions.models import Attachment

WHY = {
    "empty": gettext_lazy("%(file)s is empty (0 bytes)."),
    "kind": gettext_lazy("%(file)s is not a PNG, JPEG, WebP, PDF or Word file (.docx)."),
    "gif": gettext_lazy("%(file)s is a GIF picture. Save it as PNG, or attach a screenshot of it."),
    "heic": gettext_lazy(
        "%(file)s is a HEIC picture, as iPhones take them. Attach a screenshot of it, or set "
        "Settings › Camera › Formats › Most Compatible and take it again."
    ),
    "tiff": gettext_lazy("%(file)s is a TIFF picture. Scan it as PDF, or save it as PNG."),
    "bmp": gettext_lazy("%(file)s is a BMP picture. Save it as PNG."),
    "svg": gettext_lazy("%(file)s is an SVG drawing. Save it as PNG."),
    "doc": gettext_lazy(
        "%(file)s is an old Word file (.doc). Open it in Word and save it as .docx or PDF."
    ),
    "rtf": gettext_lazy("%(file)s is an RTF file. Open it in Word and save it as .docx or PDF."),
    "odf": gettext_lazy("%(file)s is an OpenDocument file (LibreOffice). Save it as .docx or PDF."),
    "xls": gettext_lazy("%(file)s is an Excel file. Save it as PDF and attach that."),
    "xlsx": gettext_lazy("%(file)s is an Excel file. Save it as PDF and attach that."),
    "slides": gettext_lazy("%(file)s is a presentation. Save it as PDF and attach that."),
    "archive": gettext_lazy(
        "%(file)s is a packed file (ZIP, RAR …). Unpack it and attach the files themselves."
    ),
    "video": gettext_lazy(
        "%(file)s is a film. Films are not taken: describe what is to be seen, or attach a picture."
    ),
    "sound": gettext_lazy(
        "%(file)s is a sound recording. Recordings are not taken: write down what is said."
    ),
    "broken": gettext_lazy("%(file)s is damaged. Open it, save it as PDF and attach that."),
    "locked": gettext_lazy(
        "%(file)s can only be opened with a password. Open it, remove the password, save it and "
        "attach it again."
    ),
    "restricted": gettext_lazy(
        "%(file)s can be read, but its maker has forbidden to change it. Open it, choose Print, "
        "then “Microsoft Print to PDF” (or “Save as PDF”), and attach what comes out."
    ),
    "too_much": gettext_lazy("%(file)s unpacks to far too much. Save it as PDF and attach that."),
    "too_many_pages": gettext_lazy(
        "%(file)s has more than 300 pages. Attach only the pages that matter."
    ),
    "too_many_dots": gettext_lazy(
        "%(file)s is too large a picture. Make it smaller, or attach a screenshot of it."
    ),
    "active": gettext_lazy(
        "%(file)s holds programs or embedded files. Print it to PDF and attach that."
    ),
    "chart": gettext_lazy("%(file)s holds a chart. Save it as PDF and attach that."),
    "smartart": gettext_lazy("%(file)s holds a SmartArt drawing. Save it as PDF and attach that."),
    "picture": gettext_lazy(
        "%(file)s holds a picture of a kind that is not taken. Print it to PDF and attach that."
    ),
    "parts": gettext_lazy(
        "%(file)s holds parts that would be lost here. Save it as PDF and attach that."
    ),
}
ACCEPTED = ".png,.jpg,.jpeg,.webp,.pdf,.docx"
TOO_LARGE = gettext_lazy(
    "%(file)s is larger than 10 MB. Send a photo in a smaller size or as a screenshot, "
    "a document as PDF in fewer pages."
)


def _help():
    return gettext_lazy(
        "PNG, JPEG, WebP, PDF or Word (.docx), up to 5 files of 10 MB. Names, authors, places and dates "
        "hidden in them are removed, but not what can be read or seen in them. A digital signature "
        "in a PDF is lost thereby."
    )


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(SentFileField):
    """Up to five files; cleaned to [(kind, bytes), …]. Their names are forgotten."""

    def __init__(self, **kwargs):
        super().__init__(
            required=False,
            widget=ManyFiles(attrs={"accept": ACCEPTED}),
            help_text=_help(),
            **kwargs,
        )

    def clean(self, data, initial=None):
        sent = [one for one in (data if isinstance(data, list) else [data]) if one]
        if len(sent) > MOST:
            raise ValidationError(_("At most %(most)d files.") % {"most": MOST})
        if not sent:
            return []
        with at_the_door():
            return self._taken_apart(sent)

    def _taken_apart(self, sent):
        cleaned, wrong = [], []
        for place, file in enumerate(sent, 1):
            called = _("File %(number)d") % {"number": place}
            if file.size > LARGEST:
                wrong.append(TOO_LARGE % {"file": called})
                continue
            content = file.read()
            if why := why_not(content, called=called):
                wrong.append(why)
                continue
            try:
                cleaned.append(clean_in_child(content))
            except NotClean as error:
                wrong.append(WHY[error.why] % {"file": called})
        if wrong:
            raise ValidationError([*wrong, _("Choose the files again: browsers do not keep them.")])
        return cleaned


def is_too_large(request):
    """Was the request so large that it was read without its files?"""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return length.isdigit() and int(length) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def too_large_together():
    return _("Together the files are too large; send fewer.")


class FilesThere(forms.ModelMultipleChoiceField):
    """Each of the files, to be looked at or ticked."""

    def label_from_instance(self, attachment):
        return format_html(
            '<a href="{}" download>{}</a> <span class="quiet">{} · {}{}</span>',
            reverse("sessions:attachment_file", args=[attachment.pk]),
            attachment.name,
            attachment.get_kind_display(),
            filesizeformat(attachment.size),
            format_html(" · {}", attachment.remark) if attachment.remark else "",
        )


class FilesForm(forms.Form):
    """A form with files, at its end: those there are can be taken away, and more added.

    `attachments` are those there are.
    """

    most = MOST
    drop = FilesThere(
        label=gettext_lazy("Files there are; tick those to take away"),
        queryset=Attachment.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    files = FilesField(label=gettext_lazy("Files to add"))  # type: ignore[assignment]  # declared, then taken off

    def __init__(self, *args, attachments=None, is_too_large=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.attachments = Attachment.objects.none() if attachments is None else attachments
        self.is_too_large = is_too_large
        self.fields["drop"].queryset = self.attachments
        self.order_fields([name for name in self.fields if name not in ("drop", "files")])
        if not self.attachments.exists():
            del self.fields["drop"]
            self.fields["files"].label = _("Attachments")

    def clean(self):
        cleaned = super().clean()
        files = cleaned.get("files") or ()
        stay = self.attachments.count() - len(cleaned.get("drop") or ())
        if self.is_too_large:
            self.add_error("files", too_large_together())
        if files and stay + len(files) > self.most:
            self.add_error("files", _("At most %(most)d files.") % {"most": self.most})
        if files and self.errors:
            self.ask_for_files_again()
        return cleaned

    def ask_for_files_again(self):
        self.add_error("files", _("Choose the files again: browsers do not keep them."))


class CommitmentFilesForm(FilesForm):
    most = MOST_OF_COMMITMENT


class MoreFilesForm(FilesForm):
    """Files can be added, and none taken away."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields.pop("drop", None)
        self.fields["files"].label = _("Attachments")


def sent_with(request):
    """Return what a form with files is made of when this request sends it."""
    if request.method != "POST":
        return {}
    return {
        "data": request.POST,
        "files": request.FILES,
        "is_too_large": is_too_large(request),
    }
