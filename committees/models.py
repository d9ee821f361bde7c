"""Who: committees with dated names, people with dated roles."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from foundation.clock import written_day
from foundation.text import order_of_name

if TYPE_CHECKING:  # what their library does not say of itself

    class TreeQuerySet(models.QuerySet["Committee"]):
        def with_tree_fields(self) -> Self: ...
        def ancestors(self, of: object, *, include_self: bool = False) -> Self: ...
        def descendants(self, of: object, *, include_self: bool = False) -> Self: ...

    class TreeNode(models.Model):
        parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")

        def ancestors(self, *, include_self: bool = False) -> CommitteeQuerySet: ...
        def descendants(self, *, include_self: bool = False) -> CommitteeQuerySet: ...

        class Meta:
            abstract = True
else:
    from tree_queries.models import TreeNode
    from tree_queries.query import TreeQuerySet

if TYPE_CHECKING:
    import datetime as dt


class Role(models.TextChoices):
    """What a person is to a committee, between two days."""

    SECRETARY = "secretary", _("Secretary")
    CLERK = "clerk", _("Clerk")
    LEADER = "leader", _("Leader")
    STAFF = "staff", _("Staff")
    HEAD = "head", _("Head of the Board")
    OFFICER = "officer", _("Officer of the Board")


class NameOrder(models.CharField):
    """By what people are listed; it follows the name whenever the account is saved."""

    def pre_save(self, instance: models.Model, add: bool) -> str:
        order = order_of_name(str(instance))[: self.max_length]
        setattr(instance, self.attname, order)
        return order


class User(AbstractUser):
    """A person who signs in. The name is one field, as Vietnamese names are written."""

    full_name = models.CharField(_("full name"), max_length=150)
    name_order = NameOrder(max_length=500, editable=False, default="")
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    first_name = last_name = None  # type: ignore[assignment]  # the way to have no such column
    last_login = None  # nobody needs it, and it would tell who was here when a question came in
    # Raised by one, it ends every session: each carries the number it began with.
    session_round = models.PositiveIntegerField(default=0, editable=False)
    # What a recovery makes anew: of it come the pseudonyms under which the person asks.
    asker_salt = models.BinaryField(max_length=16, null=True, editable=False)
    # Since when a recovery is under way: every page says so without a question of its own.
    recovery_since = models.DateTimeField(null=True, editable=False)

    objects = BaseUserManager()  # type: ignore[misc]  # the stub calls it a ClassVar of its own
    REQUIRED_FIELDS = ["email", "full_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("name_order", "pk")
        constraints = [
            models.UniqueConstraint(Lower("email"), condition=~Q(email=""), name="user_email_once")
        ]

    def __str__(self) -> str:
        return self.full_name or self.username

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.given_name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must carry to stay alive: it changes with the password and the round."""
        value = f"{self.password}:{self.session_round}"
        return salted_hmac("committees.User", value, secret=secret, algorithm="sha256").hexdigest()

    @property
    def given_name(self) -> str:
        """The last word: what people are called and sorted by."""
        return self.full_name.split()[-1] if self.full_name else self.username

    @property
    def is_in_use(self) -> bool:
        """Has somebody come in with it? Its address is then changed by nobody but its owner."""
        return self.has_usable_password() or self.asker_salt is not None

    @cached_property
    def roles(self) -> dict[int, set[Role]]:
        """Today's roles: {committee id: {Role, …}}. One query, once for each request."""
        found: dict[int, set[Role]] = {}
        for committee_id, role in (
            self.memberships.active().order_by().values_list("committee_id", "role")
        ):
            found.setdefault(committee_id, set()).add(Role(role))
        return found

    def committees_as(self, *roles: Role) -> list[int]:
        """Return the ids of the committees in which this person has one of `roles` today."""
        return [pk for pk, held in self.roles.items() if held.intersection(roles)]


class CommitteeQuerySet(TreeQuerySet):
    def active(self, *, on: dt.date) -> Self:
        """Those that exist on the day `on`."""
        return self.filter(active_from__lte=on).filter(
            Q(active_until__isnull=True) | Q(active_until__gte=on)
        )

    def active_between(self, first: dt.date, before: dt.date) -> Self:
        """Those that exist on at least one day from `first` up to, not including, `before`."""
        return self.filter(active_from__lt=before).filter(
            Q(active_until__isnull=True) | Q(active_until__gte=first)
        )

    def merged(self, *, on: dt.date) -> Self:
        """Those that are over on the day `on` and have named who takes over what is open."""
        return self.filter(active_until__lt=on, successor__isnull=False)

    def reporting_to(self, board: Committee) -> Self:
        """The committees that owe `board` a report: those right below the same Bloc."""
        return self.filter(parent_id=board.parent_id, kind__in=Committee.REPORTING_KINDS)


