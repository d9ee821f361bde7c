"""Attempts to sign in are counted outside the database; the table that held them goes."""

from django.core.management import call_command
from django.db import migrations


def make_the_other(apps, schema_editor):
    """Make the table of what is to last, where the first migration made another one."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("committees", "0013_account_recovery")]
    operations = [
        migrations.RunPython(make_the_other, migrations.RunPython.noop, elidable=False),
        migrations.RunSQL("DROP TABLE IF EXISTS attempts", migrations.RunSQL.noop),
    ]
