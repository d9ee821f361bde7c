"""The process of a rehearsal: python -m operations.rehearsal, started by `stage` alone.

One line of JSON for each step on the standard output, the last one with the findings.
"""

import json
import os
import sys
from pathlib import Path


def main(folder, committees, questions):
    """Prepare the place, play, judge. Everything lies below `folder`."""
    from operations.rehearsal.mail_sink import MailSink  # noqa: PLC0415

    sink = MailSink()
    os.environ["EMAIL_URL"] = f"smtp://127.0.0.1:{sink.port}"  # before the settings are read

    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from foundation.clock import database_now  # noqa: PLC0415

    places = (settings.DATABASES["default"]["NAME"], settings.DATA_DIR, settings.KEYS_DIR)
    if not (settings.VIRTUAL_NOW and all(Path(one).is_relative_to(folder) for one in places)):
        sys.exit("This is not the place of a rehearsal.")

    from operations.rehearsal import checks, facts  # noqa: PLC0415
    from operations.rehearsal.play import Play  # noqa: PLC0415

    sink.now = database_now
    sink.open()
    say("tables", 0)
    call_command("migrate", verbosity=0, interactive=False)
    play = Play(committees=committees, questions=questions, sink=sink, tell=say)
    script, seen = play.perform()
    found = facts.gather(script, seen, sink.letters)
    say("checks", 96)
    Path(folder, "facts.json").write_text(json.dumps(found, default=str), encoding="utf-8")
    print(json.dumps({"findings": checks.judge(found)}), flush=True)


def say(step, percent):
    """Tell whoever started this how far it is."""
    print(json.dumps({"step": step, "percent": percent}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]) or None)
