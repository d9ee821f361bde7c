"""The list of speakers at the desk."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from foundation.once import once_by_itself
from hall import permissions
from hall.domain import speakers
from hall.forms.desk import SpeakerForm, SpeakForm
from hall.models import Speaker
from hall.views.desk import REFUSED, acts, hall_for_act, refused
from sessions.models import Conference


@once_by_itself
@require_POST
def speaker_add(request, pk):
    """Put somebody on the list."""
    hall = hall_for_act(request, pk)
    form = SpeakerForm(request.POST)
    if not form.is_valid():
        return refused(request, hall, REFUSED, speaker=form)
    act = partial(speakers.add_speaker, hall, **form.cleaned_data, by=request.user, at=request.at)
    return acts(request, hall, act)


@once_by_itself
@require_POST
def speaker_change(request, pk):
    """Let somebody begin, pause, end, or take them off the list."""
    found = Speaker.objects.filter(hall__conference__in=Conference.objects.visible_to(request.user))
    speaker = get_object_or_404(found.select_related("hall__conference__committee"), pk=pk)
    if not permissions.can_run_hall(request.user, speaker.hall.conference, at=request.at):
        raise PermissionDenied
    form = SpeakForm(request.POST)
    if not form.is_valid():
        return refused(request, speaker.hall, REFUSED)
    keyed = {"key": form.cleaned_data["key"], "by": request.user, "at": request.at}
    act = partial(CHANGES[form.cleaned_data["to"]], speaker, **keyed)
    return acts(request, speaker.hall, act)


CHANGES = {
    "begin": speakers.begin_speaker,
    "pause": speakers.pause_speaker,
    "end": speakers.end_speaker,
    "remove": speakers.remove_speaker,
}
