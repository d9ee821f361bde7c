"""The form for the signed copy: the file is judged before the form is valid."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from foundation.file_kinds import what_is
from foundation.intake import SentFileField, at_the_door
from reports.documents.signatures import NotAccepted
from reports.domain.signing import MOST_ADDED, check_signed_copy

MOST_MB = MOST_ADDED // 2**20
WHY = {
    "kind": _("This file is not a PDF. Bring the PDF that the signing program has given back."),
    "word": _(
        "This is a Word file. Sign the PDF that was issued, and bring the PDF that the signing "
        "program gives back."
    ),
    "scan": _(
        "This is a picture. A photo or a scan of a signed sheet bears no digital signature: sign "
        "the PDF that was issued in the signing program, and bring what it gives back."
    ),
    "packed": _("This is a packed file (ZIP, RAR …). Unpack it and bring the PDF in it."),
    "no_pdf": _("The report's own PDF is not there yet. Try again in a few minutes."),
    "too_large": _("The file is more than %(mb)d MB larger than the PDF that was issued."),
    "not_ours": _(
        "The file does not begin with exactly the PDF that was issued. Download that PDF from the "
        "report's page and sign it as it is: do not save, print or combine it with another program. "
        "The signing program must append its signature to the file, not write the file anew."
    ),
    "other_report": _("This is a copy of another report: %(whose)s."),
    "locked": _(
        "The file is protected by a password. Take the PDF that was issued and sign it without one."
    ),
    "unsigned": _("There is no digital signature in the file."),
    "broken": _("What was appended to the PDF cannot be read. Sign it once more."),
    "changed": _(
        "Something else than signatures was appended to the PDF that was issued. Sign it as it is."
    ),
    "covered": _("The signatures that can be seen hide more than a quarter of a page."),
    "unknown_kind": _("There is a signature of a kind that the portal cannot check."),
    "not_intact": _("The signature of %(whose)s does not fit the file: it was changed afterwards."),
    "weak": _("The signature of %(whose)s uses a procedure that is no longer safe."),
    "not_valid_then": _("The certificate of %(whose)s was not valid at the time of signing."),
    "not_trusted": _(
        "The certificate of %(whose)s was not issued by an authority that the portal trusts."
    ),
    "roots": _("The portal cannot read whom it is to trust. Tell the administrator."),
    "too_much": _("The file takes too long to check. Tell the administrator."),
}


KINDS = {
    **dict.fromkeys(("docx", "doc", "odf", "rtf"), "word"),
    **dict.fromkeys(("png", "jpg", "webp", "gif", "heic", "tiff", "bmp"), "scan"),
    **dict.fromkeys(("archive", "torn_zip"), "packed"),
}


class SignedCopyForm(forms.Form):
    """The file from the office's signing system; cleaned to (bytes, what its signatures say)."""

    file = SentFileField(
        label=_("Signed PDF"),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,application/pdf"}),
        error_messages={
            "required": _("Choose the signed PDF. A file of more than 50 MB does not arrive."),
            "invalid": _("Choose the signed PDF. A file of more than 50 MB does not arrive."),
            "missing": _("Choose the signed PDF. A file of more than 50 MB does not arrive."),
            "empty": _("The file is empty."),
            "max_length": _("The file's name is too long."),
        },
    )

    def __init__(self, *args, report, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.report, self.at = report, at

    def clean_file(self):
        content = self.cleaned_data["file"].read()
        try:
            with at_the_door():
                return content, check_signed_copy(self.report, content, at=self.at)
        except NotAccepted as error:
            told = {"whose": error.whose or "?", "mb": MOST_MB}
            why = KINDS.get(what_is(content), "kind") if error.why == "kind" else error.why
            raise ValidationError(WHY[why] % told) from None
