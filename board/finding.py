"""The Board and the period that a page is about."""

from django.http import Http404
from django.shortcuts import get_object_or_404

from committees.permissions import boards_of
from periods.models import ReportingPeriod


def own_board(request):
    """Return the Board that the person works for; 404 for others."""
    board = boards_of(request.user).select_related("parent").first()
    if board is None:
        raise Http404
    return board


def period_of(code):
    """Return the period that an address names; 404 for what is none."""
    try:
        year, half = code.split("-H")
        return get_object_or_404(ReportingPeriod, year=int(year), half=int(half))
    except (ValueError, OverflowError):
        raise Http404 from None
