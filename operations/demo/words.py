"""What people of the story are called, ask and answer."""

from committees.models import Role

PASSWORD = "doithoai-2026"
ACCOUNTS = (
    # user name, full name, role in words, role, post
    ("bithu", "Nguyễn Thị Minh Ánh", "Bí thư Đảng ủy", Role.SECRETARY, "Bí thư Đảng ủy"),
    ("vanthu", "Trần Văn Bình", "Văn thư, Văn phòng Đảng ủy", Role.CLERK, "Văn phòng Đảng ủy"),
    ("lanhdao", "Lê Quốc Cường", "Lãnh đạo trả lời", Role.LEADER, "Phó Viện trưởng"),
    ("canbo", "Đỗ Thu Dung", "Cán bộ, người hỏi", Role.STAFF, ""),
    ("truongban", "Ngô Đình Lâm", "Trưởng Ban", Role.HEAD, "Trưởng Ban"),
    ("chuyenvien", "Đặng Thị Mai", "Chuyên viên của Ban", Role.OFFICER, "Chuyên viên"),
    ("quantri", "Quản trị cổng", "Quản trị", None, ""),
)
BODIES = (
    "Viện Nghiên cứu", "Tổng cục", "Học viện", "Cục", "Trung tâm", "Nhà xuất bản",
    "Tạp chí", "Trường Đào tạo", "Văn phòng",
)  # fmt: skip
PLACES = (
    "Minh Hòa", "An Khê", "Bình Sa", "Cẩm Lĩnh", "Đông Thạnh", "Giang Uyên", "Hải Vân Sơn",
)  # fmt: skip
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị", "Quốc", "Thu", "Đình", "Hồng", "Minh")
GIVEN = ("An", "Bích", "Chiến", "Duyên", "Giang", "Hạnh", "Khoa", "Lan", "Nghĩa", "Oanh", "Phúc", "Sơn", "Thảo", "Yến")  # fmt: skip
ASKED = (
    # theme, kind, level, text, answer
    (
        3,
        "recommendation",
        "confidential",
        "Đề nghị xem xét phụ cấp độc hại cho bộ phận phòng thí nghiệm, ba năm nay chưa điều chỉnh.",
        "Phòng Tổ chức đã rà soát; mức mới áp dụng từ quý sau, trả bổ sung phần chênh lệch.",
    ),
    (
        2,
        "opinion",
        "named",
        "Lịch họp giao ban thường thay đổi sát giờ, cán bộ khó sắp xếp công việc chuyên môn.",
        "Từ tháng tới lịch giao ban cố định vào sáng thứ Hai và công bố trước ba ngày.",
    ),
    (
        1,
        "proposal",
        "confidential",
        "Cấp ủy cần thông báo sớm chủ trương sắp xếp tổ chức để cán bộ yên tâm công tác.",
        "Đảng ủy sẽ thông báo phương án tại hội nghị chi bộ ngay sau khi được phê duyệt.",
    ),
    (
        3,
        "recommendation",
        "confidential",
        "Khu để xe quá tải, mưa là ngập; đề nghị sửa mái và hệ thống thoát nước.",
        "Văn phòng đã lập dự toán, sửa chữa xong trước mùa mưa.",
    ),
    (
        4,
        "feedback",
        "named",
        "Kế hoạch hành động cá nhân của lãnh đạo chưa được công khai trên trang nội bộ.",
        "Đã công khai ngày 05 hằng tháng; bộ phận nào chưa xem được báo Văn phòng.",
    ),
    (
        5,
        "aspiration",
        "confidential",
        "Nhiều anh chị em trẻ mong có nhà công vụ hoặc hỗ trợ thuê nhà.",
        "",
    ),
    (
        2,
        "feedback",
        "confidential",
        "Phần mềm quản lý văn bản chậm, có ngày không gửi được công văn.",
        "Trung tâm tin học nâng cấp máy chủ trong tháng này.",
    ),
    (
        3,
        "opinion",
        "confidential",
        "Việc nâng lương trước thời hạn cần nêu rõ tiêu chí và công khai danh sách.",
        "Tiêu chí đã ban hành tại quy chế; danh sách công khai bảy ngày trước khi quyết định.",
    ),
    (
        1,
        "opinion",
        "confidential",
        "Sinh hoạt chi bộ còn nặng hình thức, ít thời gian thảo luận.",
        "Đảng ủy đã hướng dẫn dành ít nhất một phần ba thời lượng cho thảo luận.",
    ),
    (
        3,
        "recommendation",
        "confidential",
        "Kiến nghị cấp trên sửa định mức công tác phí vì giá đã tăng nhiều.",
        "",
    ),
)
UNITS = (
    "Văn phòng",
    "Phòng Tổ chức",
    "Phòng Tài chính",
    "Ban Quản lý nhà",
    "Trung tâm Thông tin",
    "Tổ xe",
)
# What made-up people ask while an office practises: number of the group of themes, text.
IN_THE_HALL = (
    (1, "Chi bộ tôi ba tháng chưa họp chuyên đề, Đảng ủy có kiểm tra không?"),
    (1, "Đề nghị cấp ủy gặp gỡ đảng viên trẻ thường xuyên hơn, không đợi đến hội nghị."),
    (1, "Việc đánh giá đảng viên cuối năm còn cào bằng, xin hỏi hướng khắc phục?"),
    (2, "Bao giờ phần mềm quản lý văn bản chạy được trên điện thoại?"),
    (2, "Phòng họp tầng 3 đăng ký ở đâu, vì sao hay bị trùng lịch?"),
    (2, "Đề nghị công khai quy trình mua sắm văn phòng phẩm."),
    (3, "Tiền làm thêm giờ quý trước đến nay chưa thanh toán, bao giờ có?"),
    (3, "Nhà ăn buổi trưa chật, có thể chia hai ca không?"),
    (3, "Xin hỏi năm nay có khám sức khỏe định kỳ không, tháng nào?"),
    (3, "Thang máy khu B hỏng ba tuần, khi nào sửa xong?"),
    (4, "Lãnh đạo đã cam kết mỗi quý một buổi tiếp cán bộ, quý này là ngày nào?"),
    (4, "Hộp thư góp ý đặt ở sảnh có ai mở không, bao lâu một lần?"),
    (5, "Cơ quan có kế hoạch nhà công vụ cho cán bộ ở xa không?"),
    (5, "Đề nghị tổ chức lớp bồi dưỡng tiếng Anh buổi tối."),
    (5, "Xin cho biết thời gian chuyển trụ sở mới để anh em sắp xếp chỗ ở."),
)
ANSWERED_LIVE = "Lãnh đạo cơ quan đã tiếp thu và giải đáp tại hội nghị."
ANONYMOUS = (
    (2, "Một số việc giao miệng, không có văn bản, khi có sai sót thì không rõ ai chịu trách nhiệm. "
        "Đề nghị quy định việc giao việc bằng văn bản."),
    (3, "Đề nghị công khai cách chia thu nhập tăng thêm trước khi chi."),
    (5, "Có người phản ánh đúng thì bị nhắc nhở. Đề nghị lãnh đạo bảo vệ người góp ý thẳng thắn."),
)  # fmt: skip
