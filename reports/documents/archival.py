"""PDF/A-3a and PDF/UA-1 in one file, with what machines read attached to it.

ISO 19005-3 and ISO 14289-1. WeasyPrint writes one of the two at a time; what is added here
is the other's mark with its extension schema, plain metadata, and an identifier taken from
the finished bytes. Same document, same bytes.
"""

import hashlib
import json
import re
from contextlib import contextmanager
from datetime import UTC, datetime

VARIANT = "pdf/a-3a"
DATA_NAME, ANNEX_NAME = "so-lieu.json", "phu-luc.xlsx"
UA = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" \
xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about="" pdfuaid:part="1"/>\
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about="" \
xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema\
</pdfaSchema:schema><pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/\
</pdfaSchema:namespaceURI><pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property>\
<rdf:Seq><rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal\
</pdfaProperty:category><pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>\
</rdf:Description></rdf:RDF>"""


def write(laid_out, attachments=()):
    """Return the PDF of a WeasyPrint document that is laid out, as archives want it.

    `attachments` are (name, bytes, relationship, description) as `attached_to` gives them.
    """
    from weasyprint import Attachment

    metadata = laid_out.metadata
    plain_rdf, plain_include = metadata.generate_rdf_metadata, metadata.include_in_pdf
    metadata.generate_rdf_metadata = lambda *a: plain_rdf(*a).replace(b"</rdf:RDF>", UA)
    metadata.include_in_pdf = lambda pdf, variant, version, conformance=None, compress=False: (
        plain_include(pdf, variant, version, conformance, False)
    )
    moment = _moment(metadata.created)
    attached = [
        Attachment(
            string=content, name=name, relationship=relationship, description=description,
            created=moment, modified=moment,
        )
        for name, content, relationship, description in attachments
    ]  # fmt: skip
    with streams_end_clearly():
        pdf = laid_out.write_pdf(
            pdf_variant=VARIANT,
            pdf_tags=True,
            pdf_identifier=False,
            finisher=_name_attachments_once,
            attachments=attached,
        )
    return _with_identifier(pdf)


def _moment(day):
    year, month, date = (int(part) for part in (day or "2000-01-01")[:10].split("-"))
    return datetime(year, month, date, tzinfo=UTC)


def _name_attachments_once(_document, pdf):
    """WeasyPrint 70 lists every associated file twice."""
    import pydyf

    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


@contextmanager
def streams_end_clearly():
    """Where a compressed stream ends with CR, let CR LF stand before "endstream", not LF alone.

    Otherwise a reader that looks for the end of the line takes the last byte for a part of it,
    and the length is wrong: one stream in 256, so every other long report.
    """
    import pydyf

    plain = pydyf.Stream.data

    def data(stream):
        written = plain.fget(stream)
        if written.endswith(b"\r\nendstream"):
            return written.removesuffix(b"\nendstream") + b"\r\nendstream"
        return written

    pydyf.Stream.data = property(data)
    try:
        yield
    finally:
        pydyf.Stream.data = plain


def _with_identifier(pdf):
    """Put the /ID that PDF/A asks for into the last cross-reference stream or trailer.

    WeasyPrint's own takes the hash of every stream by compressing it a second time.
    """
    digest = hashlib.md5(pdf, usedforsecurity=False).hexdigest().encode()
    found = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*$", pdf)
    if found is None:
        raise ValueError("a PDF without the place of its cross-references")
    last = int(found[1])
    place = pdf.index(b"<<", last) + 2
    return pdf[:place] + b"/ID [<" + digest + b"> <" + digest + b">] " + pdf[place:]


def attached_to(document, figures):
    """Return the attachments of an issued document: its figures as JSON, its annexes as XLSX.

    Both hold what the document prints and nothing else; figures that were left out of it so
    that nobody is recognised are left out here.
    """
    from reports.documents.xlsx import annex_workbook

    return [
        (
            DATA_NAME,
            json.dumps(printed_figures(document), ensure_ascii=False, indent=1).encode(),
            "Data",
            "Số liệu của văn bản, để máy đọc",
        ),
        (ANNEX_NAME, annex_workbook(document, figures), "Source", "Các bảng và phụ lục"),
    ]


def printed_figures(document):
    """Return the document's tables and annexes for machines: every number as it is printed."""
    return {
        "schema": 1,
        **{
            key: document.get(key)
            for key in ("kind", "issuer", "superior", "number", "symbol", "issued_on", "abstract")
        },
        "code": (document.get("verify") or {}).get("code"),
        "tables": [_table(block) for block in document["body"] if block["type"] == "table"],
        "annexes": [
            {
                "title": annex["title"],
                "tables": [_table(block) for block in annex["body"] if block["type"] == "table"],
                "items": [
                    {"title": item["title"], "lines": item["lines"]}
                    for block in annex["body"]
                    if block["type"] == "records"
                    for item in block["items"]
                ],
            }
            for annex in document["annexes"]
        ],
    }


def _table(block):
    return {
        "caption": block["caption"],
        "columns": [column["label"] for column in block["columns"]],
        "rows": block["rows"],
        "total": block["total"],
    }


def fonts_of(path):
    """Return the sorted names of the fonts in a PDF, without the letters of their subset.

    A file that is missing or damaged has none.
    """
    import pikepdf

    names = set()
    try:
        with pikepdf.open(path) as pdf:
            for thing in pdf.objects:
                if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/Font":
                    names.add(str(thing.get("/BaseFont", "")).lstrip("/").split("+")[-1])
    except (OSError, pikepdf.PdfError):
        return ()
    return tuple(sorted(name for name in names if name))
