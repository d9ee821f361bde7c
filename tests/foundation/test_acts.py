"""One moment for each request, one way to tell of a conflict, one way through a form."""

import ast

import pytest
from django import forms
from django.http import HttpResponse
from django.urls import reverse

from foundation.acts import act_page, attempt
from foundation.conflicts import Conflict
from foundation.fields import LineField, VersionField
from foundation.given import given
from foundation.moves import MoveNotAllowed
from foundation.sending import BY_SCRIPT, GO_TO, OURS
from foundation.versions import OutdatedVersion
from tests.house import PACKAGES, ROOT
from tests.world import NOON

VIEWS = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if {"views", "templatetags"} & set(path.relative_to(ROOT).parts)
    or path.name in ("draft_views.py", "context.py")
)
CLOCKS = ("database_now", "now", "localdate")
# What must not go by a request: the two pages that machines read ask before there is anything
# else to answer, and say it where the database does not answer.
WITHOUT_REQUEST = {"operations/views/metrics.py", "operations/views/probe.py"}
# Views that answer 409 for something else than two people at one thing.
OTHER_409 = {
    "board/views/consolidated.py": "the consolidated report is not ready: the page says why",
    "committees/accounts/views/recovery.py": "a link or a recovery that is over",
    "committees/views/imports.py": "what a file would do has changed since it was shown",
    "foundation/draft_views.py": "the draft's form was sent: said to a script",
    "reports/views/question_list.py": "a sign that cannot be printed",
    "sessions/views/answers.py": "others that were to be answered together are not any more",
    "hall/views/door.py": "a tick of whoever was slower, with the line as it stands",
    "hall/views/invitation.py": "a reply that comes too late, with the note that came along",
    "privacy/views/personal.py": "settled already, shown as it was settled",
    "privacy/views/purges.py": "settled already, shown as it was settled",
    "reports/views/documents.py": "a sign that cannot be printed",
    "reports/views/reports.py": "the report is not ready: the checklist says why",
    "sessions/views/anonymous.py": "the asker's page as it stands; the host has pages of its own",
    "sessions/views/questions.py": "something else was sent from this form already",
}


def called(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield (
                node.func.attr
                if isinstance(node.func, ast.Attribute)
                else getattr(node.func, "id", "")
            )


def name(path):
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", VIEWS, ids=name)
def test_a_view_has_no_clock_of_its_own(path):
    assert name(path) in WITHOUT_REQUEST or not set(called(path)) & set(CLOCKS)


def test_a_request_has_one_moment_and_asks_for_it_when_it_is_needed(rf, monkeypatch):
    asked = []

    def ask():
        asked.append(NOON)
        return NOON

    monkeypatch.setattr("foundation.clock.database_now", ask)
    request = rf.get("/")

    assert asked == []
    assert (request.at, request.at, asked) == (NOON, NOON, [NOON])


@pytest.mark.parametrize("path", VIEWS, ids=name)
def test_a_view_has_no_way_of_its_own_to_tell_of_a_conflict(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    says = any(isinstance(node, ast.Constant) and node.value == 409 for node in ast.walk(tree))

    assert "OutdatedVersion" not in names
    assert says == (name(path) in OTHER_409)


def test_conflicts_are_one_family():
    assert issubclass(MoveNotAllowed, Conflict)
    assert issubclass(OutdatedVersion, Conflict)


# --- a form and its act ----------------------------------------------------------------


class Named(forms.Form):
    title = LineField(label="Tên", max_length=50)
    version = VersionField()


class Taken(Exception):
    pass


def refuse(error):
    def act(**typed):
        raise error

    return act


def test_a_form_that_was_not_sent_does_nothing(rf):
    tried = attempt(rf.get("/"), Named(), refuse(AssertionError))

    assert (tried.is_done, tried.status, tried.conflict) == (False, 200, None)


def test_a_form_with_a_fault_does_nothing(rf):
    tried = attempt(rf.post("/"), Named({"title": ""}), refuse(AssertionError))

    assert (tried.is_done, tried.status, tried.conflict) == (False, 422, None)


def test_a_good_form_is_done_with_what_was_typed(rf):
    form = Named({"title": "Mới", "version": "3"})

    tried = attempt(rf.post("/"), form, lambda **typed: typed)

    assert (tried.is_done, tried.result) == (True, {"title": "Mới", "version": 3})


def test_what_the_act_refuses_is_told_beside_its_field(rf):
    form = Named({"title": "Mới", "version": "3"})

    tried = attempt(rf.post("/"), form, refuse(Taken), refusals={Taken: ("title", "Trùng tên.")})

    assert (tried.is_done, tried.status) == (False, 422)
    assert form.errors == {"title": ["Trùng tên."]}


def test_whoever_saved_an_older_version_sees_both_and_may_save_over_it(rf):
    form = Named({"title": "Của tôi", "version": "3"})

    tried = attempt(
        rf.post("/"),
        form,
        refuse(OutdatedVersion),
        standing=lambda: {"title": "Của người khác", "version": 4},
    )

    assert (tried.is_done, tried.status) == (False, 409)
    assert [(one.label, one.typed, one.standing) for one in tried.conflict] == [
        ("Tên", "Của tôi", "Của người khác")
    ]
    assert (form["title"].value(), form["version"].value()) == ("Của tôi", "4")


def test_what_has_moved_on_is_the_middlewares_to_tell(rf):
    form = Named({"title": "Mới", "version": "3"})

    with pytest.raises(MoveNotAllowed):
        attempt(rf.post("/"), form, refuse(MoveNotAllowed), standing=dict)


@pytest.mark.parametrize(("method", "done"), [("get", []), ("post", [("thing", NOON)])])
def test_a_page_of_one_act_without_a_form_asks_first(rf, method, done):
    acts = []
    view = act_page(
        find=lambda request, pk: "thing",
        may=lambda request, thing: True,
        do=lambda thing, *, by, at: acts.append((thing, at)),
        page=lambda request, thing, form, *, status: HttpResponse("ask", status=status),
        answer=lambda request, thing: HttpResponse("done"),
    )
    request = getattr(rf, method)("/")
    request.user, request.at = None, NOON

    answer = view(request, pk=1)

    assert acts == done
    assert answer.content == (b"done" if done else b"ask")


def test_a_page_that_cannot_show_both_texts_hands_the_older_version_on(rf):
    form = Named({"title": "Của tôi", "version": "3"})

    with pytest.raises(OutdatedVersion):
        attempt(rf.post("/"), form, refuse(OutdatedVersion))


def test_who_asks_for_what_a_state_promises_gets_it_or_an_error():
    assert given(0) == 0
    with pytest.raises(ValueError, match="its state promises"):
        given(None)


@pytest.mark.django_db
def test_a_script_that_sent_a_form_is_told_where_to_go(client):
    """It could not see a redirect: the page to open stands in a header of ours."""
    form = {"language": "en", "next": "/"}

    as_browser = client.post(reverse("set_language"), form)
    as_script = client.post(reverse("set_language"), form, headers={BY_SCRIPT: "finish"})

    assert (as_browser.status_code, as_browser.url) == (302, "/")
    assert (as_script.status_code, as_script.headers[GO_TO]) == (204, "/")
    assert "Location" not in as_script.headers
    assert (OURS in as_script.headers, OURS in as_browser.headers) == (True, False)
