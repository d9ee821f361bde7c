"""One mail a day for each person, what it says when it is sent, and who is told by name."""

import datetime as dt
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from committees.models import Committee
from reports import queries
from reports.domain import digesting, issuing, periods
from reports.domain.delivering import deliver
from reports.domain.drafting import start_draft
from reports.domain.reminding import remind
from reports.domain.writing import explain_not_held
from reports.models import Delivery, Escalation, ReminderSent
from sessions.domain import answers, commitments, questions, triage
from sessions.models import Question
from tests.reports.story import hold_a_dialogue
from tests.world import HANOI, NOON

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
TEXT = "Vì sao mái khu để xe vẫn dột?"


def on(day, month, hour=8, minute=0):
    return dt.datetime(2026, month, day, hour, minute, tzinfo=HANOI)


def mails(to=None):
    found = Delivery.objects.filter(template=digesting.TEMPLATE).order_by("pk")
    return [mail for mail in found if to is None or mail.to == f"{to}@example.vn"]


@pytest.fixture
def now(monkeypatch):
    """Set the database's clock where mails are sent."""

    def set_to(at):
        for module in ("delivering", "reminding", "claiming"):
            monkeypatch.setattr(f"reports.domain.{module}.database_now", lambda: at)

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
    assert remind(at=on(18, 6, 7, 31)) == remind(at=on(18, 6, 23, 59)) == 0

    assert [mail.to for mail in mails("secretary")] == ["secretary@example.vn"]


def test_whoever_has_nothing_gets_nothing(world):
    remind(at=on(18, 6))

    assert {mail.to.partition("@")[0] for mail in mails()} == {
        "secretary",
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
    assert "Báo cáo kết quả hội nghị đối thoại 6 tháng đầu năm 2026" in to_secretary.body
    assert "1 cam kết do đồng chí phụ trách; hạn sớm nhất: ngày 20/06/2026" in to_secretary.body
    assert to_secretary.subject == "Cổng đối thoại, 18/06/2026: 2 việc của đồng chí"
    (to_leader,) = [m for m in mailoutbox if m.to == ["leader@example.vn"]]
    assert "1 câu hỏi chờ đồng chí trả lời; hạn sớm nhất: ngày 19/06/2026" in to_leader.body
    for message in mailoutbox:
        text = message.body + message.alternatives[0].content + message.subject
        assert not any(word in text for word in (TEXT, "mái", "Đỗ Minh Đức"))


def test_two_schedulers_and_a_crash_leave_one_mail_each(world, monkeypatch):
    queue, calls = digesting.queue_mail, []

    def breaks(*args, **kwargs):
        calls.append(kwargs["to"])
        if len(calls) == 2:
            raise RuntimeError
        return queue(*args, **kwargs)

    monkeypatch.setattr(digesting, "queue_mail", breaks)
    with pytest.raises(RuntimeError):
        remind(at=on(18, 6))
    assert (mails(), ReminderSent.objects.count(), Escalation.objects.count()) == ([], 0, 0)

    remind(at=on(18, 6))
    remind(at=on(18, 6))

    assert len(mails()) == 3


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
    assert "câu hỏi" not in message.body
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
        assert render_to_string(f"{digesting.TEMPLATE}.{suffix}", {})


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
def test_the_person_to_turn_to_is_told_some_days_after_the_warning(watched, day, said):
    remind(at=day)

    found = [one["stages"] for mail in mails("officer") for one in mail.context["escalated"]]
    assert [stages[: len(said or "")] for stages in found] == ([said] if said else [])


def test_each_stage_is_told_once_and_the_desk_says_to_whom(watched, now, client, monkeypatch):
    remind(at=on(21, 5))
    remind(at=on(22, 5))
    (mail,) = mails("officer")
    assert not desk_rows(watched, at=on(22, 5))[watched.neighbour.pk].told  # not sent yet

    send(mail, now, at=on(22, 5))

    (told,) = desk_rows(watched, at=on(22, 5))[watched.neighbour.pk].told
    assert (told.stage, told.person) == ("no_date", watched.officer)
    monkeypatch.setattr("reports.views.board.timezone.now", lambda: on(22, 5))
    client.force_login(watched.head)
    page = client.get(reverse("reports:board_desk_of", args=[watched.period.code])).text
    assert "Đã báo cho đồng chí Đặng Thị Mai" in page


def desk_rows(world, *, at):
    rows = queries.with_told(queries.desk(world.period, world.board, at=at))
    return {row.obligation.committee_id: row for row in rows}


def test_without_a_name_on_the_form_the_head_of_the_board_is_told(world):
    remind(at=on(21, 5))

    assert [mail.context["escalated"][0]["committee"] for mail in mails("head")] == [
        "Đảng ủy Bộ Láng Giềng"
    ]


def test_what_was_mended_before_the_mail_went_is_not_told_nor_said_to_be(world, now, mailoutbox):
    Committee.objects.filter(pk=world.host.pk).update(watch_officer=world.officer)
    remind(at=on(26, 6))
    (mail,) = mails("officer")
    assert Escalation.objects.filter(person=world.officer).count() == 1
    issue(world, at=on(26, 6))

    job = send(mail, now, at=on(26, 6, 9))

    assert job.smtp_text == "no longer needed, not sent"
    assert not Escalation.objects.filter(person=world.officer).exists()


def test_nobody_is_told_of_who_has_issued(world):
    issue(world)
    for day in range(20, 31):
        remind(at=on(day, 6))

    committees = {one["committee"] for mail in mails() for one in mail.context["escalated"]}
    assert committees == {"Đảng ủy Bộ Láng Giềng"}


def test_who_is_late_reads_that_and_not_each_warning_before(world):
    remind(at=on(24, 6))
    remind(at=on(25, 6))

    before, after = (mail.context["reports"][0] for mail in mails("secretary"))
    assert before["stages"].startswith("chưa phát hành báo cáo")
    assert (after["stages"], after["status"], after["days_over"]) == ("", "missing", 1)


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

    assert sorted(queued) == [0, 5]  # three people, and the Board's summary to two
    assert len(mails()) == 3
