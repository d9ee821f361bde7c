"""Taking an applied list of committees back: all of it or nothing, and only while nothing is used."""

import pytest

from committees.domain.committees import apply_due_names
from committees.domain.members import add_member
from committees.models import Committee, CommitteeName, ImportDraft, Role, Term
from foundation.audit import verify
from periods.domain.periods import oblige_everybody
from periods.models import Obligation
from reports.models import Report
from tests.committees.sheets import COMMITTEES, upload, xlsx
from tests.world import NOON, TODAY, make_committee, make_conference

pytestmark = pytest.mark.django_db
ROWS = [
    ["C10", "Đảng ủy Viện Mới", "Cấp trên cơ sở", "", "", ""],
    ["C11", "Đảng ủy Viện Mới Một", "Cơ sở", "C10", "", ""],
    ["A01", "Đảng ủy Viện Minh Hòa Mới", "Cấp trên cơ sở", "", "321", "moi@example.vn"],
]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path  # where the ends of the record of acts are noted


def everything():
    return (
        sorted(Committee.objects.values_list("code", "name", "folded", "kind", "parent", "email")),
        sorted(Committee.objects.values_list("code", "party_members", "active_from")),
        sorted(CommitteeName.objects.values_list("committee", "valid_from", "name", "symbol")),
        sorted(Term.objects.values_list("committee", "name", "starts_on")),
        sorted(Obligation.objects.values_list("period", "committee", "board")),
    )


@pytest.fixture
def applied(world, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    oblige_everybody(world.period)
    apply_due_names(at=NOON)
    client.force_login(world.head)
    client.before = everything()
    header = [*COMMITTEES, "Mã cấp trên", "Số đảng viên", "Thư điện tử"]
    client.page = client.post("/import/committees/", {"file": upload(xlsx(header, *ROWS))}).url
    client.post(f"{client.page}apply/")
    oblige_everybody(world.period)  # as the next tick does
    assert Obligation.objects.filter(committee__code="C10").exists()
    return client


def undo(client):
    return client.post(f"{client.page}undo/", follow=True).content.decode()


def test_all_that_a_list_did_is_taken_back(applied):
    assert f"{applied.page}undo/" in applied.get(applied.page).content.decode()
    assert Committee.objects.get(code="A01").name == "Đảng ủy Viện Minh Hòa Mới"

    page = undo(applied)

    assert "Đã rút lại toàn bộ" in page
    assert everything() == applied.before
    assert ImportDraft.objects.get().undone_at == NOON
    verify()  # the record of acts still holds together


def _has_people(world, new):
    add_member(
        new, full_name="Lý Thị Nga", email="nga@example.vn", role=Role.STAFF, starts_on=TODAY
    )


def _has_a_conference(world, new):
    make_conference(new, world.secretary)


def _has_a_report(world, new):
    Report.objects.create(obligation=new.obligations.get(), created_at=NOON, changed_at=NOON)


def _has_a_committee_below(world, new):
    make_committee("C12", Committee.Kind.CELL, "Chi bộ Mới", parent=new)


IN_USE = "Đảng ủy Viện Mới đã có người, hội nghị hoặc báo cáo."


@pytest.mark.parametrize(
    "used", [_has_people, _has_a_conference, _has_a_report, _has_a_committee_below]
)
def test_what_is_in_use_stays_with_all_the_rest(applied, world, used):
    used(world, Committee.objects.get(code="C10"))
    now = everything()

    page = undo(applied)

    assert IN_USE in page
    assert everything() == now
    assert ImportDraft.objects.get().undone_at is None


def test_what_was_changed_since_stays_with_all_the_rest(applied):
    Committee.objects.filter(code="A01").update(party_members=5)
    now = everything()

    assert "Đảng ủy Viện Minh Hòa Mới đã được sửa sau đó." in undo(applied)
    assert everything() == now


def test_what_is_gone_stops_it(applied, world):
    Obligation.objects.filter(committee__code="C11").delete()
    Committee.objects.get(code="C11").delete()

    assert "Đảng ủy Viện Mới Một không còn nữa." in undo(applied)
