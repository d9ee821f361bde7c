"""D-03: what is written once stays, whoever of the portal asks the database to change it."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from dialogue_portal import audit
from dialogue_portal.audit import Act
from dialogue_portal.models import AuditEntry
from reports.domain import claiming, issuing
from reports.domain.drafting import start_draft
from reports.models import Extension, JobEvent, Rendering
from sessions.models import Unsealing
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day

pytestmark = pytest.mark.django_db
FINAL = (AuditEntry, JobEvent, Extension, Unsealing)


@pytest.fixture
def written(world):
    """One row at least in each of the tables."""
    conference, _ = hold_a_dialogue(world)
    audit.record(Act.PACKED, by=world.head)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    claiming.claim(Rendering, report.rendering.pk, lease=dt.timedelta(minutes=1))
    other = world.period.obligations.exclude(pk=world.obligation.pk).first()
    Extension.objects.create(
        obligation=other or world.obligation, due_from=day(24), due_to=day(40), reason="Bão lũ.",
        by=world.head, at=NOON,
    )  # fmt: skip
    Unsealing.objects.create(
        question=conference.questions.first(),
        by=world.secretary,
        at=NOON,
        reason="Vì sao.",
        committee=world.host,
        by_name="Thư ký",
    )


@pytest.mark.parametrize("model", FINAL, ids=lambda model: model.__name__)
@pytest.mark.parametrize("act", ["update", "delete"])
def test_no_row_is_changed_or_removed(written, model, act):
    table, column = model._meta.db_table, model._meta.pk.column
    before = list(model.objects.order_by("pk").values())
    assert before
    sql = {
        "update": f"UPDATE {table} SET {column} = {column}",
        "delete": f"DELETE FROM {table}",
    }[act]

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert list(model.objects.order_by("pk").values()) == before
    print(f"D-03: {act} of {table} refused")
