"""The Board's dates: more time for several committees at once, and who owes nothing in a period."""

import datetime as dt
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from board.domain import packing
from board.domain.consolidated_document import consolidated_document
from board.domain.consolidated_figures import consolidated_figures
from board.domain.reminding_now import TEMPLATE, is_still_owed, remind_offices
from duties.lists import duties_in
from duties.look import Look
from foundation.models import AuditEntry
from jobs.models import Delivery
from periods.domain import ahead as ahead_module
from periods.domain import periods
from periods.models import Exemption, Extension, Obligation, ReportingPeriod
from reports import queries
from reports.domain import issuing
from reports.domain.drafting import start_draft, start_due_drafts
from reports.domain.reminding import remind
from reports.domain.wording import short_date
from reports.domain.writing import explain_not_held
from reports.models import Report
from sessions.models import Conference
from tests.walls.scene import another_bloc
from tests.world import DUE_BEFORE, MENU, NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
LATER = DUE_BEFORE + 14 * DAY
WHY = "Mới thành lập, chưa có tổ chức."


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


@pytest.fixture
def owed(world):
    """What the neighbour owes, who has neither a conference nor a report."""
    return Obligation.objects.select_related("committee", "period", "board").get(
        period=world.period, committee=world.neighbour
    )


def exempt(world, owed, *, on=True, reason=WHY):
    return periods.set_exempt(owed, on=on, reason=reason, by=world.head, at=NOON)


def row_of(owed, *, at=NOON):
    rows = queries.desk(owed.period, owed.board, at=at)
    return next(row for row in rows if row.obligation.pk == owed.pk)


def duties_of(person, *, at):
    return [one.what for one in duties_in(Look(at=at, person=person)) if one.kind == "report"]


# --- exempt -----------------------------------------------------------------------------------


def test_who_is_exempt_owes_nothing_anywhere(world, owed):
    exempt(world, owed)
    after = world.period.deadline + DAY

    for at in (NOON, after):
        row = row_of(owed, at=at)
        assert (row.status, row.is_open, row.is_overdue, row.warnings) == (
            "exempt",
            False,
            False,
            [],
        )
    totals = queries.desk_totals(queries.desk(world.period, world.board, at=after))
    assert (totals["total"], totals["exempt"], totals["missing"]) == (1, 1, 1)
    (known,) = [one for one in queries.next_deadlines(at=NOON) if one["period"] == world.period]
    assert (known["owed"], known["missing"]) == (1, 1)
    assert remind_offices([row_of(owed)], by=world.head, at=NOON) == (0, [], [])
    assert not duties_of(world.other_secretary, at=after)
    start_due_drafts(at=world.period.deadline - DAY)
    assert not Report.objects.filter(obligation=owed).exists()


def test_a_reminder_that_is_queued_is_not_sent_to_who_is_exempt_by_then(world, owed):
    queued = SimpleNamespace(template=TEMPLATE, context={"obligation": owed.pk})
    assert is_still_owed(queued)

    exempt(world, owed)

    assert not is_still_owed(queued)
    make_conference(world.neighbour, world.other_secretary)
    assert is_still_owed(queued)


def test_nothing_is_deposited_for_who_is_exempt(world, owed):
    periods.set_auto_issue(world.period, on=True, reason="Theo lệ.", by=world.head)
    draft = start_draft(owed, by=world.other_secretary, at=NOON)
    explain_not_held(draft, reason="Chưa có tổ chức.", until=day(92), at=NOON)
    exempt(world, owed)

    assert issuing.deposit_unissued(at=world.period.deadline) == []

    exempt(world, owed, on=False)
    assert issuing.deposit_unissued(at=world.period.deadline) == [draft]


def test_the_weekly_summary_counts_those_that_owe(world, owed):
    exempt(world, owed)

    remind(at=timezone.make_aware(dt.datetime.combine(DUE_BEFORE - 7 * DAY, dt.time(9))))

    summary = Delivery.objects.filter(template="emails/reports/board_summary").first()
    assert summary.context["total"] == 1
    assert summary.context["none"] == []


