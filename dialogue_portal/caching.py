"""The cache in which attempts are counted: shared by all processes, and silent about people."""

from django.utils.crypto import salted_hmac


def hidden_key(key, key_prefix, version):
    """Return a key that tells neither the address nor the name of which it was made."""
    text = f"{key_prefix}:{version}:{key}"
    return salted_hmac("dialogue_portal.caching", text, algorithm="sha256").hexdigest()
