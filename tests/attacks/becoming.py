"""A crawler with an account and a colleague, that tries every form to come to know a name.

It reads every page it can reach, sends every form of them, filled in as somebody would who wants
a role or a name, and goes on from each state in which it has won any power, some acts deep.
What it did is rolled back before it tries the next thing.
"""

import re
from dataclasses import dataclass, field
from itertools import product

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse

from committees.models import Committee, ImportDraft, Membership, Role, User
from committees.permissions import OFFICE
from sessions.models import OpeningRequest, Question, Unsealing
from tests.committees.sheets import PEOPLE, xlsx
from tests.openings import REASON
from tests.walls.forms import forms_of
from tests.walls.places import every_pattern

LINK = re.compile(r'<a [^>]*href="(/[^"?#]*)')
LEFT_OUT = re.compile(r"logout|/language/|\.(xlsx|docx|pdf|ics|zip)|/static/|rehears|/mfa/|2fa")
ABOUT_NAMES = re.compile(r"/people/(add/)?$|openings|unseal")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def signed_in(person):
    """Return a browser of the person, anew: whoever is given a role has to sign in again."""
    client = Client(raise_request_exception=False)
    client.force_login(User.objects.get(pk=person.pk))
    return client


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
    states: set = field(default_factory=set)

    def __post_init__(self):
        self.actors = (self.attacker, self.colleague)
        self.began_with = self._offices()

    def search(self, path=()):
        """Try everything from the state of things as it is now."""
        power = self._power()
        if power in self.states:
            return
        self.states.add(power)
        for actor in self.actors:
            for address, posted in list(self._acts(actor)):
                self._try(actor, address, posted, power, path)

    def _try(self, actor, address, posted, power, path):
        savepoint = transaction.savepoint()
        self.tried += 1
        signed_in(actor).post(address, posted)
        if connection.needs_rollback:
            connection.needs_rollback = False
        elif self._power() != power:
            way = (*path, (actor.username, address, posted.get("role") or posted.get("verdict")))
            if self._has_won():
                self.ways.append(way)
            elif len(way) < self.depth:
                self.search(way)
        transaction.savepoint_rollback(savepoint)

    # --- what was won -----------------------------------------------------------------

    def _offices(self):
        roles = Membership.objects.active().with_role(*OFFICE).filter(user=self.attacker)
        return set(roles.values_list("committee", "role"))

    def _has_won(self):
        """Was a name read, or did the attacker become somebody of an office?"""
        return Unsealing.objects.exists() or not self._offices() <= self.began_with

    def _power(self):
        """Everything that anybody's way to a name could lead over."""
        roles = Membership.objects.filter(user__in=self.actors)
        found = OpeningRequest.objects.select_related("decision", "unsealing")
        lists = ImportDraft.objects.filter(uploaded_by__in=self.actors)
        host = Committee.objects.get(pk=self.world.host.pk)
        return (
            frozenset(roles.values_list("user", "committee", "role", "ends_on")),
            frozenset(User.objects.filter(is_superuser=True).values_list("pk", flat=True)),
            frozenset(
                (
                    one.question_id,
                    one.by_id,
                    getattr(one, "decision", None) and one.decision.verdict,
                )
                for one in found
            ),
            Unsealing.objects.count(),
            frozenset(
                (one.kind, str(one.rows)[:2_000], bool(one.applied_at), bool(one.undone_at))
                for one in lists
            ),
            (host.active_until, host.successor_id),
            Question.objects.values_list("committee", flat=True).get(pk=self.question.pk),
        )

    # --- what can be sent -------------------------------------------------------------

    def _acts(self, actor):
        """Yield (address, what to send) of all forms that the actor can reach, each filled in."""
        client, seen, queue = signed_in(actor), set(), ["/", *self._addresses()]
        sent = set()
        while queue:
            address = queue.pop()
            if address in seen or LEFT_OUT.search(address):
                continue
            if self.is_narrow and address != "/" and not ABOUT_NAMES.search(address):
                continue
            seen.add(address)
            answer = client.get(address)
            if answer.status_code == 405:
                yield from self._filled(address, {})
            if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
                continue
            html = answer.content.decode()
            queue += LINK.findall(html)
            for form in forms_of(html, address):
                known = (form.action, tuple(sorted(form.values)))
                if form.method == "POST" and known not in sent and not LEFT_OUT.search(form.action):
                    sent.add(known)
                    yield from self._filled(form.action, form.values)

    def _addresses(self):
        """Return every address, with what of the world it could name."""
        people = Membership.objects.filter(committee__in=(self.world.host, self.world.board))
        named = {
            "member": list(people.values_list("pk", flat=True)),
            "import": list(ImportDraft.objects.values_list("pk", flat=True)),
            "opening": list(OpeningRequest.objects.values_list("pk", flat=True)),
            "conference": [self.world.conference.pk],
        }
        codes = [self.world.host.code]
        if not self.is_narrow:
            codes += [self.world.board.code, self.world.neighbour.code]
        for name, pattern in every_pattern():
            if name.startswith(("admin:", "mfa", "account", "set_")):
                continue
            wanted = list(pattern.pattern.regex.groupindex)
            local = name.rpartition(":")[2]
            kind = local.split("_")[0]
            given = {
                "code": codes,
                "kind": ["people", "committees"],
                "question_pk": [self.question.pk],
                "pk": [self.question.pk] if kind == "question" else named.get(kind, []),
            }
            for values in product(*(given.get(key, []) for key in wanted)):
                try:
                    yield reverse(name, kwargs=dict(zip(wanted, values, strict=True)))
                except NoReverseMatch:
                    break

    def _filled(self, address, values):
        """Yield (address, values) in every way that could give a role or a name."""
        if "/import/" in address and not address.endswith(("apply/", "undo/", "leave-out/")):
            for person, role in product(self.actors, self._roles()):
                yield address, {**values, "file": self._list(person, role)}
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
                "reason": REASON,
                "text": REASON,
                "successor": self.world.neighbour.pk,
                "confirm": "on",
            }
            wanted = set(values) or set(typed)
            yield (
                address,
                {
                    name: value
                    for name, value in {
                        **values,
                        **{k: typed[k] for k in wanted & set(typed)},
                    }.items()
                    if value is not None
                },
            )

    def _roles(self):
        return OFFICE if self.is_narrow else Role

    def _list(self, person, role):
        row = [person.full_name, person.email, self.world.host.code, str(Role(role).label)]
        return SimpleUploadedFile("danh-sach.xlsx", xlsx(PEOPLE, row), XLSX)
