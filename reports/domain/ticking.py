"""What must happen by itself: called each minute by the scheduler and by `deliver_due`."""

from committees.domain.committees import apply_due_names
from committees.domain.sending import send_everything_due
from committees.domain.signing_out import forget_what_is_over
from dialogue_portal.audit import note_head
from dialogue_portal.clock import day_of
from reports.domain import claiming, delivering
from reports.domain.delivering import deliver
from reports.domain.periods import open_periods
from reports.domain.reminding import remind
from reports.domain.rendering import render
from reports.models import Heartbeat, Rendering
from sessions.domain.conferences import close_due_conferences
from sessions.domain.mixing import mix_if_due
from sessions.domain.retention import retain_daily
from sessions.domain.vouchers import open_due_rounds

AT_ONCE = 200


def beat(name, *, at):
    """Note a sign of life."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def prepare(*, at):
    """Open periods, close conferences, use new names, remind: everything due by the calendar."""
    open_periods(at=at)
    mix_if_due(at=at)
    open_due_rounds(at=at)
    close_due_conferences(at=at)
    apply_due_names(at=at)
    forget_what_is_over(at=at)
    remind(at=at)
    retain_daily(at=at)
    note_head(day=day_of(at))


def due_jobs(*, at):
    """Return (ids of renderings, ids of deliveries) that are due at `at`, the oldest first."""
    renderings = Rendering.objects.filter(claiming.is_due(at)).order_by("next_at", "pk")
    deliveries = delivering.ready(at=at).order_by("next_at", "pk")
    return (
        list(renderings.values_list("pk", flat=True)[:AT_ONCE]),
        list(deliveries.values_list("pk", flat=True)[:AT_ONCE]),
    )


def do_everything_due(*, at):
    """Do all that is due here and now, without a broker. Returns (files made, mails sent)."""
    prepare(at=at)
    made, sent = 0, send_everything_due(at=at)
    renderings, _ = due_jobs(at=at)
    for pk in renderings:
        made += render(pk) is not None
    _, deliveries = due_jobs(at=at)
    for pk in deliveries:
        sent += deliver(pk) is not None
    return made, sent
