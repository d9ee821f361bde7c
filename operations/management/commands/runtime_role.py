"""The rights of the role under which the portal runs: given by the tables' owner, proved by itself."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from operations import runtime_role


class Command(BaseCommand):
    help = (
        "As the owner of the tables: give ROLE what the portal needs of them. Without ROLE: say what "
        "the role in DATABASE_URL may do too much or too little, and end with 1 if there is anything."
    )

    def add_arguments(self, parser):
        parser.add_argument("role", nargs="?")

    def handle(self, *, role, **options):
        if connection.vendor != "postgresql":
            raise CommandError("only PostgreSQL has roles")
        if role:
            with transaction.atomic():
                runtime_role.grant(role)
            self.stdout.write(f"{role} may do what the portal does, and no more")
            return
        if wrong := runtime_role.wrong_with_this_role():
            raise CommandError("\n".join(wrong))
        self.stdout.write("the role may do what the portal does, and no more")
