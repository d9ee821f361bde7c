"""A whole hall: two at the desk, a screen, three telephones; the network goes, a desk is closed and
opened again, and the minutes tell what happened, every word once, until they are locked and added to."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from hall.models import Hall, Minutes, Turn
from reports.domain.minutes import minutes_document
from sessions.domain import questions, triage
from sessions.models import Commitment, Conference, Question
from tests.journeys.people import PHONE, at_the_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SOON = 12_000  # milliseconds in which every page has what was done at another one
MINUTE = dt.timedelta(minutes=1)
SPEAKER = "Phan Thị Xuân"


@pytest.fixture
def clock(monkeypatch):
    """The portal's own clock, which moves on by a minute for each question."""
    hands = type("Clock", (), {"now": timezone.now()})()
    monkeypatch.setattr("foundation.clock.database_now", lambda: hands.now)
    return hands


@pytest.fixture
def conference(world, clock):
    begins = clock.now - 5 * MINUTE
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=begins, ends_at=begins + dt.timedelta(hours=2)
    )
    world.conference.answerers.set([world.leader])
    world.conference.refresh_from_db()
    return world.conference


class TheHall:
    """Who is there, and what each of them does for one question."""

    def __init__(self, moderator, taker, clock):
        self.moderator, self.taker, self.clock = moderator, taker, clock
        self.said, self.loads = [], 0
        moderator.on("framenavigated", self._count)

    def _count(self, frame):
        self.loads += frame == self.moderator.main_frame

    def key(self, key):
        self.moderator.locator("h1").click()  # nobody types: keys are acts
        self.moderator.keyboard.press(key)

    def now(self, page):
        return page.locator("#hall-now")

    def gist(self, page):
        return page.locator("#turn-text")

    def asks(self, text, name=""):
        """Somebody asks from the floor; one line, Enter."""
        line = self.moderator.locator("#floor-text")
        self.moderator.fill("#floor-name", name)
        line.fill(text)
        line.press("Enter")
        expect(line).to_have_value("")

    def answers(self, number, *, promises=False):
        """The taker writes, the moderator says by one key who answered, one of them ends the turn."""
        words = f"Trả lời thứ {number:02}: sẽ thực hiện trong quý III."
        self.gist(self.taker).fill(words)
        self.key("1")
        self.said.append(words)
        expect(self.gist(self.moderator)).to_have_value(words, timeout=SOON)
        expect(self.taker.locator("#turn-answered_by")).not_to_have_value("", timeout=SOON)
        if promises:
            self.taker.click("#hall-now summary >> text=Kèm cam kết")
            self.taker.fill("#turn-promised", f"Cam kết thứ {number:02}")
            self.taker.fill("#turn-promised_unit", "Văn phòng")
            self.taker.fill(
                "#turn-promised_on", f"{self.clock.now + dt.timedelta(days=40):%d/%m/%Y}"
            )
        if promises or number % 2:
            self.gist(self.taker).press("Control+Enter")
        else:
            self.key("a")
        expect(self.taker.locator("#hall-done")).to_contain_text(words, timeout=SOON)
        expect(self.moderator.locator("#hall-done")).to_contain_text(words, timeout=SOON)

    def writes_later(self):
        """It will be answered in writing: by one key, to a unit; then the next one is called up."""
        self.key("w")
        self.moderator.fill("#hall-now [name='later-unit']", "Phòng Tổ chức")
        self.moderator.click("#hall-now form[action$='/later/'] button")
        for page in (self.moderator, self.taker):
            expect(self.now(page)).to_contain_text("Chưa có câu hỏi", timeout=SOON)
        if self.moderator.locator("#hall-queue li").count():
            self.key("c")
            expect(self.gist(self.taker)).to_be_visible(timeout=SOON)


