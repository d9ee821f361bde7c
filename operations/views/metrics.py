"""How the machinery does, in figures for Prometheus.

Every figure is counted from rows when it is asked for, so that it is the same whichever process
answers. None is of one committee, one person or one level of disclosure, and none is a text.
"""

import logging
import secrets
import shutil
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily

from foundation import mail_channel, scanner
from foundation.clock import database_now
from jobs.alarm_words import WORDS
from jobs.domain.sent import DROPPED, HELD
from jobs.models import Alarm, Delivery, Heartbeat, JobEvent, Rendering
from jobs.states import JobState
from operations.domain.watching import DAILY
from reports.queries import next_deadlines, oldest_due_job

# What a proxy adds on the way: with one of these a request comes from elsewhere, whatever its
# last stretch looks like.
OF_A_PROXY = ("Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-Ip")
PARTS = ("worker", "scheduler", "timer", "scrub", "inbox", "audit", "bulletin", "bounces")

log = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def metrics(request):
    """Answer those who may read it; to everybody else there is no such page."""
    if not (comes_from_here(request) or bears_the_word(request)):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Figures())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def comes_from_here(request):
    """Was it asked on this very machine, and not passed on by a proxy that runs here?"""
    try:
        is_local = ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
    return is_local and not any(name in request.headers for name in OF_A_PROXY)


def bears_the_word(request):
    """Does it bear METRICS_TOKEN? Where none is set nobody does."""
    wanted, given = f"Bearer {settings.METRICS_TOKEN}", request.headers.get("Authorization", "")
    is_it = secrets.compare_digest(given.encode(), wanted.encode())
    return bool(settings.METRICS_TOKEN) and is_it


class Figures:
    """What the library asks when it is to write the page."""

    def collect(self):
        try:
            figures = [*of_the_database(at=database_now())]
        except Error:
            log.exception("The database does not answer")
            figures = []
        yield gauge("database_up", "1 while the database answers", bool(figures))
        yield from figures
        yield from of_the_disk()
        if settings.CLAMD_URL:
            yield gauge("scanner_up", "1 while the virus scanner answers", scanner.state() == "ok")


def gauge(name, meaning, value=None, *, by="", values=None):
    """Return one figure, or one for each value of the label `by` that `values` names."""
    if not by:
        return GaugeMetricFamily(f"portal_{name}", meaning, value=value)
    family = GaugeMetricFamily(f"portal_{name}", meaning, labels=by.split())
    for labels, number in values.items():
        family.add_metric((labels,) if isinstance(labels, str) else labels, number)
    return family


def of_the_disk():
    disk = shutil.disk_usage(settings.DATA_DIR)
    yield gauge("disk_free_bytes", "room left where files are kept", disk.free)
    yield gauge("disk_size_bytes", "room in all where files are kept", disk.total)


def of_the_database(*, at):
    """Yield everything that rows tell at `at`, in a fixed number of queries."""
    yield from _jobs(at=at)
    yield from _signs_of_life(at=at)
    yield from _mail(at=at)
    yield from _alarms()
    yield from _deadlines(at=at)


def _jobs(*, at):
    jobs: dict[tuple[str, str], int] = {
        (kind, state): 0 for kind in (*Rendering.Kind, "mail") for state in JobState
    }
    counted = Rendering.objects.order_by().values_list("kind", "state").annotate(n=Count("pk"))
    jobs |= {(kind, state): number for kind, state, number in counted}
    states = (
        Delivery.objects.order_by()
        .values("state")
        .annotate(
            n=Count("pk", filter=~Q(error=DROPPED)),  # of those somebody has decided
            held=Count("pk", filter=Q(error=HELD)),
            back=Count("pk", filter=Q(bounced_at__gt=at - DAILY)),
        )
    )
    mails = {row["state"]: row for row in states}
    jobs |= {("mail", state): row["n"] for state, row in mails.items()}
    held = mails.get(JobState.FAILED, {"held": 0})["held"]
    back = sum(row["back"] for row in mails.values())
    yield gauge("jobs", "files to make and mails to send", by="kind state", values=jobs)
    yield gauge("oldest_due_job_seconds", "0 while nothing waits", oldest_due_job(at=at) or 0)
    yield gauge("mails_held", "held back after a restore until somebody decides", held)
    yield gauge("mails_bounced_in_a_day", "refused by their address", back)
    begun = JobEvent.objects.filter(rendering=OuterRef("pk"), event=JobEvent.Event.CLAIMED)
    last = (
        Rendering.objects.filter(state=JobState.DONE, file__endswith=".pdf")
        .annotate(begun_at=Subquery(begun.order_by("-pk").values("at")[:1]))
        .order_by(F("done_at").desc())
        .values_list("done_at", "begun_at")
        .first()
    )
    if last and all(last):
        took = max(0, (last[0] - last[1]).total_seconds())
        yield gauge("last_render_seconds", "what the newest PDF took", took)


def _signs_of_life(*, at):
    """A part that has never given one is not named."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    ages = {name: (at - beats[name]).total_seconds() for name in PARTS if name in beats}
    yield gauge("heartbeat_age_seconds", "since the last sign of life", by="part", values=ages)
    if "backup" in beats:
        age = (at - beats["backup"]).total_seconds()
        yield gauge("backup_age_seconds", "since the last backup", age)


def _mail(*, at):
    channel = mail_channel.channel()

    def since(moment):
        return (at - moment).total_seconds() if moment else 0

    pause = max(0, -since(channel.paused_until))
    yield gauge(
        "mail_failing_seconds", "for which no mail went through", since(channel.failing_since)
    )
    yield gauge(
        "mail_stopped_seconds", "since the mail server refused us", since(channel.stopped_at)
    )
    yield gauge("mail_paused_seconds", "until the next mail is tried", pause)


def _alarms():
    standing = dict.fromkeys([*WORDS, "other"], 0)
    counted = Alarm.objects.filter(cleared_at=None).order_by().values_list("code")
    for code, number in counted.annotate(n=Count("pk")):
        standing[code if code in WORDS else "other"] += number
    yield gauge("alarms", "that stand now", by="code", values=standing)


def _deadlines(*, at):
    rows = {row["period"].code: row for row in next_deadlines(at=at)}
    owed = {code: row["owed"] for code, row in rows.items()}
    missing = {code: row["missing"] for code, row in rows.items()}
    issued = {code: owed[code] - missing[code] for code in rows}
    left = {code: (row["period"].deadline - at).total_seconds() for code, row in rows.items()}
    yield gauge("reports_owed", "in a period", by="period", values=owed)
    yield gauge("reports_issued", "of those owed", by="period", values=issued)
    yield gauge("reports_missing", "of those owed", by="period", values=missing)
    yield gauge("deadline_seconds", "left; negative when over", by="period", values=left)
