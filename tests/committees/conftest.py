"""Fixtures of several files about committees and people."""

import pytest

from committees.models import User


@pytest.fixture
def people(world):
    administrator = User.objects.create_superuser(
        "admin", "admin@example.vn", "x", full_name="Quản trị cổng"
    )
    return world.people | {"admin": administrator}


@pytest.fixture
def sign_in(client, people):
    def sign_in(who):
        client.force_login(people[who])
        return client

    return sign_in


@pytest.fixture
def head(sign_in):
    return sign_in("head")


@pytest.fixture
def clerk(sign_in):
    return sign_in("clerk")
