"""Blind signatures: the signer sees neither what it signs nor, later, whom it signed for.

RSABSSA-SHA384-PSS-Randomized of RFC 9474 (sections 4 and 5). The server signs and verifies;
`static/js/lib/blind-rsa.js` prepares, blinds and finishes in the browser. Messages, blinded
messages and signatures are bytes; blinded messages and signatures have KEY_BYTES of them.
"""

from __future__ import annotations

import hashlib
import secrets
from math import gcd

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY_BITS = 2048
SALT_LENGTH = 48
PREFIX_LENGTH = 32
PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=SALT_LENGTH)


class NotSignable(ValueError):
    """What was sent is no blinded message under this key."""


def new_key(bits: int = KEY_BITS) -> bytes:
    """Return a new private key, PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def load_private(pem: bytes) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("no RSA key")
    return key


def load_public(pem: bytes) -> rsa.RSAPublicKey:
    key = serialization.load_pem_public_key(pem)
    if not isinstance(key, rsa.RSAPublicKey):
        raise TypeError("no RSA key")
    return key


def public_pem(private: rsa.RSAPrivateKey) -> bytes:
    return private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def fingerprint(public: rsa.RSAPublicKey) -> str:
    """Return the SHA-256 of the public key's DER form: 64 hex digits."""
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(der).hexdigest()


def blind_sign(private: rsa.RSAPrivateKey, blinded: bytes) -> bytes:
    """Sign a blinded message (RFC 9474, section 4.3). Raises NotSignable.

    The base is blinded once more, so that its time tells nothing about the key.
    """
    numbers = private.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    length = (n.bit_length() + 7) // 8
    message = int.from_bytes(blinded, "big")
    if len(blinded) != length or not 1 < message < n - 1 or gcd(message, n) != 1:
        raise NotSignable
    mask = _unit(n)
    signed = _power(message * pow(mask, e, n) % n, numbers) * pow(mask, -1, n) % n
    if pow(signed, e, n) != message:
        raise ArithmeticError("the signature does not fit its message")
    return signed.to_bytes(length, "big")


def verify(public: rsa.RSAPublicKey, message: bytes, signature: bytes) -> bool:
    """Is `signature` ours for the prepared `message` (RFC 9474, section 4.5)?"""
    try:
        public.verify(signature, message, PSS, hashes.SHA384())
    except (InvalidSignature, ValueError):
        return False
    return True


def _power(base: int, numbers: rsa.RSAPrivateNumbers) -> int:
    """Return base^d mod n by the remainders modulo p and q."""
    p, q = numbers.p, numbers.q
    one, other = pow(base % p, numbers.dmp1, p), pow(base % q, numbers.dmq1, q)
    return other + q * ((one - other) * numbers.iqmp % p)


def _unit(n: int) -> int:
    while True:
        number = 2 + secrets.randbelow(n - 3)
        if gcd(number, n) == 1:
            return number


# --- the other side, for machines without a browser ---------------------------------


def prepare(message: bytes) -> bytes:
    """Return the message with a random prefix (section 4.1, PrepareRandomize)."""
    return secrets.token_bytes(PREFIX_LENGTH) + message


def blind(
    public: rsa.RSAPublicKey,
    prepared: bytes,
    *,
    salt: bytes | None = None,
    inverse: int | None = None,
) -> tuple[bytes, int]:
    """Return (blinded message, inverse) for `finish`; salt and inverse are given in tests."""
    numbers = public.public_numbers()
    n, length = numbers.n, (numbers.n.bit_length() + 7) // 8
    encoded = int.from_bytes(_encode(prepared, n.bit_length() - 1, salt), "big")
    factor = _unit(n) if inverse is None else pow(inverse, -1, n)
    blinded = encoded * pow(factor, numbers.e, n) % n
    return blinded.to_bytes(length, "big"), pow(factor, -1, n)


def finish(public: rsa.RSAPublicKey, prepared: bytes, signed: bytes, inverse: int) -> bytes:
    """Return the signature of `prepared`. Raises ValueError when the signer has cheated."""
    numbers = public.public_numbers()
    length = (numbers.n.bit_length() + 7) // 8
    signature = (int.from_bytes(signed, "big") * inverse % numbers.n).to_bytes(length, "big")
    if not verify(public, prepared, signature):
        raise ValueError("no signature of this key")
    return signature


def _encode(message: bytes, bits: int, salt: bytes | None) -> bytes:
    """EMSA-PSS-ENCODE of RFC 8017, section 9.1.1, with SHA-384."""
    salt = secrets.token_bytes(SALT_LENGTH) if salt is None else salt
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    data = bytes(length - len(salt) - len(digest) - 2) + b"\x01" + salt
    mask = b"".join(
        hashlib.sha384(digest + counter.to_bytes(4, "big")).digest()
        for counter in range(-(-len(data) // len(digest)))
    )
    masked = bytearray(a ^ b for a, b in zip(data, mask, strict=False))
    masked[0] &= 0xFF >> (8 * length - bits)
    return bytes(masked) + digest + b"\xbc"
