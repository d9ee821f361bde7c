import datetime as dt
from types import SimpleNamespace

import pytest

from committees.domain.committees import (
    CodeTaken,
    apply_due_names,
    begin_term,
    change_committee,
    close_committee,
    create_committee,
    in_capitals,
    rename_committee,
    reorganise_committee,
    use_name_in_force,
)
from committees.models import Committee
from committees.queries import committees_for
from foundation.versions import OutdatedVersion
from tests.world import LONG_AGO, NOON, TODAY, day, moment

pytestmark = pytest.mark.django_db


def create(world, **fields):
    values = {
        "code": "C03",
        "kind": Committee.Kind.BASE,
        "name": "Đảng ủy Trường Minh Hòa",
        "parent": world.bloc,
        "header_name": "ĐẢNG ỦY TRƯỜNG MINH HÒA",
        "symbol": "ĐU",
        "place": "Hà Nội",
        "active_from": TODAY,
        **fields,
    }
    return create_committee(**values)


def rename(committee, valid_from, name, *, at=NOON):
    rename_committee(
        committee,
        valid_from=valid_from,
        name=name,
        header_name=name.upper(),
        organisation_name="",
        symbol="ĐU",
        place="Hà Nội",
        decision="QĐ 1",
        at=at,
    )


def found(world, word, who="head"):
    return [committee.code for committee in committees_for(world.people[who], search=word)]


def test_a_new_committee_has_a_name_and_a_term(world):
    committee = create(world)

    assert committee.naming(on=TODAY).header_name == "ĐẢNG ỦY TRƯỜNG MINH HÒA"
    assert committee.term(on=TODAY).name == "từ 01/06/2026"
    assert committee in Committee.objects.reporting_to(world.board)


def test_a_code_is_given_once(world):
    create(world)

    with pytest.raises(CodeTaken):
        create(world, name="Đảng ủy khác")

    assert Committee.objects.filter(code="C03").count() == 1


def test_a_name_that_grows_when_folded_still_fits(world):
    committee = create(world, name="각" * 200, header_name=in_capitals("ß" * 200))

    assert found(world, "각" * 200) == ["C03"]
    assert committee.names.get().header_name == "S" * 200


def test_search_ignores_marks_case_and_the_place_of_the_tone(world):
    create(world, name="Đảng uỷ Học viện Hoà Bình", code="C04")

    assert found(world, "DANG UY hoc vien") == ["C04"]
    assert found(world, "hoa binh") == ["C04"]
    assert found(world, "Hòa Bình") == ["C04"]
    assert found(world, "c04") == ["C04"]
    assert found(world, "không có") == []


def test_everybody_finds_only_what_lies_below_the_own_board(world):
    assert sorted(found(world, "")) == ["A01", "B02", "BDV", "DUK"]
    assert found(world, "", "secretary") == []


def test_a_name_of_the_past_leaves_todays_name(world):
    rename(world.host, day(-900), "Đảng ủy Viện Cũ")
    rename(world.host, day(-500), "Đảng ủy Viện Minh Hòa")

    assert world.host.name == "Đảng ủy Viện Minh Hòa"
    assert world.host.naming(on=day(-700)).name == "Đảng ủy Viện Cũ"


def test_a_name_of_today_is_used_and_found_at_once(world):
    rename(world.host, TODAY, "Đảng ủy Viện Bình Minh")

    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Bình Minh"
    assert world.host.naming(on=day(-1)).name == "Đảng ủy Viện Minh Hòa"
    assert found(world, "binh minh") == ["A01"]


def test_a_name_of_the_future_waits_for_its_day(world):
    rename(world.host, day(3), "Đảng ủy Viện Bình Minh")
    apply_due_names(at=moment(2))
    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Minh Hòa"

    apply_due_names(at=moment(3))

    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Bình Minh"
    assert found(world, "binh minh") == ["A01"]


def test_a_day_on_which_nothing_ran_loses_no_name(world):
    rename(world.host, day(3), "Đảng ủy Viện Bình Minh")

    apply_due_names(at=moment(8))

    world.host.refresh_from_db()
    assert world.host.name == "Đảng ủy Viện Bình Minh"


def test_due_names_are_found_with_two_queries(world, django_assert_num_queries):
    apply_due_names(at=NOON)

    with django_assert_num_queries(2):
        apply_due_names(at=NOON)


def test_two_names_on_one_day_are_one(world):
    rename(world.host, TODAY, "Đảng ủy Viện Bình Minh")
    rename(world.host, TODAY, "Đảng ủy Viện Bình Minh II")

    assert world.host.names.count() == 2
    assert world.host.name == "Đảng ủy Viện Bình Minh II"


def test_the_name_in_force_also_renews_what_search_finds(world):
    Committee.objects.filter(pk=world.host.pk).update(folded="")
    world.host.refresh_from_db()

    use_name_in_force(world.host, on=TODAY)

    assert found(world, "vien minh hoa") == ["A01"]


def test_of_two_who_change_the_second_is_told(world):
    first, second = (Committee.objects.get(pk=world.host.pk) for _ in range(2))
    values = {"party_members": 130, "position": 1, "watch_officer": None}
    values |= {"email": "", "second_email": ""}
    change_committee(first, version=first.version, **values)

    with pytest.raises(OutdatedVersion):
        change_committee(second, version=second.version, **values | {"party_members": 99})

    world.host.refresh_from_db()
    assert (world.host.party_members, world.host.position) == (130, 1)


def test_moving_a_committee_counts_as_a_change(world):
    reorganise_committee(
        world.host, kind="cell", parent=world.neighbour, party_members=9, email="a@example.vn"
    )

    world.host.refresh_from_db()
    assert (world.host.kind, world.host.parent, world.host.version) == ("cell", world.neighbour, 2)


def test_a_closed_committee_ends_and_may_go_on(world):
    close_committee(world.host, active_until=TODAY)
    assert world.host not in Committee.objects.active(on=day(1))
    assert world.host in Committee.objects.active(on=TODAY)

    close_committee(world.host, active_until=None)

    assert world.host in Committee.objects.active(on=day(1))


def test_a_term_begins_on_a_day_and_is_mended_on_the_same_day(world):
    begin_term(world.host, name="2030-2035", starts_on=dt.date(2030, 8, 1))
    begin_term(world.host, name=" 2030 - 2035 ", starts_on=dt.date(2030, 8, 1))

    assert world.host.term(on=TODAY).name == "2025-2030"
    assert world.host.term(on=dt.date(2030, 8, 1)).name == "2030 - 2035"
    assert world.host.term(on=LONG_AGO) is None


def test_a_day_before_all_names_bears_the_earliest(world):
    assert world.host.naming(on=dt.date(1999, 1, 1)).valid_from == LONG_AGO


def test_nobody_manages_anything_without_a_board(world):
    nobody = SimpleNamespace(is_superuser=False, committees_as=lambda *roles: [])

    assert list(committees_for(nobody)) == []
