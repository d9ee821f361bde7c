"""Small things the pages of the dialogue print."""

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from foundation.clock import day_of, days_left, short_weekday_date, written_day
from foundation.templatetags.portal import icon, state_badge
from sessions.answered_together import tell_cited, tell_together
from sessions.askers.public import own_address
from sessions.domain import text_templates
from sessions.models import Question, TextTemplate
from sessions.permissions import is_deputy_at
from sessions.queue import is_untaken
from sessions.states import QuestionState

register = template.Library()


@register.filter
def overdue_on(commitment, day):
    """Is the commitment overdue on `day`?"""
    return commitment.is_overdue(on=day)


@register.simple_tag(takes_context=True)
def due_for_reader(context, question):
    """Return by when it is due: for whoever must answer it, before its conference.

    None while the date stands still.
    """
    if question.clock_stopped_on:
        return None
    user = context["user"]
    is_theirs = question.assignee_id == user.pk or context.get("contributes")
    if is_theirs or is_deputy_at(user, question):
        return question.wanted_on(at=context["request"].at)
    return question.due_on


@register.filter
def standing_since(day):
    """Say since when a due date stands still."""
    return _("the due date stands still since %(day)s") % {"day": short_weekday_date(day)}


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


@register.simple_tag(takes_context=True)
def answers_as_well(context, answer):
    """Return to which questions the published answer was given as one, or None."""
    if not hasattr(answer, "together"):
        tell_together([answer], to=context.get("user"))
    return answer.together


@register.simple_tag(takes_context=True)
def cited_by(context, answer):
    """Return the published answers that this one cites, each with whether the reader may open it."""
    if not hasattr(answer, "cites"):
        tell_cited([answer], to=context.get("user"))
    return answer.cites


@register.simple_tag(takes_context=True)
def own_url(context, page, question_id):
    """Return the address of a page of the asker's own about the question."""
    number = own_address(context["user"], question_id)
    return reverse(f"sessions:question_{page}", args=[number])


@register.simple_tag
def act_url(act, question):
    """Return the address of one act of sorting."""
    return reverse(f"sessions:question_{act}", args=[question.pk])


@register.simple_tag
def templates_for(act, question):
    """Return the templates for the text of an act of sorting; None where it has none."""
    if act not in TextTemplate.Use.values:
        return None
    return list(text_templates.offered(question.committee, act))


# --- the sorting page ---------------------------------------------------------------


@register.simple_tag(takes_context=True)
def queue_rows(context, rows, opened, query, ticked):
    """Draw the rows of the queue. In Python: fifty of them stand on every page of sorting."""
    offices = getattr(context["conference"], "offices", ())
    drawing = RowDrawing(
        opened, query, ticked, today=day_of(context["request"].at), offices=offices
    )
    return mark_safe("".join(drawing.row(row) for row in rows))


class RowDrawing:
    """Draws rows of one page. What every row has in common is looked up once."""

    def __init__(self, opened, query, ticked, *, today, offices=()):
        self.today = today
        self.offices = {
            None,
            *offices,
        }  # of what these have handed on, or nobody has, the level is told
        self.opened = opened.pk if opened is not None else None
        self.ticked = ticked
        self.query = f"?{query}#question" if query else "#question"
        self.choose = _("Choose")
        self.named = str(Question.Level.NAMED.label)
        self.not_named = _("Name not given")
        self.channels = {value: str(label) for value, label in Question.Channel.choices}
        self.badges, self.addresses = {}, {}

    def row(self, row):
        is_open = row.pk == self.opened
        text = row.text
        return format_html(
            ROW,
            " is-open" if is_open else "",
            mark_safe(' aria-current="true"') if is_open else "",
            row.pk,
            mark_safe(" checked") if str(row.pk) in self.ticked else "",
            self.choose,
            row.code or shortened(text, 60),
            f"{self.address(row)}{self.query}",
            self.badge(row.state),
            row.code,
            shortened(text, 180),
            " · ".join(filter(None, self.facts(row))),
            self.due(row),
            self.marks(row),
        )

    def address(self, row):
        if row.conference_id not in self.addresses:
            sample = reverse("sessions:triage_question", args=[row.conference_id, row.pk])
            self.addresses[row.conference_id] = sample.removesuffix(f"{row.pk}/")
        return f"{self.addresses[row.conference_id]}{row.pk}/"

    def badge(self, state):
        if state not in self.badges:
            self.badges[state] = state_badge(QuestionState(state))
        return self.badges[state]

    def facts(self, row):
        if hasattr(row, "handler_name"):  # handed on: who answers there is that committee's own
            yield row.handler_name
        elif row.state == QuestionState.ASSIGNED:
            yield row.assigned_unit or row.assignee_name
        if row.transferred_from_id in self.offices:
            yield self.named if row.level == Question.Level.NAMED else self.not_named
        yield self.channels.get(row.channel, row.channel)
        yield row.theme_name

    def due(self, row):
        if not row.due_on or row.state != QuestionState.ASSIGNED:
            return ""
        if row.clock_stopped_on:
            return format_html('<span class="days">{}</span>', standing_since(row.clock_stopped_on))
        return format_html(
            '<span class="days{}">{} ({})</span>',
            " days-over" if row.due_on < self.today else "",
            short_weekday_date(row.due_on),
            days_left(row.due_on, self.today),
        )

    def marks(self, row):
        marks = []
        if row.has_files:
            marks.append((icon("file-earmark-text"), _("Files")))
        if hasattr(row, "handler_name"):
            return ""
        if row.transferred_from_id is not None:
            marks.append((mark_safe(""), _("Transferred to you")))
        if row.is_given_back:
            marks.append((icon("arrow-left"), _("Given back")))
        elif is_untaken(row, today=self.today):
            marks.append((mark_safe(""), _("Not taken on yet")))
        if row.edited_ok is False and row.state not in UNCLEARED_UNSAID:
            marks.append((mark_safe(""), _("Text not cleared")))
        return format_html_join(" ", '<span class="mark">{}{}</span>', marks)


UNCLEARED_UNSAID = (QuestionState.RECEIVED, QuestionState.MERGED)


def shortened(text, most):
    """Return the text, or its beginning with an ellipsis. Stored text is composed: a sign a letter."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


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
            % {"who": who, "day": written_day(question.due_on)}
        )
    elif question.state == QuestionState.MERGED:
        said.append(_("lives on in %(code)s") % {"code": question.merged_into})
    elif question.state == QuestionState.CLASSIFIED:
        said.append(_("sorted, to be answered at the conference"))
    if question.edited_ok:
        said.append(_("text cleared"))
    return "; ".join(said) + "."
