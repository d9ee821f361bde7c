"""Accounts in the administration."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db


def account_form(person, **changed):
    facts = {"full_name": person.full_name, "email": person.email, "phone": person.phone}
    return facts | {"is_active": "on"} | changed


def test_the_administration_holds_accounts_and_themes_alone():
    reverse("admin:index")  # what other packages register goes where addresses are made
    assert {model.__name__ for model in admin.site._registry} == {"User", "Theme"}


@pytest.mark.parametrize("model", ["user", "theme"])
def test_the_administrations_pages_open_in_vietnamese(sign_in, world, model):
    person = sign_in("admin")
    app, thing = {
        "user": ("committees", world.staff),
        "theme": ("dialogue_sessions", world.themes[0]),
    }[model]
    root = f"/admin/{app}/{model}/"

    for page in ("/admin/", root, f"{root}?q=Đức", f"{root}{thing.pk}/change/"):
        answer = person.get(page)
        words = re.sub(r"<[^>]+>", " ", answer.content.decode())
        assert answer.status_code == 200, page
        assert not re.search(r"\b(Themes?|Users?|Add|Change|Delete|Save|Search|active)\b", words), (
            page
        )


def test_no_account_is_made_removed_or_given_rights_there(sign_in, world):
    person = sign_in("admin")
    root = "/admin/committees/user/"

    assert person.post(f"{root}add/", account_form(world.staff)).status_code == 403
    assert person.post(f"{root}{world.staff.pk}/delete/", {"post": "yes"}).status_code == 403
    answer = person.post(
        f"{root}{world.staff.pk}/change/",
        account_form(
            world.staff, is_superuser="on", is_staff="on", username="x", full_name="Đỗ Đức"
        ),
    )

    world.staff.refresh_from_db()
    assert answer.status_code == 302
    assert (world.staff.full_name, world.staff.username) == ("Đỗ Đức", "staff")
    assert not world.staff.is_superuser
    assert not world.staff.is_staff


def test_an_address_in_use_is_its_owners(sign_in, world):
    """Whoever could set it could have a new password sent there, and read the person's questions."""
    page = f"/admin/committees/user/{world.staff.pk}/change/"
    person = sign_in("admin")

    person.post(page, account_form(world.staff, email="khac@example.vn"))
    world.staff.refresh_from_db()
    assert world.staff.email == "staff@example.vn"

    world.staff.set_unusable_password()
    world.staff.save()
    person.post(page, account_form(world.staff, email="dung@example.vn"))
    world.staff.refresh_from_db()
    assert world.staff.email == "dung@example.vn"


def test_nobody_shuts_the_own_account(sign_in, people):
    sign_in("admin").post(
        f"/admin/committees/user/{people['admin'].pk}/change/",
        {"full_name": "Quản trị cổng", "email": "admin@example.vn", "phone": ""},
    )

    people["admin"].refresh_from_db()
    assert people["admin"].is_active
