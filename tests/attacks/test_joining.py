"""J-01: no value, equal or derivable, stands on a row with an asker and on a row without.

The attacker has a copy of every table, follows every foreign key and knows the program, but
not the keys. A value that leads to one person alone, found beside a question that bears no
name, is a guess.
"""

import base64
import contextlib
import hashlib
import json
import re
import uuid
from collections import Counter, defaultdict

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from committees.models import Membership, Role, User
from hall.domain import desk, joining, screens
from hall.models import DeskAct, Place
from sessions.askers import receipts
from sessions.askers.identity import is_asker
from sessions.askers.sealing import CannotOpen, open_seal
from sessions.domain import questions, triage
from sessions.models import Question
from tests.attacks.test_linking import most_that_chance_gives
from tests.hall.floor import begun
from tests.openings import opened
from tests.walls.scene import build_scene
from tests.world import LONG_AGO, NOON

pytestmark = pytest.mark.django_db

PEOPLE, EACH = 24, 3
WORD = re.compile(r"[\w+/=-]{6,}")


@pytest.fixture
def asked(world):
    """Return {id of a confidential question: id of its asker}; everybody asks by name as well."""
    build_scene(world)
    people = [world.staff]
    for number in range(PEOPLE - 1):
        person = User.objects.create_user(f"asker{number}", full_name=f"Người Hỏi {number}")
        Membership.objects.create(
            user=person, committee=world.host, role=Role.STAFF, starts_on=LONG_AGO
        )
        people.append(person)
    truth = {}
    for number in range(PEOPLE * EACH * 2):
        level = ("named", "confidential")[number % 2]
        by = people[number // 2 % PEOPLE]
        form_key = uuid.uuid4()
        question = questions.submit_question(
            world.conference,
            text=f"Câu hỏi thứ {number} của buổi đối thoại",
            theme=world.themes[number % 5],
            kind="opinion",
            level=level,
            by=by,
            at=NOON,
            form_key=form_key,
            receipt=receipts.made_here(form_key) if number % 3 else None,
        )
        if level == "confidential":
            truth[str(question.pk)] = by.pk
    for pk in list(truth)[:5]:
        opened(Question.objects.get(pk=pk), world, at=NOON)
    in_the_hall(world, people)
    return truth


def in_the_hall(world, people):
    """The conference runs: everybody presses, with one telephone each, where they asked, named or not."""
    at = begun(world)
    hall = desk.open_hall(world.conference, at=at)
    joining.let_seats_ask(hall, on=True)
    sent = Question.objects.filter(original_text__startswith="Câu hỏi thứ")
    asked = sorted(sent, key=lambda one: int(re.search(r"\d+", one.original_text)[0]))
    phones = {
        person.pk: hashlib.sha256(f"phone {person.pk}".encode()).hexdigest() for person in people
    }
    for number, question in enumerate(asked):
        triage.clear_text(question, by=world.clerk, at=at)
        joining.ask_the_same(hall, question, phone=phones[people[number // 2 % PEOPLE].pk], at=at)
    for number, question in enumerate(asked[:PEOPLE]):
        act = {"by": world.clerk, "at": at}
        desk.star(hall, question, on=True, key=uuid.uuid4(), **act)
        desk.shift(hall, question, up=False, key=uuid.uuid4(), **act)
        turn = desk.call_up(hall, question, key=uuid.uuid4(), **act)
        screens.show(hall, "question", question=question, key=uuid.uuid4(), **act)
        text = f"Trả lời thứ {number}"
        desk.answer_turn(
            turn, version=1, text=text, answered_by="Lãnh đạo", key=uuid.uuid4(), **act
        )


def tables():
    """Return {table: ([column, …], {column: table it points to}, [row, …])}."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            relations = connection.introspection.get_relations(cursor, table)
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [one.name for one in cursor.description]
            found[table] = (
                names,
                {column: where for column, (_, where) in relations.items()},
                [dict(zip(names, row, strict=True)) for row in cursor.fetchall()],
            )
    return found


def traces(value):
    """Return `value` in every shape in which it might stand elsewhere: written otherwise, hashed."""
    if value is None or isinstance(value, bool | int | float):
        return
    if isinstance(value, bytes | memoryview):
        yield bytes(value).hex()
        value = base64.b64encode(value).decode()
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    for word in [text, *WORD.findall(text)] if len(text) < 2_000 else WORD.findall(text):
        plain = word.lower().replace("-", "")
        yield plain
        yield hashlib.sha256(word.encode()).hexdigest()
        yield hashlib.sha256(plain.encode()).hexdigest()


def guesses(askers, unnamed, *, neighbours=False):
    """Return {question: the person that what stands beside it names, most often}.

    An act of the desk that moves a question names its neighbour in the queue, which somebody else may have
    asked by name. `neighbours` follows that as well.
    """
    everything = tables()
    asked = [] if neighbours else Question.objects.values_list("pk", flat=True)
    others = {trace for pk in asked for trace in traces(str(pk))}
    names = defaultdict(set)
    for columns, relations, rows in everything.values():
        people = [one for one in columns if relations.get(one) == "committees_user"]
        for row in rows:
            those = {row[one] for one in people} & askers
            if len(those) == 1:
                for column in columns:
                    for trace in traces(row[column]):
                        if trace not in others:
                            names[trace] |= those
    votes = defaultdict(Counter)
    for table, (columns, relations, rows) in everything.items():
        where = [one for one in columns if relations.get(one) == "dialogue_sessions_question"]
        where += ["id"] if table == "dialogue_sessions_question" else []
        for row in rows:
            for question in {str(row[one]) for one in where} & unnamed:
                for column in columns:
                    for trace in traces(row[column]):
                        if len(names.get(trace, ())) == 1:
                            votes[question][next(iter(names[trace]))] += 1
    return {question: counted.most_common(1)[0][0] for question, counted in votes.items()}


def right(truth, **how):
    found = guesses(set(truth.values()), set(truth), **how)
    return sum(truth[question] == person for question, person in found.items())


def test_what_stands_on_rows_with_a_name_leads_to_none_without(asked):
    assert len(asked) == PEOPLE * EACH
    assert right(asked) == 0
    # The queue has an order of its own: who stands beside whom tells no more than chance does.
    assert right(asked, neighbours=True) <= most_that_chance_gives(len(asked), PEOPLE)


def test_the_attacker_would_win_if_a_value_stood_on_both(asked):
    """The harness can fail: one value a person, written where both kinds of rows have it."""
    for question, person in asked.items():
        mark = hashlib.sha256(f"{person}".encode()).hexdigest()
        Question.objects.filter(pk=question).update(passed_to=f"Chuyển {mark}")
        Question.objects.filter(author_id=person).update(passed_reason=mark.upper())
    assert right(asked) > 0.9 * len(asked) > most_that_chance_gives(len(asked), PEOPLE)


def test_the_attacker_would_win_if_a_press_left_its_telephone(asked):
    """Rows of the hall are among those that are joined: it is enough that acts keep who pressed."""
    for question, person in asked.items():
        mark = hashlib.sha256(f"phone {person}".encode()).hexdigest()
        place = Place.objects.get(question=question)
        number = DeskAct.objects.count() + 1
        for one in (place.question, Question.objects.filter(author_id=person).first()):
            DeskAct.objects.create(
                hall=place.hall, number=number, kind="place", question=one, before={"phone": mark},
                by_id=person if one.author_id else User.objects.get(username="clerk").pk, at=NOON,
            )  # fmt: skip
            number += 1
    assert right(asked) > 0.9 * len(asked) > most_that_chance_gives(len(asked), PEOPLE)


@pytest.mark.parametrize("level", ["named", "anonymous"])
def test_the_database_refuses_a_pseudonym_on_any_other_level(world, level):
    author = {"author": world.staff} if level == "named" else {}
    with pytest.raises(IntegrityError, match="only_a_confidential"), transaction.atomic():
        Question.objects.create(
            conference=world.conference, committee=world.host, theme=world.themes[0],
            kind="opinion", level=level, original_text="Câu hỏi", asker_key="a" * 64,
            received_at=timezone.now(), **author,
        )  # fmt: skip


def test_what_opens_the_confidential_names(asked, settings, tmp_path):
    """J-14, A-20: database and KEYS_DIR name everybody, database and IDENTITY_KEY nobody."""
    secret, people = settings.IDENTITY_KEY, {person.pk: person for person in User.objects.all()}

    def by_seal():
        opened = 0
        for question, person in asked.items():
            with contextlib.suppress(CannotOpen):
                opened += open_seal(Question.objects.get(pk=question)) == person
        return opened

    def by_pseudonym():
        return sum(
            is_asker(people[person], Question.objects.get(pk=question))
            for question, person in asked.items()
        )

    settings.IDENTITY_KEY, settings.IDENTITY_KEYS = "?" * 50, ["?" * 50]
    assert (by_seal(), by_pseudonym()) == (len(asked), 0)
    settings.IDENTITY_KEY, settings.IDENTITY_KEYS = secret, [secret]
    settings.KEYS_DIR = tmp_path
    assert (by_seal(), by_pseudonym()) == (0, 0)
