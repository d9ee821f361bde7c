"""The parts a .docx is made of: styles a clerk can edit, paragraphs, tables, sections.

Written as text, not through a library: every style is ours, nothing is left over from
somebody's template, and 60,000 rows stay a matter of seconds.
"""

import io
import re
from dataclasses import dataclass
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

from foundation.text import printable
from reports.documents.archive import UndatedZip

FONT = "Times New Roman"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
BEGUN = re.compile(r'(<w:pStyle w:val="\w+"/>(?:<w:keepNext/>)?)')
STYLED = re.compile(r'(<w:pStyle w:val="\w+"/>)(?!<w:keepNext/>)')
BLANKS = re.compile(r"[ \t\r\n\f]+")


def mm(length):
    """Return millimetres in twentieths of a point."""
    return round(length * 1440 / 25.4)


def pt(length):
    """Return points in twentieths of a point."""
    return round(length * 20)


def safe(text):
    """Return text as it may stand in the file, blanks run together as on a page."""
    return escape(BLANKS.sub(" ", printable(str(text))))


# --- styles -------------------------------------------------------------------------


@dataclass(frozen=True)
class Style:
    """A paragraph style; lengths in points where not said otherwise."""

    id: str
    name: str
    size: float = 14
    based_on: str = "Normal"
    align: str = "center"
    bold: bool = False
    italic: bool = False
    underlined: bool = False
    first_line_mm: float = 0
    left_mm: float = 0
    right_mm: float = 0
    before: float = 0
    after: float = 0
    line: float = 0
    is_line_exact: bool = False
    keep_next: bool = False
    outline: int | None = None
    next: str = ""
    more: str = ""  # further properties of the paragraph, in the order the schema wants


RULE = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
BODY = {"align": "both", "first_line_mm": 10, "after": 6, "line": 19}
STYLES = (
    Style("Heading1", "heading 1", bold=True, align="left", first_line_mm=10, before=10, after=6,
          line=19, keep_next=True, outline=0, next="NoiDung"),
    Style("Heading2", "heading 2", bold=True, align="left", first_line_mm=10, before=6, after=6,
          line=19, keep_next=True, outline=1, next="NoiDung"),
    Style("Heading3", "heading 3", bold=True, italic=True, align="left", first_line_mm=10,
          before=6, after=6, line=19, keep_next=True, outline=2, next="NoiDung"),
    Style("NoiDung", "Nội dung", **BODY),
    Style("GachDauDong", "Gạch đầu dòng", based_on="NoiDung", **BODY),
    Style("TenCoQuan", "Tên cơ quan", line=18),
    Style("TieuDeDang", "Tiêu đề Đảng", size=15, bold=True, line=18, left_mm=8.8, right_mm=8.8,
          more=RULE),
    Style("SoKyHieu", "Số và ký hiệu", line=18),
    Style("DiaDanh", "Địa danh, ngày tháng", italic=True, before=6, line=18),
    Style("TenLoai", "Tên loại văn bản", size=16, bold=True, before=20, line=20, next="TrichYeu"),
    Style("TrichYeu", "Trích yếu", bold=True, left_mm=12, right_mm=12, line=19, next="NoiDung"),
    Style("GachNgang", "Gạch ngang", after=8, line=14),
    Style("GhiChu", "Ghi chú văn bản", italic=True, after=6, line=19),
    Style("TenBang", "Tên bảng", size=13, bold=True, before=4, after=4, line=17, keep_next=True),
    Style("Bang", "Bảng", size=12, line=15, before=2, after=2),
    Style("BangHep", "Bảng hẹp", size=10, line=12.5, before=2, after=2),
    Style("BangRatHep", "Bảng rất hẹp", size=9, line=11.5, before=2, after=2),
    Style("NgatDoan", "Ngắt đoạn", size=4, line=8, is_line_exact=True),
    Style("CuoiPhan", "Cuối phần", size=1, line=1, is_line_exact=True),
    Style("NhanNoiNhan", "Nhãn nơi nhận", underlined=True, align="left", line=18, keep_next=True),
    Style("NoiNhan", "Nơi nhận", size=12, align="left", line=15),
    Style("QuyenHan", "Quyền hạn ký", bold=True, line=18, keep_next=True),
    Style("ChucVu", "Chức vụ", line=18, keep_next=True),
    Style("HoTen", "Họ tên người ký", bold=True, line=18),
    Style("SoPhuLuc", "Số phụ lục", bold=True, line=19, keep_next=True),
    Style("TenPhuLuc", "Tên phụ lục", based_on="Heading1", bold=True, line=19, keep_next=True,
          outline=0),
    Style("KemTheo", "Kèm theo", italic=True, line=19),
    Style("CauHoi", "Câu hỏi", bold=True, align="left", before=6, line=19, keep_next=True,
          next="ChiTiet"),
    Style("ChiTiet", "Chi tiết", size=13, align="left", left_mm=8, after=2, line=17),
    Style("Header", "header", line=14),
)  # fmt: skip
IDS = {style.id for style in STYLES}


