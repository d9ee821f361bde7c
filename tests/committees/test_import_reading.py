"""Finding the list in a file, and what its cells mean."""

import datetime as dt
import io

import pytest
from openpyxl import load_workbook

from committees.domain.import_reading import WrongColumns, rows_of
from committees.domain.import_values import value_in
from committees.domain.importing import check_file, columns_of
from committees.domain.members import user_name_for
from committees.models import ImportDraft, Role, User
from committees.titles import proper_name
from foundation.sheets import NotASpreadsheet, Sheet
from tests.committees.sheets import PEOPLE, judged, upload, xlsx
from tests.world import NOON, TODAY, day

LINE = ["Lý Thị Nga", "nga@example.vn", "A01", "Cán bộ"]


def read(*lines, kind="people", more=(), hidden=False):
    sheet = Sheet("Danh sách", list(enumerate(lines, 1)), is_hidden=hidden)
    return rows_of([sheet, *more], columns_of(kind))


def test_columns_that_are_none_of_ours_are_named_and_those_with_numbers_are_not():
    header = ["STT", *PEOPLE, "Ngày sinh", None, None, "Ghi chú\n(nếu có)"]
    line = [1, *LINE, "01/01/1980", None, "x", None]

    _rows, notes = read(header, line)

    assert notes == {"unread_columns": ["Ngày sinh", "(H)", "Ghi chú (nếu có)"]}


def test_a_column_that_stands_twice_is_read_once_and_named():
    (row,), notes = read([*PEOPLE, "Email"], [*LINE, "b@example.vn"])

    assert row.values["email"] == "nga@example.vn"
    assert notes == {"unread_columns": ["Email"]}


@pytest.mark.parametrize(
    "header",
    [
        ["Họ tên", "E-mail", "Mã đơn vị", "VAI TRÒ"],
        ["HỌ VÀ TÊN (*)", "Địa chỉ thư điện tử (bắt buộc)", "Mã đảng uỷ\n(bắt buộc)", "Vai trò:"],
    ],
)
def test_headers_are_known_by_other_words(header):
    (row,), notes = read(header, LINE)

    assert (row.values["full_name"], row.values["committee"], notes) == ("Lý Thị Nga", "A01", {})


def test_the_visible_list_is_taken_before_a_hidden_one():
    old = Sheet("Cũ", [(1, PEOPLE), (2, ["Cũ", "cu@example.vn", "A01", "Cán bộ"])], is_hidden=True)
    new = Sheet("Mới", [(1, PEOPLE), (2, LINE)])

    (row,), notes = rows_of([old, new], columns_of("people"))

    assert row.values["full_name"] == "Lý Thị Nga"
    assert notes == {"sheet": "Mới", "other_sheets": ["Cũ"]}


def test_a_line_that_counts_the_columns_and_a_header_said_again_are_no_rows():
    rows, notes = read(
        PEOPLE, ["(1)", "(2)", "(3)", "(4)"], LINE, PEOPLE, ["Lý Thị Hoa", *LINE[1:]]
    )

    assert [row.number for row in rows] == [3, 5]
    assert [number for number, _text in notes["below"]] == [2, 4]


def test_a_row_in_the_middle_that_is_half_empty_is_no_note():
    rows, notes = read(PEOPLE, LINE, ["Lý Thị Hoa"], LINE)

    assert ([row.number for row in rows], notes) == ([2, 3, 4], {})


def test_a_list_of_one_half_empty_row_is_a_row():
    rows, notes = read(PEOPLE, ["Lý Thị Hoa"])

    assert ([row.number for row in rows], notes) == ([2], {})


def test_missing_columns_are_those_of_the_best_line():
    with pytest.raises(WrongColumns) as refused:
        read(["DANH SÁCH"], PEOPLE[:3], LINE)

    assert refused.value.missing == ["Vai trò"]


