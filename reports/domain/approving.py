"""Minutes and addenda: laid before the chair, approved and frozen, printed as they were approved.

What is laid before the chair is drawn once and kept: the chair reads that, and approves that or
nothing. It is done here and not in the hall because the hall draws no documents; what may become of
minutes stands in `hall.states`, what the office writes into them in `hall.domain.minutes`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import override

from foundation import audit
from foundation.audit import Act
from foundation.clock import day_of, written_day
from foundation.given import given
from foundation.moves import move
from foundation.versions import claim_version
from hall.domain.minutes import NotDrafted, begin_minutes, claim_submitted, lock_minutes
from hall.models import Minutes, Submission
from hall.queries import course_of, minutes_of
from hall.states import MinutesState, TurnState
from reports.documents.blocks import paragraph
from reports.documents.glyphs import Unprintable, unprintable
from reports.domain.conference_papers import in_words, person_and_post
from reports.domain.minutes import minutes_from, own_words
from reports.domain.minutes_facts import differing, minutes_facts
from reports.domain.snapshots import assert_intact, digest
from reports.figures import conference_figures
from sessions.domain.conferences import post_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from committees.models import User
    from foundation.conflicts import Difference
    from sessions.models import Conference


class MinutesNotReady(Exception):
    """Something keeps them from being laid before the chair; `why` says what."""

    def __init__(self, why: Hindrances) -> None:
        super().__init__(str(why))
        self.why = why


@dataclass(frozen=True)
class Hindrances:
    """What must be mended first: a text nobody has cleared, a sign the font lacks, a turn that runs."""

    note: str = ""
    signs: tuple[Unprintable, ...] = ()
    is_running: bool = False

    def __bool__(self) -> bool:
        return bool(self.note or self.signs or self.is_running)


# --- what is drawn --------------------------------------------------------------------


def drawn_now(conference: Conference, *, at: dt.datetime) -> dict[str, Any]:
    """Return {document, facts} of the minutes as the portal would write them at `at`."""
    figures, own, course = (
        conference_figures(conference, at=at),
        own_words(conference),
        course_of(conference),
    )
    with override("vi"):
        return {
            "document": minutes_from(conference, figures, own, course),
            "facts": minutes_facts(figures, own, course),
        }


def snapshot_of(minutes: Minutes, now: dict[str, Any]) -> dict[str, Any]:
    """Return what is kept of minutes or addendum when they are laid before the chair, of what is
    drawn `now`."""
    if not minutes.is_addendum:
        return now
    addendum = {"number": minutes.number, "text": minutes.text, "reason": minutes.reason}
    signs = {name: now["document"][name] for name in ("sign", "cosign")}
    return {"addendum": addendum | signs, "facts": now["facts"]}


def hindrances(minutes: Minutes, snapshot: dict[str, Any]) -> Hindrances:
    """Return what keeps this from being laid before the chair."""
    if minutes.is_addendum:
        approved = given(approved_document(minutes.conference))
        alone = {**approved, "body": [], "annexes": [_section(snapshot)]}
        return Hindrances(signs=tuple(unprintable(alone)))
    document = snapshot["document"]
    is_running = _is_on_the_floor(minutes.conference)
    return Hindrances(document["note"], tuple(unprintable(document)), is_running)


def _is_on_the_floor(conference: Conference) -> bool:
    hall = getattr(conference, "hall", None)
    return hall is not None and hall.turns.filter(state=TurnState.RUNNING).exists()


# --- the acts -------------------------------------------------------------------------


@transaction.atomic
def submit_minutes(minutes: Minutes, *, version: int, by: User, at: dt.datetime) -> Minutes:
    """Lay minutes or an addendum before the chair, as they are drawn at this moment.

    Raises OutdatedVersion, NotDrafted, MinutesNotReady.
    """
    if minutes.pk is None:
        minutes = begin_minutes(minutes.conference)
    lock_minutes(minutes)
    if not minutes.is_drafted:
        raise NotDrafted(f"{minutes} is {minutes.state}")
    claim_version(minutes, version)
    snapshot = snapshot_of(minutes, drawn_now(minutes.conference, at=at))
    if why := hindrances(minutes, snapshot):
        raise MinutesNotReady(why)
    move(minutes, MinutesState.SUBMITTED, by=by, at=at, remarks="")
    Submission.objects.create(
        minutes=minutes,
        version=minutes.version,
        snapshot=snapshot,
        snapshot_sha256=digest(snapshot),
        by=by,
        at=at,
    )
    return minutes


@transaction.atomic
def approve_minutes(minutes: Minutes, *, version: int, by: User, at: dt.datetime) -> Minutes:
    """Approve what was read, and freeze it with who approved it and when.

    Raises MoveNotAllowed where nothing lies before the chair, OutdatedVersion where it is not what
    was read any more, DamagedSnapshot.
    """
    claim_submitted(minutes, version)
    submission = given(minutes.submissions.last())
    assert_intact(submission)
    on = day_of(at)
    committee = minutes.conference.committee
    approved = {
        "by": by.full_name,
        "post": post_of(by, committee=committee, on=on),
        "on": on.isoformat(),
    }
    submission.snapshot = {**submission.snapshot, "approved": approved}
    submission.snapshot_sha256 = digest(submission.snapshot)
    submission.save(update_fields=["snapshot", "snapshot_sha256"])
    minutes.submissions.exclude(pk=submission.pk).delete()
    move(minutes, MinutesState.APPROVED, by=by, at=at, approved_by=by, approved_at=at)
    audit.record(
        Act.MINUTES_APPROVED,
        by=by,
        committee=committee,
        subject=f"{minutes.conference.code} {minutes.number} {written_day(minutes.conference.held_on)}",
        conference=minutes.conference_id,
        number=minutes.number,
        sha256=submission.snapshot_sha256,
    )
    return minutes


# --- what was laid and approved -------------------------------------------------------


def laid(minutes: Minutes, *, version: int | None = None) -> Submission | None:
    """Return what was laid before the chair last, or under that version. Raises DamagedSnapshot."""
    found = Submission.objects.filter(minutes=minutes.pk)
    submission = (found if version is None else found.filter(version=version)).last()
    if submission:
        assert_intact(submission)
    return submission


def changed_since_read(minutes: Minutes, *, version: int, at: dt.datetime) -> list[Difference]:
    """Return what the chair has read otherwise than it stands now, whatever became of it."""
    read = laid(minutes, version=version)
    newest = laid(minutes)
    if minutes.is_drafted or newest is None:
        now = snapshot_of(minutes, drawn_now(minutes.conference, at=at))
    else:
        now = newest.snapshot
    return differing(_told(read.snapshot), _told(now)) if read else []


def _told(snapshot: dict[str, Any]) -> dict[str, str]:
    own = snapshot.get("addendum", {})
    return {**{name: own[name] for name in ("text", "reason") if own}, **snapshot["facts"]}


def told_otherwise(papers: Sequence[Minutes], now: dict[str, Any]) -> list[Difference]:
    """Return what is drawn `now` otherwise than the newest paper knew that was laid before the chair,
    or approved."""
    known = [one for one in papers if not one.is_drafted]
    if not known:
        return []
    return differing(given(laid(known[-1])).snapshot["facts"], now["facts"])


def approved_document(conference: Conference) -> dict[str, Any] | None:
    """Return the minutes as they were approved, with the addenda that were; None before that.

    Raises DamagedSnapshot.
    """
    papers = [one for one in minutes_of(conference) if one.is_approved]
    if not papers:
        return None
    frozen, *addenda = [given(laid(one)).snapshot for one in papers]
    return {**frozen["document"], "annexes": [_section(one) for one in addenda]}


def minutes_paper(
    conference: Conference, *, at: dt.datetime, now: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Return the document as it is to be had at `at`: frozen once approved, until then a draft.

    Raises DamagedSnapshot.
    """
    if document := approved_document(conference):
        return document
    minutes = minutes_of(conference)[0]
    times = minutes.moves.filter(to_state=MinutesState.SUBMITTED).count() if minutes.pk else 0
    if minutes.is_submitted:
        return {**given(laid(minutes)).snapshot["document"], "draft_no": times}
    now = now or drawn_now(conference, at=at)
    return {**now["document"], "draft_no": times + 1}


def _section(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return an addendum as the part of the document that follows the minutes."""
    addendum, approved = snapshot["addendum"], snapshot.get("approved")
    body = [paragraph(addendum["text"]), paragraph(f"Lý do bổ sung: {addendum['reason']}")]
    if approved:
        who = person_and_post(approved["by"], approved["post"])
        day = in_words(dt.date.fromisoformat(approved["on"]))
        body.append(paragraph(f"Đồng chí {who} duyệt bổ sung này {day}."))
    return {
        "label": f"Bổ sung số {addendum['number']}",
        "title": "BỔ SUNG BIÊN BẢN HỘI NGHỊ ĐỐI THOẠI",
        "landscape": False,
        "body": body,
        "sign": addendum["sign"],
        "cosign": addendum["cosign"],
    }
