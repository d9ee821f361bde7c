"""A plan goes from the clerk's draft to the secretary's number, and the notice to its day, in a browser."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sessions.models import Conference
from tests.journeys.people import DESK, PHONE, at_the_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def papers(world):
    """The address of the papers of a conference that lies ahead of today."""
    starts_at = timezone.now() + dt.timedelta(days=20)
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=3)
    )
    return f"/conferences/{world.conference.pk}/papers/"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_plan_is_drawn_up_by_the_clerk_and_issued_by_the_secretary(
    world, browser, live_server, papers, size
):
    with at_the_browser(browser, live_server.url, "clerk", size) as clerk:
        clerk.goes_to(papers).finds_the_page_usable()
        clerk.presses("form[action$='/papers/plan/'] button").finds_the_page_usable()
        clerk.reads("KẾ HOẠCH").presses("a[href$='/edit/']").finds_the_page_usable()
        clerk.types(focus="Về nhà ở công vụ.").presses("main form button.btn-primary")
        clerk.reads("Về nhà ở công vụ.")
        expect(clerk.page.locator("a[href$='/issue/']")).to_have_count(0)

    with at_the_browser(browser, live_server.url, "secretary", size) as secretary:
        secretary.goes_to(papers).presses("#plan-heading ~ .actions a")
        secretary.presses("a[href$='/issue/']").finds_the_page_usable()
        secretary.presses("main form button.btn-primary")
        secretary.reads("01-KH/ĐU").finds_the_page_usable()
        with secretary.page.expect_download() as file:
            secretary.page.click("a[href$='paper.pdf']")
        assert file.value.suggested_filename.startswith("ke-hoach-")

    world.conference.refresh_from_db()
    assert world.conference.plan_number == "01-KH/ĐU"


def test_the_list_that_was_pasted_stays_for_the_second_file(world, browser, live_server, papers):
    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to(papers.replace("papers", "signatures")).finds_the_page_usable()
        clerk.types(people="Nguyễn Văn An; Chủ tịch Công đoàn")
        for name in ("pdf", "docx"):
            with clerk.page.expect_download() as file:
                clerk.page.click(f"button[name={name}]")
            assert file.value.suggested_filename.endswith(f".{name}")

        expect(clerk.page.locator("[name=people]")).to_have_value(
            "Nguyễn Văn An; Chủ tịch Công đoàn"
        )