@pytest.mark.parametrize(
    ("kind", "raw", "meant"),
    [
        ("phone", 912345678, "0912345678"),
        ("phone", "0912 345 678", "0912345678"),
        ("phone", "+84 (0) 912.345.678", "0912345678"),
        ("phone", "024 3825 1234 máy 12", "024 3825 1234 máy 12"),
        ("code", "1250.0", "1250"),
        ("code", 1250.0, "1250"),
        ("code", "007", "007"),
        ("number", "1.250", "1250"),
        ("number", "1,234,567", "1234567"),
        ("number", 1.25, "1.25"),
        ("number", 1.234, "1.234"),
        ("number", "12,5", "12,5"),
        ("day", 46204, "01/07/2026"),
        ("day", 2026, "2026"),
        ("day", dt.datetime(2026, 7, 1), "2026-07-01"),  # noqa: DTZ001
        ("day", "ngày 01 tháng 7 năm 2026", "01/7/2026"),
        ("email", " <nga@example.vn>; ", "nga@example.vn"),
        ("name", "#N/A", "#N/A"),
    ],
)
def test_cells_are_read_as_their_column_means_them(kind, raw, meant):
    assert value_in(raw, kind)[0] == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PGS.TS. Nguyễn Văn An", "Nguyễn Văn An"),
        ("PGS, TS Nguyễn Văn An", "Nguyễn Văn An"),
        ("ThS Lê Thị Bình", "Lê Thị Bình"),
        ("ts.Nguyễn Văn An", "Nguyễn Văn An"),
        ("BSCKII. Trần Văn Cường", "Trần Văn Cường"),
        ("Tiến sĩ Nguyễn Văn An", "Nguyễn Văn An"),
        ("Đ/c Nguyễn Văn An", "Nguyễn Văn An"),
        ("Nguyễn Văn An, TS", "Nguyễn Văn An"),
        ("GS.TSKH. ĐỖ THỊ ÁNH", "Đỗ Thị Ánh"),
        ("Tiến Văn Sĩ", "Tiến Văn Sĩ"),
        ("Ông Ích Khiêm", "Ông Ích Khiêm"),
        ("Bs", "Bs"),
        ("K'Brôi", "K'Brôi"),
    ],
)
def test_titles_and_capitals_are_no_part_of_a_name(written, meant):
    assert proper_name(written) == meant


def test_a_user_name_holds_no_title():
    assert user_name_for("PGS.TS. Nguyễn Văn An", taken=set()) == "an.nguyenvan"


@pytest.mark.django_db
def test_more_rows_than_are_read_are_refused(world, monkeypatch):
    monkeypatch.setattr("committees.domain.importing.MOST_ROWS", 2)
    fits, too_many = ([[f"Lý Thị {n}", *LINE[1:]] for n in range(rows)] for rows in (2, 3))

    def check(rows):
        content = xlsx(["DANH SÁCH"], PEOPLE, *rows, ["Tổng số"])
        return check_file(upload(content), kind="people", by=world.head, at=NOON)

    assert len(check(fits).rows) == 2
    with pytest.raises(NotASpreadsheet) as refused:
        check(too_many)
    assert refused.value.reason == "too_many_rows"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends", "begins", "doubts"),
    [
        (None, None, ["A01 has a secretary already: Trần Thị Hồng Ánh."]),
        (TODAY, day(1), []),
        (day(1), day(1), ["A01 has a secretary already: Trần Thị Hồng Ánh."]),
    ],
)
def test_a_second_secretary_is_doubted(world, ends, begins, doubts):
    held = world.secretary.memberships.get(role=Role.SECRETARY)
    held.ends_on = ends
    held.save()
    row = ["Lý Thị Nga", "nga@example.vn", "A01", "Bí thư", begins]

    (found,) = judged("people", [*PEOPLE, "Từ ngày"], row, by=world.head)

    expected = [text.replace("Trần Thị Hồng Ánh", world.secretary.full_name) for text in doubts]
    assert [one["message"] % one["params"] for one in found.warnings] == expected


@pytest.mark.django_db
def test_two_new_secretaries_of_one_file_are_doubted(world):
    rows = [
        ["Lý Thị Nga", "nga@example.vn", "B02", "Bí thư"],
        ["Lý Thị Hoa", "hoa@example.vn", "B02", "Bí thư"],
    ]

    first, second = judged("people", PEOPLE, *rows, by=world.head)

    assert "Row %(number)s names a secretary of %(code)s too." in [
        one["message"] for one in second.warnings
    ]
    assert second.errors == first.errors == []


