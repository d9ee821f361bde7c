"""What is searched is whole words, without their marks and with them."""

from django.db import migrations

from foundation.search import searchable


def search_by_words(apps, schema_editor):
    questions = apps.get_model("dialogue_sessions", "Question").objects.exclude(folded="")
    for pk, original, shown in questions.values_list(
        "pk", "original_text", "display_text"
    ).iterator(500):
        questions.filter(pk=pk).update(folded=searchable(shown or original))


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0008_theme_words")]

    operations = [migrations.RunPython(search_by_words, migrations.RunPython.noop)]
