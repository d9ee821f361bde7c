"""The chain bar: six steps of a conference and, as the seventh, the report that counts it."""

from django import template
from django.db.models import Exists, OuterRef
from django.utils.translation import pgettext

from foundation.clock import day_of
from periods.windows import obligations_counting
from reports.models import Report
from sessions.queries import AHEAD, DONE, LATE, NONE, ChainStep, chain_steps, with_current
from sessions.states import ConferenceState

register = template.Library()


@register.inclusion_tag("reports/_chain_bar.html")
def chain_bar(conference, at):
    """Draw the seven steps of `conference` as they stand at `at`."""
    steps = seven_steps(conference, at=at)
    position, step = position_of(steps)
    return {"steps": steps, "position": position, "current": step, "total": len(steps)}


def seven_steps(conference, *, at):
    """Return the conference's own six steps and the report's."""
    steps = [*chain_steps(conference, at), report_step(conference, at=at)]
    if conference.state in (ConferenceState.POSTPONED, ConferenceState.CANCELLED):
        return steps
    return with_current(steps, day_of(at))


def report_step(conference, *, at):
    """Return the step of the report that counts the conference, by the day it lies on."""
    label = pgettext("step", "Report")
    day = conference.held_on
    issued = Report.objects.received().filter(obligation=OuterRef("pk"))
    obligation = (
        obligations_counting(day, conference.committee_id)
        .annotate(is_reported=Exists(issued))
        .first()
    )
    if obligation is None:
        return ChainStep("report", label, NONE, None)
    due_before = obligation.due_before
    if obligation.is_reported:
        return ChainStep("report", label, DONE, due_before)
    state = LATE if at >= obligation.deadline else AHEAD
    return ChainStep("report", label, state, due_before)


def position_of(steps):
    """Return (number, step) of the one that counts now: current, else late, else the last done."""
    numbered = list(enumerate(steps, start=1))
    for wanted in ("current", LATE):
        for number, step in numbered:
            if step.state == wanted:
                return number, step
    done = [pair for pair in numbered if pair[1].state == DONE]
    return done[-1] if done else numbered[0]
