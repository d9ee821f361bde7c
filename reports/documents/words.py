"""What documents call the channels and the outcomes of questions. Vietnamese in place."""

from reports.documents.formatting import short_document_date

CHANNELS = {
    "portal": "Cổng đối thoại",
    "paper": "Phiếu giấy",
    "box": "Hòm thư góp ý",
    "cell": "Họp chi bộ",
    "oral": "Phát biểu tại hội nghị",
}
OUTCOMES = {
    "answered_live": "Trả lời trực tiếp",
    "answered_written": "Trả lời bằng văn bản",
    "in_progress": "Đang xem xét",
    "escalated": "Kiến nghị cấp trên",
    "referred": "Chuyển cơ quan chức năng",
    "declined": "Không thuộc phạm vi đối thoại",
}
RETURN_REASONS = {
    "out_of_scope": "nội dung ngoài phạm vi đối thoại",
    "final_decision": "đã có quyết định giải quyết cuối cùng",
    "complaint": "khiếu nại, tố cáo được giải quyết theo trình tự riêng",
    "unclear": "nội dung chưa rõ",
    "secret": "có thông tin không được xử lý trên cổng",
    "offensive": "nội dung không phù hợp",
}
UNEDITED = "(nội dung chưa biên tập)"


def how_raised(item):
    """Say through what a question came, and when, unless that is said already. `item` as in figures."""
    channel = CHANNELS[item["channel"]]
    return channel if item["channel"] == "oral" else f"{channel}, {when_raised(item)}"


def when_raised(item):
    """Say whether a question came before or at the conference. `item` as in figures."""
    return "nêu tại hội nghị" if item["raised_live"] else "gửi trước hội nghị"


def outcome(item):
    """Say what became of a question, with the body it went to or the reason."""
    words = OUTCOMES[item["outcome"]]
    if item["outcome"] in ("escalated", "referred"):
        return f"{words}: {item['passed_to']}"
    if item["outcome"] == "declined":
        return f"{words}: {RETURN_REASONS[item['return_code']]}"
    if item["outcome"] == "in_progress" and item.get("first_reply_on"):
        words += f", đã trả lời bước đầu ngày {short_document_date(item['first_reply_on'])}"
    if item["outcome"] == "in_progress" and item["due_on"]:
        words += f", hạn trả lời {short_document_date(item['due_on'])}"
        if item.get("clock_stopped_on"):
            words += " (tạm dừng tính hạn, chờ người hỏi làm rõ)"
    return words


def answer_told(item):
    """The answer; of one that was given to several questions the words stand with the first alone."""
    return f"Trả lời chung với câu hỏi {item['as_in']}." if item.get("as_in") else item["answer"]
