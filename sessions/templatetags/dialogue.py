"""Small things the pages of the dialogue print."""

from django import template
from django.urls import reverse

from sessions.states import QuestionState

register = template.Library()


@register.filter
def overdue_on(commitment, day):
    """Is the commitment overdue on `day`?"""
    return commitment.is_overdue(on=day)


@register.filter
def question_state(value):
    """Return the word for a question's state, from its stored value."""
    return dict(QuestionState.choices).get(value, value)


@register.simple_tag
def act_url(act, question):
    """Return the address of one act of sorting."""
    return reverse(f"sessions:question_{act}", args=[question.pk])
