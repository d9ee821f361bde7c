"""Mails that come back: from a Maildir, and from POP3 and IMAP servers that really talk."""

import datetime as dt
import socket
import threading
from contextlib import contextmanager, suppress
from functools import partial

import pytest
from django.core.cache import caches
from django.urls import reverse

from foundation.mailboxes import MailboxFailed, open_mailbox
from jobs.domain import bouncing
from jobs.domain.alarms import boards_concerned
from jobs.domain.bouncing import delivery_of, read_bounces, return_address, settle_bounces
from jobs.domain.delivering import deliver
from jobs.domain.queueing import queue_mail
from jobs.domain.rendering import render
from jobs.models import Alarm, Delivery, Heartbeat
from jobs.states import JobState
from operations.domain.ticking import prepare
from reports.domain import issuing
from reports.domain.drafting import start_draft
from tests.reports.story import hold_a_dialogue
from tests.world import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + dt.timedelta(hours=2)
SECONDS = 10  # that a test's server, or whoever speaks to it, may stay silent


@pytest.fixture(autouse=True)
def box(settings, tmp_path):
    """A Maildir; returns a function that puts a letter into it."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    settings.BOUNCE_ADDRESS = "thu-tra@doithoai.example.vn"
    settings.BOUNCE_MAILBOX_URL = f"maildir://{tmp_path}/box"
    settings.BOUNCE_TIMEOUT = SECONDS
    put_so_far = []

    def put(content):
        name = f"{len(put_so_far):04d}.letter"
        put_so_far.append(name)
        (tmp_path / "box" / "new" / name).write_bytes(content)

    put.folder = tmp_path / "box"
    return put


def folders(box):
    return tuple(len(list((box.folder / name).iterdir())) for name in ("new", "cur"))


def sent(**values):
    """A mail that was taken by the mail server."""
    delivery, _ = queue_mail(
        "emails/reports/reminder", to=values.pop("to", "bandanvan@example.vn"),
        once=str(Delivery.objects.count()), at=NOON,
    )  # fmt: skip
    Delivery.objects.filter(pk=delivery.pk).update(
        **{"state": JobState.DONE, "done_at": NOON, **values}
    )
    delivery.refresh_from_db()
    return delivery


def letter(address, *, action="failed", status="5.1.1", text="550 5.1.1 no such user", to="To"):
    """A notice as mail servers send it."""
    return (
        f"From: MAILER-DAEMON@mx.example.vn\r\n{to}: <{address}>\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nYour message could not be delivered.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.vn\r\n\r\n"
        "Final-Recipient: rfc822; bandanvan@example.vn\r\n"
        f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {text}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx\r\n--b--\r\n"
    ).encode("utf-8", "surrogateescape")


def state_of(delivery):
    delivery.refresh_from_db()
    return delivery.state


# --- the address ----------------------------------------------------------------------


def test_each_mail_goes_out_with_a_return_address_of_its_own(world, smtp_server):
    envelopes = []

    async def handle_mail(server, session, envelope, address, options):
        envelopes.append(address)
        envelope.mail_from = address
        return "250 OK"

    smtp_server.handle_MAIL = handle_mail
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    render(report.rendering.pk)

    deliveries = [deliver(delivery.pk) for delivery in Delivery.objects.order_by("pk")]

    assert envelopes == [return_address(delivery) for delivery in deliveries]
    assert len(set(envelopes)) == 2
    for delivery, address in zip(deliveries, envelopes, strict=True):
        assert address.startswith("thu-tra+")
        assert address.endswith("@doithoai.example.vn")
        assert len(address.partition("@")[0]) <= 64
        assert delivery_of(f"<{address.upper()}>") == delivery
    for message in smtp_server.messages:
        assert "thu-tra" not in str(message["From"])


def test_only_the_portal_can_make_a_return_address(settings):
    delivery = sent()
    address = return_address(delivery)
    name, _, host = address.partition("@")
    wrong = name[:-1] + ("a" if name[-1] != "a" else "b")

    assert delivery_of(address) == delivery
    assert delivery_of(f"{wrong}@{host}") is None
    assert delivery_of("thu-tra@doithoai.example.vn") is None
    settings.SECRET_KEY = "another key"
    assert delivery_of(address) is None
    settings.BOUNCE_ADDRESS = ""
    assert return_address(delivery) is None


# --- what is said ---------------------------------------------------------------------


def test_a_hard_bounce_marks_the_mail_and_raises_an_alarm_once(box):
    delivery, other = sent(), sent(to="khac@example.vn")
    box(letter(return_address(delivery)))
    box(letter(return_address(delivery)))

    assert read_bounces(at=NOON) == 2

    assert (state_of(delivery), delivery.bounced_at) == (JobState.BOUNCED, NOON)
    assert delivery.smtp_text == "550 5.1.1 no such user"
    assert list(delivery.events.values_list("event", flat=True)) == ["bounced"]
    assert state_of(other) == JobState.DONE
    assert list(Alarm.objects.values_list("code", "subject")) == [
        ("bounced", "bandanvan@example.vn")
    ]
    assert folders(box) == (0, 0)


@pytest.mark.parametrize(
    ("action", "status", "events", "alarms"),
    [
        ("delayed", "4.4.1", ["held"], 0),
        ("failed", "4.4.7", ["held"], 1),  # they gave up: not the address's fault, yet lost
        ("failed", "5.2.2", ["bounced"], 1),
        ("delivered", "2.0.0", [], 0),
    ],
)
def test_what_each_notice_means(box, action, status, events, alarms):
    delivery = sent()
    box(letter(return_address(delivery), action=action, status=status, to="Delivered-To"))

    read_bounces(at=NOON)

    assert state_of(delivery) == (JobState.BOUNCED if "bounced" in events else JobState.DONE)
    assert list(delivery.events.values_list("event", flat=True)) == events
    assert Alarm.objects.count() == alarms
    assert folders(box) == (0, 0)


def test_an_old_notice_does_not_count_against_a_mail_sent_again(box):
    delivery = sent()
    content = letter(return_address(delivery))
    box(content)
    read_bounces(at=NOON)
    Delivery.objects.filter(pk=delivery.pk).update(state=JobState.DONE)
    box(content)

    read_bounces(at=LATER)

    assert state_of(delivery) == JobState.DONE


def test_a_notice_that_is_faster_than_our_own_commit_is_read_again_later(box):
    delivery = sent(state=JobState.RUNNING)
    box(letter(return_address(delivery)))

    read_bounces(at=NOON)

    assert (state_of(delivery), folders(box)) == (JobState.RUNNING, (1, 0))
    Delivery.objects.update(state=JobState.DONE)
    read_bounces(at=LATER)
    assert (state_of(delivery), folders(box)) == (JobState.BOUNCED, (0, 0))


def test_forged_strange_and_hostile_letters_change_nothing_and_are_left(box):
    delivery = sent()
    address = return_address(delivery)
    forged = address.replace(".", ".a", 1)[: len(address)]
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(900)
    )
    hostile = [
        letter(forged),
        letter("thu-tra+../../x.y@doithoai.example.vn"),
        letter(address).replace(b"multipart/report", b"multipart/mixed"),
        letter(address, status="9.9.9"),
        letter(address, action="exploded"),
        letter(address).replace(b"Status:", b"Status\x00:"),
        letter(address).replace(b"\r\n\r\n", b"\r\n"),
        b"To: <" + address.encode() + b">\r\nSubject: I am on leave\r\n\r\nBack on Monday.\r\n",
        b"To: " + b"a" * 300_000 + b"\r\n\r\n",
        b"To: =?x?q?=00?= <" + address.encode() + b">\r\n" + nested,
        b"\xff\xfe\x00" * 40_000,
        b"",
        b"Content-Type: multipart/report; boundary=\r\n\r\n----\r\n",
    ]
    for content in hostile:
        box(content)

    assert read_bounces(at=NOON) == 0

    assert state_of(delivery) == JobState.DONE
    assert not delivery.events.exists()
    # Some bear our seal and come from a mail server: a person must look, once.
    assert list(Alarm.objects.values_list("code", "subject")) == [("unread_return", delivery.to)]
    assert folders(box) == (0, len(hostile))


def test_what_a_mail_server_says_is_kept_short_and_without_tricks(box):
    delivery = sent()
    box(letter(return_address(delivery), text="550 \x00\u202egnol " + "dài " * 90_000))
    box(letter(return_address(sent(to="b@example.vn")), text="550 \udcff\udcfe"))

    read_bounces(at=NOON)

    assert state_of(delivery) == JobState.DONE or "\0" not in delivery.smtp_text
    assert all(len(text) <= 300 for text in Delivery.objects.values_list("smtp_text", flat=True))


def test_the_alarm_is_over_when_the_address_is_corrected_or_takes_mail_again(world, box):
    """Nobody is written to under the first, the second took a mail that stayed away a day."""
    day = dt.timedelta(days=1)
    world.board.email, world.board.second_email = "mot@example.vn", "hai@example.vn"
    world.board.save()
    for address in ("mot@example.vn", "hai@example.vn"):
        box(letter(return_address(sent(to=address))))
    read_bounces(at=NOON)
    sent(to="hai@example.vn", created_at=NOON + day, done_at=NOON + day)

    def standing(at):
        settle_bounces(at=at)
        return sorted(Alarm.objects.filter(cleared_at=None).values_list("subject", flat=True))

    assert standing(NOON + day) == ["hai@example.vn", "mot@example.vn"]
    assert standing(NOON + 2 * day) == ["mot@example.vn"]
    world.board.email = "ba@example.vn"
    world.board.save()
    assert standing(NOON + 2 * day) == []


def test_a_mailbox_that_cannot_be_read_keeps_no_step_from_its_turn(world, settings):
    settings.BOUNCE_MAILBOX_URL = "imap://thu:bi-mat@127.0.0.1:1"

    assert prepare(at=NOON) == []


# --- the page -------------------------------------------------------------------------


def test_the_office_and_the_board_see_that_it_came_back_and_why(client, world, box):
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    report = issuing.issue_report(draft, by=world.secretary, at=NOON)
    delivery = report.deliveries.order_by("pk").first()
    Delivery.objects.filter(pk=delivery.pk).update(state=JobState.DONE)
    box(letter(return_address(delivery), text="550 hộp thư không tồn tại"))

    read_bounces(at=NOON)

    for person in (world.secretary, world.officer):
        client.force_login(person)
        page = client.get(reverse("reports:report_detail", args=[report.pk])).content.decode()
        assert "550 hộp thư không tồn tại" in page


# --- the mailbox ----------------------------------------------------------------------


def test_the_mailbox_is_read_every_two_minutes_by_one_of_all_that_ask(box):
    box(letter(return_address(sent())))

    done = [read_bounces(at=NOON) for _ in range(3)]
    box(letter(return_address(sent())))
    done.append(read_bounces(at=NOON + dt.timedelta(minutes=2)))

    assert done == [1, 0, 0, 1]


def test_a_mailbox_that_stays_away_is_an_alarm_after_an_hour_and_over_when_it_is_back(
    box, settings
):
    there, settings.BOUNCE_MAILBOX_URL = settings.BOUNCE_MAILBOX_URL, "maildir:///no/such/folder"

    read_bounces(at=NOON)
    assert not Alarm.objects.exists()
    read_bounces(at=LATER)
    assert Alarm.objects.get(cleared_at=None).code == "bounce_mailbox"

    settings.BOUNCE_MAILBOX_URL = there
    read_bounces(at=LATER + dt.timedelta(hours=1))
    assert not Alarm.objects.filter(cleared_at=None).exists()
    assert Heartbeat.objects.get(name="bounces").at == LATER + dt.timedelta(hours=1)


def test_a_letter_goes_only_when_what_it_says_is_written_down(box, monkeypatch):
    delivery = sent()
    box(letter(return_address(delivery)))

    def full_disk(*args, **kwargs):
        raise RuntimeError("no room in the database")

    with monkeypatch.context() as patch:
        patch.setattr(bouncing, "raise_alarm", full_disk)
        with pytest.raises(RuntimeError):
            read_bounces(at=NOON)

    assert (state_of(delivery), folders(box)) == (JobState.DONE, (1, 0))
    read_bounces(at=LATER)
    assert (state_of(delivery), folders(box)) == (JobState.BOUNCED, (0, 0))


class Server:
    """A mailbox on this machine: `letters` by number, what was removed, what was marked."""

    def __init__(self, *letters):
        self.letters = dict(enumerate(letters, 1))
        self.said, self.gone, self.seen = [], set(), set()

    def pop3(self, say, commands):
        pending = set()
        say(b"+OK ready")
        for line in commands:
            self.said.append(line)
            word, *rest = line.split()
            here = {n: c for n, c in self.letters.items() if n not in self.gone}
            if word == b"UIDL":
                say(b"+OK", *(b"%d uid-%d" % (n, n) for n in here), b".")
            elif word == b"TOP":
                lines = here[int(rest[0])].split(b"\r\n")
                say(b"+OK", *(b"." + one if one.startswith(b".") else one for one in lines), b".")
            elif word == b"DELE":
                pending.add(int(rest[0]))
                say(b"+OK")
            elif word == b"QUIT":
                self.gone |= pending
                say(b"+OK")
                return
            else:
                say(b"-ERR no" if rest == [b"wrong"] else b"+OK")

    def imap(self, say, commands):
        deleted = set()
        say(b"* OK IMAP4rev1 ready")
        for line in commands:
            self.said.append(line)
            tag, word, *rest = line.split()
            answer = b"OK"
            if word == b"CAPABILITY":
                say(b"* CAPABILITY IMAP4rev1")
            elif word == b"LOGIN" and rest[1].strip(b'"') == b"wrong":
                answer = b"NO"
            elif word == b"SELECT":
                say(b"* %d EXISTS" % len(self.letters))
            elif rest[:1] == [b"SEARCH"]:
                unseen = set(self.letters) - self.gone - self.seen
                say(b"* SEARCH " + b" ".join(b"%d" % n for n in sorted(unseen)))
            elif rest[:1] == [b"FETCH"]:
                content = self.letters[int(rest[1])][: 256 * 1024]
                say(b"* 1 FETCH (UID %s BODY[]<0> {%d}" % (rest[1], len(content)))
                say(content + b")")
            elif rest[:1] == [b"STORE"]:
                (deleted if b"Deleted" in line else self.seen).add(int(rest[1]))
            elif word == b"EXPUNGE":
                self.gone |= deleted
            elif word == b"LOGOUT":
                say(b"* BYE")
            say(tag + b" " + answer + b" done")
            if word == b"LOGOUT":
                return


@contextmanager
def listening(speak):
    """Have `speak` answer one connection after the other; yields the port. Ends in any case."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(SECONDS)
    over = threading.Event()

    def serve():
        while not over.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line, suppress(OSError, ValueError, KeyError):
                line.settimeout(SECONDS)
                speak(partial(write, line), read(line))

    def write(line, *rows):
        line.sendall(b"".join(row + b"\r\n" for row in rows))

    def read(line):
        with line.makefile("rb") as file:
            for _ in range(1_000):
                if not (row := file.readline(9_000).rstrip(b"\r\n")):
                    return
                yield row

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(SECONDS)


