"""Every address of the portal, and what it is called with.

An address that a view adds must be named here if it takes arguments: the tests in this folder
visit all of them.
"""

from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from hall.domain import screens
from hall.models import Hall
from periods.domain.periods import following
from periods.models import ReportingPeriod

NOBODY = "00000000-0000-4000-8000-000000000000"
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


@contextmanager
def taken_back():
    """Take back what the block does: the rows that it changes, and whom it signs out."""
    present = Path(settings.DATA_DIR, "presence", "now")
    known = present.read_bytes() if present.exists() else None
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
    if known is not None and present.read_bytes() != known:
        present.write_bytes(known)


# {address: what of a side (tests/walls/scene.py) its argument `pk` or `question_pk` names}
NAMED_BY = {
    "conference_detail": "ahead",
    "conference_change": "ahead",
    "conference_clone": "ahead",
    "conference_postpone": "ahead",
    "conference_reschedule": "postponed",
    "conference_cancel": "ahead",
    "conference_hold": "begun",
    "conference_close": "held",
    "conference_results": "held",
    "conference_dates": "ahead",
    "conference_ics": "ahead",
    "commitment_create": "held",
    "commitment_detail": "open",
    "commitment_change": "open",
    "progress_add": "open",
    "commitment_settle": "open",
    "commitment_reopen": "done",
    "commitment_cancel": "open",
    "question_ask": "ahead",
    "question_similar": "ahead",
    "question_record": "ahead",
    "question_detail": "received",
    "question_sent": "received",
    "question_follow_up": "answered",
    "vouchers_draw": "round",
    "slips_print": "ahead",
    "question_change": "received",
    "attachment_file": "attachment",
    "question_withdraw": "received",
    "theme_rename": "theme",
    "theme_retire": "theme",
    "triage": "ahead",
    "questions_sort": "ahead",
    "sorting_undo": "ahead",
    "triage_question": "ahead",
    "question_reconsider": "declined",
    "merge_undo": "merged",
    "opening_show": "received",
    "opening_withdraw": "received",
    "opening_decide": "opening",
    "note_add": "assigned",
    **dict.fromkeys(("note_change", "note_remove"), "note"),
    **dict.fromkeys(("template_change", "template_retire", "template_restore"), "template"),
    "commitment_history": "open",
    "answered_question": "published",
    "answer_write": "assigned",
    **dict.fromkeys(("assignment_accept", "assignment_give_back"), "assigned"),
    "question_insist": "given_back",
    "question_return": "came",
    "question_take_back": "went",
    "question_stop_asking": "unclear",
    "contribution_write": "contributed",
    "holding_reply_give": "soon_due",
    "answer_publish": "submitted",
    "answer_send_back": "submitted",
    "answer_correct": "answered",
    "answer_complete": "answered_live",
    "hall_desk": "running",
    "hall_changes": "running",
    "floor_ask": "running",
    "act_undo": "running",
    **dict.fromkeys(
        ("screen_show", "screen_link", "screen", "screen_state", "turns_limit"), "running"
    ),
    **dict.fromkeys(
        ("guest_list", "guests_add", "guests_add_people", "invitations_send", "guests_settle"),
        "running",
    ),
    "guests_unsettle": "running",
    "invitations_cancel": "postponed",
    **dict.fromkeys(
        ("guest_edit", "guest_tick", "guest_remove", "invitation", "invitation_reply"), "guest"
    ),
    "speaker_add": "running",
    "seats_switch": "running",
    "speaker_change": "speaker",
    "question_call": "running",
    "place_change": "running",
    "questions_merge": "running",
    "passes_switch": "running",
    "practice_switch": "running",
    "practice_step": "running",
    **{f"turn_{act}": "turn" for act in ("answer", "later", "put_back", "clock", "gist")},
    "turn_reopen": "taken",
    "report_start": "unstarted",
    "obligation_detail": "unstarted",
    "obligation_extend": "unstarted",
    "obligation_exempt": "unstarted",
    "report_detail": "issued",
    "narrative_edit": "draft",
    "narrative_show": "draft",
    "report_signing": "draft",
    "report_not_held": "draft",
    "report_preview": "draft",
    "report_issue": "draft",
    "report_correct": "issued",
    "report_acknowledge": "issued",
    "report_return": "issued",
    "report_withdraw": "issued",
    "report_compare": "issued",
    "report_slip": "issued",
    "signed_copy_add": "issued",
    "signed_copy_file": "signed_copy",
    "consolidated_compare": "consolidated",
    "consolidated_detail": "consolidated",
    "consolidated_docx": "consolidated",
    "consolidated_issue": "consolidated",
    "consolidated_words": "consolidated",
    "consolidated_word": "consolidated",
    "consolidated_xlsx": "consolidated",
    "report_docx": "issued",
    "report_xlsx": "issued",
    "minutes_docx": "held",
    "minutes_pdf": "held",
    **dict.fromkeys(("minutes_detail", "minutes_presence"), "held"),
    "minutes_submit": "held",
    **{f"minutes_{act}": "laid" for act in ("take_back", "approve", "send_back")},
    "turn_note": "taken",
    **dict.fromkeys(
        ("minutes_sign", "addendum_write", "addendum_change", "addendum_discard"), "minuted"
    ),
    "conclusion_docx": "held",
    "conclusion_pdf": "held",
    **dict.fromkeys(
        ("conference_papers", "paper_start", "notice_publish", "signature_list"), "ahead"
    ),
    **dict.fromkeys(
        ("questions_export", "questions_xlsx", "questions_docx", "questions_pdf"), "held"
    ),
    **{f"question_slips_{suffix}": "ahead" for suffix in ("docx", "pdf")},
    **{
        f"hall_{name}_{suffix}": "running"
        for name in ("poster", "queue")
        for suffix in ("docx", "pdf")
    },
    **dict.fromkeys(("paper_edit", "paper_issue"), "paper"),
    **dict.fromkeys(
        ("paper_detail", "paper_docx", "paper_pdf", "invitation_print"), "issued_paper"
    ),
    "question_purge": "named",
    "purge_detail": "purge",
    "purge_decide": "purge",
    "purge_withdraw": "purge",
    "personal_withdraw": "wish",
    "personal_decide": "wish",
    "rehearsal_detail": "rehearsal",
    "rehearsal_status": "rehearsal",
    "rendering_status": "rendering",
    "rendering_again": "rendering",
    "rendering_file": "rendering",
    "deputy_end": "deputyship",
    "member_change": "membership",
    "member_end": "membership",
    "member_invite": "membership",
    "member_recover": "membership",
    "member_recovery_stop": "membership",
    "member_unlock": "membership",
    "calendar_day_change": "day_off",
    "calendar_day_remove": "day_off",
    "import_review": "imports",
    "import_refused": "imports",
    "import_leave_out": "imports",
    "import_apply": "imports",
    "import_undo": "imports",
    **{f"question_{act}": "received" for act in ("sort", "merge", "decline", "refer", "escalate")},
    "question_transfer": "received",
}
FIXED = {
    "kind": "people",
    "year": "2026",
    "key": "lead",
    "place": "asks",
    "paper": "notice",
    "level": "named",
    "uidb36": "1",
    "token": "no-such-token",
    "app_label": "committees",
    "batch": NOBODY,  # what was done a while ago: it can no longer be undone
}


