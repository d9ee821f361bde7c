"""Reading a mailbox that programs write to, by IMAP, by POP3 or in a Maildir.

Whoever reads says of each letter whether it is done with (removed) or left for a person (not
shown again). Nothing in a mailbox is trusted: of each letter the beginning is read, and every
answer of a server is waited for a bounded time.
"""

from __future__ import annotations

import hashlib
import imaplib
import os
import poplib
import ssl
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import unquote, urlsplit

from django.core.cache import caches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from urllib.parse import SplitResult


PORTS = {"imap": 143, "imaps": 993, "pop3": 110, "pop3s": 995}
LARGEST = 256 * 1024  # bytes that are read of one letter
LINES = 2_000  # the same for POP3, which counts lines
REMEMBERED = 2_000  # letters left in a POP3 mailbox, which has no marks
A_MONTH = 30 * 86_400


class MailboxFailed(Exception):
    """The mailbox could not be read. Says why, without the password."""


class Letter(NamedTuple):
    name: str
    content: bytes


class Mailbox(Protocol):
    def letters(self, most: int) -> Iterator[Letter]: ...
    def remove(self, letter: Letter) -> None: ...
    def leave(self, letter: Letter) -> None: ...
    def close(self) -> None: ...
    def drop(self) -> None: ...


@contextmanager
def open_mailbox(url: str, *, timeout: float) -> Iterator[Mailbox]:
    """Lend the mailbox at `url`. Raises MailboxFailed, whatever goes wrong with it."""
    parts = urlsplit(url)
    kinds: dict[str, Callable[[SplitResult, float], Mailbox]] = {
        "maildir": Maildir,
        "imap": Imap,
        "imaps": Imap,
    }
    kind = kinds.get(parts.scheme, Pop3)
    box: Mailbox | None = None
    try:
        box = kind(parts, timeout)
        yield box
        box.close()
    except (OSError, EOFError, ValueError, imaplib.IMAP4.error, poplib.error_proto) as error:
        if box is not None:
            box.drop()
        raise MailboxFailed(f"{type(error).__name__}: {_said(error)}") from error
    except BaseException:
        if box is not None:
            box.drop()
        raise


def _said(error: BaseException) -> str:
    words = error.args[0] if error.args else ""
    if isinstance(words, bytes):
        words = words.decode(errors="replace")
    return " ".join(str(words).replace("\0", "").split())[:200]


class Maildir:
    """A folder with new/ and cur/; what is left for a person moves to cur/ with the mark S."""

    def __init__(self, parts: SplitResult, timeout: float) -> None:
        self.folder = Path(unquote(parts.path))
        if not (self.folder / "new").is_dir():
            raise FileNotFoundError("no folder new/ in the Maildir")

    def letters(self, most: int) -> Iterator[Letter]:
        """Yield up to `most` letters that nobody has seen, the oldest first."""
        names = sorted(entry.name for entry in os.scandir(self.folder / "new") if entry.is_file())
        for name in names[:most]:
            with suppress(FileNotFoundError), (self.folder / "new" / name).open("rb") as file:
                yield Letter(name, file.read(LARGEST))

    def remove(self, letter: Letter) -> None:
        (self.folder / "new" / letter.name).unlink(missing_ok=True)

    def leave(self, letter: Letter) -> None:
        (self.folder / "cur").mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            (self.folder / "new" / letter.name).rename(
                self.folder / "cur" / f"{letter.name.partition(':')[0]}:2,S"
            )

    def close(self) -> None:
        pass

    drop = close


class Imap:
    """A folder of an IMAP server; what is left for a person is marked as seen."""

    def __init__(self, parts: SplitResult, timeout: float) -> None:
        port = parts.port or PORTS[parts.scheme]
        if parts.scheme == "imaps":
            self.server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                parts.hostname or "",
                port,
                ssl_context=ssl.create_default_context(),
                timeout=timeout,
            )
        else:
            self.server = imaplib.IMAP4(parts.hostname or "", port, timeout=timeout)
        try:
            self.server.login(unquote(parts.username or ""), unquote(parts.password or ""))
            folder = unquote(parts.path.strip("/")) or "INBOX"
            self._expect(self.server.select(f'"{folder}"'))
        except BaseException:
            self.drop()
            raise

    def letters(self, most: int) -> Iterator[Letter]:
        seen = self.server.uid("search", None, "UNSEEN")  # type: ignore[arg-type]  # no charset is None
        (found,) = self._expect(seen)[:1]
        for number in (found or b"").split()[:most]:
            if not number.isdigit():
                raise ValueError("the server names a letter in a strange way")
            answer = self._expect(
                self.server.uid("fetch", number.decode(), f"(BODY.PEEK[]<0.{LARGEST}>)")
            )
            content = [part[1] for part in answer if isinstance(part, tuple)]
            if content:
                yield Letter(number.decode(), content[0][:LARGEST])

    def remove(self, letter: Letter) -> None:
        self._expect(self.server.uid("store", letter.name, "+FLAGS", r"(\Deleted)"))

    def leave(self, letter: Letter) -> None:
        self._expect(self.server.uid("store", letter.name, "+FLAGS", r"(\Seen)"))

    def close(self) -> None:
        self.server.expunge()
        self.server.logout()

    def drop(self) -> None:
        with suppress(OSError, EOFError, imaplib.IMAP4.error):
            self.server.shutdown()

    @staticmethod
    def _expect(answer: tuple[str, list[Any]]) -> list[Any]:
        kind, data = answer
        if kind != "OK":
            raise imaplib.IMAP4.error(data[0] if data else kind)
        return data


class Pop3:
    """A POP3 mailbox; which letters were left for a person is kept in the cache."""

    def __init__(self, parts: SplitResult, timeout: float) -> None:
        port = parts.port or PORTS[parts.scheme]
        if parts.scheme == "pop3s":
            self.server: poplib.POP3 = poplib.POP3_SSL(
                parts.hostname or "", port, timeout=timeout, context=ssl.create_default_context()
            )
        else:
            self.server = poplib.POP3(parts.hostname or "", port, timeout=timeout)
        name = f"{parts.username}@{parts.hostname}:{port}"
        self.key = f"letters-left:{hashlib.sha256(name.encode()).hexdigest()[:32]}"
        self.left = caches["kept"].get(self.key) or []
        try:
            self.server.user(unquote(parts.username or ""))
            self.server.pass_(unquote(parts.password or ""))
        except BaseException:
            self.drop()
            raise

    def letters(self, most: int) -> Iterator[Letter]:
        """Yield letters that were not left before. One that breaks the line is left as well."""
        names = (line.decode("ascii").split() for line in self.server.uidl()[1])
        unseen = [(number, uid) for number, uid in names if uid not in self.left]
        for number, uid in unseen[:most]:
            letter = Letter(number, b"")
            try:
                content = b"\r\n".join(self.server.top(int(number), LINES)[1])
            except poplib.error_proto:
                self._remember(uid)
                raise
            self.uid = uid
            yield letter._replace(content=content[:LARGEST])

    def remove(self, letter: Letter) -> None:
        self.server.dele(int(letter.name))

    def leave(self, letter: Letter) -> None:
        self._remember(self.uid)

    def _remember(self, uid: str) -> None:
        self.left = [*self.left, uid][-REMEMBERED:]
        caches["kept"].set(self.key, self.left, A_MONTH)

    def close(self) -> None:
        self.server.quit()  # only now the server removes what was marked

    def drop(self) -> None:
        with suppress(OSError, EOFError, poplib.error_proto):
            self.server.close()
