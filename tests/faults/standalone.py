"""The portal's own work in a process and a database of its own: python -m tests.faults.standalone.

For tests that take the database away: those of pytest would go with it. DATABASE_URL,
TEST_DATA_DIR and TEST_EMAIL_URL come from the environment.
"""

import json
import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import Error, connections  # noqa: E402

from foundation.clock import database_now  # noqa: E402
from foundation.moves import MoveNotAllowed  # noqa: E402
from jobs.domain import delivering, rendering  # noqa: E402
from jobs.models import Delivery, Rendering  # noqa: E402
from operations.domain.ticking import do_everything_due  # noqa: E402
from reports.domain import issuing  # noqa: E402
from reports.models import Report  # noqa: E402
from tests.faults import invariants  # noqa: E402
from tests.faults.many import many_drafts  # noqa: E402
from tests.faults.test_killed_often import SHORT, still_to_do  # noqa: E402
from tests.world import NOON, build_world  # noqa: E402


def prepare(number):
    """Make the tables, the world and so many drafts."""
    call_command("migrate", verbosity=0)
    many_drafts(build_world(), int(number))


def issue():
    """Issue every draft, one after the other, as often as it takes, as a secretary would."""
    broken = 0
    while True:
        try:
            for draft in Report.objects.filter(state="draft", created_at=NOON).order_by("pk"):
                secretary = draft.committee.memberships.get(role="secretary").user
                issuing.issue_report(draft, by=secretary, at=NOON)
            break
        except MoveNotAllowed:
            continue  # it had been committed; only the answer was lost
        except Error:
            broken += 1
            connections.close_all()
            time.sleep(0.2)
    print(json.dumps({"broken": broken}))


def work(number):
    """Be a worker until so many reports are issued and nothing is left to do."""
    rendering.LEASE = delivering.LEASE = SHORT
    broken = 0
    while True:
        try:
            do_everything_due(at=database_now())
            if Report.objects.issued().count() == int(number) and not still_to_do():
                break
        except Error:
            broken += 1
            connections.close_all()
        time.sleep(0.2)
    print(json.dumps({"broken": broken}))


def check(number):
    """Print the invariants' figures, and the Message-IDs that are marked as sent."""
    figures = invariants.check(reports=int(number))
    sent = Delivery.objects.filter(state="done").values_list("message_id", flat=True)
    plain = Rendering.objects.filter(is_plain=True).count()
    print(json.dumps({**figures, "plain": plain, "sent": list(sent)}, default=str))


if __name__ == "__main__":
    {"prepare": prepare, "issue": issue, "work": work, "check": check}[sys.argv[1]](*sys.argv[2:])
