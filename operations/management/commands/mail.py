from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation import mail_channel
from foundation.clock import database_now, written_moment
from jobs.models import Delivery, Heartbeat
from jobs.states import JobState
from operations.domain.watching import resume_mail


class Command(BaseCommand):
    help = (
        "state: how matters stand with the mail server, ends with 1 while it refuses us;"
        " resume: let mail be tried again at once, after it was mended."
    )

    def add_arguments(self, parser):
        parser.add_argument("act", choices=("state", "resume"))

    def handle(self, *, act, **options):
        at = database_now()
        if act == "resume":
            resume_mail(by=None, at=at)
            self.stdout.write("Mail is tried again with the next minute.")
            return
        channel = mail_channel.channel()
        for line in self._lines(channel, at=at):
            self.stdout.write(line)
        if channel.stopped_at:
            raise CommandError("Mail is stopped: see to the mail server, then `mail resume`.")

    def _lines(self, channel, *, at):
        yield f"mail server: {channel.host}, {_state_of(channel, at=at)}"
        if channel.code or channel.text:
            yield f"it said: {channel.code or ''} {channel.text}".replace("  ", " ")
        yield f"last mail taken: {_moment(channel.last_success_at)}"
        counts = {
            state.value: Delivery.objects.filter(state=state).count()
            for state in (JobState.QUEUED, JobState.FAILED, JobState.BOUNCED)
        }
        yield "mails: " + ", ".join(f"{number} {state}" for state, number in counts.items())
        if settings.BOUNCE_MAILBOX_URL:
            read = Heartbeat.objects.filter(name="bounces").values_list("at", flat=True).first()
            yield f"mailbox for returned mails last read: {_moment(read)}"


def _state_of(channel, *, at):
    if channel.stopped_at:
        return f"stopped since {_moment(channel.stopped_at)}"
    if channel.paused_until and channel.paused_until > at:
        return f"pauses until {_moment(channel.paused_until)}"
    return f"failing since {_moment(channel.failing_since)}" if channel.failing_since else "open"


def _moment(at):
    return written_moment(at) if at else "never"
