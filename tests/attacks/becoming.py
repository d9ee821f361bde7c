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
  account or later. It is sent anew as soon as the person whom it is about holds other roles.
- A form that was refused is refused to the same roles again, and to somebody who holds several
  of them if each alone was refused: who may do an act is asked of one role at a time, and what
  two together change is that somebody is kept out.
- Whether a name was asked for changes nothing in forms of a room that cannot know of it (those
  below `sessions`, tests/test_architecture.py): what such a form did to the roles it does again.
- Pages are read for each role that somebody comes to hold, and anew once a committee or the
  question has moved; those about the two people and about the name in each state.
- With the last act only winning counts. A form about the colleague that was taken before from the
  same account, the attacker holding the same, and won nothing, wins nothing for what the colleague
  holds meanwhile. This does not hold for the forms about the name: they are sent to the end.
- The page that answers a form is not drawn: nothing in it is read, and drawing does no act.
  An act that wrote nothing into the database has changed nothing.
- Of the calendar the year of today is read, and no single day: others take the same forms.
- What is done to the roles of anybody else gives the two nothing: those pages are left out. So is
  asking for an address that has answered before that it takes forms alone.
- A list of people is sent and applied at once, and once more taken back: by itself it gives
  nothing. It is not sent where lists of committees are taken.
