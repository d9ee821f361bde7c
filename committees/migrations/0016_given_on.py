"""On which day a role was written down and by whom: for those that stand, its first day or today's."""

from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F
from django.db.models.functions import Least
from django.utils import timezone

# SQLite makes the table anew for the column, without its triggers.
two_bodies = import_module("committees.migrations.0012_two_bodies")


def date_those_that_stand(apps, schema_editor):
    apps.get_model("committees", "Membership").objects.update(
        given_on=Least(F("starts_on"), timezone.localdate())
    )


class Migration(migrations.Migration):
    dependencies = [("committees", "0015_sign_in_record")]

    operations = [
        migrations.RunPython(two_bodies.unguard, two_bodies.guard),
        migrations.AddField(
            model_name="membership",
            name="given_on",
            field=models.DateField(default=django.utils.timezone.localdate, editable=False),
        ),
        migrations.AddField(
            model_name="membership",
            name="given_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(date_those_that_stand, migrations.RunPython.noop),
        migrations.RunPython(two_bodies.guard, two_bodies.unguard),
    ]
