"""Files of answers and commitments: who brings them, who may have them, what is left on the disk."""

import io

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from foundation import drafts, files
from foundation.cleaning import clean_in_child
from jobs.domain.scrubbing import remove_what_nobody_names
from sessions.askers.retention import apply_retention
from sessions.domain import answers, attachments, commitments, questions, triage
from sessions.models import Answer, Attachment, Question
from tests.reports.signers import Authority, sign
from tests.sessions.anonymously import CODE, ask_with, post
from tests.sessions.test_attachments import docx, jpeg, png, told
from tests.sessions.test_retention import at as nights_after
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def upload(content, name="Nguyen Van A.png"):
    return SimpleUploadedFile(name, content)


def place_on_disk(attachment):
    return files.path_of(attachments.place_of(attachment))


# --- answers --------------------------------------------------------------------------


@pytest.fixture
def question(world):
    asked = questions.submit_question(
        world.conference, text="Bao giờ sửa nhà xe?", theme=world.themes[2], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    triage.assign_question(asked, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    return asked


def write(person, question, *, button="save", **fields):
    answer = answers.answer_in_work(question)
    return signed_in(person).post(
        reverse("sessions:answer_write", args=[question.pk]),
        {
            "text": "Đã giao Phòng Hành chính, dự toán kèm theo.",
            "answered_by": "Lê Quốc Cường",
            "version": answer.version if answer else 0,
            button: "",
            **fields,
        },
    )


def may(world, attachment):
    url = reverse("sessions:attachment_file", args=[attachment.pk])
    found = {name: signed_in(person).get(url).status_code for name, person in world.people.items()}
    assert set(found.values()) <= {200, 404}
    assert Client().get(url).status_code == 302
    return {name for name, status in found.items() if status == 200}


OFFICE = {"secretary", "clerk", "leader"}


def test_a_file_of_an_answer_is_cleaned_and_lies_with_the_draft(world, question):
    assert write(world.leader, question, files=[upload(jpeg()), upload(docx())]).status_code == 302
    one, two = Answer.objects.get().attachments.all()
    assert (one.name, two.name) == ("tra-loi-1.jpg", "tra-loi-2.docx")
    assert not told(attachments.content_of(one))
    assert not told(attachments.content_of(two))
    page = signed_in(world.leader).get(reverse("sessions:answer_write", args=[question.pk]))
    assert "tra-loi-1.jpg" in page.content.decode()


LOST = "chữ ký số của tệp đã bị bỏ khi làm sạch"


def signed_pdf():
    blank, written = pikepdf.new(), io.BytesIO()
    blank.add_blank_page()
    blank.save(written)
    return sign(written.getvalue(), Authority().signer("Lê Quốc Cường"))


def test_a_lost_signature_is_told_before_and_beside_the_file(world, question):
    """Of an answer's file and of a question's, in the form that adds it and wherever it is shown."""
    page = reverse("sessions:answer_write", args=[question.pk])
    assert "Chữ ký số trong tệp PDF cũng mất theo." in signed_in(world.leader).get(page).text
    attachments.exchange(question, add=[clean_in_child(signed_pdf())], at=NOON)
    write(world.leader, question, files=[upload(signed_pdf()), upload(png())])
    answer = Answer.objects.get()

    assert [one.lost_signature for one in question.attachments.all()] == [True]
    assert [one.lost_signature for one in answer.attachments.all()] == [True, False]
    writing = signed_in(world.leader).get(page).text
    assert writing.count(LOST) == 2
    write(world.leader, question, button="submit")
    answers.publish_answer(answer, by=world.secretary, at=NOON)
    mine = reverse("sessions:question_detail", args=[question.pk])
    assert signed_in(world.staff).get(mine).text.count(LOST) == 2
    corrected = answers.correct_answer(
        question, text="Sửa.", answered_by="Văn phòng", by=world.secretary, at=NOON
    )
    assert [one.lost_signature for one in corrected.attachments.all()] == [True, False]


def test_until_it_is_published_the_file_is_for_those_who_handle_the_question(world, question):
    write(world.leader, question, files=[upload(png())])
    attachment = Attachment.objects.get()
    assert may(world, attachment) == OFFICE

    write(world.leader, question, button="submit")
    assert may(world, attachment) == OFFICE

    answers.publish_answer(Answer.objects.get(), by=world.secretary, at=NOON)
    assert may(world, attachment) == OFFICE | {"staff"}

    Question.objects.update(edited_ok=True)  # now every member reads question and answer
    assert may(world, attachment) == OFFICE | {"other_leader", "staff", "colleague"}


def test_whoever_asked_the_same_may_have_the_file_too(world, question):
    other = questions.submit_question(
        world.conference, text="Nhà xe dột.", theme=world.themes[2], kind="opinion",
        level="confidential", by=world.colleague, at=NOON,
    )  # fmt: skip
    triage.merge_questions(other, into=question, by=world.clerk, at=NOON)
    write(world.secretary, question, button="publish", files=[upload(png())])
    attachment = Attachment.objects.get()

    assert may(world, attachment) == OFFICE | {"staff", "colleague"}
    page = signed_in(world.colleague).get(reverse("sessions:question_detail", args=[other.pk]))
    assert reverse("sessions:attachment_file", args=[attachment.pk]) in page.content.decode()


def test_the_asker_finds_the_file_below_the_answer(world, question):
    write(world.secretary, question, button="publish", files=[upload(png())])
    link = reverse("sessions:attachment_file", args=[Attachment.objects.get().pk])
    asker = signed_in(world.staff)
    assert (
        link in asker.get(reverse("sessions:question_detail", args=[question.pk])).content.decode()
    )
    Question.objects.update(edited_ok=True)
    assert link in asker.get(reverse("sessions:answered_questions")).content.decode()
    assert asker.get(link).headers["Content-Disposition"] == 'attachment; filename="tra-loi-1.png"'


def test_a_correction_keeps_the_files_but_those_taken_away(world, question):
    write(world.secretary, question, button="publish", files=[upload(png()), upload(jpeg())])
    first = Attachment.objects.get(number=1)
    answer = signed_in(world.secretary).post(
        reverse("sessions:answer_correct", args=[question.pk]),
        {
            "text": "Bản sửa.",
            "answered_by": "Văn phòng",
            "number": 1,
            "reason": "Thiếu phụ lục.",
            "drop": [first.pk],
            "files": [upload(docx())],
        },
    )
    assert answer.status_code == 302
    old, new = Answer.objects.all()
    assert [(one.number, one.kind) for one in old.attachments.all()] == [(1, "png"), (2, "jpg")]
    assert [(one.number, one.kind) for one in new.attachments.all()] == [(1, "docx"), (2, "jpg")]
    assert may(world, new.attachments.get(number=2)) == OFFICE | {"staff"}
    assert may(world, first) == OFFICE  # of the version that no longer holds


@pytest.mark.django_db(transaction=True)
def test_a_draft_that_is_overtaken_takes_its_files_along(world, question):
    write(world.leader, question, files=[upload(png())])
    path = place_on_disk(Attachment.objects.get())
    assert path.exists()

    answers.record_live_answer(
        question, text="Trả lời tại chỗ.", answered_by="Bí thư", by=world.clerk, at=moment(10, 1)
    )

    assert not Attachment.objects.exists()
    assert not path.exists()


@pytest.mark.django_db(transaction=True)
def test_a_file_stays_when_taking_it_away_comes_to_nothing(world, question):
    write(world.leader, question, files=[upload(png())])
    attachment = Attachment.objects.get()

    with transaction.atomic():
        attachments.remove([attachment])
        transaction.set_rollback(True)

    assert Attachment.objects.count() == 1
    assert attachments.content_of(attachment)


def test_the_loser_of_two_writers_chooses_the_files_again(world, question):
    write(world.leader, question)
    answer = write(world.clerk, question, version=0, text="Bản khác.", files=[upload(png())])
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "conflict-heading" in page
    assert "Bản khác." in page
    assert "Hãy chọn lại tệp" in page
    assert not Attachment.objects.exists()


def test_a_bad_file_keeps_the_answer_as_it_was_typed(world, question):
    answer = write(world.leader, question, files=[upload(b"GIF89a" + bytes(40))])
    assert answer.status_code == 422
    assert "Đã giao Phòng Hành chính, dự toán kèm theo." in answer.content.decode()
    assert "GIF" in answer.content.decode()
    assert not Answer.objects.exists()


# --- with a receipt, without a sign-in ----------------------------------------------------


@pytest.fixture
def answered(world):
    """An anonymous question that was answered in writing, with a file."""
    asked = ask_with(world, CODE[:26], state="received")
    triage.assign_question(asked, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    write(world.secretary, asked, button="publish", files=[upload(png())])
    return asked


def test_the_holder_of_the_receipt_gets_the_file_of_the_answer(answered, stranger):
    attachment = Attachment.objects.get()
    page = post(stranger, "/receipt/", {"code": CODE}).content.decode()
    assert f'name="file" value="{attachment.pk}"' in page
    assert "/attachments/" not in page

    file = post(stranger, "/receipt/", {"code": CODE, "file": str(attachment.pk)})

    assert file.status_code == 200
    assert file.content == attachments.content_of(attachment)
    assert file.headers["Content-Disposition"] == 'attachment; filename="tra-loi-1.png"'
    assert file.headers["Referrer-Policy"] == "no-referrer"
    assert not file.cookies


def test_a_receipt_opens_the_files_of_its_own_answer_alone(world, answered, stranger):
    other = questions.submit_question(
        world.conference, text="Việc khác.", theme=world.themes[2], kind="opinion",
        level="confidential", by=world.staff, at=NOON, files=[("png", png())],
    )  # fmt: skip
    triage.assign_question(other, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    write(world.leader, other, files=[upload(png())])
    mine = answered.answers.get().attachments.get()
    for foreign in Attachment.objects.exclude(pk=mine.pk):
        assert (
            post(stranger, "/receipt/", {"code": CODE, "file": str(foreign.pk)}).status_code == 404
        )
    assert post(stranger, "/receipt/", {"code": CODE, "file": "x'--"}).status_code == 404
    wrong = post(stranger, "/receipt/", {"code": "0" * 28, "file": str(mine.pk)})
    assert wrong.status_code == 422
    Answer.objects.filter(pk=mine.answer_id).update(state="superseded")
    assert post(stranger, "/receipt/", {"code": CODE, "file": str(mine.pk)}).status_code == 404


# --- commitments ----------------------------------------------------------------------


@pytest.fixture
def promise(world):
    held = make_conference(
        world.host, world.secretary, title="Đối thoại tháng Năm",
        starts_at=moment(-5), ends_at=moment(-5, 3), state="held",
    )  # fmt: skip
    return commitments.make_commitment(
        held, text="Sửa nhà để xe", lead_unit="Phòng Hành chính", due_on=day(30),
        owner=world.leader, by=world.clerk, at=NOON,
    )  # fmt: skip


def act(person, name, promise, **fields):
    return signed_in(person).post(reverse(f"sessions:{name}", args=[promise.pk]), fields)


def test_a_commitment_is_made_and_changed_with_files(world, promise):
    sent = {"text": "Lắp camera", "lead_unit": "Phòng Hành chính", "due_on": "30/06/2026"}
    made = signed_in(world.clerk).post(
        reverse("sessions:commitment_create", args=[promise.conference_id]),
        sent | {"files": [upload(png()), upload(jpeg())], "save": "1"},
    )
    assert made.status_code == 302
    commitment = promise.conference.commitments.get(text="Lắp camera")
    assert [one.name for one in commitment.attachments.all()] == ["cam-ket-1.png", "cam-ket-2.jpg"]

    change = sent | {"version": 1, "drop": [commitment.attachments.get(number=1).pk]}
    assert act(world.clerk, "commitment_change", commitment, **change).status_code == 302
    assert [one.name for one in commitment.attachments.all()] == ["cam-ket-2.jpg"]
    assert not told(attachments.content_of(commitment.attachments.get()))


def test_progress_and_result_take_files_that_every_member_may_have(world, promise):
    progress = act(
        world.leader, "progress_add", promise, text="Đã xong móng.", files=[upload(png())]
    )
    assert progress.status_code == 302
    settled = act(
        world.clerk, "commitment_settle", promise,
        result="Đã bàn giao.", evidence="12-BB/VP", on="01/06/2026", files=[upload(docx())],
    )  # fmt: skip
    assert settled.status_code == 302
    page = (
        signed_in(world.staff)
        .get(reverse("sessions:commitment_detail", args=[promise.pk]))
        .content.decode()
    )
    for attachment in Attachment.objects.all():
        assert reverse("sessions:attachment_file", args=[attachment.pk]) in page
        assert may(world, attachment) == OFFICE | {"other_leader", "staff", "colleague"}
    assert {one.name for one in Attachment.objects.all()} == {"tien-do-1.png", "cam-ket-1.docx"}


def test_progress_sent_twice_keeps_its_file_once(world, promise):
    for _ in range(2):
        act(world.clerk, "progress_add", promise, text="Đã xong móng.", files=[upload(png())])
    assert promise.progress.count() == Attachment.objects.count() == 1


def test_a_form_sent_again_with_a_file_is_not_taken_for_the_first_one(world, promise):
    kept = {"kept_key": drafts.token_of(world.clerk, "commitment-act", "x"), "kept_once": "1"}
    first = act(world.clerk, "progress_add", promise, text="Đã xong móng.", **kept)
    again = act(world.clerk, "progress_add", promise, text="Đã xong móng.", **kept)
    other = act(
        world.clerk, "progress_add", promise, text="Đã xong móng.", files=[upload(png())], **kept
    )
    assert (first.status_code, again.status_code, other.status_code) == (302, 302, 409)
    assert promise.progress.count() == 1


def test_a_commitment_takes_twenty_files_and_not_one_more(world, promise):
    content = png()
    for _ in range(4):
        attachments.exchange(promise, add=[("png", content)] * 5, at=NOON)
    page = act(
        world.clerk, "commitment_settle", promise,
        result="Đã bàn giao.", evidence="12", on="01/06/2026", files=[upload(content)],
    )  # fmt: skip
    assert page.status_code == 422
    assert "Tối đa 20 tệp." in page.content.decode()
    assert "Đã bàn giao." in page.content.decode()


# --- kept as long as what they belong to ---------------------------------------------------


def test_scrubbing_and_retention_leave_the_files_of_answers_and_commitments(
    world, question, promise
):
    attachments.exchange(question, add=[("png", png())], at=NOON)
    write(world.leader, question, files=[upload(jpeg())])
    act(world.clerk, "progress_add", promise, text="Đã xong móng.", files=[upload(docx())])

    apply_retention(at=nights_after(1_651))
    remove_what_nobody_names()

    assert {one.owner_kind for one in Attachment.objects.all()} == {"answer", "progress"}
    assert all(attachments.content_of(one) for one in Attachment.objects.all())
