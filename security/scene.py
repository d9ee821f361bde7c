"""Fill the database of the portal that is scanned; print the cookies of each role as JSON.

Run as a program of its own in the settings of the scan.
"""

import json

import django

ROLES = ("secretary", "leader", "staff", "head")


def main():
    django.setup()
    from django.conf import settings
    from django.test import Client

    from tests.walls.scene import build_scene
    from tests.world import build_world

    world = build_world()
    build_scene(world)
    host = settings.ALLOWED_HOSTS[0]
    found = {}
    for role in ROLES:
        browser = Client(headers={"host": host})
        browser.force_login(world.people[role])
        page = browser.get("/", secure=True)
        assert page.status_code == 200, (role, page.status_code)
        found[role] = {name: one.value for name, one in browser.cookies.items()}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
