"""What a file is, found in its first bytes: for saying so, never for trusting it."""

from __future__ import annotations

import io
import zipfile

STARTS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"%PDF-", "pdf"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),
    (b"MM\0+", "tiff"),
    (b"BM", "bmp"),
    (b"{\\rtf", "rtf"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"#!AMR", "sound"),
    (b"\x1aE\xdf\xa3", "video"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIF = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
# Names of streams stand in an OLE file as UTF-16.
OLE_STREAMS = (
    ("EncryptedPackage", "encrypted_office"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("PowerPoint Document", "slides"),
)
ZIPPED = (
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "slides"),
)
LOOKED_AT = 2 * 1024 * 1024


def what_is(content: bytes) -> str:
    """Return a short name of the kind: docx, heic, archive, …, "empty" or "unknown"."""
    if not content:
        return "empty"
    for start, kind in STARTS:
        if content.startswith(start):
            return kind
    if content.startswith(OLE):
        return _ole(content)
    if content.startswith(b"PK\x03\x04"):
        return _zipped(content)
    if content.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"AVI ": "video", b"WAVE": "sound"}.get(content[8:12], "unknown")
    if content[4:8] == b"ftyp":
        return "heic" if content[8:12] in HEIF else "video"
    return "svg" if b"<svg" in content[:1_000].lower() else "unknown"


def _ole(content: bytes) -> str:
    for stream, kind in OLE_STREAMS:
        if stream.encode("utf-16-le") in content[:LOOKED_AT]:
            return kind
        if stream.encode("utf-16-le") in content[-LOOKED_AT:]:
            return kind
    return "unknown"


def _zipped(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = [name.replace("\\", "/") for name in package.namelist()[:2_000]]
            is_open_document = "mimetype" in names and "content.xml" in names
    except Exception:  # zipfile raises nearly anything on a torn archive
        return "torn_zip"
    if is_open_document:
        return "odf"
    for start, kind in ZIPPED:
        if any(name.startswith(start) for name in names):
            return kind
    return "archive"
