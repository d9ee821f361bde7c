"""Every form sent many times at the same moment does what it does once, and all are answered alike.

What one sending writes is seen first and taken back; then many identical ones are sent at once
by the same person, and must have written as many rows of each kind, and none besides. Of those
that only change what is there two at once will do.
"""

import datetime as dt
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from committees.domain import importing
from committees.models import Membership, Role, User
from foundation import limits, once
from foundation.clock import day_of
from foundation.models import SpentKey
from jobs.models import Rendering
from jobs.states import JobState
from periods.models import Obligation, ReportingPeriod
from privacy.domain import personal_requests
from reports.domain import drafting, issuing, writing
from reports.models import Rehearsal
from sessions.domain import follow_up, notes, questions, triage
from tests.committees.sheets import PEOPLE, upload, xlsx
from tests.house import PACKAGES
from tests.walls.forms import forms_of
from tests.walls.places import NAMED_BY, addresses, every_pattern
from tests.walls.scene import build_scene
from tests.walls.table import row_of
from tests.world import LONG_AGO, NOON

pytestmark = pytest.mark.django_db(transaction=True)
TIMES, A_FEW = 20, 2
NOT_COUNTED = {SpentKey._meta.db_table, "attempts"}
OURS = tuple(f"{room}:" for room in PACKAGES)
IN_A_MONTH = f"{timezone.localdate() + dt.timedelta(days=30):%d/%m/%Y}"
TODAY = f"{timezone.localdate():%d/%m/%Y}"
WORDS = "Đề nghị sửa mái"
AHEAD = f"{timezone.localdate() + dt.timedelta(days=40):%d/%m/%Y} 08:00"
LATER = f"{timezone.localdate() + dt.timedelta(days=50):%d/%m/%Y} 08:00"
TOKEN = "csrfmiddlewaretoken"
BARE = "–"  # sent as it is, with its token alone


def a_list(own):
    return upload(xlsx(PEOPLE, ["Lý Thị Nga", "nga2@example.vn", "A01", "Cán bộ"]))


@dataclass
class Act:
    """One form: who sends it, where it stands, and what is typed into it."""

    name: str
    who: str = "clerk"
    typed: dict = field(default_factory=dict)
    page: str = ""  # the address on which the form stands, if it is not its own
    on: str = ""  # the thing of the scene it is about, if not the one that places.py names
    status: int = 302
    again: int = 302  # of the second time
    confirms: bool = False  # what it would change is shown first, and asked again
    writes: bool = True  # a row of its own, not only into one that is there
    times: int = TIMES

    def __str__(self):
        return self.name


