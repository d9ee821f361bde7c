"""The settings of the tests: production's, with values of their own and nothing slow.

DATABASE_URL and REDIS_URL come from the environment; script/test starts what they name.
Workers that a test starts inherit the environment, and with it the same folder and mail server.
"""

import atexit
import os
import re
import shutil
import tempfile
from pathlib import Path

from tests.loopback import close_sockets

if "TEST_DATA_DIR" not in os.environ:
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="dialogue-portal-")
    atexit.register(shutil.rmtree, os.environ["TEST_DATA_DIR"], ignore_errors=True)

# "gw0", "gw1": tests that run side by side share neither files nor queue.
SIDE = os.environ.get("PYTEST_XDIST_WORKER", "")
if SIDE and "REDIS_URL" in os.environ:
    os.environ["REDIS_URL"] = re.sub(r"/\d+$", f"/{SIDE[2:]}", os.environ["REDIS_URL"])

close_sockets()
for name in (
    "SECRET_KEY_FILE",
    "IDENTITY_KEY_FILE",
    "HOST",
    "PORT",
    "BEHIND_PROXY",
    "MAIL_FROM",
    "KEYS_DIR",
):
    os.environ.pop(name, None)
os.environ.update(
    DEMO="0",
    DEBUG="0",
    SECRET_KEY="only-for-tests-" + "s" * 50,
    IDENTITY_KEY="only-for-tests-" + "i" * 50,
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    BASE_URL="http://testserver",
    ANONYMOUS_BASE_URL="http://anonymous.localhost",
    EMAIL_URL=os.environ.get("TEST_EMAIL_URL", "smtp://127.0.0.1:1"),
    DATA_DIR=str(Path(os.environ["TEST_DATA_DIR"], SIDE)),
)

from dialogue_portal.settings import *  # noqa: E402, F403

if template := os.environ.get("TEST_TEMPLATE"):  # a database that has all migrations already
    DATABASES["default"]["TEST"] = {"TEMPLATE": template}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {  # noqa: F405
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True  # a look for each file instead of at all of them for each client
# Most tests have other worries; tests/accounts switches it on.
SECOND_FACTOR_REQUIRED = False
EMAIL_TIMEOUT, EMAIL_TIMEOUT_LAST = 5, 5
CACHES = {
    **CACHES,  # noqa: F405
    # Forgotten with each test (tests/conftest.py); tests/accounts/test_throttling.py asks Redis.
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "KEY_FUNCTION": "foundation.caching.hidden_key",
    },
    "local": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "local",
    },
}
# A test sends from many threads at once what comes to several processes otherwise.
SHIPPED_PLACES = PLACES  # noqa: F405
PLACES = {name: {**numbers, "working": 100} for name, numbers in SHIPPED_PLACES.items()}
