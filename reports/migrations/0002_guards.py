"""What the database itself refuses: that rows which are only added to are changed, removed or emptied.

What two bodies did about a name has one exception: its reason becomes the mark that two bodies had it
taken out, while a purge of that question is carried out or has been. Everything else of the row stays.
TRUNCATE asks no trigger of a row, so the tables refuse it themselves; SQLite has none.
"""

from django.db import migrations

ADDED_TO = ("reports_jobevent", "reports_extension")
MARK = "(Nội dung đã được gỡ theo quyết định của hai cơ quan.)"
SAID = "what two bodies did about a name is neither changed nor removed"
# table: (what else stands in it, the question of the row)
OPENINGS = {
    "openingrequest": (
        ("id", "question_id", "committee_id", "board_id", "code", "by_id", "by_name", "at", "lapses_at"),
        "OLD.question_id",
    ),
    "openingdecision": (
        ("request_id", "id", "verdict", "by_id", "by_name", "at"),
        "(SELECT r.question_id FROM dialogue_sessions_openingrequest r WHERE r.id = OLD.request_id)",
    ),
}  # fmt: skip
NEVER_EMPTIED = (
    "dialogue_portal_auditentry",
    "dialogue_sessions_unsealing",
    "dialogue_sessions_openingrequest",
    "dialogue_sessions_openingdecision",
    "reports_extension",
    "reports_jobevent",
)


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in _postgresql() if vendor == "postgresql" else _sqlite():
        schema_editor.execute(statement, params=None)


def _rules(same):
    """Yield (table, the one change that it permits, or None)."""
    for table, (columns, question) in OPENINGS.items():
        kept = " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns)
        yield (
            table,
            f"NEW.reason = '{MARK}' AND OLD.reason NOT IN ('', '{MARK}') AND {kept} AND EXISTS ("
            f"SELECT 1 FROM reports_purge p WHERE p.question_id = {question}"
            " AND p.state = 'done' AND p.decided_by_id <> p.asked_by_id)",
        )
    yield "unsealing", None


def _postgresql():
    for table in ADDED_TO:
        name = table.removeprefix("reports_")
        yield (
            f"CREATE FUNCTION {name}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN RAISE EXCEPTION 'rows of {table} are neither changed nor removed' "
            "USING ERRCODE = 'check_violation'; END $$"
        )
        yield (
            f"CREATE TRIGGER {name}_is_final BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}_is_final()"
        )
    for table, rule in _rules("IS NOT DISTINCT FROM"):
        permitted = f"IF TG_OP = 'UPDATE' THEN IF {rule} THEN RETURN NEW; END IF; END IF;"
        yield f"""
        CREATE FUNCTION dialogue_{table}_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
        {permitted if rule else ""}
        RAISE EXCEPTION '{SAID}' USING ERRCODE = 'check_violation';
        END $$
        """
        yield (
            f"CREATE TRIGGER {table}_is_final BEFORE UPDATE OR DELETE ON dialogue_sessions_{table} "
            f"FOR EACH ROW EXECUTE FUNCTION dialogue_{table}_is_final()"
        )
    yield (
        "CREATE FUNCTION dialogue_is_never_emptied() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'rows of % are neither changed nor removed', TG_TABLE_NAME "
        "USING ERRCODE = 'check_violation'; END $$"
    )
    for table in NEVER_EMPTIED:
        yield (
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION dialogue_is_never_emptied()"
        )


def _sqlite():
    for table in ADDED_TO:
        name = table.removeprefix("reports_")
        for act in ("update", "delete"):
            yield (
                f"CREATE TRIGGER {name}_no_{act} BEFORE {act.upper()} ON {table} BEGIN "
                f"SELECT RAISE(ABORT, 'rows of {table} are neither changed nor removed'); END"
            )
    for table, rule in _rules("IS"):
        for act in ("update", "delete"):
            when = f"WHEN NOT ({rule})" if rule and act == "update" else ""
            yield f"""
            CREATE TRIGGER {table}_is_final_{act} BEFORE {act.upper()} ON dialogue_sessions_{table}
            {when} BEGIN SELECT RAISE(ABORT, '{SAID}'); END
            """


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue_portal", "0001_initial"),
        ("dialogue_sessions", "0002_guards"),
        ("reports", "0001_initial"),
    ]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
