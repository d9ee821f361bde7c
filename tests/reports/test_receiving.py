"""What becomes of an issued report, and what the clock does then."""

import pytest
from django.urls import reverse
from django.utils import timezone

from board.domain import receiving
from board.domain.consolidated_figures import consolidated_figures
from board.domain.consolidating import consolidate
from duties.lists import duties_in
from duties.look import Look
from foundation.audit import AuditEntry
from foundation.moves import MoveNotAllowed
from jobs.domain import delivering
from jobs.models import Delivery
from reports.domain import drafting, issuing, snapshots, withdrawing, writing
from reports.figures import GROUPS_OF_PEOPLE
from reports.models import InboxItem, Report
from reports.permissions import can_correct_report, can_withdraw_report
from reports.queries import desk, desk_totals
from reports.states import ReportState
from reports.templatetags.chain import report_step
from sessions.domain import conferences
from tests.house import in_its_room
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db
EARLY, LATE = moment(1), moment(30)  # the deadline lies on 25 June, 24 days after NOON


@pytest.fixture
def draft(world):
    conference, _ = hold_a_dialogue(world)
    world.people["conference"] = conference
    return drafting.start_draft(world.obligation, by=world.clerk, at=NOON)


@pytest.fixture
def issued(world, draft):
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


def row_of(world, *, at):
    rows = desk(world.period, world.board, at=at)
    return next(row for row in rows if row.obligation == world.obligation)


def complete(world, report, *, at):
    return issuing.issue_report(
        issuing.correct_report(report, by=world.clerk, at=at), by=world.secretary, at=at
    )


@pytest.mark.parametrize(
    ("clock", "data_missing", "completed", "status", "days_late"),
    [
        ("first_issue", False, None, "issued", 0),
        ("first_issue", False, LATE, "issued", 0),
        ("first_issue", True, None, "incomplete", 0),
        ("first_issue", True, EARLY, "issued", 0),
        ("first_issue", True, LATE, "late", 7),
        ("last_issue", False, None, "issued", 0),
        ("last_issue", False, EARLY, "issued", 0),
        ("last_issue", False, LATE, "late", 7),
        ("last_issue", True, LATE, "late", 7),
    ],
)
def test_what_the_clock_does_after_a_return(
    world, issued, settings, clock, data_missing, completed, status, days_late
):
    settings.RETURN_CLOCK = clock
    receiving.return_report(
        issued, remarks="Bổ sung.", data_missing=data_missing, by=world.officer, at=moment(0, 1)
    )
    if completed:
        complete(world, issued, at=completed)

    row = row_of(world, at=moment(31))

    assert (row.status, row.days_late) == (status, days_late)
    assert row.is_settled is (status != "incomplete")
    in_the_report = next(
        line
        for line in consolidated_figures(world.board, world.period, at=moment(31))["committees"]
        if line["name"] == world.host.name
    )
    assert (in_the_report["status"], in_the_report["days_late"]) == (status, days_late)
    step = report_step(world.people["conference"], at=moment(31))
    assert (step.state == "done") is (status != "incomplete")


def test_the_consolidated_report_names_what_was_returned_without_data(world, issued):
    receiving.return_report(
        issued, remarks="Thiếu bảng 3.", data_missing=True, by=world.officer, at=EARLY
    )

    text = str(consolidate(world.board, world.period, by=world.head, at=LATE).snapshot["document"])

    assert "trả lại vì thiếu số liệu 1" in text
    assert "Trả lại, thiếu số liệu" in text


def test_what_nobody_approved_is_named_in_the_consolidated_report(world, issued):
    Report.objects.filter(pk=issued.pk).update(is_automatic=True)

    text = str(consolidate(world.board, world.period, by=world.head, at=LATE).snapshot["document"])

    assert "bản tự động chưa phê duyệt 1" in text
    assert "Bản tự động, chưa phê duyệt" in text


def test_withdrawing_opens_the_obligation_again_and_tells_the_board(world, issued):
    withdrawing.withdraw_report(issued, reason="Nhầm số liệu.", by=world.secretary, at=EARLY)

    row = row_of(world, at=EARLY)
    assert (row.status, row.is_settled, row.report.state) == ("held", False, "withdrawn")
    assert row_of(world, at=LATE).status == "missing"
    assert desk_totals(desk(world.period, world.board, at=EARLY))["settled"] == 0
    assert not Report.objects.current().exists()
    assert InboxItem.objects.get().report == issued
    mails = Delivery.objects.filter(template="emails/reports/report_withdrawn")
    assert sorted(mails.values_list("to", flat=True)) == ["head@example.vn", "officer@example.vn"]
    entry = AuditEntry.objects.get(act="report_withdrawn")
    assert (entry.actor_name, entry.facts["reason"]) == ("Nguyễn Thị Ánh", "Nhầm số liệu.")
    assert issued.moves.get(to_state="withdrawn").reason == "Nhầm số liệu."
    assert report_step(world.people["conference"], at=EARLY).state != "done"
    assert "Dự thảo báo cáo" in str(
        [duty.what for duty in duties_in(Look(at=EARLY, person=world.secretary))]
    )


