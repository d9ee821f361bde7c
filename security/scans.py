"""B-06, B-07: programs that attack a running portal from outside, as each of those who use it.

First two planted holes are attacked in the same way: a scanner that misses them has shown nothing.
Then all look around, and what one view reads in one way is attacked once, by the first of those
who get furthest with it. SCAN_MINUTES is for each program, SCAN_PAGES and SCAN_AS for looking
around. What time cuts off is named; nothing cut is called clean.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlsplit

from security import planted as places
from security.crawling import crawl, page_of, shared
from security.judged import judged
from security.results import Result
from security.static import ROOT
from security.target import running

# Those with few rights first: what several can send is attacked by the first.
WHO = ("anonymous host", "nobody", "staff", "leader", "officer", "head", "clerk", "secretary")
PAGES = int(os.environ.get("SCAN_PAGES", 400))
MINUTES = float(os.environ.get("SCAN_MINUTES", 120))
AS = tuple(filter(None, os.environ.get("SCAN_AS", "").split(","))) or WHO
BLIND = 50  # below so many of a hundred answers a scan has seen too little
CONTROL_MINUTES = 10
SLACK = 3


class Account:
    """What a scan of all roles comes to."""

    def __init__(self, name):
        self.name = name
        self.finds, self.judged, self.told, self.cut = [], [], [], []
        self.statuses, self.of_the_known = Counter(), Counter()
        self.lowest = (100, "")
        self.seconds = 0

    def judge(self, role, finds):
        finds = [f"{role}: {one}" for one in finds]
        self.finds += [one for one in finds if not judged(one)]
        self.judged += [one for one in finds if judged(one)]

    def add(self, role, server, finds, told, cut, seconds=0):
        self.judge(role, [*finds, *server.broken])
        self.seconds += seconds
        self.statuses += server.statuses
        self.of_the_known += server.of_the_known
        share = server.share()
        self.lowest = min(self.lowest, (share, role))
        if share < BLIND:
            self.finds.append(f"{role}: only {share} % of the answers were of the pages' own")
        self.cut += [f"{role} {one}" for one in cut]
        counted = ", ".join(f"{code} {n}" for code, n in sorted(server.statuses.items()))
        self.told.append(
            f"{role}: {told}; {sum(server.statuses.values())} answered ({counted}), {share} % of those "
            f"of the pages found were 2xx, 302, 422; signed in again "
            f"{len(server.signed_in_again)} {server.signed_in_again[:4]}, "
            f"held back {server.held_back}; cut by time: {', '.join(cut) or 'nothing'}"
        )
        self.keep()

    def keep(self):
        """Leave it all in a file beside the scanners: the table shows the sum."""
        lines = [*self.told, "", *(f"FIND {one}" for one in self.finds)]
        lines += [f"judged false: {one}: {judged(one)}" for one in self.judged]
        place = ROOT / f"var/security/{self.name}.txt"
        place.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def result(self, told):
        share, role = self.lowest
        too_many, answered = self.statuses[429], sum(self.statuses.values())
        pace = f" at {answered / self.seconds:.0f} a second" if self.seconds else ""
        figure = (
            f"{len(self.finds)} finds, {len(self.judged)} judged false, {told}, "
            f"{answered} answered{pace}, {too_many} of them 429, "
            f"lowest share of good answers {share} % ({role}) {'; '.join(self.finds[:3])}"
        ).strip()
        return Result(not self.finds, figure, f"cut by time: {shortened(self.cut)}" * any(self.cut))


def shortened(cut):
    """Return each thing that was cut once, with the number of roles."""
    counted = Counter(one.rpartition(" ")[2] for one in cut)
    return ", ".join(f"{name} ×{n}" for name, n in counted.most_common())


class Round(NamedTuple):
    """One way of attacking all that was found.

    `attack(role, address, requests, seconds)` returns (finds, {what was done: how often}, what
    time cut off); `planted` are the holes that it must find first. `in_short` gives it pages
    without their frame, `part` is its part of the time.
    """

    attack: Callable
    planted: tuple
    in_short: bool = False
    part: int = 1


def scan(account, *rounds):
    """Attack as each visitor what is theirs to attack, once all that is planted was found."""
    with running() as target, target.portal() as whole, target.portal(in_short=True) as short:
        portals = {False: whole, True: short}
        missed = [missed_holes(target, portals, one) for one in rounds]
        if any(missed):
            missed = ", ".join(filter(None, missed))
            return Result(False, f"planted and not found: {missed}; so nothing is shown")
        ends = time.monotonic() + MINUTES * 60
        found = look_around(account, target, whole)
        shares, of_others = shared(found)
        done = Counter()
        for number, one in enumerate(rounds):
            now = time.monotonic()
            part = one.part / sum(other.part for other in rounds[number:])
            until = now + max(0, ends - now) * part
            done.update(attack_all(account, target, portals[one.in_short], one, shares, until))
    everything = [one for requests in shares.values() for one in requests]
    pages = sum(one.pages for one in found.values())
    return account.result(
        f"planted holes found, {len(AS)} visitors, {pages} pages, {sums_of(everything)}, each "
        f"attacked once ({sum(of_others.values())} times left to another), {listed(done)}"
    )


def attack_all(account, target, portal, one, shares, ends):
    """Do one round; return {what was done: how often}."""
    left, done = sum(map(weight, shares.values())), Counter()
    for role, requests in shares.items():
        if not requests:
            continue  # others before have it all
        began = time.monotonic()
        # More than their share: what one visitor leaves of it goes to the next.
        seconds = max(0, ends - began) * min(1, SLACK * weight(requests) / left)
        left -= weight(requests)
        with target.as_role(role, portal, in_short=one.in_short) as (address, server):
            server.start = page_of(requests).replace(f"https://{server.host}", address)
            server.known = {urlsplit(request.url).path for request in requests}
            finds, told, cut = one.attack(role, address, requests, seconds)
            done.update(told)
            told = f"{sums_of(requests)}: {listed(told)}"
            account.add(role, server, sorted(finds), told, cut, time.monotonic() - began)
    return done


def missed_holes(target, portals, one):
    """Return the planted holes that are not found in the way in which all is looked for."""
    with target.as_role("staff", portals[False]) as (address, _):
        requests = crawl(address, start=places.START, limit=2, seconds=120).requests
    with target.as_role("staff", portals[one.in_short], in_short=one.in_short) as (address, server):
        server.start = page_of(requests).replace(f"https://{server.host}", address)
        finds, _, _ = one.attack("control", address, requests, CONTROL_MINUTES * 60)
    return ", ".join(f"{kind} in {path}" for kind, path in one.planted
                     if not any(kind in find and path in find for find in finds))  # fmt: skip


def look_around(account, target, portal):
    """Return {visitor: what can be sent}; an answer of 5xx on the way is a find."""
    found = {}
    for role in AS:
        with target.as_role(role, portal) as (address, server):
            seconds = MINUTES * 60 / 3 / len(AS)
            found[role] = crawl(address, limit=PAGES, seconds=seconds, doors=target.doors)
            account.judge(role, server.broken)
            account.cut += [f"{role} crawl"] * found[role].cut
    return found


def listed(counted):
    return ", ".join(f"{number} {what}" for what, number in counted.items())


def weight(requests):
    return sum(1 + len(one.tried) for one in requests)


def sums_of(requests):
    """Say how many there are, and how far they get with what they were found with."""
    ranks = Counter(one.rank for one in requests)
    parameters = sum(len(one.tried) for one in requests)
    return (
        f"{len(requests)} pages, links and forms with {parameters} parameters ({ranks[0]} answered "
        f"2xx or 302, {ranks[1]} 422, {ranks[2]} otherwise)"
    )
