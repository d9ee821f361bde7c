"""What becomes of an account: another address, a recovery, the letters about both."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.clock import written_day

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
        return f"{self.user} · {written_day(self.started_at)}"

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


class Invitation(models.Model):
    """An account waiting for its first password, and the link by mail that sets it.

    The link itself is made while the mail is sent and kept only as a hash. As long as
    `next_try_at` is there, the mail has still to be sent.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitation")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    token_hash = models.CharField(max_length=64, blank=True, db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sent_invitation_has_link_and_end",
                condition=Q(sent_at__isnull=True)
                | (Q(expires_at__isnull=False) & ~Q(token_hash="")),
            )
        ]

    def __str__(self):
        return f"{self.user} · {written_day(self.asked_at)}"

    @property
    def has_run_out(self):
        return self.expires_at is not None and self.expires_at <= timezone.now()


class ResetOrder(models.Model):
    """Somebody has asked for a new password; without a person if there is no such account.

    One is kept for either, so that both cost the same; it is gone once the mail is sent.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="reset_orders"
    )
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self):
        return f"{self.user or '–'}"
