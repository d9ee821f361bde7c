from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from foundation import audit
from foundation.audit import Act
from operations.backups import BackupFailed
from operations.key_backups import back_up_keys


class Command(BaseCommand):
    help = "Make one dated backup of the keys in FOLDER, which must hold no backups of the data."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="remove the oldest backups beyond N"
        )

    def handle(self, *, folder, keep, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep takes a number from 1 on.")
        try:
            made = back_up_keys(folder, keep=keep)
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        audit.record(Act.BACKED_UP, subject=made.path.name, keys=made.path.name)
        self.stdout.write(f"{made.path}: {len(made.manifest['files'])} keys")
