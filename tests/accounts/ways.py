"""Signing in as people do, and seeing whether one is."""

from django.urls import reverse

from tests.world import PASSWORD


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(reverse("account_login"), {"login": login, "password": password, **more})


def is_signed_in(client):
    return client.get("/questions/mine/").status_code != 302
