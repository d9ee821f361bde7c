"""The record of acts: unbroken, append-only, and silent about askers."""

import json
import threading
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from board.domain.receiving import acknowledge_report
from committees.domain import committees, members
from committees.models import Role
from foundation import audit
from foundation.audit import Act, ChainBroken, record, verify
from foundation.models import AuditEntry, AuditHead
from periods.domain.periods import change_due_date
from reports.domain.drafting import start_draft
from reports.domain.issuing import correct_report, issue_report
from sessions.askers import vouchers
from sessions.domain import questions
from tests.openings import REASON, opened
from tests.reports.story import hold_a_dialogue
from tests.sessions.anonymously import more_people
from tests.world import MENU, NOON, TODAY, day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path


def write(number=5):
    return [record(Act.DOWNLOADED, subject=f"tệp {n}.pdf", size=n) for n in range(number)]


def behind_the_back(sql):
    """Do what the trigger forbids, as the owner of the database could."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE dialogue_portal_auditentry DISABLE TRIGGER audit_is_final")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE dialogue_portal_auditentry ENABLE TRIGGER audit_is_final")


def test_an_untouched_chain_holds(world):
    entries = write()
    assert verify() == (5, entries[-1].digest)
    assert [entry.previous for entry in entries] == [audit.FIRST] + [e.digest for e in entries[:-1]]


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 second'",
        "act = 'packed'",
        "actor_id = 7",
        "actor_name = 'Ai đó'",
        "committee_id = 7",
        "committee_code = 'X'",
        "subject = 'khác'",
        """facts = '{"size": 9}'""",
        f"previous = '{'0' * 64}'",
        f"digest = '{'0' * 64}'",
    ],
)
def test_every_changed_column_is_found(world, change):
    write()
    behind_the_back(f"UPDATE dialogue_portal_auditentry SET {change} WHERE number = 3")
    with pytest.raises(ChainBroken) as broken:
        verify()
    assert broken.value.number == 3


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("DELETE FROM {t} WHERE number = 3", 3),
        ("DELETE FROM {t} WHERE number = 1", 1),
        ("DELETE FROM {t} WHERE number = 5", 5),
        ("UPDATE {t} SET number = CASE number WHEN 2 THEN 1003 ELSE 1002 END WHERE number IN (2, 3);"
         "UPDATE {t} SET number = number - 1000 WHERE number > 1000", 2),
        ("INSERT INTO {t} SELECT 6, at, act, actor_id, actor_name, committee_id, committee_code,"
         " subject, facts, digest, digest FROM {t} WHERE number = 5", 6),
    ],
)  # fmt: skip
def test_removed_swapped_and_inserted_entries_are_found(world, sql, number):
    write()
    behind_the_back(sql.format(t="dialogue_portal_auditentry"))
    with pytest.raises(ChainBroken) as broken:
        verify()
    assert broken.value.number == number


def test_an_end_cut_off_with_its_head_is_found_by_the_note(world):
    entries = write()
    audit.note_head(day=TODAY)
    audit.note_head(day=TODAY)
    assert len(audit.noted_heads()) == 1
    behind_the_back("DELETE FROM dialogue_portal_auditentry WHERE number > 3")
    AuditHead.objects.update(number=3, digest=entries[2].digest)
    with pytest.raises(ChainBroken):
        verify()


def test_the_database_refuses_to_change_or_remove(world):
    write(1)
    for act in (
        lambda: AuditEntry.objects.update(subject="x"),
        lambda: AuditEntry.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_the_command_says_how_it_stands(world, capsys):
    write()
    call_command("verify_audit")
    assert "unbroken: 5 entries" in capsys.readouterr().out
    behind_the_back("UPDATE dialogue_portal_auditentry SET subject = 'x' WHERE number = 2")
    with pytest.raises(CommandError, match="entry 2"):
        call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_and_no_fork():
    start = threading.Barrier(10)

    def act(number):
        start.wait()
        for n in range(5):
            with transaction.atomic():
                record(Act.PACKED, subject=f"{number}-{n}")
        connection.close()

    threads = [threading.Thread(target=act, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert verify()[0] == 50


def test_what_is_rolled_back_was_not_done(world):
    def fail():
        with transaction.atomic():
            record(Act.PACKED)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert verify()[0] == 0


# --- which acts ---------------------------------------------------------------------


def acts():
    return list(AuditEntry.objects.order_by("number").values_list("act", "actor_id"))


def test_roles_and_committees(world):
    by = world.secretary
    membership, _ = members.add_member(
        world.host, full_name="Mai Văn Mới", email="moi@example.vn", role=Role.STAFF,
        starts_on=TODAY, by=by,
    )  # fmt: skip
    members.change_member(membership, post="Kế toán", unit="", ends_on=None, at=NOON, by=by)
    members.end_membership(membership, at=NOON, by=by)
    committees.change_committee(
        world.host, version=world.host.version, party_members=9, email="", second_email="",
        watch_officer=None, position=1, by=by,
    )  # fmt: skip
    committees.begin_term(world.host, name="2030-2035", starts_on=day(900), by=by)
    assert acts() == [
        ("role_given", by.pk),
        ("role_changed", by.pk),
        ("role_ended", by.pk),
        ("committee_changed", by.pk),
        ("committee_changed", by.pk),
    ]
    assert verify()[0] == 5


def test_periods_names_and_slips(world):
    more_people(world)
    change_due_date(world.period, to=day(26), reason="Tết", by=world.head, at=NOON)
    question = questions.submit_question(
        world.conference, text="CANARY-TEXT", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    opened(question, world, at=NOON)
    vouchers.print_slips(world.conference, 12, by=world.clerk)
    assert acts() == [
        ("period_moved", world.head.pk),
        ("opening_asked", world.secretary.pk),
        ("opening_agreed", world.officer.pk),
        ("name_unsealed", world.secretary.pk),
        ("slips_printed", world.clerk.pk),
    ]


def test_no_entry_tells_of_an_asker(world):
    """Asking, changing and withdrawing are not recorded; an unsealing without name or text."""
    question = questions.submit_question(
        world.conference, text="CANARY-TEXT", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
    )  # fmt: skip
    questions.withdraw_question(question, at=NOON)
    opened(question, world, at=NOON)
    entries = list(AuditEntry.objects.values())
    assert len(entries) == 3
    told = json.dumps(entries, default=str, ensure_ascii=False)
    for word in ("CANARY", REASON, world.staff.full_name, str(question.pk)):
        assert word not in told


def test_what_is_put_off_comes_last_and_by_whoever_did_the_whole(world):
    with audit.at_the_end(by=world.clerk):
        record(Act.ROLE_GIVEN, subject="một")
        record(Act.ROLE_GIVEN, by=world.head, subject="hai")
        assert acts() == []
    assert acts() == [("role_given", world.clerk.pk), ("role_given", world.head.pk)]


def test_a_report_on_its_way_leaves_its_entries(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issue_report(draft, by=world.secretary, at=NOON)
    acknowledge_report(report, by=world.officer, at=NOON)
    correct_report(report, by=world.clerk, at=NOON)
    found = [act for act, _ in acts()]
    assert found[-3:] == ["report_issued", "report_acknowledged", "report_corrected"]
    assert verify()[0] == len(found)


# --- the page -----------------------------------------------------------------------


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_who_reads_which_entries(world, admin_client):
    record(Act.REPORT_ISSUED, by=world.secretary, committee=world.host, subject="của A")
    record(Act.REPORT_ISSUED, by=world.other_secretary, committee=world.neighbour, subject="của B")

    def seen(client):
        page = client.get("/audit/").content.decode()
        return [word for word in ("của A", "của B") if word in page]

    assert seen(signed_in(world.secretary)) == ["của A"]
    assert seen(signed_in(world.clerk)) == ["của A"]
    assert seen(signed_in(world.other_secretary)) == ["của B"]
    assert seen(signed_in(world.head)) == ["của A", "của B"]
    assert seen(admin_client) == ["của A", "của B"]
    for person in (world.leader, world.staff, world.outsider):
        assert signed_in(person).get("/audit/").status_code == 404


@pytest.mark.parametrize("number", [1, 120])
def test_the_page_is_paged_by_key_in_few_queries(world, number, django_assert_max_num_queries):
    write(number)
    client = signed_in(world.head)
    with django_assert_max_num_queries(12 + MENU):
        page = client.get("/audit/?act=downloaded&q=tệp").content.decode()
    assert ("before=" in page) == (number > 50)
    assert client.get("/audit/?before=" + "9" * 40).status_code == 200
    assert client.get("/audit/?before=x&act=x&committee=%F0%9F%98%80").status_code == 200


@pytest.mark.parametrize(
    ("typed", "is_found"),
    [("binh", True), ("Trần Văn", True), ("bính", False), ("inh", False), ("hoc vien", True)],
)
def test_an_entry_is_found_by_words_as_everywhere(client, world, typed, is_found):
    record(Act.ROLE_GIVEN, by=world.clerk, committee=world.host, subject="Học viện Hành chính")
    record(Act.ROLE_GIVEN, by=world.leader, committee=world.host, subject="Việc khác")
    client.force_login(world.clerk)

    page = client.get("/audit/", {"q": typed}).content.decode()

    assert ("Học viện Hành chính" in page) is is_found
    assert "Việc khác" not in page


def test_a_record_written_anew_from_an_entry_on_is_found_by_the_note(world):
    """Whoever changes an entry and works out all that follow anew cannot change the note."""
    write()
    audit.note_head(day=TODAY)
    entries = list(AuditEntry.objects.order_by("number"))
    entries[2].subject = "không có gì"
    for before, entry in pairwise(entries):
        entry.previous = before.digest
        entry.digest = audit.digest_of(entry)
        behind_the_back(
            f"UPDATE dialogue_portal_auditentry SET subject = '{entry.subject}',"
            f" previous = '{entry.previous}', digest = '{entry.digest}' WHERE number = {entry.number}"
        )
    AuditHead.objects.update(digest=entries[-1].digest)

    with pytest.raises(ChainBroken, match="noted on that day") as broken:
        verify()

    assert broken.value.number == 5
