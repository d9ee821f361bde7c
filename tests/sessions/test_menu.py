"""The entry of the menu that a page belongs to, whatever its address begins with."""

import pytest
from django.urls import NoReverseMatch, reverse

from dialogue_portal.context import navigation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("reports:home", "reports:home"),
        ("sessions:conference_list", "sessions:conference_list"),
        ("sessions:conference_detail", "sessions:conference_list"),
        ("hall:hall_desk", "sessions:conference_list"),
        ("sessions:triage_index", "sessions:triage_index"),
        ("sessions:triage", "sessions:triage_index"),
        ("sessions:answer_list", "sessions:answer_list"),
        ("sessions:commitment_create", "sessions:commitment_list"),
    ],
)
def test_the_entry_of_a_page_is_marked(world, rf, page, entry):
    try:
        address = reverse(page)
    except NoReverseMatch:
        address = reverse(page, args=[world.conference.pk])
    request = rf.get(address)
    request.user = world.clerk

    marked = [one["url"] for one in navigation(request) if one["current"]]

    assert marked == [reverse(entry)]
