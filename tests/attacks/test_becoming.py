"""J-02: from each role's account, with every form it can reach, nobody comes to know a name."""

import datetime as dt

import pytest
from django.db import connection

from committees.models import User
from sessions.domain import questions, unsealing
from tests.attacks.becoming import Crawler
from tests.openings import coded
from tests.world import NOON

ROLES = ("head", "officer", "administrator", "clerk", "leader", "colleague", "other_secretary")
pytestmark = pytest.mark.django_db


@pytest.fixture
def question(world):
    """Asked by the staff of the world; sorted, so that its name can be asked for."""
    User.objects.create_superuser(
        "administrator", "admin@example.vn", "x", full_name="Người quản trị"
    )
    return coded(
        questions.submit_question(
            world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion",
            level="confidential", by=world.staff, at=NOON,
        )
    )  # fmt: skip


def crawl(world, question, role, **how):
    attacker = User.objects.get(username=role)
    crawler = Crawler(world, attacker, world.outsider, question, **how)
    crawler.search()
    print(
        f"J-02: {role}: {crawler.tried} acts from {len(crawler.states)} states,"
        f" {crawler.depth} deep: {len(crawler.ways)} ways to a name"
    )
    return crawler


def test_two_acts_lead_to_no_name(world, question):
    crawler = crawl(world, question, "officer", depth=2, is_narrow=True)
    assert crawler.ways == []
    assert len(crawler.states) > 1  # it can win something: a colleague gets a role


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_four_acts_lead_to_no_name(world, question, role):
    assert crawl(world, question, role, depth=4).ways == []


# --- the search can find: each rule taken out ------------------------------------------


def without_triggers(*tables):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # none may wait while a table is altered
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_it_finds_the_way_when_roles_may_be_taken_for_oneself(world, question, monkeypatch):
    monkeypatch.setattr("committees.domain.members.check_role", lambda *_, **__: None)
    without_triggers("committees_membership")
    crawler = crawl(world, question, "officer", depth=1, is_narrow=True)
    assert {way[-1][2] for way in crawler.ways} == {"secretary", "clerk"}


@pytest.mark.long
def test_it_finds_the_way_when_a_secretary_of_today_may_ask(world, question, monkeypatch):
    """Four acts: the officer appoints a colleague, who asks; the officer agrees; it is read."""
    monkeypatch.setattr(unsealing, "HELD_FOR", dt.timedelta(0))
    without_triggers("dialogue_sessions_openingrequest")
    crawler = crawl(world, question, "officer", depth=4, is_narrow=True)
    assert crawler.ways
    assert all(way[-1][1].endswith("/show/") for way in crawler.ways)
