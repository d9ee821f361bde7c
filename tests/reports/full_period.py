"""A period as offices have it: three conferences, sixty questions pasted at length, two versions.

Each cell of a typed table holds a number that stands nowhere else, so that a lost one is seen.
"""

import unicodedata

from foundation.textfields import TextField
from reports.domain import drafting, issuing, writing
from sessions.domain import answers, commitments, conferences, questions, triage
from sessions.models import Question
from tests.world import NOON, day, make_conference, moment

HELD = ((-100, "regular"), (-60, "extraordinary"), (-5, "regular"))
EACH = 20
OUTCOMES = (
    *("answered_live", "answered_written") * 3,
    *("in_progress", "escalated") * 2,
    *("answered_live", "answered_written") * 3,
    *("referred", "declined", "merged", "withdrawn"),
)
SENTENCES = (
    "Đề nghị Đảng ủy, lãnh đạo Viện xem xét chế độ làm thêm giờ của bộ phận phục vụ, nhất là các "
    "ca trực đêm, ngày lễ và ngày nghỉ cuối tuần, vì mức hỗ trợ hiện nay được xây dựng từ lâu.",
    "Khu nhà để xe của đơn vị xuống cấp: mái tôn dột, nền trũng, mỗi khi mưa lớn nước tràn vào "
    "“tầng hầm” – nơi đặt tủ điện tổng; anh chị em đã phản ánh nhiều lần nhưng chưa được sửa chữa.",
    "Việc quy hoạch, đào tạo, bồi dưỡng cán bộ trẻ, cán bộ nữ chưa được công khai đầy đủ; nhiều "
    "đồng chí công tác trên mười năm chưa một lần được cử đi học lý luận chính trị.",
    "Phần mềm quản lý văn bản thường xuyên bị treo vào giờ cao điểm, buộc chuyên viên phải nhập lại "
    "toàn bộ hồ sơ; Trung tâm Thông tin cho biết máy chủ đã hết thời hạn bảo hành…",
    "Chúng tôi mong lãnh đạo trả lời rõ: kinh phí lấy từ nguồn nào, ai chịu trách nhiệm, bao giờ "
    "hoàn thành (Lê Thị Nguyệt, Phòng Hành chính, đã tổng hợp ý kiến của anh chị em).",
    "Căn cứ Luật Thực hiện dân chủ ở cơ sở và Quy chế chi tiêu nội bộ, đơn vị đề xuất điều chỉnh "
    "định mức khoán công tác phí, văn phòng phẩm và thanh toán theo quý thay vì theo năm./.",
)
NAMES = (
    "Ánh",
    "Bình",
    "Cường",
    "Dung",
    "Đức",
    "Gấm",
    "Hải",
    "Khuê",
    "Lâm",
    "Mai",
    "Nguyệt",
    "Oanh",
)


def prose(number, signs):
    """Return paragraphs of together about `signs` signs."""
    found, length, place = [], 0, number
    while length < signs:
        one = " ".join(SENTENCES[(place + n) % len(SENTENCES)] for n in range(3))
        found.append(one)
        length, place = length + len(one), place + 1
    return "\n".join(found)[:signs]


def cells(number, rows):
    """Return the rows of a table, its last with an empty cell in the middle."""
    return [
        ["STT", "Đơn vị", "Số người", "Số tiền (đồng)"],
        *(
            [f"{row}", f"Phòng {number}.{row:02d}.11", f"{number}.{row:02d}.12", f"{number}.{row:02d}.130"]
            for row in range(1, rows + 1)
        ),
        ["Cộng", "", f"{number}.99.12", f"{number}.99.130"],
    ]  # fmt: skip


def table(number, rows):
    return "\n".join("\t".join(row) for row in cells(number, rows))


def names(number, many):
    return "\n".join(
        f"{n}. Đồng chí Nguyễn Thị {NAMES[n % len(NAMES)]} {number}.{n:02d}.77, Phòng Kế hoạch - Tài chính"
        for n in range(1, many + 1)
    )


