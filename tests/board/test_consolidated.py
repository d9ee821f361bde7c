"""The consolidated report: held from conferences, reported from reports, late at the cut-off."""

import datetime as dt

import pytest
from django.urls import reverse

from board.domain import issuing_consolidated, receiving
from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures, repeated_in
from board.domain.consolidating import consolidate
from committees.models import Committee
from foundation.clock import day_of
from foundation.moves import MoveNotAllowed
from periods.models import ReportingPeriod
from reports.documents.formatting import short_document_date
from reports.domain import comparing, drafting, issuing
from reports.domain.snapshots import digest
from reports.models import ConsolidatedReport, DocumentCounter, Report
from sessions.domain import answers, conferences
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, make_conference, moment

pytestmark = pytest.mark.django_db
CUT_OFF = moment(20)


@pytest.fixture
def told(world):
    """The host's dialogue, reported; the neighbour's was held and is not reported."""
    _conference, asked = hold_a_dialogue(world)
    report = issuing.issue_report(
        drafting.start_draft(world.obligation, by=world.clerk, at=NOON),
        by=world.secretary,
        at=NOON,
    )
    other = make_conference(
        world.neighbour, world.people["other_secretary"], starts_at=moment(-9), ends_at=moment(-8)
    )
    conferences.hold_conference(other, by=world.people["other_secretary"], at=moment(-8))
    conferences.record_attendance(
        other, invited=90, present=80, party_members=70, civil_servants=20, public_employees=10,
        workers=10, women=40, online=0, by=world.people["other_secretary"], at=NOON,
    )  # fmt: skip
    return {"report": report, **asked}


def text_of(world, *, at):
    figures = consolidated_figures(world.board, world.period, at=at)
    document = consolidated_document(world.board, world.period, figures, at=at)
    return "\n".join(block.get("text", "") for block in document["body"]), document


def test_what_is_held_comes_from_conferences_and_what_is_reported_from_reports(world, told):
    size = consolidated_figures(world.board, world.period, at=CUT_OFF)["size"]

    assert (size["committees"], size["held"], size["conferences"]) == (2, 2, 2)
    assert (size["present"], size["counted"]) == (120, 2)
    assert (size["turns"], size["turns_counted"]) == (7, 1)
    assert (size["reports"], size["items"]) == (1, 6)


def test_sentences_and_tables_say_how_many_committees_they_rest_on(world, told):
    text, document = text_of(world, at=CUT_OFF)

    assert "Đã tổ chức: 2 đảng ủy, trong đó 1 đã tổ chức, chưa báo cáo." in text
    assert "Đã gửi báo cáo: 1 (50%), trong đó đúng hạn 1, chậm 0; chưa gửi: 1." in text
    assert "2 cuộc đối thoại với 120 lượt người dự, 7 lượt phát biểu (1/2 cuộc đã ghi" in text
    assert "Tổng hợp từ 1 báo cáo của 2 đảng ủy: 6 nội dung" in text
    (committees,) = document["annexes"][0]["body"]
    rows = {row[1]: row for row in committees["rows"]}
    assert rows[world.neighbour.name][5:10] == [1, "23/5/2026", 80, "", "Đã tổ chức, chưa báo cáo"]
    assert committees["total"][1] == "Tổng (2/2 đảng ủy đã tổ chức)"
    (outcomes,) = document["annexes"][1]["body"]
    assert outcomes["total"][1] == "Tổng (1 báo cáo)"


def test_late_is_judged_at_the_cut_off_that_is_printed(world, told):
    def late(at):
        return consolidated_figures(world.board, world.period, at=at)["size"]["overdue"]

    before, after = late(moment(15)), late(moment(16))  # due on the 15th day
    answer = answers.draft_answer(
        told["in_progress"],
        text="Năm 2027.",
        answered_by="Văn phòng",
        version=0,
        by=world.clerk,
        at=moment(17),
    )
    answers.publish_answer(answer, by=world.secretary, at=moment(17))

    assert (before, after, late(moment(20))) == (0, 1, 0)


