"""D-07: the newest migrations, back and forward, over 100,000 questions, while somebody reads and asks.

`python -m bench.migrating [questions]`. Prints for each migration what it took, and for how long
whoever wanted to read or to write a question meanwhile had to wait at most. Exits with 1 if that
was more than two seconds or if a row was lost.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time

import psycopg

from bench.servers import ROOT, postgresql

PATIENCE = 2.0  # seconds that anybody may have to wait
APPS = ("dialogue_sessions", "committees", "hall", "reports", "dialogue_portal")
FILL = """
import datetime as dt
from django.utils import timezone
from sessions.models import Question
from tests.world import build_world
world, number = build_world(), {number}
at = timezone.now()
for begin in range(0, number, 5_000):
    Question.objects.bulk_create(
        Question(
            conference=world.conference, committee=world.host, theme=world.themes[n % 5],
            kind="opinion", level="named", author=world.staff, received_at=at,
            original_text=f"Câu hỏi thứ {{n}} của buổi đối thoại về điều kiện làm việc",
        )
        for n in range(begin, min(begin + 5_000, number))
    )
"""


def manage(settings, *command):
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr[-1_500:])
    return done.stdout


class Visitor(threading.Thread):
    """Reads a question, or changes one, again and again; remembers the longest wait."""

    def __init__(self, database, statement):
        super().__init__(daemon=True)
        self.database, self.statement = database, statement
        self.longest, self.over, self.done = 0.0, threading.Event(), 0

    def run(self):
        while not self.over.is_set():
            # Suppressed: a column that is not there for a moment.
            with (
                contextlib.suppress(psycopg.Error),
                psycopg.connect(self.database, autocommit=True) as connection,
            ):
                while not self.over.is_set():
                    began = time.monotonic()
                    connection.execute(self.statement)
                    self.longest = max(self.longest, time.monotonic() - began)
                    self.done += 1
                    time.sleep(0.02)


def while_visited(database, act):
    """Do `act` while somebody reads and somebody writes; return seconds, longest waits."""
    visitors = [
        Visitor(database, "SELECT id, original_text FROM dialogue_sessions_question LIMIT 20"),
        Visitor(
            database,
            "UPDATE dialogue_sessions_question SET display_text = display_text "
            "WHERE id = (SELECT id FROM dialogue_sessions_question LIMIT 1)",
        ),
    ]
    for one in visitors:
        one.start()
    began = time.monotonic()
    try:
        act()
    finally:
        took = time.monotonic() - began
        for one in visitors:
            one.over.set()
        for one in visitors:
            one.join(120)
    return took, [one.longest for one in visitors]


def newest(settings):
    """Return [(app, migration, the one before)] of what may be taken back: the newest of each app."""
    found = []
    for app in APPS:
        lines = [
            line.split()[-1]
            for line in manage(settings, "showmigrations", app, "--plan").split("\n")
            if f"{app}." in line
        ]
        names = [line.partition(".")[2] for line in lines if line.startswith(f"{app}.")]
        if len(names) > 1:
            found.append((app, names[-1], names[-2]))
    return found


def main(number):
    worst, lost = 0.0, 0
    with tempfile.TemporaryDirectory() as folder, postgresql() as server:
        database = f"{server}/postgres"
        settings = {
            "DATABASE_URL": database, "REDIS_URL": "redis://127.0.0.1:1/0",
            "TEST_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "tests.settings",
        }  # fmt: skip
        manage(settings, "migrate", "-v0")
        manage(settings, "shell", "-v0", "-c", FILL.format(number=number))
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE dialogue_sessions_question")
        for app, last, before in newest(settings):
            for word, target in (("back", before), ("forward", last)):
                try:
                    took, waits = while_visited(
                        database,
                        lambda: manage(settings, "migrate", "-v0", app, target),  # noqa: B023
                    )
                except RuntimeError as error:
                    if "Irreversible" not in str(error):
                        raise
                    print(f"D-07: {app} {last} cannot be taken back")
                    break
                worst = max(worst, *waits)
                print(
                    f"D-07: {app} {last} {word}: {took:.1f} s, reading waited {waits[0]:.2f} s, "
                    f"writing {waits[1]:.2f} s"
                )
        with psycopg.connect(database) as connection:
            (rows,) = connection.execute(
                "SELECT count(*) FROM dialogue_sessions_question"
            ).fetchone()
        lost = number - rows
    print(f"D-07: {number} questions, longest wait {worst:.2f} s, {lost} lost")
    return int(worst > PATIENCE or lost != 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000))
