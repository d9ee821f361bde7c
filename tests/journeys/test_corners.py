"""A journey for each number of what the portal promises; here those that stood in no other.

A.1 test_kept_matrix, test_kept · A.2 test_sorting · A.3 here · A.4 test_guard · A.5 here · A.6 here
A.7 here · B.8 test_told · B.9 test_told · B.10 test_told · C.11 here, test_composer · C.12 here
C.13 here, test_whole_chain · C.14 test_founding · C.15 here · C.16 here, test_frame, test_aloud
C.17 here · C.18 here, test_told · C.19 here, test_frame, test_told
"""

import datetime as dt

import icalendar
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from committees.models import User
from jobs.domain.bouncing import read_bounces, return_address
from jobs.domain.queueing import queue_mail
from jobs.models import Delivery
from jobs.states import JobState
from periods.models import Extension
from reports.domain import drafting, issuing
from reports.models import ConsolidatedReport
from sessions.domain import answers, conferences, questions, triage
from sessions.models import Conference, Question
from tests.committees.sheets import PEOPLE, xlsx
from tests.journeys.people import DESK, PHONE, at_the_browser, lies_ahead
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PRIMARY = "main form button.btn-primary"
INK = "rgb(28, 27, 26)"
TYPED = (
    "Đề nghị xem lại mức chi:\nSTT\tKhoản\tSố buổi\tSố tiền\n1\tIn tài liệu\t2\t1.250.000\n"
    "Cộng\t\t19\t7.956.000\n"
) + "\n".join(f"- Ý kiến thứ {number}" for number in range(1, 31))


def ask(world, text, *, level="named", at=None):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind="opinion", level=level,
        by=world.staff, at=at or timezone.now() - dt.timedelta(days=2),
    )  # fmt: skip


def test_text_keeps_its_shape_is_withdrawn_put_back_and_found(world, browser, live_server):
    """A.3, A.7, A.6, and C.19: the list beside the question."""
    lies_ahead(world.conference)
    other = ask(world, "Bao giờ mở lại nhà ăn?")
    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        staff.goes_to(f"/conferences/{world.conference.pk}/ask/").types(text=TYPED)
        staff.chooses(theme=str(world.themes[2].pk), kind="recommendation")
        staff.presses("main form.sheet button.btn-primary")
        question = Question.objects.exclude(pk=other.pk).get()
        staff.goes_to(f"/questions/{question.pk}/").finds_the_page_usable()
        cells = staff.page.locator("main .original tr").last.locator("td, th")
        assert [cell.strip() for cell in cells.all_inner_texts()] == [
            "Cộng", "", "19", "7.956.000",
        ]  # fmt: skip
        expect(staff.page.locator("main .original li")).to_have_count(30)

        staff.presses("main a[href$='/withdraw/']").presses(PRIMARY)
        assert Question.objects.get(pk=question.pk).state == "withdrawn"
        staff.presses("main form[action$='/send-again/'] button")
        assert Question.objects.get(pk=question.pk).state == "received"

    now = timezone.now()
    for one in (other, question):
        triage.classify_question(one, theme=one.theme, kind="opinion", by=world.clerk, at=now)
    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to(f"/conferences/{world.conference.pk}/triage/?list=1&state=all")
        rows = clerk.page.locator("#queue .queue-item")
        code = Question.objects.get(pk=question.pk).code
        for words, found in ((code, [question]), ("nhà ăn", [other]), ("nhà an toàn", [])):
            clerk.page.fill("#queue #q", words)
            clerk.page.press("#queue #q", "Enter")
            expect(rows).to_have_count(len(found))
            for one in found:
                expect(rows).to_contain_text(one.original_text[:12])
        clerk.goes_to(f"/conferences/{world.conference.pk}/triage/{question.pk}/")
        stand_beside(clerk.page, ".pane-queue", ".pane-question")


def stand_beside(page, left, right):
    """On a wide screen both begin on the first screen, the one at the left of the other."""
    one, other = (page.locator(place).first.bounding_box() for place in (left, right))
    assert one["x"] + one["width"] <= other["x"]
    assert max(one["y"], other["y"]) < DESK["height"] / 2


