"""Second factors for tests: people who have one, sessions that have shown one."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(person):
    """Let the person have an authenticator app, whose codes `code` tells."""
    return TOTP.activate(person, SECRET).instance


def give_codes(person):
    """Let the person have recovery codes; return those not used yet."""
    return RecoveryCodes.activate(person).get_unused_codes()


def code(steps=0):
    """Return what the app shows now, or some half minutes from now."""
    return format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps))


def show_factor(client, person, *, ago=0):
    """Let the client's session have passed a second factor `ago` seconds ago."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "type": "totp", "at": time.time() - ago}
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    session.save()
