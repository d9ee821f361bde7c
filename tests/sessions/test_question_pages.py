"""The pages of asking, sorting and answering: bad input, double sending, two people, counts."""

import datetime as dt
import re

import pytest
import time_machine
from django.db.models import F
from django.test import Client

from sessions.askers import identity, receipts
from sessions.domain import answers, questions, triage
from sessions.models import Conference, Question
from tests.sessions.at_the_desk import form_of, url
from tests.world import MENU, NOON, PEOPLE, SORTING, day, moment

pytestmark = pytest.mark.django_db

HOSTILE = (
    "'; DROP TABLE dialogue_sessions_question; --",
    "<script>alert(1)</script>",
    "‮đảo chiều",
    "😀😀😀",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "e\u0302\u0301 NFD",
)


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """The pages ask the database's clock; here it stands at NOON."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def typed(world, **changes):
    return {
        "text": "Bao giờ công khai tiêu chí nâng lương?",
        "theme": world.themes[2].pk,
        "kind": "opinion",
        "level": "confidential",
        "form_key": "6f1c7a52-6f7c-4d0c-9f7e-0d8c7f0f4a11",
        **changes,
    }


def a_question(world, text="Đề nghị sửa mái khu để xe.", by=None, level="confidential"):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind="opinion", level=level,
        by=by or world.staff, at=NOON,
    )  # fmt: skip


# --- asking -------------------------------------------------------------------------


def test_a_question_is_sent_and_followed(client, world):
    client.force_login(world.staff)

    sent = client.post(url("question_ask", world.conference.pk), typed(world), follow=True)

    question = Question.objects.get()
    own = identity.own_address(world.staff, question.pk)
    assert sent.redirect_chain[-1][0] == url("question_sent", own)
    assert question.original_text in client.get(url("my_questions")).content.decode()
    assert client.get(url("question_detail", own)).status_code == 200


def test_the_code_that_was_made_here_is_made_again_for_its_own_browser_alone(client, world):
    client.force_login(world.staff)
    sent = client.post(url("question_ask", world.conference.pk), typed(world), follow=True)
    question, code = Question.objects.get(), sent.context["code"]
    assert receipts.find(code) == question
    assert code in client.get(url("question_sent", question.pk)).content.decode()

    other = Client()
    other.force_login(world.staff)
    assert other.get(url("question_sent", question.pk)).context["code"] == ""
    row = repr(Question.objects.filter(pk=question.pk).values())
    assert typed(world)["form_key"] not in row
    assert receipts.code_made_here(question.form_print) != code.replace("-", "")


def test_sent_twice_it_is_one(client, world):
    client.force_login(world.staff)

    for _ in range(2):
        client.post(url("question_ask", world.conference.pk), typed(world))

    assert Question.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", ""),
        ("text", "   \n\t "),
        ("text", "\u200b\u202e"),
        ("text", "x" * 4_001),
        ("text", "\x00"),
        ("theme", "999999"),
        ("theme", "abc"),
        ("theme", ""),
        ("kind", "nonsense"),
        ("level", "anonymous"),
        ("level", ""),
        ("form_key", "not-a-key"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(client, world, field, value):
    client.force_login(world.staff)

    answer = client.post(url("question_ask", world.conference.pk), typed(world, **{field: value}))

    assert answer.status_code == 422
    assert not Question.objects.exists()
    if field != "text":
        assert "Bao giờ công khai tiêu chí nâng lương?" in answer.content.decode()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_kept_as_text(client, world, text):
    client.force_login(world.staff)

    client.post(url("question_ask", world.conference.pk), typed(world, text=text))

    question = Question.objects.get()
    page = client.get(url("question_detail", question.pk)).content.decode()
    assert "<script>alert" not in page
    assert "SECRET_KEY" not in page or "{{ settings.SECRET_KEY }}" in page
    if "NFD" in text:
        assert question.original_text == "ế NFD"
    if "‮" in text:
        assert question.original_text == "đảo chiều"


def test_letters_of_an_old_font_are_offered_converted(client, world):
    client.force_login(world.staff)
    old = "§Ò nghÞ l·nh ®¹o c«ng khai tiªu chÝ n©ng l­¬ng"
    page = url("question_ask", world.conference.pk)

    asked = client.post(page, typed(world, text=old))

    assert asked.status_code == 422
    assert "Đề nghị lãnh đạo công khai tiêu chí nâng lương" in asked.content.decode()
    assert old in asked.content.decode()
    assert Question.objects.count() == 0
    client.post(page, typed(world, text=old, **{"text-letters": "convert"}))
    assert Question.objects.get().text == "Đề nghị lãnh đạo công khai tiêu chí nâng lương"


def test_after_the_window_the_text_is_kept_and_nothing_is_sent(client, world, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: moment(4))
    client.force_login(world.staff)

    answer = client.post(url("question_ask", world.conference.pk), typed(world))

    assert answer.status_code == 422
    assert "Bao giờ công khai tiêu chí nâng lương?" in answer.content.decode()
    assert not Question.objects.exists()


@pytest.mark.parametrize("who", PEOPLE)
def test_an_askers_page_is_nobody_elses(client, world, who):
    question = a_question(world)
    client.force_login(world.people[who])

    expected = 200 if who == "staff" else 404
    for name in ("question_detail", "question_sent", "question_change"):
        assert client.get(url(name, question.pk)).status_code == expected
    taken_back = client.post(url("question_withdraw", question.pk)).status_code
    assert taken_back == (302 if who == "staff" else 404)


def test_two_windows_changing_one_question(client, world):
    question = a_question(world)
    client.force_login(world.staff)
    change = url("question_change", question.pk)
    data = {"theme": world.themes[0].pk, "kind": "opinion", "version": 1}

    first = client.post(change, {**data, "text": "Bản một"})
    second = client.post(change, {**data, "text": "Bản hai"})

    assert (first.status_code, second.status_code) == (302, 409)
    assert "conflict-heading" in second.content.decode()
    assert "Bản hai" in second.content.decode()
    assert "Bản một" in second.content.decode()
    assert Question.objects.get().original_text == "Bản một"


def test_withdrawing_asks_once_and_can_be_undone_until_the_conference(client, world):
    question = a_question(world)
    client.force_login(world.staff)
    asked = client.get(url("question_withdraw", question.pk))
    assert "Câu hỏi đã rút" in asked.content.decode()
    assert Question.objects.get().state == "received"

    page = client.post(url("question_withdraw", question.pk), follow=True)
    assert "Đưa câu hỏi trở lại" in page.content.decode()
    assert Question.objects.get().state == "withdrawn"
    client.post(url("question_send_again", question.pk))
    back = Question.objects.get()

    assert (back.state, back.settled_at) == ("received", None)
    client.post(url("question_withdraw", question.pk))
    world.conference.state = "held"
    world.conference.save()
    assert client.post(url("question_send_again", question.pk)).status_code == 409
    assert (
        "Đưa câu hỏi trở lại"
        not in client.get(url("question_detail", question.pk)).content.decode()
    )


def test_a_second_question_from_the_same_form_is_neither_lost_nor_doubled(client, world):
    """The answer to the first was lost, and the text was changed before it was sent again."""
    client.force_login(world.staff)
    ask, first = url("question_ask", world.conference.pk), typed(world)
    client.post(ask, first)
    assert client.post(ask, first).status_code == 302  # the same once more

    other = client.post(ask, {**first, "text": "Bao giờ có chỗ để xe?"})

    assert other.status_code == 409
    assert Question.objects.get().original_text == first["text"]
    form_key = other.context["form"].data["form_key"]
    client.post(ask, {**first, "text": "Bao giờ có chỗ để xe?", "form_key": form_key})
    assert Question.objects.count() == 2


def test_withdrawn_after_sorting_is_a_kind_409(client, world):
    question = a_question(world)
    triage.classify_question(
        question, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON
    )
    client.force_login(world.staff)

    assert client.post(url("question_withdraw", question.pk)).status_code == 409


def test_the_clerk_records_from_paper(client, world):
    client.force_login(world.clerk)
    record = url("question_record", world.conference.pk)
    data = typed(world, channel="paper", name="", unit="")

    refused = client.post(record, {**data, "level": "named"})
    named = client.post(
        record, {**data, "level": "named", "name": "Trần Thị Khánh", "unit": "Phòng 3"}
    )

    assert refused.status_code == 422
    assert named.status_code == 302
    assert "channel=paper" in named.url
    question = Question.objects.get()
    assert (question.asker_name, question.author, question.channel) == (
        "Trần Thị Khánh",
        None,
        "paper",
    )


def test_another_question_from_a_form_that_was_recorded_is_neither_lost_nor_doubled(client, world):
    """The answer to the first was lost, and another slip was typed over it."""
    client.force_login(world.clerk)
    record = url("question_record", world.conference.pk)
    first = typed(world, channel="paper", level="named", name="Trần Thị Khánh", unit="Phòng 3")
    client.post(record, first)
    assert client.post(record, first).status_code == 302  # the same once more

    for changed in ({"text": "Bao giờ có chỗ để xe?"}, {"name": "Lý Thị Nga"}):
        other = client.post(record, first | changed)

        assert other.status_code == 422
        assert "Câu hỏi này chưa được ghi nhận" in other.content.decode()
        assert next(iter(changed.values())) in other.content.decode()
    assert Question.objects.get().asker_name == "Trần Thị Khánh"
    form_key = other.context["form"].data["form_key"]
    client.post(record, first | changed | {"form_key": form_key})
    assert set(Question.objects.values_list("asker_name", flat=True)) == {
        "Trần Thị Khánh",
        "Lý Thị Nga",
    }


# --- sorting ------------------------------------------------------------------------


ACTS = {
    "sort": {"sort-display_text": "Khác"},
    "decline": {"decline-code": "unclear", "decline-text": "Chưa rõ."},
    "refer": {"refer-to": "Thanh tra", "refer-reason": "Thẩm quyền"},
    "escalate": {"escalate-to": "Khối", "escalate-reason": "Thẩm quyền"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_office_sorts(client, world, who, act):
    question = a_question(world)
    client.force_login(world.people[who])
    data = {**form_of(world, question), **ACTS[act]}

    answer = client.post(url(f"question_{act}", question.pk), data)

    assert answer.status_code == (302 if who in ("secretary", "clerk") else 404)


@pytest.mark.parametrize(
    ("act", "data"),
    [
        ("sort", {"sort-due_on": "31/02/2026", "sort-unit": "X"}),
        ("sort", {"sort-due_on": "", "sort-unit": "X"}),
        ("sort", {"sort-due_on": "20/06/2026", "sort-to": "999999"}),
        ("decline", {"decline-code": "nonsense", "decline-text": "x"}),
        ("decline", {"decline-code": "unclear", "decline-text": "  "}),
        ("merge", {"merge-into": "C999"}),
        ("merge", {"merge-into": "'; --"}),
        ("merge", {"merge-into": "9" * 12}),
        ("refer", {"refer-to": "x" * 300, "refer-reason": "y"}),
        ("sort", {"sort-display_text": "x" * 4_001}),
        ("sort", {"sort-times_raised": 10**9}),
        ("sort", {"sort-theme": "0"}),
        ("sort", {"sort-kind": "x"}),
    ],
)
def test_bad_sorting_is_refused_on_the_same_page(client, world, act, data):
    question = a_question(world)
    client.force_login(world.clerk)

    answer = client.post(url(f"question_{act}", question.pk), {**form_of(world, question), **data})

    assert answer.status_code == 422
    assert "invalid-feedback" in answer.content.decode()
    question.refresh_from_db()
    assert question.state == "received"


def test_two_people_editing_one_question(client, world):
    question = a_question(world)
    edit = url("question_sort", question.pk)
    opened = form_of(world, question)
    for person, text, status in (
        (world.clerk, "Của văn thư", 302),
        (world.secretary, "Của bí thư", 409),
    ):
        client.force_login(person)
        answer = client.post(edit, {**opened, "sort-display_text": text})
        assert answer.status_code == status

    page = answer.content.decode()
    assert "Của văn thư" in page
    assert "Của bí thư" in page


def test_several_are_assigned_at_once_or_none(client, world):
    chosen = [a_question(world, f"Ý kiến {number}").pk for number in range(3)]
    client.force_login(world.clerk)
    several = url("questions_sort", world.conference.pk)
    form = {"act": "assign", "questions": chosen, "query": "state=received"}

    refused = client.post(several, {**form, "several-due_on": "xx"})
    assert refused.status_code == 422
    assert not Question.objects.filter(state="assigned").exists()
    done = client.post(
        several, {**form, "several-to": world.leader.pk, "several-due_on": "20/06/2026"}
    )

    assert "state=received" in done.url
    assert Question.objects.filter(state="assigned", assignee=world.leader).count() == 3


def test_the_next_question_opens_by_itself(client, world):
    first, second = a_question(world), a_question(world)
    client.force_login(world.clerk)

    answer = client.post(
        url("question_sort", first.pk),
        form_of(
            world, first, **{"sort-unit": "Phòng", "next": second.pk, "query": "state=received"}
        ),
    )

    opened = url("triage_question", world.conference.pk, second.pk)
    assert answer.url.startswith(f"{opened}?state=received&done=")
    assert answer.url.endswith("#question")


@pytest.mark.parametrize(
    "query",
    [
        "state=x",
        "theme=9999999999999",
        "after=nonsense",
        "after=2026-01-01_x",
        "q=%00",
        "channel=x",
        "q=" + "a" * 3000,
    ],
)
def test_no_address_of_the_queue_breaks(client, world, query):
    a_question(world)
    client.force_login(world.clerk)

    answer = client.get(url("triage", world.conference.pk) + "?" + query)

    assert answer.status_code in (200, 400)


# --- answering ----------------------------------------------------------------------


def test_the_leader_writes_and_the_secretary_clears(client, world):
    question = a_question(world)
    triage.assign_question(question, to=world.leader, due_on=day(10), by=world.clerk, at=NOON)
    write = url("answer_write", question.pk)
    client.force_login(world.leader)
    data = {"text": "Sẽ sửa.", "answered_by": "Lê Quốc Cường", "version": 0}

    assert client.post(write, {**data, "text": " "}).status_code == 422
    assert (
        client.post(write, {**data, "publish": ""}).status_code == 302
    )  # only saved: not the leader's
    question.refresh_from_db()
    assert question.state == "assigned"
    client.post(write, {**data, "version": 1, "submit": ""})
    assert client.post(url("answer_publish", question.pk)).status_code == 403
    client.force_login(world.secretary)
    assert client.post(url("answer_publish", question.pk)).status_code == 302

    question.refresh_from_db()
    assert question.state == "answered_written"
    client.force_login(world.staff)
    assert "Sẽ sửa." in client.get(url("question_detail", question.pk)).content.decode()


@pytest.mark.parametrize("who", PEOPLE)
def test_who_opens_an_assigned_question(client, world, who):
    question = a_question(world)
    triage.assign_question(question, to=world.leader, due_on=day(10), by=world.clerk, at=NOON)
    client.force_login(world.people[who])

    answer = client.get(url("answer_write", question.pk))

    assert answer.status_code == (200 if who in ("secretary", "clerk", "leader") else 404)


def test_a_merged_askers_page_shows_the_common_answer(client, world):
    one, other = a_question(world), a_question(world, by=world.colleague)
    triage.classify_question(one, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON)
    triage.merge_questions(other, into=one, by=world.clerk, at=NOON)
    answers.record_live_answer(one, text="Đã sửa rồi.", answered_by="A", by=world.clerk, at=NOON)
    client.force_login(world.colleague)

    page = client.get(url("question_detail", other.pk)).content.decode()

    assert "Đã sửa rồi." in page
    assert "HN1-C001" in page


def test_what_the_office_wrote_beside_a_question_keeps_its_shape(client, world):
    question = a_question(world)
    triage.escalate_question(
        question, to="Ban Thường vụ", reason="Vì:\n- vượt định mức\n- thiếu nguồn", by=world.clerk, at=NOON,
    )  # fmt: skip
    for who, page in (
        (world.clerk, url("triage_question", question.conference_id, question.pk)),
        (world.staff, url("question_detail", question.pk)),
    ):
        client.force_login(who)
        shown = client.get(page).content.decode()
        assert '<li><span class="mark">-</span> vượt định mức</li>' in shown


def test_answered_questions_keep_their_shape(client, world):
    question = a_question(world, "Đề nghị sửa:\n- mái khu để xe\n- đèn sân sau")
    Question.objects.filter(pk=question.pk).update(edited_ok=True)
    question.refresh_from_db()
    said = {"text": "Đã sửa.", "answered_by": "A", "by": world.clerk}
    answers.record_live_answer(question, **said, at=NOON)
    client.force_login(world.staff)

    page = client.get(url("answered_questions")).content.decode()

    assert page.count('<span class="mark">-</span>') == 2


# --- the database -------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize(
    ("who", "name", "most"),
    [
        ("clerk", "triage", 13),  # one for the draft of its form
        ("staff", "my_questions", 12),
        ("leader", "answer_list", 12),
        ("clerk", "answer_list", 12),
        ("staff", "answered_questions", 12),
        ("staff", "question_ask", 12),
    ],
)
def test_pages_take_few_queries_however_many_questions(
    client, world, django_assert_max_num_queries, rows, who, name, most
):
    for number in range(rows):
        question = a_question(world, f"Ý kiến {number} về khu để xe")
        if number % 2:
            triage.assign_question(
                question, to=world.leader, due_on=day(9), by=world.clerk, at=NOON
            )
    has_pk = name in ("triage", "question_ask")
    address = url(name, *([world.conference.pk] if has_pk else []))

    with time_machine.travel(NOON, tick=False):  # the machine's day is the request's
        client.force_login(world.people[who])
        with django_assert_max_num_queries(most + MENU + SORTING):
            assert client.get(address).status_code == 200


# --- the committee's own themes -----------------------------------------------------


def test_the_office_names_its_own_themes_and_the_report_counts_them_in_their_group(client, world):
    client.force_login(world.clerk)
    added = client.post(url("theme_list"), {"name": "Nhà công vụ", "group": world.themes[4].pk})
    theme = world.themes[4].children.get()
    client.post(url("theme_rename", theme.pk), {"name": "Nhà ở công vụ"})
    question = a_question(world)
    triage.classify_question(question, theme=theme, kind="opinion", by=world.clerk, at=NOON)

    client.post(url("theme_retire", theme.pk))

    theme.refresh_from_db()
    assert (added.status_code, theme.name, theme.is_active) == (302, "Nhà ở công vụ", False)
    assert theme.group == world.themes[4]
    client.force_login(world.staff)
    assert (
        "Nhà ở công vụ" not in client.get(url("question_ask", world.conference.pk)).content.decode()
    )


def test_a_theme_no_longer_used_is_taken_up_again_by_its_name(client, world):
    client.force_login(world.clerk)
    sent = {"name": "Nhà công vụ", "group": world.themes[4].pk}
    client.post(url("theme_list"), sent)
    theme = world.themes[4].children.get()
    client.post(url("theme_retire", theme.pk))
    ask = url("question_ask", world.conference.pk)
    assert "Nhà công vụ" not in client.get(ask).content.decode()

    client.post(url("theme_list"), sent)

    assert world.themes[4].children.get() == theme
    assert "Nhà công vụ" in client.get(ask).content.decode()


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "\x00"])
def test_a_theme_needs_a_name(client, world, name):
    client.force_login(world.clerk)

    answer = client.post(url("theme_list"), {"name": name, "group": world.themes[0].pk})

    assert answer.status_code == 422


@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_office_edits_its_themes(client, world, who):
    theme = world.themes[0].children.create(number=1, name="Riêng", committee=world.host)
    client.force_login(world.people[who])

    expected = {
        "secretary": 302,
        "clerk": 302,
        "leader": 403,
        "other_leader": 403,
        "staff": 403,
        "colleague": 403,
    }
    assert client.post(url("theme_retire", theme.pk)).status_code == expected.get(who, 404)


def test_a_merge_is_undone_and_an_answer_corrected_and_completed_on_the_page(client, world):
    one, other = a_question(world), a_question(world)
    client.force_login(world.clerk)
    client.post(url("question_sort", one.pk), form_of(world, one, **{"sort-unit": "Phòng"}))
    client.post(url("question_merge", other.pk), {"merge-into": "c001"})
    other.refresh_from_db()
    assert other.merged_into == one
    client.post(url("merge_undo", other.pk))
    other.refresh_from_db()
    assert (other.state, other.merged_into) == ("received", None)

    answers.record_live_answer(other, text="Có.", answered_by="A", by=world.clerk, at=NOON)
    correction = {"text": "Có, từ tháng 7.", "answered_by": "A", "number": 1, "reason": "Nhầm"}
    client.post(url("answer_correct", other.pk), correction)
    client.post(url("answer_complete", other.pk), {"reason": "Số liệu", "due_on": "20/06/2026"})

    other.refresh_from_db()
    assert other.state == "assigned"
    assert other.answers.get(state="published").text == "Có, từ tháng 7."


def test_what_was_never_merged_is_not_given_back(client, world):
    question = a_question(world)
    client.force_login(world.clerk)

    answer = client.post(url("merge_undo", question.pk))

    question.refresh_from_db()
    assert answer.status_code == 409
    assert (question.state, question.version, question.moves.count()) == ("received", 1, 0)


def test_once_a_conference_is_closed_no_page_offers_to_record_a_question(client, world):
    client.force_login(world.clerk)
    a_question(world)
    pages = [url("triage", world.conference.pk), url("conference_detail", world.conference.pk)]
    record = url("question_record", world.conference.pk)

    assert all(record in client.get(page).content.decode() for page in pages)

    world.conference.state = "closed"
    world.conference.save(update_fields=["state"])
    assert not any(record in client.get(page).content.decode() for page in pages)
    assert client.get(record).status_code == 403


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("postponed", "Hội nghị đã hoãn. Khi có ngày mới"),
        ("cancelled", "Đã hủy hội nghị"),
        ("scheduled", "Đã hết thời gian nhận câu hỏi"),
    ],
)
def test_a_closed_window_says_why(state, says, client, world):
    Conference.objects.filter(pk=world.conference.pk).update(
        state=state,
        asks_close_at=F("asks_open_at") + dt.timedelta(minutes=1),
    )
    client.force_login(world.staff)

    seen = client.get(url("question_ask", world.conference.pk))
    sent = client.post(url("question_ask", world.conference.pk), typed(world))

    assert says in seen.content.decode()
    assert sent.status_code == 422
    assert says in sent.content.decode()
    assert "Câu hỏi của đồng chí chưa được gửi" in sent.content.decode()
    if state != "scheduled":
        assert "Đã hết thời gian" not in seen.content.decode() + sent.content.decode()


def test_only_an_anonymous_receipt_is_said_to_be_the_only_way(client, world):
    client.force_login(world.staff)

    page = client.post(
        url("question_ask", world.conference.pk), typed(world), follow=True
    ).content.decode()

    assert "Chỉ với mã này" not in page
    assert "không cần đăng nhập" in page


@pytest.mark.parametrize(
    ("level", "shown"), [("confidential", "tuần từ 01/06/2026"), ("named", "03/06/2026")]
)
def test_when_an_asker_withdrew_is_told_no_finer_than_it_is_kept(client, world, level, shown):
    question = a_question(world, level=level)
    questions.withdraw_question(question, at=NOON.replace(day=3))

    for who, address in (
        (world.staff, url("question_detail", question.pk)),
        (world.clerk, url("triage_question", world.conference.pk, question.pk)),
    ):
        client.force_login(who)
        page = client.get(address).content.decode()
        withdrawn = page[page.rindex("Người hỏi đã rút") :][:200]
        assert shown in withdrawn
        assert "00:00" not in withdrawn


def test_what_stays_in_the_history_calls_the_question_by_a_number_the_office_has_not(client, world):
    """On a computer that others use: whoever handles the question reads the addresses there."""
    client.force_login(world.staff)
    sent = client.post(url("question_ask", world.conference.pk), typed(world))
    question = Question.objects.get()
    addresses, seen = {sent.url}, set()
    while new := addresses - seen:
        seen |= new
        for address in new:
            page = client.get(address).content.decode()
            found = re.findall(r'(?:href|action)="(/questions/[^"#]+)', page)
            addresses |= {one for one in found if "/answered/" not in one}

    own = identity.own_address(world.staff, question.pk)
    assert {f"/questions/{own}/{act}/" for act in ("sent", "change", "withdraw")} <= addresses
    assert not [one for one in addresses if str(question.pk) in one]
    for who in (world.secretary, world.clerk, world.colleague):
        (other := Client()).force_login(who)
        for place in ("/questions/{}/", "/triage/{}/unseal/", "/triage/{}/purge/"):
            assert other.get(place.format(own)).status_code == 404
