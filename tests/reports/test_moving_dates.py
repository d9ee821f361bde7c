"""Another date: what it would change is said, and a date that does harm is asked for twice."""

import datetime as dt

import pytest
from django.urls import reverse

from foundation.models import AuditEntry
from periods.domain import periods
from periods.models import Extension, Obligation, ReportingPeriod
from periods.windows import windows_of, with_window
from reports.domain import date_effects, drafting, issuing
from tests.reports.story import hold_a_dialogue, yes_to
from tests.world import NOON, make_committee, make_conference, moment

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
DUE = dt.date(2026, 6, 25)
LATER = dt.date(2026, 7, 10)


def extend_page(world):
    return reverse("board:obligation_extend", args=[world.obligation.pk])


def reported(world, *, at):
    hold_a_dialogue(world)
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    return issuing.issue_report(draft, by=world.secretary, at=at)


def test_time_that_was_given_is_shortened_and_taken_back_with_a_reason(world):
    for to in (LATER, LATER - 5 * DAY, DUE):
        periods.extend(world.obligation, to=to, reason="Vì sao", by=world.head, at=NOON)
        world.obligation.refresh_from_db()
        assert world.obligation.due_before == to

    assert world.obligation.extended_to is None
    assert Extension.objects.count() == 3
    acts = AuditEntry.objects.filter(act__startswith="date_").order_by("pk")
    assert [entry.act for entry in acts] == ["date_extended", "date_shortened", "date_shortened"]
    with pytest.raises(periods.DateNotPossible):
        periods.extend(world.obligation, to=DUE, reason="x", by=world.head, at=NOON)


def test_a_date_that_makes_a_report_late_says_so_and_is_asked_for_twice(world, client):
    periods.extend(world.obligation, to=LATER, reason="Bão.", by=world.head, at=NOON)
    reported(world, at=world.period.deadline + 3 * DAY)
    client.force_login(world.head)
    given = {"to": "27/06/2026", "reason": "Không cần nữa"}

    first = client.post(extend_page(world), given)

    assert first.status_code == 422
    assert "1 báo cáo đúng hạn thành gửi chậm:" in first.text
    assert "Đảng ủy Viện Minh Hòa." in first.text
    assert "Không cần nữa" in first.text
    world.obligation.refresh_from_db()
    assert world.obligation.extended_to == LATER
    # A yes to one date is none to another.
    other = client.post(
        extend_page(world), {**given, "to": "26/06/2026", "understood": yes_to(first)}
    )
    assert other.status_code == 422
    client.post(extend_page(world), {**given, "understood": yes_to(first)})
    world.obligation.refresh_from_db()
    assert world.obligation.due_before == dt.date(2026, 6, 27)


def test_taking_the_time_back_is_one_button_and_needs_a_reason(world, client):
    periods.extend(world.obligation, to=LATER, reason="Bão.", by=world.head, at=NOON)
    client.force_login(world.head)
    page = reverse("board:obligation_detail", args=[world.obligation.pk])
    assert 'name="take_back"' in client.get(page).text

    refused = client.post(extend_page(world), {"take_back": "1", "to": "", "reason": ""})
    asked = client.post(extend_page(world), {"take_back": "1", "to": "", "reason": "Bão đã tan."})
    if again := yes_to(asked):  # the date has passed by the clock of the day
        client.post(
            extend_page(world),
            {"to": "25/06/2026", "reason": "Bão đã tan.", "understood": again},
        )

    assert refused.status_code == 422
    world.obligation.refresh_from_db()
    assert world.obligation.extended_to is None
    assert Extension.objects.last().reason == "Bão đã tan."


def test_a_conference_in_the_time_given_is_named_before_the_time_is_taken_back(world):
    periods.extend(world.obligation, to=LATER, reason="Bão.", by=world.head, at=NOON)
    make_conference(
        world.host, world.secretary, state="held", starts_at=moment(26), ends_at=moment(26, 3)
    )

    back = date_effects.effect_of_extension([world.obligation], to=DUE, at=NOON)
    longer = date_effects.effect_of_extension([world.obligation], to=LATER + DAY, at=NOON)

    assert [one.held_on for one in back.leaving] == [dt.date(2026, 6, 27)]
    assert back.is_harmful
    assert longer.is_harmless
    assert back.token != longer.token


