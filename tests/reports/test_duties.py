"""One list of duties: home page, menu and the pages it leads to agree."""

import datetime as dt

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from duties.duty import KINDS
from duties.lists import duties_in
from duties.look import Look
from foundation.clock import day_of
from reports.domain import daily_mails
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from reports.domain.writing import explain_not_held
from sessions.askers import identity
from sessions.domain import (
    answers,
    assignments,
    commitments,
    conferences,
    follow_up,
    questions,
    triage,
)
from sessions.models import Conference, Question
from sessions.states import ConferenceState
from tests.reports.story import hold_a_dialogue
from tests.sessions.transferred import given_back, hand
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


def duties(user, *, at=NOON):
    return duties_in(Look(at=at, person=user))


def kinds(user, *, at=NOON):
    return {duty.kind for duty in duties(user, at=at)}


def one(user, kind, *, at=NOON):
    [found] = [duty for duty in duties(user, at=at) if duty.kind == kind]
    return found


def send(world, text, *, level=Question.Level.NAMED, at=None):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[0], kind="opinion", level=level,
        by=world.staff, at=at or moment(-2),
    )  # fmt: skip


# --- conferences and their papers ---------------------------------------------------


def test_a_plan_that_is_overdue_is_asked_of_the_office_alone(world):
    found = one(world.clerk, "plan")

    assert (found.what, found.on) == (
        "Ban hành kế hoạch, hoặc nhập số kế hoạch đã lập ở nơi khác.",
        day(-20),
    )
    assert found.about == world.conference.short_name
    assert "plan" not in kinds(world.staff)

    world.conference.plan_number = "12-KH/ĐU"
    world.conference.save()
    assert "plan" not in kinds(world.clerk)


def test_a_plan_that_has_time_is_not_asked_for_yet(world):
    world.conference.plan_due_on = day(15)
    world.conference.save()

    assert "plan" not in kinds(world.clerk)


def test_a_closed_conference_still_asks_for_its_papers(world):
    conference, _ = hold_a_dialogue(world)
    Conference.objects.filter(pk=conference.pk).update(
        plan_number="", plan_issued_on=None, notice_published_on=None,
        conclusion_number="", conclusion_issued_on=None, minutes_signed_on=None,
    )  # fmt: skip

    found = {d.kind for d in duties(world.clerk) if d.about == conference.short_name}

    assert {"plan", "notice", "minutes", "conclusion"} <= found


def test_a_conference_that_closed_by_itself_says_what_is_owed_now(world):
    conference, asked = hold_a_dialogue(world)
    conference.moves.filter(to_state=ConferenceState.CLOSED).update(actor=None)
    triage.assign_question(
        asked["in_progress"], to=None, unit="Ban Tài chính", due_on=day(15), by=world.clerk, at=NOON
    )

    found = one(world.clerk, "closed_by_itself")

    assert found.what == "Hội nghị đã tự kết thúc; 1 câu hỏi còn phải trả lời bằng văn bản."
    assert "closed_by_itself" not in kinds(world.clerk, at=moment(20))


def test_a_conference_held_after_the_report_was_issued_is_in_no_report(world):
    hold_a_dialogue(world)
    report = issue_report(
        start_draft(world.obligation, by=world.clerk, at=NOON), by=world.secretary, at=NOON
    )
    assert "left_out" not in kinds(world.clerk, at=moment(11))

    conferences.hold_conference(world.conference, by=world.clerk, at=moment(10, 3))

    found = one(world.clerk, "left_out", at=moment(11))
    assert found.about == world.conference.short_name
    assert found.url == reverse("reports:report_detail", args=[report.pk])


# --- every kind: the number of the duty is the number on its page -----------------------


