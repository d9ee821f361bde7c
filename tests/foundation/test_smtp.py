"""One message and one server: encrypted, named, refused, and whatever else a server may answer."""

import datetime as dt
import ipaddress
import smtplib
import ssl

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.mail import EmailMessage

from foundation import smtp
from tests.conftest import free_port


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of this machine's address that nobody signed but itself; its two files."""
    folder = tmp_path_factory.mktemp("certificate")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return chain, secret


class Taking:
    """A server's side: what it was given, and over which line."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        self.messages.append((bool(session.ssl), session.authenticated, envelope.content))
        return "250 taken"


@pytest.fixture
def mail_server(settings):
    """Return a function that starts a server; the portal sends there from then on."""
    started = []

    def start(**options):
        taking = Taking()
        controller = Controller(taking, hostname="127.0.0.1", port=free_port(), **options)
        controller.start()
        started.append(controller)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        return taking

    yield start
    for controller in started:
        controller.stop()


def message():
    return EmailMessage("Thư", ".một dấu chấm\n", "cong@example.vn", ["thu@example.vn"])


@pytest.fixture
def encrypted(mail_server, certificate, settings):
    """A server that takes nothing before it has been asked for encryption, and a name after."""
    chain, secret = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, secret)
    known = {"login": b"cong", "password": b"bi-mat"}

    def judge(server, session, envelope, mechanism, data):
        given = {"login": data.login, "password": data.password}
        return AuthResult(success=given == known)

    taking = mail_server(
        tls_context=context, require_starttls=True, auth_required=True, authenticator=judge
    )
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "cong", "bi-mat"
    return taking


def test_over_an_encrypted_line_the_name_is_given_and_the_message_taken(
    encrypted, certificate, monkeypatch
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))

    assert smtp.post(message()) == "taken"

    ((is_encrypted, is_named, content),) = encrypted.messages
    assert (is_encrypted, is_named) == (True, True)
    assert b"\r\n.m" in content or b"Content-Transfer-Encoding: base64" in content


def test_a_server_that_nobody_vouches_for_is_given_neither_name_nor_message(encrypted):
    with pytest.raises(smtp.MailFailed) as failed:
        smtp.post(message())

    assert (failed.value.phase, failed.value.code) == ("starttls", None)
    assert failed.value.verdict(has_attachment=False) == smtp.Verdict.PAUSE
    assert encrypted.messages == []


def test_a_server_that_knows_no_names_stops_the_mail_until_somebody_has_looked(
    mail_server, settings
):
    taking = mail_server()
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "cong", "bi-mat"

    with pytest.raises(smtp.MailFailed) as failed:
        smtp.post(message())

    assert (failed.value.phase, failed.value.code) == ("auth", 502)
    assert failed.value.verdict(has_attachment=False) == smtp.Verdict.STOP
    assert "bi-mat" not in str(failed.value)
    assert taking.messages == []


@pytest.mark.parametrize("text", [b"5.1.1 kh\xc3\xb4ng c\xc3\xb3", "5.1.1 không có"])
def test_what_a_server_says_is_told_in_whatever_way_it_came(text):
    with pytest.raises(smtp.MailFailed, match="không có") as failed, smtp._in("rcpt"):
        raise smtplib.SMTPResponseException(550, text)

    assert failed.value.code == 550


def test_a_line_that_is_gone_has_no_time_to_be_told():
    """The server hung up after it had taken the message: that is no failure."""
    gone = smtplib.SMTP()

    smtp._wait(gone, 5)

    assert gone.sock is None
