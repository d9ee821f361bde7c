"""Sorting as one act: what is saved at once, taken back, done to several, and shown when."""

import datetime as dt
import json

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django.test.html import parse_html
from django.urls import reverse

from committees.models import Membership
from foundation.moves import MoveNotAllowed
from foundation.templatetags.drawing import draw_field
from sessions.domain import answers, questions, triage, undoing
from sessions.domain.bulk import sort_several
from sessions.forms.sorting import SortForm, answering_choices
from sessions.models import Question, SortingStep
from tests.world import MENU, NOON, day, make_conference

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(hours=1)
LEFT_ALONE = ("version", "number")


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: LATER)


def a_question(world, text="Đề nghị sửa mái khu để xe.", *, conference=None, level="confidential"):
    return questions.submit_question(
        conference or world.conference, text=text, theme=world.themes[2], kind="recommendation",
        level=level, by=world.staff, at=NOON,
    )  # fmt: skip


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def form_of(world, question, **changes):
    question.refresh_from_db()
    return {
        "sort-display_text": question.text,
        "sort-theme": world.themes[0].pk,
        "sort-kind": "proposal",
        "sort-times_raised": 1,
        "sort-due_on": "20/06/2026",
        "sort-version": question.version,
        **changes,
    }


def standing(question):
    """Return every column of the question but those that only ever go up."""
    row = Question.objects.filter(pk=question.pk).values().get()
    return {name: value for name, value in row.items() if name not in LEFT_ALONE}


# --- one form, one act --------------------------------------------------------------------


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


# --- undoing ------------------------------------------------------------------------------


ACTS = {
    "sort": lambda world, question: triage.sort_question(
        question, version=question.version, theme=world.themes[0], kind="opinion", by=world.clerk,
        at=NOON, to=world.leader, due_on=day(20), display_text="Khác", edited_ok=True,
        in_report=True, times_raised=3,
    ),
    "classify": lambda world, question: triage.classify_question(
        question, theme=world.themes[1], kind="feedback", by=world.clerk, at=NOON
    ),
    "clear": lambda world, question: triage.clear_text(question, by=world.clerk, at=NOON),
    "assign": lambda world, question: triage.assign_question(
        question, unit="Văn phòng", due_on=day(30), by=world.clerk, at=NOON
    ),
    "merge": lambda world, question: triage.merge_questions(
        question, into=a_question(world, "Ý khác"), by=world.clerk, at=NOON
    ),
    "decline": lambda world, question: triage.decline_question(
        question, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON
    ),
    "refer": lambda world, question: triage.refer_question(
        question, to="Thanh tra", reason="Thẩm quyền", by=world.clerk, at=NOON
    ),
    "escalate": lambda world, question: triage.escalate_question(
        question, to="Khối", reason="Thẩm quyền", by=world.clerk, at=NOON
    ),
}  # fmt: skip
BEFORE = {
    "received": lambda world, question: None,
    "classified": lambda world, question: triage.classify_question(
        question, theme=world.themes[2], kind="proposal", by=world.clerk, at=NOON
    ),
    "assigned": lambda world, question: triage.assign_question(
        question, to=world.leader, due_on=day(20), by=world.clerk, at=NOON
    ),
}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_taken_back_whole_and_the_history_tells_both(world, act, before):
    question = a_question(world)
    BEFORE[before](world, question)
    stood, told = standing(question), question.moves.count()
    ACTS[act](world, question)
    assert standing(question) != stood
    moved = question.moves.count() > told

    undoing.undo_step(question, batch=question.last_step.batch, by=world.clerk, at=LATER)

    assert standing(question) == stood
    assert (
        question.moves.last() is not None and question.moves.last().reason == "Hoàn tác"
    ) == moved
    assert not SortingStep.objects.filter(question=question).exists()


def test_a_question_taken_up_again_can_be_returned_by_undoing(world):
    question = a_question(world)
    ACTS["decline"](world, question)
    stood = standing(question)
    triage.reconsider_question(question, reason="Đã rõ", by=world.clerk, at=NOON)

    undoing.undo_step(question, batch=question.last_step.batch, by=world.clerk, at=LATER)

    assert standing(question) == stood


SINCE = {
    "sorted again": lambda world, question: ACTS["classify"](world, question),
    "answered": lambda world, question: answers.draft_answer(
        question, text="Sẽ sửa.", answered_by="A", version=0, by=world.leader, at=NOON
    ),
    "joined": lambda world, question: triage.merge_questions(
        a_question(world, "Cũng vậy"), into=question, by=world.clerk, at=NOON
    ),
}


