"""One mail a day for each person, what it says when it is sent, and who is told by name."""

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from board.domain import receiving
from committees.models import Committee
from duties.lists import duties_in
from duties.look import Look
from jobs.domain.delivering import deliver
from jobs.models import Delivery
from periods.domain import periods
from periods.models import ReminderSent
from reports import queries
from reports.domain import daily_mails, issuing
from reports.domain.drafting import start_draft
from reports.domain.reminding import remind
from reports.domain.writing import explain_not_held
from reports.models import Escalation, Told
from sessions.askers import identity
from sessions.domain import answers, commitments, follow_up, questions, triage
from sessions.models import Question
from tests.openings import asked_for
from tests.reports.story import hold_a_dialogue
from tests.world import HANOI, NOON

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TEXT = "Vì sao mái khu để xe vẫn dột?"


def on(day, month, hour=8, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=HANOI)


def mails(to=None):
    found = Delivery.objects.filter(template=daily_mails.TEMPLATE).order_by("pk")
    return [mail for mail in found if to is None or mail.to == f"{to}@example.vn"]


@pytest.fixture
def now(monkeypatch):
    """Set the database's clock where mails are sent."""

    def set_to(at):
        for module in (
            "jobs.domain.delivering",
            "jobs.domain.claiming",
            "reports.domain.reminding",
        ):
            monkeypatch.setattr(f"{module}.database_now", lambda: at)

    return set_to


def send(mail, now, *, at):
    now(at)
    return deliver(mail.pk)


def issue(world, *, at=NOON):
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    explain_not_held(draft, reason="Sắp xếp tổ chức.", until=dt.date(2026, 9, 1), at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=at)


def assign(world, *, due_on, text=TEXT):
    question = questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind=Question.Kind.OPINION,
        level=Question.Level.NAMED, by=world.staff, at=NOON - 3 * DAY,
    )  # fmt: skip
    triage.assign_question(question, to=world.leader, due_on=due_on, by=world.clerk, at=NOON)
    return question


def promise(world, *, owner, due_on):
    conference, _ = hold_a_dialogue(world)
    return commitments.make_commitment(
        conference, text="Sửa mái nhà kho.", lead_unit="Văn phòng", due_on=due_on, owner=owner,
        by=world.clerk, at=NOON,
    )  # fmt: skip


# --- once a day -----------------------------------------------------------------------


def test_nothing_goes_out_before_the_hour_and_one_mail_after_it(world):
    assert remind(at=on(18, 6, 7, 29)) == 0
    assert not mails()

    assert remind(at=on(18, 6, 7, 30)) == len(mails()) + 2  # the Board's summary of the week
    assert len(mails("clerk")) == 1  # the whole office is told
    assert remind(at=on(18, 6, 7, 31)) == remind(at=on(18, 6, 23, 59)) == 0

    assert [mail.to for mail in mails("secretary")] == ["secretary@example.vn"]


def test_whoever_has_nothing_gets_nothing(world):
    remind(at=on(18, 6))

    assert {mail.to.partition("@")[0] for mail in mails()} == {
        "secretary",
        "clerk",
        "other_secretary",
        "head",
    }


def test_all_that_waits_for_a_person_is_in_one_mail(world, now, mailoutbox):
    assign(world, due_on=dt.date(2026, 6, 19))
    promise(world, owner=world.secretary, due_on=dt.date(2026, 6, 20))

    remind(at=on(18, 6))
    for mail in mails():
        send(mail, now, at=on(18, 6))

    (to_secretary,) = [m for m in mailoutbox if m.to == ["secretary@example.vn"]]
    assert "Báo cáo 6 tháng đầu năm 2026" in to_secretary.body
    assert (
        "1 cam kết đồng chí chịu trách nhiệm thực hiện. Hạn: ngày 20/06/2026." in to_secretary.body
    )
    number = len(duties_in(Look(at=on(18, 6), person=world.secretary, is_mail=True)))
    assert to_secretary.subject == f"Cổng đối thoại, 18/06/2026: {number} việc của đồng chí"
    (to_leader,) = [m for m in mailoutbox if m.to == ["leader@example.vn"]]
    assert "1 câu hỏi chờ đồng chí trả lời. Hạn: ngày 19/06/2026." in to_leader.body
    for message in mailoutbox:
        text = message.body + message.alternatives[0].content + message.subject
        assert not any(word in text for word in (TEXT, "mái"))
        assert ("Đỗ Minh Đức" in text) is (message.to == ["staff@example.vn"])


