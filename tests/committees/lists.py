"""Lists of committees and people, as tests judge and apply them."""

from committees.domain.importing import check_file
from committees.models import Committee
from tests.committees.sheets import (
    COMMITTEES,
    PEOPLE,
    errors,
    judged,
    upload,
    xlsx,
)
from tests.world import LONG_AGO, NOON


def check(kind, header, *rows, by, at=NOON, change=None):
    content = xlsx(header, *rows, change=change)
    return check_file(upload(content), kind=kind, by=by, at=at)


def committees(world, *rows, header=COMMITTEES, **more):
    return judged("committees", header, *rows, by=world.head, **more)


def people(world, *rows, header=PEOPLE, by="head", **more):
    return judged("people", header, *rows, by=world.people[by], **more)


def columns(rows):
    """Return {row number: [column, …]} of what is wrong."""
    return {number: [column for column, _text in found] for number, found in errors(rows).items()}


def nga(**fields):
    values = {"name": "Lý Thị Nga", "email": "nga@example.vn", "where": "A01", "role": "Cán bộ"}
    return list((values | fields).values())


def other_bloc():
    bloc = Committee.objects.create(
        code="KHAC", kind="bloc", name="Khối khác", active_from=LONG_AGO
    )
    return Committee.objects.create(
        code="K01", kind="base", name="Đảng ủy khác", parent=bloc, active_from=LONG_AGO
    )
