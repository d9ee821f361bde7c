"""What each was told and replied to: replies so far were for the beginning that was told, or stands."""

from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def keep_replies(apps, schema_editor):
    guests = apps.get_model("hall", "Guest").objects
    conferences = apps.get_model("dialogue_sessions", "Conference").objects
    begins = conferences.filter(pk=OuterRef("conference_id")).values("starts_at")
    guests.exclude(reply="").update(reply_for=Coalesce("invited_for", Subquery(begins)))
    guests.exclude(invited_for=None).update(mails=1)


class Migration(migrations.Migration):
    dependencies = [("hall", "0005_minutes")]

    operations = [
        migrations.AddField("guest", "reply_for", models.DateTimeField(null=True)),
        migrations.AddField("guest", "was_settled", models.BooleanField(default=False)),
        migrations.AddField("guest", "told", models.CharField(blank=True, max_length=12)),
        migrations.AddField("guest", "mails", models.PositiveIntegerField(default=0)),
        migrations.RunPython(keep_replies, migrations.RunPython.noop),
        migrations.RemoveField("guest", "invited_for"),
    ]