@pytest.mark.parametrize("since", SINCE)
def test_what_something_has_followed_is_not_undone(client, world, since):
    question = a_question(world)
    BEFORE["assigned"](world, question)
    batch = question.last_step.batch
    client.force_login(world.clerk)
    address, undo = (
        url("triage", world.conference.pk),
        url("sorting_undo", world.conference.pk, batch),
    )
    assert undo in client.get(address, {"done": batch}).content.decode()
    SINCE[since](world, question)
    stood = standing(question)

    assert undo not in client.get(address, {"done": batch}).content.decode()
    answer = client.post(undo, follow=True)

    assert answer.status_code == 200
    assert standing(question) == stood
    page = answer.content.decode()
    assert "không hoàn tác được" in page


def test_after_a_week_nothing_is_undone(world):
    question = a_question(world)
    BEFORE["assigned"](world, question)

    with pytest.raises(undoing.CannotUndo):
        undoing.undo_step(
            question, batch=question.last_step.batch, by=world.clerk, at=NOON + undoing.KEPT
        )


def test_undoing_twice_does_nothing_the_second_time(client, world):
    question = a_question(world)
    BEFORE["assigned"](world, question)
    undo = url("sorting_undo", world.conference.pk, question.last_step.batch)
    client.force_login(world.clerk)
    assert (
        client.post(undo).url
        == url("triage_question", world.conference.pk, question.pk) + "#question"
    )
    stood, told = standing(question), question.moves.count()

    answer = client.post(undo, follow=True)

    assert answer.status_code == 200
    assert (standing(question), question.moves.count()) == (stood, told)


def test_the_office_of_another_committee_undoes_nothing(client, world):
    question = a_question(world)
    BEFORE["assigned"](world, question)
    client.force_login(world.other_secretary)

    answer = client.post(url("sorting_undo", world.conference.pk, question.last_step.batch))

    assert answer.status_code == 404
    question.refresh_from_db()
    assert question.state == "assigned"


def test_what_was_done_is_said_above_the_question_or_above_the_queue(client, world):
    one, other = a_question(world), a_question(world, "Ý khác")
    client.force_login(world.clerk)

    sorted_one = client.post(
        url("question_sort", one.pk), form_of(world, one, **{"next": other.pk}), follow=True
    )
    several_done = client.post(
        url("questions_sort", world.conference.pk),
        {"act": "clear", "questions": [one.pk, other.pk]},
        follow=True,
    )

    assert sorted_one.redirect_chain[-1][0].endswith("#question")
    assert_in_order(
        sorted_one, 'class="pane-queue"', 'id="question"', "notice-success done", "<h2>"
    )
    assert several_done.redirect_chain[-1][0].endswith("#done")
    assert_in_order(several_done, 'id="done"', "notice-success done", 'class="pane-queue"')


def assert_in_order(answer, *parts):
    page = answer.content.decode()
    places = [page.index(part) for part in parts]
    assert places == sorted(places)


# --- several at once ----------------------------------------------------------------------


def several(client, world, chosen, act, **fields):
    data = {f"several-{name}": value for name, value in fields.items()}
    query = f"state=all&theme={chosen[0].theme_id}"
    return client.post(
        url("questions_sort", world.conference.pk),
        {"act": act, "questions": [one.pk for one in chosen], "query": query, **data},
    )


BULK = {
    "classify": lambda world: {"theme": world.themes[1].pk, "kind": "opinion"},
    "assign": lambda world: {"to": world.leader.pk, "due_on": "20/06/2026"},
    "clear": lambda world: {},
    "decline": lambda world: {"code": "unclear", "text": "Chưa rõ."},
}


@pytest.mark.parametrize("act", BULK)
def test_several_are_sorted_at_once_and_taken_back_at_once(client, world, act):
    chosen = [a_question(world, f"Ý kiến {number}") for number in range(3)]
    stood = [standing(one) for one in chosen]
    client.force_login(world.clerk)

    answer = several(client, world, chosen, act, **BULK[act](world))

    assert all(standing(one) != before for one, before in zip(chosen, stood, strict=True))
    assert "state=all" in answer.url
    assert f"theme={chosen[0].theme_id}" in answer.url
    page = client.get(answer.url).content.decode()
    assert "3 câu hỏi" in page
    [batch] = set(SortingStep.objects.values_list("batch", flat=True))
    client.post(url("sorting_undo", world.conference.pk, batch))
    assert [standing(one) for one in chosen] == stood