def test_two_schedulers_and_a_crash_leave_one_mail_each(world, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(daily_mails.escalating, "note_told", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            remind(at=on(18, 6))
    assert (mails(), ReminderSent.objects.count(), Escalation.objects.count()) == ([], 0, 0)
    assert not Told.objects.exists()

    remind(at=on(18, 6))
    remind(at=on(18, 6))

    assert len(mails()) == 4


# --- what falls due -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "is_told"),
    [
        (on(1, 6), False),
        (on(2, 6), True),  # three days before
        (on(3, 6), False),
        (on(4, 6), True),
        (on(5, 6), True),
        (on(6, 6), True),  # a day late
        (on(7, 6), False),
        (on(12, 6), False),
        (on(13, 6), True),  # a week after that
    ],
)
def test_an_answer_is_spoken_of_before_and_after_it_is_due(world, day, is_told):
    assign(world, due_on=dt.date(2026, 6, 5))
    remind(at=day - DAY)
    Delivery.objects.all().delete()

    remind(at=day)

    assert bool(mails("leader")) is is_told


def test_after_a_pause_what_was_passed_over_is_said_once(world):
    assign(world, due_on=dt.date(2026, 6, 5))
    remind(at=on(1, 6))

    remind(at=on(7, 6))

    assert len(mails("leader")) == 1
    remind(at=on(8, 6))
    assert len(mails("leader")) == 1


@pytest.mark.parametrize("days", [7, 1, 0, -1, -8])
def test_a_promise_is_spoken_of_a_week_before_it_is_due(world, days):
    commitment = promise(world, owner=world.other_leader, due_on=dt.date(2026, 7, 20))
    at = on(20, 7) - days * DAY
    remind(at=at - DAY)
    Delivery.objects.all().delete()

    remind(at=at)

    assert len(mails("other_leader")) == 1
    Delivery.objects.all().delete()
    commitments.settle_commitment(commitment, result="Xong", evidence="", by=world.clerk, at=at)
    remind(at=at + 7 * DAY)
    assert not mails("other_leader")


# --- at the moment of sending ---------------------------------------------------------


def test_what_was_done_meanwhile_is_left_out_and_the_rest_stays(world, now, mailoutbox):
    question = assign(world, due_on=dt.date(2026, 6, 19))
    promise(world, owner=world.leader, due_on=dt.date(2026, 6, 19))
    remind(at=on(18, 6))
    draft = answers.draft_answer(
        question, text="Đã sửa.", answered_by="Văn phòng", version=0, by=world.leader, at=NOON
    )
    answers.submit_answer(draft, by=world.leader, at=NOON)

    (mail,) = mails("leader")
    assert send(mail, now, at=on(18, 6, 9)).state == "done"

    (message,) = mailoutbox
    assert "câu hỏi chờ" not in message.body
    assert "1 cam kết" in message.body


def test_a_mail_that_waited_for_days_is_replaced_by_the_newer_one(world, now, mailoutbox):
    remind(at=on(18, 6))
    remind(at=on(22, 6))
    old, new = mails("secretary")

    assert send(old, now, at=on(22, 6, 9)).smtp_text == "no longer needed, not sent"
    assert send(new, now, at=on(22, 6, 9)).smtp_text != "no longer needed, not sent"

    (message,) = mailoutbox
    assert "22/06/2026" in message.subject


def test_who_has_left_the_office_is_not_told(world, now, mailoutbox):
    remind(at=on(18, 6))
    world.secretary.memberships.update(ends_on=dt.date(2026, 6, 17))

    (mail,) = mails("secretary")
    send(mail, now, at=on(18, 6, 9))

    assert not mailoutbox


def test_the_templates_say_nothing_without_what_they_need():
    for suffix in ("subject.txt", "txt", "html"):
        assert render_to_string(f"{daily_mails.TEMPLATE}.{suffix}", {})


def test_more_time_begins_the_ladder_anew(world):
    remind(at=on(22, 6))
    periods.extend(
        world.obligation, to=dt.date(2026, 7, 10), reason="Bão lũ.", by=world.head, at=on(23, 6)
    )
    Delivery.objects.all().delete()

    remind(at=on(7, 7))

    assert len(mails("secretary")) == 1
    steps = ReminderSent.objects.filter(obligation=world.obligation, step="T-3")
    assert {str(one.due_before) for one in steps} == {"2026-06-25", "2026-07-10"}


# --- told by name ---------------------------------------------------------------------


def rows_of(mail, now, at):
    """Return [(committee, what is said of it), …] of the tables in a mail sent at `at`."""
    now(at)
    daily_mails.bring_up_to_date(mail, at=at)
    said = [one for _about, group in mail.context.get("groups", []) for one in group]
    return [(row["committee"], row["stages"]) for one in said for row in one["rows"]]


@pytest.fixture
def watched(world):
    """The neighbour, which has no conference at all, and whom its form names."""
    Committee.objects.filter(pk=world.neighbour.pk).update(watch_officer=world.officer)
    return world


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (on(20, 5), None),
        (on(21, 5), "chưa có lịch hội nghị"),  # T-45 was 11 May
        (on(10, 6), "chưa tổ chức hội nghị; chưa có lịch hội nghị"),  # T-20 was 5 June
        (
            on(18, 6),
            "chưa hoàn thiện dự thảo báo cáo; chưa tổ chức hội nghị; chưa có lịch hội nghị",
        ),
        (on(23, 6), "chưa phát hành báo cáo; chưa hoàn thiện dự thảo báo cáo"),
        (on(25, 6), "chưa phát hành báo cáo; chưa hoàn thiện dự thảo báo cáo"),
        (on(26, 6), "đã quá hạn, chưa gửi báo cáo"),
    ],
)
def test_the_person_to_turn_to_is_told_some_days_after_the_warning(watched, now, day, said):
    remind(at=day)

    found = [
        stages
        for mail in mails("officer")
        for name, stages in rows_of(mail, now, day)
        if name == "Đảng ủy Bộ Láng Giềng"
    ]
    assert [stages[: len(said or "")] for stages in found] == ([said] if said else [])


