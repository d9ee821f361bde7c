"""Every address, every kind of visitor, the own committee and a foreign one, every method.

The second table of docs/permissions.md says who may; an address without a row fails.
"""

import re
import uuid
from fnmatch import fnmatchcase
from http.cookies import SimpleCookie

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.walls.pages import more_answers_to
from tests.walls.places import METHODS, addresses, every_pattern, taken_back, unknown_addresses
from tests.walls.planted import (
    NAMES,
    NOT_TOLD,
    FieldsSeen,
    Planter,
    is_typed,
    rows_of_the_table,
)
from tests.walls.scene import ROLES, build_scene
from tests.walls.table import ROWS, TABLE, row_of

pytestmark = pytest.mark.django_db

SIGN_IN = ("/accounts/login/", "/admin/login/", "/accounts/confirm/")
SAYS_ITS_HEALTH = "healthz"  # 503 where no worker runs, as in the tests


def test_every_address_has_a_row_and_every_row_an_address():
    names = {name for name, _ in every_pattern() if name != "admin:None"}

    assert {name for name in names if row_of(name) is None} == set()
    assert {row for row in ROWS if not any(fnmatchcase(name, row) for name in names)} == set()


def test_every_cell_is_known():
    for name, row in ROWS.items():
        assert set(row["methods"].split()) <= {"GET", "POST"}, name
        for role in ROLES:
            assert row[role] in ("yes", "403", "404", "sign in"), f"{name} {role}"
        assert set(row["foreign"].split()) <= {*ROLES, "none", "–"}, name


# --- the own committee ----------------------------------------------------------------


class Visitor:
    """Somebody who comes back to each address as if it were the first."""

    def __init__(self, user):
        self.client = Client(raise_request_exception=False)
        if user:
            self.client.force_login(user)
        self.cookies = self.client.cookies.output(header="", sep=";")

    def asks(self, method, path):
        """Return the answer; whatever it changed is taken back."""
        self.client.cookies = SimpleCookie(self.cookies)
        with taken_back():
            return self.client.generic(method, path)


def leads_to_sign_in(answer):
    return answer.status_code == 302 and answer.url.startswith(SIGN_IN)


def leads_nowhere(answer):
    """The administration sends some to its index, which asks to sign in."""
    return leads_to_sign_in(answer) or (answer.status_code == 302 and answer.url == "/admin/")


def is_refused(answer, statuses=(403, 404, 405)):
    return answer.status_code in statuses


def complaint(name, cell, methods, method, answer):
    """Return what is wrong with the answer, or nothing."""
    status = answer.status_code
    if status >= 500 and name != SAYS_ITS_HEALTH:
        return "broke"
    if method not in ("GET", "HEAD", "POST"):
        return "" if status == 405 else "must refuse the method"
    if method == "HEAD" and answer.content:
        return "must not say anything"
    asked = "GET" if method == "HEAD" else method
    if asked not in methods:
        return "" if is_refused(answer) or leads_nowhere(answer) else "must refuse the method"
    if cell == "yes":
        return yes_complaint(method, answer)
    if cell == "sign in":
        return "" if leads_nowhere(answer) else "must ask to sign in"
    allowed = {int(cell), 405} if method == "HEAD" else {int(cell)}
    return "" if status in allowed else f"must answer {cell}"


def yes_complaint(method, answer):
    refusals = (403, 404) if method == "HEAD" else (403, 404, 405)
    if is_refused(answer, refusals) or leads_to_sign_in(answer):
        return "must answer"
    return ""


WALKED = {}  # one walk shows two things
ASK_IN_EVERY_WAY = (
    "nobody",
    "secretary",
)  # what a view refuses to two is asked by all in the long run
READ_OR_SEND = ("GET", "POST")


def walked(world, role):
    """Return (complaints, what was seen) of one walk over all addresses, kept for the next test."""
    if role not in WALKED:
        WALKED[role] = walk(world, role)
    return WALKED[role]


