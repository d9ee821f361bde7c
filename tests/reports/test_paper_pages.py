"""The page of a conference's papers, and the way of each through draft, issue and print."""

import pytest
from django.urls import reverse

from reports.models import Paper
from tests.world import NOON, day

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"reports:{name}", args=args)


def test_a_plan_goes_from_its_conference_to_its_number(client, world):
    client.force_login(world.secretary)
    pk = world.conference.pk
    page = client.get(url("conference_papers", pk))
    assert page.status_code == 200

    begun = client.post(url("paper_start", pk, "plan"), follow=True)
    paper = Paper.objects.get()
    edited = client.get(url("paper_edit", paper.pk))
    form = edited.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    saved = client.post(url("paper_edit", paper.pk), {**typed, "focus": "Về nhà ở."}, follow=True)
    asked = client.get(url("paper_issue", paper.pk))
    seen = asked.context["form"]["seen"].value()
    done = client.post(url("paper_issue", paper.pk), {"seen": seen, "number": ""}, follow=True)

    assert [one.status_code for one in (begun, edited, saved, asked, done)] == [200] * 5
    assert "Về nhà ở." in saved.text
    paper.refresh_from_db()
    assert paper.texts == {"focus": "Về nhà ở."}
    world.conference.refresh_from_db()
    assert (world.conference.plan_number, world.conference.plan_issued_on) == ("01-KH/ĐU", day(0))
    assert "01-KH/ĐU" in client.get(url("conference_papers", pk)).text
    for suffix in ("pdf", "docx"):
        assert client.get(url(f"paper_{suffix}", paper.pk)).status_code == 200
