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
BACK = {
    "postgresql": [
        "DROP TRIGGER audit_is_final ON dialogue_portal_auditentry;"
        "DROP FUNCTION dialogue_audit_is_final;"
    ],
    "sqlite": ["DROP TRIGGER audit_is_final_update", "DROP TRIGGER audit_is_final_delete"],
}


def guard(apps, schema_editor):
    _run({"postgresql": POSTGRESQL, "sqlite": SQLITE}, schema_editor)


def unguard(apps, schema_editor):
    _run(BACK, schema_editor)


def _run(statements, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        for statement in statements[schema_editor.connection.vendor]:
            cursor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("dialogue_portal", "0001_audit")]
    operations = [migrations.RunPython(guard, unguard)]