def walk(world, role):
    planter = Planter()
    scene = build_scene(world, before_reports=planter.fill)
    planter.end(scene, timezone.now())
    visitor, wrong, seen = Visitor(scene.people[role]), [], FieldsSeen(scene.people[role])

    for name, path in addresses(scene.own).items():
        row = row_of(name)
        for method in methods_asked(role) if row else ():
            answer = visitor.asks(method, path)
            if said := complaint(name, row[role], row["methods"].split(), method, answer):
                wrong.append(f"{method} {name} as {role}: {said}, got {answer.status_code}")
            seen.look(answer, path)
    for _name, thing, answer in more_answers_to(scene.people[role], scene.own):
        seen.look(answer, f"{getattr(scene.own, thing).pk}")
    for path in each_question(scene.own, planter):
        seen.look(visitor.asks("GET", path), path)
    for name, path in addresses(scene.foreign).items():
        if (row := row_of(name)) and role in row["foreign"].split():
            seen.look(visitor.asks("GET", path), path)
    seen.untold = {name for name in filter(is_typed, NAMES) if name not in planter.planted}
    return wrong, seen


def methods_asked(role):
    return METHODS if role in ASK_IN_EVERY_WAY else READ_OR_SEND


def each_question(side, planter):
    """Yield where the office and the leader open one question: which stands first is by chance."""
    told = (side.assigned, side.declined, side.merged, side.referred, side.escalated, side.answered)
    told += (side.came, side.went, side.came_back)
    for one in (*told, *planter.recorded):
        yield reverse("sessions:triage_question", args=[one.conference_id, one.pk])
        yield reverse("sessions:answer_write", args=[one.pk])


@pytest.mark.parametrize("role", ROLES)
def test_everybody_gets_what_the_table_says(world, role):
    wrong, _seen = walked(world, role)

    assert not wrong, "\n".join(wrong)


@pytest.mark.long
@pytest.mark.parametrize("role", [role for role in ROLES if role not in ASK_IN_EVERY_WAY])
def test_every_other_method_is_answered_to_everybody_as_the_table_says(world, role):
    scene = build_scene(world)
    visitor, wrong = Visitor(scene.people[role]), []
    for name, path in addresses(scene.own).items():
        row = row_of(name)
        for method in set(METHODS) - set(READ_OR_SEND):
            answer = visitor.asks(method, path)
            if said := complaint(name, row[role], row["methods"].split(), method, answer):
                wrong.append(f"{method} {name} as {role}: {said}, got {answer.status_code}")
    assert not wrong, "\n".join(wrong)


# --- which field --------------------------------------------------------------------

FIELDS = TABLE.with_name("fields.md")


