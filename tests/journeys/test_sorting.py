"""Sorting as the office does it in the browser: many at once, and back."""

import pytest
from playwright.sync_api import expect

from sessions.domain import questions
from sessions.models import Question
from tests.journeys.people import at_the_browser
from tests.world import NOON

LONG = "Cần công khai tiêu chí. " * 60
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_all_of_a_page_are_ticked_returned_and_taken_back(world, browser, live_server):
    for number in range(12):
        questions.submit_question(
            world.conference, text=f"Ý kiến {number}. {LONG}", theme=world.themes[2], kind="opinion",
            level="confidential", by=world.staff, at=NOON,
        )  # fmt: skip
    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to(f"/conferences/{world.conference.pk}/triage/?list=1")
        clerk.page.check("[data-tick-all]")
        clerk.page.click("#bulk-decline")
        clerk.page.fill("[name='several-text']", "Chưa rõ ý nào.")
        clerk.presses("#several button.btn-primary").reads("12 câu hỏi")
        assert Question.objects.filter(state="declined").count() == 12

        clerk.presses(".notice.done button").reads("Đã hoàn tác")
        assert Question.objects.filter(state="received").count() == 12

        acts_are_in_sight(clerk.page)
        clerk.page.set_viewport_size({"width": 360, "height": 740})
        clerk.page.click(".pane-steps .only-narrow")
        clerk.page.locator(".queue a").first.click()
        clerk.presses("#sort .btn-primary").reads("Đã lưu")
        for place in (".notice.done button", ".question-head h2"):
            expect(clerk.page.locator(place)).to_be_in_viewport(ratio=1)


def acts_are_in_sight(page):
    """With a long question and a long queue: what is pressed opens where one looks."""
    page.locator(".queue a").last.click()
    expect(page.locator(".queue-item.is-open")).to_be_in_viewport(ratio=1)
    expect(page.locator("#several-place")).to_be_in_viewport(ratio=1)
    page.keyboard.press("r")
    expect(page.locator("[name='decline-code']")).to_be_focused()
    expect(page.locator("#act-decline form")).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("Escape")
    page.click("#bulk-assign")
    expect(page.locator("[name='several-to']")).to_be_focused()
    expect(page.locator("[name='several-to']")).to_be_in_viewport(ratio=1)
