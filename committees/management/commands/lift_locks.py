"""For a day on which an address or many accounts are shut: everybody may try again."""

from django.core.management.base import BaseCommand

from committees.accounts import tries


class Command(BaseCommand):
    help = "Forget all wrong tries to sign in, of every account and every address."

    def handle(self, **options):
        tries.lift_all()
        self.stdout.write("Everybody may try again.")
