"""What the frame of every page needs to know."""

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from committees.models import Role
from committees.permissions import BOARD, OFFICE
from duties.lists import look_of, menu_numbers, of_late
from reports.permissions import can_see_health, decides_personal, sees_purges
from reports.standing import of_the_portal
from sessions.askers import public as askers
from sessions.duties.looks import openings

PURGES = "privacy:purge_list"
WISHES = "privacy:personal_list"  # in the menu as long as something waits there
DAILY, SELDOM = "daily", "seldom"  # the two groups of the menu


def portal(request):
    """What every page needs to know about the portal itself and the way around it."""
    return {
        "is_demo": settings.DEMO,
        "anonymous_url": settings.ANONYMOUS_BASE_URL,
        "nav": SimpleLazyObject(lambda: navigation(request)),
        "languages": settings.LANGUAGES,
        "finish_url": reverse("finish"),
        "openings_told": SimpleLazyObject(lambda: list(_openings_told(request))),
        "draws": SimpleLazyObject(lambda: _draws(request)),
        "open_alarms": SimpleLazyObject(lambda: _open_alarms(request)),
        "restored": SimpleLazyObject(lambda: of_the_portal(request).restored),
    }


def _open_alarms(request):
    """Return how many alarms stand, for those who see the health page."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not can_see_health(user):
        return 0
    return of_the_portal(request).open_alarms


def _openings_told(request):
    """Return the requests for this person's sealed name of which the person has not read."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    is_any = of_late(request, "openings", lambda: bool(openings(look_of(request))))
    return openings(look_of(request)) if is_any else []


def _draws(request):
    """Return what a browser needs to draw the vouchers that are still to be given out."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    return [
        {
            "pk": round_.pk,
            "url": reverse("sessions:vouchers_draw", args=[round_.pk]),
            "each": settings.VOUCHERS_EACH,
            "seal": askers.seal_of(user),
            **askers.public_numbers(round_),
        }
        for round_ in askers.rounds_to_draw(user, at=request.at)
    ]


def navigation(request):
    """Return the entries of the main menu for the person who is signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    office, board = user.committees_as(*OFFICE), user.committees_as(*BOARD)
    leads = user.committees_as(Role.LEADER, Role.SECRETARY, Role.CLERK)
    asks = user.committees_as(*(role for role in Role if role not in BOARD))
    entries = [
        (True, _("What to do"), "reports:home", DAILY),
        (office, _("Sort questions"), "sessions:triage_index", DAILY),
        (leads, _("Answers"), "sessions:answer_list", DAILY),
        (board, _("The period"), "board:board_desk", DAILY),
        (board, _("Requests for names"), "sessions:opening_list", SELDOM),
        (asks, _("Conferences"), "sessions:conference_list", DAILY),
        (asks, _("Commitments"), "sessions:commitment_list", DAILY),
        (asks, _("My questions"), "sessions:my_questions", DAILY),
        (office, _("Reports"), "reports:report_list", SELDOM),
        (office, _("People"), "committees:member_list", SELDOM),
        (board or user.is_superuser, _("Committees"), "committees:committee_list", SELDOM),
        (user.is_superuser, _("Setting up"), "committees:setup", SELDOM),
        (office or board or user.is_superuser, _("Record of acts"), "audit_list", SELDOM),
        (board or user.is_superuser, _("State of the portal"), "operations:health", SELDOM),
    ]
    found, numbers = [], menu_numbers(request)
    if numbers.get(WISHES) or request.path.startswith(reverse(WISHES)):
        entries.append((decides_personal(user), _("Personal data"), WISHES, SELDOM))
    if numbers.get(PURGES) or request.path.startswith(reverse(PURGES)):
        entries.append((sees_purges(user), _("Texts to be taken out"), PURGES, SELDOM))
    for is_shown, label, name, group in entries:
        if not is_shown:
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        count = numbers.get(name, 0)
        found.append({"label": label, "url": url, "group": group, "count": count})
    here = _entry_of(request.path, [entry["url"] for entry in found])
    return [{**entry, "current": entry["url"] == here} for entry in found]


def _entry_of(path, urls):
    """Return the one of `urls` whose name stands furthest right in `path`, or None.

    Sorting lies at /conferences/61/triage/ and belongs to /triage/.
    """
    if path == "/":
        return "/"
    named = [url for url in urls if url != "/" and url in path]
    return max(named, key=path.rfind, default=None)
