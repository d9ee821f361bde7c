"""The papers of a conference: drawn up from its data, numbered, frozen, and in the Party's form."""

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from foundation.models import AuditEntry
from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from reports.documents.docx import report_docx
from reports.domain.issuing import take_number
from reports.domain.papers import acts, checking, letters
from reports.domain.papers.overview import papers_of
from reports.domain.snapshots import digest, is_intact
from reports.models import Paper
from sessions.domain import conferences
from sessions.models import Theme
from tests.reports.papers import text_of
from tests.world import NOON, TODAY, day, make_conference, moment

pytestmark = pytest.mark.django_db
KINDS = pytest.mark.parametrize("kind", Paper.Kind.values)
SYMBOLS = {"plan": "KH", "notice": "TB", "invitation": "GM"}


def started(world, kind="plan", conference=None):
    return acts.start_paper(conference or world.conference, kind, by=world.clerk, at=NOON)


def issued(world, paper, **more):
    seen = digest(letters.drawn_up(paper, at=NOON))
    return acts.issue_paper(paper, **{"seen": seen, "by": world.secretary, "at": NOON, **more})


def written(world, paper, *, version=1, **texts):
    signing = {name: getattr(paper, name) for name in ("sign_capacity", "sign_post", "signer")}
    stands = letters.words_of(paper)
    return acts.write_paper(
        paper, texts={**stands, **texts}, version=version, by=world.clerk, at=NOON, **signing
    )


def lines(document):
    return text_of(report_docx(document)).splitlines()


def said(paper):
    return lines(letters.paper_document(paper, at=NOON))


# --- drawn up ------------------------------------------------------------------------


def test_a_plan_is_drawn_up_from_the_data_of_its_conference(world):
    found = said(started(world))

    for line in (
        "ĐẢNG BỘ KHỐI MẪU",
        "ĐẢNG ỦY VIỆN MINH HÒA",
        "Số \u2003\u2003-KH/ĐU",
        "Dự thảo lần 1",
        "KẾ HOẠCH",
        "I- MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích",
        "Hội trường tầng 2.",
        "Trực tiếp.",
        "- Chủ trì: đồng chí Nguyễn Thị Ánh, Bí thư Đảng ủy.",
        "- Lãnh đạo trả lời: Lê Quốc Cường, Phó Viện trưởng; Phạm Thu Dung, Trưởng phòng Tổ chức.",
        "Đơn vị chủ trì tham mưu, tổ chức thực hiện: Văn phòng Đảng ủy.",
        "VII- TỔ CHỨC THỰC HIỆN",
        "- Ban Thường vụ Đảng ủy Khối Mẫu (để báo cáo);",
        "- Lưu Văn phòng Đảng ủy.",
        "T/M ĐẢNG ỦY",
        "BÍ THƯ",
        "Nguyễn Thị Ánh",
        "CHƯƠNG TRÌNH HỘI NGHỊ",
        "Khai mạc",
    ):
        assert line in found, line


def test_a_notice_says_how_to_ask_and_what_becomes_of_the_name(world):
    document = letters.paper_document(started(world, "notice"), at=NOON)
    found = "\n".join(lines(document))

    (address,) = [block for block in document["body"] if block["type"] == "qr"]
    assert address["url"] == f"http://testserver/conferences/{world.conference.pk}/ask/"
    assert address["url"] in found
    assert "THÔNG BÁO" in found
    assert "- Không nêu tên (sau khi đăng nhập): tên được niêm phong" in found


def test_the_notice_offers_what_the_portal_offers(world, settings):
    """Where too few people work nobody can ask anonymously, and nothing says that one could."""
    papers = [started(world, "notice"), started(world)]
    few = ["\n".join(said(paper)) for paper in papers]
    settings.ANONYMITY_SET = 3
    many = ["\n".join(said(paper)) for paper in papers]

    assert "phiếu ẩn danh" not in few[0]
    assert f"bằng phiếu ẩn danh, tại {settings.ANONYMOUS_BASE_URL}" in many[0]
    assert "dữ liệu được lưu không cho ai biết người hỏi" in many[0]  # who sees one type, knows
    assert "một trong hai mức: nêu tên, không nêu tên." in few[1]
    assert "một trong ba mức: nêu tên, không nêu tên, ẩn danh." in many[1]


def test_an_invitation_has_room_for_a_name(world):
    found = said(started(world, "invitation"))

    assert "GIẤY MỜI" in found
    assert any(line.startswith("Đồng\u00a0chí: …") for line in found)
    assert "- Như thành phần mời;" in found


