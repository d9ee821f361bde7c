"""Who is invited: the list filled and mended, replies without an account, ticks at the door."""

import datetime as dt
import re

import icalendar
import pytest
from django.test import Client
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall import queries
from hall.domain import guest_list, guests, invitations
from hall.models import Guest
from jobs.domain.delivering import deliver
from jobs.models import Delivery
from sessions.domain import conferences
from sessions.models import Attendance
from tests.hall.floor import another, begun, fresh

pytestmark = pytest.mark.django_db
PASTED = """STT\tHọ và tên\tChức vụ\tĐơn vị\tThư điện tử\tNhóm\tĐảng viên\tGiới tính
1\tTrần Thị Hoa\tChuyên viên\tPhòng Tổng hợp\thoa@vien.vn\tCông chức\tx\tNữ
2\tLÊ VĂN NAM\tLái xe\tVăn phòng\t\tNgười lao động\t\tNam
3\tPhạm Đức Ý\t\tPhòng Đào tạo\ty@vien.vn\tViên chức\tcó\tNam
"""


def listed(world, text=PASTED):
    rows, wrong = guest_list.read_guests(text)
    assert wrong == []
    guests.add_guests(world.conference, rows)
    return list(world.conference.guests.all())


def present(*people):
    for guest in people:
        guests.tick_guest(guest, presence="present")


# --- reading what is pasted ----------------------------------------------------------------


def test_a_table_is_read_by_its_headings(world):
    hoa, nam, _y = listed(world)

    assert [hoa.full_name, hoa.post, hoa.unit, hoa.email] == [
        "Trần Thị Hoa", "Chuyên viên", "Phòng Tổng hợp", "hoa@vien.vn",
    ]  # fmt: skip
    assert [hoa.group, hoa.is_party_member, hoa.is_woman] == ["civil_servant", True, True]
    assert [nam.full_name, nam.group, nam.is_woman] == ["Lê Văn Nam", "worker", False]


@pytest.mark.parametrize(
    "text",
    [
        "Trần Thị Hoa; Chuyên viên; Phòng Tổng hợp",
        "1. ; Trần Thị Hoa; Chuyên viên; Phòng Tổng hợp",
        "Trần Thị Hoa\tChuyên viên\tPhòng Tổng hợp\n\n",
    ],
)
def test_without_headings_it_is_name_post_unit(world, text):
    (hoa,) = listed(world, text)

    assert [hoa.full_name, hoa.post, hoa.unit] == ["Trần Thị Hoa", "Chuyên viên", "Phòng Tổng hợp"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("; Trưởng phòng; Phòng A", "thiếu họ tên"),
        ("Hoa; ; ; không-phải-thư", "không phải là địa chỉ thư"),
        ("Hoa; ; ; ; phi công", "không phải là nhóm"),
        ("H" * 151, "dài quá"),
    ],
)
def test_one_wrong_line_and_nothing_is_taken(client, world, line, why):
    client.force_login(world.clerk)
    typed = f"Trần Thị Hoa; Chuyên viên\n{line}"

    page = client.post(reverse("hall:guests_add", args=[world.conference.pk]), {"names": typed})

    assert page.status_code == 422
    assert "Dòng 2" in page.content.decode()
    assert why in page.content.decode()
    assert typed.split("\n")[0] in page.content.decode()
    assert not Guest.objects.exists()


# --- the list ---------------------------------------------------------------------------------


def test_the_same_person_is_invited_once(world):
    listed(world)

    again = guests.add_guests(world.conference, guest_list.read_guests(PASTED)[0])
    namesake = guests.add_guests(world.conference, [{"full_name": "Trần Thị Hoa", "unit": "Viện"}])

    assert (again.added, again.known) == (0, 3)
    assert (namesake.added, namesake.known) == (1, 0)
    assert [guest.number for guest in world.conference.guests.all()] == [1, 2, 3, 4]


def test_the_people_of_the_committee_are_added_once_each(world):
    first = guests.add_people(world.conference)
    again = guests.add_people(world.conference)

    names = set(world.conference.guests.values_list("full_name", flat=True))
    assert {world.staff.full_name, world.leader.full_name, world.secretary.full_name} <= names
    assert first.added == world.conference.guests.count()
    assert (again.added, again.known) == (0, first.added)


