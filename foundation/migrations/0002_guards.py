"""The database itself refuses to change or remove an entry of the record of acts."""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION dialogue_audit_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the record of acts is only added to' USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE ON dialogue_portal_auditentry
        FOR EACH ROW EXECUTE FUNCTION dialogue_audit_is_final();
    """
]
SQLITE = [
    f"""
    CREATE TRIGGER audit_is_final_{act.lower()} BEFORE {act} ON dialogue_portal_auditentry
        BEGIN SELECT RAISE(ABORT, 'the record of acts is only added to'); END
    """
    for act in ("UPDATE", "DELETE")
]


def guard(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("dialogue_portal", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
