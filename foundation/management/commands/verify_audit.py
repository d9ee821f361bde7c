from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from foundation.audit import ChainBroken, verify


class Command(BaseCommand):
    help = "Walk the record of acts; ends with 1 at the first entry that was tampered with."

    def handle(self, **options: Any) -> None:
        try:
            number, digest = verify()
        except ChainBroken as error:
            raise CommandError(f"The record is broken at {error}.") from error
        self.stdout.write(f"unbroken: {number} entries, the last {digest}")
