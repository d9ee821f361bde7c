"""Citing what an earlier conference answered: in one click, linked, and watched when it changes."""

import pytest
from django.urls import reverse

from foundation.codes import in_groups
from foundation.search import searchable
from sessions.domain import answers, citations, shared_answers, triage
from sessions.models import Answer, Citation, Question
from tests.sessions.anonymously import CODE, ask_with, post
from tests.sessions.at_the_desk import a_question
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db
ASKED = "Bao giờ cơ quan có nhà để xe cho cán bộ?"


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"sessions:{name}", args=args)


def answered(world, text="Khởi công trong quý IV.", *, days=-200, committee=None, number=7):
    """A question like ASKED, answered and cleared at another conference of the committee."""
    conference = make_conference(
        committee or world.host, world.secretary, title="Hội nghị đối thoại năm trước",
        starts_at=moment(days), ends_at=moment(days, 3), asks_open_at=moment(days - 20),
        asks_close_at=moment(days - 5), number=number,
    )  # fmt: skip
    question = Question.objects.create(
        conference=conference, committee=conference.committee, theme=world.themes[2],
        kind="opinion", level="anonymous", original_text=ASKED, folded=searchable(ASKED),
        received_at=moment(days - 10),
    )  # fmt: skip
    triage.classify_question(question, theme=world.themes[2], kind="opinion", by=world.clerk, at=moment(days))  # fmt: skip
    answer = answers.record_live_answer(
        question, text=text, answered_by="Văn phòng", by=world.clerk, at=moment(days)
    )
    question.refresh_from_db()
    triage.clear_text(question, by=world.clerk, at=moment(days))
    return answer


@pytest.fixture
def earlier(world):
    return answered(world)


