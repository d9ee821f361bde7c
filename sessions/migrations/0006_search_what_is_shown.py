"""What is searched is what others read: words taken out of a text led colleagues to its asker."""

from django.db import migrations

from foundation.text import fold


def search_what_is_shown(apps, schema_editor):
    edited = apps.get_model("dialogue_sessions", "Question").objects.exclude(display_text="")
    for question in edited.only("display_text").iterator(500):
        edited.filter(pk=question.pk).update(folded=fold(question.display_text))


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0005_guards")]

    operations = [migrations.RunPython(search_what_is_shown, migrations.RunPython.noop)]
