"""The sorting page: what the queue and the open question show, however the page came about."""

import uuid
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from committees.permissions import OFFICE, is_secretary_of
from foundation import drafts
from foundation.clock import day_of
from sessions import permissions, queries
from sessions.askers import public as askers
from sessions.codes import read_code
from sessions.domain import citations, notes, transfers, undoing
from sessions.domain.contributions import contributions_to
from sessions.forms.notes import NoteForm
from sessions.forms.questions import themes_of
from sessions.forms.sorting import SortForm, answering_choices
from sessions.forms.transfers import TakeBackTransferForm
from sessions.models import Conference, Question, SortingStep
from sessions.queue import (
    ALL,
    HANDED_ON,
    INBOX,
    chips,
    is_foreign,
    is_untaken,
    queue,
    similar_questions,
    to_open,
    with_number_handed_on,
)
from sessions.states import QuestionState
from sessions.views.panels import BULK, PANELS, offered

FILTERS = ("state", "theme", "channel", "q", "after")
MOVE_SHOWN = ("question", "to_state", "at", "reason", "actor__full_name")


def conference_of(request, pk):
    """Return the conference if its questions, or those handed over of it, may be sorted.

    `handled_by` is the committee in whose name that is done.
    """
    offices = request.user.committees_as(*OFFICE)
    seen = Q(committee_id__in=list(request.user.roles)) | queries.with_questions_of(offices)
    found = with_number_handed_on(Conference.objects.filter(seen), offices)
    conference = get_object_or_404(found.select_related("committee"), pk=pk)
    if permissions.can_triage(request.user, conference):
        return _handled(conference, conference.committee, offices)
    handed = conference.questions.filter(committee_id__in=offices).select_related("committee")
    first = handed.first()
    if first is None:
        raise PermissionDenied
    return _handled(conference, first.committee, offices)


def _handled(conference, committee, offices):
    conference.handled_by, conference.offices = committee, offices
    return conference


def question_of(request, pk, conference=None, *, to_follow=False):
    """Return the question if it may be sorted; `conference` is its own, if it has been read.

    With `to_follow` also what the office has handed to another committee.
    """
    found = to_open(Question.objects.visible_to(request.user))
    if conference is None:
        found = found.select_related("conference__committee", "transferred_from")
    question = get_object_or_404(found, pk=pk)
    if conference is not None and conference.pk == question.conference_id:
        question.conference = conference
    if question.committee_id == question.conference.committee_id:
        question.committee = question.conference.committee
    question.is_followed = not permissions.can_triage(request.user, question)
    if question.is_followed and not (to_follow and permissions.may_follow(request.user, question)):
        raise PermissionDenied
    if not hasattr(question.conference, "handled_by"):
        offices = request.user.committees_as(*OFFICE)
        handled_by = question.keeper if question.is_followed else question.committee
        _handled(question.conference, handled_by, offices)
    return question


def uuid_in(text):
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def filters_in(values):
    """Return what of a query string or of a mapping filters the queue."""
    if isinstance(values, str):
        values = dict(parse_qsl(values[:1_000]))
    return {name: values[name][:200] for name in FILTERS if values.get(name)}


def filtering(filters):
    """Return the filters as sessions.queue takes them."""
    theme = filters.get("theme", "")
    return {
        "state": filters.get("state", ""),
        "theme": int(theme) if theme.isascii() and theme.isdigit() and len(theme) < 9 else None,
        "channel": filters.get("channel", ""),
        "search": filters.get("q", ""),
    }


