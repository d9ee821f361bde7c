"""A-20: what each part surrenders alone, two together, and all of them: measured on a small life.

The table in docs/threat-model.md ("Measured") is what this finds, word for word. A pair that is
not in it opens what the two open apart.
"""

import base64
import hashlib
import os
import re
import subprocess
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import time, timedelta
from itertools import combinations
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client
from django.utils import timezone
from redis import Redis

from committees.models import User
from foundation import blind_rsa
from foundation.keys import key_names, read_key
from jobs.models import Delivery
from operations.domain import ticking
from operations.domain.backing_up import back_up
from operations.tasks import tick
from sessions.askers import mixing, receipts, vouchers
from sessions.askers.identity import is_asker
from sessions.askers.sealing import CannotOpen, open_seal
from sessions.models import Conference, Question, SealedIdentity, SpentVoucher, StagedQuestion
from tests.attacks.test_joining import guesses, tables
from tests.attacks.test_linking import most_that_chance_gives
from tests.sessions.anonymously import FORM, more_people
from tests.walls.conftest import written  # noqa: F401

PARTS = (
    "database", "write-ahead log", "backup", "logs", "mail", "Redis", "KEYS_DIR", "IDENTITY_KEY",
    "SECRET_KEY",
)  # fmt: skip
OPENS = (
    "texts", "named askers", "confidential askers", "anonymous askers", "receipt codes",
    "accounts", "vouchers",
)  # fmt: skip
ROWS = {"database", "write-ahead log", "backup"}
TEXT = "CANARY-TEXT"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
NOBODYS = "?" * 50
FORM_KEYS = []  # of those who asked signed in


def documented():
    """Return {parts: what they open} as docs/threat-model.md has it."""
    text = Path(settings.BASE_DIR, "docs/threat-model.md").read_text(encoding="utf-8")
    part = text.partition("## Measured")[2].partition("\n## ")[0]
    found = {}
    for line in part.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = frozenset(cells[0].replace("everything", ", ".join(PARTS)).split(", "))
        if line.startswith("|") and names <= set(PARTS):
            found[names] = {
                one for one, cell in zip(OPENS, cells[1:], strict=True) if cell == "yes"
            }
    return found


# --- a small life -------------------------------------------------------------------------


@pytest.fixture
def lived(world, smtp_server, written, tmp_path, settings):  # noqa: F811
    """People ask in every way, are mailed and backed up. Returns {part: its records, as bytes}."""
    now, begun = timezone.now(), where_the_log_stands()
    Redis.from_url(settings.REDIS_URL).flushdb()
    askers = more_people(world)
    Conference.objects.filter(pk=world.conference.pk).update(
        asks_open_at=now - timedelta(hours=1), asks_close_at=now + timedelta(days=9),
        starts_at=now + timedelta(days=12), ends_at=now + timedelta(days=12, hours=3),
    )  # fmt: skip
    theme = world.themes[0].pk
    FORM_KEYS.clear()
    for number, person in enumerate(askers[:4]):
        browser = Client()
        browser.force_login(person)
        for level in ("named", "confidential"):
            form = browser.get(f"/conferences/{world.conference.pk}/ask/").content.decode()
            FORM_KEYS.append(UUID(re.search(r'name="form_key" value="([^"]+)"', form)[1]))
            answer = browser.post(
                f"/conferences/{world.conference.pk}/ask/",
                {"text": f"{TEXT}-{level}-{number}", "theme": theme, "kind": "opinion",
                 "level": level, "receipt": made_by_browser(f"{level}{number}") if number % 2 else "",
                 "form_key": FORM_KEYS[-1]},
            )  # fmt: skip
            assert answer.status_code == 302, answer.content.decode()[-2_000:]
    slips = vouchers.print_slips(Conference.objects.get(), 12)
    anybody = Client(headers={"host": settings.ANONYMOUS_HOST})
    for number, slip in enumerate(slips[:4]):
        form = {
            "voucher": slip,
            "text": f"{TEXT}-anonymous-{number}",
            "theme": theme,
            "kind": "opinion",
        }
        form["receipt"] = made_by_browser(slip) if number % 2 else ""
        answer = anybody.post(
            "/", urlencode(form), content_type=FORM, REMOTE_ADDR=f"10.79.79.{number + 11}",
            headers={"user-agent": f"CANARY-AGENT-{number}", "cookie": f"session=CANARY-COOKIE-{number}"},
        )  # fmt: skip
        assert answer.status_code == 200, answer.content.decode()[-2_000:]
    mixing.hand_on(StagedQuestion.objects.all(), at=now)
    sealed = {"secret": get_adapter().encrypt(SECRET)}
    Authenticator.objects.create(user=world.secretary, type=Authenticator.Type.TOTP, data=sealed)
    settings.DAILY_MAIL_AT = time.min
    ticking.do_everything_due(at=now)
    Delivery.objects.update(next_at=now)
    ticking.do_everything_due(at=timezone.now())
    tick.delay()
    (tmp_path / "backup").mkdir()
    back_up(tmp_path / "backup")
    return {
        "database": [repr(tables()).encode()],
        "write-ahead log": [log_since(begun)],
        "backup": [path.read_bytes() for path in (tmp_path / "backup").rglob("*") if path.is_file()]
        + [in_plain(path) for path in (tmp_path / "backup").rglob("database.dump")],
        "logs": [line.encode() for line in written.lines] + server_log(),
        "mail": [in_words(message) for message in smtp_server.messages],
        "Redis": list(in_redis()),
        "KEYS_DIR": [read_key(name) for name in key_names()],
    }


