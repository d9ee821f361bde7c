"""Who asked, and who may know it."""

import re

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from committees.domain import deputies
from committees.models import Membership, User
from foundation.clock import start_of
from foundation.key_prints import left_without
from sessions.askers.identity import (
    NOBODY,
    asked_by,
    asker_key,
    asker_shown_to,
    is_asker,
    names_asker,
    own_address,
    own_question_id,
    questions_of,
    who_sees_what,
)
from sessions.domain import answers, questions, triage
from sessions.models import Question
from tests.openings import coded
from tests.world import LONG_AGO, NOON, PEOPLE, day, make_conference

pytestmark = pytest.mark.django_db


def ask(world, level, by=None):
    return questions.submit_question(
        world.conference,
        text="Ai duyệt danh sách nâng lương?",
        theme=world.themes[2],
        kind="opinion",
        level=level,
        by=by or world.staff,
        at=NOON,
    )


def anonymous(world):
    return Question.objects.create(
        conference=world.conference,
        committee=world.host,
        theme=world.themes[2],
        kind="opinion",
        level="anonymous",
        original_text="Ai duyệt danh sách nâng lương?",
        received_at=NOON,
    )


def test_a_confidential_question_holds_no_person_anywhere(world):
    question = ask(world, "confidential")
    questions.change_question(
        question, text="Ai duyệt?", theme=world.themes[1], kind="opinion", version=1, at=NOON
    )
    questions.withdraw_question(question, at=NOON)

    question.refresh_from_db()
    assert (question.author, question.asker_name, question.asker_unit) == (None, "", "")
    assert list(question.moves.values_list("actor", flat=True)) == [None]
    for model in apps.get_app_config("dialogue_sessions").get_models():
        people = [
            field.attname
            for field in model._meta.concrete_fields
            if field.related_model is type(world.staff)
        ]
        for name in people:
            assert not model.objects.filter(**{name: world.staff.pk}).exists(), (model, name)


def test_the_pseudonym_needs_the_key_and_differs_from_conference_to_conference(
    world, settings, tmp_path
):
    settings.KEYS_DIR = tmp_path  # a key used here is no key of the portals that other tests start
    other = make_conference(world.host, world.secretary)
    key = asker_key(world.staff, world.conference)

    assert key != asker_key(world.staff, other)
    assert key != asker_key(world.colleague, world.conference)
    settings.IDENTITY_KEY = "another-key"
    assert key != asker_key(world.staff, world.conference)


def test_the_identity_key_can_be_changed_while_the_earlier_one_is_named(world, settings, tmp_path):
    """J-14: nobody's "My questions" is emptied without a word."""
    settings.KEYS_DIR = tmp_path
    before = ask(world, "confidential")
    earlier, settings.IDENTITY_KEY = settings.IDENTITY_KEY, "n" * 50
    settings.IDENTITY_KEYS = ["n" * 50, earlier]
    after = ask(world, "confidential")

    assert set(questions_of(world.staff)) == {before, after}
    assert is_asker(world.staff, before)
    assert before.asker_key != after.asker_key
    assert left_without(tmp_path, settings.IDENTITY_KEYS) == 0
    assert left_without(tmp_path, ["n" * 50]) == 1


def test_an_asker_finds_the_own_questions_and_nobody_elses(world):
    named, confidential = ask(world, "named"), ask(world, "confidential")
    theirs = ask(world, "confidential", by=world.colleague)

    assert set(questions_of(world.staff)) == {named, confidential}
    assert set(questions_of(world.colleague)) == {theirs}
    for mine in (named, confidential):
        assert is_asker(world.staff, mine)
        assert not is_asker(world.secretary, mine)


def test_a_recorded_question_is_nobodys_own(world):
    question = questions.record_question(
        world.conference, text="Giấy", theme=world.themes[0], kind="opinion", channel="paper",
        level="confidential", by=world.clerk, at=NOON,
    )  # fmt: skip

    assert question.asker_key == ""
    assert not is_asker(world.clerk, question)
    assert not questions_of(world.clerk).exists()


@pytest.mark.parametrize("who", PEOPLE)
def test_who_reads_the_name_of_a_named_question(world, who):
    question = ask(world, "named")
    question.assignee = world.leader

    shown = asker_shown_to(question, world.people[who])

    assert shown == ("Đỗ Minh Đức" if who in ("secretary", "clerk", "staff") else NOBODY)