def page(request, conference, question=None, *, filters=None, status=200, **shown):
    """Show the queue and, beside it, the question: the one given or the first of the queue.

    `shown` is what an act that was refused hands on: `sort`, `panels`, `conflict`, `bulk`.
    """
    filters = filters_in(request.GET) if filters is None else filters
    rows = queue(conference, after=filters.get("after", ""), **filtering(filters))
    is_chosen = question is not None
    if not is_chosen and rows.questions and not request.GET.get("list"):
        question = question_of(request, rows.questions[0].pk, conference, to_follow=True)
    begun = _begun(request, conference, question)
    bulk = request.GET.get("bulk") or next((name for name in BULK if kept_as(name) in begun), None)
    themes = list(themes_of(conference.handled_by))
    base = {name: value for name, value in filters.items() if name != "after"}
    address = reverse("sessions:triage", args=[conference.pk])
    context = {
        "conference": conference,
        "sees_conference": conference.committee_id in request.user.roles,
        "can_record_question": permissions.can_record_question(request.user, conference),
        "queue": rows,
        "chips": [
            (state, label, number, f"{address}?{urlencode({**base, 'state': state})}")
            for state, label, number in chips(conference)
        ],
        "themes": [theme for theme in themes if theme.parent_id is None],
        "channels": Question.Channel.choices,
        "filters": filters,
        "shown_state": filters.get("state") or (ALL if filters.get("q") else INBOX),
        "query": urlencode(filters),
        "older_url": f"?{urlencode({**base, 'after': rows.older})}" if rows.older else "",
        "newer_url": f"?{urlencode(base)}" if rows.newer else "",
        "is_chosen": is_chosen,
        "question": question,
        "done": done_just_now(request, conference),
        "elsewhere": _named_by(filters, conference) if not rows.questions else None,
        "bulk_acts": _bulk_acts(conference, filters),
        "bulk": bulk_panel(conference, bulk),
        "ticked": set(request.GET.getlist("questions")),
        **shown,
    }
    if question is not None and question.is_followed:
        context |= _followed(request, question, rows, filters, shown)
    elif question is not None:
        context |= _detail(request, question, rows, filters, themes, begun, shown)
    return render(request, "sessions/triage.html", context, status=status)


def _bulk_acts(conference, filters):
    """Return what is offered for several: nothing where they are followed, and no clearing of words
    that are another committee's."""
    if filters.get("state") == HANDED_ON:
        return {}
    return {
        name: act for name, act in BULK.items() if name != "clear" or not is_foreign(conference)
    }


def _begun(request, conference, question):
    """Return the names of the acts into which this person has typed something: they stand open."""
    several = {kept_as(name) for name in BULK}
    one = {"sort", "note", *PANELS} if question is not None else set()
    things = [str(conference.pk), *([str(question.pk)] if question is not None else [])]
    return {form for form, _thing in drafts.begun(request, {*several, *one}, things)}


def kept_as(name):
    """Return the name under which an act on several questions is kept while it is typed."""
    return f"several_{name}"


def _named_by(filters, conference):
    """Return another conference of the committee that the code looked for names, or None."""
    number, *_ = read_code(filters.get("q", "")) or (None,)
    if number in (None, conference.number) or is_foreign(conference):
        return None
    return Conference.objects.filter(committee=conference.committee, number=number).first()


def bulk_panel(conference, name, form=None):
    """Return what the panel of one act on several questions shows, or None."""
    if name not in BULK:
        return None
    form = form or BULK[name].make(None, conference)
    return {"name": name, "act": BULK[name], "form": form, "kept_as": kept_as(name)}


def done_just_now(request, conference):
    """Return the steps of the act that led here, as long as it can be undone."""
    batch = uuid_in(request.GET.get("done", ""))
    if batch is None:
        return []
    taken = SortingStep.objects.filter(batch=batch, question__conference=conference)
    steps = list(
        taken.select_related(
            "question__conference", "question__assignee", "question__merged_into__conference"
        )
    )
    at, ties = request.at, undoing.ties_of([one.question for one in steps])
    return [one for one in steps if undoing.can_undo(one.question, one, ties=ties, at=at)]


