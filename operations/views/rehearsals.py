"""Rehearsals of a deadline day: ordered, watched and read by the Board. No figure here is real."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from board.finding import own_board
from foundation.sending import STOP_POLLING
from operations.domain.ordering import REHEARSED_WITH, order_rehearsal
from operations.rehearsal.words import step_words, told
from reports.models import Rehearsal
from reports.permissions import can_rehearse

SHOWN = 20


def _find(request, pk):
    visible = Rehearsal.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("board", "ordered_by"), pk=pk)


def _context(rehearsal):
    """What the fragment shows: how far it is, or what was found, failures first."""
    findings = told(rehearsal.findings)
    return {
        "rehearsal": rehearsal,
        "step": step_words(rehearsal.step),
        "findings": sorted(findings, key=lambda one: one["ok"]),
        "failed": len(rehearsal.failed),
        "total": len(findings),
    }


@require_GET
def rehearsal_list(request):
    """What a rehearsal is, the button, and the earlier ones."""
    board = own_board(request)
    rehearsals = Rehearsal.objects.visible_to(request.user).select_related("ordered_by")[:SHOWN]
    return render(
        request,
        "operations/rehearsal_list.html",
        {
            "rehearsals": rehearsals,
            "running": next((one for one in rehearsals if not one.is_finished), None),
            "number": REHEARSED_WITH,
            "can_rehearse": can_rehearse(request.user, board),
        },
    )


@require_POST
def rehearsal_start(request):
    """Order one; pressed again while it runs, it leads to the one that runs."""
    board = own_board(request)
    if not can_rehearse(request.user, board):
        raise PermissionDenied
    rehearsal, is_new = order_rehearsal(board, by=request.user, at=request.at)
    if not is_new:
        messages.info(
            request,
            _(
                "A rehearsal is being played already; this is it. There is never more than one at a time."
            ),
        )
    return redirect("operations:rehearsal_detail", pk=rehearsal.pk)


@require_GET
def rehearsal_detail(request, pk):
    rehearsal = _find(request, pk)
    return render(
        request,
        "operations/rehearsal_detail.html",
        {
            **_context(rehearsal),
            "can_rehearse": can_rehearse(request.user, rehearsal.board),
        },
    )


@require_GET
def rehearsal_status(request, pk):
    rehearsal = _find(request, pk)
    return render(
        request,
        "operations/_rehearsal.html",
        _context(rehearsal),
        status=STOP_POLLING if rehearsal.is_finished else 200,
    )
