"""J-15: a text is taken out by two people of two bodies, and is then nowhere but in the list."""

import datetime as dt
import json
import subprocess

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from dialogue_portal import audit, files
from dialogue_portal.clock import database_now
from dialogue_portal.models import AuditEntry, Draft
from dialogue_portal.search import searchable
from reports.domain import drafting, issuing, purging, rendering, writing
from reports.domain.consolidating import consolidate
from reports.domain.inbox import verify_inbox
from reports.domain.redacting import MARK
from reports.domain.remaining import what_remains
from reports.duties.lists import duties_in
from reports.duties.look import Look
from reports.models import Purge, Redaction, Rendering
from sessions.models import Question, Rating
from tests.reports.story import hold_a_dialogue
from tests.walls.scene import a_file_of, a_signed_copy, give_file
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db

SECRET = "Kho ZZBIMAT ở chân núi Voi chứa bao nhiêu tấn?"
TEXT = f"Kính thưa đồng chí bí thư,\n{SECRET}\nBao giờ chuyển đi?"
ASKED = {"why": "secret", "reason": "Có nội dung nghi thuộc danh mục mật."}
NEEDLE = "ZZBIMAT"


@pytest.fixture
def question(world):
    """A spill: typed by an asker, answered, quoted in a report, consolidated, copied to files."""
    _, asked = hold_a_dialogue(world)
    question = asked["answered_written"]
    Question.objects.filter(pk=question.pk).update(
        original_text=TEXT, display_text=SECRET, folded=searchable(SECRET)
    )
    question.refresh_from_db()
    a_file_of(question)
    question.answers.update(text=f"Về việc {SECRET} đã có phương án.")
    question.commitments.create(
        committee=world.host, conference=question.conference, number=9, lead_unit="Văn phòng",
        text=f"Trả lời tiếp: {SECRET}", due_on=NOON.date(),
    )  # fmt: skip
    question.clarifications.create(
        text="Kho nào?", asked_by=world.clerk, asked_on=NOON.date(), reply=SECRET
    )
    question.moves.create(to_state="answered", at=NOON, reason=SECRET)
    Rating.objects.create(question=question, value="not", why=f"Chưa nói {SECRET}")
    report = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.write_narrative(
        report, key="lead", text=f"Có ý kiến hỏi: {SECRET}", version=0, by=world.clerk, at=NOON
    )
    return question


@pytest.fixture
def issued(world, question):
    report = issuing.issue_report(world.obligation.reports.get(), by=world.secretary, at=NOON)
    a_signed_copy(report, world, at=NOON)
    consolidate(world.board, world.period, by=world.head, at=NOON)
    give_file(report.rendering, "bao-cao.pdf")
    Draft.objects.create(
        owner=world.clerk, form="narrative", thing="x", body=json.dumps({"text": SECRET})
    )
    assert NEEDLE in json.dumps(report.snapshot, ensure_ascii=False)
    return report


def ask(world, question, *, at=NOON):
    return purging.ask(question, **ASKED, by=world.secretary, at=at)


