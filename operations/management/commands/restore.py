from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from foundation import dumps
from foundation.clock import database_now
from operations.backups import BackupFailed, verify
from operations.domain.backing_up import restore
from operations.domain.restoring import Damaged, settle_restore

UNSENT = "Nothing is sent until this has been mended and `settle_restore` has ended well."


class Command(BaseCommand):
    help = (
        "Put a backup back into an empty database, compare every table and file with its"
        " manifest, and hold the mail that waited. Stop the portal's services first."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="PATH")
        parser.add_argument("--replace", action="store_true", help="even if it is not empty")
        parser.add_argument("--yes", action="store_true", help="with --replace: do replace it")

    def handle(self, *, path, replace, yes, **options):
        try:
            backup = verify(path)
            if replace and not yes:
                self._say_what_goes(backup)
                raise CommandError("Nothing was changed: add --yes to replace it.")
            put = restore(backup, replace=replace)
            self._compare(backup)
        except (BackupFailed, dumps.DumpFailed) as failed:
            raise CommandError(str(failed)) from failed
        call_command("migrate", verbosity=0, interactive=False)
        try:
            found = settle_restore(backup.path.name, at=database_now())
        except Damaged as damaged:
            raise CommandError(f"Put back, but {damaged}. {UNSENT}") from damaged
        kept = sum(name.startswith("files/") for name in backup.manifest["files"])
        self.stdout.write(f"files: {kept} as in the backup, {put} of them put back")
        for what, number in found.items():
            self.stdout.write(f"{what.replace('_', ' ')}: {number}")
        if found["mails_held"]:
            self.stdout.write("An administrator decides on the health page about the held mails.")

    def _say_what_goes(self, backup):
        rows = dumps.rows_now()
        self.stdout.write(
            f"This replaces {len(rows)} tables with {sum(rows.values())} rows by"
            f" {len(backup.manifest['rows'])} tables with {sum(backup.manifest['rows'].values())}"
            f" rows of {backup.manifest['made_at']}:"
        )
        for table in sorted({*rows, *backup.manifest["rows"]}):
            kept = backup.manifest["rows"].get(table, 0)
            if rows.get(table, 0) != kept:
                self.stdout.write(f"  {table}: {rows.get(table, 0)} → {kept}")

    def _compare(self, backup):
        """Print every table beside what the backup counted; stop at the first difference."""
        there = dumps.rows_now()
        for table in sorted({*there, *backup.manifest["rows"]}):
            kept, found = backup.manifest["rows"].get(table), there.get(table)
            self.stdout.write(f"{table:45} {kept!s:>9} {found!s:>9}")
            if kept != found:
                raise CommandError(f"{table} has {found} rows, the backup says {kept}. {UNSENT}")
