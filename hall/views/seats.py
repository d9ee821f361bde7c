"""What the desk lets those do who follow from their seats."""

from functools import partial

from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.once import once_by_itself
from hall.domain import joining
from hall.forms.desk import SeatsForm
from hall.views.desk import REFUSED, acts, hall_for_act, refused
from sessions.askers import public as askers


@once_by_itself
@require_POST
def seats_switch(request, pk):
    """Let those who follow from their seats ask, or no longer."""
    return _switch(request, pk, joining.let_seats_ask)


@once_by_itself
@require_POST
def passes_switch(request, pk):
    """Let them ask without account and voucher, or no longer."""
    return _switch(request, pk, joining.let_seats_ask_unnamed)


def _switch(request, pk, let):
    hall = hall_for_act(request, pk)
    form = SeatsForm(request.POST)
    if not form.is_valid():
        return refused(request, hall, REFUSED)
    try:
        return acts(request, hall, partial(let, hall, **form.cleaned_data))
    except askers.TooFewPeople:
        trouble = _("Too few people belong to the committee: who asks could be guessed.")
        return refused(request, hall, REFUSED, trouble=trouble)