@pytest.mark.parametrize("number", [6, pytest.param(25, marks=pytest.mark.long)])
def test_a_hall_writes_its_own_minutes(world, browser, live_server, conference, clock, number):
    asked_before = number - number // 3
    for n in range(asked_before):
        questions.submit_question(
            conference, text=f"Câu hỏi gửi trước số {n:02}?", theme=world.themes[n % 4],
            kind="opinion", level="confidential", by=world.staff, at=conference.asks_open_at,
        )  # fmt: skip
    base, desk = live_server.url, f"/conferences/{conference.pk}/hall/"
    with (
        at_the_browser(browser, base, "clerk") as moderator,
        at_the_browser(browser, base, "secretary") as taker,
    ):
        moderator.goes_to(desk)
        taker.goes_to(desk)
        hall = TheHall(moderator.page, taker.page, clock)
        watching = [browser.new_page(viewport=PHONE, locale="vi-VN") for _ in range(3)]
        for page in watching:
            page.goto(f"{base}/join/{Hall.objects.get().code}/")
        screen = browser.new_page(locale="vi-VN")
        screen.goto(f"{base}{moderator.page.get_attribute('#hall-screen a', 'href')}")

        hall.key("c")
        expect(hall.gist(hall.taker)).to_be_visible(timeout=SOON)
        for n in range(number):
            clock.now += MINUTE
            if n < number // 3:
                hall.asks(f"Câu hỏi tại hội trường số {n:02}?", name=SPEAKER if n % 2 else "")
            if n == 2:  # the network goes at the desk: what is pressed waits, and is sent once
                moderator.page.context.set_offline(True)
                moderator.page.locator("#hall-queue button[value=star]").first.click()
                expect(moderator.page.locator("#hall-waits")).to_be_visible(timeout=SOON)
                moderator.page.context.set_offline(False)
                expect(moderator.page.locator("#hall-waits")).to_be_hidden(timeout=30_000)
            if n == 3:  # a desk is closed and opened again
                taker.page.close()
                taker.page = taker.page.context.new_page()
                taker.goes_to(desk)
                hall.taker = taker.page
            if n == 4:
                hall.key("s")
                expect(screen.locator(".screen-text")).to_contain_text("Câu hỏi", timeout=SOON)
            if n % 8 == 5:
                hall.writes_later()
                continue
            hall.answers(n, promises=n % 5 == 0)
        for page in watching:
            expect(page.locator("#joined-done")).to_contain_text(str(number), timeout=30_000)
            assert not any(name in page.content() for name in (world.staff.full_name, SPEAKER))
        assert SPEAKER not in screen.content()
        assert hall.loads == 0
        for one in (moderator, taker):
            one.complaints[:] = [said for said in one.complaints if "net::ERR_" not in said]

        told(world, conference, hall, number)
        locked_and_added_to(world, conference, moderator, taker)


def told(world, conference, hall, number):
    """The minutes equal what happened, every word once."""
    taken = Turn.objects.filter(hall=conference.pk, state__in=("answered", "in_writing"))
    later = sum(n % 8 == 5 for n in range(number))
    assert (taken.count(), taken.filter(state="in_writing").count()) == (number, later)
    paper = str(minutes_document(Conference.objects.get(pk=conference.pk), at=hall.clock.now))
    assert {words: paper.count(words) for words in hall.said} == dict.fromkeys(hall.said, 1)
    promised = list(Commitment.objects.values_list("text", flat=True))
    assert len(promised) == sum(n % 5 == 0 and n % 8 != 5 for n in range(number))
    assert all(paper.count(text) == 1 for text in promised)
    assert world.staff.full_name not in paper


def locked_and_added_to(world, conference, moderator, taker):
    """The office clears what is printed and lays the minutes before the chair, who approves them."""
    for question in Question.objects.filter(conference=conference, edited_ok=False):
        triage.clear_text(question, by=world.clerk, at=timezone.now())
    minutes = f"/conferences/{conference.pk}/minutes/"
    moderator.goes_to(minutes).presses("form[action$='/submit/'] button")
    taker.goes_to(minutes).presses("form[action$='/approve/'] button")
    taker.reads("Đã duyệt. Từ nay nội dung giữ nguyên.")
    moderator.goes_to(f"{minutes}addendum/").types(text="Thêm một ý.", reason="Ghi sót")
    moderator.presses("main form button.btn-primary").presses("form[action$='/submit/'] button")
    taker.goes_to(minutes).presses("form[action$='/approve/'] button").reads("Bổ sung số 1")
    assert all(one.is_approved for one in Minutes.objects.all())


def test_a_question_with_its_answer_and_commitment_costs_three_keys(
    world, browser, live_server, conference
):
    """Besides what is typed: the line, its end, the end of the turn. No page is loaded."""
    with at_the_browser(browser, live_server.url, "clerk") as person:
        person.goes_to(f"/conferences/{conference.pk}/hall/")
        page, loads = person.page, []
        page.on("framenavigated", lambda frame: loads.append(frame.url))
        page.locator("h1").click()

        page.keyboard.press("n")
        page.keyboard.type("Bao giờ thay đèn sân sau?")
        page.keyboard.press("Enter")
        expect(page.locator("#turn-text")).to_be_focused(timeout=SOON)
        due_on = timezone.localdate() + dt.timedelta(days=30)
        page.keyboard.insert_text(f"Có kinh phí.\n=> Thay đèn; Văn phòng; {due_on:%d/%m/%Y}")
        page.keyboard.press("Control+Enter")

        expect(page.locator("#hall-done")).to_contain_text("Có kinh phí.")
        assert loads == []
    turn = Turn.objects.get()
    assert (turn.state, turn.gist, turn.answered_by) == (
        "answered", "Có kinh phí.", world.leader.full_name,
    )  # fmt: skip
    assert (turn.commitment.text, turn.commitment.lead_unit) == ("Thay đèn", "Văn phòng")
    assert turn.commitment.due_on == due_on
