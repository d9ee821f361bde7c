"""The pre-signing checklist: what blocks issuing, what is only worth a look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.models import Committee
from foundation.clock import day_of, written_day
from periods.windows import window_of
from reports.documents.glyphs import unprintable
from reports.domain.drafting import narrative_texts, report_document
from reports.domain.numbers import mismatched_figures
from reports.figures import balance, committee_figures, conferences_in
from reports.models import Report
from sessions.models import Conference, Question
from sessions.states import BEFORE_TRIAGE, COUNTED, IN_PROGRESS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from django.db.models import QuerySet


SECRECY_STAMPS = ("TUYỆT MẬT", "TỐI MẬT", "ĐỘ MẬT")
TITLES = ("GS.", "PGS.", "TS.", "ThS.", "Tiến sĩ", "Thạc sĩ", "Giáo sư", "đồng chí", "Đ/c")
SIGNS_SHOWN = 20
LINES = 20  # for one fault; the rest is counted
# Places that say more than figures can; their headings, as the document has them.
LEFT_TO_A_PERSON = {
    "strengths": "Ưu điểm",
    "limits": "Hạn chế",
    "causes": "Nguyên nhân",
    "lessons": "Kinh nghiệm",
}


@dataclass(frozen=True)
class Item:
    """One line of the checklist. `place` says where it is mended, `about` which thing there."""

    code: str
    is_met: bool
    is_blocking: bool
    text: str
    place: str = ""  # results, triage, question, conference, signer, not_held, narrative, place, …
    about: object = None

    @property
    def blocks(self) -> bool:
        return self.is_blocking and not self.is_met


def checklist(
    report: Report, *, at: dt.datetime, figures: Mapping[str, Any] | None = None
) -> list[Item]:
    """Return every Item of a draft, in the order of the outline's checklist."""
    figures = figures or committee_figures(report.obligation, at=at)
    return [
        *_of_the_figures(report, figures),
        *_of_the_questions(report, figures),
        *_of_the_signature(report, figures, at),
        *_of_the_signs(report, figures, at),
        *_of_the_conferences(report, figures, at),
        *_of_the_words(report, figures),
    ]


def _line(code: str, is_met: object, is_blocking: bool, met: str, fault: str, *where: Any) -> Item:
    """An Item that says what is so: `met` where all is well, otherwise the `fault`."""
    return Item(code, bool(is_met), is_blocking, met if is_met else fault, *where)


def _of_the_figures(report: Report, figures: Mapping[str, Any]) -> Iterator[Item]:
    held = figures["conferences"]
    yield _line(
        "balance",
        balance(figures["totals"]) == 0,
        True,
        _("The outcomes add up to the number of questions received."),
        _("The outcomes do not add up to the number of questions received."),
        "triage",
        held[0]["id"] if held else None,
    )
    yield _line(
        "held_or_reason",
        held or (report.not_held_reason.strip() and report.not_held_until),
        True,
        _("A conference was held, or the reason and the new date are given."),
        _("No conference was held, and the reason or the new date is missing."),
        "not_held",
    )
    for conference in held:
        named = {"title": conference["title"]}
        for code, met, fault in (
            (
                "attendance",
                _("Attendance of “%(title)s” is recorded."),
                _("Attendance of “%(title)s” has not been recorded."),
            ),
            (
                "turns",
                _("Speaking turns of “%(title)s” are recorded; none is written 0."),
                _("Speaking turns of “%(title)s” have not been recorded; none is written 0."),
            ),
            (
                "diverted",
                _("Complaints passed on at “%(title)s” are counted; none is written 0."),
                _("Complaints passed on at “%(title)s” have not been counted; none is written 0."),
            ),
        ):
            is_met = conference[code] is not None
            yield _line(code, is_met, True, met % named, fault % named, "results", conference["id"])


def _of_the_questions(report: Report, figures: Mapping[str, Any]) -> Iterator[Item]:
    counted = Question.objects.filter(
        conference__in=conferences_in(report.committee, window_of(report.obligation)),
        state__in=COUNTED,
    ).select_related("conference")
    yield from _each(
        "triaged",
        counted.filter(state__in=BEFORE_TRIAGE),
        True,
        _("Every question has been sorted."),
        _("%(question)s has not been sorted."),
    )
    uncleared = counted.filter(edited_ok=False)
    yield from _each(
        "cleared",
        uncleared.exclude(state__in=BEFORE_TRIAGE),
        True,
        _("The text of every question has been cleared for the report and its annex."),
        _("The text of %(question)s has not been cleared for the report."),
    )
    if figures["counts"]["unedited"] > 0 and not uncleared.exists():
        text = _("A text was cleared while the report was being put together. Please try again.")
        yield Item("cleared", False, True, text)
    yield from _each(
        "owners",
        counted.filter(state__in=IN_PROGRESS).filter(
            Q(assigned_unit="", assignee=None, transferred_from=None) | Q(due_on=None)
        ),
        False,
        _("Every open question has a unit and a date."),
        _("%(question)s is open and has no unit or no date."),
    )


