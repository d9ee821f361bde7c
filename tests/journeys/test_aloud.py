"""Reading aloud: with a voice of this device alone, and only where there is one."""

import json

import pytest
from playwright.sync_api import expect

from tests.journeys.people import PHONE

pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = {"name": "An", "lang": "vi-VN", "localService": True}
SERVICE = {"name": "Google Tiếng Việt", "lang": "vi-VN", "localService": False}
ENGLISH = {"name": "Ann", "lang": "en_US", "localService": True}

# What a browser offers, but one that says nothing and writes down what it would have said.
SPEECH = """voices => {
  window.said = []; window.cancelled = 0;
  window.SpeechSynthesisUtterance = function (text) { this.text = text; };
  const speech = new EventTarget();
  Object.assign(speech, {
    getVoices: () => voices,
    speak: (one) => { said.push(one); },
    cancel: () => { cancelled += 1; },
  });
  Object.defineProperty(window, "speechSynthesis", { value: speech, configurable: true });
}"""


@pytest.fixture
def reader(browser):
    """Return a function that opens a page in a browser with these voices."""
    opened = []

    def open_page(url, voices):
        context = browser.new_context(viewport=PHONE)
        opened.append(context)
        context.add_init_script(f"({SPEECH})({json.dumps(voices)})")
        page = context.new_page()
        page.goto(url)
        return page

    yield open_page
    for context in opened:
        context.close()


def said(page):
    return page.evaluate("said.map((one) => [one.text, one.voice.name])")


@pytest.mark.parametrize("voices", [[], [SERVICE], [ENGLISH]], ids=["none", "service", "english"])
def test_without_a_voice_of_this_device_nothing_is_offered(world, live_server, reader, voices):
    page = reader(f"{live_server.url}/abbreviations/", voices)
    page.click(".top-button")

    expect(page.locator("[data-contrast]")).to_be_visible()
    expect(page.locator("[data-aloud]")).to_be_hidden()


def test_the_page_is_read_block_by_block_and_stops(world, live_server, reader):
    page = reader(f"{live_server.url}/abbreviations/", [ENGLISH, SERVICE, DEVICE])
    page.click(".top-button")
    button = page.locator("[data-aloud]")
    button.click()

    words = said(page)
    assert {voice for _, voice in words} == {"An"}
    assert [text for text, _ in words[:3]] == [
        "Chữ viết tắt",
        "ATVSLĐ",
        "an toàn, vệ sinh lao động",
    ]
    expect(button).to_have_text("Dừng đọc")

    before = page.evaluate("cancelled")
    page.keyboard.press("Escape")
    assert page.evaluate("cancelled") == before + 1
    expect(button).to_have_text("Đọc to")

    button.click()
    page.evaluate("said.at(-1).onend()")
    expect(button).to_have_text("Đọc to")


def test_a_selection_is_read_alone(world, live_server, reader):
    page = reader(f"{live_server.url}/abbreviations/", [DEVICE])
    page.click(".top-button")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('main dd'))")
    page.click("[data-aloud]")

    assert said(page) == [["an toàn, vệ sinh lao động", "An"]]


def test_voices_that_come_late_are_noticed(world, live_server, reader):
    page = reader(f"{live_server.url}/abbreviations/", [])
    page.click(".top-button")
    page.evaluate(
        "voice => { speechSynthesis.getVoices().push(voice);"
        " speechSynthesis.dispatchEvent(new Event('voiceschanged')); }",
        DEVICE,
    )

    expect(page.locator("[data-aloud]")).to_be_visible()


def test_what_was_typed_and_the_code_are_never_read(world, live_server, reader, settings):
    base = live_server.url.replace("127.0.0.1", settings.ANONYMOUS_HOST).replace(
        "localhost", settings.ANONYMOUS_HOST
    )
    page = reader(f"{base}/", [DEVICE])
    page.fill("textarea", "Chuyện kín")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        " '<p translate=no>ABCD-EFGH</p><p hidden>giấu</p>"
        '<p>Gửi <abbr title="ban chấp hành">BCH</abbr>.</p>\')'
    )
    page.click("[data-aloud]")

    words = " ".join(text for text, _ in said(page))
    assert "Gửi ban chấp hành." in words
    for secret in ("Chuyện kín", "ABCD", "giấu"):
        assert secret not in words
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
