"""What the database itself refuses: an office beside a Board or the running of the portal."""

from django.core.management import call_command
from django.db import migrations

OFFICE, BOARD = "('secretary', 'clerk')", "('head', 'officer')"
CLASH = f"""
    EXISTS (SELECT 1 FROM committees_membership m WHERE m.user_id = NEW.user_id
        AND m.id {{differs}} NEW.id
        AND ((NEW.role IN {OFFICE} AND m.role IN {BOARD})
            OR (NEW.role IN {BOARD} AND m.role IN {OFFICE}))
        AND (NEW.ends_on IS NULL OR m.starts_on <= NEW.ends_on)
        AND (m.ends_on IS NULL OR m.ends_on >= NEW.starts_on))
    OR EXISTS (SELECT 1 FROM committees_user u WHERE u.id = NEW.user_id AND {{is_superuser}}
        AND (NEW.ends_on IS NULL OR NEW.ends_on >= {{today}}))
"""
REFUSED = "nobody works for two bodies at a time"
POSTGRESQL = [
    f"""
    CREATE FUNCTION dialogue_one_body() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.role IN {OFFICE} OR NEW.role IN {
        BOARD
    } THEN -- what others give the person is awaited
            PERFORM 1 FROM committees_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
        END IF;
        IF {
        CLASH.format(
            is_superuser="u.is_superuser", today="CURRENT_DATE", differs="IS DISTINCT FROM"
        )
    } THEN
            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER one_body BEFORE INSERT OR UPDATE ON committees_membership
        FOR EACH ROW EXECUTE FUNCTION dialogue_one_body();
    CREATE FUNCTION dialogue_administrator_alone() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF EXISTS (SELECT 1 FROM committees_membership m WHERE m.user_id = NEW.id
                AND (m.ends_on IS NULL OR m.ends_on >= CURRENT_DATE)) THEN
            RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER administrator_alone BEFORE UPDATE OF is_superuser ON committees_user
        FOR EACH ROW WHEN (NEW.is_superuser AND NOT OLD.is_superuser)
        EXECUTE FUNCTION dialogue_administrator_alone();
    """
]
SQLITE = [
    *(
        f"""
        CREATE TRIGGER one_body_{when.lower()} BEFORE {when} ON committees_membership
            WHEN {CLASH.format(is_superuser="u.is_superuser = 1", today="date('now')", differs="IS NOT")}
            BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
        """
        for when in ("INSERT", "UPDATE")
    ),
    f"""
    CREATE TRIGGER administrator_alone BEFORE UPDATE OF is_superuser ON committees_user
        WHEN NEW.is_superuser = 1 AND OLD.is_superuser = 0 AND EXISTS (
            SELECT 1 FROM committees_membership m WHERE m.user_id = NEW.id
            AND (m.ends_on IS NULL OR m.ends_on >= date('now')))
        BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END
    """,
]


def make_cache_table(apps, schema_editor):
    """Make the table of what is to last beyond a restart."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


def guard(apps, schema_editor):
    for statement in {"postgresql": POSTGRESQL, "sqlite": SQLITE}[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("committees", "0001_initial")]
    operations = [
        migrations.RunPython(make_cache_table, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(guard, migrations.RunPython.noop, elidable=False),
    ]
