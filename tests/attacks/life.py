"""A day of a committee of 40: they sign in, read, ask under their names, and some anonymously.

Whoever asks anonymously has the worst habit: to sign in at the portal for it, read, send, read
again and sign out, while others sign in and out as well.

Run as a program of its own on a database of its own; prints who asked what as JSON. What
the attacker of test_linking finds is compared with that.
"""

import base64
import json
import os
import random
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

PEOPLE = 40
QUESTIONS = 200
PASSWORD = "mot-mat-khau-dai-2026"
FORM = "application/x-www-form-urlencoded"


def main(seed):
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from committees.models import Membership, Role, User
    from foundation import blind_rsa
    from sessions.askers import mixing, vouchers
    from sessions.models import Conference, StagedQuestion, Theme, VoucherRound
    from tests.world import LONG_AGO, build_world

    call_command("migrate", verbosity=0)
    chance = random.Random(seed)
    settings.ALLOWED_HOSTS = ["*"]
    world = build_world()
    now = timezone.now()
    Conference.objects.filter(pk=world.conference.pk).update(
        asks_open_at=now + timedelta(days=2), asks_close_at=now + timedelta(days=9),
        starts_at=now + timedelta(days=12), ends_at=now + timedelta(days=12, hours=3),
    )  # fmt: skip
    people = []
    for n in range(PEOPLE):
        person = User(username=f"u{n}", full_name=f"CANARY-NAME-{n:02d}-x")
        person.set_password(PASSWORD)
        person.save()
        Membership.objects.create(
            user=person, committee=world.host, role=Role.STAFF, starts_on=LONG_AGO
        )
        people.append(person)
    vouchers.open_due_rounds(at=now)
    round_ = VoucherRound.objects.get()
    public = blind_rsa.load_public(round_.public_key.encode())

    # The issuing days: everybody's first page draws, whether or not they will ask.
    held = {person.pk: [] for person in people}
    browsers = {}
    for person in chance.sample(people, len(people)):
        browser = browsers[person.pk] = Client()
        browser.force_login(person)
        assert f"/vouchers/{round_.pk}/draw/" in browser.get("/questions/mine/").content.decode()
        prepared = [blind_rsa.prepare(os.urandom(32)) for _ in range(settings.VOUCHERS_EACH)]
        blinded = [blind_rsa.blind(public, one) for one in prepared]
        answer = browser.post(
            f"/vouchers/{round_.pk}/draw/",
            json.dumps({"blinded": [base64.b64encode(one).decode() for one, _ in blinded]}),
            content_type="application/json",
        )
        for one, (_, inverse), signed in zip(
            prepared, blinded, answer.json()["signed"], strict=True
        ):
            signature = blind_rsa.finish(public, one, base64.b64decode(signed), inverse)
            held[person.pk].append(("blind", vouchers.written(round_, one, signature)))
    box = vouchers.print_slips(Conference.objects.get(), PEOPLE * 3)
    chance.shuffle(box)
    for person in people:
        held[person.pk] += [("paper", box.pop()) for _ in range(3)]

    # The window opens.
    Conference.objects.update(asks_open_at=now - timedelta(hours=1))
    theme = Theme.objects.first().pk
    deck = [(person.pk, *voucher) for person in people for voucher in held[person.pk]]
    blind = [one for one in deck if one[1] == "blind"]
    paper = [one for one in deck if one[1] == "paper"]
    posts = chance.sample(blind, QUESTIONS // 2) + chance.sample(paper, QUESTIONS // 2)
    chance.shuffle(posts)
    anybody = Client(headers={"host": settings.ANONYMOUS_HOST})
    truth, agents = [], []
    at = mixing.last_turn(now)
    for number, (pk, kind, voucher) in enumerate(posts):
        for _ in range(chance.randrange(3)):  # what others do meanwhile
            ordinary_traffic(chance, chance.choice(people), browsers, world, theme)
        browsers[pk] = signed_in(pk, number)
        browsers[pk].get(chance.choice(["/", "/questions/mine/", "/vouchers/"]))
        before = current_xid(connection)
        text = f"CANARY-QUESTION-{number:03d}"
        agent = f"CANARY-AGENT-{number:03d}"
        answer = anybody.post(
            "/",
            urlencode({"voucher": voucher, "text": text, "theme": theme, "kind": "opinion"}),
            content_type=FORM,
            REMOTE_ADDR=f"10.77.{number // 250}.{number % 250 + 1}",
            HTTP_X_FORWARDED_FOR=f"10.78.{number // 250}.{number % 250 + 1}",
            headers={"user-agent": agent, "cookie": f"sessionid={agent}"},
        )
        assert answer.status_code == 200, answer.content.decode()[:3000]
        browsers[pk].get("/questions/mine/")
        assert browsers[pk].post("/accounts/logout/").status_code == 302
        truth.append({"text": text, "user": pk, "kind": kind, "xid": before, "voucher": voucher})
        agents.append(agent)
        if number % 25 == 24:
            at += timedelta(hours=24)
            mixing.hand_on(StagedQuestion.objects.all(), at=now)
    print(json.dumps({"truth": truth, "people": [person.pk for person in people]}))


def signed_in(pk, number):
    """Return a browser in which the person has typed name and password."""
    from django.test import Client

    from committees.models import User

    browser = Client(
        REMOTE_ADDR=f"10.77.{100 + number // 250}.{number % 250 + 1}",
        headers={"user-agent": f"CANARY-AGENT-{number:03d} Windows"},
    )
    fields = {"login": User.objects.get(pk=pk).username, "password": PASSWORD}
    assert browser.post("/accounts/login/", fields).status_code == 302
    return browser


def ordinary_traffic(chance, person, browsers, world, theme):

    act = chance.randrange(5)
    if act == 0:
        browsers[person.pk] = signed_in(person.pk, chance.randrange(QUESTIONS))
    elif act == 4:
        browsers[person.pk].post("/accounts/logout/")
    elif act == 1:
        browsers[person.pk].get("/")
    elif act == 2:
        browsers[person.pk].get("/questions/mine/")
    else:
        import uuid

        browsers[person.pk].post(
            f"/conferences/{world.conference.pk}/ask/",
            {
                "text": f"Câu hỏi thường {chance.random()}",
                "theme": theme,
                "kind": "opinion",
                "level": chance.choice(["named", "confidential"]),
                "form_key": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
            },
        )


def current_xid(connection):
    """Return the transaction that comes next: what the write-ahead log tells of each row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        return cursor.fetchone()[0]


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    main(int(sys.argv[1]))
