"""The committees of the story, their people, and the accounts to sign in with."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from committees.domain.committees import begin_term, create_committee, rename_committee
from committees.models import Committee, Membership, Role, User
from operations.demo.words import ACCOUNTS, BODIES, FAMILY, GIVEN, MIDDLE, PLACES


def person(number, committee, role, post="", *, password, since):
    """Make a person with a made-up name and one role."""
    full_name = f"{FAMILY[number % 10]} {MIDDLE[number % 7]} {GIVEN[number % 14]}"
    username = f"{committee.code.lower()}.{role}{number}"
    user = User.objects.create(
        username=username,
        email=f"{username}@vidu.vn",
        full_name=full_name,
        password=password,
    )
    Membership.objects.create(
        user=user,
        committee=committee,
        role=role,
        post=post,
        unit=post,
        starts_on=since,
        given_on=since,
    )
    return user


def committees_of_all(number, since):
    bloc = create_committee(
        code="DUK",
        kind=Committee.Kind.BLOC,
        name="Đảng ủy Khối các cơ quan Mẫu",
        parent=None,
        header_name="ĐẢNG ỦY KHỐI CÁC CƠ QUAN MẪU",
        organisation_name="ĐẢNG BỘ KHỐI CÁC CƠ QUAN MẪU",
        symbol="ĐUK",
        place="Hà Nội",
        active_from=since,
        email="vanphong@vidu.vn",
    )
    board = create_committee(
        code="BDV",
        kind=Committee.Kind.BOARD,
        name="Ban Dân vận",
        parent=bloc,
        header_name="BAN DÂN VẬN",
        symbol="BDVĐUK",
        place="Hà Nội",
        active_from=since,
        email="bandanvan@vidu.vn",
    )
    rename_committee(
        board,
        valid_from=since + dt.timedelta(days=120),
        name="Ban Tuyên giáo và Dân vận",
        header_name="BAN TUYÊN GIÁO VÀ DÂN VẬN",
        organisation_name="",
        symbol="BTGDVĐUK",
        place="Hà Nội",
        decision="Quyết định sáp nhập (ví dụ)",
        at=timezone.now(),
    )
    names = itertools.islice((f"{body} {place}" for place in PLACES for body in BODIES), number)
    hosts = []
    for index, name in enumerate(names, 1):
        above = index % 9 not in (1, 4, 6, 8)
        committee = create_committee(
            code=f"DU{index:02d}",
            kind=Committee.Kind.ABOVE_BASE if above else Committee.Kind.BASE,
            name=f"Đảng ủy {name}",
            parent=bloc,
            header_name=f"ĐẢNG ỦY {name}".upper(),
            symbol="ĐU",
            place="Hà Nội",
            party_members=80 + index * 37 % 900,
            active_from=since,
            position=index,
            term="2025-2030",
            term_starts_on=max(since, dt.date(2025, 8, 1)),
        )
        hosts.append(committee)
    begin_term(board, name="2025-2030", starts_on=since)
    return Committee.objects.get(pk=board.pk), hosts


def people_of_all(hosts, board, password, since):
    """Return {committee id: (secretary, clerk, leaders, staff)}."""
    found = {}
    counter = itertools.count(1)
    for index, host in enumerate(hosts):
        if index == 0:
            named = {
                role: _account(account, host, password, since)
                for account in ACCOUNTS[:4]
                for role in [account[3]]
            }
            secretary, clerk = named[Role.SECRETARY], named[Role.CLERK]
            leaders = [named[Role.LEADER]]
            staff = [named[Role.STAFF]]
        else:
            secretary = person(
                next(counter),
                host,
                Role.SECRETARY,
                "Bí thư Đảng ủy",
                password=password,
                since=since,
            )
            clerk = person(
                next(counter), host, Role.CLERK, "Văn phòng Đảng ủy", password=password, since=since
            )
            leaders, staff = [], []
        leaders.append(
            person(
                next(counter),
                host,
                Role.LEADER,
                "Trưởng phòng Tổ chức",
                password=password,
                since=since,
            )
        )
        more = 12 if index == 0 else 2
        staff += [
            person(next(counter), host, Role.STAFF, password=password, since=since)
            for _ in range(more)
        ]
        found[host.pk] = (secretary, clerk, leaders, staff)
    for account in ACCOUNTS[4:6]:
        _account(account, board, password, since)
    admin = _account(ACCOUNTS[6], None, password, since)
    admin.is_staff = admin.is_superuser = True
    admin.save(update_fields=["is_staff", "is_superuser"])
    return found


def _account(account, committee, password, since):
    username, full_name, _, role, post = account
    user = User.objects.create(
        username=username, email=f"{username}@vidu.vn", full_name=full_name, password=password
    )
    if committee:
        Membership.objects.create(
            user=user,
            committee=committee,
            role=role,
            post=post,
            unit=post,
            starts_on=since,
            given_on=since,
        )
    return user


def office_of(host):
    """Return (secretary, clerk, leaders, staff) of a committee of the story."""
    people: dict[Any, Any] = {}
    for membership in host.memberships.select_related("user").order_by("pk"):
        people.setdefault(membership.role, []).append(membership.user)
    return (
        people[Role.SECRETARY][0],
        people[Role.CLERK][0],
        people[Role.LEADER],
        people[Role.STAFF],
    )