class Committee(TreeNode):
    """A Party committee, the Bloc above it or the Board that receives its reports.

    `name` is today's; `names` keeps every name with its days, symbols and place.
    """

    class Kind(models.TextChoices):
        BLOC = "bloc", _("Bloc Committee")
        BOARD = "board", _("Mass Mobilization Board")
        ABOVE_BASE = "above_base", _("Committee above base level")
        BASE = "base", _("Base committee")
        CELL = "cell", _("Cell")

    REPORTING_KINDS = (Kind.ABOVE_BASE, Kind.BASE)

    code = models.SlugField(_("code"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=200)
    folded = models.TextField(editable=False, default="")
    party_members = models.PositiveIntegerField(_("number of Party members"), null=True, blank=True)
    email = models.EmailField(_("e-mail of the office"), blank=True)
    second_email = models.EmailField(
        _("second e-mail"),
        blank=True,
        help_text=_("Used as well, so that one full or broken mailbox hides nothing."),
    )
    watch_officer = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person to turn to"),
        help_text=_("Is told by name when a date is about to be missed."),
    )
    active_from = models.DateField(_("active from"))
    active_until = models.DateField(_("active until"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("successor"),
    )
    version = models.PositiveIntegerField(default=1)

    objects = CommitteeQuerySet.as_manager(with_tree_fields=False)  # type: ignore[call-arg]  # its library's own

    class Meta:
        ordering = ("position", "name")
        indexes = [models.Index(fields=["kind", "name"], name="committee_by_kind")]
        constraints = [
            models.CheckConstraint(
                name="committee_ends_after_it_begins",
                condition=Q(active_until__isnull=True)
                | Q(active_until__gte=models.F("active_from")),
            )
        ]

    position = models.PositiveIntegerField(_("position"), default=0)

    def __str__(self) -> str:
        return self.name

    def naming(self, *, on: dt.date) -> CommitteeName:
        """Return the CommitteeName in force on the day `on`: the earliest one before all days."""
        names = sorted(self.names.all(), key=lambda name: name.valid_from)
        in_force = [name for name in names if name.valid_from <= on]
        return in_force[-1] if in_force else names[0]

    def heir(self, *, on: dt.date) -> Committee:
        """Return who has taken over what is open on the day `on`: the last of the successors."""
        heir, seen = self, {self.pk}
        while heir.successor and heir.active_until and heir.active_until < on:
            heir = heir.successor
            if heir.pk in seen:
                break
            seen.add(heir.pk)
        return heir

    def term(self, *, on: dt.date) -> Term | None:
        """Return the Term that the day `on` lies in, or None."""
        return self.terms.filter(starts_on__lte=on).order_by("-starts_on").first()


class CommitteeName(models.Model):
    """What a committee is called in its documents from a day on."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="names")
    valid_from = models.DateField(_("valid from"))
    name = models.CharField(_("name"), max_length=200)
    header_name = models.CharField(
        _("name in the document header"),
        max_length=200,
        help_text=_("In capitals, as the document bears it: ĐẢNG ỦY …"),
    )
    organisation_name = models.CharField(
        _("name as a superior"),
        max_length=200,
        blank=True,
        help_text=_("As the documents of those below bear it: ĐẢNG BỘ …"),
    )
    symbol = models.CharField(_("document symbol"), max_length=20)
    place = models.CharField(_("place"), max_length=80)
    decision = models.CharField(_("decision"), max_length=200, blank=True)

    class Meta:
        ordering = ("valid_from",)
        constraints = [
            models.UniqueConstraint(
                fields=["committee", "valid_from"], name="committee_name_one_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({written_day(self.valid_from)})"


class Term(models.Model):
    """A committee's term of office (nhiệm kỳ); document numbers begin at 01 with it."""

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="terms")
    name = models.CharField(_("name"), max_length=40)
    starts_on = models.DateField(_("starts on"))

    class Meta:
        ordering = ("starts_on",)
        constraints = [
            models.UniqueConstraint(fields=["committee", "starts_on"], name="term_one_a_day")
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self, *, on: dt.date | None = None) -> Self:
        """Those in force on the day `on`, today by default."""
        on = on or timezone.localdate()
        return self.filter(starts_on__lte=on).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=on))

    def with_role(self, *roles: str) -> Self:
        return self.filter(role__in=roles)


class Membership(models.Model):
    """A person's role in a committee, from a day on, perhaps until a day."""

    Role = Role

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    committee = models.ForeignKey(Committee, models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role)
    post = models.CharField(_("post"), max_length=120, blank=True)
    unit = models.CharField(_("unit"), max_length=120, blank=True)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("until"), null=True, blank=True)
    # On which day it was written down: `starts_on` may be put into the past by whoever gives it.
    given_on = models.DateField(default=timezone.localdate, editable=False)
    given_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+", editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ("committee", "role", "user__name_order", "pk")
        indexes = [models.Index(fields=["committee", "role"], name="membership_by_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "committee", "role", "starts_on"], name="membership_once"
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.committee}"

    @property
    def is_over(self) -> bool:
        return self.ends_on is not None and self.ends_on < timezone.localdate()


class CalendarDay(models.Model):
    """A day that differs from the week's rule: a holiday, or a Saturday worked in exchange.

    Reference data, edited by the Board and administrators; `is_confirmed` is False until the
    State's decision for that year has been published.
    """

    class Kind(models.TextChoices):
        DAY_OFF = "day_off", _("Day off")
        WORKING = "working", _("Working day in exchange")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.DAY_OFF)
    name = models.CharField(_("name"), max_length=120)
    source = models.CharField(_("source"), max_length=200, blank=True)
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        ordering = ("day",)

    def __str__(self) -> str:
        return f"{written_day(self.day)} {self.name}"


from committees.accounts.models import (  # noqa: E402, F401
    AccountLetter,
    AddressChange,
    Invitation,
    Recovery,
    ResetOrder,
)
from committees.accounts.sign_in_models import SignInDay  # noqa: E402, F401
from committees.deputy_models import Deputyship  # noqa: E402, F401
from committees.import_models import ImportDraft  # noqa: E402, F401