@pytest.mark.parametrize(
    ("name", "unit", "shown"),
    [
        ("Lý Văn Tám", "Tổ 4", "Lý Văn Tám, Tổ 4"),
        ("Lý Văn Tám", "", "Lý Văn Tám"),
        ("", "Tổ 4", "Tổ 4"),
        ("", "", NOBODY),
    ],
)
def test_what_stood_on_the_paper_is_shown_to_the_office_alone(world, name, unit, shown):
    question = Question(
        conference=world.conference, committee=world.host, level="named", asker_name=name,
        asker_unit=unit, assignee=world.leader,
    )  # fmt: skip

    assert asker_shown_to(question, world.clerk) == shown
    assert asker_shown_to(question, world.leader) == NOBODY


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("Đồng chí Đỗ Minh Đức viết chưa rõ.", True),
        ("do minh duc viet chua ro", True),
        ("ĐỖ  MINH\nĐỨC.", True),
        ("Hỏi lại staff@example.vn.", True),
        ("Minh Đức viết chưa rõ.", False),  # a part of it may be anybody's
        ("Đỗ Minh Đức Anh", True),
        ("Đỗ Minh và Đức", False),
        ("Đỗ Minh Đứcx", False),
        ("Lý viết chưa rõ.", True),
        ("Ly viết chưa rõ, lý do khác.", True),
        ("Ly viết chưa rõ.", False),  # a single word must bear its marks
        ("", False),
    ],
)
def test_a_text_that_names_who_asked_by_name_is_found(world, text, is_named):
    assert names_asker(text, Question(author=world.staff, asker_name="Lý")) is is_named


def test_of_who_gave_no_name_there_is_nothing_to_look_for(world):
    assert not names_asker("Đỗ Minh Đức", Question(level="confidential"))
    assert names_asker("Lý Văn Tám", Question(level="named", asker_name="Lý Văn Tám"))
    assert names_asker("Hỏi ly tam.", Question(level="named", asker_name="Lý Tám"))


def test_the_own_address_of_a_question_opens_it_to_its_asker_alone(world):
    named, confidential = ask(world, "named"), ask(world, "confidential")
    theirs = ask(world, "confidential", by=world.colleague)
    found = {own_address(world.staff, one.pk): one.pk for one in (named, confidential)}

    assert {address: own_question_id(world.staff, address) for address in found} == found
    assert own_question_id(world.staff, named.pk) == named.pk  # as older links have it
    assert len({*found, named.pk, confidential.pk}) == 4
    for address in (*found, own_address(world.staff, theirs.pk), theirs.pk):
        assert own_question_id(world.secretary, address) is None
    assert own_question_id(world.staff, theirs.pk) is None
    assert own_question_id(world.staff, own_address(world.colleague, named.pk)) is None


def test_the_own_address_stays_what_it_is(settings):
    """It stands in bookmarks: another one would be a question that is not found again."""
    settings.SECRET_KEY = "k" * 50
    address = own_address(User(pk=7), "0190f2a4-0000-7000-8000-000000000001")

    assert f"{address}" == "5cb30645-0508-5907-3907-0e4293867f53"


def test_an_account_that_was_recovered_is_somebody_new(world):
    question = ask(world, "confidential")
    world.staff.asker_salt = b"somebody new"

    assert not is_asker(world.staff, question)
    assert not questions_of(world.staff).exists()
    again = ask(world, "confidential")
    assert set(questions_of(world.staff)) == {again}
    world.staff.asker_salt = b"and once more"
    assert not is_asker(world.staff, again)


def test_the_own_questions_are_looked_for_in_the_conferences_that_were_named(world):
    other = make_conference(world.host, world.secretary, asks_open_at=world.conference.asks_open_at)
    here = {ask(world, "confidential"), ask(world, "named")}
    there = {
        questions.submit_question(
            other, text="?", theme=world.themes[0], kind="opinion", level=level,
            by=world.staff, at=NOON,
        )
        for level in ("confidential", "named")
    }  # fmt: skip

    assert set(questions_of(world.staff)) == here | there
    assert set(questions_of(world.staff, conferences=[other.pk])) == there
    assert set(questions_of(world.staff, conferences=[])) == set()
    assert asked_by(world.staff, next(one for one in here if one.level == "confidential"))
    assert not asked_by(world.staff, next(one for one in here if one.level == "named"))
    assert not asked_by(world.colleague, next(one for one in here if one.level == "confidential"))


@pytest.mark.parametrize("who", PEOPLE)
def test_nobody_reads_the_name_of_a_confidential_one(world, who):
    assert asker_shown_to(ask(world, "confidential"), world.people[who]) == NOBODY


