"""Whoever waits is told, and what was replaced or put off says so, as people read it."""

import datetime as dt
import io
import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from board.domain import receiving
from foundation.clock import day_of
from reports.documents.formatting import short_document_date
from reports.domain import drafting, issuing, writing
from reports.models import Report
from sessions.askers import identity
from sessions.domain import answers, questions, triage
from sessions.models import Commitment, Question
from sessions.states import ConferenceState
from tests.journeys.people import PHONE, at_the_browser, lies_ahead
from tests.reports.papers import text_of
from tests.reports.story import hold_a_dialogue
from tests.sessions.test_attachments import png
from tests.sessions.test_attachments import told as tells
from tests.world import NOON, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTHING = "Không có việc"
MINE = ".nav-main a[href='/questions/mine/']"
LONG = "Đã bố trí kinh phí sửa mái che khu để xe, hoàn thành trước mùa mưa. " * 20
REASON = "Đồng chí chủ trì đi công tác đột xuất theo điều động của cấp trên."


def asked(world, text, *, level="named"):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind="opinion", level=level,
        by=world.staff, at=timezone.now() - dt.timedelta(days=2),
    )  # fmt: skip


def drafted(question, *, text, by, to):
    """Handed to a leader until after the conference; the draft lies before the secretary."""
    now = timezone.now()
    due_on = question.conference.held_on + dt.timedelta(days=20)
    triage.assign_question(question, to=to, due_on=due_on, by=by, at=now)
    draft = answers.draft_answer(
        question, text=text, answered_by=to.full_name, version=0, by=to, at=now
    )
    answers.submit_answer(draft, by=to, at=now)
    return draft


# --- home: what a closed conference still owes -----------------------------------------


def test_a_closed_conference_leaves_what_is_owed_on_the_home_page(world, browser, live_server):
    Question.objects.all().delete()
    world.conference.delete()
    conference, story = hold_a_dialogue(world)
    today = day_of(timezone.now())
    owed = story["in_progress"]
    triage.assign_question(owed, to=world.leader, due_on=today, by=world.clerk, at=NOON)
    Commitment.objects.update(due_on=today - dt.timedelta(days=127))
    assert conference.state == ConferenceState.CLOSED

    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        for said, rows, told in (
            (
                "1 trả lời văn bản của lãnh đạo sắp đến hạn",
                ".answer-row",
                "Bao giờ có nhà công vụ?",
            ),
            ("1 cam kết của người khác đã quá hạn", "table.list tbody tr", "Sửa mái khu để xe."),
        ):
            duty = clerk.goes_to("/").does_not_read(NOTHING).page.locator(".todo", has_text=said)
            expect(duty).to_have_count(1)
            place = duty.locator("a").get_attribute("href").split("?")[0]
            expect(clerk.page.locator(f".nav-main a[href='{place}'] .nav-count")).to_have_text("1")
            duty.locator("a").click()
            clerk.reads(told).finds_the_page_usable()
            expect(clerk.page.locator(f"main {rows}")).to_have_count(1)


# --- askers and leaders -----------------------------------------------------------------


def test_an_asker_is_told_until_the_answer_was_read(world, browser, live_server):
    lies_ahead(world.conference)
    question = asked(world, "Bao giờ sửa mái che khu để xe?")
    other = asked(world, "Bao giờ có bếp ăn?")
    draft = drafted(question, text=LONG, by=world.clerk, to=world.leader)
    answers.publish_answer(draft, by=world.secretary, at=timezone.now())
    url = f"/questions/{identity.own_address(world.staff, question.pk)}/"

    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        news = staff.goes_to("/").page.locator(".todo", has_text="có tin mới: đã trả lời")
        expect(news.locator("a")).to_have_attribute("href", url)
        expect(staff.page.locator(f"{MINE} .nav-count")).to_have_text("1")
        staff.goes_to("/questions/mine/").finds_the_page_usable()
        expect(staff.page.locator(".own-question", has_text="Mới: đã trả lời")).to_have_count(1)

        staff.presses(f"main a[href='{url}']").reads(LONG.strip()).finds_the_page_usable()
        answer = staff.page.locator("main .answer").bounding_box()
        copy = staff.page.locator("main .original").first.bounding_box()
        assert answer["y"] + answer["height"] <= copy["y"], "the answer stands first"

        expect(staff.page.locator(f"{MINE} .nav-count")).to_have_count(0)
        staff.goes_to("/questions/mine/").reads(other.original_text).does_not_read("Mới:")
        staff.goes_to("/").does_not_read("có tin mới")

    with at_the_browser(browser, live_server.url, "staff", PHONE) as elsewhere:
        elsewhere.goes_to("/").reads("có tin mới: đã trả lời")  # no row knows that it was read


