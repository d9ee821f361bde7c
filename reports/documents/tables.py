"""The columns of every table that a report or a consolidated report has, each with all its facts.

What a column is called, how wide it is, whether it holds days, and what it means to whoever reads
only the numbers: report, consolidated report, Word, PDF, spreadsheet and its explanation read it
here. A document keeps what `drawn` returns. Nothing here needs settings or a database, so that a
frozen document can be rendered anywhere.
"""

from reports.documents.columns import Column, Kind
from reports.documents.consolidated_columns import CONSOLIDATED
from reports.documents.question_columns import QUESTIONS
from reports.documents.shared_columns import (
    ANSWERED_LIVE,
    ANSWERED_WRITTEN,
    BEFORE,
    CODE,
    COMMITTEE,
    DECLINED,
    DUE,
    ESCALATED,
    IN_PROGRESS,
    IN_WRITING,
    ITEMS,
    LINE,
    LIVE,
    OVERDUE,
    REFERRED,
    THEME,
)

TEXT, WORD, NUMBER, DAY = Kind

TABLES = {
    **CONSOLIDATED,
    "questions": QUESTIONS,
    "explaining": (
        Column("sheet", "Trang tính", TEXT, 18),
        Column("column", "Cột", TEXT, 30),
        Column("explained", "Giải thích", TEXT, 102),
    ),
    "facts": (Column("what", "Mục", TEXT, 34), Column("said", "Thông tin", TEXT, 66)),
    "table1": (
        LINE.wide(5),
        Column("conference", "Hội nghị (ngày)", DAY, 17, "Ngày tổ chức hội nghị."),
        Column("invited", "Triệu tập", NUMBER, 9, "Số người được triệu tập."),
        Column("present", "Có mặt", NUMBER, 8, "Số người dự hội nghị."),
        Column("party_members", "Đảng viên", NUMBER, 9, "Số người dự là đảng viên."),
        Column("civil_servants", "Công chức", NUMBER, 9, "Số người dự là công chức."),
        Column("public_employees", "Viên chức", NUMBER, 9, "Số người dự là viên chức."),
        Column(
            "workers", "Người lao động", NUMBER, 10, "Số người dự là người lao động theo hợp đồng."
        ),
        Column("women", "Nữ", NUMBER, 7, "Số người dự là nữ."),
        Column("online", "Trực tuyến", NUMBER, 9, "Số người dự trực tuyến."),
        Column(
            "rate",
            "Tỷ lệ có mặt (%)",
            NUMBER,
            9,
            "Có mặt chia cho triệu tập, phần trăm, một số lẻ.",
        ),
    ),
    "table2": (
        LINE.wide(5),
        Column("text", "Nội dung (mã)", TEXT, 28, "Kết luận của kỳ trước, kèm mã."),
        Column("lead_unit", "Đơn vị chịu trách nhiệm", TEXT, 16, "Đơn vị phải thực hiện."),
        DUE.wide(15),
        Column("result", "Kết quả", TEXT, 17, "Kết quả thực hiện đã ghi nhận."),
        Column(
            "state",
            "Trạng thái",
            WORD,
            14,
            "Đã xong, đang thực hiện hoặc quá hạn; chưa xong thì chuyển kỳ sau.",
        ),
        Column("evidence", "Căn cứ", TEXT, 12, "Số văn bản chứng minh kết quả."),
    ),
    "table3": (
        LINE.wide(4),
        THEME.wide(19),
        ITEMS.wide(7),
        BEFORE.wide(7),
        LIVE.wide(7),
        ANSWERED_LIVE.wide(7),
        ANSWERED_WRITTEN.wide(7),
        IN_PROGRESS.wide(7),
        ESCALATED.wide(7),
        REFERRED.wide(8.4),
        DECLINED.wide(7),
        OVERDUE.wide(7),
        Column(
            "rate",
            "Tỷ lệ đã trả lời (%)",
            NUMBER,
            7,
            "Trả lời trực tiếp và bằng văn bản, chia cho số nội dung trừ phần ngoài phạm vi và phần chuyển cơ quan chức năng.",
        ),
    ),
    "table4": (
        LINE.wide(5),
        CODE.wide(15),
        Column("text", "Nội dung kết luận", TEXT, 25, "Việc được giao tại hội nghị."),
        Column("lead_unit", "Đơn vị chủ trì", TEXT, 15, "Đơn vị chịu trách nhiệm chính."),
        Column("co_units", "Phối hợp", TEXT, 11, "Các đơn vị phối hợp."),
        DUE.wide(15.5),
        Column("state", "Trạng thái", WORD, 13, "Đã xong, đang thực hiện hoặc quá hạn."),
        Column("evidence", "Ghi chú", TEXT, 14, "Số văn bản chứng minh kết quả."),
    ),
    "table5": (
        LINE.wide(5),
        Column(
            "text", "Nội dung kiến nghị", TEXT, 34, "Nội dung đã biên tập, không có tên người nêu."
        ),
        Column(
            "reason", "Lý do vượt thẩm quyền", TEXT, 21, "Vì sao đảng ủy không tự giải quyết được."
        ),
        Column("passed_to", "Cơ quan được kiến nghị", TEXT, 19, "Nơi nhận kiến nghị."),
        Column(
            "supporters",
            "Số người cùng kiến nghị",
            NUMBER,
            16,
            "Số lượt ý kiến đã gộp vào kiến nghị này.",
        ),
        Column(
            "times",
            "Kiến nghị lần thứ",
            NUMBER,
            12,
            "Kiến nghị đã được nêu bao nhiêu kỳ, kể cả kỳ này.",
        ),
    ),
    "items": (
        LINE.wide(5),
        CODE.wide(11),
        THEME.wide(18),
        Column("text", "Nội dung", TEXT, 40, "Nội dung đã biên tập, không có tên người nêu."),
        Column(
            "channel",
            "Hình thức gửi",
            WORD,
            14,
            "Cổng đối thoại, phiếu giấy, hòm thư góp ý, họp chi bộ hoặc phát biểu.",
        ),
        Column("raised", "Thời điểm nêu", WORD, 14, "Gửi trước hoặc nêu tại hội nghị."),
        Column("outcome", "Kết quả", TEXT, 20, "Kết quả xử lý đến thời điểm chốt số liệu."),
        Column("answer", "Trả lời", TEXT, 40, "Câu trả lời đã được duyệt."),
        Column("answered_by", "Người trả lời", TEXT, 18, "Người hoặc đơn vị trả lời."),
        Column("answered_on", "Ngày trả lời", DAY, 12, "Ngày câu trả lời được duyệt."),
        Column("times", "Lần thứ", NUMBER, 7, "Nội dung đã được nêu bao nhiêu kỳ, kể cả kỳ này."),
    ),
    "annex2": (
        LINE.wide(5),
        CODE.wide(12),
        Column("text", "Nội dung", TEXT, 31, "Nội dung đã biên tập, không có tên người nêu."),
        Column("unit", "Đơn vị", TEXT, 16, "Đơn vị được phân công trả lời."),
        DUE.wide(12),
        Column("days_overdue", "Số ngày quá hạn", NUMBER, 11, "0 là chưa quá hạn hoặc tạm dừng."),
        Column("first_reply", "Trả lời bước đầu", DAY, 12, "Ngày hẹn lại hạn; vẫn đang xem xét."),
    ),
    "pending": (
        LINE.wide(5),
        CODE.wide(15),
        Column("text", "Nội dung", TEXT, 32),
        Column("unit", "Đơn vị giải quyết", TEXT, 18),
        DUE.wide(15),
        Column("outcome", "Tình hình", TEXT, 22),
    ),
    "programme": (
        LINE.wide(6),
        Column("time", "Thời gian", WORD, 16, "Giờ bắt đầu."),
        Column("title", "Nội dung", TEXT, 48, "Nội dung chương trình."),
        Column("speaker", "Người thực hiện", TEXT, 30, "Người hoặc đơn vị thực hiện."),
    ),
    "signatures": (
        LINE.wide(7),
        Column("name", "Họ và tên", TEXT, 27, "Họ và tên người dự."),
        Column("post", "Chức vụ", TEXT, 23, "Chức vụ của người dự."),
        Column("unit", "Đơn vị", TEXT, 23, "Đơn vị của người dự."),
        Column("signature", "Ký tên", TEXT, 20, "Chữ ký."),
    ),
}
# fmt: off
SHARED = (
    LINE, CODE, DUE, THEME, ITEMS, BEFORE, LIVE, ANSWERED_LIVE, ANSWERED_WRITTEN,
    IN_WRITING, IN_PROGRESS, ESCALATED, REFERRED, DECLINED, OVERDUE, COMMITTEE,
)
# fmt: on


def columns_of(table):
    """Return the columns of a table as a document keeps them."""
    return [column.drawn() for column in TABLES[table]]


def facts_of(table, drawn):
    """Return the Column that `drawn` is in the table of that name.

    Documents that were frozen before columns had keys are known by their labels; of a table that
    is none of ours nothing is known but what stands in it.
    """
    for column in (*TABLES.get(table, ()), *SHARED):
        if column.label == drawn["label"] and drawn.get("key", column.key) == column.key:
            return column
    kind = drawn.get("kind") or (Kind.TEXT if drawn["align"] == "left" else Kind.WORD)
    return Column("", drawn["label"], Kind(kind), drawn["width"])