def test_each_stage_is_told_once_and_the_desk_says_to_whom(watched, now, client, monkeypatch):
    remind(at=on(21, 5))
    remind(at=on(22, 5))
    (mail,) = mails("officer")
    assert not desk_rows(watched, at=on(22, 5))[watched.neighbour.pk].told  # not sent yet

    send(mail, now, at=on(22, 5))

    (told,) = desk_rows(watched, at=on(22, 5))[watched.neighbour.pk].told
    assert (told.stage, told.person) == ("no_date", watched.officer)
    monkeypatch.setattr("foundation.clock.database_now", lambda: on(22, 5))
    client.force_login(watched.head)
    page = client.get(reverse("board:board_desk_of", args=[watched.period.code])).text
    assert "Đã báo cho đồng chí Đặng Thị Mai" in page


def desk_rows(world, *, at):
    rows = queries.with_told(queries.desk(world.period, world.board, at=at))
    return {row.obligation.committee_id: row for row in rows}


def test_without_a_name_on_the_form_the_head_of_the_board_is_told(world, now):
    remind(at=on(21, 5))

    (mail,) = mails("head")
    assert [name for name, _ in rows_of(mail, now, on(21, 5))] == ["Đảng ủy Bộ Láng Giềng"]


def test_when_the_person_named_has_left_the_board_its_head_is_told(watched, now):
    watched.officer.memberships.update(ends_on=dt.date(2026, 5, 1))

    remind(at=on(21, 5))

    (mail,) = mails("head")
    assert [name for name, _ in rows_of(mail, now, on(21, 5))] == ["Đảng ủy Bộ Láng Giềng"]


def test_what_was_mended_before_the_mail_went_is_not_told_nor_said_to_be(world, now, mailoutbox):
    Committee.objects.filter(pk=world.host.pk).update(watch_officer=world.officer)
    remind(at=on(26, 6))
    (mail,) = mails("officer")
    assert Escalation.objects.filter(person=world.officer).count() == 1
    issue(world, at=on(26, 6))

    job = send(mail, now, at=on(26, 6, 9))

    assert job.smtp_text == "no longer needed, not sent"
    assert not Escalation.objects.filter(person=world.officer).exists()


def test_nobody_is_told_of_who_has_issued(world, now):
    issue(world)
    for day in range(20, 31):
        remind(at=on(day, 6))

    told = set(Escalation.objects.values_list("obligation__committee__name", flat=True))
    assert told == {"Đảng ủy Bộ Láng Giềng"}


def test_who_is_late_reads_that_and_not_each_warning_before(world, now, mailoutbox):
    for day in (24, 25):
        remind(at=on(day, 6))
        send(mails("secretary")[-1], now, at=on(day, 6))

    before, after = (m.body for m in mailoutbox if m.to == ["secretary@example.vn"])
    assert "Hôm nay là ngày cuối cùng. Cảnh báo: chưa phát hành báo cáo" in before
    assert "Báo cáo phải gửi trước ngày 25/06/2026. Đã quá hạn 1 ngày." in after
    assert "Cảnh báo" not in after