def test_a_list_of_people_is_looked_at_applied_and_taken_back(world, browser, live_server):
    """A.5"""
    people = [["Lý Thị Nga", "nga@vidu.vn", "A01", "Cán bộ"], ["", "x@vidu.vn", "A01", "Cán bộ"]]
    file = {"name": "danh-sach.xlsx", "mimeType": "application/octet-stream"}
    before = User.objects.count()
    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to("/import/people/")
        clerk.page.set_input_files("#id_file", {**file, "buffer": xlsx(PEOPLE, *people)})
        clerk.presses(PRIMARY).reads("Lý Thị Nga").finds_the_page_usable()
        expect(clerk.page.locator("main .import-rows").first).to_contain_text("Họ và tên")
        assert User.objects.count() == before, "it was only looked at"

        clerk.presses("main form[action$='/leave-out/'] button")
        clerk.presses("main form[action$='/apply/'] button.btn-primary")
        assert User.objects.filter(email="nga@vidu.vn").exists()
        clerk.presses("main form[action$='/undo/'] button").reads("đã được rút lại")
        assert User.objects.count() == before


def test_a_report_of_two_conferences_says_what_is_to_be_mended(world, browser, live_server):
    """C.11, C.12"""
    hold_a_dialogue(world)
    unclear = ask(world, "(nội dung chưa biên tập) Bao giờ sửa thang máy?", at=NOON)
    triage.classify_question(unclear, theme=unclear.theme, kind="opinion", by=world.clerk, at=NOON)
    conferences.hold_conference(world.conference, by=world.clerk, at=world.conference.ends_at)
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)

    with at_the_browser(browser, live_server.url, "secretary") as secretary:
        secretary.goes_to(f"/reports/{draft.pk}/").finds_the_page_usable()
        document = secretary.page.locator("#document")
        for conference in Conference.objects.all():
            expect(document).to_contain_text(
                conference.questions.exclude(number=None).earliest("number").code
            )
        expect(document).not_to_contain_text("tổ chức đúng quy định")
        stand_beside(secretary.page, "#document", "#before-issuing")
        blocked = secretary.page.locator(
            "#before-issuing li", has=secretary.page.locator(".check-blocks")
        )
        line = blocked.filter(has_text=unclear.code).locator("a").first
        assert f"/{unclear.pk}/" in line.get_attribute("href")
        secretary.goes_to(f"/reports/{draft.pk}/issue/")
        expect(secretary.page.locator(PRIMARY)).to_have_count(0)


def test_a_consolidated_report_is_made_once_and_verified_as_a_draft(world, browser, live_server):
    """C.13"""
    hold_a_dialogue(world)
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    with at_the_browser(browser, live_server.url, "officer") as officer:
        officer.goes_to(f"/board/{world.period.code}/")
        officer.page.dblclick("form[action$='/consolidate/'] button")
        officer.page.wait_for_load_state("networkidle")
        made = ConsolidatedReport.objects.get()
        officer.goes_to(f"/consolidated/{made.pk}/").reads("Đã gửi báo cáo: 1 (50%)")
        officer.finds_the_page_usable()
        officer.goes_to(f"/verify/{made.verification_code}/").reads("Dự thảo, chưa ký")


def test_a_conference_goes_into_the_calendar_and_a_returned_mail_is_an_alarm(
    world, browser, live_server, settings, tmp_path
):
    """C.15"""
    lies_ahead(world.conference)
    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        staff.goes_to(f"/conferences/{world.conference.pk}/")
        with staff.page.expect_download() as download:
            staff.page.click("main a[href$='.ics']")
        download.value.save_as(tmp_path / "x.ics")
    (event,) = icalendar.Calendar.from_ical((tmp_path / "x.ics").read_bytes()).walk("VEVENT")
    assert event["DTSTART"].dt == world.conference.starts_at.replace(microsecond=0)
    assert event["ORGANIZER"].startswith("mailto:")

    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    settings.BOUNCE_ADDRESS = "thu-tra@doithoai.example.vn"
    settings.BOUNCE_MAILBOX_URL = f"maildir://{tmp_path}/box"
    mail, _ = queue_mail("emails/reports/reminder", to="bdv@example.vn", once="1", at=NOON)
    Delivery.objects.update(state=JobState.DONE, done_at=timezone.now())
    (tmp_path / "box" / "new" / "1").write_text(
        f"From: MAILER-DAEMON@mx.example.vn\nTo: <{return_address(mail)}>\n"
        "Subject: Mail delivery failed\n\nbdv@example.vn\n  unknown local-part\n"
    )
    read_bounces(at=timezone.now())
    User.objects.filter(username="outsider").update(is_superuser=True)

    with at_the_browser(browser, live_server.url, "outsider") as admin:
        admin.page.locator(".alarm-line a").click()
        admin.reads("bdv@example.vn").finds_the_page_usable()


