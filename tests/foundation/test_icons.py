"""Every icon that a page or a look asks for lies in the sprite; a missing one leaves a hole."""

import re

from foundation.looks import Look
from tests.house import ROOT

SPRITE = set(re.findall(r'id="([\w-]+)"', (ROOT / "static/icons.svg").read_text(encoding="utf-8")))


def asked_for():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r'{% icon "([\w-]+)"', text):
            yield path.name, name
        for name in re.findall(r"icons\.svg['\"] %}#([\w-]+)", text):
            yield path.name, name
    for look in Look:
        yield str(look), look.icon


def test_every_icon_is_in_the_sprite():
    asked = set(asked_for())

    assert len(asked) > 50
    assert {one for one in asked if one[1] not in SPRITE} == set()
