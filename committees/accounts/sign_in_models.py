"""What a person may look up about the own account: who signed in with it, on which day."""

import datetime as dt
import hashlib
import hmac

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.devices import Device


class SignInKind(models.TextChoices):
    SIGNED_IN = "signed_in", _("Signed in")
    FAILED = "failed", _("Wrong password or code")
    FACTOR_ADDED = "factor_added", _("Second factor set up")
    FACTOR_REMOVED = "factor_removed", _("Second factor removed")
    CODES_MADE = "codes_made", _("New recovery codes made")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    ENDED = "ended", _("Sign-in ended from another device")


class SignInDayQuerySet(models.QuerySet):
    def of(self, person, *, on):
        """Those of the person's account, of the days that are kept up to `on`."""
        days = [on - dt.timedelta(days=n) for n in range(SignInDay.KEPT_DAYS + 2)]
        return self.filter(account__in=[one for day in days for one in accounts_of(person.pk, day)])


def accounts_of(person, day):
    """Return what stands for the person on that day, under each IDENTITY_KEY, the newest first."""
    said = f"sign-in:{person}:{day}".encode()
    return [
        hmac.new(key.encode(), said, hashlib.sha256).hexdigest() for key in settings.IDENTITY_KEYS
    ]


class SignInDay(models.Model):
    """How often something happened to an account on one day.

    Whose account it is and that two days are one account's cannot be read here: a question tells
    its week, and beside a list of who was here on its days there would be few who can have asked.
    A day's rows are written together in the night after it, in random order: no row tells when
    somebody was here, nor does the transaction that wrote it.
    """

    KEPT_DAYS = 180

    account = models.CharField(max_length=64)
    day = models.DateField()
    kind = models.CharField(max_length=20, choices=SignInKind.choices)
    device = models.CharField(max_length=20, choices=Device.choices)
    number = models.PositiveIntegerField()

    objects = SignInDayQuerySet.as_manager()

    class Meta:
        ordering = ("-day", "kind", "device")
        constraints = [
            models.UniqueConstraint(
                fields=["account", "day", "kind", "device"], name="sign_in_day_once"
            )
        ]

    def __str__(self):
        return f"{self.day} {self.kind}"
