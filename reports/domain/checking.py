"""The pre-signing checklist: what blocks issuing, what is only worth a look."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Committee
from dialogue_portal.clock import day_of
from reports.documents.glyphs import unprintable
from reports.domain.drafting import mismatched_figures, report_document
from reports.figures import balance, committee_figures
from reports.models import Report

SECRECY_STAMPS = ("TUYỆT MẬT", "TỐI MẬT", "ĐỘ MẬT")
TITLES = ("GS.", "PGS.", "TS.", "ThS.", "Tiến sĩ", "Thạc sĩ", "Giáo sư", "đồng chí", "Đ/c")
SIGNS_SHOWN = 20


@dataclass(frozen=True)
class Item:
    """One line of the checklist. `place` says where it is mended, `about` which thing there."""

    code: str
    is_met: bool
    is_blocking: bool
    text: str
    place: str = ""  # results, triage, signer, not_held, narrative, committee
    about: object = None

    @property
    def blocks(self):
        return self.is_blocking and not self.is_met


def checklist(report, *, at, figures=None):
    """Return every Item of a draft, in the order of the outline's checklist."""
    figures = figures or committee_figures(report.obligation, at=at)
    return [
        *_must(report, figures, at),
        *_signs(report, figures, at),
        *_should(report, figures),
    ]


def _must(report, figures, at):
    held = figures["conferences"]
    yield Item(
        "balance",
        balance(figures["totals"]) == 0,
        True,
        _("The outcomes add up to the number of questions received."),
        "triage",
        held[0]["id"] if held else None,
    )
    yield Item(
        "held_or_reason",
        bool(held) or bool(report.not_held_reason.strip() and report.not_held_until),
        True,
        _("A conference was held, or the reason and the new date are given."),
        "not_held",
    )
    for conference in held:
        about = conference["id"]
        yield Item(
            "attendance",
            conference["attendance"] is not None,
            True,
            _("Attendance of “%(title)s” is recorded.") % {"title": conference["title"]},
            "results",
            about,
        )
        yield Item(
            "turns",
            conference["turns"] is not None,
            True,
            _("Speaking turns of “%(title)s” are recorded; none is written 0.")
            % {"title": conference["title"]},
            "results",
            about,
        )
        yield Item(
            "diverted",
            conference["diverted"] is not None,
            True,
            _("Complaints passed on at “%(title)s” are counted; none is written 0.")
            % {"title": conference["title"]},
            "results",
            about,
        )
    untriaged = figures["counts"]["untriaged"]
    yield Item(
        "triaged",
        untriaged == 0,
        True,
        ngettext(
            "%(count)d question has not been sorted.",
            "%(count)d questions have not been sorted.",
            untriaged,
        )
        % {"count": untriaged}
        if untriaged
        else _("Every question has been sorted."),
        "triage",
        held[0]["id"] if held else None,
    )
    uncleared = sum(item["text"] is None for item in figures["escalated"])
    uncleared += sum(item["text"] is None and item["in_report"] for item in figures["items"])
    yield Item(
        "cleared",
        uncleared == 0,
        True,
        _("The text of every question that the report quotes has been cleared."),
        "triage",
        held[0]["id"] if held else None,
    )
    yield Item(
        "no_secrets",
        not _mentions(report, figures, SECRECY_STAMPS),
        True,
        _("No secrecy stamp stands in the text."),
        "narrative",
    )
    yield Item(
        "signer",
        bool(report.signer.strip()),
        True,
        _("The signer is named."),
        "signer",
    )
    yield Item(
        "capacity",
        report.sign_capacity in Report.Capacity.values
        and report.committee.kind not in (Committee.Kind.BOARD,),
        True,
        _("The signing capacity fits the issuer (T/M, never K/T)."),
        "signer",
    )
    yield Item(
        "term",
        report.committee.term(on=day_of(at)) is not None,
        True,
        _("The committee's term is known; document numbers run through it."),
        "committee",
        report.committee.code,
    )


def _signs(report, figures, at):
    """One Item for each sign that would be an empty box on paper, with where it stands."""
    found = unprintable(report_document(report, figures, at=at))
    held = figures["conferences"]
    for one in found[:SIGNS_SHOWN]:
        yield Item(
            "printable",
            False,
            True,
            _(
                "“%(sign)s” cannot be printed (%(part)s: “…%(around)s…”). The font of documents "
                "has no such sign: write it in words or take it out."
            )
            % {"sign": one.sign, "part": one.part, "around": one.around},
            "narrative" if one.key or not held else "triage",
            held[0]["id"] if held and not one.key else None,
        )
    if not found:
        yield Item(
            "printable", True, True, _("Every sign in the text can be printed."), "narrative"
        )


def _should(report, figures):
    for conference in figures["conferences"]:
        about = conference["id"]
        yield Item(
            "notice",
            bool(conference["notice_published_on"]),
            False,
            _("The day of the public notice is recorded."),
            "results",
            about,
        )
        yield Item(
            "conclusion",
            bool(conference["conclusion_issued_on"]),
            False,
            _("The conclusion notice has been issued."),
            "results",
            about,
        )
    held = figures["conferences"]
    yield Item(
        "owners",
        figures["counts"]["unowned"] == 0,
        False,
        _("Every open question has a unit and a date."),
        "triage",
        held[0]["id"] if held else None,
    )
    yield Item(
        "edited",
        figures["counts"]["unedited"] == 0,
        False,
        _("The text of every question has been cleared for annex 1."),
        "triage",
        held[0]["id"] if held else None,
    )
    yield Item(
        "figures_match",
        not mismatched_figures(report, figures),
        False,
        _("The numbers in the text are those of the tables."),
        "narrative",
    )
    yield Item(
        "no_titles",
        not any(report.signer.startswith(title) for title in TITLES),
        False,
        _("No academic title stands before the signer's name."),
        "signer",
    )


def _mentions(report, figures, words):
    texts = [narrative.text for narrative in report.narratives.all()]
    texts += [item["text"] or "" for item in figures["items"]]
    return any(word in text for text in texts for word in words)