def test_a_list_has_an_end(world, monkeypatch):
    monkeypatch.setattr(guests, "MOST", 2)

    with pytest.raises(guests.TooMany):
        listed(world)
    assert not Guest.objects.exists()


def test_two_who_mend_the_same_line(world):
    hoa = listed(world)[0]
    guests.change_guest(fresh(hoa), version=1, post="Phó trưởng phòng")

    with pytest.raises(OutdatedVersion):
        guests.change_guest(hoa, version=1, post="Trưởng phòng")
    assert fresh(hoa).post == "Phó trưởng phòng"


def test_the_second_to_mend_sees_both(client, world):
    hoa = listed(world)[0]
    client.force_login(world.clerk)
    guests.change_guest(fresh(hoa), version=1, post="Phó trưởng phòng")

    page = client.post(
        reverse("hall:guest_edit", args=[hoa.pk]),
        {"version": 1, "full_name": "Trần Thị Hoa", "post": "Trưởng phòng"},
    )

    assert page.status_code == 409
    for words in ("Phó trưởng phòng", "Trưởng phòng"):
        assert words in page.content.decode()


def test_it_is_looked_through_without_marks(client, world):
    listed(world)
    client.force_login(world.clerk)
    where = reverse("hall:guest_list", args=[world.conference.pk])

    found = client.get(where, {"q": "le nam van phong"}, headers={"HX-Request": "true"})

    assert "Lê Văn Nam" in found.content.decode()
    assert "Trần Thị Hoa" not in found.content.decode()
    assert "<html" not in found.content.decode()


def test_one_conference_does_not_see_the_list_of_another(world):
    listed(world)
    other = another(world.conference).conference

    assert queries.guests_found(other) == []
    assert guests.add_guests(other, [{"full_name": "Trần Thị Hoa"}]).added == 1


@pytest.mark.parametrize("rows", [1, 300])
def test_the_page_asks_a_fixed_number_of_times(client, world, rows, django_assert_max_num_queries):
    guests.add_guests(world.conference, [{"full_name": f"Người {n}"} for n in range(rows)])
    client.force_login(world.clerk)
    where = reverse("hall:guest_list", args=[world.conference.pk])
    client.get(where)

    with django_assert_max_num_queries(12):
        client.get(where)


def test_after_the_conference_the_list_stands(client, world):
    hoa = listed(world)[0]
    by = {"by": world.clerk, "at": begun(world)}
    conferences.hold_conference(world.conference, **by)
    conferences.close_conference(world.conference, **by)

    with pytest.raises(MoveNotAllowed):
        guests.tick_guest(hoa, presence="present")
    client.force_login(world.clerk)
    page = client.get(reverse("hall:guest_list", args=[world.conference.pk]))
    assert "Trần Thị Hoa" in page.content.decode()
    assert 'name="presence"' not in page.content.decode()


FIGURES = (
    *("present", "party_members", "civil_servants", "public_employees"),
    *("workers", "women", "online"),
)


# --- who came, and the figures ----------------------------------------------------------------


def counted(world):
    figures = Attendance.objects.get(conference=world.conference)
    return {name: getattr(figures, name) for name in queries.attendance_of(world.conference)}


def test_the_figures_are_counted_from_the_list(world):
    hoa, nam, y = listed(world)

    present(hoa, nam)

    assert counted(world) == {
        "invited": 3, "present": 2, "party_members": 1, "civil_servants": 1,
        "public_employees": 0, "workers": 1, "women": 1, "online": 0,
    }  # fmt: skip
    guests.change_guest(fresh(y), version=1, is_online=True)
    present(y)
    guests.tick_guest(hoa, presence="")
    assert (counted(world)["present"], counted(world)["online"]) == (2, 1)


def test_where_nobody_was_ticked_nothing_is_counted(world):
    hoa = listed(world)[0]
    assert not Attendance.objects.exists()

    present(hoa)
    guests.tick_guest(hoa, presence="")

    assert not Attendance.objects.exists()