REASON = {"reason": WORDS}
NO_DATES = dict.fromkeys(
    ("ends_at", "plan_due_on", "asks_open_at", "asks_close_at", "notice_due_on",
     "conclusion_due_on", "answers_due_on"), "",
)  # fmt: skip
CREATING = (
    Act("sessions:conference_create", typed={"starts_at": AHEAD, "place": "Hội trường"}),
    Act("sessions:conference_clone", typed={**NO_DATES, "starts_at": LATER}),
    Act("sessions:commitment_create", typed={"text": WORDS, "lead_unit": "Văn phòng", "due_on": IN_A_MONTH}),
    Act("sessions:progress_add", typed={"text": WORDS}),
    Act("sessions:template_create", typed={"name": "Mẫu hai", "text": WORDS}),
    Act("sessions:note_add", page="sessions:answer_write", typed={"note-text": WORDS}),
    Act("sessions:note_change", typed={"note-text": f"{WORDS} lại"}),
    Act("sessions:theme_list", typed={"name": "Chỗ để xe"}),
    Act("sessions:slips_print", typed={"number": "12"}, status=200, again=409),
    Act("sessions:question_ask", "staff", {"text": WORDS, "level": "confidential"}),
    Act("sessions:question_ask", "staff", {"text": f"{WORDS} 2", "level": "named"}),
    Act("sessions:question_record", typed={"text": WORDS, "level": "named", "name": "Lý Thị Nga", "unit": "", "channel": "paper"}),
    Act("sessions:assignment_accept", "leader", page="sessions:answer_write"),
    Act("sessions:assignment_give_back", "leader", REASON, page="sessions:answer_write"),
    Act("sessions:answer_write", "leader", {"text": WORDS, "save": "1"}),
    Act("sessions:answer_correct", "secretary", typed={"text": f"{WORDS} lại", **REASON}),
    Act("committees:committee_create", "head", {"code": "M01", "name": "Đảng ủy Mới", "active_from": TODAY}),
    Act("committees:committee_rename", "head", {"name": "Đảng ủy Viện Minh Hòa Mới", "valid_from": IN_A_MONTH}),
    Act("committees:term_begin", "head", {"name": "2030-2035", "starts_on": IN_A_MONTH}),
    Act("committees:member_add", "secretary", {"full_name": "Lý Thị Nga", "email": "nga@example.vn"}),
    Act("committees:deputy_add", "secretary", {"leader": lambda own: own.deputyship.leader_id, "deputy": lambda own: own.deputyship.deputy_id, "starts_on": IN_A_MONTH, "ends_on": IN_A_MONTH, **REASON}),
    Act("committees:people_invite", "head", page=BARE),
    Act("committees:member_invite", "secretary", on="invited", page="committees:member_list_of", writes=False),
    Act("committees:members_invite", "secretary", page=BARE, writes=False),
    Act("committees:calendar_day_add", "administrator", {"day": IN_A_MONTH, "name": "Nghỉ bù"}),
    Act("committees:import_upload", "secretary", {"file": a_list}),
    Act("committees:import_leave_out", on="half_right", page=BARE, writes=False),
    Act("committees:import_apply", on="half_right", page=BARE),
    Act("committees:import_undo", on="half_right", page=BARE),
    Act("reports:report_start", page=BARE),
    Act("reports:report_correct", page="reports:report_detail"),
    Act("board:consolidated_order", "head", page="board:board_desk_of"),
    Act("board:period_zip", "head", page="board:board_desk_of"),
    Act("operations:rehearsal_start", "head", page=BARE),
    Act("board:obligation_extend", "head", {"to": "30/06/2092", **REASON}, page="board:obligation_detail"),
    Act("board:consolidated_word", "officer", {"text": WORDS}, writes=False),
    Act("board:obligation_exempt", "head", {"exempt-reason": "Mới thành lập."}, page="board:obligation_detail"),
    Act("board:period_prepare", "head", page="board:period_list"),
    Act("board:period_change", "head", {"to": "30/06/2090", **REASON}, confirms=True),
    Act("board:period_auto_issue", "head", {"on": "on", **REASON}),
    Act("reports:narrative_edit", typed={"text": WORDS}, writes=False),
    Act("reports:paper_start", page="reports:conference_papers"),
    Act("privacy:personal_name", "staff", {"name": "Đỗ Minh Đức Hai"}),
    Act("privacy:personal_question", "staff"),
    Act("privacy:personal_account", "leader", {"is_meant": "on"}),
    Act("privacy:personal_paper", "secretary", {"name": "Lý Thị Nga", "asked_on": TODAY, "text": WORDS}),
)  # fmt: skip
CHANGING = (
    Act("reports:paper_edit", typed={"focus": WORDS}, writes=False),
    Act("reports:paper_issue", "secretary"),
    Act("reports:notice_publish", typed={"on": TODAY, "channels": "Bảng tin"}),
    Act("sessions:question_change", "staff", {"text": "Bao giờ có chỗ để xe?"}, writes=False),
    Act("sessions:question_withdraw", "staff"),
    Act("sessions:question_send_again", "staff", page=BARE),
    Act("sessions:question_follow_up", "staff", {"act": "rate", "value": "answered"}, page=BARE),
    Act("sessions:question_follow_up", "staff", {"act": "appeal", "text": WORDS}, page=BARE),
    Act("sessions:question_follow_up", "staff", {"act": "reply", "text": WORDS}, page=BARE, on="asked_back", writes=False),
    Act("sessions:notices_read", "staff", page=BARE, writes=False),
    Act("sessions:question_sort", page="sessions:triage_question"),
    Act("sessions:question_ask_back", page=BARE, typed={"ask_back-text": WORDS}),
    Act("sessions:question_merge", page=BARE, typed={"merge-into": lambda own: own.fresh_0.code}, on="fresh_1"),
    Act("sessions:question_decline", page=BARE, typed={"decline-code": "unclear", "decline-text": WORDS}, on="fresh_2"),
    Act("sessions:question_refer", page=BARE, typed={"refer-to": "Thanh tra", "refer-reason": WORDS}, on="fresh_3"),
    Act("sessions:question_escalate", page=BARE, typed={"escalate-to": "Khối", "escalate-reason": WORDS}, on="fresh_4"),
    Act("sessions:question_transfer", page=BARE, typed={"transfer-to": "B02", "transfer-reason": WORDS, "transfer-version": lambda own: fresh(own.fresh_5).version}, on="fresh_5"),
    Act("sessions:question_return", page=BARE, typed={"return-reason": WORDS, "return-version": lambda own: fresh(own.came).version}),
    Act("sessions:question_take_back", page=BARE, typed={"take_back-reason": WORDS}),
    Act("sessions:question_reconsider", page=BARE, typed={"reconsider-reason": WORDS}),
    Act("sessions:question_appeal", "secretary", {"appeal-text": WORDS}, page=BARE, on="answered", writes=False),
    Act("sessions:merge_undo", page=BARE),
    Act("sessions:question_stop_asking", page=BARE, writes=False),
    Act("sessions:question_insist", page=BARE, typed={"insist-reason": WORDS}, writes=False),
    Act("sessions:holding_reply_give", "leader", {"holding-text": WORDS, "holding-due_on": IN_A_MONTH, "holding-reason": WORDS}, page=BARE),
    Act("sessions:contribution_write", "leader", {"text": WORDS}),
    Act("sessions:answer_send_back", "secretary", {"remarks": WORDS}, page=BARE),
    Act("sessions:answer_complete", page=BARE, typed={"reason": WORDS, "due_on": IN_A_MONTH}),
    Act("sessions:template_change", typed={"text": f"{WORDS} lại"}, writes=False),
    Act("sessions:template_retire", page="sessions:template_list", writes=False),
    Act("sessions:template_restore", page=BARE, writes=False),
    Act("sessions:note_remove", page=BARE, on="another_note", writes=False),
    Act("sessions:theme_rename", page=BARE, typed={"name": "Nhà xe"}, writes=False),
    Act("sessions:theme_retire", page=BARE, writes=False),
    Act("sessions:commitment_change", typed={"text": f"{WORDS} lại", **REASON}),
    Act("sessions:commitment_settle", typed={"result": WORDS, "evidence": "Số 1"}),
    Act("sessions:commitment_reopen", typed=REASON),
    Act("sessions:commitment_cancel", typed=REASON, on="done"),
    Act("sessions:conference_change", typed={**NO_DATES, "title": "Đối thoại"}, writes=False),
    Act("sessions:conference_results", typed={"summary": WORDS}, writes=False),
    Act("sessions:conference_hold"),
    Act("sessions:conference_close"),
    Act("sessions:conference_postpone", typed=REASON),
    Act("sessions:conference_reschedule", typed={**NO_DATES, "starts_at": LATER}),
    Act("sessions:conference_cancel", typed=REASON),
    Act("privacy:my_data", "staff", {"phone": "0912 345 678"}, writes=False),
    Act("privacy:my_data_copy", "staff", page=BARE, status=200, again=200, writes=False),
    Act("committees:member_unlock", "secretary", page=BARE),
    Act("committees:member_recover", "secretary", {"new_email": "duc.moi@example.vn", **REASON}),
    Act("committees:member_recovery_stop", "secretary", page=BARE, writes=False),
    Act("privacy:purge_withdraw", "secretary", page=BARE, writes=False),
    Act("committees:deputy_end", "secretary", page="committees:member_list_of"),
    Act("committees:member_change", "secretary", {"post": "Trưởng phòng"}),
    Act("committees:member_end", "secretary"),
    Act("committees:committee_change", "head", {"party_members": "99"}),
    Act("committees:committee_close", "head", {"active_until": IN_A_MONTH}),
    Act("committees:calendar_day_change", "administrator", {"name": "Nghỉ Tết"}),
    Act("committees:calendar_confirm", "administrator", page=BARE),
    Act("committees:calendar_day_remove", "administrator", page=BARE),
    Act("reports:report_signing", typed={"signer": "Nguyễn Thị Ánh"}, writes=False),
    Act("reports:report_not_held", typed={**REASON, "until": IN_A_MONTH}, writes=False),
    Act("reports:report_issue", "secretary"),
    Act("board:report_acknowledge", "head", page="reports:report_detail"),
    Act("board:report_return", "head", {"remarks": WORDS}, on="second"),
    Act("reports:report_withdraw", "secretary", {**REASON, "understood": "on"}, on="third"),
    Act("privacy:personal_decide", "secretary", {"decision": "refuse", "reply": WORDS}, on="another_wish"),
    Act("privacy:personal_withdraw", "staff", page=BARE, writes=False),
    Act("reports:minutes_presence", typed={"present": WORDS}, writes=False),
    Act("reports:turn_note", typed={"text": WORDS}, writes=False),
    Act("reports:minutes_submit", page="reports:minutes_detail"),
    Act("reports:minutes_send_back", "secretary", {"reason": WORDS}, on="held"),
    Act("reports:minutes_submit", page="reports:minutes_detail"),
    Act("reports:minutes_approve", "secretary", page="reports:minutes_detail", on="held"),
    Act("reports:minutes_take_back", page=BARE),
    Act("reports:minutes_sign", page=BARE, typed={"version": lambda own: fresh(own.minuted).version, "minutes_signed_on": TODAY}, writes=False),
    Act("reports:addendum_change", typed={"text": WORDS}, writes=False),
    Act("reports:addendum_discard", page=BARE, typed={"version": lambda own: own.minuted.minutes.get(number=1).version}, writes=False),
    Act("reports:addendum_write", typed={"text": WORDS, **REASON}),
    Act("reports:rendering_again", page=BARE, writes=False),
    Act("operations:job_now", "administrator", {"kind": "rendering", "pk": lambda own: own.rendering.pk}, page=BARE, writes=False),
    Act("operations:health_resume", "administrator", page=BARE, writes=False),
    Act("operations:health_held", "administrator", {"act": "send"}, page=BARE, writes=False),
    Act("committees:setup_bloc", "administrator", page=BARE, writes=False),
    Act("committees:setup_board", "administrator", page=BARE, writes=False),
)  # fmt: skip
ACTS = (*CREATING, *(replace(act, times=A_FEW) for act in CHANGING))
ELSEWHERE = {
    "sessions:question_similar": "reads",
    "sessions:answered_questions": "reads",
    "privacy:question_purge": "tests/privacy/test_purging.py",
    "privacy:purge_decide": "tests/privacy/test_purging.py",
    "sessions:vouchers_draw": "tests/sessions/test_blind_vouchers.py",
    **{
        f"sessions:{name}": "tests/sessions/test_unsealing.py"
        for name in ("question_unseal", "opening_show", "opening_withdraw", "opening_decide")
    },
    "sessions:answer_publish": "tests/sessions/test_triage.py",
    "board:obligations_extend": "tests/board/test_dates.py",
    # What changed since its figures were taken blocks it, and in the scene much has.
    "board:consolidated_issue": "tests/board/test_consolidated.py",
    **{
        f"hall:{name}": "tests/hall/test_desk.py"
        for name in (
            *("floor_ask", "question_call", "place_change", "turn_answer", "turn_later"),
            *("turn_put_back", "turn_clock", "turn_gist", "turns_limit"),
        )
    },
    **{
        f"hall:{name}": "tests/hall/test_guests.py"
        for name in ("guests_add", "guests_add_people", "guest_edit", "guest_remove")
    },
    **{
        f"hall:{name}": "tests/hall/test_door.py"
        for name in ("guest_tick", "guests_settle", "guests_unsettle")
    },
    **{
        f"hall:{name}": "tests/hall/test_invitations.py"
        for name in ("invitations_send", "invitations_cancel", "invitation_reply")
    },
    **{f"operations:practice_{name}": "tests/hall/test_practice.py" for name in ("switch", "step")},
    **{f"hall:{name}": "tests/hall/test_passes.py" for name in ("passes_switch", "join_pass")},
    "hall:questions_merge": "tests/hall/test_merging.py",
    **{
        f"board:{name}": "tests/board/test_listing.py"
        for name in ("reports_receive", "offices_remind")
    },
    **{f"hall:{name}": "tests/hall/test_speakers.py" for name in ("speaker_add", "speaker_change")},
    **{f"hall:{name}": "tests/hall/test_seats.py" for name in ("seats_switch", "join_same")},
    **{f"hall:{name}": "tests/hall/test_undoing.py" for name in ("act_undo", "turn_reopen")},
    **{f"hall:{name}": "tests/hall/test_screens.py" for name in ("screen_show", "screen_link")},
    "reports:signature_list": "reads",
    "reports:invitation_print": "reads",
    "sessions:questions_sort": "tests/sessions/test_sorting.py",
    "sessions:sorting_undo": "tests/sessions/test_sorting_undone.py",
    "reports:signed_copy_add": "tests/reports/test_signing.py",
}


