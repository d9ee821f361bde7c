"""Sorting and answering: numbers, merges, assignments, versions, guards."""

import threading
import uuid
from functools import partial

import pytest
from django.db import IntegrityError, connection, connections

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from sessions import queries
from sessions.domain import answers, questions, triage
from sessions.models import Answer, Question
from sessions.queue import queue
from sessions.similar import similar_answered
from sessions.states import AnswerState, QuestionState
from tests.world import NOON, day, make_conference

pytestmark = pytest.mark.django_db


def a_question(world, text="Đề nghị sửa mái khu để xe.", *, conference=None, form_key=None):
    return questions.submit_question(
        conference or world.conference,
        text=text,
        theme=world.themes[2],
        kind="recommendation",
        level="confidential",
        form_key=form_key,
        by=world.staff,
        at=NOON,
    )


def assign(world, question, **changes):
    triage.assign_question(
        question,
        **{"to": world.leader, "due_on": day(20), "by": world.clerk, "at": NOON, **changes},
    )


def test_the_same_form_sent_twice_is_one_question(world):
    key = uuid.uuid4()

    first, second = a_question(world, form_key=key), a_question(world, form_key=key)

    assert first == second
    assert Question.objects.count() == 1


def test_a_code_that_is_another_questions_already_costs_nobody_the_question(world):
    """A browser that kept the page sends the code of the first question with the second."""
    sent = {
        "theme": world.themes[2], "kind": "opinion", "level": "confidential", "by": world.staff,
        "at": NOON, "receipt": "a" * 64,
    }  # fmt: skip
    first = questions.submit_question(
        world.conference, text="Câu một", form_key=uuid.uuid4(), **sent
    )

    second = questions.submit_question(
        world.conference, text="Câu hai", form_key=uuid.uuid4(), **sent
    )

    assert Question.objects.get(receipt="a" * 64) == first
    assert (second.original_text, second.receipt) == ("Câu hai", None)


def test_what_the_database_refuses_is_not_taken_for_a_form_sent_twice(world):
    with pytest.raises(IntegrityError):
        questions.record_question(
            world.conference, text="Câu", theme=world.themes[2], kind=None, channel="paper",
            level="confidential", form_key=uuid.uuid4(), by=world.clerk, at=NOON,
        )  # fmt: skip

    assert not Question.objects.exists()


def test_numbers_follow_the_sorting_and_not_the_arrival(world):
    first, second = a_question(world), a_question(world)

    assign(world, second)
    triage.classify_question(first, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON)
    assign(world, first)

    assert (second.code, first.code) == ("HN1-C001", "HN1-C002")
    assert first.theme == world.themes[0]


def test_every_way_out_of_the_queue_gives_a_number(world):
    for act in (
        lambda q: triage.decline_question(
            q, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON
        ),
        lambda q: triage.refer_question(q, to="Thanh tra", reason="…", by=world.clerk, at=NOON),
        lambda q: triage.escalate_question(q, to="Khối", reason="…", by=world.clerk, at=NOON),
        lambda q: answers.record_live_answer(
            q, text="Có.", answered_by="A", by=world.clerk, at=NOON
        ),
    ):
        question = a_question(world)
        act(question)
        assert question.number


def test_a_merged_question_lives_on_in_the_other_and_can_come_back(world):
    one, other = a_question(world), a_question(world)
    assign(world, one)

    triage.merge_questions(other, into=one, by=world.clerk, at=NOON)
    assert (other.state, other.merged_into, triage.supporters(one)) == ("merged", one, 2)

    triage.undo_merge(other, by=world.clerk, at=NOON)
    assert (other.state, other.merged_into, triage.supporters(one)) == ("received", None, 1)


def test_no_chains_no_circles_no_other_conference(world):
    one, two, three = (a_question(world) for _ in range(3))
    elsewhere = a_question(world, conference=make_conference(world.host, world.secretary))
    triage.merge_questions(two, into=one, by=world.clerk, at=NOON)

    for question, into in ((one, three), (three, two), (three, three), (three, elsewhere)):
        with pytest.raises(triage.CannotMerge):
            triage.merge_questions(question, into=into, by=world.clerk, at=NOON)


def test_a_returned_question_may_be_taken_up_after_all(world):
    question = a_question(world)
    triage.decline_question(question, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON)

    triage.reconsider_question(question, reason="Đã rõ", by=world.clerk, at=NOON)

    assert (question.state, question.return_code, question.settled_at) == ("classified", "", None)


