"""B-09: two hundred hostile texts in every field, looked at in a real browser by every role."""

import itertools
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from committees.domain import members
from committees.models import Role
from foundation.codes import RECEIPT_LENGTH, code_of
from foundation.text import clean
from foundation.throttle import Bucket
from reports.domain import writing
from reports.domain.proposals import PLACES
from sessions.askers import mixing, receipts
from sessions.domain import answers, follow_up, questions
from sessions.models import Question, StagedQuestion
from tests.walls.payloads import XSS
from tests.walls.places import addresses
from tests.walls.scene import build_scene
from tests.walls.table import row_of
from tests.world import NOON

FILES = (
    "_ics",
    "_file",
    "_preview",
    "_template",
    "_print",
    "lead_times",
    "healthz",
    "jsi18n",
    "autocomplete",
    "_codes",
    "_slip",
    "_pdf",
    "_docx",
    "_xlsx",
    "import_refused",
)
ROLES = ("clerk", "secretary", "leader", "staff", "head", "administrator")
SHORT, LONG = 120, 3_500


class Payloads:
    """Hands out the payloads in turn: one for a short field, many for a long one."""

    def __init__(self, first):
        self.all = itertools.islice(itertools.cycle(XSS), first, None)
        self.used = set()

    def __call__(self, place):
        return self.long() if place in LONG_PLACES else self.one()

    def one(self):
        text = next(text for text in self.all if len(text) <= SHORT)
        self.used.add(text)
        return text

    def long(self):
        """As many as fit, each in a line of its own."""
        found = []
        while sum(map(len, found)) + len(found) < LONG - SHORT:
            found.append(self.one())
        return "\n".join(found)


LONG_PLACES = {
    *("question", "display text", "answer", "summary", "conclusion", "return text", "remarks"),
    *("progress", "result"),
}


@pytest.fixture(autouse=True)
def signs_without_a_shape(monkeypatch):
    """The corpus has signs that no font has, and still must get into an issued report.

    That issuing refuses them is shown in tests/reports/test_glyphs.py.
    """
    monkeypatch.setattr("reports.domain.checking.unprintable", lambda document: [])
    monkeypatch.setattr("reports.domain.papers.checking.unprintable", lambda document: [])


def hostile_scene(world, first=0):
    """The scene with payloads in every text that the portal keeps."""
    say = Payloads(first)
    scene = build_scene(world, say=say)
    office, side = scene.office, scene.own
    at = side.received.received_at
    for key in PLACES:
        writing.write_narrative(
            side.draft, key=key, text=say.long()[:1_500], version=0, by=office.clerk, at=at
        )
    writing.name_signer(
        side.draft, signer=say.one(), sign_capacity="T/M ĐẢNG ỦY", sign_post="BÍ THƯ", at=at
    )
    questions.record_question(
        side.held, text=say.long(), theme=world.themes[0], kind="opinion", channel="paper",
        level="named", by=office.clerk, at=at, name=say.one(), unit=say.one(),
    )  # fmt: skip
    for person in (office.secretary, office.leader, office.staff, office.clerk):
        person.full_name = say.one()
        person.save(update_fields=["full_name"])
        person.memberships.update(post=say.one(), unit=say.one())
    members.add_member(
        office.committee, full_name=say.one(), email="x@example.vn", role=Role.STAFF,
        post=say.one(), unit=say.one(), starts_on=world.period.starts_on,
    )  # fmt: skip
    office.committee.name = say.one()
    office.committee.save(update_fields=["name"])
    office.committee.names.update(name=say.one(), header_name=say.one(), place=say.one())
    side.ahead.co_chair = side.ahead.minutes_taker = say.one()
    side.ahead.collection_channels = say.one()
    side.ahead.save()
    side.imports.file_name = say.one()
    side.imports.save()
    return scene, say


def pages_for(scene, role):
    """Return the addresses of the pages that the role may open."""
    for name, path in addresses(scene.own).items():
        row = row_of(name)
        is_page = not name.endswith(FILES) and "logout" not in name
        if is_page and row and row[role] == "yes" and "GET" in row["methods"].split():
            yield name, path


# --- as a browser sees it ---------------------------------------------------------------


class Witness:
    """Watches one browser page: nothing may run, nothing may be refused."""

    def __init__(self, page):
        self.page, self.seen, self.where = page, [], ""
        page.on("dialog", self.dialog)
        page.on("console", self.console)
        page.on("pageerror", lambda error: self.seen.append(f"{self.where}: {error}"))

    def dialog(self, dialog):
        self.seen.append(f"{self.where}: a dialog says {dialog.message}")
        dialog.dismiss()

    def console(self, message):
        if "Content Security Policy" in message.text or "integrity" in message.text:
            self.seen.append(f"{self.where}: {message.text[:300]}")

    def visits(self, base, name, path):
        self.where = name
        answer = self.page.goto(f"{base}{path}", wait_until="load")
        assert answer.status < 400 or answer.status == 410, f"{name}: {answer.status}"
        if self.page.evaluate("window.pwned"):
            self.seen.append(f"{name}: a script ran")
        # What waits for the pointer or the focus.
        self.page.evaluate(
            "for (const one of document.querySelectorAll('main *')) {"
            " one.dispatchEvent(new Event('mouseover')); one.dispatchEvent(new Event('focus')); }"
        )


