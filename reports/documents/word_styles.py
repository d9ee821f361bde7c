"""The styles of our Word files: the Party form's, and no other program's."""

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from foundation.text import printable

BLANKS = re.compile(r"[ \t\r\n\f]+")
FONT = "Times New Roman"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


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
DOTTED = '<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="9354"/></w:tabs>'
BODY: dict[str, Any] = {"align": "both", "first_line_mm": 10, "after": 6, "line": 19}
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
    Style("DongKe", "Dòng kẻ", size=12, align="left", line=22, more=DOTTED),
    Style("Phieu", "Phiếu", size=11.5, align="left", after=2, line=14),
    Style("TenPhieu", "Tên phiếu", size=16, bold=True, before=2, after=2, line=20),
    Style("ApPhich", "Áp phích", size=18, after=6, line=24),
    Style("ApPhichNho", "Áp phích, chữ nhỏ", size=14, after=4, line=18),
    Style("TenApPhich", "Tên áp phích", size=36, bold=True, before=6, after=6, line=40),
    Style("MaHoiTruong", "Mã hội trường", size=60, bold=True, line=64),
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


def styles():
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
        '<w:style w:type="table" w:customStyle="1" w:styleId="KePhieu"><w:name w:val="Kẻ phiếu"/>'
        '<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>'
        '<w:insideH w:val="dashed" w:sz="6" w:space="0" w:color="000000"/></w:tblBorders>'
        "</w:tblPr></w:style>"
        f"{''.join(map(_style, STYLES))}</w:styles>"
    )
