"""For a person whose telephone, key and recovery codes are all lost."""

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from committees.accounts.second_factor import first_factor_url
from committees.domain.signing_out import end_sessions
from committees.queries import account_named
from foundation import audit
from foundation.audit import Act


class Command(BaseCommand):
    help = (
        "Remove the second factors of a person, end all sessions, and print the link with which "
        "the person, signed in, sets up a new one."
    )

    def add_arguments(self, parser):
        parser.add_argument("login", help="user name or e-mail address")

    @transaction.atomic
    def handle(self, *, login, **options):
        person = account_named(login)
        if person is None:
            raise CommandError(f"Nobody signs in as {login}.")
        count, _kinds = Authenticator.objects.filter(user=person).delete()
        end_sessions(person)
        audit.record(Act.ACCOUNT_CHANGED, subject=person, factors_removed=count)
        self.stdout.write(f"{person.username}: {count} removed, signed out everywhere.")
        person.refresh_from_db()
        self.stdout.write(first_factor_url(person))
