"""B-10: no form of anybody's is taken without its token, at any address."""

import pytest
from django.test import Client

from tests.walls.places import addresses
from tests.walls.scene import build_scene
from tests.walls.table import row_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "role", ["nobody", "clerk", pytest.param("administrator", marks=pytest.mark.long)]
)
def test_without_its_token_no_form_is_taken(world, role):
    scene = build_scene(world)
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    wrong, sent = [], 0
    if role != "nobody":
        client.force_login(scene.people[role])

    for name, path in addresses(scene.own).items():
        row = row_of(name)
        if row and "POST" not in row["methods"].split():
            continue
        for token in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            answer = client.post(path, token)
            sent += 1
            if answer.status_code != 403:
                wrong.append(f"{name}: {answer.status_code}")

    assert not wrong, "\n".join(wrong)
    assert sent > 100


def test_a_token_from_another_place_is_not_taken(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.staff)
    page = client.get("/questions/mine/").content.decode()
    token = page.partition('csrfmiddlewaretoken" value="')[2][:64]

    own = client.post("/language/", {"csrfmiddlewaretoken": token, "language": "en"})
    foreign = client.post(
        "/language/",
        {"csrfmiddlewaretoken": token, "language": "en"},
        headers={"origin": "https://evil.example.org"},
    )
    nameless = client.post(
        "/language/",
        {"csrfmiddlewaretoken": token, "language": "en"},
        headers={"origin": "null"},
    )

    assert (own.status_code, foreign.status_code, nameless.status_code) == (302, 403, 403)
