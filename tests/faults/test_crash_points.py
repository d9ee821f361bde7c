"""C-06: the process dies at each named point; afterwards the next run mends everything."""

import datetime as dt

import pytest

from foundation import crashing
from foundation.clock import database_now
from jobs.models import Delivery, Rendering
from operations.domain.ticking import do_everything_due
from reports.domain import issuing
from tests.faults import forked, invariants
from tests.faults.many import many_drafts
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)
KILLED = -9


def expire_leases():
    """Let the time pass after which a dead worker's job is free."""
    past = database_now() - dt.timedelta(seconds=1)
    for model in (Rendering, Delivery):
        model.objects.filter(state="running").update(lease_until=past)


@pytest.mark.parametrize("times", [1, pytest.param(100, marks=pytest.mark.long)])
def test_a_crash_at_any_point_loses_and_doubles_nothing(world, smtp_server, dead_broker, times):
    """C-06, F07, F14, F20: twelve points."""
    drafts = iter(many_drafts(world, times * len(crashing.POINTS)))
    survived = 0
    for point in crashing.POINTS:
        for _ in range(times):
            draft = next(drafts)

            def issue_and_deliver(draft=draft):
                issuing.issue_report(draft, by=world.secretary, at=NOON)
                do_everything_due(at=database_now())

            code = forked.ended(forked.fork(forked.crashing_at(point, issue_and_deliver)))
            assert code == KILLED, point
            expire_leases()
            do_everything_due(at=database_now())
            survived += 1
        figures = invariants.check(smtp_server.messages, reports=survived)
        assert figures["plain"] == 0
    print(f"C-06: invariants held {survived}/{survived}; {figures}")
    # Only a death between the server's 250 and our COMMIT repeats a mail, of two to the Board.
    assert figures["mail repeated"] <= 2 * times * 2