@pytest.mark.parametrize("kind", ["pop3", "imap"])
def test_a_mailbox_on_a_server_is_read_emptied_and_what_is_strange_left(kind, settings):
    caches["kept"].clear()
    delivery = sent()
    server = Server(
        b"Subject: strange\r\n\r\n.a dot\r\n",
        letter(return_address(delivery)),
        b"To: x\r\n\r\n" + b"x\r\n" * 200_000,
    )
    with listening(getattr(server, kind)) as port:
        settings.BOUNCE_MAILBOX_URL = f"{kind}://thu:m%40t@127.0.0.1:{port}/INBOX"

        first = read_bounces(at=NOON)
        server.letters[4] = letter(return_address(sent(to="b@example.vn")))
        server.said.clear()
        second = read_bounces(at=LATER)

    assert (first, second) == (1, 1)
    assert state_of(delivery) == JobState.BOUNCED
    assert server.gone == {2, 4}
    asked = [line for line in server.said if b"TOP" in line or b" FETCH " in line]
    assert len(asked) == 1  # what was left for a person is not fetched again
    assert not Alarm.objects.exclude(code="bounced").exists()


@pytest.mark.parametrize("kind", ["pop3", "imap"])
def test_a_server_that_refuses_talks_nonsense_or_hangs_up_is_no_error_of_ours(kind, settings):
    def hangs_up(say, commands):
        say(b"+OK" if kind == "pop3" else b"* OK")

    def nonsense(say, commands):
        say(b"\x00\xff" * 900, b"y" * 5_000)

    answers = []
    for speak, password in (
        (getattr(Server(), kind), "wrong"),
        (hangs_up, "x"),
        (nonsense, "x"),
    ):
        with listening(speak) as port:
            url = f"{kind}://thu:{password}@127.0.0.1:{port}"
            with pytest.raises(MailboxFailed) as caught, open_mailbox(url, timeout=SECONDS) as box:
                list(box.letters(9))
            answers.append(str(caught.value))

    with listening(hangs_up) as port:
        settings.BOUNCE_MAILBOX_URL = f"{kind}://thu:bi-mat@127.0.0.1:{port}"
        assert read_bounces(at=NOON) == 0
    assert not any("wrong" in answer.lower().split("error")[0] for answer in answers)


