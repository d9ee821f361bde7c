"""What a telephone must fetch before the first page can be used."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db
LIMIT = 150 * 1024
LINKED = re.compile(r'<(?:script|link|img|use)\b[^>]*?\s(?:src|href)="(/static/[^"#]+)')
IN_STYLE = re.compile(r'url\("?\.\./([^")]+)')


def fetched(client, path):
    answer = client.get(path, headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200, path
    return answer, len(answer.getvalue())


def first_load(client, page):
    """Return {path: bytes as sent} of a page and all that it links to."""
    answer, size = fetched(client, page)
    sizes = {page: size}
    wanted = set(LINKED.findall(answer.content.decode()))
    assert any(path.endswith(".js") for path in wanted)
    while wanted:
        path = wanted.pop()
        file, sizes[path] = fetched(client, path)
        if path.endswith(".css"):
            assert file["Content-Encoding"] == "gzip"
            plain = client.get(path).getvalue().decode()
            pictures = {f"{settings.STATIC_URL}{name}" for name in IN_STYLE.findall(plain)}
            wanted |= pictures - set(sizes)
    return sizes


@pytest.mark.parametrize("who", ["clerk", "secretary", "officer", "staff"])
def test_home_is_small(who, world):
    client = Client()
    client.force_login(getattr(world, who))

    assert sum(first_load(client, "/").values()) <= LIMIT


def test_the_page_that_asks_is_small(world):
    client = Client()
    client.force_login(world.staff)

    page = reverse("sessions:question_ask", args=[world.conference.pk])

    assert sum(first_load(client, page).values()) <= LIMIT


def test_the_page_that_asks_anonymously_is_small(world):
    sizes = first_load(Client(headers={"host": settings.ANONYMOUS_HOST}), "/")

    assert sum(sizes.values()) <= LIMIT


def test_a_page_is_never_compressed(world):
    client = Client()
    client.force_login(world.staff)

    answer, _ = fetched(client, "/")

    assert "Content-Encoding" not in answer
