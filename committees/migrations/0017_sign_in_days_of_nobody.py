"""Whose account a day of sign-ins belongs to is said under a key that is not in the database."""

import hashlib
import hmac

from django.conf import settings
from django.db import migrations, models


def name_nobody(apps, schema_editor):
    rows = apps.get_model("committees", "SignInDay").objects
    for row in rows.all().iterator():
        said = f"sign-in:{row.person_id}:{row.day}".encode()
        account = hmac.new(settings.IDENTITY_KEY.encode(), said, hashlib.sha256).hexdigest()
        rows.filter(pk=row.pk).update(account=account)


class Migration(migrations.Migration):
    dependencies = [("committees", "0016_given_on")]

    operations = [
        migrations.RemoveConstraint(model_name="signinday", name="sign_in_day_once"),
        migrations.AddField(
            model_name="signinday",
            name="account",
            field=models.CharField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(name_nobody, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="signinday", name="person"),
        migrations.AddConstraint(
            model_name="signinday",
            constraint=models.UniqueConstraint(
                fields=("account", "day", "kind", "device"), name="sign_in_day_once"
            ),
        ),
    ]
