"""What the secretary, the Board and the administrator see while something is broken, and after."""

import datetime as dt
from collections import Counter

import pytest

from committees.models import User
from foundation.clock import database_now
from foundation.models import MailChannel
from jobs.domain import rendering
from jobs.kinds import NotMade
from jobs.models import Alarm, Delivery, Rendering
from operations.domain import restoring
from operations.domain.ticking import do_everything_due
from periods.domain.periods import open_periods
from reports.domain import drafting, issuing, report_files, writing
from tests.conftest import free_port
from tests.journeys.people import at_the_browser
from tests.world import PASSWORD, day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAID = "Sắp xếp lại tổ chức bộ máy"
ELEVEN_MINUTES = dt.timedelta(minutes=11)


@pytest.fixture
def administrator(world):
    return User.objects.create_superuser(
        "admin", "admin@example.vn", PASSWORD, full_name="Quản trị viên"
    )


@pytest.fixture
def draft(world, administrator, dead_broker, settings, tmp_path):
    """A report of the running period that can be issued; nothing works but when a test says so."""
    settings.DATA_DIR = tmp_path  # what other tests noted of their records of acts is not ours
    at = database_now()
    obligation = open_periods(at=at).obligations.get(committee=world.host)
    draft = drafting.start_draft(obligation, by=world.clerk, at=at)
    writing.explain_not_held(draft, reason=SAID, until=day(400), at=at)
    return draft


@pytest.fixture
def people(browser, live_server):
    """Return a function: somebody at the browser, who has signed in."""
    return lambda username: at_the_browser(browser, live_server.url, username)


def time_passes():
    """A pause is over; whatever is due is done."""
    now = database_now()
    MailChannel.objects.update(paused_until=None)
    for model in (Rendering, Delivery):
        model.objects.filter(state="queued").update(next_at=now)
    do_everything_due(at=now)


def copies_among(messages):
    """Return those that bring the report to the Board."""
    return [message for message in messages if "Báo cáo kết quả" in message["Subject"]]


def standing():
    return set(Alarm.objects.filter(cleared_at=None).values_list("code", flat=True))


# --- mail is down ---------------------------------------------------------------------


def test_while_mail_is_down_the_report_has_arrived(draft, people, smtp_server, settings):
    settings.EMAIL_PORT = free_port()  # where nobody listens
    with people("secretary") as secretary:
        secretary.goes_to(f"/reports/{draft.pk}/issue/").presses("main form button.btn-primary")
        do_everything_due(at=database_now())
        secretary.goes_to(f"/reports/{draft.pk}/")
        secretary.reads("Báo cáo đã nằm trong hộp văn bản đến của Ban từ")
        secretary.reads("Đồng chí không phải làm gì thêm").reads("đang chờ gửi")
        secretary.looks("mail-down-secretary")

    with people("officer") as officer:
        officer.goes_to("/board/").reads("Thư điện tử gián đoạn từ").looks("mail-down-desk")
        officer.presses("table.desk a:has-text('Xem')").reads(SAID)
        officer.reads("đọc và tiếp nhận báo cáo ngay tại trang này").looks("mail-down-board")

    MailChannel.objects.update(failing_since=database_now() - ELEVEN_MINUTES)
    time_passes()
    assert standing() == {"mail_down"}
    with people("admin") as admin:
        admin.goes_to("/health/").reads("không gửi được thư nào từ").reads("không trả lời")
        admin.reads("Việc cần làm: kiểm tra máy chủ thư").reads(
            "Hơn mười phút không gửi được thư nào"
        )
        admin.looks("mail-down-administrator")

    settings.EMAIL_PORT = smtp_server.port
    time_passes()
    time_passes()
    copies = copies_among(smtp_server.messages)
    assert Counter(m["To"] for m in copies) == {"head@example.vn": 1, "officer@example.vn": 1}
    assert max(Counter(m["Message-ID"] for m in smtp_server.messages).values()) == 1
    assert standing() == set()
    with people("secretary") as secretary:
        secretary.goes_to(f"/reports/{draft.pk}/").reads("đã gửi").does_not_read("gián đoạn")
        secretary.looks("mail-back-secretary")
    with people("officer") as officer:
        officer.goes_to("/board/").does_not_read("gián đoạn").looks("mail-back-desk")
    with people("admin") as admin:
        admin.goes_to("/health/").does_not_read("gián đoạn").looks("mail-back-administrator")


# --- a document cannot be made --------------------------------------------------------


