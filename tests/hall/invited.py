"""A list of people who are invited, and what is done with it."""

import datetime as dt

from django.test import Client
from django.urls import reverse

from hall.domain import door, guest_list, guests, invitations
from sessions.models import Conference

PASTED = """STT\tHọ và tên\tChức vụ\tĐơn vị\tThư điện tử\tNhóm\tĐảng viên\tGiới tính
1\tTrần Thị Hoa\tChuyên viên\tPhòng Tổng hợp\thoa@vien.vn\tCông chức\tx\tNữ
2\tLÊ VĂN NAM\tLái xe\tVăn phòng\t\tNgười lao động\t\tNam
3\tPhạm Đức Ý\t\tPhòng Đào tạo\ty@vien.vn\tViên chức\tcó\tNam
"""


def listed(world, text=PASTED):
    rows, wrong, _notes = guest_list.read_guests(text)
    assert wrong == []
    guests.add_guests(world.conference, rows)
    return list(world.conference.guests.all())


def soon(world):
    """Return a moment at which the conference lies ahead."""
    return world.conference.starts_at - dt.timedelta(days=2)


def sent(world):
    """Write to everybody who is to be invited; return how many mails."""
    fresh = Conference.objects.get(pk=world.conference.pk)
    return invitations.send_invitations(fresh, at=soon(world))


def put_off(world, **by):
    """Let the conference begin later than it first did."""
    later = world.conference.starts_at + dt.timedelta(**by)
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=later, ends_at=later + dt.timedelta(hours=3)
    )


def present(*people):
    for guest in people:
        door.tick_guest(guest, presence="present")


def page_of(guest):
    return reverse("hall:invitation", args=[guest.pk, invitations.token_of(guest)])


def replied(guest, **typed):
    """Send the form of the invitation, as somebody who has read the day that stands."""
    begins = Conference.objects.get(pk=guest.conference_id).starts_at
    return Client().post(f"{page_of(guest)}reply/", {"beginning": begins.isoformat(), **typed})
