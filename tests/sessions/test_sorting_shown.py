"""What the page that sorts shows when."""

import datetime as dt
import json
import re

import pytest
from crispy_forms.templatetags.crispy_forms_filters import as_crispy_field
from django.db import connection
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext

from committees.models import Membership
from foundation.moves import MoveNotAllowed
from foundation.templatetags.drawing import draw_field
from sessions.domain import questions, triage, undoing
from sessions.forms.sorting import SortForm, answering_choices
from sessions.models import Question
from sessions.queue import chips
from tests.sessions.at_the_desk import (
    ACTS,
    BEFORE,
    a_question,
    url,
)
from tests.world import MENU, NOON, SORTING, day, make_conference

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("later")]


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

    with django_assert_max_num_queries(13 + MENU + SORTING):
        page = client.get(url("triage", world.conference.pk)).content.decode()

    assert len(listed(page)) == 50
    assert "<strong>300</strong>" in page


def test_what_stood_before_is_kept_without_naming_anybody(world):
    question = a_question(world)
    ACTS["sort"](world, question)

    kept = json.dumps(question.last_step.before)

    assert set(question.last_step.before) == {"state", "ties", "contributors", *undoing.CHANGED}
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


def test_the_numbers_above_the_queue_are_counted_in_an_index_alone(world):
    """Of 10,000 questions the rows take six times as long to read as of 1,000."""
    world.conference.offices = [world.host.pk]
    (index,) = [one for one in Question._meta.indexes if one.name == "question_numbers"]
    columns = {Question._meta.get_field(name).column for name in index.fields}

    with CaptureQueriesContext(connection) as asked:
        chips(world.conference)

    read = re.findall(r'"dialogue_sessions_question"\."(\w+)"', asked.captured_queries[0]["sql"])
    assert columns == set(read)
