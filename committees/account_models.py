"""What becomes of an account: another address, a recovery, the letters about both."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

RECOVERY_WAITS = dt.timedelta(days=3)


class AddressChange(models.Model):
    """An address that its owner has asked for and the new mailbox has not confirmed yet.

    The links bear `key`: another order makes those of the one before worthless.
    """

    LASTS = dt.timedelta(days=2)

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="address_change"
    )
    new_email = models.EmailField(_("new e-mail"))
    key = models.CharField(max_length=32)
    asked_at = models.DateTimeField()

    def __str__(self):
        return f"{self.user}"


class Recovery(models.Model):
    """The way back for whoever has lost mailbox, password or factor: three days, told at once.

    When it takes effect is no column: nobody can bring it forward.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="recoveries")
    old_email = models.EmailField(blank=True)
    new_email = models.EmailField(_("new e-mail"))
    reason = models.TextField(_("reason"))
    key = models.CharField(max_length=32)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    # Nobody where the link in the letter to the old address was followed.
    stopped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(stopped_at=None, done_at=None),
                name="recovery_one_at_a_time",
            ),
            models.CheckConstraint(
                name="recovery_ends_one_way", condition=Q(stopped_at=None) | Q(done_at=None)
            ),
            models.CheckConstraint(
                name="recovery_by_somebody_else", condition=~Q(user=F("started_by"))
            ),
            models.CheckConstraint(
                name="recovery_never_early",
                condition=Q(done_at=None) | Q(done_at__gte=F("started_at") + RECOVERY_WAITS),
            ),
        ]

    def __str__(self):
        return f"{self.user} · {self.started_at:%d/%m/%Y}"

    @property
    def takes_effect_at(self):
        return self.started_at + RECOVERY_WAITS

    @property
    def is_open(self):
        return self.stopped_at is None and self.done_at is None


class AccountLetter(models.Model):
    """A letter about an account that has still to be sent; gone once it is.

    Links are made while it is sent, so none lies here.
    """

    class Kind(models.TextChoices):
        ADDRESS_CONFIRM = "address_confirm"
        ADDRESS_ASKED = "address_asked"
        RECOVERY_STARTED = "recovery_started"
        RECOVERY_TOLD = "recovery_told"
        RECOVERY_STOPPED = "recovery_stopped"
        RECOVERY_DONE = "recovery_done"
        ENROLMENT = "enrolment"

    kind = models.CharField(max_length=20, choices=Kind)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    to = models.EmailField()
    to_name = models.CharField(max_length=150, blank=True)
    recovery = models.ForeignKey(Recovery, models.CASCADE, null=True, related_name="+")
    key = models.CharField(max_length=32, blank=True)
    next_try_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return f"{self.kind}"
