"""Fill the database of the portal that is scanned; print the cookies of each role as JSON.

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
        build_scene(world)
        people = {role: world.people[role] for role in ROLES}
    print(json.dumps({role: cookies_of(one, role) for role, one in people.items()}))


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
