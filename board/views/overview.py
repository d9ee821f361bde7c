"""The Board's map: every committee by its last six periods."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_GET

from board import overview
from board.finding import own_board
from committees.models import Committee
from foundation.clock import day_of


@require_GET
def board_map(request):
    """Where each committee stood in each period; a cell leads to the desk of that period."""
    board, asked = own_board(request), overview.Asked.of(request.GET)
    periods = overview.periods_until(day_of(request.at))
    found = Paginator(overview.committees_of(board, periods, asked), overview.PAGE)
    page = found.get_page(request.GET.get("page"))
    return render(
        request,
        "board/board_map.html",
        {
            "asked": asked,
            "kinds": Committee.REPORTING_KINDS,
            "periods": periods,
            "page": page,
            "lines": overview.lines_of(list(page.object_list), periods, board, at=request.at),
            "board": board,
        },
    )
