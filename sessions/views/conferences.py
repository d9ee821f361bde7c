"""The pages of a conference: the list, the one page about it, and what its office does."""

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from committees.models import Role
from committees.permissions import OFFICE, is_office_of
from foundation.acts import act_page, asks, said_on
from foundation.clock import day_of
from sessions import permissions, queries
from sessions.domain import conferences
from sessions.forms.conferences import reason_form
from sessions.states import CONFERENCE_RUNNING, ConferenceState

PAGE = 20
CALLED_OFF = (ConferenceState.POSTPONED, ConferenceState.CANCELLED)


# --- reading ------------------------------------------------------------------------


@require_GET
def conference_list(request):
    """Every conference of the own committees, those ahead first."""
    page = Paginator(queries.conferences_for(request.user), PAGE).get_page(request.GET.get("page"))
    may_schedule = bool(request.user.committees_as(*OFFICE))
    context = {
        "page": page,
        "has_several": len({conference.committee_id for conference in page}) > 1,
        "may_schedule": may_schedule,
        "latest": queries.latest_conference(request.user) if may_schedule else None,
    }
    return render(request, "sessions/conference_list.html", context)


@require_GET
def conference_detail(request, pk):
    """The heart of the portal: where this conference stands and what comes next."""
    conference = get_object_or_404(queries.conferences_of(request.user), pk=pk)
    at = request.at
    is_office = is_office_of(request.user, conference.committee)
    context = {
        "conference": conference,
        "agenda": list(conference.agenda.all()),
        "answerers": list(queries.answerers_of(conference)),
        "attendance": getattr(conference, "attendance", None) if conference.happened else None,
        "commitments": list(conference.commitments.select_related("owner")),
        "today": day_of(at),
        "ask_until": conference.ends_at if conference.starts_at <= at else conference.asks_close_at,
        "is_office": is_office,
        "is_leader": Role.LEADER in request.user.roles.get(conference.committee_id, ()),
        "counts": queries.question_counts(conference) if is_office else [],
        "called_off": [
            (ConferenceState(one.to_state).label, one)
            for one in conference.moves.filter(to_state__in=CALLED_OFF).order_by("at", "pk")
        ],
        "may": what_one_may(request.user, conference, at=at),
    }
    return render(request, "sessions/conference_detail.html", context)


# --- acts ---------------------------------------------------------------------------


def _find(request, pk):
    return get_object_or_404(queries.conferences_of(request.user), pk=pk)


def _act(name, words, said, *, may, do, form=None, then="sessions:conference_detail"):
    """Return the view of one act on a conference: it asks once more, and says what will happen."""

    def page(request, conference, form, *, status):
        context = {"action": name, "words": words, "conference": conference, "form": form}
        if name in ("close", "cancel"):
            context["unanswered"] = conference.questions.in_progress().count()
        return render(request, "sessions/conference_confirm.html", context, status=status)

    answer = said_on(then, said)
    return act_page(find=_find, may=may, form=form, do=do, page=page, answer=answer)


conference_postpone = _act(
    "postpone",
    gettext_lazy("Postpone the conference"),
    gettext_lazy("The conference has been postponed."),
    may=asks(permissions.can_postpone_conference),
    form=reason_form,
    do=conferences.postpone_conference,
)
conference_cancel = _act(
    "cancel",
    gettext_lazy("Cancel the conference"),
    gettext_lazy("The conference has been cancelled."),
    may=asks(permissions.can_cancel_conference),
    form=reason_form,
    do=conferences.cancel_conference,
)
conference_hold = _act(
    "hold",
    gettext_lazy("Record it as held"),
    gettext_lazy("The conference is recorded as held. Now record its results."),
    may=lambda request, conference: permissions.can_hold_conference(
        request.user, conference, at=request.at
    ),
    do=conferences.hold_conference,
    then="sessions:conference_results",
)
conference_close = _act(
    "close",
    gettext_lazy("Close the conference"),
    gettext_lazy("The conference is closed."),
    may=asks(permissions.can_close_conference),
    do=conferences.close_conference,
)


# --- small parts --------------------------------------------------------------------


def what_one_may(user, conference, *, at):
    """Return {action: bool} for the buttons, asked from the functions that guard the pages."""
    return {
        "schedule": permissions.can_schedule_conference(user, conference.committee),
        "change": permissions.can_change_conference(user, conference),
        "postpone": permissions.can_postpone_conference(user, conference),
        "reschedule": permissions.can_reschedule_conference(user, conference),
        "cancel": permissions.can_cancel_conference(user, conference),
        "hold": permissions.can_hold_conference(user, conference, at=at),
        "close": permissions.can_close_conference(user, conference),
        "record": permissions.can_record_results(user, conference),
        "commit": permissions.can_make_commitment(user, conference),
        "ask": permissions.can_ask(user, conference, at=at),
        "print_slips": permissions.can_print_vouchers(user, conference),
        "record_question": permissions.can_record_question(user, conference),
        "answer_live": permissions.can_triage(user, conference)
        and (conference.state == ConferenceState.HELD or conference.starts_at <= at)
        and conference.state in CONFERENCE_RUNNING,
    }
