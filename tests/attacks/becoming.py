"""A crawler with an account and a colleague, that tries every form to come to know a name.

It reads every page it can reach, sends every form of them, filled in as somebody would who wants
a role or a name, and goes on from each state in which it has won any power, some acts deep.
What it did is rolled back before it tries the next thing.

What it spares itself, and why no way is lost by it:

- A state is what the two may do (`Power`), not which rows say so. One is followed once, unless it
  is met again with more acts left; all states one act away are claimed before any of them is
  followed, so that two acts which do not depend on each other are tried in one order alone.
- A state is not followed where one is that may do all the same and more: who is secretary may do
  whatever a clerk may (the table of docs/permissions.md, which `test_becoming` asks), and is kept
  out of a Board by the same rule. The act that leads to it is tried and judged all the same.
- A role is asked for in the very committee (`committees.permissions.holds`): that of the question,
  the Board, and all others are the three places. A leader's or staff's role that is over keeps
  nobody out of anything and could be given anew.
- A form that was taken and changed nobody's power changes nobody's when it is sent by another
  account or later; one that was refused is refused to the same roles again. Either is sent anew as
  soon as the roles are others: of whoever sends it, or of the person whom it is about.
- Pages are read anew for each set of roles, and those about the two people in each state.
- What is done to the roles of anybody else gives the two nothing: those pages are left out. So is
  asking for an address that has answered before that it takes forms alone.
- A list of people is sent and applied at once, and once more taken back: by itself it gives nothing.
- Leader and staff give nobody anything: of the roles that can be typed the second is left out.
"""

import re
from dataclasses import dataclass, field
from itertools import product

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils import timezone

from committees.models import Committee, ImportDraft, Membership, Role, User
from committees.permissions import BOARD, OFFICE
from foundation.clock import day_of
from sessions.models import OpeningRequest, Question, Unsealing
from tests.attacks.power import Power, covered
from tests.committees.sheets import PEOPLE, xlsx
from tests.openings import REASON
from tests.walls.forms import forms_of
from tests.walls.places import every_pattern

LINK = re.compile(r'<a [^>]*href="(/[^"?#]*)')
LEFT_OUT = re.compile(r"logout|/language/|\.(xlsx|docx|pdf|ics|zip)|/static/|rehears|/mfa/|2fa")
ABOUT_NAMES = re.compile(r"/people/(add/)?$|openings|unseal")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DRAWN_ANEW = ("csrfmiddlewaretoken", "form_key", "version")


