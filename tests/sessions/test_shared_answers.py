"""One answer to several questions: all or none, each with its own row, told to whoever may read."""

import uuid

import pytest
from django.urls import reverse

from reports.domain.main_answers import proposed
from reports.domain.report_tables import items_by_group
from reports.figures import committee_figures
from sessions.answered_together import tell_together
from sessions.domain import answers, conferences, shared_answers, triage
from sessions.models import Answer, Question
from tests.sessions.at_the_desk import a_question
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


@pytest.fixture
def three(world):
    return [assigned(world, f"Đề nghị sửa mái khu {n}.") for n in "ABC"]


def assigned(world, text, *, to=None):
    question = a_question(world, text)
    triage.assign_question(question, to=to or world.leader, due_on=day(20), by=world.clerk, at=NOON)
    return question


def given(world, three, *, then=None, by=None):
    first, *others = three
    return shared_answers.answer_together(
        first, also=others, text="Sửa trong quý III.", answered_by="Văn phòng", version=0,
        by=by or world.leader, at=NOON, then=then,
    )  # fmt: skip


def form(also=(), **changes):
    return {
        "text": "Sửa trong quý III.", "answered_by": "Văn phòng", "version": 0,
        "also": [one.pk for one in also], **changes,
    }  # fmt: skip


def states(three):
    return [Question.objects.get(pk=one.pk).state for one in three]


def test_one_form_answers_three_questions(client, world, three):
    client.force_login(world.secretary)

    done = client.post(url("answer_write", three[0].pk), form(three[1:], publish="1"))

    rows = list(Answer.objects.all())
    assert done.status_code == 302
    assert states(three) == ["answered_written"] * 3
    assert {row.text for row in rows} == {"Sửa trong quý III."}
    assert len(rows) == 3
    assert len({row.shared for row in rows} - {None}) == 1


def test_laid_before_and_cleared_together(client, world, three):
    client.force_login(world.leader)
    client.post(url("answer_write", three[0].pk), form(three[1:], submit="1"))
    client.force_login(world.secretary)
    page = client.get(url("answer_write", three[1].pk)).content.decode()

    client.post(url("answer_publish", three[1].pk), {"together": [str(one.pk) for one in three]})

    assert page.count('name="together"') == 6
    assert three[2].code in page
    assert states(three) == ["answered_written"] * 3


def test_sent_back_together(client, world, three):
    given(world, three, then=answers.submit_answer)
    client.force_login(world.secretary)

    client.post(url("answer_send_back", three[0].pk), {"remarks": "Nêu thời hạn."})

    found = Answer.objects.values_list("state", "remarks")
    assert list(found) == [("draft", "Nêu thời hạn.")] * 3


