"""Fill the database of the portal that is scanned; print the cookies of each role, and doors, as JSON.

Run as a program of its own in the settings of the scan; with a role, sign that one in again,
whatever the scan has done to the account.
"""

import json
import sys

import django

ROLES = ("secretary", "clerk", "leader", "staff", "head", "officer")


def main(*roles):
    django.setup()
    from committees.models import User

    doors = {}
    if roles:
        people = {role: User.objects.get(username=role) for role in roles}
        for one in people.values():
            one.is_active = True
            one.save()
            one.memberships.update(ends_on=None)
    else:
        from tests.walls.scene import build_scene
        from tests.world import build_world

        world = build_world()
        doors = {"doors": doors_of(build_scene(world).own)}
        people = {role: world.people[role] for role in ROLES}
    print(json.dumps({role: cookies_of(one, role) for role, one in people.items()} | doors))


def doors_of(side):
    """Open the seats of the hall; return the paths of pages that are reached by a code or a link alone."""
    from django.urls import reverse
    from django.utils import timezone

    from hall.domain import guests, invitations, joining, screens
    from sessions.domain import triage

    triage.clear_text(side.waiting, by=side.running.chair, at=timezone.now())
    joining.let_seats_ask(side.hall, on=True)
    guests.add_guests(side.ahead, [{"full_name": "Khách mời", "email": "khach@example.vn"}])
    screen = [side.hall.pk, screens.token_of(side.hall)]
    return [
        reverse("hall:join"),
        reverse("hall:join_hall", args=[side.hall.code]),
        reverse("hall:join_state", args=[side.hall.code]) + "?since=1&seed=a",
        reverse("hall:screen", args=screen),
        reverse("hall:screen_state", args=screen) + "?since=1",
        invitations.path_of(side.ahead.guests.get()),
    ]


def cookies_of(person, role):
    from django.conf import settings
    from django.test import Client

    browser = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    browser.force_login(person)
    page = browser.get("/", secure=True)
    assert page.status_code == 200, (role, page.status_code)
    return {name: one.value for name, one in browser.cookies.items()}


if __name__ == "__main__":
    main(*sys.argv[1:])
