"""Two at the desk of a running hall, each in a browser of their own."""

import datetime as dt
import re
import time
import uuid

import pytest
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import expect

from hall.domain import desk, screens
from hall.models import DeskAct, Turn
from sessions.domain import questions
from sessions.models import Conference, Question
from tests.journeys.people import at_the_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOON = (
    8_000  # milliseconds in which one page must have what the other did: it asks every two seconds
)
TEXTS = ("Khi nào sửa mái nhà xe?", "Vì sao thưởng quý II chậm?", "Bao giờ có phòng đọc?")


@pytest.fixture
def hall(world):
    """A conference that goes on, with three questions; the address of its desk."""
    now = timezone.now()
    for number, text in enumerate(TEXTS):
        questions.submit_question(
            world.conference, text=text, theme=world.themes[number], kind="opinion",
            level="confidential", by=world.staff, at=world.conference.asks_open_at,
        )  # fmt: skip
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=now - dt.timedelta(minutes=10), ends_at=now + dt.timedelta(hours=2)
    )
    world.conference.answerers.set([world.leader])
    return f"/conferences/{world.conference.pk}/hall/"


@pytest.fixture
def two(world, browser, live_server, hall):
    with (
        at_the_browser(browser, live_server.url, "clerk") as moderator,
        at_the_browser(browser, live_server.url, "secretary") as taker,
    ):
        for one in (moderator, taker):
            one.goes_to(hall)
        yield moderator.page, taker.page
        for one in (moderator, taker):  # a network that was cut says so in the console
            one.complaints[:] = [said for said in one.complaints if "net::ERR_" not in said]


def now_of(page):
    return page.locator("#hall-now")


def gist(page):
    return page.locator("#hall-now [name=text]")


def called_up(page):
    """Press the key that calls the first one up."""
    page.locator("h1").click()
    page.keyboard.press("c")
    expect(gist(page)).to_be_visible()


def test_what_one_does_the_other_sees(two):
    moderator, taker = two

    called_up(moderator)
    expect(now_of(taker)).to_contain_text(TEXTS[0], timeout=SOON)

    gist(taker).fill("Sẽ sửa trong quý III.")
    expect(gist(moderator)).to_have_value("Sẽ sửa trong quý III.", timeout=SOON)

    moderator.locator("h1").click()
    moderator.keyboard.press("1")  # the first of those who answer here
    expect(moderator.locator("#hall-now [name=answered_by]")).to_have_value("Lê Quốc Cường")
    gist(moderator).press("Control+Enter")
    expect(moderator.locator("#hall-done")).to_contain_text("Sẽ sửa trong quý III.")
    expect(now_of(taker)).to_contain_text(TEXTS[1], timeout=SOON)
    assert Question.objects.get(original_text=TEXTS[0]).state == "answered_live"

    moderator.locator("h1").click()
    moderator.keyboard.press("u")
    expect(now_of(moderator)).not_to_contain_text(TEXTS[1])
    moderator.keyboard.press("u")
    expect(now_of(taker)).to_contain_text(TEXTS[0], timeout=SOON)
    expect(gist(taker)).to_have_value("Sẽ sửa trong quý III.")


def test_two_who_type_at_once_keep_their_words_and_see_the_others(two):
    moderator, taker = two
    called_up(moderator)
    expect(gist(taker)).to_be_visible(timeout=SOON)

    gist(taker).fill("Của người ghi.")
    gist(moderator).fill("Của văn phòng.")

    give_up_at = time.monotonic() + 20
    while not any(page.locator("#hall-now [data-theirs]").is_visible() for page in two):
        assert time.monotonic() < give_up_at, "nobody was told"
        moderator.wait_for_timeout(100)
    for page, words in ((moderator, "Của văn phòng."), (taker, "Của người ghi.")):
        expect(gist(page)).to_have_value(words)


