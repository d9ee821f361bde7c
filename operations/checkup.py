"""How the machinery does, in plain words: what the health page shows and /metrics counts."""

import datetime as dt
import shutil
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from committees.permissions import BOARD
from foundation import files, scanner
from foundation.clock import written_hour, written_moment
from foundation.given import given
from foundation.looks import Look
from foundation.models import MailChannel
from jobs.alarm_words import MAY_TELL, OF_THE_BOARD, about, words_of
from jobs.domain.alarms import boards_concerned
from jobs.domain.sent import DROPPED, HELD
from jobs.models import Alarm, Delivery, Heartbeat, Rendering
from jobs.states import JobState
from operations.domain.watching import TOO_LONG, free_gigabytes
from operations.job_list import given_up
from reports.documents import archival
from reports.queries import next_deadlines, oldest_due_job

GOOD, CARE, BAD = Look.DONE, Look.WAITING, Look.LATE
SILENCE = dt.timedelta(minutes=3)
TIMER_SILENCE = dt.timedelta(minutes=15)
SLOW = dt.timedelta(minutes=10)
BACKUP_OLD = dt.timedelta(hours=48)
SCRUB_OLD = dt.timedelta(hours=48)
SHOWN = 20


@dataclass(frozen=True)
class Part:
    """One line of the page: what it is, how it does in a look and a word, some facts, and what
    a person can do about it."""

    label: str
    look: Look
    word: str
    facts: str = ""
    todo: str = ""


def health_of(user, *, at):
    """Return what `user`, of the administration or a Board, sees of the machinery at `at`."""
    beats = dict(Heartbeat.objects.values_list("name", "at"))
    alarms = shown_alarms(user)
    parts = [
        *_signs_of_life(beats, at=at),
        _queue(at=at),
        _last_render(at=at),
        _mail_part(at=at),
        _disk(),
        *_scanner(),
        _once_in_a_while(_("Backup"), beats.get("backup"), BACKUP_OLD, at=at),
        _once_in_a_while(_("Check of the files"), beats.get("scrub"), SCRUB_OLD, at=at),
    ]
    return {
        "at": at,
        "parts": parts,
        "is_broken": any(part.look == BAD for part in parts),
        "needs_care": any(part.look == CARE for part in parts),
        "alarms": [alarm for alarm in alarms if alarm["is_open"]],
        "past_alarms": [alarm for alarm in alarms if not alarm["is_open"]],
        "deadlines": next_deadlines(at=at),
        "given_up": sum(given_up(user).values()),
        "held": held_mails() if user.is_superuser else {"all": 0},
        "may_resume": user.is_superuser and not mail_flows(at=at),
    }


def _signs_of_life(beats, *, at):
    for name, label in (
        ("scheduler", _("Scheduler")),
        ("worker", _("Worker")),
        ("timer", _("Timer of the operating system")),
    ):
        seen = beats.get(name)
        longest = TIMER_SILENCE if name == "timer" else SILENCE
        if seen is None:
            look, word = (CARE, _("never seen")) if name == "timer" else (BAD, _("never seen"))
        elif at - seen > longest:
            look, word = BAD, _("silent")
        else:
            look, word = GOOD, _("works")
        yield Part(label, look, word, _("last sign of life %s") % moment(seen) if seen else "")


def jobs_by_state():
    """Return {"renderings" or "deliveries": {state: number}}, every state named."""
    found = {}
    for name, model in (("renderings", Rendering), ("deliveries", Delivery)):
        jobs = model.objects.exclude(error=DROPPED).order_by()  # somebody has decided about those
        counted = dict(jobs.values_list("state").annotate(n=Count("pk")))
        found[name] = {state: counted.get(state, 0) for state in JobState.values}
    return found


def _queue(*, at):
    jobs = jobs_by_state()
    total = {state: sum(counts[state] for counts in jobs.values()) for state in JobState.values}
    waited = dt.timedelta(seconds=oldest_due_job(at=at) or 0)
    if waited > SLOW:
        look, word = BAD, _("something is left lying")
    elif total["failed"]:
        look, word = CARE, _("something needs a person")
    else:
        look, word = GOOD, _("flows")
    facts = _("waiting %(queued)d, in progress %(running)d, failed %(failed)d") % total
    if waited:
        facts += " · " + _("the oldest due job has waited %s") % length(waited)
    return Part(_("Jobs"), look, word, facts)


def _last_render(*, at):
    last = (
        Rendering.objects.filter(state=JobState.DONE, pages__isnull=False, file__endswith=".pdf")
        .order_by("-done_at")
        .first()
    )
    if last is None:
        return Part(_("Last document"), CARE, _("none yet"))
    done_at, pages = given(last.done_at), given(last.pages)
    begun = last.events.filter(event="claimed").order_by("-pk").values_list("at", flat=True).first()
    facts = [moment(done_at)]
    if begun and done_at >= begun:
        facts.append(_("took %s") % length(done_at - begun))
    facts.append(ngettext("%d page", "%d pages", pages) % pages)
    fonts = _fonts(last.file, last.sha256)
    if fonts:
        facts.append(_("fonts: %s") % ", ".join(fonts))
    right = all("Liberation" in font for font in fonts)
    if not right:
        return Part(_("Last document"), BAD, _("wrong fonts"), " · ".join(facts))
    if last.is_plain:
        return Part(_("Last document"), CARE, _("in plain form"), " · ".join(facts))
    return Part(_("Last document"), GOOD, _("well made"), " · ".join(facts))


