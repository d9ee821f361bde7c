"""The settings of a scanned portal: production's, but a signed-in role needs no telephone, and no
limit of tries answers in the place of what is looked for. `SCAN_FORGETS=1`: nothing is kept.
`SCAN_SHORT=1`: pages are without what stands around them all, and are made in half the time."""

import os

from dialogue_portal.settings import *  # noqa: F403

SECOND_FACTOR_REQUIRED = False
EMAIL_TIMEOUT = EMAIL_TIMEOUT_LAST = 2
WRONG_CODES = (10**9, 1)
ACCOUNT_RATE_LIMITS = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a guess costs nothing
MIDDLEWARE = [
    "security.scanned.WithoutLimits",
    "security.scanned.SaysWhich",
    *MIDDLEWARE,  # noqa: F405
]
if os.environ.get("SCAN_FORGETS") == "1":
    MIDDLEWARE.insert(2, "security.scanned.Forgets")
    TEMPLATES[0]["OPTIONS"]["context_processors"][-1] = "security.scanned.frame"  # noqa: F405
if os.environ.get("SCAN_SHORT") == "1":
    TEMPLATES[0]["DIRS"].insert(0, BASE_DIR / "security/templates")  # noqa: F405
ROOT_URLCONF = "security.holes"
