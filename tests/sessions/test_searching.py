"""Questions are found by code and by words, the best hit first, wherever they are listed."""

import pytest
from django.urls import reverse

from foundation.search import searchable
from sessions import queries, search_words
from sessions.domain import answers, questions, triage
from sessions.models import Question
from sessions.queue import queue
from tests.world import NOON, make_conference, moment

pytestmark = pytest.mark.django_db


def ask(world, text, *, conference=None, at=NOON):
    question = questions.submit_question(
        conference or world.conference, text=text, theme=world.themes[2], kind="recommendation",
        level="named", by=world.staff, at=at,
    )  # fmt: skip
    triage.classify_question(
        question, theme=world.themes[2], kind="recommendation", by=world.clerk, at=NOON
    )
    return question


def answer(world, question, text="Sẽ sửa."):
    answers.record_live_answer(question, text=text, answered_by="A", by=world.clerk, at=NOON)
    Question.objects.filter(pk=question.pk).update(edited_ok=True)


def in_queue(world, word):
    found = queue(world.conference, search=word).questions
    return [question.original_text for question in found]


def among_answered(world, word):
    found = queries.answered_for([world.host.pk], search=word)
    return [answer.question.original_text for answer in found]


@pytest.mark.parametrize("typed", ["HN1-C002", "hn1 c2", "C002", "c2", "HN1–C002"])
def test_a_question_is_found_by_its_code(world, typed):
    for number in (1, 2, 3):
        answer(world, ask(world, f"Ý kiến {number}"))
    other = make_conference(world.host, world.secretary, number=2)
    answer(world, ask(world, "Ý kiến của hội nghị sau", conference=other))
    answer(world, ask(world, "Ý kiến khác của hội nghị sau", conference=other))

    assert in_queue(world, typed) == ["Ý kiến 2"]
    of_both = ["Ý kiến 2"] if "n" in typed.lower() else ["Ý kiến khác của hội nghị sau", "Ý kiến 2"]
    assert sorted(among_answered(world, typed)) == sorted(of_both)


def test_a_code_comes_before_those_who_speak_of_something_of_that_name(world):
    answer(world, ask(world, "Phòng họp khác"))
    answer(world, ask(world, "Sửa điều hòa phòng C1 và phòng C01"))

    assert among_answered(world, "C1") == ["Phòng họp khác", "Sửa điều hòa phòng C1 và phòng C01"]


def test_the_words_together_as_they_were_typed_come_first(world):
    texts = [
        "Kho lạnh và xe",
        "Khó khăn của xe",
        "Mai che khu để xe",
        "Xe ở mái của khu",
        "Mái khu để xe",
        "Mãi khu để xe",
    ]
    for number, text in enumerate(texts):
        answer(world, ask(world, text, at=moment(0, number)))

    assert among_answered(world, "mái khu") == ["Mái khu để xe", "Xe ở mái của khu"]
    assert among_answered(world, "khó xe") == ["Khó khăn của xe"]
    assert among_answered(world, "kho xe") == ["Kho lạnh và xe", "Khó khăn của xe"]
    assert among_answered(world, "an") == []


def test_what_is_searched_follows_what_others_read(world, django_assert_num_queries):
    question = ask(world, "Ông Bính ở phòng máy không trả lời")
    triage.edit_question(
        question, display_text="Một người không trả lời", edited_ok=True, in_report=True,
        times_raised=1, version=question.version,
    )  # fmt: skip
    ask(world, "Chuyện khác")

    for one in Question.objects.all():
        assert one.folded == searchable(one.text)
    with django_assert_num_queries(1):
        assert in_queue(world, "Bính") == []
    assert len(in_queue(world, "một người")) == 1


