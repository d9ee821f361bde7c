"""A-18: who copies the database reads no confidential asker's name but in the list of accounts."""

import pytest
from django.db import connection

from sessions.domain import questions
from sessions.models import Question
from tests.world import NOON

pytestmark = pytest.mark.django_db


def tables_with(text):
    """Return (the tables of which a row, read as text, holds the text, how many tables there are)."""
    tables = connection.introspection.table_names()
    found = set()
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                f"SELECT count(*) FROM {connection.ops.quote_name(table)} t "
                "WHERE position(%s in t::text) > 0",
                [text],
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found, len(tables)


def ask(world, level):
    return questions.submit_question(
        world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion", level=level,
        by=world.staff, at=NOON,
    )  # fmt: skip


def test_no_row_of_any_table_names_who_asked(world):
    question = ask(world, "confidential")

    named, number = tables_with(world.staff.full_name)
    asked, _ = tables_with(str(question.pk))

    assert number > 60
    assert named == {"committees_user"}
    assert asked >= {"dialogue_sessions_question", "dialogue_sessions_sealedidentity"}


def test_a_name_that_stands_somewhere_is_seen(world):
    question = ask(world, "confidential")
    Question.objects.filter(pk=question.pk).update(display_text=f"Đ/c {world.staff.full_name} hỏi")

    assert tables_with(world.staff.full_name)[0] == {
        "committees_user",
        "dialogue_sessions_question",
    }
