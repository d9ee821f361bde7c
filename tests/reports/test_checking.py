"""What is proposed and what the checklist says: facts with figures, and each fault by its place."""

import pytest
from django.urls import reverse

from reports.domain import checking, drafting, issuing, writing
from reports.domain.numbers import mismatched_figures
from reports.figures import committee_figures
from sessions.models import Conference, Question
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(world):
    conference, asked = hold_a_dialogue(world)
    return conference, asked, drafting.start_draft(world.obligation, by=world.clerk, at=NOON)


def faults(draft, *, at=NOON):
    return [item for item in checking.checklist(draft, at=at) if not item.is_met]


def said(draft, *, at=NOON):
    body = drafting.current_document(draft, at=at)["body"]
    return {block["key"]: block["text"] for block in body if block.get("key")}


def change(conference, **fields):
    Conference.objects.filter(pk=conference.pk).update(**fields)


def test_proposed_sentences_are_facts_with_figures_or_nothing(world, told):
    _conference, _asked, draft = told

    words = said(draft)

    assert words["strengths"] == (
        "Đã tổ chức 1 hội nghị đối thoại, 40 lượt người dự, đạt 80% số triệu tập.\n"
        "Đã trả lời 2 trong tổng số 6 nội dung ý kiến, kiến nghị.\n"
        "Hội nghị ngày 27/5/2026 được thông báo công khai trước 8 ngày.\n"
        "Hội nghị ngày 27/5/2026 có thông báo kết luận sau 4 ngày."
    )
    assert words["limits"] == "Còn 1 nội dung đang xem xét, chưa đến hạn trả lời."
    assert (words["causes"], words["lessons"]) == ("…", "…")
    assert "đúng quy định" not in str(words)


def test_nothing_is_praised_without_plan_notice_and_conclusion(world, told):
    conference, _asked, draft = told
    change(
        conference, plan_number="", notice_published_on=None, conclusion_issued_on=None, turns=None
    )

    words = said(draft, at=moment(20))

    assert (words["plan"], words["notice"], words["minutes"]) == ("…", "…", "…")
    assert "trước 8 ngày" not in words["strengths"]
    assert "Hội nghị ngày 27/5/2026 chưa có thông báo kết luận sau 25 ngày." in words["limits"]
    assert {"plan", "notice", "conclusion", "turns"} <= {item.code for item in faults(draft)}


def test_only_what_was_assigned_before_the_conference_was_prepared(world, told):
    _conference, asked, draft = told
    assert "đã phân công chuẩn bị trả lời 1 nội dung" in said(draft)["assignment"]

    asked["answered_written"].moves.filter(to_state="assigned").update(at=moment(-1))

    assert said(draft)["assignment"] == "…"


def test_a_signed_report_has_no_empty_place(world, told):
    _conference, _asked, draft = told

    issued = issuing.issue_report(draft, by=world.secretary, at=NOON)

    body = issued.snapshot["document"]["body"]
    headings = [block["text"] for block in body if block["type"] == "heading"]
    assert "3. Đánh giá của người hỏi" in headings  # 1 Ưu điểm, 2 Hạn chế; the others are empty
    assert not [block for block in body if block.get("text") in ("", "…")]


def test_every_sentence_is_checked_and_what_was_typed_at_the_conference_too(world, told):
    conference, _asked, draft = told
    change(conference, summary="Có 12 lượt phát biểu.", conclusion="Giao 40 việc, 77 việc gấp.")
    writing.write_narrative(
        draft, key="strengths", text="Trả lời 91% ý kiến.", version=0, by=world.clerk, at=NOON
    )

    wrong = mismatched_figures(draft, committee_figures(world.obligation, at=NOON))

    assert wrong == {"course": ["12"], "conclusion": ["77"], "strengths": ["91"]}
    lines = [item for item in faults(draft) if item.code == "figures_match"]
    assert {line.about for line in lines} == {"course", "conclusion", "strengths"}


def test_unedited_text_cannot_be_issued_and_each_line_opens_its_question(client, world, told):
    _conference, asked, draft = told
    question = asked["referred"]
    Question.objects.filter(pk=question.pk).update(edited_ok=False)

    with pytest.raises(issuing.ReportNotReady) as refused:
        issuing.issue_report(draft, by=world.secretary, at=NOON)
    client.force_login(world.clerk)
    page = client.get(reverse("reports:report_detail", args=[draft.pk])).text

    assert [item.code for item in refused.value.items] == ["cleared"]
    place = reverse("sessions:triage_question", args=[question.conference_id, question.pk])
    assert f'<a href="{place}">{question.code} chưa được duyệt nội dung' in page
    assert page.count("Cần sửa:") == 1


