"""Small things the pages of the dialogue print."""

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from dialogue_portal.templatetags.portal import (
    days_left,
    icon,
    is_past,
    short_weekday_date,
    state_badge,
)
from sessions.models import Question
from sessions.states import QuestionState

register = template.Library()


@register.filter
def overdue_on(commitment, day):
    """Is the commitment overdue on `day`?"""
    return commitment.is_overdue(on=day)


@register.filter
def due_for(question, person):
    """Return by when it is due: for whoever must answer it, before its conference."""
    if question.assignee_id == person.pk:
        return question.wanted_on(at=timezone.now())
    return question.due_on


@register.filter
def question_state(value):
    """Return the word for a question's state, from its stored value."""
    return dict(QuestionState.choices).get(value, value)


@register.filter
def move_reason(move):
    """Return why a question moved, in words: a return is stored by the code of its reason."""
    if move.to_state == QuestionState.DECLINED:
        return dict(Question.ReturnCode.choices).get(move.reason, move.reason)
    return move.reason


@register.simple_tag
def act_url(act, question):
    """Return the address of one act of sorting."""
    return reverse(f"sessions:question_{act}", args=[question.pk])


# --- the sorting page ---------------------------------------------------------------


@register.simple_tag
def queue_row(row, opened, query, ticked):
    """Draw one row of the queue. In Python: fifty of them stand on every page of sorting."""
    address = reverse("sessions:triage_question", args=[row.conference_id, row.pk])
    key = str(row.pk)
    is_open = opened is not None and row.pk == opened.pk
    facts = [
        str(Question.Level.NAMED.label)
        if row.level == Question.Level.NAMED
        else _("Name not given"),
        row.get_channel_display(),
        row.theme.name,
    ]
    if row.state == QuestionState.ASSIGNED:
        facts.insert(0, row.assigned_unit or (row.assignee.full_name if row.assignee else ""))
    marks = []
    if row.has_files:
        marks.append(
            format_html('<span class="mark">{}{}</span>', icon("file-earmark-text"), _("Files"))
        )
    if row.edited_ok is False and row.state not in (QuestionState.RECEIVED, QuestionState.MERGED):
        marks.append(format_html('<span class="mark">{}</span>', _("Text not cleared")))
    due = ""
    if row.due_on and row.state == QuestionState.ASSIGNED:
        due = format_html(
            '<span class="days{}">{} ({})</span>',
            " days-over" if is_past(row.due_on) else "",
            short_weekday_date(row.due_on),
            days_left(row.due_on),
        )
    text = Truncator(row.text).chars(180)
    return format_html(
        ROW,
        " is-open" if is_open else "",
        mark_safe(' aria-current="true"') if is_open else "",
        key,
        mark_safe(" checked") if key in ticked else "",
        _("Choose"),
        row.code or Truncator(row.text).chars(60),
        f"{address}?{query}#question" if query else f"{address}#question",
        state_badge(row.state, row.get_state_display()),
        row.code,
        text,
        " · ".join(filter(None, facts)),
        due,
        format_html_join(" ", "{}", ((mark,) for mark in marks)),
    )


ROW = (
    '<li class="queue-item{}"{}>'
    '<input class="form-check-input queue-tick" type="checkbox" name="questions" form="several"'
    ' value="{}"{} data-not-kept aria-label="{} {}">'
    '<a href="{}"><span class="queue-head">{} <span class="code">{}</span></span>'
    '<span class="queue-text">{}</span><span class="quiet">{}</span>'
    '<span class="queue-marks">{} {}</span></a></li>'
)


@register.simple_tag
def said_of(steps):
    """Say what an act of sorting did, to one question or to several."""
    first = steps[0]
    if len(steps) > 1:
        return _("%(act)s: %(count)d questions.") % {
            "act": first.get_act_display(),
            "count": len(steps),
        }
    question = first.question
    said = [f"{question}: {first.get_act_display()}"]
    if question.state == QuestionState.ASSIGNED:
        who = question.assigned_unit or (question.assignee.full_name if question.assignee else "")
        said.append(
            _("answered by %(who)s, due on %(day)s")
            % {"who": who, "day": f"{question.due_on:%d/%m/%Y}"}
        )
    elif question.state == QuestionState.MERGED:
        said.append(_("lives on in %(code)s") % {"code": question.merged_into})
    elif question.state == QuestionState.CLASSIFIED:
        said.append(_("sorted, to be answered at the conference"))
    if question.edited_ok:
        said.append(_("text cleared"))
    return "; ".join(said) + "."
