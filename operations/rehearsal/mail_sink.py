"""A mail server for the rehearsal: on the loopback, takes everything, can be dead for a while."""

import asyncio
import contextlib
import datetime as dt
import email
import email.policy
import hashlib
import socket
import threading
from typing import Any

REPORT_WORDS = "Báo cáo phải gửi trước ngày"  # how a letter tells that a report is owed
LONGEST = 2**26  # bytes of one letter
WELCOME = b"220 rehearsal ready"
ABLE = b"250-rehearsal\r\n250-SIZE 67108864\r\n250 8BITMIME"
FINE, GO_ON, BYE, UNKNOWN = b"250 ok", b"354 go on", b"221 bye", b"502 what?"


class MailSink:
    """Keeps of each letter what the checks ask for, with the moment that `now` gives."""

    def __init__(self):
        self.letters = []
        self.now = lambda: dt.datetime.now(dt.UTC)  # the play puts its own clock here
        self._socket = _bound(0)
        self.port = self._socket.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def open(self):
        """Begin to answer."""
        self._server = self._do(asyncio.start_server(self._serve, sock=self._socket, limit=LONGEST))

    def close(self):
        """Be dead: whoever connects is refused, and nobody else gets the port."""
        self._do(self._end())
        self._socket = _bound(self.port)

    async def _end(self):
        self._server.close()
        await asyncio.sleep(0)

    def _do(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _serve(self, reader, writer):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader, writer):
        async def say(line):
            writer.write(line + b"\r\n")
            await writer.drain()

        to = ""
        await say(WELCOME)
        while line := (await reader.readline()).decode("utf-8", "replace").strip():
            word = line.split()[0].upper()
            if word in ("EHLO", "HELO"):
                await say(ABLE)
            elif word == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                await say(FINE)
            elif word == "DATA":
                await say(GO_ON)
                content = await reader.readuntil(b"\r\n.\r\n")
                self.letters.append(self._letter(content[:-3].replace(b"\r\n..", b"\r\n."), to))
                await say(FINE)
            elif word == "QUIT":
                await say(BYE)
                return
            else:
                await say(FINE if word in ("MAIL", "RSET", "NOOP") else UNKNOWN)

    def _letter(self, content, to):
        message = email.message_from_bytes(content, policy=email.policy.default)
        files: list[Any] = [part.get_payload(decode=True) for part in message.iter_attachments()]
        return {
            "message_id": message["Message-ID"],
            "to": to,
            "at": self.now().isoformat(),
            "says_report": REPORT_WORDS in _plain(message),
            "files": [hashlib.sha256(file).hexdigest() for file in files],
        }


def _plain(message):
    body = message.get_body(("plain",))
    return " ".join(body.get_content().split()) if body else ""


def _bound(port):
    """Return a socket that has the port and does not listen: connections are refused."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(("127.0.0.1", port))
    return one
