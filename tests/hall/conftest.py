import pytest

from tests.hall.floor import begun


@pytest.fixture
def at(world, monkeypatch):
    """The moment at which the conference goes on; set its `now` to another one."""
    clock = type("Clock", (), {"now": begun(world)})()
    monkeypatch.setattr("foundation.clock.database_now", lambda: clock.now)
    return clock