def _detail(request, question, rows, filters, themes, begun, shown):
    """Everything the right pane shows."""
    previous, following = rows.neighbours(question)
    merged = (
        list(question.merged_questions.select_related("conference")) if question.has_merged else []
    )
    is_sortable = question.state not in (QuestionState.WITHDRAWN, QuestionState.MERGED)
    transfer = transfers.standing_transfer(question) if question.has_transfers else None
    names = offered(request.user, question)
    panels = shown.get("panels", {})
    for name in names:
        if name not in panels and (name in begun or name == request.GET.get("open")):
            panels = {**panels, name: PANELS[name].make(None, question)}
    answer = queries.published_answer(question) if question.has_answers else None
    return {
        "asker": askers.asker_shown_to(question, request.user),
        "supporters": 1 + len(merged),
        "merged": merged if transfer is None else [],  # not yet cleared, and not handed over
        "transfer": transfer,
        "came_back": transfers.last_return(question) if question.has_transfers else None,
        "attachments": list(question.attachments.all()) if question.has_files else [],
        "clarifications": _asked_back(question, transfer) if question.has_requests else [],
        "notes": notes.notes_of(question) if question.has_notes else [],
        "note_form": NoteForm(question=question),
        "today": day_of(request.at),
        "appeal": getattr(question, "appeal", None),
        "rating": getattr(question, "rating", None),
        "can_purge": is_secretary_of(request.user, question.keeper),
        "can_request_opening": permissions.can_request_opening(request.user, question),
        "moves": _moves_of(question, transfer) if question.has_moves else [],
        "contributions": contributions_to(question) if question.has_contributions else [],
        "said": _said_of(question) if question.has_said else [],
        "is_untaken": is_untaken(question, today=day_of(request.at)),
        "answer": answer,
        "outdated": citations.outdated_citations(answer),
        "can_correct_answer": permissions.can_correct_answer(request.user, question),
        "can_complete_answer": permissions.can_complete_answer(request.user, question),
        "previous_url": _url(question.conference_id, previous, filters),
        "next_url": _url(question.conference_id, following, filters, rows),
        "next": following,
        "sort": shown.get("sort")
        or (sort_form(question, request.user, themes=themes) if is_sortable else None),
        "panels": [(name, PANELS[name], panels.get(name)) for name in names],
        "similar": _similar(question, shown.get("looked_up")) if "merge" in panels else [],
    }


def _followed(request, question, rows, filters, shown):
    """What the pane shows of a question that another committee works at: how it stands there."""
    previous, following = rows.neighbours(question)
    transfer = transfers.standing_transfer(question)
    untouched = transfers.is_untouched(question, transfer)
    may = permissions.can_take_back_transfer(request.user, question) and untouched
    moves = list(_moves_of(question, None)) if question.has_moves else []
    for one in moves:
        one.is_theirs = one.at > transfer.at
    return {
        "transfer": transfer,
        "asker": askers.asker_shown_to(question, request.user),
        "attachments": list(question.attachments.all()) if question.has_files else [],
        "answer": queries.published_answer(question) if question.has_answers else None,
        "can_purge": is_secretary_of(request.user, question.keeper),
        "can_request_opening": permissions.can_request_opening(request.user, question),
        "take_back": shown.get("take_back") or TakeBackTransferForm(prefix="take_back"),
        "can_take_back": may,
        "moves": moves,
        "previous_url": _url(question.conference_id, previous, filters),
        "next_url": _url(question.conference_id, following, filters, rows),
        "next": following,
    }


def _moves_of(question, transfer):
    """Return the history; to an office that was handed the question from then on alone."""
    moves = question.moves.select_related("actor").only(*MOVE_SHOWN)
    return moves if transfer is None else moves.filter(at__gte=transfer.at)


def _asked_back(question, transfer):
    """Return what was asked back, and the replies; to such an office its own alone."""
    asked = question.clarifications.all()
    return list(asked if transfer is None else asked.filter(transfer=transfer))


def _said_of(question):
    said = question.assignment_replies.filter(transfers.worked_here(question))
    return said.select_related("by", "deputy", "proposed", "insisted_by")


def _similar(question, looked_up):
    """Return what the question may be merged into, first the one that was looked up by its code."""
    others = [one for one in similar_questions(question) if one != looked_up]
    return [looked_up, *others] if looked_up else others


def _url(conference_pk, question, filters, rows=None):
    """Return the address of a neighbour; the first of the next page lies on that page."""
    if question is None:
        return ""
    if rows is not None and question is rows.following:
        filters = {**filters, "after": rows.older}
    address = reverse("sessions:triage_question", args=[conference_pk, question.pk])
    return f"{address}?{urlencode(filters)}#question" if filters else f"{address}#question"


def sort_form(question, user, data=None, *, themes=None):
    """Return the sorting form of the question; `themes` are they, if they have been read."""
    committee, can_assign = question.committee, permissions.can_assign(user, question)
    return SortForm(
        data,
        question=question,
        themes=themes if themes is not None else list(themes_of(committee)),
        can_assign=can_assign,
        people=answering_choices(committee) if can_assign else [],
    )
