"""The files of the demonstration: what an asker has photographed, what a leader has added."""

import io

from PIL import Image, ImageDraw

from foundation.cleaning import clean
from reports.documents.blocks import heading
from reports.documents.columns import Column, Kind
from reports.documents.docx import report_docx
from reports.documents.sample import SAMPLE
from reports.documents.tables import LINE


def photo():
    """Return the cleaned picture of a laboratory's wall, stained by what evaporates there."""
    picture = Image.new("RGB", (640, 420), "#d9d4c7")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 640, 70), fill="#8d9296")
    draw.rectangle((420, 150, 580, 420), fill="#7a5c3e")
    for inset, colour in enumerate(("#b9a67e", "#a89062", "#957b4c")):
        draw.ellipse((90 + 22 * inset, 70, 300 - 22 * inset, 230 - 30 * inset), fill=colour)
    for drop in range(4):
        draw.ellipse(
            (140 + 34 * drop, 250 + 31 * drop, 150 + 34 * drop, 268 + 31 * drop), fill="#5d7f9b"
        )
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=80)
    return clean(written.getvalue())


def schedule():
    """Return the cleaned Word file that says what is done by when."""
    steps = [
        (1, "Rà soát vị trí việc làm có yếu tố độc hại", "Phòng Tổ chức", "Tháng thứ nhất"),
        (2, "Trình lãnh đạo mức phụ cấp mới", "Phòng Tổ chức", "Tháng thứ hai"),
        (3, "Chi trả mức mới và phần chênh lệch", "Phòng Tài chính", "Từ quý sau"),
    ]
    columns = (
        LINE.wide(6),
        Column("what", "Nội dung", Kind.TEXT, 50),
        Column("who", "Chủ trì", Kind.TEXT, 22),
        Column("when", "Thời gian", Kind.TEXT, 22),
    )
    table = {
        "type": "table",
        "name": "steps",
        "caption": "",
        "columns": [one.drawn() for one in columns],
        "rows": [list(step) for step in steps],
        "total": None,
        "empty": "",
    }
    return clean(
        report_docx(
            {
                **{key: value for key, value in SAMPLE.items() if key != "verify"},
                "number": 7,
                "symbol": "KH/ĐU",
                "type": "KẾ HOẠCH",
                "abstract": "điều chỉnh phụ cấp độc hại",
                "body": [heading(1, "CÁC BƯỚC THỰC HIỆN"), table],
                "annexes": [],
            }
        )
    )
