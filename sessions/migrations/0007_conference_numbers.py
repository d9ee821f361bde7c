"""Conferences are counted through their committee, so that codes of questions are unique in it."""

from collections import Counter

from django.db import migrations, models


def count_conferences(apps, schema_editor):
    Conference = apps.get_model("dialogue_sessions", "Conference")
    last = Counter()
    for conference in Conference.objects.order_by("created_at", "pk"):
        last[conference.committee_id] += 1
        Conference.objects.filter(pk=conference.pk).update(number=last[conference.committee_id])


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0006_search_what_is_shown")]

    operations = [
        migrations.AddField(
            "conference",
            "number",
            models.PositiveIntegerField(null=True, editable=False),
        ),
        migrations.RunPython(count_conferences, migrations.RunPython.noop),
        migrations.AlterField(
            "conference",
            "number",
            models.PositiveIntegerField(editable=False),
        ),
        migrations.AddConstraint(
            "conference",
            models.UniqueConstraint(fields=["committee", "number"], name="conference_number_once"),
        ),
    ]