def test_those_whose_state_forbids_it_are_named_and_left(client, world):
    fresh, answered = a_question(world), a_question(world, "Ý khác")
    answers.record_live_answer(answered, text="Có.", answered_by="A", by=world.clerk, at=NOON)
    stood = standing(answered)
    client.force_login(world.clerk)

    answer = several(client, world, [fresh, answered], "decline", code="unclear", text="Chưa rõ.")

    page = client.get(answer.url).content.decode()
    assert answered.code in page[page.index("không cho phép") - 200 :]
    assert standing(answered) == stood
    fresh.refresh_from_db()
    assert fresh.state == "declined"


SETTLED = ("declined", "merged", "referred", "escalated", "answered_live")


def settled_questions(world):
    """Return a question of each of those states, and one that waits."""
    asked = {state: a_question(world, f"Ý kiến {state}") for state in SETTLED}
    into = a_question(world, "Ý kiến chung")
    for act in ("refer", "escalate"):
        ACTS[act](world, asked["referred" if act == "refer" else "escalated"])
    ACTS["decline"](world, asked["declined"])
    triage.merge_questions(asked["merged"], into=into, by=world.clerk, at=NOON)
    answers.record_live_answer(
        asked["answered_live"], text="Có.", answered_by="A", by=world.clerk, at=NOON
    )
    assert [one.state for one in asked.values()] == list(SETTLED)
    return list(asked.values()), into


def test_assigning_several_wakes_none_that_is_settled(client, world):
    settled, waiting = settled_questions(world)
    stood = [standing(one) for one in settled]
    client.force_login(world.clerk)

    answer = several(client, world, [*settled, waiting], "assign", **BULK["assign"](world))

    assert [standing(one) for one in settled] == stood
    assert standing(waiting)["state"] == "assigned"
    page = client.get(answer.url).content.decode()
    named = page[page.index("không cho phép") :][:600]
    assert all(f"{Question.objects.get(pk=one.pk)}" in named for one in settled)


@pytest.mark.parametrize("place", range(len(SETTLED)), ids=SETTLED)
def test_a_question_that_was_settled_meanwhile_is_not_assigned(world, place):
    settled, _waiting = settled_questions(world)
    stood = standing(settled[place])

    with pytest.raises(MoveNotAllowed):
        ACTS["assign"](world, settled[place])

    assert standing(settled[place]) == stood


def test_anything_but_a_state_takes_back_all_of_them(world):
    chosen = [a_question(world, f"Ý kiến {number}") for number in range(3)]
    done = []

    def act(question, **details):
        triage.clear_text(question, **details)
        done.append(question)
        if len(done) == 3:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sort_several(chosen, act, by=world.clerk, at=NOON)

    assert len(done) == 3
    assert not Question.objects.filter(edited_ok=True).exists()


