"""The rooms of the house, found by looking: whoever scans the code scans all of it."""

import os
from pathlib import Path

from django.urls import get_resolver

ROOT = Path(__file__).resolve().parent.parent
BESIDE = {"bench", "security", "tests"}  # packages that are not the portal
PACKAGES = tuple(
    sorted(
        path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in BESIDE
    )
)


def nothing_set(**values):
    """Return the environment of a program on a machine where nothing but `values` is set.

    What has lines counted goes along: a program that a test starts counts as well (tests/covered.py).
    """
    counting = {
        key: value
        for key, value in os.environ.items()
        if key.startswith("COVERAGE_") or key == "PYTHONPATH"
    }
    return {"PATH": os.environ["PATH"], **counting, **values}


def in_its_room(name):
    """Return the name of an address with its room: "board_desk" is "board:board_desk"."""
    rooms = get_resolver().namespace_dict
    return next(
        f"{room}:{name}" for room, (_, inside) in rooms.items() if name in inside.reverse_dict
    )
