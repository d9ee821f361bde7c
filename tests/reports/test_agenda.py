"""What the home page asks of whom, and by when."""

import pytest

from reports.agenda import agenda_of
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from reports.domain.writing import explain_not_held
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db


def todos(user, *, at=NOON):
    return [(todo.text, todo.on, todo.url, todo.label) for todo in agenda_of(user, at=at)["todos"]]


def test_a_plan_that_is_overdue_is_asked_for_on_the_home_page_too(world):
    title = world.conference.title
    missing = (
        f"Ban hành kế hoạch “{title}”.",
        day(-20),
        "sessions:conference_results",
        "Nhập số, ngày văn bản",
    )

    assert missing in todos(world.clerk)
    assert missing not in todos(world.staff)

    world.conference.plan_number = "12-KH/ĐU"
    world.conference.save()
    assert missing not in todos(world.clerk)


def test_a_plan_that_has_time_is_not_asked_for_yet(world):
    world.conference.plan_due_on = day(15)
    world.conference.save()

    assert not [text for text, *_ in todos(world.clerk) if "kế hoạch" in text]


def test_a_report_that_has_arrived_is_not_called_overdue(world):
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    explain_not_held(draft, reason="Sắp xếp tổ chức", until=day(60), at=NOON)
    issue_report(draft, by=world.secretary, at=NOON)

    found = todos(world.officer, at=moment(9))

    assert found[0] == (
        f"1 báo cáo chờ tiếp nhận; báo cáo sớm nhất gửi ngày {day(0):%d/%m/%Y}.",
        day(9),
        "reports:board_desk",
        "Mở trang theo dõi",
    )
