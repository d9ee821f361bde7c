"""The minutes from the desk to the chair: laid before the chair, approved, frozen, followed by addenda."""

import json

import pytest
from django.urls import reverse
from django.utils.translation import override

from foundation.models import AuditEntry
from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall.domain import desk
from hall.domain import minutes as writing
from hall.models import Minutes, Submission
from hall.queries import minutes_of
from jobs.models import Alarm
from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.domain import approving
from reports.domain.conclusion import conclusion_document
from reports.domain.conference_papers import in_words
from reports.domain.inbox import verify_inbox
from reports.domain.snapshots import digest
from reports.domain.wording import short_date
from sessions.domain import answers, commitments
from sessions.domain.triage import merge_questions
from tests.hall.floor import a_question, begun, called, from_the_floor, keyed, running, said, three
from tests.reports.archival import assert_archival
from tests.reports.papers import text_of, text_of_pdf
from tests.reports.story import hold_a_dialogue
from tests.world import MENU, NOON, day, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    conference, _ = hold_a_dialogue(world)
    return conference


def lines(conference, *, at=NOON):
    return text_of(report_docx(approving.minutes_paper(conference, at=at))).splitlines()


def the_minutes(conference, number=0):
    found = {one.number: one for one in minutes_of(conference)}
    found[number].conference = conference
    return found[number]


def submitted(world, conference, number=0, *, at=NOON):
    minutes = the_minutes(conference, number)
    return approving.submit_minutes(minutes, version=minutes.version, by=world.clerk, at=at)


def approved(world, conference, number=0, *, at=NOON):
    minutes = submitted(world, conference, number, at=at)
    return approving.approve_minutes(minutes, version=minutes.version, by=world.secretary, at=at)


def test_what_is_approved_is_printed_the_same_whatever_is_recorded_later(world, held):
    approved(world, held)
    before = report_docx(approving.minutes_paper(held, at=NOON))

    held.refresh_from_db()
    held.conclusion, held.minutes_taker = "Kết luận khác hẳn.", "Người khác"
    held.save()

    assert report_docx(approving.minutes_paper(held, at=moment(30))) == before


def test_from_the_page_to_the_chair_and_to_paper(client, world, held):
    client.force_login(world.clerk)
    page = reverse("reports:minutes_detail", args=[held.pk])
    assert client.get(page).status_code == 200

    sent = client.post(reverse("reports:minutes_submit", args=[held.pk, 0]), {"version": 1})
    client.force_login(world.secretary)
    read = client.get(page)
    version = Minutes.objects.get(conference=held).version
    given = client.post(reverse("reports:minutes_approve", args=[held.pk, 0]), {"version": version})
    after = client.get(page)

    assert (sent.status_code, read.status_code, given.status_code) == (302, 200, 302)
    assert after.status_code == 200
    assert Minutes.objects.get(conference=held).is_approved
    assert "Dự thảo lần" not in "\n".join(lines(held))


# --- what is frozen -------------------------------------------------------------------


def test_what_is_frozen_has_the_hash_that_the_record_of_acts_names(world, held):
    minutes = approved(world, held)

    submission = Submission.objects.get()

    assert digest(submission.snapshot) == submission.snapshot_sha256
    assert submission.snapshot["approved"] == {
        "by": "Nguyễn Thị Ánh", "post": "Bí thư Đảng ủy", "on": day().isoformat(),
    }  # fmt: skip
    entry = AuditEntry.objects.get(act="minutes_approved")
    assert entry.facts["sha256"] == submission.snapshot_sha256
    assert (minutes.approved_by, minutes.approved_at) == (world.secretary, NOON)


def test_the_chair_approves_what_was_laid_although_something_was_recorded_since(world, held):
    minutes = submitted(world, held)
    held.refresh_from_db()
    held.conclusion = "Kết luận viết lại."
    held.save()

    approving.approve_minutes(minutes, version=minutes.version, by=world.secretary, at=NOON)

    assert "Các đơn vị trả lời đúng hạn." in lines(held)
    assert "Kết luận viết lại." not in lines(held)