@lru_cache(maxsize=32)
def _fonts(place, digest):
    return archival.fonts_of(files.path_of(place))


def mail_flows(*, at):
    """Is no mail server pausing or stopped?"""
    return not MailChannel.objects.filter(
        Q(stopped_at__isnull=False) | Q(paused_until__gt=at), pk=settings.EMAIL_HOST
    ).exists()


def _mail_part(*, at):
    row = MailChannel.objects.filter(pk=settings.EMAIL_HOST).first() or MailChannel()
    waiting = Delivery.objects.filter(state=JobState.QUEUED).count()
    facts = [_("mails that wait: %d") % waiting]
    if row.last_success_at:
        facts.append(_("last one sent %s") % moment(row.last_success_at))
    if row.code:
        facts.append(_("the mail server says: %s") % f"{row.code} {row.text}")
    elif row.text:
        facts.append(_("the mail server does not answer (%s)") % row.text)
    since = row.stopped_at or row.failing_since
    if row.stopped_at:
        look, word = BAD, _("stopped: the mail server refuses us")
        todo = _("check the user name, the password and the sender, then let mail be sent again")
    elif row.failing_since:
        look, word = BAD if at - row.failing_since > TOO_LONG else CARE, _("interrupted")
        todo = _("see whether the mail server runs and can be reached; mail then goes by itself")
        facts.insert(0, _("next try %s") % moment(max(at, row.paused_until or at)))
    else:
        look, word, todo = GOOD, _("works"), ""
    if since:
        facts.insert(0, _("nothing has gone through since %s") % moment(since))
        facts.append(_("reports lie in the inbox all the same"))
    return Part(_("Mail"), look, word, " · ".join(facts), todo)


def held_mails():
    """Return how many mails are held back after a restore, with and without a report."""
    held = Delivery.objects.filter(state=JobState.FAILED, error=HELD)
    found = held.aggregate(all=Count("pk"), reports=Count("waits_for__report"))
    return {**found, "others": found["all"] - found["reports"]}


def _disk():
    disk = shutil.disk_usage(settings.DATA_DIR)
    percent = 100 * disk.free // disk.total
    facts = _("%(gb)s GB free, %(percent)d %%") % {
        "gb": free_gigabytes(disk),
        "percent": percent,
    }
    if disk.free // 2**20 < settings.LEAST_DISK_MB:
        return Part(_("Disk"), BAD, _("full"), facts)
    if percent < settings.LEAST_DISK_PERCENT:
        return Part(_("Disk"), CARE, _("nearly full"), facts)
    return Part(_("Disk"), GOOD, _("enough room"), facts)


def _scanner():
    state = scanner.state()
    if state == "ok":
        yield Part(_("Virus scanner"), GOOD, _("works"), _("every file sent in is looked at"))
    elif state:
        facts = _("files that are sent in are refused until it answers")
        yield Part(_("Virus scanner"), BAD, _("silent"), facts)


def _once_in_a_while(label, last, longest, *, at):
    if last is None:
        return Part(label, CARE, _("not yet"))
    if at - last > longest:
        return Part(label, BAD, _("too long ago"), moment(last))
    return Part(label, GOOD, _("done"), moment(last))


def shown_alarms(user):
    """Return the newest alarms, the open ones first, as far as `user` may hear of them."""
    boards = set(user.committees_as(*BOARD))
    found = []
    opened = list(Alarm.objects.filter(cleared_at=None).order_by("-raised_at", "pk")[:SHOWN])
    past = list(
        Alarm.objects.filter(cleared_at__isnull=False).order_by("-cleared_at", "pk")[:SHOWN]
    )
    for alarm in [*opened, *past]:
        mine = alarm.code not in OF_THE_BOARD or boards.intersection(boards_concerned(alarm))
        if user.is_superuser or mine:
            tells = user.is_superuser or alarm.code in OF_THE_BOARD & MAY_TELL
            found.append(
                {
                    "words": words_of(alarm),
                    "about": about(alarm) if tells else "",
                    "raised_at": alarm.raised_at,
                    "cleared_at": alarm.cleared_at,
                    "is_open": alarm.cleared_at is None,
                }
            )
    return found


def moment(at):
    """Return "10:05 ngày 01/06/2026" or only the hour when it is today."""
    local = timezone.localtime(at)
    return written_hour(local) if local.date() == timezone.localdate() else written_moment(local)


def length(span):
    """Return a time span as a person says it."""
    seconds = span.total_seconds()
    if seconds < 120:
        return _("%d s") % round(seconds)
    if seconds < 7200:
        return _("%d minutes") % round(seconds / 60)
    return _("%d hours") % round(seconds / 3600)
