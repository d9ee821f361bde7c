from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from operations.rehearsal import FEWEST
from operations.rehearsal.stage import RehearsalFailed, rehearse
from operations.rehearsal.words import told

MOST = 63  # committees that the demo has names for


class Command(BaseCommand):
    help = (
        "Play the weeks before a deadline and the day itself on made-up committees, in a place of"
        " its own and with a clock of its own; ends with 1 unless every check passes. Nothing of"
        " the portal is read or changed."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--committees", type=int, default=61)
        parser.add_argument(
            "--questions", type=int, metavar="N", help="asked at each conference (4 to 9)"
        )
        parser.add_argument(
            "--keep", type=Path, metavar="FOLDER", help="leave database, files and facts there"
        )
        parser.add_argument("--seconds", type=int, default=3600, help="break it off after so long")

    def handle(self, *, committees, questions, keep, seconds, verbosity, **options):
        if not FEWEST <= committees <= MOST:
            raise CommandError(f"--committees takes a number from {FEWEST} to {MOST}.")
        if questions is not None and not 1 <= questions <= 50:
            raise CommandError("--questions takes a number from 1 to 50.")
        if keep and keep.exists() and any(keep.iterdir()):
            raise CommandError(f"{keep} is not empty.")
        self.last_step = ""
        try:
            findings = rehearse(
                committees=committees,
                questions=questions,
                keep=keep,
                seconds=seconds,
                tell=self.tell if verbosity > 1 else lambda step, percent: None,
            )
        except RehearsalFailed as error:
            raise CommandError(f"The rehearsal was broken off: {error}") from error
        failed = [one for one in findings if not one["ok"]]
        with translation.override("en"):
            for one in told(findings):
                self.say(one)
        self.stdout.write(f"{len(findings)} checks, {len(failed)} failed")
        if failed:
            raise CommandError("failed: " + ", ".join(one["code"] for one in failed))

    def say(self, one):
        self.stdout.write(
            f"{'pass' if one['ok'] else 'FAIL'}  {one['code']:<14} {one['label']}"
            f"  [{one['found']}/{one['expected']} {one['unit']}]"
        )
        for line in one["wrong"]:
            self.stdout.write(f"        {line}")

    def tell(self, step, percent):
        if step != self.last_step:
            self.last_step = step
            self.stdout.write(f"{percent:3} %  {step}")