@KINDS
def test_the_month_is_written_as_a_clerk_writes_it(world, kind):
    world.conference.starts_at = dt.datetime(2027, 9, 5, 14, tzinfo=NOON.tzinfo)
    world.conference.ends_at = dt.datetime(2027, 9, 5, 17, tzinfo=NOON.tzinfo)
    world.conference.save()

    found = "\n".join(said(started(world, kind)))

    assert "ừ 14 giờ 00 đến 17 giờ 00, Chủ nhật, ngày 05 tháng 9 năm 2027" in found


def test_a_conference_of_two_days_says_both(world):
    world.conference.ends_at = world.conference.starts_at + dt.timedelta(days=1)
    world.conference.save()

    found = "\n".join(said(started(world)))

    first, last = (f"ngày {one.day:02d} tháng {one.month} năm 2026" for one in (day(10), day(11)))
    assert re.search(rf"Từ 12 giờ 00, [^,]*, {first} đến 12 giờ 00, [^,]*, {last}", found)


@KINDS
def test_without_agenda_themes_and_answerers_nothing_is_made_up(world, kind):
    world.conference.agenda.all().delete()
    world.conference.answerers.clear()
    Theme.objects.update(is_active=False)

    document = letters.paper_document(started(world, kind), at=NOON)
    found = "\n".join(lines(document))

    assert document["annexes"] == []
    for word in ("Phụ lục", "không phát sinh", "Chương trình:", "Lãnh đạo trả lời", "NỘI DUNG ĐỐI"):
        assert word not in found


@pytest.mark.parametrize(("kind", "asks_for_agenda"), [("plan", True), ("notice", False)])
def test_a_missing_agenda_and_missing_answerers_are_pointed_out(world, kind, asks_for_agenda):
    world.conference.agenda.all().delete()
    world.conference.answerers.clear()

    found = checking.worth_a_look(started(world, kind), at=NOON)

    assert ("Hội nghị chưa có chương trình." in found) is asks_for_agenda
    assert "Chưa ghi lãnh đạo trả lời." in found


def test_the_parts_are_numbered_without_a_gap_where_one_says_nothing(world):
    paper = started(world)

    written(world, paper, organisation="", purpose="", demands="")

    found = said(paper)
    assert [line for line in found if line.startswith(("I- ", "II- ", "V- ", "VI- "))] == [
        "I- NỘI DUNG ĐỐI THOẠI",
        "II- THỜI GIAN, ĐỊA ĐIỂM, HÌNH THỨC",
        "V- PHÂN CÔNG CHUẨN BỊ",
    ]


def test_a_second_conference_of_the_period_is_told_apart_by_its_day(world):
    alone = letters.paper_document(started(world), at=NOON)["abstract"]
    make_conference(world.host, world.secretary, starts_at=moment(12), ends_at=moment(12, 3))

    together = letters.paper_document(started(world), at=NOON)["abstract"]

    assert together == f"{alone}, ngày\u00a0{world.conference.held_on:%d/%-m/%Y}"


def test_an_extraordinary_one_is_called_so(world):
    world.conference.kind = "extraordinary"
    world.conference.save()

    assert "đối thoại đột xuất" in letters.paper_document(started(world), at=NOON)["abstract"]


# --- written ---------------------------------------------------------------------------


def test_what_was_not_changed_goes_on_following_the_conference(world):
    paper = written(world, started(world), focus="Về nhà ở.")
    world.conference.place = "Phòng họp 5"
    world.conference.save()
    paper.refresh_from_db()

    found = said(paper)

    assert paper.texts == {"focus": "Về nhà ở."}
    assert "Phòng họp 5." in found
    assert "Về nhà ở." in found


def test_of_two_who_edit_one_is_told(world):
    paper = started(world)
    written(world, paper, focus="Một")

    with pytest.raises(OutdatedVersion):
        written(world, paper, focus="Hai", version=1)

    paper.refresh_from_db()
    assert paper.texts == {"focus": "Một"}


def test_the_form_of_the_day_of_issue_is_taken(world):
    """HD 36 parts recipients by a comma, HD 05 by a semicolon from 27 May 2026."""
    before = NOON.replace(year=2026, month=5, day=26)
    paper = acts.start_paper(world.conference, "plan", by=world.clerk, at=before)

    old, new = (letters.drawn_up(paper, at=at) for at in (before, NOON))

    assert "- Các chi bộ, đơn vị trực thuộc (để thực hiện)," in lines(old)
    assert "- Các chi bộ, đơn vị trực thuộc (để thực hiện);" in lines(new)


# --- issued ----------------------------------------------------------------------------


