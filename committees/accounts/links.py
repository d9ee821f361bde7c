"""Links in letters about accounts: signed, each for one purpose, none made of another."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

CONFIRM_ADDRESS = "account_email_confirm"
STOP_ADDRESS = "account_email_stop"
STOP_RECOVERY = "account_recovery_stop"


def token_for(purpose, key):
    return signing.dumps(key, salt=f"committees.account_links.{purpose}")


def key_in(purpose, token):
    """Return the key that the link `token` bears, "" if it is no link for `purpose`."""
    try:
        return signing.loads(token, salt=f"committees.account_links.{purpose}")
    except signing.BadSignature:
        return ""


def link(purpose, key):
    """Return the whole address; a purpose is the name of the page that answers it."""
    return settings.BASE_URL + reverse(purpose, args=[token_for(purpose, key)])
