"""Words that others could read: who changed them, when, why, and what exactly."""

import pytest
from django.urls import reverse

from privacy.domain import purging
from privacy.domain.redacting import MARK
from sessions import edits
from sessions.askers import retention
from sessions.domain import answers, commitments, conferences, triage, undoing
from sessions.models import Question, TextChange
from tests.sessions.at_the_desk import a_question, form_of
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


@pytest.fixture
def cleared(world):
    question = a_question(world, "Đề nghị sửa mái nhà xe A.")
    triage.clear_text(question, by=world.clerk, at=NOON)
    return question


@pytest.fixture
def answered(world, cleared):
    answers.record_live_answer(
        cleared, text="Sửa trong quý III.", answered_by="Văn phòng", by=world.clerk, at=NOON
    )
    return cleared


def sort(client, world, question, **changes):
    typed = form_of(world, question, **{"sort-edited_ok": "on", **changes})
    return client.post(url("question_sort", question.pk), typed)


# --- a question ---------------------------------------------------------------------------


def test_a_cleared_text_that_is_changed_is_kept_with_who_and_when(client, world, cleared):
    client.force_login(world.clerk)

    sort(client, world, cleared, **{"sort-display_text": "Đề nghị sửa mái nhà xe B."})

    change = TextChange.objects.get()
    assert (change.before, change.after) == (
        "Đề nghị sửa mái nhà xe A.",
        "Đề nghị sửa mái nhà xe B.",
    )
    assert (change.by, change.at) == (world.clerk, NOON)


def test_before_it_is_cleared_nothing_is_kept(client, world):
    question = a_question(world, "Chưa duyệt.")
    client.force_login(world.clerk)

    sort(client, world, question, **{"sort-display_text": "Đã gọt.", "sort-edited_ok": ""})
    question.refresh_from_db()
    sort(client, world, question, **{"sort-display_text": "Gọt nữa."})

    assert not TextChange.objects.exists()


def test_saving_the_same_words_keeps_nothing(client, world, cleared):
    client.force_login(world.clerk)

    assert sort(client, world, cleared).status_code == 302

    assert not TextChange.objects.exists()


def test_beside_a_published_answer_the_reason_is_demanded(client, world, answered):
    client.force_login(world.clerk)
    typed = {"sort-display_text": "Câu khác."}

    refused = sort(client, world, answered, **typed)
    done = sort(client, world, answered, **typed, **{"sort-reason": "Lộ tên đơn vị."})

    assert refused.status_code == 422
    assert 'id="error_1_id_sort-reason"' in refused.content.decode()
    assert "Câu khác." in refused.content.decode()
    assert done.status_code == 302
    assert TextChange.objects.get().reason == "Lộ tên đơn vị."


def test_undoing_tells_both(client, world, cleared):
    client.force_login(world.clerk)
    sort(client, world, cleared, **{"sort-display_text": "Khác."})
    cleared.refresh_from_db()

    undoing.undo_step(cleared, batch=cleared.last_step.batch, by=world.clerk, at=NOON)

    assert [(one.after, one.reason) for one in TextChange.objects.all()] == [
        ("Khác.", ""),
        ("Đề nghị sửa mái nhà xe A.", undoing.UNDONE),
    ]


# --- an answer ----------------------------------------------------------------------------


def test_a_correction_of_a_published_answer_demands_its_reason(client, world, answered):
    client.force_login(world.clerk)
    typed = {"text": "Sửa trong quý IV.", "answered_by": "Văn phòng", "number": 1}

    refused = client.post(url("answer_correct", answered.pk), typed)
    done = client.post(url("answer_correct", answered.pk), {**typed, "reason": "Nhầm quý."})

    assert (refused.status_code, done.status_code) == (422, 302)
    (edit,) = edits.edits_of(answered)
    assert (edit.before, edit.after) == ("Sửa trong quý III.", "Sửa trong quý IV.")
    assert (edit.by, edit.reason, edit.at) == (world.clerk, "Nhầm quý.", NOON)