def _style(style):
    rule = "exact" if style.is_line_exact else "atLeast"
    spacing = f'<w:spacing w:before="{pt(style.before)}" w:after="{pt(style.after)}"'
    spacing += f' w:line="{pt(style.line)}" w:lineRule="{rule}"/>' if style.line else "/>"
    indent = (
        f'<w:ind w:left="{mm(style.left_mm)}" w:right="{mm(style.right_mm)}"'
        f' w:firstLine="{mm(style.first_line_mm)}"/>'
    )
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    looks = "".join(
        f'<w:{tag} w:val="{"1" if on else "0"}"/>'
        for tag, on in (("b", style.bold), ("bCs", style.bold), ("i", style.italic),
                        ("iCs", style.italic))
    )  # fmt: skip
    size = round(style.size * 2)
    line = '<w:u w:val="single"/>' if style.underlined else ""
    own = "" if style.id.startswith("Head") else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{own} w:styleId="{style.id}"><w:name w:val="{style.name}"/>'
        f'<w:basedOn w:val="{style.based_on}"/><w:next w:val="{style.next or style.id}"/><w:qFormat/>'
        f"<w:pPr>{'<w:keepNext/>' if style.keep_next else ''}<w:widowControl/>{style.more}"
        f'{spacing}{indent}<w:jc w:val="{style.align}"/>{outline}</w:pPr>'
        f'<w:rPr>{looks}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
        f"{line}</w:rPr></w:style>"
    )


def _styles():
    font = " ".join(f'w:{script}="{FONT}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f"{XML}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {font}/>"
        '<w:color w:val="000000"/><w:sz w:val="28"/><w:szCs w:val="28"/>'
        '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
        '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>'
        "<w:qFormat/></w:style>"
        '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
        '<w:name w:val="Default Paragraph Font"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal">'
        '<w:name w:val="Normal Table"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
        '<w:style w:type="table" w:customStyle="1" w:styleId="KeBang"><w:name w:val="Kẻ bảng"/>'
        f'<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>{lines}</w:tblBorders>'
        '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
        f"{''.join(map(_style, STYLES))}</w:styles>"
    )


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


def row(cells, widths, *, is_heading=False, may_break=False):
    """Return a row that no page break divides unless it `may_break`; a heading is repeated."""
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
    return f"<w:tr><w:trPr>{whole}{heading}</w:trPr>{''.join(parts)}</w:tr>"


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


def section(paper, *, is_first=False):
    """Return the properties of a section; on the first page of the first no number is shown."""
    wide = ' w:orient="landscape"' if paper.width > paper.height else ""
    first = f'<w:headerReference w:type="first" r:id="{FIRST_HEADER}"/>' if is_first else ""
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{paper.header}"/>{first}'
        '<w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{mm(paper.width)}" w:h="{mm(paper.height)}"{wide}/>'
        f'<w:pgMar w:top="{mm(paper.top)}" w:right="{mm(paper.right)}" w:bottom="{mm(paper.bottom)}"'
        f' w:left="{mm(paper.left)}" w:header="{mm(10)}" w:footer="{mm(10)}" w:gutter="0"/>'
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
LINKS = (
    f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/settings" Target="settings.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/numbering" Target="numbering.xml"/>'
    + "".join(
        f'<Relationship Id="{link}" Type="{OFFICE}/header" Target="{name}"/>'
        for name, link in HEADERS
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


def package(pieces, *, title, author, made_at, mark="", numbering):
    """Return the bytes of a .docx whose body is made of `pieces`; `mark` stands on every page.

    `numbering` returns the lists' part; it is asked when the last piece has been written.
    """
    stream = io.BytesIO()
    with UndatedZip(stream, made_at) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", ROOT_LINKS)
        archive.writestr("word/_rels/document.xml.rels", LINKS)
        archive.writestr("word/styles.xml", _styles())
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
    return stream.getvalue()
