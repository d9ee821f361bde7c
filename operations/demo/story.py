"""The demonstration: half a year of made-up committees, told with the domain functions.

Nothing here is a real organisation, person, question or report.
"""

import datetime as dt
import itertools
import uuid

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from board.domain.receiving import acknowledge_report
from committees.domain.committees import begin_term, create_committee, rename_committee
from committees.models import Committee, Membership, Role, User
from foundation.clock import day_of
from jobs.models import Delivery, Rendering
from jobs.states import JobState
from operations.demo.files import photo, schedule
from operations.demo.openings import ask_for_names
from periods.domain.periods import default_due_before, half_year_of, oblige_everybody
from periods.models import Obligation, ReportingPeriod
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from reports.domain.writing import explain_not_held, write_narrative
from sessions.domain import (
    anonymous,
    answers,
    attachments,
    commitments,
    conferences,
    follow_up,
    mixing,
    questions,
    receipts,
    triage,
    vouchers,
)
from sessions.models import Question, Rating, Theme

STAGES = ("opened", "asked", "held", "reported")
PASSWORD = "doithoai-2026"
ACCOUNTS = (
    # user name, full name, role in words, role, post
    ("bithu", "Nguyễn Thị Minh Ánh", "Bí thư Đảng ủy", Role.SECRETARY, "Bí thư Đảng ủy"),
    ("vanthu", "Trần Văn Bình", "Văn thư, Văn phòng Đảng ủy", Role.CLERK, "Văn phòng Đảng ủy"),
    ("lanhdao", "Lê Quốc Cường", "Lãnh đạo trả lời", Role.LEADER, "Phó Viện trưởng"),
    ("canbo", "Đỗ Thu Dung", "Cán bộ, người hỏi", Role.STAFF, ""),
    ("truongban", "Ngô Đình Lâm", "Trưởng Ban", Role.HEAD, "Trưởng Ban"),
    ("chuyenvien", "Đặng Thị Mai", "Chuyên viên của Ban", Role.OFFICER, "Chuyên viên"),
    ("quantri", "Quản trị cổng", "Quản trị", None, ""),
)
BODIES = (
    "Viện Nghiên cứu", "Tổng cục", "Học viện", "Cục", "Trung tâm", "Nhà xuất bản",
    "Tạp chí", "Trường Đào tạo", "Văn phòng",
)  # fmt: skip
PLACES = (
    "Minh Hòa", "An Khê", "Bình Sa", "Cẩm Lĩnh", "Đông Thạnh", "Giang Uyên", "Hải Vân Sơn",
)  # fmt: skip
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô")
MIDDLE = ("Văn", "Thị", "Quốc", "Thu", "Đình", "Hồng", "Minh")
GIVEN = ("An", "Bích", "Chiến", "Duyên", "Giang", "Hạnh", "Khoa", "Lan", "Nghĩa", "Oanh", "Phúc", "Sơn", "Thảo", "Yến")  # fmt: skip
ASKED = (
    # theme, kind, level, text, answer
    (
        3,
        "recommendation",
        "confidential",
        "Đề nghị xem xét phụ cấp độc hại cho bộ phận phòng thí nghiệm, ba năm nay chưa điều chỉnh.",
        "Phòng Tổ chức đã rà soát; mức mới áp dụng từ quý sau, trả bổ sung phần chênh lệch.",
    ),
    (
        2,
        "opinion",
        "named",
        "Lịch họp giao ban thường thay đổi sát giờ, cán bộ khó sắp xếp công việc chuyên môn.",
        "Từ tháng tới lịch giao ban cố định vào sáng thứ Hai và công bố trước ba ngày.",
    ),
    (
        1,
        "proposal",
        "confidential",
        "Cấp ủy cần thông báo sớm chủ trương sắp xếp tổ chức để cán bộ yên tâm công tác.",
        "Đảng ủy sẽ thông báo phương án tại hội nghị chi bộ ngay sau khi được phê duyệt.",
    ),
    (
        3,
        "recommendation",
        "confidential",
        "Khu để xe quá tải, mưa là ngập; đề nghị sửa mái và hệ thống thoát nước.",
        "Văn phòng đã lập dự toán, sửa chữa xong trước mùa mưa.",
    ),
    (
        4,
        "feedback",
        "named",
        "Kế hoạch hành động cá nhân của lãnh đạo chưa được công khai trên trang nội bộ.",
        "Đã công khai ngày 05 hằng tháng; bộ phận nào chưa xem được báo Văn phòng.",
    ),
    (
        5,
        "aspiration",
        "confidential",
        "Nhiều anh chị em trẻ mong có nhà công vụ hoặc hỗ trợ thuê nhà.",
        "",
    ),
    (
        2,
        "feedback",
        "confidential",
        "Phần mềm quản lý văn bản chậm, có ngày không gửi được công văn.",
        "Trung tâm tin học nâng cấp máy chủ trong tháng này.",
    ),
    (
        3,
        "opinion",
        "confidential",
        "Việc nâng lương trước thời hạn cần nêu rõ tiêu chí và công khai danh sách.",
        "Tiêu chí đã ban hành tại quy chế; danh sách công khai bảy ngày trước khi quyết định.",
    ),
    (
        1,
        "opinion",
        "confidential",
        "Sinh hoạt chi bộ còn nặng hình thức, ít thời gian thảo luận.",
        "Đảng ủy đã hướng dẫn dành ít nhất một phần ba thời lượng cho thảo luận.",
    ),
    (
        3,
        "recommendation",
        "confidential",
        "Kiến nghị cấp trên sửa định mức công tác phí vì giá đã tăng nhiều.",
        "",
    ),
)