# --- what nobody can read ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "subject", "is_alarm"),
    [
        ("MAILER-DAEMON@mx.example.vn", "Returned mail: see transcript", True),
        ("postmaster@mx.example.vn", "Undeliverable", True),
        ("van-phong@example.org", "Tự động trả lời: tôi đi vắng", False),
    ],
)
def test_a_returned_mail_that_nobody_can_read_is_an_alarm(sender, subject, is_alarm, box):
    delivery = sent(to="van-phong@example.org")
    box(
        f"From: {sender}\r\nTo: <{return_address(delivery)}>\r\nSubject: {subject}\r\n\r\n"
        "Ihre Nachricht konnte nicht zugestellt werden.\r\n".encode()
    )

    read_bounces(at=LATER)

    found = Alarm.objects.filter(code="unread_return", subject="van-phong@example.org")
    assert found.exists() is is_alarm
    delivery.refresh_from_db()
    assert delivery.state == JobState.DONE


def test_nobody_raises_that_alarm_without_our_seal(box):
    delivery = sent(to="van-phong@example.org")
    forged = return_address(delivery).replace(".", ".a", 1)[:-1]
    box(f"From: MAILER-DAEMON@mx.example.vn\r\nTo: <{forged}>\r\n\r\nNein.\r\n".encode())

    read_bounces(at=LATER)

    assert not Alarm.objects.exists()


