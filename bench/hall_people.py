"""Those who are in a hall: telephones, desks and a screen, which ask and act as their scripts do.

One process, one loop; each of them keeps one connection open, as a browser does.
"""

import asyncio
import random
import re
import ssl
import time
import uuid
from collections import Counter, deque
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "localhost"
PHONE_ASKS, DESK_ASKS, SCREEN_ASKS, SLOWEST = 5.0, 2.0, 1.0, 20.0  # seconds, as the scripts say
GISTS = 5  # how often the gist of a turn is saved meanwhile
PRESSES = 0.3  # share of the telephones that press "I ask the same", once a minute
PRESSED = 60.0
GIVE_UP, NO_ANSWER = 60.0, 599
CONTEXT = ssl.create_default_context()
CONTEXT.check_hostname, CONTEXT.verify_mode = False, ssl.CERT_NONE


@dataclass
class Measured:
    """What all of them met: how long it took, what was refused, what became of the acts."""

    questions: list = field(default_factory=list)  # seconds
    news: list = field(default_factory=list)  # of those, where something had changed
    acts: list = field(default_factory=list)
    shown: list = field(default_factory=list)  # from the press at a desk until the screen has it
    beside: Counter = field(default_factory=Counter)  # answers that no script would take
    told: Counter = field(default_factory=Counter)  # acts that the portal refused in words
    asked: int = 0
    kept: dict = field(default_factory=dict)  # hall → {keys} of acts that were acknowledged
    sent: dict = field(default_factory=dict)  # hall → {keys} of acts that were sent
    words: dict = field(default_factory=dict)  # turn → the last words that were acknowledged
    versions: Counter = field(default_factory=Counter)  # turn → gists and answers acknowledged
    pressed: set = field(default_factory=set)  # (hall, question, telephone)
    since: float = 0.0  # nothing is measured before, while everybody comes in

    def note(self, answer, seconds, where):
        if time.monotonic() < self.since:
            return
        self.asked += 1
        if answer.status == 429 or answer.status >= 500:
            self.beside[answer.status] += 1
        else:
            where.append(seconds)

    def note_news(self, seconds):
        if time.monotonic() >= self.since:
            self.news.append(seconds)


@dataclass
class Answer:
    status: int
    headers: list
    text: str


class Browser:
    """One connection that stays open, from one address, with the cookies it was given."""

    def __init__(self, port, address, cookies=""):
        self.port, self.address = port, address
        self.cookies = dict(one.partition("=")[::2] for one in cookies.split("; ") if one)
        self.wire = None

    async def ask(self, method, path, fields=None, *, cookies=True, script=False):
        """Return (Answer, seconds). A connection that was closed meanwhile is opened anew."""
        body = urlencode(fields or {}).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", f"Origin: https://{HOST}"]
        if script:
            lines.append("X-Sent-By: script")
        if cookies and self.cookies:
            said = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            lines.append(f"Cookie: {said}")
        if method == "POST":
            lines.append("Content-Type: application/x-www-form-urlencoded")
            lines.append(f"Content-Length: {len(body)}")
        request = "\r\n".join(lines).encode() + b"\r\n\r\n" + (body if method == "POST" else b"")
        began = time.monotonic()
        try:
            async with asyncio.timeout(GIVE_UP):
                answer = await self._again(request)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            self.close()
            answer = Answer(NO_ANSWER, [], "")
        if cookies:
            for name, value in answer.headers:
                if name == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
        return answer, time.monotonic() - began

    async def _again(self, request):
        try:
            return await self._once(request)
        except (OSError, asyncio.IncompleteReadError):  # closed while it was idle
            self.close()
            return await self._once(request)

    async def _once(self, request):
        if self.wire is None:
            self.wire = await asyncio.open_connection(
                "127.0.0.1", self.port, ssl=CONTEXT, server_hostname=HOST,
                local_addr=(self.address, 0), limit=2**20,
            )  # fmt: skip
        reader, writer = self.wire
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *rest = head.rstrip().split("\r\n")
        headers = [(one.partition(":")[0].lower(), one.partition(":")[2].strip()) for one in rest]
        found, status = dict(headers), int(first.split()[1])
        if status in (204, 304):
            body = b""
        elif found.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(await reader.readline(), 16):
                body += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        else:
            body = await reader.readexactly(int(found.get("content-length", 0)))
        if found.get("connection") == "close":
            self.close()
        return Answer(status, headers, body.decode())

    def close(self):
        if self.wire:
            self.wire[1].close()
        self.wire = None


def found_in(pattern, text):
    found = re.search(pattern, text)
    return found[1] if found else ""


def stamp_in(text):
    return found_in(r'data-change="([^"]*)"', text)


