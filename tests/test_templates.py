"""What every template holds to, whoever wrote it."""

import re

import pytest
from django.conf import settings

from sessions.models import Conference
from tests.world import moment

TEMPLATES = settings.BASE_DIR / "templates"
BARE = re.compile(r"""(?<![\w"'-])hx-[a-z]""")


def every_template():
    return sorted(TEMPLATES.rglob("*.html"))


def test_attributes_of_our_own_are_data_attributes():
    """`hx-get` is no attribute of HTML; `data-hx-get` is."""
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in every_template()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if BARE.search(line)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [("regular", "Đối thoại 06/2026"), ("extraordinary", "Đối thoại đột xuất 06/2026")],
)
def test_a_conference_has_a_short_name(kind, name):
    conference = Conference(title="Hội nghị đối thoại", kind=kind, starts_at=moment(10))

    assert conference.short_name == name
