"""TRUNCATE asks no trigger of a row: what two bodies did about a name refuses it as well."""

from django.db import migrations

TABLES = ("dialogue_sessions_openingrequest", "dialogue_sessions_openingdecision")


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION dialogue_is_never_emptied()"
            )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER never_emptied ON {table}")


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue_sessions", "0017_two_bodies_hold"),
        ("reports", "0011_purges"),
    ]
    operations = [migrations.RunPython(guard, unguard)]
