"""More time for one, warnings, drafts by themselves, and what lies there at the deadline."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.models import AuditEntry
from jobs.domain.delivering import deliver
from jobs.models import Delivery
from periods.domain import periods
from periods.models import Extension
from reports import queries
from reports.domain import issuing
from reports.domain.drafting import start_draft, start_due_drafts
from reports.domain.reminding import remind
from reports.domain.writing import explain_not_held
from reports.models import InboxItem, Report
from reports.states import ReportState
from sessions.models import Conference
from tests.reports.story import confirmed, hold_a_dialogue
from tests.world import DUE_BEFORE, NOON, TODAY, day

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = day(39)  # more than two weeks after the deadline of the world


def row_of(world, *, at):
    (row,) = [
        row
        for row in queries.desk(world.period, world.board, at=at)
        if row.obligation == world.obligation
    ]
    return row


def complete_draft(world):
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    explain_not_held(draft, reason="Sắp xếp tổ chức.", until=day(92), at=NOON + DAY)
    return draft


# --- more time ------------------------------------------------------------------------


def test_more_time_moves_the_deadline_of_one_committee(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    periods.extend(world.obligation, to=LATER, reason="Bão lũ.", by=world.head, at=NOON)
    after = world.period.deadline + DAY

    assert row_of(world, at=after).status == "draft"
    issuing.issue_report(draft, by=world.secretary, at=after)

    row = row_of(world, at=after)
    assert (row.status, row.days_late) == ("issued", 0)
    others = [r for r in queries.desk(world.period, world.board, at=after) if r is not row]
    assert {r.status for r in others if r.obligation != world.obligation} == {"missing"}
    assert Extension.objects.get().reason == "Bão lũ."
    assert AuditEntry.objects.filter(act="date_extended").count() == 1


@pytest.mark.parametrize("to", [DUE_BEFORE, TODAY, DUE_BEFORE + 61 * DAY, dt.date(9999, 12, 31)])
def test_dates_that_are_no_extension_are_refused_and_kept_in_the_form(world, client, to):
    client.force_login(world.head)
    url = reverse("board:obligation_extend", args=[world.obligation.pk])

    answer = client.post(url, {"to": f"{to:%d/%m/%Y}", "reason": "Vì sao"})

    assert answer.status_code == 422
    assert "Vì sao" in answer.text
    assert not Extension.objects.exists()


def test_the_head_gives_time_and_the_office_reads_why(world, client):
    url = reverse("board:obligation_extend", args=[world.obligation.pk])
    client.force_login(world.officer)
    assert client.post(url, {"to": f"{LATER:%d/%m/%Y}", "reason": "x"}).status_code == 403
    client.force_login(world.head)
    asked = client.post(url, {"to": f"{LATER:%d/%m/%Y}", "reason": "Bão lũ."}, follow=True)
    desk = confirmed(client, url, {"to": f"{LATER:%d/%m/%Y}", "reason": "Bão lũ."}, asked)
    assert (
        f"Đã gia hạn cho Đảng ủy Viện Minh Hòa: gửi báo cáo trước ngày {LATER:%d/%m/%Y}"
        in desk.text
    )
    client.force_login(world.clerk)
    page = client.get(reverse("board:obligation_detail", args=[world.obligation.pk])).text
    assert "Bão lũ." in page
    assert f"{LATER:%d/%m/%Y}" in page
    assert '<form method="post" class="sheet' not in page


# --- warnings -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "warnings"),
    [
        (46, []),
        (45, ["no_date"]),
        (20, ["not_held", "no_date"]),
        (10, ["no_draft", "not_held", "no_date"]),
        (3, ["not_issued", "no_draft", "not_held", "no_date"]),
    ],
)
def test_warnings_come_one_after_the_other(world, days, warnings):
    at = world.period.deadline - days * DAY
    (row,) = [r for r in queries.desk(world.period, world.board, at=at) if r.status == "none"]
    assert row.warnings == warnings


def test_what_was_done_is_not_warned_of(world):
    hold_a_dialogue(world)
    at = world.period.deadline - 3 * DAY
    assert row_of(world, at=at).warnings == ["not_issued", "no_draft"]
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    Report.objects.filter(pk=draft.pk).update(changed_at=NOON + DAY)
    assert row_of(world, at=at).warnings == ["not_issued"]
    issuing.issue_report(draft, by=world.secretary, at=at)
    assert row_of(world, at=at).warnings == []


def test_the_desk_counts_and_filters_warnings(world, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: world.period.deadline - 3 * DAY)
    client.force_login(world.head)
    url = reverse("board:board_desk_of", args=[world.period.code])
    page = client.get(url)
    assert "chưa phát hành báo cáo: 2" in page.text
    assert "chưa có lịch hội nghị: 1" in page.text
    filtered = client.get(url, {"warning": "no_date"}).text
    assert "Bộ Láng Giềng" in filtered
    assert "Viện Minh Hòa" not in filtered
    assert client.get(url, {"warning": "__class__"}).status_code == 200


# --- drafts by themselves, and what lies there at the deadline ----------------------------


def test_ten_days_before_everybody_has_a_draft(world):
    assert start_due_drafts(at=world.period.deadline - 11 * DAY) == []
    made = start_due_drafts(at=world.period.deadline - 10 * DAY)
    assert {draft.obligation.committee.code for draft in made} == {"A01", "B02"}
    assert start_due_drafts(at=world.period.deadline - 9 * DAY) == []
    assert not any(draft.was_touched for draft in made)


def test_unissued_drafts_stay_where_they_are_unless_the_board_has_said_so(world):
    complete_draft(world)
    assert issuing.deposit_unissued(at=world.period.deadline) == []
    assert not InboxItem.objects.exists()


def test_a_complete_draft_is_deposited_at_the_deadline_and_says_what_it_is(world):
    draft = complete_draft(world)
    periods.set_auto_issue(world.period, on=True, reason="Bộ yêu cầu.", by=world.head)
    assert issuing.deposit_unissued(at=world.period.deadline - DAY / 24) == []

    (report,) = issuing.deposit_unissued(at=world.period.deadline)
    assert issuing.deposit_unissued(at=world.period.deadline + DAY) == []

    report = Report.objects.get(pk=draft.pk)
    assert (report.state, report.is_automatic, report.number, report.issued_by) == (
        ReportState.ISSUED, True, None, None,
    )  # fmt: skip
    assert report.snapshot["document"]["note"] == "(Bản tổng hợp tự động, chưa phê duyệt)"
    assert InboxItem.objects.get().report == report
    assert row_of(world, at=world.period.deadline).status == "automatic"
    assert AuditEntry.objects.filter(act="auto_issued").count() == 1

    second = issuing.correct_report(report, by=world.secretary, at=world.period.deadline + DAY)
    issuing.issue_report(second, by=world.secretary, at=world.period.deadline + DAY)
    assert (second.version, second.number) == (2, 1)
    assert row_of(world, at=world.period.deadline + DAY).status == "late"


def test_what_is_set_already_is_no_act_of_record(world):
    for on in (True, True, False, False):
        periods.set_auto_issue(world.period, on=on, reason="Bộ yêu cầu.", by=world.head)
        assert world.period.auto_issue is on

    acts = AuditEntry.objects.filter(act="auto_issue_set").order_by("pk")
    assert [entry.facts["on"] for entry in acts] == [True, False]


def test_an_incomplete_draft_is_never_deposited(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    Report.objects.filter(pk=draft.pk).update(signer="")
    periods.set_auto_issue(world.period, on=True, reason="x", by=world.head)
    assert issuing.deposit_unissued(at=world.period.deadline) == []
    assert row_of(world, at=world.period.deadline).status == "missing"


def test_more_time_holds_for_the_deposit_too(world):
    complete_draft(world)
    periods.set_auto_issue(world.period, on=True, reason="x", by=world.head)
    periods.extend(world.obligation, to=LATER, reason="x", by=world.head, at=NOON)
    assert issuing.deposit_unissued(at=world.period.deadline + DAY) == []
    assert len(issuing.deposit_unissued(at=world.period.deadline + 15 * DAY)) == 1


# --- reminders ------------------------------------------------------------------------


def test_a_reminder_that_is_no_longer_needed_is_not_sent(world, mailoutbox):
    Conference.objects.update(state="cancelled")  # which asks for its papers
    remind(at=world.period.deadline - 3 * DAY + dt.timedelta(hours=8))
    reminder = Delivery.objects.get(to="secretary@example.vn")
    draft = complete_draft(world)
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    Delivery.objects.filter(pk=reminder.pk).update(next_at=timezone.now() - DAY)

    job = deliver(reminder.pk)

    assert (job.state, job.smtp_text) == ("done", "no longer needed, not sent")
    assert not [m for m in mailoutbox if m.to == ["secretary@example.vn"]]


# --- how a date came about ----------------------------------------------------------------


def test_a_deadline_on_a_day_off_stays_and_the_page_says_so(world, client, monkeypatch):
    """In 2028 the last day, 24 June, is a Saturday."""
    world.period.year, world.period.half = 2028, 1
    world.period.due_before = dt.date(2028, 6, 25)
    world.period.save()
    world.host.watch_officer = world.officer
    world.host.save()
    now = dt.datetime(2028, 6, 19, 1, tzinfo=dt.UTC)
    monkeypatch.setattr("foundation.clock.database_now", lambda: now)
    client.force_login(world.clerk)

    page = client.get(reverse("board:obligation_detail", args=[world.obligation.pk])).text

    assert "Ngày cuối cùng còn đúng hạn là Thứ Bảy, 24/06/2028, đến hết 23:59." in page
    assert "Ngày đó là ngày nghỉ (T7 24/06)" in page
    assert "ngày làm việc cuối cùng trước hạn là Thứ Sáu, 23/06/2028" in page
    assert "Còn 5 ngày làm việc." in page
    assert "Theo quy tắc này: trước ngày 25/06/2028." in page
    assert "Báo đích danh đồng chí Đặng Thị Mai" in page
    assert world.period.last_day == dt.date(2028, 6, 24)
