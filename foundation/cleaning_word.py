"""Taking a Word file apart and writing anew what is to be read in it, and nothing else."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from foundation.cleaning_picture import clean_picture
from foundation.file_kinds import what_is
from foundation.not_clean import NotClean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


ENTRIES, UNPACKED, RATIO = 1_000, 100 * 1024 * 1024, 100
KEPT = re.compile(
    r"word/(?:document|styles|numbering|settings|fontTable|footnotes|endnotes|header\d*|footer\d*"
    r"|theme/theme\d*)\.xml|word/media/[\w.-]+\.(?:png|jpe?g)",
    re.IGNORECASE,
)
RELATIONS = re.compile(r"word/_rels/(?:document|footnotes|endnotes|header\d*|footer\d*)\.xml\.rels")
# What can be seen or run and cannot be taken along: the form says what it is. The rest is dropped.
TOLD_OF = (
    (r"(?:^|/)\.\.?(?:/|$)|^/|[\\\x00-\x1f]|^\w:", "broken"),
    (r"vba|activeX|embeddings/.*\.bin$|afchunk|\.html?$|\.mht|\.exe$", "active"),
    (r"^word/charts/", "chart"),
    (r"^word/diagrams/", "smartart"),
    (r"embeddings", "active"),
    (r"^word/media/(?!.*\.(?:svg|wdp)$)", "picture"),
)
# Parts that a page may name by number and that nobody misses.
NOT_MISSED = ("/hyperlink", "/font", "/printerSettings", "/attachedTemplate", "/image", "/hdphoto")
# Icons as Word 365 draws them, and a picture before it was retouched: beside each stands a PNG.
TWINS = re.compile(
    r"<a:ext\b[^>]*>(?:(?!</a:ext>).)*<(?:asvg:svgBlip|a14:imgLayer)\b.*?</a:ext>", re.DOTALL
)
ATTRIBUTES = re.compile(
    r'\s(?:\w+:)?(?:rsid\w*|author|date|initials|userId|providerId|paraId|textId|durableId|dateUtc)="[^"]*"'
)
ELEMENTS = re.compile(
    r"<w:(?:commentRangeStart|commentRangeEnd|commentReference|attachedTemplate|proofState"
    r"|saveThroughXslt|mailMerge|documentProtection|writeProtection)\b[^>]*/>"
    r"|<w:rsids>.*?</w:rsids>|<w:docVars>.*?</w:docVars>|<w:mailMerge>.*?</w:mailMerge>",
    re.DOTALL,
)
FETCHES = re.compile(
    r"INCLUDE(?:TEXT|PICTURE)|DDE(?:AUTO)?|LINK\s|MACROBUTTON|IMPORT\s|AUTHOR|LASTSAVEDBY|USERNAME",
    re.IGNORECASE,
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TOLD = re.compile(r"(?:rsid\w*|author|initials|userId|providerId|lastModifiedBy)$", re.IGNORECASE)


def clean_word(content: bytes) -> bytes:
    """Return the bytes of the .docx written anew. Raises NotClean."""
    package = zipfile.ZipFile(io.BytesIO(content))
    entries = package.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if (
        len(entries) > ENTRIES
        or unpacked > UNPACKED
        or unpacked > RATIO * max(len(content), 10_000)
    ):
        raise NotClean("too_much")
    if any(entry.flag_bits & 1 for entry in entries):
        raise NotClean("locked")
    names = [entry.filename for entry in entries if not entry.is_dir()]
    if "word/document.xml" not in names or "[Content_Types].xml" not in names:
        raise NotClean("kind")
    if len(set(names)) != len(names):
        raise NotClean("broken")
    parts = {}
    for name in names:
        if KEPT.fullmatch(name) or RELATIONS.fullmatch(name):
            parts[name] = package.read(name)  # no more than its size, which was counted above
        else:
            _refuse_what_would_be_missed(name)
    made = {
        name: _media(part) if name.lower().startswith("word/media/") else _xml(part)
        for name, part in parts.items()
        if not RELATIONS.fullmatch(name)
    }
    for name, part in parts.items():
        if RELATIONS.fullmatch(name):
            owner = name.replace("_rels/", "").removesuffix(".rels")
            if owner in made:
                made[name], made[owner] = _relations(part, made, made[owner])
    made["_rels/.rels"] = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
    ).encode()
    made["[Content_Types].xml"] = _content_types(made)
    return _packed(made)


def _refuse_what_would_be_missed(name: str) -> None:
    for pattern, why in TOLD_OF:
        if re.search(pattern, name, re.IGNORECASE):
            raise NotClean(why)


def _media(part: bytes) -> bytes:
    if what_is(part) not in ("png", "jpg"):
        raise NotClean("picture")
    return clean_picture(part)[1]


def _xml(part: bytes) -> bytes:
    """Return a part without authors, dates and marks of editing; well formed or refused."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise NotClean("active")
    try:
        text = part.decode("utf-8-sig")
        ElementTree.fromstring(text.encode())
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise NotClean("broken") from None
    text = re.sub(r"<!--.*?-->|<\?(?!xml\s)[^>]*\?>", "", text, flags=re.DOTALL)
    text = TWINS.sub("", ELEMENTS.sub("", text))
    # A tracked change must have an author: nobody is one.
    text = re.sub(
        r'(<w:(?:ins|del|moveFrom|moveTo|rPrChange|pPrChange|sectPrChange|tblPrChange|trPrChange|tcPrChange|numberingChange|cellIns|cellDel)\b[^>]*?)\sw:author="[^"]*"',
        r'\1 w:by-nobody=""',
        text,
    )
    text = ATTRIBUTES.sub("", text).replace('w:by-nobody=""', 'w:author=""')
    text = re.sub(
        r"(<w:instrText[^>]*>)([^<]*)",
        lambda found: found[1] + ("" if FETCHES.search(found[2]) else found[2]),
        text,
    )
    text = re.sub(
        r'(<w:fldSimple\b[^>]*w:instr=")([^"]*)',
        lambda found: found[1] + ("" if FETCHES.search(found[2]) else found[2]),
        text,
    )
    cleaned = text.encode()
    for element in ElementTree.fromstring(cleaned).iter():
        for name, value in element.attrib.items():
            if value and TOLD.match(name.rpartition("}")[2]):
                raise NotClean("broken")  # written in a way that was not foreseen
    return cleaned


