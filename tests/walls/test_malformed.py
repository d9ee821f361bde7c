"""B-08: malformed requests to every address, as several roles: an answer of ours, and soon."""

import json
import random
import time
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from committees.models import User
from tests.walls.forms import forms_of
from tests.walls.places import addresses, taken_back
from tests.walls.scene import build_scene

pytestmark = pytest.mark.django_db

SEED = 20260623
SLOWEST = 2.0  # seconds
ROLES = ("nobody", "secretary", "clerk", "leader", "staff", "head", "administrator")
VALUES = (
    *("", " ", "\0", "a\0b", "null", "None", "undefined", "NaN", "Infinity", "-1", "0", "1e309"),
    *("9" * 30, "9" * 5_000, str(2**31), str(2**63), "-" + "9" * 20, "0x10", "1.5", "１２３", "٣"),
    *(
        "x" * 300,
        "x" * 5_000,
        "ă" * 4_001,
        "e\u0302\u0301" * 500,
        "\u202eđảo",
        "\u200b\u200d\ufeff",
    ),
    *("\ud800", "\udfff\ud800", "\U0001f600" * 100, "\U0010ffff", "\ufffe", "\r\nSet-Cookie: a=b"),
    *("31/02/2026", "00/00/0000", "99/99/9999 99:99", "2026-13-45", "01/01/0001", "31/12/9999"),
    *(
        "25:61",
        "true",
        "on",
        "[]",
        "{}",
        '{"$gt": ""}',
        "[object Object]",
        "%00",
        "%",
        "%zz",
        "%s%n",
    ),
    *("../../../../etc/passwd", "C:\\", "'; DROP TABLE x; --", "' OR 1=1 --", "{{7*7}}", "${7*7}"),
    *("00000000-0000-0000-0000-000000000000", "not-a-uuid", "-", "=1+1", "@", "http://evil/"),
    *("<script>alert(1)</script>", '"><svg/onload=alert(1)>', "\x1b[31m", "\x7f\x80", "A" * 70_000),
)
TYPES = (
    "application/json",
    "text/plain",
    "application/xml",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x" + "y" * 300,
    "application/x-www-form-urlencoded; charset=utf-16",
    "application/x-www-form-urlencoded; charset=no-such-charset",
    "application/octet-stream",
    "\x00/\x00",
    "",
)
BODIES = (
    b"",
    b"\x00" * 100,
    b"\xff\xfe\xfd",
    b"a=%ff%fe&b=%",
    b"=&=&==&&&",
    b"{" * 5_000,
    json.dumps({"text": None, "theme": [1, {}]}).encode(),
    b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n',
    b'--x\r\nContent-Disposition: form-data; name="a"; filename="../../x"\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!!\r\n--x--",
    b"&".join(b"f%d=1" % number for number in range(2_500)),
)
HEADERS = (
    {},
    {"hx-request": "true"},
    {"hx-request": "true", "hx-current-url": "http://[::1"},
    {"accept-language": "x" * 3_000},
    {"cookie": "session=\x01; language=../../etc; csrf=" + "x" * 500},
    {"if-none-match": '"\ud7ff', "if-modified-since": "yesterday"},
    {"range": "bytes=0-0,-1,99999999999999999999-"},
    {"referer": "http://[", "origin": "null"},
    {"content-length": "-1"},
    {"x-forwarded-for": "'\"><", "x-forwarded-proto": "gopher"},
)


