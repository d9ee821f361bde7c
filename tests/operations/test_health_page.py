"""The health page: what the administrator and the Board see, and what they can do there."""

import datetime as dt
from collections import namedtuple

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from committees.models import User
from foundation import files
from foundation.models import AuditEntry, MailChannel
from jobs.domain.alarms import raise_alarm
from jobs.domain.rendering import render
from jobs.models import Delivery, Heartbeat, Rendering
from jobs.states import JobState
from periods.domain.periods import open_periods
from reports.documents.archival import fonts_of
from reports.domain import issuing
from reports.domain.drafting import start_draft
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db
PAGE = "/health/"


@pytest.fixture
def administrator(world):
    return User.objects.create_superuser("admin", "admin@example.vn", "x" * 20)


@pytest.fixture
def alive():
    for name in ("worker", "scheduler", "timer", "backup", "scrub"):
        Heartbeat.objects.create(name=name, at=timezone.now())


@pytest.fixture
def report(world):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


def text_of(client, user):
    client.force_login(user)
    response = client.get(PAGE)
    assert response.status_code == 200
    return response.content.decode()


def test_it_says_in_words_how_each_part_does(client, administrator, alive, report):
    assert render(report.rendering.pk).state == JobState.DONE
    open_periods(at=timezone.now())

    page = text_of(client, administrator)

    for words in ("Bộ hẹn giờ", "hoạt động", "Liberation", "đúng mẫu", "Hạn sắp tới", "còn thiếu"):
        assert words in page, words
    assert all("Liberation" in font for font in fonts_of(files.path_of(report.rendering.file)))


def test_silence_is_told(client, administrator):
    page = text_of(client, administrator)

    assert "chưa thấy lần nào" in page
    assert "Có phần không hoạt động" in page


def test_the_board_sees_the_machinery_and_its_own(client, world, administrator, alive, report):
    raise_alarm("render", report.rendering.file_name, "no", at=NOON)
    raise_alarm("render", "another.pdf", "no", at=NOON)
    raise_alarm("step", "mix_if_due", "Vì sao lương chậm?", at=NOON)
    Rendering.objects.update(state=JobState.FAILED)

    board, admin = text_of(client, world.head), text_of(client, administrator)

    assert "lương" not in board + admin
    assert "1 việc đã ngừng thử" in board
    assert "another.pdf" not in board
    assert "another.pdf" in admin
    assert "việc cần người xử lý" in text_of(client, world.head)


@pytest.mark.parametrize("who", ["secretary", "clerk", "leader", "staff", "outsider"])
def test_nobody_else_is_told(client, world, who):
    client.force_login(world.people[who])

    assert client.get(PAGE).status_code == 404


def test_what_was_given_up_is_counted_and_found_in_the_list_of_jobs(client, world, report):
    Rendering.objects.update(state=JobState.FAILED)

    page = text_of(client, world.head)

    assert "1 việc đã ngừng thử" in page
    assert report.rendering.file_name not in page
    place = f"{reverse('operations:job_list')}?state=given_up"
    assert f'href="{place}"' in page
    assert [line.job for line in client.get(place).context["lines"]] == [report.rendering]


def test_an_administrator_lets_mail_go_again(client, world, administrator, alive, settings, report):
    now = timezone.now()
    MailChannel.objects.create(
        host=settings.EMAIL_HOST, stopped_at=now, paused_until=now + dt.timedelta(hours=1),
        code=535, text="auth: bad credentials",
    )  # fmt: skip
    Delivery.objects.update(next_at=now + dt.timedelta(hours=1))
    assert "Cho gửi thư trở lại" not in text_of(client, world.head)
    assert client.post(reverse("operations:health_resume")).status_code == 403

    page = text_of(client, administrator)
    client.post(reverse("operations:health_resume"))

    assert "535 auth: bad credentials" in page
    assert "Cho gửi thư trở lại" in page
    assert MailChannel.objects.get().stopped_at is None
    assert not Delivery.objects.filter(next_at__gt=timezone.now()).exists()
    assert AuditEntry.objects.get(act="channel_resumed").actor_id == administrator.pk


def test_the_page_asks_for_itself_and_costs_little(
    client, administrator, alive, django_assert_max_num_queries
):
    client.force_login(administrator)
    client.get(PAGE)

    with django_assert_max_num_queries(24):
        part = client.get(PAGE, headers={"hx-request": "true"}).content.decode()

    assert "<html" not in part
    assert 'data-hx-trigger="every 15s"' in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("language", "room"), [("vi", "còn trống 74,7 GB, 18 %"), ("en", "74.7 GB free, 18 %")]
)
def test_room_on_the_disk_is_written_as_the_language_writes_numbers(
    client, administrator, monkeypatch, language, room
):
    usage = namedtuple("usage", "total used free")
    of = usage(400 * 2**30, 0, int(74.7 * 2**30))
    monkeypatch.setattr("operations.checkup.shutil.disk_usage", lambda _: of)
    client.force_login(administrator)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    assert room in client.get(PAGE).content.decode()
