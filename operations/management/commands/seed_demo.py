from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from committees.models import User
from operations.demo import story, words


class Command(BaseCommand):
    help = "Fill an empty database with made-up committees, people, questions and reports."

    def add_arguments(self, parser):
        parser.add_argument("--stage", choices=story.STAGES, default="reported")
        parser.add_argument("--committees", type=int, default=61)
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing if there is anybody already"
        )

    def handle(self, *, stage, committees, if_empty, **options):
        if not settings.DEMO:
            raise CommandError(
                "Made-up people with a printed password, one of them an administrator, are for "
                "DEMO=1 alone."
            )
        if not 1 <= committees <= 63:
            raise CommandError("--committees takes a number from 1 to 63")
        if User.objects.exists():
            if if_empty:
                return
            raise CommandError("The database is not empty; the demo goes into an empty one.")
        period = story.tell(stage=stage, number=committees)
        self.stdout.write(f"{committees} committees, period {period.code}, stage {stage}")
        self.stdout.write(f"Password of every account: {words.PASSWORD}")
        for username, full_name, who, *_ in words.ACCOUNTS:
            self.stdout.write(f"  {username:<11} {who} ({full_name})")