def test_the_page_shows_the_difference_in_words_and_not_in_colour_alone(client, world, answered):
    answers.correct_answer(
        answered, text="Sửa trong quý IV.", answered_by="Văn phòng", reason="Nhầm <quý>.",
        by=world.clerk, at=moment(1),
    )  # fmt: skip
    client.force_login(world.secretary)

    page = client.get(url("question_history", answered.pk)).content.decode()

    assert '<del><span class="visually-hidden">[bỏ: </span> III<' in page
    assert '<ins><span class="visually-hidden">[thêm: </span> IV<' in page
    assert "Trần Văn Bình" in page
    assert "Nhầm &lt;quý&gt;." in page


# --- a commitment -------------------------------------------------------------------------


@pytest.fixture
def promised(world):
    held = make_conference(
        world.host, world.secretary, starts_at=moment(-5), ends_at=moment(-5, 3),
        asks_open_at=moment(-30), asks_close_at=moment(-12),
    )  # fmt: skip
    conferences.hold_conference(held, by=world.clerk, at=moment(-5, 3))
    return commitments.make_commitment(
        held, text="Sửa mái.", lead_unit="Văn phòng", due_on=day(30), by=world.clerk, at=NOON
    )


def test_a_commitment_says_why_it_reads_differently(client, world, promised):
    client.force_login(world.clerk)
    typed = {"text": "Sửa mái và cổng.", "lead_unit": "Văn phòng", "due_on": f"{day(30):%d/%m/%Y}", "version": 1}  # fmt: skip

    refused = client.post(url("commitment_change", promised.pk), typed)
    other = client.post(
        url("commitment_change", promised.pk), {**typed, "text": "Sửa mái.", "lead_unit": "Phòng"}
    )
    done = client.post(
        url("commitment_change", promised.pk), {**typed, "version": 2, "reason": "Bổ sung."}
    )

    assert (refused.status_code, other.status_code, done.status_code) == (422, 302, 302)
    (edit,) = edits.edits_of_commitment(promised)
    assert (edit.before, edit.after, edit.reason) == ("Sửa mái.", "Sửa mái và cổng.", "Bổ sung.")
    page = client.get(url("commitment_history", promised.pk)).content.decode()
    assert "và cổng" in page


# --- who may, and how long ----------------------------------------------------------------


@pytest.mark.parametrize("who", ["leader", "staff", "other_secretary", "head", "outsider"])
def test_nobody_but_the_office_sees_it(client, world, cleared, promised, who):
    client.force_login(world.people[who])
    places = (url("question_history", cleared.pk), url("commitment_history", promised.pk))

    assert {client.get(place).status_code for place in places} <= {403, 404}


def test_what_the_asker_changed_is_not_told(client, world):
    question = a_question(world, "Bản đầu của người hỏi.")
    Question.objects.filter(pk=question.pk).update(original_text="Bản hai của người hỏi.")
    triage.clear_text(question, by=world.clerk, at=NOON)
    client.force_login(world.clerk)

    page = client.get(url("question_history", question.pk)).content.decode()

    assert "Bản đầu" not in page
    assert edits.edits_of(question) == []


def test_it_goes_with_the_words_of_the_question(client, world, cleared):
    client.force_login(world.clerk)
    sort(client, world, cleared, **{"sort-display_text": "Khác."})

    retention.apply_retention(at=moment(3 * 366))

    assert not TextChange.objects.exists()


def test_it_is_taken_out_with_the_question(client, world, cleared):
    client.force_login(world.clerk)
    sort(client, world, cleared, **{"sort-display_text": "Khác.", "sort-reason": "Vì lộ."})
    purge = purging.ask(cleared, why="personal", reason="Có tên.", by=world.secretary, at=NOON)

    purging.agree(purge, by=world.officer, at=moment(0, 1))

    change = TextChange.objects.get()
    assert {change.before, change.after, change.reason} == {MARK}
