"""PDF/A-3a and PDF/UA-1: what the portal prints is kept for decades and read aloud."""

import io
import json
import subprocess

import pydyf
import pytest
from django.urls import reverse
from openpyxl import load_workbook

from board.domain import receiving
from board.domain.consolidating import consolidate
from foundation.codes import in_groups
from jobs.domain.rendering import file_of, render
from reports.documents import archival
from reports.domain import issuing
from reports.domain.drafting import start_draft
from tests.house import in_its_room
from tests.reports.archival import assert_archival, attachments_of
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(world):
    conference, _ = hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    report.conference = conference
    return report


def text_of(pdf):
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def test_an_issued_report_is_archival_and_carries_its_figures(world, report):
    pdf = file_of(render(report.rendering.pk))

    assert_archival(pdf)
    found = attachments_of(pdf)
    assert set(found) == {"so-lieu.json", "phu-luc.xlsx"}
    data = json.loads(found["so-lieu.json"])
    assert (data["number"], data["code"]) == (1, in_groups(report.verification_code))
    printed = report.snapshot["document"]
    tables = [block for block in printed["body"] if block["type"] == "table"]
    assert [table["rows"] for table in data["tables"]] == [table["rows"] for table in tables]
    book = load_workbook(io.BytesIO(found["phu-luc.xlsx"]))
    assert "Giải thích" in book.sheetnames
    assert "Đảng ủy Viện Minh Hòa".upper() in text_of(pdf)


def test_a_stream_that_ends_like_a_line_has_the_length_that_it_says():
    """Its checksum ends with CR: in one long report of two a validator counted a byte too few."""
    stream = pydyf.Stream([b"\x0c"], compress=True)

    with archival.streams_end_clearly():
        written = stream.data

    assert stream.data.endswith(b"\r\nendstream")
    assert written.endswith(b"\r\r\nendstream")
    assert b"/Length 9" in written


def test_the_same_snapshot_gives_the_same_bytes_with_all_that_is_attached(world, report):
    """C-12: twice from the same snapshot, in two processes."""
    first = render(report.rendering.pk)
    one = file_of(first)
    from reports.documents.child import Helper, _kept

    _kept["helper"].end()
    _kept["helper"] = Helper()
    type(first).objects.update(state="queued", next_at=NOON)
    again = render(report.rendering.pk)
    assert (again.sha256, file_of(again)) == (first.sha256, one)


def test_a_consolidated_report_is_archival(world, report):
    consolidated = consolidate(world.board, world.period, by=world.officer, at=NOON)
    pdf = file_of(render(consolidated.rendering.pk))
    assert_archival(pdf)
    assert set(attachments_of(pdf)) == {"so-lieu.json", "phu-luc.xlsx"}


def test_minutes_notice_and_slip_are_archival(world, report, client):
    receiving.acknowledge_report(report, by=world.officer, at=NOON)
    client.force_login(world.clerk)
    for name, pk in (
        ("minutes_pdf", report.conference.pk),
        ("conclusion_pdf", report.conference.pk),
        ("report_slip", report.pk),
    ):
        answer = client.get(reverse(in_its_room(name), args=[pk]))
        assert answer.status_code == 200, name
        assert_archival(answer.getvalue())


def test_a_plain_report_is_archival_too(world, report):
    type(report.rendering).objects.update(attempt=6)
    job = render(report.rendering.pk)
    assert job.is_plain
    assert_archival(file_of(job))