def _each(
    code: str, questions: QuerySet[Question], is_blocking: bool, met: str, fault: str
) -> Iterator[Item]:
    """One line for each of the `questions` at fault, so that each can be opened; or all is met."""
    # Not by arrival: the order would name those whose day is not kept.
    found = list(questions.order_by("conference__starts_at", "number", "pk"))
    if not found:
        yield Item(code, True, is_blocking, met)
    for question in found[:LINES]:
        name = question.code or _("A question without a code")
        text = fault % {"question": name}
        yield Item(code, False, is_blocking, text[0].upper() + text[1:], "question", question)
    more = len(found) - LINES
    if more > 0:
        text = ngettext(
            "… and %(count)d more question of this kind.",
            "… and %(count)d more questions of this kind.",
            more,
        )
        about = found[LINES].conference_id
        yield Item(code, False, is_blocking, text % {"count": more}, "triage", about)


def _of_the_signature(
    report: Report, figures: Mapping[str, Any], at: dt.datetime
) -> Iterator[Item]:
    yield _line(
        "no_secrets",
        not _mentions(report, figures, SECRECY_STAMPS),
        True,
        _("No secrecy stamp stands in the text."),
        _("A secrecy stamp stands in the text."),
        "narrative",
    )
    yield _line(
        "signer",
        report.signer.strip(),
        True,
        _("The signer is named."),
        _("The signer is not named."),
        "signer",
    )
    yield _line(
        "capacity",
        report.sign_capacity in Report.Capacity.values
        and report.committee.kind not in (Committee.Kind.BOARD,),
        True,
        _("The signing capacity fits the issuer (T/M, never K/T)."),
        _("The signing capacity does not fit the issuer (T/M, never K/T)."),
        "signer",
    )
    yield _line(
        "term",
        report.committee.term(on=day_of(at)) is not None,
        True,
        _("The committee's term is known; document numbers run through it."),
        _("The committee's term is not known; document numbers run through it."),
        "committee",
        report.committee.code,
    )
    yield _line(
        "no_titles",
        not any(report.signer.startswith(title) for title in TITLES),
        False,
        _("No academic title stands before the signer's name."),
        _("A title stands before the signer's name."),
        "signer",
    )


def _of_the_signs(report: Report, figures: Mapping[str, Any], at: dt.datetime) -> Iterator[Item]:
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


def _of_the_conferences(
    report: Report, figures: Mapping[str, Any], at: dt.datetime
) -> Iterator[Item]:
    for conference in figures["conferences"]:
        named, about = {"title": conference["title"]}, conference["id"]
        for code, key, met, fault in (
            (
                "plan",
                "plan_number",
                _("The plan of “%(title)s” is recorded."),
                _("The number of the plan of “%(title)s” has not been recorded."),
            ),
            (
                "notice",
                "notice_published_on",
                _("The day of the public notice of “%(title)s” is recorded."),
                _("The day of the public notice of “%(title)s” has not been recorded."),
            ),
            (
                "conclusion",
                "conclusion_issued_on",
                _("The conclusion notice of “%(title)s” has been issued."),
                _("The conclusion notice of “%(title)s” has not been issued."),
            ),
        ):
            is_met = conference[key]
            yield _line(code, is_met, False, met % named, fault % named, "results", about)
    yield from _ahead(report, at)


def _ahead(report: Report, at: dt.datetime) -> Iterator[Item]:
    """A conference of the period that the report does not contain, because nobody said it was held."""
    own = Conference.objects.filter(committee=report.committee).ahead()
    ahead = list(own.between(*window_of(report.obligation)).order_by("starts_at"))
    if not ahead:
        yield Item("ahead", True, False, _("No other conference lies ahead in the period."))
    for one in ahead:
        text = (
            _("“%(title)s” on %(day)s is still to come and is not in this report.")
            if one.starts_at > at
            else _(
                "Nobody has said that “%(title)s” on %(day)s was held; it is not in this report."
            )
        )
        named = {"title": one.title, "day": written_day(one.held_on)}
        yield Item("ahead", False, False, text % named, "conference", one.pk)


def _of_the_words(report: Report, figures: Mapping[str, Any]) -> Iterator[Item]:
    mismatched = mismatched_figures(report, figures)
    if not mismatched:
        yield Item(
            "figures_match", True, False, _("The numbers in the text are those of the tables.")
        )
    for key, wrong in mismatched.items():
        text = _("Numbers in the text that are not in the figures: %(numbers)s.")
        yield Item(
            "figures_match", False, False, text % {"numbers": "; ".join(wrong)}, "place", key
        )
    words = narrative_texts(report, figures)
    for key, title in LEFT_TO_A_PERSON.items():
        yield _line(
            "written",
            words[key].strip(),
            False,
            _("“%(title)s” has been written.") % {"title": title},
            _("“%(title)s” is empty and will be left out of the report.") % {"title": title},
            "place",
            key,
        )


def _mentions(report: Report, figures: Mapping[str, Any], words: Iterable[str]) -> bool:
    texts = [narrative.text for narrative in report.narratives.all()]
    texts += [item["text"] or "" for item in figures["items"]]
    return any(word in text for text in texts for word in words)