def test_what_was_sent_back_for_missing_data_is_in_no_sum(world, told):
    receiving.return_report(
        told["report"], remarks="Thiếu.", data_missing=True, by=world.officer, at=NOON
    )

    size = consolidated_figures(world.board, world.period, at=CUT_OFF)["size"]
    text, _ = text_of(world, at=CUT_OFF)

    assert (size["held"], size["reports"], size["items"]) == (2, 0, None)
    assert "Đã gửi báo cáo: 0 (0%), trong đó đúng hạn 0, chậm 0; trả lại vì thiếu số liệu 1" in text
    assert "Chưa có báo cáo nào" in text


def test_pressing_twice_makes_one(client, world, told):
    client.force_login(world.officer)
    place = reverse("board:consolidated_order", args=["2026-H1"])
    page = client.get(reverse("board:board_desk_of", args=["2026-H1"])).text
    assert '<input type="hidden" name="after" value="0">' in page

    first, second = (client.post(place, {"after": "0"}) for _ in range(2))
    later = client.post(place, {"after": "1"})

    assert first.url == second.url != later.url
    assert ConsolidatedReport.objects.count() == 2


def test_the_period_before_is_as_the_board_consolidated_it(world, told):
    frozen = consolidate(world.board, world.period, by=world.head, at=CUT_OFF)
    after = ReportingPeriod.objects.create(
        year=2026, half=2, starts_on="2026-06-25", due_before="2026-12-25"
    )
    after.refresh_from_db()

    figures = consolidated_figures(world.board, after, at=moment(60))

    assert figures["before"] == frozen.snapshot["figures"]["size"]
    assert figures["size"] is None


def test_compared_numbers_are_named_by_their_row(world, told):
    _, old = text_of(world, at=moment(1))
    receiving.return_report(
        told["report"], remarks="Thiếu.", data_missing=True, by=world.officer, at=NOON
    )
    _, new = text_of(world, at=moment(1))

    figures = {change.figure for change in comparing.compare(old, new).numbers}

    assert "Đảng ủy cơ sở: Đã báo cáo" in figures
    assert "Số báo cáo được tổng hợp: Kỳ này" in figures
    assert not [figure for figure in figures if figure.startswith(":")]


# --- biểu 5 to 7 and the annexes that list ---------------------------------------------


def tables_of(document):
    bodies = [document["body"], *(annex["body"] for annex in document["annexes"])]
    return {block["name"]: block for body in bodies for block in body if block["type"] == "table"}


def report_of(world, period=None):
    figures = consolidated_figures(world.board, period or world.period, at=CUT_OFF)
    return figures, tables_of(
        consolidated_document(world.board, period or world.period, figures, at=CUT_OFF)
    )


def test_it_has_the_seven_tables_and_five_annexes_of_the_outline(world, told):
    _, document = text_of(world, at=CUT_OFF)

    tables = tables_of(document)
    assert {f"sheet{number}" for number in range(1, 8)} <= set(tables)
    assert [annex["title"] for annex in document["annexes"]] == [
        "TÌNH HÌNH TỔ CHỨC HỘI NGHỊ VÀ GỬI BÁO CÁO",
        "KẾT QUẢ XỬ LÝ THEO TỪNG ĐẢNG ỦY",
        "DANH SÁCH ĐẢNG ỦY CHƯA GỬI, GỬI CHẬM BÁO CÁO",
        "DANH MỤC KIẾN NGHỊ VƯỢT THẨM QUYỀN",
        "CÁCH TÍNH CHỈ TIÊU",
    ]


def test_requests_stand_in_table_and_annex_as_the_report_has_them(world, told):
    _, tables = report_of(world)

    (request,) = tables["sheet7"]["rows"]
    assert request == [1, "Định mức công tác phí thấp.", world.host.name, 1, "Ban Thường vụ", ""]
    (line,) = tables["beyond"]["rows"]
    assert line[1] == world.host.name
    assert line[3:] == [
        "Định mức công tác phí thấp.", "Định mức của cấp trên.", "Ban Thường vụ", 1, 1,
    ]  # fmt: skip


def test_a_committee_without_a_report_stands_as_such_among_the_sources(world, told):
    _, tables = report_of(world)

    rows = {row[1]: row[2:] for row in tables["sources"]["rows"]}
    assert rows[world.neighbour.name] == ["Không có báo cáo được tính", None, None, None]
    report = told["report"]
    report.refresh_from_db()
    number, version, _day, sha256 = rows[world.host.name]
    assert (number, version, sha256) == ("Số 01-BC/ĐU", 1, report.snapshot_sha256)