def sent_to(act, scene):
    """Return the address the form is sent to, and the page it stands on."""
    own = SimpleNamespace(**vars(scene.own))
    if act.on:
        setattr(own, NAMED_BY.get(act.name.rpartition(":")[2], "received"), getattr(own, act.on))
    places = addresses(own)
    path = places[act.name]
    return path, places.get(act.page, act.page) or path


def form_of(act, scene, client):
    """Return the address of the form and what it is sent with, as it stands on its page."""
    path, page = sent_to(act, scene)
    if page == BARE:
        return path, {TOKEN: "t" * 64, **act.typed}
    shown = client.get(page, follow=True).content.decode()
    typed = {**values_of(shown, page, path), **act.typed}
    if act.confirms:
        shown = client.post(path, typed).content.decode()
        (box,) = re.findall(r'<input[^>]*name="understood"[^>]*>', shown)
        typed["understood"] = re.search(r'value="([^"]*)"', box)[1]
    return path, typed


def values_of(shown, page, path):
    """Return what stands in the fields of the form that is sent to `path`."""
    found = [form for form in forms_of(shown, page) if form.method == "POST"]
    values = next((form.values for form in found if form.action == path), {})
    assert values.get(TOKEN), (path, page, [form.action for form in found])
    for name in (
        "add_row",
        "recompute",
        "preview",
        "fill",
        "cite",
    ):  # of the buttons the one that saves is pressed
        values.pop(name, None)
    return values


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def counted():
    """Return {table: rows} of everything that is kept."""
    tables = [t for t in connection.introspection.table_names() if t not in NOT_COUNTED]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{t}', count(*) FROM {t}" for t in tables))
        return Counter(dict(cursor.fetchall()))


