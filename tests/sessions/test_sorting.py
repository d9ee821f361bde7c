"""The page that sorts: one form, one act, and what is shown when."""

import datetime as dt

import pytest

from sessions.domain import triage
from tests.sessions.at_the_desk import (
    a_question,
    form_of,
    standing,
    url,
)
from tests.world import NOON, day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("later")]


def test_text_theme_kind_tick_and_assignment_are_saved_in_one_act(client, world):
    question = a_question(world)
    client.force_login(world.clerk)
    typed = {"sort-display_text": "Sửa mái khu để xe phía đông.", "sort-edited_ok": "on",
             "sort-in_report": "on", "sort-to": world.leader.pk, "sort-times_raised": 2}  # fmt: skip

    answer = client.post(
        url("question_sort", question.pk), form_of(world, question, **typed), follow=True
    )

    question.refresh_from_db()
    assert (question.text, question.edited_ok, question.in_report, question.times_raised) == (
        "Sửa mái khu để xe phía đông.", True, True, 2,
    )  # fmt: skip
    assert (question.state, question.theme, question.kind) == (
        "assigned", world.themes[0], "proposal",
    )  # fmt: skip
    assert (question.assignee, question.due_on) == (world.leader, dt.date(2026, 6, 20))
    page = answer.content.decode()
    assert f"{question.code}: Đã lưu" in page
    assert f"{world.leader.full_name} trả lời, hạn 20/06/2026" in page
    assert url("sorting_undo", world.conference.pk, question.last_step.batch) in page


def test_what_one_field_refuses_saves_nothing_of_the_others(client, world):
    question = a_question(world)
    before = standing(question)
    client.force_login(world.clerk)

    answer = client.post(
        url("question_sort", question.pk),
        form_of(
            world, question, **{"sort-display_text": "Đã sửa", "sort-unit": "A", "sort-due_on": ""}
        ),
    )

    assert answer.status_code == 422
    assert "Đã sửa</textarea>" in answer.content.decode()
    assert standing(question) == before


def test_the_second_of_two_clerks_is_shown_both_and_can_save_knowingly(client, world):
    question = a_question(world)
    opened = form_of(world, question)
    client.force_login(world.clerk)
    client.post(url("question_sort", question.pk), {**opened, "sort-unit": "Phòng Tổ chức"})

    client.force_login(world.secretary)
    typed = {**opened, "sort-unit": "Văn phòng", "sort-display_text": "Của bí thư"}
    answer = client.post(url("question_sort", question.pk), typed)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "conflict-heading" in page
    assert "Chưa làm gì cả" not in page  # what was typed is in the form below
    assert "Phòng Tổ chức" in page
    assert "Của bí thư</textarea>" in page
    question.refresh_from_db()
    assert question.assigned_unit == "Phòng Tổ chức"
    assert f'name="sort-version" value="{question.version}"' in page
    client.post(url("question_sort", question.pk), {**typed, "sort-version": question.version})
    question.refresh_from_db()
    assert (question.assigned_unit, question.text) == ("Văn phòng", "Của bí thư")


def test_whoever_assigned_meanwhile_makes_an_open_form_outdated(client, world):
    question = a_question(world)
    opened = form_of(world, question)
    triage.assign_question(question, to=world.leader, due_on=day(20), by=world.secretary, at=NOON)
    client.force_login(world.clerk)

    answer = client.post(url("question_sort", question.pk), opened)

    assert answer.status_code in (409, 422)
    question.refresh_from_db()
    assert question.assignee == world.leader