def test_the_chair_who_read_what_was_taken_back_and_laid_anew_approves_nothing(world, held):
    read = submitted(world, held).version
    writing.take_back(the_minutes(held), by=world.clerk, at=NOON)
    again = the_minutes(held)
    writing.note_presence(
        held, version=again.version, present="Công đoàn", absent="", by=world.clerk, at=NOON
    )
    minutes = submitted(world, held)

    with pytest.raises(OutdatedVersion):
        approving.approve_minutes(minutes, version=read, by=world.secretary, at=NOON)

    changed = approving.changed_since_read(minutes, version=read, at=NOON)
    assert [(one.typed, one.standing) for one in changed] == [("", "Công đoàn")]
    assert the_minutes(held).is_submitted
    approving.approve_minutes(minutes, version=minutes.version, by=world.secretary, at=NOON)
    assert Submission.objects.count() == 1  # what was not approved is forgotten


def test_what_was_taken_back_is_not_approved(world, held):
    read = submitted(world, held).version
    writing.take_back(the_minutes(held), by=world.clerk, at=NOON)

    with pytest.raises(MoveNotAllowed):
        approving.approve_minutes(the_minutes(held), version=read, by=world.secretary, at=NOON)

    assert the_minutes(held).is_drafted


def test_whoever_lays_them_before_the_chair_has_seen_what_a_colleague_wrote(world, held):
    seen = the_minutes(held)
    writing.note_presence(held, version=1, present="Công đoàn", absent="", by=world.clerk, at=NOON)

    with pytest.raises(OutdatedVersion):
        approving.submit_minutes(seen, version=1, by=world.secretary, at=NOON)

    assert the_minutes(held).is_drafted


def test_damaged_minutes_are_neither_shown_nor_printed(client, world, held):
    approved(world, held)
    submission = Submission.objects.get()
    submission.snapshot["document"]["body"][0]["text"] = "Giả mạo."
    submission.save()
    client.force_login(world.clerk)

    page = client.get(reverse("reports:minutes_detail", args=[held.pk]))
    word = client.get(reverse("reports:minutes_docx", args=[held.pk]))

    assert (page.status_code, word.status_code) == (503, 503)
    assert "Giả mạo" not in page.text + word.text
    assert Alarm.objects.get(code="inbox_damaged").cleared_at is None
    assert [damage.code for damage in verify_inbox()] == ["minutes"]


def test_damaged_minutes_that_lie_before_the_chair_are_not_approved(client, world, held):
    version = submitted(world, held).version
    Submission.objects.update(snapshot={"document": {}, "facts": {}})
    client.force_login(world.secretary)

    refused = client.post(
        reverse("reports:minutes_approve", args=[held.pk, 0]), {"version": version}
    )

    assert refused.status_code == 503
    assert the_minutes(held).is_submitted


# --- what keeps them from the chair ---------------------------------------------------


def test_with_a_text_that_nobody_has_cleared_they_are_not_laid_before_the_chair(world, held):
    held.questions.filter(state="answered_live").update(edited_ok=False)

    with pytest.raises(approving.MinutesNotReady) as refused:
        submitted(world, held)

    assert "còn 1 nội dung chưa biên tập" in refused.value.why.note
    assert not Submission.objects.exists()


def test_a_sign_that_cannot_be_printed_is_found_before_the_chair_reads(world, held):
    writing.note_presence(held, version=1, present="Hoa 🌷", absent="", by=world.clerk, at=NOON)

    with pytest.raises(approving.MinutesNotReady) as refused:
        submitted(world, held)

    assert [one.sign for one in refused.value.why.signs] == ["🌷"]


def test_while_a_question_is_on_the_floor_they_stay_with_the_office(world):
    called(world)
    world.conference.refresh_from_db()
    world.conference.questions.update(edited_ok=True)

    with pytest.raises(approving.MinutesNotReady) as refused:
        submitted(world, world.conference, at=begun(world))

    assert refused.value.why.is_running


