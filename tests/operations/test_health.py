"""/healthz: who watches over the portal sees what is not well, and nothing else."""

import datetime as dt

import pytest
from django.db import OperationalError
from django.utils import timezone

from jobs.models import Heartbeat
from operations.views import probe as health

pytestmark = pytest.mark.django_db


def sign_of_life(*names, seconds_ago=0):
    at = timezone.now() - dt.timedelta(seconds=seconds_ago)
    for name in names:
        Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


@pytest.fixture
def well():
    sign_of_life("worker", "scheduler", seconds_ago=10)


def test_a_stranger_sees_that_all_is_well(client, well):
    response = client.get("/healthz")

    state = response.json()
    assert response.status_code == 200
    assert set(state) == {
        "status",
        "failing",
        "database",
        "broker",
        "worker",
        "scheduler",
        "timer",
        "oldest_due_job_seconds",
        "disk_free_mb",
        "scanner",
    }
    assert (state["status"], state["failing"]) == ("ok", [])
    assert 10 <= state["worker"] <= 20
    assert state["timer"] is None


def test_it_is_asked_each_time_and_changes_nothing(client, well):
    assert "no-store" in client.get("/healthz")["Cache-Control"]
    assert client.post("/healthz").status_code == 405


def test_it_answers_without_encryption_too(client, well, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/healthz").status_code == 200


def test_before_the_first_sign_of_life_it_is_not_well(client):
    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failing"] == ["worker", "scheduler"]


@pytest.mark.parametrize("name", ["worker", "scheduler"])
def test_silence_of_more_than_three_minutes_is_not_well(client, well, name):
    sign_of_life(name, seconds_ago=200)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failing"] == [name]


def test_the_timer_is_shown_but_not_judged(client, well):
    sign_of_life("timer", seconds_ago=100_000)

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json()["timer"] >= 100_000


def test_a_job_that_nobody_does_is_not_well(client, well, monkeypatch):
    monkeypatch.setattr(health, "oldest_due_job", lambda at: 901.4)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failing"] == ["oldest_due_job_seconds"]
    assert response.json()["oldest_due_job_seconds"] == 901


def test_a_database_that_does_not_answer(client, monkeypatch):
    def refuse():
        raise OperationalError("connection to portal:secret@10.0.0.5 refused")

    monkeypatch.setattr(health, "database_now", refuse)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failing"] == ["database", "worker", "scheduler"]
    assert "secret" not in response.content.decode()


def test_a_broker_that_does_not_answer(client, well, monkeypatch):
    monkeypatch.setattr(health.current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failing"] == ["broker"]


def test_a_disk_that_is_nearly_full(client, well, monkeypatch):
    monkeypatch.setattr(health, "LEAST_DISK", 10**9)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["failing"] == ["disk_free_mb"]
