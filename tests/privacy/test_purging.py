"""J-15: a text is taken out by two people of two bodies, and is then nowhere but in the list."""

import datetime as dt
import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from board.domain.consolidating import consolidate
from committees.models import Committee
from duties.lists import duties_in
from duties.look import Look
from foundation import audit, files
from foundation.clock import database_now
from foundation.models import AuditEntry, Draft
from foundation.search import searchable
from jobs.domain import rendering
from jobs.models import Delivery, Rendering
from periods.domain import periods
from privacy.domain import purging
from privacy.domain.redacting import MARK
from privacy.domain.remaining import what_remains
from reports.domain import drafting, issuing, writing
from reports.domain.inbox import verify_inbox
from reports.models import Purge, Redaction
from sessions.askers import unsealing
from sessions.models import OpeningDecision, OpeningRequest, Question, Rating
from tests.faster import somebody_faster
from tests.openings import coded
from tests.reports.story import hold_a_dialogue
from tests.walls.scene import a_file_of, a_signed_copy, give_file
from tests.world import HANOI, NOON, make_conference, moment

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


def ask(world, question, *, at=NOON, **more):
    return purging.ask(question, **ASKED, **more, by=world.secretary, at=at)


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


def test_the_report_of_a_committee_that_was_asked_the_same_is_not_touched(world, question):
    """Whoever has a text taken out here would otherwise empty what others have signed."""
    theirs = make_conference(world.neighbour, world.other_secretary, chair_post="Bí thư")
    own = theirs.questions.create(
        committee=world.neighbour, theme=world.themes[0], received_at=NOON,
        original_text=SECRET, display_text=SECRET,
    )  # fmt: skip
    obligation = world.period.obligations.get(committee=world.neighbour)
    report = drafting.start_draft(obligation, by=world.other_secretary, at=NOON)
    said = f"Có ý kiến hỏi: {SECRET} Và: Về việc {SECRET} đã có phương án."
    writing.write_narrative(
        report, key="lead", text=said, version=0, by=world.other_secretary, at=NOON
    )

    purge = ask(world, question)
    purging.agree(purge, by=world.head, at=NOON)

    written = report.narratives.get(key="lead").text
    assert written.startswith(f"Có ý kiến hỏi: {SECRET}")
    assert "đã có phương án" not in written  # which was said here alone
    assert (None, 1) in [tuple(one) for one in purge.removed["alike"]]
    own.refresh_from_db()
    assert own.original_text == SECRET


def test_a_report_that_others_signed_is_not_made_anew_for_words_of_their_own(world, question):
    """It was asked there too, and their report tells of that question alone."""
    theirs = make_conference(world.neighbour, world.other_secretary, chair_post="Bí thư")
    theirs.questions.create(
        committee=world.neighbour, theme=world.themes[0], received_at=NOON, original_text=SECRET
    )
    report = drafting.start_draft(
        world.period.obligations.get(committee=world.neighbour), by=world.other_secretary, at=NOON
    )
    writing.explain_not_held(report, reason="Sáp nhập.", until=moment(30).date(), at=NOON)
    writing.write_narrative(
        report, key="lead", text=f"Có ý kiến hỏi: {SECRET}", version=0, by=world.other_secretary,
        at=NOON,
    )  # fmt: skip
    signed = issuing.issue_report(report, by=world.other_secretary, at=NOON)
    give_file(signed.rendering, "bao-cao.pdf")
    signed.rendering.refresh_from_db()
    made, snapshot = signed.rendering.file, signed.snapshot

    purging.agree(ask(world, question), by=world.head, at=NOON)

    signed.refresh_from_db()
    signed.rendering.refresh_from_db()
    assert NEEDLE in json.dumps(signed.snapshot, ensure_ascii=False)
    assert (signed.snapshot, signed.rendering.file) == (snapshot, made)
    assert not Redaction.objects.filter(report=signed).exists()


def test_progress_of_another_question_with_the_same_words_is_told_by_its_code(world, question):
    other = world.conference.questions.create(
        committee=world.host, theme=world.themes[0], received_at=NOON, original_text="Bao giờ?",
        number=7,
    )  # fmt: skip
    promise = other.commitments.create(
        committee=world.host, conference=world.conference, number=8, lead_unit="Văn phòng",
        text="Trả lời tiếp.", due_on=NOON.date(),
    )  # fmt: skip
    line = promise.progress.create(text=f"Đã hỏi: {SECRET}", by=world.clerk, at=NOON)
    purge = ask(world, question)

    purging.agree(purge, by=world.head, at=NOON)

    assert purge.removed["alike"] == [(str(other.pk), "HN1-C007")]
    line.refresh_from_db()
    assert line.text == f"Đã hỏi: {SECRET}"