def test_whoever_takes_part_all_the_same_is_not_left_out(world, owed):
    exempt(world, owed)
    conference = make_conference(world.neighbour, world.other_secretary)
    assert row_of(owed).status == "scheduled"
    assert [one["owed"] for one in queries.next_deadlines(at=NOON)] == [2]

    Conference.objects.filter(pk=conference.pk).update(state="cancelled")
    assert row_of(owed).status == "exempt"

    draft = start_draft(owed, by=world.other_secretary, at=NOON)
    explain_not_held(draft, reason="Chưa có tổ chức.", until=day(92), at=NOON)
    issuing.issue_report(draft, by=world.other_secretary, at=NOON)
    assert row_of(owed).status == "issued"
    assert [(one["owed"], one["missing"]) for one in queries.next_deadlines(at=NOON)] == [(2, 1)]


def test_the_consolidated_report_names_the_exempt_apart(world, owed):
    before = consolidated_figures(world.board, world.period, at=NOON)
    exempt(world, owed)

    figures = consolidated_figures(world.board, world.period, at=NOON)

    assert before["exempt"] == []
    assert [row["name"] for row in figures["committees"]] == [world.host.name]
    assert figures["size"]["committees"] == before["size"]["committees"] - 1 == 1
    assert figures["exempt"] == [
        {"name": world.neighbour.name, "kind": "above_base", "reason": WHY, "on": f"{NOON.date()}"}
    ]
    document = consolidated_document(world.board, world.period, figures, at=NOON)
    said = [block["text"] for block in document["body"] if block.get("text", "").startswith("Có ")]
    assert "Có 1 đảng ủy phải tổ chức" in said[0]
    assert said[1] == (
        "Có 1 đảng ủy được miễn trong kỳ, không tính trong các số liệu trên: "
        f"{world.neighbour.name}; lý do tại Phụ lục 1."
    )
    named = document["annexes"][0]["body"][1]
    assert named["rows"] == [[1, world.neighbour.name, short_date(NOON.date().isoformat()), WHY]]
    missing = document["annexes"][2]["body"][0]
    assert world.neighbour.name not in str(missing["rows"])


def test_the_figures_of_before_there_were_exemptions_are_still_read(world):
    figures = consolidated_figures(world.board, world.period, at=NOON)
    del figures["exempt"]

    document = consolidated_document(world.board, world.period, figures, at=NOON)

    assert len(document["annexes"][0]["body"]) == 1


def test_the_list_in_the_zip_names_the_exempt_apart(world, owed):
    exempt(world, owed)

    packed, missing, free = packing.packed_and_missing(world.period, world.board, at=NOON)

    assert (packed, [one for one, _why in missing], free) == ([], [world.host], [world.neighbour])
    told = packing.missing_list(world.period, packed, missing, free, at=NOON)
    assert "Có trong tệp: 0/1 báo cáo." in told
    assert f"Được miễn trong kỳ, không tính vào số trên:\r\n1. {world.neighbour.name}.\r\n" in told


def test_the_head_exempts_with_a_reason_that_the_office_reads(world, owed, client):
    url = reverse("board:obligation_exempt", args=[owed.pk])
    client.force_login(world.head)

    empty = client.post(url, {"exempt-reason": " "})
    assert empty.status_code == 422
    assert not Exemption.objects.exists()
    client.post(url, {"exempt-reason": WHY})
    client.post(url, {"exempt-reason": "Nói lại."})

    assert [(one.is_on, one.reason, one.by) for one in Exemption.objects.all()] == [
        (True, WHY, world.head)
    ]
    assert AuditEntry.objects.filter(act="exempted").count() == 1
    desk = client.get(reverse("board:board_desk")).text
    assert "Được miễn trong kỳ" in desk
    client.force_login(world.other_secretary)
    assert WHY in client.get(reverse("board:obligation_detail", args=[owed.pk])).text
    assert "Được miễn trong kỳ" in client.get(reverse("reports:report_list")).text

    client.force_login(world.head)
    client.post(url, {"exempt-reason": "Đã có tổ chức.", "end": "1"})
    assert row_of(owed).status == "none"
    assert AuditEntry.objects.filter(act="exemption_ended").count() == 1