@pytest.fixture
def busy(world):
    """Something of nearly every kind waits; seen from the end of November 2026 all is late."""
    conference, asked = hold_a_dialogue(world)
    Conference.objects.filter(pk=conference.pk).update(
        minutes_signed_on=None, conclusion_number="", conclusion_issued_on=None
    )
    by, at = world.clerk, moment(-1)

    def assigned(text, **to):
        question = send(world, text)
        triage.assign_question(question, due_on=day(15), by=by, at=at, **to)
        return question

    assigned("Bao giờ sửa thang máy?", to=world.leader)
    assigned("Bao giờ có nước uống?", to=world.leader)
    for text in ("Bao giờ có sân chơi?", "Bao giờ có nhà văn hóa?"):
        assigned(text, to=world.other_leader, beside=[world.leader])
    back = assigned("Bao giờ có bếp ăn?", to=world.leader)
    refused = assigned("Bao giờ có nhà trẻ?", to=world.other_leader)
    assignments.refuse_assignment(
        refused, reason="Việc của Công đoàn.", proposed=None, by=world.other_leader, at=at
    )
    assigned("Bao giờ thay mái tôn?", to=None, unit="Ban Quản trị")
    ready = assigned("Bao giờ có chỗ để xe?", to=world.other_leader)
    for question in (back, ready):
        draft = answers.draft_answer(
            question, text="Quý IV.", answered_by="Lê Quốc Cường", version=0,
            by=question.assignee, at=at,
        )  # fmt: skip
        answers.submit_answer(draft, by=question.assignee, at=at)
    answers.send_back_answer(back.answers.get(), remarks="Nêu rõ tháng.", by=world.secretary, at=at)
    follow_up.appeal(asked["declined"], text="Không đồng ý.", at=at)
    unclear = send(world, "Việc kia thế nào?")
    follow_up.ask_back(unclear, text="Việc nào?", by=by, at=at)
    unclear.refresh_from_db()
    follow_up.reply(unclear, text="Việc lát sân.", at=at)
    doubtful = send(world, "Còn việc đó?")
    follow_up.ask_back(doubtful, text="Việc nào?", by=by, at=at)
    for owner, text in ((world.leader, "Lát sân."), (world.clerk, "Mua ghế.")):
        commitments.make_commitment(
            conference, text=text, lead_unit="Văn phòng", owner=owner, due_on=day(3), by=by, at=NOON
        )
    for is_back in (False, True):
        handed = send(world, "Bao giờ sửa cầu thang chung?")
        triage.clear_text(handed, by=by, at=at)
        hand(world, handed, at=at)
        if is_back:
            given_back(world, handed, at=at)
    make_conference(
        world.host, world.secretary, title="Hoãn", starts_at=moment(40), ends_at=moment(40, 3)
    )
    return world


PLACES = {
    "to_answer", "to_clear", "objections", "replies", "to_write", "to_chase", "given_back", "to_contribute", "promises",
    "late_promises", "to_sort", "came_back", "transferred",
}  # fmt: skip


@pytest.mark.parametrize(
    "who", ["secretary", "clerk", "leader", "other_leader", "staff", "head", "other_secretary"]
)
def test_the_home_page_and_the_menu_say_what_the_list_says(client, busy, who):
    user = getattr(busy, who)
    client.force_login(user)
    at = timezone.now()
    found = duties(user, at=at)

    page = client.get(reverse("reports:home"))

    assert [d.what for _about, group in page.context["groups"] for d in group] == [
        d.what
        for d in sorted(found, key=lambda d: [g for g, _ in page.context["groups"]].index(d.about))
    ]
    for duty in found:
        assert duty.what in page.text
        assert duty.url.replace("&", "&amp;") in page.text
    counts = {entry["url"]: entry["count"] for entry in page.context["nav"]}
    for url in {reverse(duty.place) for duty in found}:
        assert counts[url] == sum(d.number for d in found if reverse(d.place) == url)
    assert ("Không có việc đến hạn" in page.text) is (not found)


@pytest.mark.parametrize("who", ["secretary", "clerk", "leader", "other_secretary"])
def test_the_page_a_duty_leads_to_shows_as_many_as_it_counts(client, busy, who):
    user = getattr(busy, who)
    client.force_login(user)
    found = [duty for duty in duties(user, at=timezone.now()) if duty.kind in PLACES]
    assert found

    for duty in found:
        page = client.get(duty.url)
        assert page.status_code == 200
        if "questions" in page.context and "shown" in page.context:
            assert len(page.context["questions"]) == duty.number, duty
        elif duty.place == "sessions:commitment_list" and "page" in page.context:
            assert page.context["page"].paginator.count == duty.number, duty


def test_nearly_every_kind_was_walked(busy):
    at = timezone.now()
    seen = set().union(*(kinds(user, at=at) for user in busy.people.values()))

    rare = {
        "conference_date",
        "closed_by_itself",
        "left_out",
        "newer_notice",
        "minutes_to_approve",
        "news",
        "name_asked_for",
        "opening_to_decide",
        "opening_decided",
        "arrived",
        "to_warn",
        "alarms",
        "results",
        "to_close",
        "personal_requests",
        "personal_answers",
        "purges",
        "purged_reports",
    }
    assert set(KINDS) - seen <= rare


def test_a_late_promise_of_others_is_the_offices_duty(busy):
    found = one(busy.secretary, "late_promises", at=moment(4))
    assert (found.number, found.on) == (2, day(3))
    assert one(busy.clerk, "late_promises", at=moment(4)).number == 1


def test_whoever_has_nothing_to_do_is_told_so(client, world):
    client.force_login(world.outsider)

    assert "Không có việc đến hạn" in client.get(reverse("reports:home")).text


