"""The headers of every kind of answer, and that nobody keeps what a signed-in person saw."""

import re

import pytest
from django.conf import settings
from django.test import Client

from tests.walls.places import addresses
from tests.walls.scene import build_scene

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
SANDBOX = {"sandbox": "", "default-src": "'none'"}  # of a file that somebody sent
HEADERS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.I)
ELSEWHERE = re.compile(r"""(?:src|srcset|action|<link[^>]*href)=["'](?:https?:)?//""", re.I)


def policy_of(answer):
    parts = answer["Content-Security-Policy"].split(";")
    return {name: value for name, _, value in (part.strip().partition(" ") for part in parts)}


def test_every_page_has_every_header_and_nothing_inline(world):
    scene = build_scene(world)
    wrong, seen = [], 0
    for role in ("nobody", "clerk", "head", "administrator"):
        client = Client(raise_request_exception=False)
        for name, path in addresses(scene.own).items():
            if name in ("reports:report_preview", "sessions:slips_print"):
                continue  # files, and slow ones
            if role != "nobody":
                client.force_login(scene.people[role])
            answer = client.get(path)
            seen += 1
            wrong += [f"{name} as {role}: {said}" for said in complaints(answer, role)]

    assert not wrong, "\n".join(wrong)
    assert seen > 400


def complaints(answer, role):
    is_file = answer.get("Content-Disposition", "").startswith("attachment")
    if policy_of(answer) != POLICY and not (is_file and policy_of(answer) == SANDBOX):
        yield answer["Content-Security-Policy"]
    for header, value in HEADERS.items():
        if answer.get(header) != value:
            yield f"{header}: {answer.get(header)}"
    if "camera=()" not in answer.get("Permissions-Policy", ""):
        yield "no Permissions-Policy"
    if role != "nobody" and "no-store" not in answer.get("Cache-Control", ""):
        yield f"may be kept: {answer.get('Cache-Control')}"
    if answer.get("Content-Type", "").startswith("text/html"):
        page = answer.content.decode()
        yield from (found[0] for found in INLINE.finditer(page))
        yield from (found[0] for found in ELSEWHERE.finditer(page))


def test_files_and_refusals_have_them_too(client, world):
    asked = [
        client.get("/static/css/portal.css"),
        client.get("/static/js/forms.js"),
        client.get("/no-such-page/"),
        client.get("/accounts/login/", HTTP_HOST="evil.example.org"),
        client.get("/healthz"),
        client.put("/accounts/login/"),
        client.generic("TRACE", "/"),
    ]

    assert [answer.status_code for answer in asked] == [200, 200, 404, 400, 503, 405, 405]
    for answer in asked:
        assert policy_of(answer) == POLICY
        for header, value in HEADERS.items():
            assert answer[header] == value


def test_a_page_that_was_left_is_not_kept(client, world):
    client.force_login(world.staff)

    out = client.post("/accounts/logout/")

    assert "no-store" in out["Cache-Control"]


def test_encrypted_it_asks_for_encryption_for_two_years(client, settings, db):
    settings.SECURE_HSTS_SECONDS = 63_072_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True

    answer = client.get("/accounts/login/", secure=True)

    assert answer["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"


def test_every_script_is_the_one_we_wrote(client, db):
    """The browser runs a script only if it has the hash that the page names."""
    import base64
    import hashlib

    page = client.get("/accounts/login/").content.decode()

    scripts = re.findall(r"<script([^>]*)>", page)
    assert scripts
    for attributes in scripts:
        path = re.search(r'src="([^"]+)"', attributes)[1]
        promised = re.search(r'integrity="sha384-([^"]+)"', attributes)[1]
        served = b"".join(client.get(path).streaming_content)
        assert base64.b64encode(hashlib.sha384(served).digest()).decode() == promised


def test_the_policy_names_nothing_unsafe():
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert {name: " ".join(values) for name, values in directives.items()} == POLICY


def scripts_of(page):
    return re.findall(r'<script\b[^>]*\bsrc="([^"]+)"', page)


def test_every_page_takes_the_same_scripts(client, world, settings):
    """J-07: what a browser fetches does not tell what its page is for."""
    of_login = scripts_of(client.get("/accounts/login/").content.decode())
    assert [path.rpartition("/")[2] for path in of_login] == ["early.js", "all.js"]
    for path in of_login:
        served = b"".join(client.get(path).streaming_content).decode()
        assert not re.search(r"^\s*import\b", served, re.MULTILINE)  # and nothing after them
    client.force_login(world.staff)
    asking = f"/conferences/{world.conference.pk}/ask/"
    for path in ("/", asking, "/vouchers/", "/questions/mine/", "/verify/", "/help/who-asked/",
                 "/accounts/factor/passkeys/add/"):  # fmt: skip
        assert scripts_of(client.get(path, follow=True).content.decode()) == of_login, path
    apart = {
        tuple(
            scripts_of(client.get(path, headers={"host": settings.ANONYMOUS_HOST}).content.decode())
        )
        for path in ("/", "/receipt/", "/done/", "/abbreviations/")
    }
    assert [path.rpartition("/")[2] for (path,) in apart] == ["apart.js"]
