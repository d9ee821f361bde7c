"""Abbreviations that offices write, in full; `docs/glossary.md` lists them too.

Only those that mean one thing alone: a wrong explanation is worse than none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.utils.safestring import SafeString


ABBREVIATIONS = {
    "ATVSLĐ": _("occupational safety and hygiene"),
    "BCĐ": _("steering committee"),
    "BCH": _("executive committee"),
    "BHXH": _("social insurance"),
    "BHYT": _("health insurance"),
    "BTV": _("standing committee"),
    "CBCC": _("cadres and civil servants"),
    "CBCCVC": _("cadres, civil servants and public employees"),
    "CBCCVC-NLĐ": _("cadres, civil servants, public employees and workers"),
    "CCHC": _("administrative reform"),
    "CCVC": _("civil servants and public employees"),
    "CNTT": _("information technology"),
    "CNVCLĐ": _("workers, public employees and labourers"),
    "Đ/c": _("comrade"),
    "ĐUK": _("the Bloc Committee"),
    "HĐND": _("People's Council"),
    "K/T": _("signing in place of the head"),
    "KT-XH": _("economic and social"),
    "MTTQ": _("Fatherland Front"),
    "NLĐ": _("worker (contract staff)"),
    "PCCC": _("fire prevention and fighting"),
    "QCDC": _("grassroots democracy regulation"),
    "T/L": _("signing by order"),
    "T/M": _("signing on behalf"),
    "TCCSĐ": _("grassroots party organisation"),
    "TTND": _("People's Inspection Board"),
    "UBKT": _("inspection commission"),
    "UBND": _("People's Committee"),
}
LONGEST_FIRST = sorted(map(re.escape, [*ABBREVIATIONS, "đ/c"]), key=len, reverse=True)
# Not within a number of a document (12-BC/ĐUK), a code or a longer word.
FOUND = re.compile(rf"(?<![\w/.–-])(?:{'|'.join(LONGEST_FIRST)})(?![\w/–-])")


def explaining() -> Callable[[str], SafeString]:
    """Return a function that draws text as HTML and explains each abbreviation where it first
    stands."""
    known = set()

    def explained(found: re.Match[str]) -> str:
        short = found[0]
        if short.lower() in known:
            return short
        known.add(short.lower())
        in_full = ABBREVIATIONS.get(short) or ABBREVIATIONS["Đ/c"]
        return format_html('<abbr title="{}">{}</abbr>', in_full, short)

    return lambda text: mark_safe(FOUND.sub(explained, conditional_escape(text)))