def test_an_invitation_to_ask_is_no_duty(client, world):
    now = timezone.now()
    Conference.objects.filter(pk=world.conference.pk).update(
        asks_open_at=now - dt.timedelta(days=1), asks_close_at=now + dt.timedelta(days=3),
        starts_at=now + dt.timedelta(days=10), ends_at=now + dt.timedelta(days=10, hours=3),
    )  # fmt: skip
    client.force_login(world.staff)

    page = client.get(reverse("reports:home")).text

    assert "Không có việc đến hạn" in page
    assert "Đồng chí có thể hỏi" in page


# --- reports and the Board ------------------------------------------------------------


def test_a_report_that_has_arrived_is_not_called_overdue(client, world):
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    explain_not_held(draft, reason="Sắp xếp tổ chức", until=day(60), at=NOON)
    issue_report(draft, by=world.secretary, at=NOON)

    found = one(world.officer, "arrived", at=moment(9))

    assert found.what == (f"1 báo cáo chờ tiếp nhận; báo cáo sớm nhất gửi ngày {day(0):%d/%m/%Y}.")
    assert (found.on, found.since) == (None, day(0))
    client.force_login(world.officer)
    assert len(client.get(found.url).context["rows"]) == found.number


def test_the_board_is_told_as_many_overdue_reports_as_the_desk_shows(client, world):
    found = one(world.head, "missing", at=timezone.now())

    client.force_login(world.head)
    assert found.number == 2
    assert len(client.get(found.url).context["rows"]) == found.number


# --- whoever has asked ----------------------------------------------------------------


@pytest.mark.parametrize("level", ["named", "confidential"])
def test_news_is_told_until_the_question_was_read_and_reading_leaves_no_row(client, world, level):
    at = timezone.now()
    question = questions.submit_question(
        world.conference, text="Bao giờ sửa thang máy?", theme=world.themes[0], kind="opinion",
        level=level, by=world.staff, at=moment(-2),
    )  # fmt: skip
    triage.decline_question(
        question, code="out_of_scope", text="Không thuộc cơ quan.", by=world.clerk, at=at
    )
    client.force_login(world.staff)
    mine = reverse(
        "sessions:question_detail", args=[identity.own_address(world.staff, question.pk)]
    )

    home = client.get(reverse("reports:home"))
    listed = client.get(reverse("sessions:my_questions"))
    assert "có tin mới: trả lại, có lý do" in home.text
    assert mine in home.text
    assert "Mới:" in listed.text

    page = client.get(mine)

    counts = {entry["url"]: entry["count"] for entry in page.context["nav"]}
    assert counts[reverse("sessions:my_questions")] == 0
    assert "có tin mới" not in client.get(reverse("reports:home")).text
    assert "Mới:" not in client.get(reverse("sessions:my_questions")).text
    client.cookies.clear()
    client.force_login(world.staff)
    assert "có tin mới" in client.get(reverse("reports:home")).text, "no row remembers it"


def test_the_cookie_of_what_was_read_looks_alike_for_everybody(client, world):
    sizes = set()
    for who in ("staff", "colleague", "head"):
        client.force_login(world.people[who])
        sizes.add(len(client.get(reverse("reports:home")).cookies["read"].value))
        client.cookies.clear()

    assert len(sizes) == 1


def test_an_answer_stands_before_the_question_on_its_page(client, world):
    _conference, asked = hold_a_dialogue(world)
    client.force_login(world.staff)

    page = client.get(reverse("sessions:question_detail", args=[asked["answered_written"].pk])).text

    assert page.index("Đã lập dự toán.") < page.index("Đề nghị sửa mái khu để xe.")


# --- leaders --------------------------------------------------------------------------


def test_a_draft_that_came_back_says_why_and_by_when(client, busy):
    found = one(busy.leader, "sent_back")

    assert (found.remarks, found.on) == ("Nêu rõ tháng.", day(9))
    client.force_login(busy.leader)
    assert "Nêu rõ tháng." in client.get(reverse("reports:home")).text


def test_what_is_asked_before_a_conference_is_due_before_it(world):
    question = send(world, "Bao giờ sửa thang máy?")
    triage.assign_question(question, to=world.leader, due_on=day(30), by=world.clerk, at=NOON)

    assert one(world.leader, "to_answer").on == day(9)


def test_the_pages_name_the_day_that_the_duty_names_and_the_office_its_own(client, world):
    now = timezone.now()
    Conference.objects.filter(pk=world.conference.pk).update(
        asks_close_at=now + dt.timedelta(days=3),
        starts_at=now + dt.timedelta(days=10), ends_at=now + dt.timedelta(days=10, hours=3),
    )  # fmt: skip
    question = send(world, "Bao giờ sửa thang máy?")
    late = day_of(now) + dt.timedelta(days=30)
    triage.assign_question(question, to=world.leader, due_on=late, by=world.clerk, at=now)
    wanted = one(world.leader, "to_answer", at=now).on
    assert wanted == day_of(now) + dt.timedelta(days=9)
    page = reverse("sessions:answer_write", args=[question.pk])

    for user, said, unsaid in ((world.leader, wanted, late), (world.secretary, late, wanted)):
        client.force_login(user)
        for url in (reverse("sessions:answer_list"), page):
            text = client.get(url).text
            assert f"{said:%d/%m/%Y}" in text
            assert f"{unsaid:%d/%m/%Y}" not in text


