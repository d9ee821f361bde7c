"""An evening before the deadline: 900 reports, on this machine, with two workers.

C-16: issued reports rendered by two workers (claim, snapshot check, child process, attachments,
sync, hash, rows) against bare WeasyPrint rendering the same HTML with the same options in two
processes; wall time, in turns of `SLICE` reports each, in one run. C-15: meanwhile, how long
from "Phát hành" until the report lies in the inbox. Exits with 1 when a must is missed.

    script/bench delivery [reports, 900 without]
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
REPORTS, SLICE, PROCESSES, QUESTIONS = 900, 50, 2, 10
LATECOMER_EVERY = 2  # seconds: so often somebody issues a report while others are rendered
PIPELINE_MUST, INBOX_MUST, EVENING_MUST = 1.15, 1.0, 30 * 60


def set_up(database, folder):
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.settings",
        DATABASE_URL=f"{database}/postgres",
        TEST_DATA_DIR=folder,
        REDIS_URL="redis://127.0.0.1:1/0",
        LOG_LEVEL="ERROR",
    )
    import django

    django.setup()


def prepare(reports):
    """Make the world and so many drafts, each with `QUESTIONS` answered questions."""
    import datetime as dt

    from django.core.management import call_command

    from bench.report import ANSWER, QUESTION
    from sessions.models import Answer, Attendance, Question
    from tests.faults.many import many_drafts
    from tests.world import NOON, build_world, make_conference, moment

    call_command("migrate", verbosity=0)
    world = build_world()
    drafts = many_drafts(world, reports)
    for draft in drafts:
        conference = make_conference(
            draft.committee,
            world.secretary,
            state="closed",
            starts_at=moment(-5),
            ends_at=moment(-5, 3),
            turns=7,
            diverted=0,
        )
        Attendance.objects.create(
            conference=conference, invited=50, present=40, party_members=30, civil_servants=20,
            public_employees=10, workers=10, women=18, online=5,
        )  # fmt: skip
        questions = Question.objects.bulk_create(
            Question(
                conference=conference, committee=draft.committee, number=number + 1,
                state="answered_written", theme=world.themes[number % len(world.themes)],
                kind="opinion", original_text=QUESTION, edited_ok=True, received_at=NOON,
                due_on=dt.date(2026, 6, 20),
            )
            for number in range(QUESTIONS)
        )  # fmt: skip
        Answer.objects.bulk_create(
            Answer(
                question=question, state="published", text=ANSWER, answered_by="Văn phòng",
                written_at=NOON, published_at=NOON,
            )
            for question in questions
        )  # fmt: skip
    return drafts


def work(*keys):
    """Be a worker: render what is named, unless another has it; tell how many seconds it took."""
    from jobs.domain.rendering import render
    from reports.documents.child import _helper

    with _helper():
        pass  # begun, as in a worker that has been at work for a while

    sys.stdin.readline()  # everything is loaded; wait for the word
    began = time.perf_counter()
    for key in keys:
        render(int(key))
    print(time.perf_counter() - began, flush=True)


def bare(folder, *names):
    """Be a process with nothing but WeasyPrint: the same HTML, the same options."""
    from weasyprint import HTML

    from reports.documents.pdf import STATIC

    def fetch(url, *args, **kwargs):
        from weasyprint.urls import URLFetcherResponse

        if url.startswith("data:"):
            from weasyprint.urls import URLFetcher

            return URLFetcher().fetch(url)
        return URLFetcherResponse(url, (STATIC / url.removeprefix("static:")).read_bytes(), {})

    HTML(string='<html lang="vi"><p>Đối thoại').write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
    sys.stdin.readline()
    began = time.perf_counter()
    for name in names:
        path = Path(folder, name)
        html = path.read_text(encoding="utf-8")
        pdf = HTML(string=html, url_fetcher=fetch).write_pdf(pdf_variant="pdf/a-3a", pdf_tags=True)
        path.with_suffix(".pdf").write_bytes(pdf)
    print(time.perf_counter() - began, flush=True)


def at_once(*commands):
    """Run the commands side by side; yield None while they work, then the seconds of the slower."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "bench.delivery", *command], cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )
        for command in commands
    ]  # fmt: skip
    time.sleep(4)  # until both have loaded what they need
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    while any(process.poll() is None for process in processes):
        yield None
    assert not any(process.returncode for process in processes)
    yield max(float(process.stdout.read()) for process in processes)