def test_who_takes_part_cannot_be_exempt_and_what_was_typed_stays(world, client):
    client.force_login(world.head)

    answer = client.post(
        reverse("board:obligation_exempt", args=[world.obligation.pk]), {"exempt-reason": WHY}
    )

    assert answer.status_code == 422
    assert WHY in answer.text
    assert not Exemption.objects.exists()


def test_what_was_said_stays_when_a_committee_was_closed_before(world, owed):
    """The rows of an extension or an exemption can never be removed: the tick must not try to."""
    exempt(world, owed)
    periods.extend(world.obligation, to=LATER, reason="Bão.", by=world.head, at=NOON)
    Conference.objects.all().update(state="cancelled")
    for committee in (world.host, world.neighbour):
        committee.active_until = world.period.starts_on - DAY
        committee.save()

    periods.open_periods(at=NOON)

    assert world.period.obligations.count() == 2


# --- more time for several --------------------------------------------------------------------


def give(client, world, owed, **typed):
    return client.post(
        reverse("board:obligations_extend", args=[world.period.code]),
        {"owed": [one.pk for one in owed], **typed},
    )


def test_several_get_more_time_with_one_press(world, owed, client):
    client.force_login(world.head)
    both = [world.obligation, owed]

    asked = give(client, world, both)
    assert asked.status_code == 200
    assert world.neighbour.name in asked.text
    assert world.host.name in asked.text
    done = give(client, world, both, to=f"{LATER:%d/%m/%Y}", reason="Bão lũ.")

    assert done.status_code == 302
    assert {one.due_before for one in Obligation.objects.filter(period=world.period)} == {LATER}
    assert sorted(Extension.objects.values_list("obligation_id", "reason")) == sorted(
        (one.pk, "Bão lũ.") for one in both
    )


def test_a_date_that_does_not_fit_one_is_given_to_none(world, owed, client):
    client.force_login(world.head)
    periods.extend(owed, to=LATER, reason="Bão.", by=world.head, at=NOON)

    answer = give(client, world, [world.obligation, owed], to=f"{LATER:%d/%m/%Y}", reason="Lũ lụt.")

    assert answer.status_code == 422
    assert "Lũ lụt." in answer.text
    assert f"{world.neighbour.name}." in answer.text
    assert Extension.objects.count() == 1
    with pytest.raises(periods.DateNotPossible):
        periods.extend_all([world.obligation, owed], to=LATER, reason="Lũ.", by=world.head, at=NOON)
    assert Extension.objects.count() == 1


def test_a_date_that_does_harm_to_one_of_several_is_asked_for_twice(world, owed, client):
    client.force_login(world.head)
    both = [world.obligation, owed]
    periods.extend_all(both, to=LATER, reason="Bão.", by=world.head, at=NOON)
    make_conference(
        world.neighbour, world.other_secretary, starts_at=moment(30), ends_at=moment(30, 3)
    )
    back = {"to": f"{DUE_BEFORE:%d/%m/%Y}", "reason": "Bão đã tan."}

    asked = give(client, world, both, **back)
    assert asked.status_code == 422
    assert Extension.objects.count() == 2
    done = give(client, world, both, **back, understood=asked.context["effect"].token)

    assert done.status_code == 302
    assert {one.extended_to for one in Obligation.objects.filter(period=world.period)} == {None}


def test_nothing_ticked_is_said_and_an_officer_gives_no_time(world, owed, client):
    client.force_login(world.head)
    nothing = give(client, world, [])
    assert nothing.status_code == 302
    said = client.get(nothing.url).text
    assert "Hãy đánh dấu" in said
    client.force_login(world.officer)
    assert give(client, world, [owed]).status_code == 403
    assert not Extension.objects.exists()


# --- the periods ------------------------------------------------------------------------------

LIST = reverse("board:period_list")


def prepare_next(client, code):
    return client.post(reverse("board:period_prepare", args=[code]))