def test_what_is_sorted_is_no_longer_the_askers_to_change(world):
    question = a_question(world)
    assign(world, question)

    with pytest.raises(MoveNotAllowed):
        questions.withdraw_question(question, at=NOON)
    with pytest.raises(MoveNotAllowed):
        questions.change_question(
            question, text="Khác", theme=world.themes[0], kind="opinion", version=1, at=NOON
        )


def test_the_original_stays_beside_the_text_for_others(world):
    question = a_question(world, "Ông Nam ở phòng 3 hay quát tháo.")

    triage.edit_question(
        question, display_text="Có lãnh đạo cư xử chưa đúng mực.", edited_ok=True, in_report=True,
        times_raised=2, version=1,
    )  # fmt: skip

    question.refresh_from_db()
    assert question.original_text == "Ông Nam ở phòng 3 hay quát tháo."
    assert question.text == "Có lãnh đạo cư xử chưa đúng mực."
    with pytest.raises(OutdatedVersion):
        triage.edit_question(
            question,
            display_text="Khác",
            edited_ok=True,
            in_report=False,
            times_raised=1,
            version=1,
        )


# --- answers ------------------------------------------------------------------------


def test_a_written_answer_is_drafted_laid_before_sent_back_and_published(world):
    question = a_question(world)
    assign(world, question)

    draft = answers.draft_answer(
        question, text="Sẽ sửa.", answered_by="Lê Quốc Cường", version=0, by=world.leader, at=NOON
    )
    answers.submit_answer(draft, by=world.leader, at=NOON)
    with pytest.raises(MoveNotAllowed):
        answers.draft_answer(
            question, text="Lén sửa", answered_by="x", version=1, by=world.leader, at=NOON
        )
    answers.send_back_answer(draft, remarks="Nêu thời hạn.", by=world.secretary, at=NOON)
    answers.draft_answer(
        question,
        text="Sửa xong 30/6.",
        answered_by="Lê Quốc Cường",
        version=1,
        by=world.leader,
        at=NOON,
    )
    draft.refresh_from_db()
    answers.publish_answer(draft, by=world.secretary, at=NOON)

    question.refresh_from_db()
    assert question.state == QuestionState.ANSWERED_WRITTEN
    assert queries.published_answer(question).text == "Sửa xong 30/6."
    assert [move.to_state for move in draft.moves.all()] == ["submitted", "draft", "published"]


def test_two_writers_of_one_answer(world):
    question = a_question(world)
    assign(world, question)
    answers.draft_answer(question, text="A", answered_by="A", version=0, by=world.leader, at=NOON)

    with pytest.raises(OutdatedVersion):
        answers.draft_answer(
            question, text="B", answered_by="B", version=0, by=world.clerk, at=NOON
        )


def test_what_was_answered_meanwhile_takes_no_draft(world):
    question = a_question(world)
    assign(world, question)
    opened = Question.objects.get()
    answers.record_live_answer(question, text="Có.", answered_by="A", by=world.clerk, at=NOON)

    with pytest.raises(MoveNotAllowed):
        answers.draft_answer(
            opened, text="Viết", answered_by="A", version=0, by=world.leader, at=NOON
        )

    assert [one.text for one in question.answers.all()] == ["Có."]


def test_a_correction_is_a_new_version_and_the_old_one_is_kept(world):
    question = a_question(world)
    first = answers.record_live_answer(
        question, text="Có.", answered_by="A", by=world.clerk, at=NOON
    )

    second = answers.correct_answer(
        question, text="Có, từ tháng 7.", answered_by="A", by=world.clerk, at=NOON
    )

    first.refresh_from_db()
    assert (first.state, second.number, second.live) == (AnswerState.SUPERSEDED, 2, True)
    assert queries.published_answer(question) == second


def test_more_may_be_promised_in_writing(world):
    question = a_question(world)
    answers.record_live_answer(question, text="Có.", answered_by="A", by=world.clerk, at=NOON)

    answers.complete_in_writing(question, reason="Số liệu", due_on=day(20), by=world.clerk, at=NOON)

    assert (question.state, question.due_on, question.settled_at) == ("assigned", day(20), None)


def test_only_published_and_cleared_answers_are_offered_as_similar(world):
    question = a_question(world, "Đề nghị sửa mái che khu để xe bị dột.")
    answers.record_live_answer(question, text="Sẽ sửa.", answered_by="A", by=world.clerk, at=NOON)
    wanted = "mái che khu để xe của cơ quan bị dột"

    assert similar_answered(world.host, wanted) == []
    Question.objects.update(edited_ok=True)
    assert [a.text for a in similar_answered(world.host, wanted)] == ["Sẽ sửa."]
    assert similar_answered(world.neighbour, wanted) == []
    Answer.objects.update(state="superseded")
    assert similar_answered(world.host, wanted) == []


