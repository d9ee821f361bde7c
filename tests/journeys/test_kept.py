"""What is typed is there again, for its person alone, until it is sent or thrown away."""

import pytest
from playwright.sync_api import expect

from foundation.models import Draft
from sessions.models import Conference
from tests.journeys.kept_forms import window_is_open
from tests.journeys.people import at_the_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TITLE = "Hội nghị đối thoại với đoàn viên công đoàn"
SAVED = "[data-kept-line]"


def test_a_conference_that_is_half_typed_is_there_on_another_device(world, browser, live_server):
    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to("/conferences/new/").types(title=TITLE, place="Hội trường A")
        expect(clerk.page.locator(SAVED)).to_contain_text("Đã lưu dự thảo lúc")
        clerk.page.click("button[name='language'][value='en']")
        expect(clerk.page.locator("main [name='title']")).to_have_value(TITLE)
        expect(clerk.page.locator(SAVED)).to_contain_text("The draft of")
        clerk.page.click("button[name='language'][value='vi']")

    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to("/conferences/new/")
        expect(clerk.page.locator("main [name='title']")).to_have_value(TITLE)
        expect(clerk.page.locator("main [name='place']")).to_have_value("Hội trường A")
        clerk.types(starts_at="20/12/2026 08:00").presses("button[name='save']")
        clerk.reads("Hội nghị đã có trên lịch")
        clerk.goes_to("/conferences/new/")
        assert clerk.page.input_value("main [name='title']") != TITLE

    assert Conference.objects.filter(title=TITLE).count() == 1
    assert not Draft.objects.exclude(body="").exists()


def test_where_nothing_can_be_kept_nobody_is_told_that_it_is(world, browser, live_server):
    window_is_open(world)
    with at_the_browser(browser, live_server.url, "staff") as staff:
        staff.page.add_init_script(
            "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
        )
        staff.goes_to(f"/conferences/{world.conference.pk}/ask/").types(text="Bao giờ có nước?")

        expect(staff.page.locator(SAVED)).to_contain_text("không lưu được dự thảo")
        expect(staff.page.locator(SAVED)).not_to_contain_text("Đã giữ")
