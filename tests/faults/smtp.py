"""A mail server that does at each step what a test tells it to, right or wrong."""

import asyncio
import contextlib
import email
import email.policy
import threading

EXTENSIONS = ("localhost", "SIZE 10485760", "8BITMIME", "AUTH PLAIN LOGIN")
USUAL = {
    "connect": "220 localhost ready",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "body": "250 2.0.0 taken",
    "quit": "221 bye",
}
CLOSE, HANG, GARBAGE, TAKE_AND_CLOSE = "close", "hang", "garbage", "take and close"


class ScriptedServer:
    """Answers as `script`, {step: answer}, says; at other steps as usual.

    An answer is a line, or one of CLOSE, HANG, GARBAGE; at "body" also TAKE_AND_CLOSE (the
    message is taken and the answer lost) or a function from the content to an answer. `messages` are those taken, with `sent_to`, `sent_by`.
    """

    def __init__(self, *, tls=False):
        self.script, self.messages, self.connections = {}, [], 0
        self.tls = tls
        self.refused = {}  # address: answer
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**26)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))

    async def _serve(self, reader, writer):
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader, writer):
        sender, recipient = "", ""

        async def say(step, usual=None, *, given=None):
            answer = given or self.script.get(step) or usual or USUAL[step]
            if step == "rcpt":
                answer = self.refused.get(recipient, answer)
            if answer == HANG:
                await asyncio.sleep(3600)
            if answer in (CLOSE, TAKE_AND_CLOSE):
                raise ConnectionError
            if answer == GARBAGE:
                answer = "\x00\x16\x03 what?"
            writer.write(answer.encode("latin-1") + b"\r\n")
            await writer.drain()
            return answer[:1] in "23"

        if not await say("connect"):
            return
        while line := (await reader.readline()).decode().strip():
            word = line.split()[0].upper()
            if word in ("EHLO", "HELO"):
                names = (*EXTENSIONS, *(["STARTTLS"] if self.tls else []))
                many = "\r\n".join(f"250-{name}" for name in names[:-1]) + f"\r\n250 {names[-1]}"
                await say("ehlo", many)
            elif word == "STARTTLS":
                await say("starttls", "220 go on")
            elif word == "AUTH":
                await say("auth")
            elif word == "MAIL":
                sender = line.partition("<")[2].partition(">")[0]
                await say("mail")
            elif word == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
                await say("rcpt")
            elif word == "DATA":
                if await say("data"):
                    content = await reader.readuntil(b"\r\n.\r\n")
                    answer = self.script.get("body", USUAL["body"])
                    if callable(answer):
                        answer = answer(content)
                    if answer[0] == "2" or answer == TAKE_AND_CLOSE:
                        self._take(content[:-3], sender, recipient)
                    await say("body", given=answer)
            elif word == "RSET":
                await say("rset", "250 ok")
            elif word == "QUIT":
                await say("quit")
                return

    def _take(self, content, sender, recipient):
        message = email.message_from_bytes(content, policy=email.policy.default)
        message.sent_by, message.sent_to, message.length = sender, [recipient], len(content)
        self.messages.append(message)