@pytest.fixture
def question(world):
    found = a_question(world, ASKED)
    triage.assign_question(found, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    return found


def form(**changes):
    return {"text": "Kính gửi đồng chí.", "answered_by": "Văn phòng", "version": 0, **changes}


def test_one_click_writes_the_sentence_and_keeps_the_link(client, world, question, earlier):
    client.force_login(world.leader)
    page = client.get(url("answer_write", question.pk)).content.decode()

    done = client.post(url("answer_write", question.pk), form(cite=earlier.pk))

    draft = question.answers.get()
    code = earlier.question.code
    assert code in page
    assert "Khởi công trong quý IV." in page
    assert done.url == url("answer_write", question.pk)
    assert draft.text == (
        "Kính gửi đồng chí.\nNội dung này đã được trả lời tại Hội nghị đối thoại năm trước, ngày "
        f"{day(-200):%d/%m/%Y} (câu hỏi {code}): “Khởi công trong quý IV.” "
        "Đến nay vẫn còn hiệu lực."
    )
    assert draft.citations.get().cited == earlier


def test_it_is_cited_into_an_empty_answer_and_once(client, world, question, earlier):
    client.force_login(world.leader)
    client.post(url("answer_write", question.pk), form(text="", cite=earlier.pk))
    draft = question.answers.get()

    client.post(
        url("answer_write", question.pk),
        form(text=draft.text, version=draft.version, cite=earlier.pk),
    )

    draft.refresh_from_db()
    assert draft.text.count("Nội dung này đã được trả lời") == 1
    assert draft.citations.count() == 1


def test_what_has_a_shape_keeps_it(world, question):
    cited = answered(world, "Gồm:\n- mái che\n- cổng từ")

    assert "\nGồm:\n- mái che\n- cổng từ\nĐến nay vẫn còn hiệu lực." in citations.sentence_about(
        cited
    )


def test_only_earlier_conferences_of_the_committee_are_offered(client, world, question, earlier):
    later = answered(world, "Sau này.", days=200, number=8)
    foreign = answered(world, "Của láng giềng.", committee=world.neighbour)
    client.force_login(world.leader)

    page = client.get(url("answer_write", question.pk)).content.decode()

    assert citations.earlier_answers(question) == [earlier]
    assert "Của láng giềng." not in page
    for one in (later, foreign):
        refused = client.post(url("answer_write", question.pk), form(cite=one.pk))
        assert refused.status_code == 404
    assert not Citation.objects.exists()


def test_what_is_not_cleared_is_not_offered(world, question, earlier):
    Question.objects.filter(pk=earlier.question_id).update(edited_ok=False, display_text="")

    assert citations.earlier_answers(question) == []


def test_a_text_that_grows_too_long_is_refused_and_kept(client, world, question, earlier):
    client.force_login(world.leader)
    text = "a" * 19_990

    refused = client.post(url("answer_write", question.pk), form(text=text, cite=earlier.pk))

    assert refused.status_code == 422
    assert text in refused.content.decode()
    assert not Answer.objects.filter(question=question).exists()


def test_a_sentence_that_is_taken_out_takes_the_link_with_it(client, world, question, earlier):
    client.force_login(world.leader)
    client.post(url("answer_write", question.pk), form(cite=earlier.pk))

    client.post(
        url("answer_write", question.pk),
        form(text="Không dẫn nữa.", version=question.answers.get().version, save="1"),
    )

    assert not Citation.objects.exists()


def cite_and_publish(world, question, earlier):
    draft = shared_answers.answer_together(
        question, also=[], text=citations.with_citation("", earlier), answered_by="Văn phòng",
        version=0, cited=earlier, by=world.leader, at=NOON,
    )  # fmt: skip
    answers.publish_answer(draft, by=world.secretary, at=NOON)
    question.refresh_from_db()
    triage.clear_text(question, by=world.clerk, at=NOON)
    return draft


def test_the_published_answer_leads_to_the_cited_one(client, world, question, earlier):
    cite_and_publish(world, question, earlier)
    client.force_login(world.colleague)

    place = url("answered_question", earlier.pk)
    listed = client.get(url("answered_questions")).content.decode()
    shown = client.get(place)

    assert f'href="{place}"' in listed
    assert shown.status_code == 200
    assert "Khởi công trong quý IV." in shown.content.decode()
    client.force_login(world.other_staff)
    assert client.get(place).status_code == 404


def test_the_link_is_not_drawn_where_it_would_lead_nowhere(client, world, question, earlier):
    cite_and_publish(world, question, earlier)
    Question.objects.filter(pk=earlier.question_id).update(edited_ok=False, display_text="")
    client.force_login(world.colleague)

    page = client.get(url("answered_questions")).content.decode()

    assert earlier.question.code in page
    assert "questions/answered/" not in page.partition("<main")[2].replace(
        url("answered_questions") + '"', ""
    )


def test_on_the_anonymous_host_nothing_is_linked(world, question, earlier, stranger):
    asked = ask_with(world, CODE[:26], state="assigned", due_on=day(9), number=50)
    cite_and_publish(world, asked, earlier)

    page = post(stranger, "/receipt/", {"code": in_groups(CODE)}).content.decode()

    assert earlier.question.code in page
    assert "questions/answered" not in page


def test_a_correction_of_the_cited_answer_warns_the_office(client, world, question, earlier):
    cite_and_publish(world, question, earlier)
    warning = "đã được sửa"
    place = url("triage_question", question.conference_id, question.pk)
    client.force_login(world.secretary)
    before = client.get(place).content.decode()
    answers.correct_answer(
        earlier.question, text="Khởi công năm sau.", answered_by="Văn phòng", by=world.secretary,
        at=NOON,
    )  # fmt: skip

    after = client.get(place).content.decode()
    correcting = client.get(url("answer_correct", question.pk)).content.decode()

    assert warning not in before
    assert warning in after
    assert "Khởi công năm sau." in after
    assert warning in correcting


def test_whoever_has_corrected_the_citing_answer_is_warned_no_more(
    client, world, question, earlier
):
    cite_and_publish(world, question, earlier)
    fresh = answers.correct_answer(
        earlier.question, text="Khởi công năm sau.", answered_by="Văn phòng", by=world.secretary,
        at=NOON,
    )  # fmt: skip

    corrected = answers.correct_answer(
        question, text=citations.sentence_about(fresh), answered_by="Văn phòng",
        by=world.secretary, at=NOON,
    )  # fmt: skip

    assert corrected.citations.get().cited == fresh
    assert citations.outdated_citations(corrected) == []


def test_a_shared_answer_cites_for_all(world, question, earlier):
    other = a_question(world, "Nhà để xe bao giờ có?")
    triage.assign_question(other, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)

    shared_answers.answer_together(
        question, also=[other], text=citations.with_citation("", earlier), answered_by="A",
        version=0, cited=earlier, by=world.leader, at=NOON,
    )  # fmt: skip

    assert [one.answer.question for one in Citation.objects.order_by("pk")] == [question, other]
