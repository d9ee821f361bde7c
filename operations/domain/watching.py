"""Looking each minute whether something needs a person, and saying once a day that nothing does."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.formats import number_format

from committees.models import Invitation, ResetOrder
from foundation import audit, mail_channel
from foundation.audit import Act
from foundation.clock import day_of, written_day, written_moment
from foundation.models import AuditEntry
from jobs.domain import claiming
from jobs.domain.alarms import administrators, clear_alarm, raise_alarm, raise_or_clear
from jobs.domain.queueing import queue_mail
from jobs.domain.sent import DROPPED
from jobs.models import Alarm, Delivery, Heartbeat, Rendering
from jobs.states import JobState
from reports.models import InboxItem
from reports.queries import next_deadlines

if TYPE_CHECKING:
    from committees.models import User


TOO_LONG = dt.timedelta(minutes=10)
SILENCE = {  # how long a part may give no sign of life
    "worker": dt.timedelta(minutes=3),
    "scheduler": dt.timedelta(minutes=3),
    "timer": dt.timedelta(minutes=15),
}
JUMP = dt.timedelta(seconds=60)
JUMP_STANDS = dt.timedelta(hours=1)
DAILY = dt.timedelta(days=1)
BACKUP_EVERY = dt.timedelta(hours=48)
BULLETIN_SUBJECT = "Cổng đối thoại, bản tin hằng ngày"  # as in its template


def look_for_alarms(*, at: dt.datetime) -> None:
    """Raise what is wrong at `at` and clear what no longer is."""
    _overdue(at=at)
    _silent_parts(at=at)
    _disk(at=at)
    _mail(at=at)
    _clock(at=at)
    _backup(at=at)
    _record_of_acts(at=at)


def waiting_longest(*, at: dt.datetime) -> dict[str, int]:
    """Return {what: how many have been due for more than ten minutes}."""
    long_ago = at - TOO_LONG
    queues = {
        "renderings": Rendering.objects.filter(claiming.is_due(at), next_at__lte=long_ago),
        "deliveries": Delivery.objects.filter(claiming.is_due(at), next_at__lte=long_ago),
        "invitations": Invitation.objects.filter(next_try_at__lte=long_ago),
        "resets": ResetOrder.objects.filter(next_try_at__lte=long_ago),
    }
    return {name: rows.count() for name, rows in queues.items()}


def _overdue(*, at: dt.datetime) -> None:
    for what, number in waiting_longest(at=at).items():
        raise_or_clear("overdue", what, f"{what}: {number}", wrong=number > 0, at=at)


def _silent_parts(*, at: dt.datetime) -> None:
    """Only what has ever given a sign of life can fall silent."""
    beats = dict(Heartbeat.objects.filter(name__in=SILENCE).values_list("name", "at"))
    for name, longest in SILENCE.items():
        silent = name in beats and at - beats[name] > longest
        raise_or_clear(name, wrong=silent, at=at)


def free_gigabytes(disk: Any) -> str:
    """Return "1.234,5", as the language writes it."""
    return number_format(round(disk.free / 2**30, 1), 1)


def _disk(*, at: dt.datetime) -> None:
    disk = shutil.disk_usage(settings.DATA_DIR)
    percent, free_mb = 100 * disk.free // disk.total, disk.free // 2**20
    low = percent < settings.LEAST_DISK_PERCENT or free_mb < settings.LEAST_DISK_MB
    detail = f"{free_gigabytes(disk)} GB, {percent} %"
    raise_or_clear("disk_space", detail=detail, wrong=low, at=at)


def _mail(*, at: dt.datetime) -> None:
    """A stop is raised by whoever met it; here, that nothing has gone through for long."""
    now = mail_channel.channel()
    down = now.failing_since is not None and at - now.failing_since > TOO_LONG
    raise_or_clear("mail_down", detail=f"{now.code or ''} {now.text}".strip(), wrong=down, at=at)
    if now.stopped_at is None:
        clear_alarm("mail", at=at)


def _clock(*, at: dt.datetime) -> None:
    """The database's clock may not fall behind what it has shown; after an hour it is forgiven."""
    seen, _ = Heartbeat.objects.get_or_create(name="clock", defaults={"at": at})
    if at < seen.at - JUMP:
        raise_alarm("clock", detail=f"{round((seen.at - at).total_seconds())} s", at=at)
    else:
        Alarm.objects.filter(code="clock", cleared_at=None, raised_at__lte=at - JUMP_STANDS).update(
            cleared_at=at
        )
    Heartbeat.objects.filter(pk="clock").update(at=at)