- Leader and staff give nobody anything: of the roles that can be typed the second is left out.
"""

import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from committees.models import Committee, ImportDraft, Membership, User
from committees.permissions import BOARD, OFFICE
from foundation.clock import day_of
from sessions.models import OpeningRequest, Question, Unsealing
from tests.attacks.filling import DRAWN_ANEW, OF_NAMES, Forms, named_by, room_of, signed_in
from tests.attacks.power import Power, covered, is_one_sided

BELOW_NAMES = ("committees", "periods", "duties", "jobs", "foundation")  # rooms below `sessions`
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")
SAID_EVERY = 30  # seconds


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
    states: int = 0

    def __post_init__(self):
        self.actors = (self.attacker, self.colleague)
        self.forms = Forms(self.world, self.actors, self.question, is_narrow=self.is_narrow)
        self.began_with = self._offices()
        self.reached = []  # (acts left, Power)
        self.idle, self.effects, self.won_nothing = set(), {}, set()
        self.sent, self.taken = Counter(), Counter()
        self.began_at = self.said_at = time.monotonic()

    def search(self):
        """Try everything from the state of things as it is now."""
        self.reached.append((self.depth, self._power()))
        self._explore(())

    def never_taken(self):
        """Return {name: how often} of the forms that were sent and never once taken."""
        return {name: self.sent[name] for name in sorted(self.sent) if not self.taken[name]}

    def _explore(self, path):
        power, left = self._power(), self.depth - len(path)
        self.states += 1
        found, sent_here = {}, set()
        for actor in self.actors:
            browser = signed_in(actor)
            for act in self.forms.acts(actor, browser, power):
                self._say(path)
                form, here = self._form(act, power)
                effect = (*here, actor.pk, power.roles)
                if effect in self.effects:
                    found.setdefault(self.effects[effect].with_requests_of(power), act)
                elif (actor.pk, here) not in sent_here and not self._is_in_vain(
                    act, form, here, power, left
                ):
                    sent_here.add((actor.pk, here))
                    after, is_taken = self._try(act, browser, path, power)
                    if after is not None:
                        self._learn(act, form, here, power, after, is_taken)
                    if after not in (None, power):
                        found.setdefault(after, act)
                    if after not in (None, power) and _knows_no_names(act):
                        self.effects[effect] = after
                    continue
                self.spared += 1
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

    def _try(self, act, browser, path, power):
        """Return (the power afterwards or None where the search ends, was it taken)."""
        savepoint, after = transaction.savepoint(), None
        self.tried += 1
        with _noting_writes() as wrote:
            is_taken = self._send(act, browser)
        if connection.needs_rollback:
            connection.needs_rollback = False
        elif not wrote:
            after = power
        elif self._has_won():
            self.ways.append((*path, act.said()))
        else:
            after = self._power()
        transaction.savepoint_rollback(savepoint)
        name = named_by(act.address)[0]
        self.sent[name] += 1
        self.taken[name] += is_taken
        return after, is_taken

    def _send(self, act, browser):
        with patch("django.template.loader.render_to_string", lambda *_, **__: ""):
            return self._is_taken(act, browser)

    def _is_taken(self, act, browser):
        if not act.listed_as:
            answer = browser.post(act.address, act.posted)
            if _is_sent_away(answer):
                browser.cookies = signed_in(act.actor).cookies  # an act before has signed it out
                answer = browser.post(act.address, act.posted)
            return answer.status_code < 400 and not _is_sent_away(answer)
        listed = {**act.posted, "file": self.forms.list_of(act.person, act.listed_as)}
        answer = browser.post(act.address, listed)
        if answer.status_code != 302 or "/review/" not in answer.url:
            return False
        answer = browser.post(f"{answer.url}apply/")
        if act.is_undone and answer.status_code == 302:
            newest = ImportDraft.objects.filter(uploaded_by=act.actor).latest("pk")
            browser.cookies = signed_in(act.actor).cookies
            answer = browser.post(reverse("committees:import_undo", args=[newest.pk]))
        return answer.status_code < 400

    # --- what need not be sent ----------------------------------------------------------

    def _form(self, act, power):
        """Return the form as filled in, whoever sends it, with all that its effect hangs on."""
        name, named = named_by(act.address)
        given, about = tuple(sorted(named.items())), self._about(act)
        held = about and power.of(about.pk)
        if name.startswith("member_") and "pk" in named:
            role = Membership.objects.filter(pk=named["pk"]).first()
            given = role and (role.user_id, role.committee_id, role.role, role.ends_on)
            held = power.roles  # an office is not left by its last
        typed = frozenset((k, str(v)) for k, v in act.posted.items() if k not in DRAWN_ANEW)
        listed = (act.listed_as, act.is_undone, act.person and act.person.pk)
        form = (name, given, typed, listed)
        rest = power.standing() if _knows_no_names(act) else power.rest
        return form, (form, held, rest)

    def _about(self, act):
        """Return the person whom the form is about: roles are given and taken in one room alone."""
        if room_of(act.address) != "committees":
            return None
        return act.person or (self.colleague if "full_name" in act.posted else None)

    def _is_in_vain(self, act, form, here, power, left):
        """Is the form known to win no power here?"""
        roles = power.of(act.actor.pk)
        refused = [(*here, act.actor.pk, frozenset([one])) for one in roles]
        if (*here, act.actor.pk, roles) in self.idle or here in self.idle:
            return True
        if roles and self.idle.issuperset(refused):
            return True
        return left == 1 and (*form, act.actor.pk, power.of(self.attacker.pk)) in self.won_nothing

    def _learn(self, act, form, here, power, after, is_taken):
        roles = power.of(act.actor.pk)
        if after == power and is_taken:
            self.idle.add(here)
        elif after == power:
            self.idle.add((*here, act.actor.pk, roles))
            if is_one_sided(roles):
                self.idle.update((*here, act.actor.pk, frozenset([one])) for one in roles)
        about, name = self._about(act), form[0]
        if is_taken and about == self.colleague and not OF_NAMES.search(name):
            self.won_nothing.add((*form, act.actor.pk, power.of(self.attacker.pk)))

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
                frozenset(
                    (
                        one.question_id,
                        one.by_id,
                        getattr(one, "decision", None) and one.decision.verdict,
                    )
                    for one in found
                ),
                frozenset(User.objects.filter(is_superuser=True).values_list("pk", flat=True)),
                (host.active_until, host.successor_id),
                Question.objects.values_list("committee", flat=True).get(pk=self.question.pk),
            ),
        )

    def _say(self, path):
        now = time.monotonic()
        if now - self.said_at > SAID_EVERY:
            self.said_at = now
            print(f"  {self.figures()}; {len(path)} acts from the start", flush=True)

    def figures(self):
        return (
            f"{self.attacker.username}: {self.tried} acts and {self.forms.read} pages from"
            f" {self.states} states, {self.depth} deep ({self.spared} spared), in"
            f" {time.monotonic() - self.began_at:.0f} s: {len(self.ways)} ways to a name"
        )


def _is_sent_away(answer):
    return answer.status_code == 302 and "/accounts/" in answer.url


def _knows_no_names(act):
    return room_of(act.address) in BELOW_NAMES


@contextmanager
def _noting_writes():
    """Yield a list of what is written into the database meanwhile."""
    wrote = []

    def noting(execute, sql, params, many, context):
        if not sql.lstrip("( ").startswith(READS):
            wrote.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noting):
        yield wrote