def test_days_to_an_answer_in_writing_run_from_the_conference(world, told):
    _, tables = report_of(world)

    assert tables["sheet4"]["rows"][0][-2:] == [4.0, 0]
    assert tables["sheet4"]["total"][-2:] == [4.0, 0]


def refreeze(report, change):
    """Freeze the report anew with figures that `change` has been at."""
    report.refresh_from_db()
    change(report.snapshot["figures"])
    Report.objects.filter(pk=report.pk).update(
        snapshot=report.snapshot, snapshot_sha256=digest(report.snapshot)
    )


def promise(code, due_on, *, done=False, late=False):
    return {
        "code": code,
        "held_on": "2025-11-20",
        "taken_over_from": "",
        "text": f"Việc {code}.",
        "lead_unit": "Văn phòng",
        "co_units": "",
        "due_on": due_on,
        "state": "done" if done else "open",
        "is_overdue": late,
        "result": "",
        "evidence": "",
    }


def test_promises_of_the_period_before_are_added_up_and_the_latest_named(world, told):
    refreeze(
        told["report"],
        lambda figures: figures.update(
            previous=[
                promise("HN1-K01", "2026-01-10", done=True),
                promise("HN1-K02", "2026-03-10", late=True),
                promise("HN1-K03", "2026-02-10", late=True),
                promise("HN1-K04", "2026-12-10"),
            ]
        ),
    )

    _, tables = report_of(world)

    assert tables["sheet6"]["rows"] == [[1, world.host.name, 4, 1, 1, 2, 3, 25.0]]
    assert tables["sheet6"]["total"] == ["", "Tổng (1 báo cáo)", 4, 1, 1, 2, 3, 25.0]
    assert [row[2] for row in tables["longest"]["rows"]] == ["HN1-K03", "HN1-K02"]


def test_first_replies_are_added_up_and_an_old_report_does_not_make_them_none(world, told):
    def first_replies():
        return report_of(world)[0]["size"]["first_replies"]

    refreeze(told["report"], lambda figures: figures["counts"].update(first_replies=1))
    counted = first_replies()
    refreeze(told["report"], lambda figures: figures["counts"].pop("first_replies"))

    assert (counted, first_replies()) == (1, None)
    assert report_of(world)[1]["sheet4"]["total"][-1] is None


def test_what_two_committees_are_asked_in_the_same_words_is_one_line():
    def report(owed, *texts):
        return Report(
            obligation_id=owed,
            snapshot={
                "figures": {
                    "items": [
                        {"text": text, "group": "Nhóm", "times_raised": owed, "outcome": outcome}
                        for text, outcome in texts
                    ]
                }
            },
        )

    reports = [
        report(1, ("Sửa nhà để xe, thủy lợi!", "in_progress"), ("Chỉ ở đây.", "declined")),
        report(2, ("sửa nhà để xe thuỷ lợi", "escalated"), (None, "in_progress")),
        report(3, ("Sửa nhà, để xe.", "declined"), (None, "in_progress")),
    ]

    (line,) = repeated_in([{"figures": {"items": 1}}] * 3, reports)

    assert line == {
        "text": "Sửa nhà để xe, thủy lợi!",
        "group": "Nhóm",
        "committees": 2,
        "items": 2,
        "times": 2,
        "outcomes": {"escalated": 1, "in_progress": 1},
    }


def test_committees_that_begin_or_end_within_the_period_are_named(world, told):
    Committee.objects.filter(pk=world.neighbour.pk).update(
        active_from=world.period.starts_on + dt.timedelta(days=9),
        active_until=world.period.due_before - dt.timedelta(days=9),
        successor=world.host,
    )

    _, tables = report_of(world)

    remarks = {row[1]: row[10] for row in tables["sheet1"]["rows"]}
    assert remarks[world.host.name] == ""
    assert remarks[world.neighbour.name].startswith("Hoạt động từ ngày ")
    assert remarks[world.neighbour.name].endswith(f", nhập vào {world.host.name}")


def test_a_period_without_any_conference_says_so_everywhere(world):
    figures, tables = report_of(world)

    assert figures["size"]["items"] is figures["size"]["first_replies"] is None
    assert tables["sheet6"]["total"] is tables["sheet4"]["total"] is None
    assert [tables[name]["rows"] for name in ("sheet5", "sheet6", "sheet7", "beyond")] == [[]] * 4
    assert {row[2] for row in tables["sources"]["rows"]} == {"Không có báo cáo được tính"}


