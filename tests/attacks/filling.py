"""What the crawler can send: every form that somebody reaches, filled in by who wants a name."""

import re
from dataclasses import dataclass
from itertools import product

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from committees.models import Membership, Role, User
from committees.permissions import OFFICE
from sessions.models import OpeningRequest
from tests.committees.sheets import PEOPLE, xlsx
from tests.openings import REASON
from tests.walls.forms import forms_of
from tests.walls.places import every_pattern

LINK = re.compile(r'<a [^>]*href="(/[^"?#]*)')
LEFT_OUT = re.compile(
    r"logout|/language/|\.(xlsx|docx|pdf|ics|zip)|/static/|rehears|/mfa/|2fa|/calendar/(\d|days/\d)"
)
ABOUT_NAMES = re.compile(r"/people/(add/)?$|openings|unseal")
OF_NAMES = re.compile(r"\b(opening_\w+|question_unseal)$")
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


class Forms:
    """The forms that the two can reach. What has been read is kept."""

    def __init__(self, world, actors, question, *, is_narrow):
        self.world, self.actors, self.question = world, actors, question
        self.colleague, self.is_narrow, self.read = actors[1], is_narrow, 0
        self.known, self.pool, self.of_roles, self.takes_forms_alone = set(), {}, {}, set()
        others = Membership.objects.exclude(user__in=actors)
        self.others = set(others.values_list("pk", flat=True))

    def acts(self, actor, browser, power):
        """Yield every form that the actor has come to read, each filled in."""
        held = frozenset(
            Membership.objects.active().filter(user=actor).values_list("committee", "role")
        )
        here = (actor.pk, power.standing())
        pool = self.pool.setdefault(here, {})
        wanted = {(*here, role) for role in (None, *held)}
        if wanted - self.known:
            self.known |= wanted
            for address, values in self._forms(browser, ["/", *self._addresses()]):
                pool[address, tuple(sorted(values.items()))] = (address, values)
        names = list(self._forms(browser, list(self._addresses_of_names()), is_linked=False))
        for address, values in [*pool.values(), *names, *self._about_roles(actor, browser, held)]:
            yield from self._filled(actor, address, values)

    def _forms(self, browser, queue, *, is_linked=True):
        """Yield (address, what stands in it) of each form of these pages, and those they lead to."""
        sent, seen = set(), set()
        while queue:
            address = queue.pop()
            if address in seen or LEFT_OUT.search(address):
                continue
            if self.is_narrow and address != "/" and not ABOUT_NAMES.search(address):
                continue
            seen.add(address)
            name, given = named_by(address)
            if given.get("pk") in self.others and name.startswith("member_"):
                continue
            if is_linked and is_read_anew(address):
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
                is_left_out = LEFT_OUT.search(form.action) or known in sent
                if form.method == "POST" and not (
                    is_left_out or (is_linked and is_read_anew(form.action))
                ):
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

    def _addresses_of_names(self):
        """Return the addresses at which the name is asked for, agreed to and read."""
        asked = list(OpeningRequest.objects.values_list("pk", flat=True))
        for name, pattern in every_pattern():
            if OF_NAMES.search(name):
                yield from _named(name, pattern, pk=asked, question_pk=[self.question.pk])

    def _about_roles(self, actor, browser, held):
        """Yield the forms about the roles of the two. What is the same but for its number is kept."""
        if self.is_narrow:
            return
        for role in Membership.objects.filter(user__in=self.actors).select_related("committee"):
            same = (
                actor.pk, held, role.user_id, role.committee_id, role.role,
                role.starts_on, role.ends_on, role.version,
            )  # fmt: skip
            if same not in self.of_roles:
                addresses = [
                    address
                    for name, pattern in every_pattern()
                    if name.rpartition(":")[2].startswith("member_")
                    for address in _named(name, pattern, pk=[role.pk], code=[role.committee.code])
                ]
                forms = list(self._forms(browser, addresses, is_linked=False))
                self.of_roles[same] = (f"/{role.pk}/", forms)
            number, forms = self.of_roles[same]
            for address, values in forms:
                yield address.replace(number, f"/{role.pk}/"), values

    def _filled(self, actor, address, values):
        """Yield what to send, in every way that could give a role or a name."""
        if "/import/" in address:
            if address.endswith("/people/"):
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
                "active_until": "01/01/2025",
                "new_email": "moi@example.vn",
                "confirm": "on",
            }
            wanted = set(values) or set(typed)
            filled = {**values, **{name: typed[name] for name in wanted & set(typed)}}
            posted = {name: value for name, value in filled.items() if value is not None}
            yield Act(actor, address, posted, person if "email" in values else None)

    def _roles(self):
        return OFFICE if self.is_narrow else [role for role in Role if role != Role.STAFF]

    def list_of(self, person, role):
        row = [person.full_name, person.email, self.world.host.code, role]
        return SimpleUploadedFile("danh-sach.xlsx", xlsx(PEOPLE, row), XLSX)


def named_by(address):
    """Return (name, arguments) of the address."""
    try:
        found = resolve(address.partition("?")[0])
    except Resolver404:
        return address, {}
    return found.url_name, found.kwargs


def is_read_anew(address):
    """Is the page about a role of the two or about a name, and so read in each state?"""
    name, given = named_by(address)
    return bool(given) and bool(OF_NAMES.search(name) or ("pk" in given and name[:7] == "member_"))


def room_of(address):
    try:
        return resolve(address.partition("?")[0]).namespace
    except Resolver404:
        return ""


def _named(name, pattern, **given):
    """Yield each address of this name that `given` can fill."""
    wanted = list(pattern.pattern.regex.groupindex)
    for values in product(*(given.get(key, []) for key in wanted)):
        try:
            yield reverse(name, kwargs=dict(zip(wanted, values, strict=True)))
        except NoReverseMatch:
            continue
