"""What report pages need beside the portal's own filters."""

import datetime as dt

from django import template
from django.utils.translation import gettext_lazy as _

from reports.documents import formatting
from reports.documents.formatting import cell_text, number_and_symbol, place_and_date
from reports.documents.layout import spread
from reports.documents.profile import PROFILES

register = template.Library()


@register.filter
def instant(text):
    """Return the moment that was written down as text."""
    return dt.datetime.fromisoformat(text) if text else None


@register.filter
def as_cell(value):
    """Return a table cell as the document prints it: 1.234, 92,3, –."""
    return cell_text(value)


@register.filter
def pieces(name):
    """Return the name in capitals as the pieces that may stand in different lines."""
    return formatting.pieces(name)


@register.filter
def recipient_lines(document):
    """Return the recipients as the paper prints them: with the separators of its form."""
    return formatting.recipient_lines(document["recipients"], PROFILES[document["profile"]])


@register.filter
def get_item(mapping, key):
    """Return mapping[key], or nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def as_places(bullets):
    """Return each line of the block as a place that can be edited."""
    pairs = zip(bullets["keys"], bullets["items"], strict=True)
    return [{"key": key, "text": text} for key, text in pairs]


@register.filter
def aligned_rows(table):
    """Return the rows of a table with the total at the end, and what is said below each:
    [([(alignment, printed cell), …], [(label, text), …]), …]."""
    columns = table["columns"]
    rows = table["rows"] + ([table["total"]] if table["total"] and table["rows"] else [])
    return [
        (
            [
                (column["align"], cell_text(value))
                for column, value in zip(columns, row, strict=True)
            ],
            below,
        )
        for row, below in (spread(columns, values) for values in rows)
    ]


@register.simple_tag
def document_number(document):
    """Return "Số 05-BC/ĐU"."""
    return number_and_symbol(document["number"], document["symbol"])


@register.simple_tag
def document_place(document):
    """Return "Hà Nội, ngày 05 tháng 02 năm 2026"."""
    return place_and_date(document["place"], document["issued_on"], document["year"])


WARNINGS = {
    "no_date": _("no date for the conference yet"),
    "not_held": _("the conference has not been held"),
    "no_draft": _("nobody has worked on the draft"),
    "not_issued": _("the report is not issued"),
    "missing": _("the deadline has passed without a report"),
}


@register.simple_tag
def warning_words(code):
    """Return what an early warning says."""
    return WARNINGS[code]
