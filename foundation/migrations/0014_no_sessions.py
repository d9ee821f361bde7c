"""No table tells any more who signed in when: sessions lie in the browser."""

from django.db import migrations


def forget(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS django_session")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    apps.get_model("mfa", "Authenticator").objects.update(last_used_at=None)


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue_portal", "0013_spent_keys"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]
    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