def where_it_is():
    """Return every table and column in which the needle stands, whatever its kind."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    (table, name)
                    for name, value in zip(names, row, strict=True)
                    if NEEDLE in str(value) or NEEDLE.lower() in str(value).lower()
                }
    return found


def files_there():
    return {path.name for path in settings.FILES_DIR.rglob("*") if path.is_file()}


def test_the_canary_is_gone_from_every_table_and_file(
    world, question, issued, django_capture_on_commit_callbacks
):
    before, kept = where_it_is(), files_there()
    assert len({table for table, _ in before}) >= 9
    old = Rendering.objects.get(report=issued).file
    counts, state = issued.snapshot["figures"]["counts"], question.state

    with django_capture_on_commit_callbacks(execute=True):
        purging.agree(ask(world, question), by=world.officer, at=moment(0, 1))

    assert where_it_is() == set()
    gone = kept - files_there()
    assert old.rpartition("/")[2] in gone
    issued.refresh_from_db()
    question.refresh_from_db()
    assert issued.snapshot["figures"]["counts"] == counts
    assert (question.original_text, question.state) == (MARK, state)
    assert not question.attachments.exists()
    assert not issued.signed_copies.exists()
    assert not Draft.objects.filter(body__contains=NEEDLE).exists()
    # The chains hold, and say who has agreed.
    audit.verify()
    assert verify_inbox() == []
    entry = AuditEntry.objects.get(act="purged")
    assert entry.actor_id == world.officer.pk
    assert NEEDLE not in json.dumps(entry.facts)


def test_the_pdf_is_made_anew_without_it_and_who_checks_it_is_told(
    client, world, question, issued, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        purging.agree(ask(world, question), by=world.head, at=moment(0, 1))

    made = rendering.render(issued.rendering.pk)

    assert made.state == "done"
    text = subprocess.run(
        ["pdftotext", files.path_of(made.file), "-"], capture_output=True, check=True, text=True
    ).stdout
    assert NEEDLE not in text
    assert "đã được gỡ" in " ".join(text.split())
    page = client.get(reverse("reports:verify_document", args=[issued.verification_code]))
    assert "đã được gỡ khỏi văn bản này" in page.content.decode()
    found = duties_in(Look(at=moment(0, 2), person=world.clerk))
    assert [one.url for one in found if one.kind == "purged_reports"] == [
        reverse("reports:report_detail", args=[issued.pk])
    ]


def test_what_others_wrote_with_the_same_salutation_stays(world, question):
    other = world.conference.questions.create(
        committee=world.host, theme=world.themes[0], received_at=NOON,
        original_text="Kính thưa đồng chí bí thư,\nBao giờ sửa đèn sân sau?",
    )  # fmt: skip
    twin = world.conference.questions.create(
        committee=world.host, theme=world.themes[0], received_at=NOON, original_text=SECRET
    )
    purge = ask(world, question)

    purging.agree(purge, by=world.head, at=NOON)

    other.refresh_from_db()
    twin.refresh_from_db()
    assert "Bao giờ sửa đèn" in other.original_text
    assert other.original_text.startswith("Kính thưa")
    assert twin.original_text == SECRET
    assert purge.removed["alike"] == [(str(twin.pk), "")]


def test_names_and_titles_stay_whoever_repeats_them(world, question, issued):
    title = question.conference.title
    Question.objects.filter(pk=question.pk).update(original_text=f"{TEXT}\n{title}")
    question.refresh_from_db()
    assert title in json.dumps(issued.snapshot, ensure_ascii=False)

    purging.agree(ask(world, question), by=world.head, at=NOON)

    issued.refresh_from_db()
    question.conference.refresh_from_db()
    assert question.conference.title == title
    assert title in json.dumps(issued.snapshot, ensure_ascii=False)


def test_what_is_still_open_is_returned_and_counted_so(world, question):
    waiting = world.conference.questions.create(
        committee=world.host, theme=world.themes[0], received_at=NOON, original_text=SECRET
    )

    purging.agree(ask(world, waiting), by=world.head, at=NOON)

    waiting.refresh_from_db()
    assert (waiting.state, waiting.return_code) == ("declined", "secret")


def test_what_an_older_backup_brings_back_is_taken_out_again(
    world, question, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.DATA_DIR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        purging.agree(ask(world, question), by=world.head, at=NOON)
    Purge.objects.all().delete()
    Question.objects.filter(pk=question.pk).update(original_text=TEXT)
    assert NEEDLE not in (tmp_path / purging.LOG).read_text()

    assert purging.repeat(at=moment(1)) == 1

    question.refresh_from_db()
    assert question.original_text == MARK
    assert Purge.objects.get().decided_by == world.head
    assert purging.repeat(at=moment(1)) == 0


# --- two people of two bodies -----------------------------------------------------------


def test_the_other_body_reads_neither_the_text_nor_the_name(client, world, question):
    purge = ask(world, question)
    client.force_login(world.officer)

    page = client.get(reverse("reports:purge_detail", args=[purge.pk])).content.decode()

    assert ASKED["reason"] in page
    assert NEEDLE not in page
    assert world.staff.full_name not in page
    found = duties_in(Look(at=NOON, person=world.officer))
    assert [one.kind for one in found if one.kind == "purges"] == ["purges"]


def test_nobody_agrees_alone_and_nobody_of_elsewhere_sees_it(client, world, question):
    purge = ask(world, question)
    url = reverse("reports:purge_decide", args=[purge.pk])
    for who, status in (
        ("secretary", 403),
        ("clerk", 403),
        ("staff", 404),
        ("other_secretary", 404),
    ):
        client.force_login(world.people[who])
        assert client.post(url, {"decision": "agree"}).status_code == status, who
    with pytest.raises(IntegrityError), transaction.atomic():
        purging.agree(purge, by=world.secretary, at=NOON)

    question.refresh_from_db()
    assert question.original_text == TEXT


def test_it_is_decided_once_and_lapses(client, world, question):
    purge = ask(world, question)
    with pytest.raises(purging.AlreadyAsked):
        ask(world, question)
    again = Purge.objects.get(pk=purge.pk)
    purging.refuse(purge, refusal="Chưa rõ.", by=world.head, at=NOON)
    with pytest.raises(purging.NotWaiting):
        purging.agree(again, by=world.officer, at=NOON)
    late = ask(world, question)

    with pytest.raises(purging.NotWaiting):
        purging.agree(late, by=world.officer, at=NOON + dt.timedelta(hours=72))

    question.refresh_from_db()
    assert question.original_text == TEXT
    assert ask(world, question, at=moment(4)).state == "asked"


def test_a_reason_that_repeats_the_text_is_refused_and_kept(client, world, question):
    client.force_login(world.secretary)
    typed = {"why": "secret", "reason": "Vì có nói đến chân núi Voi trong đó."}

    answer = client.post(reverse("reports:question_purge", args=[question.pk]), typed)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert typed["reason"] in page
    assert not Purge.objects.exists()


def test_no_snapshot_is_redacted_without_an_order_on_record(world, question, issued):
    purge = ask(world, question)
    Redaction.objects.create(purge=purge, report=issued, sha256="0" * 64, at=NOON)

    assert [one.code for one in verify_inbox()] == ["unordered"]


def test_the_list_names_what_still_holds_it(world, question, issued):
    audit.record("backed_up", subject="portal-20260601-010000Z")
    now = database_now()
    purge = ask(world, question, at=now)
    purging.agree(purge, by=world.head, at=now)

    whats = [one.what for one in what_remains(purge)]

    assert any("portal-20260601-010000Z" in what for what in whats)
    assert any("bản in" in what.lower() for what in whats)
