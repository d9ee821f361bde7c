"""On a phone: draw a voucher, ask anonymously, keep the receipt, see it answered, rate it."""

import datetime as dt
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as portal_settings
from django.utils import timezone
from playwright.sync_api import expect

from foundation.clock import database_now
from hall.domain import desk, joining
from sessions.askers import mixing, vouchers
from sessions.domain.answers import record_live_answer
from sessions.models import (
    BlindIssue,
    Conference,
    Question,
    SeatRound,
    StagedQuestion,
    VoucherRound,
)
from tests.journeys.people import PHONE, Person, at_the_browser
from tests.journeys.test_whole_chain import wait_until
from tests.sessions.anonymously import more_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
BUSY = (portal_settings.BASE_DIR / "templates/busy.html").read_text()  # what nginx answers
VECTOR = Path(__file__).parent.parent / "foundation/rfc9474.json"


@pytest.fixture
def apart(live_server, settings):
    """The address of the anonymous host at the running server."""
    port = urlsplit(live_server.url).port
    settings.ANONYMOUS_BASE_URL = f"http://{settings.ANONYMOUS_HOST}:{port}"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, settings.ANONYMOUS_HOST]
    return settings.ANONYMOUS_BASE_URL


@pytest.fixture
def stranger(browser, apart):
    """A phone that has never been to the portal."""
    context = browser.new_context(
        viewport=PHONE, locale="vi-VN", permissions=["clipboard-read", "clipboard-write"]
    )
    person = Person(context.new_page(), apart)
    yield person
    assert person.complaints == []
    assert context.cookies() == []
    context.close()


def issuing_days(conference):
    """Let it be a week before the questions open."""
    opens = timezone.now() + dt.timedelta(days=5)
    Conference.objects.filter(pk=conference.pk).update(
        asks_open_at=opens,
        asks_close_at=opens + dt.timedelta(days=10),
        starts_at=opens + dt.timedelta(days=20),
        ends_at=opens + dt.timedelta(days=20, hours=3),
    )


def window_opens(conference):
    now = timezone.now()
    Conference.objects.filter(pk=conference.pk).update(asks_open_at=now - dt.timedelta(hours=1))


def ask_on_the_page(stranger, world, text):
    stranger.types(text=text).chooses(theme=str(world.themes[2].pk), kind="opinion")
    stranger.finds_the_page_usable()
    stranger.page.click("main form button.btn-primary")
    code = stranger.page.locator("#receipt-code")
    expect(code).to_have_text(re.compile(r"^([0-9A-Z]{4}-){6}[0-9A-Z]{4}$"))
    stranger.finds_the_page_usable()
    return code.inner_text()


def test_a_slip_on_a_phone_from_the_box_to_the_rating(world, stranger):
    more_people(world)
    conference = world.conference
    issuing_days(conference)
    window_opens(conference)
    conference.refresh_from_db()
    slips = vouchers.print_slips(conference, 12)

    stranger.goes_to(f"/#phieu={slips[0]}")
    assert stranger.page.input_value("[name='voucher']") == slips[0]
    assert "#" not in stranger.page.url
    stranger.types(text="Anh Lê Quốc Cường biết việc này.")
    expect(stranger.page.locator("[data-guard-kind='name']")).to_be_visible()
    sizes = []
    stranger.page.on("request", lambda sent: sizes.append(len(sent.post_data_buffer or b"")))
    code = ask_on_the_page(stranger, world, "Vì sao chậm thanh toán làm thêm giờ?")
    assert max(sizes) == 32 * 1024  # the network learns no length of a text
    stranger.page.click(".top a >> nth=1")
    expect(stranger.page.locator("[data-receipt-leave]")).to_be_visible()
    expect(stranger.page.locator("[data-receipt-kept]")).to_be_focused()
    assert urlsplit(stranger.page.url).path == "/"
    stranger.finds_the_page_usable()
    leaving = []
    stranger.page.once("dialog", lambda dialog: (leaving.append(dialog.type), dialog.dismiss()))
    stranger.page.evaluate("setTimeout(() => location.assign('/receipt/'))")
    stranger.page.wait_for_timeout(400)
    assert leaving == ["beforeunload"]
    stranger.page.click("[data-receipt-copy]")
    assert stranger.page.evaluate("navigator.clipboard.readText()") == code
    expect(stranger.page.locator("[data-receipt-leave]")).to_be_hidden()

    stranger.goes_to("/receipt/").finds_the_page_usable()
    stranger.types(code=code.lower()).presses("main form button.btn-primary")
    stranger.reads("đang chờ được trộn").finds_the_page_usable()
    assert code not in stranger.page.url

    assert mixing.hand_on(StagedQuestion.objects.all(), at=database_now()) == 1
    question = Question.objects.get()
    record_live_answer(
        question,
        text="Trả trước ngày 15.",
        answered_by="Kế toán",
        by=world.clerk,
        at=database_now(),
    )
    stranger.goes_to("/receipt/").types(code=code).presses("main form button.btn-primary")
    stranger.reads("Trả trước ngày 15.").finds_the_page_usable()
    stranger.page.check("[name='value'][value='partly']")
    stranger.page.fill("#rate_why", "Chưa nói năm nào.")
    stranger.presses("form:has([value='rate']) button")
    stranger.reads("Giải đáp một phần").finds_the_page_usable()
    kept = stranger.page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]")
    assert kept == [0, 0, ""]
    question = Question.objects.get()
    assert (question.level, question.rating.why) == ("anonymous", "Chưa nói năm nào.")


