"""The settings of the tests with a tenth of the patience, so that a drill need not wait."""

from tests.settings import *  # noqa: F403

OPTIONS = DATABASES["default"]["OPTIONS"]  # noqa: F405
OPTIONS["options"] = OPTIONS["options"].replace("lock_timeout=5s", "lock_timeout=1s")
PLACES = {name: {**numbers, "seconds": 1} for name, numbers in SHIPPED_PLACES.items()}  # noqa: F405
