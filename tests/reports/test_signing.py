"""Copies signed by the office: real certificates, a real rendering, real signatures."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

from foundation import files
from foundation.models import AuditEntry
from jobs.domain.rendering import render
from jobs.models import Rendering
from reports.domain import issuing
from reports.domain.drafting import start_draft
from reports.models import SignedCopy
from tests.reports.signers import NOW, YEAR, Authority, sign, sign_by_hand, stamp
from tests.reports.story import hold_a_dialogue
from tests.sessions.test_attachments import docx, png
from tests.world import NOON

pytestmark = pytest.mark.django_db
MB = 2**20


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture(scope="module")
def secretary(authority):
    return authority.signer("Nguyễn Thị Ánh")


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    draft.refresh_from_db()
    render(draft.rendering.pk)
    draft.rendering.refresh_from_db()
    return draft


@pytest.fixture
def pdf(report):
    return files.read(report.rendering.file, report.rendering.sha256)


def upload(client, person, report, content, name="ban-ky.pdf"):
    client.force_login(person)
    return client.post(
        reverse("reports:signed_copy_add", args=[report.pk]),
        {"file": SimpleUploadedFile(name, content)},
    )


def page(client, person, report):
    client.force_login(person)
    return client.get(reverse("reports:report_detail", args=[report.pk])).content.decode()


def appended(pdf, change):
    """Return the PDF with one more revision, in which `change` was done."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    change(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def other_words(writer):
    place = writer.find_page_for_modification(0)[0].get_object()
    words = generic.StreamObject(stream_data=b"BT /F1 40 Tf (99) Tj ET")
    place["/Contents"] = generic.ArrayObject([writer.add_object(words)])
    writer.update_container(place)


def an_empty_field(writer):
    fields.append_signature_field(
        writer, fields.SigFieldSpec("rong", on_page=0, box=(9, 9, 200, 99))
    )


def with_a_bomb(pdf):
    """A revision whose cross references unpack to two gigabytes."""
    import zlib

    packer = zlib.compressobj(9)
    content = b"".join(packer.compress(bytes(MB)) for _ in range(2_000)) + packer.flush()
    start = len(pdf)
    return (
        pdf
        + b"999 0 obj\n<</Type/XRef/W[1 4 2]/Size 1000/Root 1 0 R/Filter/FlateDecode/Length "
        + str(len(content)).encode()
        + b">>\nstream\n"
        + content
        + b"\nendstream\nendobj\nstartxref\n"
        + str(start).encode()
        + b"\n%%EOF\n"
    )


