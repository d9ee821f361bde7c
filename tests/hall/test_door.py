"""The door: who is here, ticked by several at once and never taken back by a second press."""

import datetime as dt

import pytest
from django.urls import reverse

from foundation.moves import MoveNotAllowed
from hall import queries
from hall.domain import door, guests, invitations
from sessions.domain import conferences
from tests.hall.floor import begun, fresh
from tests.hall.invited import listed, page_of, present, put_off

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


def tick_of(guest):
    return reverse("hall:guest_tick", args=[guest.pk])


def list_of(world):
    return reverse("hall:guest_list", args=[world.conference.pk])


# --- a tick -----------------------------------------------------------------------------------


def test_a_second_press_takes_nothing_back(client, world, at):
    hoa = listed(world)[0]
    client.force_login(world.clerk)

    for _twice in range(2):
        client.post(tick_of(hoa), {"presence": "present", "seen": ""}, headers=SCRIPT)
    stands = fresh(hoa).presence
    back = client.post(tick_of(hoa), {"presence": "", "seen": "present"}, headers=SCRIPT)

    assert stands == "present"
    assert fresh(hoa).presence == ""
    assert f'id="present-{hoa.pk}"' in back.content.decode()
    assert "autofocus" in back.content.decode()


def test_of_two_at_the_door_the_second_sees_what_stands(client, world, at):
    hoa = listed(world)[0]
    client.force_login(world.clerk)
    present(hoa)

    line = client.post(tick_of(hoa), {"presence": "excused", "seen": ""}, headers=SCRIPT)
    page = client.post(tick_of(hoa), {"presence": "excused", "seen": ""})

    assert (line.status_code, page.status_code) == (409, 409)
    for shown in (line, page):
        assert "Người khác vừa ghi cho đồng chí này" in shown.content.decode()
        assert 'name="seen" value="present"' in shown.content.decode()
    assert fresh(hoa).presence == "present"


def test_what_says_nothing_ticks_nothing(client, world, at):
    hoa = listed(world)[0]
    present(hoa)
    client.force_login(world.clerk)

    assert client.post(tick_of(hoa), {"seen": "present"}).status_code == 422
    assert fresh(hoa).presence == "present"


def test_without_scripts_a_tick_leads_back_to_its_line(client, world, at):
    hoa = listed(world)[0]
    client.force_login(world.clerk)

    done = client.post(tick_of(hoa), {"presence": "present", "q": "Hoa", "page": "1"})

    assert done["Location"] == f"{list_of(world)}?q=Hoa&page=1#guest-{hoa.pk}"


def test_on_the_invitation_the_card_stays(client, world, at):
    hoa = listed(world)[0]
    client.force_login(world.clerk)
    typed = {"presence": "present", "card": "1"}

    card = client.post(tick_of(hoa), typed, headers=SCRIPT).content.decode()
    without_scripts = client.post(tick_of(hoa), typed)

    assert "<section" in card
    assert "<li" not in card
    assert 'name="card" value="1"' in card
    assert without_scripts["Location"] == page_of(hoa)


def test_a_tick_and_a_reply_refuse_nobody_who_mends_the_line(world):
    hoa = listed(world)[0]
    door.note_reply(hoa, reply="comes")
    present(hoa)

    guests.change_guest(hoa, version=1, post="Trưởng phòng")

    assert (fresh(hoa).post, fresh(hoa).presence) == ("Trưởng phòng", "present")


@pytest.mark.parametrize("act", ["guest_tick", "guest_edit"])
def test_taken_off_the_list_meanwhile(client, world, at, monkeypatch, act):
    hoa = listed(world)[0]
    client.force_login(world.clerk)
    anew = guests.read_anew

    def too_late(guest, conference):
        guests.remove_guest(guest)
        return anew(guest, conference)

    for room in (guests, door):
        monkeypatch.setattr(room, "read_anew", too_late)
    typed = {"presence": "present", "version": 1, "full_name": "Hoa"}

    assert client.post(reverse(f"hall:{act}", args=[hoa.pk]), typed).status_code == 404


# --- who was not ticked -----------------------------------------------------------------------


def test_who_was_not_ticked_is_absent_or_excused_as_they_said(world):
    hoa, nam, y = listed(world)
    door.note_reply(y, reply="cannot", note="Đi công tác")
    present(hoa)

    assert door.settle_guests(world.conference, at=world.conference.ends_at) == 2

    assert [fresh(one).presence for one in (hoa, nam, y)] == ["present", "absent", "excused"]


