"""The Board's words in its consolidated report: proposed, written, checked, frozen, left out when empty."""

import re

import pytest
from django.urls import reverse

from board.domain import issuing_consolidated, receiving, words
from board.domain.consolidated_figures import consolidated_figures
from board.domain.consolidating import consolidate
from foundation.versions import OutdatedVersion
from reports.domain import drafting, issuing, writing
from reports.models import ConsolidatedText
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db
CUT_OFF = moment(20)
PRAISE = "Lãnh đạo trả lời trực tiếp 3 lượt;\nkhông có câu hỏi bỏ sót."


@pytest.fixture
def report(world):
    """What the host has issued, with its own words of what went well."""
    hold_a_dialogue(world)
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.write_narrative(draft, key="strengths", text=PRAISE, version=0, by=world.clerk, at=NOON)
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


@pytest.fixture
def consolidated(world, report):
    return consolidate(world.board, world.period, by=world.officer, at=CUT_OFF)


def write(world, key, text, *, version=0, by="officer"):
    return words.write_text(
        world.board, world.period, key=key, text=text, version=version, by=world.people[by], at=NOON
    )


def headings(document):
    return [block["text"] for block in document["body"] if block["type"] == "heading"]


def address(consolidated, place):
    return reverse("board:consolidated_word", args=[consolidated.pk, place])


def test_each_place_proposes_what_the_figures_show(world, report):
    figures = consolidated_figures(world.board, world.period, at=CUT_OFF)

    proposed = words.proposals(figures)

    assert list(proposed) == list(words.PLACES)
    assert proposed["limits"].split("\n")[:2] == [
        f"1 đảng ủy chưa tổ chức hội nghị: {world.neighbour.name}.",
        f"1 đảng ủy chưa có báo cáo được nhận: {world.neighbour.name}.",
    ]
    assert proposed["tasks"].startswith("Đôn đốc 1 đảng ủy chưa có báo cáo")
    requests = sum(
        len(row["figures"]["escalated"]) for row in figures["committees"] if row["figures"]
    )
    assert proposed["asks"].startswith(f"Xem xét, cho ý kiến về {requests} kiến nghị")
    assert [proposed[key] for key in ("guidance", "good", "causes", "lessons")] == [""] * 4


def test_proposals_count_reminders_late_ones_and_carried_promises_and_shorten_long_lists():
    row = {"conferences": 1, "days_late": 3, "received": True, "reminders": 2, "figures": None}
    rows = [{**row, "name": f"Đảng ủy {number}"} for number in range(25)]
    rows[0] |= {"days_late": 0, "reminders": 0}

    proposed = words.proposals({"committees": rows, "size": {"overdue": 4}, "repeated": [{}, {}]})

    assert proposed["guidance"].startswith("Cổng đối thoại đã nhắc 48 lượt, đối với 24 đảng ủy")
    late, overdue, repeated = proposed["limits"].split("\n")
    assert late.startswith("24 đảng ủy gửi báo cáo chậm: Đảng ủy 1 (3 ngày);")
    assert late.endswith("Đảng ủy 20 (3 ngày); và 4 đảng ủy khác.")
    assert overdue == "4 nội dung quá hạn trả lời tại ngày chốt số liệu."
    assert repeated == "2 nội dung được nhiều đảng ủy cùng phản ánh."
    assert (proposed["tasks"], proposed["asks"]) == ("", "")


def test_promises_that_are_carried_on_are_a_task():
    figures = {"previous": 5, "previous_done": 2, "previous_overdue": 1, "escalated": []}
    row = {"name": "A", "conferences": 1, "days_late": 0, "received": True, "reminders": 0}

    proposed = words.proposals(
        {"committees": [{**row, "figures": figures}], "size": None, "repeated": []}
    )

    assert proposed["tasks"] == "Theo dõi việc thực hiện 3 kết luận chuyển kỳ sau."
    assert proposed["limits"] == ""


def test_a_draft_shows_every_place_and_what_is_issued_no_empty_one(world, consolidated):
    assert headings(consolidated.snapshot["document"]) == [
        "I- TÌNH HÌNH TRIỂN KHAI",
        "1. Công tác chỉ đạo, hướng dẫn, đôn đốc của Ban",
        "2. Tình hình tổ chức và báo cáo của các đảng ủy",
        "II- KẾT QUẢ ĐỐI THOẠI",
        "1. Quy mô chung",
        "2. Ý kiến theo nhóm nội dung",
        "3. Vấn đề nổi lên, lặp lại nhiều nơi",
        "4. Đánh giá của người hỏi",
        "III- THỰC HIỆN KẾT LUẬN CÁC KỲ TRƯỚC",
        "IV- ĐÁNH GIÁ",
        "1. Kết quả nổi bật",
        "2. Hạn chế",
        "3. Nguyên nhân",
        "4. Kinh nghiệm",
        "V- PHƯƠNG HƯỚNG, KIẾN NGHỊ",
        "1. Nhiệm vụ 6 tháng tới",
        "2. Kiến nghị Ban Thường vụ",
    ]
    write(world, "causes", "Một số nơi chưa bố trí được lịch.")
    newer = consolidate(world.board, world.period, by=world.officer, at=CUT_OFF, after=1)

    issued = issuing_consolidated.issue_consolidated(newer, by=world.head, at=CUT_OFF)

    document = issued.snapshot["document"]
    assert [text for text in headings(document) if re.match(r"\d", text)][-4:] == [
        "1. Hạn chế",
        "2. Nguyên nhân",
        "1. Nhiệm vụ 6 tháng tới",
        "2. Kiến nghị Ban Thường vụ",
    ]
    texts = [block.get("text") for block in document["body"]]
    assert "Một số nơi chưa bố trí được lịch." in texts
    assert "…" not in texts