def nested(number):
    return (
        "1. Về chế độ, chính sách:\n- Tăng mức phụ cấp trực đêm\n  + Đối với ca từ 22 giờ đến 6 giờ\n"
        f"  + Đối với ngày lễ, Tết (mã {number}.88.01)\n- Chi trả đúng hạn\n2. Về cơ sở vật chất:\n"
        f"a) Sửa chữa mái nhà để xe\nb) Thay máy chủ (mã {number}.88.02)"
    )


def asked(number):
    """Return what the asker of question `number` (1 to 60) pastes."""
    shapes = (
        lambda: prose(number, 900),
        lambda: f"{prose(number, 300)}\n{table(number, 6)}\n{prose(number + 1, 200)}",
        lambda: f"Danh sách đề nghị:\n{names(number, 30)}",
        lambda: f"{prose(number, 250)}\n{nested(number)}",
        lambda: prose(number, 4_000),
        lambda: unicodedata.normalize("NFD", prose(number, 700)),
    )
    return shapes[number % len(shapes)]()


def answered(number):
    shapes = (
        lambda: prose(number, 10_000 if number % 3 else 1_200),
        lambda: f"{prose(number, 400)}\n{nested(number + 100)}\n{table(number + 100, 25)}",
        lambda: prose(number, 800),
        lambda: f"{table(number + 100, 4)}\n{prose(number, 300)}",
    )
    return shapes[number % len(shapes)]()


def typed(text):
    """Return the text as the field of a form takes it."""
    return TextField(max_length=10_000).clean(text)


def hold_three(world):
    """Return the three conferences, each with twenty questions that ended in every way."""
    _last_period(world)
    return [
        _hold(world, days, kind, first=place * EACH + 1)
        for place, (days, kind) in enumerate(HELD)
    ]  # fmt: skip


def _conference(world, days, **fields):
    conference = make_conference(
        world.host,
        world.secretary,
        title=f"Hội nghị đối thoại giữa cấp ủy, lãnh đạo Viện với cán bộ, đảng viên ngày {day(days):%d/%m/%Y}",
        starts_at=moment(days),
        ends_at=moment(days, 3),
        asks_open_at=moment(days - 25),
        asks_close_at=moment(days - 7),
        conclusion_due_on=day(days + 10),
        answers_due_on=day(days + 20),
        chair_post="Bí thư Đảng ủy",
        minutes_taker="Trần Văn Bình",
        **fields,
    )  # fmt: skip
    conference.answerers.set([world.leader, world.other_leader])
    return conference


def _last_period(world):
    conference = _conference(world, -200)
    by, at = world.clerk, moment(-200)
    conferences.hold_conference(conference, by=by, at=moment(-200, 3))
    for number in (201, 202):
        one = commitments.make_commitment(
            conference, text=typed(f"Việc chuyển sang:\n{nested(number)}"), lead_unit="Văn phòng",
            due_on=day(-150), by=by, at=at,
        )  # fmt: skip
    commitments.settle_commitment(
        one,
        result=typed(prose(1, 500)),
        evidence="Biên bản nghiệm thu số 12",
        by=by,
        at=moment(-90),
    )
    conferences.close_conference(conference, by=by, at=moment(-190))