def _relations(part: bytes, made: Mapping[str, bytes], owner: bytes) -> tuple[bytes, bytes]:
    """Return (relations to what was kept, the owner without references to anything else)."""
    root = ElementTree.fromstring(_xml(part))
    lines, text = [], owner.decode()
    for relation in root:
        target = relation.get("Target", "")
        inside = relation.get("TargetMode") != "External" and f"word/{target.lstrip('./')}" in made
        number = relation.get("Id", "")
        if not re.fullmatch(r"\w{1,40}", number):
            raise NotClean("broken")
        if inside:
            lines.append(
                f'<Relationship Id="{number}" Type="{_escaped(relation.get("Type", ""))}" Target="{_escaped(target)}"/>'
            )
        elif re.search(named := rf'\s\w+:(?:id|link|embed|pict|dm)="{number}"', text):
            if not relation.get("Type", "").endswith(NOT_MISSED):
                raise NotClean("parts")
            text = re.sub(named, "", text)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    body = f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'
    return (head + body).encode(), text.encode()


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def _content_types(made: Iterable[str]) -> bytes:
    overrides = []
    for name in sorted(made):
        if name.startswith("word/") and name.endswith(".xml"):
            stem = re.sub(r"\d+$", "", Path(name).stem)
            kind = {
                "document": f"{WORD_TYPE}.document.main+xml",
                "theme": "application/vnd.openxmlformats-officedocument.theme+xml",
            }.get(stem, f"{WORD_TYPE}.{stem}+xml")
            overrides.append(f'<Override PartName="/{name}" ContentType="{kind}"/>')
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="png" ContentType="image/png"/>'
        '<Default Extension="jpg" ContentType="image/jpeg"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>' + "".join(overrides) + "</Types>"
    ).encode()


def _packed(made: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        first = ["[Content_Types].xml", "_rels/.rels"]
        for name in [*first, *sorted(set(made) - set(first))]:
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), made[name], 8)
    return written.getvalue()
