"""The row that a file is made of bears the key of its job; the job bears none upward."""

import django.db.models.deletion
from django.db import migrations, models

COPIES = (
    """
    UPDATE reports_report SET rendering_id =
        (SELECT id FROM reports_rendering WHERE report_id = reports_report.id)
    """,
    """
    UPDATE reports_consolidatedreport SET rendering_id =
        (SELECT max(id) FROM reports_rendering
         WHERE consolidated_id = reports_consolidatedreport.id)
    """,
    """
    INSERT INTO reports_periodarchive (board_id, period_id, rendering_id)
        SELECT board_id, period_id, id FROM reports_rendering
        WHERE board_id IS NOT NULL AND period_id IS NOT NULL ORDER BY id
    """,
    """
    UPDATE reports_delivery SET waits_for_id =
        (SELECT id FROM reports_rendering WHERE report_id = reports_delivery.report_id)
        WHERE report_id IS NOT NULL
    """,
)


def carry_over(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for copy in COPIES:
            cursor.execute(copy)
    schema_editor.connection.check_constraints()  # before the tables change again


def key(model, related_name):
    return models.OneToOneField(
        model,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=related_name,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("committees", "0017_sign_in_days_of_nobody"),
        ("reports", "0015_requests_on_paper"),
    ]

    operations = [
        migrations.AddField("report", "rendering", key("reports.rendering", "+")),
        migrations.AddField("consolidatedreport", "rendering", key("reports.rendering", "+")),
        migrations.AddField(
            "delivery",
            "waits_for",
            models.ForeignKey(
                "reports.rendering",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mails",
            ),
        ),
        migrations.CreateModel(
            "PeriodArchive",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "board",
                    models.ForeignKey(
                        "committees.committee",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="archives",
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        "reports.reportingperiod",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="archives",
                    ),
                ),
                (
                    "rendering",
                    models.OneToOneField(
                        "reports.rendering",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="archive",
                    ),
                ),
            ],
        ),
        migrations.RunPython(carry_over, migrations.RunPython.noop),
        migrations.RemoveField("delivery", "report"),
        migrations.RemoveField("rendering", "board"),
        migrations.RemoveField("rendering", "consolidated"),
        migrations.RemoveField("rendering", "period"),
        migrations.RemoveField("rendering", "report"),
        migrations.AlterField("report", "rendering", key("reports.rendering", "report")),
        migrations.AlterField(
            "consolidatedreport", "rendering", key("reports.rendering", "consolidated")
        ),
    ]
