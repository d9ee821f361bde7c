"""The parts a .docx is made of: styles a clerk can edit, paragraphs, tables, sections.

Written as text, not through a library: every style is ours, nothing is left over from
somebody's template, and 60,000 rows stay a matter of seconds.
"""

import io
import re
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from foundation.text import printable
from reports.documents.archive import UndatedZip
from reports.documents.word_styles import BLANKS, XML, W, mm, safe, styles

R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
BEGUN = re.compile(r'(<w:pStyle w:val="\w+"/>(?:<w:keepNext/>)?)')
STYLED = re.compile(r'(<w:pStyle w:val="\w+"/>)(?!<w:keepNext/>)')


# --- paragraphs and tables ----------------------------------------------------------


class Run(str):
    """A piece of text with its look, ready for the file: nobody's typing is ever one."""

    __slots__ = ()


def run(text, *, bold=False, italic=False):
    looks = ("<w:b/><w:bCs/>" if bold else "") + ("<w:i/><w:iCs/>" if italic else "")
    looks = f"<w:rPr>{looks}</w:rPr>" if looks else ""
    return Run(f'<w:r>{looks}<w:t xml:space="preserve">{safe(text)}</w:t></w:r>')


def paragraph(style, *runs, align="", keep_next=False, section="", indent=None, numbered=None):
    """Return a paragraph; `runs` are texts or what `run` returns, `section` ends a section.

    `indent` is (left, hanging), `numbered` (list, level) of `reports.documents.docx_text`.
    """
    inside = "".join(one if isinstance(one, Run) else run(one) for one in runs)
    kept = "<w:keepNext/>" if keep_next else ""
    aligned = f'<w:jc w:val="{align}"/>' if align else ""
    listed = (
        f'<w:numPr><w:ilvl w:val="{numbered[1]}"/><w:numId w:val="{numbered[0]}"/></w:numPr>'
        if numbered
        else ""
    )
    # A first line that goes in, as the style may have it, would stand against one that goes out.
    moved = f'<w:ind w:left="{indent[0]}" w:hanging="{indent[1]}"/>' if indent else ""
    looks = f"{kept}{listed}{moved}{aligned}{section}"
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{looks}</w:pPr>{inside}</w:p>'


def set_apart(piece):
    """Return a paragraph with room above it, that tells it from what stands before."""
    return BEGUN.sub(r'\1<w:spacing w:before="280"/>', piece, count=1)


def kept_with_next(piece):
    """Return a paragraph, or a row of a table, that no page break parts from what follows."""
    return STYLED.sub(r"\1<w:keepNext/>", piece)


class Cell(NamedTuple):
    inside: str  # paragraphs
    spans: int = 1
    middle: bool = False
    padding: int | None = None  # left, where it is not the table's


def row(cells, widths, *, is_heading=False, may_break=False, height=0, is_exact=False):
    """Return a row that no page break divides unless it `may_break`; a heading is repeated.

    It is at least `height` twentieths of a point high, or just so high where that `is_exact`.
    """
    parts, column = [], 0
    for one in cells:
        width = sum(widths[column : column + one.spans])
        column += one.spans
        span = f'<w:gridSpan w:val="{one.spans}"/>' if one.spans > 1 else ""
        middle = '<w:vAlign w:val="center"/>' if one.middle else ""
        padding = (
            f'<w:tcMar><w:left w:w="{one.padding}" w:type="dxa"/></w:tcMar>' if one.padding else ""
        )
        parts.append(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{padding}{middle}</w:tcPr>'
            f"{one.inside}</w:tc>"
        )
    heading = "<w:tblHeader/>" if is_heading else ""
    whole = "" if may_break else "<w:cantSplit/>"
    rule = "exact" if is_exact else "atLeast"
    high = f'<w:trHeight w:val="{height}" w:hRule="{rule}"/>' if height else ""
    return f"<w:tr><w:trPr>{whole}{high}{heading}</w:trPr>{''.join(parts)}</w:tr>"


def table(rows, widths, *, style="TableNormal", padding=None, caption="", indent=0):
    """Yield a table of fixed `widths` (twentieths of a point); `rows` are what `row` returns."""
    margins = (
        f'<w:tblCellMar><w:left w:w="{padding}" w:type="dxa"/>'
        f'<w:right w:w="{padding}" w:type="dxa"/></w:tblCellMar>'
        if padding is not None
        else ""
    )
    named = f"<w:tblCaption w:val={quoteattr(safe_name(caption))}/>" if caption else ""
    begins = f'<w:tblInd w:w="{indent}" w:type="dxa"/>' if indent else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    yield (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'{begins}<w:tblLayout w:type="fixed"/>{margins}<w:tblLook w:val="0020" w:firstRow="1"/>{named}'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
    )
    yield from rows
    yield "</w:tbl>"


def safe_name(text):
    """Return a text short and plain enough for an attribute."""
    return BLANKS.sub(" ", printable(text))[:200]


# --- sections -----------------------------------------------------------------------


class Paper(NamedTuple):
    """A page set-up; `header` is the part that prints the page number."""

    width: float
    height: float
    top: float
    right: float
    bottom: float
    left: float
    header: str

    @property
    def text(self):
        return mm(self.width - self.left - self.right)


