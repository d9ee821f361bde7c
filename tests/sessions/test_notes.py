"""Internal notes: read by whoever handles the question, and by nobody else anywhere."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from foundation.codes import in_groups
from privacy.domain import purging, taking_out
from privacy.domain.personal_copy import copy_of
from reports.domain.minutes import minutes_document
from reports.figures import committee_figures
from sessions.askers import retention
from sessions.domain import answers, notes, triage
from sessions.models import InternalNote
from tests.reports.story import hold_a_dialogue
from tests.sessions.anonymously import CODE, ask_with, post
from tests.sessions.at_the_desk import a_question
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db
SECRET = "Hỏi lại phòng Tài vụ trước khi trả lời"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


@pytest.fixture
def question(world):
    found = a_question(world)
    triage.assign_question(found, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    return found


@pytest.fixture
def note(world, question):
    return notes.write_note(question, text=SECRET, by=world.clerk, at=NOON)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def places_of(question):
    return (
        url("triage_question", question.conference_id, question.pk),
        url("answer_write", question.pk),
    )


def test_whoever_handles_the_question_reads_the_note_where_the_work_is(world, question, note):
    for person in (world.secretary, world.clerk):
        for place in places_of(question):
            page = signed_in(person).get(place).content.decode()
            assert SECRET in page, place
            assert "Trần Văn Bình" in page
    assert SECRET in signed_in(world.leader).get(url("answer_write", question.pk)).content.decode()


def test_the_leader_answers_in_a_note(world, question):
    client = signed_in(world.leader)

    done = client.post(url("note_add", question.pk), {"note-text": "Đã hỏi, chờ số liệu."})

    note = InternalNote.objects.get()
    assert done.url == url("answer_write", question.pk)
    assert (note.author, note.text, note.written_on) == (
        world.leader,
        "Đã hỏi, chờ số liệu.",
        day(),
    )


@pytest.mark.parametrize("who", ["staff", "other_leader", "other_secretary", "head", "outsider"])
def test_nobody_else_finds_it(world, question, note, who):
    client = signed_in(world.people[who])

    answers_to = [
        client.get(url("note_change", note.pk)),
        client.post(url("note_change", note.pk), {"note-text": "x", "note-version": note.pk}),
        client.post(url("note_remove", note.pk)),
        client.post(url("note_add", question.pk), {"note-text": "x"}),
    ]

    assert {one.status_code for one in answers_to} == {404}
    assert InternalNote.objects.get().text == SECRET


def test_the_asker_reads_it_nowhere(world, question, note):
    answer = answers.draft_answer(
        question, text="Sẽ sửa.", answered_by="A", version=0, by=world.leader, at=NOON
    )
    answers.publish_answer(answer, by=world.secretary, at=NOON)
    mine = signed_in(world.staff)
    own = mine.get(url("question_detail", question.pk)).content.decode()
    listed = mine.get(url("my_questions")).content.decode()

    pages = [
        own,
        listed,
        json.dumps(copy_of(world.staff, on=day()), default=str, ensure_ascii=False),
    ]

    assert "Sẽ sửa." in own
    assert "Sẽ sửa." in pages[2]
    assert all(SECRET not in page for page in pages)


def test_the_anonymous_host_shows_none(world, stranger):
    asked = ask_with(world, CODE[:26])
    notes.write_note(asked, text=SECRET, by=world.clerk, at=NOON)

    page = post(stranger, "/receipt/", {"code": in_groups(CODE)}).content.decode()

    assert "Bao giờ sửa mái che?" in page
    assert SECRET not in page


def test_it_stands_in_no_report_and_in_no_minutes(world):
    held, asked = hold_a_dialogue(world)
    for question in asked.values():
        notes.write_note(question, text=SECRET, by=world.clerk, at=NOON)

    figures = committee_figures(world.obligation, at=NOON)
    told = json.dumps([figures, minutes_document(held, at=NOON)], default=str, ensure_ascii=False)

    assert "Cố định sáng thứ Hai." in told
    assert SECRET not in told


def test_the_name_of_who_asked_by_name_is_kept_out_of_it(world):
    named = a_question(world, level="named")
    client = signed_in(world.clerk)

    refused = client.post(
        url("note_add", named.pk), {"note-text": "Đồng chí Đỗ Minh Đức hỏi nhiều."}
    )

    assert refused.status_code == 422
    assert "Đỗ Minh Đức hỏi nhiều" in refused.content.decode()
    assert not InternalNote.objects.exists()


# --- corrected and taken back -------------------------------------------------------------


def test_a_correction_leaves_the_earlier_words(world, question, note):
    client = signed_in(world.clerk)

    client.post(
        url("note_change", note.pk), {"note-text": "Hỏi phòng Tổ chức.", "note-version": note.pk}
    )
    page = client.get(url("answer_write", question.pk)).content.decode()

    assert page.count('class="note"') == 1
    assert "Hỏi phòng Tổ chức." in page
    assert SECRET in page


def test_the_second_of_two_corrections_is_shown_both(world, question, note):
    client = signed_in(world.clerk)
    client.post(url("note_change", note.pk), {"note-text": "Bản một.", "note-version": note.pk})

    late = client.post(
        url("note_change", note.pk), {"note-text": "Bản hai.", "note-version": note.pk}
    )

    assert late.status_code == 409
    assert "Bản một." in late.content.decode()
    assert "Bản hai." in late.content.decode()
    assert not InternalNote.objects.filter(text="Bản hai.").exists()


def test_only_its_author_changes_it(world, question, note):
    for person in (world.secretary, world.leader):
        client = signed_in(person)
        assert client.get(url("note_change", note.pk)).status_code == 403
        assert client.post(url("note_remove", note.pk)).status_code == 403
        page = client.get(url("answer_write", question.pk)).content.decode()
        assert SECRET in page
        assert url("note_change", note.pk) not in page
    author = signed_in(world.clerk).get(url("answer_write", question.pk)).content.decode()
    assert url("note_change", note.pk) in author


def test_taken_back_on_its_day_alone(world, question, note):
    later = notes.write_note(question, text="Hôm nay.", by=world.clerk, at=NOON)
    InternalNote.objects.filter(pk=note.pk).update(written_on=day(-1))
    client = signed_in(world.clerk)

    old, new = (client.post(url("note_remove", one.pk)) for one in (note, later))

    assert (old.status_code, new.status_code) == (409, 302)
    assert list(InternalNote.objects.all()) == [note]


def test_what_was_replaced_is_not_taken_back_and_stands_again_without_the_correction(world, note):
    fresh = notes.correct_note(note, text="Khác.", version=note.pk, by=world.clerk, at=NOON)
    client = signed_in(world.clerk)

    old, new = (client.post(url("note_remove", one.pk)) for one in (note, fresh))

    assert (old.status_code, new.status_code) == (409, 302)
    assert notes.notes_of(note.question) == [note]


def test_too_long_is_refused_and_kept(world, question):
    client = signed_in(world.clerk)

    refused = client.post(url("note_add", question.pk), {"note-text": "dài " * 2_000})

    assert refused.status_code == 422
    assert "dài dài dài" in refused.content.decode()


# --- when it goes -------------------------------------------------------------------------


def test_it_goes_with_the_words_of_the_question(world, question, note):
    retention.apply_retention(at=moment(3 * 366))

    assert not InternalNote.objects.exists()


def test_it_is_taken_out_with_the_question(world, question, note):
    purge = purging.ask(question, why="personal", reason="Có tên.", by=world.secretary, at=NOON)

    purging.agree(purge, by=world.officer, at=moment(0, 1))

    note.refresh_from_db()
    assert note.text == taking_out.MARK
