"""The screen stays open for a whole day: it asks on, shows what it is told, and does not grow."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from hall.domain import desk, screens
from sessions.domain import questions, triage
from sessions.models import Conference

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EVERY = 1.0  # seconds between two questions of the screen, in static/js/screen.js
HOURS, ASKS = 8, 75  # and how often it asks between two changes: in two minutes
FASTER = 400  # so much shorter are its pauses here, and a tenth of it what only draws the clock
HURRY = f"""(() => {{
  const later = globalThis.setTimeout, again = globalThis.setInterval, ask = globalThis.fetch;
  globalThis.setTimeout = (act, pause, ...more) => later(act, pause / {FASTER}, ...more);
  globalThis.setInterval = (act, pause, ...more) => again(act, pause / {FASTER / 10:g}, ...more);
  globalThis.asked = 0;
  globalThis.fetch = async (...how) => {{ const answer = await ask(...how); globalThis.asked += 1; return answer; }};
}})()"""


@pytest.fixture
def hall(world):
    now = timezone.now()
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=now - dt.timedelta(minutes=5), ends_at=now + dt.timedelta(hours=8)
    )
    world.conference.refresh_from_db()
    return desk.open_hall(world.conference, at=now)


@pytest.fixture
def shows(world, hall):
    """Two cleared questions that are put on the screen in turns, with the title between them."""
    pair = []
    for text in ("Bao giờ sửa mái khu để xe?", "Bao giờ thay đèn sân sau?"):
        question = questions.submit_question(
            world.conference, text=text, theme=world.themes[1], kind="opinion",
            level="confidential", by=world.staff, at=world.conference.asks_open_at,
        )  # fmt: skip
        triage.clear_text(question, by=world.clerk, at=timezone.now())
        pair.append(question)

    def show(number):
        """Show the thing of this number; return the words by which it is known."""
        question = (pair[0], None, pair[1], None)[number % 4]
        what = "question" if question else "title"
        act = {"key": uuid.uuid4(), "by": world.clerk, "at": timezone.now()}
        screens.show(hall, what, question=question, **act)
        return question.text if question else hall.code

    return show


def weight_of(page):
    """Return (bytes, nodes, listeners) that are held once all that can go is gone."""
    tools = page.context.new_cdp_session(page)
    tools.send("HeapProfiler.enable")
    for _ in range(3):
        tools.send("HeapProfiler.collectGarbage")
    used = tools.send("Runtime.getHeapUsage")["usedSize"]
    counted = tools.send("Memory.getDOMCounters")
    tools.detach()
    return used, counted["nodes"], counted["jsEventListeners"]


@pytest.fixture
def screen(browser, live_server, hall):
    """The screen in a browser in which time passes faster."""
    page = browser.new_page(locale="vi-VN")
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(HURRY)
    page.goto(f"{live_server.url}/screen/{hall.pk}/{screens.token_of(hall)}/")
    yield page
    page.close()
    assert complaints == []


def goes_on(screen, shows, *, changes, asks):
    """Change what is shown so often, and let the screen ask so often after each change."""
    for number in range(changes):
        words = shows(number)
        until = screen.evaluate("asked") + asks
        while screen.evaluate("asked") < until:
            screen.wait_for_timeout(100)
        expect(screen.locator("[data-screen]")).to_contain_text(words)


def test_what_a_screen_showed_before_is_gone(screen, shows):
    goes_on(screen, shows, changes=4, asks=4)
    _, *began = weight_of(screen)

    goes_on(screen, shows, changes=16, asks=4)

    _, *ended = weight_of(screen)
    assert ended == began


@pytest.mark.long
@pytest.mark.timeout(3_600)
def test_a_screen_that_is_open_for_eight_hours_does_not_grow(screen, shows):
    """It asks 17,000 times and shows something else every two minutes."""
    often = int(HOURS * 3600 / EVERY) // ASKS
    first = 12  # until then the browser still makes its scripts faster
    goes_on(screen, shows, changes=first, asks=ASKS)
    began = weight_of(screen)

    goes_on(screen, shows, changes=often - first, asks=ASKS)

    ended = weight_of(screen)
    print(f"A screen of {screen.evaluate('asked') * EVERY / 3600:.1f} hours: {began} → {ended}")
    assert ended == pytest.approx(began, rel=0.05)