def test_while_a_document_cannot_be_made_it_is_read_on_the_page(
    world, draft, people, smtp_server, monkeypatch
):
    proper = report_files.write_pdf_in_child

    def without_fonts(*_, **__):
        raise NotMade("fonts", "Liberation Serif")

    def crash(*_, **__):
        raise NotMade("crash", "the process that renders has ended")

    def crash_unless_plain(*args, plain, **kwargs):
        return proper(*args, plain=plain, **kwargs) if plain else crash()

    page = f"/reports/{draft.pk}/"
    monkeypatch.setattr(report_files, "write_pdf_in_child", without_fonts)
    issuing.issue_report(draft, by=world.secretary, at=database_now())
    do_everything_due(at=database_now())
    assert standing() == {"fonts"}
    with people("secretary") as secretary:
        secretary.goes_to(page).reads(SAID).reads("Chưa có tệp").reads(
            "Cổng tự tạo lại, lần tới lúc"
        )
        secretary.looks("no-file-secretary")
    with people("officer") as officer:
        officer.goes_to("/board/").reads("Chưa có PDF").looks("no-file-desk")
        officer.goes_to(page).reads(SAID).reads("chỉ còn thiếu tệp").looks("no-file-board")
    with people("admin") as admin:
        admin.goes_to("/health/").reads("Thiếu phông chữ").looks("no-file-administrator")

    monkeypatch.setattr(report_files, "write_pdf_in_child", crash)
    for _ in range(rendering.GIVE_UP_AFTER):
        time_passes()
    assert "render" in standing()
    with people("admin") as admin:
        admin.goes_to("/health/").reads("1 việc đã ngừng thử").looks("given-up-administrator")
        admin.goes_to("/health/jobs/?state=given_up").reads("dừng giữa chừng")
        admin.looks("jobs-administrator").goes_to("/health/jobs/?kind=delivery").looks("mails")
    with people("officer") as officer:
        officer.goes_to(page).reads("Chưa tạo được tệp").reads("Đã báo người quản trị")
        officer.looks("given-up-board").presses(".rendering form button")
        officer.reads("Cổng tự tạo lại, lần tới lúc")

    monkeypatch.setattr(report_files, "write_pdf_in_child", crash_unless_plain)
    for _ in range(rendering.PLAIN_AFTER + 1):
        time_passes()
    assert standing() == {"plain"}
    with people("officer") as officer:
        officer.goes_to("/board/").reads("bản đơn giản").looks("plain-desk")
    with people("admin") as admin:
        admin.goes_to("/health/").reads("chỉ tạo được ở dạng đơn giản").looks("plain-administrator")
    monkeypatch.undo()
    with people("secretary") as secretary:
        secretary.goes_to(page).reads("Nội dung đầy đủ").looks("plain-secretary")
        secretary.presses(".rendering form button").reads("Đang tạo tệp")
        time_passes()
        secretary.page.locator(".rendering a.btn").wait_for(timeout=30_000)  # asks by itself
        secretary.does_not_read("Bản đơn giản").looks("mended-secretary")
    assert standing() == set()
    assert not Rendering.objects.get().is_plain


# --- after a restore ------------------------------------------------------------------


@pytest.mark.parametrize("act", ["send", "drop"])
def test_after_a_restore_mail_waits_for_a_decision(world, draft, people, smtp_server, act):
    at, page = database_now(), f"/reports/{draft.pk}/"
    issuing.issue_report(draft, by=world.secretary, at=at)
    found = restoring.settle_restore(f"portal-{at - ELEVEN_MINUTES:%Y%m%d-%H%M%S}Z", at=at)
    time_passes()
    assert found["mails_held"] == 2
    assert standing() == {"restored"}

    with people("secretary") as secretary:
        secretary.reads("Cổng đã được khôi phục từ bản sao lưu").looks("restored-home")
        secretary.goes_to(page).reads("giữ lại sau khi khôi phục").reads("không cần phát hành lại")
        secretary.looks("restored-secretary")
    with people("officer") as officer:
        officer.goes_to("/board/").reads("2 bản sao qua thư điện tử đang được giữ lại")
        officer.looks("restored-desk").goes_to(page).reads(SAID).looks("restored-board")
    with people("admin") as admin:
        admin.goes_to("/health/").reads("Sau khi khôi phục").looks("restored-administrator")
        admin.presses(f"button[name='act'][value='{act}']").reads("2 thư")
        admin.goes_to("/health/").does_not_read("Gửi lại các thư này").looks(f"{act}-administrator")

    time_passes()
    with people("secretary") as secretary:
        secretary.goes_to(page).does_not_read("giữ lại")
        secretary.reads("đã gửi" if act == "send" else "không gửi, theo quyết định")
        secretary.looks(f"{act}-secretary")
    copies = copies_among(smtp_server.messages)
    assert len(copies) == (2 if act == "send" else 0)
    assert standing() == set()
