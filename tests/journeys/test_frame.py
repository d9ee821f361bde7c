"""The frame of every page: one row on a telephone, shortcuts that can be switched off."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import DESK, PHONE, at_the_browser

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_header_takes_one_row_of_a_telephone_and_opens_the_menu(world, browser, live_server):
    with at_the_browser(browser, live_server.url, "staff", viewport=PHONE) as person:
        page = person.page

        assert page.evaluate("document.querySelector('.top').offsetHeight") <= 64
        expect(page.locator(".nav-main")).to_be_hidden()
        page.click(".top-button")
        expect(page.locator(".nav-main")).to_be_visible()
        expect(page.locator(".menu summary")).to_be_visible()
        person.finds_the_page_usable()


def test_the_question_box_stands_on_the_first_screen(world, browser, live_server):
    now = world.conference.asks_open_at
    type(world.conference).objects.update(asks_open_at=now.replace(year=2020))
    type(world.conference).objects.update(asks_close_at=now.replace(year=2099))
    with at_the_browser(browser, live_server.url, "staff", viewport=PHONE) as person:
        person.goes_to(f"/conferences/{world.conference.pk}/ask/")
        box = person.page.locator("#id_text").bounding_box()

        assert box["y"] + box["height"] <= PHONE["height"]


def test_shortcuts_are_listed_and_can_be_switched_off(world, browser, live_server):
    with at_the_browser(browser, live_server.url, "clerk", viewport=DESK) as person:
        page, keys = person.page, person.page.locator("#keys")
        page.keyboard.press("?")
        expect(keys).to_be_visible()
        page.uncheck("[data-keys-on]")
        page.click("[data-closes=keys]")
        page.keyboard.press("?")
        expect(keys).to_be_hidden()

        page.click("[data-opens=keys]")
        page.check("[data-keys-on]")
        page.click("[data-closes=keys]")
        page.keyboard.press("?")
        expect(keys).to_be_visible()


def test_without_scripts_nothing_is_offered_that_only_a_script_answers(world, browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(f"{live_server.url}/accounts/login/")

    expect(page.locator("[data-contrast]")).to_be_hidden()
    expect(page.locator("[data-text-size]").first).to_be_hidden()
    expect(page.locator("button[name=language]").first).to_be_visible()
    context.close()


def test_what_came_of_a_form_is_said_beside_the_button_that_was_pressed(
    world, browser, live_server
):
    with at_the_browser(browser, live_server.url, "clerk", viewport=DESK) as person:
        page, said = person.page, person.page.locator(".said[role=status]")
        person.goes_to(f"/conferences/{world.conference.pk}/results/").types(plan_number="12-KH/ĐU")
        person.presses("main form .actions button.btn-primary")
        expect(page.locator(".actions .said")).to_have_text(re.compile(r"^Đã lưu lúc \d\d:\d\d\.$"))
        expect(page.locator("main form .actions button.btn-primary")).to_be_focused()
        expect(page.locator(".notices .notice")).to_have_count(0)

        person.goes_to("/themes/").types(name="Nhà ở công vụ")
        person.presses("form:has([name=name]) button.btn-primary")
        expect(said).to_have_text(re.compile(r"^Đã thêm .*\(\d\d:\d\d\)$"))
        assert page.evaluate("sessionStorage.getItem('pressed')") is None


@pytest.mark.parametrize("script", ["", "this is no script {"])
def test_without_the_pages_own_script_it_is_as_without_scripts(world, browser, live_server, script):
    """The network dropped it, or the browser is too old to read it."""
    page = browser.new_context(viewport=PHONE).new_page()
    page.route(
        re.compile(r"/all\.js$"),
        lambda route: (
            route.fulfill(body=script, content_type="text/javascript") if script else route.abort()
        ),
    )
    page.goto(f"{live_server.url}/accounts/login/")

    expect(page.locator("[data-contrast]")).to_be_hidden()
    expect(page.locator(".top-button")).to_be_hidden()
    page.context.close()
