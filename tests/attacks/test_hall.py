"""J-17: whoever asks with an account while the conference runs, looked for in all that the hall keeps and shows.

The desk works, telephones follow and press, the screen shows; then the minutes are laid before the
chair and approved. Neither name, account nor browser of a confidential asker stands anywhere, and no
row of the hall bears the moment at which somebody asked, pressed or followed.
"""

import datetime as dt
import hashlib
import io
import json
import re
import uuid
import zipfile

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from redis import Redis

from committees.models import Membership, Role, User
from hall import queries
from hall.domain import closing, desk, joining, screens, speakers
from hall.models import Hall, Minutes, Place, Submission
from reports.domain import approving
from sessions.domain import conferences, questions, triage
from sessions.models import Question
from tests.attacks.test_canary import shapes
from tests.attacks.test_surrender import in_redis
from tests.hall.floor import begun, fresh
from tests.hall.test_passes import draw, made
from tests.reports.papers import text_of_pdf
from tests.sessions.anonymously import more_people
from tests.walls.conftest import written  # noqa: F401
from tests.world import LONG_AGO

pytestmark = pytest.mark.django_db
HALL = apps.get_app_config("hall")
ASKERS = 6
SECOND = dt.timedelta(seconds=1)
# What was cleared may be read by all; who asks by name may be named at the desk alone.
CACHE = "cache of the process"
TEXT, NAMED, UNIT = "ZZLOI câu hỏi", "ZZNEUTEN Trần Công Khai", "ZZDONVI Tổ Bảo vệ"


def canary(number):
    return f"ZZCANARY{number} Nguyễn Thị Kín"


@pytest.fixture
def clock(world, monkeypatch, settings):
    shipped = {
        "BACKEND": "foundation.caching.InRedis",
        "LOCATION": settings.REDIS_URL,
        "KEY_FUNCTION": "foundation.caching.hidden_key",
    }
    settings.CACHES = {**settings.CACHES, "default": shipped}
    hands = type("Clock", (), {"now": begun(world)})()
    monkeypatch.setattr("foundation.clock.database_now", lambda: hands.now)
    Redis.from_url(settings.REDIS_URL).flushdb()
    caches["local"].clear()
    return hands