ANSWERED_LIVE = "Lãnh đạo cơ quan đã tiếp thu và giải đáp tại hội nghị."


def person(number, committee, role, post="", *, password, since):
    """Make a person with a made-up name and one role."""
    full_name = f"{FAMILY[number % 10]} {MIDDLE[number % 7]} {GIVEN[number % 14]}"
    username = f"{committee.code.lower()}.{role}{number}"
    user = User.objects.create(
        username=username,
        email=f"{username}@vidu.vn",
        full_name=full_name,
        password=password,
    )
    Membership.objects.create(
        user=user,
        committee=committee,
        role=role,
        post=post,
        unit=post,
        starts_on=since,
        given_on=since,
    )
    return user


@transaction.atomic
def tell(*, stage="reported", number=61, at=None, questions=None):
    """Tell the story up to `stage` with `number` committees. Returns the running period.

    `questions` is how many each conference of the running period gets, where it matters.
    """
    at = at or timezone.now()
    today = day_of(at)
    period, before = _periods(today)
    since = before.starts_on - dt.timedelta(days=400)
    board, hosts = _committees(number, since)
    password = make_password(PASSWORD)
    offices = _people(hosts, board, password, since)
    # Only a past that is told may be owed: nobody shall seem to have missed it.
    for one in (before, period) if stage == "reported" else (period,):
        oblige_everybody(one)
    themes = list(Theme.objects.filter(parent=None).order_by("number"))
    if stage == "reported":
        for index, host in enumerate(hosts):
            _past_period(index, host, offices[host.pk], before, themes)
    for index, host in enumerate(hosts):
        _running_period(
            index, host, offices[host.pk], period, themes, stage, at, questions=questions
        )
    # The story is old, its files are yet to be made: nobody has neglected them.
    for model in (Rendering, Delivery):
        model.objects.filter(state=JobState.QUEUED).update(next_at=at)
    return period


def _periods(today):
    year, half = half_year_of(today)
    earlier = (year, 1) if half == 2 else (year - 1, 2)
    first = (earlier[0], 1) if earlier[1] == 2 else (earlier[0] - 1, 2)
    before, _ = ReportingPeriod.objects.get_or_create(
        year=earlier[0],
        half=earlier[1],
        defaults={
            "starts_on": default_due_before(*first),
            "due_before": default_due_before(*earlier),
        },
    )
    period, _ = ReportingPeriod.objects.get_or_create(
        year=year,
        half=half,
        defaults={"starts_on": before.due_before, "due_before": default_due_before(year, half)},
    )
    return period, before