def test_a_conference_still_to_come_is_told_of(world, told):
    _conference, _asked, draft = told  # the world's own lies ten days ahead

    (line,) = [item for item in faults(draft) if item.code == "ahead"]
    (over,) = [item for item in faults(draft, at=moment(11)) if item.code == "ahead"]

    assert (line.is_blocking, line.about) == (False, world.conference.pk)
    assert "chưa diễn ra" in line.text
    assert "chưa được xác nhận đã tổ chức" in over.text


def test_two_conferences_are_told_apart_in_every_sentence_table_and_annex(world, told):
    _conference, _asked, draft = told
    other = make_conference(
        world.host, world.secretary, starts_at=moment(-3), ends_at=moment(-2), kind="extraordinary"
    )
    change(other, state="held", turns=3, plan_number="15-KH/ĐU", conclusion="Làm ngay.")
    change(world.conference, state="cancelled")

    document = drafting.current_document(draft, at=NOON)
    words = said(draft)

    assert (
        "Hội nghị ngày 29/5/2026: Đảng ủy Viện Minh Hòa ban hành Kế hoạch số 15-KH/ĐU"
        in words["plan"]
    )
    assert "Hội nghị ngày 27/5/2026: Có 7 lượt phát biểu tại hội nghị." in words["course"]
    assert "Hội nghị ngày 29/5/2026: Làm ngay." in words["conclusion"]
    tables = {block["name"]: block for block in document["body"] if block["type"] == "table"}
    assert [row[1] for row in tables["table1"]["rows"]] == [
        "27/5/2026 (định kỳ)",
        "29/5/2026 (đột xuất)",
    ]
    for name in ("table3", "table4", "table5"):
        assert tables[name]["caption"].endswith("(hội nghị ngày 27/5/2026 và 29/5/2026)")
    assert document["annexes"][0]["title"].endswith("(HỘI NGHỊ NGÀY 27/5/2026 VÀ 29/5/2026)")
    records = [one for block in document["annexes"][0]["body"] for one in block.get("items", ())]
    assert {
        line["text"] for one in records for line in one["lines"] if line["label"] == "Hội nghị"
    } == {"ngày 27/5/2026"}


def test_no_number_is_invented_where_no_conference_was_held(world):
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.explain_not_held(draft, reason="Sáp nhập.", until=day(60), at=NOON)
    draft.refresh_from_db()

    words = said(draft)

    assert words["strengths"] == "…"
    assert words["limits"] == "Chưa tổ chức được hội nghị đối thoại trong kỳ."
    assert words["causes"] == "Sáp nhập."


def test_of_many_questions_at_fault_twenty_are_named_and_the_rest_is_counted(client, world, told):
    conference, _asked, draft = told
    Question.objects.bulk_create(
        Question(
            conference=conference, committee=world.host, theme=world.themes[0], kind="opinion",
            original_text=f"Câu {number}", received_at=NOON,
        )
        for number in range(22)
    )  # fmt: skip

    lines = [item for item in faults(draft) if item.code == "triaged"]

    assert len(lines) == 21
    assert {item.place for item in lines[:20]} == {"question"}
    rest = lines[20]
    assert (rest.text, rest.place) == ("… và 2 câu hỏi khác cũng như vậy.", "triage")
    client.force_login(world.clerk)
    page = client.get(reverse("reports:report_detail", args=[draft.pk])).text
    queue = reverse("sessions:triage", args=[conference.pk])
    assert f'<a href="{queue}">… và 2 câu hỏi khác cũng như vậy.' in page


@pytest.mark.parametrize(
    ("published", "before"), [(-11, "6 ngày, chưa đủ 7 ngày"), (-4, "0 ngày, chưa đủ 7 ngày")]
)
def test_a_notice_that_came_late_is_told_with_its_days_and_not_praised(
    world, told, published, before
):
    conference, _asked, draft = told  # held five days ago
    change(conference, notice_published_on=day(published), conclusion_issued_on=day(6))

    words = said(draft, at=moment(7))

    assert f"Hội nghị ngày 27/5/2026 được thông báo công khai trước {before}." in words["limits"]
    assert (
        "Hội nghị ngày 27/5/2026 có thông báo kết luận sau 11 ngày, quá 10 ngày." in words["limits"]
    )
    assert "thông báo" not in words["strengths"]


def test_what_came_on_the_last_day_is_not_told_as_late(world, told):
    conference, _asked, draft = told
    change(conference, notice_published_on=day(-12), conclusion_issued_on=day(5))

    words = said(draft, at=moment(7))

    assert "thông báo" not in words["limits"]
    assert "trước 7 ngày." in words["strengths"]
    assert "sau 10 ngày." in words["strengths"]