def test_a_question_from_the_floor_takes_one_line_and_two_keys(two):
    moderator, _ = two
    moderator.locator("h1").click()

    moderator.keyboard.press("n")
    moderator.keyboard.type("Bao giờ thay đèn sân sau?")
    moderator.keyboard.press("Enter")

    expect(now_of(moderator)).to_contain_text("Bao giờ thay đèn sân sau?")
    expect(moderator.locator("#hall-floor [name=text]")).to_have_value("")
    assert Turn.objects.get().question.original_text == "Bao giờ thay đèn sân sau?"


def test_while_the_network_is_gone_acts_wait_and_are_sent_once(two):
    moderator, taker = two
    called_up(moderator)
    moderator.context.set_offline(True)

    line = moderator.locator("#hall-floor [name=text]")
    for text in ("Câu thứ nhất lúc mất mạng?", "Câu thứ hai lúc mất mạng?"):
        line.fill(text)
        line.press("Enter")
    expect(moderator.locator("#hall-waits")).to_be_visible(timeout=SOON)
    assert not Question.objects.filter(channel="oral").exists()

    moderator.context.set_offline(False)
    expect(moderator.locator("#hall-queue")).to_contain_text("Câu thứ hai", timeout=30_000)
    expect(moderator.locator("#hall-waits")).to_be_hidden()
    expect(taker.locator("#hall-queue")).to_contain_text("Câu thứ nhất", timeout=SOON)
    told = Question.objects.filter(channel="oral").values_list("original_text", flat=True)
    assert sorted(told) == ["Câu thứ hai lúc mất mạng?", "Câu thứ nhất lúc mất mạng?"]
    acts = DeskAct.objects.filter(kind="floor").order_by("number")
    assert [act.words for act in acts] == [
        "Câu thứ nhất lúc mất mạng?", "Câu thứ hai lúc mất mạng?",
    ]  # fmt: skip


def test_whoever_types_when_the_turn_ends_keeps_the_words(two):
    moderator, taker = two
    called_up(moderator)
    expect(gist(taker)).to_be_visible(timeout=SOON)

    taker.context.set_offline(True)
    gist(taker).fill("Chưa kịp lưu.")
    moderator.locator("#hall-now [name=answered_by]").fill("Lê Quốc Cường")
    gist(moderator).fill("Đã trả lời.")
    gist(moderator).press("Control+Enter")
    expect(now_of(moderator)).to_contain_text(TEXTS[1])
    taker.context.set_offline(False)

    expect(taker.locator("#hall-kept textarea")).to_have_value("Chưa kịp lưu.", timeout=30_000)
    expect(now_of(taker)).to_contain_text(TEXTS[1])
    assert Question.objects.get(original_text=TEXTS[0]).answers.get().text == "Đã trả lời."


def test_what_was_typed_a_moment_ago_stays_whatever_is_pressed(two):
    moderator, _ = two
    called_up(moderator)

    gist(moderator).fill("Lời vừa gõ xong.")
    moderator.locator("#hall-now [action$='/clock/'] button").click()
    expect(moderator.locator("#hall-now [data-stands]")).to_be_visible()
    expect(gist(moderator)).to_have_value("Lời vừa gõ xong.")

    gist(moderator).fill("Lời vừa gõ thêm.")
    moderator.locator("#hall-now [action$='/put-back/'] button").click()
    expect(gist(moderator)).to_have_count(0)
    assert Turn.objects.get().gist == "Lời vừa gõ thêm."


def test_what_two_type_into_different_fields_joins(two):
    moderator, taker = two
    called_up(moderator)
    expect(gist(taker)).to_be_visible(timeout=SOON)
    taker.locator("#hall-now summary").first.click()

    gist(moderator).fill("Sẽ thay mái.")
    taker.locator("#hall-now [name=promised]").fill("Thay mái nhà xe")

    expect(gist(taker)).to_have_value("Sẽ thay mái.", timeout=2 * SOON)
    expect(moderator.locator("#hall-now [name=promised]")).to_have_value(
        "Thay mái nhà xe", timeout=2 * SOON
    )
    expect(taker.locator("#hall-now [name=promised]")).to_have_value("Thay mái nhà xe")
    for page in two:
        expect(page.locator("#hall-now [data-theirs]")).to_be_hidden()
        expect(page.locator("#hall-kept")).to_be_hidden()