def test_blind_vouchers_are_drawn_without_a_word_and_used_apart(
    world, browser, live_server, apart, stranger
):
    crowd = more_people(world)
    issuing_days(world.conference)
    vouchers.open_due_rounds(at=database_now())
    round_ = VoucherRound.objects.get()
    for person in [*crowd, world.leader]:
        BlindIssue.objects.create(round=round_, user=person, request="x" * 64)

    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        expect(staff.page.locator("[data-drawn]")).to_be_attached()
        staff.goes_to("/vouchers/").looks("vouchers")
        expect(staff.page.locator(".voucher")).to_have_count(0)  # nobody has asked for them
        staff.page.click("[data-vouchers-show]")
        expect(staff.page.locator(".voucher")).to_have_count(3)
        use = staff.page.locator("[data-voucher-use]").first.get_attribute("href")
        staff.page.click("[data-vouchers-forget]")
        expect(staff.page.locator(".voucher")).to_have_count(0)
    assert BlindIssue.objects.filter(user=world.staff).count() == 1
    assert use.startswith(f"{apart}/#phieu=DT1.{round_.pk}.")

    window_opens(world.conference)
    stranger.page.goto(use)
    ask_on_the_page(stranger, world, "Bao giờ công khai tiêu chí thi đua?")
    assert StagedQuestion.objects.get().text == "Bao giờ công khai tiêu chí thi đua?"


def test_without_scripts_the_server_makes_the_code(world, browser, apart):
    more_people(world)
    issuing_days(world.conference)
    window_opens(world.conference)
    world.conference.refresh_from_db()
    (slip,) = vouchers.print_slips(world.conference, 12)[:1]
    context = browser.new_context(viewport=PHONE, locale="vi-VN", java_script_enabled=False)
    page = context.new_page()
    page.goto(apart)
    page.fill("[name='voucher']", slip)
    page.fill("[name='text']", "Nhà ăn còn mở không?")
    page.select_option("[name='theme']", str(world.themes[2].pk))
    page.click("main form button.btn-primary")
    code = _shown_code(page)
    page.goto(f"{apart}/receipt/")
    page.fill("[name='code']", code)
    page.click("main form button.btn-primary")
    expect(page.locator("main")).to_contain_text("Nhà ăn còn mở không?")
    context.close()