class TheDay:
    """A hall that runs, those who ask in it, and everything that it has shown."""

    def __init__(self, world, clock):
        self.world, self.clock = world, clock
        self.hall = desk.open_hall(world.conference, at=clock.now)
        joining.let_seats_ask(self.hall, on=True)
        self.people = [self._person(number) for number in range(ASKERS)]
        self.browsers = [Client() for _ in self.people]
        self.shown, self.secrets = {}, set()

    def _person(self, number):
        person = User.objects.create_user(
            f"zzcanary-{number}", f"zzcanary-{number}@example.vn", full_name=canary(number)
        )
        Membership.objects.create(
            user=person, committee=self.world.host, role=Role.STAFF, starts_on=LONG_AGO,
            post=f"ZZCANARY{number} chuyên viên",
        )  # fmt: skip
        return person

    def keyed(self):
        self.clock.now += SECOND
        return {"key": uuid.uuid4(), "by": self.world.clerk, "at": self.clock.now}

    def asks(self, number, level="confidential"):
        """Ask from one's seat with the account, as the page of the seats leads there."""
        browser, person = self.browsers[number], self.people[number]
        browser.force_login(person)
        self.secrets.add(browser.cookies[settings.SESSION_COOKIE_NAME].value)
        self.clock.now += SECOND
        text = f"{TEXT} {number}?"
        conference = Hall.objects.select_related("conference").get(pk=self.hall.pk).conference
        return questions.submit_question(
            conference, text=text, theme=self.world.themes[number % 3], kind="opinion", level=level,
            by=person, at=self.clock.now, form_key=uuid.uuid4(),
        )  # fmt: skip

    def presses(self, number, question):
        """Say that one asks the same, signed in, with the token of the page."""
        browser = self.browsers[number]
        page = browser.get(reverse("hall:join_hall", args=[self.hall.code])).content.decode()
        assert f'data-same="{question.pk}"' in page
        self.secrets.add(browser.cookies[settings.CSRF_COOKIE_NAME].value)
        where = reverse("hall:join_same", args=[self.hall.code, question.pk])
        answer = browser.post(where, headers={"X-Sent-By": "script"})
        assert answer.status_code == 204

    def cleared(self, question):
        triage.clear_text(fresh(question), by=self.world.clerk, at=self.clock.now)

    def takes(self, question, text="ZZTRALOI sẽ sửa trong quý III."):
        self.hall.refresh_from_db()
        turn = desk.call_up(self.hall, fresh(question), **self.keyed())
        turn = desk.save_gist(turn, version=1, text="ZZTRALOI", answered_by="")
        screens.show(self.hall, "question", question=fresh(question), clears=True, **self.keyed())
        self.looks("running")
        desk.answer_turn(
            turn, version=turn.version, text=text, answered_by="Lãnh đạo", **self.keyed()
        )

    def looks(self, when):
        """Keep what everybody is shown at this moment."""
        hall = fresh(self.hall)
        office = Client()
        office.force_login(self.world.clerk)
        screen = [hall.pk, screens.token_of(hall)]
        for name, browser, arguments in (
            ("hall_desk", office, [hall.pk]), ("hall_changes", office, [hall.pk]),
            ("join_hall", Client(), [hall.code]), ("join_state", Client(), [hall.code]),
            ("screen", Client(), screen), ("screen_state", Client(), screen),
        ):  # fmt: skip
            caches["local"].clear()
            answer = browser.get(reverse(f"hall:{name}", args=arguments))
            assert answer.status_code == 200, name
            said = answer.content + repr(dict(answer.headers)).encode()
            self.shown[name] = self.shown.get(name, b"") + said
            kept = b"".join(caches["local"]._cache.values())
            self.shown[CACHE] = self.shown.get(CACHE, b"") + kept

    def minutes(self):
        """Approve the minutes; keep every shape in which they are read."""
        conference = fresh(self.world.conference)
        conference.questions.update(edited_ok=True)
        minutes = approving.submit_minutes(
            Minutes(conference=conference), version=1, by=self.world.clerk, at=self.clock.now
        )
        kept = Submission.objects.get().snapshot
        approving.approve_minutes(
            minutes, version=minutes.version, by=self.world.secretary, at=self.clock.now
        )
        chair = Client()
        chair.force_login(self.world.secretary)
        page = chair.get(reverse("reports:minutes_detail", args=[conference.pk]))
        self.shown["minutes, page"] = page.content
        self.shown["minutes, frozen"] = json.dumps(kept, ensure_ascii=False).encode()
        for name in ("minutes_docx", "minutes_pdf"):
            answer = chair.get(reverse(f"reports:{name}", args=[conference.pk]))
            assert answer.status_code == 200, name
            content = b"".join(answer) if answer.streaming else answer.content
            self.shown[name] = repr(dict(answer.headers)).encode() + in_words(content)


