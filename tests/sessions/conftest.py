"""Fixtures of several files about the dialogue."""

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from sessions.askers import vouchers
from sessions.models import (
    VoucherRound,
)
from tests.sessions.anonymously import HOST, more_people
from tests.sessions.at_the_desk import LATER
from tests.world import NOON, moment


@pytest.fixture
def time_stands(monkeypatch):
    """It is noon of the world's day, for requests as for the database."""
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def crowd(world):
    return more_people(world)


@pytest.fixture
def slips(world, crowd):
    return vouchers.print_slips(world.conference, 12)


@pytest.fixture
def stranger(settings, monkeypatch):
    """A browser without a past, at the anonymous host, at NOON."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    settings.ANONYMOUS_BASE_URL = f"http://{HOST}"
    return Client(headers={"host": HOST})


@pytest.fixture
def round_(world, crowd):
    """The voucher round of the conference, on its first issuing day."""
    vouchers.open_due_rounds(at=moment(-15))
    return VoucherRound.objects.get()


@pytest.fixture
def later(monkeypatch):
    """It is the moment at which the desk sorts, whatever the clock says."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: LATER)
