"""What the database itself refuses: another level of disclosure, another past of an unsealing."""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION dialogue_level_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the level of disclosure of a question is final'
            USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER level_is_final BEFORE UPDATE OF level ON dialogue_sessions_question
        FOR EACH ROW WHEN (OLD.level IS DISTINCT FROM NEW.level)
        EXECUTE FUNCTION dialogue_level_is_final();
    CREATE FUNCTION dialogue_unsealing_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'an unsealing is neither changed nor removed'
            USING ERRCODE = 'check_violation';
    END $$;
    CREATE TRIGGER unsealing_is_final BEFORE UPDATE OR DELETE ON dialogue_sessions_unsealing
        FOR EACH ROW EXECUTE FUNCTION dialogue_unsealing_is_final();
    """
]
SQLITE = [
    """
    CREATE TRIGGER level_is_final BEFORE UPDATE OF level ON dialogue_sessions_question
        WHEN OLD.level IS NOT NEW.level
        BEGIN SELECT RAISE(ABORT, 'the level of disclosure of a question is final'); END
    """,
    """
    CREATE TRIGGER unsealing_is_not_changed BEFORE UPDATE ON dialogue_sessions_unsealing
        BEGIN SELECT RAISE(ABORT, 'an unsealing is neither changed nor removed'); END
    """,
    """
    CREATE TRIGGER unsealing_is_not_removed BEFORE DELETE ON dialogue_sessions_unsealing
        BEGIN SELECT RAISE(ABORT, 'an unsealing is neither changed nor removed'); END
    """,
]
BACK = {
    "postgresql": [
        "DROP TRIGGER level_is_final ON dialogue_sessions_question;"
        "DROP FUNCTION dialogue_level_is_final;"
        "DROP TRIGGER unsealing_is_final ON dialogue_sessions_unsealing;"
        "DROP FUNCTION dialogue_unsealing_is_final;"
    ],
    "sqlite": [
        "DROP TRIGGER level_is_final",
        "DROP TRIGGER unsealing_is_not_changed",
        "DROP TRIGGER unsealing_is_not_removed",
    ],
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
    dependencies = [("dialogue_sessions", "0004_identity")]
    operations = [migrations.RunPython(guard, unguard)]
