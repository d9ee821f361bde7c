"""People are listed by their given names, as Vietnamese lists are."""

from django.db import migrations

import committees.models
from foundation.text import order_of_name


def put_in_order(apps, schema_editor):
    people = apps.get_model("committees", "User").objects
    for pk, full_name, username in people.order_by("pk").values_list("pk", "full_name", "username"):
        people.filter(pk=pk).update(name_order=order_of_name(full_name or username)[:500])


class Migration(migrations.Migration):
    dependencies = [("committees", "0009_search_by_words")]

    operations = [
        migrations.AddField(
            "user",
            "name_order",
            committees.models.NameOrder(default="", editable=False, max_length=500),
        ),
        migrations.AlterModelOptions(
            "user",
            {
                "ordering": ("name_order", "pk"),
                "verbose_name": "account",
                "verbose_name_plural": "accounts",
            },
        ),
        migrations.AlterModelOptions(
            "membership", {"ordering": ("committee", "role", "user__name_order", "pk")}
        ),
        migrations.RunPython(put_in_order, migrations.RunPython.noop),
    ]
