"""The one change that a reason about a name can undergo: to the mark that two bodies had it taken out.

Everything else of the row stays as it was, and only while a purge of that question is carried out
or has been: it bears the names of both.
"""

from django.db import migrations, models

MARK = "(Nội dung đã được gỡ theo quyết định của hai cơ quan.)"
FINAL = "what two bodies did about a name is neither changed nor removed"
# table: (what else stands in it, the question of the row)
TABLES = {
    "openingrequest": (
        ("id", "question_id", "committee_id", "board_id", "code", "by_id", "by_name", "at", "lapses_at"),
        "OLD.question_id",
    ),
    "openingdecision": (
        ("request_id", "id", "verdict", "by_id", "by_name", "at"),
        "(SELECT r.question_id FROM dialogue_sessions_openingrequest r WHERE r.id = OLD.request_id)",
    ),
}  # fmt: skip


def open_the_door(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    same = "IS NOT DISTINCT FROM" if vendor == "postgresql" else "IS"
    for table, (columns, question) in TABLES.items():
        kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns)
        rule = (
            f"NEW.reason = '{MARK}' AND OLD.reason NOT IN ('', '{MARK}') AND {kept} AND EXISTS ("
            f"SELECT 1 FROM reports_purge p WHERE p.question_id = {question}"
            " AND p.state = 'done' AND p.decided_by_id <> p.asked_by_id)"
        )
        for statement in (_postgresql if vendor == "postgresql" else _sqlite)(table, rule):
            schema_editor.execute(statement, params=None)


def _postgresql(table, rule):
    yield f"""
        CREATE OR REPLACE FUNCTION dialogue_{table}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
        IF TG_OP = 'UPDATE' THEN IF {rule} THEN RETURN NEW; END IF; END IF;
        RAISE EXCEPTION '{FINAL}' USING ERRCODE = 'check_violation';
        END $$
    """


def _sqlite(table, rule):
    yield f"DROP TRIGGER {table}_is_final_update"
    yield f"""
        CREATE TRIGGER {table}_is_final_update BEFORE UPDATE ON dialogue_sessions_{table}
        WHEN NOT ({rule}) BEGIN SELECT RAISE(ABORT, '{FINAL}'); END
    """


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue_sessions", "0019_no_row_of_reading"),
        ("reports", "0012_openings_never_emptied"),
    ]

    operations = [
        migrations.AddField(
            model_name="purge",
            name="with_reasons",
            field=models.BooleanField(default=False),
        ),
        migrations.AlterField(
            model_name="purge",
            name="state",
            field=models.CharField(
                choices=[
                    ("asked", "waits for the second body"),
                    ("done", "taken out"),
                    ("refused", "refused"),
                    ("withdrawn", "taken back"),
                ],
                default="asked",
                max_length=10,
            ),
        ),
        migrations.RunPython(open_the_door, migrations.RunPython.noop),
    ]
