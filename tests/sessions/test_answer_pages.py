"""Sending back, the second of two writers, taking up again, merging: who may, and bad input."""

import uuid

import pytest
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from sessions.domain import answers, questions, triage
from sessions.models import Answer, Question
from tests.world import NOON, day

pytestmark = pytest.mark.django_db

HOSTILE = (
    "'; DROP TABLE dialogue_sessions_question; -- <script>alert(1)</script> {{ settings.SECRET_KEY }}",
    "\u202eđảo chiều 😀😀😀 {% debug %} e\u0302\u0301 NFD a\u200bb\ufeff c",
    "=cmd|' /C calc'!A0",
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def a_question(world, text="Đề nghị sửa mái khu để xe."):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip


def assigned_question(world):
    question = a_question(world)
    triage.assign_question(question, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    return question


def submitted_answer(world):
    answer = answers.draft_answer(
        assigned_question(world), text="Đã lập dự toán.", answered_by="Văn phòng", version=0,
        by=world.leader, at=NOON,
    )  # fmt: skip
    answers.submit_answer(answer, by=world.leader, at=NOON)
    return answer


def declined_question(world):
    question = a_question(world)
    triage.decline_question(
        question, code="out_of_scope", text="Việc riêng.", by=world.clerk, at=NOON
    )
    return question


@pytest.fixture
def assigned(world):
    return assigned_question(world)


@pytest.fixture
def submitted(world):
    return submitted_answer(world)


@pytest.fixture
def declined(world):
    return declined_question(world)


# --- sending back ---------------------------------------------------------------------

SECRETARY_ALONE = {"secretary": 302, "clerk": 403, "leader": 403}


def test_only_the_secretary_sends_an_answer_back(client, world):
    assert SECRETARY_ALONE.keys() < world.people.keys()
    for who, person in world.people.items():
        submitted = submitted_answer(world)
        client.force_login(person)

        answer = client.post(
            url("answer_send_back", submitted.question_id), {"remarks": "Nêu thời hạn."}
        )

        submitted.refresh_from_db()
        assert answer.status_code == SECRETARY_ALONE.get(who, 404), who
        assert submitted.state == ("draft" if who == "secretary" else "submitted")


def test_the_writer_reads_the_remarks_and_writes_on(client, world, submitted):
    client.force_login(world.secretary)
    client.post(url("answer_send_back", submitted.question_id), {"remarks": "Nêu rõ thời hạn."})

    client.force_login(world.leader)
    page = client.get(url("answer_write", submitted.question_id)).content.decode()

    assert "Nêu rõ thời hạn." in page
    assert "Đã lập dự toán." in page


def test_without_remarks_nothing_goes_back_and_it_is_said(client, world, submitted):
    client.force_login(world.secretary)

    answer = client.post(url("answer_send_back", submitted.question_id), {"remarks": " \u200b "})

    submitted.refresh_from_db()
    assert answer.status_code == 422
    assert submitted.state == "submitted"
    assert "Đã lập dự toán." in answer.content.decode()


def test_what_was_sent_back_or_never_laid_before_is_not_there(client, world, submitted):
    client.force_login(world.secretary)
    place = url("answer_send_back", submitted.question_id)

    first, second = (client.post(place, {"remarks": "Nêu thời hạn."}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 404)


# --- two writers ----------------------------------------------------------------------


def test_the_second_of_two_writers_sees_both_texts(client, world, assigned):
    client.force_login(world.leader)
    place = url("answer_write", assigned.pk)
    form = {"answered_by": "Văn phòng", "version": 0}
    client.post(place, {**form, "text": "Bản đầu."})
    version = Answer.objects.get().version
    client.post(place, {**form, "text": "Bản của lãnh đạo.", "version": version})

    client.force_login(world.clerk)
    late = client.post(place, {**form, "text": "Bản của văn phòng.", "version": version})

    page = late.content.decode()
    assert late.status_code == 409
    assert "conflict-heading" in page
    assert "Bản của lãnh đạo." in page
    assert "Bản của văn phòng." in page
    assert Answer.objects.get().text == "Bản của lãnh đạo."

    again = client.post(
        place, {**form, "text": "Bản chung.", "version": Answer.objects.get().version}
    )

    assert again.status_code == 302
    assert Answer.objects.get().text == "Bản chung."


# --- taking up again, merging ---------------------------------------------------------

OFFICE = {"secretary", "clerk"}


def test_only_the_office_takes_a_question_up_again(client, world):
    assert world.people.keys() > OFFICE
    for who, person in world.people.items():
        declined = declined_question(world)
        client.force_login(person)

        answer = client.post(
            url("question_reconsider", declined.pk), {"reconsider-reason": "Thuộc thẩm quyền."}
        )

        declined.refresh_from_db()
        assert answer.status_code == (302 if who in OFFICE else 404), who
        assert declined.state == ("classified" if who in OFFICE else "declined")


def test_only_the_office_merges_questions(client, world):
    one = a_question(world)
    triage.classify_question(one, theme=world.themes[2], kind="opinion", by=world.clerk, at=NOON)
    assert world.people.keys() > OFFICE
    for who, person in world.people.items():
        other = a_question(world, "Xe để ngoài mưa.")
        client.force_login(person)

        answer = client.post(url("question_merge", other.pk), {"merge-into": one.code})

        other.refresh_from_db()
        assert answer.status_code == (302 if who in OFFICE else 404), who
        assert other.merged_into == (one if who in OFFICE else None)


def test_what_has_been_taken_up_again_cannot_be_so_twice(client, world, declined):
    client.force_login(world.clerk)
    place = url("question_reconsider", declined.pk)

    first, second = (client.post(place, {"reconsider-reason": "Đã rõ."}) for _ in range(2))

    assert (first.status_code, second.status_code) == (302, 409)


# --- hostile text ---------------------------------------------------------------------


def fields(world):
    """Return {name: (page, who, what makes the question, form, field)} of every field of text."""
    due_on = f"{day(20):%d/%m/%Y}"

    def before_secretary(world):
        return submitted_answer(world).question

    edited = {
        "sort-times_raised": 1, "sort-version": 1, "sort-edited_ok": "on", "sort-due_on": due_on,
        "sort-theme": world.themes[2].pk, "sort-kind": "opinion",
    }  # fmt: skip
    passed = {"to": "Thanh tra", "reason": "Đúng thẩm quyền."}
    refer = {f"refer-{name}": value for name, value in passed.items()}
    escalate = {f"escalate-{name}": value for name, value in passed.items()}
    written = {"text": "Đã sửa.", "answered_by": "Văn phòng", "version": 0}
    return {
        "display text": ("question_sort", "clerk", a_question, edited, "sort-display_text"),
        "unit": ("question_sort", "clerk", a_question, edited, "sort-unit"),
        "explanation": (
            "question_decline", "clerk", a_question, {"decline-code": "out_of_scope"}, "decline-text",
        ),
        "referred to": ("question_refer", "clerk", a_question, refer, "refer-to"),
        "referred why": ("question_refer", "clerk", a_question, refer, "refer-reason"),
        "escalated to": ("question_escalate", "clerk", a_question, escalate, "escalate-to"),
        "escalated why": ("question_escalate", "clerk", a_question, escalate, "escalate-reason"),
        "taken up why": ("question_reconsider", "clerk", declined_question, {}, "reconsider-reason"),
        "merged into": ("question_merge", "clerk", a_question, {}, "merge-into"),
        "answer": ("answer_write", "leader", assigned_question, written, "text"),
        "answered by": ("answer_write", "leader", assigned_question, written, "answered_by"),
        "remarks": ("answer_send_back", "secretary", before_secretary, {}, "remarks"),
    }  # fmt: skip


FIELDS = (
    *("display text", "unit", "explanation", "referred to", "referred why", "escalated to"),
    *("escalated why", "taken up why", "merged into", "answer", "answered by", "remarks"),
)


def test_every_field_is_in_the_list(world):
    assert set(fields(world)) == set(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_hostile_text_is_text_in_every_field_of_sorting_and_answering(client, world, name):
    page, who, make, form, field = fields(world)[name]
    for text in HOSTILE:
        question = make(world)
        client.force_login(world.people[who])

        sent = client.post(url(page, question.pk), {**form, field: text})

        assert sent.status_code in (302, 422), text
        client.force_login(world.clerk)
        shown = client.get(url("triage_question", question.conference_id, question.pk))
        for answer in (sent, shown):
            assert "<script>alert(1)" not in answer.content.decode()
            assert "only-for-tests-" not in answer.content.decode()


@pytest.mark.parametrize("name", FIELDS)
def test_what_no_field_can_hold_is_refused_beside_it(client, world, name):
    page, who, make, form, field = fields(world)[name]
    client.force_login(world.people[who])
    for text in ("\0", "x" * 30_000, "\u200b\u202e"):
        if name in ("unit", "display text") and len(text) < 3:
            continue  # may be left empty
        question = make(world)
        before = Question.objects.values().get(pk=question.pk)

        answer = client.post(url(page, question.pk), {**form, field: text})

        assert answer.status_code == 422
        assert Question.objects.values().get(pk=question.pk) == before


@pytest.mark.parametrize("field", ["text", "name", "unit"])
def test_hostile_text_is_text_in_what_the_office_writes_down(client, world, field):
    client.force_login(world.clerk)
    for text in HOSTILE:
        form = {
            "text": "Đề nghị sửa mái.",
            "theme": world.themes[0].pk,
            "kind": "opinion",
            "channel": "paper",
            "level": "named",
            "name": "Đỗ Văn Em",
            "unit": "Phòng Tổng hợp",
            "form_key": uuid.uuid4(),
            **{field: text},
        }

        answer = client.post(url("question_record", world.conference.pk), form, follow=True)

        assert answer.status_code in (200, 422)
        assert "<script>alert(1)" not in answer.content.decode()
    newest = Question.objects.latest("received_at")
    shown = client.get(url("triage_question", newest.conference_id, newest.pk)).content.decode()
    assert "<script>alert(1)" not in shown
    assert "only-for-tests-" not in shown


# --- correcting ---------------------------------------------------------------------


def test_of_two_who_correct_an_answer_the_second_sees_both_texts(client, world):
    question = a_question(world)
    answers.record_live_answer(
        question, text="Có.", answered_by="Lê Quốc Cường", by=world.clerk, at=NOON
    )
    client.force_login(world.clerk)
    page = url("answer_correct", question.pk)
    opened = {"number": 1, "answered_by": "Lê Quốc Cường", "reason": "Nhầm."}

    first = client.post(page, {**opened, "text": "Có, từ tháng 7."})
    second = client.post(page, {**opened, "text": "Có, từ tháng 8."})
    shown = second.content.decode()
    again = client.post(page, {**opened, "number": 2, "text": "Có, từ tháng 8."})

    assert (first.status_code, second.status_code, again.status_code) == (302, 409, 302)
    assert "conflict-heading" in shown
    assert "Có, từ tháng 7." in shown
    assert "Có, từ tháng 8." in shown
    assert 'name="number" value="2"' in shown
    assert list(question.answers.order_by("number").values_list("text", "state")) == [
        ("Có.", "superseded"),
        ("Có, từ tháng 7.", "superseded"),
        ("Có, từ tháng 8.", "published"),
    ]


def test_what_the_secretary_has_cleared_only_the_secretary_corrects(client, world):
    answer = submitted_answer(world)
    answers.publish_answer(answer, by=world.secretary, at=NOON)
    question, page = answer.question, url("answer_correct", answer.question.pk)
    sorting = url("triage_question", question.conference_id, question.pk)
    typed = {"number": 1, "answered_by": "Văn phòng", "text": "Không làm nữa.", "reason": "Nhầm."}
    found = {}

    for who in ("clerk", "leader", "secretary"):
        client.force_login(world.people[who])
        shown = client.get(sorting).content.decode()
        found[who] = (page in shown, client.get(page).status_code)
        found[who] += (client.post(page, typed).status_code,)

    assert found == {
        "clerk": (False, 403, 403),
        "leader": (False, 403, 403),
        "secretary": (True, 200, 302),
    }
    assert list(question.answers.order_by("number").values_list("text", "author", "state")) == [
        ("Đã lập dự toán.", world.leader.pk, "superseded"),
        ("Không làm nữa.", world.secretary.pk, "published"),
    ]


def test_what_was_returned_is_not_answered_in_the_hall_as_well(world):
    question = a_question(world)
    triage.decline_question(
        question, code="out_of_scope", text="Ngoài phạm vi.", by=world.clerk, at=NOON
    )
    question.refresh_from_db()

    with pytest.raises(MoveNotAllowed):
        answers.record_live_answer(question, text="Có.", answered_by="A", by=world.clerk, at=NOON)

    assert not question.answers.exists()


def test_the_record_of_what_was_said_is_mended_by_whoever_keeps_it(client, world):
    question = a_question(world)
    answers.record_live_answer(question, text="Có.", answered_by="A", by=world.clerk, at=NOON)
    acts = [url(act, question.pk) for act in ("answer_correct", "answer_complete")]
    sorting = url("triage_question", question.conference_id, question.pk)
    client.force_login(world.clerk)

    shown = client.get(sorting).content.decode()
    assert [act in shown for act in acts] == [True, True]
    assert [client.get(act).status_code for act in acts] == [200, 200]

    client.post(acts[1], {"reason": "Số liệu", "due_on": "20/06/2026"})
    shown = client.get(sorting).content.decode()
    assert [act in shown for act in acts] == [False, False]
    assert [client.get(act).status_code for act in acts] == [403, 403]
