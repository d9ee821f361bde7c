"""What each column of the annexes as a spreadsheet means, for whoever reads only the numbers."""

# By the name of a table and the heading of a column; "" is for all tables.
EXPLAINED = {
    "": {
        "TT": "Số thứ tự dòng.",
        "Mã": "Mã của ý kiến (C) hoặc kết luận (K), đứng sau mã của hội nghị (HN).",
        "Thời hạn": "Ngày phải xong.",
        "Nhóm nội dung": "Nhóm nội dung đối thoại theo văn bản chỉ đạo.",
        "Số nội dung": "Số ý kiến, kiến nghị; ý kiến trùng đã gộp chỉ tính một lần, ý kiến đã rút không tính.",
        "Gửi trước": "Số nội dung gửi trước hội nghị.",
        "Nêu tại hội nghị": "Số nội dung nêu ngay tại hội nghị.",
        "Trả lời trực tiếp": "Số nội dung được trả lời ngay tại hội nghị.",
        "Trả lời văn bản": "Số nội dung được trả lời bằng văn bản.",
        "Bằng văn bản": "Số nội dung được trả lời bằng văn bản.",
        "Đang xem xét": "Số nội dung chưa có câu trả lời.",
        "Kiến nghị cấp trên": "Số nội dung vượt thẩm quyền, đã kiến nghị cấp trên.",
        "Chuyển CQ chức năng": "Số nội dung đã chuyển cơ quan chức năng.",
        "Ngoài phạm vi": "Số nội dung không thuộc phạm vi đối thoại.",
        "Quá hạn": "Số nội dung đang xem xét đã quá hạn trả lời; là một phần của “Đang xem xét”, không cộng thêm.",
        "Đảng ủy": "Tên đảng ủy gửi báo cáo.",
    },
    "table1": {
        "Hội nghị (ngày)": "Ngày tổ chức hội nghị.",
        "Triệu tập": "Số người được triệu tập.",
        "Có mặt": "Số người dự hội nghị.",
        "Đảng viên": "Số người dự là đảng viên.",
        "Công chức": "Số người dự là công chức.",
        "Viên chức": "Số người dự là viên chức.",
        "Người lao động": "Số người dự là người lao động theo hợp đồng.",
        "Nữ": "Số người dự là nữ.",
        "Trực tuyến": "Số người dự trực tuyến.",
        "Tỷ lệ có mặt (%)": "Có mặt chia cho triệu tập, phần trăm, một số lẻ.",
    },
    "table2": {
        "Nội dung (mã)": "Kết luận của kỳ trước, kèm mã.",
        "Đơn vị chịu trách nhiệm": "Đơn vị phải thực hiện.",
        "Kết quả": "Kết quả thực hiện đã ghi nhận.",
        "Trạng thái": "Đã xong, đang thực hiện hoặc quá hạn; chưa xong thì chuyển kỳ sau.",
        "Căn cứ": "Số văn bản chứng minh kết quả.",
    },
    "table3": {
        "Tỷ lệ đã trả lời (%)": "Trả lời trực tiếp và bằng văn bản, chia cho số nội dung trừ phần ngoài phạm vi và phần chuyển cơ quan chức năng.",
    },
    "table4": {
        "Nội dung kết luận": "Việc được giao tại hội nghị.",
        "Đơn vị chủ trì": "Đơn vị chịu trách nhiệm chính.",
        "Phối hợp": "Các đơn vị phối hợp.",
        "Trạng thái": "Đã xong, đang thực hiện hoặc quá hạn.",
        "Ghi chú": "Số văn bản chứng minh kết quả.",
    },
    "table5": {
        "Nội dung kiến nghị": "Nội dung đã biên tập, không có tên người nêu.",
        "Lý do vượt thẩm quyền": "Vì sao đảng ủy không tự giải quyết được.",
        "Cơ quan được kiến nghị": "Nơi nhận kiến nghị.",
        "Số người cùng kiến nghị": "Số lượt ý kiến đã gộp vào kiến nghị này.",
        "Kiến nghị lần thứ": "Kiến nghị đã được nêu bao nhiêu kỳ, kể cả kỳ này.",
    },
    "items": {
        "Nội dung": "Nội dung đã biên tập, không có tên người nêu.",
        "Hình thức gửi": "Cổng đối thoại, phiếu giấy, hòm thư góp ý, họp chi bộ hoặc phát biểu.",
        "Thời điểm nêu": "Gửi trước hoặc nêu tại hội nghị.",
        "Kết quả": "Kết quả xử lý đến thời điểm chốt số liệu.",
        "Trả lời": "Câu trả lời đã được duyệt.",
        "Người trả lời": "Người hoặc đơn vị trả lời.",
        "Ngày trả lời": "Ngày câu trả lời được duyệt.",
        "Lần thứ": "Nội dung đã được nêu bao nhiêu kỳ, kể cả kỳ này.",
    },
    "annex2": {
        "Nội dung": "Nội dung đã biên tập, không có tên người nêu.",
        "Đơn vị": "Đơn vị được phân công trả lời.",
        "Số ngày quá hạn": "Số ngày đã qua kể từ thời hạn; 0 là chưa quá hạn.",
    },
    "kinds": {
        "Loại hình": "Đảng ủy cấp trên cơ sở hoặc đảng ủy cơ sở.",
        "Số đảng ủy": "Số đảng ủy phải tổ chức đối thoại và gửi báo cáo trong kỳ.",
        "Đã tổ chức": "Số đảng ủy đã tổ chức ít nhất một hội nghị, đã báo cáo hay chưa.",
        "Đã báo cáo": "Số đảng ủy đã gửi báo cáo; không tính bản bị trả lại vì thiếu số liệu và bản tự động chưa phê duyệt.",
        "Đúng hạn": "Số đảng ủy gửi báo cáo đúng hạn.",
        "Chậm": "Số đảng ủy gửi báo cáo sau hạn.",
        "Trả lại, thiếu số liệu": "Số đảng ủy có báo cáo bị trả lại vì thiếu số liệu, chưa gửi lại.",
        "Tự động, chưa duyệt": "Số đảng ủy chỉ có bản tổng hợp tự động, chưa phê duyệt.",
        "Chưa gửi": "Số đảng ủy chưa gửi báo cáo.",
        "Đã tổ chức, chưa báo cáo": "Số đảng ủy đã tổ chức hội nghị mà báo cáo chưa được tính là đã gửi.",
    },
    "sheet1": {
        "Loại hình": "Đảng ủy cấp trên cơ sở hoặc đảng ủy cơ sở.",
        "Số đảng viên": "Số đảng viên của đảng bộ.",
        "Kế hoạch (ngày)": "Ngày ban hành kế hoạch đối thoại.",
        "Số cuộc": "Số hội nghị đối thoại đã tổ chức trong kỳ.",
        "Ngày hội nghị gần nhất": "Ngày của hội nghị cuối cùng trong kỳ.",
        "Lượt người dự": "Tổng số lượt người dự các hội nghị.",
        "Ngày gửi báo cáo": "Ngày phát hành báo cáo lần đầu.",
        "Đúng hạn, chậm, chưa gửi": "Tình hình gửi báo cáo so với thời hạn của kỳ.",
        "Không tổ chức (lý do)": "Lý do đảng ủy nêu khi không tổ chức hội nghị.",
    },
    "sheet2": {
        "Chỉ tiêu": "Chỉ tiêu được so sánh; phần tổ chức tính từ hội nghị, phần ý kiến tính từ báo cáo.",
        "Kỳ này": "Giá trị của kỳ báo cáo.",
        "Kỳ trước": "Giá trị của kỳ liền trước.",
        "Tăng, giảm": "Kỳ này trừ kỳ so sánh ở cột liền bên trái.",
        "Cùng kỳ năm trước": "Giá trị của cùng kỳ năm trước.",
    },
    "sheet3": {
        "Đã trả lời (%)": "Trả lời trực tiếp và bằng văn bản, chia cho số nội dung trừ phần ngoài phạm vi và phần chuyển cơ quan chức năng.",
        "Số đảng ủy có ý kiến": "Số đảng ủy có ít nhất một nội dung thuộc nhóm.",
        "Tỷ trọng (%)": "Số nội dung của nhóm chia cho tổng số nội dung.",
    },
    "sheet4": {
        "Tỷ lệ trả lời (%)": "Trả lời trực tiếp và bằng văn bản, chia cho số nội dung trừ phần ngoài phạm vi và phần chuyển cơ quan chức năng.",
    },
    "missing": {
        "Tình hình": "Chậm hoặc chưa gửi, kèm số ngày.",
        "Ngày gửi": "Ngày phát hành báo cáo lần đầu.",
        "Số lần đôn đốc": "Số lần đã nhắc trong kỳ.",
    },
}
NOTES = (
    "Dấu “–” là chưa có số liệu, khác với số 0.",
    "Nội dung dài hơn một ô chứa được thì viết tiếp ở dòng ngay dưới, các ô khác của dòng đó để trống.",
    "Ô bắt đầu bằng dấu nháy đơn (') trước =, +, -, @ là văn bản người dùng nhập, không phải công thức.",
)


def explanation(table, label):
    """Return what the column `label` of the table named `table` means, or an empty string."""
    return EXPLAINED.get(table, {}).get(label) or EXPLAINED[""].get(label, "")
