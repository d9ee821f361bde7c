"""Scheduling, changing, holding and closing a conference."""

import pytest

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from sessions.domain import conferences
from sessions.models import Conference
from tests.faster import somebody_faster
from tests.sessions.scheduled import COUNTS, ask, hold, schedule
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.usefixtures("time_stands")


# --- scheduling ---------------------------------------------------------------------


def test_scheduling_computes_the_lead_times_and_names_the_chair_s_post(world):
    conference = schedule(world, agenda=[{"title": "Khai mạc"}, {"title": "Đối thoại"}])

    assert conference.state == "scheduled"
    assert conference.notice_due_on == day(32)  # seven days before lies a Saturday
    assert conference.chair_post == "Bí thư Đảng ủy"
    assert [item.title for item in conference.agenda.all()] == ["Khai mạc", "Đối thoại"]
    assert [move.actor for move in conference.moves.all()] == [world.clerk]


def test_a_lead_time_that_is_given_stands(world):
    assert schedule(world, notice_due_on=day(20)).notice_due_on == day(20)


def test_the_same_conference_is_not_scheduled_twice(world):
    first = schedule(world)

    with pytest.raises(conferences.AlreadyScheduled) as found:
        schedule(world)

    assert found.value.conference == first


def test_a_cancelled_conference_may_be_scheduled_again(world):
    conferences.cancel_conference(schedule(world), reason="Bận", by=world.clerk, at=NOON)

    assert schedule(world).state == "scheduled"


# --- changing -----------------------------------------------------------------------


def test_a_change_raises_the_version(world):
    conferences.change_conference(
        world.conference,
        version=1,
        place="Phòng 301",
        agenda=[{"title": "Đối thoại"}],
        answerers=[world.other_leader],
        by=world.clerk,
        at=NOON,
    )

    conference = Conference.objects.get(pk=world.conference.pk)
    assert (conference.place, conference.version) == ("Phòng 301", 2)
    assert [item.title for item in conference.agenda.all()] == ["Đối thoại"]
    assert list(conference.answerers.all()) == [world.other_leader]


def test_the_second_of_two_changes_is_refused_and_changes_nothing(world):
    conferences.change_conference(
        world.conference, version=1, place="Phòng 301", by=world.clerk, at=NOON
    )

    with pytest.raises(OutdatedVersion):
        conferences.change_conference(
            world.conference, version=1, place="Phòng 302", by=world.secretary, at=NOON
        )

    assert Conference.objects.get(pk=world.conference.pk).place == "Phòng 301"


def test_another_chair_is_named_with_the_own_post(world):
    conference = schedule(world)
    assert conference.chair_post == "Bí thư Đảng ủy"

    conferences.change_conference(
        conference, version=1, chair=world.leader, by=world.clerk, at=NOON
    )

    conference = Conference.objects.get(pk=conference.pk)
    assert (conference.chair, conference.chair_post) == (world.leader, "Phó Viện trưởng")


def test_the_post_of_a_new_chair_is_that_of_the_new_day(world):
    conference = schedule(world)
    world.leader.memberships.update(ends_on=day(41))
    world.leader.memberships.create(
        committee=world.host, role="leader", post="Viện trưởng", starts_on=day(42)
    )

    conferences.change_conference(
        conference, version=1, chair=world.leader, starts_at=moment(45), ends_at=moment(45, 3),
        by=world.clerk, at=NOON,
    )  # fmt: skip

    assert Conference.objects.get(pk=conference.pk).chair_post == "Viện trưởng"


def test_a_closed_conference_is_not_changed(world):
    hold(world)
    conferences.close_conference(world.conference, by=world.clerk, at=moment(11))

    with pytest.raises(MoveNotAllowed):
        conferences.change_conference(
            world.conference, version=3, place="Phòng 301", by=world.clerk, at=moment(11)
        )


def test_a_clone_keeps_people_and_agenda_and_shifts_the_dates(world):
    clone = conferences.clone_of(world.conference)

    assert clone["starts_at"] == moment(10 + 26 * 7)
    assert clone["ends_at"] == moment(10 + 26 * 7, 3)
    assert clone["notice_due_on"] == day(3 + 26 * 7)
    assert clone["chair"] == world.secretary
    assert {person.username for person in clone["answerers"]} == {"leader", "other_leader"}
    assert [row["title"] for row in clone["agenda"]] == ["Khai mạc"]


def test_a_clone_can_be_given_its_date(world):
    clone = conferences.clone_of(world.conference, starts_at=moment(100))

    assert (clone["ends_at"], clone["answers_due_on"]) == (moment(100, 3), day(120))


# --- postponing, cancelling ---------------------------------------------------------


def test_postponing_and_setting_a_new_date(world):
    conferences.postpone_conference(
        world.conference, reason="Trùng lịch họp", by=world.clerk, at=NOON
    )
    conferences.reschedule_conference(
        world.conference, starts_at=moment(45), ends_at=moment(45, 3), by=world.clerk, at=NOON
    )

    conference = Conference.objects.get(pk=world.conference.pk)
    assert (conference.state, conference.notice_due_on) == ("scheduled", day(38))
    assert conference.version == 3
    assert [move.reason for move in conference.moves.all()] == ["Trùng lịch họp", ""]


def test_questions_of_a_cancelled_conference_are_answered_in_writing(world):
    question = ask(world)

    conferences.cancel_conference(world.conference, reason="Sáp nhập", by=world.clerk, at=NOON)

    question.refresh_from_db()
    assert (question.state, question.due_on) == ("assigned", day(18))  # twenty on is a Sunday


