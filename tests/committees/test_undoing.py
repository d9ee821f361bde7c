"""Taking an applied list of people back: all of it or nothing, and only while nothing is used."""

import datetime as dt

import pytest
from django.utils import timezone

from committees.accounts.models import AccountLetter
from committees.domain.import_people import state_of
from committees.domain.members import add_member, change_member
from committees.models import ImportDraft, Membership, Role, User
from tests.committees.sheets import PEOPLE, upload, xlsx
from tests.world import NOON, TODAY, day

pytestmark = pytest.mark.django_db
ROWS = [
    ["Lý Thị Nga", "nga@example.vn", "A01", "Cán bộ", ""],
    ["Đỗ Minh Đức", "staff@example.vn", "A01", "Lãnh đạo", ""],
    ["Đỗ Minh Đức", "staff@example.vn", "A01", "Cán bộ", "Chuyên viên"],
]


def everything():
    return (
        sorted(User.objects.values_list("email", flat=True)),
        sorted(Membership.objects.values_list("user__email", "role", "post", "ends_on")),
    )


@pytest.fixture
def applied(world, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client.force_login(world.head)
    client.before = everything()
    file = upload(xlsx([*PEOPLE, "Chức vụ"], *ROWS))
    client.page = client.post("/import/people/", {"file": file}).url
    client.post(f"{client.page}apply/")
    assert everything() != client.before
    return client


def undo(client):
    return client.post(f"{client.page}undo/", follow=True).content.decode()


def test_all_that_a_list_did_is_taken_back(applied):
    assert f"{applied.page}undo/" in applied.get(applied.page).content.decode()

    page = undo(applied)

    assert everything() == applied.before
    assert "Đã rút lại toàn bộ" in page
    assert f"{applied.page}undo/" not in page
    assert ImportDraft.objects.get().undone_at == NOON


def test_a_second_time_nothing_is_done(applied, world):
    undo(applied)
    later = [*ROWS[0][:1], "moi@example.vn"]
    User.objects.create_user("moi", later[1], full_name=later[0])
    now = everything()

    undo(applied)

    assert everything() == now


def test_who_lets_a_role_go_on_by_a_list_has_given_it(world, client):
    """Else a list would hide who made the secretary, and that one could be the second body."""
    today, held = timezone.localdate(), world.secretary.memberships.get(role=Role.SECRETARY)
    until = today + dt.timedelta(days=100)
    Membership.objects.filter(pk=held.pk).update(
        ends_on=today - dt.timedelta(days=30), given_by=None, given_on=held.starts_on
    )
    client.force_login(world.officer)
    row = [
        world.secretary.full_name, world.secretary.email, "A01", "Bí thư",
        f"{held.starts_on:%d/%m/%Y}", f"{until:%d/%m/%Y}",
    ]  # fmt: skip
    page = client.post(
        "/import/people/", {"file": upload(xlsx([*PEOPLE, "Từ ngày", "Đến ngày"], row))}
    ).url
    client.post(f"{page}apply/")
    held.refresh_from_db()

    assert (held.ends_on, held.given_by, held.given_on) == (until, world.officer, today)


def test_nobody_takes_back_what_ended_the_role_of_who_gave_theirs(applied, world):
    """What the list shortened would go on by the hand of whom that person has made."""
    draft = ImportDraft.objects.get()
    held = world.secretary.memberships.get(role=Role.SECRETARY)
    before = {**state_of(held), "ends_on": f"{day(100)}"}
    Membership.objects.filter(pk=held.pk).update(ends_on=day(-30))
    held.refresh_from_db()
    ImportDraft.objects.filter(pk=draft.pk).update(
        made={"people": [], "roles": {}, "changed": {str(held.pk): [before, state_of(held)]}}
    )
    world.head.memberships.update(given_by=world.secretary, given_on=TODAY)

    assert "đã giao vai trò cho chính đồng chí" in undo(applied)
    held.refresh_from_db()
    assert held.ends_on == day(-30)


def test_it_is_not_taken_back_before_it_was_applied(world, client):
    client.force_login(world.head)
    page = client.post("/import/people/", {"file": upload(xlsx(PEOPLE, ROWS[0][:4]))}).url

    assert f"{page}undo/" not in client.get(page).content.decode()
    client.post(f"{page}undo/")

    assert ImportDraft.objects.get().undone_at is None


def _sets_a_password(world, nga):
    nga.set_password("một mật khẩu dài")
    nga.save()


def _gets_another_role(world, nga):
    add_member(
        world.neighbour, full_name=nga.full_name, email=nga.email, role=Role.STAFF, starts_on=TODAY
    )


def _answers_at_a_conference(world, nga):
    world.conference.answerers.add(nga)


def _has_a_letter(world, nga):
    AccountLetter.objects.create(
        kind=AccountLetter.Kind.RECOVERY_TOLD, user=nga, to=nga.email, next_try_at=NOON
    )


def _is_changed(world, nga):
    held = world.staff.memberships.get(role=Role.STAFF)
    change_member(held, post="Trưởng phòng", unit="", ends_on=None, at=NOON)


def _is_gone(world, nga):
    nga.memberships.all().delete()


@pytest.mark.parametrize(
    ("used", "why"),
    [
        (_sets_a_password, "Lý Thị Nga đã đặt mật khẩu."),
        (_gets_another_role, "Lý Thị Nga đang được nêu ở chỗ khác trên cổng."),
        (_answers_at_a_conference, "Lý Thị Nga đang được nêu ở chỗ khác trên cổng."),
        (_has_a_letter, "Lý Thị Nga đang được nêu ở chỗ khác trên cổng."),
        (_is_changed, "Vai trò của Đỗ Minh Đức đã được sửa sau đó."),
        (_is_gone, "Một vai trò trong danh sách không còn nữa (Lý Thị Nga)."),
    ],
)
def test_what_is_in_use_stays_with_all_the_rest(applied, world, used, why):
    used(world, User.objects.get(email="nga@example.vn"))
    now = everything()

    page = undo(applied)

    assert why in page
    assert everything() == now
    assert ImportDraft.objects.get().undone_at is None


def test_nobody_takes_back_another_ones_list(applied, world, client):
    client.force_login(world.secretary)

    assert client.post(f"{applied.page}undo/").status_code == 404


def test_a_role_that_the_board_forbids_by_now_is_not_given_back(world, client, monkeypatch):
    """J-02: the list has shortened it, and the person works for the Board since."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client.force_login(world.secretary)
    row = ["Trần Văn Bình", "clerk@example.vn", "A01", "Văn thư", f"{day(2):%d/%m/%Y}"]
    client.page = client.post(
        "/import/people/", {"file": upload(xlsx([*PEOPLE, "Đến ngày"], row))}
    ).url
    client.post(f"{client.page}apply/")
    held = world.clerk.memberships.get()
    assert held.ends_on == day(2)
    Membership.objects.create(
        user=world.clerk, committee=world.board, role=Role.OFFICER, starts_on=day(3)
    )

    page = undo(client)

    held.refresh_from_db()
    assert held.ends_on == day(2)
    assert "Trần Văn Bình đã làm việc ở Ban hoặc quản trị cổng từ sau đó." in page


def test_the_last_day_of_a_role_is_given_back(applied, world, client):
    """A list that lengthens a role is taken back to the day that stood there before."""
    held = Membership.objects.create(
        user=world.staff, committee=world.host, role=Role.CLERK, starts_on=TODAY, ends_on=day(2)
    )
    row = ["Đỗ Minh Đức", "staff@example.vn", "A01", "Văn thư", f"{day(9):%d/%m/%Y}"]
    client.page = client.post(
        "/import/people/", {"file": upload(xlsx([*PEOPLE, "Đến ngày"], row))}
    ).url
    client.post(f"{client.page}apply/")
    held.refresh_from_db()
    assert held.ends_on == day(9)

    page = undo(client)

    held.refresh_from_db()
    assert held.ends_on == day(2)
    assert "Đã rút lại toàn bộ" in page


def test_a_list_that_gave_a_committee_its_only_secretary_stays(world, client, monkeypatch):
    """B02 would be without anybody who runs it."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    client.force_login(world.head)
    row = ["Lý Thị Nga", "nga@example.vn", "B02", "Bí thư"]
    client.page = client.post("/import/people/", {"file": upload(xlsx(PEOPLE, row))}).url
    client.post(f"{client.page}apply/")
    others = world.neighbour.memberships.exclude(user__email="nga@example.vn")
    others.filter(role__in=(Role.SECRETARY, Role.CLERK)).delete()

    assert "Lý Thị Nga hiện là người duy nhất" in undo(client)
    assert Membership.objects.filter(user__email="nga@example.vn").exists()


def test_nobody_takes_back_what_shortened_the_own_role(applied, world):
    draft = ImportDraft.objects.get()
    held = world.head.memberships.get()
    before = state_of(held)
    Membership.objects.filter(pk=held.pk).update(ends_on=day(900))
    held.refresh_from_db()
    ImportDraft.objects.filter(pk=draft.pk).update(
        made={"people": [], "roles": {}, "changed": {str(held.pk): [before, state_of(held)]}}
    )

    assert "là của chính đồng chí" in undo(applied)
    held.refresh_from_db()
    assert held.ends_on == day(900)