def _hold(world, days, kind, *, first):
    conference = _conference(world, days, kind=kind)
    by, at = world.clerk, moment(days)
    found = [
        questions.submit_question(
            conference, text=typed(asked(number)), theme=world.themes[number % len(world.themes)],
            kind="opinion", level="confidential", by=world.staff, at=moment(days - 20),
        )
        for number in range(first, first + EACH)
    ]  # fmt: skip
    later = list(zip(range(first, first + EACH), found, OUTCOMES, strict=True))
    for _, question, outcome in later:
        if outcome == "withdrawn":
            questions.withdraw_question(question, at=moment(days - 19))
            continue
        triage.classify_question(question, theme=question.theme, kind="opinion", by=by, at=at)
        if outcome in ("answered_written", "in_progress"):
            triage.assign_question(question, to=world.leader, due_on=day(days + 20), by=by, at=at)
    for number, question, outcome in later:
        _settle(world, number, question, outcome, found, at)
    conferences.hold_conference(conference, by=by, at=moment(days, 3))
    for number, question, outcome in later:
        if outcome == "answered_live":
            answers.record_live_answer(
                question, text=typed(answered(number)), answered_by="Lê Quốc Cường", by=by, at=at
            )
        if outcome == "answered_written":
            draft = answers.draft_answer(
                question, text=typed(answered(number)), answered_by="Phòng Tổ chức - Hành chính",
                version=0, by=world.leader, at=at,
            )  # fmt: skip
            answers.publish_answer(draft, by=world.secretary, at=at)
    _record(world, conference, days, first)
    for question in conference.questions.exclude(state="withdrawn"):
        triage.edit_question(
            question, display_text="", edited_ok=True, in_report=not question.number % 5,
            times_raised=1, version=question.version,
        )  # fmt: skip
    conferences.close_conference(conference, by=by, at=moment(days + 3))
    conference.refresh_from_db()
    return conference


def _settle(world, number, question, outcome, found, at):
    by = world.clerk
    if outcome == "escalated":
        text = typed(f"{prose(number, 3_400)}\n{table(number + 300, 5)}")
        Question.objects.filter(pk=question.pk).update(original_text=text)
        triage.escalate_question(
            question,
            to="Ban Thường vụ Đảng ủy Khối",
            reason=typed(prose(number, 600)),
            by=by,
            at=at,
        )
    if outcome == "referred":
        triage.refer_question(question, to="Thanh tra Bộ", reason="Đúng thẩm quyền.", by=by, at=at)
    if outcome == "declined":
        triage.decline_question(
            question, code="out_of_scope", text="Không thuộc phạm vi của cơ quan.", by=by, at=at
        )
    if outcome == "merged":
        triage.merge_questions(question, into=found[1], by=by, at=at)


def _record(world, conference, days, first):
    by, at = world.clerk, moment(days, 3)
    conferences.record_attendance(
        conference, invited=150 + first, present=140 + first, party_members=100, civil_servants=20,
        public_employees=80, workers=40, women=66, online=5, by=by, at=at,
    )  # fmt: skip
    conference.refresh_from_db()
    conferences.record_course(
        conference, version=conference.version, turns=17, diverted=0,
        summary=typed(f"{prose(first, 800)}\n{nested(400 + first)}"),
        conclusion=typed(f"Các đơn vị thực hiện:\n{nested(500 + first)}\n{table(500 + first, 6)}"),
        plan_number=f"{first}-KH/ĐU", plan_issued_on=day(days - 30),
        notice_published_on=day(days - 10), minutes_signed_on=day(days),
        conclusion_number=f"{first}-TB/ĐU", conclusion_issued_on=day(days + 5), by=by, at=at,
    )  # fmt: skip
    for number in range(600 + first, 604 + first):
        commitments.make_commitment(
            conference, text=typed(f"{prose(number, 200)}\n{nested(number)}"),
            lead_unit="Phòng Tổ chức - Hành chính", co_units="Văn phòng", due_on=day(days + 90),
            by=by, at=at,
        )  # fmt: skip


def issue_twice(world):
    """Issue the report of the period, and a second version with a text of the office's own."""
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    first = issuing.issue_report(draft, by=world.secretary, at=NOON)
    draft = issuing.correct_report(first, by=world.clerk, at=moment(1))
    writing.write_narrative(
        draft, key="strengths", text=typed(f"{prose(2, 600)}\n{nested(701)}\n{table(701, 8)}"),
        by=world.clerk, version=0, at=moment(1),
    )  # fmt: skip
    return first, issuing.issue_report(draft, by=world.secretary, at=moment(1))