def signed_in(person):
    """Return a browser of the person, anew: whoever is given a role has to sign in again."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=person.pk))
    return client


@dataclass(frozen=True)
class Act:
    """One form, filled in. A list of people is sent and applied, and with `is_undone` taken back."""

    actor: User
    address: str
    posted: dict
    person: User = None
    listed_as: str = ""
    is_undone: bool = False

    def said(self):
        return (
            self.actor.username,
            self.address,
            self.posted.get("role") or self.posted.get("verdict") or self.listed_as or None,
        )


@dataclass
class Crawler:
    """One search. `ways` are the ways found: each a list of what was sent, by whom."""

    world: object
    attacker: User
    colleague: User
    question: Question
    depth: int
    is_narrow: bool = False  # the pages that give a role of the office or a name alone
    ways: list = field(default_factory=list)
    tried: int = 0
    spared: int = 0
    read: int = 0
    states: int = 0

    def __post_init__(self):
        self.actors = (self.attacker, self.colleague)
        self.began_with = self._offices()
        self.reached = []  # (acts left, Power)
        self.idle, self.pages, self.takes_forms_alone = set(), {}, set()
        others = Membership.objects.exclude(user__in=self.actors)
        self.others = set(others.values_list("pk", flat=True))

    def search(self):
        """Try everything from the state of things as it is now."""
        self.reached.append((self.depth, self._power()))
        self._explore(())

    def _explore(self, path):
        power, left = self._power(), self.depth - len(path)
        self.states += 1
        found = {}
        for actor in self.actors:
            browser = signed_in(actor)
            for act in self._acts(actor, browser, power):
                keys = self._keys(act, power)
                if self.idle & keys.keys():
                    self.spared += 1
                    continue
                after, is_taken = self._try(act, browser, path)
                if after == power:
                    self.idle.update(
                        key for key, wants_taken in keys.items() if wants_taken <= is_taken
                    )
                elif after is not None:
                    found.setdefault(after, act)
        if left > 1:
            for act in self._claimed(found, left - 1):
                savepoint = transaction.savepoint()
                self._send(act, signed_in(act.actor))
                self._explore((*path, act.said()))
                transaction.savepoint_rollback(savepoint)

    def _claimed(self, found, left):
        """Return the acts that lead to what is not known yet, or was with fewer acts left."""
        acts = []
        strongest = sorted(
            found, key=lambda one: -sum(len(covered(roles)) for _, roles in one.roles)
        )
        for power in strongest:
            if not any(more >= left and known.covers(power) for more, known in self.reached):
                self.reached.append((left, power))
                acts.append(found[power])
        return acts

    def _try(self, act, browser, path):
        """Return (the power afterwards or None where the search ends, was it taken)."""
        savepoint = transaction.savepoint()
        self.tried += 1
        is_taken, after = self._send(act, browser), None
        if connection.needs_rollback:
            connection.needs_rollback = False
        elif self._has_won():
            self.ways.append((*path, act.said()))
        else:
            after = self._power()
        transaction.savepoint_rollback(savepoint)
        return after, is_taken

    def _send(self, act, browser):
        if not act.listed_as:
            answer = browser.post(act.address, act.posted)
            if _is_sent_away(answer):
                browser.cookies = signed_in(act.actor).cookies  # an act before has signed it out
                answer = browser.post(act.address, act.posted)
            return answer.status_code < 400 and not _is_sent_away(answer)
        listed = {**act.posted, "file": self._list(act.person, act.listed_as)}
        answer = browser.post(act.address, listed)
        if answer.status_code != 302 or "/review/" not in answer.url:
            return False
        answer = browser.post(f"{answer.url}apply/")
        if act.is_undone and answer.status_code == 302:
            newest = ImportDraft.objects.filter(uploaded_by=act.actor).latest("pk")
            browser.cookies = signed_in(act.actor).cookies
            answer = browser.post(reverse("committees:import_undo", args=[newest.pk]))
        return answer.status_code < 400

    def _keys(self, act, power):
        """Return {what would be sent once more in vain: does that hold of what was taken alone}."""
        local, named = _named_by(act.address)
        given = tuple(sorted(named.items()))
        about = act.person or (self.colleague if "full_name" in act.posted else None)
        if local.startswith("member_") and "pk" in named:
            role = Membership.objects.filter(pk=named["pk"]).first()
            given = role and (role.user_id, role.committee_id, role.role, role.ends_on)
            about = role and role.user
        typed = frozenset((k, str(v)) for k, v in act.posted.items() if k not in DRAWN_ANEW)
        sent = (
            local, given, typed, act.listed_as, act.is_undone, act.person and act.person.pk,
            about and power.of(about.pk), power.rest,
        )  # fmt: skip
        return {sent: True, (*sent, act.actor.pk, power.of(act.actor.pk)): False}

    # --- what was won -----------------------------------------------------------------

    def _offices(self):
        roles = Membership.objects.active().with_role(*OFFICE).filter(user=self.attacker)
        return set(roles.values_list("committee", "role"))

    def _has_won(self):
        """Was a name read, or did the attacker become somebody of an office?"""
        return Unsealing.objects.exists() or not self._offices() <= self.began_with

    def _power(self):
        """Everything that anybody's way to a name could lead over."""
        today = day_of(timezone.now())
        roles = {one.pk: set() for one in self.actors}
        known = {self.world.host.pk: "host", self.world.board.pk: "board"}
        for one in Membership.objects.filter(user__in=self.actors):
            is_over = one.ends_on is not None and one.ends_on < today
            if not is_over or one.role in (*OFFICE, *BOARD):
                where = known.get(one.committee_id, "elsewhere")
                roles[one.user_id].add((where, one.role, is_over))
        found = OpeningRequest.objects.select_related("decision")
        host = Committee.objects.get(pk=self.world.host.pk)
        return Power(
            tuple((pk, frozenset(held)) for pk, held in roles.items()),
            (
                frozenset(User.objects.filter(is_superuser=True).values_list("pk", flat=True)),
                frozenset(
                    (
                        one.question_id,
                        one.by_id,
                        getattr(one, "decision", None) and one.decision.verdict,
                    )
                    for one in found
                ),
                (host.active_until, host.successor_id),
                Question.objects.values_list("committee", flat=True).get(pk=self.question.pk),
            ),
        )

    # --- what can be sent -------------------------------------------------------------

    def _acts(self, actor, browser, power):
        """Yield every form that the actor can reach, each filled in."""
        held = Membership.objects.active().filter(user=actor).values_list("committee", "role")
        seen, known = set(), (actor.pk, frozenset(held), power.rest)
        if known not in self.pages:
            self.pages[known] = list(self._forms(browser, ["/", *self._addresses()], seen))
        mine = list(
            self._forms(browser, list(self._addresses_of_the_two()), set(), is_linked=False)
        )
        for address, values in [*self.pages[known], *mine]:
            yield from self._filled(actor, address, values)

    def _forms(self, browser, queue, seen, *, is_linked=True):
        """Yield (address, what stands in it) of each form of these pages, and those they lead to."""
        sent = set()
        while queue:
            address = queue.pop()
            if address in seen or LEFT_OUT.search(address):
                continue
            if self.is_narrow and address != "/" and not ABOUT_NAMES.search(address):
                continue
            seen.add(address)
            name, given = _named_by(address)
            if name.startswith("member_") and given.get("pk") in self.others:
                continue
            if name in self.takes_forms_alone:
                yield address, {}
                continue
            self.read += 1
            answer = browser.get(address)
            if answer.status_code == 405:
                self.takes_forms_alone.add(name)
                yield address, {}
            if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
                continue
            html = answer.content.decode()
            queue += LINK.findall(html) if is_linked else ()
            for form in forms_of(html, address):
                known = (form.action, tuple(sorted(form.values)))
                if form.method == "POST" and known not in sent and not LEFT_OUT.search(form.action):
                    sent.add(known)
                    # Its key is left out: what is sent twice on two paths is not the same form.
                    yield form.action, {k: v for k, v in form.values.items() if k != DRAWN_ANEW[0]}

    def _addresses(self):
        """Return every address, with what of the world it could name."""
        codes = [self.world.host.code]
        if not self.is_narrow:
            codes += [self.world.board.code, self.world.neighbour.code]
        for name, pattern in every_pattern():
            if name.startswith(("admin:", "mfa", "account", "set_")):
                continue
            kind = name.rpartition(":")[2].split("_")[0]
            things = {"conference": self.world.conference.pk, "question": self.question.pk}
            yield from _named(
                name,
                pattern,
                code=codes,
                kind=["people", "committees"],
                question_pk=[self.question.pk],
                pk=[things[kind]] if kind in things else [],
            )

    def _addresses_of_the_two(self):
        """Return the addresses of what the two have come to be or to ask for."""
        roles = list(Membership.objects.filter(user__in=self.actors).select_related("committee"))
        asked = list(OpeningRequest.objects.values_list("pk", flat=True))
        for name, pattern in every_pattern():
            kind = name.rpartition(":")[2].split("_")[0]
            if kind == "opening":
                yield from _named(name, pattern, pk=[self.question.pk, *asked])
            for role in roles if kind == "member" else ():
                yield from _named(name, pattern, pk=[role.pk], code=[role.committee.code])

    def _filled(self, actor, address, values):
        """Yield what to send, in every way that could give a role or a name."""
        if "/import/" in address:
            if "/review/" not in address:
                for person, role in product(self.actors, self._roles()):
                    for is_undone in (False, True):
                        yield Act(actor, address, values, person, str(Role(role).label), is_undone)
            return
        people = self.actors if "email" in values else (self.colleague,)
        roles = self._roles() if "role" in values else [None]
        verdicts = ["agreed", "refused"] if "verdict" in values else [None]
        for person, role, verdict in product(people, roles, verdicts):
            typed = {
                "full_name": person.full_name,
                "email": person.email,
                "username": "",
                "role": role,
                "verdict": verdict,
                "starts_on": "01/01/2020",
                "ends_on": "",
                "reason": "" if verdict == "agreed" else REASON,  # an agreement takes none
                "text": REASON,
                "successor": self.world.neighbour.pk,
                "confirm": "on",
            }
            wanted = set(values) or set(typed)
            filled = {**values, **{name: typed[name] for name in wanted & set(typed)}}
            posted = {name: value for name, value in filled.items() if value is not None}
            yield Act(actor, address, posted, person if "email" in values else None)

    def _roles(self):
        return OFFICE if self.is_narrow else [role for role in Role if role != Role.STAFF]

    def _list(self, person, role):
        row = [person.full_name, person.email, self.world.host.code, role]
        return SimpleUploadedFile("danh-sach.xlsx", xlsx(PEOPLE, row), XLSX)


def _named_by(address):
    """Return (name, arguments) of the address."""
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return address, {}
    return found.url_name, found.kwargs


def _is_sent_away(answer):
    return answer.status_code == 302 and "/accounts/" in answer.url


def _named(name, pattern, **given):
    """Yield each address of this name that `given` can fill."""
    wanted = list(pattern.pattern.regex.groupindex)
    for values in product(*(given.get(key, []) for key in wanted)):
        try:
            yield reverse(name, kwargs=dict(zip(wanted, values, strict=True)))
        except NoReverseMatch:
            continue
