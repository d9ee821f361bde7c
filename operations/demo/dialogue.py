"""One dialogue of the story: scheduled, asked at, sorted, held, answered."""

import datetime as dt
import uuid

from django.utils import timezone

from foundation.given import given
from operations.demo.people import office_of
from operations.demo.words import ANONYMOUS, ANSWERED_LIVE, ASKED
from sessions.askers import public as askers
from sessions.domain import answers, commitments, conferences, follow_up, questions, triage
from sessions.models import Question, Rating, Theme


def take_place(conference, *, index):
    """Have a conference that lay ahead take place, with the questions that came in for it."""
    office = office_of(conference.committee)
    askers.hand_on(conference.staged_questions.all(), at=conference.ends_at)
    answered = {text: answer for *_, text, answer in ASKED}
    asked = [
        (question, answered.get(question.original_text, ANSWERED_LIVE))
        for question in conference.questions.order_by("pk")
    ]
    sort(conference, office, asked)
    hold(conference, office, asked, index=index)


def moment_of(day, hour, minute=0):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def schedule_dialogue(host, office, on, label):
    secretary, _clerk, leaders, _staff = office
    starts = moment_of(on, 14)
    return conferences.schedule_conference(
        host,
        title=f"Hội nghị đối thoại {label}",
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=3),
        place="Hội trường tầng 2",
        chair=secretary,
        answerers=leaders,
        minutes_taker="Văn phòng Đảng ủy",
        co_chair="Thủ trưởng cơ quan",
        collection_channels="Cổng đối thoại, phiếu giấy, họp chi bộ",
        agenda=[
            {"time": dt.time(14), "title": "Khai mạc", "speaker": "Văn phòng Đảng ủy"},
            {
                "time": dt.time(14, 15),
                "title": "Kết quả thực hiện kết luận kỳ trước",
                "speaker": "",
            },
            {"time": dt.time(14, 45), "title": "Đối thoại, giải đáp", "speaker": "Chủ trì"},
            {"time": dt.time(16, 30), "title": "Kết luận", "speaker": "Bí thư Đảng ủy"},
        ],
        by=secretary,
        at=starts - dt.timedelta(days=32),
    )


def ask(conference, office, themes, *, count, shift, files=()):
    """`files` come with the first question."""
    asked = []
    staff = office[3]
    for place in range(count):
        theme, kind, level, text, answer = ASKED[(place + shift) % len(ASKED)]
        question = questions.submit_question(
            conference,
            text=text,
            theme=themes[theme - 1],
            kind=kind,
            level=level,
            by=staff[place % len(staff)],
            at=conference.asks_open_at + dt.timedelta(days=1, hours=3 * place % 60),
            files=() if place else files,
        )
        asked.append((question, answer))
    return asked


def sort(conference, office, asked):
    """Everything is classified; one is merged, one escalated, one returned."""
    _secretary, clerk, leaders, _staff = office
    at = conference.asks_close_at + dt.timedelta(hours=16)
    for place, (question, _answer) in enumerate(asked):
        triage.classify_question(
            question, theme=question.theme, kind=question.kind, by=clerk, at=at
        )
        question.refresh_from_db()
        triage.edit_question(
            question,
            display_text=question.original_text,
            edited_ok=True,
            in_report=place < 2,
            times_raised=1,
            version=question.version,
        )
        if "Kiến nghị cấp trên" in question.original_text:
            triage.escalate_question(
                question,
                to="Ban Thường vụ Đảng ủy Khối",
                reason="Định mức do cấp trên ban hành.",
                by=clerk,
                at=at,
            )
        elif place % 3 == 1:
            triage.assign_question(
                question,
                to=leaders[0],
                due_on=conference.answers_due_on,
                by=clerk,
                at=at,
            )


def _rate(asked):
    """Most askers find their question answered, every sixth only partly."""
    answered = [question for question, _ in asked if follow_up.has_answer(question)]
    for place, question in enumerate(answered):
        value = Rating.Value.PARTLY if place % 6 == 5 else Rating.Value.ANSWERED
        follow_up.rate(question, value=value, why="")