def test_a_head_reads_who_is_late_in_one_table(world, now, mailoutbox):
    remind(at=on(26, 6))
    (mail,) = mails("head")

    send(mail, now, at=on(26, 6))

    (message,) = mailoutbox
    assert message.body.startswith("Kính gửi đồng chí Ngô Đình Lâm,")
    assert (
        "  - Đảng ủy Bộ Láng Giềng: đã quá hạn, chưa gửi báo cáo (hạn trước 25/06/2026; quá 2 ngày)"
        in message.body
    )
    html = message.alternatives[0].content
    assert html.count("<table") == 1
    assert html.count("<tr>") == 3  # its head and two committees
    assert f"/board/{world.period.code}/?show=overdue" in message.body


# --- what comes back, without a date --------------------------------------------------


def confidential(world, text=TEXT):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind=Question.Kind.OPINION,
        level=Question.Level.CONFIDENTIAL, by=world.staff, at=NOON - 3 * DAY,
    )  # fmt: skip


def decline(world, question, at):
    triage.decline_question(
        question, code="out_of_scope", text="Không thuộc cơ quan.", by=world.clerk, at=at
    )


def test_an_objection_is_told_once_and_nothing_says_when_it_came(world):
    question = confidential(world)
    decline(world, question, on(5, 6))
    remind(at=on(5, 6))
    Delivery.objects.all().delete()
    follow_up.appeal(question, text="Không đồng ý.", at=on(6, 6))

    remind(at=on(6, 6, 9))
    (mail,) = mails("secretary")
    assert set(mail.context) == {"person", "obligations", "news", "conferences"}
    assert str(question.pk) not in str(mail.context)
    remind(at=on(7, 6, 9))

    assert len(mails("secretary")) == 1
    first = set(Told.objects.values_list("pk", flat=True))
    remind(at=on(8, 6, 9))
    assert first.isdisjoint(Told.objects.values_list("pk", flat=True)), "made anew each day"


def test_whoever_asked_by_name_is_told_once_with_the_way_to_the_answer(world, now, mailoutbox):
    question = assign(world, due_on=dt.date(2026, 8, 20))
    remind(at=on(1, 6))
    Delivery.objects.all().delete()
    decline(world, question, on(2, 6))

    remind(at=on(2, 6, 9))

    (mail,) = mails("staff")
    send(mail, now, at=on(2, 6, 9))
    (message,) = mailoutbox
    assert message.body.startswith("Kính gửi đồng chí Đỗ Minh Đức,")
    assert "Câu hỏi của đồng chí có tin mới: trả lại, có lý do." in message.body
    assert (
        reverse("sessions:question_detail", args=[identity.own_address(world.staff, question.pk)])
        in message.body
    )
    assert TEXT not in message.body
    assert not mails("colleague")
    remind(at=on(3, 6, 9))
    assert len(mails("staff")) == 1


@pytest.mark.parametrize("what", ["declined", "asked back"])
def test_who_asked_without_a_name_is_reached_with_everybody_else(world, now, mailoutbox, what):
    question = confidential(world)
    remind(at=on(1, 6))
    Delivery.objects.all().delete()
    if what == "declined":
        decline(world, question, on(2, 6))
    else:
        follow_up.ask_back(question, text="Mái nào?", by=world.clerk, at=on(2, 6))

    remind(at=on(2, 6, 9))

    of_the_host = ["secretary", "clerk", "leader", "other_leader", "staff", "colleague"]
    assert {mail.to for mail in mails()} >= {f"{who}@example.vn" for who in of_the_host}
    assert not mails("other_staff")
    (to_asker,), (to_colleague,) = mails("staff"), mails("colleague")
    assert {**to_asker.context, "person": 0} == {**to_colleague.context, "person": 0}
    send(to_asker, now, at=on(2, 6, 9))
    (message,) = mailoutbox
    assert message.subject == "Cổng đối thoại, 02/06/2026: có tin mới"
    assert "đã có trả lời hoặc tin mới cho câu hỏi gửi đến hội nghị" in message.body
    assert str(question.pk) not in message.body
    remind(at=on(3, 6, 9))
    assert len(mails("staff")) == 1


def test_that_the_own_name_was_asked_for_is_told_on_pages_and_in_no_mail(world, now, mailoutbox):
    """A mail in the box of one person alone would say whose name it is."""
    question = confidential(world)
    remind(at=on(1, 6))
    Delivery.objects.all().delete()
    asked_for(question, world, at=on(2, 6))

    remind(at=on(2, 6, 9))

    told = {duty.kind for duty in duties_in(Look(at=on(2, 6, 9), person=world.staff))}
    assert "name_asked_for" in told
    (mail,) = mails("staff")
    send(mail, now, at=on(2, 6, 9))
    (message,) = mailoutbox
    for body in (message.body, *(part.content for part in message.alternatives)):
        assert "niêm phong" not in body


