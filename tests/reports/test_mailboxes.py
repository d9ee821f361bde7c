"""Mailboxes whose servers answer otherwise than the rules say: told in one line, and let go."""

import pytest
from django.core.cache import caches

from foundation.mailboxes import MailboxFailed, open_mailbox
from tests.reports.test_bouncing import SECONDS, Server, listening

pytestmark = pytest.mark.django_db


def read(url):
    """Return the names of the letters of the mailbox at `url`."""
    with open_mailbox(url, timeout=SECONDS) as box:
        return [letter.name for letter in box.letters(9)]


class Odd(Server):
    """Answers to one command as it is told to."""

    def __init__(self, command, *rows, tagged=b"OK"):
        super().__init__(b"Subject: a\r\n\r\n", b"Subject: b\r\n\r\n")
        self.command, self.rows, self.tagged = command, rows, tagged

    def imap(self, say, commands):
        super().imap(self.changing(say), self.noting(commands))

    def pop3(self, say, commands):
        super().pop3(self.changing(say), self.noting(commands))

    def noting(self, commands):
        for line in commands:
            self.now = line
            yield line

    def changing(self, say):
        self.now = b""

        def changed(*rows):
            if self.command not in self.now:
                return say(*rows)
            if rows[-1].endswith(b" done"):
                return say(*self.rows, self.now.split()[0] + b" " + self.tagged + b" done")
            return say(*self.rows) if rows[0].startswith(b"+OK") else None

        return changed


def test_a_letter_that_the_server_no_longer_has_is_passed_over():
    server = Odd(b"FETCH 1 ")
    with listening(server.imap) as port:
        assert read(f"imap://thu:x@127.0.0.1:{port}") == ["2"]


@pytest.mark.parametrize(
    ("server", "said"),
    [
        (Odd(b"SEARCH", b"* SEARCH 1 2;DROP"), "names a letter in a strange way"),
        (Odd(b"SELECT", tagged=b"NO"), "done"),
    ],
)
def test_what_an_imap_server_says_out_of_turn_is_told(server, said):
    with listening(server.imap) as port, pytest.raises(MailboxFailed, match=said):
        read(f"imap://thu:x@127.0.0.1:{port}")


def test_a_letter_that_breaks_the_line_is_left_and_the_others_read_next_time():
    """One letter that the server cannot give out must not keep the others from being read."""
    caches["kept"].clear()
    server = Odd(b"TOP 1 ", b"-ERR message corrupt")
    with listening(server.pop3) as port:
        url = f"pop3://thu:x@127.0.0.1:{port}"
        with pytest.raises(MailboxFailed, match="corrupt"):
            read(url)

        assert read(url) == ["2"]


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_a_server_that_cannot_prove_who_it_is_is_told_no_password(kind):
    server = Server()
    with listening(getattr(server, kind)) as port, pytest.raises(MailboxFailed, match="SSL"):
        read(f"{kind}s://thu:bi-mat@127.0.0.1:{port}")

    assert not any(b"bi-mat" in line for line in server.said)


@pytest.mark.parametrize("kind", ["imap", "pop3"])
def test_whoever_stops_reading_leaves_the_mailbox_as_it_was(kind):
    """An error of ours half way: the line is closed, nothing is removed, the error is ours."""
    caches["kept"].clear()
    server = Server(b"Subject: a\r\n\r\n")
    with listening(getattr(server, kind)) as port:
        url = f"{kind}://thu:x@127.0.0.1:{port}"
        with pytest.raises(ZeroDivisionError), open_mailbox(url, timeout=SECONDS) as box:
            fail_over(box)

        assert read(url) == ["1"]
    assert server.gone == set()


def fail_over(box):
    for letter in box.letters(9):
        box.remove(letter)
        raise ZeroDivisionError


def test_whoever_is_stopped_while_a_mailbox_is_opened_is_stopped():
    """Nothing is open yet, so there is nothing to close."""

    class Stopped(BaseException):
        pass

    def stops(say, commands):
        raise AssertionError("nobody listens here")

    with listening(stops) as port:
        url = f"imap://thu:x@127.0.0.1:{port}"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("foundation.mailboxes.Imap.__init__", raises(Stopped))
            with pytest.raises(Stopped), open_mailbox(url, timeout=SECONDS):
                pass


def raises(error):
    def instead(*_args):
        raise error

    return instead