def complete(scene, world):
    """Add to the scene what the acts below need besides."""
    own, at = scene.own, timezone.now()
    # One Board's alone, or its head could change nothing for everybody.
    Obligation.objects.filter(period=own.period).update(board=scene.office.board)
    nga = User.objects.create(username="nga", email="nga0@example.vn", full_name="Lý Nga")
    nga.set_unusable_password()
    nga.save()
    own.invited = Membership.objects.create(
        user=nga, committee=world.host, role=Role.STAFF, starts_on=LONG_AGO
    )
    for n in range(9):
        Membership.objects.create(
            user=User.objects.create(username=f"n{n}", full_name=f"Người {n}"),
            committee=world.host, role=Role.STAFF, starts_on=LONG_AGO,
        )  # fmt: skip

    def asked(conference, on):
        return questions.submit_question(
            conference, text=WORDS, theme=world.themes[2], kind="opinion", level="confidential",
            by=world.staff, at=on,
        )  # fmt: skip

    for n in range(6):
        setattr(own, f"fresh_{n}", asked(own.ahead, at))
    triage.clear_text(own.fresh_5, by=world.clerk, at=at)
    own.asked_back = asked(own.ahead, at)
    follow_up.ask_back(own.asked_back, text="Ở đâu?", by=world.clerk, at=at)
    triage.classify_question(
        own.fresh_0, theme=world.themes[2], kind="opinion", by=world.clerk, at=at
    )
    rows = (
        ["Hà Thị Oanh", "oanh@example.vn", "A01", "Cán bộ"],
        ["Sai", "sai@example.vn", "A01", "Vua"],
    )
    own.half_right = importing.check_file(
        upload(xlsx(PEOPLE, *rows)), kind="people", by=world.clerk, at=at
    )
    own.another_note = notes.write_note(own.assigned, text=WORDS, by=world.clerk, at=at)
    Rehearsal.objects.update(state=JobState.DONE)
    own.another_wish = personal_requests.ask(
        kind="name", by=world.colleague, at=at, name="Vũ Hồng Gấm Hai", text=""
    )
    for number, name in enumerate(("second", "third")):
        period = ReportingPeriod.objects.create(
            year=2095 + number, half=2, starts_on=dt.date(2095 + number, 6, 25),
            due_before=dt.date(2095 + number, 12, 25),
        )  # fmt: skip
        draft = drafting.start_draft(
            Obligation.objects.create(period=period, committee=world.host, board=world.board),
            by=world.clerk, at=at,
        )  # fmt: skip
        writing.explain_not_held(draft, reason=WORDS, until=day_of(at) + dt.timedelta(90), at=at)
        draft.refresh_from_db()
        setattr(own, name, issuing.issue_report(draft, by=world.secretary, at=at))


