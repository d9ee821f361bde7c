"""Reading the signatures of a PDF that was signed elsewhere. The only file that knows pyHanko.

Nothing here trusts its input and nothing asks the network: `examine_in_child` does the work in
a process with limits. What revocation lists say is therefore not known here.
"""

import datetime as dt
import io
import json
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
SECONDS, MEMORY_MB = 40, 1_024
MOST_SIGNATURES = 20
LARGEST_SHARE = 0.25  # of a page that visible signatures may cover
REASONS = (
    "locked", "unsigned", "broken", "changed", "covered", "unknown_kind", "not_intact", "weak",
    "not_valid_then", "not_trusted", "roots", "too_much",
)  # fmt: skip


class NotAccepted(Exception):
    """The signed file is not taken. `why` is one of REASONS, `whose` the signer concerned."""

    def __init__(self, why, whose=""):
        super().__init__(why)
        self.why, self.whose = why, whose


def examine_in_child(content, *, issued_size, roots=(), at):
    """Do `examine` in a process with limits; a crash there is a broken file here."""
    order = {"issued_size": issued_size, "roots": list(roots), "at": at.isoformat()}
    head = json.dumps(order).encode()
    try:
        child = subprocess.run(
            [
                *("nice", "-n", "10"),  # pages go before it from its first instruction on
                *(sys.executable, "-m", "reports.documents.signatures_child"),
                *(str(SECONDS), str(MEMORY_MB)),
            ],
            input=struct.pack(">Q", len(head)) + head + content,
            capture_output=True,
            timeout=SECONDS + 5,
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
        answer = json.loads(child.stdout)
    except subprocess.TimeoutExpired:
        raise NotAccepted("too_much") from None
    except ValueError:  # it ended without a word
        raise NotAccepted("broken") from None
    if why := answer.get("why"):
        raise NotAccepted(why if why in REASONS else "broken", answer.get("whose", ""))
    return answer["signatures"]


def examine(content, *, issued_size, roots=(), at):
    """Return what each signature says, the first one first.

    The first `issued_size` bytes are the PDF as we issued it; `roots` are certificates in PEM
    that are trusted, empty for "not checked"; `at` is now. Raises NotAccepted, or whatever goes
    wrong with such a file.
    """
    reader = _reader(content)
    if reader.encrypted:
        raise NotAccepted("locked")
    signatures, stamps = _signatures(reader)
    told = [_tell(one, at=at, is_last=one is signatures[-1]) for one in signatures]
    for stamp in stamps:
        _check_stamp(stamp)
    _check_what_was_added(reader, content[:issued_size])
    _check_room(reader)
    for signature, facts in zip(signatures, told, strict=True):
        facts["is_trusted"] = _is_trusted(signature, facts, roots, at=at)
        if facts["is_trusted"] is False:
            raise NotAccepted("not_trusted", facts["name"])
    return told


def _reader(content):
    """Return a reader that takes each object stream apart once.

    pyHanko does so for every object anew: with all objects in one stream, as in our documents,
    the time would grow with the square of their length.
    """
    from pyhanko.pdf_utils import generic, misc
    from pyhanko.pdf_utils.decode_limits import DecodePurpose
    from pyhanko.pdf_utils.reader import PdfFileReader

    class Reader(PdfFileReader):
        def _get_object_from_stream(self, idnum, stmnum, idx):
            index, data = self._taken_apart(stmnum)
            if not 0 <= idx < len(index) or index[idx][0] != idnum:
                raise misc.PdfStrictReadError("The object is not where it should be.")
            data.seek(index[idx][1])
            found = generic.read_object(data, generic.Reference(idnum, 0, self))
            if isinstance(found, (generic.StreamObject, generic.IndirectObject)):
                raise misc.PdfStrictReadError("No such object may lie in an object stream.")
            return found

        def _taken_apart(self, number):
            """Return ([(number of the object, where it begins), …], the data)."""
            known = self.__dict__.setdefault("_known_streams", {})
            if number not in known:
                stream: Any = generic.Reference(number, 0, self).get_object()
                if stream["/Type"] != "/ObjStm":
                    raise misc.PdfStrictReadError("This is no object stream.")
                content, first = stream.read_data(DecodePurpose.OBJECT_STREAM), stream["/First"]
                numbers = [int(word) for word in content[:first].split()[: 2 * stream["/N"]]]
                pairs = zip(numbers[::2], numbers[1::2], strict=True)
                index = [(name, first + offset) for name, offset in pairs]
                known[number] = index, io.BytesIO(content)
            return known[number]

    return Reader(io.BytesIO(content))


def _signatures(reader):
    """Return (signatures, time stamps of the whole document), each in order."""
    from pyhanko.sign.fields import enumerate_sig_fields

    filled = len(list(enumerate_sig_fields(reader, filled_status=True)))
    if not filled:
        raise NotAccepted("unsigned")
    if filled > MOST_SIGNATURES:
        raise NotAccepted("too_much")
    found = reader.embedded_signatures
    stamps = [one for one in found if one.sig_object_type == "/DocTimeStamp"]
    signatures = [one for one in found if one.sig_object_type == "/Sig"]
    if len(stamps) + len(signatures) != filled:
        raise NotAccepted("unknown_kind")
    if not signatures:
        raise NotAccepted("unsigned")
    return signatures, stamps


def _tell(signature, *, at, is_last):
    """Return the facts of one signature. Raises NotAccepted if it does not hold."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature

    facts = _certificate(signature.signer_cert)
    status = validate_pdf_signature(signature, _context())
    if not (status.intact and status.valid):
        raise NotAccepted("not_intact", facts["name"])
    # After the last one nothing may be added that can be seen, an empty field neither.
    allowed = ModificationLevel.LTA_UPDATES if is_last else ModificationLevel.FORM_FILLING
    if not _covers_its_revision(status) or not status.docmdp_ok:
        raise NotAccepted("changed", facts["name"])
    if status.modification_level > allowed:
        raise NotAccepted("changed", facts["name"])
    if status.md_algorithm in ("md2", "md5", "sha1") or _is_weak(signature.signer_cert):
        raise NotAccepted("weak", facts["name"])
    signed_at, is_stamped = _moment(status)
    facts |= {"signed_at": signed_at and signed_at.isoformat(), "is_stamped": is_stamped}
    valid_from, valid_until = (
        dt.datetime.fromisoformat(facts[name]) for name in ("valid_from", "valid_until")
    )
    if not valid_from <= (signed_at or at) <= valid_until:
        raise NotAccepted("not_valid_then", facts["name"])
    return facts


def _covers_its_revision(status):
    from pyhanko.sign.validation import SignatureCoverageLevel as Level

    return status.coverage in (Level.ENTIRE_FILE, Level.ENTIRE_REVISION)


def _moment(status):
    """Return (when it was signed or None, whether a time stamp says so)."""
    stamp = status.timestamp_validity
    if stamp is not None and stamp.intact and stamp.valid:
        return stamp.timestamp, True
    moment = status.signer_reported_dt
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return moment, False


def _certificate(certificate):
    subject, issuer = certificate.subject.native, certificate.issuer.native
    validity = certificate["tbs_certificate"]["validity"]
    return {
        "name": _text(subject, "common_name", "organizational_unit_name", "organization_name"),
        "organisation": _text(subject, "organization_name", "organizational_unit_name"),
        "issuer": _text(issuer, "common_name", "organization_name"),
        "serial": f"{certificate.serial_number:x}"[:80],
        "valid_from": validity["not_before"].native.isoformat(),
        "valid_until": validity["not_after"].native.isoformat(),
    }


def _text(name, *keys):
    for key in keys:
        value = name.get(key)
        if isinstance(value, list):
            value = value[0] if value else ""
        if value:
            return str(value)[:200]
    return ""


def _is_weak(certificate):
    key = certificate.public_key
    return key.algorithm in ("rsa", "dsa") and key.bit_size < 2_048


def _check_stamp(stamp):
    from pyhanko.sign.validation import validate_pdf_timestamp

    status = validate_pdf_timestamp(stamp, _context())
    if not (status.intact and status.valid and _covers_its_revision(status)):
        raise NotAccepted("not_intact")


def _check_what_was_added(reader, issued):
    """Raise NotAccepted unless what follows `issued` is signatures and what they need.

    A file that begins with our bytes can still show something else: what was appended may put
    other pages in place of ours. A signature says nothing about what was there before it.
    """
    from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, NameObject
    from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification

    ours = _reader(issued).xrefs
    for number in range(ours.total_revisions):
        if ours.get_startxref_for_revision(number) != reader.xrefs.get_startxref_for_revision(
            number
        ):
            raise NotAccepted("changed")
    base = reader.get_historical_resolver(ours.total_revisions - 1)
    if "/AcroForm" not in base.root:  # the policy compares forms: give it one without fields
        base.root[NameObject("/AcroForm")] = DictionaryObject(
            {NameObject("/Fields"): ArrayObject()}
        )
    result = _policy().review_file(reader, base)
    if isinstance(result, SuspiciousModification):
        raise NotAccepted("changed")
    if result.modification_level > ModificationLevel.FORM_FILLING:
        raise NotAccepted("changed")


def _policy():
    """pyHanko's own policy, which also lets the first signature bring its form along."""
    from pyhanko.sign import diff_analysis as diff
    from pyhanko.sign.diff_analysis.constants import (
        ACROFORM_EXEMPT_STRICT_COMPARISON,
        ROOT_EXEMPT_STRICT_COMPARISON,
    )

    harmless = diff.ModificationLevel.LTA_UPDATES
    return diff.StandardDiffPolicy(
        global_rules=[
            # /Perms names the signature that certifies; the form, /SigFlags: that there are any.
            diff.CatalogModificationRule(ROOT_EXEMPT_STRICT_COMPARISON | {"/Perms"}),
            *(
                rule().as_qualified(harmless)
                for rule in (
                    diff.DocInfoRule,
                    diff.XrefStreamRule,
                    diff.ObjectStreamRule,
                    diff.DSSCompareRule,
                    diff.MetadataUpdateRule,
                )
            ),
        ],
        form_rule=diff.FormUpdatingRule(
            [
                diff.SigFieldCreationRule(allow_new_visible_after_certify=False),
                diff.SigFieldModificationRule(),
            ],
            ignored_acroform_keys=ACROFORM_EXEMPT_STRICT_COMPARISON | {"/SigFlags"},
        ),
    )


def _check_room(reader):
    """Raise NotAccepted if what signatures show hides a good part of a page."""
    covered: dict[Any, Any] = {}
    from pyhanko.sign.fields import enumerate_sig_fields

    for _, _, reference in enumerate_sig_fields(reader):
        field = reference.get_object()
        for widget in [field, *(kid.get_object() for kid in field.get("/Kids", ()))]:
            if "/Rect" in widget:
                page = widget.raw_get("/P").reference if "/P" in widget else None
                covered[page] = covered.get(page, 0) + _area(widget["/Rect"])
    smallest = min(_area(page["/MediaBox"]) for page in _pages(reader))
    if any(area > LARGEST_SHARE * smallest for area in covered.values()):
        raise NotAccepted("covered")


def _area(box):
    left, bottom, right, top = (float(side) for side in box)
    return abs(right - left) * abs(top - bottom)


def _pages(reader):
    for number in range(int(reader.root["/Pages"]["/Count"])):
        page = reader.find_page_for_modification(number)[0].get_object()
        while "/MediaBox" not in page:
            page = page["/Parent"]
        yield page


def _is_trusted(signature, facts, roots, *, at):
    """Does the certificate come from one of `roots`? None where there are none to compare."""
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.settings import KeyUsageConstraints

    if not roots:
        return None
    signed_at = facts["signed_at"]
    moment = dt.datetime.fromisoformat(signed_at) if signed_at else at
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"})
    status = validate_pdf_signature(
        signature, _context(roots, moment), key_usage_settings=usage, skip_diff=True
    )
    return bool(status.trusted)


def _context(roots=(), moment=None):
    """What certificates are judged by: our roots alone, never the network or this machine's."""
    from asn1crypto import pem, x509
    from pyhanko_certvalidator import ValidationContext

    found = []
    for text in roots:
        for _, _, der in pem.unarmor(text.encode(), multiple=True):
            found.append(x509.Certificate.load(der))
    return ValidationContext(trust_roots=found, allow_fetching=False, moment=moment)
