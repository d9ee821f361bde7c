"""Everybody can check an issued document, and learns nothing else."""

import hashlib

import pytest
from django.urls import reverse

from board.domain import receiving
from board.domain.consolidating import consolidate
from foundation.codes import VERIFICATION_LENGTH, in_groups, new_code
from foundation.throttle import Bucket
from jobs.domain.rendering import file_of, render
from jobs.models import Rendering
from reports.domain import issuing, withdrawing
from reports.domain.drafting import start_draft
from reports.views import verification
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db
ASK = "/verify/"


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


def page_of(code):
    return reverse("reports:verify_document", args=[code])


def test_a_stranger_sees_what_was_issued_and_nothing_of_its_text(client, world, report):
    rendering = render(report.rendering.pk)

    page = client.get(page_of(in_groups(report.verification_code)))

    assert page.status_code == 200
    for told in ("ĐẢNG ỦY VIỆN MINH HÒA", report.period.label, "01-BC/ĐU", "Đang có hiệu lực"):
        assert told.lower() in page.text.lower(), told
    assert rendering.sha256 in page.text
    assert hashlib.sha256(file_of(rendering)).hexdigest() == rendering.sha256
    for kept in ("Đặng Thị Mai", world.secretary.full_name, "Kiến nghị"):
        assert kept not in page.text


def test_a_stranger_reads_in_english_of_which_half_year_it_is(client, report):
    client.post(reverse("set_language"), {"language": "en", "next": "/"})

    page = client.get(page_of(in_groups(report.verification_code)))

    half = "First" if report.period.half == 1 else "Second"
    assert f"{half} half of 2026" in page.text
    assert report.period.label not in page.text.split("<dl")[0]


@pytest.mark.parametrize(
    "change", [str.lower, lambda code: code.replace("0", "O").replace("1", "l"), in_groups]
)
def test_the_code_may_be_typed_in_every_way(client, report, change):
    answer = client.get(ASK, {"code": f" {change(report.verification_code)} "})

    assert answer.status_code == 302
    assert answer.url == page_of(in_groups(report.verification_code))
    assert client.get(page_of(change(report.verification_code))).status_code == 200


@pytest.mark.parametrize(
    "typed", ["", "0", "x" * 81, "０" * 20, "../../etc/passwd", "<script>", "🙂" * 20]
)
def test_what_is_no_code_is_told_beside_the_field(client, db, typed):
    answer = client.get(ASK, {"code": typed})

    assert answer.status_code == 422
    assert "is-invalid" in answer.text


def test_a_wrong_letter_and_an_unknown_code(client, report):
    code = report.verification_code
    wrong = ("0" if code[0] != "0" else "2") + code[1:]
    assert client.get(ASK, {"code": wrong}).status_code == 422
    assert client.get(page_of(wrong)).status_code == 404
    report.__class__.objects.update(verification_code="")
    answer = client.get(page_of(code))
    assert answer.status_code == 404
    assert "Không có văn bản nào của cổng mang mã này" in answer.text


def test_guessing_is_slowed_down(client, db, monkeypatch):
    monkeypatch.setattr(verification, "misses", Bucket(3, 600))
    codes = [new_code(VERIFICATION_LENGTH) for _ in range(5)]

    assert [client.get(page_of(code)).status_code for code in codes] == [404] * 3 + [429] * 2


def test_a_replaced_and_a_withdrawn_report_say_so(client, world, report):
    receiving.return_report(
        report, remarks="Thiếu biểu 3.", data_missing=False, by=world.officer, at=NOON
    )
    second = issuing.correct_report(report, by=world.secretary, at=NOON)
    second = issuing.issue_report(second, by=world.secretary, at=NOON)

    assert "Đã được thay bằng bản mới" in client.get(page_of(report.verification_code)).text
    assert "Đang có hiệu lực" in client.get(page_of(second.verification_code)).text
    withdrawing.withdraw_report(second, reason="Sai số liệu.", by=world.secretary, at=NOON)
    page = client.get(page_of(second.verification_code)).text
    assert "đã bị nơi phát hành thu hồi" in page
    assert "Sai số liệu." not in page


def test_a_consolidated_report_is_checked_alike(client, world, report):
    first = consolidate(world.board, world.period, by=world.officer, at=NOON)
    second = consolidate(world.board, world.period, by=world.officer, at=NOON)

    old, new = (client.get(page_of(one.verification_code)).text for one in (first, second))
    for page in (old, new):  # numbered and signed outside the portal, by the head of the Board
        assert "Dự thảo, chưa ký" in page
        assert "chưa có số và chưa có hiệu lực" in page
        assert "Đang có hiệu lực" not in page
    assert "Đã có dự thảo mới hơn" in old
    assert "Đã có dự thảo mới hơn" not in new
    assert "Tệp PDF đang được tạo" in new


def test_a_pdf_made_again_keeps_the_earlier_hash(client, report):
    first = render(report.rendering.pk)
    Rendering.objects.filter(pk=first.pk).update(state="queued", attempt=6)
    again = render(first.pk)

    assert again.sha256 != first.sha256  # made in the plain form
    assert f'data-earlier="{first.sha256}"' in client.get(page_of(report.verification_code)).text


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_dropped_file_is_compared_in_the_browser(page, live_server, world, report, tmp_path):
    pdf = file_of(render(report.rendering.pk))
    files = {
        "same": pdf,
        "begins": pdf + b"\n% signed\n",
        "differs": pdf[:-2] + b"xx",
        "empty": b"",
    }
    for name, content in files.items():
        (tmp_path / f"{name}.pdf").write_bytes(content)
    sent = []
    page.goto(f"{live_server.url}{page_of(report.verification_code)}", wait_until="networkidle")
    page.on("request", lambda request: sent.append(request.url))
    answer = page.locator("[data-verify-answer]")
    for name, words in (
        ("same", "không khác một chút nào"),
        ("begins", "chữ ký số"),
        ("differs", "tệp khác"),
        ("empty", "tệp khác"),
    ):
        page.set_input_files("#verify-file", tmp_path / f"{name}.pdf")
        answer.filter(has_text=words).wait_for()
    assert sent == []
