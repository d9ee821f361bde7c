"""What is searched is whole words, without their marks and with them."""

from django.db import migrations, models

from foundation.search import searchable


def search_by_words(apps, schema_editor):
    committees = apps.get_model("committees", "Committee").objects.exclude(folded="")
    for pk, code, name in committees.values_list("pk", "code", "name"):
        committees.filter(pk=pk).update(folded=searchable(f"{code} {name}"))


class Migration(migrations.Migration):
    dependencies = [("committees", "0008_import_undo")]

    operations = [
        migrations.AlterField("committee", "folded", models.TextField(default="", editable=False)),
        migrations.RunPython(search_by_words, migrations.RunPython.noop),
    ]
