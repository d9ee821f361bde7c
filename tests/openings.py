"""Asking for a name, agreeing to it and reading it, in one line each."""

from sessions.askers import unsealing
from sessions.domain import triage
from sessions.models import Question

REASON = "Người hỏi nói đang bị đe dọa, cần giúp ngay."


def coded(question):
    """Give the question a code, as sorting it does."""
    Question.objects.filter(pk=question.pk).update(**triage.number_for(question))
    question.refresh_from_db()
    return question


def asked_for(question, world, *, at, by=None):
    """Return the request of the secretary for the name of the question."""
    by = by or world.secretary
    return unsealing.request_opening(coded(question), reason=REASON, by=by, at=at)


def agreed(question, world, *, at, by=None):
    request = asked_for(question, world, at=at, by=by)
    unsealing.agree(request, by=world.officer, at=at)
    return request


def opened(question, world, *, at):
    """Go the whole way; return the person who asked."""
    request = agreed(question, world, at=at)
    return unsealing.open_name(request, by=world.secretary, at=at)
