"""The minutes from the desk to the chair: laid before the chair, approved, frozen, followed by addenda."""

import pytest
from django.urls import reverse

from hall.models import Minutes
from hall.queries import minutes_of
from reports.documents.docx import report_docx
from reports.domain import approving
from tests.reports.papers import text_of
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    conference, _ = hold_a_dialogue(world)
    return conference


def lines(conference, *, at=NOON):
    return text_of(report_docx(approving.minutes_paper(conference, at=at))).splitlines()


def the_minutes(conference, number=0):
    found = {one.number: one for one in minutes_of(conference)}
    found[number].conference = conference
    return found[number]


def submitted(world, conference, number=0, *, at=NOON):
    minutes = the_minutes(conference, number)
    return approving.submit_minutes(minutes, version=minutes.version, by=world.clerk, at=at)


def approved(world, conference, number=0, *, at=NOON):
    minutes = submitted(world, conference, number, at=at)
    return approving.approve_minutes(minutes, version=minutes.version, by=world.secretary, at=at)


def test_what_is_approved_is_printed_the_same_whatever_is_recorded_later(world, held):
    approved(world, held)
    before = report_docx(approving.minutes_paper(held, at=NOON))

    held.refresh_from_db()
    held.conclusion, held.minutes_taker = "Kết luận khác hẳn.", "Người khác"
    held.save()

    assert report_docx(approving.minutes_paper(held, at=moment(30))) == before


def test_from_the_page_to_the_chair_and_to_paper(client, world, held):
    client.force_login(world.clerk)
    page = reverse("reports:minutes_detail", args=[held.pk])
    assert client.get(page).status_code == 200

    sent = client.post(reverse("reports:minutes_submit", args=[held.pk, 0]), {"version": 1})
    client.force_login(world.secretary)
    read = client.get(page)
    version = Minutes.objects.get(conference=held).version
    given = client.post(reverse("reports:minutes_approve", args=[held.pk, 0]), {"version": version})
    after = client.get(page)

    assert (sent.status_code, read.status_code, given.status_code) == (302, 200, 302)
    assert after.status_code == 200
    assert Minutes.objects.get(conference=held).is_approved
    assert "Dự thảo lần" not in "\n".join(lines(held))
