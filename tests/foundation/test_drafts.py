"""Drafts: one person's own, of a size, of the office's forms alone, and told of where they wait."""

import json
import subprocess
import uuid

import pytest
from django.db import connection
from django.urls import reverse

from foundation import drafts, dumps
from foundation.models import Draft
from reports.domain.drafting import start_draft
from sessions.domain import answers, follow_up, questions
from sessions.models import Question
from tests.journeys.kept_forms import window_is_open
from tests.world import NOON

pytestmark = pytest.mark.django_db
KEEP, DISCARD = "/drafts/", "/drafts/discard/"


def typed(text="Đang viết dở"):
    return json.dumps({"fields": {"text": [text]}})


def keep(client, token, body=None):
    return client.post(KEEP, {"kept_key": token, "draft": body or typed()})


def test_nobody_reaches_another_persons_draft(client, world):
    client.force_login(world.leader)
    own = drafts.token_of(world.leader, "answer", "1")
    assert keep(client, own).status_code == 200
    client.force_login(world.other_leader)

    for token in (own, "answer:1", "answer:1:" + "0" * 32, "", "\0", "đ:1:2"):
        assert keep(client, token, typed("của người khác")).status_code == 404
        assert client.post(DISCARD, {"kept_key": token}).status_code == 404

    (draft,) = Draft.objects.all()
    assert (draft.owner, "dở" in draft.body) == (world.leader, True)


@pytest.mark.parametrize(
    "body", ["[]", "{", '{"fields": {"text": "x"}}', "{}", "x" * 10, "[" * 9_000]
)
def test_what_is_no_draft_is_not_kept(client, world, body):
    client.force_login(world.clerk)

    assert keep(client, drafts.token_of(world.clerk, "x"), body).status_code == 400
    assert not Draft.objects.filter(body__gt="").exists()


def test_drafts_cannot_fill_the_disk(client, world, monkeypatch):
    client.force_login(world.clerk)
    large = keep(client, drafts.token_of(world.clerk, "x"), "x" * (drafts.LARGEST + 1))
    monkeypatch.setattr(drafts, "MOST", 3)
    for number in range(5):
        assert keep(client, drafts.token_of(world.clerk, "x", number)).status_code == 200

    assert large.status_code == 413
    assert sorted(Draft.objects.values_list("thing", flat=True)) == ["2", "3", "4"]


def test_the_document_says_which_place_was_begun_and_by_its_writer_alone(client, world):
    report = start_draft(world.obligation, by=world.clerk, at=NOON)
    client.force_login(world.clerk)
    keep(client, drafts.token_of(world.clerk, "narrative", f"{report.pk}-lead"))

    def said(person):
        client.force_login(person)
        return client.get(reverse("reports:report_detail", args=[report.pk])).content.decode()

    assert said(world.clerk).count("và chưa lưu") == 1
    assert said(world.secretary).count("và chưa lưu") == 0


# --- who asked ------------------------------------------------------------------------------


def asked(world, text):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[2], kind="opinion", level="confidential",
        by=world.staff, at=NOON,
    )  # fmt: skip


def test_no_form_of_an_asker_is_kept_on_the_server(client, world):
    window_is_open(world)
    fresh, asked_back, answered = (asked(world, f"Ý kiến {n}") for n in range(3))
    follow_up.ask_back(asked_back, text="Ở đâu?", by=world.clerk, at=NOON)
    answers.record_live_answer(answered, text="Sẽ sửa.", answered_by="A", by=world.clerk, at=NOON)
    client.force_login(world.staff)
    pages = [
        f"/conferences/{world.conference.pk}/ask/",
        "/questions/mine/",
        "/vouchers/",
        *(f"/questions/{one.pk}/" for one in (fresh, asked_back, answered)),
        f"/questions/{fresh.pk}/change/",
        f"/questions/{fresh.pk}/withdraw/",
    ]
    kept = ""
    for page in pages:
        content = client.get(page).content.decode()
        assert 'data-keep="server"' not in content, page
        kept += content

    assert kept.count('data-keep="tab"') >= 5
    client.post(f"/questions/{answered.pk}/follow-up/", {"act": "appeal", "text": "Chưa rõ."})
    client.post(f"/questions/{asked_back.pk}/follow-up/", {"act": "reply", "text": "Ở đây."})
    assert answered.appeal.text == "Chưa rõ."
    assert asked_back.clarifications.get().reply == "Ở đây."
    assert not Draft.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_dump_holds_what_the_office_was_typing_and_no_askers_draft(client, world, tmp_path):
    """Drafts come back with a backup; none of them is an asker's, so they pair nobody with a question."""
    if connection.vendor != "postgresql":
        pytest.skip("pg_dump is asked")
    window_is_open(world)
    client.force_login(world.staff)
    client.post(
        f"/conferences/{world.conference.pk}/ask/",
        {"text": "Câu hỏi kín", "theme": world.themes[2].pk, "kind": "opinion",
         "level": "confidential", "form_key": str(uuid.uuid4())},
    )  # fmt: skip
    assert Question.objects.filter(original_text="Câu hỏi kín").exists()
    client.force_login(world.leader)
    keep(client, drafts.token_of(world.leader, "answer", "1"))

    made = dumps.dump_to(tmp_path)

    table = Draft._meta.db_table
    shown = subprocess.run(
        [dumps.program("pg_restore"), "--data-only", f"--table={table}", "--file=-", made.file],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert made.rows[table] == 1
    assert "Đang viết dở" in shown
    assert "Câu hỏi kín" not in shown


def test_a_form_that_was_sent_keeps_no_draft_from_another_tab(client, world):
    """The script of a page that is leaving sends what was typed once more: too late."""
    client.force_login(world.clerk)
    once = str(uuid.uuid4())
    Draft.objects.create(owner=world.clerk, form="x", sent_as=once)

    late = client.post(
        KEEP, {"kept_key": drafts.token_of(world.clerk, "x"), "draft": typed(), "kept_once": once}
    )

    assert late.status_code == 409
    assert Draft.objects.get().body == ""


def test_whoever_throws_a_draft_away_finds_none(client, world):
    client.force_login(world.clerk)
    token, other = (drafts.token_of(world.clerk, "x", thing) for thing in ("1", "2"))
    keep(client, token)
    keep(client, other)

    assert client.post(DISCARD, {"kept_key": token}).status_code == 204
    assert Draft.objects.get().thing == "2"


def test_a_page_knows_which_of_its_forms_were_begun(rf, world):
    for form, thing in (("reject", "1"), ("merge", "1"), ("reject", "9"), ("other", "1")):
        Draft.objects.create(owner=world.clerk, form=form, thing=thing, body=typed())
    Draft.objects.create(owner=world.leader, form="reject", thing="1", body=typed())
    Draft.objects.create(owner=world.clerk, form="split", thing="1", body="")
    request = rf.get("/")
    request.user = world.clerk

    found = drafts.begun(request, ["reject", "merge", "split"], ["1"])

    assert found == {("reject", "1"), ("merge", "1")}
    assert set(drafts.read_by(request)) == {"reject", "merge", "split"}  # asked once a page


def test_a_form_that_is_refused_leaves_no_empty_draft_and_keeps_a_begun_one(client, world):
    client.force_login(world.clerk)
    kept, empty = (drafts.token_of(world.clerk, "conference", thing) for thing in ("1", "2"))
    keep(client, kept)

    for token in (kept, empty):
        sent = {"kept_key": token, "kept_once": str(uuid.uuid4()), "title": ""}
        assert client.post(reverse("sessions:conference_create"), sent).status_code == 422

    assert Draft.objects.get().thing == "1"