def test_what_was_read_is_what_is_issued(world, consolidated):
    """Words that were written after the version was made need a new version, in both directions."""
    write(world, "lessons", "Lên lịch sớm.")
    items = issuing_consolidated.checklist(consolidated, at=CUT_OFF)
    assert {item.code for item in items if item.blocks} == {"words_same"}
    with pytest.raises(issuing.ReportNotReady):
        issuing_consolidated.issue_consolidated(consolidated, by=world.head, at=CUT_OFF)

    words.use_proposal(world.board, world.period, key="lessons")

    assert not [
        one for one in issuing_consolidated.checklist(consolidated, at=CUT_OFF) if one.blocks
    ]


def test_a_number_that_no_figure_bears_out_is_named_and_does_not_block(world, consolidated):
    write(world, "causes", "Có 777 cuộc họp trùng lịch, 3 lượt trả lời trực tiếp, ngày 12/5/2026.")
    newer = consolidate(world.board, world.period, by=world.officer, at=CUT_OFF, after=1)

    assert issuing_consolidated.wrong_numbers(newer, at=CUT_OFF) == {"causes": ["777"]}
    items = issuing_consolidated.checklist(newer, at=CUT_OFF)
    said = [item for item in items if item.code == "figures_match"]
    assert [(item.is_met, item.blocks) for item in said] == [(False, False)]
    assert "777" in said[0].text
    empty = [item.text for item in items if item.code == "written"]
    assert any("Kinh nghiệm" in text for text in empty)
    issuing_consolidated.issue_consolidated(newer, by=world.head, at=CUT_OFF)


def test_what_went_well_is_taken_over_in_the_committees_own_words(world, consolidated, client):
    client.force_login(world.officer)
    page = address(consolidated, "good")
    assert "không có câu hỏi bỏ sót." in client.get(page).text
    (pk, name, text) = words.practices(world.board, world.period)[0]
    assert (name, text) == (world.host.name, PRAISE)

    taken = client.post(page, {"text": "Nhìn chung tốt.", "version": "0", "take": str(pk)})

    assert taken.status_code == 200
    assert not ConsolidatedText.objects.exists()  # nothing is kept before one saves
    kept = taken.context["form"].initial
    assert kept == {"text": f"Nhìn chung tốt.\n{name}: {PRAISE}", "version": "0"}
    client.post(page, kept)
    assert ConsolidatedText.objects.get().text.endswith("không có câu hỏi bỏ sót.")
    receiving.return_report(
        world.obligation.reports.get(), remarks="x", data_missing=True, by=world.officer, at=NOON
    )
    assert words.practices(world.board, world.period) == []


def test_two_officers_at_one_place_lose_nothing(world, consolidated, client):
    client.force_login(world.officer)
    page = address(consolidated, "tasks")
    write(world, "tasks", "Của Trưởng Ban.", by="head")

    late = client.post(page, {"text": "Của chuyên viên.", "version": "0"})

    assert late.status_code == 409
    assert "Của Trưởng Ban." in late.text
    assert "Của chuyên viên." in late.text
    assert ConsolidatedText.objects.get().text == "Của Trưởng Ban."
    with pytest.raises(OutdatedVersion):
        write(world, "tasks", "Cũ.", version=7)
    with pytest.raises(OutdatedVersion):
        write(world, "causes", "Chưa có gì.", version=1)
    again = client.post(page, {"text": "Của cả hai.", "version": "1"})
    assert again.status_code == 302
    assert ConsolidatedText.objects.get().text == "Của cả hai."


def test_the_page_of_the_words_leads_to_a_new_version(world, consolidated, client):
    client.force_login(world.officer)
    listing = reverse("board:consolidated_words", args=[consolidated.pk])
    assert "Lập phiên bản mới" not in client.get(listing).text
    client.post(address(consolidated, "lessons"), {"text": "Có 888 việc.", "version": "0"})

    shown = client.get(listing).text
    assert "Lập phiên bản mới" in shown
    assert "Con số trong phần lời không có trong số liệu: 888." in shown
    client.post(address(consolidated, "lessons"), {"use_proposal": "1"})

    assert not ConsolidatedText.objects.exists()
    assert client.get(address(consolidated, "nowhere")).status_code == 404
    with pytest.raises(KeyError):
        write(world, "nowhere", "x")


def test_what_is_issued_has_no_words_to_write_any_more(world, consolidated, client):
    issued = issuing_consolidated.issue_consolidated(consolidated, by=world.head, at=CUT_OFF)
    client.force_login(world.officer)

    assert client.get(reverse("board:consolidated_words", args=[issued.pk])).status_code == 403
    detail = reverse("board:consolidated_detail", args=[issued.pk])
    assert "Viết phần của Ban" not in client.get(detail).text