def hold(conference, office, asked, *, index, is_signed=True):
    secretary, clerk, leaders, _staff = office
    at = conference.ends_at
    conferences.hold_conference(conference, by=clerk, at=at)
    for question, answer in asked:
        question.refresh_from_db()
        if answer and question.state in ("classified", "assigned"):
            answers.record_live_answer(
                question,
                text=answer,
                answered_by=f"{leaders[0].full_name}, {leaders[0].memberships.first().post}",
                by=clerk,
                at=at,
            )
    _rate(asked)
    spoken = questions.record_question(
        conference,
        text="Đề nghị thông tin tiến độ chuyển trụ sở làm việc.",
        theme=Theme.objects.get(number=2, parent=None),
        kind=Question.Kind.FEEDBACK,
        channel=Question.Channel.ORAL,
        level=Question.Level.NAMED,
        name="Đại biểu dự hội nghị",
        by=clerk,
        at=conference.starts_at + dt.timedelta(hours=2),
    )
    answers.record_live_answer(
        spoken,
        text="Dự kiến bàn giao trụ sở mới vào quý sau; sẽ thông báo lịch chuyển trước một tháng.",
        answered_by=secretary.full_name,
        by=clerk,
        at=at,
    )
    spoken.refresh_from_db()
    triage.edit_question(
        spoken,
        display_text="",
        edited_ok=True,
        in_report=False,
        times_raised=1,
        version=spoken.version,
    )
    present = 60 + index * 7 % 90
    conferences.record_attendance(
        conference,
        invited=present + 8,
        present=present,
        party_members=present - 25,
        civil_servants=20,
        public_employees=present - 35,
        workers=15,
        women=present // 2,
        online=0,
        by=clerk,
        at=at,
    )
    held = conference.held_on
    conference.refresh_from_db()
    conferences.record_course(
        conference,
        version=conference.version,
        turns=len(asked) + 1,
        diverted=0,
        summary="Hội nghị diễn ra dân chủ, thẳng thắn; các ý kiến tập trung vào chế độ, chính sách và điều kiện làm việc.",
        conclusion="Chủ trì hội nghị yêu cầu các đơn vị trả lời đầy đủ, đúng hạn các nội dung còn lại và công khai kết quả.",
        plan_number=f"{10 + index % 20}-KH/ĐU",
        plan_issued_on=held - dt.timedelta(days=30),
        plan_lead_unit="Văn phòng Đảng ủy",
        notice_published_on=held - dt.timedelta(days=8),
        notice_channels="trang tin nội bộ và bảng tin",
        minutes_signed_on=held + dt.timedelta(days=2) if is_signed else None,
        conclusion_number=f"{3 + index % 9:02d}-TB/ĐU",
        conclusion_issued_on=held + dt.timedelta(days=6),
        by=clerk,
        at=at,
    )
    for text, unit, days in (
        ("Sửa chữa mái che và hệ thống thoát nước khu để xe.", "Văn phòng cơ quan", 60),
        (
            "Công khai tiêu chí nâng lương trước thời hạn trên trang nội bộ.",
            "Phòng Tổ chức cán bộ",
            30,
        ),
    ):
        commitments.make_commitment(
            conference,
            text=text,
            lead_unit=unit,
            due_on=held + dt.timedelta(days=days),
            owner=leaders[0],
            by=clerk,
            at=at,
        )
    conferences.close_conference(conference, by=clerk, at=at + dt.timedelta(days=3))


def answer_in_writing(conference, office, *, at):
    secretary, _clerk, leaders, _staff = office
    for question in conference.questions.filter(state="assigned"):
        answer = answers.draft_answer(
            question,
            text="Cơ quan đang phối hợp với Công đoàn xây dựng phương án hỗ trợ thuê nhà, trình lãnh đạo xem xét trong quý.",
            answered_by=f"{leaders[0].full_name}, Phòng Tổ chức",
            version=0,
            by=leaders[0],
            at=at,
        )
        answers.submit_answer(answer, by=leaders[0], at=at)
        answers.publish_answer(answer, by=secretary, at=at)


def ask_so_far(conference, office, themes, at, *, count):
    staff = office[3]
    for place in range(count):
        theme, kind, level, text, _answer = ASKED[place % len(ASKED)]
        moment = at - dt.timedelta(hours=2 + 5 * place)
        if conference.takes_questions(at=moment):
            questions.submit_question(
                conference,
                text=text,
                theme=themes[theme - 1],
                kind=kind,
                level=level,
                by=staff[place % len(staff)],
                at=moment,
            )


def ask_anonymously(conference, office, themes, at):
    """Slips were drawn from the box, and three came back."""
    if not conference.takes_questions(at=at):
        return
    slips = askers.print_slips(conference, 20, by=office[1])
    for slip, (theme, text) in zip(slips, ANONYMOUS, strict=False):
        askers.submit_anonymously(
            voucher=slip,
            text=text,
            theme=themes[theme - 1],
            kind="feedback",
            receipt=given(askers.made_here(uuid.uuid4())),
            at=at,
        )
    askers.hand_on(conference.staged_questions.all(), at=at)
