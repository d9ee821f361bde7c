from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from operations.backups import BackupFailed
from operations.domain.backing_up import back_up


class Command(BaseCommand):
    help = (
        "Make one dated backup of database, files and logs in FOLDER, proved by reading it back."
        " The keys are not in it: --keys makes a backup of them in a folder apart."
    )

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="FOLDER")
        parser.add_argument("--keys", type=Path, metavar="FOLDER", help="back up the keys there")
        parser.add_argument(
            "--keep", type=int, metavar="N", help="remove the oldest backups beyond N"
        )

    def handle(self, *, folder, keys, keep, **options):
        if keep is not None and keep < 1:
            raise CommandError("--keep takes a number from 1 on.")
        try:
            made, of_keys = back_up(folder, keys_folder=keys, keep=keep)
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        for place in made.damaged:
            self.stderr.write(f"Not what its name says, on this disk already: {place}")
        rows = made.manifest["rows"]
        self.stdout.write(
            f"{made.path}: {len(rows)} tables, {sum(rows.values())} rows,"
            f" {len(made.manifest['files'])} files; manifest {made.digest}"
        )
        if of_keys:
            self.stdout.write(f"{of_keys.path}: {len(of_keys.manifest['files'])} keys")
        for one in (made, of_keys):
            if one and one.removed:
                self.stdout.write(f"removed: {', '.join(one.removed)}")
