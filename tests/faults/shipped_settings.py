"""The settings of the tests with as few places as in production."""

from tests.settings import *  # noqa: F403

PLACES = SHIPPED_PLACES  # noqa: F405
