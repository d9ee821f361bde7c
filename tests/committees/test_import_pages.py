"""Lists of committees and people, sent, reviewed and applied by the pages."""

import io

import pytest
from openpyxl import load_workbook

from committees.domain.importing import check_file
from committees.models import Committee, ImportDraft, Membership, User
from tests.committees.pages import role_of, url, words
from tests.committees.sheets import COMMITTEES, PEOPLE, upload, with_part, xlsx
from tests.world import LONG_AGO, NOON, make_committee
from tests.world import PEOPLE as NAMED

pytestmark = pytest.mark.django_db

COMMITTEE = ["C03", "Đảng ủy Trường Minh Hòa", "Cơ sở"]


def send(client, content, *, kind="committees", name="danh-sach.xlsx"):
    return client.post(url("import_upload", kind), {"file": upload(content, name)})


def draft_of(person, *rows, kind="committees", header=COMMITTEES):
    return check_file(upload(xlsx(header, *rows)), kind=kind, by=person, at=NOON)


def test_a_file_is_shown_and_then_applied(head):
    review = send(head, xlsx(COMMITTEES, COMMITTEE)).url
    assert "Đảng ủy Trường Minh Hòa" in words(head.get(review))
    assert not Committee.objects.filter(code="C03").exists()

    answer = head.post(f"{review}apply/", follow=True)

    assert Committee.objects.filter(code="C03").exists()
    assert answer.status_code == 200
    assert f"{review}apply/" not in words(answer)
    assert head.post(f"{review}apply/").url == review
    assert Committee.objects.filter(code="C03").count() == 1


def test_a_wrong_row_is_listed_and_cannot_be_applied(head):
    review = send(head, xlsx(COMMITTEES, COMMITTEE, ["C04", "", "Gì đó"])).url

    page = words(head.get(review))
    answer = head.post(f"{review}apply/")

    assert "Gì đó" in page
    assert f"{review}apply/" not in page
    assert answer.status_code == 422
    assert not Committee.objects.filter(code="C03").exists()


def test_what_changed_meanwhile_is_shown_before_it_is_done(head, world):
    draft = draft_of(world.head, COMMITTEE)
    make_committee("C03", "base", "Đảng ủy Khác", parent=world.bloc)

    answer = head.post(url("import_apply", draft.pk))

    assert answer.status_code == 409
    assert "Đảng ủy Khác" in words(answer)
    assert url("import_apply", draft.pk) in words(answer)
    assert Committee.objects.get(code="C03").name == "Đảng ủy Khác"
    assert head.post(url("import_apply", draft.pk)).status_code == 302
    assert Committee.objects.get(code="C03").name == "Đảng ủy Trường Minh Hòa"


def test_a_file_that_does_nothing_has_nothing_to_apply(head, world):
    draft = draft_of(world.head, ["A01", "Đảng ủy Viện Minh Hòa", "Cơ sở"])

    page = words(head.get(url("import_review", draft.pk)))

    assert url("import_apply", draft.pk) not in page


@pytest.mark.parametrize("who", [*NAMED, "admin"])
def test_somebody_elses_draft_is_not_there(sign_in, people, who):
    owner = people["officer" if who == "head" else "head"]
    draft = draft_of(owner, COMMITTEE)
    client = sign_in(who)
    expected = 200 if people[who] == owner else 404

    assert client.get(url("import_review", draft.pk)).status_code == expected
    if expected == 404:
        assert client.post(url("import_apply", draft.pk)).status_code == 404


def test_who_lost_the_right_sees_the_own_draft_no_more(clerk, world):
    draft = draft_of(
        world.clerk, ["Lý Thị Nga", "nga@vidu.vn", "A01", "Cán bộ"], kind="people", header=PEOPLE
    )
    Membership.objects.filter(user=world.clerk).update(ends_on=LONG_AGO)

    assert clerk.get(url("import_review", draft.pk)).status_code == 404
    assert clerk.post(url("import_apply", draft.pk)).status_code == 404


def test_the_office_imports_its_people_and_nobody_elses(clerk):
    rows = [["Lý Thị Nga", "nga@vidu.vn", code, "Cán bộ"] for code in ("A01", "B02")]
    good = send(clerk, xlsx(PEOPLE, rows[0]), kind="people").url
    bad = send(clerk, xlsx(PEOPLE, rows[1]), kind="people").url

    assert clerk.post(f"{bad}apply/").status_code == 422
    assert clerk.post(f"{good}apply/").status_code == 302
    person = User.objects.get(email="nga@vidu.vn")
    assert role_of(person).committee.code == "A01"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 " * 99, "không phải tệp Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "không phải tệp Excel"),
        (xlsx([]), "không có dòng nào"),
        (xlsx(["Mã"], ["C03"]), "Tên, Loại"),
        (xlsx(COMMITTEES, COMMITTEE) + b"\0" * 6 * 1024 * 1024, "5 MB"),
        (
            with_part(
                xlsx(COMMITTEES, COMMITTEE),
                "xl/worksheets/sheet1.xml",
                lambda old: old + b" " * 70 * 1024 * 1024,
            ),
            "5 MB",
        ),
        (xlsx(COMMITTEES, *([f"C{n}", "Tên", "Cơ sở"] for n in range(5_001))), "5.000 dòng"),
    ],
    ids=["pdf", "xls", "empty", "columns", "6 MB", "bomb", "5,001 rows"],
)
def test_what_cannot_be_read_is_said_beside_the_field(head, content, said):
    answer = send(head, content)

    assert answer.status_code == 422
    (text,) = answer.context["form"].errors["file"]
    assert said in text
    assert not ImportDraft.objects.exists()


def test_no_file_and_an_empty_file_are_said_too(head):
    page = url("import_upload", "committees")

    assert head.post(page).status_code == 422
    assert head.post(page, {"file": "text"}).status_code == 422
    assert send(head, b"").status_code == 422


def test_a_file_with_only_a_header_does_nothing(head):
    review = send(head, xlsx(COMMITTEES)).url

    assert head.get(review).status_code == 200
    assert f"{review}apply/" not in words(head.get(review))


@pytest.mark.parametrize("kind", ["committees", "people"])
def test_the_empty_file_is_one_that_can_be_sent_back(head, kind):
    answer = head.get(url("import_template", kind))

    assert answer["Content-Disposition"].endswith('.xlsx"')
    sheet, notes = load_workbook(io.BytesIO(answer.content)).worksheets
    assert [name.removesuffix(" (bắt buộc)") for name, _text in notes.values] == [
        one.value for one in sheet[1]
    ]
    assert send(head, answer.content, kind=kind).status_code == 302


def test_html_in_a_sheet_stays_text(head):
    review = send(head, xlsx(COMMITTEES, ["C03", "<b id=x>Đảng ủy</b>", "<i id=y>"])).url

    page = words(head.get(review))

    assert "<b id=x>" not in page
    assert "<i id=y>" not in page
    assert "&lt;i id=y&gt;" in page
