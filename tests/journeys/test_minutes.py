"""Two at the minutes: the taker writes, the chair reads, sends back, approves; then something is added."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from hall.models import Minutes, Submission
from sessions.domain import conferences
from sessions.models import Conference
from tests.journeys.people import at_the_browser
from tests.reports.papers import text_of
from tests.reports.story import hold_a_dialogue

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBMIT = "form[action$='/submit/'] button"
APPROVE = "form[action$='/approve/'] button"
LATER = "Kết luận viết lại sau khi duyệt."


@pytest.fixture
def minutes(world):
    """The address of the minutes of a conference that was held a while ago."""
    conference, _ = hold_a_dialogue(world)
    starts_at = timezone.now() - dt.timedelta(days=5)
    Conference.objects.filter(pk=conference.pk).update(
        minutes_signed_on=None, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=3)
    )
    return f"/conferences/{conference.pk}/minutes/"


def fetched(person):
    """Return what stands in the Word file behind the button."""
    with person.page.expect_download() as download:
        person.page.click("aside a[href$='.docx']")
    with open(download.value.path(), "rb") as file:
        return text_of(file.read())


def test_from_the_taker_to_the_chair_and_to_the_paper(world, browser, live_server, minutes):
    with (
        at_the_browser(browser, live_server.url, "clerk") as taker,
        at_the_browser(browser, live_server.url, "secretary") as chair,
    ):
        taker.goes_to("/").reads("Soát biên bản và trình chủ trì.")
        taker.goes_to(minutes).looks("minutes-drafted")
        taker.presses("a[href$='/minutes/presence/']")
        taker.types(present="Ban Chấp hành Công đoàn", absent="Hội Cựu chiến binh")
        taker.looks("minutes-presence").presses("main form button.btn-primary")
        taker.reads("Có mặt: Ban Chấp hành Công đoàn").presses(SUBMIT)
        taker.reads("Đang chờ đồng chí Nguyễn Thị Ánh duyệt.")

        chair.goes_to("/").reads("Đọc và duyệt biên bản.")
        chair.goes_to(minutes).looks("minutes-submitted")
        chair.presses("a[href$='/send-back/']").types(reason="Ghi thiếu Đoàn Thanh niên.")
        chair.looks("minutes-back").presses("main form button.btn-primary")

        taker.goes_to("/").reads("Chủ trì trả lại biên bản.").reads("Ghi thiếu Đoàn Thanh niên.")
        taker.goes_to(f"{minutes}presence/")
        taker.types(present="Ban Chấp hành Công đoàn; Đoàn Thanh niên")
        taker.presses("main form button.btn-primary").presses(SUBMIT)

        chair.goes_to(minutes).reads("Đoàn Thanh niên").presses(APPROVE)
        chair.reads("Đã duyệt. Từ nay nội dung giữ nguyên.")
        frozen = fetched(chair)
        assert "Dự thảo" not in frozen

        conference = Conference.objects.get(pk=re.findall(r"\d+", minutes)[0])
        conferences.record_course(
            conference, version=conference.version, conclusion=LATER, by=world.clerk,
            at=timezone.now(),
        )  # fmt: skip
        taker.goes_to(minutes).reads("Cổng hiện ghi khác với biên bản").reads(LATER)
        taker.looks("minutes-otherwise")
        assert fetched(taker) == frozen
        taker.presses("a[href$='/addendum/']").types(text=LATER, reason="Ghi nhầm kết luận")
        taker.looks("addendum").presses("main form button.btn-primary").presses(SUBMIT)
        chair.goes_to("/").reads("Đọc và duyệt bổ sung biên bản.")
        chair.goes_to(minutes).presses(APPROVE).looks("minutes-with-addendum")
        chair.reads("Bổ sung số 1").does_not_read("Cổng hiện ghi khác với biên bản")
        assert fetched(chair).startswith(frozen)


def test_the_chair_who_has_the_page_open_while_it_is_laid_anew(
    world, browser, live_server, minutes
):
    with (
        at_the_browser(browser, live_server.url, "clerk") as taker,
        at_the_browser(browser, live_server.url, "secretary") as chair,
    ):
        taker.goes_to(minutes).presses(SUBMIT)
        chair.goes_to(minutes)
        taker.presses("form[action$='/take-back/'] button")
        taker.goes_to(f"{minutes}presence/").types(present="Công đoàn cơ quan")
        taker.presses("main form button.btn-primary").presses(SUBMIT)

        chair.page.click(APPROVE)

        changed = chair.page.locator(".conflict")
        expect(changed).to_contain_text("Nội dung đã thay đổi từ khi đồng chí mở trang")
        expect(changed).to_contain_text("Công đoàn cơ quan")
        assert Minutes.objects.get().is_submitted
        chair.presses(APPROVE).reads("Đã duyệt. Từ nay nội dung giữ nguyên.")
        present = Submission.objects.get().snapshot["facts"]["present"]
        assert present == "Công đoàn cơ quan"
