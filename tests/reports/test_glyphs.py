"""A sign that the documents' font lacks is found before issuing, with the place where it stands."""

import pytest
from django.db import transaction
from django.urls import reverse

from reports.documents.glyphs import unprintable
from reports.domain import issuing, writing
from reports.domain.checking import checklist
from reports.domain.drafting import start_draft
from reports.models import Report
from sessions.domain import triage
from tests.reports.papers import a_document, a_table, an_annex
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

PRINTED = "→ ● ▪ • ½ № € ₫ ² ≥ × ° … – — “” ‘’ ữ Ặ ỵ Đ đ µ α Ж \u00a0\u202f e\u0302\u0301"


@pytest.mark.parametrize("sign", ["👍", "✅", "☐", "①", "漢", "🇻"])
def test_a_sign_that_the_font_lacks_is_found_with_its_place(sign):
    text = f"Đề nghị các đồng chí {sign} xem xét"
    records = {
        "type": "records",
        "items": [{"title": "3. C003", "lines": [{"label": "Nội dung", "text": text}]}],
    }
    document = a_document(
        body=[
            {"type": "heading", "level": 1, "text": "I- CHUẨN BỊ"},
            {"type": "paragraph", "text": text, "key": "plan"},
            {"type": "bullets", "items": [text]},
            a_table(rows=[[7, "18/6/2026", text]]),
        ],
        annexes=[an_annex(body=[records])],
        recipients=[text],
    )

    found = unprintable(document)

    assert [(one.sign, one.part, one.key) for one in found] == [
        (sign, "I- CHUẨN BỊ", "plan"),
        (sign, "Bảng 1, dòng 7", ""),
        (sign, "Phụ lục, 3. C003", ""),
        (sign, "Phần ký, nơi nhận", ""),
    ]
    assert {one.around for one in found} == {text}


def test_what_vietnamese_documents_are_written_with_is_printed():
    assert unprintable(a_document(body=[{"type": "paragraph", "text": PRINTED}])) == []


def test_a_picture_of_several_signs_is_told_once():
    found = unprintable(a_document(body=[{"type": "paragraph", "text": "Cảm ơn 👍🏽 và ❤️ nhiều"}]))

    assert [one.sign for one in found] == ["👍", "❤"]


@pytest.mark.django_db
def test_a_report_with_such_a_sign_is_not_issued_before_it_is_mended(world, client):
    _, asked = hold_a_dialogue(world)
    question = asked["answered_written"]
    triage.edit_question(
        question, display_text="Cảm ơn 🙏, đề nghị sửa mái.", edited_ok=True, in_report=True,
        times_raised=1, version=question.version,
    )  # fmt: skip
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.write_narrative(
        draft, key="lessons", text="Làm tốt ✅", by=world.clerk, version=0, at=NOON
    )

    with pytest.raises(issuing.ReportNotReady) as refused, transaction.atomic():
        issuing.issue_report(draft, by=world.secretary, at=NOON)

    assert {item.code for item in refused.value.items} == {"printable"}
    said = " ".join(item.text for item in refused.value.items)
    assert "🙏" in said
    assert "✅" in said
    client.force_login(world.secretary)
    page = client.get(reverse("reports:report_detail", args=[draft.pk])).content.decode()
    assert "Cảm ơn 🙏, đề nghị" in page.split("</main>")[0]
    assert "không in được" in page

    question.refresh_from_db()
    triage.edit_question(
        question, display_text="Cảm ơn, đề nghị sửa mái.", edited_ok=True, in_report=True,
        times_raised=1, version=question.version,
    )  # fmt: skip
    writing.write_narrative(
        draft, key="lessons", text="Làm tốt", by=world.clerk, version=1, at=NOON
    )
    draft = Report.objects.get(pk=draft.pk)
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    assert draft.number == 1
    assert [i.is_met for i in checklist(draft, at=NOON) if i.code == "printable"] == [True]


@pytest.mark.django_db
@pytest.mark.parametrize("paper", ["minutes", "conclusion"])
def test_papers_of_a_conference_say_what_cannot_be_printed(world, client, paper):
    conference, _ = hold_a_dialogue(world)
    conference.conclusion = "Các đơn vị khẩn trương ✊ thực hiện."
    conference.save(update_fields=["conclusion"])
    client.force_login(world.clerk)

    refused = client.get(reverse(f"reports:{paper}_pdf", args=[conference.pk]))

    assert refused.status_code == 409
    assert "✊" in refused.content.decode()
    assert "KẾT LUẬN" in refused.content.decode()
    assert client.get(reverse(f"reports:{paper}_docx", args=[conference.pk])).status_code == 200