def test_the_coming_four_follow_the_rule_until_somebody_sets_a_date(world, client):
    client.force_login(world.head)
    ahead = ahead_module.coming(at=NOON)
    assert [one.period for one in ahead] == [None] * 4
    assert [one.starts_on for one in ahead] == [
        world.period.due_before, *(one.due_before for one in ahead[:-1])
    ]  # fmt: skip
    second = ahead[1]

    assert prepare_next(client, second.code).status_code == 302
    made = ReportingPeriod.objects.get(year=second.year, half=second.half)
    periods.change_due_date(
        made, to=second.due_before - 10 * DAY, reason="Lịch họp.", by=world.head, at=NOON
    )

    ahead = ahead_module.coming(at=NOON)
    assert [one.period is not None for one in ahead] == [True, True, False, False]
    assert ahead[1].due_before == second.due_before - 10 * DAY == ahead[2].starts_on
    assert not Obligation.objects.exclude(period=world.period).exists()
    shown = client.get(LIST).text
    assert "Lịch họp." in shown
    assert shown.count("Theo quy định") == 4  # the running one and three to come


def test_a_period_that_was_prepared_opens_with_its_date(world, client):
    client.force_login(world.head)
    following = ahead_module.coming(at=NOON)[0]
    made = ahead_module.prepare(following.code, at=NOON)
    periods.change_due_date(
        made, to=following.due_before - 4 * DAY, reason="x", by=world.head, at=NOON
    )

    running = periods.open_periods(at=world.period.deadline + DAY)

    assert (running, running.due_before) == (made, following.due_before - 4 * DAY)
    assert running.starts_on == world.period.due_before
    assert running.obligations.count() == 2


def test_a_date_that_was_set_beforehand_leads_back_to_the_list(world, client):
    """The desk of a period that has not begun would say that nobody reports."""
    client.force_login(world.head)
    following = ahead_module.coming(at=NOON)[0]
    page = prepare_next(client, following.code).url
    typed = {"to": f"{following.due_before - DAY:%d/%m/%Y}", "reason": "Lịch họp."}

    asked = client.post(page, typed)
    done = client.post(page, {**typed, "understood": asked.context["effect"].token})

    assert done.url == LIST
    assert "Lịch họp." in client.get(LIST).text


def test_what_lies_further_ahead_or_has_begun_cannot_be_prepared(world, client):
    client.force_login(world.head)

    for code in (world.period.code, "2031-H1", "2026-H3", "x"):
        assert prepare_next(client, code).status_code == 404
    assert ReportingPeriod.objects.count() == 1


def test_the_date_of_a_coming_period_is_not_for_one_of_two_boards(world):
    made = ahead_module.prepare(ahead_module.coming(at=NOON)[0].code, at=NOON)
    assert not periods.others_receive(made, world.head)
    another_bloc()

    with pytest.raises(periods.OthersReceive):
        periods.change_due_date(made, to=made.due_before - DAY, reason="x", by=world.head, at=NOON)


def test_the_list_counts_as_the_desk_does(world, owed, client):
    exempt(world, owed)
    periods.extend(world.obligation, to=LATER, reason="Bão.", by=world.head, at=NOON)
    client.force_login(world.officer)

    with CaptureQueriesContext(connection) as asked:
        shown = client.get(LIST)

    assert "1 đảng ủy phải báo cáo" in shown.text
    assert "1 được miễn" in shown.text
    assert "1 được gia hạn" in shown.text
    assert "Đặt ngày khác" not in shown.text  # the head's alone
    assert len(asked) <= MENU + 16
    assert prepare_next(client, ahead_module.coming(at=NOON)[0].code).status_code == 403


def test_the_desk_shows_no_period_that_has_not_begun(world, client):
    made = ahead_module.prepare(ahead_module.coming(at=NOON)[1].code, at=NOON)
    client.force_login(world.officer)

    assert made.code not in client.get(reverse("board:board_desk")).text
    assert client.get(reverse("board:board_desk_of", args=[made.code])).status_code == 200
