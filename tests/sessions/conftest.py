"""Fixtures of several files about the dialogue."""

import pytest
import time_machine
from django.utils import timezone

from tests.world import NOON


@pytest.fixture
def time_stands(monkeypatch):
    """It is noon of the world's day, for requests as for the database."""
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)
    with time_machine.travel(NOON, tick=False):
        yield
