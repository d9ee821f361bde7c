"""Following from one's seat: by a short code, on the day, what was cleared and nobody's name."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from foundation import limits
from foundation.throttle import Bucket
from hall import queries
from hall.domain import desk, joining
from hall.models import Hall
from sessions.domain import conferences, triage
from tests.hall.floor import PROMISE, a_question, another, begun, called, fresh, keyed, opened, said

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def nobody_guessed(monkeypatch):
    monkeypatch.setattr("hall.views.joining.misses", Bucket(3, 600))


def follow(code, name="join_hall", **asked):
    return Client().get(reverse(f"hall:{name}", args=[code]), asked)


def code_of(world):
    return opened(world).code


def test_the_code_has_six_characters_and_leads_to_the_conference(world, at):
    code = code_of(world)
    assert len(code) == 6

    typed = Client().get(reverse("hall:join"), {"code": f" {code[:3].lower()} {code[3:]} "})
    page = Client().get(typed.url)

    assert page.status_code == 200
    assert world.conference.title in page.content.decode()


def test_each_hall_has_a_code_of_its_own(world, at, monkeypatch):
    first = opened(world)
    made = iter([first.code, "ZZZZ99"])
    monkeypatch.setattr("hall.domain.desk.new_code", lambda length: next(made))

    assert another(world.conference).code == "ZZZZ99"


@pytest.mark.parametrize(("days", "status"), [(-1, 404), (0, 200), (1, 404)])
def test_it_is_good_for_the_day_of_the_conference(world, at, days, status):
    at.now = world.conference.starts_at + days * DAY

    assert follow(code_of(world)).status_code == status


def test_what_is_no_code_is_told_and_guesses_are_slowed_down(world, at):
    code = code_of(world)
    others = [desk.new_code(desk.CODE_LENGTH) for _ in range(9)]
    others = [one for one in others if one != code]

    assert follow("KHONGPHAI").status_code == 404
    assert [follow(one).status_code for one in others[:5]] == [404, 404, 404, 429, 429]
    assert follow(code).status_code == 200  # whoever has the code is never kept waiting
    refused = Client().get(reverse("hall:join"), {"code": "12"})
    assert refused.status_code == 422
    assert "sáu ký tự" in refused.content.decode()


def test_what_was_cleared_is_read_with_its_answer_and_promise(world, at):
    question = a_question(world, "Khi nào sửa mái?", level="named")
    triage.clear_text(question, by=world.clerk, at=begun(world))
    turn = called(world, question)
    assert "Khi nào sửa mái?" in follow(code_of(world)).content.decode()

    desk.answer_turn(turn, **said(turn), promise=PROMISE, **keyed(world))

    page = follow(code_of(world)).content.decode()
    for words in ("Khi nào sửa mái?", "Sẽ sửa trong quý III.", PROMISE["text"]):
        assert words in page
    assert world.staff.full_name not in page


def test_what_was_not_cleared_is_not_read(world, at):
    turn = called(world, a_question(world, "Nêu đích danh ông Ba."))
    during = follow(code_of(world)).content.decode()
    desk.answer_turn(turn, **said(turn), **keyed(world))

    after = follow(code_of(world)).content.decode()

    assert "Nội dung chưa được duyệt" in during
    assert not any("đích danh" in page for page in (during, after))
    assert "Sẽ sửa trong quý III." not in after


def test_what_was_taken_back_is_not_read_any_more(world, at):
    question = a_question(world, "Khi nào sửa mái?")
    triage.clear_text(question, by=world.clerk, at=begun(world))
    called(world, question)
    by = {"by": world.clerk, "at": begun(world)}
    triage.merge_questions(fresh(question), into=a_question(world, "Khác"), **by)

    page = follow(code_of(world)).content.decode()

    assert "Khi nào sửa mái?" not in page
    assert "Nội dung chưa được duyệt" in page


def test_a_telephone_asks_a_number_and_the_database_once_a_second(
    world,
    at,
    django_assert_num_queries,
):
    code, hall = code_of(world), opened(world)
    stamp = queries.seats_stamp(hall)
    assert follow(code, "join_state", since=stamp).status_code == 304

    with django_assert_num_queries(0):
        assert follow(code, "join_state", since=stamp).status_code == 304
    caches["local"].clear()  # a second later
    desk.call_up(hall, a_question(world), **keyed(world))
    changed = follow(code, "join_state", since=stamp)

    assert changed.status_code == 200
    assert f'data-change="{queries.seats_stamp(Hall.objects.get())}"' in changed.content.decode()


def test_that_nothing_is_new_is_told_also_while_no_place_is_free(world, at, monkeypatch):
    """With the headers of a page, and kept by nobody."""
    code = code_of(world)
    stamp = queries.seats_stamp(opened(world))
    first = follow(code, "join_state", since=stamp)
    monkeypatch.setitem(limits.gates, "pages", limits.Gate(0, 0, 0))

    told = follow(code, "join_state", since=stamp)
    others = [follow(code, "join_state", since=0), follow(code), follow("KHONGPHAI", "join_state")]

    assert [first.status_code, told.status_code] == [304, 304]
    assert [one.status_code for one in others] == [503] * 3
    for header in ("Cache-Control", "Content-Security-Policy", "Permissions-Policy"):
        assert told[header] == first[header]
    assert "no-store" in told["Cache-Control"]


def test_the_anonymous_host_knows_no_hall_also_where_nothing_is_new(world, at, settings):
    code = code_of(world)
    stamp = queries.seats_stamp(opened(world))
    assert follow(code, "join_state", since=stamp).status_code == 304

    elsewhere = Client(SERVER_NAME=settings.ANONYMOUS_HOST)
    told = elsewhere.get(reverse("hall:join_state", args=[code]), {"since": stamp})

    assert told.status_code == 404


def test_what_is_not_seen_from_the_seats_loads_nothing_there(world, at):
    """Three hundred telephones do not load their page anew with each letter of the gist."""
    hall, turn = opened(world), called(world)
    before = queries.seats_stamp(fresh(hall))

    desk.save_gist(turn, version=1, text="Sẽ sửa", answered_by="")
    desk.star(hall, a_question(world), on=True, **keyed(world))
    desk.turn_clock(turn, **keyed(world))

    assert queries.seats_stamp(fresh(hall)) == before


def test_nobody_in_the_hall_is_told_that_a_question_has_just_come(world, at):
    """Telephones, screen and its number of those that wait: they change once the office has sorted it."""
    hall = opened(world)

    def told():
        return queries.seats_stamp(hall), queries.stamp(hall), queries.counts(hall)["waiting"]

    before, at_the_desk = told(), queries.desk_stamp(hall)
    question = a_question(world)
    assert told() == before
    assert queries.desk_stamp(hall) != at_the_desk  # the desk is told

    by = {"by": world.clerk, "at": begun(world)}
    triage.classify_question(question, theme=question.theme, kind="opinion", **by)

    assert all(one != was for one, was in zip(told(), before, strict=True))


def test_what_is_sent_to_all_is_drawn_once(world, at, django_assert_num_queries):
    """What differs is the order of one list; and the token of no browser stands in it."""
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    texts = [f"Câu hỏi số {n}?" for n in range(6)]
    for text in texts:
        triage.clear_text(a_question(world, text), by=world.clerk, at=begun(world))
    telephone = Client()
    telephone.cookies[settings.CSRF_COOKIE_NAME] = get_random_string(32)
    telephone.get(reverse("hall:join_state", args=[hall.code]), {"seed": "<b>"})

    with django_assert_num_queries(0):
        told = {seed: follow(hall.code, "join_state", seed=seed).content.decode() for seed in "a"}
    told |= {seed: follow(hall.code, "join_state", seed=seed).content.decode() for seed in "bc<"}

    page = follow(hall.code, seed="a").content.decode()
    tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w{64})"', page))
    for token in tokens:
        page = page.replace(token, "")
    assert "".join(told["a"].split()) in "".join(page.split())
    assert tokens
    orders = {tuple(re.findall(r"Câu hỏi số \d+\?(?=</div>)", one)) for one in told.values()}
    assert len(orders) > 1
    assert {tuple(sorted(one)) for one in orders} == {tuple(texts)}
    assert not any(
        re.search(r'name="csrfmiddlewaretoken" value="[^"]', one) for one in told.values()
    )
    assert 'data-seed="&lt;"' in told["<"]


def test_nobody_is_told_that_somebody_reads(world, at, django_assert_max_num_queries):
    """The page says so: nothing is written anywhere, and nothing is left at whoever read."""
    code = code_of(world)
    reader = Client()
    with django_assert_max_num_queries(20) as asked:
        for name in ("join_hall", "join_state"):
            assert reader.get(reverse(f"hall:{name}", args=[code])).status_code == 200

    assert [one["sql"][:6] for one in asked.captured_queries] == ["SELECT"] * len(asked)
    assert settings.SESSION_COOKIE_NAME not in reader.cookies


def test_when_it_is_closed_whoever_follows_is_told(world, at):
    code, by = code_of(world), {"by": world.clerk, "at": begun(world)}
    conferences.hold_conference(world.conference, **by)
    conferences.close_conference(world.conference, **by)

    told = follow(code, "join_state", since=0)

    assert told.status_code == 200
    assert "Hội nghị đã kết thúc" in told.content.decode()
    assert follow(code).status_code == 404
