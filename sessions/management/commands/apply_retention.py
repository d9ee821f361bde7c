from django.core.management.base import BaseCommand

from foundation.clock import database_now
from sessions.askers.public import apply_retention


class Command(BaseCommand):
    help = "Remove what has been kept long enough and destroy the keys of old names."

    def handle(self, **options):
        for name, number in apply_retention(at=database_now()).items():
            self.stdout.write(f"{name}: {number}")