@pytest.mark.parametrize("word", ["dang uy", "Đảng ủy", "ĐẢNG UỶ", "Đảng uỷ", "đảng  ủy"])
def test_search_ignores_marks_tone_position_and_case(world, word):
    a_question(world, "Kiến nghị Đảng ủy họp sớm hơn.")
    a_question(world, "Chuyện khác.")

    found = queue(world.conference, search=word).questions

    assert [question.original_text for question in found] == ["Kiến nghị Đảng ủy họp sớm hơn."]


def test_the_queue_is_paged_by_key_without_losing_or_repeating(world):
    for number in range(7):
        a_question(world, f"Ý kiến {number}")

    seen, after = [], ""
    while True:
        page = queue(world.conference, after=after, page=3)
        seen += [question.pk for question in page.questions]
        after = page.older
        if not after:
            break

    assert len(seen) == len(set(seen)) == 7


@pytest.mark.django_db(transaction=True)
def test_twenty_who_sort_at_once_give_twenty_numbers(world):
    if connection.vendor != "postgresql":
        pytest.skip("needs a server")
    pks = [a_question(world, f"Ý kiến {number}").pk for number in range(20)]
    together = threading.Barrier(20)

    def sort(pk):
        question = Question.objects.get(pk=pk)
        together.wait()
        triage.classify_question(
            question, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON
        )
        connections.close_all()

    sorters = [threading.Thread(target=sort, args=[pk]) for pk in pks]
    for one in sorters:
        one.start()
    for one in sorters:
        one.join()

    numbers = Question.objects.values_list("number", flat=True)
    assert sorted(numbers) == list(range(1, 21))


def test_a_code_once_given_stays(world):
    question = a_question(world)
    stale = Question.objects.get(pk=question.pk)

    triage.classify_question(
        question, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON
    )
    assign(world, stale)

    assert (stale.code, stale.state) == ("HN1-C001", "assigned")
    assert Question.objects.get().number == 1


def test_what_is_over_is_not_sorted_again(world):
    question = a_question(world)
    questions.withdraw_question(question, at=NOON)

    with pytest.raises(MoveNotAllowed):
        triage.classify_question(
            question, theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON
        )
    with pytest.raises(MoveNotAllowed):
        triage.edit_question(
            question,
            display_text="x",
            edited_ok=True,
            in_report=True,
            times_raised=1,
            version=question.version,
        )
    assert Question.objects.get().number is None


def at_the_same_time(*acts):
    """Do the acts side by side; return what each of them raised, or None."""
    together, raised = threading.Barrier(len(acts)), []

    def run(act):
        together.wait()
        try:
            act()
            raised.append(None)
        except Exception as error:
            raised.append(type(error).__name__)
        finally:
            connections.close_all()

    people = [threading.Thread(target=run, args=[act]) for act in acts]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return sorted(raised, key=str)


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_crosswise_leave_one_merge_and_no_deadlock(world):
    for _ in range(5):
        one, other = a_question(world).pk, a_question(world).pk

        def merge(question, into):
            triage.merge_questions(
                Question.objects.get(pk=question),
                into=Question.objects.get(pk=into),
                by=world.clerk,
                at=NOON,
            )

        raised = at_the_same_time(partial(merge, one, other), partial(merge, other, one))

        assert raised == ["CannotMerge", None]
        assert Question.objects.filter(pk__in=[one, other], state="merged").count() == 1


@pytest.mark.django_db(transaction=True)
def test_published_and_answered_live_at_once_is_answered_once(world):
    def publish(draft):
        answers.publish_answer(draft, by=world.secretary, at=NOON)

    def answer_live(question):
        answers.record_live_answer(
            Question.objects.get(pk=question.pk),
            text="Nói",
            answered_by="A",
            by=world.clerk,
            at=NOON,
        )

    for _ in range(5):
        question = a_question(world)
        assign(world, question)
        draft = answers.draft_answer(
            question, text="Viết", answered_by="A", version=0, by=world.leader, at=NOON
        )

        opened = Answer.objects.get(pk=draft.pk)  # before the other may have removed it
        raised = at_the_same_time(partial(publish, opened), partial(answer_live, question))

        assert raised == ["MoveNotAllowed", None]
        assert question.answers.filter(state="published").count() == 1
