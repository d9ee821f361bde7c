"""A pseudonym beside an author named the askers of all confidential questions that bore the same."""

from django.db import migrations, models
from django.db.models import Q


def take_the_keys_from_named_questions(apps, schema_editor):
    questions = apps.get_model("dialogue_sessions", "Question").objects
    questions.exclude(level="confidential").exclude(asker_key="").update(asker_key="")


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0012_lost_signature")]

    operations = [
        migrations.RunPython(take_the_keys_from_named_questions, migrations.RunPython.noop),
        migrations.RemoveConstraint(model_name="question", name="an_anonymous_question_has_no_key"),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                name="only_a_confidential_question_has_a_key",
                condition=Q(level="confidential") | Q(asker_key=""),
            ),
        ),
    ]
