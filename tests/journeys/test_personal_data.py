"""J-16 and J-15 at the browser: each right exercised, and a text taken out by two bodies."""

import datetime as dt
import json
import zipfile

import pytest
from django.utils import timezone

from reports.models import PersonalRequest, Purge
from sessions.domain import questions
from sessions.models import Question
from tests.journeys.people import PHONE, at_the_browser, lies_ahead

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PRIMARY = "main form button.btn-primary"


def ask(world, text):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind="opinion", level="named",
        by=world.staff, at=timezone.now() - dt.timedelta(days=2),
    )  # fmt: skip


def test_a_person_knows_copies_corrects_and_is_taken_off(world, browser, live_server, tmp_path):
    lies_ahead(world.conference)
    question = ask(world, "Bao giờ sửa mái khu để xe?")
    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        staff.presses("footer a[href='/help/personal-data/']").looks("notice")
        staff.presses("main a[href='/my-data/']").types(phone="0912 345 678")
        staff.presses("main form[data-keep] button").reads("Đã lưu số điện thoại")
        with staff.page.expect_download() as download:
            staff.page.click("main form[action='/my-data/copy/'] button")
        download.value.save_as(tmp_path / "copy.zip")
        with zipfile.ZipFile(tmp_path / "copy.zip") as archive:
            copy = json.loads(archive.read("du-lieu-cua-toi.json"))
        assert copy["account"]["phone"] == "0912 345 678"
        assert [one["text"] for one in copy["questions"]] == ["Bao giờ sửa mái khu để xe?"]
        staff.goes_to("/my-data/ask/name/").types(name="Đỗ Minh Đức Anh").looks("ask")
        staff.presses(PRIMARY)
        staff.goes_to("/my-data/ask/question/").presses(PRIMARY).reads("Đã gửi đề nghị")
        staff.goes_to("/my-data/ask/account/").page.check("main [name=is_meant]")
        staff.presses(PRIMARY).looks("mine")

    with at_the_browser(browser, live_server.url, "clerk") as clerk:
        clerk.goes_to("/").reads("3 đề nghị về dữ liệu cá nhân chờ giải quyết")
        clerk.goes_to("/personal-requests/").looks("list")
        for kind, decision in (("name", "grant"), ("question", "grant"), ("account", "grant")):
            wish = PersonalRequest.objects.get(kind=kind)
            clerk.goes_to(f"/personal-requests/{wish.pk}/")
            clerk.page.check(f"main [name=decision][value={decision}]")
            clerk.presses(PRIMARY)
        clerk.reads("còn vai trò").looks("decide")
        clerk.page.check("main [name=decision][value=refuse]")
        clerk.types(reply="Đồng chí còn là đảng viên của đảng bộ.").presses(PRIMARY)

    with at_the_browser(browser, live_server.url, "staff", PHONE) as staff:
        staff.goes_to("/").reads("Đề nghị về dữ liệu cá nhân của đồng chí đã được trả lời")
        staff.goes_to("/my-data/").reads("Đỗ Minh Đức Anh").reads("còn là đảng viên")
    question.refresh_from_db()
    assert question.author is None


def test_a_text_is_taken_out_by_two_bodies(world, browser, live_server):
    lies_ahead(world.conference)
    question = ask(world, "Kho ZZBIMAT ở chân núi Voi chứa bao nhiêu tấn?")
    with at_the_browser(browser, live_server.url, "secretary") as secretary:
        secretary.goes_to(f"/conferences/{world.conference.pk}/triage/{question.pk}/")
        secretary.presses(f"main a[href='/triage/{question.pk}/purge/']").looks("purge")
        secretary.page.check("main [name=why][value=secret]")
        secretary.types(reason="Có nội dung nghi thuộc danh mục mật.")
        secretary.presses("main form button.btn-primary").reads("chờ cơ quan thứ hai")

    with at_the_browser(browser, live_server.url, "officer", PHONE) as officer:
        officer.goes_to("/").reads("Có nội dung cần gỡ")
        officer.goes_to(f"/purges/{Purge.objects.get().pk}/").does_not_read("ZZBIMAT")
        officer.looks("agree").page.check("main [name=decision][value=agree]")
        officer.presses(PRIMARY).reads("Nơi còn giữ nội dung").looks("left")

    question = Question.objects.get(pk=question.pk)
    assert (question.state, question.return_code) == ("declined", "secret")
    assert "ZZBIMAT" not in question.original_text + question.folded