def in_words(content):
    """Return what stands in a Word file or a PDF, all its parts and properties."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return b"".join(parts.read(name) for name in parts.namelist())
    return content


@pytest.fixture
def day(world, clock, written, tmp_path):  # noqa: F811
    """Six ask from their seats, one by name; some press; four are taken; the minutes are approved."""
    day = TheDay(world, clock)
    asked = [day.asks(number) for number in range(ASKERS - 1)]
    asked.append(day.asks(ASKERS - 1, level="named"))
    day.looks("asked")
    for question in asked:
        day.cleared(question)
    for number, question in enumerate(asked):
        day.presses(number, asked[number - 1])
        day.presses(number, question)
    desk.ask_from_the_floor(
        day.hall,
        text=f"{TEXT} tại chỗ?",
        name=NAMED,
        unit=UNIT,
        theme=world.themes[0],
        **day.keyed(),
    )
    day.looks("from the floor")
    floor = Question.objects.get(asker_name=NAMED)
    turn = floor.turns.get()
    desk.put_back(turn, **day.keyed())
    speakers.add_speaker(day.hall, name="ZZPHATBIEU", unit="", kind="question", **day.keyed())
    desk.shift(day.hall, asked[2], up=True, **day.keyed())
    for question in asked:
        day.takes(question)
    day.looks("taken")
    day.shown["rows of the hall"] = repr(rows()).encode()
    day.shown["Redis"] = b" ".join(in_redis())
    day.minutes()
    pdf = tmp_path / "minutes.pdf"
    pdf.write_bytes(re.search(rb"%PDF.*", day.shown["minutes_pdf"], re.DOTALL)[0])
    day.shown["minutes_pdf"] += text_of_pdf(pdf).encode()
    day.shown["log"] = "\n".join(written.lines).encode()
    day.asked = asked
    return day


def rows():
    """Return {table: its rows} of the hall."""
    return {
        model._meta.db_table: list(model._base_manager.order_by("pk").values())
        for model in HALL.get_models()
    }


# --- nobody is named --------------------------------------------------------------------


def test_no_confidential_asker_is_in_anything_that_the_hall_shows_or_keeps(day):
    needles = {needle for number in range(ASKERS - 1) for needle in shapes(canary(number))}
    needles |= {f"zzcanary-{number}".encode() for number in range(ASKERS - 1)}
    found = [(place, needle) for place, said in day.shown.items() for needle in needles
             if needle != b"ZZCANARY" and needle in said]  # fmt: skip
    assert found == []
    print(f"J-17: {len(needles)} shapes of {ASKERS - 1} askers in 0 of {len(day.shown)} places")


def test_no_browser_of_an_asker_is_kept(day):
    """Neither its session nor its token against forgery, as they are or hashed."""
    needles = set()
    for secret in day.secrets:
        digests = (hashlib.sha256(secret.encode()), hashlib.sha1(secret.encode()))
        needles |= {secret, *(one.hexdigest() for one in digests)}
    assert len(day.secrets) == 2 * ASKERS
    for place in ("rows of the hall", "Redis", "log", CACHE, "join_state"):
        for needle in needles:
            assert needle.encode() not in day.shown[place], place


def test_the_search_finds_what_may_stand_there(day):
    """Who asks by name, at the desk alone; a cleared text and its answer, wherever the hall reads them."""
    for name, places in {
        NAMED: {"hall_desk", "hall_changes"},
        UNIT: {"hall_desk", "hall_changes"},
        canary(ASKERS - 1): {"hall_desk", "hall_changes"},
        "ZZPHATBIEU": {"hall_desk", "hall_changes", "rows of the hall"},
    }.items():
        assert {place for place, said in day.shown.items() if name.encode() in said} == places
    read = {place for place, said in day.shown.items() if TEXT.encode() in said}
    assert read == {
        *("hall_desk", "hall_changes", "join_hall", "join_state", "screen", "screen_state"),
        *(CACHE, "minutes, frozen", "minutes_docx", "minutes_pdf"),
    } | (read & {"minutes, page"})
    assert b"attempts:" in day.shown["Redis"]  # those who pressed are remembered there
    assert b"hall" in day.shown["rows of the hall"]
    assert day.shown["log"]


# --- no moment --------------------------------------------------------------------------


# {column: whom it names or what moment it bears}: the office's acts, what happens on the floor for
# everybody to hear, and the list of those who are invited. A new one is somebody's decision.
PEOPLE = {
    "DeskAct.by", "Guest.person", "Minutes.approved_by", "Minutes.changed_by", "MinutesMove.actor",
    "Submission.by", "TurnMove.actor",
}  # fmt: skip
MOMENTS = {
    "DeskAct.at", "DeskAct.undone_at", "Guest.reply_for", "Hall.opened_at", "Minutes.approved_at",
    "Minutes.changed_at", "MinutesMove.at", "Speaker.began_at", "Speaker.ended_at",
    "Speaker.paused_at", "Submission.at", "Turn.began_at", "Turn.ended_at", "Turn.paused_at",
    "TurnMove.at",
}  # fmt: skip


def test_each_column_that_names_a_person_or_a_moment_is_known():
    people, moments = set(), set()
    for model in HALL.get_models():
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            people |= {name} if field.related_model is User else set()
            kind = field.get_internal_type()
            moments |= {name} if kind in ("DateTimeField", "DateField", "TimeField") else set()
    assert (people, moments) == (PEOPLE, MOMENTS)


def test_signing_in_following_and_asking_touch_no_row_of_the_hall(world, clock):
    day = TheDay(world, clock)
    waiting = day.asks(0)
    day.cleared(waiting)
    before = rows()

    day.asks(1)
    for name in ("join_hall", "join_state"):
        assert day.browsers[1].get(reverse(f"hall:{name}", args=[day.hall.code])).status_code == 200

    assert rows() == before


def test_a_press_leaves_two_numbers_and_nothing_else(world, clock):
    day = TheDay(world, clock)
    waiting = day.asks(0)
    day.cleared(waiting)
    day.presses(0, waiting)
    before = rows()

    day.clock.now += dt.timedelta(minutes=7)
    day.presses(1, waiting)

    after = rows()
    changed = {table for table in after if after[table] != before[table]}
    assert changed == {Hall._meta.db_table, Place._meta.db_table}
    for table in changed:
        ((was, now),) = zip(before[table], after[table], strict=True)
        assert {name for name in now if now[name] != was[name]} == {"also"}


def test_the_memory_of_presses_tells_no_moment(world, clock):
    """Whoever reads Redis, or its file, sees when each key goes: all of a hall at the same time."""
    day = TheDay(world, clock)
    waiting = day.asks(0)
    day.cleared(waiting)

    assert_all_go_together(day, lambda number: day.presses(number, waiting))


def test_the_memory_of_draws_tells_no_moment(world, clock):
    """As little do the keys by which a telephone's passes are drawn once."""
    more_people(world)
    day = TheDay(world, clock)
    joining.let_seats_ask_unnamed(day.hall, on=True)

    def draws(number):
        answer = draw(fresh(day.hall), blinded=made(seed=number + 1)[1])
        assert answer.status_code == 200

    assert_all_go_together(day, draws)


