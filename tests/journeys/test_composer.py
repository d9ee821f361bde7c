"""Writing the report's text: the focus stays where the work goes on, the list beside it is true."""

import re

import pytest
from playwright.sync_api import expect

from reports.domain.drafting import start_draft
from tests.journeys.people import DESK, PHONE, at_the_browser
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def draft(world):
    hold_a_dialogue(world)
    return start_draft(world.obligation, by=world.clerk, at=NOON)


def test_saving_is_said_in_place_and_the_focus_comes_back(world, draft, browser, live_server):
    with at_the_browser(browser, live_server.url, "clerk", viewport=DESK) as person:
        page = person.goes_to(f"/reports/{draft.pk}/").page
        place = page.locator("#place-summary")
        warned = page.locator("#before-issuing .check-warns")
        before = warned.count()

        place.get_by_role("link", name="Sửa").press("Enter")
        expect(place.locator("textarea")).to_be_focused()
        place.locator("textarea").fill("Tiếp nhận 999 lượt ý kiến.")
        place.get_by_role("button", name="Lưu", exact=True).press("Enter")

        again = place.get_by_role("link", name="Sửa")
        expect(again).to_be_focused()
        expect(again).to_have_accessible_description(re.compile("Đã lưu lúc"))
        expect(place.get_by_role("status")).to_be_visible()
        expect(warned).to_have_count(before + 1)  # the list beside it knows of the number

        again.press("Enter")
        place.get_by_role("link", name="Giữ nguyên").press("Enter")
        expect(place.get_by_role("link", name="Sửa")).to_be_focused()
        expect(place.get_by_role("status")).to_have_count(0)


def test_what_is_to_be_done_stands_beside_the_document(world, draft, browser, live_server):
    with at_the_browser(browser, live_server.url, "secretary", viewport=DESK) as person:
        page = person.goes_to(f"/reports/{draft.pk}/").page
        page.locator("#place-summary").scroll_into_view_if_needed()
        issue = page.get_by_role("link", name="Phát hành")
        expect(issue).to_be_in_viewport()
        assert page.locator("main .btn-primary").count() == 1
        person.finds_the_page_usable()

        page.set_viewport_size(PHONE)
        page.evaluate("scrollTo(0, 0)")
        assert issue.bounding_box()["y"] < page.locator("#document").bounding_box()["y"]
