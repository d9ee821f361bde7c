"""The pages of conferences: what is typed there, who may, the lists."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from foundation.models import AuditEntry
from sessions.domain import conferences
from sessions.domain.commitments import make_commitment
from sessions.models import Conference
from sessions.states import ConferenceState
from tests.sessions.scheduled import COUNTS, ask, hold, schedule
from tests.world import MENU, NOON, day, make_conference, moment

pytestmark = pytest.mark.usefixtures("time_stands")


# --- the pages ----------------------------------------------------------------------


def page(name, *args):
    return reverse(f"sessions:{name}", args=args)


def typed(world, **fields):
    """What a clerk types on the schedule page."""
    values = {
        "kind": "regular",
        "title": "Đối thoại quý III",
        "starts_at": "11/07/2026 08:00",
        "ends_at": "11/07/2026 11:30",
        "place": "Hội trường",
        "mode": "in_person",
        "chair": world.secretary.pk,
        "answerers": [world.leader.pk],
        "agenda-TOTAL_FORMS": "2",
        "agenda-INITIAL_FORMS": "0",
        "agenda-0-time": "08:00",
        "agenda-0-title": "Khai mạc",
        "agenda-1-title": "",
        "save": "1",
    }
    return {name: value for name, value in {**values, **fields}.items() if value is not None}


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def post_schedule(client, world, **fields):
    return client.post(page("conference_create"), typed(world, **fields))


def newest():
    return Conference.objects.latest("pk")


def test_a_clerk_schedules_a_conference_on_one_page(clerk, world):
    response = post_schedule(clerk, world)

    conference = newest()
    assert response.url == page("conference_detail", conference.pk)
    assert (conference.title, conference.committee) == ("Đối thoại quý III", world.host)
    assert conference.plan_due_on == dt.date(2026, 6, 11)
    assert [(item.time, item.title) for item in conference.agenda.all()] == [
        (dt.time(8), "Khai mạc")
    ]


def test_sending_the_form_twice_makes_one_conference(clerk, world):
    first = post_schedule(clerk, world)
    second = post_schedule(clerk, world)

    assert first.url == second.url
    assert Conference.objects.count() == 2


def test_the_end_may_stay_blank(clerk, world):
    post_schedule(clerk, world, ends_at="")

    assert newest().ends_at - newest().starts_at == dt.timedelta(hours=3)


def test_a_conference_held_last_week_may_be_entered(clerk, world):
    response = post_schedule(clerk, world, starts_at="25/05/2026 08:00", ends_at="")

    assert response.status_code == 302
    assert newest().starts_at < NOON


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_at", "31/02/2026 08:00"),
        ("starts_at", "hôm nay"),
        ("starts_at", ""),
        ("starts_at", "01/01/9999 08:00"),
        ("starts_at", "01/01/0001 00:00"),
        ("starts_at", "25/10/2025 08:00"),
        ("starts_at", "11/07/2027 08:00"),
        ("ends_at", "11/07/2026 07:59"),
        ("ends_at", "11/07/2027 08:00"),
        ("asks_close_at", "11/07/2026 08:01"),
        ("asks_close_at", "01/06/2026 11:59"),
        ("asks_close_at", "01/01/2026 08:00"),
        ("plan_due_on", "12/07/2026"),
        ("notice_due_on", "12/07/2026"),
        ("notice_due_on", "29/02/2026"),
        ("conclusion_due_on", "10/07/2026"),
        ("answers_due_on", "10/07/2026"),
        ("title", ""),
        ("title", " \u200b \t"),
        ("title", "\x00"),
        ("title", "a" * 201),
        ("place", "a" * 201),
        ("kind", "secret"),
        ("mode", ""),
        ("chair", "999999999999999999999"),
        ("chair", "abc"),
        ("chair", ""),
        ("answerers", []),
        ("answerers", ["x"]),
    ],
)
def test_bad_input_is_answered_beside_its_field_and_nothing_is_kept(clerk, world, field, value):
    response = post_schedule(clerk, world, **{field: value})

    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert Conference.objects.count() == 1


def test_a_window_that_is_past_already_is_refused_for_a_conference_ahead(clerk, world):
    past = {"asks_open_at": "20/05/2026 08:00", "asks_close_at": "01/06/2026 11:59"}

    response = post_schedule(clerk, world, **past)

    assert set(response.context["form"].errors) == {"asks_close_at"}


def test_a_short_window_and_a_late_notice_are_said_but_not_refused(clerk, world):
    short = {
        "asks_open_at": "01/07/2026 08:00",
        "asks_close_at": "02/07/2026 17:00",
        "notice_due_on": "09/07/2026",
    }

    response = clerk.post(page("conference_create"), typed(world, **short), follow=True)

    said = [str(message) for message in response.context["messages"]]
    assert said == [
        "Hội nghị đã có trên lịch.",
        "Thời gian nhận câu hỏi ngắn hơn một tuần.",
        "Thông báo công khai ít hơn bảy ngày trước hội nghị.",
        "Rơi vào ngày nghỉ: Bắt đầu 11/07/2026. Không có mốc nào tự thay đổi.",
    ]


def test_only_leaders_and_the_secretary_of_this_committee_chair_and_answer(clerk, world):
    for person in (world.staff, world.other_secretary, world.outsider):
        response = post_schedule(clerk, world, chair=person.pk, answerers=[person.pk])

        assert set(response.context["form"].errors) == {"chair", "answerers"}


def test_a_time_without_content_is_refused_in_its_row(clerk, world):
    response = post_schedule(clerk, world, **{"agenda-1-time": "25:00", "agenda-0-title": ""})

    agenda = response.context["agenda"]
    assert response.status_code == 422
    assert (set(agenda.errors[0]), set(agenda.errors[1])) == ({"title"}, {"time"})


def test_thirty_one_rows_are_too_many(clerk, world):
    rows = {f"agenda-{number}-title": f"Mục {number}" for number in range(31)}

    response = post_schedule(clerk, world, **rows, **{"agenda-TOTAL_FORMS": "31"})

    assert response.status_code == 422
    assert response.context["agenda"].non_form_errors()


@pytest.mark.parametrize("total", ["", "x", "99999999999999999999"])
def test_a_tampered_number_of_rows_is_refused_kindly(clerk, world, total):
    assert post_schedule(clerk, world, **{"agenda-TOTAL_FORMS": total}).status_code == 422


def test_text_is_kept_precomposed_and_shown_as_text(clerk, world):
    post_schedule(clerk, world, title="Đo\u0302\u0301i thoại <b>\u202e🙂\x00</b>")

    assert newest().title == "Đối thoại <b>🙂</b>"
    text = clerk.get(page("conference_detail", newest().pk)).content.decode()
    assert "&lt;b&gt;🙂&lt;/b&gt;" in text
    assert "<b>🙂" not in text


def test_a_row_is_added_without_saving_or_losing_anything(clerk, world):
    response = post_schedule(clerk, world, title="Mới", starts_at="31/02/2026", add_row="1")

    text = response.content.decode()
    assert response.status_code == 200
    assert len(response.context["agenda"].forms) == 3
    assert 'value="Mới"' in text
    assert 'value="31/02/2026"' in text
    assert response.context["form"].errors == {}
    assert Conference.objects.count() == 1


def test_the_lead_times_are_computed_anew_without_javascript(clerk, world):
    response = post_schedule(clerk, world, recompute="1", plan_due_on="01/01/2026")

    assert 'value="11/06/2026"' in response.content.decode()
    assert Conference.objects.count() == 1


def test_the_lead_time_fragment_follows_the_day(clerk):
    response = clerk.get(page("conference_lead_times"), {"starts_at": "11/07/2026 08:00"})

    assert 'value="11/06/2026"' in response.content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"starts_at": "11/07/2026 09:00", "lead_times_for": "2026-07-11"},
        {"starts_at": "31/02/2026 08:00"},
        {"starts_at": "31/12/9999 08:00"},
        {},
    ],
)
def test_the_lead_time_fragment_leaves_the_same_day_and_nonsense_alone(clerk, asked):
    assert clerk.get(page("conference_lead_times"), asked).status_code == 204


def changed(world, **fields):
    conference = world.conference
    return typed(
        world,
        version=conference.version,
        title=conference.title,
        starts_at="11/06/2026 12:00",
        ends_at="11/06/2026 15:00",
        asks_open_at="21/05/2026 12:00",
        asks_close_at="04/06/2026 12:00",
        **fields,
    )


def test_the_clerk_changes_the_conference(clerk, world):
    clerk.post(page("conference_change", world.conference.pk), changed(world, place="Phòng 301"))

    assert Conference.objects.get(pk=world.conference.pk).place == "Phòng 301"


def test_the_second_of_two_savers_sees_both_texts_and_may_save_all_the_same(clerk, world):
    late = changed(world, place="Phòng của tôi")
    clerk.post(page("conference_change", world.conference.pk), changed(world, place="Phòng 301"))

    response = clerk.post(page("conference_change", world.conference.pk), late)

    text = response.content.decode()
    assert response.status_code == 409
    assert "conflict-heading" in text
    assert "Phòng của tôi" in text
    assert "Phòng 301" in text
    assert Conference.objects.get(pk=world.conference.pk).place == "Phòng 301"

    clerk.post(page("conference_change", world.conference.pk), {**late, "version": "2"})

    assert Conference.objects.get(pk=world.conference.pk).place == "Phòng của tôi"


def test_a_conference_is_cloned_from_its_page(clerk, world):
    response = clerk.get(page("conference_clone", world.conference.pk))

    text = response.content.decode()
    assert 'value="10/12/2026 12:00"' in text
    assert 'value="Khai mạc"' in text
    assert "Hội nghị đối thoại 6 tháng cuối năm 2026" in text


def test_the_list_offers_to_begin_with_the_last_one(clerk, world):
    later = schedule(world)

    text = clerk.get(page("conference_list")).content.decode()

    assert page("conference_clone", later.pk) in text


def test_postponing_needs_a_reason_that_is_then_on_the_page(clerk, world):
    where = page("conference_postpone", world.conference.pk)

    assert clerk.post(where, {"reason": " "}).status_code == 422

    clerk.post(where, {"reason": "Trùng lịch họp"})
    assert (
        "Trùng lịch họp"
        in clerk.get(page("conference_detail", world.conference.pk)).content.decode()
    )


def test_that_it_was_postponed_and_why_stays_visible_and_in_the_record(clerk, world):
    reason = "Bão số 3 đổ bộ, phòng họp ngập."
    conferences.postpone_conference(world.conference, reason=reason, by=world.clerk, at=NOON)
    conferences.reschedule_conference(
        world.conference, starts_at=moment(20), ends_at=moment(20, 3), by=world.clerk,
        at=moment(1), reason="Đã có phòng.",
    )  # fmt: skip

    page = clerk.get(reverse("sessions:conference_detail", args=[world.conference.pk])).text
    listed = clerk.get(reverse("sessions:conference_list")).text
    record = clerk.get(reverse("audit_list")).text

    assert f"{ConferenceState.POSTPONED.label}</strong> (01/06/2026): <p>{reason}" in page
    assert f"đã hoãn: {reason}" in listed
    assert f"HN1, 11/06/2026: {reason}" in record
    assert "HN1, 21/06/2026: Đã có phòng." in record
    assert "Hoãn hội nghị" in record


def test_a_long_reason_is_whole_in_the_record_though_its_line_is_short(world):
    reason = "Vì " + "mưa " * 100

    conferences.cancel_conference(world.conference, reason=reason, by=world.clerk, at=NOON)

    entry = AuditEntry.objects.order_by("-number").first()
    assert (len(entry.subject), entry.subject[-1]) == (200, "…")
    assert entry.facts == {"reason": reason}


def test_a_postponed_conference_gets_its_new_date(clerk, world):
    conferences.postpone_conference(world.conference, reason="Bận", by=world.clerk, at=NOON)
    where = page("conference_reschedule", world.conference.pk)

    assert clerk.get(where).status_code == 200
    assert clerk.post(where, {"starts_at": "31/02/2026 08:00"}).status_code == 422
    clerk.post(where, {"starts_at": "11/07/2026 08:00"})

    conference = Conference.objects.get(pk=world.conference.pk)
    assert (conference.state, conference.plan_due_on) == ("scheduled", dt.date(2026, 6, 11))


def test_holding_and_closing_from_the_pages(clerk, world):
    pk = world.conference.pk
    assert clerk.post(page("conference_hold", pk)).status_code == 403

    with time_machine.travel(moment(10, 3), tick=False):
        clerk.force_login(world.clerk)
        assert clerk.post(page("conference_hold", pk)).url == page("conference_results", pk)
        assert clerk.post(page("conference_close", pk)).url == page("conference_detail", pk)
        assert clerk.post(page("conference_close", pk)).status_code == 403

    assert Conference.objects.get(pk=pk).state == "closed"


def test_a_conference_is_cancelled_with_a_reason(clerk, world):
    clerk.post(page("conference_cancel", world.conference.pk), {"reason": "Sáp nhập"})

    assert Conference.objects.get(pk=world.conference.pk).state == "cancelled"


@pytest.fixture
def held(world):
    hold(world)
    return world.conference


def results(**fields):
    return {"version": "2", **fields}


def test_results_are_saved_as_far_as_they_are_known(clerk, held):
    where = page("conference_results", held.pk)

    assert clerk.post(where, results(summary="Sôi nổi.", turns="0")).status_code == 302

    conference = Conference.objects.get(pk=held.pk)
    assert (conference.summary, conference.turns, conference.diverted) == ("Sôi nổi.", 0, None)
    assert not hasattr(conference, "attendance")


def test_attendance_is_counted_whole_or_not_at_all(clerk, held):
    response = clerk.post(page("conference_results", held.pk), results(present="50"))

    assert response.status_code == 422
    assert set(response.context["form"].errors) == set(COUNTS) - {"present"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("women", "51"),
        ("party_members", "51"),
        ("online", "51"),
        ("workers", "-1"),
        ("invited", "99999999999999999999"),
        ("invited", "sáu mươi"),
        ("conclusion_issued_on", "31/02/2026"),
        ("conclusion_issued_on", "10/06/2026"),
        ("conclusion_issued_on", "01/01/2027"),
        ("summary", "a" * 20_001),
        ("version", "x"),
        ("version", "99999999999999999999"),
    ],
)
def test_bad_results_are_answered_beside_their_field(clerk, held, field, value):
    response = clerk.post(page("conference_results", held.pk), results(**{**COUNTS, field: value}))

    assert response.status_code == 422
    assert response.context["form"].errors[field]


def test_groups_that_are_more_than_the_present_are_refused(clerk, held):
    response = clerk.post(
        page("conference_results", held.pk), results(**{**COUNTS, "workers": "11"})
    )

    assert set(response.context["form"].errors) == {"present"}


def test_the_second_to_save_the_results_sees_both_texts(clerk, held):
    where = page("conference_results", held.pk)
    clerk.post(where, results(summary="Bản của Bình", **COUNTS))

    response = clerk.post(where, results(summary="Bản của Ánh", **COUNTS))

    text = response.content.decode()
    assert response.status_code == 409
    assert "conflict-heading" in text
    assert "Bản của Bình" in text
    assert "Bản của Ánh" in text
    assert Conference.objects.get(pk=held.pk).summary == "Bản của Bình"


@pytest.mark.parametrize(
    ("typed_in", "outcome", "version"),
    [
        ({"version": "2", "summary": "Sôi nổi."}, "saved", 3),
        ({"version": "2", "turns": "x"}, "invalid", "2"),
        ({"version": "1", "summary": "Muộn."}, "outdated", "1"),
    ],
)
def test_results_are_saved_while_typing(clerk, held, typed_in, outcome, version):
    response = clerk.post(
        page("conference_results", held.pk), typed_in, headers={"HX-Request": "true"}
    )

    assert (response.context["outcome"], response.context["version"]) == (outcome, version)
    assert f'name="version" value="{version}"' in response.content.decode()


def test_before_the_conference_only_the_papers_are_asked_for(clerk, world):
    where = page("conference_results", world.conference.pk)

    clerk.post(where, {"version": "1", "plan_number": "12-KH/ĐU", "summary": "không được ghi"})

    conference = Conference.objects.get(pk=world.conference.pk)
    assert (conference.plan_number, conference.summary) == ("12-KH/ĐU", "")


# --- who may ------------------------------------------------------------------------


OFFICE_PAGES = [
    "conference_change",
    "conference_clone",
    "conference_postpone",
    "conference_cancel",
    "conference_results",
]


@pytest.mark.parametrize("name", OFFICE_PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("clerk", 200),
        ("leader", 403),
        ("staff", 403),
        ("other_secretary", 404),
        ("officer", 404),
        ("outsider", 404),
    ],
)
def test_office_pages_are_for_the_office(client, world, name, who, status):
    client.force_login(world.people[who])

    assert client.get(page(name, world.conference.pk)).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 200), ("staff", 200), ("other_staff", 404), ("head", 404)]
)
def test_the_committee_sees_its_conference_and_nobody_else(client, world, who, status):
    client.force_login(world.people[who])

    assert client.get(page("conference_detail", world.conference.pk)).status_code == status


@pytest.mark.parametrize(("who", "status"), [("secretary", 200), ("leader", 403), ("staff", 403)])
def test_only_the_office_schedules(client, world, who, status):
    client.force_login(world.people[who])

    assert client.get(page("conference_create")).status_code == status


@pytest.mark.parametrize("asked", ["neighbour", "x", "", "99999999999999999999999"])
def test_nobody_schedules_for_another_committee(clerk, world, asked):
    pk = world.neighbour.pk if asked == "neighbour" else asked

    assert clerk.get(page("conference_create"), {"committee": pk}).status_code == 404


def test_an_unknown_conference_is_not_found(clerk):
    assert clerk.get("/conferences/99999999999999999999/").status_code == 404


def test_staff_see_no_button_of_the_office_and_no_count_of_questions(client, world):
    ask(world)
    client.force_login(world.staff)

    response = client.get(page("conference_detail", world.conference.pk))

    assert response.context["counts"] == []
    assert page("conference_change", world.conference.pk) not in response.content.decode()


# --- lists --------------------------------------------------------------------------


def test_the_list_shows_what_lies_ahead_first_the_soonest_on_top(clerk, world):
    later = schedule(world)
    past = make_conference(
        world.host, world.secretary, starts_at=moment(-9), ends_at=moment(-9, 2), state="held"
    )

    response = clerk.get(page("conference_list"))

    assert list(response.context["page"]) == [world.conference, later, past]


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_asks_a_fixed_number_of_times(clerk, world, rows, django_assert_num_queries):
    for number in range(rows - 1):
        schedule(world, title=f"Hội nghị {number}")

    with django_assert_num_queries(8 + MENU):
        clerk.get(page("conference_list"))


@pytest.mark.parametrize("rows", [1, 12])
def test_the_detail_page_asks_a_fixed_number_of_times(
    clerk, held, world, rows, django_assert_num_queries
):
    for number in range(rows):
        ask(world)
        make_commitment(
            held,
            text=f"Việc {number}",
            lead_unit="Văn phòng",
            due_on=day(40),
            owner=world.leader,
            by=world.clerk,
            at=NOON,
        )

    with django_assert_num_queries(17 + MENU):  # two for minutes, one for papers
        clerk.get(page("conference_detail", held.pk))


def test_the_list_has_pages(clerk, world):
    for number in range(20):
        schedule(world, title=f"Hội nghị {number}")

    first, beyond = clerk.get(page("conference_list")), clerk.get("/conferences/?page=99x")

    assert len(first.context["page"].object_list) == 20
    assert beyond.status_code == 200
