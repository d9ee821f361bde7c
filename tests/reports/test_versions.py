"""The pages of issued versions: slips, withdrawing, returning, comparing."""

import re
import subprocess
import time

import pytest
from django.urls import reverse

from board.domain import receiving
from board.domain.consolidating import consolidate
from foundation.codes import in_groups
from jobs.models import Alarm
from reports.domain import comparing, drafting, issuing, slips, withdrawing, writing
from reports.models import ConsolidatedReport, InboxItem, Report
from tests.house import in_its_room
from tests.reports.story import hold_a_dialogue
from tests.reports.test_pdf import a_document, a_table
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db
REMOVED, ADDED, SAME = comparing.REMOVED, comparing.ADDED, comparing.SAME


@pytest.fixture
def issued(world):
    hold_a_dialogue(world)
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.write_narrative(
        draft, key="lessons", text="Giữ lịch họp cố định.", version=0, by=world.clerk, at=NOON
    )
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


@pytest.fixture
def second(world, issued):
    draft = issuing.correct_report(issued, by=world.clerk, at=moment(1))
    narrative = draft.narratives.get(key="lessons")
    writing.write_narrative(
        draft, key="lessons", text="Giữ lịch họp thật cố định.", version=narrative.version,
        by=world.clerk, at=moment(1),
    )  # fmt: skip
    return issuing.issue_report(draft, by=world.secretary, at=moment(1))


def url(name, *args):
    return reverse(in_its_room(name), args=args)


def facts_of(report):
    document = slips.slip(Report.objects.get(pk=report.pk))
    return document, dict(document["body"][1]["rows"])


# --- slips ----------------------------------------------------------------------------


def test_before_it_is_acknowledged_there_is_a_proof_of_sending(world, issued):
    document, facts = facts_of(issued)

    assert (document["type"], document["number"], document["issuer"]) == (
        "PHIẾU GỬI",
        None,
        "ĐẢNG ỦY VIỆN MINH HÒA",
    )
    assert facts["Thời điểm gửi"] == "12 giờ 00, ngày 01/6/2026"
    assert facts["Đối chiếu thời hạn"] == "Đúng hạn"
    assert "Thời điểm tiếp nhận" not in facts
    assert document["sign"]["person"] == "Nguyễn Thị Ánh"


def test_the_receipt_names_both_moments_the_arrival_and_the_officer(world, issued, second):
    receiving.acknowledge_report(second, by=world.officer, at=moment(2))
    receiving.return_report(second, remarks="Xem lại.", by=world.head, at=moment(3))

    document, facts = facts_of(second)

    assert (document["type"], document["number"], document["symbol"]) == (
        "PHIẾU TIẾP NHẬN BÁO CÁO",
        2,
        "PTN/BDVĐUK",
    )
    assert (document["superior"], document["issuer"]) == ("ĐẢNG BỘ KHỐI MẪU", "BAN DÂN VẬN")
    assert facts == {
        "Đảng ủy gửi báo cáo": "Đảng ủy Viện Minh Hòa",
        "Số, ký hiệu, ngày": "Số 02-BC/ĐU, ngày 02/6/2026",
        "Bản": "2",
        "SHA-256 của nội dung": facts["SHA-256 của nội dung"],
        "Mã kiểm tra văn bản": in_groups(second.verification_code),
        "Số đến": "02",
        "Thời điểm gửi": "12 giờ 00, ngày 02/6/2026",
        "Thời điểm tiếp nhận": "12 giờ 00, ngày 03/6/2026",
        "Thời hạn": "Trước 00 giờ 00, ngày 25/6/2026",
        "Đối chiếu thời hạn": "Đúng hạn",
        "Thay cho": "Bản 1, gửi lúc 12 giờ 00, ngày 01/6/2026",
        "Người tiếp nhận": "Đặng Thị Mai",
    }
    assert facts["SHA-256 của nội dung"].replace(" ", "") == second.snapshot_sha256


def test_the_slip_of_a_version_that_no_longer_holds_says_so(world, issued, second):
    assert facts_of(issued)[1]["Đã được thay bằng"] == "Bản 2, gửi lúc 12 giờ 00, ngày 02/6/2026"
    assert "Đã được thay bằng" not in facts_of(second)[1]
    assert "Đã thu hồi" not in facts_of(second)[1]

    withdrawing.withdraw_report(second, reason="Nhầm.", by=world.secretary, at=moment(3))

    assert facts_of(second)[1]["Đã thu hồi"] == "12 giờ 00, ngày 04/6/2026"


def test_a_late_report_has_its_days_on_the_slip(world, issued):
    Report.objects.filter(pk=issued.pk).update(issued_at=world.period.deadline)

    assert facts_of(issued)[1]["Đối chiếu thời hạn"] == "Chậm 1 ngày"


def test_a_report_that_nobody_approved_has_no_number_and_no_sender_on_its_slip(world, issued):
    Report.objects.filter(pk=issued.pk).update(is_automatic=True, number=None, issued_by=None)

    document, facts = facts_of(issued)

    assert facts["Đối chiếu thời hạn"] == "Bản tổng hợp tự động, chưa phê duyệt"
    assert facts["Số, ký hiệu, ngày"] == "Số \u2003\u2003-BC/ĐU, ngày 01/6/2026"
    assert document["sign"]["person"] == ""