def _backup(*, at: dt.datetime) -> None:
    """Where backups are made by the portal, one must not stay away."""
    last = Heartbeat.objects.filter(name="backup").values_list("at", flat=True).first()
    late = last is not None and at - last > BACKUP_EVERY
    raise_or_clear("backup", wrong=late, at=at)


def _record_of_acts(*, at: dt.datetime) -> None:
    """Walk the chain of the record once a day."""
    beat, is_new = Heartbeat.objects.get_or_create(name="audit", defaults={"at": at})
    if is_new or at - beat.at < DAILY:
        return
    Heartbeat.objects.filter(pk="audit").update(at=at)
    check_record(at=at)


def check_record(*, at: dt.datetime) -> None:
    """Verify the record of acts now; raise the alarm or clear it."""
    try:
        audit.verify()
    except audit.ChainBroken as broken:
        raise_alarm("audit", detail=str(broken), at=at)
    else:
        clear_alarm("audit", at=at)


@transaction.atomic
def resume_mail(*, by: User | None, at: dt.datetime) -> None:
    """Let mail be tried again at once, all that waits for the server included."""
    mail_channel.resume()
    waiting = Delivery.objects.filter(state=JobState.QUEUED, next_at__gt=at)
    waiting.update(next_at=at)
    clear_alarm("mail", at=at)
    audit.record(Act.CHANNEL_RESUMED, by=by)


# --- all is well ----------------------------------------------------------------------


def send_bulletin(*, at: dt.datetime) -> int:
    """Once a day, from BULLETIN_HOUR on, tell the administrators what ran. Returns the mails."""
    local = timezone.localtime(at)
    last = Heartbeat.objects.filter(name="bulletin").values_list("at", flat=True).first()
    if local.hour < settings.BULLETIN_HOUR or (last and day_of(last) >= day_of(at)):
        return 0
    context = what_ran(at=at)
    queued = 0
    for address in administrators():
        queued += queue_mail(
            "emails/reports/all_well",
            to=address,
            once=f"bulletin:{day_of(at)}:{address}",
            at=at,
            context=context,
        )[1]
    Heartbeat.objects.update_or_create(name="bulletin", defaults={"at": at})
    return queued


def what_ran(*, at: dt.datetime) -> dict[str, Any]:
    """Return what happened in the day before `at`: counts and dates, no names."""
    day_ago = at - DAILY
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    standing = Alarm.objects.filter(cleared_at=None)
    return {
        "day": written_day(at),
        "is_well": not standing.exists(),
        "alarms_open": standing.count(),
        "alarms_raised": Alarm.objects.filter(raised_at__gte=day_ago, raised_at__lte=at).count(),
        "issued": InboxItem.objects.filter(deposited_at__gte=day_ago, deposited_at__lte=at).count(),
        "acts": AuditEntry.objects.filter(at__gte=day_ago, at__lte=at).count(),
        "rendered": Rendering.objects.filter(done_at__gte=day_ago, done_at__lte=at).count(),
        "sent": Delivery.objects.filter(
            state=JobState.DONE, done_at__gte=day_ago, done_at__lte=at
        ).count(),
        "bounced": Delivery.objects.filter(bounced_at__gte=day_ago, bounced_at__lte=at).count(),
        "failed": sum(
            model.objects.filter(state=JobState.FAILED).exclude(error=DROPPED).count()
            for model in (Rendering, Delivery)
        ),
        "deadlines": [
            {
                "period": row["period"].label,
                "due_before": written_day(row["period"].due_before),
                "missing": row["missing"],
                "owed": row["owed"],
            }
            for row in next_deadlines(at=at)
        ],
        "backup": _moment(beats.get("backup")),
        "scrub": _moment(beats.get("scrub")),
    }


def _moment(at: dt.datetime | None) -> str:
    return written_moment(at) if at else ""


def bulletins_in(folder: Path, *, since: dt.datetime) -> int:
    """Return how many bulletins have come into the Maildir `folder` since the instant `since`.

    Run where the mail arrives: the portal's own word for it would prove nothing.
    """
    letters = [*Path(folder, "new").glob("*"), *Path(folder, "cur").glob("*")]
    return sum(
        path.stat().st_mtime >= since.timestamp() and _subject(path).startswith(BULLETIN_SUBJECT)
        for path in letters
    )


def _subject(path: Path) -> str:
    with path.open("rb") as file:
        message = email.message_from_binary_file(file, policy=email.policy.default)
    return " ".join(str(message["Subject"] or "").split())