@pytest.mark.parametrize("who", ["clerk", "staff"])
def test_nothing_that_can_be_typed_breaks_a_search(client, world, who):
    client.force_login(getattr(world, who))
    answer(world, ask(world, "Mái khu để xe"))
    answered = reverse("sessions:answered_questions")
    pages = [answered]
    if who == "clerk":
        pages.append(reverse("sessions:triage", args=[world.conference.pk]))
        pages.append(reverse("committees:member_list_of", args=[world.host.code]))
    for page in pages:
        for typed in (
            "%",
            "\0",
            "'; --",
            "x" * 5_000,
            '"',
            "C999999999999",
            "HN0-C0",
            "\ud7ff",
            "  ",
        ):
            assert client.get(page, {"q": typed}).status_code < 500
            assert client.post(answered, {"q": typed}, follow=True).status_code == 200


def test_no_answer_is_left_out_of_the_list(client, world):
    for number in range(51):
        answer(world, ask(world, f"Ý kiến thứ {number}"), text=f"Trả lời {number}.")
    client.force_login(world.staff)
    page = reverse("sessions:answered_questions")

    first = client.post(page, {"q": "ý kiến"}, follow=True).content.decode()
    read = first + client.get(page, {"found": 1, "page": 2}).content.decode()

    assert "?found=1&amp;page=2" in first
    assert all(f"Trả lời {number}." in read for number in range(51))
    nothing = client.post(page, {"q": "xyz"}, follow=True).content.decode()
    assert "Không có câu trả lời nào phù hợp." in nothing


def test_what_was_looked_for_stands_in_no_address_and_is_nobody_elses(client, world):
    """J-06: nor can whoever comes next read it from the cookie, with the server's help either."""
    answer(world, ask(world, "Mái khu để xe"))
    answer(world, ask(world, "Chuyện khác"), text="Trả lời khác.")
    page = reverse("sessions:answered_questions")
    client.force_login(world.staff)

    led = client.post(page, {"q": "mái khu"})
    shown = client.get(led.url).content.decode()
    kept = client.cookies[search_words.NAME].value
    client.logout()
    client.force_login(world.colleague)
    client.cookies[search_words.NAME] = kept
    next_one = client.get(led.url).content.decode()

    assert led.url == f"{page}?found=1"
    assert ('value="mái khu"' in shown, "Trả lời khác." in shown) == (True, False)
    assert "mái" not in kept
    assert ("mái khu" in next_one, "Trả lời khác." in next_one) == (False, True)


def test_the_queue_shows_the_best_hits_first_and_pages_through_all(world):
    texts = ["mái khu", "khu có mái", "Mãi khu", "khu mai", "Mái khu để xe", "mái của khu"]
    for number, text in enumerate(texts * 2):
        ask(world, f"{text} {number}", at=moment(0, number))

    seen, after = [], ""
    while True:
        page = queue(world.conference, search="mái khu", after=after, page=3)
        seen += [question.original_text for question in page.questions]
        after = page.older
        if not after:
            break

    together = [text for text in seen if "mái khu" in text.lower()]
    assert len(seen) == len(set(seen)) == 8
    assert seen[:4] == together == ["Mái khu để xe 10", "mái khu 6", "Mái khu để xe 4", "mái khu 0"]
    for nonsense in ("x", "9_2026-01-01T00:00:00+00:00_x", "0_2026_1", "_" * 9, "0_\0_0"):
        assert len(queue(world.conference, search="mái khu", after=nonsense).questions) == 8


def test_the_queue_says_where_else_to_look(client, world):
    other = make_conference(world.host, world.secretary, number=2)
    done = ask(world, "Mái khu để xe")
    Question.objects.filter(pk=done.pk).update(edited_ok=True)
    client.force_login(world.clerk)

    def shown(conference, **query):
        page = client.get(reverse("sessions:triage", args=[conference.pk]), query)
        return page.content.decode()

    assert f"/conferences/{world.conference.pk}/triage/?q=HN1-C001" in shown(other, q="HN1-C001")
    assert "?state=all&amp;q=m%C3%A1i" in shown(world.conference, q="mái", state="inbox")
    assert "?state=all" in shown(world.conference, theme=world.themes[0].pk)
    assert "Mái khu để xe" in shown(world.conference, q="mái")
