"""The content groups of questions."""

from django.db import migrations

from sessions.reference import themes


def add_groups(apps, schema_editor):
    themes.add_groups(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0002_guards")]
    operations = [migrations.RunPython(add_groups, migrations.RunPython.noop, elidable=False)]