def test_a_key_that_is_pressed_again_does_the_same_thing_again(two):
    moderator, _ = two
    down = moderator.locator("#hall-queue li").first.get_by_role("button", name="Xuống")

    down.focus()
    down.press("Enter")
    expect(moderator.locator("#hall-queue li").nth(1)).to_contain_text(TEXTS[0])
    moderator.keyboard.press("Enter")

    expect(moderator.locator("#hall-queue li").nth(2)).to_contain_text(TEXTS[0])
    assert not Turn.objects.exists()


def test_what_waits_outlives_the_page_and_is_sent_once(two):
    moderator, _ = two
    called_up(moderator)
    moderator.on("dialog", lambda dialog: dialog.accept())  # it asks before it is left
    moderator.route("**/hall/floor/", lambda route: route.abort())
    line = moderator.locator("#hall-floor [name=text]")
    line.fill("Câu hỏi chưa gửi được?")
    line.press("Enter")
    expect(moderator.locator("#hall-waits")).to_contain_text("Câu hỏi chưa gửi", timeout=SOON)

    moderator.unroute("**/hall/floor/")
    moderator.reload()

    expect(moderator.locator("#hall-queue")).to_contain_text("Câu hỏi chưa gửi", timeout=30_000)
    moderator.reload()
    expect(moderator.locator("#hall-queue li")).to_have_count(3)
    assert Question.objects.filter(channel="oral").count() == 1


def test_the_screen_shows_what_the_desk_puts_there_and_keeps_it_without_a_network(
    two, browser, live_server
):
    moderator, _ = two
    called_up(moderator)
    link = moderator.get_attribute("#hall-screen a", "href")
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale="vi-VN")
    screen = context.new_page()
    screen.goto(f"{live_server.url}{link}")
    expect(screen.locator(".screen-code")).to_be_visible()
    expect(screen.locator(".screen-join svg")).to_be_visible()

    moderator.locator("h1").click()
    moderator.keyboard.press("s")
    expect(screen.locator(".screen-text")).to_have_text(TEXTS[0], timeout=SOON)
    context.set_offline(True)
    moderator.locator("#hall-screen button[value=nothing]").click()
    screen.wait_for_timeout(5_000)
    expect(screen.locator(".screen-text")).to_have_text(TEXTS[0])
    expect(
        screen.locator("[data-lost]")
    ).to_be_hidden()  # half a minute passes before anybody is told
    context.set_offline(False)

    expect(screen.locator("[data-screen].is-blank")).to_be_attached(timeout=30_000)
    screen.keyboard.press("d")
    assert screen.evaluate("'light' in document.documentElement.dataset")
    context.close()


def test_what_waits_is_gone_from_the_tab_with_its_person(two):
    moderator, _ = two
    called_up(moderator)
    moderator.on("dialog", lambda dialog: dialog.accept())
    moderator.route("**/hall/floor/", lambda route: route.abort())
    line = moderator.locator("#hall-floor [name=text]")
    line.fill("Câu hỏi chưa gửi được?")
    line.press("Enter")
    expect(moderator.locator("#hall-waits")).to_be_visible(timeout=SOON)
    kept = "Object.values(sessionStorage).join()"
    assert "C%C3%A2u+h%E1%BB%8Fi" in moderator.evaluate(kept)

    moderator.eval_on_selector("form[action$='/logout/']", "(form) => form.requestSubmit()")
    expect(moderator.locator("#id_login")).to_be_attached()

    assert "C%C3%A2u+h%E1%BB%8Fi" not in moderator.evaluate(kept)


def test_what_is_ticked_stays_so_while_others_act_and_becomes_one(two):
    moderator, taker = two
    boxes = moderator.locator("#hall-queue [name=question]")
    boxes.nth(1).check()
    boxes.nth(2).check()

    taker.locator("#hall-queue [value=star]").first.click()
    expect(moderator.locator("#hall-queue")).to_contain_text("★", timeout=SOON)
    expect(moderator.locator("#hall-queue :checked")).to_have_count(2)
    moderator.locator("h1").click()
    moderator.keyboard.press("m")

    expect(moderator.locator("#hall-queue")).to_contain_text("đã gộp 1 câu")
    expect(moderator.locator("#hall-queue :checked")).to_have_count(0)
    assert Question.objects.get(original_text=TEXTS[2]).merged_into.original_text == TEXTS[1]
    expect(taker.locator("#hall-queue .queue-item")).to_have_count(2, timeout=SOON)


