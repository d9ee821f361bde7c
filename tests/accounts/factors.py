"""Second factors for tests: people who have one, sessions that have shown one."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value

from tests.accounts.ways import keep

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

# What a browser once said of a new passkey; nobody has the key to it.
CREDENTIAL = {
    "id": "OAOqyyMMICMlx9K3sgWOL4cNQuRgcE4aiKoA559ZXew",
    "rawId": "OAOqyyMMICMlx9K3sgWOL4cNQuRgcE4aiKoA559ZXew",
    "type": "public-key",
    "response": {
        "clientDataJSON": (
            "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiZ0x5UktjUVNxTUtJUUU2amZXNnFR"
            "YllaR2pZWU9hUGkzbkhFa0FfWTNsayIsIm9yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NjA5OTEiLCJj"
            "cm9zc09yaWdpbiI6ZmFsc2UsIm90aGVyX2tleXNfY2FuX2JlX2FkZGVkX2hlcmUiOiJkbyBub3QgY29t"
            "cGFyZSBjbGllbnREYXRhSlNPTiBhZ2FpbnN0IGEgdGVtcGxhdGUuIFNlZSBodHRwczovL2dvby5nbC95"
            "YWJQZXgifQ"
        ),
        "attestationObject": (
            "o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMd"
            "l2NFAAAAAQECAwQFBgcIAQIDBAUGBwgAIDgDqssjDCAjJcfSt7IFji-HDULkYHBOGoiqAOefWV3spQEC"
            "AyYgASFYIAa5l9fz7UWmznMfa3wQP57XCICDrvzJFIgaSCdU_qX7IlggCtJfYL-dH5ri20LIeJyNjdLp"
            "Zk6Rj688Nav8NzTJN5c"
        ),
    },
    "clientExtensionResults": {"credProps": {"rk": True}},
}


def give_app(person):
    """Let the person have an authenticator app, whose codes `code` tells."""
    return TOTP.activate(person, SECRET).instance


def give_codes(person):
    """Let the person have recovery codes; return those not used yet."""
    return RecoveryCodes.activate(person).get_unused_codes()


def code(steps=0):
    """Return what the app shows now, or some half minutes from now."""
    return code_of(SECRET, steps)


def code_of(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def show_factor(client, person, *, ago=0):
    """Let the client's session have passed a second factor `ago` seconds ago."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {"method": "mfa", "type": "totp", "at": time.time() - ago}
    ]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(person.pk)
    keep(client, session)