@pytest.mark.django_db(transaction=True)
def test_two_schedulers_at_the_same_moment_queue_each_mail_once(world):
    meet, queued = Barrier(2, timeout=20), []

    def schedule():
        try:
            meet.wait()
            queued.append(remind(at=on(18, 6)))
        finally:
            connection.close()

    threads = [Thread(target=schedule, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(queued) == [0, 6]  # four people, and the Board's summary to two
    assert len(mails()) == 4


# --- what came back -------------------------------------------------------------------

REMARKS = "Đề nghị bổ sung:\n- nêu rõ tháng hoàn thành;\n- nguồn kinh phí."


def sent_back(world, text="Mái tôn sẽ được thay."):
    question = assign(world, due_on=dt.date(2026, 6, 19))
    draft = answers.draft_answer(
        question, text=text, answered_by="Lê Quốc Cường", version=0, by=world.leader, at=NOON
    )
    answers.submit_answer(draft, by=world.leader, at=NOON)
    answers.send_back_answer(draft, remarks=REMARKS, by=world.secretary, at=NOON)
    return question


def test_a_leader_reads_in_the_mail_why_by_when_and_where(world, now, smtp_server):
    question = sent_back(world)
    remind(at=on(2, 6))

    (mail,) = mails("leader")
    assert "tháng" not in str(mail.context), "no word lies in the queue"
    send(mail, now, at=on(2, 6))

    (message,) = smtp_server.messages
    assert message["To"] == "leader@example.vn"
    link = reverse("sessions:answer_write", args=[question.pk])
    plain = message.get_body(("plain",)).get_content()
    assert plain.splitlines()[:9] == [
        "Kính gửi đồng chí Lê Quốc Cường,",
        "",
        "Các việc đang chờ đồng chí trên Cổng đối thoại, tính đến ngày 02/06/2026:",
        "",
        "Đối thoại 06/2026",
        f"* Dự thảo trả lời câu hỏi {question.code} được trả lại để bổ sung. Hạn: ngày 10/06/2026.",
        "  Lý do: Đề nghị bổ sung:",
        "    - nêu rõ tháng hoàn thành;",
        "    - nguồn kinh phí.",
    ]
    assert plain.count(link) == plain.count(question.code) == 1
    html = message.get_body(("html",)).get_content()
    assert "Lý do: Đề nghị bổ sung:<br>- nêu rõ tháng hoàn thành;<br>" in html
    assert html.count(link) == 1
    for body in (plain, html):
        assert "Đỗ Minh Đức" not in body
        assert TEXT not in body
    mail.refresh_from_db()
    assert "tháng" not in str(mail.context)


@pytest.mark.parametrize(
    ("typed", "is_refused"),
    [
        ("Đồng chí Đỗ Minh Đức đã hỏi rõ hơn.", True),
        ("dong chi do minh duc da hoi ro hon", True),
        ("Gửi lại staff@example.vn giúp.", True),
        ("Đồng chí Đỗ Minh cần xem lại số tiền.", False),
    ],
)
def test_remarks_that_name_the_asker_stay_in_the_form(client, world, typed, is_refused):
    question = sent_back(world)
    answers.submit_answer(question.answers.get(), by=world.leader, at=NOON)
    client.force_login(world.secretary)

    page = client.post(reverse("sessions:answer_send_back", args=[question.pk]), {"remarks": typed})

    assert (page.status_code == 422) is is_refused
    assert (question.answers.get().remarks == typed) is not is_refused
    if is_refused:
        assert "không được biết ai hỏi" in page.text
        assert typed in page.text


def test_the_office_reads_in_the_mail_what_the_board_wants_completed(world, now, mailoutbox):
    issue(world)
    report = world.obligation.reports.get()
    receiving.return_report(
        report, remarks="Bổ sung bài học kinh nghiệm.", by=world.officer, at=on(2, 6)
    )
    remind(at=on(3, 6))
    send(*mails("clerk"), now, at=on(3, 6))

    (message,) = mailoutbox
    assert message.body.startswith("Kính gửi đồng chí Trần Văn Bình,")
    assert "Lý do: Bổ sung bài học kinh nghiệm.\n  Mở báo cáo: " in message.body
    assert message.body.count(reverse("reports:report_detail", args=[report.pk])) == 1
