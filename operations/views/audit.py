"""Reading the record of acts: the office its own, the Board its committees', administrators all."""

from functools import cache
from itertools import islice

from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_GET

from committees.models import Committee
from committees.permissions import BOARD, OFFICE, boards_of
from foundation import audit
from foundation.models import AuditEntry
from foundation.search import Search

ON_A_PAGE = 50
LARGEST = 2**62


def visible_to(user):
    """Return the entries that `user` may read, or None for somebody who may read none."""
    if user.is_superuser:
        return AuditEntry.objects.all()
    if user.committees_as(*BOARD):
        below = Q(committee_id=None) | Q(committee_id__in=user.committees_as(*BOARD))
        for bloc in Committee.objects.filter(pk__in=boards_of(user).values("parent_id")):
            below |= Q(
                committee_id__in=list(
                    bloc.descendants(include_self=True).values_list("pk", flat=True)
                )
            )
        return AuditEntry.objects.filter(below)
    own = user.committees_as(*OFFICE)
    return AuditEntry.objects.filter(committee_id__in=own) if own else None


def _of(word, entries):
    """Return the numbers of the newest entries whose person or subject `word` looks for.

    They are read one by one: a column for searching would be one more to prove unchanged.
    """
    matches = cache(Search.of(word, beginnings=True).matches)
    named = entries.values_list("number", "actor_name", "subject").iterator(2_000)
    found = (number for number, actor, subject in named if matches(f"{actor}\n{subject}"))
    return list(islice(found, ON_A_PAGE + 1))


@require_GET
def audit_list(request):
    entries = visible_to(request.user)
    if entries is None:
        raise Http404
    act, code, word = (request.GET.get(name, "")[:100] for name in ("act", "committee", "q"))
    if act in audit.Act.values:
        entries = entries.filter(act=act)
    if code:
        entries = entries.filter(committee_code__iexact=code)
    before = request.GET.get("before", "")
    if len(before) < 20 and before.isascii() and before.isdigit() and int(before) < LARGEST:
        entries = entries.filter(number__lt=int(before))
    entries = entries.order_by("-number")
    rows = list(
        entries.filter(pk__in=_of(word, entries)) if word.strip() else entries[: ON_A_PAGE + 1]
    )
    query = request.GET.copy()
    query.pop("before", None)
    if len(rows) > ON_A_PAGE:
        query["before"] = rows[ON_A_PAGE - 1].number
    return render(
        request,
        "operations/audit_list.html",
        {
            "entries": rows[:ON_A_PAGE],
            "older": query.urlencode() if len(rows) > ON_A_PAGE else "",
            "acts": audit.Act.choices,
            "act": act,
            "committee": code,
            "q": word,
        },
    )
