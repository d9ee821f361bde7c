"""A document with one of everything: the process that renders makes it once when it starts.

What is loaded and worked out for it (libraries, templates, fonts, the shapes of letters) need
not be loaded for the documents that follow, and what is missing is found out before them.
"""

from typing import Any

from reports.documents.blocks import heading, paragraph
from reports.documents.tables import ITEMS, LINE, THEME

LETTERS = (
    "Đảng ủy, đảng viên, công chức, viên chức và người lao động: đề nghị lãnh đạo trả lời rõ ràng, "
    "sớm giải quyết những kiến nghị chính đáng; ẳẵặ ẩẫậ ẻẽẹ ểễệ ỉĩị ỏõọ ổỗộ ởỡợ ủũụ ửữự ỷỹỵ "
    "0123456789 AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXY (–…%/“”)."
)
_TABLE = {
    "type": "table",
    "name": "table3",
    "caption": "Bảng 3. Ý kiến, kiến nghị theo nhóm nội dung",
    "columns": [LINE.wide(4).drawn(), THEME.wide(40).drawn(), ITEMS.wide(8).drawn()],
    "rows": [[1, LETTERS, 12]],
    "total": ["", "Tổng", 12],
    "empty": "Không phát sinh.",
}
_RECORDS = {
    "type": "records",
    "items": [{"title": "1. C001", "lines": [{"label": "Nội dung", "text": LETTERS}]}],
}
SAMPLE = {
    "schema": 1,
    "kind": "report",
    "profile": "HD05_2026",
    "draft_no": None,
    "note": "",
    "superior": "ĐẢNG BỘ KHỐI MẪU",
    "issuer": "ĐẢNG ỦY CƠ QUAN MẪU",
    "number": 1,
    "symbol": "BC/ĐU",
    "place": "Hà Nội",
    "issued_on": "2026-01-01",
    "year": 2026,
    "type": "BÁO CÁO",
    "abstract": "kết quả hội nghị đối thoại",
    "body": [heading(1, "I- ĐÁNH GIÁ CHUNG"), heading(2, "1. Ưu điểm"), paragraph(LETTERS), _TABLE],
    "sign": {"capacity": "T/M ĐẢNG ỦY", "post": "BÍ THƯ", "person": "Nguyễn Thị Ánh"},
    "recipients": ["Ban Dân vận (để tổng hợp)", "Lưu Văn phòng Đảng ủy"],
    "annexes": [
        {"title": "Danh mục ý kiến", "landscape": False, "body": [_RECORDS]},
        {"title": "Danh mục nội dung quá hạn", "landscape": True, "body": [_TABLE]},
    ],
    "verify": {"code": "0000-0000-0000-0000-0000", "url": "https://localhost/verify/"},
}
SAMPLE_FIGURES: dict[str, Any] = {"items": [], "conferences": []}
