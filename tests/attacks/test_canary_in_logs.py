"""J-06: a canary in every field of every form, and then looked for in everything that is written.

The pages are served as they are shipped: nginx with its file, gunicorn with its own, the portal's
log at the level that tells most. What is sent goes by POST, or by GET where a form says so.
"""

import base64
import re
import subprocess
import time
from urllib.parse import quote, urlencode, urlsplit

import pytest
import redis
from django.conf import settings

from tests.conftest import free_port
from tests.faults.served import served
from tests.faults.test_locked import cookies_of
from tests.walls import test_nginx
from tests.walls.forms import forms_of
from tests.walls.places import addresses
from tests.walls.scene import ROLES, build_scene
from tests.walls.test_nginx import Nginx, find_nginx, is_open, shipped

pytestmark = pytest.mark.long

CANARY = "ZZCANARY-chim-bao-bao"
NAMES = {test_nginx.PORTAL: "testserver", test_nginx.ANONYMOUS: settings.ANONYMOUS_HOST}
HIDDEN = ("csrfmiddlewaretoken", "form_key", "version", "kept_once", "kept_key")
LEFT_OUT = ("logout", "everywhere", "set_language", "password", "deliver")


@pytest.fixture
def portal(transactional_db, world, tmp_path):
    """The scene behind nginx; yields (scene, nginx, all that was written)."""
    scene = build_scene(world)
    cookies = {role: cookies_of(scene.people[role]) for role in ROLES if scene.people[role]}
    broker = redis.Redis.from_url(settings.REDIS_URL)
    with served(tmp_path / "gunicorn.log", LOG_LEVEL="DEBUG") as behind:
        folder, port, plain_port = tmp_path / "nginx", free_port(), free_port()
        (folder / "static").mkdir(parents=True)
        text = shipped(
            folder, port=port, plain_port=plain_port, upstream=urlsplit(behind.address).port
        )
        for old, new in NAMES.items():
            text = text.replace(old, new)
        (folder / "nginx.conf").write_text(text)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-keyout",
             folder / "key.pem", "-out", folder / "signed.pem", "-subj", "/CN=x"],
            check=True, capture_output=True,
        )  # fmt: skip
        process = subprocess.Popen(
            [find_nginx(), "-p", folder, "-e", folder / "start.log", "-c", folder / "nginx.conf"]
        )
        try:
            while not is_open(port):
                assert process.poll() is None
                time.sleep(0.05)

            def written():
                found = Nginx(folder, port, plain_port, None).written()
                found["gunicorn"] = (tmp_path / "gunicorn.log").read_bytes()
                found["redis"] = in_plain(broker)
                return found

            yield scene, cookies, Nginx(folder, port, plain_port, None), written
        finally:
            process.terminate()
            process.wait(10)


def in_plain(broker):
    """Return everything that Redis holds; bodies of messages lie in it in base64."""
    read = {
        b"string": broker.get, b"list": lambda key: broker.lrange(key, 0, -1),
        b"set": broker.smembers, b"hash": broker.hgetall, b"zset": lambda key: broker.zrange(key, 0, -1),
    }  # fmt: skip
    held = b" ".join(key + repr(read[broker.type(key)](key)).encode() for key in broker.scan_iter())
    packed = re.findall(rb"[A-Za-z0-9+/]{24,}={0,2}", held)
    return held + b" ".join(base64.b64decode(one + b"=" * (-len(one) % 4)) for one in packed)


def page_of(nginx, path, cookies=(), *, host="testserver", method="GET", body=b""):
    sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in dict(cookies).items())}
    if method == "POST":
        sent |= {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"https://{host}",
            "Referer": f"https://{host}/",
        }
    head, rest = nginx.ask(host, path, method=method, body=body, headers=sent)
    return int(head[9:12]), rest.decode(errors="replace")


def everywhere(form):
    """Return what the form sends with the canary in every field that is not hidden."""
    return {
        name: value if name.rpartition("-")[2] in HIDDEN else f"{CANARY}-{name}"
        for name, value in form.values.items()
    }


def in_words(form):
    """The same with the canary only where any words are taken, so that the act is done."""
    typed = {name for name in form.typed if name.rpartition("-")[2] not in HIDDEN}
    return form.values | {name: f"{CANARY} {name}" for name in typed}


def test_what_is_typed_stands_in_no_log_and_no_queue(portal):
    """First in fields of every kind, which is refused; then in words alone, which is taken."""
    scene, cookies, nginx, written = portal
    fields, answers = 0, {everywhere: [], in_words: []}
    for fill, found in answers.items():
        sent = set()
        for role, jar in [*cookies.items(), ("anonymous", {})]:
            host = settings.ANONYMOUS_HOST if role == "anonymous" else "testserver"
            for form in forms_to_send(scene, nginx, role, jar, host):
                names = frozenset(form.values) - {"csrfmiddlewaretoken"}
                where = re.sub(r"\d+|[0-9a-f-]{36}", "-", form.action)
                if not names or (where, names) in sent or any(w in where for w in LEFT_OUT):
                    continue
                sent.add((where, names))
                fields += len(names) if fill is everywhere else 0
                found.append(send(nginx, form, fill(form), jar, host))

    refused, taken = answers[everywhere], answers[in_words]
    needles = (CANARY.encode(), quote(CANARY).encode(), b"ZZCANARY")
    places = {name: content for name, content in written().items() if content}
    assert b"/conferences/" in places["dialogue-portal.log"]  # it is written at all
    assert [name for name, content in places.items() if any(n in content for n in needles)] == []
    print(
        f"J-06: {len(refused)} forms with {fields} fields sent, {refused.count(403)} refused for "
        f"their token, {taken.count(302)} acts done; canary in 0 of {len(places)} places"
    )
    assert len(refused) > 60
    assert refused.count(403) < len(refused) // 4
    assert taken.count(302) > 10


def forms_to_send(scene, nginx, role, jar, host):
    places = {"": "/"} if role == "anonymous" else addresses(scene.own)
    for name, path in places.items():
        if any(word in name for word in LEFT_OUT):
            continue
        status, page = page_of(nginx, path, jar, host=host)
        if status == 200 and "<form" in page:
            yield from forms_of(page, path)


def send(nginx, form, values, jar, host):
    """Return the status of the answer."""
    if form.method != "POST":
        return page_of(nginx, f"{where_of(form)}?{urlencode(values)}", jar, host=host)[0]
    body = urlencode(values | {"csrfmiddlewaretoken": jar.get("csrf", "")}).encode()
    return page_of(nginx, form.action, jar, host=host, method="POST", body=body)[0]


def where_of(form):
    return form.action.partition("?")[0]