@KINDS
def test_an_issued_paper_is_numbered_frozen_and_recorded(world, kind):
    paper = issued(world, started(world, kind))
    Theme.objects.update(is_active=False)
    world.conference.place = "Nơi khác"
    world.conference.save()
    paper.refresh_from_db()

    found = said(paper)

    assert f"Số 01-{SYMBOLS[kind]}/ĐU" in found
    assert f"Hà Nội, ngày 01 tháng {TODAY.month} năm 2026" in found
    assert "Dự thảo lần 1" not in found
    assert "Nơi khác" not in "\n".join(found)
    assert is_intact(paper)
    entry = AuditEntry.objects.get(act="paper_issued")
    assert entry.subject == f"{world.conference.code}: 01-{SYMBOLS[kind]}/ĐU"
    assert entry.facts["sha256"] == paper.snapshot_sha256


def test_issuing_the_plan_writes_number_day_and_unit_into_the_conference(world):
    version = world.conference.version

    issued(world, started(world))

    world.conference.refresh_from_db()
    conference = world.conference
    assert (conference.plan_number, conference.plan_issued_on) == ("01-KH/ĐU", TODAY)
    assert conference.plan_lead_unit == "Văn phòng Đảng ủy"
    assert conference.version == version + 1


def test_an_open_form_of_the_results_does_not_wipe_the_number_out(world):
    version = world.conference.version
    issued(world, started(world))
    world.conference.refresh_from_db()

    with pytest.raises(OutdatedVersion):
        conferences.record_course(
            world.conference, version=version, plan_number="", by=world.clerk, at=NOON
        )


def test_issuing_a_notice_does_not_say_that_it_was_published(world):
    issued(world, started(world, "notice"))

    world.conference.refresh_from_db()
    assert world.conference.notice_published_on is None
    acts.publish_notice(
        world.conference, version=world.conference.version, on=TODAY, channels="Bảng tin",
        by=world.clerk, at=NOON,
    )  # fmt: skip
    assert world.conference.notice_published_on == TODAY
    assert world.conference.notice_channels == "Bảng tin"
    assert AuditEntry.objects.filter(act="notice_published").count() == 1


def test_issued_twice_is_issued_once(world):
    paper = issued(world, started(world))

    with pytest.raises(MoveNotAllowed):
        issued(world, Paper.objects.get())

    assert Paper.objects.count() == 1
    paper.refresh_from_db()
    assert paper.number == 1


def test_what_changed_since_it_was_looked_at_is_not_issued(world):
    paper = started(world)
    seen = digest(letters.drawn_up(paper, at=NOON))
    world.conference.place = "Nơi khác"
    world.conference.save()

    with pytest.raises(acts.PaperChanged):
        issued(world, paper, seen=seen)

    paper.refresh_from_db()
    assert paper.is_draft


def test_numbers_run_by_issuer_and_type_and_go_on_behind_those_typed_by_hand(world):
    other = make_conference(
        world.host, world.secretary, starts_at=moment(20), ends_at=moment(20, 3)
    )
    by_hand = make_conference(
        world.host, world.secretary, starts_at=moment(-9), ends_at=moment(-9, 3),
        plan_number="12-KH/ĐU", plan_issued_on=day(-30), conclusion_number="03-TB/ĐU",
        conclusion_issued_on=day(-2),
    )  # fmt: skip
    before_the_term = dt.date(2025, 7, 1)
    by_hand.committee.conferences.filter(pk=other.pk).update(
        plan_number="90-KH/ĐU", plan_issued_on=before_the_term
    )

    plan, notice = issued(world, started(world)), issued(world, started(world, "notice"))
    invitation = issued(world, started(world, "invitation", other))

    assert [one.number for one in (plan, notice, invitation)] == [13, 4, 1]


@pytest.mark.parametrize(
    "typed", ["Số 12-KH/ĐU", "12 - KH/ĐU", "12–KH/ĐU", "12/KH-ĐU", "12", "số: 12", "12-kh/đu"]
)
def test_a_typed_number_counts_however_it_is_written(world, typed):
    make_conference(
        world.host, world.secretary, starts_at=moment(-9), ends_at=moment(-9, 3), plan_number=typed
    )

    assert issued(world, started(world)).number == 13


@pytest.mark.parametrize("typed", ["12-CV/ĐU", "ngày 3/6/2026", "đang chờ số"])
def test_what_is_no_number_of_a_plan_does_not_count(world, typed):
    make_conference(
        world.host, world.secretary, starts_at=moment(-9), ends_at=moment(-9, 3), plan_number=typed
    )

    assert issued(world, started(world)).number == 1


def test_the_number_of_the_register_is_taken_and_counted_on_from(world):
    first = issued(world, started(world), number=21)

    assert first.number == 21
    assert take_number(world.host, "KH", on=TODAY) == 22


