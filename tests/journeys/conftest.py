"""Minutes of an office pass in a second here: what pages keep for half a minute is not kept."""

import pytest


@pytest.fixture(autouse=True)
def forgetful(settings):
    nothing = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = {**settings.CACHES, "local": nothing}
