"""Pictures: the dots alone, the right way up, and never more than fit into memory."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from foundation.not_clean import NotClean

if TYPE_CHECKING:
    from PIL import Image


PIXELS = 40_000_000  # more are made fewer, if the picture is a JPEG
MOST_PIXELS = 250_000_000


def clean_picture(content: bytes) -> tuple[str, bytes]:
    """Return (png or jpg, bytes): the dots alone, the right way up."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # judged here
    # A telephone writes a second picture or a film behind the first one: that is MPO.
    picture: Image.Image = Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP"))
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


def _make_fewer(picture: Image.Image) -> None:
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


def _in_eight_bits(picture: Image.Image) -> Image.Image:
    """A scan in 16 bits of grey: converted as it is, it would be white all over."""
    if picture.mode not in DEEP_GREY:
        return picture
    return picture.convert("I").point(lambda dots: dots * (1 / 257)).convert("L")


def without_segments(jpeg: bytes) -> bytes:
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