def made(typed, own):
    """Return what is typed: each file one of its own, the names of things as they are now."""
    return {name: value(own) if callable(value) else value for name, value in typed.items()}


@contextmanager
def a_crowd():
    """Yield a function that does something many times at the same moment, each on a connection."""
    with ThreadPoolExecutor(TIMES) as pool:

        def together(act, times):
            start = threading.Barrier(times)

            def run(_number):
                start.wait(60)
                return act()

            return list(pool.map(run, range(times)))

        yield together
        together(lambda: connection.close(), TIMES)  # of each thread its own


def sending(cookies, path, typed, own):
    """Return an act: the form is sent, and answers with its status and where it leads."""

    def send():
        client = Client(raise_request_exception=False)
        client.cookies = SimpleCookie(cookies)
        answer = client.post(path, made(typed, own))
        return answer.status_code, answer.headers.get("Location", "")

    return send


@pytest.mark.parametrize("most", [8, pytest.param(TIMES, marks=pytest.mark.long)])
def test_each_form_sent_many_times_at_once_acts_once(world, monkeypatch, most):
    monkeypatch.setitem(limits.gates, "pages", limits.Gate(TIMES, TIMES, 60))
    scene = build_scene(world)
    complete(scene, world)

    with a_crowd() as together:
        wrong = [said for act in ACTS if (said := wrong_with(act, scene, together, most))]

    assert not wrong, "\n".join(wrong)