class TheHall:
    """One hall: what opens it, and who of those who are in it know what."""

    def __init__(self, opened, port, measured, *, address, theme, token, ends, turn, whole=False):
        self.code, self.pk, self.screen = opened["code"], opened["pk"], opened["screen"]
        self.cookies, self.port, self.measured = opened["desks"], port, measured
        self.address, self.theme, self.token = address, theme, token
        self.ends, self.turn, self.whole = (
            ends,
            turn,
            whole,
        )  # whole: pages instead of the change question
        self.coming = measured.since - time.monotonic()
        self.acted = deque()  # (number of the change, when it was pressed)
        self.on_screen = []  # (number of a change, when the screen had it)
        measured.kept.setdefault(self.pk, set())
        measured.sent.setdefault(self.pk, set())

    def over(self):
        return time.monotonic() >= self.ends

    def people(self, phones):
        yield from (self.phone(number) for number in range(phones))
        yield self.show()
        roles = (self.take, self.moderate, self.write_down, self.sort)
        for number, cookies in enumerate(self.cookies):
            desk = Desk(self, cookies)
            yield desk.look()
            if number < len(roles):
                yield roles[number](desk)

    async def rest(self, seconds):
        await asyncio.sleep(max(0.0, min(seconds, self.ends - time.monotonic())))

    # --- telephones ---

    async def phone(self, number):
        await self.rest(random.random() * self.coming)
        browser = Browser(self.port, self.address)
        while (page := (await browser.ask("GET", f"/join/{self.code}/"))[0]).status != 200:
            self.measured.beside[page.status] += 1
            await self.rest(PHONE_ASKS)  # until somebody loads it again
            if self.over():
                return
        stamp, seed = stamp_in(page.text), found_in(r'data-seed="([^"]*)"', page.text)
        token = found_in(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
        waiting = re.findall(r'data-same="([^"]+)"', page.text)
        presses_at = time.monotonic() + random.random() * PRESSED
        pause = PHONE_ASKS
        while not self.over():
            await self.rest(pause * (0.9 + random.random() / 5))
            if self.over():
                break
            path = f"/join/{self.code}/"
            if not self.whole:
                path = f"{path}state/?since={stamp}&seed={seed}"
            answer, seconds = await browser.ask("GET", path, cookies=self.whole)
            self.measured.note(answer, seconds, self.measured.questions)
            is_fine = answer.status in (200, 304)
            pause = PHONE_ASKS if is_fine else min(pause * 2, SLOWEST)
            if answer.status == 200:
                self.measured.note_news(seconds)
                stamp = stamp_in(answer.text)
                waiting = re.findall(r'data-same="([^"]+)"', answer.text)
            if number % 10 < PRESSES * 10 and waiting and time.monotonic() > presses_at:
                presses_at += PRESSED
                await self.press(browser, random.choice(waiting), token, number)
        browser.close()

    async def press(self, browser, question, token, number):
        path = f"/join/{self.code}/same/{question}/"
        answer, seconds = await browser.ask(
            "POST", path, {"csrfmiddlewaretoken": token}, script=True
        )
        self.measured.note(answer, seconds, [])
        if answer.status == 204:
            self.measured.pressed.add((self.pk, question, number))
        else:
            self.measured.told[f"press {answer.status}"] += 1

    # --- the screen ---

    async def show(self):
        browser, stamp = Browser(self.port, self.address), ""
        while not self.over():
            path = self.screen if self.whole else f"{self.screen}state/?since={stamp}&seed="
            answer, seconds = await browser.ask("GET", path, cookies=False)
            self.measured.note(answer, seconds, self.measured.questions)
            if answer.status == 200:
                stamp, now = stamp_in(answer.text), time.monotonic()
                self.on_screen.append((int(stamp.partition("-")[0] or 0), now))
                while self.acted and self.acted[0][0] <= self.on_screen[-1][0]:
                    self._note_shown(self.acted.popleft()[1], now)
            await self.rest(SCREEN_ASKS * (0.9 + random.random() / 5))
        browser.close()

    def note_press(self, change, pressed):
        """A press made this change: the screen has it already, or will."""
        when = next((when for number, when in self.on_screen if number >= change), None)
        if when is None:
            self.acted.append((change, pressed))
        else:  # it asked between the moment that the change was there and the answer to the desk
            self._note_shown(pressed, when)

    def _note_shown(self, pressed, when):
        if pressed >= self.measured.since:
            self.measured.shown.append(when - pressed)

    # --- those who work at the desks: the first two are enough to run a hall ---

    async def take(self, desk):
        """Type what is answered, and end the turn with the next one."""
        await self.rest(DESK_ASKS)
        number = 0
        while not self.over():
            turn = desk.turn
            if not turn:
                await self.rest(0.5)
                continue
            number += 1
            for part in range(GISTS):
                await self.rest(self.turn / (GISTS + 1))
                if self.over() or desk.turn != turn:
                    break
                words = f"Trả lời {number}, phần {part + 1}: sẽ làm trong quý III. " * (part + 1)
                await desk.act(f"/turns/{turn}/gist/", words=words, answered_by="Lãnh đạo")
            await self.rest(self.turn / (GISTS + 1))
            if not self.over() and desk.turn == turn:
                words = f"Trả lời {number}: sẽ làm trong quý III, giao Văn phòng chủ trì."
                await desk.act(
                    f"/turns/{turn}/answer/", words=words, answered_by="Lãnh đạo", calls_next=1
                )

    async def moderate(self, desk):
        """Call the first one up, put each on the screen, and star one that waits."""
        await self.rest(DESK_ASKS)
        shown = ""
        while not self.over():
            if not desk.turn and desk.waiting:
                await desk.act(f"/conferences/{self.pk}/hall/call/{desk.waiting[0]}/")
            if desk.on_screen and desk.on_screen["question"] != shown:
                shown = desk.on_screen["question"]
                await desk.act(
                    f"/conferences/{self.pk}/hall/show/", what="question", **desk.on_screen
                )
                await self.rest(self.turn / 3)
                await self.place(desk, "star")
            await self.rest(1)

    async def write_down(self, desk):
        """A question from the floor, once in a turn."""
        await self.rest(self.turn / 2)
        number = 0
        while not self.over():
            number += 1
            await desk.act(
                f"/conferences/{self.pk}/hall/floor/", name="", unit="", theme=self.theme,
                text=f"Câu hỏi tại hội trường số {number}: bao giờ công khai?",
            )  # fmt: skip
            await self.rest(self.turn)

    async def sort(self, desk):
        """Move one that waits, once in a turn."""
        await self.rest(self.turn / 3)
        while not self.over():
            await self.place(desk, "up")
            await self.rest(self.turn)

    async def place(self, desk, to):
        if len(desk.waiting) > 3 and not self.over():
            question = random.choice(desk.waiting[2:])
            await desk.act(f"/conferences/{self.pk}/hall/place/{question}/", to=to)


class Desk:
    """One browser at the desk: it looks every two seconds, and sends one act after the other."""

    def __init__(self, hall, cookies):
        self.hall, self.browser = hall, Browser(hall.port, hall.address, cookies)
        self.page, self.measured = f"/conferences/{hall.pk}/hall/", hall.measured
        self.stamp = self.turn = self.version = ""
        self.waiting, self.on_screen, self.busy = [], {}, asyncio.Lock()

    async def look(self):
        await self.hall.rest(random.random() * DESK_ASKS)
        async with self.busy:
            while (answer := (await self.browser.ask("GET", self.page))[0]).status != 200:
                self.measured.beside[answer.status] += 1
                await self.hall.rest(DESK_ASKS)
                if self.hall.over():
                    return
            self._take(answer.text)
        pause = DESK_ASKS
        while not self.hall.over():
            await self.hall.rest(pause)
            async with self.busy:
                whole = self.hall.whole
                path = self.page if whole else f"{self.page}changes/?since={self.stamp}"
                answer, seconds = await self.browser.ask("GET", path, script=not whole)
            self.measured.note(answer, seconds, self.measured.questions)
            pause = DESK_ASKS if answer.status < 429 else min(pause * 2, SLOWEST)
            if answer.status == 200:
                self.measured.note_news(seconds)
                self._take(answer.text)

    def _take(self, text):
        self.stamp = stamp_in(text)
        self.turn = found_in(r'data-turn="(\d+)"', text)
        self.version = found_in(r'data-version="(\d+)"', text)
        self.waiting = re.findall(r'data-question="([^"]+)"', text)
        part = text.partition('id="hall-screen"')[2].partition("</form>")[0]
        sent = re.findall(r'name="(question|version|clears)" value="([^"]+)"', part)
        self.on_screen = dict(sent) if 'value="question"' in part else {}

    async def act(self, path, *, words=None, **fields):
        """Send the act until it is answered, always with the same key, as the script does."""
        key, turn = str(uuid.uuid4()), self.turn
        is_gist = path.endswith("/gist/")
        async with self.busy:
            if words is not None:
                fields |= {"text": words, "version": self.version}
            if not is_gist:
                fields["key"] = key
                self.measured.sent[self.hall.pk].add(key)
            fields["csrfmiddlewaretoken"] = self.hall.token
            pressed, pause = time.monotonic(), DESK_ASKS
            while True:
                answer, seconds = await self.browser.ask("POST", path, fields, script=True)
                self.measured.note(answer, seconds, self.measured.acts)
                if answer.status < 429 and "x-portal" in dict(answer.headers):
                    break
                if answer.status in (409, 422):
                    break
                pause = min(pause * 2, SLOWEST)
                await asyncio.sleep(pause)
            if answer.status == 200:
                if not is_gist:
                    self.measured.kept[self.hall.pk].add(key)
                if words is not None:
                    self.measured.words[turn] = words.strip()
                    self.measured.versions[turn] += 1
                change = stamp_in(answer.text).partition("-")[0]
                self.hall.note_press(int(change), pressed)
            else:
                self.measured.told[f"{path.rsplit('/', 2)[1]} {answer.status}"] += 1
            if answer.text:
                self._take(answer.text)


async def live(halls, phones):
    """Let all of them be there until their halls are over."""
    tasks = [asyncio.ensure_future(one) for hall in halls for one in hall.people(phones)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
