"""Names of Party organisations as published, with a kind each: real lengths and spellings."""

NAMES = [
    ("Đảng bộ Bộ Kế hoạch và Đầu tư", "above_base"),
    ("Đảng bộ Bộ Tư pháp", "above_base"),
    ("Đảng bộ Bộ Công Thương", "above_base"),
    ("Đảng bộ Bộ Văn hoá, Thể thao và Du lịch", "above_base"),
    ("Đảng bộ Bộ Ngoại giao", "above_base"),
    ("Đảng bộ Bộ Y tế", "above_base"),
    ("Đảng bộ Bộ Giáo dục và Đào tạo", "above_base"),
    ("Đảng bộ Bộ Tài chính", "above_base"),
    ("Đảng bộ Bộ Xây dựng", "above_base"),
    ("Đảng bộ Bộ Nông nghiệp và Môi trường", "above_base"),
    ("Đảng bộ Bộ Khoa học và Công nghệ", "above_base"),
    ("Đảng bộ Bộ Nội vụ", "above_base"),
    ("Đảng bộ Ngân hàng Nhà nước", "above_base"),
    ("Đảng bộ Thanh tra Chính phủ", "above_base"),
    ("Đảng bộ Bộ Dân tộc-Tôn giáo", "above_base"),
    ("Đảng bộ Văn phòng Chính phủ", "above_base"),
    ("Đảng bộ Viện Hàn lâm Khoa học và Công nghệ Việt Nam", "above_base"),
]
