"""From scheduling to the Board's consolidated report, in a real browser with a real worker."""

import datetime as dt
import re
import time

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from foundation.clock import database_now
from jobs.models import Delivery, Rendering
from periods.domain.periods import open_periods
from reports.models import Report
from sessions.models import Conference, Question
from tests.journeys.people import PHONE, at_the_browser

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def wait_until(condition, seconds=60):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.2)


def days_pass(conference):
    """Let the day of the conference come: it begins now, and its window is over."""
    now = timezone.now()
    Conference.objects.filter(pk=conference.pk).update(
        asks_open_at=now - dt.timedelta(days=9),
        asks_close_at=now - dt.timedelta(hours=3),
        starts_at=now - dt.timedelta(hours=2),
        ends_at=now - dt.timedelta(minutes=1),
    )


def test_the_whole_chain(world, browser, live_server, run_worker, smtp_server, tmp_path):
    Question.objects.all().delete()
    world.conference.delete()
    period = open_periods(at=database_now())
    worker = run_worker(TEST_EMAIL_URL=f"smtp://{smtp_server.host}:{smtp_server.port}")
    base = live_server.url
    begins = timezone.localtime() + dt.timedelta(days=10)

    with at_the_browser(browser, base, "clerk") as clerk:
        clerk.reads(period.label).finds_the_page_usable()
        clerk.goes_to("/conferences/new/").types(
            title="Hội nghị đối thoại thử",
            place="Hội trường A",
            starts_at=f"{begins:%d/%m/%Y} 14:00",
            ends_at=f"{begins:%d/%m/%Y} 17:00",
        )
        clerk.page.wait_for_load_state("networkidle")  # the dates that follow are worked out
        clerk.types(
            asks_open_at=f"{timezone.localtime() - dt.timedelta(days=1):%d/%m/%Y} 08:00",
            asks_close_at=f"{begins - dt.timedelta(days=2):%d/%m/%Y} 17:00",
        )
        clerk.page.check(f"[name='answerers'][value='{world.leader.pk}']")
        clerk.finds_the_page_usable().presses("button[name='save']")
        clerk.reads("Hội nghị đối thoại thử").finds_the_page_usable()
    conference = Conference.objects.get(title="Hội nghị đối thoại thử")

    with at_the_browser(browser, base, "staff", PHONE) as staff:
        staff.goes_to(f"/conferences/{conference.pk}/ask/").finds_the_page_usable()
        staff.types(text="Đề nghị sửa mái che khu để xe, mưa là ngập.")
        staff.chooses(theme=str(world.themes[2].pk), kind="recommendation")
        staff.presses("main form.sheet button.btn-primary")
        staff.reads("Đề nghị sửa mái che khu để xe").finds_the_page_usable()
        staff.goes_to(f"/conferences/{conference.pk}/ask/")
        staff.types(text="Khi nào công khai tiêu chí nâng lương trước hạn?")
        staff.chooses(theme=str(world.themes[2].pk), kind="opinion")
        staff.presses("main form.sheet button.btn-primary")
        staff.goes_to("/questions/mine/").reads("tiêu chí nâng lương").finds_the_page_usable()
    roof, criteria = Question.objects.order_by("received_at")
    assert (roof.author, roof.level) == (None, "confidential")

    with at_the_browser(browser, base, "clerk") as clerk:
        clerk.goes_to(f"/conferences/{conference.pk}/triage/{roof.pk}/").finds_the_page_usable()
        clerk.page.check("[name='sort-edited_ok']")
        clerk.page.check("[name='sort-in_report']")
        clerk.page.select_option("[name='sort-to']", str(world.leader.pk))
        clerk.presses("#sort button.btn-primary")
        clerk.goes_to(f"/conferences/{conference.pk}/triage/{criteria.pk}/")
        clerk.page.check("[name='sort-edited_ok']")
        clerk.presses("#sort button.btn-primary")
    roof.refresh_from_db()
    assert (roof.state, roof.assignee) == ("assigned", world.leader)

    with at_the_browser(browser, base, "leader", PHONE) as leader:
        leader.reads("1").goes_to("/answers/").finds_the_page_usable()
        leader.goes_to(f"/answers/{roof.pk}/").types(text="Sẽ sửa xong trong quý.")
        leader.finds_the_page_usable().presses("button[name='submit']")

    with at_the_browser(browser, base, "secretary") as secretary:
        secretary.goes_to(f"/answers/{roof.pk}/").reads("Sẽ sửa xong trong quý.")
        secretary.presses("form[action$='/publish/'] button")
    days_pass(conference)

    with at_the_browser(browser, base, "clerk") as clerk:
        clerk.goes_to(f"/conferences/{conference.pk}/hall/").finds_the_page_usable()
        clerk.page.click(f"[data-question='{criteria.pk}'] form[action*='/call/'] button")
        clerk.page.fill("#turn-text", "Công khai ngày 05 hằng tháng.")
        clerk.page.fill("#turn-answered_by", world.secretary.full_name)
        clerk.page.click(".hall-record button.btn-primary")
        expect(clerk.page.locator("#hall-done")).to_contain_text("Công khai ngày 05 hằng tháng.")
        clerk.goes_to(f"/conferences/{conference.pk}/results/").finds_the_page_usable().types(
            invited="60", present="52", party_members="40", civil_servants="20",
            public_employees="20", workers="10", women="25", online="0", turns="6", diverted="0",
            summary="Hội nghị diễn ra dân chủ.", conclusion="Các đơn vị trả lời đúng hạn.",
        )  # fmt: skip
        clerk.presses("#results-form p.actions button.btn-primary")
        clerk.goes_to(f"/conferences/{conference.pk}/commitments/new/").types(
            text="Sửa mái che khu để xe.",
            lead_unit="Văn phòng",
            due_on=f"{begins + dt.timedelta(days=40):%d/%m/%Y}",
        )
        clerk.presses("main form button.btn-primary")
        clerk.goes_to(f"/conferences/{conference.pk}/close/").presses(
            "main form button.btn-primary"
        )
        clerk.goes_to("/reports/").presses("main form button.btn-primary")
        clerk.finds_the_page_usable()
        clerk.page.click("#place-lessons a.edit")
        clerk.page.fill("#place-lessons textarea", "Phân công rõ đơn vị trả lời.")
        clerk.page.click("#place-lessons form button.btn-primary")
        clerk.reads("Phân công rõ đơn vị trả lời.")
    draft = Report.objects.get()

    with at_the_browser(browser, base, "secretary") as secretary:
        secretary.goes_to(f"/reports/{draft.pk}/issue/").finds_the_page_usable()
        secretary.presses("main form button.btn-primary")
        link = secretary.page.locator(".rendering a.btn")
        link.wait_for(timeout=60_000)
        secretary.finds_the_page_usable()
    wait_until(lambda: Delivery.objects.filter(state="done").count() == 2)
    assert {message["To"] for message in smtp_server.messages} == {
        "head@example.vn",
        "officer@example.vn",
    }

    with at_the_browser(browser, base, "officer") as officer:
        officer.goes_to("/board/").reads("Đảng ủy Viện Minh Hòa").finds_the_page_usable()
        officer.goes_to(f"/reports/{draft.pk}/").reads("Sửa mái che khu để xe.")
        with officer.page.expect_download() as download:
            officer.page.click(".rendering a.btn")
        download.value.save_as(tmp_path / "report.pdf")
        officer.presses("form[action$='/acknowledge/'] button")
        officer.goes_to("/board/").presses("form[action$='/consolidate/'] button")
        officer.page.locator(".rendering a.btn").wait_for(timeout=60_000)
        officer.finds_the_page_usable()
        with officer.page.expect_download() as download:
            officer.page.click(".rendering a.btn")
        download.value.save_as(tmp_path / "consolidated.pdf")
        officer.goes_to("/board/").presses("form[action$='/zip/'] button")
        officer.page.locator(".rendering a.btn").wait_for(timeout=60_000)
    for name in ("report.pdf", "consolidated.pdf"):
        assert (tmp_path / name).read_bytes().startswith(b"%PDF-")
    draft.refresh_from_db()
    assert draft.state == "acknowledged"
    assert draft.inbox_item.opened_at
    totals = draft.snapshot["figures"]["totals"]
    assert (totals["items"], totals["answered_live"], totals["answered_written"]) == (2, 1, 1)
    assert Rendering.objects.exclude(state="done").count() == 0

    with at_the_browser(browser, base, "staff", PHONE) as staff:
        staff.goes_to(f"/questions/{roof.pk}/").reads("Sẽ sửa xong trong quý.")
        staff.finds_the_page_usable()
    assert re.search(r"render_file.*succeeded", worker.log.read_text())
