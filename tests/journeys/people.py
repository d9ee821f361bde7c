"""People at their browsers: they sign in, click and type, and complain about what is wrong."""

import datetime as dt
import os
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from committees.models import User
from sessions.models import Conference
from tests.world import PASSWORD

DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
PICTURES = os.environ.get("PICTURES")  # a folder, to look at what people saw


class Person:
    """One browser window with somebody before it."""

    def __init__(self, page, base):
        self.page = page
        self.base = base
        self.complaints = []
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _listen(self, message):
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def goes_to(self, path):
        answer = self.page.goto(f"{self.base}{path}")
        assert answer.status == 200, f"{path}: {answer.status}"
        return self

    def signs_in(self, username):
        self.goes_to("/accounts/login/")
        self.page.fill("#id_login", username)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("main form button.btn-primary")
        expect(self.page.locator(".menu summary")).to_be_attached()
        return self

    def is_signed_in(self, username):
        """Bring a session along: signing in is tried where it is what matters."""
        client = Client()
        client.force_login(User.objects.get(username=username))
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "url": self.base}
        self.page.context.add_cookies([cookie])
        return self.goes_to("/")

    def types(self, **fields):
        for name, value in fields.items():
            self.page.fill(f"main [name='{name}']", value)
        return self

    def chooses(self, **fields):
        for name, value in fields.items():
            self.page.select_option(f"main [name='{name}']", value)
        return self

    def presses(self, selector):
        self.page.click(selector)
        self.page.wait_for_load_state()
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)  # nothing on its way
        return self

    def reads(self, text):
        expect(self.page.locator("main")).to_contain_text(text)
        return self

    def finds_the_page_usable(self):
        """Nothing that axe objects to, nothing that must be scrolled sideways, no errors."""
        found = [
            (one["id"], [node["target"] for node in one["nodes"]][:3])
            for one in Axe().run(self.page).response["violations"]
        ]
        assert found == [], f"{self.page.url}: {found}"
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], f"{self.page.url} is {width} px wide"
        assert self.complaints == [], self.complaints
        return self

    def looks(self, name):
        """Look at the page on a desk and on a telephone; with PICTURES, keep what was seen."""
        for size in (PHONE, DESK):
            self.page.set_viewport_size(size)
            self.finds_the_page_usable()
            if PICTURES:
                place = Path(PICTURES, f"{name}-{size['width']}.png")
                self.page.screenshot(path=place, full_page=True)
        return self

    def does_not_read(self, text):
        expect(self.page.locator("main")).not_to_contain_text(text)
        return self


@contextmanager
def at_the_browser(browser, base, username, viewport=DESK):
    """Somebody is signed in; afterwards nothing may have gone wrong in the console."""
    context = browser.new_context(
        viewport=viewport, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", accept_downloads=True
    )
    person = Person(context.new_page(), base).is_signed_in(username)
    try:
        yield person
        assert person.complaints == []
    finally:
        context.close()


def lies_ahead(conference):
    """Its window is open now, and it is held in ten days."""
    now = timezone.now()
    Conference.objects.filter(pk=conference.pk).update(
        asks_open_at=now - dt.timedelta(days=9),
        asks_close_at=now + dt.timedelta(days=3),
        starts_at=now + dt.timedelta(days=10),
        ends_at=now + dt.timedelta(days=10, hours=3),
    )
    conference.refresh_from_db()