def test_days_that_count_are_the_same_however_they_are_asked_for(world):
    periods.extend(world.obligation, to=LATER, reason="Bão.", by=world.head, at=NOON)
    for year, half, starts_on in ((2026, 2, DUE), (2027, 1, dt.date(2026, 12, 25))):
        period = ReportingPeriod.objects.create(
            year=year, half=half, starts_on=starts_on, due_before=starts_on + 183 * DAY
        )
        for committee in (world.host, world.neighbour):
            Obligation.objects.create(period=period, committee=committee, board=world.board)
    owed = Obligation.objects.select_related("period").order_by("pk")

    found = windows_of(list(with_window(owed)))

    assert found == windows_of(list(owed))
    second = owed.get(committee=world.host, period__half=2)
    assert found[world.obligation.pk] == (world.period.starts_on, LATER)
    assert found[second.pk] == (LATER, DUE + 183 * DAY)


def test_a_date_in_the_past_and_reports_that_are_overdue_at_once(world):
    periods.extend(world.obligation, to=LATER, reason="Bão.", by=world.head, at=NOON)
    at = world.period.deadline + DAY

    effect = date_effects.effect_of_extension([world.obligation], to=DUE, at=at)

    assert effect.is_past
    assert effect.is_harmful
    assert effect.overdue == (world.host.name,)


def test_a_period_shows_what_its_date_changes_and_asks_again(world, client):
    reported(world, at=NOON)
    following = periods.open_periods(at=moment(60))
    make_conference(
        world.neighbour, world.other_secretary, state="held", starts_at=moment(26),
        ends_at=moment(26, 3),
    )  # fmt: skip
    client.force_login(world.head)
    place = reverse("board:period_change", args=["2026-H1"])

    sooner = client.post(place, {"to": "01/06/2026", "reason": "Sớm hơn"})
    later = client.post(place, {"to": "30/06/2026", "reason": "Nghỉ lễ"})

    assert (sooner.status_code, later.status_code) == (422, 422)
    assert "1 báo cáo đúng hạn thành gửi chậm:" in sooner.text
    assert "1 hội nghị được tính vào kỳ này, không tính vào kỳ sau nữa:" in later.text
    assert "Đảng ủy Bộ Láng Giềng, 27/06/2026" in later.text
    world.period.refresh_from_db()
    assert world.period.due_before == DUE
    again = {"to": "30/06/2026", "reason": "Nghỉ lễ", "understood": yes_to(later)}
    assert client.post(place, again).status_code == 302
    world.period.refresh_from_db()
    following.refresh_from_db()
    assert world.period.due_before == following.starts_on == dt.date(2026, 6, 30)


def test_the_date_that_it_has_is_no_change(world, client):
    client.force_login(world.head)

    answer = client.post(
        reverse("board:period_change", args=["2026-H1"]), {"to": "25/06/2026", "reason": "x"}
    )

    assert answer.status_code == 422
    assert yes_to(answer) is None


def test_a_committee_closed_before_the_period_owes_nothing_though_it_was_written_later(world):
    closed = make_committee("X09", "base", "Đảng ủy đã giải thể", parent=world.bloc)
    ended = make_committee("X10", "base", "Đảng ủy giải thể trong kỳ", parent=world.bloc)
    periods.oblige_everybody(world.period)
    assert Obligation.objects.filter(committee__in=(closed, ended)).count() == 2

    for committee, until in ((closed, "2025-12-24"), (ended, "2025-12-25")):
        committee.active_until = until
        committee.save()
    periods.open_periods(at=NOON)

    owed = Obligation.objects.filter(committee__in=(closed, ended))
    assert [one.committee for one in owed] == [ended]


def test_more_time_that_makes_a_late_report_one_in_time_says_so(world, client):
    reported(world, at=world.period.deadline + 3 * DAY)
    client.force_login(world.head)

    effect = date_effects.effect_of_extension([world.obligation], to=LATER, at=NOON)
    asked = client.post(extend_page(world), {"to": "10/07/2026", "reason": "Bão."})

    assert (effect.in_time, effect.late) == ((world.host.name,), ())
    assert not effect.is_harmful
    assert "1 báo cáo gửi chậm được tính là đúng hạn:" in asked.text
    assert "Đảng ủy Viện Minh Hòa." in asked.text


def test_more_time_that_does_not_reach_a_late_report_changes_nothing_about_it(world):
    reported(world, at=world.period.deadline + 3 * DAY)

    effect = date_effects.effect_of_extension([world.obligation], to=DUE + 3 * DAY, at=NOON)

    assert (effect.in_time, effect.late) == ((), ())
