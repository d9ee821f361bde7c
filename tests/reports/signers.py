"""An authority, its certificates, and an office that signs PDFs with them."""

import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor

import pikepdf
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper

NOW = dt.datetime.now(dt.UTC)
YEAR = dt.timedelta(days=365)


class Authority:
    """Gives certificates; one key serves all of its people, to save the time of making them."""

    def __init__(self, name="Cơ quan chứng thực thử"):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.certificate = self._certify(name, NOW - 5 * YEAR, NOW + 5 * YEAR, own=True)

    @property
    def pem(self):
        return self.certificate.public_bytes(Encoding.PEM)

    def signer(self, name, *, valid_from=NOW - YEAR, valid_until=NOW + YEAR):
        """Return what pyHanko signs with in the name of `name`."""
        certificate = self._certify(name, valid_from, valid_until)
        content = pkcs12.serialize_key_and_certificates(
            b"x", self.person_key, certificate, [self.certificate], NoEncryption()
        )
        return signers.SimpleSigner.load_pkcs12_data(content, other_certs=[])

    def time_stamper(self):
        """Return a service that stamps the time without a network."""
        certificate = self._certify("Dịch vụ dấu thời gian", NOW - YEAR, NOW + YEAR, stamps=True)
        return DummyTimeStamper(
            tsa_cert=asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
            tsa_key=keys.PrivateKeyInfo.load(
                self.person_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            ),
        )

    @property
    def person_key(self):
        if not hasattr(self, "_person_key"):
            self._person_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return self._person_key

    def _certify(self, name, valid_from, valid_until, *, own=False, stamps=False):
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Đảng ủy Viện Minh Hòa"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        key = self.key if own else self.person_key
        usage = dict.fromkeys(
            (
                *("digital_signature", "content_commitment", "key_encipherment"),
                *("data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"),
                *("encipher_only", "decipher_only"),
            ),
            False,
        )
        usage |= (
            {"key_cert_sign": True, "crl_sign": True}
            if own
            else {"digital_signature": True, "content_commitment": True}
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject if own else self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(valid_from)
            .not_valid_after(valid_until)
            .add_extension(x509.BasicConstraints(ca=own, path_length=None), critical=True)
            .add_extension(x509.KeyUsage(**usage), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
        )
        if stamps:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
            )
        return builder.sign(self.key, hashes.SHA256())


def elsewhere(work, *args, **kwargs):
    """Do it in a thread of its own: pyHanko wants to begin an event loop, and where a browser
    was driven before, this thread has one already."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(work, *args, **kwargs).result()


def stamp(pdf, stamper):
    """Return the PDF with a time stamp over all of it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    stamped = elsewhere(signers.PdfTimeStamper(stamper).timestamp_pdf, writer, "sha256")
    return stamped.getvalue()


def sign(
    pdf,
    signer,
    *,
    field="Signature1",
    box=(60, 60, 240, 130),
    digest="sha256",
    timestamper=None,
    **metadata,
):
    """Return the PDF with one more signature, appended as the office's program does."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, fields.SigFieldSpec(field, on_page=0, box=box))
    return elsewhere(
        signers.sign_pdf,
        writer,
        signers.PdfSignatureMetadata(
            field_name=field,
            subfilter=fields.SigSeedSubFilter.PADES,
            md_algorithm=digest,
            **metadata,
        ),
        signer=signer,
        timestamper=timestamper,
    ).getvalue()


def sign_by_hand(pdf, authority, name):
    """Sign as a program with nothing in common with pyHanko would: a table of cross references
    after a stream of them, the form inside the catalogue, a bare CMS signature of 2006."""
    certificate = authority._certify(name, NOW - YEAR, NOW + YEAR)
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        page = next(one.obj for one in opened.pages if "/Annots" not in one.obj)
        catalogue, last = opened.Root, len(opened.objects)
        numbers = [catalogue.objgen[0], page.objgen[0], last + 1, last + 2]
        first = catalogue.unparse(resolved=True).rstrip().removesuffix(b">>")
        second = page.unparse(resolved=True).rstrip().removesuffix(b">>")
    room = b"0" * 12_000
    bodies = [
        first + b"/AcroForm<</Fields[%d 0 R]/SigFlags 3>>>>" % numbers[2],
        second + b"/Annots[%d 0 R]>>" % numbers[2],
        b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Ch\\372 k\\375)/F 132/Rect[60 60 200 120]"
        b"/P %d 0 R/V %d 0 R>>" % (numbers[1], numbers[3]),
        b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/M(D:%s+00'00')"
        b"/ByteRange[0 0000000000 0000000000 0000000000]/Contents<%s>>>"
        % (f"{NOW:%Y%m%d%H%M%S}".encode(), room),
    ]
    written, places = bytearray(pdf + b"\n"), {}
    for number, body in zip(numbers, bodies, strict=True):
        places[number] = len(written)
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    before = pdf[pdf.rindex(b"startxref") + 9 :].split()[0]
    table = len(written)
    written += b"xref\n"
    for number in sorted(numbers):
        written += b"%d 1\n%010d 00000 n \n" % (number, places[number])
    written += b"trailer\n<</Size %d/Root %d 0 R/Prev %b>>\nstartxref\n%d\n%%%%EOF\n" % (
        last + 3, numbers[0], before, table
    )  # fmt: skip
    start = written.rindex(b"/Contents<") + 9
    end = start + len(room) + 2
    ranges = b"[0 %010d %010d %010d]" % (start, end, len(written) - end)
    place = written.rindex(b"/ByteRange[") + 10
    written[place : place + len(ranges)] = ranges
    content = bytes(written[:start] + written[end:])
    signature = (
        pkcs7.PKCS7SignatureBuilder()
        .set_data(content)
        .add_signer(certificate, authority.person_key, hashes.SHA256())
        .sign(Encoding.DER, [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary])
    )
    text = signature.hex().encode()
    written[start + 1 : start + 1 + len(text)] = text
    return bytes(written)