def fields():
    """Return {column: {role: cell}} of the table of fields."""
    lines = re.findall(
        r"^\| `([^`]+)` \| (.+) \|$", FIELDS.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {name: dict(zip(ROLES, cells.split(" | "), strict=True)) for name, cells in lines}


@pytest.mark.parametrize("role", ROLES)
def test_everybody_reads_the_fields_that_the_table_says(world, role):
    """B-02: each text column of each table, in every page and file that the role can open."""
    _wrong, seen = walked(world, role)
    written = fields()

    wrong = [
        f"{name} as {role}: seen {seen.cell(name)}, the table says {written[name][role]}"
        f" {[path for (one, _side), path in seen.first.items() if one == name]}"
        for name in rows_of_the_table()
        if seen.cell(name) != written[name][role]
    ]
    assert not wrong, "\n".join(wrong)
    assert seen.untold == NOT_TOLD


def test_the_table_of_fields_has_every_column():
    assert list(fields()) == rows_of_the_table()


# --- a foreign committee --------------------------------------------------------------

# Addresses that name nothing of a committee's: their answer is the same everywhere.
UNNAMED = "–"


@pytest.mark.parametrize("role", ROLES)
def test_what_is_foreign_answers_like_what_does_not_exist(world, role):
    scene = build_scene(world)
    visitor, wrong = Visitor(scene.people[role]), []
    nowhere = unknown_addresses()

    for name, path in addresses(scene.foreign).items():
        row = row_of(name)
        if row is None or row["foreign"] == UNNAMED or role in row["foreign"].split():
            continue
        for method in row["methods"].split():
            answer = visitor.asks(method, path)
            of_nothing = visitor.asks(method, nowhere[name])
            if (answer.status_code, body(answer, path)) != (
                of_nothing.status_code,
                body(of_nothing, nowhere[name]),
            ):
                wrong.append(
                    f"{method} {name} as {role}: {answer.status_code},"
                    f" of nothing {of_nothing.status_code}"
                )
            elif role != "nobody" and answer.status_code != 404:
                wrong.append(f"{method} {name} as {role}: must be 404, got {answer.status_code}")

    assert not wrong, "\n".join(wrong)


def body(answer, path):
    """Return what was answered, without the asked address and the form's own secret."""
    text = answer.content.decode().replace(path, "")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    place = answer.get("Location", "").replace(path, "")
    return f"{place} {text}"


def test_foreign_ids_answer_alike(world):
    """Numbers around those that exist, and numbers no database holds."""
    scene = build_scene(world)
    visitor = Visitor(scene.people["secretary"])
    own = {scene.own.ahead.pk, scene.own.begun.pk, scene.own.postponed.pk, scene.own.held.pk}
    own.add(world.conference.pk)
    ids = [*range(1, 120), 2**31 - 1, 2**31, 2**63 - 1, 2**63, 2**64, 10**30, 0]
    answers = set()

    for pk in ids:
        path = f"/conferences/{pk}/"
        if pk not in own:
            answer = visitor.asks("GET", path)
            answers.add((answer.status_code, body(answer, path)))

    assert len(answers) == 1
    assert answers.pop()[0] == 404


@pytest.mark.long
def test_five_hundred_foreign_ids_at_every_address_answer_alike(world):
    scene = build_scene(world)
    visitor, nowhere = Visitor(scene.people["secretary"]), unknown_addresses()
    asked = 0

    for name, path in addresses(scene.foreign).items():
        row = row_of(name)
        if row["foreign"] == UNNAMED or "secretary" in row["foreign"].split():
            continue
        for place, method in enumerate(row["methods"].split()):
            of_nothing = visitor.asks(method, nowhere[name])
            for number in range(20 if place else 500):
                made_up = re.sub(r"/\d+/", f"/{10**6 + number}/", nowhere[name])
                made_up = re.sub(
                    r"/[0-9a-f-]{36}/", f"/{uuid.UUID(int=number, version=4)}/", made_up
                )
                answer = visitor.asks(method, made_up)
                assert answer.status_code == of_nothing.status_code == 404, f"{method} {made_up}"
                assert body(answer, made_up) == body(of_nothing, nowhere[name]), made_up
                asked += 1
        assert visitor.asks("GET", path).status_code in (404, 405), name
    print(f"\nB-03: {asked} foreign or made-up ids, all answered alike")


# --- the anonymous host ---------------------------------------------------------------


def test_the_anonymous_host_answers_everybody_alike(world):
    scene = build_scene(world)
    for path in ("/", "/receipt/"):
        answers = set()
        for role in ROLES:
            visitor = Visitor(scene.people[role])
            answer = visitor.client.get(path, HTTP_HOST=settings.ANONYMOUS_HOST)
            answers.add((answer.status_code, without_accidents(answer)))
            assert not answer.cookies
            for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
                refused = visitor.client.generic(method, path, HTTP_HOST=settings.ANONYMOUS_HOST)
                assert refused.status_code == 405

        assert len(answers) == 1
        assert answers.pop()[0] == 200


def without_accidents(answer):
    """Return the page without what is drawn anew each time."""
    page = re.sub(r'value="[0-9A-Za-z_-]{16,}"', "", answer.content.decode())
    return re.sub(r"[0-9A-Z]{4}(-[0-9A-Z]{4})+", "", page)


def test_each_host_serves_its_own_pages_alone(world):
    scene = build_scene(world)
    visitor = Visitor(scene.people["secretary"])

    for name, path in addresses(scene.own).items():
        if path in ("/", "/abbreviations/"):  # both hosts have one of their own
            continue
        for method in ("GET", "POST"):
            answer = visitor.client.generic(method, path, HTTP_HOST=settings.ANONYMOUS_HOST)
            assert answer.status_code in (403, 404, 415), f"{method} {name}"
            assert "Nguyễn Thị Ánh" not in answer.content.decode()
    assert visitor.client.get("/receipt/").status_code == 404
