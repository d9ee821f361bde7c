"""Who is invited: the list filled and mended, and the figures that are counted from it."""

import datetime as dt
import re
import unicodedata

import pytest
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall import queries
from hall.domain import door, guest_list, guests
from hall.models import Guest
from sessions.domain import conferences
from sessions.models import Attendance
from tests.hall.floor import another, begun, fresh
from tests.hall.invited import PASTED, listed, present

pytestmark = pytest.mark.django_db


# --- the list ---------------------------------------------------------------------------------


def test_the_same_person_is_invited_once(world):
    listed(world)

    again = guests.add_guests(world.conference, guest_list.read_guests(PASTED)[0])
    namesake = guests.add_guests(world.conference, [{"full_name": "Trần Thị Hoa", "unit": "Viện"}])

    assert (again.added, again.known) == (0, 3)
    assert (namesake.added, namesake.known) == (1, 0)
    assert [guest.number for guest in world.conference.guests.all()] == [1, 2, 3, 4]


def test_two_whose_names_differ_in_marks_alone_are_two(world):
    listed(world, "Nguyễn Văn Hùng\nNguyễn Văn Hưng\nTrần Minh Thu\nTrần Minh Thư")

    assert world.conference.guests.count() == 4


def test_the_same_name_in_other_letters_is_one(world):
    decomposed = unicodedata.normalize("NFD", "Trần  thị HOA")

    again = guests.add_guests(
        world.conference,
        [{"full_name": "Trần Thị Hoa"}, {"full_name": decomposed}],
    )

    assert (again.added, again.names) == (1, [decomposed])


def test_the_same_address_is_the_same_person(world):
    listed(world, "Lê Nam;CV;Phòng B;nam@vien.vn")

    again = guests.add_guests(
        world.conference, [{"full_name": "Lê Văn Nam", "email": "NAM@vien.vn"}]
    )

    assert (again.added, again.known) == (0, 1)


def test_what_is_pasted_again_fills_what_was_blank_and_writes_over_nothing(client, world, at):
    listed(world, "Lê Nam;CV;Phòng B")
    client.force_login(world.clerk)
    typed = "Lê Nam;Trưởng phòng;Phòng B;nam@vien.vn;công chức\nMai"

    page = client.post(
        reverse("hall:guests_add", args=[world.conference.pk]), {"names": typed}, follow=True
    )

    nam = world.conference.guests.get(full_name="Lê Nam")
    assert (nam.post, nam.email, nam.group) == ("CV", "nam@vien.vn", "civil_servant")
    assert "1 người đã có trong danh sách: Lê Nam." in page.content.decode()
    assert "đã ghi thêm chỗ còn trống cho 1 người" in page.content.decode()


def test_whoever_was_pasted_with_an_address_takes_the_account_over(world):
    pasted = {"full_name": "Đ/c Lãnh đạo", "unit": "Phòng khác", "email": world.leader.email}
    guests.add_guests(world.conference, [pasted])

    guests.add_people(world.conference)

    (line,) = world.conference.guests.filter(email__iexact=world.leader.email)
    assert (line.person, line.full_name, line.unit) == (world.leader, "Đ/c Lãnh đạo", "Phòng khác")


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
        door.tick_guest(hoa, presence="present")
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
    door.tick_guest(hoa, presence="")
    assert (counted(world)["present"], counted(world)["online"]) == (2, 1)


def test_where_nobody_was_ticked_nothing_is_counted(world):
    hoa = listed(world)[0]
    assert not Attendance.objects.exists()

    present(hoa)
    door.tick_guest(hoa, presence="")

    assert not Attendance.objects.exists()


def test_what_the_office_types_stays(world):
    hoa, nam, _y = listed(world)
    present(hoa)
    typed = {**counted(world), "present": 150, "invited": 160}
    conferences.record_attendance(world.conference, by=world.clerk, at=begun(world), **typed)

    present(nam)

    assert counted(world)["present"] == 150


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