def test_a_draft_is_looked_through_however_it_was_kept(world, question):
    for body in (f"Nháp: {SECRET}", "Nháp của người khác"):
        Draft.objects.create(owner=world.clerk, form="narrative", thing=body[:20], body=body)

    purging.agree(ask(world, question), by=world.head, at=NOON)

    assert Draft.objects.get().body == "Nháp của người khác"


def test_a_report_that_nobody_has_issued_loses_the_words_and_nothing_else_is_said(world, question):
    report = world.obligation.reports.get()
    report.not_held_reason = f"Hoãn, vì {SECRET}"
    report.save()

    purging.agree(ask(world, question), by=world.head, at=NOON)

    report.refresh_from_db()
    assert (report.not_held_reason, report.state) == (f"Hoãn, vì {MARK}", "draft")
    assert not Redaction.objects.exists()


def test_what_the_board_put_together_loses_the_words_too_and_is_made_anew(world):
    """A reason for not meeting stands in the consolidated report as it was written."""
    asked = world.conference.questions.create(
        committee=world.host, theme=world.themes[0], received_at=NOON, original_text=SECRET
    )
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.explain_not_held(
        draft, reason=f"Hoãn, vì có câu hỏi: {SECRET}", until=moment(30).date(), at=NOON
    )
    draft.refresh_from_db()
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    consolidated = consolidate(world.board, world.period, by=world.head, at=NOON)
    assert NEEDLE in json.dumps(consolidated.snapshot, ensure_ascii=False)

    purging.agree(ask(world, asked), by=world.head, at=moment(0, 1))

    consolidated.refresh_from_db()
    assert NEEDLE not in json.dumps(consolidated.snapshot, ensure_ascii=False)
    assert {one.consolidated or one.report for one in Redaction.objects.all()} == {
        consolidated,
        draft,
    }
    assert verify_inbox() == []
    for job in (draft.rendering, consolidated.rendering):
        job.refresh_from_db()
        assert (job.state, job.file) == ("queued", "")


def test_a_file_that_another_row_names_stays_on_the_disk(
    world, question, issued, django_capture_on_commit_callbacks
):
    issued.rendering.refresh_from_db()
    same = {"file": issued.rendering.file, "sha256": issued.rendering.sha256}
    Rendering.objects.create(kind="period_zip", created_at=NOON, next_at=NOON, **same)

    with django_capture_on_commit_callbacks(execute=True):
        purging.agree(ask(world, question), by=world.head, at=moment(0, 1))

    issued.rendering.refresh_from_db()
    assert issued.rendering.file == ""
    assert files.path_of(same["file"]).exists()


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


# --- the reasons that another body was given ---------------------------------------------

# Six words in a row are not taken in a reason; who wants to quote puts something in between.
ROUND_ABOUT = "Cần hỏi người viết: Kho (tức là) ZZBIMAT ở (gần) chân núi Voi."


@pytest.fixture
def asked_about(world, question):
    """The name was asked for, with a reason that tells what is in the question."""
    sealed = coded(
        world.conference.questions.create(
            committee=world.host, theme=world.themes[0], received_at=NOON, original_text=TEXT,
            level="confidential",
        )
    )  # fmt: skip
    request = unsealing.request_opening(
        sealed, reason=ROUND_ABOUT, by=world.secretary, at=moment(0)
    )
    unsealing.refuse(request, reason=f"Từ chối, vì {SECRET}", by=world.head, at=moment(0, 1))
    return sealed


def test_reasons_about_the_question_go_with_the_text_if_both_bodies_say_so(world, asked_about):
    before = OpeningRequest.objects.values().get(), OpeningDecision.objects.values().get()

    purging.agree(ask(world, asked_about), by=world.officer, at=moment(0, 2))

    assert OpeningRequest.objects.get().reason == ROUND_ABOUT  # nobody has said that it repeats
    assert OpeningDecision.objects.get().reason == MARK  # it has the very words

    again = ask(world, asked_about, with_reasons=True, at=moment(0, 3))
    purging.agree(again, by=world.officer, at=moment(0, 4))

    after = OpeningRequest.objects.values().get(), OpeningDecision.objects.values().get()
    assert after == tuple({**row, "reason": MARK} for row in before)
    with pytest.raises(purging.AlreadyAsked):
        ask(world, asked_about, with_reasons=True, at=moment(0, 5))


