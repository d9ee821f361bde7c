from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from foundation.clock import database_now
from operations.backups import BackupFailed
from operations.key_backups import restore_keys
from sessions.askers.public import apply_retention


class Command(BaseCommand):
    help = "Put back the keys that are missing, but none that was destroyed or whose term is over."

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *, path, **options):
        try:
            put, there, gone = restore_keys(path)
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        removed = apply_retention(at=database_now())
        self.stdout.write(f"{put} keys put back, {there} were there, {gone} stay destroyed")
        self.stdout.write(f"removed, because their term is over: {removed['sealed_names']}")
