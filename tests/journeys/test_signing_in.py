"""A real browser meets the portal: the first page, in Vietnamese, and nothing from elsewhere."""

import pytest
from django.urls import reverse

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
