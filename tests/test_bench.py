"""What the portal is measured against answers, or nothing is measured at all."""

import pytest

from bench import bare_settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def bare(settings, client, world):
    """A client of the bare pages, signed in."""
    for name in ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES"):
        setattr(settings, name, getattr(bare_settings, name))
    client.force_login(world.clerk)
    return client


def test_the_bare_pages_answer(bare, world):
    listed = bare.get("/list/", {"conference": world.conference.pk})
    form = bare.get("/post/")
    unchanged = bare.get("/join/ABC123/state/", {"since": "1"})

    assert [listed.status_code, form.status_code, unchanged.status_code] == [200, 200, 304]
    assert b"<table>" in listed.content
    assert b"original_text" in form.content
