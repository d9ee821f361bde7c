"""Events of jobs and extensions are only ever added; what lies in the inbox already is chained."""

import hashlib

from django.db import migrations

FINAL = ("reports_jobevent", "reports_extension")


def guard(apps, schema_editor):
    for table in FINAL:
        name = table.removeprefix("reports_")
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE FUNCTION {name}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ "
                f"BEGIN RAISE EXCEPTION 'rows of {table} are neither changed nor removed' "
                "USING ERRCODE = 'check_violation'; END $$"
            )
            schema_editor.execute(
                f"CREATE TRIGGER {name}_is_final BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}_is_final()"
            )
        else:
            for act in ("update", "delete"):
                schema_editor.execute(
                    f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {table} BEGIN "
                    f"SELECT RAISE(ABORT, 'rows of {table} are neither changed nor removed'); END"
                )


def unguard(apps, schema_editor):
    for table in FINAL:
        name = table.removeprefix("reports_")
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER {name}_is_final ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}_is_final")
        else:
            for act in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {name}_no_{act}")


def chain(apps, schema_editor):
    InboxItem = apps.get_model("reports", "InboxItem")
    heads = {}
    for item in InboxItem.objects.select_related("report").order_by("board_id", "number"):
        item.previous = heads.get(item.board_id, "0" * 64)
        facts = "\n".join(
            (
                item.previous,
                str(item.board_id),
                str(item.number),
                str(item.report_id),
                item.report.snapshot_sha256,
                item.deposited_at.isoformat(),
            )
        )
        item.digest = hashlib.sha256(facts.encode()).hexdigest()
        item.save(update_fields=["previous", "digest"])
        heads[item.board_id] = item.digest


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_pipeline")]
    operations = [
        migrations.RunPython(guard, unguard, elidable=False),
        migrations.RunPython(chain, migrations.RunPython.noop),
    ]
