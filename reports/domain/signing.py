"""The copy that the office signed in its own system: checked when it comes in, kept, shown."""

from __future__ import annotations

import hashlib
import logging
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from django.conf import settings
from django.db import transaction

from foundation import audit, files
from foundation.audit import Act
from foundation.given import given
from foundation.text import clean
from jobs.kinds import names_kept_files
from jobs.models import JobEvent, Rendering
from jobs.states import JobState
from reports.documents import signatures
from reports.documents.signatures import NotAccepted
from reports.models import SignedCopy

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping, Sequence

    from committees.models import User
    from reports.models import Report


log = logging.getLogger(__name__)
MOST_ADDED = 10 * 1024 * 1024  # bytes that signatures may add to what was issued
LOOK_AT = 20  # other PDFs that the file may have been made from


class Made(NamedTuple):
    """A PDF of ours."""

    sha256: str
    size: int


@names_kept_files
def kept_files() -> Iterator[tuple[str, str]]:
    yield from SignedCopy.objects.values_list("file", "sha256")


def check_signed_copy(report: Report, content: bytes, *, at: dt.datetime) -> list[dict[str, Any]]:
    """Return what the signatures in `content` say. Raises NotAccepted.

    It must begin with exactly the PDF that was issued: then what the portal hands out and what
    was signed cannot differ unseen.
    """
    if not content.startswith(b"%PDF-"):
        raise NotAccepted("kind")
    made = _made_of(report)
    if len(content) > max(one.size for one in made) + MOST_ADDED:
        raise NotAccepted("too_large")
    issued = next((one for one in made if _begins_with(content, one)), None)
    if issued is None:
        other = _other(report, content)
        raise NotAccepted("other_report", other) if other else NotAccepted("not_ours")
    found = signatures.examine_in_child(
        content, issued_size=issued.size, roots=trusted_roots(), at=at
    )
    return [
        {key: clean(value)[:200] if isinstance(value, str) else value for key, value in one.items()}
        for one in found
    ]


def _made_of(report: Report) -> list[Made]:
    """Return the PDF that is handed out and those made of the same snapshot before, newest first.

    Somebody may have signed the file before it was found damaged and made again.
    """
    rendering = Rendering.objects.filter(report=report, state=JobState.DONE).first()
    if rendering is None:
        raise NotAccepted("no_pdf")
    done = rendering.events.filter(event=JobEvent.Event.DONE).exclude(detail=rendering.sha256)
    made = [Made(rendering.sha256, given(rendering.size))]
    for digest in done.order_by("-pk").values_list("detail", flat=True)[:LOOK_AT]:
        with suppress(OSError):
            made.append(Made(digest, files.path_of(f"{digest[:2]}/{digest}.pdf").stat().st_size))
    return made


class HasHash(Protocol):
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int | None: ...


def _begins_with(content: bytes, made: HasHash) -> bool:
    start = memoryview(content)[: made.size]
    return hashlib.sha256(start).hexdigest() == made.sha256


def _other(report: Report, content: bytes) -> str | None:
    """Return the committee's other report that the file is a copy of, or None."""
    others = (
        Rendering.objects.filter(
            report__obligation__committee=report.obligation.committee_id,
            state=JobState.DONE,
            size__lte=len(content),
        )
        .exclude(report=report)
        .select_related("report__obligation__period")
        .defer("report__snapshot")
        .order_by("-pk")[:LOOK_AT]
    )
    found = next((one for one in others if _begins_with(content, one)), None)
    if found is None:
        return None
    report = given(found.report)
    return f"{report.period.label}, {report.version}"


def trusted_roots() -> list[str]:
    """Return the certificates of SIGNING_ROOTS as PEM; none where nothing is to be compared.

    Raises NotAccepted if there should be some and none can be read.
    """
    if not settings.SIGNING_ROOTS:
        return []
    place = Path(settings.SIGNING_ROOTS)
    try:
        paths = sorted(place.iterdir()) if place.is_dir() else [place]
        texts = [path.read_text(encoding="ascii", errors="replace") for path in paths]
    except OSError as error:
        log.critical("SIGNING_ROOTS cannot be read: %s", error)
        raise NotAccepted("roots") from None
    found = [text for text in texts if "BEGIN CERTIFICATE" in text]
    if not found:
        log.critical("SIGNING_ROOTS holds no certificate in PEM.")
        raise NotAccepted("roots")
    return found


@transaction.atomic
def add_signed_copy(
    report: Report, content: bytes, found: Sequence[Mapping[str, Any]], *, by: User, at: dt.datetime
) -> tuple[SignedCopy, bool]:
    """Keep a checked copy and return (SignedCopy, is_new); the same file twice is one copy."""
    path = files.temporary_path(".pdf")
    try:
        path.write_bytes(content)
        place, sha256, size = files.keep(path, ".pdf")
    finally:
        path.unlink(missing_ok=True)
    last = found[-1]
    copy, is_new = SignedCopy.objects.get_or_create(
        report=report,
        sha256=sha256,
        defaults={
            "file": place,
            "size": size,
            "signer": ", ".join(one["name"] for one in found)[:300],
            "issuer": last["issuer"],
            "serial": last["serial"],
            "signed_at": last["signed_at"],
            "is_trusted": last["is_trusted"],
            "facts": {"signatures": found},
            "uploaded_by": by,
            "uploaded_at": at,
        },
    )
    if is_new:
        audit.record(
            Act.SIGNED_COPY_ADDED,
            by=by,
            committee=report.committee,
            subject=str(report),
            sha256=sha256,
        )
    return copy, is_new


def content_of(copy: SignedCopy) -> bytes:
    """Return the bytes. Raises files.DamagedFile."""
    return files.read(copy.file, copy.sha256)