# --- holding and closing ------------------------------------------------------------


def test_a_conference_ahead_has_not_been_held(world):
    with pytest.raises(conferences.NotBegun):
        conferences.hold_conference(world.conference, by=world.clerk, at=NOON)

    assert Conference.objects.get(pk=world.conference.pk).state == "scheduled"


def test_a_conference_is_closed_only_after_it_was_held(world):
    with pytest.raises(MoveNotAllowed):
        conferences.close_conference(world.conference, by=world.clerk, at=moment(11))


@pytest.mark.parametrize("state", ["received", "classified"])
def test_closing_turns_what_was_not_answered_into_a_written_answer(world, state):
    question = ask(world, state=state)
    hold(world)

    conferences.close_conference(world.conference, by=world.clerk, at=moment(11))

    question.refresh_from_db()
    assert (question.state, question.due_on) == ("assigned", world.conference.answers_due_on)
    assert (question.assigned_unit, question.code) == ("Văn phòng Đảng ủy", "HN1-C001")
    assert question.moves.get().reason == conferences.TO_BE_WRITTEN


def test_closing_keeps_who_was_to_answer_and_an_earlier_date(world):
    question = ask(world, state="assigned", assignee=world.leader, due_on=day(12))
    late = ask(world, state="assigned", assigned_unit="Phòng Tổ chức", due_on=day(90))
    hold(world)

    conferences.close_conference(world.conference, by=world.clerk, at=moment(11))

    question.refresh_from_db()
    late.refresh_from_db()
    assert (question.assignee, question.assigned_unit, question.due_on) == (
        world.leader,
        "",
        day(12),
    )
    assert (late.assigned_unit, late.due_on) == ("Phòng Tổ chức", day(30))


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "answered_live"},
        {"state": "withdrawn"},
        {"state": "declined", "return_code": "unclear"},
        {"state": "escalated"},
    ],
)
def test_closing_leaves_settled_questions_alone(world, fields):
    question = ask(world, **fields)
    hold(world)

    conferences.close_conference(world.conference, by=world.clerk, at=moment(11))

    question.refresh_from_db()
    assert (question.state, question.moves.count()) == (fields["state"], 0)


def test_a_merged_question_stays_merged_on_closing(world):
    main = ask(world)
    merged = ask(world, state="merged", merged_into=main)
    hold(world)

    conferences.close_conference(world.conference, by=world.clerk, at=moment(11))

    merged.refresh_from_db()
    assert merged.state == "merged"


def test_a_held_conference_closes_by_itself_after_three_days(world):
    question = ask(world)
    hold(world)

    assert conferences.close_due_conferences(at=moment(13, 11)) == 0
    assert conferences.close_due_conferences(at=moment(13, 12)) == 1
    assert conferences.close_due_conferences(at=moment(13, 12)) == 0

    world.conference.refresh_from_db()
    question.refresh_from_db()
    assert (world.conference.state, question.state) == ("closed", "assigned")
    assert world.conference.moves.last().actor is None


@pytest.mark.django_db(transaction=True)
def test_what_somebody_closes_at_the_same_moment_holds_up_no_other(world):
    hold(world)
    other = make_conference(world.neighbour, world.other_secretary, state="held")
    at = moment(14, 12)

    def close():
        conference = Conference.objects.get(pk=world.conference.pk)
        conferences.close_conference(conference, by=world.clerk, at=at)

    with somebody_faster(close):
        assert conferences.close_due_conferences(at=at) == 1

    world.conference.refresh_from_db()
    other.refresh_from_db()
    assert (world.conference.state, other.state) == ("closed", "closed")
    assert world.conference.moves.get(to_state="closed").actor == world.clerk
    assert other.moves.get(to_state="closed").actor is None


# --- recording ----------------------------------------------------------------------


def test_course_and_attendance_are_written_down_as_one(world):
    hold(world)

    conferences.record_results(
        world.conference,
        version=2,
        course={"turns": 0, "summary": "Sôi nổi."},
        attendance=COUNTS,
        by=world.clerk,
        at=moment(11),
    )

    conference = Conference.objects.get(pk=world.conference.pk)
    assert (conference.turns, conference.summary, conference.version) == (0, "Sôi nổi.", 3)
    assert conference.attendance.present == 50


def test_an_outdated_course_leaves_the_attendance_alone(world):
    hold(world)

    with pytest.raises(OutdatedVersion):
        conferences.record_results(
            world.conference,
            version=1,
            course={"turns": 3},
            attendance=COUNTS,
            by=world.clerk,
            at=moment(11),
        )

    assert not hasattr(Conference.objects.get(pk=world.conference.pk), "attendance")


def test_of_a_conference_cancelled_meanwhile_nothing_is_written_down(world):
    opened = Conference.objects.get(pk=world.conference.pk)
    conferences.cancel_conference(world.conference, reason="Bão", by=world.clerk, at=NOON)

    with pytest.raises(MoveNotAllowed):
        conferences.record_course(
            opened, version=opened.version, summary="Sôi nổi.", by=world.secretary, at=NOON
        )

    assert Conference.objects.get(pk=opened.pk).summary == ""


def test_no_count_at_all_is_not_zero(world):
    hold(world)
    conferences.record_attendance(world.conference, **COUNTS, by=world.clerk, at=moment(11))

    conferences.record_attendance(
        world.conference, **dict.fromkeys(COUNTS), by=world.clerk, at=moment(11)
    )

    assert not hasattr(Conference.objects.get(pk=world.conference.pk), "attendance")