def test_of_the_queue_one_theme_is_shown_after_acts_and_changes_too(two):
    moderator, taker = two
    moderator.locator("summary", has_text="Các câu đang hiện").click()
    moderator.locator("#only-theme").select_option(index=2)
    moderator.get_by_role("button", name="Xem", exact=True).click()
    rows = moderator.locator("#hall-queue .queue-item")
    expect(rows).to_have_count(1)

    moderator.locator("#hall-queue [value=star]").click()
    expect(moderator.locator("#hall-queue")).to_contain_text("★")
    taker.locator("#hall-queue [value=hold]").first.click()
    expect(moderator.locator("#hall-queue")).to_contain_text("1 câu để lại sau", timeout=SOON)

    expect(rows.filter(visible=True)).to_have_count(1)
    expect(rows.first).to_contain_text(TEXTS[1])


SIZES = """() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node; (node = walker.nextNode());) {
    const box = node.parentElement.getBoundingClientRect();
    const isSeen = node.textContent.trim() && box.width > 2 && box.height > 2;
    if (isSeen) found.push(parseFloat(getComputedStyle(node.parentElement).fontSize) / innerHeight);
  }
  return found;
}"""
PART = """() => {
  const text = document.querySelector(".screen-text");
  const gap = parseFloat(getComputedStyle(text).columnGap);
  return [text.scrollLeft, text.clientWidth + gap, text.scrollWidth + gap, document.documentElement.scrollHeight];
}"""


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768)])
def test_the_last_row_reads_the_screen_and_a_long_question_part_by_part(
    world, hall, browser, live_server, width, height
):
    question = Question.objects.get(original_text=TEXTS[0])
    text = "Đề nghị cho biết lộ trình sửa mái, nguồn kinh phí và đơn vị chịu trách nhiệm. " * 24
    Question.objects.filter(pk=question.pk).update(display_text=text.strip(), edited_ok=True)
    now, key = timezone.now(), {"by": world.clerk}
    opened = desk.open_hall(Conference.objects.get(pk=world.conference.pk), at=now)
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce"
    )
    screen = context.new_page()
    screen.goto(f"{live_server.url}/screen/{opened.pk}/{screens.token_of(opened)}/")
    assert round(min(screen.evaluate(SIZES)), 6) >= 1 / 20

    desk.call_up(opened, question, key=uuid.uuid4(), at=now, **key)
    question.refresh_from_db()
    screens.show(opened, "question", question=question, key=uuid.uuid4(), at=now, **key)
    parts = screen.locator("[data-parts]")
    expect(parts).to_have_text(re.compile(r"^1/\d+$"), timeout=SOON)
    assert round(min(screen.evaluate(SIZES)), 6) >= 1 / 20
    number = int(parts.text_content().partition("/")[2])
    assert number > 1
    at, step, whole, tall = screen.evaluate(PART)
    assert (at, tall) == (0, height)
    assert number * step == pytest.approx(whole, abs=2)  # no part of it is left out

    screen.keyboard.press("ArrowRight")
    expect(parts).to_have_text(f"2/{number}")
    assert screen.evaluate(PART)[0] == pytest.approx(step, abs=1)
    desk.turn_clock(Turn.objects.get(), key=uuid.uuid4(), at=timezone.now(), **key)
    expect(screen.locator("[data-stands]")).to_be_attached(timeout=SOON)
    expect(parts).to_have_text(f"2/{number}")  # what is shown anew stands where it was

    Question.objects.filter(pk=question.pk).update(display_text="Ngắn.", version=F("version") + 1)
    expect(screen.locator(".screen-text")).to_have_text("Ngắn.", timeout=SOON)
    expect(parts).to_be_hidden()
    context.close()
