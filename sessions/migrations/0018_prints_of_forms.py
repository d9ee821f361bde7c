"""A row kept the key of its form, of which a receipt's code can be made; a print is kept now.

What older rows kept is forgotten: their askers have their codes, and their forms are gone.
"""

from django.db import migrations


def forget_keys(apps, schema_editor):
    apps.get_model("dialogue_sessions", "Question").objects.exclude(form_key=None).update(
        form_key=None
    )


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0017_two_bodies_hold")]

    operations = [
        migrations.RunPython(forget_keys, migrations.RunPython.noop),
        migrations.RenameField("question", "form_key", "form_print"),
    ]
