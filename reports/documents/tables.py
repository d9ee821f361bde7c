"""The columns of every table that a report or a consolidated report has, each with all its facts.

What a column is called, how wide it is, whether it holds days, and what it means to whoever reads
only the numbers: report, consolidated report, Word, PDF, spreadsheet and its explanation read it
here. A document keeps what `drawn` returns. Nothing here needs settings or a database, so that a
frozen document can be rendered anywhere.
"""

from reports.documents.columns import Column, Kind
from reports.documents.question_columns import QUESTIONS

TEXT, WORD, NUMBER, DAY = Kind

# Columns of several tables.

LINE = Column("line", "TT", NUMBER, explained="Số thứ tự dòng.")
CODE = Column(
    "code",
    "Mã",
    WORD,
    explained="Mã của ý kiến (C) hoặc kết luận (K), đứng sau mã của hội nghị (HN).",
)
DUE = Column("due_on", "Thời hạn", DAY, explained="Ngày phải xong.")
THEME = Column(
    "theme", "Nhóm nội dung", TEXT, explained="Nhóm nội dung đối thoại theo văn bản chỉ đạo."
)
ITEMS = Column(
    "items",
    "Số nội dung",
    NUMBER,
    explained="Số ý kiến, kiến nghị; ý kiến trùng đã gộp chỉ tính một lần, ý kiến đã rút không tính.",
)
BEFORE = Column("before", "Gửi trước", NUMBER, explained="Số nội dung gửi trước hội nghị.")
LIVE = Column("live", "Nêu tại hội nghị", NUMBER, explained="Số nội dung nêu ngay tại hội nghị.")
ANSWERED_LIVE = Column(
    "answered_live",
    "Trả lời trực tiếp",
    NUMBER,
    explained="Số nội dung được trả lời ngay tại hội nghị.",
)
ANSWERED_WRITTEN = Column(
    "answered_written",
    "Trả lời văn bản",
    NUMBER,
    explained="Số nội dung được trả lời bằng văn bản.",
)
IN_WRITING = ANSWERED_WRITTEN.called("Bằng văn bản")
IN_PROGRESS = Column(
    "in_progress", "Đang xem xét", NUMBER, explained="Số nội dung chưa có câu trả lời."
)
ESCALATED = Column(
    "escalated",
    "Kiến nghị cấp trên",
    NUMBER,
    explained="Số nội dung vượt thẩm quyền, đã kiến nghị cấp trên.",
)
REFERRED = Column(
    "referred", "Chuyển CQ chức năng", NUMBER, explained="Số nội dung đã chuyển cơ quan chức năng."
)
DECLINED = Column(
    "declined", "Ngoài phạm vi", NUMBER, explained="Số nội dung không thuộc phạm vi đối thoại."
)
OVERDUE = Column(
    "overdue",
    "Quá hạn",
    NUMBER,
    explained="Số nội dung đang xem xét đã quá hạn trả lời; là một phần của “Đang xem xét”, không cộng thêm.",
)
COMMITTEE = Column("committee", "Đảng ủy", TEXT, explained="Tên đảng ủy gửi báo cáo.")

