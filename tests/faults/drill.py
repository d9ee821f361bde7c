"""Steps of a drill, in a process and on a database of its own: python -m tests.faults.drill STEP….

For tests that take the database away. A step is a function of this module, with what it takes
behind a colon: fill:6. DATABASE_URL, TEST_DATA_DIR and TEST_EMAIL_URL come from the
environment. Prints one line of JSON with what each step found.
"""

import datetime as dt
import json
import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from committees.models import User  # noqa: E402
from foundation import audit, keys  # noqa: E402
from foundation.clock import database_now  # noqa: E402
from jobs.domain import delivering, sent  # noqa: E402
from jobs.domain.queueing import queue_mail  # noqa: E402
from jobs.domain.rendering import render  # noqa: E402
from jobs.models import Alarm, Delivery, Heartbeat, Rendering  # noqa: E402
from operations.domain import restoring  # noqa: E402
from operations.domain.ticking import do_everything_due  # noqa: E402
from reports.domain import issuing  # noqa: E402
from reports.domain.inbox import verify_inbox  # noqa: E402
from reports.models import Report  # noqa: E402
from sessions.askers import sealing  # noqa: E402
from sessions.askers.retention import REMOVED, apply_retention  # noqa: E402
from sessions.domain import questions  # noqa: E402
from sessions.models import Question, SealedIdentity  # noqa: E402
from tests.faults.many import many_drafts  # noqa: E402
from tests.world import HANOI, NOON, build_world  # noqa: E402

TEXT = "ZZCANARY lời hỏi kín số"


def fill(number):
    """Make the world, so many drafts, and as many confidential questions."""
    call_command("migrate", verbosity=0)
    world = build_world()
    many_drafts(world, int(number))
    for index in range(int(number)):
        questions.submit_question(
            world.conference, text=f"{TEXT} {index}", theme=world.themes[0], kind="opinion",
            level="confidential", by=world.staff, at=NOON, receipt=f"r{index}",
        )  # fmt: skip


def issue(number):
    """Issue so many of the drafts that are left, and render them; the mails wait."""
    for draft in Report.objects.filter(state="draft", created_at=NOON).order_by("pk")[
        : int(number)
    ]:
        secretary = draft.committee.memberships.filter(role="secretary").first().user
        issuing.issue_report(draft, by=secretary, at=NOON)
    for pk in Rendering.objects.filter(state="queued").values_list("pk", flat=True):
        render(pk)


def remind():
    """Ask for the mail of one day, the same content each time."""
    delivery, is_new = queue_mail(
        "emails/reports/all_well",
        to="ngay@example.vn",
        once="daily:2026-06-01:1",
        at=NOON,
        context={"day": "01/06/2026"},
    )
    return {"is_new": is_new, "message_id": delivery.message_id}


def send(number):
    """Send so many of the mails that wait, the oldest first."""
    waiting = Delivery.objects.filter(state="queued").order_by("pk")
    pks = list(waiting.values_list("pk", flat=True)[: int(number)])
    return [delivering.deliver(pk).message_id for pk in pks]


def work():
    """Do everything that is due, as the timer would. Returns how many (files, mails)."""
    return do_everything_due(at=database_now())


def look():
    """Tell what is there, and that both chains are whole."""
    return {
        "reports": Report.objects.issued().count(),
        "damages": len(verify_inbox()),
        "acts": audit.verify()[0],
        "mails": {
            state: sorted(Delivery.objects.filter(state=state).values_list("message_id", flat=True))
            for state in ("queued", "done", "failed")
        },
        "held": sorted(
            Delivery.objects.filter(state="failed", error=sent.HELD).values_list(
                "message_id", flat=True
            )
        ),
        "alarms": sorted(Alarm.objects.filter(cleared_at=None).values_list("code", flat=True)),
        "backup": Heartbeat.objects.filter(name="backup").exists(),
        "backed_up": audit.AuditEntry.objects.filter(act="backed_up").count(),
        "restored": audit.AuditEntry.objects.filter(act="restored").count(),
    }


def release():
    """Decide, as an administrator would, that the held mails are sent."""
    administrator = User.objects.create_superuser("admin", "admin@example.vn", "x" * 20)
    return restoring.release_held(by=administrator, at=database_now())


def forget(day=None):
    """Remove what was kept long enough, now or on a later `day`, written 2027-07-02."""
    if day is None:
        return apply_retention(at=database_now())
    return apply_retention(at=dt.datetime.combine(dt.date.fromisoformat(day), dt.time(3), HANOI))


def names():
    """Try to open every sealed name; tell how many there are and how many can be read."""
    opened = 0
    for sealed in SealedIdentity.objects.all():
        try:
            sealing.open_seal(sealed.question)
        except sealing.CannotOpen:
            continue
        opened += 1
    return {
        "sealed": SealedIdentity.objects.count(),
        "opened": opened,
        "keys": keys.key_names("seal/"),
    }


def texts():
    """Tell how many of the confidential questions can still be read."""
    return {
        "there": Question.objects.filter(original_text__startswith=TEXT).count(),
        "emptied": Question.objects.filter(original_text=REMOVED).count(),
    }


if __name__ == "__main__":
    steps = (step.partition(":")[::2] for step in sys.argv[1:])
    found = {name: globals()[name](*[value] if value else []) for name, value in steps}
    print(json.dumps(found, default=str))