@pytest.mark.parametrize("level", ["named", "confidential", "anonymous"])
def test_the_table_on_the_form_says_what_the_pages_do(world, level):
    question = anonymous(world) if level == "anonymous" else ask(world, level)
    Question.objects.filter(pk=question.pk).update(assignee=world.leader)
    question.co_responders.create(person=world.other_leader, named_by=world.clerk, named_at=NOON)
    today = timezone.localdate()
    deputies.name_deputy(
        world.host, leader=world.leader, deputy=world.colleague, starts_on=today, ends_on=today,
        reason="Đi công tác.", by=world.clerk, at=timezone.now(),
    )  # fmt: skip
    coded(question)

    table = who_sees_what(level)

    someone = User.objects.create(username="ngan", full_name="Hà Kim Ngân")
    Membership.objects.create(user=someone, committee=world.host, role="staff", starts_on=LONG_AGO)
    people = (
        *(world.secretary, world.clerk, world.leader, world.other_leader),
        *(world.colleague, someone, world.officer),
    )
    for row, person in zip(table, people, strict=True):
        client = Client()
        client.force_login(person)
        asks = client.post(
            f"/triage/{question.pk}/unseal/", {"reason": "Cần biết để bảo vệ người hỏi."}
        )
        assert (row.content, row.name, row.sealed) == (
            Question.objects.visible_to(person).filter(pk=question.pk).exists(),
            asker_shown_to(question, person) != NOBODY,
            asks.status_code == 302 and level == "confidential",
        )


def test_a_leader_reads_the_same_page_for_every_level(client, world):
    pages = {}
    for level in ("named", "confidential"):
        question = ask(world, level)
        Question.objects.filter(pk=question.pk).update(
            assignee=world.leader, state="assigned", due_on=day(10), number=7
        )
        client.force_login(world.leader)
        page = client.get(f"/answers/{question.pk}/").content.decode()
        tokens = page.split('name="csrfmiddlewaretoken" value="')
        page = tokens[0] + "".join(token[64:] for token in tokens[1:])
        page = page.replace(str(question.pk), "ID")
        pages[level] = re.sub(r"(?<=:ID:)[0-9a-f]{32}", "KEY", page)  # of person and question
        # The next one has the number, and the menu counts it alone.
        Question.objects.filter(pk=question.pk).update(number=None, assignee=None, state="received")

    assert pages["named"] == pages["confidential"]
    assert "Đỗ Minh Đức" not in pages["named"]


def test_what_was_taken_out_of_a_text_is_found_by_nobody_who_reads_the_rest(client, world):
    """The search would otherwise say to a colleague in whose text a name or a room had stood."""
    question = questions.submit_question(
        world.conference, text="Tôi là Đức, phòng 304 nhà B. Bao giờ sửa mái che khu để xe?",
        theme=world.themes[2], kind="opinion", level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    triage.edit_question(
        question, display_text="Bao giờ sửa mái che khu để xe?", edited_ok=True, in_report=True,
        times_raised=1, version=1,
    )  # fmt: skip
    question.refresh_from_db()
    answers.record_live_answer(
        question, text="Quý này.", answered_by="Văn phòng", by=world.clerk, at=NOON
    )
    client.force_login(world.colleague)

    def found(address, word):
        if address == similar:
            return "Quý này." in client.post(address, {"text": word}).content.decode()
        return "Quý này." in client.post(address, {"q": word}, follow=True).content.decode()

    similar = f"/conferences/{world.conference.pk}/similar/"
    assert found("/questions/answered/", "mai che")
    assert found(similar, "bao giờ sửa mái che khu để xe")
    assert not found("/questions/answered/", "phong 304")
    assert not found("/questions/answered/", "toi la duc")
    assert not found(similar, "tôi là đức phòng 304 nhà b")
    assert client.get(similar, {"text": "mái che"}).status_code == 405


def test_the_database_refuses_a_confidential_question_with_an_author(world):
    from django.db import IntegrityError, transaction

    question = ask(world, "confidential")
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(author=world.staff)
    with pytest.raises(IntegrityError), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(level="anonymous")


def test_the_window_is_the_conferences(world):
    assert start_of(day(0)) < NOON
    with pytest.raises(questions.WindowClosed):
        questions.submit_question(
            world.conference, text="x", theme=world.themes[0], kind="opinion", level="named",
            by=world.staff, at=world.conference.asks_close_at,
        )  # fmt: skip
    with pytest.raises(questions.LevelNotOffered):
        ask(world, "anonymous")
