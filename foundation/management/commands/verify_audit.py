from django.core.management.base import BaseCommand, CommandError

from foundation.audit import ChainBroken, verify


class Command(BaseCommand):
    help = "Walk the record of acts; ends with 1 at the first entry that was tampered with."

    def handle(self, **options):
        try:
            number, digest = verify()
        except ChainBroken as error:
            raise CommandError(f"The record is broken at {error}.") from error
        self.stdout.write(f"unbroken: {number} entries, the last {digest}")
