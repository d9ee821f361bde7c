import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue_sessions", "0009_search_by_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="answer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="dialogue_sessions.answer",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="commitment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="dialogue_sessions.commitment",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="progress",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="dialogue_sessions.progress",
            ),
        ),
        migrations.AlterField(
            model_name="attachment",
            name="question",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="attachments",
                to="dialogue_sessions.question",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer__isnull", True),
                        ("commitment__isnull", True),
                        ("progress__isnull", True),
                        ("question__isnull", False),
                    ),
                    models.Q(
                        ("answer__isnull", False),
                        ("commitment__isnull", True),
                        ("progress__isnull", True),
                        ("question__isnull", True),
                    ),
                    models.Q(
                        ("answer__isnull", True),
                        ("commitment__isnull", False),
                        ("progress__isnull", True),
                        ("question__isnull", True),
                    ),
                    models.Q(
                        ("answer__isnull", True),
                        ("commitment__isnull", True),
                        ("progress__isnull", False),
                        ("question__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="attachment_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("answer", "number"), name="attachment_of_answer_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("commitment", "number"), name="attachment_of_commitment_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("progress", "number"), name="attachment_of_progress_once"
            ),
        ),
    ]