def test_a_number_is_not_given_twice(world):
    other = make_conference(
        world.host, world.secretary, starts_at=moment(20), ends_at=moment(20, 3)
    )
    issued(world, started(world), number=5)
    second = started(world, conference=other)

    with pytest.raises(acts.NumberTaken):
        issued(world, second, number=5)

    second.refresh_from_db()
    assert second.is_draft
    assert issued(world, second).number == 6


# --- later -----------------------------------------------------------------------------


def test_after_a_new_date_the_plan_stays_and_a_new_one_says_which_it_replaces(world):
    first = issued(world, started(world))
    conferences.postpone_conference(world.conference, reason="Bão", by=world.clerk, at=NOON)
    with pytest.raises(MoveNotAllowed):
        started(world)
    conferences.reschedule_conference(
        world.conference, starts_at=moment(30), ends_at=moment(30, 3), by=world.clerk, at=NOON
    )
    (plan, *_) = papers_of(world.conference)
    assert plan.is_outdated

    second = issued(world, started(world))

    first.refresh_from_db()
    assert first.is_superseded
    assert f"Kế hoạch này thay thế Kế hoạch số 01-KH/ĐU, ngày 01/{TODAY.month}/2026." in said(
        second
    )
    world.conference.refresh_from_db()
    assert world.conference.plan_number == "02-KH/ĐU"
    (plan, *_) = papers_of(world.conference)
    assert (plan.issued, plan.older, plan.is_outdated) == (second, [first], False)


@pytest.mark.parametrize(
    ("said_before", "number"), [("{:%d/%m}", 1), ("{:%-d} tháng {:%-m}", 1), ("", 0)]
)
def test_words_taken_over_that_name_the_earlier_day_are_pointed_out(world, said_before, number):
    held_on = world.conference.held_on
    paper = started(world)
    written(world, paper, tasks=f"Xong trước {said_before.format(held_on, held_on)}.")
    issued(world, paper)
    by = {"by": world.clerk, "at": NOON}
    conferences.postpone_conference(world.conference, reason="Bão", **by)
    conferences.reschedule_conference(
        world.conference, starts_at=moment(40), ends_at=moment(40, 3), **by
    )

    found = checking.worth_a_look(started(world), at=NOON)

    assert sum("ngày cũ" in one for one in found) == number


def test_a_plan_that_was_typed_in_by_hand_is_replaced_by_name(world):
    world.conference.plan_number, world.conference.plan_issued_on = "12-KH/ĐU", day(-30)
    world.conference.save()

    found = said(issued(world, started(world)))

    assert any(
        line.startswith("Kế hoạch này thay thế Kế hoạch số 12-KH/ĐU, ngày") for line in found
    )
    assert "Số 13-KH/ĐU" in found


def test_a_new_draft_begins_with_the_words_of_the_one_that_stands(world):
    written(world, first := started(world), focus="Về nhà ở.")
    issued(world, first)

    assert started(world).texts == {"focus": "Về nhà ở."}


@pytest.mark.parametrize("how", ["begun", "cancelled"])
def test_nothing_is_drawn_up_or_issued_for_what_no_longer_lies_ahead(world, how):
    paper = started(world)
    at = NOON
    if how == "begun":
        at = world.conference.starts_at
    else:
        conferences.cancel_conference(world.conference, reason="Thôi", by=world.clerk, at=NOON)
    paper = Paper.objects.get(pk=paper.pk)
    seen = digest(letters.drawn_up(paper, at=at))

    with pytest.raises(MoveNotAllowed):
        acts.issue_paper(paper, seen=seen, by=world.secretary, at=at)
    with pytest.raises(MoveNotAllowed):
        acts.start_paper(world.conference, "notice", by=world.clerk, at=at)


def test_the_page_tells_where_what_was_recorded_differs_from_what_was_issued(world):
    issued(world, started(world))
    world.conference.refresh_from_db()
    world.conference.plan_number = "99-KH/ĐU"
    world.conference.save()

    (plan, *_) = papers_of(world.conference)

    assert (plan.number, plan.differs) == ("01-KH/ĐU", True)


@pytest.mark.django_db(transaction=True)
def test_two_papers_issued_at_the_same_moment_get_two_numbers(world):
    others = [
        make_conference(
            world.host, world.secretary, starts_at=moment(20 + n), ends_at=moment(20 + n, 3)
        )
        for n in range(3)
    ]
    papers = [started(world, conference=one) for one in (world.conference, *others)]
    seen = [digest(letters.drawn_up(paper, at=NOON)) for paper in papers]

    def issue(paper, seen):
        try:
            acts.issue_paper(paper, seen=seen, by=world.secretary, at=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(issue, papers, seen))

    assert sorted(Paper.objects.values_list("number", flat=True)) == [1, 2, 3, 4]
