"""Two people, one browser: whatever the first has left there, the second finds nothing of it (J-05)."""

import pytest
from playwright.sync_api import expect

from foundation.clock import database_now
from sessions.askers import vouchers
from sessions.models import BlindIssue, Question, VoucherRound
from tests.journeys.kept_forms import submitted
from tests.journeys.people import Person, at_the_browser, lies_ahead
from tests.journeys.test_anonymous import apart, issuing_days  # noqa: F401
from tests.sessions.anonymously import more_people

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARK = "ZZDAU"
SENT, TYPED, SOUGHT = f"{MARK} đã gửi đi", f"{MARK} mới gõ một nửa", f"{MARK}tìm"
EVERYTHING = """async () => {
  const stores = [JSON.stringify(sessionStorage), JSON.stringify(localStorage)];
  for (const name of globalThis.caches ? await caches.keys() : []) stores.push(`cache ${name}`);
  for (const one of await indexedDB.databases()) stores.push(`database ${one.name}`);
  return [
    document.documentElement.outerHTML, document.cookie, location.href, ...stores,
    ...[...document.querySelectorAll("input, textarea")].map((field) => field.value),
  ].join("\\n");
}"""
KEPT = "[...Object.keys(sessionStorage), ...Object.keys(localStorage)]"
OUT = "form[action$='/accounts/logout/']"


def everything(page):
    return page.evaluate(EVERYTHING)


def pages_of(question, conference):
    return [
        "/",
        f"/conferences/{conference.pk}/ask/",
        "/questions/mine/",
        f"/questions/{question.pk}/",
        f"/questions/{question.pk}/change/",
        "/vouchers/",
        "/accounts/sessions/",
        f"/conferences/{conference.pk}/",
    ]


def asks(person, conference, text):
    person.goes_to(f"/conferences/{conference.pk}/ask/")
    page = person.page
    page.fill("[name=text]", text)
    page.select_option("[name=theme]", index=1)
    page.check("[name=level][value=confidential]")


def leaves_what_people_leave(person, world):
    """Vouchers drawn and shown, a question sent, its code unkept, another one half typed."""
    page = person.page
    crowd = more_people(world)
    issuing_days(world.conference)
    vouchers.open_due_rounds(at=database_now())
    round_ = VoucherRound.objects.get()
    for one in crowd:
        BlindIssue.objects.create(round=round_, user=one, request="x" * 64)
    person.goes_to("/")
    expect(page.locator("[data-drawn]")).to_be_attached()
    person.goes_to("/vouchers/")
    page.click("[data-vouchers-show]")
    expect(page.locator(".voucher")).to_have_count(3)
    codes = page.locator("[data-voucher-text]").all_inner_texts()
    lies_ahead(world.conference)
    asks(person, world.conference, SENT)
    page.click("main form.sheet button.btn-primary")
    page.wait_for_url("**/sent/")
    codes.append(page.locator("#receipt-code").inner_text())
    page.click("[data-receipt-kept]")
    asks(person, world.conference, TYPED)
    expect(page.locator("[data-kept-line]").first).to_contain_text("Đã giữ trong thẻ trình duyệt")
    for path in pages_of(Question.objects.get(), world.conference):
        page.goto(f"{person.base}{path}")
    return codes


def test_the_next_person_finds_nothing_of_the_first(world, browser, live_server, apart):  # noqa: F811
    with at_the_browser(browser, live_server.url, "staff") as person:
        page = person.page
        codes = leaves_what_people_leave(person, world)
        name = world.staff.full_name
        telling = [MARK, name, *codes, *(code.replace("-", "") for code in codes)]
        person.goes_to(f"/conferences/{world.conference.pk}/ask/")
        seen = everything(page)
        assert TYPED in seen, "the search does see what is there"
        assert name in seen

        page.eval_on_selector(OUT, "(form) => form.requestSubmit()")
        expect(page.locator("#id_login")).to_be_attached()
        found = [everything(page)]
        for _ in range(6):
            page.go_back()
            page.wait_for_load_state()
            found.append(everything(page))
        person.signs_in("colleague")
        for path in pages_of(Question.objects.get(), world.conference):
            page.goto(f"{person.base}{path}")
            if path == "/vouchers/":
                page.click("[data-vouchers-show]")
                expect(page.locator("[data-vouchers-none]")).to_be_visible()
            found.append(everything(page))
        held = str(page.context.cookies())
        for text in telling:
            assert text not in held
            for content in found:
                assert text not in content
        assert any(key.startswith("vouchers:") for key in page.evaluate(KEPT))  # locked

        # The first comes back: the vouchers are there, what was half typed is not.
        with page.expect_navigation():
            page.eval_on_selector(OUT, "(form) => form.requestSubmit()")
        person.signs_in("staff").goes_to("/vouchers/")
        page.click("[data-vouchers-show]")
        expect(page.locator(".voucher")).to_have_count(3)
        person.complaints.clear()  # of pages that are not the second person's


def test_done_erases_and_so_does_an_idle_tab(world, browser, live_server, apart):  # noqa: F811
    question = submitted(world)
    lies_ahead(world.conference)
    with at_the_browser(browser, live_server.url, "staff") as person:
        page = person.page
        # A form that is not empty: emptied, it differs from what it was, and must not be kept so.
        person.goes_to(f"/questions/{question.pk}/change/").types(text=TYPED)
        expect(page.locator("[data-kept-line]").first).to_contain_text("Đã giữ trong thẻ")
        page.evaluate("localStorage.setItem('text-size', '1')")
        person.looks("change-with-finish")

        page.click("form[data-finish] button")

        person.reads("trình duyệt này không còn giữ gì của Cổng").looks("finished")
        assert MARK not in everything(page)
        assert page.evaluate(KEPT) == []
        assert {cookie["name"] for cookie in page.context.cookies()} <= {"csrf", "language"}
        page.go_back()
        expect(page.locator("#id_login")).to_be_attached()

        page.clock.install()
        person.signs_in("staff")
        asks(person, world.conference, TYPED)
        page.clock.run_for("31:00")
        person.reads("Trang đã được đóng lại")
        assert MARK not in everything(page)
        page.go_back()
        page.wait_for_load_state()
        assert MARK not in everything(page)


def test_the_anonymous_page_is_put_away_by_a_button_and_by_itself(world, browser, apart):  # noqa: F811
    context = browser.new_context(locale="vi-VN")
    person = Person(context.new_page(), apart)
    page = person.page
    page.clock.install()
    for put_away in (
        lambda: page.click("form[data-finish] button"),
        lambda: page.clock.run_for("31:00"),
    ):
        person.goes_to("/").types(text=TYPED, voucher=SOUGHT)
        assert MARK in everything(page)
        put_away()
        person.reads("Trang đã được đóng lại").looks("anonymous-done")
        assert MARK not in everything(page)
        page.go_back()
        page.wait_for_load_state()
        if page.url != "about:blank":  # a page that put itself away left nothing to go back to
            assert MARK not in everything(page)
    assert person.complaints == []
    context.close()
