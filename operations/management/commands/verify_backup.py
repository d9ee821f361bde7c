from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from operations.backups import BackupFailed, verify


class Command(BaseCommand):
    help = (
        "Read a backup of data or keys from end to end; ends with 1 at the first thing that is"
        " not as its manifest says. Changes nothing and needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, metavar="PATH")

    def handle(self, *, path, **options):
        try:
            backup = verify(path)
        except BackupFailed as failed:
            raise CommandError(str(failed)) from failed
        said = backup.manifest
        self.stdout.write(
            f"whole: {said['kind']} of {said['made_at']}, {len(said['files'])} files,"
            f" {sum(said.get('rows', {}).values())} rows; manifest {backup.digest}"
        )
