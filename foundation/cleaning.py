"""Taking sent files apart and writing them anew, without what they told about their maker.

The kind is found in the content, never in a name or a browser's word. Nothing here trusts
its input: `clean_in_child` does the work in a process with limits and without network.
"""

import io
import subprocess
import sys
from pathlib import Path

from dialogue_portal.file_kinds import what_is

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEMORY_MB = 20, 1_024
PIXELS = 40_000_000  # more are made fewer, if the picture is a JPEG
MOST_PIXELS = 250_000_000
PAGES = 300
TAKEN = ("png", "jpg", "webp", "pdf", "docx")
# What a file can be that is not taken; the form says of each what to do.
OTHER_KINDS = (
    "empty", "gif", "heic", "tiff", "bmp", "svg", "doc", "rtf", "odf", "xls", "xlsx", "slides",
    "archive", "video", "sound",
)  # fmt: skip
REASONS = (
    *OTHER_KINDS, "kind", "broken", "locked", "restricted", "too_much", "too_many_pages",
    "too_many_dots", "active", "chart", "smartart", "picture", "parts",
)  # fmt: skip


class NotClean(Exception):
    """The file is not taken. `why` is one of REASONS."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


class Cleaned(tuple):
    """(kind, bytes) of a file written anew. Had it borne a digital signature, that is lost:
    nothing that is written anew can keep one."""

    __slots__ = ()
    lost_signature = False

    def __new__(cls, kind, content):
        return super().__new__(cls, (kind, content))


class CleanedOfSignature(Cleaned):
    __slots__ = ()
    lost_signature = True


def kind_of(content):
    """Return one of TAKEN by the content, or raise NotClean."""
    kind = what_is(content)
    if kind in TAKEN:
        return kind
    if kind in OTHER_KINDS:
        raise NotClean(kind)
    raise NotClean({"encrypted_office": "locked", "torn_zip": "broken"}.get(kind, "kind"))


def clean(content):
    """Return the file written anew, as Cleaned. Raises NotClean, or whatever goes wrong."""
    from dialogue_portal.cleaning_word import clean_word

    kind = kind_of(content)
    if kind == "pdf":
        return _pdf(content)
    if kind == "docx":
        return Cleaned(kind, clean_word(content))
    return Cleaned(*clean_picture(content))


def clean_in_child(content):
    """Do `clean` in a process with limits; a crash there is a broken file here.

    Pages go before it from its first instruction on: starting takes as long as many a file.
    """
    kind_of(content)
    program = [sys.executable, "-m", "dialogue_portal.cleaning_child"]
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


# --- pictures -------------------------------------------------------------------------


def clean_picture(content):
    """Return (png or jpg, bytes): the dots alone, the right way up."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # judged here
    # A telephone writes a second picture or a film behind the first one: that is MPO.
    picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP"))
    _make_fewer(picture)
    picture.load()
    sent_as = picture.format
    picture = ImageOps.exif_transpose(picture)
    has_alpha = "A" in picture.getbands() or "transparency" in picture.info
    is_grey = picture.mode in ("L", "1", *DEEP_GREY)
    is_png = sent_as == "PNG" or has_alpha
    mode = "RGBA" if has_alpha else "L" if is_grey else "RGB"
    picture = _in_eight_bits(picture).convert(mode)
    bare = Image.frombytes(mode, picture.size, picture.tobytes())  # the dots and nothing else
    written = io.BytesIO()
    bare.save(written, **({"format": "PNG"} if is_png else {"format": "JPEG", "quality": 90}))
    return "png" if is_png else "jpg", written.getvalue()


DEEP_GREY = ("I;16", "I;16B", "I;16L", "I;16N", "I")


def _make_fewer(picture):
    """Let a telephone's many dots be read as fewer; refuse what would not fit into memory."""
    dots = picture.width * picture.height
    if dots <= PIXELS:
        return
    if picture.format in ("JPEG", "MPO") and dots <= MOST_PIXELS:
        share = (PIXELS / dots) ** 0.5
        # A draft halves each side, perhaps more than once, and never falls below what was asked.
        picture.draft(None, (int(picture.width * share / 2), int(picture.height * share / 2)))
    if picture.width * picture.height > PIXELS:
        raise NotClean("too_many_dots")


def _in_eight_bits(picture):
    """A scan in 16 bits of grey: converted as it is, it would be white all over."""
    if picture.mode not in DEEP_GREY:
        return picture
    return picture.convert("I").point(lambda dots: dots * (1 / 257)).convert("L")


def _without_segments(jpeg):
    """Return a JPEG stream without its application segments and comments, dots untouched."""
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        marker = jpeg[at + 1]
        if marker == 0xDA:  # the scan: everything that follows is dots
            end = jpeg.rfind(b"\xff\xd9")
            return b"".join(kept) + jpeg[at : end + 2 if end > at else len(jpeg)]
        length = int.from_bytes(jpeg[at + 2 : at + 4], "big") + 2
        # 0xE0 to 0xEF are the segments of applications, 0xFE comments; 0xEE tells of colours.
        if not ((0xE1 <= marker <= 0xEF and marker != 0xEE) or marker == 0xFE):
            kept.append(jpeg[at : at + length])
        at += length
    raise NotClean("broken")


# --- PDF ------------------------------------------------------------------------------

TELLTALE = (
    "/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AA", "/JS", "/CreatorInfo", "/User",
    "/Author", "/CreationDate", "/ModDate", "/AF", "/OPI", "/SpiderInfo", "/ID", "/Info",
)  # fmt: skip
ACTIVE = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/RichMedia", "/EmbeddedFile")


def _pdf(content):
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


def _is_signature(thing, pikepdf):
    return isinstance(thing, pikepdf.Dictionary) and "/ByteRange" in thing and "/Contents" in thing


def _without_telltales(thing, pikepdf):
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
        thing.write(_without_segments(thing.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)
