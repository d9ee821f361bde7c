"""J-02: from each role's account, with every form it can reach, nobody comes to know a name."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.db import connection

from committees.models import Role, User
from sessions.askers import unsealing
from sessions.domain import questions
from tests.attacks.becoming import Crawler
from tests.attacks.power import COVERS
from tests.openings import coded
from tests.world import NOON

ROLES = ("head", "officer", "administrator", "clerk", "leader", "colleague", "other_secretary")
# appointing, by hand and by list; asking for a name, agreeing to it, reading it
FOUR = ("member_add", "import_upload", "question_unseal", "opening_decide", "opening_show")
ROOT = Path(__file__).resolve().parents[2]
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
    print(f"J-02: {crawler.figures()}")
    print(f"  sent and never taken: {crawler.never_taken()}")
    return crawler


def test_two_acts_lead_to_no_name(world, question):
    crawler = crawl(world, question, "officer", depth=2, is_narrow=True)
    assert crawler.ways == []
    assert crawler.states > 1  # it can win something: a colleague gets a role


@pytest.mark.long
@pytest.mark.parametrize("role", ROLES)
def test_four_acts_lead_to_no_name(world, question, role):
    assert crawl(world, question, role, depth=4).ways == []


ACTS = re.compile(r"^\| [^|`]+ \| `(\w+)` \| " + r"(yes|–) \| " * 5 + r"(yes|–) \|$", re.MULTILINE)


# Whoever wrote a note corrects it, and whoever may write one can have written it.
OF_WHOEVER_WROTE = {"can_change_note": "can_write_note"}


def test_who_covers_another_may_do_all_the_same():
    """What the search leaves out by `COVERS`, the table of who may do what gives to nobody else."""
    columns = [Role.SECRETARY, Role.CLERK, Role.LEADER, Role.STAFF, Role.HEAD, Role.OFFICER]
    rows = ACTS.findall((ROOT / "docs/permissions.md").read_text(encoding="utf-8"))
    assert len(rows) > 40
    cells = {act: row for act, *row in rows}
    for act, *row in rows:
        row = cells[OF_WHOEVER_WROTE[act]] if act in OF_WHOEVER_WROTE else row
        may = {role for role, cell in zip(columns, row, strict=True) if cell == "yes"}
        for role, less in COVERS.items():
            assert role in may or not may & set(less), row


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
    monkeypatch.setattr(
        "sessions.permissions.appointers_of", lambda requests: {one.pk: set() for one in requests}
    )
    without_triggers("dialogue_sessions_openingrequest", "dialogue_sessions_openingdecision")
    crawler = crawl(world, question, "officer", depth=4, is_narrow=True)
    assert crawler.ways
    assert all(way[-1][1].endswith("/show/") for way in crawler.ways)
    assert all(crawler.taken[form] for form in FOUR)
