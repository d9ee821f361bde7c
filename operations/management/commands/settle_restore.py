from django.core.management.base import BaseCommand, CommandError

from foundation.clock import database_now
from foundation.restoring import begin_restoring
from operations.domain.restoring import Damaged, settle_restore


class Command(BaseCommand):
    help = (
        "After the database was put back by other means than `restore` (or that was broken off):"
        " hold the mail that waited, check the chains, let the portal run again."
    )

    def add_arguments(self, parser):
        parser.add_argument("--name", default="by hand", help="what was put back, for the record")
        parser.add_argument(
            "--begin", action="store_true", help="only forbid all mail until the restore is over"
        )

    def handle(self, *, name, begin, **options):
        if begin:
            begin_restoring(name)
            self.stdout.write("Nothing is sent until `settle_restore` has ended well.")
            return
        try:
            found = settle_restore(name, at=database_now())
        except Damaged as damaged:
            raise CommandError(f"Put back, but {damaged}. Nothing is sent.") from damaged
        for what, number in found.items():
            self.stdout.write(f"{what.replace('_', ' ')}: {number}")