def test_what_the_office_types_stays(world):
    hoa, nam, _y = listed(world)
    present(hoa)
    typed = {**counted(world), "present": 150, "invited": 160}
    conferences.record_attendance(world.conference, by=world.clerk, at=begun(world), **typed)

    present(nam)

    assert counted(world)["present"] == 150


def test_who_was_not_ticked_is_absent_or_excused_as_they_said(world):
    hoa, nam, y = listed(world)
    guests.note_reply(y, reply="cannot", note="Đi công tác")
    present(hoa)

    assert guests.settle_guests(world.conference) == 2

    assert [fresh(one).presence for one in (hoa, nam, y)] == ["present", "absent", "excused"]


def test_the_door_is_ticked_by_a_script_line_by_line(client, world, at):
    hoa = listed(world)[0]
    client.force_login(world.clerk)
    where = reverse("hall:guest_tick", args=[hoa.pk])

    line = client.post(where, {"presence": "present"}, headers={"HX-Request": "true"})
    again = client.post(where, {"presence": "present"}, headers={"HX-Request": "true"})
    nonsense = client.post(where, {"presence": "asleep"}, headers={"HX-Request": "true"})

    assert [line.status_code, again.status_code, nonsense.status_code] == [200, 200, 422]
    assert 'aria-pressed="true"' in line.content.decode()
    assert "1 có mặt" in line.content.decode()
    assert fresh(hoa).is_present


def test_before_the_day_nobody_is_ticked(client, world, at):
    hoa = listed(world)[0]
    at.now = world.conference.starts_at - dt.timedelta(days=1)
    client.force_login(world.clerk)

    refused = client.post(reverse("hall:guest_tick", args=[hoa.pk]), {"presence": "present"})

    assert refused.status_code == 403


def test_a_results_form_that_stood_open_does_not_write_over_the_door(client, world):
    hoa, nam, _y = listed(world)
    conferences.hold_conference(world.conference, by=world.clerk, at=begun(world))
    present(hoa)
    client.force_login(world.clerk)
    where = reverse("sessions:conference_results", args=[world.conference.pk])
    form = client.get(where).context["form"]
    typed = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    present(nam)

    saved = client.post(where, {**typed, "summary": "Sôi nổi."})

    assert saved.status_code == 302
    assert counted(world)["present"] == 2


@pytest.mark.parametrize(
    ("field", "first"), [("turns", "30"), ("present", "150")], ids=["turns", "attendance"]
)
def test_what_was_typed_and_taken_back_while_the_form_saves_itself_is_taken_back(
    client, world, field, first
):
    conferences.hold_conference(world.conference, by=world.clerk, at=begun(world))
    client.force_login(world.clerk)
    where = reverse("sessions:conference_results", args=[world.conference.pk])
    seen = hidden_in(client.get(where))
    rest = dict.fromkeys(FIGURES, "0") if field == "present" else {}

    more = {**rest, "invited": "160"} if rest else {}
    note = client.post(where, {**seen, **more, field: first}, headers={"HX-Request": "true"})
    client.post(where, hidden_in(note), headers={"HX-Request": "true"})

    assert fresh(world.conference).turns is None
    assert not Attendance.objects.exists()


def hidden_in(page):
    """Return the hidden fields with which the form goes on: {name: value}."""
    text = page.content.decode()
    pairs = re.findall(r'<input type="hidden" name="(version|\w+_seen)" value="([^"]*)"', text)
    return dict(pairs)


# --- invitations ------------------------------------------------------------------------------


def replied(guest, **typed):
    where = reverse("hall:invitation_reply", args=[guest.pk, invitations.token_of(guest)])
    return Client().post(where, typed)


def opened(guest, token=None):
    token = token or invitations.token_of(guest)
    return Client().get(reverse("hall:invitation", args=[guest.pk, token]))


def test_one_replies_by_the_link_without_an_account(world, at):
    hoa = listed(world)[0]
    at.now = world.conference.starts_at - dt.timedelta(days=2)

    page = opened(hoa)
    done = replied(hoa, reply="cannot", note="Đi công tác")

    assert page.status_code == 200
    assert world.conference.title in page.content.decode()
    assert done.status_code == 302
    assert (fresh(hoa).reply, fresh(hoa).reply_note) == ("cannot", "Đi công tác")
    replied(hoa, reply="comes")
    assert (fresh(hoa).reply, fresh(hoa).reply_note) == ("comes", "")


