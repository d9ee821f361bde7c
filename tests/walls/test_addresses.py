"""J-06: nothing that an asker types, looks for or holds stands in an address.

Addresses are written down everywhere: by proxies, browsers and the logs of servers.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, quote_plus, urlencode

import pytest
from django.conf import settings
from django.test import Client

from tests.walls.pages import ANONYMOUS, answers_to, more_answers_to
from tests.walls.scene import build_scene

pytestmark = pytest.mark.django_db

CANARY = "Đề nghị xem lại ZZCANARY"
ENCODED = "application/x-www-form-urlencoded"
FREE = ("", "text", "search", "email", "tel", "url", "password", "hidden")
# The code printed on a document that anybody may verify: it is nobody's who asks.
PUBLIC = {("/verify/", "code"), ("/join/", "code")}


@dataclass
class Form:
    method: str
    action: str
    typed: list = field(default_factory=list)
    given: dict = field(default_factory=dict)


class Reader(HTMLParser):
    """Collects the forms of a page with what can be typed there, and what htmx asks for by GET."""

    def __init__(self, page):
        super().__init__()
        self.page, self.forms, self.asking = page, [], []
        self.form = None

    def handle_starttag(self, tag, attributes):
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            action = given.get("action") or self.page
            self.form = Form(given.get("method", "get").lower(), action)
            self.forms.append(self.form)
        is_typed = tag == "textarea" or (tag == "input" and given.get("type", "") in FREE[:-1])
        if "data-hx-get" in given and (is_typed or "data-hx-include" in given):
            self.asking.append(f"{self.page}: {given['data-hx-get']}")
        if self.form is not None and given.get("name"):
            if is_typed:
                self.form.typed.append(given["name"])
            else:
                self.form.given.setdefault(given["name"], given.get("value", ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def pages_of_an_asker(scene):
    """Yield (address, page) of all that somebody who asks can open, on both hosts."""
    staff = scene.people["staff"]
    answers = [
        *(answer for _, method, answer in answers_to(staff, scene.own) if method == "GET"),
        *(answer for _, _, answer in more_answers_to(staff, scene.own)),
    ]
    for answer in answers:
        if answer.get("Content-Type", "").startswith("text/html"):
            yield answer.wsgi_request.path, answer.content.decode()
    for path in ANONYMOUS:
        yield path, Client().get(path, HTTP_HOST=settings.ANONYMOUS_HOST).content.decode()


def read(scene):
    readers = []
    for path, page in pages_of_an_asker(scene):
        reader = Reader(path)
        reader.feed(page)
        readers.append(reader)
    return readers


def test_no_form_of_an_asker_sends_what_is_typed_in_the_address(world):
    readers = read(build_scene(world))

    typed = {
        (form.action, name)
        for reader in readers
        for form in reader.forms
        if form.method == "get"
        for name in form.typed
    }

    assert len(readers) > 30
    assert typed == PUBLIC
    assert [asked for reader in readers for asked in reader.asking] == []


def test_whatever_an_asker_types_leads_to_no_address_that_bears_it(world):
    """Every form that staff can reach, its fields full of a canary: 0 in addresses and links."""
    scene = build_scene(world)
    client = Client(raise_request_exception=False)
    client.force_login(scene.people["staff"])
    forms = {
        (form.action, tuple(form.typed)): form
        for reader in read(scene)
        for form in reader.forms
        if form.method == "post" and form.typed and not form.action.startswith("/accounts/")
    }
    sown, wrong = 0, []

    for form in forms.values():
        typed = {**form.given, **dict.fromkeys(form.typed, CANARY)}
        host = settings.ANONYMOUS_HOST if form.action in ANONYMOUS else "testserver"
        answers = [client.post(form.action, urlencode(typed), content_type=ENCODED, HTTP_HOST=host)]
        if location := answers[0].get("Location"):
            answers.append(client.get(location))
        for answer in answers:
            said = f"{answer.get('Location', '')} {addresses_in(answer.content.decode())}"
            if any(shape in said for shape in (CANARY, quote(CANARY), quote_plus(CANARY), "ZZ")):
                wrong.append(f"{form.action}: {said[:200]}")
        sown += len(form.typed)

    assert not wrong, "\n".join(wrong)
    assert sown > 8


def addresses_in(page):
    """Return every address that a page names, in links, forms and what htmx asks for."""
    found = []

    class Links(HTMLParser):
        def handle_starttag(self, tag, attributes):
            names = ("href", "src", "action", "formaction")
            found.extend(
                value
                for name, value in attributes
                if value and (name in names or name.startswith("data-hx-"))
            )

    Links().feed(page)
    return " ".join(found)
