"""A dialogue held on 1 June in the world: what was asked, and how each question ended."""

import re

from sessions.domain import answers, commitments, conferences, questions, triage
from sessions.models import Question
from tests.world import day, make_conference, moment

ASKED = moment(-25)
HELD = moment(-5)


def ask(world, conference, text, *, theme=1, level=Question.Level.CONFIDENTIAL, by=None):
    return questions.submit_question(
        conference,
        text=text,
        theme=world.themes[theme - 1],
        kind=Question.Kind.OPINION,
        level=level,
        by=by or world.staff,
        at=ASKED,
    )


def hold_a_dialogue(world):
    """One question for every outcome; returns (conference, {outcome: question})."""
    conference = make_conference(
        world.host,
        world.secretary,
        title="Hội nghị đối thoại tháng Năm",
        starts_at=HELD,
        ends_at=moment(-5, 3),
        asks_open_at=moment(-30),
        asks_close_at=moment(-12),
        conclusion_due_on=day(5),
        answers_due_on=day(15),
        chair_post="Bí thư Đảng ủy",
    )
    conference.answerers.set([world.leader])
    asked = {
        "answered_live": ask(world, conference, "Lịch họp thay đổi sát giờ.", theme=2),
        "answered_written": ask(world, conference, "Đề nghị sửa mái khu để xe.", theme=3),
        "in_progress": ask(world, conference, "Bao giờ có nhà công vụ?", theme=5),
        "escalated": ask(world, conference, "Định mức công tác phí thấp.", theme=3),
        "referred": ask(world, conference, "Đơn thư chưa được giải quyết.", theme=1),
        "declined": ask(world, conference, "Chuyện riêng của khu phố.", theme=5),
        "merged": ask(world, conference, "Xe để ngoài mưa.", theme=3, by=world.colleague),
        "withdrawn": ask(world, conference, "Tôi rút ý kiến này.", theme=4),
    }
    by, at = world.clerk, moment(-8)
    questions.withdraw_question(asked["withdrawn"], at=ASKED)
    for outcome in ("answered_live", "answered_written", "in_progress"):
        question = asked[outcome]
        triage.classify_question(question, theme=question.theme, kind="opinion", by=by, at=at)
    triage.assign_question(asked["answered_written"], to=world.leader, due_on=day(15), by=by, at=at)
    triage.merge_questions(asked["merged"], into=asked["answered_written"], by=by, at=at)
    triage.escalate_question(
        asked["escalated"], to="Ban Thường vụ", reason="Định mức của cấp trên.", by=by, at=at
    )
    triage.refer_question(asked["referred"], to="Thanh tra", reason="Đúng thẩm quyền", by=by, at=at)
    triage.decline_question(
        asked["declined"], code="out_of_scope", text="Không thuộc cơ quan.", by=by, at=at
    )
    conferences.hold_conference(conference, by=by, at=moment(-5, 3))
    answers.record_live_answer(
        asked["answered_live"],
        text="Cố định sáng thứ Hai.",
        answered_by="Lê Quốc Cường",
        by=by,
        at=HELD,
    )
    conferences.record_attendance(
        conference, invited=50, present=40, party_members=30, civil_servants=20,
        public_employees=10, workers=10, women=18, online=5, by=by, at=HELD,
    )  # fmt: skip
    conference.refresh_from_db()
    conferences.record_course(
        conference,
        version=conference.version,
        turns=7,
        diverted=1,
        summary="Thẳng thắn, cởi mở.",
        conclusion="Các đơn vị trả lời đúng hạn.",
        plan_number="12-KH/ĐU",
        plan_issued_on=day(-30),
        notice_published_on=day(-13),
        conclusion_number="03-TB/ĐU",
        conclusion_issued_on=day(-1),
        by=by,
        at=HELD,
    )
    commitments.make_commitment(
        conference, text="Sửa mái khu để xe.", lead_unit="Văn phòng", due_on=day(30), by=by, at=HELD
    )
    conferences.close_conference(conference, by=by, at=moment(-2))
    draft = answers.draft_answer(
        asked["answered_written"],
        text="Đã lập dự toán.",
        answered_by="Văn phòng",
        version=0,
        by=world.leader,
        at=moment(-1),
    )
    answers.publish_answer(draft, by=world.secretary, at=moment(-1))
    for question in conference.questions.exclude(state="withdrawn"):
        triage.edit_question(
            question,
            display_text="",
            edited_ok=True,
            in_report=question.pk == asked["answered_written"].pk,
            times_raised=1,
            version=question.version,
        )
    for question in asked.values():
        question.refresh_from_db()
    conference.refresh_from_db()
    return conference, asked


def yes_to(page):
    """The second yes that a page about a date asks for, or None."""
    found = re.search(r'name="understood"[^>]*value="([^"]+)"', page.text)
    return found and found[1]


def confirmed(client, url, given, asked):
    """Say yes to what the page `asked` once more, if it did."""
    yes = yes_to(asked)
    return client.post(url, {**given, "understood": yes}, follow=True) if yes else asked