def test_a_file_is_added_to_an_answer_and_read_back_by_the_asker(
    world, browser, live_server, tmp_path
):
    lies_ahead(world.conference)
    question = asked(world, "Bao giờ sửa mái che khu để xe?")
    triage.classify_question(
        question, theme=question.theme, kind="opinion", by=world.clerk, at=timezone.now()
    )
    triage.assign_question(
        question, to=world.leader, due_on=timezone.localdate(), by=world.clerk, at=timezone.now()
    )
    plan = tmp_path / "Du toan - Nguyen Van A.png"
    plan.write_bytes(png())

    with at_the_browser(browser, live_server.url, "secretary") as secretary:
        secretary.goes_to(f"/answers/{question.pk}/").types(
            text="Dự toán kèm theo.", answered_by="Văn phòng Đảng ủy"
        )
        secretary.reads("Chữ ký số trong tệp PDF cũng mất theo.")
        secretary.page.set_input_files("main [name='files']", plan)
        secretary.finds_the_page_usable().presses("main button[name='publish']")

    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        staff.goes_to(f"/questions/{question.pk}/").reads("Dự toán kèm theo.")
        staff.finds_the_page_usable()
        with staff.page.expect_download() as downloading:
            staff.page.click("main a:has-text('tra-loi-1.png')")
        taken = downloading.value.path().read_bytes()
    read_back = Image.open(io.BytesIO(taken))
    sent = Image.open(plan)
    assert (read_back.size, read_back.tobytes()) == (sent.size, sent.tobytes())
    assert not tells(taken)


def test_a_leader_reads_why_a_draft_came_back_and_by_when(world, browser, live_server):
    lies_ahead(world.conference)
    question = asked(world, "Bao giờ có bếp ăn?", level="confidential")
    drafted(question, text="Sẽ có.", by=world.clerk, to=world.leader)
    remarks = "Nêu rõ tháng nào và đơn vị nào chịu trách nhiệm."
    before = world.conference.held_on - dt.timedelta(days=1)

    with at_the_browser(browser, live_server.url, "secretary") as secretary:
        secretary.goes_to(f"/answers/{question.pk}/").page.click("main details summary")
        secretary.page.fill("main details textarea", remarks)
        secretary.presses("main details form button")

    with at_the_browser(browser, live_server.url, "leader", PHONE) as leader:
        duty = leader.goes_to("/").page.locator(".todo", has_text="được trả lại để bổ sung")
        expect(duty).to_contain_text(remarks)
        expect(duty.locator(".todo-date")).to_contain_text(f"{before:%d/%m/%Y}")
        leader.finds_the_page_usable()
        duty.locator("a").click()
        leader.reads(remarks).reads(f"{before:%d/%m/%Y}").finds_the_page_usable()
        expect(leader.page.locator("main textarea[name='text']")).to_have_value("Sẽ có.")


# --- what was replaced, opened, put off ---------------------------------------------------


def test_a_correction_names_what_it_replaces_and_reading_it_is_opening_it(
    world, browser, live_server, tmp_path
):
    now = timezone.now()
    first = drafting.start_draft(world.obligation, by=world.clerk, at=now)
    writing.explain_not_held(first, reason="Sắp xếp tổ chức", until=day(400), at=now)
    issuing.issue_report(first, by=world.secretary, at=now)
    receiving.return_report(first, remarks="Thiếu bảng 3.", by=world.officer, at=now)
    issued_on = short_document_date(day_of(now))
    replaces = f"Báo cáo này thay thế Báo cáo số 01-BC/ĐU, ngày {issued_on}."

    with at_the_browser(browser, live_server.url, "secretary") as secretary:
        secretary.goes_to(f"/reports/{first.pk}/").presses("text=Bổ sung bằng bản mới")
        second = Report.objects.get(version=2)
        secretary.reads(replaces)
        secretary.goes_to(f"/reports/{second.pk}/issue/").presses("main form button.btn-primary")
        expect(secretary.page.locator("#document")).to_contain_text(replaces)
        with secretary.page.expect_download() as download:
            secretary.page.click("main a[href$='.docx']")
        download.value.save_as(tmp_path / "second.docx")
        assert replaces in text_of((tmp_path / "second.docx").read_bytes())
        opened = secretary.page.locator("dt:text-is('Đã mở') + dd")
        expect(opened).to_have_text("–")

        with at_the_browser(browser, live_server.url, "officer") as officer:
            officer.goes_to(f"/reports/{first.pk}/").reads("Đã có bản mới thay bản này")
            officer.finds_the_page_usable()
            officer.presses("text=Mở bản mới hơn").reads(replaces).finds_the_page_usable()
            assert officer.page.url.endswith(f"/reports/{second.pk}/")

        secretary.goes_to(f"/reports/{second.pk}/")
        expect(opened).to_have_text(re.compile(r"^\d\d:\d\d \d\d/\d\d/\d{4}$"))


def test_why_it_was_postponed_stays_when_it_has_a_new_date(world, browser, live_server):
    lies_ahead(world.conference)
    page = f"/conferences/{world.conference.pk}/"
    later = timezone.localtime() + dt.timedelta(days=40)

    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to(f"{page}postpone/").types(reason=REASON)
        clerk.presses("main form button.btn-primary").reads(REASON)
        clerk.goes_to(f"{page}reschedule/").types(
            starts_at=f"{later:%d/%m/%Y} 08:00", ends_at=f"{later:%d/%m/%Y} 11:00"
        )
        clerk.page.wait_for_load_state("networkidle")  # the dates that follow are worked out
        clerk.presses("main button[name='save']").reads("Hội nghị đã có ngày mới")
        clerk.reads(REASON).finds_the_page_usable()

    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        staff.goes_to(page).reads(f"{later:%d/%m/%Y}").reads(REASON).finds_the_page_usable()