def test_a_mail_without_a_number_of_ours_has_no_return_address():
    delivery = sent()
    assert return_address(delivery)
    delivery.message_id = "<khong-phai-cua-ta@example.vn>"

    assert return_address(delivery) is None


EXIM = (
    "From: MAILER-DAEMON@mx.example.vn\r\nTo: <{to}>\r\nX-Failed-Recipients: a@example.vn\r\n"
    "Content-Type: text/plain\r\n\r\n{said}\r\n"
)


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("A permanent error has occurred: 550 5.1.1 User unknown", JobState.BOUNCED),
        ("A permanent error has occurred, and nothing more", JobState.DONE),
        ("It may work later: 550 5.1.1 User unknown", JobState.DONE),
    ],
)
def test_what_exim_says_in_plain_words_counts_when_it_is_final(box, said, state):
    delivery = sent()
    box(EXIM.format(to=return_address(delivery), said=said).encode())

    read_bounces(at=LATER)

    assert state_of(delivery) == state


def test_a_letter_over_which_the_library_stumbles_is_left_for_a_person(box, monkeypatch):
    delivery = sent()
    box(letter(return_address(delivery)))
    monkeypatch.setattr(bouncing, "wrapped_in", lambda message: 1 / 0)

    read_bounces(at=LATER)

    assert (state_of(delivery), folders(box)) == (JobState.DONE, (0, 1))
    assert Alarm.objects.filter(code="unread_return").exists()


def test_a_reading_ends_after_a_while_and_the_rest_is_read_next_time(box, monkeypatch):
    for _ in range(2):
        box(letter(return_address(sent())))
    monkeypatch.setattr(bouncing, "LONGEST", dt.timedelta(0))

    assert read_bounces(at=NOON) == 1
    assert folders(box) == (1, 0)
    assert read_bounces(at=LATER) == 1


def test_the_board_whose_report_came_back_is_concerned(world):
    sent(to="ai-do@example.vn")
    hold_a_dialogue(world)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    def concerned(code, subject):
        return boards_concerned(Alarm(code=code, subject=subject))

    assert concerned("bounced", world.head.email) == [world.board.pk]
    assert concerned("bounced", "ai-do@example.vn") == []  # a mail about nothing of a Board's
    assert concerned("worker", "") == []