def test_a_refused_act_on_several_keeps_its_text_when_the_filter_shows_nothing(client, world):
    chosen = [a_question(world, "Ý kiến")]
    client.force_login(world.clerk)
    place = url("questions_sort", world.conference.pk)

    answer = client.post(
        place,
        {"act": "decline", "questions": [chosen[0].pk], "query": "q=khongco",
         "several-code": "", "several-text": "Chưa rõ ý nào."},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "Chưa rõ ý nào.</textarea>" in answer.content.decode()


def test_a_refused_act_on_several_keeps_the_ticks_and_what_was_typed(client, world):
    chosen = [a_question(world, f"Ý kiến {number}") for number in range(2)]
    a_question(world, "Không chọn")
    client.force_login(world.clerk)

    answer = several(client, world, chosen, "decline", code="", text="Chưa rõ ý nào.")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chưa rõ ý nào.</textarea>" in page
    assert [f'value="{one.pk}" checked' in page for one in chosen] == [True, True]
    assert page.count('name="questions"') == 3
    assert page.count(" checked data-not-kept") == 2


def test_without_a_script_the_ticks_go_along_to_the_form_of_the_act(client, world):
    one, other = a_question(world), a_question(world, "Ý khác")
    client.force_login(world.clerk)

    page = client.post(
        url("questions_sort", world.conference.pk), {"bulk": "decline", "questions": [one.pk]}
    ).content.decode()

    assert 'name="several-text"' in page
    assert f'value="{one.pk}" checked' in page
    assert f'value="{other.pk}" checked' not in page


def test_a_question_of_another_conference_is_not_among_the_ticked(client, world):
    elsewhere = a_question(world, conference=make_conference(world.host, world.secretary))
    client.force_login(world.clerk)

    answer = several(client, world, [elsewhere], "clear")

    assert answer.status_code == 422
    elsewhere.refresh_from_db()
    assert not elsewhere.edited_ok


# --- what is shown when -------------------------------------------------------------------


def listed(page):
    return [row.split("</span>")[0] for row in page.split('class="queue-text">')[1:]]


def test_the_inbox_is_what_still_waits_for_the_office(client, world):
    texts = ("Mới đến", "Đã giao nhưng để ngỏ", "Đã giao và xong lời", "Đã gộp")
    new, open_text, finished, merged = (a_question(world, text) for text in texts)
    for question in (open_text, finished):
        BEFORE["assigned"](world, question)
    triage.clear_text(finished, by=world.clerk, at=NOON)
    triage.merge_questions(merged, into=finished, by=world.clerk, at=NOON)
    client.force_login(world.clerk)
    address = url("triage", world.conference.pk)

    def shown(**filters):
        return sorted(listed(client.get(address, filters).content.decode()))

    assert shown() == sorted([texts[1], texts[0]])
    assert shown(state="all") == sorted(texts)
    assert shown(state="merged") == ["Đã gộp"]
    assert shown(q="xong lời") == [texts[2]]  # who searches looks everywhere
    assert new.state == "received"


def test_a_filter_leaves_the_open_question_and_shows_what_it_finds(client, world):
    question = a_question(world)
    client.force_login(world.clerk)
    whole = url("triage", world.conference.pk)

    page = client.get(url("triage_question", world.conference.pk, question.pk)).content.decode()

    assert f'class="search" role="search" method="get" action="{whole}"' in page
    assert f'class="chip" href="{whole}?state=all"' in page


def test_two_conferences_of_one_month_are_told_apart_where_one_is_chosen(client, world):
    other = make_conference(world.host, world.secretary)
    for conference in (world.conference, other):
        a_question(world, conference=conference)
    client.force_login(world.clerk)

    page = client.get(url("triage_index")).content.decode()

    for conference in (world.conference, other):
        assert f"{conference.code} · {conference.short_name}" in page
    assert world.conference.short_name == other.short_name


def test_the_list_alone_leads_to_its_first_question(client, world):
    a_question(world, "Ý kiến cũ")
    first = a_question(world, "Ý kiến mới nhất")
    Question.objects.filter(pk=first.pk).update(received_at=NOON + dt.timedelta(days=30))
    client.force_login(world.clerk)

    page = client.get(url("triage", world.conference.pk), {"list": "1", "q": "ý"}).content.decode()

    pane = page[page.index('id="question"') :].partition("</section>")[0]
    assert url("triage_question", world.conference.pk, first.pk) + "?q=%C3%BD#question" in pane
    assert "Ý kiến mới nhất" in pane


def test_a_finished_inbox_says_so_and_does_not_hide_the_rest(client, world):
    question = a_question(world)
    triage.clear_text(question, by=world.clerk, at=NOON)
    triage.classify_question(
        question, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON
    )
    client.force_login(world.clerk)

    page = client.get(url("triage", world.conference.pk)).content.decode()

    assert listed(page) == []
    assert "Mọi câu hỏi đã được phân loại" in page
    assert "Tất cả <strong>1</strong>" in page


def test_acts_beside_the_form_are_built_when_they_are_opened(client, world):
    question = a_question(world)
    client.force_login(world.clerk)
    address = url("triage_question", world.conference.pk, question.pk)
    acts = ("merge", "decline", "refer", "escalate")

    folded = client.get(address).content.decode()
    opened = client.get(address, {"open": "decline"}).content.decode()
    fragment = client.get(address, {"open": "decline"}, headers={"HX-Request": "true"})

    assert not [act for act in acts if url(f"question_{act}", question.pk) in folded]
    assert [act for act in acts if url(f"question_{act}", question.pk) in opened] == ["decline"]
    assert fragment.content.decode().lstrip().startswith("<form")
    assert (
        client.get(address, {"open": "appeal"}, headers={"HX-Request": "true"}).status_code == 404
    )


def test_a_question_is_merged_into_the_one_that_is_picked(client, world):
    one = a_question(world, "Đề nghị sửa mái khu để xe của cơ quan.")
    other = a_question(world, "Mái khu để xe của cơ quan dột đã lâu.")
    client.force_login(world.clerk)

    page = client.get(
        url("triage_question", world.conference.pk, one.pk), {"open": "merge"}
    ).content.decode()
    assert f'name="merge-picked" value="{other.pk}"' in page
    assert page.count(other.original_text) >= 2  # in the queue and to compare

    client.post(url("question_merge", one.pk), {"merge-picked": str(other.pk), "merge-into": ""})
    one.refresh_from_db()
    assert (one.state, one.merged_into) == ("merged", other)


def test_a_code_that_is_looked_up_is_shown_before_anything_is_merged(client, world):
    one, other = a_question(world), a_question(world, "Chuyện hoàn toàn khác.")
    BEFORE["assigned"](world, other)
    client.force_login(world.clerk)

    page = client.post(
        url("question_merge", one.pk), {"merge-into": "c1", "look": "1"}
    ).content.decode()

    one.refresh_from_db()
    assert one.state == "received"
    assert f'name="merge-picked" value="{other.pk}" checked' in page
    assert page.count("Chuyện hoàn toàn khác.") >= 2


@pytest.mark.parametrize(
    "typed", [{}, {"merge-picked": "x"}, {"merge-picked": "00000000-0000-4000-8000-000000000000"}]
)
def test_nothing_picked_and_nothing_typed_merges_nothing(client, world, typed):
    question = a_question(world)
    client.force_login(world.clerk)

    answer = client.post(url("question_merge", question.pk), typed)

    assert answer.status_code == 422
    assert 'id="id_merge-into_error"' in answer.content.decode()


def test_a_question_of_the_other_conference_is_never_offered_nor_merged_into(client, world):
    text = "Đề nghị sửa mái khu để xe của cơ quan."
    question = a_question(world, text)
    elsewhere = a_question(world, text, conference=make_conference(world.host, world.secretary))
    client.force_login(world.clerk)

    page = client.get(
        url("triage_question", world.conference.pk, question.pk), {"open": "merge"}
    ).content.decode()
    answer = client.post(url("question_merge", question.pk), {"merge-picked": str(elsewhere.pk)})

    assert str(elsewhere.pk) not in page
    assert answer.status_code == 422


def test_the_history_says_why_a_question_was_returned_in_words(client, world):
    question = a_question(world)
    ACTS["decline"](world, question)
    client.force_login(world.clerk)

    page = client.get(url("triage_question", world.conference.pk, question.pk)).content.decode()

    history = page[page.index('class="timeline"') :].partition("</ol>")[0]
    assert "unclear" not in history
    assert "chưa đủ rõ" in history


# --- the database -------------------------------------------------------------------------


def test_three_hundred_questions_take_as_many_queries_as_one(
    client, world, django_assert_max_num_queries
):
    first = a_question(world)
    row = Question.objects.filter(pk=first.pk).values().get()
    for name in ("id", "form_print", "receipt"):
        del row[name]
    Question.objects.bulk_create(
        Question(**{**row, "original_text": f"Ý kiến {number} về khu để xe của cơ quan"})
        for number in range(299)
    )
    client.force_login(world.clerk)

    with django_assert_max_num_queries(13 + MENU):
        page = client.get(url("triage", world.conference.pk)).content.decode()

    assert len(listed(page)) == 50
    assert "<strong>300</strong>" in page


def test_what_stood_before_is_kept_without_naming_anybody(world):
    question = a_question(world)
    ACTS["sort"](world, question)

    kept = json.dumps(question.last_step.before)

    assert set(question.last_step.before) == {"state", "ties", *undoing.CHANGED}
    assert not {"author", "asker_key", "asker_name", "receipt"} & set(json.loads(kept))


def test_a_withdrawn_question_is_not_sorted(world):
    question = a_question(world)
    questions.withdraw_question(question, at=NOON)

    for act in ACTS.values():
        with pytest.raises(MoveNotAllowed):
            act(world, question)


@pytest.mark.parametrize(
    "typed", [None, {}, {"sort-unit": "Văn phòng", "sort-due_on": "20/06/2026"}]
)
def test_the_fields_of_the_form_are_drawn_as_every_other_form_draws_them(world, typed):
    question = a_question(world)
    ours, theirs = [SortForm(typed, question=question, can_assign=True) for _ in range(2)]

    drawn = {field.name: draw_field(field) for field in ours if not field.is_hidden}

    assert list(drawn) == [field.name for field in theirs if not field.is_hidden]
    for name, html in drawn.items():
        assert parse_html(html) == parse_html(as_crispy_field(theirs[name]))


def test_whom_a_question_can_be_assigned_to_reads_alike_however_it_is_asked(world):
    world.leader.memberships.update(post="")
    Membership.objects.create(
        user=world.leader,
        committee=world.host,
        role="staff",
        post="Trưởng phòng",
        starts_on=day(-9),
    )
    question = a_question(world)

    people = answering_choices(world.host)
    shown = SortForm(None, question=question, can_assign=True, people=people)
    judged = SortForm({}, question=question, can_assign=True)

    assert list(shown.fields["to"].choices) == [
        (value and value.value, label) for value, label in judged.fields["to"].choices
    ]
    assert (world.leader.pk, f"{world.leader.full_name} – Trưởng phòng") in shown.fields[
        "to"
    ].choices