def test_who_could_not_come_on_another_day_is_not_excused(world):
    y = listed(world)[2]
    door.note_reply(y, reply="cannot")
    put_off(world, days=1)

    door.settle_guests(world.conference, at=world.conference.ends_at + dt.timedelta(days=2))

    assert fresh(y).presence == "absent"


def test_what_was_noted_for_all_is_taken_back_and_nothing_else(client, world, at):
    hoa, nam, y = listed(world)
    door.tick_guest(hoa, presence="excused")
    at.now = world.conference.ends_at
    client.force_login(world.clerk)
    pk = world.conference.pk

    client.post(reverse("hall:guests_settle", args=[pk]))
    present(y)
    page = client.get(list_of(world)).content.decode()
    client.post(reverse("hall:guests_unsettle", args=[pk]))

    assert "Bỏ ghi vắng cho 1 người" in page
    assert [fresh(one).presence for one in (hoa, nam, y)] == ["excused", "", "present"]


def test_before_it_ends_nobody_is_noted_as_absent(client, world, at):
    listed(world)
    client.force_login(world.clerk)
    settle = reverse("hall:guests_settle", args=[world.conference.pk])

    before = client.get(list_of(world)).content.decode()
    refused = client.post(settle)
    at.now = world.conference.ends_at
    after = client.get(list_of(world)).content.decode()

    assert refused.status_code == 409
    assert settle not in before
    assert settle in after
    with pytest.raises(MoveNotAllowed):
        door.settle_guests(world.conference, at=begun(world))


# --- the figures that others typed ------------------------------------------------------------


@pytest.mark.parametrize("figure", ["women", "invited", "online"])
def test_the_page_says_that_others_were_typed(client, world, at, figure):
    present(listed(world)[0])
    typed = {**queries.attendance_of(world.conference), figure: 1 if figure != "invited" else 9}
    typed["women"] = 0 if figure == "women" else typed["women"]
    conferences.record_attendance(world.conference, by=world.clerk, at=begun(world), **typed)
    client.force_login(world.clerk)

    page = client.get(list_of(world)).content.decode()

    assert "đã có người nhập số khác" in page
    assert "được đếm từ danh sách này" not in page


def test_it_says_so_while_nobody_is_present_too(client, world, at):
    hoa = listed(world)[0]
    present(hoa)
    figures = queries.attendance_of(world.conference)
    door.tick_guest(hoa, presence="")
    conferences.record_attendance(world.conference, by=world.clerk, at=begun(world), **figures)
    client.force_login(world.clerk)

    assert "đã có người nhập số khác" in client.get(list_of(world)).content.decode()


# --- what the list shows ----------------------------------------------------------------------


def test_the_list_says_who_was_written_to(client, world, at):
    listed(world)
    at.now = world.conference.starts_at - dt.timedelta(days=1)
    client.force_login(world.clerk)

    before = client.get(list_of(world)).content.decode()
    invitations.send_invitations(world.conference, at=at.now)
    told = client.get(list_of(world)).content.decode()
    put_off(world, hours=1)
    otherwise = client.get(list_of(world)).content.decode()

    assert "hoa@vien.vn" in before
    assert before.count("Chưa gửi giấy mời") == 2
    assert before.count("Không có địa chỉ thư") == 1
    assert told.count("Đã gửi giấy mời") == 2
    assert otherwise.count("Đã gửi, chưa báo thay đổi") == 2


def test_a_long_list_has_pages(client, world, at):
    guests.add_guests(world.conference, [{"full_name": f"Người {n}"} for n in range(1, 251)])
    client.force_login(world.clerk)

    third = client.get(list_of(world), {"page": "3"}).content.decode()

    assert third.count('<li class="guest"') == 50
    assert "Trang 3/3" in third or "Trang 3 / 3" in third


def test_to_take_somebody_off_is_asked_first(client, world, at):
    hoa = listed(world)[0]
    client.force_login(world.clerk)

    page = client.get(reverse("hall:guest_edit", args=[hoa.pk])).content.decode()

    asked = page[page.index("narrow-sheet fold") :]
    asked = asked[: asked.index("</details>")]
    assert reverse("hall:guest_remove", args=[hoa.pk]) in asked
    assert "không lấy lại được" in asked
