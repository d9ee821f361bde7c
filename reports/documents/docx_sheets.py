"""Slips and the poster as Word files: pages without the head and the end of a letter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reports.documents.wordml import PORTRAIT, Cell, Run, mm, paragraph, row, run, section, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from reports.documents.docx_text import Numbering


SLIP_MM = 124  # two of them and the margins are a page
POSTER_QR_MM = 80
SLIP = "Phieu"
POSTER = "ApPhich"
TO_THE_EDGE = Run("<w:r><w:tab/></w:r>")  # dotted, as the style has it


def slips(document: Mapping[str, Any], lists: Numbering) -> Iterator[str]:
    """Yield a page with the slip so many times, each of its own height, with a line to cut along."""
    head = [paragraph(SLIP, document["superior"], align="center")] if document["superior"] else []
    head.append(paragraph(SLIP, run(document["issuer"], bold=True), align="center"))
    title = paragraph("TenPhieu", document["abstract"])
    inside = "".join([*head, title, *_slip(document["body"])])
    rows = [
        row([Cell(inside)], (PORTRAIT.text,), height=mm(SLIP_MM), is_exact=True)
        for _ in range(document["times"])
    ]
    yield from table(rows, (PORTRAIT.text,), style="KePhieu")
    yield paragraph("CuoiPhan")
    yield section(PORTRAIT, is_first=True)


def _slip(blocks: list[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        if block["type"] == "room":
            yield from ruled(block, SLIP)
        else:
            yield paragraph(SLIP, block["text"])


def poster(document: Mapping[str, Any], lists: Any) -> Iterator[str]:
    """Yield the page that hangs in the hall."""
    style = f"{POSTER}Nho" if document["is_long"] else POSTER
    yield paragraph(POSTER, run("ĐẢNG CỘNG SẢN VIỆT NAM", bold=True))
    yield paragraph(POSTER, run(document["issuer"], bold=True))
    yield paragraph("TenApPhich", document["type"])
    for block in document["body"]:
        if block["type"] == "heading":
            yield paragraph("TenPhieu", block["text"])
        elif block["type"] == "qr":
            yield paragraph(POSTER, lists.pictures.code_of(block["url"], size_mm=POSTER_QR_MM))
            yield paragraph(POSTER, f"{block['text']} ", run(block["typed"], bold=True))
        elif block["type"] == "code":
            yield paragraph("MaHoiTruong", block["text"])
        else:
            yield paragraph(style, block["text"])
    yield section(PORTRAIT, is_first=True)


def ruled(block: Mapping[str, Any], style: str) -> Iterator[str]:
    """Yield room to write by hand: what it is for, and lines."""
    if block["lines"] == 1:
        yield paragraph("DongKe", f"{block['text']} ", TO_THE_EDGE)
        return
    if block["text"]:
        yield paragraph(style, block["text"], keep_next=True)
    for _ in range(block["lines"]):
        yield paragraph("DongKe", TO_THE_EDGE)
