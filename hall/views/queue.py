"""The queue of the desk: in what order questions are taken, and which of them are one."""

from functools import partial

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.once import once_by_itself
from hall import queries
from hall.domain import desk, merging
from hall.forms.desk import MergeForm, PlaceForm
from hall.views.desk import REFUSED, acts, hall_for_act, refused


@once_by_itself
@require_POST
def place_change(request, pk, question_pk):
    """Move the question up or down, star it, hold it back."""
    hall = hall_for_act(request, pk)
    form = PlaceForm(request.POST)
    moved = get_object_or_404(hall.conference.questions, pk=question_pk)
    if not form.is_valid():
        return refused(request, hall, REFUSED)
    keyed = {"key": form.cleaned_data["key"], "by": request.user, "at": request.at}
    return acts(request, hall, partial(PLACES[form.cleaned_data["to"]], hall, moved, **keyed))


PLACES = {
    "up": partial(desk.shift, up=True),
    "down": partial(desk.shift, up=False),
    "star": partial(desk.star, on=True),
    "unstar": partial(desk.star, on=False),
    "hold": partial(desk.hold_back, on=True),
    "release": partial(desk.hold_back, on=False),
}


@once_by_itself
@require_POST
def questions_merge(request, pk):
    """Let those that were ticked be one: the first of them in the queue, or what was seen on the floor.

    What does not wait any more is not left out: then nothing is merged, and it is said.
    """
    hall = hall_for_act(request, pk)
    form = MergeForm(request.POST)
    if not form.is_valid():
        return refused(
            request, hall, REFUSED, trouble=_("Tick the questions that are to be merged.")
        )
    typed = form.cleaned_data
    asked = hall.conference.questions
    ticked = _in_order(hall, asked.filter(pk__in=typed["question"]))
    into = asked.filter(pk=typed["floor"]).first() if typed["into"] == "floor" else None
    if typed["into"] == "first" and ticked:
        into = ticked.pop(0)
    if into is None or not ticked:
        trouble = _("Two questions at least become one: tick those that are to be merged.")
        return refused(request, hall, REFUSED, trouble=trouble)
    keyed = {"key": typed["key"], "by": request.user, "at": request.at}
    act = partial(merging.merge_waiting, hall, ticked, into=into, **keyed)
    return acts(request, hall, act)


def _in_order(hall, questions):
    """Return them as the queue has them, what does not wait any more at the end."""
    shown = queries.desk(hall)
    order = [one.pk for one in (*shown.waiting, *shown.held_back)]
    return sorted(questions, key=lambda one: order.index(one.pk) if one.pk in order else len(order))
