"""Is a PDF what archives and screen readers ask for? Two opinions: a validator's and ours."""

import io

import page
import pikepdf


def assert_archival(pdf):
    """Assert that the bytes are PDF/A-3a and PDF/UA-1 at once."""
    for profile in ("3a", "ua1"):
        found = page.validate_pdf_bytes(pdf, profile=profile)
        assert found.is_compliant, [(one.rule_id, one.message) for one in found.failures][:5]
        assert found.rules.passed == found.rules.total > 100
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert opened.Root.MarkInfo.Marked
        assert str(opened.Root.Lang) == "vi"
        assert len(opened.trailer.ID) == 2
        metadata = opened.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert metadata["pdfuaid:part"] == "1"
        for number in range(len(opened.pages)):
            for font in opened.pages[number].resources.get("/Font", {}).values():
                for descendant in font.get("/DescendantFonts", []):
                    assert "/FontFile2" in descendant.FontDescriptor or (
                        "/FontFile3" in descendant.FontDescriptor
                    )


def attachments_of(pdf):
    """Return {name: bytes} of the files that the PDF carries."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return {
            name: bytes(spec.get_file().read_bytes()) for name, spec in opened.attachments.items()
        }


def glyphs_of(pdf):
    """Return {number of a glyph} of all that the pages draw; 0 is the empty box, .notdef."""
    found = set()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for one in opened.pages:
            for operands, operator in pikepdf.parse_content_stream(one):
                if str(operator) in ("Tj", "TJ"):
                    shown = operands[0] if str(operator) == "TJ" else operands
                    for text in shown:
                        if isinstance(text, pikepdf.String):
                            found.update(_numbers(bytes(text)))
    return found


def _numbers(signs):
    return (int.from_bytes(signs[at : at + 2], "big") for at in range(0, len(signs), 2))