def _committees(number, since):
    bloc = create_committee(
        code="DUK",
        kind=Committee.Kind.BLOC,
        name="Đảng ủy Khối các cơ quan Mẫu",
        parent=None,
        header_name="ĐẢNG ỦY KHỐI CÁC CƠ QUAN MẪU",
        organisation_name="ĐẢNG BỘ KHỐI CÁC CƠ QUAN MẪU",
        symbol="ĐUK",
        place="Hà Nội",
        active_from=since,
        email="vanphong@vidu.vn",
    )
    board = create_committee(
        code="BDV",
        kind=Committee.Kind.BOARD,
        name="Ban Dân vận",
        parent=bloc,
        header_name="BAN DÂN VẬN",
        symbol="BDVĐUK",
        place="Hà Nội",
        active_from=since,
        email="bandanvan@vidu.vn",
    )
    rename_committee(
        board,
        valid_from=since + dt.timedelta(days=120),
        name="Ban Tuyên giáo và Dân vận",
        header_name="BAN TUYÊN GIÁO VÀ DÂN VẬN",
        organisation_name="",
        symbol="BTGDVĐUK",
        place="Hà Nội",
        decision="Quyết định sáp nhập (ví dụ)",
        at=timezone.now(),
    )
    names = itertools.islice((f"{body} {place}" for place in PLACES for body in BODIES), number)
    hosts = []
    for index, name in enumerate(names, 1):
        above = index % 9 not in (1, 4, 6, 8)
        committee = create_committee(
            code=f"DU{index:02d}",
            kind=Committee.Kind.ABOVE_BASE if above else Committee.Kind.BASE,
            name=f"Đảng ủy {name}",
            parent=bloc,
            header_name=f"ĐẢNG ỦY {name}".upper(),
            symbol="ĐU",
            place="Hà Nội",
            party_members=80 + index * 37 % 900,
            active_from=since,
            position=index,
            term="2025-2030",
            term_starts_on=max(since, dt.date(2025, 8, 1)),
        )
        hosts.append(committee)
    begin_term(board, name="2025-2030", starts_on=since)
    return Committee.objects.get(pk=board.pk), hosts


def _people(hosts, board, password, since):
    """Return {committee id: (secretary, clerk, leaders, staff)}."""
    found = {}
    counter = itertools.count(1)
    for index, host in enumerate(hosts):
        if index == 0:
            named = {
                role: _account(account, host, password, since)
                for account in ACCOUNTS[:4]
                for role in [account[3]]
            }
            secretary, clerk = named[Role.SECRETARY], named[Role.CLERK]
            leaders = [named[Role.LEADER]]
            staff = [named[Role.STAFF]]
        else:
            secretary = person(
                next(counter),
                host,
                Role.SECRETARY,
                "Bí thư Đảng ủy",
                password=password,
                since=since,
            )
            clerk = person(
                next(counter), host, Role.CLERK, "Văn phòng Đảng ủy", password=password, since=since
            )
            leaders, staff = [], []
        leaders.append(
            person(
                next(counter),
                host,
                Role.LEADER,
                "Trưởng phòng Tổ chức",
                password=password,
                since=since,
            )
        )
        more = 12 if index == 0 else 2
        staff += [
            person(next(counter), host, Role.STAFF, password=password, since=since)
            for _ in range(more)
        ]
        found[host.pk] = (secretary, clerk, leaders, staff)
    for account in ACCOUNTS[4:6]:
        _account(account, board, password, since)
    admin = _account(ACCOUNTS[6], None, password, since)
    admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_staff", "is_superuser"])
    return found


