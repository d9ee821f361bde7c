"""D-03: what is written once stays, whoever of the portal asks the database to change it."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from foundation import audit
from foundation.audit import Act
from foundation.models import AuditEntry
from jobs.domain import claiming
from jobs.models import JobEvent, Rendering
from operations.runtime_role import FINAL as FINAL_TABLES
from periods.models import Exemption, Extension
from reports.domain import issuing
from reports.domain.drafting import start_draft
from sessions.models import OpeningDecision, OpeningRequest, Question, Unsealing
from tests.openings import opened
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day

pytestmark = pytest.mark.django_db
FINAL = (AuditEntry, JobEvent, Exemption, Extension, OpeningRequest, OpeningDecision, Unsealing)


@pytest.fixture
def written(world):
    """One row at least in each of the tables."""
    conference, _ = hold_a_dialogue(world)
    audit.record(Act.PACKED, by=world.head)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    claiming.claim(Rendering, report.rendering.pk, lease=dt.timedelta(minutes=1))
    other = world.period.obligations.exclude(pk=world.obligation.pk).first()
    Exemption.objects.create(
        obligation=other or world.obligation, is_on=False, reason="Lý do.", by=world.head, at=NOON
    )
    Extension.objects.create(
        obligation=other or world.obligation, due_from=day(24), due_to=day(40), reason="Bão lũ.",
        by=world.head, at=NOON,
    )  # fmt: skip
    opened(conference.questions.filter(level=Question.Level.CONFIDENTIAL).first(), world, at=NOON)


@pytest.mark.parametrize("model", FINAL, ids=lambda model: model.__name__)
@pytest.mark.parametrize("act", ["update", "delete", "truncate"])
def test_no_row_is_changed_or_removed(written, model, act):
    table, column = model._meta.db_table, model._meta.pk.column
    before = list(model.objects.order_by("pk").values())
    assert before
    sql = {
        "update": f"UPDATE {table} SET {column} = {column}",
        "delete": f"DELETE FROM {table}",
        "truncate": f"TRUNCATE {table} CASCADE",
    }[act]

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert list(model.objects.order_by("pk").values()) == before
    print(f"D-03: {act} of {table} refused")


def test_what_lets_no_row_go_lets_itself_not_be_emptied_either():
    """Triggers of rows are not asked by TRUNCATE: each such table needs one of its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, bool_or(tgtype & 8 > 0), bool_or(tgtype & 32 > 0)"
            " FROM pg_trigger WHERE NOT tgisinternal GROUP BY 1"
        )
        guarded = cursor.fetchall()
    of_rows = {table for table, deletes, _ in guarded if deletes}
    of_all = {table for table, _, truncates in guarded if truncates}

    assert of_rows == of_all
    assert set(FINAL_TABLES) == {model._meta.db_table for model in FINAL} <= of_all
