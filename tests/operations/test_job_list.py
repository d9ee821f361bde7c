"""The list of jobs: whose they are, what it says and does not say, and having one done now."""

import datetime as dt

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee, User
from foundation.models import MailChannel
from jobs.domain.delivering import NO_LONGER_NEEDED
from jobs.domain.queueing import queue_mail
from jobs.domain.sent import DROPPED, HELD
from jobs.models import Delivery, JobEvent, Rendering
from jobs.states import JobState
from operations import job_list
from reports.domain import issuing
from reports.domain.drafting import start_draft
from reports.domain.report_mail import boards_of
from reports.models import ConsolidatedReport, PeriodArchive
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, make_committee

pytestmark = pytest.mark.django_db
LIST, NOW = "/health/jobs/", "/health/jobs/now/"
HOUR = dt.timedelta(hours=1)
QUOTED = "Vì sao lương chậm ba tháng?"


@pytest.fixture
def administrator(world):
    return User.objects.create_superuser("admin", "admin@example.vn", "x" * 20)


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


@pytest.fixture
def far_zip(world):
    """A job of a Board that nobody here belongs to."""
    far = make_committee("XBOARD", Committee.Kind.BOARD, "Ban Xa")
    at = timezone.now()
    made = Rendering.objects.create(kind="period_zip", created_at=at, next_at=at)
    PeriodArchive.objects.create(board=far, period=world.period, rendering=made)
    return made


def mail(to, template="reminder", **values):
    made, _ = queue_mail(
        f"emails/reports/{template}", to=to, once=f"{template}:{to}", at=timezone.now(),
        context={"words": QUOTED},
    )  # fmt: skip
    Delivery.objects.filter(pk=made.pk).update(**values)
    return made


def jobs_shown(client, user, **asked):
    client.force_login(user)
    return [line.job for line in client.get(LIST, asked).context["lines"]]


def do_now(client, job, **more):
    kind = job._meta.model_name
    answer = client.post(NOW, {"kind": kind, "pk": job.pk, **more})
    job.refresh_from_db()
    return answer


def test_an_administrator_sees_all_jobs_and_a_board_its_own(
    client, world, administrator, report, far_zip
):
    assert jobs_shown(client, administrator) == [far_zip, report.rendering]
    assert jobs_shown(client, world.head) == [report.rendering]
    mails = list(report.deliveries.order_by("-pk"))
    assert jobs_shown(client, world.officer, kind="delivery") == mails


@pytest.mark.parametrize("who", ["secretary", "clerk", "leader", "staff", "outsider"])
def test_nobody_else_sees_or_starts_one(client, world, report, who):
    Rendering.objects.update(state=JobState.FAILED)
    client.force_login(world.people[who])

    assert client.get(LIST).status_code == 404
    assert do_now(client, report.rendering).status_code == 404
    assert report.rendering.state == JobState.FAILED


