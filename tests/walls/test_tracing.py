"""What was ordered in a request can be followed to the file and the mail that came of it."""

import io
import json
import re
import time

import pytest
from django.conf import settings
from django.core.management import call_command
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from dialogue_portal.celery import app
from foundation import logs, tracing
from jobs import kinds
from jobs.domain.queueing import queue_mail
from jobs.kinds import NotMade
from jobs.models import Delivery, Rendering
from reports.domain import issuing, report_files
from reports.domain.drafting import start_draft
from tests.house import PACKAGES
from tests.reports.story import hold_a_dialogue
from tests.walls.test_logs import CANARY
from tests.world import NOON

OURS = ("django", *PACKAGES)
NAME = re.compile(r"[0-9a-f]{16}")


@pytest.fixture
def draft(world):
    hold_a_dialogue(world)
    return start_draft(world.obligation, by=world.clerk, at=NOON)


def wait_for(condition, seconds=60):
    give_up_at = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up_at, "waited in vain"
        time.sleep(0.1)


def told_by(worker):
    lines = worker.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith('{"at"')]


def of(events, kind, pk):
    """Return what was written down of one row: [(event, request), …]."""
    return [(event["event"], event.get("request")) for event in events if event.get(kind) == pk]


# --- a real worker --------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_from_the_request_to_the_file_and_the_mails(
    world,
    draft,
    client,
    run_worker,
    smtp_server,
    written,
):
    worker = run_worker()
    client.force_login(world.secretary)

    client.post(f"/reports/{draft.pk}/issue/")
    wait_for(lambda: Delivery.objects.filter(state="done").count() == 2)
    reminder, _ = queue_mail("emails/reports/reminder", to="a@b.vn", once="x", at=timezone.now())
    app.send_task("operations.tasks.tick")
    wait_for(lambda: len(of(told_by(worker), "delivery", reminder.pk)) == 2)

    (asked_in,) = {e["request"] for e in written.events if e.get("page") == "reports:report_issue"}
    events, file = told_by(worker), Rendering.objects.get().pk
    rows = [("rendering", file), *(("delivery", pk) for pk in mails(draft))]
    for row in rows:
        assert of(written.events, *row) == [("Job ordered", asked_in)]
        assert of(events, *row) == [
            ("Job claimed, attempt 1", asked_in),
            ("Job done, attempt 1", asked_in),
        ]
    ended = [event for event in events if "render_file" in event["event"] and "request" in event]
    assert [event["request"] for event in ended] == [asked_in]
    # Nobody asked for the reminder: the tick found it.
    of_tick = [event for event in events if event.get("delivery") == reminder.pk]
    assert [event.get("request") for event in of_tick] == [None, None]
    assert NAME.fullmatch(of_tick[0]["run"])
    assert {event["run"] for event in events if "run" in event} == {of_tick[0]["run"]}
    assert "example.vn" not in json.dumps(events)


def mails(report):
    return list(report.deliveries.order_by("pk").values_list("pk", flat=True))


# --- what goes wrong ------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_failure_names_its_row_and_run_and_quotes_nothing(
    world,
    draft,
    smtp_server,
    dead_broker,
    written,
    monkeypatch,
):
    def fail(*_, **__):
        raise NotMade("crash", f"ValueError: {CANARY}")

    issuing.issue_report(draft, by=world.secretary, at=NOON)
    file = Rendering.objects.get().pk
    mail, _ = queue_mail(
        "emails/reports/reminder", to="office@example.vn", once="x", at=timezone.now(),
        context={"name": "A", "days_left": 3, "status": "none"},
    )  # fmt: skip
    monkeypatch.setattr(report_files, "write_pdf_in_child", fail)
    monkeypatch.setattr(kinds, "STILL_NEEDED", [])
    smtp_server.refuses = f"451 4.7.1 <office@example.vn> {CANARY}"

    call_command("deliver_due", stdout=io.StringIO())

    warnings = [event for event in written.events if event["level"] == "warning"]
    of_file = [event for event in warnings if event.get("rendering") == file]
    of_mail = [event for event in warnings if event.get("delivery") == mail.pk]
    assert [event["event"] for event in of_file] == [f"Rendering {file}, attempt 1: crash"]
    assert [event["event"] for event in of_mail] == [f"Delivery {mail.pk}, attempt 1: body: 451"]
    assert NAME.fullmatch(of_file[0]["run"])
    assert of_file[0]["run"] == of_mail[0]["run"]
    ours = [event for event in written.events if event["logger"].partition(".")[0] in OURS]
    text = json.dumps(ours, ensure_ascii=False)
    assert CANARY not in text
    assert "@example.vn" not in text


def test_of_two_rows_each_line_names_its_own(written):
    @tracing.works_on("delivery")
    def send(pk):
        logs.events.warning("Sending")

    with tracing.working_on("rendering", 7):
        send(8)
        logs.events.warning("Making")
    logs.events.warning("Idle")

    found = [(e["event"], e.get("rendering"), e.get("delivery")) for e in written.events]
    assert found == [("Sending", None, 8), ("Making", 7, None), ("Idle", None, None)]


# --- what goes along with a doorbell --------------------------------------------------


@pytest.mark.parametrize(
    ("host", "path", "goes_along"),
    [
        ("testserver", "/reports/", True),
        ("testserver", "/questions/mine/", False),
        ("testserver", "/conferences/7/ask/", False),
        ("testserver", "/receipt/", False),
        (settings.ANONYMOUS_HOST, "/", False),
    ],
)
def test_a_silent_request_sends_no_name_along(host, path, goes_along):
    carried = []

    def get_response(request):
        with tracing.a_run():
            carried.append(tracing.carried())
        return HttpResponse()

    logs.RequestEvents(get_response)(RequestFactory().get(path, HTTP_HOST=host))

    assert [set(names) for names in carried] == [{"asked_in", "rung_in"} if goes_along else set()]
    assert tracing.carried() == {}


def test_what_comes_along_is_a_name_or_nothing():
    tracing.take_up({"asked_in": "0123456789abcdef", "rung_in": f"{CANARY}\n"})
    taken = tracing.carried()
    tracing.put_down()

    assert taken == {"asked_in": "0123456789abcdef"}
    assert tracing.carried() == {}