def test_the_slip_is_a_pdf_with_exact_vietnamese_and_the_same_bytes(
    client, world, issued, tmp_path
):
    receiving.acknowledge_report(issued, by=world.officer, at=moment(2))
    client.force_login(world.clerk)

    one, two = (client.get(url("report_slip", issued.pk)) for _ in range(2))

    assert one.content == two.content
    assert 'filename="phieu-tiep-nhan-2026-H1-a01-v1.pdf"' in one["Content-Disposition"]
    (tmp_path / "slip.pdf").write_bytes(one.content)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "slip.pdf", "-"], capture_output=True, text=True
    ).stdout
    for words in ("PHIẾU TIẾP NHẬN BÁO CÁO", "12 giờ 00, ngày 03/6/2026", "Đặng Thị Mai"):
        assert words in text


# --- damage ---------------------------------------------------------------------------


def test_a_snapshot_edited_by_hand_is_neither_shown_nor_printed_and_raises_the_alarm(
    client, world, issued, second
):
    """D-04: a snapshot edited by hand is detected, on every page that would show it."""
    consolidated = consolidate(world.board, world.period, by=world.head, at=moment(2))
    Report.objects.filter(pk=second.pk).update(snapshot={"document": {"body": "Số khác"}})
    ConsolidatedReport.objects.update(snapshot={"document": {"body": "Số khác"}})
    client.force_login(world.officer)
    expected = {
        url("report_detail", second.pk): 200,
        url("report_slip", second.pk): 503,
        url("report_compare", second.pk): 503,
        url("consolidated_detail", consolidated.pk): 503,
    }

    answers = {address: client.get(address) for address in expected}
    answers["order"] = client.post(url("consolidated_order", "2026-H1"))

    assert {address: a.status_code for address, a in answers.items()} == {**expected, "order": 503}
    for answer in answers.values():
        assert "Số khác" not in answer.content.decode()
        assert "đã bị thay đổi sau khi phát hành" in answer.content.decode()
    assert Alarm.objects.filter(cleared_at=None).count() == 1


# --- returning and withdrawing --------------------------------------------------------


def test_the_office_sees_the_remarks_what_they_mean_and_the_way_on(client, world, issued):
    client.force_login(world.officer)
    page = client.get(url("report_return", issued.pk)).content.decode()
    assert "lần gửi đầu Thứ Hai, 01/06/2026 vẫn được tính" in page

    client.post(
        url("report_return", issued.pk), {"remarks": "Thiếu <b>bảng 3</b>.", "data_missing": "on"}
    )

    assert InboxItem.objects.get().data_missing is True
    client.force_login(world.clerk)
    page = client.get(url("report_detail", issued.pk)).content.decode()
    assert "Thiếu &lt;b&gt;bảng 3&lt;/b&gt;." in page
    assert "bản này chưa được tính là đã gửi" in page
    assert "Bổ sung bằng bản mới" in page
    assert "Trả lại: thiếu số liệu" in page


def test_the_draft_that_completes_it_shows_the_remarks_and_leads_to_the_changes(
    client, world, issued
):
    receiving.return_report(issued, remarks="Thiếu bảng 3.", by=world.officer, at=moment(1))
    draft = issuing.correct_report(issued, by=world.clerk, at=moment(1))
    client.force_login(world.clerk)

    page = client.get(url("report_detail", draft.pk)).content.decode()

    assert "Thiếu bảng 3." in page
    assert f"{url('report_compare', draft.pk)}?old=1&amp;new=2" in page


def test_a_return_without_remarks_keeps_what_was_ticked(client, world, issued):
    client.force_login(world.officer)

    answer = client.post(url("report_return", issued.pk), {"data_missing": "on"})

    assert answer.status_code == 422
    assert re.search(r'name="data_missing"[^>]*checked', answer.content.decode())
    assert Report.objects.get().state == "issued"


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 200), ("clerk", 403), ("officer", 403), ("other_secretary", 404)],
)
def test_who_sees_the_page_that_withdraws(client, world, issued, who, status):
    client.force_login(world.people[who])

    assert client.get(url("report_withdraw", issued.pk)).status_code == status


@pytest.mark.parametrize(
    "typed",
    [
        {},
        {"reason": "Nhầm"},
        {"understood": "on"},
        {"reason": "x" * 2001, "understood": "on"},
        {"reason": "\x00‮", "understood": "on"},
    ],
)
def test_nothing_is_withdrawn_without_a_reason_and_a_tick(client, world, issued, typed):
    client.force_login(world.secretary)

    answer = client.post(url("report_withdraw", issued.pk), typed)

    assert answer.status_code == 422
    assert Report.objects.get().state == "issued"