def look_at_everything(browser, live_server, scene, roles, *, but=()):
    context = browser.new_context(locale="vi-VN")
    witness, visited = Witness(context.new_page()), 0
    for role in roles:
        client = Client()
        client.force_login(scene.people[role])
        context.clear_cookies()
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in client.cookies.items()
            ]
        )
        pages = (page for page in pages_for(scene, role) if not page[0].startswith(tuple(but)))
        for name, path in pages:
            witness.visits(live_server.url, f"{name} as {role}", path)
            visited += 1
    context.close()
    assert not witness.seen, "\n".join(witness.seen)
    return visited


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_runs_in_the_pages_of_those_who_read_most(world, browser, live_server):
    scene, say = hostile_scene(world)

    visited = look_at_everything(
        browser, live_server, scene, ("clerk", "staff", "head"), but=("account_", "mfa_", "admin")
    )

    assert visited > 60
    assert len(say.used) >= 200


@pytest.mark.long
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", range(0, 200, 20))
def test_nothing_runs_in_anybodys_pages(world, browser, live_server, first):
    scene, _ = hostile_scene(world, first)

    visited = look_at_everything(browser, live_server, scene, ROLES)

    print(f"\nB-09: {visited} pages with payloads from number {first}: nothing ran")


# --- as a parser sees it ----------------------------------------------------------------


class Watchman(HTMLParser):
    """Finds whatever in a page could run and is not ours."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "script" and not (given.get("src") or "").startswith(settings.STATIC_URL):
            self.found.append(f"<script {given}>")
        if tag in ("iframe", "object", "embed", "base", "math", "marquee", "style"):
            self.found.append(f"<{tag}>")
        self.found += [
            f"<{tag} {name}>" for name in given if name.startswith(("on", "hx-on", "data-hx-on"))
        ]
        for name in ("href", "src", "action", "formaction"):
            target = "".join((given.get(name) or "").split()).lower()
            if target.startswith(("javascript:", "data:", "vbscript:")):
                self.found.append(f"<{tag} {name}={target}>")


@pytest.mark.django_db
@pytest.mark.parametrize("first", [0, 70, 140])
def test_every_page_keeps_the_texts_as_texts(world, first):
    scene, _ = hostile_scene(world, first)
    wrong, shown = [], 0
    for role in ("clerk", "leader", "staff", "head"):
        client = Client()
        client.force_login(scene.people[role])
        for name, path in pages_for(scene, role):
            watchman, page = Watchman(), client.get(path).content.decode()
            watchman.feed(page)
            shown += "&lt;" in page
            wrong += [f"{name} as {role}: {found}" for found in watchman.found]

    assert not wrong, "\n".join(wrong)
    assert shown > 60  # titles stand on the page of their conference alone


@pytest.mark.django_db
def test_the_anonymous_host_keeps_the_texts_as_texts(world, monkeypatch):
    """Every payload in every text that a page of the anonymous host can show."""
    anybody = Client(headers={"host": settings.ANONYMOUS_HOST})
    monkeypatch.setattr("sessions.views.anonymous.SAME_TIME", 0.001)
    monkeypatch.setattr("sessions.views.anonymous.misses", Bucket(10_000, 1))
    world.host.name = XSS[0]
    world.host.save(update_fields=["name"])
    wrong = []
    for number, text in enumerate(XSS):
        body = code_of(f"{number}".encode(), RECEIPT_LENGTH)
        kept = {
            "theme": world.themes[0],
            "kind": "opinion",
            "receipt": receipts.from_code(body[:26]),
        }
        StagedQuestion.objects.create(
            conference=world.conference, text=clean(text), week="2026-W23", **kept
        )
        waiting = follow(anybody, body)
        mixing.hand_on(StagedQuestion.objects.all(), at=NOON)
        question = Question.objects.get(receipt=kept["receipt"])
        follow_up.ask_back(question, text=text, by=world.clerk, at=NOON)
        answers.record_live_answer(
            question, text=text, answered_by=text[:200], by=world.clerk, at=NOON
        )
        acts = (
            {"act": "reply", "text": text},
            {"act": "rate", "value": "not", "why": text},
            {"act": "appeal", "text": text},
        )
        followed = [follow(anybody, body, **act) for act in acts]
        typed = post(anybody, "/", voucher=text, text=text, kind=text, theme=text, receipt=text)
        for page in (waiting, *followed, typed, post(anybody, "/receipt/", code=text)):
            watchman = Watchman()
            watchman.feed(page)
            wrong += [f"{text}: {found}" for found in watchman.found]
        question.refresh_from_db()
        assert question.appeal.text == clean(text)

    assert not wrong, "\n".join(wrong)


def post(client, path, **given):
    data = urlencode(given, errors="surrogatepass")
    answer = client.post(path, data, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500
    return answer.content.decode()


def follow(client, code, **act):
    return post(client, "/receipt/", code=code, **act)


def test_the_corpus_has_two_hundred_members():
    assert len(set(XSS)) >= 200