def test_remarks_name_nobody_who_asked_any_of_them(client, world, three):
    named = a_question(world, "Hỏi có tên.", level="named")
    triage.assign_question(named, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    given(world, [three[0], named], then=answers.submit_answer)
    client.force_login(world.secretary)

    refused = client.post(
        url("answer_send_back", three[0].pk), {"remarks": "Đồng chí Đỗ Minh Đức chờ lâu."}
    )

    assert refused.status_code == 422
    assert set(Answer.objects.values_list("state", flat=True)) == {"submitted"}


def test_what_another_committee_has_taken_over_does_not_go_with_it(client, world, three):
    given(world, three, then=answers.submit_answer)
    Question.objects.filter(pk=three[2].pk).update(committee=world.neighbour)
    client.force_login(world.secretary)

    client.post(url("answer_publish", three[0].pk))

    assert states(three) == ["answered_written", "answered_written", "assigned"]


def test_clearing_what_was_not_shown_is_refused(client, world, three):
    given(world, three, then=answers.submit_answer)
    client.force_login(world.secretary)

    late = client.post(url("answer_publish", three[0].pk), {"together": [str(three[0].pk)]})

    assert late.status_code == 409
    assert states(three) == ["assigned"] * 3


def test_one_answered_meanwhile_refuses_all_and_keeps_the_text(client, world, three):
    answers.record_live_answer(three[2], text="Rồi.", answered_by="A", by=world.clerk, at=NOON)
    client.force_login(world.leader)

    late = client.post(
        url("answer_write", three[0].pk), form(three[1:], text="Mười dòng.", submit="1")
    )

    page = late.content.decode()
    assert late.status_code == 409
    assert "Mười dòng." in page
    assert three[2].code in page
    assert Answer.objects.filter(text="Mười dòng.").count() == 0
    assert f'value="{three[1].pk}"' in page


def test_an_answer_begun_apart_is_not_written_over(world, three):
    answers.draft_answer(
        three[1], text="Riêng.", answered_by="B", version=0, by=world.leader, at=NOON
    )

    offered = shared_answers.to_answer_with(three[0], by=world.leader)
    with pytest.raises(shared_answers.NotTogether) as refused:
        given(world, three)

    assert offered == [three[2]]
    assert refused.value.questions == [three[1]]
    assert Answer.objects.get().text == "Riêng."


def test_a_leader_is_offered_the_own_questions_the_office_all(world, three):
    other = assigned(world, "Bao giờ nâng lương?", to=world.other_leader)

    own = shared_answers.to_answer_with(three[0], by=world.leader)
    office = shared_answers.to_answer_with(three[0], by=world.clerk)

    assert set(own) == set(three[1:])
    assert set(office) == {*three[1:], other}


def test_a_leader_cannot_answer_what_is_anothers_or_foreign(client, world, three):
    other = assigned(world, "Bao giờ nâng lương?", to=world.other_leader)
    foreign = make_conference(world.neighbour, world.other_secretary)
    theirs = a_question(world, "Việc của láng giềng.")
    Question.objects.filter(pk=theirs.pk).update(conference=foreign, committee=world.neighbour)
    client.force_login(world.leader)

    for stranger in (other.pk, theirs.pk, uuid.uuid4(), "x"):
        refused = client.post(
            url("answer_write", three[0].pk), form(also=(), submit="1") | {"also": [stranger]}
        )
        assert refused.status_code == 422, stranger

    assert not Answer.objects.exists()


def test_whoever_is_left_out_again_loses_the_copy_alone(world, three):
    draft = given(world, three)

    shared_answers.answer_together(
        three[0], also=[three[1]], text="Sửa rồi.", answered_by="Văn phòng", version=draft.version,
        by=world.leader, at=NOON,
    )  # fmt: skip

    assert not three[2].answers.exists()
    assert [one.answers.get().text for one in three[:2]] == ["Sửa rồi."] * 2


def test_an_older_form_of_another_of_them_is_refused(client, world, three):
    given(world, three)
    version = three[1].answers.get().version
    client.force_login(world.leader)
    client.post(url("answer_write", three[0].pk), form(three[1:], text="Mới.", version=1))

    late = client.post(
        url("answer_write", three[1].pk),
        form([three[0], three[2]], text="Cũ.", version=version),
    )

    assert late.status_code == 409
    assert {one.text for one in Answer.objects.all()} == {"Mới."}


def test_corrected_together_or_alone(client, world, three):
    given(world, three, then=answers.publish_answer, by=world.secretary)
    client.force_login(world.secretary)
    typed = {"answered_by": "Văn phòng", "number": 1, "reason": "Nhầm quý."}

    client.post(url("answer_correct", three[0].pk), {**typed, "text": "Quý II.", "together": "on"})
    together = Answer.objects.filter(state="published")
    after_all = {(one.text, one.shared is None) for one in together}
    client.post(url("answer_correct", three[0].pk), {**typed, "text": "Quý I.", "number": 2})

    assert after_all == {("Quý II.", False)}
    alone = three[0].answers.get(state="published")
    assert (alone.text, alone.shared) == ("Quý I.", None)
    assert three[1].answers.get(state="published").text == "Quý II."


# --- what is told of it -----------------------------------------------------------------


def published(world, three):
    given(world, three, then=answers.publish_answer, by=world.secretary)
    for one in three[:2]:
        one.refresh_from_db()
        triage.clear_text(one, by=world.clerk, at=NOON)


def test_members_read_the_codes_of_what_is_cleared_and_the_number_of_the_rest(client, world, three):
    published(world, three)
    client.force_login(world.colleague)

    page = client.get(url("answered_questions")).content.decode()

    assert f"{three[0].code}, {three[1].code}" in page
    assert three[2].code not in page
    assert "và 1 câu hỏi khác" in page


def test_without_a_sign_in_only_the_number_is_told(world, three):
    published(world, three)
    answer = three[0].answers.get()

    tell_together([answer], to=None)

    assert (answer.together.codes, answer.together.count) == ([three[0].code], 3)


def test_the_annex_tells_the_words_once_and_counts_each(world):
    held = make_conference(
        world.host, world.secretary, starts_at=moment(-5), ends_at=moment(-5, 3),
        asks_open_at=moment(-30), asks_close_at=moment(5),
    )  # fmt: skip
    two = [a_question(world, f"Sửa mái khu {n}.", conference=held) for n in "AB"]
    for one in two:
        triage.assign_question(one, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    conferences.hold_conference(held, by=world.clerk, at=NOON)
    given(world, two, then=answers.publish_answer, by=world.secretary)
    for one in two:
        one.refresh_from_db()
        triage.edit_question(
            one, display_text=one.text, edited_ok=True, in_report=True, times_raised=1,
            version=one.version,
        )  # fmt: skip

    figures = committee_figures(world.obligation, at=NOON)

    told = str(items_by_group(figures))
    assert [item["outcome"] for item in figures["items"]] == ["answered_written"] * 2
    assert told.count("Sửa trong quý III.") == 1
    assert f"Trả lời chung với câu hỏi {two[0].code}." in told
    main = proposed(figures)
    assert "Sửa trong quý III" in main[f"answer-{two[0].code}"]
    assert main[f"answer-{two[1].code}"].endswith(f"Trả lời chung với câu hỏi {two[0].code}.")
