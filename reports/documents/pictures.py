"""Addresses as pictures to scan, for Word: the same address, the same bytes."""

from __future__ import annotations

import io
from xml.sax.saxutils import quoteattr

from reports.documents.wordml import Run, mm

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
EMU_A_TWENTIETH = 635  # what Word measures pictures in
FIRST = 20  # of the names by which pictures are called; the headers have theirs below it
DOTS = 8  # of the picture for each square of the code


class Pictures:
    """The pictures of one document, collected while it is written and kept beside it after it."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, bytes]] = []  # (name of the link, file, content)

    def code_of(self, url: str, *, size_mm: float) -> Run:
        """Return the address as a picture in a paragraph, with words for whoever cannot see it."""
        number = len(self.kept) + 1
        link = f"rId{FIRST + number}"
        self.kept.append((link, f"qr{number}.png", png_of(url)))
        return _drawn(link, number, f"Mã QR của {url}", round(mm(size_mm) * EMU_A_TWENTIETH))


def png_of(url: str) -> bytes:
    import segno  # wanted here alone

    written = io.BytesIO()
    segno.make(url, error="m", micro=False).save(written, kind="png", scale=DOTS, border=0)
    return written.getvalue()


def _drawn(link: str, number: int, words: str, size: int) -> Run:
    named = f'id="{number}" name="QR {number}" descr={quoteattr(words)}'
    return Run(
        "<w:r><w:drawing>"
        f'<wp:inline xmlns:wp="{DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{size}" cy="{size}"/><wp:docPr {named}/>'
        f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr><pic:cNvPr {named}/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{link}"/><a:stretch><a:fillRect/></a:stretch>'
        f'</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{size}" cy="{size}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )
