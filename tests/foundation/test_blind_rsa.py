"""RFC 9474's own vector (appendix A.1), and what a forger may try."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from foundation import blind_rsa

VECTOR = json.loads(Path(__file__).with_name("rfc9474.json").read_text())


def number(name):
    return int(VECTOR[name], 16)


def octets(name):
    return bytes.fromhex(VECTOR[name])


@pytest.fixture(scope="module")
def key():
    p, q, e = number("p"), number("q"), 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    return rsa.RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=d % (p - 1),
        dmq1=d % (q - 1),
        iqmp=pow(q, -1, p),
        public_numbers=rsa.RSAPublicNumbers(e, p * q),
    ).private_key()


@pytest.fixture(scope="module")
def own():
    return blind_rsa.load_private(blind_rsa.new_key())


def test_the_vector_of_the_rfc(key):
    prepared = octets("msg_prefix") + octets("msg")
    blinded, inverse = blind_rsa.blind(
        key.public_key(), prepared, salt=octets("salt"), inverse=number("inv")
    )
    assert blinded == octets("blinded_msg")
    assert blind_rsa.blind_sign(key, blinded) == octets("blind_sig")
    assert blind_rsa.finish(key.public_key(), prepared, octets("blind_sig"), inverse) == octets(
        "sig"
    )
    assert blind_rsa.verify(key.public_key(), prepared, octets("sig"))


def test_a_signature_holds_for_its_message_and_key_alone(own, key):
    public = own.public_key()
    prepared = blind_rsa.prepare(b"x" * 32)
    blinded, inverse = blind_rsa.blind(public, prepared)
    signature = blind_rsa.finish(public, prepared, blind_rsa.blind_sign(own, blinded), inverse)
    assert blind_rsa.verify(public, prepared, signature)
    assert not blind_rsa.verify(public, prepared + b"!", signature)
    assert not blind_rsa.verify(public, prepared, bytes(256))
    assert not blind_rsa.verify(public, prepared, signature[:-1])
    assert not blind_rsa.verify(public, prepared, signature + b"\0")
    assert not blind_rsa.verify(key.public_key(), prepared, signature)


@pytest.mark.parametrize("bad", [b"", b"\0" * 256, b"\xff" * 256, b"\0" * 255 + b"\1", b"1" * 255])
def test_what_is_no_blinded_message_is_not_signed(own, bad):
    with pytest.raises(blind_rsa.NotSignable):
        blind_rsa.blind_sign(own, bad)


def test_a_signer_who_cheats_is_noticed(own):
    public = own.public_key()
    prepared = blind_rsa.prepare(b"x")
    blinded, inverse = blind_rsa.blind(public, prepared)
    with pytest.raises(ValueError, match="no signature"):
        blind_rsa.finish(public, prepared, blinded, inverse)


def test_a_signature_that_came_out_wrong_is_not_handed_out(own, monkeypatch):
    """One wrong signature, of a machine that errs, would give the key away to whoever got it."""
    blinded, _inverse = blind_rsa.blind(own.public_key(), blind_rsa.prepare(b"x"))
    right = blind_rsa._power
    monkeypatch.setattr(blind_rsa, "_power", lambda base, numbers: right(base, numbers) ^ 1)

    with pytest.raises(ArithmeticError, match="does not fit"):
        blind_rsa.blind_sign(own, blinded)


def test_what_shares_a_factor_with_the_key_hides_nothing_and_is_not_taken(own, monkeypatch):
    numbers = own.private_numbers()
    drawn = iter([numbers.p - 2, numbers.q - 2, 10])
    monkeypatch.setattr(blind_rsa.secrets, "randbelow", lambda _end: next(drawn))

    assert blind_rsa._unit(numbers.public_numbers.n) == 12


def test_a_key_of_another_kind_is_none():
    other = ec.generate_private_key(ec.SECP256R1())
    private = other.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = other.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )

    with pytest.raises(TypeError, match="no RSA key"):
        blind_rsa.load_private(private)
    with pytest.raises(TypeError, match="no RSA key"):
        blind_rsa.load_public(public)
