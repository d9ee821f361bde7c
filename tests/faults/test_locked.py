"""A table that stays locked: whoever needs it is told so soon, everybody else goes on."""

import contextlib
import re
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from foundation.limits import takes_long
from tests.conftest import database_url
from tests.faults.served import served
from tests.world import PASSWORD

MANY = settings.THREADS + 20
BUSY = "Cổng đang bận trong giây lát"


@contextlib.contextmanager
def locked(*tables):
    """Hold the tables as a migration does, or somebody who forgot to commit."""
    with psycopg.connect(database_url()) as connection:
        connection.execute(f"LOCK TABLE {', '.join(tables)}")
        yield
        connection.rollback()


def cookies_of(user):
    client = Client()
    client.force_login(user)
    client.get("/")
    return {**{name: morsel.value for name, morsel in client.cookies.items()}, "language": "vi"}


def sign_in(portal, user):
    """Sign in as a browser does; returns (status, page) of the form's answer."""
    _, page, headers = portal.ask("/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    cookie = re.search(r"csrf=(\w+)", headers["Set-Cookie"])[1]
    form = f"csrfmiddlewaretoken={token}&login={user.username}&password={PASSWORD}".encode()
    sent = {"Referer": f"{portal.address}/accounts/login/"}
    cookies = {"csrf": cookie, "language": "vi"}
    return portal.ask("/accounts/login/", data=form, cookies=cookies, headers=sent)[:2]


def test_behind_a_locked_table_health_and_sign_in_still_answer(
    transactional_db, world, tmp_path, settings
):
    """C-19: more people than there are threads ask for what is locked."""
    cookies = cookies_of(world.clerk)
    page = f"/conferences/{world.conference.pk}/"
    impatient = {"DJANGO_SETTINGS_MODULE": "tests.faults.impatient_settings"}
    with served(tmp_path / "log", **impatient) as portal:
        assert portal.ask(page, cookies=cookies)[0] == 200

        with locked("dialogue_sessions_question"), ThreadPoolExecutor(MANY) as crowd:
            began = time.monotonic()
            asked = [crowd.submit(portal.ask, page, cookies=cookies) for _ in range(MANY)]
            time.sleep(0.5)  # until all of them are inside
            status, state, _ = portal.ask("/healthz", timeout=20)
            assert status == 503  # no worker runs here
            assert '"database": "ok"' in state
            assert sign_in(portal, world.staff)[0] == 302
            health_and_sign_in = time.monotonic() - began
            answers = [one.result() for one in asked]
            everybody = time.monotonic() - began

        assert {status for status, _, _ in answers} == {503}
        assert all(BUSY in page and headers["Retry-After"] for _, page, headers in answers)
        assert portal.ask(page, cookies=cookies)[0] == 200

        with locked("committees_user", "reports_heartbeat"):
            assert '"database": "failing"' in portal.ask("/healthz", timeout=20)[1]
            status, said = sign_in(portal, world.staff)
            assert (status, BUSY in said) == (503, True)
    print(
        f"C-19: {MANY} behind the lock; health and sign-in after {health_and_sign_in:.1f} s, "
        f"everybody answered after {everybody:.1f} s"
    )


@pytest.mark.django_db
def test_a_page_that_takes_long_is_given_longer_and_gives_it_back(rf, settings):
    settings.PROCESS = "page"
    before, inside = patience(), []

    @takes_long
    def view(request):
        inside.append(patience())

    view(rf.get("/"))

    assert inside == [("1min", "10s")]
    assert patience() == before == ("5min", "1min")


def patience():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
        )
        return cursor.fetchone()
