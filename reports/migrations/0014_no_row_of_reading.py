"""That an answer about the own data was read is told by the own browser, by no row."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_reasons_taken_out")]

    operations = [migrations.RemoveField(model_name="personalrequest", name="is_read")]
