"""What the papers say of a conference that lies ahead: when, where, about what, how to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from foundation.clock import day_of
from reports.documents.formatting import hour_in_words, moment_in_words
from reports.domain.conference_papers import in_words, person_and_post, which_dialogue
from reports.domain.drafting import MODES
from reports.domain.wording import short_date
from reports.queries import period_on
from sessions.askers import public as askers
from sessions.models import Conference, Theme
from sessions.queries import answerers_of
from sessions.states import ConferenceState

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator


WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
PORTAL = "Cổng đối thoại"


def told_apart(conference: Conference) -> str:
    """Return `which_dialogue`, with the day where the period has another one of that kind."""
    which, period = which_dialogue(conference), period_on(conference.held_on)
    if period is None:
        return f"{which}, ngày\u00a0{short_date(conference.held_on)}"
    others = conference.committee.conferences.between(period.starts_on, period.due_before)
    others = others.filter(kind=conference.kind).exclude(state=ConferenceState.CANCELLED)
    has_other = others.exclude(pk=conference.pk).exists()
    return f"{which}, ngày\u00a0{short_date(conference.held_on)}" if has_other else which


def when(conference: Conference) -> str:
    """Return "từ 14 giờ 00 đến 17 giờ 00, thứ Năm, ngày 18 tháng 6 năm 2026"."""
    starts, ends = timezone.localtime(conference.starts_at), timezone.localtime(conference.ends_at)
    first, last = _weekday_and_day(starts), _weekday_and_day(ends)
    if starts.date() == ends.date():
        return f"từ {hour_in_words(starts)} đến {hour_in_words(ends)}, {first}"
    return f"từ {hour_in_words(starts)}, {first} đến {hour_in_words(ends)}, {last}"


def _weekday_and_day(moment: dt.datetime) -> str:
    return f"{WEEKDAYS[moment.weekday()]}, {in_words(day_of(moment))}"


def mode(conference: Conference) -> str:
    return MODES[conference.mode]


def chair(conference: Conference) -> str:
    return f"đồng chí {person_and_post(conference.chair.full_name, conference.chair_post)}"


def answerers(conference: Conference) -> list[str]:
    """Return those who answer, each with the post."""
    found = answerers_of(conference)
    return [person_and_post(one.full_name, getattr(one, "post", "") or "") for one in found]


def content(conference: Conference) -> list[str]:
    """Return the groups of themes in use, each with the committee's own below it, as a list is
    written: a semicolon after each, a full stop after the last."""
    in_use = Theme.objects.filter(Q(committee=None) | Q(committee=conference.committee_id))
    themes = list(in_use.filter(is_active=True).order_by("number", "pk"))
    lines = [f"{one.name}{_below(one, themes)}" for one in themes if one.parent_id is None]
    return [*(f"{line};" for line in lines[:-1]), *(f"{line}." for line in lines[-1:])]


def _below(group: Theme, themes: list[Theme]) -> str:
    names = [one.name for one in themes if one.parent_id == group.pk]
    return f" ({'; '.join(names)})" if names else ""


def window(conference: Conference) -> str:
    """Return from when until when questions are taken."""
    opens, closes = (
        moment_in_words(timezone.localtime(moment))
        for moment in (conference.asks_open_at, conference.asks_close_at)
    )
    return f"từ {opens} đến {closes}"


def channels(conference: Conference) -> str:
    return conference.collection_channels or PORTAL


def has_anonymous(conference: Conference) -> bool:
    """Are there people enough that nobody who asks anonymously is guessed?"""
    return askers.eligible_people(conference.committee) >= settings.ANONYMITY_SET


def levels(conference: Conference) -> str:
    """Return between what an asker chooses, as the portal then keeps it."""
    if has_anonymous(conference):
        return "một trong ba mức: nêu tên, không nêu tên, ẩn danh"
    return "một trong hai mức: nêu tên, không nêu tên"


def ask_address(conference: Conference) -> str:
    return f"{settings.BASE_URL}{reverse('sessions:question_ask', args=[conference.pk])}"


def programme(conference: Conference) -> list[list[Any]]:
    """Return the rows of the agenda, as the table of the programme has them."""
    return [
        [number, hour_in_words(item.time) if item.time else None, item.title, item.speaker or None]
        for number, item in enumerate(conference.agenda.all(), 1)
    ]


def milestones(conference: Conference) -> Iterator[str]:
    """Yield the dates of the chain, the day of the conference among them."""
    yield f"Nhận câu hỏi: {window(conference)};"
    yield f"Thông báo công khai: chậm nhất ngày {short_date(conference.notice_due_on)};"
    yield f"Tổ chức hội nghị: ngày {short_date(conference.held_on)};"
    yield f"Thông báo kết luận: chậm nhất ngày {short_date(conference.conclusion_due_on)};"
    yield (
        "Trả lời bằng văn bản các nội dung chưa trả lời tại hội nghị: chậm nhất ngày "
        f"{short_date(conference.answers_due_on)}."
    )