def made_by_browser(what):
    """Return the hash that a browser sends of the code it has made."""
    return hashlib.sha256(what.encode()).hexdigest()


def in_words(mail):
    parts = (part.get_payload(decode=True) or b"" for part in mail.walk())
    return mail.as_bytes() + b"".join(parts)


def asked_of_server(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchone()[0]


def where_the_log_stands():
    return asked_of_server("SELECT pg_walfile_name(pg_current_wal_insert_lsn())")


def log_since(begun):
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
    folder = Path(asked_of_server("SHOW data_directory"), "pg_wal")
    return b"".join(
        path.read_bytes() for path in sorted(folder.glob("0*")) if path.name[8:] >= begun[8:]
    )


def server_log():
    log = Path(asked_of_server("SHOW data_directory")).parent.parent / "postgres.log"
    return log.read_bytes().splitlines() if log.exists() else []


def in_plain(dump):
    program = max(Path("/usr/lib/postgresql").glob("*/bin/pg_restore"))
    return subprocess.run([program, "-f", "-", dump], capture_output=True, check=True).stdout


def in_redis():
    """Yield every key and value that lies in Redis."""
    server = Redis.from_url(settings.REDIS_URL)
    read = {b"string": server.get, b"hash": server.hgetall, b"set": server.smembers}
    for key in server.scan_iter():
        kind = server.type(key)
        if kind == b"list":
            content = server.lrange(key, 0, -1)
        elif kind == b"zset":
            content = server.zrange(key, 0, -1)
        else:
            content = read[kind](key)
        yield key + repr(content).encode() + decoded(content)


def decoded(content):
    """Return what stands in a message of the queue, whose body is base64."""
    found = re.findall(rb'"body": ?"([A-Za-z0-9+/=]+)"', repr(content).encode())
    return b"".join(base64.b64decode(body) for body in found)


# --- the attacks ---------------------------------------------------------------------------


@contextmanager
def holding(parts, empty):
    """Be somebody who has these parts and no others; what is missing is another one's."""
    before = {name: getattr(settings, name) for name in
              ("KEYS_DIR", "IDENTITY_KEY", "IDENTITY_KEYS", "SECRET_KEY")}  # fmt: skip
    empty.mkdir()
    try:
        if "KEYS_DIR" not in parts:
            settings.KEYS_DIR = empty
        if "IDENTITY_KEY" not in parts:
            settings.IDENTITY_KEY, settings.IDENTITY_KEYS = NOBODYS, [NOBODYS]
        if "SECRET_KEY" not in parts:
            settings.SECRET_KEY = NOBODYS
        yield before
    finally:
        for name, value in before.items():
            setattr(settings, name, value)


def opened(parts, lived, truth, found_before, empty):
    """Return what somebody who has `parts` gets at."""
    records = [record for part in parts for record in lived.get(part, ())]
    got = set()
    if any(TEXT.encode() in record for record in records):
        got.add("texts")
    if any(tells(record, truth) for record in records):
        got.add("named askers")
    if parts & {"database", "write-ahead log"} and truth.a_session_opens:
        got.add("accounts")
    held = (bool(ROWS & parts), *(key in parts for key in PARTS[-3:]))
    if held not in found_before:
        found_before[held] = computed(held[0], parts, truth, empty)
    return got | found_before[held]


def computed(has_rows, parts, truth, empty):
    """Return what is computed of rows and keys; each attack takes what these parts hold alone."""
    with holding(parts, empty):
        token = has_rows and default_token_generator.make_token(truth.secretary)
        vote = forged(truth.round)
        got = attacks_on_rows(truth) if has_rows else set()
    if token and default_token_generator.check_token(truth.secretary, token):
        got.add("accounts")
    with suppress(vouchers.NoVoucher):
        if vote and vouchers.read_voucher(vote):
            got.add("vouchers")
    return got


def attacks_on_rows(truth):
    got = {"named askers"} if Question.objects.filter(author__in=truth.people).exists() else set()
    for level in ("confidential", "anonymous"):
        ones = {pk: asker for pk, asker in truth.unnamed.items() if truth.levels[pk] == level}
        seen = sum(truth.guessed.get(pk) == asker for pk, asker in ones.items())
        if seen > most_that_chance_gives(len(ones), len(truth.people)) or any(
            names_somebody(Question.objects.get(pk=pk), truth) for pk in ones
        ):
            got.add(f"{level} askers")
    if any(code_of(seed) in truth.receipts for seed in seeds()):
        got.add("receipt codes")
    return got


def tells(record, truth):
    """Does one line, mail or message hold a question and somebody's name?"""
    about = [TEXT.encode(), *(pk.encode() for pk in truth.questions)]
    return any(one in record for one in about) and any(name in record for name in truth.names)


def names_somebody(question, truth):
    with suppress(CannotOpen, SealedIdentity.DoesNotExist):
        if open_seal(question):
            return True
    return any(is_asker(person, question) for person in truth.people.values())


def seeds():
    yield from (
        f"form:{key}".encode() for key in Question.objects.values_list("form_print", flat=True)
    )
    yield from (digest.encode() for digest in SpentVoucher.objects.values_list("digest", flat=True))


def code_of(seed):
    return receipts.from_code(receipts.made_from(seed)[: receipts.RECEIPT_LENGTH])


def forged(round_):
    """Return a voucher that nobody was given, if the key that signs them is at hand."""
    for name in key_names("voucher/"):
        private = blind_rsa.load_private(read_key(name))
        prepared = blind_rsa.prepare(os.urandom(32))
        blinded, inverse = blind_rsa.blind(private.public_key(), prepared)
        signed = blind_rsa.blind_sign(private, blinded)
        signature = blind_rsa.finish(private.public_key(), prepared, signed, inverse)
        return vouchers.written(round_, prepared, signature)
    return None


def any_session_opens(database):
    """Is there a key of a session in the rows that opens a page?"""
    for key in set(re.findall(rb"'session_key': '(\w+)'", database)):
        browser = Client()
        browser.cookies[settings.SESSION_COOKIE_NAME] = key.decode()
        if browser.get("/").status_code == 200:
            return True
    return False


class Truth:
    """Who asked what, and what the attacks on rows that need no key have found."""

    def __init__(self, world, database):
        self.secretary = world.secretary
        self.people = {person.pk: person for person in User.objects.all()}
        askers = sorted(
            User.objects.filter(username__startswith="person"), key=lambda p: p.username
        )
        self.names = [
            name.encode() for one in askers for name in (one.full_name, f"{one.username!r}")
        ]
        asked = list(Question.objects.all())
        self.questions = [str(one.pk) for one in asked]
        self.levels = {str(one.pk): one.level for one in asked}
        # Of the slips, too, the first person used the first.
        self.unnamed = {
            str(one.pk): askers[int(one.original_text[-1])].pk
            for one in asked
            if one.level != "named"
        }
        self.receipts = {one.receipt for one in asked}
        self.round = vouchers.round_of(Conference.objects.get())
        self.guessed = guesses(set(self.people), set(self.unnamed))
        self.a_session_opens = any_session_opens(database)


# --- what is found ---------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_what_each_part_surrenders_is_what_the_document_says(lived, world, tmp_path):
    truth = Truth(world, lived["database"][0])
    assert Counter(truth.levels.values()) == {"named": 4, "confidential": 4, "anonymous": 4}
    assert all(lived[part] for part in lived)  # there is something to look at
    for blob in SealedIdentity.objects.values_list("blob", flat=True):
        (log,) = lived["write-ahead log"]  # in which a page may end within
        assert bytes(blob)[:64] in log or bytes(blob)[-64:] in log
        assert any(bytes(blob).hex().encode() in record for record in lived["backup"])
    strange = [rb"10\.79\.79\.\d+", b"CANARY-AGENT-", b"CANARY-COOKIE-"]
    sums = {part: sum(map(len, records)) for part, records in lived.items()}
    for part, records in lived.items():
        assert not any(re.search(one, record) for one in strange for record in records), part
    assert len(FORM_KEYS) == 8
    for key in FORM_KEYS:  # of which the codes of askers without scripts are made
        for part, records in lived.items():
            forms = (str(key).encode(), key.hex.encode(), key.bytes)
            assert not any(form in record for form in forms for record in records), part
    print(f"A-02: addresses, browsers and cookies of 4 posts in none of {sums} bytes")
    found, before = {}, {}
    for number in (1, 2, len(PARTS)):
        for names in combinations(PARTS, number):
            parts = frozenset(names)
            opens = opened(parts, lived, truth, before, tmp_path / f"empty-{len(before)}")
            apart = (
                set().union(*(found[frozenset({one})] for one in names)) if number > 1 else set()
            )
            if number != 2 or opens != apart:
                found[parts] = opens
    for parts in sorted(found, key=len):
        print(f"A-20: {', '.join(sorted(parts))}: {', '.join(sorted(found[parts])) or 'nothing'}")
    assert found == documented()
