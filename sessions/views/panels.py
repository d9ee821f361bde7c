"""The acts of sorting beside the form: on one question, and on several at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from foundation.clock import written_day
from sessions import permissions
from sessions.domain import assignments, follow_up, transfers, triage
from sessions.forms.assignments import InsistForm
from sessions.forms.sorting import (
    AppealReplyForm,
    AskBackForm,
    Assignment,
    DeclineForm,
    MergeForm,
    PassOnForm,
    ReconsiderForm,
    ThemeAndKind,
)
from sessions.forms.transfers import GiveBackTransferForm, TransferForm
from sessions.models import Appeal
from sessions.states import IN_PROGRESS, QuestionState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Panel:
    """One act beside the form: its words, its key, when it is offered, what it does."""

    title: StrOrPromise
    button: StrOrPromise
    key: str
    make: Callable  # (data, question) → form
    act: Callable  # (question, by=, at=, **typed)
    states: tuple = IN_PROGRESS
    may: Callable = lambda user, question: True
    stays: bool = False
    said: Callable | None = None  # (question) → what is said once it is done
    leaves: bool = False  # is it then no question of this office any more?


def _plain(form, prefix):
    return lambda data, question: form(data, prefix=prefix)


PANELS = {
    "merge": Panel(
        gettext_lazy("Merge with another question"), gettext_lazy("Merge"), "m",
        lambda data, question: MergeForm(data, question=question, prefix="merge"),
        triage.merge_questions,
        may=lambda user, question: not question.is_transferred,
    ),
    "decline": Panel(
        gettext_lazy("Return with a reason"), gettext_lazy("Return"), "r",
        _plain(DeclineForm, "decline"),
        triage.decline_question,
    ),
    "refer": Panel(
        gettext_lazy("Refer to the competent body"), gettext_lazy("Refer"), "f",
        _plain(PassOnForm, "refer"),
        triage.refer_question,
    ),
    "escalate": Panel(
        gettext_lazy("Put to a higher level"), gettext_lazy("Put to a higher level"), "u",
        _plain(PassOnForm, "escalate"),
        triage.escalate_question,
    ),
    "transfer": Panel(
        gettext_lazy("Transfer to another committee"), gettext_lazy("Transfer"), "t",
        lambda data, question: TransferForm(data, question=question, prefix="transfer"),
        transfers.transfer_question,
        may=permissions.can_transfer,
        said=lambda question: _("%(code)s has been transferred to %(name)s.")
        % {"code": question.code, "name": question.committee.name},
    ),
    "return": Panel(
        gettext_lazy("Give it back to the committee where it was asked"),
        pgettext_lazy("transfer", "Give it back"), "g",
        lambda data, question: GiveBackTransferForm(data, question=question, prefix="return"),
        transfers.give_back,
        may=permissions.can_give_back_transfer,
        said=lambda question: _("%(code)s has gone back to %(name)s.")
        % {"code": question.code, "name": question.committee.name},
        leaves=True,
    ),
    "ask_back": Panel(
        gettext_lazy("Ask the asker back"), gettext_lazy("Ask back"), "b",
        _plain(AskBackForm, "ask_back"),
        follow_up.ask_back,
        may=permissions.can_ask_back, stays=True,
    ),
    "stop_asking": Panel(
        gettext_lazy("Withdraw what was asked back"), gettext_lazy("Withdraw it"), "w",
        lambda data, question: forms.Form(data, prefix="stop_asking"),
        follow_up.withdraw_request,
        may=permissions.can_ask_back, stays=True,
    ),
    "insist": Panel(
        gettext_lazy("Leave it as it was assigned"), gettext_lazy("Leave it so"), "i",
        lambda data, question: InsistForm(data, question=question, prefix="insist"),
        assignments.insist_on_assignment,
        states=(QuestionState.ASSIGNED,), may=permissions.can_insist, stays=True,
    ),
    "reconsider": Panel(
        gettext_lazy("Take it up after all"), gettext_lazy("Take it up"), "r",
        _plain(ReconsiderForm, "reconsider"),
        triage.reconsider_question,
        states=(QuestionState.DECLINED,), stays=True,
    ),
    "appeal": Panel(
        gettext_lazy("Reply to the objection"), gettext_lazy("Send the reply"), "o",
        _plain(AppealReplyForm, "appeal"),
        lambda question, **how: follow_up.reply_to_appeal(
            get_object_or_404(Appeal, question=question), **how
        ),
        states=tuple(QuestionState), may=permissions.can_reply_to_appeal, stays=True,
    ),
}  # fmt: skip


def offered(user, question):
    """Return the names of the acts that the question offers to the person now."""
    appeal = getattr(question, "appeal", None)
    return [
        name
        for name, panel in PANELS.items()
        if question.state in panel.states
        and panel.may(user, question)
        and (name != "appeal" or (appeal and not appeal.reply))
        and (name != "insist" or question.is_given_back)
        and (
            name not in ("ask_back", "stop_asking")
            or question.is_asked_back == (name != "ask_back")
        )
    ]


# --- on several questions ---------------------------------------------------------------


@dataclass(frozen=True)
class BulkAct:
    title: StrOrPromise
    button: StrOrPromise
    make: Callable  # (data, conference) → form
    act: Callable
    may: Callable = permissions.can_triage


def _assignment(data, conference):
    day = written_day(conference.answers_due_on)
    return Assignment(
        data, committee=conference.handled_by, prefix="several", initial={"due_on": day}
    )


BULK = {
    "classify": BulkAct(
        gettext_lazy("Classify"),
        gettext_lazy("Classify all that are ticked"),
        lambda data, conference: ThemeAndKind(
            data, committee=conference.handled_by, prefix="several"
        ),
        triage.classify_question,
    ),
    "assign": BulkAct(
        gettext_lazy("Assign"),
        gettext_lazy("Assign all that are ticked"),
        _assignment,
        triage.assign_question,
        may=permissions.can_assign,
    ),
    "clear": BulkAct(
        gettext_lazy("Clear the text"),
        gettext_lazy("Clear the text of all that are ticked"),
        lambda data, conference: forms.Form(data, prefix="several"),
        triage.clear_text,
    ),
    "decline": BulkAct(
        gettext_lazy("Return"),
        gettext_lazy("Return all that are ticked"),
        lambda data, conference: DeclineForm(data, prefix="several"),
        triage.decline_question,
    ),
}
