"""The Board returns a report for missing data; the office completes it, and takes it back."""

import pytest

from reports.domain import drafting, issuing, writing
from reports.models import Report
from tests.journeys.people import PHONE, at_the_browser
from tests.world import NOON, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_returned_completed_compared_and_withdrawn(world, browser, live_server):
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.explain_not_held(draft, reason="Sắp xếp tổ chức", until=day(400), at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    first = f"/reports/{draft.pk}/"

    with at_the_browser(browser, live_server.url, "officer", PHONE) as officer:
        officer.goes_to(f"{first}return/").finds_the_page_usable()
        officer.types(remarks="Thiếu bảng 3.").page.check("#id_data_missing")
        officer.presses("main form.sheet button.btn-primary").reads("Thiếu bảng 3.")
        officer.reads("Trả lại: thiếu số liệu").finds_the_page_usable()

    with at_the_browser(browser, live_server.url, "secretary") as secretary:
        secretary.goes_to(first).reads("bản này chưa được tính là đã gửi")
        secretary.presses("text=Bổ sung bằng bản mới").reads("Thiếu bảng 3.")
        second = Report.objects.get(version=2)
        writing.explain_not_held(second, reason="Chờ nhân sự mới", until=day(400), at=NOON)
        secretary.goes_to(f"/reports/{second.pk}/issue/").presses("main form button.btn-primary")
        secretary.presses("text=So sánh hai bản").reads("Từ bản 1 đến bản 2")
        secretary.reads("Chờ nhân sự mới").finds_the_page_usable()
        secretary.page.set_viewport_size(PHONE)
        secretary.finds_the_page_usable()
        secretary.page.focus("details.diff-same summary")
        secretary.page.keyboard.press("Enter")
        assert secretary.page.locator("details.diff-same[open]").count() == 1
        secretary.goes_to(f"/reports/{second.pk}/withdraw/").finds_the_page_usable()
        secretary.types(reason="Nhầm số liệu.").page.check("#id_understood")
        secretary.presses("main form.sheet button.btn-primary").reads("Đảng ủy đã thu hồi báo cáo")
        secretary.finds_the_page_usable()

    assert Report.objects.get(pk=second.pk).state == "withdrawn"
