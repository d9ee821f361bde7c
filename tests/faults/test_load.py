"""J-13: one account, or eight, send files that unpack to much; everybody else's pages stay quick."""

import io
import statistics
import subprocess
import threading
import time
import uuid
import zlib
from pathlib import Path

import pytest
from django.conf import settings

from committees.models import Membership, Role, User
from tests.faults.served import served
from tests.faults.test_locked import cookies_of, sign_in
from tests.world import LONG_AGO, moment

AT_ONCE, LOOKS, SIGN_IN = 8, 120, "signing in"


def crowded_pdf(things=100_000, of_one_stream=20_000):
    """Return a PDF below a megabyte of very many tiny things, which take 300 MB to look through."""
    out, places = io.BytesIO(), {}
    out.write(b"%PDF-1.5\n")

    def put(number, body):
        places[number] = b"\1" + out.tell().to_bytes(4) + bytes(3)
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))

    put(1, b"<</Type/Catalog/Pages 2 0 R>>")
    put(2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    put(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
    thing, first = b"<</A[1 2 3 4 5 6 7 8]/B(x)>>\n", 4
    for stream in range(things // of_one_stream):
        number = first + things + stream
        inside = range(first + stream * of_one_stream, first + (stream + 1) * of_one_stream)
        head = b"".join(b"%d %d " % (one, i * len(thing)) for i, one in enumerate(inside))
        packed = zlib.compress(head + thing * len(inside), 9)
        put(number, b"<</Type/ObjStm/N %d/First %d/Length %d/Filter/FlateDecode>>stream\n%s\nendstream"
            % (len(inside), len(head), len(packed), packed))  # fmt: skip
        for i, one in enumerate(inside):
            places[one] = b"\2" + number.to_bytes(4) + i.to_bytes(3)
    last, begins = max(places) + 1, out.tell()
    places[last] = b"\1" + begins.to_bytes(4) + bytes(3)
    table = zlib.compress(b"".join(places.get(number, bytes(8)) for number in range(last + 1)), 9)
    out.write(b"%d 0 obj\n<</Type/XRef/Size %d/W[1 4 3]/Root 1 0 R/Length %d/Filter/FlateDecode>>stream\n%s\n"
              b"endstream\nendobj\nstartxref\n%d\n%%%%EOF" % (last, last + 1, len(table), table, begins))  # fmt: skip
    return out.getvalue()


def form(token, theme, content):
    """Return (body, type) of the form that asks, with eight times the same file."""
    border = uuid.uuid4().hex
    fields = {
        "csrfmiddlewaretoken": token, "text": "Xem tệp kèm theo.", "theme": theme,
        "kind": "opinion", "level": "confidential", "form_key": str(uuid.uuid4()),
    }  # fmt: skip
    parts = [f'name="{name}"\r\n\r\n{value}'.encode() for name, value in fields.items()]
    parts.append(
        b'name="files"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n' + content
    )
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\n" % (border.encode(), part)
        for part in parts
    )
    return body + f"--{border}--\r\n".encode(), f"multipart/form-data; boundary={border}"


def sent_by_curl(portal, page, body, kind, cookies):
    """Return the status of what was answered."""
    jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
    command = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-b", jar]
    command += ["-H", f"Content-Type: {kind}", "-H", f"Referer: {portal.address}"]
    command += ["-H", "Expect:", "--data-binary", f"@{body}", f"{portal.address}{page}"]
    return int(subprocess.run(command, capture_output=True, text=True).stdout)


def memory_of_children():
    """Return what the processes that take files apart hold at this moment, in MB, and how many."""
    held = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if b"cleaning_child" in (path / "cmdline").read_bytes():
                pages = int((path / "statm").read_text().split()[1])
                held.append(pages * 4 / 1024)
        except OSError:
            continue
    return sum(held), len(held)


def looks(portal, number, cookies, whoever):
    """Return {what: the seconds that it took, each time}: two pages, and now and then a sign-in."""
    took = {"/accounts/login/": [], "/conferences/": [], SIGN_IN: []}
    for turn in range(number):
        for page in ("/accounts/login/", "/conferences/"):
            began = time.monotonic()
            asked = cookies if page == "/conferences/" else {}
            assert portal.ask(page, cookies=asked)[0] == 200
            took[page].append(time.monotonic() - began)
        if turn % 6 == 0:
            began = time.monotonic()
            assert sign_in(portal, whoever)[0] == 302
            took[SIGN_IN].append(time.monotonic() - began)
        time.sleep(0.05)
    return took


def many_people(world, number):
    """Return as many people who may ask there."""
    found = [world.staff]
    for index in range(1, number):
        user = User.objects.create_user(f"eager{index}", f"eager{index}@example.vn", "x")
        Membership.objects.create(
            user=user, committee=world.host, role=Role.STAFF, starts_on=LONG_AGO, given_on=LONG_AGO
        )
        found.append(user)
    return found


def p99(seconds):
    return statistics.quantiles(seconds, n=100)[98]


@pytest.mark.long
@pytest.mark.parametrize("people", [1, AT_ONCE])
def test_eight_greedy_files_at_once_slow_nobody_else_down(
    transactional_db, world, tmp_path, people
):
    """J-13: pages take no more than twice what they take in quiet."""
    world.conference.asks_open_at, world.conference.asks_close_at = moment(-400), moment(4000)
    world.conference.save()
    content, answers, most, over = crowded_pdf(), [], [], threading.Event()
    senders = [cookies_of(user) for user in many_people(world, people)]
    clerk, page = cookies_of(world.clerk), f"/conferences/{world.conference.pk}/ask/"
    shipped = {"DJANGO_SETTINGS_MODULE": "tests.faults.shipped_settings"}
    with served(tmp_path / "log", **shipped) as portal:
        looks(portal, 20, clerk, world.leader)
        quiet = looks(portal, LOOKS, clerk, world.leader)

        def attack(number):
            """In a program of its own, which takes nothing from the one that measures."""
            cookies, place = senders[number % people], tmp_path / f"{number}.form"
            while not over.is_set():
                body, kind = form(cookies["csrf"], world.themes[0].pk, content)
                place.write_bytes(body)
                answers.append(sent_by_curl(portal, page, place, kind, cookies))

        def watch():
            while not over.is_set():
                most.append(memory_of_children())
                time.sleep(0.1)

        attackers = [threading.Thread(target=attack, args=[n]) for n in range(AT_ONCE)]
        threads = [*attackers, threading.Thread(target=watch)]
        for thread in threads:
            thread.start()
        time.sleep(1)
        attacked = looks(portal, LOOKS, clerk, world.leader)
        over.set()
        for thread in threads:
            thread.join()

    megabytes, processes = max(memory for memory, _ in most), max(number for _, number in most)
    for what, seconds in quiet.items():
        print(
            f"J-13: {what} p99 {p99(seconds) * 1000:.0f} ms in quiet, "
            f"{p99(attacked[what]) * 1000:.0f} ms under {AT_ONCE} × {len(content) / 1024:.0f} KB"
            f" of {people}"
        )
    refused = answers.count(422) + answers.count(503)
    print(
        f"J-13: children {processes}, {megabytes:.0f} MB; {len(answers)} answers, {refused} of them busy"
    )
    assert processes == (1 if people == 1 else settings.INTAKE["places"])
    assert megabytes < 1_024
    slow = {what: p99(attacked[what]) / p99(seconds) for what, seconds in quiet.items()}
    assert all(slow[what] <= 2 or p99(attacked[what]) <= 0.1 for what in slow), slow