def test_a_sign_in_an_addendum_is_found_as_well(world, held):
    approved(world, held)
    writing.write_addendum(held, text="Hoa 🌷", reason="Thiếu", by=world.clerk, at=NOON)

    with pytest.raises(approving.MinutesNotReady) as refused:
        submitted(world, held, 1)

    assert [one.sign for one in refused.value.why.signs] == ["🌷"]


# --- what they tell -------------------------------------------------------------------


def test_until_they_are_approved_they_say_that_they_are_a_draft(world, held):
    assert "Dự thảo lần 1" in lines(held)
    submitted(world, held)
    assert "Dự thảo lần 1" in lines(held)
    writing.take_back(the_minutes(held), by=world.clerk, at=NOON)
    assert "Dự thảo lần 2" in lines(held)

    approved(world, held)

    assert not any("Dự thảo" in line for line in lines(held))


def test_they_tell_who_was_there_and_what_was_said_to_a_turn(world):
    first, second, _ = three(world)
    at = begun(world)
    turn = called(world, first)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    later = called(world, second)
    desk.save_gist(later, version=1, text="Hứa trả lời trong tuần.", answered_by="Lê Quốc Cường")
    desk.answer_later(later, version=2, unit="Văn phòng", due_on=day(40), **keyed(world))
    conference = world.conference
    by = {"by": world.clerk, "at": at}
    writing.note_presence(
        conference,
        version=1,
        present="- Công đoàn\n- Đoàn Thanh niên",
        absent="Hội Cựu chiến binh",
        **by,
    )
    writing.note_turn(
        turn, version=0, text="Đại biểu đề nghị làm sớm.", answered_by="Chủ trì", **by
    )
    conference.refresh_from_db()

    told = lines(conference, at=at)

    place = next(n for n, line in enumerate(told) if line.endswith("Chủ trì trả lời."))
    assert told[place + 1] == "Đại biểu đề nghị làm sớm."
    place = next(n for n, line in enumerate(told) if line.endswith("sẽ trả lời bằng văn bản."))
    assert told[place + 1] == "Hứa trả lời trong tuần."
    assert told[told.index("Có mặt:") + 1 :][:2] == ["Công đoàn", "Đoàn Thanh niên"]
    assert "Vắng mặt: Hội Cựu chiến binh" in told
    assert sum("Sẽ sửa trong quý III." in line for line in told) == 1  # with its question


def test_a_question_that_was_merged_after_its_turn_is_found_under_the_other_one(world):
    first, second, _ = three(world)
    later = called(world, first)
    desk.answer_later(later, version=1, unit="Văn phòng", due_on=day(40), **keyed(world))
    merge_questions(first, into=second, by=world.clerk, at=begun(world))
    first.refresh_from_db()
    second.refresh_from_db()
    world.conference.refresh_from_db()

    told = lines(world.conference, at=begun(world))

    said_of_it = next(line for line in told if f"{first.code} (" in line)
    assert said_of_it.endswith(f"sẽ trả lời bằng văn bản, cùng với {second.code}.")
    assert any(line.endswith(f". {second.code}") for line in told)


@pytest.mark.parametrize("paper", [approving.minutes_paper, conclusion_document])
def test_two_conferences_of_one_period_have_papers_that_are_told_apart(world, held, paper):
    others = world.host.conferences.exclude(pk=held.pk)
    others.update(kind="extraordinary")
    alone = paper(held, at=NOON)["abstract"]
    others.update(kind=held.kind)

    assert paper(held, at=NOON)["abstract"] == f"{alone}, ngày\u00a0{short_date(held.held_on)}"


