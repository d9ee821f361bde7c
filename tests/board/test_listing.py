"""The list on the desk of a period: narrowed, ordered, page by page; received one after the other."""

import datetime as dt
import io
import subprocess

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from board import listing
from board.domain import receiving
from foundation.clock import day_of, written_day
from foundation.models import AuditEntry
from jobs.domain.delivering import deliver
from jobs.models import Delivery
from reports.domain import issuing, withdrawing
from reports.models import OfficeReminder, Report
from tests.faults.many import many_drafts
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"board:{name}", args=args)


def issue(world, drafts):
    """Let each draft be issued, a minute after the one before."""
    return [
        issuing.issue_report(draft, by=world.secretary, at=NOON + dt.timedelta(minutes=number))
        for number, draft in enumerate(drafts)
    ]


@pytest.fixture
def desk(world, client, monkeypatch):
    """The desk of the head: called with what the address asks for, it returns the page."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client.force_login(world.head)

    def look(**asked):
        return client.get(url("board_desk_of", world.period.code), asked)

    return look


def text_of(pdf):
    read = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return read.stdout.decode()


def names(page):
    return [row.obligation.committee.name for row in page.context["rows"]]


# --- which are listed -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "number"), [("so 7", 1), ("Cơ quan số 7", 1), ("co quan", 9), ("m0003", 1), ("zz", 0)]
)
def test_words_are_looked_for_without_their_marks(world, desk, words, number):
    many_drafts(world, 9)

    assert len(names(desk(q=words))) == number


def test_a_whole_code_names_one_also_where_others_begin_like_it(world, desk):
    world.neighbour.code = "A011"
    world.neighbour.save()

    assert names(desk(q="a01")) == [world.host.name]
    assert len(names(desk(q="a0"))) == 2


def test_the_clerk_of_an_office_is_found_and_shown_as_who_is_called(world, desk):
    world.clerk.phone = "0912345678"
    world.clerk.save()
    many_drafts(world, 2)  # whose offices have a secretary alone

    page = desk(q=world.clerk.full_name)

    assert names(page) == [world.host.name]
    assert 'href="tel:0912345678"' in page.text


@pytest.mark.parametrize(
    ("show", "number"), [("arrived", 2), ("open", 3), ("draft", 1), ("issued", 2), ("nonsense", 5)]
)
def test_it_shows_those_that_stand_alike(world, desk, show, number):
    drafts = many_drafts(world, 3)
    issue(world, drafts[:2])

    assert len(names(desk(show=show))) == number


def test_it_is_ordered_by_name_date_and_day_of_issue(world, desk):
    drafts = many_drafts(world, 3)
    issue(world, [drafts[2], drafts[0]])
    last = drafts[1].obligation
    last.extended_to = moment(40).date()
    last.save()

    by_name, by_issue, by_date = (names(desk(order=one)) for one in ("name", "issued", "due"))

    assert by_name == sorted(by_name)
    assert by_issue[:2] == ["Đảng ủy Cơ quan số 2", "Đảng ủy Cơ quan số 0"]
    assert by_date[-1] == "Đảng ủy Cơ quan số 1"


def test_sixty_are_listed_on_two_pages_and_totals_count_all(world, desk):
    many_drafts(world, 60)

    first, second = desk(), desk(page=2)

    assert (len(names(first)), len(names(second))) == (listing.PAGE, 62 - listing.PAGE)
    assert not set(names(first)) & set(names(second))
    assert first.context["totals"]["total"] == second.context["totals"]["total"] == 62


def test_a_page_that_is_none_shows_one_that_is(desk, world):
    many_drafts(world, 1)

    assert [len(names(desk(page=page))) for page in ("99", "x", "-1")] == [3, 3, 3]


def test_where_nothing_matches_it_says_so_and_leads_back(world, desk):
    page = desk(q="không có")

    assert "Không có đảng ủy nào phù hợp." in page.text
    assert 'href="?"' in page.text


# --- as Excel ---------------------------------------------------------------------------


def test_the_list_goes_to_excel_as_it_is_narrowed(world, desk, client):
    drafts = many_drafts(world, 3)
    issue(world, drafts[:2])
    drafts[0].committee.name = "=cmd|'/c calc'!A1"
    drafts[0].committee.save()

    answer = client.get(url("desk_xlsx", world.period.code), {"show": "arrived"})

    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == 2
    assert {row[2] for row in rows} == {"'=cmd|'/c calc'!A1", "Đảng ủy Cơ quan số 1"}


# --- receiving ----------------------------------------------------------------------------


def test_the_list_goes_to_paper_as_it_is_narrowed(world, desk, client):
    issue(world, many_drafts(world, 3)[:1])

    answer = client.get(url("desk_pdf", world.period.code), {"show": "arrived"})

    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(text_of(answer.content).split())
    assert "theo dõi việc gửi báo cáo 6 tháng đầu năm 2026" in text
    assert (
        "Số liệu lúc 12 giờ 00, ngày 01/6/2026: 1 đảng ủy. Danh sách đã lọc, không gồm tất cả các đảng ủy."
        in text
    )
    assert AuditEntry.objects.filter(act="downloaded").count() == 1
    whole = client.get(url("desk_pdf", world.period.code)).content
    assert "Danh sách đã lọc" not in text_of(whole)


def test_where_the_list_cannot_be_drawn_it_says_so(world, desk, client, monkeypatch):
    monkeypatch.setattr("reports.downloads.pdf_of", lambda document: None)

    assert client.get(url("desk_pdf", world.period.code)).status_code == 503
    assert not AuditEntry.objects.filter(act="downloaded").exists()


def test_sixty_reports_are_received_with_sixty_one_clicks(world, desk, client):
    issue(world, many_drafts(world, 60))
    seen, address = [], None
    following = desk().context["first_waiting"]
    address = reverse("reports:report_detail", args=[following.pk])

    for _click in range(60):
        page = client.get(address)
        seen.append(page.context["report"].pk)
        done = client.post(url("report_acknowledge", seen[-1]), {"go_on": "1"})
        address = done.url

    assert address == url("board_desk_of", world.period.code)
    assert len(set(seen)) == 60
    assert seen == [one.pk for one in Report.objects.order_by("issued_at")]
    assert set(Report.objects.values_list("state", flat=True)) == {"acknowledged"}


def test_those_that_are_ticked_are_received_in_one_go(world, desk, client):
    first, second, third = issue(world, many_drafts(world, 3))

    page = client.post(
        url("reports_receive", world.period.code), {"report": [first.pk, third.pk]}, follow=True
    )

    assert "Đã tiếp nhận 2 báo cáo." in page.text
    states = {one.pk: one.state for one in Report.objects.all()}
    assert states == {first.pk: "acknowledged", second.pk: "issued", third.pk: "acknowledged"}


def test_one_that_was_withdrawn_meanwhile_is_told_and_hinders_no_other(world, desk, client):
    first, second = issue(world, many_drafts(world, 2))
    withdrawing.withdraw_report(first, reason="Sai số liệu.", by=world.secretary, at=moment(0, 1))

    page = client.post(
        url("reports_receive", world.period.code), {"report": [first.pk, second.pk]}, follow=True
    )

    assert "Đã tiếp nhận 1 báo cáo." in page.text
    assert f"{first.committee.name}: báo cáo đã thay đổi" in page.text
    first.refresh_from_db()
    assert first.state == "withdrawn"


def test_sent_twice_it_is_received_once(world, desk, client):
    (report,) = issue(world, many_drafts(world, 1))

    for _time in range(2):
        client.post(url("reports_receive", world.period.code), {"report": [report.pk]})

    assert report.moves.filter(to_state="acknowledged").count() == 1


@pytest.mark.parametrize("ticked", [[], ["x"], ["1", "-2"], ["9" * 30]])
def test_where_nothing_good_is_ticked_nothing_is_received(world, desk, client, ticked):
    issue(world, many_drafts(world, 1))

    page = client.post(url("reports_receive", world.period.code), {"report": ticked}, follow=True)

    assert "Đồng chí hãy đánh dấu" in page.text
    assert Report.objects.get().state == "issued"


def test_of_another_board_and_of_another_period_nothing_is_received(world, desk, client):
    (report,) = issue(world, many_drafts(world, 1))
    obligation = report.obligation
    obligation.board = world.neighbour
    obligation.save()

    client.post(url("reports_receive", world.period.code), {"report": [report.pk]})

    report.refresh_from_db()
    assert report.state == "issued"


def test_the_longest_waiting_comes_first(world):
    first, second, third = issue(world, many_drafts(world, 3))
    receiving.acknowledge_report(second, by=world.officer, at=moment(1))

    assert list(receiving.waiting_beside(second)) == [first, third]


# --- reminding ----------------------------------------------------------------------------


def delivered():
    for delivery in Delivery.objects.order_by("pk"):
        deliver(delivery.pk)


def remind(client, world, *obligations):
    typed = {"owed": [one.pk for one in obligations]}
    return client.post(url("offices_remind", world.period.code), typed, follow=True)


def test_offices_that_have_not_reported_are_written_to_at_once(world, desk, client):
    world.host.email = "vanphong@example.vn"
    world.host.save()

    page = remind(client, world, world.obligation)

    assert "Đã nhắc 1 văn phòng." in page.text
    to = set(Delivery.objects.values_list("to", flat=True))
    assert to == {"vanphong@example.vn", world.secretary.email, world.clerk.email}
    assert f"Đã nhắc ngày {written_day(day_of(NOON))}" in page.text


def test_the_mail_says_what_is_owed_and_by_when(world, desk, client, smtp_server):
    remind(client, world, world.obligation)

    delivered()

    mail = smtp_server.messages[0]
    said = " ".join(
        part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
    )
    assert written_day(world.obligation.due_before) in mail["Subject"]
    assert world.board.name in said
    assert said.count("Còn 23 ngày.") == 2


def test_once_a_day_and_not_where_the_report_is_in(world, desk, client):
    drafts = many_drafts(world, 1)
    (report,) = issue(world, drafts)

    first = remind(client, world, world.obligation, report.obligation)
    again = remind(client, world, world.obligation)

    assert "Đã nhắc 1 văn phòng." in first.text
    assert f"{world.host.name}: hôm nay đã nhắc" in again.text
    assert set(OfficeReminder.objects.values_list("obligation", flat=True)) == {world.obligation.pk}


def test_an_office_without_any_address_is_named(world, desk, client):
    draft = many_drafts(world, 1)[0]
    draft.committee.memberships.all().delete()

    page = remind(client, world, draft.obligation)

    assert f"{draft.committee.name}: không có địa chỉ" in page.text
    assert not Delivery.objects.exists()


def test_a_reminder_that_is_overtaken_by_the_report_is_not_sent(world, desk, client, smtp_server):
    drafts = many_drafts(world, 1)
    remind(client, world, drafts[0].obligation)
    issue(world, drafts)

    delivered()

    assert smtp_server.messages
    assert not [one for one in smtp_server.messages if one["Subject"].startswith("Nhắc")]


def test_nobody_reminds_what_is_owed_to_another_board(world, desk, client):
    obligation = many_drafts(world, 1)[0].obligation
    obligation.board = world.neighbour
    obligation.save()

    remind(client, world, obligation)

    assert not OfficeReminder.objects.exists()
