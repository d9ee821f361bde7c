"""What the role may do under which the portal runs: its daily work, and nothing to the tables.

Whoever owns a table may empty it and take its triggers off. So the tables belong to another role,
which migrates and restores; the portal's own reads and writes rows, and what is only added to it
can neither change nor remove.
"""

from django.db import connection

# Tables that are only added to: each refuses every UPDATE, DELETE and TRUNCATE itself, too.
FINAL = (
    "dialogue_portal_auditentry",
    "dialogue_sessions_openingdecision",
    "dialogue_sessions_openingrequest",
    "dialogue_sessions_unsealing",
    "reports_exemption",
    "reports_extension",
    "reports_jobevent",
)
# What may be changed in them all the same, where the table itself lets it: a reason is replaced by
# the mark that it was taken out, once two bodies have agreed (migration reports 0013).
CHANGED = {
    "dialogue_sessions_openingdecision": "reason",
    "dialogue_sessions_openingrequest": "reason",
}
READ = ("django_migrations",)
DAILY = {"SELECT", "INSERT", "UPDATE", "DELETE"}
TOO_MUCH = ("TRUNCATE", "REFERENCES", "TRIGGER")


def rights_on(table):
    """Return what the portal needs of `table`."""
    if table in READ:
        return {"SELECT"}
    return {"SELECT", "INSERT"} if table in FINAL else DAILY


def grant(role):
    """Give `role` what the portal needs of every table and sequence, and take the rest away."""
    name = connection.ops.quote_name(role)
    with connection.cursor() as cursor:
        for table in _tables(cursor):
            quoted = connection.ops.quote_name(table)
            cursor.execute(f"REVOKE ALL ON TABLE {quoted} FROM PUBLIC, {name}")
            rights = ", ".join(sorted(rights_on(table)))
            cursor.execute(f"GRANT {rights} ON TABLE {quoted} TO {name}")
            if column := CHANGED.get(table):
                cursor.execute(f"GRANT UPDATE ({column}) ON TABLE {quoted} TO {name}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {name}")
        cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {name}")


def wrong_with_this_role():
    """Return what the role of this connection may do too much, or lacks, one line for each."""
    wrong = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        if cursor.fetchone()[0]:
            wrong.append("it is a superuser, or may make roles")
        cursor.execute("SELECT has_schema_privilege('public', 'CREATE')")
        if cursor.fetchone()[0]:
            wrong.append("it may make tables")
        for table in _tables(cursor):
            has = {right for right in (*DAILY, *TOO_MUCH) if _has(cursor, table, right)}
            needed = rights_on(table)
            wrong += [f"{table}: it may {right}" for right in sorted(has - needed)]
            wrong += [f"{table}: it may not {right}" for right in sorted(needed - has)]
            if table in CHANGED and not _has_column(cursor, table, CHANGED[table]):
                wrong.append(f"{table}: it may not UPDATE ({CHANGED[table]})")
    return wrong


def _has(cursor, table, right):
    cursor.execute("SELECT has_table_privilege(%s, %s)", [connection.ops.quote_name(table), right])
    return cursor.fetchone()[0]


def _has_column(cursor, table, column):
    cursor.execute(
        "SELECT has_column_privilege(%s, %s, 'UPDATE')", [connection.ops.quote_name(table), column]
    )
    return cursor.fetchone()[0]


def _tables(cursor):
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
        " AND relkind IN ('r', 'p') ORDER BY relname"
    )
    return [name for (name,) in cursor.fetchall()]
