"""Each form against everything that takes typed text away: it is there when it must be, else nowhere."""

import pytest
from django.conf import settings
from playwright.sync_api import expect

from foundation import presence
from foundation.models import Draft
from sessions.domain import follow_up, triage
from sessions.models import Question
from tests.journeys.kept_forms import FORMS, TEXT, record, submitted
from tests.journeys.people import at_the_browser
from tests.world import NOON, PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = {
    "403": (403, "<html><body><main id='content'><h1>403</h1></main></body></html>"),
    "409": (409, "<html><body><main id='content'><h1>409</h1></main></body></html>"),
    "429 of nginx": (429, (settings.BASE_DIR / "templates/busy.html").read_text()),
    "500": (500, "<html><body><main id='content'><h1>500</h1></main></body></html>"),
    "429 of a proxy": (429, "null"),
    "200 of a proxy": (200, "<html><body><main id='content'><h1>Wi-Fi</h1></main></body></html>"),
}
EVERYTHING = """[
    document.documentElement.outerHTML, JSON.stringify(sessionStorage), JSON.stringify(localStorage),
    ...[...document.querySelectorAll('input, textarea')].map((field) => field.value),
].join(' ')"""


# --- what people do ----------------------------------------------------------------------


class Writer:
    """Somebody at a form, who wants to find there what was typed."""

    def __init__(self, person, form):
        self.person, self.page, self.form = person, person.page, form

    def opens(self):
        self.person.goes_to(self.form.path)
        self.unfolds()

    def unfolds(self):
        self.page.locator(self.form.box).wait_for(state="attached")
        self.page.eval_on_selector(
            self.form.box, "(field) => field.closest('details')?.setAttribute('open', '')"
        )

    def types(self):
        for place, value in self.form.besides.items():
            found = self.page.locator(f"main {place}")
            if value is True:
                found.check()
            elif found.evaluate("(field) => field.tagName") == "SELECT":
                found.select_option(value)
            else:
                found.fill(value)
        self.page.fill(self.form.box, TEXT)
        line = "Đã giữ trong thẻ trình duyệt này" if self.form.in_tab else "Đã lưu dự thảo"
        expect(self.page.locator("[data-kept-line]").first).to_contain_text(line)

    def finds_it(self, *, after_sign_out=False):
        expect(self.page.locator(self.form.box)).to_have_value(TEXT)
        for place, value in self.form.besides.items():
            found = self.page.locator(f"main {place}")
            if after_sign_out and place in self.form.private:
                expect(found).to_have_value("")
                found.fill(value)
            elif value is True:
                expect(found).to_be_checked()
            else:
                expect(found).to_have_value(value)

    def completes_it(self):
        """Give what is still wanting, without a sign of it that a form could save itself by."""
        for place, value in self.form.completed.items():
            setting = "(field, value) => { field[value === true ? 'checked' : 'value'] = value; }"
            self.page.eval_on_selector(f"main {place}", setting, value)

    def presses(self):
        self.page.click(self.form.button)

    def reads_of_trouble(self, *, words=""):
        expect(self.page.locator("#trouble")).to_be_visible()
        expect(self.page.locator("#trouble")).to_contain_text(words)
        self.finds_it()

    def answers_with(self, answer):
        """Have the next sending of the form, not the keeping of drafts, answered like that."""

        def handle(route):
            is_act = route.request.method == "POST" and "/drafts/" not in route.request.url
            answer(route) if is_act else route.continue_()

        self.page.route("**/*", handle)

    def signs_out(self):
        out = "form[action$='/accounts/logout/']"
        self.page.eval_on_selector(out, "(form) => form.requestSubmit()")
        expect(self.page.locator("#id_login")).to_be_attached()

    def signs_in(self, page, username):
        page.fill("#id_login", username)
        page.fill("#id_password", PASSWORD)
        page.click("main form button.btn-primary")
        expect(page.locator(".menu summary")).to_be_attached()

    def is_nowhere(self):
        assert TEXT not in self.page.evaluate(EVERYTHING)


# One of each kind of keeping: of panels, of several boxes, in the tab alone, of an asker and of an
# office. The others behave like one of these; script/attack goes through them as well.
TYPICAL = ("conference", "several", "answer", "narrative", "ask", "rating")
MATRIX = [
    make if make.__name__ in TYPICAL else pytest.param(make, marks=pytest.mark.long)
    for make in FORMS
]


def test_each_typical_form_is_one_of_the_matrix():
    assert set(TYPICAL) <= {make.__name__ for make in FORMS}


@pytest.mark.parametrize("make", MATRIX, ids=lambda make: make.__name__)
def test_typed_text_is_there_when_it_must_be_and_nowhere_else(world, browser, live_server, make):
    form = make(world)
    with at_the_browser(browser, live_server.url, form.who) as person:
        writer, page = Writer(person, form), person.page
        writer.opens()
        writer.types()
        comes_and_goes(writer)
        is_refused(writer)
        another_person_comes(writer, live_server.url)
        writer.opens()
        if form.in_tab:
            writer.is_nowhere()
            writer.types()
        else:
            writer.finds_it(after_sign_out=True)
        is_sent_once(writer, live_server.url)

        page.goto(f"{live_server.url}{form.path}")
        assert TEXT not in page.evaluate("JSON.stringify(sessionStorage)")
        standing = [box.input_value() for box in page.locator(form.box).all()]
        assert (TEXT in standing) is form.shows_saved
        assert page.locator("[data-kept-line]:visible").count() == 0
        person.complaints.clear()  # the browser's own, of the answers above
    assert not Draft.objects.exclude(body="").exists()


