"""Who may do what: the table in docs/permissions.md is what the code does, and pages are private."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

import committees.permissions
import hall.permissions
import reports.permissions
import sessions.permissions
from reports.models import ConsolidatedReport, Paper, PersonalRequest, Purge, Report
from sessions.models import (
    Answer,
    Commitment,
    InternalNote,
    OpeningDecision,
    OpeningRequest,
    Question,
)
from tests.house import PACKAGES
from tests.world import NOON, make_conference, moment

ROOT = Path(__file__).resolve().parent.parent
MODULES = (
    committees.permissions,
    sessions.permissions,
    hall.permissions,
    reports.permissions,
)
ROLES = ("secretary", "clerk", "leader", "staff", "head", "officer")


def table():
    """Return {function: {role: bool}} as docs/permissions.md has it."""
    found = {}
    for line in (ROOT / "docs/permissions.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if len(cells) == 8 and (name := re.fullmatch(r"`(can_\w+)`", cells[1])):
            found[name[1]] = dict(zip(ROLES, (cell == "yes" for cell in cells[2:]), strict=True))
    return found


def functions():
    return {
        name: value
        for module in MODULES
        for name, value in vars(module).items()
        if name.startswith("can_") and value.__module__ == module.__name__
    }


def things(world):
    """Return {function: (arguments, keywords)} in the state in which the act is possible."""

    def conference(state, **fields):
        return make_conference(world.host, world.secretary, state=state, **fields)

    def question(state, assignee=None, *, to=None, was=None):
        return Question(
            conference=world.conference,
            committee=to or world.host,
            transferred_from=was,
            theme=world.themes[0],
            state=state,
            assignee=assignee,
            due_on=dt.date(2026, 6, 20),
            received_at=NOON,
        )

    def commitment(state):
        return Commitment(committee=world.host, conference=world.conference, state=state)

    def report(state):
        return Report(obligation=world.obligation, state=state)

    begun = conference("scheduled", starts_at=moment(-1), ends_at=moment(-1, 2))
    assigned = question("assigned", world.leader)
    came = question("assigned", was=world.neighbour)
    went = question("classified", to=world.neighbour, was=world.host)
    contributed = question("assigned", world.other_leader)
    contributed.contributors = frozenset({world.leader.pk})
    published = Answer(question=assigned)
    opening = OpeningRequest(committee=world.host, board=world.board, by=world.secretary, at=NOON)
    opening.decision = OpeningDecision(verdict="agreed", by=world.officer, at=NOON)
    paper = Paper(conference=world.conference)

    return {
        "can_manage_members": ((world.host,), {}),
        "can_name_deputies": ((world.host,), {}),
        "can_recover_account": ((world.colleague,), {}),
        "can_manage_committees": ((), {}),
        "can_set_up": ((), {}),
        "can_schedule_conference": ((world.host,), {}),
        "can_change_conference": ((world.conference,), {}),
        "can_postpone_conference": ((world.conference,), {}),
        "can_reschedule_conference": ((conference("postponed"),), {}),
        "can_cancel_conference": ((world.conference,), {}),
        "can_hold_conference": ((begun,), {"at": NOON}),
        "can_close_conference": ((conference("held"),), {}),
        "can_record_results": ((conference("held"),), {}),
        "can_make_commitment": ((conference("held"),), {}),
        "can_change_commitment": ((commitment("open"),), {}),
        "can_add_progress": ((commitment("open"),), {}),
        "can_settle_commitment": ((commitment("open"),), {}),
        "can_cancel_commitment": ((commitment("open"),), {}),
        "can_reopen_commitment": ((commitment("done"),), {}),
        "can_ask": ((world.conference,), {"at": NOON}),
        "can_record_question": ((world.conference,), {}),
        "can_triage": ((world.conference,), {}),
        "can_assign": ((assigned,), {}),
        "can_transfer": ((assigned,), {}),
        "can_give_back_transfer": ((came,), {}),
        "can_take_back_transfer": ((went,), {}),
        "can_edit_themes": ((world.host,), {}),
        "can_ask_back": ((assigned,), {}),
        "can_reply_to_assignment": ((assigned,), {}),
        "can_insist": ((assigned,), {}),
        "can_reply_to_appeal": ((assigned,), {}),
        "can_request_opening": ((assigned,), {}),
        "can_decide_opening": ((opening,), {}),
        "can_withdraw_opening": ((opening,), {}),
        "can_open_name": ((opening,), {"at": NOON}),
        "can_print_vouchers": ((world.conference,), {}),
        "can_write_answer": ((assigned,), {}),
        "can_give_holding_reply": ((assigned,), {}),
        "can_contribute": ((contributed,), {}),
        "can_see_edits": ((assigned,), {}),
        "can_edit_templates": ((world.host,), {}),
        "can_write_note": ((assigned,), {}),
        "can_change_note": ((InternalNote(question=assigned, author=world.clerk),), {}),
        "can_publish_answer": ((published.question,), {}),
        "can_correct_answer": ((question("answered_written", world.leader),), {}),
        "can_complete_answer": ((question("answered_live", world.leader),), {}),
        "can_see_desk": ((conference("closed"),), {}),
        "can_run_hall": ((begun,), {"at": NOON}),
        "can_see_guests": ((conference("closed"),), {}),
        "can_keep_guests": ((conference("scheduled"),), {}),
        "can_cancel_invitations": ((conference("postponed"),), {}),
        "can_tick_guests": ((begun,), {"at": NOON}),
        **dict.fromkeys(
            ("can_see_minutes", "can_edit_minutes", "can_approve_minutes"),
            ((conference("held"),), {}),
        ),
        "can_edit_report": ((report("draft"),), {}),
        "can_issue_report": ((report("draft"),), {}),
        "can_make_papers": ((conference("held"),), {}),
        "can_see_papers": ((conference("cancelled"),), {}),
        "can_take_questions": ((conference("cancelled"),), {}),
        "can_print_papers": ((conference("closed"),), {}),
        "can_start_paper": ((world.conference,), {"at": NOON}),
        "can_edit_paper": ((paper,), {}),
        "can_issue_paper": ((paper,), {"at": NOON}),
        "can_start_report": ((world.obligation,), {}),
        "can_extend": ((world.obligation,), {}),
        "can_exempt": ((world.obligation,), {}),
        "can_see_health": ((), {}),
        "can_repair": ((), {}),
        "can_correct_report": ((report("issued"),), {}),
        "can_acknowledge_report": ((report("issued"),), {}),
        "can_add_signed_copy": ((report("issued"),), {}),
        "can_return_report": ((report("issued"),), {}),
        "can_withdraw_report": ((report("issued"),), {}),
        "can_watch_board": ((world.board,), {}),
        "can_change_period": ((world.board,), {}),
        "can_write_consolidated": ((ConsolidatedReport(board=world.board),), {}),
        "can_issue_consolidated": ((ConsolidatedReport(board=world.board),), {}),
        "can_rehearse": ((world.board,), {}),
        "can_ask_purge": ((assigned,), {}),
        "can_agree_purge": ((Purge(committee=world.host, board=world.board, asked_at=NOON),), {}),
        "can_decide_personal": ((PersonalRequest(committee=world.host, kind="name"),), {}),
    }


def test_every_act_has_a_row_in_the_table():
    assert set(table()) == set(functions())


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(functions()))
def test_the_code_does_what_the_table_says(world, name):
    arguments, keywords = things(world)[name]
    may = functions()[name]

    found = {role: bool(may(world.people[role], *arguments, **keywords)) for role in ROLES}

    assert found == table()[name]
    for stranger in ("other_secretary", "other_staff", "outsider"):
        assert not may(world.people[stranger], *arguments, **keywords)


# --- pages --------------------------------------------------------------------------


def every_view(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from every_view(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", pattern.callback


def test_these_pages_and_no_others_are_public():
    public = {
        name
        for name, view in every_view(get_resolver())
        if not getattr(view, "login_required", True)
    }

    assert public == {
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "account_inactive",
        "account_invitation",
        "account_logout",
        "account_email_confirm",
        "account_email_stop",
        "account_recovery_stop",
        "finish",
        "sessions:my_vouchers",
        "mfa_authenticate",
        "mfa_login_webauthn",
        "sessions:abbreviations",
        "sessions:help_identity",
        "privacy:personal_notice",
        "reports:verify",
        "reports:verify_document",
        "hall:join",
        "hall:join_hall",
        "hall:join_state",
        "hall:join_same",
        "hall:join_pass",
        "hall:screen",  # by a link of its own, for a day
        "hall:screen_state",
        "hall:invitation",  # by a link of its own
        "hall:invitation_reply",
        "admin:login",
        "healthz",
        "metrics",
        "set_language",
    }


OPEN_TO_ALL = (
    "hall:join",
    "hall:join_hall",
    "hall:join_state",
    "hall:join_same",
    "hall:join_pass",
    "hall:screen",
    "hall:screen_state",
    "hall:invitation",
    "hall:invitation_reply",
    "sessions:my_vouchers",
    "sessions:abbreviations",
    "sessions:help_identity",
    "privacy:personal_notice",
    "reports:verify",
    "reports:verify_document",
)
ARGUMENTS = {
    "pk": 1,
    "number": 0,
    "obligation_pk": 1,
    "question_pk": "00000000-0000-4000-8000-000000000000",
    "code": "A01",
    "kind": "people",
    "key": "lead",
    "place": "asks",
    "token": "no-such-token",
    "year": 2026,
    "paper": "notice",
    "level": "named",
}


def own_addresses():
    """Every address of ours, with arguments that name something or nothing."""
    for name, _view in every_view(get_resolver()):
        if name.split(":")[0] in PACKAGES:
            for pattern in get_resolver(None).namespace_dict[name.split(":")[0]][1].url_patterns:
                if pattern.name == name.split(":")[1]:
                    wanted = pattern.pattern.converters
                    arguments = {
                        key: ARGUMENTS["question_pk"]
                        if type(converter).__name__ == "UUIDConverter"
                        else ARGUMENTS[key]
                        for key, converter in wanted.items()
                    }
                    yield name, reverse(name, kwargs=arguments)
                    break


@pytest.mark.django_db
def test_nobody_gets_a_page_without_signing_in(client, world):
    shut = [(name, address) for name, address in own_addresses() if name not in OPEN_TO_ALL]
    assert len(shut) > 100
    for name, address in shut:
        answer = client.get(address)
        assert answer.status_code in (302, 405), name
        if answer.status_code == 302:
            assert answer.url.startswith("/accounts/login/"), name


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["other_secretary", "outsider"])
def test_no_address_breaks_for_those_whom_the_matrix_leaves_out(client, world, who):
    """GET and an empty POST of every address: an answer of ours, never an error.

    Of everybody else tests/walls/test_access_matrix.py asks every method of every address.
    """
    client.raise_request_exception = True
    client.force_login(world.people[who])
    addresses = list(own_addresses())
    assert len(addresses) > 100
    for name, address in addresses:
        for method in (client.get, client.post):
            answer = method(address)
            assert answer.status_code < 500, f"{name} {answer.status_code}"


@pytest.mark.django_db
def test_what_belongs_to_another_committee_is_not_there(client, world):
    client.force_login(world.other_secretary)
    pk = world.conference.pk
    for name in (
        "conference_detail",
        "conference_change",
        "conference_results",
        "question_ask",
        "question_record",
        "triage",
        "conference_ics",
    ):
        assert client.get(reverse(f"sessions:{name}", args=[pk])).status_code == 404, name


@pytest.mark.django_db
def test_who_no_longer_holds_a_role_sees_nothing(client, world):
    world.secretary.memberships.update(ends_on=timezone.localdate() - dt.timedelta(days=1))
    client.force_login(world.secretary)

    answer = client.get(reverse("sessions:conference_detail", args=[world.conference.pk]))

    assert answer.status_code == 404


@pytest.mark.django_db
def test_a_form_that_is_sent_after_its_session_leads_back_to_its_page(client, world):
    sent_to = reverse("sessions:question_sort", args=[ARGUMENTS["question_pk"]])
    page = f"http://testserver/conferences/{world.conference.pk}/triage/?state=received"

    back = client.post(sent_to, headers={"referer": page})
    elsewhere = client.post(sent_to, headers={"referer": "http://example.org/x"})
    visit = client.get("/reports/")

    assert (
        back.url
        == f"/accounts/login/?next=/conferences/{world.conference.pk}/triage/%3Fstate%3Dreceived"
    )
    assert elsewhere.url == "/accounts/login/?next=/"
    assert visit.url == "/accounts/login/?next=/reports/"