def test_withdrawing_on_the_page_and_starting_again(client, world, issued):
    client.force_login(world.secretary)
    typed = {"reason": "Nhầm số liệu 😀.", "understood": "on"}

    first = client.post(url("report_withdraw", issued.pk), typed)
    again = client.post(url("report_withdraw", issued.pk), typed)

    assert (first.status_code, again.status_code) == (302, 302)
    page = client.get(url("report_detail", issued.pk)).content.decode()
    assert "Đảng ủy đã thu hồi báo cáo" in page
    assert "Nhầm số liệu 😀." in page
    assert "Dự thảo báo cáo" in client.get(url("report_list")).content.decode()
    started = client.post(url("report_start", world.obligation.pk))
    assert started["Location"] == url("report_detail", Report.objects.get(version=2).pk)
    client.force_login(world.officer)
    assert "Nhầm số liệu" in client.get(url("report_detail", issued.pk)).content.decode()
    assert client.post(url("report_acknowledge", issued.pk)).status_code == 409


# --- comparing ------------------------------------------------------------------------


def test_the_words_that_changed_are_marked_and_the_rest_is_folded(client, world, issued, second):
    client.force_login(world.officer)

    page = client.get(url("report_compare", second.pk)).content.decode()

    assert "<ins>[+thật+]</ins>" in page
    assert "đoạn giống nhau</summary>" in page
    same = client.get(url("report_compare", issued.pk) + "?old=1&new=2").content.decode()
    assert "<ins>[+thật+]</ins>" in same


@pytest.mark.parametrize(
    "query",
    [
        "?old=2&new=1",
        "?old=1&new=1",
        "?old=2&new=2",
        "?old=9&new=-1",
        "?old=²&new=1e9",
        "?old=&new=" + "9" * 400,
    ],
)
def test_any_choice_gives_a_page(client, world, issued, second, query):
    client.force_login(world.clerk)

    answer = client.get(url("report_compare", second.pk) + query)

    assert answer.status_code == 200
    assert "Từ bản 1 đến bản 2" in answer.content.decode()


def test_the_draft_is_compared_for_the_office_alone(client, world, issued):
    draft = issuing.correct_report(issued, by=world.clerk, at=moment(1))
    client.force_login(world.clerk)
    assert "Từ bản 1 đến bản 2" in client.get(url("report_compare", issued.pk)).content.decode()

    client.force_login(world.officer)

    assert client.get(url("report_compare", draft.pk)).status_code == 404
    page = client.get(url("report_compare", issued.pk)).content.decode()
    assert "chỉ có một bản" in page.lower()


def test_two_consolidated_reports_are_compared(client, world, issued):
    for hour in (1, 2):
        last = consolidate(world.board, world.period, by=world.head, at=moment(0, hour))
    client.force_login(world.head)

    page = client.get(url("consolidated_compare", last.pk)).content.decode()

    assert "Từ bản 1 đến bản 2" in page
    assert "[+" in page  # the hour of the cutoff


def test_numbers_of_tables_are_told_with_their_difference():
    old = a_document(body=[a_table(rows=[[1, "Lương", 1234, 92.5], [2, "Nhà ở", 3, None]])])
    new = a_document(body=[a_table(rows=[[1, "Nhà ở", 5, 50.0], [2, "Lương", 1200, 92.5]])])
    for document in (old, new):
        document["body"][0]["columns"] = [
            {"label": label, "width": 1, "align": "center"} for label in ("TT", "Nhóm", "Số", "%")
        ]

    found = comparing.compare(old, new)

    assert [(n.figure, n.old, n.new, n.difference) for n in found.numbers] == [
        ("Lương: Số", 1234, 1200, "−34"),
        ("Nhà ở: Số", 3, 5, "+2"),
        ("Nhà ở: %", None, 50.0, ""),
    ]
    assert found.changed == 0


def test_a_document_is_the_same_as_itself():
    document = a_document(body=[a_table(), {"type": "paragraph", "text": "Một.\nHai."}])

    assert comparing.compare(document, document).is_same


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a b c", "a x c", [(SAME, "a"), (REMOVED, "b"), (ADDED, "x"), (SAME, "c")]),
        ("", "mới", [(ADDED, "mới")]),
        ("cũ", "", [(REMOVED, "cũ")]),
        ("a b", "a b c", [(SAME, "a b"), (ADDED, "c")]),
        ("a a a", "a a", [(SAME, "a a"), (REMOVED, "a")]),
    ],
)
def test_words_lead_from_one_text_to_the_other(old, new, expected):
    assert comparing.word_changes(old, new, comparing.Budget()) == expected


def test_huge_texts_do_not_hang_the_page():
    def text(step):
        return " ".join(f"từ{(i * step) % 997}" for i in range(20_000))

    def document(step):
        paragraphs = [{"type": "paragraph", "text": text(step + n)} for n in range(40)]
        lines = [f"Dòng {(i * step) % 7919} của danh mục dài" for i in range(60_000)]
        return a_document(body=[*paragraphs, {"type": "bullets", "items": lines}])

    old, new = document(3), document(5)

    started = time.perf_counter()
    found = comparing.compare(old, new)
    took = time.perf_counter() - started

    assert found.hidden > 0
    assert len(found.paragraphs) <= 2 * comparing.SHOWN + 1
    assert took < 10
    print(f"two documents of 60,000 lines and 800,000 words: compared in {took:.1f} s")