def halves(things):
    return [things[place::PROCESSES] for place in range(PROCESSES)]


def issue(draft):
    """Issue one as its secretary does; return the seconds until it lies in the inbox."""
    from foundation.clock import database_now
    from reports.domain import issuing
    from reports.models import InboxItem
    from tests.world import NOON

    secretary = draft.committee.memberships.get(role="secretary").user
    began = time.perf_counter()
    issuing.issue_report(draft, by=secretary, at=min(NOON, database_now()))
    assert InboxItem.objects.filter(report=draft).exists()
    return time.perf_counter() - began


def measure(reports):
    from django.db import connection

    from jobs.models import Rendering
    from reports.documents.pdf import document_html

    drafts = prepare(reports + reports // 2)
    first, later = drafts[:reports], iter(drafts[reports:])
    quiet = [issue(draft) for draft in first]
    busy, ours, theirs = [], [], []
    for start in range(0, reports, SLICE):
        part = first[start : start + SLICE]
        keys = [str(Rendering.objects.get(report=draft).pk) for draft in part]
        connection.close()
        for took in at_once(*(("work", *half) for half in halves(keys))):
            if took is None and (draft := next(later, None)):
                busy.append(issue(draft))
            time.sleep(LATECOMER_EVERY)
        ours.append(took)
        with tempfile.TemporaryDirectory() as folder:
            for draft in part:
                draft.refresh_from_db()
                html = document_html(draft.snapshot["document"])
                Path(folder, f"{draft.pk}.html").write_text(html, encoding="utf-8")
            names = [f"{draft.pk}.html" for draft in part]
            bare = at_once(*(("bare", folder, *half) for half in halves(names)))
            while (took := next(bare)) is None:
                time.sleep(0.2)
            theirs.append(took)
        print(f"{start + len(part):5} reports: {ours[-1]:6.1f} s, bare {theirs[-1]:6.1f} s,"
              f" ratio {ours[-1] / theirs[-1]:.3f}", flush=True)  # fmt: skip
    unfinished = Rendering.objects.filter(report__in=first).exclude(state="done").count()
    return quiet, busy, ours, theirs, unfinished


def main(reports=REPORTS):
    from bench.servers import postgresql

    with postgresql() as database, tempfile.TemporaryDirectory() as folder:
        set_up(database, folder)
        quiet, busy, ours, theirs, unfinished = measure(int(reports))
    ratio = sum(ours) / sum(theirs)
    last = statistics.quantiles(busy, n=100)[98] if len(busy) > 1 else 0
    print(f"C-16: {reports} reports by {PROCESSES} workers in {sum(ours):.0f} s, {ratio:.3f} of bare"
          f" WeasyPrint (must {PIPELINE_MUST}); unfinished {unfinished}")  # fmt: skip
    print(f"C-15: to the inbox, 99th percentile: {last:.3f} s while reports are rendered"
          f" ({len(busy)} issued), {statistics.quantiles(quiet, n=100)[98]:.3f} s otherwise"
          f" (must {INBOX_MUST})")  # fmt: skip
    held = ratio <= PIPELINE_MUST and last <= INBOX_MUST and not unfinished
    return 0 if held and sum(ours) <= EVENING_MUST else 1


if __name__ == "__main__":
    if sys.argv[1:2] in (["work"], ["bare"]):
        import django

        django.setup()
        {"work": work, "bare": bare}[sys.argv[1]](*sys.argv[2:])
    else:
        sys.exit(main(*sys.argv[1:]))