def test_large_letters_and_contrast_are_read_and_not_printed_black(world, browser, live_server):
    """C.16"""
    lies_ahead(world.conference)
    ask(world, "Bao giờ mở lại nhà ăn?")
    with at_the_browser(browser, live_server.url, "clerk", {"width": 320, "height": 740}) as clerk:
        clerk.page.click(".top-button")
        for _ in range(3):
            clerk.page.click("[data-text-size='1']")
        clerk.page.click("[data-contrast]")
        paper = "getComputedStyle(document.querySelector('{}')).{}"
        for page in ("/", f"/conferences/{world.conference.pk}/"):
            clerk.goes_to(page).finds_the_page_usable()
            assert clerk.page.evaluate(paper.format("body", "backgroundColor")) == "rgb(0, 0, 0)"
            clerk.page.emulate_media(media="print")
            for place in ("body", ".todo"):
                ground = clerk.page.evaluate(paper.format(place, "backgroundColor"))
                assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"), place
                assert clerk.page.evaluate(paper.format(place, "color")) == INK, place
            expect(clerk.page.locator(".top")).to_be_hidden()
            clerk.page.emulate_media(media="screen")


def test_the_board_moves_a_deadline_in_english_to_the_day_it_typed(world, browser, live_server):
    """C.17"""
    with at_the_browser(browser, live_server.url, "head") as head:
        head.page.click("button[name=language][value=en]")
        head.page.wait_for_load_state()
        for to in (dt.date(2026, 7, 5), dt.date(2026, 7, 20)):
            head.goes_to(f"/obligations/{world.obligation.pk}/")
            head.types(to=f"{to:%d/%m/%Y}", reason="Flood.").presses(PRIMARY)
            head.page.check("main [name=understood]")  # the day has passed
            head.presses(PRIMARY)
            expect(head.page.locator(".notice-success")).to_be_visible()
            head.goes_to(f"/obligations/{world.obligation.pk}/")
            expect(head.page.locator("main .timeline")).to_contain_text(f"{to:%d/%m/%Y}")
            assert Extension.objects.last().due_to == to


def test_what_was_put_off_says_so_with_its_day_and_an_answer_stands_beside_its_question(
    world, browser, live_server
):
    """C.18, C.19"""
    lies_ahead(world.conference)
    question = ask(world, "Bao giờ mở lại nhà ăn?", level="confidential")
    now = timezone.now()
    due_on = world.conference.held_on + dt.timedelta(days=20)
    triage.assign_question(question, to=world.leader, due_on=due_on, by=world.clerk, at=now)
    answers.draft_answer(
        question,
        text="Đầu quý sau.",
        answered_by="Lê Quốc Cường",
        version=0,
        by=world.leader,
        at=now,
    )
    three_days_ago = now - dt.timedelta(days=3)
    conferences.postpone_conference(
        world.conference, reason="Bão số 3.", by=world.clerk, at=three_days_ago
    )
    said = f"({timezone.localdate(three_days_ago):%d/%m/%Y}): Bão số 3."
    with at_the_browser(browser, live_server.url, "leader", DESK) as leader:
        leader.goes_to(f"/conferences/{world.conference.pk}/").reads("Hoãn").reads(said)
        leader.goes_to(f"/conferences/{world.conference.pk}/ask/").reads("Hội nghị đã hoãn")
        leader.does_not_read("hết thời gian")
        leader.goes_to(f"/answers/{question.pk}/").finds_the_page_usable()
        stand_beside(leader.page, "main .original", "main textarea[name=text]")
