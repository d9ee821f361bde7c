"""The list of a conference's questions as a file: what it tells, and what it must not."""

import hashlib
import io
import time

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from foundation.models import AuditEntry
from reports.domain import question_list
from sessions.domain import answers, commitments, questions, shared_answers, triage
from sessions.models import Question
from tests.reports.papers import text_of, text_of_pdf
from tests.reports.story import hold_a_dialogue
from tests.sessions.at_the_desk import a_question
from tests.world import NOON, day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


@pytest.fixture
def held(world):
    return hold_a_dialogue(world)[0]


def place(suffix, conference, **filters):
    return reverse(f"reports:questions_{suffix}", args=[conference.pk], query=filters)


def taken(person, suffix, conference, **filters):
    client = Client()
    client.force_login(person)
    return client.get(place(suffix, conference, **filters))


def cells(answer):
    """Return the rows of the sheet below its heading, without the number of the line."""
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    first = next(n for n, row in enumerate(rows) if row[0] == "TT")
    return [row[1:] for row in rows[first + 1 :] if isinstance(row[0], int)]


def test_the_spreadsheet_has_every_question_in_the_order_of_the_codes(world, held):
    commitments.make_commitment(
        held, text="Sửa mái trước mùa mưa.", lead_unit="Văn phòng", due_on=day(30),
        question=held.questions.get(original_text="Lịch họp thay đổi sát giờ."), by=world.clerk,
        at=NOON,
    )  # fmt: skip

    rows = cells(taken(world.clerk, "xlsx", held))

    codes = [row[0] for row in rows]
    assert len(rows) == 7  # the one that was withdrawn is left out
    assert codes == sorted(codes)
    live = next(row for row in rows if row[3] == "Lịch họp thay đổi sát giờ.")
    assert live[7] == "Cố định sáng thứ Hai."
    assert "Sửa mái trước mùa mưa. (Văn phòng" in live[10]
    assert any("Đã gộp" in row[4] or "Gộp" in row[4] for row in rows)
    assert "Tôi rút ý kiến này." not in str(rows)


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_word_and_pdf_tell_the_same(world, held, tmp_path, suffix):
    answer = taken(world.secretary, suffix, held)

    path = tmp_path / f"list.{suffix}"
    path.write_bytes(answer.content)
    told = text_of(answer.content) if suffix == "docx" else text_of_pdf(path)
    assert answer.status_code == 200
    assert "Lịch họp thay đổi sát giờ." in told
    assert "Cố định sáng thứ Hai." in told
    assert "Không nêu tên" in told.replace("\u00a0", " ")


def same_words(world, level):
    question = Question.objects.create(
        conference=world.conference, committee=world.host, theme=world.themes[2], kind="opinion",
        level=level, original_text="Bao giờ có nhà xe?", received_at=NOON,
        asker_key="k" * 64 if level == "confidential" else "",
    )  # fmt: skip
    triage.classify_question(
        question, theme=world.themes[2], kind="opinion", by=world.clerk, at=NOON
    )
    return question


def test_confidential_and_anonymous_rows_are_alike_to_the_byte(world):
    for level in ("confidential", "anonymous"):
        same_words(world, level)

    rows = question_list.rows_of(world.conference, reader=world.clerk)

    one, other = ({**row, "code": ""} for row in rows)
    assert repr(one) == repr(other)
    assert one["unit"] == "Không nêu tên"


def test_of_a_named_question_the_unit_is_told_and_never_the_name(world):
    questions.record_question(
        world.conference, text="Hỏi có tên.", theme=world.themes[0], kind="opinion",
        channel="paper", level="named", name="Lý Thị Nga", unit="Phòng Tài vụ", by=world.clerk,
        at=NOON,
    )  # fmt: skip
    a_question(world, "Hỏi trên cổng có tên.", level="named")

    answer = taken(world.clerk, "xlsx", world.conference)

    rows = cells(answer)
    assert {row[2] for row in rows} == {"Phòng Tài vụ", "–"}
    for name in ("Lý Thị Nga", "Đỗ Minh Đức"):
        assert name not in str(rows)


