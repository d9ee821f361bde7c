"""What a records clerk looks at in the words of a document."""

import json
import re

import pytest
from django.urls import reverse

from board.domain.consolidating import consolidate
from reports.documents.words import how_raised
from reports.domain.conclusion import conclusion_document
from reports.domain.drafting import current_document, start_draft
from reports.domain.issuing import issue_report
from reports.domain.minutes import minutes_document
from reports.domain.numbers import mismatched_figures
from reports.domain.slips import slip
from reports.domain.writing import explain_not_held, write_narrative
from reports.figures import committee_figures
from sessions.models import Question
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day

pytestmark = pytest.mark.django_db
PADDED_MONTH = re.compile(r"\d\d/0[3-9]/\d{4}")


def test_every_document_pads_months_as_its_head_does(world):
    """A day below ten and the months one and two have a nought; 05/6/2026, not 05/06/2026."""
    conference, _ = hold_a_dialogue(world)
    report = start_draft(world.obligation, by=world.clerk, at=NOON)
    draft = current_document(report, at=NOON)
    issued = issue_report(report, by=world.secretary, at=NOON)
    consolidated = consolidate(world.board, world.period, by=world.officer, at=NOON)

    documents = [
        draft,
        issued.snapshot["document"],
        consolidated.snapshot["document"],
        minutes_document(conference, at=NOON),
        conclusion_document(conference, at=NOON),
        slip(issued),
    ]

    for document in documents:
        said = json.dumps(document, ensure_ascii=False)
        assert PADDED_MONTH.findall(said) == []
        assert re.search(r"\d\d/[56]/2026", said)


def test_a_table_says_of_an_empty_cell_that_nothing_is_known(world):
    hold_a_dialogue(world)
    report = start_draft(world.obligation, by=world.clerk, at=NOON)

    tables = [block for block in current_document(report, at=NOON)["body"] if "rows" in block]

    assert len(tables) == 5
    assert [cell for table in tables for row in table["rows"] for cell in row if cell == ""] == []


def test_an_answer_and_who_gave_it_are_one_sentence(world):
    hold_a_dialogue(world)
    report = start_draft(world.obligation, by=world.clerk, at=NOON)

    body = current_document(report, at=NOON)["body"]

    bullets = [block["items"] for block in body if block["type"] == "bullets"]
    assert bullets == [
        ["Đề nghị sửa mái khu để xe. Trả lời: Đã lập dự toán (Văn phòng)."],
    ]


def test_a_committee_that_held_none_does_not_tell_of_a_conference(world):
    report = start_draft(world.obligation, by=world.clerk, at=NOON)
    explain_not_held(report, reason="Cơ quan đang sắp xếp.", until=day(60), at=NOON)
    report.refresh_from_db()

    body = current_document(report, at=NOON)["body"]

    said = {block["key"]: block["text"] for block in body if block.get("key")}
    assert said["assignment"] == "Không phát sinh."
    assert said["causes"] == "Cơ quan đang sắp xếp."
    assert said["next"].startswith("Tổ chức hội nghị đối thoại chưa tổ chức được trong kỳ này.")
    assert "Nội dung giải đáp cụ thể tại Phụ lục 1." not in json.dumps(body, ensure_ascii=False)


@pytest.mark.parametrize(
    ("channel", "raised_live", "words"),
    [
        ("portal", False, "Cổng đối thoại, gửi trước hội nghị"),
        ("paper", True, "Phiếu giấy, nêu tại hội nghị"),
        ("oral", True, "Phát biểu tại hội nghị"),
    ],
)
def test_where_a_question_was_raised_is_said_once(channel, raised_live, words):
    assert how_raised({"channel": channel, "raised_live": raised_live}) == words


def test_a_main_answer_has_a_summary_of_its_own(client, world):
    _conference, asked = hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    question = asked["answered_written"]
    key = f"answer-{question.code}"
    place = reverse("reports:narrative_edit", args=[draft.pk, key])
    client.force_login(world.clerk)

    page = client.get(reverse("reports:report_detail", args=[draft.pk])).text
    form = client.get(place).text
    client.post(place, {"text": "Mái khu để xe được sửa trong quý, cho 999 người.", "version": "0"})
    after = client.get(reverse("reports:report_detail", args=[draft.pk])).text
    gone = client.get(reverse("reports:narrative_edit", args=[draft.pk, "answer-HN9-C999"]))

    assert f'href="{place}"' in page
    assert "Đã lập dự toán" in form
    assert "Mái khu để xe được sửa trong quý" in after
    assert "999" in after.split(f'id="place-{key}"')[1].split("</div>")[0].split('class="flag"')[1]
    assert gone.status_code == 404
    document = current_document(draft, at=NOON)
    (told,) = [block["items"] for block in document["body"] if block["type"] == "bullets"]
    assert told == ["Mái khu để xe được sửa trong quý, cho 999 người."]
    records = [b for annex in document["annexes"] for b in annex["body"] if b["type"] == "records"]
    assert "Đã lập dự toán." in str(records)  # the annex keeps the answer itself
    client.post(place, {"use_proposal": "1"})
    assert "Đã lập dự toán" in str(current_document(draft, at=NOON)["body"])


def test_a_summary_of_an_answer_that_is_no_longer_told_waits_for_it(world):
    """Nobody is asked about numbers in it meanwhile: there is no place to mend them."""
    _conference, asked = hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    question = asked["answered_written"]
    key, text = f"answer-{question.code}", "Mái che được sửa cho 999 người."
    write_narrative(draft, key=key, text=text, version=0, by=world.clerk, at=NOON)

    def wrong_numbers():
        return mismatched_figures(draft, committee_figures(world.obligation, at=NOON))

    Question.objects.filter(pk=question.pk).update(in_report=False)
    without, wrong = str(current_document(draft, at=NOON)), wrong_numbers()
    Question.objects.filter(pk=question.pk).update(in_report=True)

    assert text not in without
    assert "Nội dung giải đáp cụ thể tại Phụ lục 1." in without
    assert wrong == {}
    assert text in str(current_document(draft, at=NOON))
    assert wrong_numbers() == {key: ["999"]}


def test_the_annex_says_which_time_a_question_was_raised_but_not_that_it_was_the_first(world):
    _conference, asked = hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    question = asked["answered_written"]
    Question.objects.filter(pk=question.pk).update(times_raised=3)

    annex = current_document(draft, at=NOON)["annexes"][0]["body"]

    lines = {
        (record["title"].partition(". ")[2], line["text"])
        for block in annex
        for record in block.get("items", ())
        for line in record["lines"]
        if line["label"] == "Lần thứ"
    }
    assert lines == {(question.code, "3")}