# --- issuing ---------------------------------------------------------------------------


@pytest.fixture
def draft(world, told):
    return consolidate(world.board, world.period, by=world.officer, at=CUT_OFF)


ISSUED = moment(21)


def issue(world, draft, *, at=ISSUED):
    return issuing_consolidated.issue_consolidated(draft, by=world.head, at=at)


def test_issued_it_is_a_version_with_the_same_figures_a_number_and_a_signer(world, draft):
    issued = issue(world, draft)

    assert (issued.number, issued.version, issued.issued_by) == (1, 2, world.head)
    assert issued.snapshot["figures"] == draft.snapshot["figures"]
    document = issued.snapshot["document"]
    assert (document["number"], document["symbol"]) == (1, "BC/BDVĐUK")
    assert document["issued_on"] == day_of(moment(21)).isoformat()
    assert document["sign"]["person"] == world.head.full_name
    assert document["body"][0] == draft.snapshot["document"]["body"][0]  # the same cut-off
    assert tables_of(document)["sheet7"]["rows"][0][-1] is None
    assert issued.rendering is not None
    draft.refresh_from_db()
    assert draft.number is None


def test_it_is_issued_once_and_the_next_number_is_the_next_reports(world, draft):
    issue(world, draft)
    with pytest.raises(MoveNotAllowed):
        issue(world, draft)

    after = consolidate(world.board, world.period, by=world.officer, at=moment(22))

    assert issue(world, after, at=moment(22)).number == 2


def test_what_changed_since_blocks_and_what_is_missing_only_warns(world, told, draft):
    missing = [item.code for item in issuing_consolidated.checklist(draft, at=moment(21))
               if not item.is_met]  # fmt: skip
    receiving.return_report(
        told["report"], remarks="Thiếu.", data_missing=True, by=world.officer, at=moment(21)
    )

    with pytest.raises(issuing.ReportNotReady) as refused:
        issue(world, draft, at=moment(22))

    assert missing == [*["written"] * 4, "reports_in"]  # empty places, and whose report is not in
    assert [item.code for item in refused.value.items] == ["unchanged"]
    assert DocumentCounter.objects.filter(issuer=world.board).count() == 0


def test_a_newer_issued_version_names_the_one_whose_place_it_takes(world, draft):
    first = issue(world, draft)
    newer = consolidate(world.board, world.period, by=world.officer, at=moment(22), after=2)

    second = issue(world, newer, at=moment(23))

    said = second.snapshot["document"]["body"][0]["text"]
    day = short_document_date(day_of(first.issued_at))
    assert said == f"Báo cáo này thay thế Báo cáo số 01-BC/BDVĐUK, ngày {day}."
    assert second.number == 2
    for one in (first, newer):
        assert "thay thế" not in one.snapshot["document"]["body"][0]["text"]


def test_an_older_version_is_not_issued(world, draft):
    consolidate(world.board, world.period, by=world.officer, at=moment(21))

    with pytest.raises(issuing.ReportNotReady) as refused:
        issue(world, draft)

    assert [item.code for item in refused.value.items] == ["newest"]


def test_the_head_issues_on_the_page_and_an_officer_does_not(client, world, draft):
    place = reverse("board:consolidated_issue", args=[draft.pk])
    client.force_login(world.officer)
    assert client.post(place).status_code == 403

    client.force_login(world.head)
    page = client.get(place)
    done = client.post(place)
    again = client.post(place)

    assert page.status_code == 200
    issued = ConsolidatedReport.objects.get(number=1)
    assert done.url == again.url == reverse("board:consolidated_detail", args=[issued.pk])
    assert "1-BC/BDVĐUK" in client.get(done.url).text
    desk = client.get(reverse("board:board_desk_of", args=[world.period.code])).text
    assert ", số 1</strong>" in desk


def test_a_board_without_a_head_says_that_nobody_can_issue(client, world, draft):
    world.board.memberships.filter(role="head").delete()
    client.force_login(world.officer)

    page = client.get(reverse("board:consolidated_detail", args=[draft.pk]))

    assert "Ban hiện chưa có Trưởng ban" in page.text
