from django.core.management.base import BaseCommand, CommandError

from foundation.clock import database_now
from reports.domain.inbox import check_inbox
from reports.models import InboxItem


class Command(BaseCommand):
    help = "Walk every Board's inbox and all snapshots; ends with 1 where something was changed."

    def handle(self, **options):
        found = check_inbox(at=database_now())
        for damage in found:
            self.stdout.write(str(damage))
        if found:
            raise CommandError(f"{len(found)} damages")
        self.stdout.write(f"unbroken: {InboxItem.objects.count()} arrivals")
