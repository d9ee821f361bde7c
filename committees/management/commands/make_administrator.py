"""The account that runs a new installation: made at the console, its password set by a link."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.urls import reverse

from committees.domain.founding import AlreadyThere, HoldsARole, make_administrator
from foundation.clock import database_now
from foundation.text import clean


class Command(BaseCommand):
    help = "Make an administrator and print the link that sets the password. Again: a new link."

    def add_arguments(self, parser):
        parser.add_argument("email", help="the person's own e-mail address")
        parser.add_argument("full_name", help="in quotation marks: 'Nguyễn Văn An'")

    def handle(self, *, email, full_name, **options):
        try:
            validate_email(email)
        except ValidationError:
            raise CommandError(f"{email!r} is no e-mail address.") from None
        if len(clean(full_name).split()) < 2:
            raise CommandError("Give the person's full name, in quotation marks.")
        try:
            user, token = make_administrator(email=email, full_name=full_name, at=database_now())
        except HoldsARole as error:
            raise CommandError(
                f"{error} works for a committee; whoever runs the portal holds no other role."
            ) from None
        except AlreadyThere as error:
            self.stdout.write(f"{error} is an administrator already: {settings.BASE_URL}/")
            return
        link = settings.BASE_URL + reverse("account_invitation", args=[token])
        self.stdout.write(f"User name: {user.username}")
        self.stdout.write(f"Open within seven days, once: {link}")
        self.stdout.write(
            "The password and a second factor are set there; then the portal says what it lacks."
        )