def test_a_lost_connection_loses_no_text_and_sends_once(world, stranger):
    more_people(world)
    issuing_days(world.conference)
    window_opens(world.conference)
    world.conference.refresh_from_db()
    (slip,) = vouchers.print_slips(world.conference, 12)[:1]
    stranger.goes_to(f"/#phieu={slip}")
    stranger.types(text="Mạng chập chờn.").chooses(theme=str(world.themes[0].pk))
    lost = []

    def lose_the_reply(route):
        if route.request.method == "POST" and not lost:
            asked = route.request
            arrived = route.fetch(
                url=asked.url.replace("anonymous.localhost", "127.0.0.1"),
                headers={**asked.headers, "host": urlsplit(asked.url).netloc},
            )
            lost.append(arrived.status)
            route.abort()
        else:
            route.continue_()

    stranger.page.route("**/*", lose_the_reply)
    stranger.page.click("main form button.btn-primary")
    expect(stranger.page.locator("[data-network]")).to_be_visible()
    assert stranger.page.input_value("[name='text']") == "Mạng chập chờn."
    stranger.page.click("main form button.btn-primary")
    expect(stranger.page.locator("#receipt-code")).to_be_visible()
    stranger.page.click("[data-receipt-kept]")
    stranger.complaints.clear()  # the browser reports the connection that was cut
    assert lost == [200]
    assert StagedQuestion.objects.count() == 1


def _shown_code(page):
    """Return the receipt's code once the page's script has put it there."""
    place = page.locator("#receipt-code")
    expect(place).to_have_text(re.compile(r"(\w{4}-){6}\w{4}"))
    return place.inner_text()


def test_signed_in_askers_get_a_code_too(world, browser, live_server, apart, stranger):
    issuing_days(world.conference)
    window_opens(world.conference)
    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        staff.goes_to(f"/conferences/{world.conference.pk}/ask/").finds_the_page_usable()
        staff.types(text="Bao giờ có nước nóng?").chooses(theme=str(world.themes[0].pk))
        staff.presses("main form.sheet button.btn-primary")
        code = _shown_code(staff.page)
        staff.page.click("[data-receipt-kept]")
        staff.finds_the_page_usable()
    stranger.goes_to("/receipt/").types(code=code).presses("main form button.btn-primary")
    stranger.reads("Bao giờ có nước nóng?")


def test_the_browsers_side_is_the_rfcs(browser, apart, world):
    """RFC 9474's vector in the real browser; and its codes are the server's."""
    page = browser.new_page()
    page.goto(apart)
    found = page.evaluate(
        """async (v) => {
          const take = (name) => import(`/static/js/lib/${name}.js`);
          const [{blind, finish}, {joined}, {inGroups}, {hashOf}] = await Promise.all(
            ["blind-rsa", "bytes", "codes", "sha256"].map(take));
          const bytes = (hex) => Uint8Array.from(hex.match(/../g), (x) => parseInt(x, 16));
          const hex = (b) => Array.from(b, (x) => x.toString(16).padStart(2, "0")).join("");
          const key = {n: BigInt("0x" + v.p) * BigInt("0x" + v.q), e: 65537n};
          const prepared = joined(bytes(v.msg_prefix), bytes(v.msg));
          const {blinded, inverse} = await blind(
            key, prepared, {salt: bytes(v.salt), inverse: BigInt("0x" + v.inv)});
          const sig = await finish(key, prepared, bytes(v.blind_sig), inverse);
          const bad = bytes(v.blind_sig); bad[5] ^= 1;
          return [hex(blinded), hex(sig), await finish(key, prepared, bad, inverse),
                  inGroups("0123456789ABCDEFGHJKMNPQRS"), await hashOf("ABC")];
        }""",
        json.loads(VECTOR.read_text()),
    )
    page.close()
    from hashlib import sha256

    from foundation.codes import in_groups, with_check

    vector = json.loads(VECTOR.read_text())
    assert found == [
        vector["blinded_msg"],
        vector["sig"],
        None,
        in_groups(with_check("0123456789ABCDEFGHJKMNPQRS")),
        sha256(b"ABC").hexdigest(),
    ]


def leaves(page, *, stay):
    """Go to another page of the host; the browser asks first."""
    asked = []
    page.once(
        "dialog",
        lambda one: (asked.append(one.type), one.dismiss() if stay else one.accept()),
    )
    page.evaluate("setTimeout(() => location.assign('/receipt/'))")
    wait_until(lambda: page.evaluate("1") and asked)
    assert asked == ["beforeunload"]
    if not stay:
        page.wait_for_url("**/receipt/")


