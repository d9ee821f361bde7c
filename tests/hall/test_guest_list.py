"""A list of names as offices paste it: what is read, and what is said of the rest."""

import pytest
from django.urls import reverse

from hall.domain import guest_list
from hall.models import Guest
from tests.hall.invited import listed

pytestmark = pytest.mark.django_db


def test_a_table_is_read_by_its_headings(world):
    hoa, nam, _y = listed(world)

    assert [hoa.full_name, hoa.post, hoa.unit, hoa.email] == [
        "Trần Thị Hoa", "Chuyên viên", "Phòng Tổng hợp", "hoa@vien.vn",
    ]  # fmt: skip
    assert [hoa.group, hoa.is_party_member, hoa.is_woman] == ["civil_servant", True, True]
    assert [nam.full_name, nam.group, nam.is_woman] == ["Lê Văn Nam", "worker", False]


@pytest.mark.parametrize(
    "text",
    [
        "Trần Thị Hoa; Chuyên viên; Phòng Tổng hợp",
        "1. ; Trần Thị Hoa; Chuyên viên; Phòng Tổng hợp",
        "Trần Thị Hoa\tChuyên viên\tPhòng Tổng hợp\n\n",
    ],
)
def test_without_headings_it_is_name_post_unit(world, text):
    (hoa,) = listed(world, text)

    assert [hoa.full_name, hoa.post, hoa.unit] == ["Trần Thị Hoa", "Chuyên viên", "Phòng Tổng hợp"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("; Trưởng phòng; Phòng A", "thiếu họ tên"),
        ("Hoa; ; ; không-phải-thư", "không phải là địa chỉ thư"),
        ("Hoa; ; ; ; phi công", "không phải là nhóm"),
        ("H" * 151, "dài quá"),
    ],
)
def test_one_wrong_line_and_nothing_is_taken(client, world, line, why):
    client.force_login(world.clerk)
    typed = f"Trần Thị Hoa; Chuyên viên\n{line}"

    page = client.post(reverse("hall:guests_add", args=[world.conference.pk]), {"names": typed})

    assert page.status_code == 422
    assert "Dòng 2" in page.content.decode()
    assert why in page.content.decode()
    assert typed.split("\n")[0] in page.content.decode()
    assert not Guest.objects.exists()


def pasted(client, world, names):
    client.force_login(world.clerk)
    where = reverse("hall:guests_add", args=[world.conference.pk])
    return client.post(where, {"names": names}, follow=True)


@pytest.mark.parametrize("names", [";", ";;;\n;", "\t;\n", "Tổng cộng: 3"])
def test_a_paste_without_a_name_is_refused(client, world, at, names):
    page = pasted(client, world, names)

    assert page.status_code == 422
    assert "Chưa có họ tên nào" in page.content.decode()


@pytest.mark.parametrize("post", ["Đại biểu", "Chức vụ", "Đại biểu; Nữ"])
def test_a_person_whose_post_is_a_heading_is_no_heading(post):
    rows, wrong, _notes = guest_list.read_guests(
        f"Nguyễn Văn A; Chuyên viên; Phòng X\nTrần Thị B; {post}\nLê Văn C; Trưởng phòng"
    )

    assert wrong == []
    assert [row["full_name"] for row in rows] == ["Nguyễn Văn A", "Trần Thị B", "Lê Văn C"]


@pytest.mark.parametrize(
    "header", ["Họ và tên", "Đại biểu", "STT; Họ và tên; Ghi chú", "Họ và tên; Ghi chú"]
)
def test_one_heading_is_enough_in_the_first_line(header):
    rows, _wrong, _notes = guest_list.read_guests(
        f"{header}\n{'1; ' if 'STT' in header else ''}Hoa"
    )

    assert [row["full_name"] for row in rows] == ["Hoa"]


def test_one_known_word_further_down_is_no_line_of_headings():
    rows, _wrong, notes = guest_list.read_guests("Hoa\nĐại biểu; Phòng A\nNam")

    assert [row["full_name"] for row in rows] == ["Hoa", "Đại biểu", "Nam"]
    assert notes == []


