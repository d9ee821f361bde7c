"""Signing in as people do, and seeing whether one is."""

from django.conf import settings
from django.urls import reverse

from tests.world import PASSWORD


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


def keep(client, session):
    """Let the client's browser hold the session as it is now."""
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


def is_signed_in(client):
    return client.get("/questions/mine/").status_code != 302
