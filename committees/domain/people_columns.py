"""The columns of a list of people, as offices write their heads, and the words for roles."""

from committees.domain.import_rows import Column
from committees.models import Role

COLUMNS = (
    Column(
        "full_name",
        "Họ và tên",
        True,
        150,
        "Không ghi học hàm, học vị.",
        kind="name",
        also=("Họ tên", "Họ và tên đệm, tên", "Tên", "Họ, tên", "Họ và tên cán bộ", "Full name"),
    ),
    Column(
        "username",
        "Tên đăng nhập",
        False,
        150,
        "Để trống: tự đặt theo họ tên.",
        also=("Tài khoản", "Tên tài khoản", "Username"),
    ),
    Column(
        "email",
        "Thư điện tử",
        True,
        254,
        "Để đặt mật khẩu và nhận nhắc việc.",
        kind="email",
        also=("Email", "E-mail", "Địa chỉ thư điện tử", "Hộp thư", "Địa chỉ email", "Mail"),
    ),
    Column(
        "phone",
        "Điện thoại",
        False,
        30,
        "Chỉ dùng cho người mới.",
        kind="phone",
        also=("Số điện thoại", "SĐT", "Di động", "Số di động", "ĐT", "Điện thoại di động"),
    ),
    Column(
        "committee",
        "Mã đảng ủy",
        True,
        30,
        "Đảng ủy đã có trên cổng.",
        kind="code",
        also=("Mã đơn vị", "Mã tổ chức đảng", "Mã đảng bộ", "Mã chi bộ", "Mã"),
    ),
    Column(
        "role",
        "Vai trò",
        True,
        40,
        "Bí thư, văn thư, lãnh đạo hoặc cán bộ.",
        also=("Vai trò trên cổng", "Quyền"),
    ),
    Column("post", "Chức vụ", False, 120, "Ghi như trên văn bản.", also=("Chức danh",)),
    Column(
        "unit",
        "Đơn vị",
        False,
        120,
        "Phòng, ban, đơn vị công tác.",
        also=("Đơn vị công tác", "Phòng ban", "Phòng, ban", "Bộ phận", "Nơi công tác"),
    ),
    Column(
        "starts_on",
        "Từ ngày",
        False,
        20,
        "Ngày/tháng/năm; để trống: hôm nay.",
        kind="day",
        also=("Ngày bắt đầu", "Bắt đầu"),
    ),
    Column(
        "ends_on",
        "Đến ngày",
        False,
        20,
        "Ngày/tháng/năm; có thể để trống.",
        kind="day",
        also=("Ngày kết thúc", "Kết thúc"),
    ),
)
FULL_NAME, USERNAME, EMAIL, PHONE, COMMITTEE, ROLE, POST, UNIT, STARTS, ENDS = COLUMNS
ROLES = {
    "bi thu": Role.SECRETARY,
    "secretary": Role.SECRETARY,
    "van thu": Role.CLERK,
    "clerk": Role.CLERK,
    "lanh dao": Role.LEADER,
    "leader": Role.LEADER,
    "can bo": Role.STAFF,
    "nhan vien": Role.STAFF,
    "staff": Role.STAFF,
}
WORDS = {
    Role.SECRETARY: "Bí thư",
    Role.CLERK: "Văn thư",
    Role.LEADER: "Lãnh đạo",
    Role.STAFF: "Cán bộ",
}