def test_it_leads_to_no_asker_and_quotes_nobody(client, world, administrator, report):
    mail(world.staff.email, state=JobState.FAILED, error=QUOTED, smtp_text=QUOTED)
    mail(world.staff.email, "opening", state=JobState.BOUNCED, error=f"rcpt: 550 {QUOTED}",
         smtp_phase="rcpt", smtp_code=550, smtp_text=QUOTED)  # fmt: skip
    Rendering.objects.update(state=JobState.FAILED, error=f"template: {QUOTED}")
    client.force_login(administrator)

    pages = [client.get(LIST, {"kind": kind}).text for kind in job_list.KINDS]

    for page in pages:
        assert QUOTED not in page
        assert world.staff.email not in page
        assert world.staff.full_name not in page
    assert "Nhật ký của tiến trình xử lý nói vì sao" in pages[0]
    assert "Địa chỉ này không nhận thư" in pages[1]
    assert report.deliveries.first().to not in pages[1]
    assert world.host.name in pages[1]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"error": "connect: no answer", "smtp_phase": "connect"}, "không trả lời"),
        ({"error": "mail: 451 x", "smtp_phase": "mail", "smtp_code": 451}, "thử lại sau (451)"),
        ({"error": "auth: 535 x", "smtp_phase": "auth", "smtp_code": 535}, "từ chối cổng (535)"),
        ({"error": HELD, "state": JobState.FAILED}, "Được giữ lại"),
        ({"error": DROPPED, "state": JobState.FAILED}, "không gửi"),
        ({"smtp_text": NO_LONGER_NEEDED, "state": JobState.DONE}, "không còn cần"),
        ({"error": "KeyError", "state": JobState.FAILED}, "Không soạn được thư"),
        ({"error": "mail: 451 x", "state": JobState.DONE, "smtp_phase": "body"}, ""),
    ],
)
def test_what_went_wrong_with_a_mail_is_said_in_plain_words(world, values, words):
    job = mail(world.head.email, **values)
    job.refresh_from_db()

    (line,) = job_list.lines_of("delivery", [job])

    assert words in line.error
    assert bool(words) == bool(line.error)


@pytest.mark.parametrize("kind", list(job_list.NOT_MADE))
def test_what_went_wrong_with_a_document_is_said_in_plain_words(report, kind):
    report.rendering.error = f"{kind} {QUOTED}"

    (line,) = job_list.lines_of("rendering", [report.rendering])

    assert line.error == job_list.NOT_MADE[kind]
    assert QUOTED not in line.error


def test_one_that_waits_is_done_now(client, administrator, report):
    at = timezone.now()
    Rendering.objects.update(next_at=at + HOUR, attempt=3, error="timeout: x")
    client.force_login(administrator)

    answer = do_now(client, report.rendering, state="queued")

    assert answer.url == f"{LIST}?kind=rendering&state=queued"
    assert report.rendering.state == JobState.QUEUED
    assert at <= report.rendering.next_at < at + HOUR
    assert report.rendering.attempt == 3
    assert report.rendering.events.last().event == JobEvent.Event.AGAIN


def test_one_that_was_given_up_begins_anew(client, world, report):
    Rendering.objects.update(state=JobState.FAILED, attempt=8)
    client.force_login(world.head)

    do_now(client, report.rendering)

    assert (report.rendering.state, report.rendering.attempt) == (JobState.QUEUED, 0)


@pytest.mark.parametrize(
    ("state", "error"),
    [
        (JobState.DONE, ""),
        (JobState.RUNNING, ""),
        (JobState.FAILED, HELD),
        (JobState.FAILED, DROPPED),
    ],
)
def test_what_has_gone_out_or_was_decided_is_not_sent_again(
    client, world, administrator, state, error
):
    job = mail(world.head.email, "alarm", state=state, error=error)
    client.force_login(administrator)

    answer = do_now(client, job)

    assert answer.status_code == 302
    assert (job.state, job.error) == (state, error)
    assert not job.events.exists()
    shown = client.get(LIST, {"kind": "delivery"})
    assert f'value="{job.pk}"' not in shown.text
    assert "không có gì thay đổi" in shown.text


def test_a_strange_one_is_not_found_and_nonsense_is_said(client, world, far_zip):
    client.force_login(world.head)

    assert do_now(client, far_zip).status_code == 404
    assert client.post(NOW, {"kind": "rendering", "pk": 10**9}).status_code == 404
    for nonsense in ({}, {"kind": "x"}, {"kind": "rendering", "pk": "9" * 40}, {"pk": "²"}):
        assert client.post(NOW, nonsense).status_code == 302
    assert "Xin chọn việc cần thử lại" in client.get(LIST).text
    assert client.get(NOW).status_code == 405
    assert client.get(LIST, {"kind": "x", "state": "x", "page": "x"}).status_code == 200


