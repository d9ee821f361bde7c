"""Who owes nothing in a period: what the Board said of it is neither changed nor removed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLE = "reports_exemption"
SAID = f"rows of {TABLE} are neither changed nor removed"
POSTGRESQL = (
    "CREATE FUNCTION exemption_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'check_violation'; END $$",
    f"CREATE TRIGGER exemption_is_final BEFORE UPDATE OR DELETE ON {TABLE} "
    "FOR EACH ROW EXECUTE FUNCTION exemption_is_final()",
    f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {TABLE} "
    "FOR EACH STATEMENT EXECUTE FUNCTION dialogue_is_never_emptied()",
)
SQLITE = tuple(
    f"CREATE TRIGGER exemption_no_{act} BEFORE {act.upper()} ON {TABLE} BEGIN "
    f"SELECT RAISE(ABORT, '{SAID}'); END"
    for act in ("update", "delete")
)


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0006_issued_consolidated_reports"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.AddField(
            model_name="obligation",
            name="is_exempt",
            field=models.BooleanField(default=False, verbose_name="exempt"),
        ),
        migrations.CreateModel(
            name="Exemption",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_on", models.BooleanField()),
                ("reason", models.TextField(verbose_name="reason")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "obligation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="exemptions",
                        to="reports.obligation",
                    ),
                ),
            ],
            options={"ordering": ("at", "pk")},
        ),
        migrations.RunPython(guard, migrations.RunPython.noop, elidable=False),
    ]
