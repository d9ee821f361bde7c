"""/metrics: read by Prometheus on the machine itself or with a word, and by nobody else."""

import datetime as dt
import re

import pytest
from django.db import OperationalError
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from foundation.models import MailChannel
from jobs.domain.alarms import raise_alarm
from jobs.domain.rendering import render
from jobs.domain.sent import HELD
from jobs.models import Delivery, Heartbeat, Rendering
from operations.views import metrics
from periods.models import ReportingPeriod
from reports.domain import issuing
from reports.domain.drafting import start_draft
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db
WORD = "a-word-for-prometheus"


def figures(client, **sent):
    """Return {name: {labels: value}} as Prometheus itself would read the page."""
    answer = client.get("/metrics", **sent)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    return {
        family.name: {tuple(one.labels.values()): one.value for one in family.samples}
        for family in text_string_to_metric_families(answer.content.decode())
    }


def value(found, name, *labels):
    return found[f"portal_{name}"][labels]


# --- who may read it ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "headers", "token", "status"),
    [
        ("127.0.0.1", {}, "", 200),
        ("::1", {}, WORD, 200),
        ("10.0.0.7", {}, "", 404),
        ("", {}, "", 404),
        ("127.0.0.1", {"x-forwarded-for": "127.0.0.1"}, "", 404),
        ("127.0.0.1", {"x-forwarded-proto": "https"}, "", 404),
        ("127.0.0.1", {"forwarded": "for=127.0.0.1"}, "", 404),
        ("127.0.0.1", {"x-real-ip": "127.0.0.1"}, WORD, 404),
        (
            "127.0.0.1",
            {"x-forwarded-for": "10.0.0.7", "authorization": f"Bearer {WORD}"},
            WORD,
            200,
        ),
        ("10.0.0.7", {"authorization": f"Bearer {WORD}"}, WORD, 200),
        ("10.0.0.7", {"authorization": f"Bearer {WORD}x"}, WORD, 404),
        ("10.0.0.7", {"authorization": WORD}, WORD, 404),
        ("10.0.0.7", {"authorization": "Bearer "}, "", 404),
        ("10.0.0.7", {"authorization": "Bearer ả"}, WORD, 404),
    ],
)
def test_it_is_for_this_machine_and_for_who_has_the_word(
    client, settings, address, headers, token, status
):
    settings.METRICS_TOKEN = token

    answer = client.get("/metrics", REMOTE_ADDR=address, headers=headers)

    assert answer.status_code == status


def test_to_others_it_is_like_what_does_not_exist(client):
    pages = []
    for name in ("metrics", "no-such-page"):
        answer = client.get(f"/{name}", REMOTE_ADDR="10.0.0.7")
        assert answer.status_code == 404
        page = answer.content.decode().replace(name, "")
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page))

    assert pages[0] == pages[1]


def test_it_is_only_read_and_never_kept(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get("/metrics")

    assert "no-store" in answer["Cache-Control"]
    assert client.post("/metrics").status_code == 405
    head = client.head("/metrics")
    assert (head.status_code, head.content) == (200, b"")
    assert client.get("/metrics", HTTP_HOST=settings.ANONYMOUS_HOST).status_code == 404


# --- what it says ---------------------------------------------------------------------


def test_before_anything_has_happened(client, db):
    found = figures(client)

    assert value(found, "database_up") == 1
    assert set(found["portal_jobs"].values()) == {0}
    assert value(found, "jobs", "mail", "bounced") == 0
    assert value(found, "oldest_due_job_seconds") == 0
    assert found["portal_heartbeat_age_seconds"] == {}
    assert "portal_backup_age_seconds" not in found
    assert value(found, "alarms", "mail_down") == 0
    assert value(found, "disk_free_bytes") < value(found, "disk_size_bytes")


def test_jobs_mail_and_deadlines_are_what_the_rows_say(client, world, settings):
    now, today = timezone.now(), timezone.localdate()
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    render(report.rendering.pk)
    day = dt.timedelta(days=1)
    ReportingPeriod.objects.update(starts_on=today - day, due_before=today + 9 * day)
    held, back = Delivery.objects.order_by("pk")
    Delivery.objects.filter(pk=held.pk).update(state="failed", error=HELD)
    Delivery.objects.filter(pk=back.pk).update(state="bounced", bounced_at=now)
    MailChannel.objects.create(
        host=settings.EMAIL_HOST, failing_since=now - dt.timedelta(minutes=30),
        stopped_at=now - dt.timedelta(minutes=20), paused_until=now + dt.timedelta(minutes=10),
    )  # fmt: skip
    for name in ("worker", "backup", "bulletin:clerk"):
        Heartbeat.objects.create(name=name, at=now - dt.timedelta(minutes=5))
    raise_alarm("bounced", back.to, at=now)
    raise_alarm("something new", at=now)

    found = figures(client)

    assert value(found, "jobs", "report_pdf", "done") == 1
    assert value(found, "jobs", "mail", "failed") == value(found, "mails_held") == 1
    assert value(found, "jobs", "mail", "bounced") == value(found, "mails_bounced_in_a_day") == 1
    assert 0 < value(found, "last_render_seconds") < 60
    assert value(found, "mail_failing_seconds") == pytest.approx(1800, abs=30)
    assert value(found, "mail_stopped_seconds") == pytest.approx(1200, abs=30)
    assert value(found, "mail_paused_seconds") == pytest.approx(600, abs=30)
    assert list(found["portal_heartbeat_age_seconds"]) == [("worker",)]
    assert value(found, "backup_age_seconds") == pytest.approx(300, abs=30)
    assert (value(found, "alarms", "bounced"), value(found, "alarms", "other")) == (1, 1)
    assert value(found, "reports_owed", "2026-H1") == 2
    assert value(found, "reports_issued", "2026-H1") == 1
    assert value(found, "reports_missing", "2026-H1") == 1
    assert 8 * 86_400 < value(found, "deadline_seconds", "2026-H1") <= 9 * 86_400


def test_a_job_that_waits_grows_old(client, world):
    Rendering.objects.create(
        kind="period_zip", created_at=NOON,
        next_at=timezone.now() - dt.timedelta(minutes=7),
    )  # fmt: skip

    found = figures(client)

    assert value(found, "oldest_due_job_seconds") == pytest.approx(420, abs=30)
    assert value(found, "jobs", "period_zip", "queued") == 1


def test_it_names_no_person_committee_or_level(client, world):
    hold_a_dialogue(world)
    raise_alarm("bounced", "officer@example.vn", "550 no such person", at=NOON)

    page = client.get("/metrics").content.decode()

    assert "@" not in page
    for word in ("A01", "B02", "Minh", "named", "confidential", "anonymous", "question", "550"):
        assert word not in page


def test_without_a_database_it_still_answers(client, monkeypatch):
    def refuse():
        raise OperationalError("connection to portal:secret@10.0.0.5 refused")

    monkeypatch.setattr(metrics, "database_now", refuse)

    found = figures(client)

    assert value(found, "database_up") == 0
    assert set(found) == {"portal_database_up", "portal_disk_free_bytes", "portal_disk_size_bytes"}


@pytest.mark.parametrize("periods", [1, 3])
def test_it_asks_the_database_a_fixed_number_of_times(
    client, db, periods, django_assert_num_queries
):
    today = timezone.localdate()
    for number in range(periods):
        ReportingPeriod.objects.create(
            year=2030 + number, half=1, starts_on=today, due_before=today + dt.timedelta(days=9)
        )
    figures(client)

    with django_assert_num_queries(10):
        figures(client)