def every_pattern(resolver=None, namespace=""):
    """Yield (name, pattern) of every address, those of the administration included."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_pattern(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern


def addresses(side):
    """Return {name: path} of every address, with the arguments that `side` gives."""
    return {
        name: path
        for name, pattern in every_pattern()
        if (path := address(name, pattern, side)) is not None
    }


class Nothing:
    """A side on which every name leads to what does not exist."""

    class Missing:
        def __init__(self, pk):
            self.pk = pk
            self.code = "nothing-here"

    def __getattr__(self, name):
        return self.Missing(NOBODY if name in WITH_UUID else 2**31 - 9)


WITH_UUID = {
    *("received", "named", "assigned", "submitted", "declined", "merged", "referred"),
    *("escalated", "answered", "answered_live", "attachment", "waiting"),
    *("given_back", "contributed", "unclear", "soon_due", "came", "went"),
}


def unknown_addresses():
    """Return {name: path} of every address, with arguments that name nothing."""
    return addresses(Nothing())


def address(name, pattern, side):
    wanted = pattern.pattern.regex.groupindex
    if name.startswith("admin:"):
        return admin_address(name, wanted)
    arguments = {key: argument(name.rpartition(":")[2], key, side) for key in wanted}
    return reverse(name, kwargs=arguments)


def admin_address(name, wanted):
    try:
        return reverse(name, kwargs={key: FIXED.get(key, "1") for key in wanted})
    except NoReverseMatch:
        return None  # the catch-all of the administration, which has no name


def argument(name, key, side):
    """Return what stands at `key`, one argument of the address `name`."""
    if key == "token" and name in ("screen", "screen_state") and isinstance(side.hall, Hall):
        return screens.token_of(
            side.hall
        )  # whoever has the link; that of an invitation names its person
    if key in FIXED:
        return "x-y" if (name, key) == ("account_reset_password_from_key", "key") else FIXED[key]
    if name == "verify_document":
        return getattr(side.issued, "verification_code", "nothing-here")
    if key == "code" and name.startswith("join_"):
        return side.hall.code
    if name == "period_prepare":  # one that has not begun
        there = isinstance(side.period, ReportingPeriod)
        return "{}-H{}".format(*following(side.period.year, side.period.half) if there else (1, 1))
    if key == "code":
        is_period = name in PERIOD_PAGES
        return side.period.code if is_period else side.committee.code
    if name == "triage_question" and key == "question_pk":
        return side.received.pk
    if name in ("question_call", "place_change", "join_same") and key == "question_pk":
        return side.waiting.pk
    if key == "number":
        return 1 if name.startswith("addendum_") else 0
    if name in NAMED_BY:
        return getattr(side, NAMED_BY[name]).pk
    if name.startswith("mfa_"):
        return 1
    if name.startswith("question_"):
        return side.received.pk
    raise LookupError(f"Say in tests/walls/places.py what {key} of the address {name} names.")


PERIOD_PAGES = (
    "board_desk_of",
    "desk_xlsx",
    "desk_pdf",
    "reports_receive",
    "offices_remind",
    "obligations_extend",
    "period_zip",
    "consolidated_order",
    "period_change",
    "period_auto_issue",
)
