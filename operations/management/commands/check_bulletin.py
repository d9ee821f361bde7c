import datetime as dt
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from operations.domain.watching import bulletins_in


class Command(BaseCommand):
    help = (
        "Did the daily bulletin arrive? Run where the mail of the administrators lies;"
        " ends with 1 when none has come."
    )

    def add_arguments(self, parser):
        parser.add_argument("--maildir", required=True, type=Path, metavar="FOLDER")
        parser.add_argument("--hours", type=int, default=26)

    def handle(self, *, maildir, hours, **options):
        found = bulletins_in(maildir, since=timezone.now() - dt.timedelta(hours=hours))
        if not found:
            raise CommandError(f"No bulletin in {maildir} for {hours} hours: the portal is silent.")
        self.stdout.write(f"{found} in {hours} hours")