def test_mail_never_says_who_asked_without_a_name(world):
    for level in (Question.Level.NAMED, Question.Level.CONFIDENTIAL):
        question = send(world, f"Câu {level}", level=level)
        triage.decline_question(
            question, code="out_of_scope", text="Khác.", by=world.clerk, at=NOON
        )

    told = [d for d in duties_in(Look(at=NOON)) if d.kind == "news"]

    named = Question.objects.get(level="named")
    assert [(d.who, d.url) for d in told] == [
        (
            world.staff,
            reverse("sessions:question_detail", args=[identity.own_address(world.staff, named.pk)]),
        )
    ]


# --- page and mail say the same -------------------------------------------------------


@pytest.mark.parametrize("who", ["secretary", "clerk", "leader", "other_leader", "staff", "head"])
def test_the_mail_says_what_the_home_page_says_of_every_kind(client, busy, who):
    """In the same words, with the same number, leading to the same page; for all at once too."""
    user, at = getattr(busy, who), timezone.now()
    client.force_login(user)
    page = client.get(reverse("reports:home"))
    shown = {(d.kind, d.what, d.url) for _, group in page.context["groups"] for d in group}
    spoken_of_by_name = {
        (d.kind, d.what, d.url) for d in duties_in(Look(at=at)) if d.who == user and d.is_mailed
    }

    duties_ = [d for d in duties_in(Look(at=at, person=user, is_mail=True)) if d.is_mailed]
    said = daily_mails.Waiting(user, duties_).words(today=day(0))

    assert {(d.kind, d.what, d.url) for d in duties_} == spoken_of_by_name
    assert spoken_of_by_name <= shown
    left = {kind for kind, _what, _url in shown - spoken_of_by_name}
    assert left <= {"news", "asked_back", "name_asked_for", "alarms"}, "who asked without a name"
    body = render_to_string("emails/reports/reminder.txt", {**said, "base_url": "https://x"})
    html = render_to_string("emails/reports/reminder.html", {**said, "base_url": "https://x"})
    for _kind, what, url in spoken_of_by_name:
        assert f"* {what}" in body
        assert f": https://x{url}\n" in body
        assert what in html
    assert said["number"] == len(spoken_of_by_name)


# --- the menu, for half a minute ------------------------------------------------------


def menu_of(page):
    return {entry["url"]: entry["count"] for entry in page.context["nav"]}


def test_the_menu_looks_twice_a_minute_and_at_once_after_an_act(
    client, world, django_assert_num_queries
):
    client.force_login(world.clerk)
    questions_ = reverse("sessions:triage_index")
    page = reverse("sessions:commitment_list")
    before = menu_of(client.get(page))[questions_]
    question = send(world, "Bao giờ sửa thang máy?")
    Question.objects.filter(pk=question.pk).update(edited_ok=True)  # nothing waits once returned
    assert menu_of(client.get(page))[questions_] == before
    for now in (reverse("sessions:conference_detail", args=[world.conference.pk]), "/"):
        assert menu_of(client.get(now))[questions_] == before + 1, "a page that shows the list"
    assert menu_of(client.get(page))[questions_] == before + 1, (
        "no page goes back to an older number"
    )

    done = client.post(
        reverse("sessions:question_decline", args=[question.pk]),
        {"decline-code": "out_of_scope", "decline-text": "Không thuộc cơ quan."},
    )

    for after in (done.url, page):
        assert menu_of(client.get(after))[questions_] == before, (
            "nor does what was done stand there"
        )


def test_a_refused_act_looks_at_nothing_anew(client, world):
    client.force_login(world.clerk)
    questions_ = reverse("sessions:triage_index")
    before = menu_of(client.get(reverse("sessions:commitment_list")))[questions_]
    send(world, "Bao giờ sửa thang máy?")

    refused = client.post(reverse("board:report_acknowledge", args=[2**31 - 9]))

    assert refused.status_code == 404
    assert menu_of(refused)[questions_] == before


def test_whoever_gets_another_role_has_its_numbers_at_once(client, world):
    client.force_login(world.staff)
    send(world, "Bao giờ sửa thang máy?")
    page = reverse("sessions:commitment_list")
    assert reverse("sessions:triage_index") not in menu_of(client.get(page))

    world.staff.memberships.update(role="clerk")

    assert menu_of(client.get(page))[reverse("sessions:triage_index")] == 1