def test_family_name_and_given_name_in_two_columns_are_joined(client, world, at):
    page = pasted(
        client, world, "STT\tHọ và đệm\tTên\tĐơn vị\tNgày sinh\n1\tTrần Thị\tHoa\tPhòng A\t1/2/1990"
    )

    (hoa,) = world.conference.guests.all()
    assert (hoa.full_name, hoa.unit) == ("Trần Thị Hoa", "Phòng A")
    assert "Chưa đọc các cột: Ngày sinh." in page.content.decode()


def test_what_stands_around_a_list_is_told_and_is_nobody(client, world, at):
    page = pasted(
        client,
        world,
        "DANH SÁCH ĐẠI BIỂU\n(kèm theo kế hoạch)\nTT\tHọ và tên\tĐơn vị\n(1)\t(2)\t(3)\n1\tTrần Thị Hoa\tPhòng A\n"
        "TT\tHọ và tên\tĐơn vị\n2\tLê Nam\tPhòng B\nTổng cộng: 2 đại biểu\nHà Nội, ngày 1 tháng 6 năm 2026\nNgười lập biểu\nTM. BAN THƯỜNG VỤ",
    )

    names = world.conference.guests.values_list("full_name", flat=True)
    assert list(names) == ["Trần Thị Hoa", "Lê Nam"]
    for told in ("dòng 1 (DANH SÁCH", "dòng 8 (Tổng cộng", "dòng 10 (Người lập"):
        assert told in page.content.decode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Mai; Trưởng phòng\nHọ và tên; Chức vụ\nHoa; CV", "Dòng 1: dòng này đứng trên"),
        ("Chức vụ; Đơn vị\nCV; Phòng A", "thiếu cột họ và tên"),
        ("Hoa; #N/A", "lỗi của Excel"),
        ("Hoa\n12.5; CV", "không phải là họ tên"),
        ("hoa@vien.vn; CV", "không phải là họ tên"),
        ("Hoa\n" + ";" * 60 + "a", "nhiều nhất 60 cột"),
        ("Hoa\n" * 2_011, "nhiều nhất 2.000 người"),
        (";" * 190_000 + "a", "nhiều nhất 60 cột"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(client, world, at, text, why):
    page = pasted(client, world, text)

    assert page.status_code == 422
    assert why in page.content.decode()
    assert not Guest.objects.exists()


@pytest.mark.parametrize(
    "text",
    ["§¶ng ñy x·; Phßng Tæng hîp", "Traàn Thò Hoa; Phoøng Toång hôïp"],
    ids=["TCVN3", "VNI"],
)
def test_old_letters_are_refused_with_a_word(client, world, at, text):
    page = pasted(client, world, text)

    assert page.status_code == 422
    assert not Guest.objects.exists()


@pytest.mark.parametrize(
    ("line", "name"),
    [("1. Trần Thị Hoa", "Trần Thị Hoa"), ("12) Lê Nam; CV", "Lê Nam"), ("3 - Lý Mai", "Lý Mai")],
)
def test_a_number_before_the_name_is_none_of_it(line, name):
    rows, wrong, _notes = guest_list.read_guests(f"{line}\nNgô An")

    assert wrong == []
    assert rows[0]["full_name"] == name


def test_without_headings_an_address_is_known_wherever_it_stands():
    rows, wrong, _notes = guest_list.read_guests("Hoa; hoa@vien.vn\nNam; CV; nam@vien.vn")

    assert wrong == []
    assert [(row["post"], row["unit"], row["email"]) for row in rows] == [
        ("", "", "hoa@vien.vn"), ("CV", "", "nam@vien.vn"),
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["x", "3/2/2010", "02/2010", "2010", "Chính thức", "Dự bị"])
def test_a_party_member_is_said_in_many_ways(said):
    rows, wrong, _notes = guest_list.read_guests(f"Họ và tên; Đảng viên\nHoa; {said}")

    assert wrong == []
    assert rows[0]["is_party_member"]


@pytest.mark.parametrize(
    ("said", "group"),
    [
        ("HĐLĐ", "worker"), ("Hợp đồng 111", "worker"), ("CC", "civil_servant"),
        ("VC", "public_employee"), ("Công chức, viên chức", ""),
    ],
)  # fmt: skip
def test_groups_go_by_many_words(said, group):
    rows, wrong, notes = guest_list.read_guests(f"Họ và tên; Nhóm\nHoa; {said}")

    assert wrong == []
    assert rows[0]["group"] == group
    assert any("ghi hai nhóm" in note for note in notes) is (group == "")
