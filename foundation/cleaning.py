"""Taking sent files apart and writing them anew, without what they told about their maker.

The kind is found in the content, never in a name or a browser's word. Nothing here trusts
its input: `clean_in_child` does the work in a process with limits and without network.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

from foundation.cleaning_picture import clean_picture, without_segments
from foundation.cleaning_word import clean_word
from foundation.file_kinds import what_is
from foundation.not_clean import OTHER_KINDS, REASONS, TAKEN, NotClean

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEMORY_MB = 20, 1_024
PAGES = 300


class Cleaned(tuple[str, bytes]):
    """(kind, bytes) of a file written anew. Had it borne a digital signature, that is lost:
    nothing that is written anew can keep one."""

    __slots__ = ()
    lost_signature = False

    def __new__(cls, kind: str, content: bytes) -> Self:
        return super().__new__(cls, (kind, content))


class CleanedOfSignature(Cleaned):
    __slots__ = ()
    lost_signature = True


def kind_of(content: bytes) -> str:
    """Return one of TAKEN by the content, or raise NotClean."""
    kind = what_is(content)
    if kind in TAKEN:
        return kind
    if kind in OTHER_KINDS:
        raise NotClean(kind)
    raise NotClean({"encrypted_office": "locked", "torn_zip": "broken"}.get(kind, "kind"))


def clean(content: bytes) -> Cleaned:
    """Return the file written anew, as Cleaned. Raises NotClean, or whatever goes wrong."""
    kind = kind_of(content)
    if kind == "pdf":
        return _pdf(content)
    if kind == "docx":
        return Cleaned(kind, clean_word(content))
    return Cleaned(*clean_picture(content))


def clean_in_child(content: bytes) -> Cleaned:
    """Do `clean` in a process with limits; a crash there is a broken file here.

    Pages go before it from its first instruction on: starting takes as long as many a file.
    """
    kind_of(content)
    program = [sys.executable, "-m", "foundation.cleaning_child"]
    try:
        child = subprocess.run(
            ["nice", "-n", "10", *program, str(SECONDS), str(MEMORY_MB)],
            input=content,
            capture_output=True,
            timeout=SECONDS + 5,
            cwd=ROOT,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise NotClean("too_much") from None
    if child.returncode:
        why = child.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise NotClean(why if why in REASONS else "broken")
    said, _, cleaned = child.stdout.partition(b"\n")
    kind, *signed = said.decode().split()
    return (CleanedOfSignature if signed else Cleaned)(kind, cleaned)


# --- PDF ------------------------------------------------------------------------------

TELLTALE = (
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/JS", "/CreatorInfo", "/User",
    "/Author", "/CreationDate", "/ModDate", "/AF", "/OPI", "/SpiderInfo", "/ID", "/Info",
)  # fmt: skip
ACTIVE = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMedia", "/EmbeddedFile")


def _pdf(content: bytes) -> Cleaned:
    import pikepdf

    try:
        source = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        raise NotClean("locked") from None
    if source.is_encrypted:  # everybody may read it, but its maker forbids writing it anew
        raise NotClean("restricted")
    if not 0 < len(source.pages) <= PAGES:
        raise NotClean("too_many_pages" if len(source.pages) else "broken")
    is_signed = any(_is_signature(thing, pikepdf) for thing in source.objects)
    source.flatten_annotations("all")
    made = pikepdf.new()
    for page in source.pages:
        for key in ("/Annots", "/AA", "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/B"):
            if key in page.obj:
                del page.obj[key]
        made.pages.append(page)
    for thing in made.objects:
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            _without_telltales(thing, pikepdf)
    written = io.BytesIO()
    made.remove_unreferenced_resources()
    made.save(written, deterministic_id=True, fix_metadata_version=False)
    return (CleanedOfSignature if is_signed else Cleaned)("pdf", written.getvalue())


def _is_signature(thing: Any, pikepdf: Any) -> bool:
    return isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing and "/Contents" in thing


def _without_telltales(thing: Any, pikepdf: Any) -> None:
    for key in TELLTALE:
        if key in thing:
            del thing[key]
    if str(thing.get("/S", "")) in ACTIVE or str(thing.get("/Type", "")) in ACTIVE:
        raise NotClean("active")
    if not isinstance(thing, pikepdf.Stream):
        return
    filters = thing.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if "/JPXDecode" in names:
        raise NotClean("picture")
    if names == ["/DCTDecode"]:
        thing.write(without_segments(thing.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
