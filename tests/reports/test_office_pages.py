"""Word and Excel beside the PDF, and the papers of a conference."""

import io

import pytest
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from board.domain.consolidating import consolidate
from foundation.models import AuditEntry
from reports.domain import drafting, issuing
from tests.house import in_its_room
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db
SUFFIXES = ("docx", "xlsx")


@pytest.fixture
def held(world):
    conference, _ = hold_a_dialogue(world)
    return conference


@pytest.fixture
def draft(world, held):
    return drafting.start_draft(world.obligation, by=world.clerk, at=NOON)


@pytest.fixture
def issued(world, draft):
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    draft.refresh_from_db()
    return draft


def get(client, person, name, thing):
    client.force_login(person)
    return client.get(reverse(in_its_room(name), args=[thing.pk]))


def text_of(response):
    """Return all the words of a .docx answer, tables included."""
    document = Document(io.BytesIO(response.content))
    return "\n".join(node.text or "" for node in document.element.iter() if node.tag.endswith("}t"))


def downloads():
    return list(AuditEntry.objects.filter(act="downloaded").values_list("subject", flat=True))


def test_the_draft_goes_out_as_word_and_excel_under_the_name_of_a_draft(client, world, draft):
    word, excel = (get(client, world.clerk, f"report_{suffix}", draft) for suffix in SUFFIXES)

    assert (
        word["Content-Disposition"] == 'attachment; filename="du-thao-bao-cao-2026-H1-a01-v1.docx"'
    )
    assert (
        excel["Content-Disposition"] == 'attachment; filename="du-thao-bao-cao-2026-H1-a01-v1.xlsx"'
    )
    assert "Dự thảo lần 1" in text_of(word)
    assert "Bảng 3" in load_workbook(io.BytesIO(excel.content)).sheetnames
    assert downloads() == []


def test_the_issued_report_goes_out_as_it_was_frozen_and_that_is_written_down(
    client, world, issued
):
    world.host.names.update(header_name="MỘT TÊN MỚI")

    words = [get(client, person, "report_docx", issued) for person in (world.clerk, world.officer)]

    assert words[0].content == words[1].content
    assert "ĐẢNG ỦY VIỆN MINH HÒA" in text_of(words[0])
    assert "Số 01-BC/ĐU" in text_of(words[0])
    assert downloads() == ["bao-cao-2026-H1-a01-v1.docx"] * 2
    issued.inbox_item.refresh_from_db()
    assert issued.inbox_item.opened_at is not None


def test_nothing_is_made_from_a_snapshot_that_was_changed_by_hand(client, world, issued):
    snapshot = {**issued.snapshot, "version": 7}
    type(issued).objects.filter(pk=issued.pk).update(snapshot=snapshot)

    answers = [get(client, world.clerk, f"report_{suffix}", issued) for suffix in SUFFIXES]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert downloads() == []


def test_the_consolidated_report_goes_out_too(client, world, issued):
    consolidated = consolidate(world.board, world.period, by=world.officer, at=NOON)

    word, excel = (
        get(client, world.head, f"consolidated_{suffix}", consolidated) for suffix in SUFFIXES
    )

    assert "tổng hợp kết quả hội nghị đối thoại" in text_of(word)
    assert load_workbook(io.BytesIO(excel.content)).sheetnames == [
        "Biểu 1 (tóm tắt)",
        "Biểu 2",
        "Biểu 3",
        "Biểu 5",
        "Biểu 6",
        "Biểu 7",
        "Biểu 1",
        "Biểu 4",
        "Phụ lục 3",
        "Phụ lục 4",
        "Phụ lục 5",
        "Phụ lục 5 (2)",
        "Giải thích",
    ]
    assert downloads() == [
        "bao-cao-tong-hop-2026-H1-v1.xlsx",
        "bao-cao-tong-hop-2026-H1-v1.docx",
    ]


@pytest.mark.parametrize("paper", ["minutes", "conclusion"])
def test_the_papers_of_a_conference_are_made_for_the_office_alone(client, world, held, paper):
    word = get(client, world.clerk, f"{paper}_docx", held)
    pdf = get(client, world.secretary, f"{paper}_pdf", held)

    assert "Sửa mái khu để xe." in text_of(word)
    assert b"".join(pdf).startswith(b"%PDF")
    stem = {"minutes": "bien-ban", "conclusion": "thong-bao-ket-luan"}[paper]
    assert downloads() == [f"{stem}-2026-05-27-a01.pdf", f"{stem}-2026-05-27-a01.docx"]
    assert get(client, world.staff, f"{paper}_docx", held).status_code == 403
    assert get(client, world.other_secretary, f"{paper}_docx", held).status_code == 404
    assert get(client, world.clerk, f"{paper}_docx", world.conference).status_code == 403


def test_the_pages_offer_what_may_be_downloaded(client, world, issued, held):
    client.force_login(world.clerk)

    report = client.get(reverse("reports:report_detail", args=[issued.pk])).content.decode()
    results = client.get(reverse("sessions:conference_results", args=[held.pk])).content.decode()
    ahead = client.get(
        reverse("sessions:conference_detail", args=[world.conference.pk])
    ).content.decode()

    for suffix in SUFFIXES:
        assert reverse(f"reports:report_{suffix}", args=[issued.pk]) in report
    for name in ("minutes_docx", "minutes_pdf", "conclusion_docx", "conclusion_pdf"):
        assert reverse(in_its_room(name), args=[held.pk]) in results
    assert "minutes.docx" not in ahead