def test_a_written_answer_given_later_does_not_change_who_answered_in_the_hall(world):
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    question = turn.question
    at = begun(world)
    answers.complete_in_writing(question, reason="Thêm", due_on=day(40), by=world.clerk, at=at)
    draft = answers.draft_answer(
        question, text="Đã sửa.", answered_by="Phòng Quản trị", version=0, by=world.leader, at=at
    )
    answers.publish_answer(draft, by=world.secretary, at=at)
    world.conference.refresh_from_db()

    told = lines(world.conference, at=at)

    assert any(line.endswith("Lê Quốc Cường trả lời.") for line in told)
    assert not any(line.endswith("Phòng Quản trị trả lời.") for line in told)


def test_sixty_turns_with_long_texts_are_one_paper_and_a_fixed_number_of_queries(
    client, world, django_assert_max_num_queries
):
    long = "Nội dung trao đổi rất dài, cần ghi đủ trong biên bản. " * 40
    at = begun(world)
    for n in range(60):
        question = a_question(world, f"Câu hỏi thứ {n}?", theme=n % 5)
        turn = called(world, question)
        desk.answer_turn(turn, **said(turn, text=f"{long}({n})"), **keyed(world))
        if n % 3 == 0:
            writing.note_turn(
                turn, version=0, text=f"{long}[{n}]", answered_by="", by=world.clerk, at=at
            )
    world.conference.questions.update(edited_ok=True)
    world.conference.refresh_from_db()
    client.force_login(world.clerk)
    page = reverse("reports:minutes_detail", args=[world.conference.pk])
    with django_assert_max_num_queries(MENU + 35):
        assert client.get(page).text.count("/minutes/") > 60  # each turn has its link
    approved(world, world.conference, at=at)

    told = lines(world.conference, at=at)

    assert sum(line.endswith("trả lời.") for line in told) == 60
    assert all(any(line.endswith(f"({n})") for line in told) for n in range(60))
    with django_assert_max_num_queries(MENU + 35):
        assert client.get(page).status_code == 200


# --- told otherwise -------------------------------------------------------------------


def otherwise(conference, *, at=NOON):
    now = approving.drawn_now(conference, at=at)
    with override("en"):
        found = approving.told_otherwise(minutes_of(conference), now)
    return {one.label: (one.typed, one.standing) for one in found}


def test_what_goes_on_after_the_conference_is_told_as_no_difference(world, held):
    approved(world, held)
    question = held.questions.get(state="assigned")
    draft = answers.draft_answer(
        question, text="Đã có nhà.", answered_by="Văn phòng", version=0, by=world.clerk, at=NOON
    )
    answers.publish_answer(draft, by=world.secretary, at=NOON)
    commitments.settle_commitment(
        held.commitments.get(), result="Xong", evidence="Số 1", by=world.clerk, at=NOON
    )

    live = held.questions.get(state="answered_live")
    answers.complete_in_writing(live, reason="Thêm", due_on=day(9), by=world.clerk, at=NOON)

    assert otherwise(held, at=moment(30)) == {}


def test_what_was_recorded_otherwise_is_told_until_an_addendum_knows_it(world, held):
    approved(world, held)
    question = held.questions.get(state="answered_live")
    answers.correct_answer(
        question, text="Sáng thứ Ba.", answered_by="Lê Quốc Cường", by=world.clerk, at=NOON
    )
    held.refresh_from_db()
    held.conclusion = "Kết luận khác."
    held.save()

    assert otherwise(held) == {
        "Conclusion of the chair": ("Các đơn vị trả lời đúng hạn.", "Kết luận khác."),
        f"Answer to {question.code}": (
            "Cố định sáng thứ Hai.\n(Lê Quốc Cường)", "Sáng thứ Ba.\n(Lê Quốc Cường)",
        ),
    }  # fmt: skip
    writing.write_addendum(held, text="Sửa kết luận.", reason="Ghi nhầm", by=world.clerk, at=NOON)
    approved(world, held, 1)
    assert otherwise(held) == {}


# --- addenda --------------------------------------------------------------------------