def test_after_a_withdrawal_a_new_version_counts_from_its_own_issue(world, issued):
    second = complete(world, issued, at=moment(0, 1))
    withdrawing.withdraw_report(second, reason="Nhầm.", by=world.secretary, at=EARLY)

    third = complete(world, second, at=LATE)

    row = row_of(world, at=moment(31))
    assert (third.version, row.status, row.first_issued_at) == (3, "late", LATE)
    assert list(Report.objects.current()) == [third]
    assert Report.objects.get(pk=issued.pk).state == ReportState.SUPERSEDED


def test_the_draft_after_a_withdrawal_stands_on_the_desk(world, issued):
    withdrawing.withdraw_report(issued, reason="Nhầm.", by=world.secretary, at=EARLY)
    issuing.correct_report(issued, by=world.clerk, at=EARLY)

    assert row_of(world, at=EARLY).status == "draft"


def test_only_the_secretary_withdraws_and_only_what_is_not_acknowledged(world, issued):
    allowed = [name for name, user in world.people.items() if name != "conference"
               and can_withdraw_report(user, issued)]  # fmt: skip
    receiving.acknowledge_report(issued, by=world.officer, at=EARLY)

    with pytest.raises(MoveNotAllowed):
        withdrawing.withdraw_report(issued, reason="Nhầm.", by=world.secretary, at=EARLY)

    assert allowed == ["secretary"]
    assert not can_withdraw_report(world.secretary, issued)
    assert can_correct_report(world.secretary, issued)


def test_a_period_is_not_consolidated_from_a_damaged_snapshot(world, issued):
    Report.objects.filter(pk=issued.pk).update(
        snapshot={**issued.snapshot, "figures": {"totals": {}}}
    )

    with pytest.raises(snapshots.DamagedSnapshot):
        consolidate(world.board, world.period, by=world.head, at=EARLY)


