"""The columns of the list of a conference's questions."""

from reports.documents.columns import Column, Kind

TEXT, WORD, NUMBER, DAY = Kind

QUESTIONS = (
    Column("line", "TT", NUMBER, 5, "Số thứ tự dòng."),
    Column("code", "Mã", WORD, 11, "Mã câu hỏi; để trống khi chưa phân loại."),
    Column("theme", "Nhóm nội dung", TEXT, 20, "Nhóm nội dung, hoặc nội dung riêng của đảng ủy."),
    Column("unit", "Đơn vị hỏi", TEXT, 14, "Đơn vị của người hỏi có nêu tên; các câu khác ghi “Không nêu tên”."),
    Column("text", "Nội dung", TEXT, 40, "Câu hỏi như người khác đọc được."),
    Column("state", "Tình trạng", TEXT, 16, "Tình trạng lúc tải danh sách."),
    Column("who", "Phân công", TEXT, 18, "Người hoặc đơn vị được phân công trả lời."),
    Column("due_on", "Hạn trả lời", DAY, 12, "Ngày phải trả lời bằng văn bản."),
    Column("answer", "Câu trả lời", TEXT, 40, "Câu trả lời đã công khai."),
    Column("answered_by", "Người trả lời", TEXT, 18, "Người ký câu trả lời đã công khai."),
    Column("answered_on", "Ngày trả lời", DAY, 12, "Ngày trả lời."),
    Column("commitments", "Cam kết", TEXT, 24, "Cam kết từ câu hỏi này, đơn vị và thời hạn."),
)  # fmt: skip