def with_addenda(world, held):
    """Return the approved minutes before they had addenda, with two of them now."""
    approved(world, held)
    before = lines(held)
    for number, text in enumerate(("Bổ sung tên đại biểu.\n- Một\n- Hai", "Sửa ngày."), 1):
        writing.write_addendum(held, text=text, reason="Ghi thiếu", by=world.clerk, at=NOON)
        approved(world, held, number, at=moment(number))
    return before


def test_addenda_follow_the_minutes_with_number_day_and_who_approved(world, held):
    before = with_addenda(world, held)

    told = lines(held)

    assert told[: len(before)] == before
    first, second = told.index("Bổ sung số 1"), told.index("Bổ sung số 2")
    assert [line for line in told[first:second] if line in ("Một", "Hai")] == ["Một", "Hai"]
    assert "Sửa ngày." in told[second:]
    for part, on in ((told[first:second], 1), (told[second:], 2)):
        assert "Lý do bổ sung: Ghi thiếu" in part
        by = "Đồng chí Nguyễn Thị Ánh, Bí thư Đảng ủy"
        assert f"{by} duyệt bổ sung này {in_words(day(on))}." in part
        assert [line for line in part if line in ("NGƯỜI GHI BIÊN BẢN", "CHỦ TRÌ HỘI NGHỊ")] == [
            "NGƯỜI GHI BIÊN BẢN",
            "CHỦ TRÌ HỘI NGHỊ",
        ]


def test_the_chair_who_read_a_discarded_addendum_does_not_approve_the_next_one(world, held):
    approved(world, held)
    by = {"by": world.clerk, "at": NOON}
    first = writing.write_addendum(held, text="Bổ sung tên đại biểu.", reason="Thiếu", **by)
    read = submitted(world, held, 1).version
    first.refresh_from_db()
    writing.take_back(first, **by)
    writing.discard_addendum(first, version=first.version)
    writing.write_addendum(held, text="Bỏ cam kết thứ hai.", reason="Thiếu", **by)
    second = submitted(world, held, 1)

    with pytest.raises(OutdatedVersion):
        approving.approve_minutes(second, version=read, by=world.secretary, at=NOON)


def test_an_addendum_that_is_not_approved_is_on_no_paper(world, held):
    approved(world, held)
    before = lines(held)
    writing.write_addendum(held, text="Chưa duyệt.", reason="Thiếu", by=world.clerk, at=NOON)
    submitted(world, held, 1)

    assert lines(held) == before


@pytest.mark.parametrize("rename", [True, False])
def test_who_approved_stays_who_it_was(world, held, rename):
    with_addenda(world, held)
    before = lines(held)
    if rename:
        type(world.secretary).objects.filter(pk=world.secretary.pk).update(full_name="Tên Mới")

    assert lines(held) == before


def test_the_pdf_has_the_addenda_and_is_one_for_archives_and_for_everybody(world, held, tmp_path):
    with_addenda(world, held)
    path = tmp_path / "minutes.pdf"

    write_pdf_in_child(approving.minutes_paper(held, at=NOON), path)

    printed = text_of_pdf(path)
    assert "Bổ sung số 2" in printed
    assert printed.count("CHỦ TRÌ HỘI NGHỊ") == 3
    assert_archival(path.read_bytes())


# --- nobody is named ------------------------------------------------------------------


def test_the_frozen_minutes_name_nobody_who_asked(world):
    names = [from_the_floor(world, name="Phùng Thị Riêng", unit="Tổ Bảo vệ"), a_question(world)]
    desk.answer_turn(running(world), **said(running(world)), **keyed(world))
    turn = called(world, names[1])
    desk.answer_turn(turn, **said(turn), **keyed(world))
    world.conference.questions.update(edited_ok=True)
    world.conference.refresh_from_db()
    at = begun(world)

    approved(world, world.conference, at=at)

    kept = json.dumps(Submission.objects.get().snapshot, ensure_ascii=False)
    assert "trả lời." in kept
    for name in ("Phùng Thị Riêng", "Tổ Bảo vệ", "Đỗ Minh Đức"):
        assert name not in kept
