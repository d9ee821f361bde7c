"""A real browser meets the portal: the first page, in Vietnamese, and nothing from elsewhere."""

import pytest
from django.urls import reverse

from foundation import presence
from sessions.models import Question
from tests.journeys.people import at_the_browser
from tests.world import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_secretary_signs_in(live_server, page, world):
    hosts, complaints = set(), []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(live_server.url)
    assert page.locator("html").get_attribute("lang") == "vi"
    page.fill("input[name=login]", world.secretary.username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(live_server.url + reverse("reports:home"))

    assert world.secretary.full_name in page.content()
    assert hosts == {live_server.url.split("//")[1]}
    assert complaints == []


def test_the_second_test_that_commits_has_the_themes_too(world):
    assert [theme.number for theme in world.themes] == [1, 2, 3, 4, 5]


def test_a_session_that_ends_loses_nothing_that_was_typed(live_server, browser, world):
    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to(f"/conferences/{world.conference.pk}/record/").types(
            text="Ý kiến ghi từ phiếu giấy, dài và khó nhớ."
        )
        clerk.chooses(theme=str(world.themes[1].pk), kind="proposal")
        presence.end_all()

        clerk.page.click("main form.sheet button.btn-primary")
        with clerk.page.expect_popup() as opened:
            clerk.page.click("#trouble a")
        window = opened.value
        window.fill("#id_login", "clerk")
        window.fill("#id_password", PASSWORD)
        window.click("main form button.btn-primary")
        window.wait_for_url(f"{live_server.url}/")
        window.close()

        assert clerk.page.input_value("[name=text]") == "Ý kiến ghi từ phiếu giấy, dài và khó nhớ."
        assert clerk.page.input_value("[name=kind]") == "proposal"
        assert clerk.page.input_value("[name=theme]") == str(world.themes[1].pk)
        clerk.presses("main form.sheet button.btn-primary")
        clerk.page.wait_for_url("**/record/?*")
    assert Question.objects.get().original_text == "Ý kiến ghi từ phiếu giấy, dài và khó nhớ."
