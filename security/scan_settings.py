"""The settings of a scanned portal: production's, but a signed-in role needs no telephone."""

from dialogue_portal.settings import *  # noqa: F403

SECOND_FACTOR_REQUIRED = False
EMAIL_TIMEOUT = EMAIL_TIMEOUT_LAST = 2
