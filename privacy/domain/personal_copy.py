"""Everything the portal keeps about one person, put together for that person alone.

Made when it is asked for and not kept; nothing is written down about it, or a row would tell
when somebody was here. Nothing of others is in it, and no anonymous question: nobody knows whose.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
from typing import TYPE_CHECKING, Any

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.template.loader import render_to_string

from committees.models import Deputyship, SignInDay
from foundation import files
from foundation.clock import day_of, start_of
from foundation.models import AuditEntry, Draft
from reports.documents.archive import UndatedZip
from sessions.askers import public as askers
from sessions.domain import attachments
from sessions.models import Answer, AssignmentReply, BlindIssue, Commitment, Contribution
from sessions.queries import own_questions

if TYPE_CHECKING:
    from committees.models import User
    from sessions.models import Attachment, Question


NAME = "du-lieu-cua-toi"


def copy_of(user: User, *, on: dt.date) -> dict[str, Any]:
    """Return what is kept about `user` as words, days, lists and dictionaries. No hours."""
    questions = list(own_questions(askers.questions_of(user)).order_by("received_at", "pk"))
    return {
        "made_on": on,
        "account": {
            "user_name": user.username,
            "full_name": user.full_name,
            "email": user.email,
            "phone": user.phone,
            "since": day_of(user.date_joined),
        },
        "factors": [
            {"kind": one.get_type_display(), "since": day_of(one.created_at)}
            for one in Authenticator.objects.filter(user=user)
        ],
        "roles": [_role(one) for one in user.memberships.select_related("committee")],
        "deputyships": [
            {
                "committee": one.committee.name,
                "leader": one.leader.full_name,
                "deputy": one.deputy.full_name,
                "from": one.starts_on,
                "until": one.ends_on,
                "reason": one.reason,
            }
            for one in Deputyship.objects.filter(Q(leader=user) | Q(deputy=user)).select_related(
                "committee", "leader", "deputy"
            )
        ],
        "questions": [_question(one) for one in questions],
        "openings": [_opening(one, on=on) for one in askers.openings_about(user)],
        "requests": [_request(one) for one in user.personal_requests.select_related("committee")],
        "vouchers": [
            {"committee": one.round.committee.name, "half": f"{one.round.half_label}"}
            for one in BlindIssue.objects.filter(user=user).select_related("round__committee")
        ],
        "drafts": [
            {"form": one.form, "saved_on": day_of(one.saved_at), "typed": one.body}
            for one in Draft.objects.filter(owner=user).order_by("pk")
        ],
        "answers": [
            {"question": one.question.code, "state": f"{one.get_state_display()}", "text": one.text}
            for one in Answer.objects.filter(author=user).select_related("question__conference")
        ],
        "assignments": [
            {
                "question": one.question.code,
                "said": f"{one.get_verdict_display()}",
                "reason": one.reason,
            }
            for one in AssignmentReply.objects.filter(by=user).select_related(
                "question__conference"
            )
        ],
        "contributions": [
            {"question": one.question.code, "text": one.text}
            for one in Contribution.objects.filter(by=user).select_related("question__conference")
        ],
        "commitments": [
            {"code": one.code, "text": one.text, "due_on": one.due_on}
            for one in Commitment.objects.filter(owner=user).select_related("conference")
        ],
        "sign_ins": [
            {
                "on": one.day,
                "what": f"{one.get_kind_display()}",
                "device": f"{one.get_device_display()}",
                "times": one.number,
            }
            for one in SignInDay.objects.of(user, on=on)
        ],
        "acts": [
            {"number": one.number, "on": day_of(one.at), "act": f"{one.get_act_display()}"}
            for one in AuditEntry.objects.filter(actor_id=user.pk).order_by("number")
        ],
    }


def _role(one: Any) -> dict[str, Any]:
    return {
        "committee": one.committee.name,
        "role": f"{one.get_role_display()}",
        "post": one.post,
        "unit": one.unit,
        "from": one.starts_on,
        "until": one.ends_on or "",
    }


def _question(question: Question) -> dict[str, Any]:
    """What its asker reads of it on the own page."""
    answered: Any = question.merged_into or question  # as `own_questions` has read it
    appeal, rating = getattr(question, "appeal", None), getattr(question, "rating", None)
    return {
        "code": question.code,
        "conference": question.conference.title,
        "who_may_know": f"{question.get_level_display()}",
        "received_on": day_of(question.received_at),
        "state": f"{question.get_state_display()}",
        "theme": question.theme.name,
        "text": question.original_text,
        "text_for_others": question.display_text,
        "returned_because": question.return_text,
        "passed_to": question.passed_to,
        "answers": [
            {"on": one.answered_on, "by": one.answered_by, "text": one.text}
            for one in answered.published_answers
        ],
        "first_reply": _first_reply(question),
        "asked_back": [
            {"asked": one.text, "reply": one.reply} for one in question.clarifications.all()
        ],
        "rating": {"value": f"{rating.get_value_display()}", "why": rating.why} if rating else None,
        "objection": {"text": appeal.text, "reply": appeal.reply} if appeal else None,
        "files": [_file_name(question, one) for one in question.attachments.all()],
    }


def _first_reply(question: Question) -> dict[str, Any] | None:
    held = getattr(question, "holding_reply", None)
    if held is None:
        return None
    return {"on": day_of(held.at), "text": held.text, "reason": held.reason, "until": held.due_on}


def _opening(one: Any, *, on: dt.date) -> dict[str, Any]:
    decision = getattr(one, "decision", None)
    return {
        "question": one.code,
        "on": day_of(one.at),
        "by": one.by_name,
        "reason": one.reason,
        "state": f"{one.stage(at=start_of(on + dt.timedelta(days=1))).label}",
        "decided_on": day_of(decision.at) if decision else "",
        "decided_by": decision.by_name if decision else "",
        "decided_because": decision.reason if decision else "",
    }


def _request(one: Any) -> dict[str, Any]:
    return {
        "kind": f"{one.get_kind_display()}",
        "text": one.text,
        "asked_on": one.asked_on,
        "state": f"{one.get_state_display()}",
        "reply": one.reply,
    }


def _file_name(question: Question, attachment: Attachment) -> str:
    return f"tep/{question.code or str(question.pk)[:8]}-{attachment.name}"


def archive_of(user: User, *, on: dt.date) -> bytes:
    """Return the bytes of a ZIP: the copy for people, for programs, and the own files."""
    copy = copy_of(user, on=on)
    made, packed = dt.datetime.combine(on, dt.time.min), io.BytesIO()
    with UndatedZip(packed, made) as archive:
        archive.writestr(f"{NAME}.html", render_to_string("privacy/personal_copy.html", copy))
        archive.writestr(
            f"{NAME}.json", json.dumps(copy, ensure_ascii=False, indent=1, default=str)
        )
        for question in askers.questions_of(user).prefetch_related("attachments"):
            for one in question.attachments.all():
                with contextlib.suppress(files.DamagedFile):
                    archive.writestr(_file_name(question, one), attachments.content_of(one))
    return packed.getvalue()
