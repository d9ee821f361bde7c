"""What somebody is typing: one draft for each person and form, until it is sent or thrown away.

A form says with ``{% keep %}`` that it is kept here, or with ``{% keep_in_tab %}`` that it is kept
in the browser's tab alone; `static/js/kept.js` does the keeping. There is no way to read a draft
but the form itself, shown to the person who typed it.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from typing import TYPE_CHECKING, TypeVar

from django.db import transaction
from django.utils.crypto import salted_hmac

from foundation.clock import day_of, start_of
from foundation.models import Draft

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http.response import HttpResponseBase

    Person = AbstractBaseUser | AnonymousUser
    Answered = TypeVar("Answered", bound=HttpResponseBase)


LARGEST = 256 * 1024  # characters of a draft as it is sent; the longest form holds 100,000
MOST = 300  # of one person
KEPT_DAYS = 60  # without a change
REMEMBERED_DAYS = 2  # that a form was sent, so that a second try does nothing
HEADER = "X-Draft"  # of an answer: "used" where the act was done, "kept" where it was not


class NotKept(Exception):
    """The draft cannot be kept; `why` says whether it is too large or its form was sent."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def person_mark(user: Person) -> str:
    """Return what a tab knows its person by: the same each time, and nobody's outside."""
    return salted_hmac("portal.person", str(user.pk), algorithm="sha256").hexdigest()[:32]


def token_of(user: Person, form: str, thing: object = "") -> str:
    """Return the key of this person's draft of `form` about `thing`; others cannot make one."""
    key = f"{form}:{thing}"
    return f"{key}:{_proof(user, key)}"


def key_in(user: Person, token: str) -> tuple[str, str] | None:
    """Return (form, thing) if `token` was made for this person, otherwise None."""
    key, _, proof = token.rpartition(":")
    if not hmac.compare_digest(proof.encode(), _proof(user, key).encode()):
        return None
    form, _, thing = key.partition(":")
    return form, thing


def _proof(user: Person, key: str) -> str:
    return salted_hmac("portal.drafts", f"{user.pk}:{key}", algorithm="sha256").hexdigest()[:32]


def drafts_of(user: Person, form: str) -> dict[str, Draft]:
    """Return {thing: Draft} of this person's drafts of one form."""
    return {draft.thing: draft for draft in Draft.objects.filter(owner_id=user.pk, form=form)}


def read_by(request: HttpRequest) -> dict[str, dict[str, Draft]]:
    """Return what the request has read of its person's drafts: {form: {thing: Draft}}."""
    read: dict[str, dict[str, Draft]] = request.__dict__.setdefault("_drafts_read", {})
    return read


def begun(
    request: HttpRequest, forms: Collection[str], things: Iterable[str]
) -> set[tuple[str, str]]:
    """Return {(form, thing)} of those in which something is typed; the page reads no other ones.

    What was typed into a form that opens on demand shall be in sight again.
    """
    read = read_by(request)
    read.update({form: {} for form in forms})
    found = Draft.objects.filter(owner_id=request.user.pk, thing__in=things, form__in=forms)
    for draft in found:
        read[draft.form][draft.thing] = draft
    return {(draft.form, draft.thing) for draft in found if draft.body}


@transaction.atomic
def keep_draft(
    user: Person,
    key: tuple[str, str],
    *,
    body: str,
    version: str,
    once: str,
    at: dt.datetime,
) -> Draft:
    """Keep what is typed, in place of what was kept before. Raises NotKept."""
    if len(body) > LARGEST:
        raise NotKept("large")
    draft = _locked(user, key)
    if once and draft.sent_as == once:
        raise NotKept("sent")
    draft.body, draft.version, draft.saved_at = body, version, at
    draft.save()
    surplus = Draft.objects.filter(owner_id=user.pk).order_by("-saved_at")[MOST:]
    Draft.objects.filter(pk__in=[one.pk for one in surplus]).delete()
    return draft


def discard_draft(user: Person, key: tuple[str, str]) -> None:
    Draft.objects.filter(owner_id=user.pk, form=key[0], thing=key[1]).delete()


def draft_in_use(user: Person, key: tuple[str, str]) -> Draft:
    """Return the draft whose form is being sent, locked until the act is done."""
    return _locked(user, key)


def note_sent(draft: Draft, *, once: str, content: str, went_to: str, at: dt.datetime) -> None:
    """Forget what was typed, in the transaction of the act that used it."""
    draft.body = draft.version = ""
    draft.sent_as, draft.sent_digest, draft.went_to = once, digest_of(content), went_to[:500]
    draft.saved_at = start_of(day_of(at))
    draft.save()


def digest_of(content: str) -> str:
    """Return by what the same content is known again, though it is not kept."""
    return salted_hmac("portal.drafts.content", content, algorithm="sha256").hexdigest()


def used(response: Answered) -> Answered:
    """Mark an answer without a redirect: the act was done, its draft is to go."""
    response.headers[HEADER] = "used"
    return response


def not_used(response: Answered) -> Answered:
    """Mark a redirect that has done nothing: the draft stays."""
    response.headers[HEADER] = "kept"
    return response


def is_done(response: HttpResponseBase) -> bool:
    """Was the act done? Whoever leads on has done it, unless the answer says otherwise."""
    said = response.headers.get(HEADER)
    return said == "used" or (said is None and response.status_code in (301, 302, 303))


def let_go(draft: Draft) -> None:
    """The act was not done: leave nothing where nothing was typed."""
    if not draft.body and not draft.sent_as:
        draft.delete()


def _locked(user: Person, key: tuple[str, str]) -> Draft:
    form, thing = key
    draft, _ = Draft.objects.get_or_create(owner_id=user.pk, form=form, thing=thing)
    return Draft.objects.select_for_update(no_key=True).get(pk=draft.pk)


def readable(body: str) -> str | None:
    """Return the draft as it is kept, JSON in one form, or None if it is no draft."""
    try:
        content = json.loads(body)
        text = json.dumps(content, ensure_ascii=False)
        text.encode()
    except (ValueError, RecursionError):
        return None
    return text if isinstance(content, dict) and _is_fields(content.get("fields")) else None


def _is_fields(fields: object) -> bool:
    return isinstance(fields, dict) and all(
        isinstance(values, list) and all(isinstance(value, str) for value in values)
        for values in fields.values()
    )


def forget_old_drafts(*, at: dt.datetime) -> None:
    """Remove what nobody went on with, what was sent, and what belongs to closed accounts."""
    drafts = Draft.objects.all()
    drafts.filter(saved_at__lt=at - dt.timedelta(days=KEPT_DAYS)).delete()
    drafts.filter(body="", saved_at__lt=at - dt.timedelta(days=REMEMBERED_DAYS)).delete()
    drafts.filter(owner__is_active=False).delete()
