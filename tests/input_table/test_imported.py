"""Lists as offices send them, through the dry run and into the portal."""

from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from committees.models import Committee, ImportDraft, User
from tests.input_table import content
from tests.world import NOON

pytestmark = pytest.mark.django_db


def took(*names, notes=None, said=(), **fields):
    """Expect that all rows are right; `names` and `fields` are what stands in the accounts then.

    A field holds one value for all, or one for each.
    """
    return SimpleNamespace(names=names, fields=fields, wrong={}, notes=notes or {}, said=said)


def refused(rows):
    """Expect of `rows`: {number in the sheet: (column, what is wrong, what stands there)}."""
    return SimpleNamespace(names=(), wrong=rows, notes={}, said=())


PHONE = "0912345678"
BELOW = {"below": [[4, "Tổng số: 1 người"], [5, "NGƯỜI LẬP BIỂU"]]}
NO_DAY = "Không phải ngày có thật (ngày/tháng/năm)"
NO_CODE = "Chỉ gồm chữ không dấu, chữ số và dấu gạch nối"
ERROR = "Chứa giá trị lỗi của Excel"
FORMULA = "Chứa công thức chưa được tính; hãy mở tệp bằng Excel rồi lưu lại"
# A text is what the page says beside the field.
EXPECTED = {
    "people-1000-trailing-formatted-rows.xlsx": took("Người Thử 53", "Người Thử 54"),
    "people-15000-trailing-formatted-rows.xlsx": took("Người Thử 55", "Người Thử 56"),
    "people-csv-utf8.csv": took("Người Thử", email="a@example.org", phone=""),
    "people-dates-as-text-and-serial.xlsx": refused(
        {
            6: ("Từ ngày", NO_DAY, "01/07/26"),
            10: ("Từ ngày", NO_DAY, "07/2026"),
            11: ("Từ ngày", NO_DAY, "2026"),
        }
    ),
    "people-error-values.xlsx": refused(
        {
            2: ("Họ và tên", ERROR, "#N/A"),
            3: ("Chức vụ", ERROR, "#REF!"),
            4: ("Đơn vị", ERROR, "#VALUE!"),
        }
    ),
    "people-eth-in-values-only.xlsx": took("Người Thử 83", "Đỗ Thử Nghiệm"),
    "people-eth-instead-of-D-with-stroke.xlsx": took("Người Thử 81", "Đỗ Thử Nghiệm", phone=PHONE),
    "people-formula-never-computed.xlsx": refused({2: ("Họ và tên", FORMULA, "")}),
    "people-guide-sheet-first.xlsx": took(
        "Người Thử 74", notes={"sheet": "Danh sách", "other_sheets": ["Hướng dẫn"]}
    ),
    "people-header-as-in-our-own-guide-bat-buoc.xlsx": took("Người Thử 13", phone=PHONE),
    "people-header-line-breaks-and-stars.xlsx": took("Người Thử 11", phone=PHONE),
    "people-header-line-breaks-only.xlsx": took("Người Thử 12", phone=PHONE),
    "people-hidden-filtered-row.xlsx": took(
        "Người Thử 71", "Người Thử 72", "Người Thử 73", notes={"hidden_rows": [3]}
    ),
    "people-hidden-sheet-first-empty.xlsx": took("Người Thử 75", notes={"sheet": "Danh sách"}),
    "people-last-sheet-row-1048576-formatted.xlsx": took("Người Thử 51", "Người Thử 52"),
    "people-merged-title-rows-above-header.xlsx": took("Người Thử 1", "Người Thử 2", "Người Thử 3"),
    "people-nfd-nbsp-zero-width.xlsx": took("Nguyễn Thị Thử Nghiệm", email="thu85@example.org"),
    "people-notes-below-the-list.xlsx": took("Người Thử 88", notes=BELOW),
    "people-password-protected-cfb-header.xlsx": "khóa bằng mật khẩu",
    "people-phone-as-number.xlsx": took(*(f"Người Thử {n}" for n in range(21, 25)), phone=PHONE),
    "people-title-case-uppercase-name.xlsx": took(
        "Nguyễn Thị Thử",
        "Người Thử",
        username=("thu.nguyenthi", "thu.nguoi"),
        said=("ts. Người Thử",),
    ),
    "committees-numeric-codes-as-float.xlsx": refused(
        {
            3: ("Mã", NO_CODE, "Đ102"),
            6: ("Số đảng viên", "Không phải số nguyên", "1234.5"),
            7: ("Tên", ERROR, "#N/A"),
            8: ("Mã", NO_CODE, "DU 107"),
        }
    ),
}


@pytest.fixture
def page(world, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    Committee.objects.filter(pk=world.host.pk).update(code="DU01")
    client = Client()
    client.force_login(world.head)
    return client


def _send(page, name):
    kind = name.split("-")[0]
    return page.post(f"/import/{kind}/", {"file": SimpleUploadedFile(name, content(name))})


@pytest.mark.parametrize("name", EXPECTED)
def test_a_list_is_read_as_it_is_meant(page, name):
    expected = EXPECTED[name]
    before = set(User.objects.values_list("pk", flat=True))

    answer = _send(page, name)

    if isinstance(expected, str):
        assert answer.status_code == 422
        (told,) = answer.context["form"].errors["file"]
        assert expected in told
        return
    draft = ImportDraft.objects.get()
    assert draft.notes == expected.notes
    shown = page.get(answer.url)
    words = shown.content.decode()
    assert _wrong(shown) == expected.wrong
    for text in (*_flat(expected.notes), *expected.said):
        assert text in words
    done = page.post(f"{answer.url}apply/")
    newcomers = User.objects.exclude(pk__in=before).order_by("email")
    if expected.wrong:
        assert (done.status_code, newcomers.count()) == (422, 0)
        return
    assert done.status_code == 302
    assert tuple(one.full_name for one in newcomers) == expected.names
    for field, values in expected.fields.items():
        found = [getattr(one, field) for one in newcomers]
        assert found == (list(values) if isinstance(values, tuple) else [values] * len(found))
    for person in newcomers:
        assert person.full_name in words
        assert person.username in words


def _wrong(shown):
    """Return {row: (column, words, value)} as the page tells it, one fault a row."""
    found = {}
    for row in shown.context["wrong"]:
        (fault,) = row.faults
        found[row.number] = (fault["column"], fault["message"], fault["value"])
        assert fault["message"] in shown.content.decode()
    return found


def _flat(notes):
    for what in notes.values():
        for one in [what] if isinstance(what, str) else what:
            yield str(one[-1] if isinstance(one, list) else one)
