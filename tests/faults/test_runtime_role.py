"""D-03: the portal under a role of its own, which owns nothing: it does its work, and no more."""

import contextlib

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from foundation import audit
from foundation.audit import Act
from foundation.clock import database_now
from jobs.models import Rendering
from operations.domain.ticking import do_everything_due
from operations.runtime_role import FINAL, wrong_with_this_role
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from reports.models import InboxItem
from sessions.askers.retention import apply_retention
from sessions.models import Question
from tests.accounts.ways import sign_in
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def as_owner(*sentences):
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as owner:
        for sentence in sentences:
            owner.execute(sentence)


@pytest.fixture
def role():
    """A role as operations.md makes it, its rights given by the command."""
    name = f"runtime_{connection.settings_dict['NAME']}"
    as_owner(f"CREATE ROLE {name} LOGIN")
    call_command("runtime_role", name, verbosity=0)
    yield name
    as_owner(f"DROP OWNED BY {name}", f"DROP ROLE {name}")


@contextlib.contextmanager
def under(role):
    """Connect as `role` for a while."""
    owner = connection.settings_dict["USER"]
    connection.close()
    connection.settings_dict["USER"] = role
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["USER"] = owner


def test_the_whole_chain_runs_under_it(role, world):
    """Somebody signs in, asks, is answered; the report is issued, lies in the inbox, is rendered."""
    with under(role):
        asker = Client()
        assert sign_in(asker, "staff").status_code == 302
        assert asker.get(f"/conferences/{world.conference.pk}/").status_code == 200
        hold_a_dialogue(world)
        draft = start_draft(world.obligation, by=world.clerk, at=NOON)
        report = issue_report(draft, by=world.secretary, at=NOON)
        do_everything_due(at=database_now())
        apply_retention(at=database_now())
        call_command("runtime_role")

        assert InboxItem.objects.filter(report=report).exists()
        assert Rendering.objects.get(report=report).state == "done"
        assert Question.objects.exists()
        assert audit.verify()[0] > 0


KEYS = {"dialogue_portal_auditentry": "number"}
REFUSED = (
    *(f"UPDATE {table} SET {KEYS.get(table, 'id')} = DEFAULT" for table in FINAL),
    *(f"DELETE FROM {table}" for table in FINAL),
    *(f"TRUNCATE {table} CASCADE" for table in FINAL),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in FINAL),
    "TRUNCATE dialogue_sessions_question CASCADE",
    "ALTER TABLE dialogue_sessions_question ADD asker text",
    "DROP TRIGGER audit_is_final ON dialogue_portal_auditentry",
    "CREATE OR REPLACE FUNCTION dialogue_audit_is_final() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RETURN NEW; END $$",
    "CREATE TABLE names (name text)",
    "CREATE TRIGGER spy BEFORE INSERT ON dialogue_sessions_question FOR EACH ROW EXECUTE "
    "FUNCTION dialogue_audit_is_final()",
    "SET session_replication_role = replica",
    "DELETE FROM django_migrations",
    "ALTER ROLE CURRENT_USER SUPERUSER",
)


def test_it_can_neither_rewrite_nor_unbolt(role, world):
    audit.record(Act.PACKED, by=world.head)
    parameters = {**connection.get_connection_params(), "user": role}

    with psycopg.connect(**parameters, autocommit=True) as attacker:
        for sentence in REFUSED:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                attacker.execute(sentence)

    print(f"D-03: {len(REFUSED)} sentences refused to the role that the portal runs under")


def test_who_may_too_much_is_told_what(world):
    """The owner itself, and an ordinary role that was given one right too many."""
    with pytest.raises(CommandError, match="reports_jobevent: it may DELETE"):
        call_command("runtime_role")


def test_a_right_too_many_or_too_few_is_named(role, world):
    as_owner(
        f"GRANT DELETE ON dialogue_portal_auditentry TO {role}",
        f"REVOKE UPDATE ON committees_user FROM {role}",
        f"GRANT CREATE ON SCHEMA public TO {role}",
    )

    with under(role):
        assert wrong_with_this_role() == [
            "it may make tables",
            "committees_user: it may not UPDATE",
            "dialogue_portal_auditentry: it may DELETE",
        ]
