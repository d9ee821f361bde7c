"""The slips that go with a report: proof that it was sent, and the Board's receipt.

Documents like the report itself, made anew whenever somebody asks: same data, same bytes. What
was replaced or withdrawn since says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from foundation.clock import day_of
from foundation.codes import in_groups
from foundation.given import given
from foundation.text import file_name
from reports.documents.blocks import paragraph
from reports.documents.formatting import moment_in_words, number_and_symbol
from reports.documents.profile import profile_on
from reports.documents.tables import columns_of
from reports.domain.snapshots import assert_intact
from reports.domain.wording import SCHEMA, short_date
from reports.models import Report
from reports.states import ReportState

if TYPE_CHECKING:
    import datetime as dt

    from committees.models import Committee, CommitteeName


GROUP = 16  # characters of a hash that are read together


def slip(report: Report) -> dict[str, Any]:
    """Return the document: the receipt once the Board has acknowledged, the proof before it.

    Raises DamagedSnapshot.
    """
    assert_intact(report)
    return _receipt(report) if report.inbox_item.acknowledged_at else _proof(report)


def slip_file_name(report: Report) -> str:
    """Return phieu-tiep-nhan-2026-H1-a01-v1.pdf."""
    kind = "tiep-nhan" if report.inbox_item.acknowledged_at else "gui"
    committee = file_name(report.committee.code)
    return f"phieu-{kind}-{report.period.code}-{committee}-v{report.version}.pdf"


def _receipt(report: Report) -> dict[str, Any]:
    item, board = report.inbox_item, report.obligation.board
    on = day_of(given(item.acknowledged_at))
    naming = board.naming(on=on)
    return _document(
        report,
        kind="receipt",
        on=on,
        naming=naming,
        above=board.parent,
        number=item.number,
        symbol=f"PTN/{naming.symbol}",
        type="PHIẾU TIẾP NHẬN BÁO CÁO",
        lead=f"{naming.name} xác nhận đã tiếp nhận báo cáo sau:",
        sign={"capacity": "", "post": "NGƯỜI TIẾP NHẬN", "person": _received_by(report)},
        recipients=[f"{report.committee.naming(on=on).name}", "Lưu hồ sơ tiếp nhận"],
    )


def _proof(report: Report) -> dict[str, Any]:
    on = day_of(report.inbox_item.deposited_at)
    naming = report.committee.naming(on=on)
    board = report.obligation.board.naming(on=on).name
    sender = report.issued_by.full_name if report.issued_by else ""
    return _document(
        report,
        kind="deposit",
        on=on,
        naming=naming,
        above=report.committee.parent,
        number=None,
        symbol="",
        type="PHIẾU GỬI",
        lead=f"Báo cáo sau đã nằm trong hộp văn bản đến của {board} trên Cổng đối thoại; "
        "thời điểm gửi dưới đây là thời điểm gửi có giá trị đối chiếu thời hạn:",
        sign={"capacity": "", "post": "NGƯỜI GỬI", "person": sender},
        recipients=[board, "Lưu Văn phòng Đảng ủy"],
    )


def _document(
    report: Report,
    *,
    on: dt.date,
    naming: CommitteeName,
    above: Committee | None,
    lead: str,
    **parts: Any,
) -> dict[str, Any]:
    superior = above.naming(on=on) if above else None
    return {
        "schema": SCHEMA,
        "profile": profile_on(on),
        "draft_no": None,
        "note": "",
        "superior": superior.organisation_name or superior.header_name if superior else "",
        "issuer": naming.header_name,
        "place": naming.place,
        "issued_on": on.isoformat(),
        "year": on.year,
        "abstract": f"Báo cáo kết quả hội nghị đối thoại {report.period.label}",
        "body": [paragraph(lead), _facts(report)],
        "annexes": [],
        **parts,
    }


def _facts(report: Report) -> dict[str, Any]:
    item, document = report.inbox_item, given(report.snapshot)["document"]
    facts = [
        ("Đảng ủy gửi báo cáo", report.committee.naming(on=day_of(given(report.issued_at))).name),
        (
            "Số, ký hiệu, ngày",
            f"{number_and_symbol(report.number, document['symbol'])}, "
            f"ngày {short_date(day_of(given(report.issued_at)))}",
        ),
        ("Bản", str(report.version)),
        ("SHA-256 của nội dung", _grouped(report.snapshot_sha256)),
        ("Mã kiểm tra văn bản", in_groups(report.verification_code)),
        ("Số đến", f"{item.number:02d}"),
        ("Thời điểm gửi", _moment(item.deposited_at)),
        ("Thời điểm tiếp nhận", item.acknowledged_at and _moment(item.acknowledged_at)),
        ("Thời hạn", f"Trước {_moment(report.obligation.deadline)}"),
        ("Đối chiếu thời hạn", _against_the_deadline(report)),
        ("Thay cho", _earlier(report)),
        ("Đã được thay bằng", _later(report)),
        ("Đã thu hồi", _withdrawn(report)),
        ("Người tiếp nhận", item.acknowledged_at and _received_by(report)),
    ]
    return {
        "type": "table",
        "name": "facts",
        "caption": "",
        "columns": columns_of("facts"),
        "rows": [[label, value] for label, value in facts if value],
        "total": None,
        "empty": "",
    }


def _moment(at: dt.datetime) -> str:
    """Return "23 giờ 59, ngày 24/6/2026", in Vietnam's time."""
    return moment_in_words(timezone.localtime(at))


def _grouped(digest: str) -> str:
    return " ".join(digest[i : i + GROUP] for i in range(0, len(digest), GROUP))


def _against_the_deadline(report: Report) -> str:
    if report.is_automatic:
        return "Bản tổng hợp tự động, chưa phê duyệt"
    if given(report.issued_at) < report.obligation.deadline:
        return "Đúng hạn"
    return f"Chậm {(day_of(given(report.issued_at)) - report.obligation.due_before).days + 1} ngày"


def _earlier(report: Report) -> str:
    """Return what this version stands in for, with the moment at which that was sent."""
    before = (
        Report.objects.issued()
        .filter(obligation=report.obligation, version__lt=report.version)
        .defer("snapshot")
        .order_by("version")
        .last()
    )
    if before is None:
        return ""
    return f"Bản {before.version}, gửi lúc {_moment(given(before.issued_at))}"


def _later(report: Report) -> str:
    """Return which version was issued in place of this one, and when."""
    after = (
        Report.objects.issued()
        .filter(obligation=report.obligation, version__gt=report.version)
        .defer("snapshot")
        .order_by("version")
        .first()
    )
    if report.state != ReportState.SUPERSEDED or after is None:
        return ""
    return f"Bản {after.version}, gửi lúc {_moment(given(after.issued_at))}"


def _withdrawn(report: Report) -> str:
    taken_back = report.moves.filter(to_state=ReportState.WITHDRAWN).last()
    return _moment(taken_back.at) if taken_back else ""


def _received_by(report: Report) -> str:
    acknowledged = report.moves.filter(to_state=ReportState.ACKNOWLEDGED).last()
    return acknowledged.actor.full_name if acknowledged and acknowledged.actor else ""