def comes_and_goes(writer):
    """Leave, press Back, load anew, switch the language."""
    writer.person.goes_to("/")
    writer.page.go_back()
    writer.finds_it()
    writer.person.goes_to("/")
    writer.opens()
    writer.finds_it()
    for language in ("en", "vi"):
        writer.page.click(f"button[name='language'][value='{language}']")
        writer.page.wait_for_load_state()
        writer.finds_it()


def is_refused(writer):
    """Whatever is answered but a good answer leaves the form standing, and says so."""
    for status, body in PAGES.values():
        writer.answers_with(
            lambda route, status=status, body=body: route.fulfill(
                status=status, body=body, content_type="text/html"
            )
        )
        writer.presses()
        # What stands there of the last answer must not be read as this one.
        expect(writer.page.locator("[aria-busy=true]")).to_have_count(0)
        writer.reads_of_trouble(words="vẫn còn")
        writer.page.unroute_all()
    writer.page.context.set_offline(True)
    writer.presses()
    writer.reads_of_trouble(words="Mất kết nối")
    writer.page.context.set_offline(False)
    writer.opens()
    writer.finds_it()
    assert writer.form.done() == 0


def another_person_comes(writer, base):
    """Sign out, Back, somebody else in the same tab: nothing; the same person: the draft."""
    writer.signs_out()
    writer.is_nowhere()
    writer.page.go_back()
    writer.page.wait_for_load_state()
    writer.is_nowhere()
    writer.page.goto(f"{base}/accounts/login/")
    writer.signs_in(writer.page, writer.form.next_person)
    writer.page.goto(f"{base}{writer.form.path}")
    writer.is_nowhere()
    writer.signs_out()
    writer.signs_in(writer.page, writer.form.who)


def is_sent_once(writer, base):
    """The session ends, then the answer is lost: the text stays, and one act comes of it."""
    presence.end_all()
    writer.completes_it()
    writer.presses()
    writer.reads_of_trouble(words="đăng nhập")
    window = writer.page.context.new_page()
    window.goto(f"{base}/accounts/login/")
    writer.signs_in(window, writer.form.who)
    window.close()
    arrived = []

    def lose(route):
        came = route.fetch()
        arrived.append(came.status)
        if came.headers.get("x-form-old"):
            route.fulfill(response=came)  # the token of before; the page sends with its new one
        else:
            route.abort()

    writer.answers_with(lose)
    writer.presses()
    expect(writer.page.locator("#trouble")).to_contain_text("Mất kết nối")
    writer.finds_it()
    writer.page.unroute_all()
    assert arrived == [403, writer.form.answers]
    writer.page.click("#trouble button")
    expect(writer.page.locator("[aria-busy=true]")).to_have_count(0)
    expect(writer.page.locator("#trouble:visible")).to_have_count(0)
    writer.page.wait_for_load_state()
    assert writer.form.done() == 1


# The other acts beside sorting, sent as `decline` is above: what state the question is in, where
# one types, what else is needed, and what comes of it.
ACTS = {
    "refer": ("received", "reason", {"to": "Thanh tra"}, ("passed_reason", TEXT)),
    "escalate": ("received", "reason", {"to": "Đảng ủy Khối"}, ("passed_reason", TEXT)),
    "ask_back": ("received", "text", {}, ("clarifications__text", TEXT)),
    "merge": ("received", "into", {}, ("state", "merged")),
    "reconsider": ("declined", "reason", {}, ("moves__reason", TEXT)),
    "appeal": ("objected", "text", {}, ("appeal__reply", TEXT)),
}


def in_state(world, state):
    question = submitted(world)
    if state != "received":
        triage.decline_question(question, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON)
    if state == "objected":
        follow_up.appeal(question, text="Tôi không đồng ý.", at=NOON)
    return question


def test_acts_that_were_begun_stand_open_with_their_text_until_they_are_done(
    world, browser, live_server
):
    other = submitted(world)
    triage.classify_question(other, theme=world.themes[2], kind="opinion", by=world.clerk, at=NOON)
    with at_the_browser(browser, live_server.url, "secretary") as person:
        page = person.page
        for name, (state, box, besides, (fact, outcome)) in ACTS.items():
            question = in_state(world, state)
            text = other.code if name == "merge" else TEXT
            place = f"[name='{name}-{box}']"
            person.goes_to(f"/conferences/{world.conference.pk}/triage/{question.pk}/")
            page.click(f"#act-{name} a")
            for field, value in besides.items():
                page.fill(f"[name='{name}-{field}']", value)
            page.fill(place, text)
            expect(page.locator(f"#act-{name} [data-kept-line]")).to_contain_text("Đã lưu dự thảo")

            person.goes_to(f"/conferences/{world.conference.pk}/triage/{question.pk}/")
            expect(page.locator(place)).to_have_value(text)
            page.click(f"#act-{name} form > button")
            page.wait_for_url("**#*")
            assert Question.objects.filter(pk=question.pk, **{fact: outcome}).exists(), name
    assert not Draft.objects.exclude(body="").exists()


def test_recording_goes_on_with_an_empty_form(world, browser, live_server):
    form = record(world)
    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        writer = Writer(clerk, form)
        writer.opens()
        writer.types()
        clerk.presses(form.button)
        for place in (form.box, "main [name='name']"):
            expect(clerk.page.locator(place)).to_have_value("")
        writer.opens()
        expect(clerk.page.locator(form.box)).to_have_value("")
    assert form.done() == 1