def test_the_office_asks_for_reasons_on_the_page_and_the_board_reads_so(client, world, asked_about):
    purging.agree(ask(world, asked_about), by=world.officer, at=moment(0, 2))
    page = reverse("privacy:question_purge", args=[asked_about.pk])
    client.force_login(world.secretary)
    assert "Chỉ còn lý do" in client.get(page).content.decode()
    assert client.post(page, ASKED).status_code == 422

    assert client.post(page, {**ASKED, "with_reasons": "on"}).status_code == 302

    client.force_login(world.officer)
    purge = Purge.objects.get(state="asked")
    detail = reverse("privacy:purge_detail", args=[purge.pk])
    assert "lý do ghi trong các đề nghị trước đây" in client.get(detail).content.decode()
    client.post(reverse("privacy:purge_decide", args=[purge.pk]), {"decision": "agree"})
    client.force_login(world.secretary)
    left = client.get(page).content.decode()
    assert "không còn gì để gỡ" in left
    assert 'name="why"' not in left


def test_reasons_that_an_older_backup_brings_back_are_taken_out_again(
    world, asked_about, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.DATA_DIR = tmp_path
    with django_capture_on_commit_callbacks(execute=True):
        purge = ask(world, asked_about, with_reasons=True, at=moment(0, 2))
        purging.agree(purge, by=world.head, at=moment(0, 3))
    Purge.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE dialogue_sessions_openingrequest DISABLE TRIGGER USER")
        cursor.execute("UPDATE dialogue_sessions_openingrequest SET reason = %s", [ROUND_ABOUT])
        cursor.execute("ALTER TABLE dialogue_sessions_openingrequest ENABLE TRIGGER USER")

    assert purging.repeat(at=moment(1)) == 1

    assert OpeningRequest.objects.get().reason == MARK
    assert purging.repeat(at=moment(1)) == 0


@pytest.mark.parametrize("model", [OpeningRequest, OpeningDecision])
def test_the_database_lets_a_reason_go_only_so(world, asked_about, model):
    """Not before both have agreed, not to other words, and nothing else of the row with it."""
    table, columns = model._meta.db_table, [one.column for one in model._meta.concrete_fields]

    def change(column, value):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET reason = %s, {column} = {value}", [MARK])

    with pytest.raises(IntegrityError, match="neither changed"):
        change("id", "id")
    purge = ask(world, asked_about, with_reasons=True, at=moment(0, 2))
    Purge.objects.filter(pk=purge.pk).update(
        state="done", decided_by=world.head, decided_at=moment(0, 3)
    )
    values = {
        "at": "at + interval '1 hour'", "lapses_at": "lapses_at + interval '1 hour'",
        "code": "'X'", "by_name": "'X'", "verdict": "'agreed'", "reason": "'Không có gì.'",
        "question_id": "'00000000-0000-0000-0000-000000000000'",
    }  # fmt: skip
    for column in columns:
        if column != "reason":
            with pytest.raises(IntegrityError, match="neither changed"):
                change(column, values.get(column, f"{column} + 1"))
    with (
        pytest.raises(IntegrityError, match="neither changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET reason = 'Không có gì.'")

    change("id", "id")
    assert model.objects.get().reason == MARK


# --- two people of two bodies -----------------------------------------------------------


def test_the_other_body_reads_neither_the_text_nor_the_name(client, world, question):
    purge = ask(world, question)
    client.force_login(world.officer)

    page = client.get(reverse("privacy:purge_detail", args=[purge.pk])).content.decode()

    assert ASKED["reason"] in page
    assert NEEDLE not in page
    assert world.staff.full_name not in page
    found = duties_in(Look(at=NOON, person=world.officer))
    assert [one.kind for one in found if one.kind == "purges"] == ["purges"]


def test_nobody_agrees_alone_and_nobody_of_elsewhere_sees_it(client, world, question):
    purge = ask(world, question)
    url = reverse("privacy:purge_decide", args=[purge.pk])
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


def test_whoever_agrees_with_a_reason_to_refuse_is_asked_again(client, world, question):
    purge = ask(world, question, at=database_now())
    client.force_login(world.officer)

    torn = client.post(
        reverse("privacy:purge_decide", args=[purge.pk]),
        {"decision": "agree", "refusal": "Chưa rõ vì sao phải gỡ."},
    )

    assert torn.status_code == 422
    assert "Chưa rõ vì sao phải gỡ." in torn.content.decode()
    question.refresh_from_db()
    assert question.original_text == TEXT


@pytest.mark.parametrize("who", ["secretary", "clerk"])  # one of them has asked
def test_nobody_of_the_office_agrees_from_the_other_body_later(client, world, question, who):
    purge, person, day = ask(world, question), getattr(world, who), dt.timedelta(days=1)
    Purge.objects.filter(pk=purge.pk).update(asked_at=NOON - 3 * day)
    person.memberships.update(ends_on=NOON.date() - 2 * day)
    person.memberships.create(committee=world.board, role="officer", starts_on=NOON.date() - day)
    client.force_login(person)

    page = client.get(reverse("privacy:purge_detail", args=[purge.pk]))
    answer = client.post(
        reverse("privacy:purge_decide", args=[purge.pk]), {"decision": "agree", "refusal": ""}
    )

    assert 'name="decision"' not in page.content.decode()
    assert answer.status_code == 403
    kinds = [one.kind for one in duties_in(Look(at=NOON, person=person))]
    assert "purges" not in kinds


def test_the_board_that_receives_the_reports_agrees_however_deep_the_committee_lies(
    world, question
):
    below = Committee.objects.create(
        code="A0101", kind="base", name="Chi bộ Một", parent=world.host, active_from=NOON.date()
    )
    question.committee = below
    question.save()
    assert ask(world, question).board == world.board


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


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_at_the_same_moment_one_waits(world, question):
    def ask_as(person):
        return purging.ask(Question.objects.get(pk=question.pk), **ASKED, by=person, at=NOON)

    with somebody_faster(lambda: ask_as(world.clerk)), pytest.raises(purging.AlreadyAsked):
        ask_as(world.secretary)

    assert Purge.objects.get(state="asked").asked_by == world.clerk


def test_a_reason_that_repeats_the_text_is_refused_and_kept(client, world, question):
    client.force_login(world.secretary)
    typed = {"why": "secret", "reason": "Vì có nói đến chân núi Voi trong đó."}

    answer = client.post(reverse("privacy:question_purge", args=[question.pk]), typed)

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


def test_the_list_names_mailboxes_downloads_and_what_nobody_may_change(world, question, issued):
    periods.extend(
        world.obligation, to=world.period.due_before + dt.timedelta(days=3),
        reason=f"Vì {SECRET}", by=world.head, at=NOON,
    )  # fmt: skip
    now = database_now()
    Delivery.objects.filter(to=world.head.email).update(state="done", done_at=now)
    for name, by in (("bao-cao.pdf", world.officer), ("khac.pdf", world.clerk)):
        audit.record(audit.Act.DOWNLOADED, by=by, committee=world.host, subject=name)
    purge = ask(world, question, at=now)

    purging.agree(purge, by=world.head, at=database_now())

    whats = [one.what for one in what_remains(purge)]
    day = f"{now.astimezone(HANOI):%d/%m/%Y}"
    assert f"Thư kèm báo cáo gửi head@example.vn, ngày {day}" in whats
    assert not any("officer@example.vn" in what for what in whats)  # the mail has not gone out
    assert f"bao-cao.pdf, Đặng Thị Mai tải ngày {day}" in whats
    assert not any("khac.pdf" in what for what in whats)
    assert sorted(what for what in whats if "không ai được sửa" in what) == [
        f"1 dòng của bảng {table}: tên, tiêu đề hoặc dữ liệu không ai được sửa"
        for table in ("auditentry", "extension")
    ]


# --- the embedded database -----------------------------------------------------------------


@pytest.mark.embedded
def test_the_embedded_database_keeps_json_with_other_letters_and_it_goes_from_there_too(tmp_path):
    """SQLite: “Nghi\\u00eang” in a snapshot is not found by looking for the letters."""
    environment = {**os.environ, "DATABASE_URL": "embedded", "TEST_DATA_DIR": str(tmp_path)}

    ended = subprocess.run(
        [sys.executable, "-m", "tests.privacy.embedded"], cwd=settings.BASE_DIR, env=environment,
        capture_output=True, text=True, timeout=200,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr[-3000:]
    told = json.loads(ended.stdout.splitlines()[-1])
    assert told["vendor"] == "sqlite"
    assert {"reports_report", "reports_narrative", "dialogue_sessions_question"} <= set(
        told["before"]
    )
    assert (told["after"], told["inbox"]) == ([], [])
    assert told["narrative"] == told["snapshot"] == f"Có ý kiến hỏi: {MARK}"
