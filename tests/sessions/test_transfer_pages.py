"""Handing a question to another committee on the sorting page, and what each office sees of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee, Membership, Role
from foundation.search import searchable
from sessions.domain import answers, follow_up, notes, questions, triage
from sessions.models import Question, Transfer
from tests.sessions.test_attachments import png
from tests.sessions.transferred import (
    ASKED,
    CLEARED,
    WHY,
    cleared,
    given_back,
    hand,
    handed,
    taken_on,
)
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch, time_machine):
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)
    time_machine.move_to(moment(0, 2), tick=False)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def place(question):
    return url("triage_question", question.conference_id, question.pk)


def send(client, question, **typed):
    data = {"to": "B02", "reason": WHY, "version": question.version, **typed}
    sent = {f"transfer-{name}": value for name, value in data.items()}
    return client.post(url("question_transfer", question.pk), sent)


def alone(client, who):
    client.force_login(who)
    return client


# --- handing it on ----------------------------------------------------------------------


def test_the_page_says_plainly_what_the_other_office_reads(client, world):
    question = cleared(world)
    alone(client, world.clerk)

    page = client.get(place(question) + "?open=transfer")

    assert "không bao giờ đọc ai hỏi, nguyên văn, hoặc ghi chú nội bộ" in page.text
    assert 'name="transfer-to"' in page.text
    assert "<option" not in page.text.partition('id="act-transfer"')[2].partition("</form>")[0]


def test_it_is_handed_on_and_the_office_is_told(client, world):
    question = cleared(world)
    alone(client, world.clerk)

    answer = send(client, question)

    page = client.get(answer.url)
    assert f"Đã chuyển {question.code} đến Đảng ủy Bộ Láng Giềng." in page.text
    question.refresh_from_db()
    assert question.committee == world.neighbour


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"to": ""}, "Chưa nhập mục này."),
        ({"to": "không có nơi này"}, "Không có đảng ủy khác nào nhận được câu hỏi"),
        ({"to": "A01"}, "Không có đảng ủy khác nào nhận được câu hỏi"),  # itself
        ({"to": "DUK"}, "chưa có ai làm việc trên cổng này"),
        ({"reason": ""}, "Chưa nhập mục này."),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_what_was_typed_stays(
    client, world, typed, said
):
    question = cleared(world)
    alone(client, world.clerk)

    page = send(client, question, **{"reason": "Cầu thang của Bộ.", **typed})

    assert page.status_code == 422
    assert said in page.text
    assert typed.get("to", "B02") in page.text
    assert ("Cầu thang của Bộ." in page.text) is ("reason" not in typed)
    assert not Transfer.objects.exists()


def test_what_went_elsewhere_is_no_question_to_merge_into(client, world):
    gone, kept = handed(world), cleared(world)
    alone(client, world.clerk)

    panel = client.get(place(kept) + "?open=merge")
    answer = client.post(
        url("question_merge", kept.pk), {"merge-into": gone.code, "merge-picked": ""}
    )

    assert panel.context["similar"] == []
    assert answer.status_code == 422
    assert "Hội nghị này không có câu hỏi nào mang mã đó." in answer.text


def test_a_part_of_a_name_is_asked_about_and_the_pick_counts(client, world):
    Committee.objects.filter(pk=world.neighbour.pk).update(
        folded=searchable("B02 Đảng ủy Bộ Láng Giềng")
    )
    question = cleared(world)
    alone(client, world.clerk)

    asked = send(client, question, to="láng giềng")
    wrong = send(client, question, to="láng giềng", picked=world.bloc.pk)
    picked = send(client, question, to="láng giềng", picked=world.neighbour.pk)

    assert (asked.status_code, wrong.status_code, picked.status_code) == (422, 422, 302)
    assert f'name="transfer-picked" value="{world.neighbour.pk}"' in asked.text
    assert "Đồng chí chọn đúng đảng ủy cần chuyển đến." in asked.text


def test_a_question_whose_text_is_not_cleared_stays(client, world):
    question = cleared(world)
    Question.objects.filter(pk=question.pk).update(edited_ok=False)
    alone(client, world.clerk)

    page = send(client, question)

    assert page.status_code == 422
    assert "đảng ủy khác chỉ đọc nội dung đã duyệt" in page.text


def test_the_reason_names_nobody_who_asked(client, world):
    question = cleared(world, level="named")
    alone(client, world.clerk)

    page = send(client, question, reason="Đồng chí Đỗ Minh Đức hỏi về cầu thang của Bộ.")

    assert page.status_code == 422
    assert "Đảng ủy khác không được biết ai hỏi" in page.text


def test_a_colleague_has_assigned_it_meanwhile(client, world):
    question = cleared(world)
    seen = question.version
    triage.assign_question(question, to=world.leader, due_on=day(9), by=world.secretary, at=NOON)
    alone(client, world.clerk)

    assert send(client, question, version=seen).status_code == 409

    question.refresh_from_db()
    assert (question.committee, question.assignee) == (world.host, world.leader)


@pytest.mark.parametrize(
    ("who", "status"),
    [("leader", 403), ("staff", 404), ("other_secretary", 404), ("head", 404), ("officer", 404)],
)
def test_nobody_else_hands_it_on(client, world, who, status):
    question = cleared(world)
    triage.assign_question(question, to=world.leader, due_on=day(9), by=world.clerk, at=NOON)
    alone(client, world.people[who])

    assert send(client, question).status_code == status


def test_what_was_handed_over_is_neither_merged_nor_handed_on(client, world):
    question = handed(world)
    alone(client, world.other_secretary)

    page = client.get(place(question))

    assert 'id="act-return"' in page.text
    assert 'id="act-transfer"' not in page.text
    assert 'id="act-merge"' not in page.text
    for act in ("question_transfer", "question_merge"):
        assert client.post(url(act, question.pk)).status_code == 403


# --- the office that receives it ---------------------------------------------------------


def test_it_is_found_at_once_and_nothing_else_of_the_conference(client, world):
    question, kept = handed(world), cleared(world, text="Bao giờ có nhà xe?")
    Question.objects.filter(pk=kept.pk).update(display_text="Bao giờ có nhà xe?")
    alone(client, world.other_secretary)

    index = client.get(url("triage_index"), follow=True)
    queue = client.get(url("triage", world.conference.pk) + "?state=all")

    assert index.redirect_chain[-1][0] == url("triage", world.conference.pk)
    for page in (index, queue):
        assert [one.pk for one in page.context["queue"].questions] == [question.pk]
        assert "Bao giờ có nhà xe?" not in page.text
    assert "Các câu hỏi này được hỏi tại" in queue.text
    assert f'href="{url("conference_detail", world.conference.pk)}"' not in queue.text
    assert reverse("hall:hall_desk", args=[world.conference.pk]) not in queue.text
    assert client.get(place(kept)).status_code == 404
    assert client.get(url("conference_detail", world.conference.pk)).status_code == 404


def test_it_says_from_whom_why_and_when(client, world):
    question = handed(world)
    taken_on(world, question)
    alone(client, world.other_secretary)

    sorting, writing = client.get(place(question)), client.get(url("answer_write", question.pk))

    for page in (sorting, writing):
        assert "Đảng ủy Viện Minh Hòa chuyển đến" in page.text
        assert WHY in page.text
        assert f"{NOON:%d/%m/%Y}" in page.text
    assert "?open=return#act-return" in writing.text


def test_the_history_begins_with_the_transfer(client, world, time_machine):
    question = cleared(world)
    triage.assign_question(
        question, to=world.leader, due_on=day(9), by=world.secretary, at=moment(0, -1)
    )
    hand(world, question)
    alone(client, world.other_secretary)

    page = client.get(place(question))

    assert "chuyển Đảng ủy Bộ Láng Giềng" in page.text
    assert world.leader.full_name not in page.text
    assert world.secretary.full_name not in page.text


def test_what_is_alike_or_named_by_its_code_at_home_is_not_found_there(client, world):
    question, kept = handed(world), cleared(world)
    other = handed(world)
    alone(client, world.other_secretary)

    found = client.get(url("triage", world.conference.pk) + f"?q={kept.code}")
    taken_on(world, other)
    merge = client.post(
        url("question_merge", other.pk), {"merge-into": kept.code, "merge-picked": ""}
    )

    assert list(found.context["queue"].questions) == []
    assert merge.status_code == 403
    assert question.pk != other.pk


def test_it_is_sorted_there_without_touching_its_words(client, world):
    question = handed(world)
    alone(client, world.other_secretary)

    page = client.get(place(question))
    answer = client.post(
        url("question_sort", question.pk),
        {
            "sort-theme": world.themes[0].pk, "sort-kind": "opinion", "sort-unit": "Phòng Quản trị",
            "sort-to": "", "sort-due_on": f"{day(20):%d/%m/%Y}", "sort-version": question.version,
            "sort-display_text": "Chữ khác", "sort-edited_ok": "",
        },
    )  # fmt: skip

    assert 'name="sort-display_text"' not in page.text
    assert answer.status_code == 302
    question.refresh_from_db()
    assert (question.state, question.assigned_unit) == ("assigned", "Phòng Quản trị")
    assert (question.text, question.edited_ok) == (CLEARED, True)


def test_it_is_given_back_and_the_office_goes_where_it_has_work(client, world):
    question = handed(world)
    alone(client, world.other_secretary)

    answer = client.post(
        url("question_return", question.pk),
        {"return-reason": "Không do chúng tôi quản lý.", "return-version": question.version},
        follow=True,
    )

    assert answer.status_code == 200
    assert f"Đã chuyển trả {question.code} về Đảng ủy Viện Minh Hòa." in answer.text
    assert client.get(place(question)).status_code == 404
    alone(client, world.clerk)
    page = client.get(place(question))
    assert "Không do chúng tôi quản lý." in page.text
    assert 'id="act-transfer"' in page.text


@pytest.mark.parametrize(
    ("who", "status"), [("clerk", 403), ("leader", 404), ("staff", 404), ("other_staff", 404)]
)
def test_nobody_else_gives_it_back(client, world, who, status):
    question = handed(world)
    alone(client, world.people[who])

    answer = client.post(url("question_return", question.pk), {"return-reason": "x"})

    assert answer.status_code == status


# --- the office that has handed it on ----------------------------------------------------


def test_it_reads_how_it_stands_and_does_nothing_to_it(client, world):
    question = handed(world)
    taken_on(world, question)
    alone(client, world.clerk)

    queue = client.get(url("triage", world.conference.pk))
    away = client.get(url("triage", world.conference.pk) + "?state=handed_on")
    page = client.get(place(question))

    assert ("handed_on", 1) in [(chip[0], chip[2]) for chip in queue.context["chips"]]
    assert [one.pk for one in away.context["queue"].questions] == [question.pk]
    assert "Đã chuyển Đảng ủy Bộ Láng Giềng" in page.text
    assert 'id="sort"' not in page.text
    assert 'id="act-transfer"' not in page.text
    assert world.other_secretary.full_name not in page.text
    acts = ("sort", "decline", "refer", "escalate", "ask_back", "transfer", "return")
    assert {client.post(url(f"question_{act}", question.pk)).status_code for act in acts} == {403}
    assert client.get(url("answer_write", question.pk)).status_code == 403
    assert client.post(url("note_add", question.pk), {"note-text": "x"}).status_code == 403
    assert client.get(url("question_history", question.pk)).status_code == 403


def test_it_takes_back_what_nobody_has_begun(client, world):
    question = handed(world)
    alone(client, world.clerk)
    assert 'id="act-take_back"' in client.get(place(question)).text

    refused = client.post(url("question_take_back", question.pk), {"take_back-reason": ""})
    answer = client.post(
        url("question_take_back", question.pk), {"take_back-reason": "Chuyển nhầm."}, follow=True
    )

    assert refused.status_code == 422
    assert f"Đã lấy lại {question.code}." in answer.text
    question.refresh_from_db()
    assert question.committee == world.host


def test_and_not_what_is_worked_at(client, world):
    question = handed(world)
    taken_on(world, question)
    alone(client, world.clerk)

    assert 'id="act-take_back"' not in client.get(place(question)).text
    answer = client.post(url("question_take_back", question.pk), {"take_back-reason": "Nhầm."})
    assert answer.status_code == 409


@pytest.mark.parametrize(("who", "status"), [("leader", 404), ("other_secretary", 403)])
def test_nobody_else_takes_it_back(client, world, who, status):
    question = handed(world)
    alone(client, world.people[who])

    answer = client.post(url("question_take_back", question.pk), {"take_back-reason": "x"})

    assert answer.status_code == status


# --- whoever asked, and who reads the answer ---------------------------------------------


@pytest.mark.parametrize("level", ["named", "confidential"])
def test_the_asker_reads_where_it_went_and_not_why(client, world, level):
    question = handed(world, level=level)
    alone(client, world.staff)

    page = client.get(url("question_detail", question.pk))

    assert "đã được chuyển đến Đảng ủy Bộ Láng Giềng để trả lời" in page.text
    assert "đã kết thúc hoạt động" not in page.text
    assert WHY not in page.text
    assert ASKED in page.text


def answered(world, question):
    taken_on(world, question)
    draft = answers.draft_answer(
        question, text="Sửa trong quý III.", answered_by="Hải", version=0,
        by=world.other_secretary, at=moment(0, 1),
    )  # fmt: skip
    answers.publish_answer(draft, by=world.other_secretary, at=moment(0, 1))


@pytest.mark.parametrize("who", ["staff", "colleague", "clerk", "other_staff", "other_secretary"])
def test_members_of_both_committees_read_the_answer(client, world, who):
    answered(world, handed(world))
    alone(client, world.people[who])

    page = client.get(url("answered_questions"))

    assert "Sửa trong quý III." in page.text
    assert CLEARED in page.text
    assert ASKED not in page.text


def test_an_objection_to_that_answer_goes_to_the_secretary_who_gave_it(client, world):
    question = handed(world)
    answered(world, question)
    follow_up.appeal(question, text="Vẫn chưa rõ.", at=moment(0, 1))
    sent = {"appeal-text": "Chúng tôi bổ sung."}
    alone(client, world.secretary)
    assert client.post(url("question_appeal", question.pk), sent).status_code == 403

    alone(client, world.other_secretary)
    assert client.post(url("question_appeal", question.pk), sent).status_code == 302

    question.appeal.refresh_from_db()
    assert question.appeal.replied_by == world.other_secretary


def test_a_commitment_from_it_is_the_conferences(client, world):
    """The office of the conference may write one down and point at the question; the other not."""
    question = handed(world)
    answered(world, question)
    type(world.conference).objects.filter(pk=world.conference.pk).update(state="held")
    address = url("commitment_create", world.conference.pk)

    alone(client, world.other_secretary)
    assert client.get(address).status_code == 404
    alone(client, world.clerk)
    assert question in client.get(address).context["form"].fields["question"].queryset


def test_the_files_go_along_and_stay_readable_at_home(client, world):
    question = questions.submit_question(
        world.conference, text=ASKED, theme=world.themes[2], kind="opinion", level="confidential",
        by=world.staff, at=NOON, files=[("png", png())],
    )  # fmt: skip
    Question.objects.filter(pk=question.pk).update(edited_ok=True, display_text=CLEARED)
    question.refresh_from_db()
    address = url("attachment_file", question.attachments.get().pk)
    alone(client, world.other_secretary)
    assert client.get(address).status_code == 404

    hand(world, question)

    for who, status in (("other_secretary", 200), ("clerk", 200), ("staff", 200), ("leader", 404)):
        alone(client, world.people[who])
        assert client.get(address).status_code == status, who


def test_a_second_office_of_the_person_shows_no_others(client, world):
    """Whoever serves both offices works at it there, and keeps what is known at home."""
    question = handed(world, level="named")
    Membership.objects.create(
        user=world.clerk, committee=world.neighbour, role=Role.CLERK, starts_on=day(-9)
    )
    alone(client, world.clerk)

    page = client.get(place(question))

    assert 'id="act-return"' in page.text
    assert world.staff.full_name in page.text


def test_notes_of_the_one_office_are_not_the_others(client, world):
    question = cleared(world)
    notes.write_note(question, text="Hỏi chị Hoa phòng Tổ chức.", by=world.clerk, at=NOON)
    hand(world, question)
    alone(client, world.other_secretary)

    page = client.get(place(question))
    client.post(url("note_add", question.pk), {"note-text": "Xem hồ sơ cầu thang."})

    assert "Hỏi chị Hoa" not in page.text
    given_back(world, question, at=moment(0, 3))
    alone(client, world.clerk)
    back = client.get(place(question))
    assert "Hỏi chị Hoa" in back.text
    assert "Xem hồ sơ cầu thang." not in back.text


def test_a_reply_that_came_before_waits_for_nobody_there(client, world):
    question = cleared(world)
    follow_up.ask_back(question, text="Ở tầng mấy?", by=world.clerk, at=NOON)
    follow_up.reply(question, text="Tôi là Đức, tầng ba.", at=NOON)
    question.refresh_from_db()
    hand(world, question)
    alone(client, world.other_secretary)

    before = client.get(place(question))
    none = client.get(url("answer_list") + "?show=replies")
    client.post(url("question_ask_back", question.pk), {"ask_back-text": "Cầu thang nào?"})
    follow_up.reply(question, text="Cầu thang phía đông.", at=moment(0, 2))
    after = client.get(url("answer_list") + "?show=replies")

    assert "tầng ba" not in before.text
    assert none.context["questions"] == []
    assert [one.pk for one in after.context["questions"]] == [question.pk]
    page = client.get(place(question))
    assert "Cầu thang phía đông." in page.text
    assert "tầng ba" not in page.text


def test_the_list_of_conferences_counts_it(client, world):
    own = make_conference(world.neighbour, world.other_secretary)
    handed(world)
    alone(client, world.other_secretary)

    page = client.get(url("triage_index"))

    found = {one.pk: (one.waiting, one.in_all) for one in page.context["conferences"]}
    assert found == {own.pk: (0, 0), world.conference.pk: (1, 1)}
    queue = client.get(url("triage", world.conference.pk))
    assert queue.context["chips"][0][2] == 1
