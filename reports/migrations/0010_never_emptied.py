"""TRUNCATE asks no trigger of a row: the tables that are only added to refuse it themselves."""

from django.db import migrations

TABLES = (
    "dialogue_portal_auditentry",
    "dialogue_sessions_unsealing",
    "reports_extension",
    "reports_jobevent",
)


def guard(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return  # SQLite has no TRUNCATE, and asks its triggers for every row
    schema_editor.execute(
        "CREATE FUNCTION dialogue_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'rows of % are neither changed nor removed', TG_TABLE_NAME "
        "USING ERRCODE = 'check_violation'; END $$",
        params=None,
    )
    for table in TABLES:
        schema_editor.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION dialogue_is_never_emptied()"
        )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER never_emptied ON {table}")
        schema_editor.execute("DROP FUNCTION dialogue_is_never_emptied")


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue_portal", "0002_append_only"),
        ("dialogue_sessions", "0005_guards"),
        ("reports", "0009_personal_requests"),
    ]
    operations = [migrations.RunPython(guard, unguard, elidable=False)]