@pytest.mark.django_db
def test_the_dry_run_shows_all_that_is_written(world):
    header = [*PEOPLE, "Điện thoại", "Chức vụ", "Đơn vị", "Đến ngày"]
    row = [*LINE, 912345678, "Chuyên viên", "Phòng Một", "31/12/2026"]

    (found,) = judged("people", header, row, by=world.head)

    assert dict(found.writes) == {
        "Họ và tên": "Lý Thị Nga",
        "Tên đăng nhập": "nga.lythi",
        "Thư điện tử": "nga@example.vn",
        "Điện thoại": "0912345678",
        "Mã đảng ủy": "A01",
        "Vai trò": "Cán bộ",
        "Chức vụ": "Chuyên viên",
        "Đơn vị": "Phòng Một",
        "Từ ngày": "01/06/2026",
        "Đến ngày": "31/12/2026",
    }


@pytest.mark.django_db
def test_the_dry_run_of_committees_shows_what_is_filled_in_by_itself(world):
    (found,) = judged(
        "committees",
        ["Mã", "Tên", "Loại", "Số đảng viên"],
        ["C03", "Chi bộ Ba", "Chi bộ cơ sở", "1.250"],
        by=world.head,
    )

    assert dict(found.writes) == {
        "Mã": "C03",
        "Tên": "Chi bộ Ba",
        "Loại": "Cơ sở",
        "Mã cấp trên": "DUK",
        "Tên trên văn bản": "CHI BỘ BA",
        "Ký hiệu": "ĐU",
        "Địa danh": "Hà Nội",
        "Số đảng viên": "1250",
        "Từ ngày": "01/06/2026",
    }


# --- what is wrong with some rows ------------------------------------------------------

WRONG = ["Lý Thị Hoa", "khong phai thu", "A01", "Cán bộ"]


@pytest.fixture
def review(world, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client.force_login(world.head)
    content = xlsx([*PEOPLE, "Điện thoại"], [*LINE, 912345678], [*WRONG, 912345679])
    client.review = client.post("/import/people/", {"file": upload(content)}).url
    return client


def test_refused_rows_come_back_with_their_reasons_and_can_be_sent_again(review):
    page = review.get(review.review).content.decode()
    assert f"{review.review}refused.xlsx" in page

    answer = review.get(f"{review.review}refused.xlsx")

    (sheet,) = load_workbook(io.BytesIO(answer.content)).worksheets
    header, row = ([one.value for one in line] for line in list(sheet.rows)[:2])
    told = dict(zip(header, row, strict=True))
    assert told["Họ và tên"] == "Lý Thị Hoa"
    assert told["Thư điện tử"] == "khong phai thu"
    assert told["Điện thoại"] == "912345679"
    assert told["Dòng trong tệp"] == 3
    assert told["Lý do chưa nhận"].startswith("Thư điện tử: ")
    again = review.post("/import/people/", {"file": upload(answer.content)})
    assert [(one["number"], one["values"]["full_name"]) for one in _draft(again).rows] == [
        (2, "Lý Thị Hoa")
    ]


def test_the_other_rows_can_go_on_without_those_that_are_refused(review, world):
    assert review.post(f"{review.review}apply/").status_code == 422

    review.post(f"{review.review}leave-out/")

    page = review.get(review.review)
    assert page.context["wrong"] == []
    assert page.context["notes"]["left_out"] == [[3, "Lý Thị Hoa"]]
    assert "Lý Thị Hoa" in page.content.decode()
    assert review.post(f"{review.review}apply/").status_code == 302
    assert [one.full_name for one in User.objects.filter(full_name__startswith="Lý Thị")] == [
        "Lý Thị Nga"
    ]
    assert review.get(f"{review.review}refused.xlsx").status_code == 404


def test_what_was_applied_loses_no_row_afterwards(review):
    review.post(f"{review.review}leave-out/")
    review.post(f"{review.review}apply/")

    review.post(f"{review.review}leave-out/")

    assert len(ImportDraft.objects.get().rows) == 1


def _draft(answer):
    return ImportDraft.objects.get(pk=int(answer.url.strip("/").split("/")[-1]))
