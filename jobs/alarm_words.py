"""What each alarm means and what to do about it, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from jobs.models import Alarm


WORDS = {
    "step": _("A regular task of the portal failed. Look into the journal of the worker."),
    "overdue": _("Something has been due for more than ten minutes and nobody does it."),
    "worker": _("The worker gives no sign of life. Restart it."),
    "scheduler": _("The scheduler gives no sign of life. Restart it."),
    "timer": _("The timer of the operating system no longer runs. Switch it on again."),
    "disk": _("A file could not be written. See whether the disk is full."),
    "disk_space": _("The disk is nearly full. Make room before documents can no longer be kept."),
    "fonts": _("A font is missing; documents wait until it is installed again."),
    "self_test": _("The trial document did not come out as it should. Documents cannot be trusted."),
    "mail": _("The mail server refuses us. Check the user name, the password and the sender."),
    "mail_down": _("No mail has gone out for more than ten minutes. Reports lie in the inbox all the same."),
    "bounced": _("A mail address takes nothing. Telephone the office and correct the address."),
    "unread_return": _("A mail came back and the portal cannot read why. Look into the mailbox for returned mails, and telephone the office."),
    "bounce_mailbox": _("The mailbox for returned mails cannot be read. Check its address and password."),
    "render": _("A document could not be made. Have it tried again, or call for help."),
    "plain": _("A document could be made in its plain form only."),
    "snapshot": _("An issued report was changed behind the portal's back."),
    "inbox_damaged": _("The inbox is not what was written. Somebody has changed the database."),
    "lost_file": _("A file that cannot be made again is damaged or missing. Fetch it from a backup."),
    "audit": _("The record of acts was tampered with. Keep the database as it is and call for help."),
    "clock": _("The clock of the database has jumped back. Check how it is set."),
    "backup": _("There is no backup of the last two days."),
    "rehearsal": _("A rehearsal of a deadline day did not pass. See which checks failed before the real day comes."),
    "restored": _("After a restore some mails are held back. Decide whether they are sent."),
}  # fmt: skip
OTHER = _("Something needs a person.")
# Whose detail was written by us or by a mail server, and quotes nothing that people wrote.
MAY_TELL = {"overdue", "disk_space", "mail", "mail_down", "bounced", "bounce_mailbox", "inbox_damaged", "lost_file", "clock", "backup", "restored", "rehearsal"}  # fmt: skip
# What the Board hears of: its reports, their way to it and its inbox.
OF_THE_BOARD = {"render", "plain", "snapshot", "bounced", "unread_return", "inbox_damaged"}


def words_of(alarm: Alarm) -> StrPromise:
    """Return what the alarm means, in the language of the reader."""
    return WORDS.get(alarm.code, OTHER)


def about(alarm: Alarm) -> str:
    """Return what it concerns, as far as it may be told: file, address, number."""
    if alarm.code == "restored" and alarm.detail.isdigit():
        return ngettext("%d mail", "%d mails", int(alarm.detail)) % int(alarm.detail)
    parts = [alarm.subject if alarm.code != "overdue" else ""]
    parts.append(alarm.detail if alarm.code in MAY_TELL else "")
    return " · ".join(part for part in parts if part)
