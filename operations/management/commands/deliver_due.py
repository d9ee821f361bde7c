from django.core.management.base import BaseCommand

from foundation import tracing
from foundation.clock import database_now
from operations.domain.ticking import beat, do_everything_due


class Command(BaseCommand):
    help = "Do everything that is due, without a broker. Safe to run at any time, and twice."

    @tracing.a_run()
    def handle(self, **options):
        at = database_now()
        beat("timer", at=at)
        made, sent = do_everything_due(at=at)
        self.stdout.write(f"{made} files, {sent} mails")