def _account(account, committee, password, since):
    username, full_name, _, role, post = account
    user = User.objects.create(
        username=username, email=f"{username}@vidu.vn", full_name=full_name, password=password
    )
    if committee:
        Membership.objects.create(
            user=user,
            committee=committee,
            role=role,
            post=post,
            unit=post,
            starts_on=since,
            given_on=since,
        )
    return user


def office_of(host):
    """Return (secretary, clerk, leaders, staff) of a committee of the story."""
    people = {}
    for membership in host.memberships.select_related("user").order_by("pk"):
        people.setdefault(membership.role, []).append(membership.user)
    return (
        people[Role.SECRETARY][0],
        people[Role.CLERK][0],
        people[Role.LEADER],
        people[Role.STAFF],
    )


def take_place(conference, *, index):
    """Have a conference that lay ahead take place, with the questions that came in for it."""
    office = office_of(conference.committee)
    mixing.hand_on(conference.staged_questions.all(), at=conference.ends_at)
    answered = {text: answer for *_, text, answer in ASKED}
    asked = [
        (question, answered.get(question.original_text, ANSWERED_LIVE))
        for question in conference.questions.order_by("pk")
    ]
    _sort(conference, office, asked)
    _hold(conference, office, asked, index=index)


def _moment(day, hour, minute=0):
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def _schedule(host, office, on, label):
    secretary, _clerk, leaders, _staff = office
    starts = _moment(on, 14)
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


def _ask(conference, office, themes, *, count, shift, files=()):
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


def _sort(conference, office, asked):
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


def _hold(conference, office, asked, *, index):
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
        minutes_signed_on=held + dt.timedelta(days=2),
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


def _answer_in_writing(conference, office, *, at):
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


def _report(host, office, period, *, at, not_held=""):
    secretary, clerk, *_ = office
    obligation = Obligation.objects.select_related("committee__parent", "board", "period").get(
        period=period, committee=host
    )
    draft = start_draft(obligation, by=clerk, at=at - dt.timedelta(days=2))
    if not_held:
        explain_not_held(draft, reason=not_held, until=day_of(at) + dt.timedelta(days=40), at=at)
    write_narrative(
        draft,
        key="lessons",
        text="Phân loại ý kiến từ sớm, giao rõ đơn vị trả lời và thời hạn.",
        version=0,
        by=clerk,
        at=at,
    )
    return issue_report(draft, by=secretary, at=at)


def _past_period(index, host, office, period, themes):
    """Last half-year: most were in time, some late, one never came, one held nothing."""
    if index == 60:
        return
    held = period.due_before - dt.timedelta(days=30 - index % 12)
    held -= dt.timedelta(days=max(0, held.weekday() - 4))
    if index == 7:
        _report(
            host,
            office,
            period,
            at=_moment(period.due_before - dt.timedelta(days=4), 10),
            not_held="Cơ quan đang sắp xếp tổ chức bộ máy.",
        )
        return
    conference = _schedule(host, office, held, period.label)
    photos = [photo()] if index == 0 else ()
    asked = _ask(conference, office, themes, count=4 + index % 5, shift=index, files=photos)
    _sort(conference, office, asked)
    _hold(conference, office, asked, index=index)
    if index == 0:
        answer = asked[0][0].answers.get(state="published")
        attachments.exchange(answer, add=[schedule()], at=conference.ends_at)
        first = conference.commitments.order_by("number").last()
        commitments.settle_commitment(
            first,
            result="Đã công khai trên trang nội bộ.",
            evidence="45-CV/ĐU",
            by=office[1],
            at=_moment(held + dt.timedelta(days=25), 9),
        )
    _answer_in_writing(conference, office, at=conference.ends_at + dt.timedelta(days=9))
    late = index in (11, 23, 37)
    issued = period.due_before + dt.timedelta(days=3 if late else -1 - index % 8)
    report = _report(host, office, period, at=_moment(issued, 9 + index % 8, index % 60))
    board = report.obligation.board
    head = board.memberships.with_role(Role.HEAD).first().user
    acknowledge_report(report, by=head, at=report.issued_at + dt.timedelta(hours=20))


