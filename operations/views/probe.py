"""Is the portal well? One address for whoever watches over it; it tells no secret."""

import logging
import shutil

from celery import current_app
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation import scanner
from foundation.clock import database_now
from foundation.limits import patience_of
from jobs.models import Heartbeat
from reports.queries import oldest_due_job

LONGEST_SILENCE = 180  # seconds; a sign of life is due each minute
LONGEST_WAIT = 900  # seconds that a due job may wait for a worker
LEAST_DISK = 200  # megabytes

log = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(request):
    """Answer 200 when every part is well, else 503 with the names of those that are not."""
    state = state_of_health()
    return JsonResponse(state, status=503 if state["failing"] else 200)


def state_of_health():
    """Return what each part says about itself, and under "failing" which are not well."""
    state = {
        **what_the_database_says(),
        "broker": "ok" if broker_answers() else "failing",
        "scanner": scanner.state(),
        "disk_free_mb": shutil.disk_usage(settings.DATA_DIR).free // 2**20,
    }
    failing = [name for name, is_well in WELL.items() if not is_well(state[name])]
    return {"status": "failing" if failing else "ok", "failing": failing, **state}


def what_the_database_says():
    """Return its own state, the ages of the signs of life and of the oldest due job, in seconds."""
    try:
        with patience_of("health"):
            at = database_now()
            beats = dict(Heartbeat.objects.values_list("name", "at"))
            ages = {name: round((at - beat).total_seconds()) for name, beat in beats.items()}
            waited = oldest_due_job(at=at)
        database = "ok"
    except DatabaseError:
        log.exception("The database does not answer")
        ages, waited, database = {}, None, "failing"
    return {
        "database": database,
        "worker": ages.get("worker"),
        "scheduler": ages.get("scheduler"),
        "timer": ages.get("timer"),
        "oldest_due_job_seconds": None if waited is None else round(waited),
    }


def broker_answers():
    """Open a channel to the broker, which for Redis means: it answered."""
    try:
        with current_app.connection_for_write() as connection:
            connection.channel()
    except Exception:  # each kind of broker has errors of its own
        log.exception("The broker does not answer")
        return False
    return True


def says_ok(value):
    return value == "ok"


def is_alive(age):
    return age is not None and age <= LONGEST_SILENCE


# The timer is a second safety net that not every machine has, so it is shown, not judged.
WELL = {
    "database": says_ok,
    "broker": says_ok,
    "scanner": lambda state: state in (None, "ok"),  # None: there is none to be asked
    "worker": is_alive,
    "scheduler": is_alive,
    "oldest_due_job_seconds": lambda waited: waited is None or waited <= LONGEST_WAIT,
    "disk_free_mb": lambda free: free >= LEAST_DISK,
}
