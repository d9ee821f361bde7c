"""What the database itself refuses: another level of disclosure, and a name opened without two people
of two bodies.

A request comes from whoever has been the committee's secretary for 14 days, by roles that were
written down then; one at a time for each question. An agreement and a refusal come from
somebody of the Board who has held nothing in the office since it was asked and has not made
that person its secretary within a year. A name is read
within 24 hours of the agreement, while whoever asked is still the secretary. None of the three
is changed or removed: reports.migrations.0002_guards, which knows the one exception.
"""

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
    """
]
SQLITE = [
    """
    CREATE TRIGGER level_is_final BEFORE UPDATE OF level ON dialogue_sessions_question
        WHEN OLD.level IS NOT NEW.level
        BEGIN SELECT RAISE(ABORT, 'the level of disclosure of a question is final'); END
    """,
]
TABLES = ("openingrequest", "openingdecision", "unsealing")
SECRETARY = """
    EXISTS (SELECT 1 FROM committees_membership m WHERE m.user_id = {user} AND m.role = 'secretary'
        AND m.committee_id = {committee} AND m.starts_on <= {day}
        AND (m.ends_on IS NULL OR m.ends_on >= {day}) {more})
"""
RULES = {
    # table: [(what must be so, what is said where it is not), …]
    "openingrequest": [
        (
            """EXISTS (SELECT 1 FROM dialogue_sessions_question q WHERE q.id = NEW.question_id
                AND q.level <> 'named' AND q.committee_id = NEW.committee_id)""",
            "a name is asked for by the committee that handles the question",
        ),
        (
            """EXISTS (SELECT 1 FROM committees_committee c WHERE c.id = NEW.board_id
                AND c.kind = 'board' AND c.id <> NEW.committee_id)""",
            "a Board decides",
        ),
        (
            """NOT EXISTS (SELECT 1 FROM dialogue_sessions_openingrequest r
                LEFT JOIN dialogue_sessions_openingdecision d ON d.request_id = r.id
                WHERE r.question_id = NEW.question_id AND d.id IS NULL AND r.lapses_at > NEW.at)""",
            "one open request for each question",
        ),
        (
            SECRETARY.format(
                user="NEW.by_id", committee="NEW.committee_id", day="{today}", more=""
            ),
            "the secretary asks",
        ),
        (
            SECRETARY.format(
                user="NEW.by_id",
                committee="NEW.committee_id",
                day="{fortnight_ago}",
                more="AND m.given_on <= {fortnight_ago}",
            ),
            "the secretary has held the office for 14 days",
        ),
    ],
    "openingdecision": [
        (
            """EXISTS (SELECT 1 FROM dialogue_sessions_openingrequest r WHERE r.id = NEW.request_id
                AND NEW.at >= r.at AND NEW.at < r.lapses_at
                AND (NEW.verdict = 'withdrawn') = (NEW.by_id = r.by_id))""",
            "another person decides, and in time",
        ),
        (
            """NEW.verdict = 'withdrawn' OR EXISTS (
                SELECT 1 FROM dialogue_sessions_openingrequest r JOIN committees_membership m
                ON m.committee_id = r.board_id AND m.user_id = NEW.by_id
                WHERE r.id = NEW.request_id AND m.role IN ('head', 'officer')
                AND m.starts_on <= {today} AND (m.ends_on IS NULL OR m.ends_on >= {today}))""",
            "the Board decides",
        ),
        (
            """NEW.verdict = 'withdrawn' OR NOT EXISTS (
                SELECT 1 FROM dialogue_sessions_openingrequest r JOIN committees_membership m
                ON m.committee_id = r.committee_id AND m.user_id = NEW.by_id
                WHERE r.id = NEW.request_id AND m.role IN ('secretary', 'clerk')
                AND (m.ends_on IS NULL OR m.ends_on >= {day_of_request}))""",
            "nobody of the office decides",
        ),
        (
            """NEW.verdict = 'withdrawn' OR NOT EXISTS (
                SELECT 1 FROM dialogue_sessions_openingrequest r JOIN committees_membership m
                ON m.committee_id = r.committee_id AND m.user_id = r.by_id
                WHERE r.id = NEW.request_id AND m.role = 'secretary' AND m.given_by_id = NEW.by_id
                AND m.given_on > {a_year_before})""",
            "whoever has appointed the secretary does not decide",
        ),
    ],
    "unsealing": [
        (
            """EXISTS (SELECT 1 FROM dialogue_sessions_openingrequest r
                JOIN dialogue_sessions_openingdecision d ON d.request_id = r.id
                WHERE r.id = NEW.request_id AND d.verdict = 'agreed' AND d.by_id <> r.by_id
                AND NEW.at >= d.at AND {within_a_day})""",
            "no name is opened without an agreement of the last 24 hours",
        ),
        (
            "EXISTS (SELECT 1 FROM dialogue_sessions_openingrequest r WHERE r.id = NEW.request_id AND "
            + SECRETARY.format(user="r.by_id", committee="r.committee_id", day="{today}", more="")
            + ")",
            "the secretary who asked opens the name",
        ),
    ],
}
WORDS = {
    "postgresql": {
        "today": "(NEW.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
        "fortnight_ago": "((NEW.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 14)",
        "a_year_before": "((r.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 365)",
        "day_of_request": "(r.at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
        "within_a_day": "NEW.at < d.at + interval '24 hours'",
    },
    "sqlite": {
        "today": "date(NEW.at, '+7 hours')",
        "fortnight_ago": "date(NEW.at, '+7 hours', '-14 days')",
        "a_year_before": "date(r.at, '+7 hours', '-365 days')",
        "day_of_request": "date(r.at, '+7 hours')",
        "within_a_day": "julianday(NEW.at) < julianday(d.at) + 1",
    },
}
# Two who ask for the same name, or answer the same request, wait for each other.
LOCKED = {
    "openingrequest": "PERFORM 1 FROM dialogue_sessions_question WHERE id = NEW.question_id FOR NO KEY UPDATE;",
    "openingdecision": "",
    "unsealing": "",
}


def guard(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    for statement in POSTGRESQL if vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement, params=None)
    for table in TABLES:
        rules = [(rule.format(**WORDS[vendor]), said) for rule, said in RULES[table]]
        for statement in (_postgresql if vendor == "postgresql" else _sqlite)(table, rules):
            schema_editor.execute(statement, params=None)


def _postgresql(table, rules):
    checks = "".join(
        f"IF NOT ({rule}) THEN RAISE EXCEPTION '{said}' USING ERRCODE = 'check_violation'; END IF;\n"
        for rule, said in rules
    )
    yield f"""
        CREATE FUNCTION dialogue_{table}_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
        {LOCKED[table]}
        {checks}
        RETURN NEW;
        END $$;
        CREATE TRIGGER {table}_by_two BEFORE INSERT ON dialogue_sessions_{table}
            FOR EACH ROW EXECUTE FUNCTION dialogue_{table}_by_two();
    """


def _sqlite(table, rules):
    for number, (rule, said) in enumerate(rules, 1):
        yield f"""
            CREATE TRIGGER {table}_by_two_{number} BEFORE INSERT ON dialogue_sessions_{table}
            WHEN NOT ({rule}) BEGIN SELECT RAISE(ABORT, '{said}'); END
        """


class Migration(migrations.Migration):
    dependencies = [("dialogue_sessions", "0001_initial"), ("committees", "0001_initial")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop, elidable=False)]
