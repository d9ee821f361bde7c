"""The public holidays that are known; the Board confirms them year by year."""

from django.db import migrations

from committees.reference import days_off


def add_days(apps, schema_editor):
    days_off.add_days(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies = [("committees", "0002_guards")]
    operations = [migrations.RunPython(add_days, migrations.RunPython.noop, elidable=False)]
