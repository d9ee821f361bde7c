"""What a person may look up about the own account: who signed in with it, on which day."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from dialogue_portal.devices import Device


class SignInKind(models.TextChoices):
    SIGNED_IN = "signed_in", _("Signed in")
    FAILED = "failed", _("Wrong password or code")
    FACTOR_ADDED = "factor_added", _("Second factor set up")
    FACTOR_REMOVED = "factor_removed", _("Second factor removed")
    CODES_MADE = "codes_made", _("New recovery codes made")
    PASSWORD_CHANGED = "password_changed", _("Password changed")
    ENDED = "ended", _("Sign-in ended from another device")


class SignInDay(models.Model):
    """How often something happened to an account on one day.

    A day's rows are written together in the night after it, in random order: no row tells when
    somebody was here, nor does the transaction that wrote it.
    """

    KEPT_DAYS = 180

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField()
    kind = models.CharField(max_length=20, choices=SignInKind.choices)
    device = models.CharField(max_length=20, choices=Device.choices)
    number = models.PositiveIntegerField()

    class Meta:
        ordering = ("-day", "kind", "device")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "day", "kind", "device"], name="sign_in_day_once"
            )
        ]

    def __str__(self):
        return f"{self.day} {self.kind}"