def test_opening_the_link_replies_nothing(world, at):
    hoa = listed(world)[0]

    opened(hoa)

    assert fresh(hoa).reply == ""


def test_the_link_of_one_opens_nobody_elses(world):
    hoa, nam, _y = listed(world)

    assert opened(nam, invitations.token_of(hoa)).status_code == 404
    assert opened(hoa, "0" * 26).status_code == 404


def test_once_it_has_begun_nothing_is_replied(world, at):
    hoa = listed(world)[0]
    at.now = begun(world)

    late = replied(hoa, reply="comes")

    assert late.status_code == 409
    assert fresh(hoa).reply == ""


def test_what_is_no_reply_is_refused(world, at):
    hoa = listed(world)[0]
    at.now = world.conference.starts_at - dt.timedelta(days=2)

    assert replied(hoa, reply="perhaps").status_code == 422
    assert replied(hoa, reply="comes", note="x" * 301).status_code == 422


def test_at_the_door_the_office_ticks_on_the_invitation(client, world, at):
    hoa = listed(world)[0]
    at.now = begun(world)
    where = reverse("hall:invitation", args=[hoa.pk, invitations.token_of(hoa)])
    client.force_login(world.clerk)

    for_the_office = client.get(where).content.decode()
    client.force_login(world.staff)
    for_staff = client.get(where).content.decode()

    tick = reverse("hall:guest_tick", args=[hoa.pk])
    assert tick in for_the_office
    assert tick not in for_staff


def test_the_mail_brings_an_appointment_that_asks_for_a_reply(world, smtp_server):
    hoa, _nam, y = listed(world)

    assert invitations.send_invitations(world.conference, at=begun(world)) == 2
    for delivery in Delivery.objects.filter(template=invitations.TEMPLATE):
        deliver(delivery.pk)

    mail = next(one for one in smtp_server.messages if one.sent_to == ["hoa@vien.vn"])
    (appended,) = [part for part in mail.walk() if part.get_content_type() == "text/calendar"]
    calendar = icalendar.Calendar.from_ical(appended.get_payload(decode=True))
    (event,) = calendar.walk("VEVENT")
    assert appended.get_param("method") == "REQUEST"
    assert calendar["METHOD"] == "REQUEST"
    assert str(event["ATTENDEE"]) == "mailto:hoa@vien.vn"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event.decoded("DTSTART") == world.conference.starts_at
    body = mail.get_body(("plain",)).get_content()
    assert invitations.address_of(hoa) in body
    assert invitations.address_of(y) not in body
    assert "trân trọng kính mời đồng chí dự" in body


def test_nobody_is_written_to_twice_for_the_same_beginning(world):
    listed(world)
    first = invitations.send_invitations(world.conference, at=begun(world))

    again = invitations.send_invitations(world.conference, at=begun(world))

    assert (first, again) == (2, 0)
    assert Delivery.objects.filter(template=invitations.TEMPLATE).count() == 2


def test_another_day_is_told_and_asked_anew(world):
    hoa = listed(world)[0]
    invitations.send_invitations(world.conference, at=begun(world))
    guests.note_reply(hoa, reply="comes")
    later = world.conference.starts_at + dt.timedelta(days=3)
    type(world.conference).objects.filter(pk=world.conference.pk).update(
        starts_at=later, ends_at=later + dt.timedelta(hours=3)
    )

    assert invitations.send_invitations(fresh(world.conference), at=begun(world)) == 2

    assert fresh(hoa).reply == ""
    assert Delivery.objects.filter(template=invitations.TEMPLATE).count() == 4


def test_who_was_taken_off_the_list_is_not_written_to(world, smtp_server):
    hoa = listed(world)[0]
    invitations.send_invitations(world.conference, at=begun(world))
    gone = reverse("hall:invitation", args=[hoa.pk, invitations.token_of(hoa)])
    guests.remove_guest(hoa)

    for delivery in Delivery.objects.filter(template=invitations.TEMPLATE):
        deliver(delivery.pk)

    assert [one.sent_to for one in smtp_server.messages] == [["y@vien.vn"]]
    assert Client().get(gone).status_code == 404