def test_whatever_is_answered_the_anonymous_form_stays(world, stranger):
    more_people(world)
    issuing_days(world.conference)
    window_opens(world.conference)
    world.conference.refresh_from_db()
    slip = vouchers.print_slips(world.conference, 12)[0]
    text, page = "Vì sao chậm thanh toán làm thêm giờ?", stranger.page
    stranger.goes_to(f"/#phieu={slip}").types(text=text)
    stranger.chooses(theme=str(world.themes[2].pk), kind="opinion")
    for status, body in (
        (429, BUSY),
        (429, "null"),
        (200, "null"),
        (502, "<center>502</center>"),
        (403, ""),
        (409, ""),
    ):
        page.route(
            "**/*",
            lambda route, *_, status=status, body=body: route.fulfill(
                status=status, body=body, content_type="text/html"
            ),
        )
        page.click("main form button.btn-primary")
        expect(page.locator("#trouble")).to_contain_text("vẫn còn")
        expect(page.locator("[name='text']")).to_have_value(text)
        expect(page.locator("[name='voucher']")).to_have_value(slip)
        page.unroute_all()
    stranger.complaints.clear()  # the browser's own, of the answers above
    leaves(page, stay=True)
    expect(page.locator("[name='text']")).to_have_value(text)
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    leaves(page, stay=False)
    page.go_back()
    expect(page.locator("[name='text']")).to_have_value("")
    expect(page.locator("[name='voucher']")).to_have_value("")
    page.goto(f"{stranger.base}/#phieu={slip}")  # over the page that stands there already
    expect(page.locator("[name='voucher']")).to_have_value(slip)
    ask_on_the_page(stranger, world, text)
    assert StagedQuestion.objects.get().text == text


def test_in_the_hall_a_telephone_draws_passes_and_asks_with_one(
    world, browser, live_server, apart, stranger
):
    more_people(world)
    now = timezone.now()
    Conference.objects.filter(pk=world.conference.pk).update(
        starts_at=now - dt.timedelta(minutes=10), ends_at=now + dt.timedelta(hours=2)
    )
    world.conference.refresh_from_db()
    hall = desk.open_hall(world.conference, at=now)
    joining.let_seats_ask(hall, on=True)
    joining.let_seats_ask_unnamed(hall, on=True)
    SeatRound.objects.update(drawn=portal_settings.ANONYMITY_SET)  # others sit there as well

    context = browser.new_context(viewport=PHONE, locale="vi-VN")
    phone = Person(context.new_page(), live_server.url)
    phone.goes_to(f"/join/{hall.code}/")
    link = phone.page.locator("[data-pass] a")
    expect(link).to_be_visible()
    phone.finds_the_page_usable()
    first = link.get_attribute("href")
    phone.page.reload()
    expect(link).to_have_attribute("href", first)  # drawn once
    assert phone.complaints == []
    other = context.new_page()  # the code was scanned once more
    refused = []
    other.on("response", lambda one: refused.append(one.status) if "/pass/" in one.url else None)
    other.goto(f"{live_server.url}/join/{hall.code}/")
    expect(other.locator("[data-pass-elsewhere]")).to_be_visible()
    expect(other.locator("[data-pass]")).to_be_hidden()
    other.reload()
    expect(other.locator("[data-pass-elsewhere]")).to_be_visible()
    assert refused == [409]  # asked for once
    context.close()

    assert first.startswith(f"{apart}/#phieu=HT1.{hall.pk}.")
    stranger.page.goto(first)
    expect(stranger.page.locator("[data-of-hall]")).to_be_visible()
    expect(stranger.page.locator("[data-of-slip]").first).to_be_hidden()
    ask_on_the_page(stranger, world, "Bao giờ sửa thang máy khu B?")
    assert SeatRound.objects.get().drawn == portal_settings.ANONYMITY_SET + 1
    mixing.mix_if_due(at=database_now())
    assert Question.objects.get().original_text == "Bao giờ sửa thang máy khu B?"
