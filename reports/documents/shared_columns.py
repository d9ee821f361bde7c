"""Columns that several tables have; `tables` is the place that knows all."""

from reports.documents.columns import Column, Kind

TEXT, WORD, NUMBER, DAY = Kind

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