TABLES = {
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
    "kinds": (
        Column("kind", "Loại hình", TEXT, 20, "Đảng ủy cấp trên cơ sở hoặc đảng ủy cơ sở."),
        Column(
            "committees",
            "Số đảng ủy",
            NUMBER,
            10,
            "Số đảng ủy phải tổ chức đối thoại và gửi báo cáo trong kỳ.",
        ),
        Column(
            "held",
            "Đã tổ chức",
            NUMBER,
            10,
            "Số đảng ủy đã tổ chức ít nhất một hội nghị, đã báo cáo hay chưa.",
        ),
        Column(
            "reported",
            "Đã báo cáo",
            NUMBER,
            10,
            "Số đảng ủy đã gửi báo cáo; không tính bản bị trả lại vì thiếu số liệu và bản tự động chưa phê duyệt.",
        ),
        Column("in_time", "Đúng hạn", NUMBER, 10, "Số đảng ủy gửi báo cáo đúng hạn."),
        Column("late", "Chậm", NUMBER, 10, "Số đảng ủy gửi báo cáo sau hạn."),
        Column(
            "incomplete",
            "Trả lại, thiếu số liệu",
            NUMBER,
            10,
            "Số đảng ủy có báo cáo bị trả lại vì thiếu số liệu, chưa gửi lại.",
        ),
        Column(
            "automatic",
            "Tự động, chưa duyệt",
            NUMBER,
            10,
            "Số đảng ủy chỉ có bản tổng hợp tự động, chưa phê duyệt.",
        ),
        Column("not_sent", "Chưa gửi", NUMBER, 10, "Số đảng ủy chưa gửi báo cáo."),
        Column(
            "held_unreported",
            "Đã tổ chức, chưa báo cáo",
            NUMBER,
            10,
            "Số đảng ủy đã tổ chức hội nghị mà báo cáo chưa được tính là đã gửi.",
        ),
    ),
    "sheet1": (
        LINE.wide(4),
        COMMITTEE.wide(23),
        Column("kind", "Loại hình", TEXT, 16, "Đảng ủy cấp trên cơ sở hoặc đảng ủy cơ sở."),
        Column("party_members", "Số đảng viên", NUMBER, 6, "Số đảng viên của đảng bộ."),
        Column("plan_on", "Kế hoạch (ngày)", DAY, 8, "Ngày ban hành kế hoạch đối thoại."),
        Column("conferences", "Số cuộc", NUMBER, 5, "Số hội nghị đối thoại đã tổ chức trong kỳ."),
        Column(
            "last_held_on",
            "Ngày hội nghị gần nhất",
            DAY,
            8,
            "Ngày của hội nghị cuối cùng trong kỳ.",
        ),
        Column("present", "Lượt người dự", NUMBER, 6, "Tổng số lượt người dự các hội nghị."),
        Column("issued_on", "Ngày gửi báo cáo", DAY, 8, "Ngày phát hành báo cáo lần đầu."),
        Column(
            "standing",
            "Đúng hạn, chậm, chưa gửi",
            WORD,
            8,
            "Tình hình gửi báo cáo so với thời hạn của kỳ.",
        ),
        Column(
            "not_held",
            "Không tổ chức (lý do)",
            TEXT,
            8,
            "Lý do đảng ủy nêu khi không tổ chức hội nghị.",
        ),
    ),
    "sheet2": (
        Column(
            "indicator",
            "Chỉ tiêu",
            TEXT,
            34,
            "Chỉ tiêu được so sánh; phần tổ chức tính từ hội nghị, phần ý kiến tính từ báo cáo.",
        ),
        Column("now", "Kỳ này", NUMBER, 13, "Giá trị của kỳ báo cáo."),
        Column("before", "Kỳ trước", NUMBER, 13, "Giá trị của kỳ liền trước."),
        Column("change", "Tăng, giảm", NUMBER, 13, "Kỳ này trừ kỳ so sánh ở cột liền bên trái."),
        Column("year_before", "Cùng kỳ năm trước", NUMBER, 14, "Giá trị của cùng kỳ năm trước."),
        Column(
            "change_of_year", "Tăng, giảm", NUMBER, 13, "Kỳ này trừ kỳ so sánh ở cột liền bên trái."
        ),
    ),
    "sheet3": (
        LINE.wide(4),
        THEME.wide(17),
        ITEMS.wide(6.4),
        BEFORE.wide(6.4),
        LIVE.wide(6.4),
        ANSWERED_LIVE.wide(6.4),
        ANSWERED_WRITTEN.wide(6.4),
        IN_PROGRESS.wide(6.4),
        ESCALATED.wide(6.4),
        REFERRED.wide(7.6),
        DECLINED.wide(6.4),
        OVERDUE.wide(6.4),
        Column(
            "rate",
            "Đã trả lời (%)",
            NUMBER,
            6.4,
            "Trả lời trực tiếp và bằng văn bản, chia cho số nội dung trừ phần ngoài phạm vi và phần chuyển cơ quan chức năng.",
        ),
        Column(
            "committees",
            "Số đảng ủy có ý kiến",
            NUMBER,
            6.4,
            "Số đảng ủy có ít nhất một nội dung thuộc nhóm.",
        ),
        Column(
            "share", "Tỷ trọng (%)", NUMBER, 6.4, "Số nội dung của nhóm chia cho tổng số nội dung."
        ),
    ),
    "sheet4": (
        LINE.wide(4),
        COMMITTEE.wide(26),
        ITEMS.wide(8),
        ANSWERED_LIVE.wide(8),
        IN_WRITING.wide(8),
        IN_PROGRESS.wide(8),
        ESCALATED.wide(8),
        REFERRED.wide(8),
        DECLINED.wide(8),
        OVERDUE.wide(8),
        Column(
            "rate",
            "Tỷ lệ trả lời (%)",
            NUMBER,
            8,
            "Trả lời trực tiếp và bằng văn bản, chia cho số nội dung trừ phần ngoài phạm vi và phần chuyển cơ quan chức năng.",
        ),
    ),
    "missing": (
        LINE.wide(6),
        COMMITTEE.wide(44),
        Column("standing", "Tình hình", TEXT, 26, "Chậm hoặc chưa gửi, kèm số ngày."),
        Column("issued_on", "Ngày gửi", DAY, 14, "Ngày phát hành báo cáo lần đầu."),
        Column("reminders", "Số lần đôn đốc", NUMBER, 10, "Số lần đã nhắc trong kỳ."),
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
