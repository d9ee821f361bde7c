"""What an asker has read of requests for the own name is told by the own browser, by no row."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0018_prints_of_forms")]

    operations = [migrations.DeleteModel(name="OpeningSeen")]
