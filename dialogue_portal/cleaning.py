"""Taking sent files apart and writing them anew, without what they told about their maker.

The kind is found in the content, never in a name or a browser's word. Nothing here trusts
its input: `clean_in_child` does the work in a process with limits and without network.
"""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
SECONDS, MEMORY_MB = 20, 1_024
PIXELS = 40_000_000
PAGES = 300
ENTRIES, UNPACKED, RATIO = 1_000, 100 * 1024 * 1024, 100
REASONS = ("kind", "broken", "locked", "too_much", "active")


class NotClean(Exception):
    """The file is not taken. `why` is one of REASONS."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def kind_of(content):
    """Return png, jpg, pdf or docx by the first bytes, or raise NotClean."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "docx"
    raise NotClean("kind")


def clean(content):
    """Return (kind, bytes) of the file written anew. Raises NotClean, or whatever goes wrong."""
    kind = kind_of(content)
    return kind, {"png": _image, "jpg": _image, "pdf": _pdf, "docx": _docx}[kind](content)


def clean_in_child(content):
    """Do `clean` in a process with limits; a crash there is a broken file here."""
    kind_of(content)
    try:
        child = subprocess.run(
            [sys.executable, "-m", "dialogue_portal.cleaning_child", str(SECONDS), str(MEMORY_MB)],
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
    kind, _, cleaned = child.stdout.partition(b"\n")
    return kind.decode(), cleaned


# --- pictures -------------------------------------------------------------------------


def _image(content):
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    picture = Image.open(io.BytesIO(content), formats=("PNG", "JPEG"))
    kind = picture.format
    if picture.width * picture.height > PIXELS:
        raise NotClean("too_much")
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    if kind == "JPEG":
        mode = "L" if picture.mode == "L" else "RGB"
    else:
        has_alpha = "A" in picture.mode or "transparency" in picture.info
        mode = "RGBA" if has_alpha else "L" if picture.mode in ("L", "1") else "RGB"
    picture = picture.convert(mode)
    bare = Image.frombytes(mode, picture.size, picture.tobytes())  # the dots and nothing else
    written = io.BytesIO()
    bare.save(written, kind, **({"quality": 90} if kind == "JPEG" else {"optimize": False}))
    return written.getvalue()


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
    if source.is_encrypted:
        raise NotClean("locked")
    if not 0 < len(source.pages) <= PAGES:
        raise NotClean("too_much" if len(source.pages) else "broken")
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
    return written.getvalue()


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
        raise NotClean("kind")
    if names == ["/DCTDecode"]:
        thing.write(_without_segments(thing.read_raw_bytes()), filter=pikepdf.Name.DCTDecode)


# --- Word -----------------------------------------------------------------------------

WORD_PARTS = re.compile(
    r"word/(?:document|styles|numbering|settings|fontTable|footnotes|endnotes|header\d*|footer\d*"
    r"|theme/theme\d*)\.xml|word/media/[\w.-]+\.(?:png|jpe?g)",
    re.IGNORECASE,
)
RELATIONS = re.compile(r"word/_rels/(?:document|footnotes|endnotes|header\d*|footer\d*)\.xml\.rels")
DROPPED = re.compile(
    r"docProps/|customXml/|_rels/|word/_rels/|\[Content_Types\]\.xml|word/(?:comments\w*|people"
    r"|webSettings|stylesWithEffects|printerSettings\w*|glossary/.*|fonts/.*)(?:\.xml|\.bin)?",
    re.IGNORECASE,
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


def _docx(content):
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
        if WORD_PARTS.fullmatch(name) or RELATIONS.fullmatch(name):
            parts[name] = _read(package, name)
        elif not DROPPED.match(name):
            raise NotClean("active" if re.search(r"vba|embeddings|activeX", name, re.I) else "kind")
    made = {
        name: _image(part) if name.lower().startswith("word/media/") else _xml(part)
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


def _read(package, name):
    with package.open(name) as file:
        part = file.read(UNPACKED + 1)
    if len(part) > UNPACKED:
        raise NotClean("too_much")
    return part


def _xml(part):
    """Return a part without authors, dates and marks of editing; well formed or refused."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise NotClean("active")
    try:
        text = part.decode("utf-8-sig")
        ElementTree.fromstring(text.encode())
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise NotClean("broken") from None
    text = re.sub(r"<!--.*?-->|<\?(?!xml\s)[^>]*\?>", "", text, flags=re.DOTALL)
    text = ELEMENTS.sub("", text)
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


def _relations(part, made, owner):
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
        else:
            text = re.sub(rf'\s\w+:(?:id|link|embed)="{number}"', "", text)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    body = f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(lines)}</Relationships>'
    return (head + body).encode(), text.encode()


def _escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def _content_types(made):
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


def _packed(made):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
        first = ["[Content_Types].xml", "_rels/.rels"]
        for name in [*first, *sorted(set(made) - set(first))]:
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), made[name], 8)
    return written.getvalue()