def assert_all_go_together(day, act):
    """Act three times, 25 minutes apart: what each leaves in Redis goes at the same time."""
    server = Redis.from_url(settings.REDIS_URL)
    goes = set()
    for number in range(3):
        before = {key: server.expiretime(key) for key in server.scan_iter()}
        act(number)
        new = {key: server.expiretime(key) for key in server.scan_iter()}.items() - before.items()
        assert len(new) == 1
        # The clock of Redis stands still beside the portal's: what is left is told from the latter.
        goes |= {
            round(moment - server.time()[0] + day.clock.now.timestamp(), -1) for _, moment in new
        }
        day.clock.now += dt.timedelta(minutes=25)

    assert max(goes) - min(goes) < 10


def test_what_leads_to_an_asker_is_not_told_by_the_numbers_of_the_hall(world, clock):
    """The number of the hall's changes, its places and the stamps of all who are no desk."""
    day = TheDay(world, clock)

    def told():
        hall = Hall.objects.select_related("conference").get(pk=day.hall.pk)
        return hall.change, hall.also, queries.stamp(hall), queries.seats_stamp(hall), \
            queries.counts(hall)  # fmt: skip

    before = told()
    for number in range(ASKERS):
        day.asks(number)

    assert told() == before


# --- no order ---------------------------------------------------------------------------


def rho(order):
    """Return Spearman's rho of the places in `order` with the order of arrival, 0, 1, 2 …"""
    gaps = sum((place - arrived) ** 2 for place, arrived in enumerate(order))
    return 1 - 6 * gaps / (len(order) * (len(order) ** 2 - 1))


def test_the_queue_tells_no_order_of_arrival(world, clock):
    """Neither of those who came before the desk was opened nor of those who came between two acts."""
    number, conference = 400, world.conference

    def come(since):
        Question.objects.bulk_create(
            Question(
                conference=conference, committee=world.host, theme=world.themes[0], kind="opinion",
                level="confidential", original_text=f"{since + n}", received_at=LONG_MOMENT,
            )
            for n in range(number)
        )  # fmt: skip

    def order(since):
        placed = Place.objects.exclude(position=None).order_by("position")
        texts = [int(text) for text in placed.values_list("question__original_text", flat=True)]
        return [one - since for one in texts if since <= one < since + number]

    LONG_MOMENT = conference.asks_open_at  # noqa: N806 (one for all: a week, as in life)
    come(0)
    hall = desk.open_hall(conference, at=clock.now)
    come(number)
    first = Question.objects.get(original_text="0")
    desk.shift(hall, first, up=True, key=uuid.uuid4(), by=world.clerk, at=clock.now)

    for since in (0, number):
        assert len(order(since)) == number
        print(f"J-17: queue of {number}: rho = {rho(order(since)):+.3f}")
        assert abs(rho(order(since))) < 0.15
    assert rho(list(range(number))) == 1  # the measure sees an order


def test_when_the_conference_is_closed_no_place_and_no_act_is_left(day):
    assert rows()[Place._meta.db_table]
    by = {"by": day.world.clerk, "at": day.clock.now}
    conferences.close_conference(fresh(day.world.conference), **by)

    closing.forget_desks(at=day.clock.now)

    left = rows()
    assert (left["hall_place"], left["hall_deskact"]) == ([], [])