def beside(pdf, change):
    """A whole other document behind ours, which does not name it as its predecessor."""
    import pikepdf

    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        change(opened)
        opened.save(written, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    body = written.getvalue()
    table = body.rindex(b"xref\n0 ", 0, body.rindex(b"startxref"))
    moved = re.sub(
        rb"(\d{10}) (\d{5}) n",
        lambda found: b"%010d %b n" % (int(found[1]) + len(pdf), found[2]),
        body[table:],
    )
    moved = re.sub(
        rb"startxref\n(\d+)", lambda found: b"startxref\n%d" % (int(found[1]) + len(pdf)), moved
    )
    return pdf + body[:table] + moved


def without_a_page(opened):
    del opened.pages[-1]


def encrypted(pdf):
    import pikepdf

    written = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(written, encryption=pikepdf.Encryption(owner="x", user="y"))
    return written.getvalue()


def test_a_signed_copy_is_shown_to_everybody_who_reads_the_report(
    client, world, report, pdf, secretary
):
    signed = sign(pdf, secretary)

    answer = upload(client, world.clerk, report, signed)

    assert answer.status_code == 302
    copy = SignedCopy.objects.get()
    assert (copy.report, copy.signer, copy.issuer, copy.is_trusted, copy.uploaded_by) == (
        report, "Nguyễn Thị Ánh", "Cơ quan chứng thực thử", None, world.clerk
    )  # fmt: skip
    for person in (world.secretary, world.head, world.officer):
        shown = page(client, person, report)
        for text in (
            "Chữ ký hợp lệ, nội dung không thay đổi",
            "Nguyễn Thị Ánh",
            "Đảng ủy Viện Minh Hòa",
            "do Cơ quan chứng thực thử cấp",
            copy.serial,
            "theo đồng hồ máy của người ký",
            "chưa đối chiếu với tổ chức chứng thực nào",
        ):
            assert text in shown
        answer = client.get(reverse("reports:signed_copy_file", args=[copy.pk]))
        assert answer.content == signed
        assert 'filename="bao-cao-2026-H1-a01-v1-da-ky.pdf"' in answer["Content-Disposition"]
    entry = AuditEntry.objects.get(act="signed_copy_added")
    assert (entry.actor_name, entry.committee_code) == ("Trần Văn Bình", "A01")
    assert entry.facts["sha256"] == copy.sha256


def test_two_signatures_are_both_named_and_compared_with_the_roots(
    client, world, report, pdf, secretary, authority, settings, tmp_path
):
    (tmp_path / "goc.pem").write_bytes(authority.pem)
    settings.SIGNING_ROOTS = str(tmp_path)
    office = authority.signer("Văn phòng Đảng ủy")
    signed = sign(sign(pdf, secretary), office, field="Signature2", box=(300, 60, 480, 130))

    upload(client, world.secretary, report, signed)

    copy = SignedCopy.objects.get()
    assert copy.signer == "Nguyễn Thị Ánh, Văn phòng Đảng ủy"
    assert copy.is_trusted is True
    shown = page(client, world.officer, report)
    assert shown.count("thuộc tổ chức chứng thực mà cổng tin cậy") == 2


def test_what_another_program_signed_is_read_too(client, world, report, pdf, authority):
    signed = sign_by_hand(pdf, authority, "Phạm Văn Tay")

    assert upload(client, world.clerk, report, signed).status_code == 302

    assert SignedCopy.objects.get().signer == "Phạm Văn Tay"


def test_a_certificate_that_has_expired_since_was_still_valid_at_the_time_of_signing(
    client, world, report, pdf, authority
):
    expired = authority.signer("Bí thư cũ", valid_from=NOW - 2 * YEAR, valid_until=NOW - YEAR)

    answer = upload(client, world.clerk, report, sign(pdf, expired))

    assert answer.status_code == 422
    assert "Chứng thư số của Bí thư cũ không còn (hoặc chưa) có hiệu lực lúc ký" in (
        answer.content.decode()
    )
    assert not SignedCopy.objects.exists()


def test_whatever_is_not_the_issued_report_with_signatures_is_refused_beside_the_field(
    client, world, report, pdf, secretary, authority, settings, tmp_path
):
    stranger = Authority("Kẻ mạo danh").signer("Nguyễn Thị Ánh")
    signed = sign(pdf, secretary)
    flipped, tampered = bytearray(signed), bytearray(signed)
    flipped[len(pdf) // 2] ^= 1  # in what we issued
    tampered[len(pdf) + 300] ^= 1  # in what was appended
    cases = {
        "an empty file": (b"", "Tệp rỗng"),
        "no PDF": (b"MZ" + bytes(900), "không phải là tệp PDF"),
        "Word": (docx(), "Đây là tệp Word. Hãy ký bản PDF đã phát hành"),
        "a scan": (png(), "Ảnh chụp hoặc bản quét của tờ đã ký không mang chữ ký số"),
        "packed": (b"Rar!" + bytes(900), "Đây là tệp nén"),
        "not signed": (pdf, "không có chữ ký số"),
        "one byte of ours": (bytes(flipped), "không đúng là bản PDF đã phát hành"),
        "one byte of theirs": (bytes(tampered), ""),
        "cut off": (signed[:-2_000], ""),
        "words appended": (appended(signed, other_words), "ghi thêm nội dung khác"),
        "words before": (sign(appended(pdf, other_words), secretary), "ghi thêm nội dung khác"),
        "another document": (
            sign(beside(pdf, without_a_page), secretary), "ghi thêm nội dung khác"
        ),
        "a field afterwards": (appended(signed, an_empty_field), "ghi thêm nội dung khác"),
        "a page hidden": (
            sign(pdf, secretary, box=(0, 0, 595, 500)), "che mất hơn một phần tư trang"
        ),
        "SHA-1": (sign(pdf, secretary, digest="sha1"), "không còn an toàn"),
        "encrypted": (encrypted(pdf), "không đúng là bản PDF đã phát hành"),
        "thirty megabytes": (signed + bytes(30 * MB), "quá 10 MB"),
        "a bomb": (with_a_bomb(pdf), ""),
        "signs without sense": (pdf + b"\0\xff%PDF trailer<<>>startxref\n9\n%%EOF", ""),
    }  # fmt: skip
    for what, (content, words) in cases.items():
        answer = upload(client, world.clerk, report, content)

        shown = answer.content.decode()
        assert (what, answer.status_code) == (what, 422)
        assert words in shown, what
        assert 'id="error_1_id_file"' in shown, what
    settings.SIGNING_ROOTS = str(tmp_path / "goc.pem")
    (tmp_path / "goc.pem").write_bytes(authority.pem)
    answer = upload(client, world.clerk, report, sign(pdf, stranger))
    assert "không do tổ chức chứng thực mà cổng tin cậy cấp" in answer.content.decode()
    (tmp_path / "goc.pem").write_text("?")
    for unreadable in (tmp_path / "goc.pem", tmp_path / "nowhere"):
        settings.SIGNING_ROOTS = str(unreadable)
        answer = upload(client, world.clerk, report, signed)
        assert "không đọc được danh sách tổ chức chứng thực" in answer.content.decode()
    assert not SignedCopy.objects.exists()
    assert not AuditEntry.objects.filter(act="signed_copy_added").exists()


def test_the_copy_of_another_report_says_so(client, world, report, pdf, secretary):
    second = issuing.correct_report(report, by=world.clerk, at=NOON)
    issuing.issue_report(second, by=world.secretary, at=NOON)
    render(Rendering.objects.get(report=second).pk)

    answer = upload(client, world.clerk, second, sign(pdf, secretary))

    assert answer.status_code == 422
    assert "Đây là bản của một báo cáo khác: " in answer.content.decode()


def test_what_was_signed_before_the_pdf_was_made_again_is_ours_too(
    client, world, report, pdf, secretary
):
    signed = sign(pdf, secretary)
    Rendering.objects.filter(report=report).update(sha256="0" * 64, size=9)

    answer = upload(client, world.clerk, report, signed)

    assert answer.status_code == 302


def test_time_stamps_are_told_from_the_clock_of_a_computer(
    client, world, report, pdf, secretary, authority
):
    """A stamp in the signature, and one over the whole document for the archive."""
    stamper = authority.time_stamper()
    signed = sign(pdf, secretary, timestamper=stamper)
    stamped = stamp(signed, stamper)

    assert upload(client, world.clerk, report, stamped).status_code == 302

    assert "có dấu thời gian xác nhận" in page(client, world.officer, report)
    assert SignedCopy.objects.get().signer == "Nguyễn Thị Ánh"
    answer = upload(client, world.clerk, report, stamp(pdf, stamper))
    assert "không có chữ ký số" in answer.content.decode()


def test_a_newer_copy_stands_first_and_the_older_is_kept(client, world, report, pdf, secretary):
    first, second = (sign(pdf, secretary, reason=reason) for reason in ("một", "hai"))

    for content in (first, second, second):
        assert upload(client, world.clerk, report, content).status_code == 302

    newest, older = SignedCopy.objects.order_by("-pk")
    shown = page(client, world.head, report)
    assert shown.index(f"signed/{newest.pk}.pdf") < shown.index("Các bản ký số trước đây")
    assert shown.index("Các bản ký số trước đây") < shown.index(f"signed/{older.pk}.pdf")


def test_strangers_find_nothing_and_the_board_brings_nothing(client, world, report, pdf, secretary):
    upload(client, world.clerk, report, sign(pdf, secretary))
    address = reverse("reports:signed_copy_file", args=[SignedCopy.objects.get().pk])

    codes = {}
    for name in ("other_secretary", "leader", "staff", "head"):
        client.force_login(world.people[name])
        codes[name] = (
            client.get(address).status_code,
            client.get(reverse("reports:signed_copy_add", args=[report.pk])).status_code,
        )

    assert codes == {
        "other_secretary": (404, 404),
        "leader": (404, 404),
        "staff": (404, 404),
        "head": (200, 403),
    }


def test_what_lies_damaged_on_the_disk_is_not_handed_out(client, world, report, pdf, secretary):
    upload(client, world.clerk, report, sign(pdf, secretary))
    copy = SignedCopy.objects.get()
    files.path_of(copy.file).write_bytes(b"%PDF-")

    answer = client.get(reverse("reports:signed_copy_file", args=[copy.pk]))

    assert answer.status_code == 503


def test_before_the_pdf_is_there_nothing_can_be_compared(client, world, report, pdf, secretary):
    Rendering.objects.filter(report=report).update(state="queued")

    answer = upload(client, world.clerk, report, sign(pdf, secretary))

    assert answer.status_code == 422
    assert "chưa tạo xong" in answer.content.decode()