class Attack:
    """One seeded stream of requests, and what became of them."""

    def __init__(self, scene, seed):
        self.random = random.Random(seed)
        self.paths = addresses(scene.own)
        self.clients = {role: self.visitor(scene.people[role]) for role in ROLES}
        self.forms = {role: self.read_forms(role) for role in ROLES}
        self.broken, self.slow, self.slowest, self.sent = [], [], 0.0, 0

    def visitor(self, user):
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user)
        return client

    def read_forms(self, role):
        """What a person would be shown, so that mutations reach behind the first check."""
        found = []
        for path in self.paths.values():
            if path.endswith((".pdf", "/logout/", "/everywhere/")):
                continue
            answer = self.clients[role].get(path)
            if answer.get("Content-Type", "").startswith("text/html"):
                found += [
                    form
                    for form in forms_of(answer.content.decode(), path)
                    if form.action.startswith("/")
                ]
        return found

    def value(self):
        return self.random.choice(VALUES)

    def send(self, count):
        kinds = (self.odd_query, self.mutated_form, self.mutated_form, self.odd_body, self.odd_path)
        for _ in range(count):
            role = self.random.choice(ROLES)
            self.ask(role, *self.random.choice(kinds)(role))

    def odd_query(self, _role):
        path = self.random.choice(list(self.paths.values()))
        names = ("q", "page", "state", "theme", "channel", "after", "committee", "next", "list")
        pairs = [
            (self.random.choice((*names, self.value()[:40])), self.value()[:3_000])
            for _ in range(self.random.choice((1, 2, 3, 300)))
        ]
        return "GET", f"{path}?{encoded(pairs)}", b"", ""

    def mutated_form(self, role):
        form = self.random.choice(self.forms[role] or self.forms["clerk"])
        values = dict(form.values)
        for name in self.random.sample(sorted(values), min(len(values), self.random.randint(1, 4))):
            values[name] = self.value()
        if self.random.random() < 0.1:
            name = self.value()[:80].encode("utf-8", "replace").decode()
            name = name.replace("/", "_").strip(". ") or "x"
            values["file"] = SimpleUploadedFile(name, b"PK\x03\x04" + b"\0" * 50)
        return form.method, form.action, values, ""

    def odd_body(self, _role):
        path = self.random.choice(list(self.paths.values()))
        return "POST", path, self.random.choice(BODIES), self.random.choice(TYPES)

    def odd_path(self, _role):
        path = self.random.choice(list(self.paths.values()))
        parts = path.strip("/").split("/")
        parts[self.random.randrange(len(parts))] = quoted(self.value()[:400])
        return self.random.choice(("GET", "POST")), "/" + "/".join(parts) + "/", b"", ""

    def ask(self, role, method, path, body, content_type, *, again=2):
        client, began = self.clients[role], time.monotonic()
        cookies = client.cookies.copy()
        headers = self.random.choice(HEADERS) if self.random.random() < 0.3 else {}
        with taken_back():
            if isinstance(body, dict):
                has_file = any(hasattr(value, "read") for value in body.values())
                answer = (
                    client.post(path, without_surrogates(body), headers=headers)
                    if has_file
                    else client.generic(
                        method,
                        path,
                        encoded(body.items()).encode(),
                        "application/x-www-form-urlencoded",
                        headers=headers,
                    )
                )
            else:
                answer = client.generic(method, path, body, content_type, headers=headers)
            if answer.streaming:
                b"".join(answer.streaming_content)
        client.cookies = cookies
        took = time.monotonic() - began
        self.sent += 1
        self.slowest = max(self.slowest, took)
        if answer.status_code >= 500 and not path.startswith("/healthz"):
            self.broken.append(f"{answer.status_code} {method} {path[:300]} {str(body)[:500]}")
        if took > SLOWEST and not path.partition("?")[0].endswith(".pdf"):
            if again:  # a busy machine is no fault of the request: it is slow if it always is
                self.ask(role, method, path, body, content_type, again=again - 1)
                return
            self.slow.append(f"{took:.1f} s {method} {path[:300]} {str(body)[:300]}")


def without_surrogates(values):
    return {
        name: value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
        for name, value in values.items()
    }


def quoted(text):
    return quote(text.encode("utf-8", "surrogatepass"))


def encoded(pairs):
    """Form-encode, surrogates and all, as a hostile program would."""
    return urlencode(
        [
            (name.encode("utf-8", "surrogatepass"), value.encode("utf-8", "surrogatepass"))
            for name, value in pairs
        ]
    )


def attack(world, count):
    attack = Attack(build_scene(world), SEED)
    attack.send(count)
    print(
        f"\nB-08: {attack.sent} malformed requests (seed {SEED}), {len(attack.broken)} broke,"
        f" {len(attack.slow)} slow, the slowest took {attack.slowest:.2f} s"
    )
    assert not attack.broken, "\n".join(attack.broken)
    assert not attack.slow, "\n".join(attack.slow)


def test_a_hundred_malformed_requests_break_nothing(world):
    attack(world, 100)


@pytest.mark.long
def test_ten_thousand_malformed_requests_break_nothing(world):
    attack(world, 10_000)


def test_malformed_requests_to_the_anonymous_host_break_nothing(db):
    chance = random.Random(SEED)
    client = Client(raise_request_exception=False, headers={"host": settings.ANONYMOUS_HOST})
    fields = ("voucher", "text", "theme", "kind", "receipt", "code", "act", "value", "why", "reply")
    broken = []

    for _ in range(300):
        path = chance.choice(("/", "/receipt/", "/x/", "/" + quoted(chance.choice(VALUES)[:200])))
        pairs = [(name, chance.choice(VALUES)) for name in chance.sample(fields, 5)]
        method = chance.choice(("GET", "POST", "POST", "PUT", "HEAD"))
        if chance.random() < 0.3:
            body, kind = chance.choice(BODIES), chance.choice(TYPES)
        else:
            body, kind = encoded(pairs).encode(), "application/x-www-form-urlencoded"
        if method in ("GET", "HEAD"):
            path += f"?{encoded(pairs)[:6_000]}"
        answer = client.generic(method, path, body, kind, headers=chance.choice(HEADERS))
        if answer.status_code >= 500 or answer.cookies:
            broken.append(f"{answer.status_code} {method} {path[:200]} {body[:300]}")

    assert not broken, "\n".join(broken)


def test_an_address_that_is_none_and_a_key_that_is_none_are_refused(client, world):
    administrator = User.objects.create_superuser("administrator", "admin@example.vn", "x")
    people = User.objects.count()
    nobody = client.post("/themes/", headers={"referer": "http://["})
    client.force_login(administrator)
    client.raise_request_exception = False

    deleted = client.post(
        "/admin/committees/user/", {"action": "delete_selected", "_selected_action": "1e309"}
    )
    changed = client.post("/admin/committees/user/1e309/change/", {"full_name": "Ai đó"})
    added = client.post("/admin/committees/membership/add/", {"user": "no-number"})

    assert (nobody.status_code, nobody.url) == (302, "/accounts/login/?next=/")
    assert (deleted.status_code, changed.status_code, added.status_code) == (200, 302, 404)
    assert User.objects.count() == people