def test_a_report_without_a_conference_is_withdrawn_too(world):
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.explain_not_held(draft, reason="Sắp xếp", until=day(60), at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    withdrawing.withdraw_report(draft, reason="Nhầm.", by=world.secretary, at=EARLY)

    assert row_of(world, at=EARLY).status == "scheduled"


# --- what is no longer the newest says so --------------------------------------------


def text_of(client, name, *args):
    return " ".join(client.get(reverse(in_its_room(name), args=args)).text.split())


def test_reading_the_report_on_its_page_is_opening_it(client, world, issued):
    for who in ("secretary", "other_secretary"):
        client.force_login(world.people[who])
        client.get(reverse("reports:report_detail", args=[issued.pk]))
    assert InboxItem.objects.get(report=issued).opened_at is None

    client.force_login(world.officer)
    page = client.get(reverse("reports:report_detail", args=[issued.pk]))

    opened = InboxItem.objects.get(report=issued).opened_at
    assert opened is not None
    assert f"<dt>Đã mở</dt><dd>{timezone.localtime(opened):%H:%M %d/%m/%Y}</dd>" in page.text
    client.get(reverse("reports:report_detail", args=[issued.pk]))
    assert InboxItem.objects.get(report=issued).opened_at == opened


def test_a_correction_names_what_it_replaces_in_its_document(world, issued):
    before = issued.snapshot["document"]["body"]
    assert "thay thế" not in str(before)

    second = complete(world, issued, at=EARLY)

    first, *_rest = second.snapshot["document"]["body"]
    assert first["text"] == f"Báo cáo này thay thế Báo cáo số 01-BC/ĐU, ngày 01/{NOON:%-m}/2026."
    withdrawing.withdraw_report(second, reason="Nhầm số.", by=world.secretary, at=EARLY)
    third = complete(world, second, at=moment(2))
    assert third.snapshot["document"]["body"][0]["text"] == (
        f"Báo cáo này thay thế Báo cáo số 02-BC/ĐU, ngày 02/{NOON:%-m}/2026 (đã thu hồi)."
    )


def test_a_replaced_report_leads_to_the_newer_one(client, world, issued):
    second = complete(world, issued, at=EARLY)
    client.force_login(world.officer)

    page = text_of(client, "report_detail", issued.pk)

    assert (
        f'<a href="{reverse("reports:report_detail", args=[second.pk])}">Mở bản mới hơn</a>' in page
    )
    assert "Mở bản mới hơn" not in text_of(client, "report_detail", second.pk)


def test_an_earlier_consolidated_version_and_stale_figures_say_so(client, world, issued):
    first = consolidate(world.board, world.period, by=world.head, at=EARLY)
    client.force_login(world.head)
    stale = "Từ đó đến nay có báo cáo của 1 đảng ủy được phát hành, trả lại hoặc thu hồi"
    desk_page = ("board_desk_of", world.period.code)
    assert stale not in text_of(client, "consolidated_detail", first.pk)
    assert stale not in text_of(client, *desk_page)

    complete(world, issued, at=moment(2))

    assert stale in text_of(client, "consolidated_detail", first.pk)
    assert stale in text_of(client, *desk_page)
    second = consolidate(world.board, world.period, by=world.head, at=moment(3))
    assert second.version == 2
    earlier = text_of(client, "consolidated_detail", first.pk)
    assert "Đã có phiên bản mới hơn, bản 2, thay thế bản này" in earlier
    assert reverse("board:consolidated_detail", args=[second.pk]) in earlier
    assert stale not in text_of(client, "consolidated_detail", second.pk)
    assert text_of(client, *desk_page).count("đã có phiên bản mới hơn thay thế") == 1


def test_what_was_held_since_makes_a_consolidated_report_stale(client, world, issued):
    """Conferences are counted as they are, so a later one is missing although no report moved."""
    first = consolidate(world.board, world.period, by=world.head, at=EARLY)
    client.force_login(world.head)
    places = (("consolidated_detail", first.pk), ("board_desk_of", world.period.code))
    stale = "Trên Cổng hiện có {} cuộc đối thoại của 2 đảng ủy với {} lượt người dự"
    for place in places:
        assert "Trên Cổng hiện có" not in text_of(client, *place)
    by = world.other_secretary
    other = make_conference(world.neighbour, by, starts_at=moment(-9), ends_at=moment(-8))

    conferences.hold_conference(other, by=by, at=EARLY)
    held = [text_of(client, *place) for place in places]
    came = dict.fromkeys(GROUPS_OF_PEOPLE, 0) | {"invited": 90, "present": 80}
    conferences.record_attendance(other, **came, by=by, at=EARLY)
    counted = [text_of(client, *place) for place in places]

    assert [stale.format(2, 40) in page for page in held] == [True, True]
    assert [stale.format(2, 120) in page for page in counted] == [True, True]
    consolidate(world.board, world.period, by=world.head, at=EARLY)
    assert "Trên Cổng hiện có" not in text_of(client, *places[1])


def test_a_report_whose_conference_was_recorded_otherwise_since_says_so(client, world, issued):
    stale = "đã được ghi lại khác sau khi báo cáo phát hành"
    conference = world.people["conference"]
    came = issued.snapshot["figures"]["attendance_total"]
    for who in ("secretary", "officer"):
        client.force_login(world.people[who])
        assert stale not in text_of(client, "report_detail", issued.pk)

    conferences.record_attendance(
        conference, **{**came, "present": came["present"] + 2}, by=world.clerk, at=EARLY
    )

    for who in ("secretary", "officer"):
        client.force_login(world.people[who])
        page = text_of(client, "report_detail", issued.pk)
        assert stale in page
        assert f'<li lang="vi">{conference.title}</li>' in page
    second = complete(world, issued, at=EARLY)
    assert stale not in text_of(client, "report_detail", issued.pk)  # it is replaced and says that
    assert stale not in text_of(client, "report_detail", second.pk)


def test_every_list_of_versions_says_which_is_replaced_or_withdrawn(client, world, issued):
    second = complete(world, issued, at=EARLY)
    withdrawing.withdraw_report(second, reason="Nhầm số.", by=world.secretary, at=EARLY)
    client.force_login(world.clerk)

    pages = [
        text_of(client, "report_list"),
        text_of(client, "report_detail", issued.pk),
        text_of(client, "report_compare", issued.pk),
    ]

    for page in pages:
        assert "Đã thay thế" in page
        assert "Đã thu hồi" in page


def test_a_mail_that_waited_says_that_its_report_was_replaced_meanwhile(world, issued, mailoutbox):
    """The mail server was down: both versions go out together, the older as what it is."""
    second = complete(world, issued, at=EARLY)
    Delivery.objects.update(next_at=moment(-365))
    Report.objects.get(pk=issued.pk).rendering.__class__.objects.update(state="failed")
    sent = {}
    for report in (issued, second):
        before = len(mailoutbox)
        delivering.deliver(Delivery.objects.filter(waits_for__report=report).first().pk)
        (letter,) = mailoutbox[before:]
        sent[report.version] = [letter.body, letter.alternatives[0][0]]
    withdrawing.withdraw_report(second, reason="Nhầm.", by=world.secretary, at=EARLY)
    delivering.deliver(Delivery.objects.filter(waits_for__report=second, state="queued").first().pk)
    withdrawn = [mailoutbox[-1].body, mailoutbox[-1].alternatives[0][0]]

    for body in sent[1]:
        assert "bản 1 đã được thay bằng bản mới hơn" in body
    for body in sent[2]:
        assert "được thay bằng bản mới hơn" not in body
    for body in withdrawn:
        assert "đảng ủy đã thu hồi bản 2" in body