def _running_period(index, host, office, period, themes, stage, at, *, questions=None):
    """This half-year, as far as the stage goes. The first committee is the newcomer's."""
    today = day_of(at)
    if stage in ("opened", "asked") or (index % 10 == 9 and stage == "held"):
        on = today + dt.timedelta(days=9 + index % 5)
        on += dt.timedelta(days=(7 - on.weekday()) % 7 if on.weekday() > 4 else 0)
        if index % 7 == 6:
            return
        conference = _schedule(host, office, on, period.label)
        if stage == "asked":
            _ask_so_far(conference, office, themes, at, count=10 if index == 0 else 4)
        return
    if index == 0:
        _newcomer(host, office, period, themes, at, stage)
        return
    where = index % 10
    if where == 9:
        return  # no date yet
    if where in (7, 8):
        on = today + dt.timedelta(days=7 + index % 10)
        conference = _schedule(host, office, on, period.label)
        _ask_so_far(conference, office, themes, at, count=3)
        return
    held = max(period.starts_on + dt.timedelta(days=2), today - dt.timedelta(days=16 + index % 14))
    conference = _schedule(host, office, held, period.label)
    if conference.ends_at + dt.timedelta(days=3) > at:
        return
    asked = _ask(conference, office, themes, count=questions or 4 + index % 6, shift=index + 3)
    _sort(conference, office, asked)
    _hold(conference, office, asked, index=index)
    if stage == "held" or where == 6:
        return
    if where == 5:
        start_draft(Obligation.objects.get(period=period, committee=host), by=office[1], at=at)
        return
    _report(host, office, period, at=at - dt.timedelta(hours=5 + index, minutes=index))


def _ask_so_far(conference, office, themes, at, *, count):
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


def _newcomer(host, office, period, themes, at, stage):
    """The demo accounts' own committee: one dialogue held and in draft, another one ahead."""
    today = day_of(at)
    held = max(period.starts_on + dt.timedelta(days=2), today - dt.timedelta(days=12))
    held -= dt.timedelta(days=max(0, held.weekday() - 4))
    conference = _schedule(host, office, held, period.label)
    asked = _ask(conference, office, themes, count=10, shift=0)
    _sort(conference, office, asked)
    _hold(conference, office, asked, index=3)
    if stage == "reported":
        start_draft(Obligation.objects.get(period=period, committee=host), by=office[1], at=at)
        ask_for_names(conference, office[0], at=at)
    ahead = today + dt.timedelta(days=12)
    ahead += dt.timedelta(days=(7 - ahead.weekday()) % 7 if ahead.weekday() > 4 else 0)
    extra = _schedule(host, office, ahead, "đột xuất về sắp xếp tổ chức")
    conferences.change_conference(
        extra, version=extra.version, kind="extraordinary", by=office[1], at=at
    )
    _ask_so_far(extra, office, themes, at, count=7)
    _ask_anonymously(extra, office, themes, at)


ANONYMOUS = (
    (2, "Một số việc giao miệng, không có văn bản, khi có sai sót thì không rõ ai chịu trách nhiệm. "
        "Đề nghị quy định việc giao việc bằng văn bản."),
    (3, "Đề nghị công khai cách chia thu nhập tăng thêm trước khi chi."),
    (5, "Có người phản ánh đúng thì bị nhắc nhở. Đề nghị lãnh đạo bảo vệ người góp ý thẳng thắn."),
)  # fmt: skip


def _ask_anonymously(conference, office, themes, at):
    """Slips were drawn from the box, and three came back."""
    if not conference.takes_questions(at=at):
        return
    slips = vouchers.print_slips(conference, 20, by=office[1])
    for slip, (theme, text) in zip(slips, ANONYMOUS, strict=False):
        anonymous.submit_anonymously(
            voucher=slip,
            text=text,
            theme=themes[theme - 1],
            kind="feedback",
            receipt=receipts.made_here(uuid.uuid4()),
            at=at,
        )
    mixing.hand_on(conference.staged_questions.all(), at=at)
