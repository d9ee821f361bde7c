"""Ending the sessions of people whose role or password has changed."""

from django.db.models import F

from committees.models import User


def end_sessions(*people):
    """Sign these people, or their ids, out everywhere: no session they have opens another page."""
    User.objects.filter(pk__in=[getattr(one, "pk", one) for one in people]).update(
        session_round=F("session_round") + 1
    )