def wrong_with(act, scene, together, most):
    """Send the form once and take it back, then many times at once; return what is wrong."""
    client = Client(raise_request_exception=False)
    client.force_login(scene.people[act.who])
    path, typed = form_of(act, scene, client)
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        before = counted()
        first = client.post(path, made(typed, scene.own))
        first_time = counted() - before
        transaction.set_rollback(True)
    if first.status_code != act.status:
        said = re.findall("id_?[a-z_-]*error[^>]*>.{0,90}", first.content.decode())
        return f"{act}: answered {first.status_code} {said[:5]}"
    keys, times = SpentKey.objects.count(), min(act.times, most)
    answers = Counter(together(sending(cookies, path, typed, scene.own), times))
    came = counted() - before
    if act.who == "staff" and act.name.startswith("sessions:") and SpentKey.objects.count() != keys:
        return f"{act}: leaves a row at the moment at which somebody asks"
    is_alike = len(answers) == 1 or {status for status, _ in answers} == {200, act.again}
    if came != first_time or not is_alike:
        return f"{act}: once {dict(first_time)}, {times} times {dict(came)} {answers}"
    return f"{act}: writes nothing" if act.writes and not first_time else ""


def test_a_part_of_a_page_may_be_sent_again_and_an_act_may_not(client, world):
    """Whoever says to be htmx makes nothing twice that leads on; a place of a draft is saved anew."""
    client.force_login(world.head)
    packing = reverse("board:period_zip", args=[world.period.code])
    for _ in range(3):
        client.post(packing, {TOKEN: "t" * 64}, headers={"HX-Request": "true"})
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    client.force_login(world.clerk)
    place = reverse("reports:narrative_edit", args=[draft.pk, "lead"])
    page = client.get(place).content.decode()
    typed = {**values_of(page, place, place), "text": WORDS}

    answers = [client.post(place, typed, headers={"HX-Request": "true"}) for _ in range(2)]

    assert Rendering.objects.filter(archive__board=world.board).count() == 1
    assert [answer.status_code for answer in answers] == [200, 200]


def test_spent_keys_are_kept_for_two_days_and_name_nobody(client, world):
    client.force_login(world.head)
    client.post(reverse("board:period_zip", args=[world.period.code]), {TOKEN: "t" * 64})

    once.forget_spent_keys(at=timezone.now() + dt.timedelta(days=2))
    assert SpentKey.objects.exists()
    once.forget_spent_keys(at=timezone.now() + dt.timedelta(days=3))
    assert not SpentKey.objects.exists()
    assert {field.name for field in SpentKey._meta.fields} == {"digest", "went_to", "spent_on"}


def test_every_form_has_its_verdict():
    named = {act.name for act in ACTS}
    sent = {
        name
        for name, _ in every_pattern()
        if name.startswith(OURS) and "POST" in row_of(name)["methods"].split()
    }
    print(sorted(sent - named - set(ELSEWHERE)))
    assert sent == named | set(ELSEWHERE)
