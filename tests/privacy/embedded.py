"""A text is taken out where the embedded database keeps everything: python -m tests.privacy.embedded.

In a process of its own: the tests themselves have another database. DATABASE_URL and
TEST_DATA_DIR come from the environment. Prints one line of JSON: which tables held it before and
which do afterwards, and what the report says now.
"""

import json
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from privacy.domain import purging  # noqa: E402
from reports.domain import drafting, issuing, writing  # noqa: E402
from reports.domain.inbox import verify_inbox  # noqa: E402
from tests.reports.story import hold_a_dialogue  # noqa: E402
from tests.world import NOON, build_world, moment  # noqa: E402

SECRET = "Kho ở sườn núi Nghiêng chứa bao nhiêu tấn?"
NEEDLES = ("Nghiêng", "nghiêng", r"Nghi\u00eang")  # as text, folded, and as JSON escapes it


def tables_with_it():
    """Return the tables in which it stands, also where letters are kept escaped."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            values = [str(value) for row in cursor.fetchall() for value in row]
            if any(needle in value for needle in NEEDLES for value in values):
                found.add(table)
    return sorted(found)


def main():
    call_command("migrate", verbosity=0)
    world = build_world()
    _, asked = hold_a_dialogue(world)
    question = asked["answered_written"]
    type(question).objects.filter(pk=question.pk).update(original_text=SECRET, display_text=SECRET)
    question.refresh_from_db()
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.write_narrative(
        draft, key="lead", text=f"Có ý kiến hỏi: {SECRET}", version=0, by=world.clerk, at=NOON
    )
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    before = tables_with_it()

    purge = purging.ask(
        question, why="secret", reason="Có nội dung mật.", by=world.secretary, at=NOON
    )
    purging.agree(purge, by=world.officer, at=moment(0, 1))

    report.refresh_from_db()
    lead = report.narratives.get(key="lead").text
    printed = report.snapshot["document"]["body"][0]["text"]
    print(
        json.dumps(
            {
                "vendor": connection.vendor,
                "before": before,
                "after": tables_with_it(),
                "narrative": lead,
                "snapshot": printed,
                "inbox": [str(one) for one in verify_inbox()],
            }
        )
    )


if __name__ == "__main__":
    main()
