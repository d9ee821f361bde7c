"""The desk as it is seen and sent: with a script, without one, twice, too late, with mistakes."""

import datetime as dt
import re
import uuid

import pytest
from django.urls import reverse

from foundation.sending import BY_SCRIPT
from hall import queries
from hall.domain import desk
from hall.models import DeskAct, Hall, Place, Turn
from sessions.domain import conferences, follow_up, questions, triage
from sessions.models import Commitment, Question
from tests.hall.floor import (
    a_question,
    another,
    begun,
    called,
    fresh,
    keyed,
    opened,
    running,
    said,
    three,
)
from tests.world import MENU, SORTING, day

pytestmark = pytest.mark.django_db
SCRIPT = {f"HTTP_{BY_SCRIPT.upper().replace('-', '_')}": "script"}


@pytest.fixture(autouse=True)
def in_the_hall(world, monkeypatch):
    """The conference goes on."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: begun(world))


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def url(name, *args):
    return reverse(f"hall:{name}", args=args)


def part(response, name):
    """Return the part of the desk that has this id, as text."""
    body = response.content.decode()
    found = re.search(rf'<section id="{name}".*?</section>', body, re.DOTALL)
    return found[0] if found else ""


# --- the page ---------------------------------------------------------------------------


def test_the_desk_shows_what_waits_what_is_on_the_floor_and_what_is_done(clerk, world):
    first, second, third = three(world)
    turn = called(world, first)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    called(world, second)

    page = clerk.get(url("hall_desk", world.conference.pk))

    assert third.text in part(page, "hall-queue")
    assert second.text in part(page, "hall-now")
    assert "Sẽ sửa trong quý III." in part(page, "hall-done")
    assert first.text not in part(page, "hall-queue")


def test_of_a_long_queue_the_desk_draws_the_first_and_says_how_many_more_wait(clerk, world):
    asked = {
        "conference": world.conference, "committee": world.host, "theme": world.themes[0],
        "kind": "opinion", "received_at": begun(world),
    }  # fmt: skip
    Question.objects.bulk_create(
        Question(original_text=f"Ý kiến {number}", **asked) for number in range(900)
    )

    shown = part(clerk.get(url("hall_desk", world.conference.pk)), "hall-queue")

    assert shown.count("data-question=") == queries.QUEUE
    assert "840" in shown
    assert 'value="down"' in shown.rpartition("data-question=")[2]
    first = queries.desk(Hall.objects.get()).following
    desk.call_up(Hall.objects.get(), first, **keyed(world))
    assert running(world).question == first


def test_groups_that_have_not_been_heard_are_marked(clerk, world):
    a_question(world, "Nhóm đã nghe.", theme=1)
    a_question(world, "Nhóm chưa nghe.", theme=2)
    turn = called(world, a_question(world, theme=1))
    desk.answer_turn(turn, **said(turn), **keyed(world))

    shown = part(clerk.get(url("hall_desk", world.conference.pk)), "hall-queue")

    rows = re.findall(r"<li class=\"queue-item.*?</li>", shown, re.DOTALL)
    assert ["chưa nghe: nhóm nội dung</strong>" in row for row in rows] == [False, True]


def test_who_asks_is_named_only_where_the_name_was_given(clerk, world):
    a_question(world, "Không nêu tên.")
    a_question(world, "Có nêu tên.", level="named")

    shown = part(clerk.get(url("hall_desk", world.conference.pk)), "hall-queue")

    assert shown.count(world.staff.full_name) == 1


@pytest.mark.parametrize("number", [1, 30])
def test_the_desk_asks_the_database_as_often_whatever_it_shows(
    clerk, world, number, django_assert_max_num_queries
):
    for n in range(number):
        turn = called(world, a_question(world, f"Đã trả lời {n}"))
        desk.answer_turn(turn, **said(turn), **keyed(world))
    for n in range(number):
        a_question(world, f"Đang đợi {n}", level="named")
    called(world)

    with django_assert_max_num_queries(MENU + SORTING + 23):
        assert clerk.get(url("hall_desk", world.conference.pk)).status_code == 200
    changes = url("hall_changes", world.conference.pk)
    with django_assert_max_num_queries(14):
        assert clerk.get(changes).status_code == 200
    since = {"since": queries.desk_stamp(Hall.objects.get())}
    with django_assert_max_num_queries(5):
        assert clerk.get(changes, since).status_code == 304


def test_of_a_closed_conference_the_desk_is_read_and_not_worked_at(clerk, world):
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    by = {"by": world.clerk, "at": begun(world)}
    conferences.close_conference(fresh(world.conference), **by)

    page = clerk.get(url("hall_desk", world.conference.pk))

    assert "Sẽ sửa trong quý III." in part(page, "hall-done")
    assert "<form" not in part(page, "hall-done")
    assert 'id="hall-floor"' not in page.content.decode()
    assert clerk.post(url("turn_reopen", turn.pk)).status_code == 403


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("cancelled", "đã hoãn hoặc hủy"),
        ("postponed", "đã hoãn hoặc hủy"),
        ("closed", "không dùng"),
    ],
)
def test_of_a_conference_that_never_had_a_desk_none_is_opened(clerk, world, state, words):
    type(world.conference).objects.filter(pk=world.conference.pk).update(state=state)

    page = clerk.get(url("hall_desk", world.conference.pk))

    assert words in page.content.decode()
    assert not Hall.objects.exists()


def test_the_desk_opens_the_day_before(clerk, world):
    """What came in earlier would be put in the order in which it came."""
    question = a_question(world)
    hold = {"starts_at": begun(world) + dt.timedelta(days=2)}
    type(world.conference).objects.filter(pk=world.conference.pk).update(
        **hold, ends_at=hold["starts_at"] + dt.timedelta(hours=2)
    )

    early = clerk.get(url("hall_desk", world.conference.pk))
    star = url("place_change", world.conference.pk, question.pk)

    assert "mở từ ngày trước hội nghị" in early.content.decode()
    assert clerk.post(star, {"to": "star"}).status_code == 403
    type(world.conference).objects.filter(pk=world.conference.pk).update(
        starts_at=begun(world) + dt.timedelta(days=1)
    )
    assert clerk.post(star, {"to": "star"}).status_code == 302


# --- whether anything has changed ---------------------------------------------------------


def test_what_has_not_changed_is_not_sent_again(clerk, world):
    hall = opened(world)
    address = url("hall_changes", world.conference.pk)

    question = a_question(world)
    before = queries.desk_stamp(hall)
    assert clerk.get(address, {"since": before}).status_code == 304
    desk.star(hall, question, on=True, **keyed(world))
    changed = clerk.get(address, {"since": before})

    assert changed.status_code == 200
    assert f'data-change="{queries.desk_stamp(hall)}"' in changed.content.decode()


@pytest.mark.parametrize(
    "what", ["a question comes in", "one is changed", "one is sorted", "closed"]
)
def test_what_others_do_elsewhere_is_a_change_too(clerk, world, what):
    question = a_question(world)
    hall = opened(world)
    before = queries.desk_stamp(hall)
    by = {"by": world.clerk, "at": begun(world)}
    if what == "a question comes in":
        a_question(world, "Từ điện thoại")
    elif what == "one is changed":
        questions.change_question(
            question, text="Sửa lại", theme=world.themes[0], kind="opinion", version=1,
            at=begun(world),
        )  # fmt: skip
    elif what == "one is sorted":
        triage.clear_text(question, **by)
    else:
        conferences.hold_conference(fresh(world.conference), **by)

    asked = clerk.get(url("hall_changes", world.conference.pk), {"since": before})

    assert asked.status_code == 200


@pytest.mark.parametrize("since", ["", "x", "-1", "9" * 40])
def test_whoever_asks_with_no_number_is_sent_all(clerk, world, since):
    opened(world)

    assert clerk.get(url("hall_changes", world.conference.pk), {"since": since}).status_code == 200


def test_a_hall_that_nobody_opened_has_no_changes(clerk, world):
    assert clerk.get(url("hall_changes", world.conference.pk)).status_code == 404


def test_numbers_for_the_script_are_not_written_as_people_write_them(clerk, world):
    turn = called(world)
    Hall.objects.update(change=1_234)
    Turn.objects.update(version=4_321, began_at=begun(world) - dt.timedelta(hours=1))
    DeskAct.objects.update(number=2_345)

    page = clerk.get(url("hall_desk", world.conference.pk)).content.decode()

    for words in (
        *('data-change="1234-1-', 'data-version="4321"', 'name="version" value="4321"'),
        *('name="number" value="2345"', 'data-clock="3600"', f'data-turn="{turn.pk}"'),
    ):
        assert words in page, words


# --- acts -----------------------------------------------------------------------------------


def test_without_a_script_each_act_leads_back_to_the_desk(clerk, world):
    question = a_question(world)
    here = url("hall_desk", world.conference.pk)

    assert clerk.post(url("question_call", world.conference.pk, question.pk)).url == here
    turn = running(world)
    answered = clerk.post(
        url("turn_answer", turn.pk),
        {"version": turn.version, "text": "Có.", "answered_by": "A", "promised": ""},
    )

    assert answered.url == here
    assert fresh(turn).state == "answered"


def test_to_a_script_each_act_answers_with_the_desk_as_it_is_then(clerk, world):
    first, *_ = three(world)

    sent = clerk.post(url("question_call", world.conference.pk, first.pk), **SCRIPT)

    assert sent.status_code == 200
    assert first.text in part(sent, "hall-now")
    assert f'data-change="{queries.desk_stamp(Hall.objects.get())}"' in sent.content.decode()


def test_an_answer_calls_up_the_next_one_where_that_is_wanted(clerk, world):
    first, second, _ = three(world)
    turn = called(world, first)
    typed = {"version": turn.version, "text": "Có.", "answered_by": "A"}

    clerk.post(url("turn_answer", turn.pk), {**typed, "calls_next": "1"})

    assert running(world).question == second


def test_after_the_last_one_the_floor_is_empty(clerk, world):
    turn = called(world)

    clerk.post(
        url("turn_answer", turn.pk),
        {"version": turn.version, "text": "Có.", "answered_by": "A", "calls_next": "1"},
    )

    assert running(world) is None


def test_what_was_promised_goes_with_the_answer(clerk, world):
    turn = called(world)

    clerk.post(
        url("turn_answer", turn.pk),
        {
            **{"version": turn.version, "text": "Có.", "answered_by": "A"},
            **{"promised": "Thay mái", "promised_unit": "Văn phòng"},
            "promised_on": f"{day(60):%d/%m/%Y}",
        },
    )

    made = Commitment.objects.get()
    assert (made.text, made.lead_unit, made.due_on) == ("Thay mái", "Văn phòng", day(60))
    assert fresh(turn).commitment == made


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"text": "", "answered_by": "A"}, "text"),
        ({"text": "Có.", "answered_by": ""}, "answered_by"),
        ({"text": "Có.", "answered_by": "A" * 201}, "answered_by"),
        ({"promised": "Thay mái"}, "promised_unit"),
        ({"promised_unit": "Văn phòng"}, "promised"),
        ({"promised": "Thay", "promised_unit": "VP", "promised_on": "31/02/2026"}, "promised_on"),
        ({"promised": "Thay", "promised_unit": "VP", "promised_on": "01/01/2020"}, "promised_on"),
    ],
)
@pytest.mark.parametrize("how", [{}, SCRIPT], ids=["page", "script"])
def test_a_mistake_is_told_beside_its_field_and_nothing_is_saved(clerk, world, typed, field, how):
    turn = called(world)
    sent = {"version": turn.version, "text": "Nguyên văn đã gõ.", "answered_by": "A", **typed}

    refused = clerk.post(url("turn_answer", turn.pk), sent, **how)

    assert refused.status_code == 422
    assert refused.context["answer"].errors.keys() & {field}
    shown = part(refused, "hall-now")
    assert sent["text"] in shown
    assert fresh(turn).state == "running"
    assert not Commitment.objects.exists()


def test_in_writing_needs_somebody_who_answers(clerk, world):
    turn = called(world)
    typed = {"later-version": turn.version, "later-due_on": f"{day(30):%d/%m/%Y}"}

    refused = clerk.post(url("turn_later", turn.pk), typed, **SCRIPT)
    taken = clerk.post(url("turn_later", turn.pk), {**typed, "later-unit": "Văn phòng"}, **SCRIPT)

    assert (refused.status_code, taken.status_code) == (422, 200)
    assert fresh(turn).question.assigned_unit == "Văn phòng"


def test_a_question_from_the_floor_is_one_line_and_one_act(clerk, world):
    typed = {"text": "Bao giờ sửa đèn?", "name": "Lý Thị Nga", "unit": "Phòng Tổ chức"}
    theme = {"theme": world.themes[4].pk, "key": str(uuid.uuid4())}

    for _ in range(2):  # the second because no answer to the first came
        sent = clerk.post(url("floor_ask", world.conference.pk), {**typed, **theme}, **SCRIPT)
        assert sent.status_code == 200

    question = Question.objects.get()
    assert (question.asker_name, question.asker_unit) == ("Lý Thị Nga", "Phòng Tổ chức")
    assert running(world).question == question


def test_a_unit_without_a_name_is_refused_beside_its_field(clerk, world):
    typed = {"text": "Bao giờ?", "unit": "Phòng Tổ chức", "theme": world.themes[4].pk}

    refused = clerk.post(url("floor_ask", world.conference.pk), typed)

    assert refused.status_code == 422
    assert "có thể cho biết ai hỏi" in part(refused, "hall-floor")
    assert not Question.objects.exists()


def test_another_question_with_the_key_of_one_before_is_not_lost(clerk, world):
    """Somebody went back to the page and typed anew."""
    typed = {"theme": world.themes[4].pk, "key": str(uuid.uuid4())}
    address = url("floor_ask", world.conference.pk)
    clerk.post(address, {**typed, "text": "Câu thứ nhất?"})

    second = clerk.post(address, {**typed, "text": "Câu thứ hai?"})

    assert second.status_code == 409
    assert "chưa được ghi" in second.content.decode()
    assert "Câu thứ hai?" in second.content.decode()
    assert Question.objects.count() == 1


def test_words_that_came_too_late_are_shown_to_be_copied(clerk, world):
    turn = called(world)
    desk.put_back(turn, **keyed(world))

    late = clerk.post(
        url("turn_answer", turn.pk), {"version": 1, "text": "Đã gõ dài.", "answered_by": "A"}
    )

    assert late.status_code == 409
    assert "Đã gõ dài.</textarea>" in late.content.decode()


@pytest.mark.parametrize("how", [{}, SCRIPT], ids=["page", "script"])
def test_a_line_that_is_refused_stands_there_still(clerk, world, how):
    typed = {"text": "", "name": "Lý Thị Nga", "theme": world.themes[4].pk}

    refused = clerk.post(url("floor_ask", world.conference.pk), typed, **how)

    assert refused.status_code == 422
    assert "Lý Thị Nga" in part(refused, "hall-floor")
    assert not Question.objects.exists()


def test_whoever_comes_too_late_is_told_and_sees_how_it_stands(clerk, world):
    first, second, _ = three(world)
    called(world, first)

    late = clerk.post(url("question_call", world.conference.pk, second.pk), **SCRIPT)

    assert late.status_code == 409
    assert "hiện trạng như đồng chí thấy" in late.content.decode()
    assert first.text in part(late, "hall-now")


def test_before_it_has_begun_nothing_can_be_called_up(clerk, world):
    question = a_question(world)
    type(world.conference).objects.filter(pk=world.conference.pk).update(
        starts_at=begun(world) + (begun(world) - world.conference.starts_at),
    )

    page = clerk.get(url("hall_desk", world.conference.pk))
    early = clerk.post(url("question_call", world.conference.pk, question.pk), **SCRIPT)

    assert "/hall/call/" not in page.content.decode()
    assert early.status_code == 409
    assert "chưa bắt đầu" in early.content.decode()


def test_the_gist_is_kept_while_it_is_typed_with_what_is_half_promised(clerk, world):
    turn = called(world)
    typed = {"text": "Sẽ", "answered_by": "", "promised": "Thay", "promised_on": "31/"}

    kept = clerk.post(url("turn_gist", turn.pk), {"version": 1, **typed}, **SCRIPT)

    assert kept.status_code == 200
    assert fresh(turn).gist == "Sẽ"
    page = part(clerk.get(url("hall_desk", world.conference.pk)), "hall-now")
    assert 'value="31/"' in page
    assert ">Thay</textarea>" in page.replace("\n", "")


def test_of_two_who_type_the_second_is_told_and_overwrites_nothing(clerk, world):
    turn = called(world)
    clerk.post(url("turn_gist", turn.pk), {"version": 1, "text": "Một"}, **SCRIPT)

    late = clerk.post(url("turn_gist", turn.pk), {"version": 1, "text": "Hai"}, **SCRIPT)

    assert late.status_code == 409
    assert fresh(turn).gist == "Một"
    assert "Một" in part(late, "hall-now")


@pytest.mark.parametrize("how", [{}, SCRIPT], ids=["page", "script"])
def test_a_text_that_is_too_long_is_not_cut_and_told_beside_its_field(clerk, world, how):
    turn, long = called(world), "x" * 20_001

    refused = clerk.post(url("turn_gist", turn.pk), {"version": 1, "text": long}, **how)

    assert refused.status_code == 422
    shown = part(refused, "hall-now")
    assert long in shown
    assert "is-invalid" in shown
    assert fresh(turn).gist == ""


def test_an_answer_whose_reply_was_lost_is_sent_again_and_stands_once(clerk, world):
    turn = called(world)
    typed = {"version": turn.version, "text": "Có.", "answered_by": "A", "key": str(uuid.uuid4())}

    first, again = (clerk.post(url("turn_answer", turn.pk), typed, **SCRIPT) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 200)
    assert turn.question.answers.count() == 1
    other = clerk.post(url("turn_answer", turn.pk), {**typed, "text": "Không."}, **SCRIPT)
    assert other.status_code == 409
    assert "Không.</textarea>" in other.content.decode()


def test_what_comes_while_the_page_is_read_is_still_to_be_fetched(clerk, world, monkeypatch):
    read = queries.desk

    def and_then_somebody_asks(hall, **only):
        found = read(hall, **only)
        a_question(world, "Vừa gửi.")
        return found

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("hall.queries.desk", and_then_somebody_asks)
        page = clerk.get(url("hall_desk", world.conference.pk))

    assert "Vừa gửi." not in page.content.decode()
    since = re.search(r'data-change="([^"]+)"', page.content.decode())[1]
    assert since != queries.desk_stamp(Hall.objects.get())


@pytest.mark.parametrize("to", ["up", "down", "star", "unstar", "hold", "release"])
def test_the_queue_is_put_in_order(clerk, world, to):
    _, second, _ = three(world)
    hall = opened(world)
    desk.place_all(hall)
    second.refresh_from_db()
    if to in ("unstar", "release"):
        Place.objects.filter(pk=second.pk).update(is_starred=True, is_held_back=True)
    before = fresh(second.place).marks

    sent = clerk.post(url("place_change", world.conference.pk, second.pk), {"to": to}, **SCRIPT)

    assert sent.status_code == 200
    assert fresh(second.place).marks != before


@pytest.mark.parametrize("to", ["", "sideways"])
def test_an_act_that_nobody_offers_is_refused(clerk, world, to):
    question = a_question(world)

    refused = clerk.post(url("place_change", world.conference.pk, question.pk), {"to": to})

    assert refused.status_code == 422
    assert not DeskAct.objects.exists()


def test_undoing_names_what_it_undoes(clerk, world):
    turn = called(world)
    page = part(clerk.get(url("hall_desk", world.conference.pk)), "hall-done")
    told = " ".join(re.sub("<[^>]+>", " ", page).split())
    assert f"Hoàn tác: Mời trao đổi {turn.question.text} ({world.clerk.full_name})" in told

    sent = clerk.post(url("act_undo", world.conference.pk), {"number": 1}, **SCRIPT)

    assert sent.status_code == 200
    assert fresh(turn).state == "put_back"


@pytest.mark.parametrize("number", ["", "x", "0", "7"])
def test_undoing_something_else_undoes_nothing(clerk, world, number):
    turn = called(world)

    refused = clerk.post(url("act_undo", world.conference.pk), {"number": number}, **SCRIPT)

    assert refused.status_code in (409, 422)
    assert fresh(turn).state == "running"


def test_what_cannot_be_undone_is_said_and_the_act_before_is_offered(clerk, world):
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    follow_up.appeal(fresh(turn.question), text="Chưa trả lời vào việc.", at=begun(world))

    sent = clerk.post(url("act_undo", world.conference.pk), {"number": 2}, **SCRIPT)

    assert sent.status_code == 409
    assert "nên giữ nguyên" in sent.content.decode()
    assert "Mời trao đổi" in part(sent, "hall-done")


def test_a_question_that_was_settled_elsewhere_says_so_on_the_floor(clerk, world):
    turn = called(world)
    questions.withdraw_question(fresh(turn.question), at=begun(world))

    shown = part(clerk.get(url("hall_desk", world.conference.pk)), "hall-now")

    assert "đã được xử lý ở nơi khác" in shown
    assert "Kết thúc lượt" in shown
    assert "Ghi trả lời" not in shown


@pytest.mark.parametrize("act", ["turn_put_back", "turn_clock", "turn_reopen"])
def test_the_small_acts_are_done_by_one_press(clerk, world, act):
    turn = called(world)
    if act == "turn_reopen":
        desk.put_back(turn, **keyed(world))

    sent = clerk.post(url(act, turn.pk), **SCRIPT)

    assert sent.status_code == 200
    turn = fresh(turn)
    assert {
        "turn_put_back": turn.state == "put_back",
        "turn_clock": turn.paused_at is not None,
        "turn_reopen": turn.state == "running",
    }[act]


@pytest.mark.parametrize("key", ["", "x", str(uuid.UUID(int=7))])
def test_a_key_that_cannot_be_read_is_one_of_its_own(clerk, world, key):
    sent = clerk.post(
        url("question_call", world.conference.pk, a_question(world).pk), {"key": key}, **SCRIPT
    )

    assert sent.status_code == 200
    assert Turn.objects.count() == 1


def test_a_question_of_another_conference_is_not_found_here(clerk, world):
    question = a_question(world)
    other = another(world.conference)

    for name in ("question_call", "place_change"):
        sent = clerk.post(url(name, other.pk, question.pk), {"to": "star"})
        assert sent.status_code == 404
    assert not Turn.objects.exists()


@pytest.mark.parametrize(("typed", "kept"), [("5", 5), ("", None), ("120", 120)])
def test_the_time_of_a_turn_is_said_to_every_clock(clerk, world, typed, kept):
    called(world)

    sent = clerk.post(url("turns_limit", world.conference.pk), {"minutes": typed}, **SCRIPT)

    assert sent.status_code == 200
    assert Hall.objects.get().turn_minutes == kept
    assert re.findall(r'data-limit="(\d+)"', part(sent, "hall-now")) == [
        f"{(kept or 0) * 60}"
    ] * bool(kept)


@pytest.mark.parametrize("typed", ["0", "-1", "121", "x", "9" * 30])
def test_a_time_that_nobody_has_is_refused_beside_its_field(clerk, world, typed):
    refused = clerk.post(url("turns_limit", world.conference.pk), {"minutes": typed}, **SCRIPT)

    assert refused.status_code == 422
    assert refused.context["limit"].errors
    assert Hall.objects.get().turn_minutes is None


def test_the_results_form_that_saves_itself_leaves_the_counted_turns_alone(clerk, world):
    """It was opened after the first turn, and its conclusion is typed while others follow."""
    address = reverse("sessions:conference_results", args=[world.conference.pk])

    def one_more():
        turn = called(world, a_question(world))
        desk.answer_turn(turn, **said(turn), **keyed(world))

    one_more()
    page = clerk.get(address).context["form"]
    typed = {name: page[name].value() for name in page.fields}
    typed = {name: "" if value is None else value for name, value in typed.items()}
    one_more()
    one_more()

    clerk.post(address, {**typed, "conclusion": "Các đơn vị trả lời đúng hạn."})
    kept = fresh(world.conference)
    assert (kept.turns, kept.conclusion) == (3, "Các đơn vị trả lời đúng hạn.")

    clerk.post(address, {**typed, "version": kept.version, "turns": "12"})
    assert fresh(world.conference).turns == 12