PORTRAIT = Paper(210, 297, 20, 15, 20, 30, "rId10")
LANDSCAPE = Paper(297, 210, 30, 20, 15, 20, "rId11")
FIRST_HEADER = "rId12"
COUNTED_ANEW = '<w:pgNumType w:start="1"/>'


def section(paper, *, is_first=False, starts_anew=False):
    """Return the properties of a section; on the first page of the first no number is shown.

    Where it `starts_anew` its pages are counted from 1: it is a letter of its own.
    """
    wide = ' w:orient="landscape"' if paper.width > paper.height else ""
    first = f'<w:headerReference w:type="first" r:id="{FIRST_HEADER}"/>' if is_first else ""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{paper.header}"/>{first}'
        '<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{mm(paper.width)}" w:h="{mm(paper.height)}"{wide}/>'
        f'<w:pgMar w:top="{mm(paper.top)}" w:right="{mm(paper.right)}" w:bottom="{mm(paper.bottom)}"'
        f' w:left="{mm(paper.left)}" w:header="{mm(10)}" w:footer="{mm(10)}" w:gutter="0"/>'
        f"{COUNTED_ANEW if starts_anew else ''}"
        f"{'<w:titlePg/>' if is_first else ''}</w:sectPr>"
    )


def _header(paper, mark, *, numbered):
    middle, right = paper.text // 2, paper.text
    tabs = f'<w:tabs><w:tab w:val="center" w:pos="{middle}"/><w:tab w:val="right" w:pos="{right}"/></w:tabs>'
    number = (
        '<w:r><w:tab/></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
        if numbered
        else "<w:r><w:tab/></w:r>"
    )
    marked = (
        '<w:r><w:tab/></w:r><w:r><w:rPr><w:color w:val="767676"/><w:spacing w:val="20"/>'
        f'<w:sz w:val="24"/></w:rPr><w:t>{safe(mark)}</w:t></w:r>'
        if mark
        else ""
    )
    return (
        f'{XML}<w:hdr {W} {R}><w:p><w:pPr><w:pStyle w:val="Header"/>{tabs}<w:jc w:val="left"/>'
        f"</w:pPr>{number if numbered or mark else ''}{marked}</w:p></w:hdr>"
    )


# --- the package --------------------------------------------------------------------

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
HEADERS = (
    ("header1.xml", PORTRAIT.header),
    ("header2.xml", LANDSCAPE.header),
    ("header3.xml", FIRST_HEADER),
)
CONTENT_TYPES = (
    f'{XML}<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{TYPE}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{TYPE}.styles+xml"/>'
    f'<Override PartName="/word/settings.xml" ContentType="{TYPE}.settings+xml"/>'
    f'<Override PartName="/word/numbering.xml" ContentType="{TYPE}.numbering+xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}" ContentType="{TYPE}.header+xml"/>'
        for name, _ in HEADERS
    )
    + '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
)
ROOT_LINKS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="rId2" Type="{PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)


def _links(pictures):
    files = [(link, f"{OFFICE}/image", f"media/{name}") for link, name, _ in pictures]
    named = [(link, f"{OFFICE}/header", name) for name, link in HEADERS] + files
    return (
        f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId2" Type="{OFFICE}/settings" Target="settings.xml"/>'
        f'<Relationship Id="rId3" Type="{OFFICE}/numbering" Target="numbering.xml"/>'
        + "".join(
            f'<Relationship Id="{link}" Type="{kind}" Target="{target}"/>'
            for link, kind, target in named
        )
        + "</Relationships>"
    )


SETTINGS = (
    f'{XML}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting '
    'w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="vi-VN"/><w:decimalSymbol w:val=","/>'
    '<w:listSeparator w:val=";"/></w:settings>'
)


def _core(title, author, made_at):
    day = f"{made_at:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{safe(title)}</dc:title><dc:creator>{safe(author)}</dc:creator>"
        f"<cp:lastModifiedBy>{safe(author)}</cp:lastModifiedBy><cp:revision>1</cp:revision>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified>'
        "<dc:language>vi-VN</dc:language></cp:coreProperties>"
    )


def package(pieces, *, title, author, made_at, mark="", numbering, pictures=()):
    """Return the bytes of a .docx whose body is made of `pieces`; `mark` stands on every page.

    `numbering` returns the lists' part, and `pictures` are [(link, file name, bytes), …]; both are
    complete when the last piece has been written.
    """
    stream = io.BytesIO()
    with UndatedZip(stream, made_at) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", ROOT_LINKS)
        archive.writestr("word/styles.xml", styles())
        archive.writestr("word/settings.xml", SETTINGS)
        archive.writestr("word/header1.xml", _header(PORTRAIT, mark, numbered=True))
        archive.writestr("word/header2.xml", _header(LANDSCAPE, mark, numbered=True))
        archive.writestr("word/header3.xml", _header(PORTRAIT, mark, numbered=False))
        archive.writestr("docProps/core.xml", _core(title, author, made_at))
        with archive.part("word/document.xml") as part:
            part.write(f"{XML}<w:document {W} {R}><w:body>".encode())
            for piece in pieces:
                part.write(piece.encode())
            part.write(b"</w:body></w:document>")
        archive.writestr("word/numbering.xml", numbering())
        archive.writestr("word/_rels/document.xml.rels", _links(pictures))
        for _link, name, content in pictures:
            archive.writestr(f"word/media/{name}", content)
    return stream.getvalue()
