import datetime as dt

import pytest
from django.urls import reverse

from committees.models import Committee
from periods.domain import periods
from periods.domain.periods import (
    DateNotPossible,
    OthersReceive,
    change_due_date,
    default_due_before,
    half_year_of,
    open_periods,
    set_auto_issue,
)
from periods.models import Obligation, ReportingPeriod
from tests.world import HANOI, NOON, day, make_committee, moment


@pytest.mark.parametrize(
    ("day", "half"),
    [
        (dt.date(2026, 6, 24), (2026, 1)),
        (dt.date(2026, 6, 25), (2026, 2)),
        (dt.date(2026, 12, 24), (2026, 2)),
        (dt.date(2026, 12, 25), (2027, 1)),
    ],
)
def test_half_year_of(day, half):
    assert half_year_of(day) == half


@pytest.mark.django_db
def test_a_period_opens_with_every_obligation(world):
    Obligation.objects.all().delete()
    ReportingPeriod.objects.all().delete()

    period = open_periods(at=NOON)

    assert (period.code, period.starts_on, period.due_before) == (
        "2026-H1",
        dt.date(2025, 12, 25),
        dt.date(2026, 6, 25),
    )
    assert set(period.obligations.values_list("committee__code", flat=True)) == {"A01", "B02"}


@pytest.mark.django_db
def test_the_next_period_begins_where_the_last_ended_even_after_a_pause(world):
    after_two_years = dt.datetime(2028, 7, 1, tzinfo=HANOI)

    period = open_periods(at=after_two_years)

    assert period.code == "2028-H2"
    assert ReportingPeriod.objects.count() == 6
    ordered = list(ReportingPeriod.objects.order_by("year", "half"))
    assert [p.starts_on for p in ordered[1:]] == [p.due_before for p in ordered[:-1]]


@pytest.mark.django_db
def test_opening_twice_changes_nothing(world):
    open_periods(at=NOON)
    open_periods(at=NOON)

    assert ReportingPeriod.objects.count() == 1
    assert Obligation.objects.count() == 2


@pytest.mark.django_db
def test_a_committee_founded_meanwhile_is_obliged_and_a_cell_or_a_closed_one_is_not(world):
    kind = Committee.Kind
    make_committee("C03", kind.BASE, "Đảng ủy Mới", parent=world.bloc)
    make_committee("X04", kind.CELL, "Chi bộ Một", parent=world.host)
    closed = make_committee("Z05", kind.BASE, "Đảng ủy Cũ", parent=world.bloc)
    closed.active_until = dt.date(2025, 12, 1)
    closed.save()

    period = open_periods(at=NOON)

    assert set(period.obligations.values_list("committee__code", flat=True)) == {
        "A01",
        "B02",
        "C03",
    }


@pytest.mark.django_db
def test_the_deadline_is_the_first_instant_that_is_too_late(world):
    assert world.period.deadline == dt.datetime(2026, 6, 25, tzinfo=HANOI)
    assert open_periods(at=world.period.deadline - dt.timedelta(seconds=1)) == world.period
    assert open_periods(at=world.period.deadline).code == "2026-H2"


@pytest.mark.django_db
def test_a_moved_date_keeps_its_reason_and_moves_the_next_period_too(world):
    open_periods(at=moment(60))

    change_due_date(world.period, to=dt.date(2026, 6, 30), reason="Nghỉ lễ", by=world.head, at=NOON)

    following = ReportingPeriod.objects.get(year=2026, half=2)
    change = world.period.changes.get()
    assert following.starts_on == dt.date(2026, 6, 30)
    assert (change.due_from, change.due_to, change.reason) == (
        dt.date(2026, 6, 25),
        dt.date(2026, 6, 30),
        "Nghỉ lễ",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("to", [dt.date(2025, 12, 25), dt.date(2026, 12, 25)])
def test_a_date_that_leaves_a_period_without_a_day_is_refused(world, to):
    open_periods(at=moment(60))

    with pytest.raises(DateNotPossible):
        change_due_date(world.period, to=to, reason="…", by=world.head, at=NOON)

    assert ReportingPeriod.objects.get(pk=world.period.pk).due_before == dt.date(2026, 6, 25)


@pytest.mark.django_db
def test_where_another_board_receives_too_no_head_decides_for_everybody(client, world):
    bloc = make_committee("XBLOC", "bloc", "Đảng ủy Khối Xa")
    board = make_committee("XBOARD", "board", "Ban Xa", parent=bloc)
    theirs = make_committee("X01", "base", "Đảng ủy Nơi Xa", parent=bloc)
    Obligation.objects.create(period=world.period, committee=theirs, board=board)
    client.force_login(world.head)

    with pytest.raises(OthersReceive):
        change_due_date(world.period, to=day(26), reason="Tết", by=world.head, at=NOON)
    with pytest.raises(OthersReceive):
        set_auto_issue(world.period, on=True, reason="x", by=world.head)
    for name, typed in (
        ("period_change", {"to": "30/06/2026"}),
        ("period_auto_issue", {"on": "on"}),
    ):
        answer = client.post(
            reverse(f"board:{name}", args=[world.period.code]), {**typed, "reason": "Lý do đã gõ"}
        )
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "còn Ban khác nhận báo cáo" in page
        assert "Lý do đã gõ" in page

    world.period.refresh_from_db()
    assert world.period.due_before == dt.date(2026, 6, 25)
    assert not world.period.auto_issue


@pytest.mark.django_db
def test_what_is_refused_between_the_look_and_the_act_is_said_beside_the_form(
    client, world, monkeypatch
):
    bloc = make_committee("XBLOC", "bloc", "Đảng ủy Khối Xa")
    board = make_committee("XBOARD", "board", "Ban Xa", parent=bloc)
    theirs = make_committee("X01", "base", "Đảng ủy Nơi Xa", parent=bloc)
    place = reverse("board:period_change", args=[world.period.code])
    typed = {"to": "30/06/2026", "reason": "Lý do đã gõ"}
    client.force_login(world.head)
    typed["understood"] = client.post(place, typed).context["effect"].token
    looked = periods.can_be_due

    def look_and_let_another_board_come(*asked):
        Obligation.objects.get_or_create(period=world.period, committee=theirs, board=board)
        return looked(*asked)

    monkeypatch.setattr(periods, "can_be_due", look_and_let_another_board_come)
    answer = client.post(place, typed)

    assert answer.status_code == 422
    assert "còn Ban khác nhận báo cáo" in answer.text
    assert "Lý do đã gõ" in answer.text
    world.period.refresh_from_db()
    assert world.period.due_before == dt.date(2026, 6, 25)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["period_change", "obligation_extend"])
def test_a_date_that_has_gone_meanwhile_is_said_beside_its_field(client, world, monkeypatch, name):
    code = {"period_change": world.period.code, "obligation_extend": world.obligation.pk}[name]
    place = reverse(f"board:{name}", args=[code])
    typed = {"to": "30/06/2026", "reason": "Lý do đã gõ"}
    client.force_login(world.head)
    typed["understood"] = client.post(place, typed).context["effect"].token
    looks = iter([True, False])
    monkeypatch.setattr(periods, "can_be_due", lambda *_: next(looks))
    monkeypatch.setattr(periods, "can_extend_to", lambda *_: next(looks))

    answer = client.post(place, typed)

    assert answer.status_code == 422
    assert answer.context["form"].errors["to"]
    assert "Lý do đã gõ" in answer.text


def test_the_default_dates():
    assert default_due_before(2026, 1) == dt.date(2026, 6, 25)
    assert default_due_before(2026, 2) == dt.date(2026, 12, 25)