def test_what_has_no_code_is_not_in_the_order_of_arrival(world):
    for number in range(12):
        a_question(world, f"Ý kiến {number:02d}")

    texts = [row["text"] for row in question_list.rows_of(world.conference, reader=world.clerk)]
    ids = Question.objects.order_by("id").values_list("original_text", flat=True)

    assert texts == list(ids)


def test_a_formula_stays_a_text(world):
    question = a_question(world, "=cmd|' /C calc'!A0")
    triage.assign_question(question, unit="+1+1", due_on=day(9), by=world.clerk, at=NOON)

    (row,) = cells(taken(world.clerk, "xlsx", world.conference))

    assert row[3] == "'=cmd|' /C calc'!A0"
    assert row[5] == "'+1+1"


def test_it_is_narrowed_as_on_the_sorting_page(world, held):
    by_state = cells(taken(world.clerk, "xlsx", held, state="declined"))
    by_theme = cells(taken(world.clerk, "xlsx", held, theme=world.themes[1].pk))

    assert [row[3] for row in by_state] == ["Chuyện riêng của khu phố."]
    assert [row[3] for row in by_theme] == ["Lịch họp thay đổi sát giờ."]
    for wrong in ({"state": "x"}, {"theme": "x"}, {"theme": "99999"}):
        assert taken(world.clerk, "xlsx", held, **wrong).status_code == 404


def test_each_download_stands_in_the_record_with_its_digest(client, world, held):
    files = [taken(world.clerk, suffix, held).content for suffix in ("xlsx", "docx")]

    entries = AuditEntry.objects.filter(act="downloaded").order_by("number")
    client.force_login(world.secretary)
    page = client.get(place("export", held)).content.decode()

    digests = [hashlib.sha256(content).hexdigest() for content in files]
    assert [one.facts["sha256"] for one in entries] == digests
    assert {one.actor_name for one in entries} == {"Trần Văn Bình"}
    assert all(digest in page for digest in digests)


def test_the_same_list_taken_twice_is_the_same_file(world, held):
    first, second = (taken(world.clerk, "xlsx", held).content for _ in range(2))

    assert first == second


@pytest.mark.parametrize("who", ["leader", "staff", "other_secretary", "head", "outsider"])
def test_nobody_but_the_office_takes_it(world, held, who):
    for suffix in ("export", "xlsx", "docx", "pdf"):
        assert taken(world.people[who], suffix, held).status_code in (403, 404)

    assert not AuditEntry.objects.filter(act="downloaded").exists()


def test_an_answer_to_several_stands_once(world, held):
    two = [a_question(world, f"Câu {n}") for n in "AB"]
    for one in two:
        triage.assign_question(one, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    shared_answers.answer_together(
        two[0], also=two[1:], text="Trả lời dài.", answered_by="A", version=0, by=world.secretary,
        at=NOON, then=answers.publish_answer,
    )  # fmt: skip

    rows = question_list.rows_of(world.conference, reader=world.clerk)

    assert [row["answer"] for row in rows] == [
        "Trả lời dài.",
        f"Trả lời chung với câu hỏi {two[0].code}.",
    ]


def test_a_thousand_questions_take_a_few_queries_and_seconds(world, django_assert_max_num_queries):
    first = same_words(world, "confidential")
    row = Question.objects.filter(pk=first.pk).values().get()
    for name in ("id", "form_print", "receipt"):
        del row[name]
    Question.objects.bulk_create(
        Question(**{**row, "number": number, "original_text": f"Ý kiến {number}. " * 20})
        for number in range(2, 1_001)
    )
    client = Client()
    client.force_login(world.clerk)
    began = time.monotonic()

    with django_assert_max_num_queries(40):
        answer = client.get(place("xlsx", world.conference))

    assert len(cells(answer)) == 1_000
    assert time.monotonic() - began < 30
