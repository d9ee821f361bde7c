"""The corners of taking files apart: what is refused there, why, and what is taken all the same."""

import io
import os
import struct
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from foundation import cleaning, cleaning_picture
from foundation.file_kinds import OLE, what_is
from foundation.not_clean import NotClean
from tests.sessions.test_attachments import CANARY, WORD, docx, pdf, why_not, zipped

INPUTS = Path(__file__).resolve().parent.parent / "inputs"


# --- PDF ------------------------------------------------------------------------------


def with_object(thing):
    """Return a PDF of one page that has `thing`, a function of the file, among what it shows."""
    made = pikepdf.new()
    page = made.add_blank_page()
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=thing(made)))
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def jpx(made, *, filters):
    stream = pikepdf.Stream(made, b"x")
    stream.Filter = filters
    return stream


HIDDEN = {
    "a script beside a picture": (
        lambda made: made.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.JavaScript)),
        "active",
    ),
    "a file inside": (
        lambda made: made.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.EmbeddedFile)),
        "active",
    ),
    "a picture whose decoder is not trusted": (
        lambda made: jpx(made, filters=pikepdf.Name.JPXDecode),
        "picture",
    ),
    "the same behind another filter": (
        lambda made: jpx(
            made, filters=pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.JPXDecode])
        ),
        "picture",
    ),
    "a list, which is no picture and no act": (
        lambda made: made.make_indirect(pikepdf.Array([1, 2])),
        "taken",
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_pdf_hides_is_found_wherever_it_lies(name):
    thing, why = HIDDEN[name]

    assert why_not(with_object(thing)) == why


def test_a_pdf_that_may_be_read_and_not_changed_is_told_of():
    content = (INPUTS / "pdf-owner-password-only.pdf").read_bytes()

    assert why_not(content) == "restricted"
    assert why_not((INPUTS / "pdf-user-password.pdf").read_bytes()) == "locked"


def test_a_file_that_takes_too_long_is_refused_and_its_process_gone(monkeypatch, tmp_path):
    slow, number = tmp_path / "slow", tmp_path / "number"
    slow.write_text(f"#!/bin/sh\necho $$ > {number}\nexec sleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(cleaning.sys, "executable", str(slow))
    monkeypatch.setattr(cleaning, "SECONDS", -3)  # beside the five that it takes to start

    with pytest.raises(NotClean) as refused:
        cleaning.clean_in_child(pdf())

    assert refused.value.why == "too_much"
    with pytest.raises(ProcessLookupError):
        os.kill(int(number.read_text()), 0)


# --- Word -----------------------------------------------------------------------------

BROKEN = {
    "a relation without a name": (docx(relations='<Relationship Id="" Target="x.xml"/>'), "broken"),
    "a name of an author that is no mark of editing": (
        docx(f'<w:p xmlns:b="urn:b" b:lastModifiedBy="{CANARY}"/>'),
        "broken",
    ),
    "relations of a header that is not there": (
        docx(parts={"word/_rels/header7.xml.rels": "<Relationships/>"}),
        "taken",
    ),
    "a part without a document": (zipped(WORD[:1]), "archive"),
    "a folder in the package": (zipped([*WORD, ("word/media/", "")]), "taken"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_odd_in_a_word_file_is_refused_or_left_out(name):
    content, why = BROKEN[name]

    assert why_not(content) == why


def test_a_part_that_is_longer_than_its_package_says_is_refused():
    """A bomb that calls itself small: it is read as far as it says, and is another one then."""
    bomb = b"<a>" + b"0" * 5_000_000
    honest = zipped([*WORD, ("word/styles.xml", bomb)])
    forged = honest.replace(struct.pack("<L", len(bomb)), struct.pack("<L", 10))
    assert forged != honest

    assert why_not(honest) == "too_much"
    assert why_not(forged) == "broken"


# --- pictures -------------------------------------------------------------------------


def picture_of(kind, size):
    written = io.BytesIO()
    Image.new("RGB", size, (7, 0, 9)).save(written, kind)
    return written.getvalue()


@pytest.mark.parametrize(
    ("kind", "size", "becomes"),
    [
        ("JPEG", (300, 200), (150, 100)),  # read as a quarter of its dots
        ("JPEG", (200, 200), (200, 200)),  # as many as may be
        ("JPEG", (900, 900), None),  # more than is read at all
        ("PNG", (300, 200), None),  # only a JPEG can be read as fewer
    ],
)
def test_a_picture_of_too_many_dots_is_read_as_fewer_or_refused(monkeypatch, kind, size, becomes):
    monkeypatch.setattr(cleaning_picture, "PIXELS", 200 * 200)
    monkeypatch.setattr(cleaning_picture, "MOST_PIXELS", 800 * 800)
    content = picture_of(kind, size)

    if becomes is None:
        assert why_not(content) == "too_many_dots"
    else:
        assert Image.open(io.BytesIO(cleaning.clean(content)[1])).size == becomes


# --- kinds ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "doc"),
        (OLE + bytes(3 * 1024 * 1024) + "Workbook".encode("utf-16-le"), "xls"),  # at its end
        (OLE + bytes(600), "unknown"),
        (zipped([("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "<x/>")]), "odf"),
        (zipped([("content.xml", "<x/>")]), "archive"),
    ],
    ids=["doc", "xls", "none", "odf", "no odf"],
)  # fmt: skip
def test_what_an_office_program_wrote_is_named(content, kind):
    assert what_is(content) == kind