def test_a_stopped_mail_server_is_told(client, world, administrator):
    at = timezone.now()
    MailChannel.objects.create(host=settings.EMAIL_HOST, stopped_at=at, paused_until=at + HOUR)
    job = mail(world.head.email, "alarm", next_at=at + HOUR)
    client.force_login(administrator)

    do_now(client, job)

    page = client.get(LIST, {"kind": "delivery"}).text
    assert "gửi ngay khi máy chủ thư nhận thư trở lại" in page
    assert "hiện không nhận thư" in page


def test_a_mail_that_waits_for_its_file_is_told_to(client, report, administrator):
    job = Delivery.objects.filter(waits_for__report=report).first()
    Delivery.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    client.force_login(administrator)
    waited_for = Rendering.objects.filter(pk=job.waits_for_id)
    for state, said in ((JobState.QUEUED, True), (JobState.DONE, False)):
        waited_for.update(state=state, file="x.pdf", sha256="0" * 64, pages=1)
        do_now(client, job)
        page = client.get(LIST, {"kind": "delivery"}).text
        assert ("gửi ngay khi có tệp đi kèm" in page) is said


def test_a_consolidated_file_that_fails_concerns_its_board(world):
    rendering = Rendering.objects.create(
        kind="consolidated_pdf", file_name="x.pdf", created_at=NOON, next_at=NOON
    )
    ConsolidatedReport.objects.create(
        board=world.board, period=world.period, version=1, rendering=rendering, snapshot={},
        snapshot_sha256="0" * 64, cutoff_at=NOON, ordered_by=world.officer,
    )  # fmt: skip

    assert set(boards_of(Rendering.objects.filter(pk=rendering.pk))) == {world.board.pk}


def test_it_is_narrowed_by_kind_and_state(client, world, administrator, report):
    Delivery.objects.all().delete()
    waiting = mail("a@example.vn", "alarm")
    given_up = mail("b@example.vn", "alarm", state=JobState.FAILED, error="x")
    bounced = mail("c@example.vn", "alarm", state=JobState.BOUNCED, error="x")
    held = mail("d@example.vn", "alarm", state=JobState.FAILED, error=HELD)

    for state, jobs in (
        ("", [held, bounced, given_up, waiting]),
        ("queued", [waiting]),
        ("given_up", [bounced, given_up]),
        ("failed", [held, given_up]),
        ("done", []),
    ):
        assert jobs_shown(client, administrator, kind="delivery", state=state) == jobs
    assert jobs_shown(client, administrator, state="given_up") == [bounced, given_up]


def test_a_thousand_rows_are_paged_and_cost_no_more_than_one(client, world, administrator, report):
    at = timezone.now()
    Delivery.objects.all().delete()
    Delivery.objects.bulk_create(
        Delivery(to=f"a{n}@example.vn", template="emails/reports/report_delivered",
                 waits_for=report.rendering, once=f"{n}", message_id=f"{n}", created_at=at, next_at=at)
        for n in range(1_000)
    )  # fmt: skip
    client.force_login(administrator)
    client.get(LIST)

    with CaptureQueriesContext(connection) as of_a_thousand:
        last = client.get(LIST, {"kind": "delivery", "page": 20})
    Delivery.objects.exclude(once="0").delete()
    with CaptureQueriesContext(connection) as of_one:
        client.get(LIST, {"kind": "delivery"})

    assert len(of_a_thousand) == len(of_one) < 20

    assert [line.job.once for line in last.context["lines"]][-1] == "0"
    assert len(last.context["lines"]) == 50
    assert "Trang 20/20" in last.text
    assert "kind=delivery&amp;page=19" in last.text


def test_every_mail_of_the_portal_has_a_name():
    found = (settings.BASE_DIR / "templates/emails/reports").glob("*.subject.txt")

    sent = {path.name.partition(".")[0] for path in found}

    assert sent == set(job_list.MAILS)


def test_the_address_is_where_it_is_said():
    assert (reverse("operations:job_list"), reverse("operations:job_now")) == (LIST, NOW)
