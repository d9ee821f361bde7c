"""The demo with a hall that goes on: somebody can sit down at its desk."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from committees.models import User
from hall import queries
from hall.models import Hall

pytestmark = pytest.mark.django_db


def test_a_hall_of_the_demo_goes_on(client, settings):
    settings.DEMO = True
    call_command("seed_demo", stage="running", committees=1)

    hall = Hall.objects.get()
    shown = queries.desk(hall)
    assert (len(shown.done), shown.now is not None, len(shown.waiting) > 2) == (3, True, True)
    assert hall.shown_question == shown.now.question
    client.force_login(User.objects.get(username="vanthu"))
    assert client.get(reverse("hall:hall_desk", args=[hall.pk])).status_code == 200
