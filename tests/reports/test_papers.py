"""The papers of a conference: drawn up from its data, numbered, frozen, and in the Party's form."""

import datetime as dt
import json

import pytest

from committees.models import Committee
from foundation.moves import MoveNotAllowed
from foundation.models import AuditEntry
from foundation.versions import OutdatedVersion
from reports.documents.docx import report_docx
from reports.domain.papers import acts, letters
from reports.domain.papers.sorts import RECIPIENTS
from reports.domain.snapshots import digest, is_intact
from reports.models import Paper
from sessions.domain import conferences
from tests.reports.papers import text_of, word
from tests.world import NOON, TODAY, day, make_conference, moment

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", Paper.Kind.values)


def started(world, kind="plan", conference=None):
    return acts.start_paper(conference or world.conference, kind, by=world.clerk, at=NOON)


def issued(world, paper, **more):
    seen = digest(letters.drawn_up(paper, at=NOON))
    return acts.issue_paper(paper, **{"seen": seen, "by": world.secretary, "at": NOON, **more})


def lines(document):
    return text_of(report_docx(document)).splitlines()


def test_a_plan_is_drawn_up_from_the_data_of_its_conference(world):
    said = lines(letters.paper_document(started(world), at=NOON))

    for line in (
        "ĐẢNG BỘ KHỐI MẪU",
        "ĐẢNG ỦY VIỆN MINH HÒA",
        "Số \u2003\u2003-KH/ĐU",
        "Dự thảo lần 1",
        "KẾ HOẠCH",
        "I- MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích",
        "Hội trường tầng 2.",
        "Trực tiếp.",
        "- Chủ trì: đồng chí Nguyễn Thị Ánh, Bí thư Đảng ủy.",
        "- Lãnh đạo trả lời: Lê Quốc Cường, Phó Viện trưởng; Phạm Thu Dung, Trưởng phòng Tổ chức.",
        "Đơn vị chủ trì tham mưu, tổ chức thực hiện: Văn phòng Đảng ủy.",
        "VII- TỔ CHỨC THỰC HIỆN",
        "- Ban Thường vụ Đảng ủy Khối Mẫu (để báo cáo);",
        "- Lưu Văn phòng Đảng ủy.",
        "T/M ĐẢNG ỦY",
        "BÍ THƯ",
        "Nguyễn Thị Ánh",
        "CHƯƠNG TRÌNH HỘI NGHỊ",
        "Khai mạc",
    ):
        assert line in said, line
