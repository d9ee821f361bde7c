"""The rehearsal of a deadline day: really played once, and each of its checks seen to fail."""

import copy
import datetime as dt
import json
import os
import subprocess
import sys
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from committees.models import User
from foundation import clock, dumps
from foundation.models import AuditEntry
from jobs.domain.alarms import send_alarms
from jobs.models import Alarm, Delivery
from jobs.states import JobState
from operations.domain import rehearsing
from operations.domain.ordering import order_rehearsal
from operations.domain.ticking import do_everything_due
from operations.rehearsal import FEWEST, checks, stage, told, words
from operations.rehearsal.mail_sink import MailSink
from reports.models import Rehearsal
from tests.conftest import database_url
from tests.house import in_its_room, nothing_set
from tests.walls.scene import another_bloc
from tests.world import NOON

CODES = [check.__name__ for check in checks.CHECKS]


@dataclass
class Played:
    """One performance, with everything that it left."""

    code: int
    output: str
    errors: str
    folder: Path
    before: dict  # what the portal's own database, files, keys and mail server held
    after: dict
    left: set  # folders of rehearsals that were not taken away

    @property
    def facts(self):
        return json.loads((self.folder / "facts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def played(tmp_path_factory, django_db_setup, django_db_blocker):
    """The command, run once as an operator would, beside a portal that must not notice."""
    folder = tmp_path_factory.mktemp("rehearsal") / "kept"
    post = MailSink()
    post.open()

    def what_the_portal_holds():
        with django_db_blocker.unblock():
            rows = dumps.rows_now()
        places = (settings.DATA_DIR, settings.KEYS_DIR)
        found = [path for place in places for path in Path(place).rglob("*") if path.is_file()]
        files = {str(path): path.read_bytes() for path in found}
        return {"rows": rows, "files": files, "letters": list(post.letters)}

    def folders():
        return set(Path(os.environ.get("TMPDIR", "/tmp")).glob(f"{stage.PREFIX}*"))

    before, others = what_the_portal_holds(), folders()
    with django_db_blocker.unblock():
        own = {"DATABASE_URL": database_url(), "TEST_EMAIL_URL": f"smtp://127.0.0.1:{post.port}"}
    result = subprocess.run(
        [
            *(sys.executable, "manage.py", "rehearse_deadline"),
            *("--committees", str(FEWEST), "--questions", "2", "--keep", str(folder)),
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
    )
    after = what_the_portal_holds()
    left = folders() - others
    return Played(result.returncode, result.stdout, result.stderr, folder, before, after, left)


@pytest.fixture(scope="module")
def facts(played):
    return played.facts


# --- the command ----------------------------------------------------------------------


def test_the_command_passes_every_check(played):
    assert (played.code, played.errors) == (0, "")
    *lines, last = played.output.splitlines()
    assert [line.split()[:2] for line in lines] == [["pass", code] for code in CODES]
    assert last == f"{len(CODES)} checks, 0 failed"
    assert len(CODES) >= 12


def test_everything_lay_in_a_place_of_its_own(played):
    for place in ("data/portal.sqlite3", "data/files", "keys/pepper", "facts.json"):
        assert (played.folder / place).exists(), place
    assert not played.left


def test_the_portal_does_not_notice(played):
    assert played.before["rows"]
    assert played.after == played.before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--committees", "10"), "--committees takes a number from 11 to 63."),
        (("--committees", "64"), "--committees takes a number from 11 to 63."),
        (("--questions", "0"), "--questions takes a number from 1 to 50."),
        (("--keep", "."), ". is not empty."),
    ],
)
def test_what_cannot_be_played_is_said_in_one_line(arguments, said):
    result = subprocess.run(
        [sys.executable, "manage.py", "rehearse_deadline", *arguments],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
    )

    assert (result.returncode, result.stderr) == (1, f"CommandError: {said}\n")


# --- the place ------------------------------------------------------------------------


def test_the_process_knows_nothing_of_the_portal(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "EMAIL_URL", "BOUNCE_MAILBOX_URL", "IDENTITY_KEY_FILE"):
        monkeypatch.setenv(name, "the portal's own")

    environment = stage.environment(tmp_path)

    assert "the portal's own" not in environment.values()
    assert {name for name in environment if name.endswith("_URL")} == {"REDIS_URL"}
    for name in ("DATA_DIR", "KEYS_DIR", "HOME", "TMPDIR"):
        assert environment[name].startswith(str(tmp_path))


@pytest.mark.django_db
def test_nowhere_else_can_the_clock_be_set():
    with pytest.raises(RuntimeError):
        clock.set_virtual_now(NOON)

    assert abs(timezone.now() - clock.database_now()) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("name", ["VIRTUAL_NOW", "CRASH_AT"])
def test_production_refuses_what_only_a_rehearsal_may(tmp_path, name):
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=nothing_set(
            DJANGO_SETTINGS_MODULE="dialogue_portal.settings",
            DATA_DIR=str(tmp_path),
            **{name: "2026-06-24T09:00:00+07:00"},
        ),
        capture_output=True,
        text=True,
    )

    assert result.returncode == 1
    assert result.stderr.startswith(f"Setting {name}: only a ")


def test_elsewhere_the_process_refuses_to_begin(tmp_path):
    environment = {**stage.environment(tmp_path), "DATA_DIR": str(tmp_path / "data")}
    result = subprocess.run(
        [*stage.PROGRAM, str(tmp_path / "another"), "11", "0"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert (result.returncode, result.stderr) == (1, "This is not the place of a rehearsal.\n")
    assert not (tmp_path / "data/portal.sqlite3").exists()


def test_a_rehearsal_that_takes_too_long_is_broken_off(monkeypatch):
    sleeps = (sys.executable, "-c", "import time; time.sleep(60)")
    monkeypatch.setattr(stage, "PROGRAM", sleeps)

    with pytest.raises(stage.RehearsalFailed, match="it took too long"):
        stage.rehearse(committees=FEWEST, seconds=1)


def test_a_rehearsal_that_dies_says_its_last_words(monkeypatch):
    monkeypatch.setattr(stage, "PROGRAM", (sys.executable, "-c", "import sys; sys.exit('no disk')"))

    with pytest.raises(stage.RehearsalFailed, match="no disk"):
        stage.rehearse(committees=FEWEST, seconds=30)


# --- each check can fail --------------------------------------------------------------


def report_of(facts, part, version=1):
    code = told.played(facts, part)
    return next(
        one for one in facts["reports"] if (one["committee"], one["version"]) == (code, version)
    )


def file_of(facts, part):
    return told.file_of(facts, told.played(facts, part))


def first_letter(facts, template):
    """The first one of this kind; of the reminders the first one to an office."""
    offices = {one["secretary"] for one in facts["script"].values()}
    return next(
        letter
        for mail, letter in told.letters_of(facts, template)
        if template != told.REMINDER
        or (letter["to"] in offices and mail["is_step"] and letter["says_report"])
    )


def drop_letter(facts, template):
    facts["letters"].remove(first_letter(facts, template))


def lose_an_obligation(facts):
    facts["obligations"].pop()


def a_draft_too_early(facts):
    facts["seen"]["drafts"]["11"] = {facts["obligations"][0]: 1}


def two_drafts_of_one(facts):
    facts["seen"]["drafts"]["10"][facts["obligations"][0]] = 2


def lose_a_reminder(facts):
    drop_letter(facts, told.REMINDER)


def remind_twice(facts):
    facts["letters"].append(first_letter(facts, told.REMINDER))


def remind_who_has_issued(facts):
    code = told.played(facts, "damaged")
    letter = dict(first_letter(facts, told.REMINDER), at=f"{facts['due_before']}T08:00+07:00")
    facts["letters"].append({**letter, "to": facts["script"][code]["secretary"]})


def forget_a_warning(facts):
    rows = facts["seen"]["desk"]["20"]["rows"]
    rows[told.played(facts, "not_held")][1].remove("not_held")


def warn_a_day_too_early(facts):
    facts["seen"]["desk"]["4"]["rows"][told.played(facts, "eve")][1].append("not_issued")


def tell_nobody(facts):
    facts["told"].pop()


def tell_on_another_day(facts):
    facts["told"][0][3] = facts["due_before"]


def midnight_in_time(facts):
    facts["seen"]["desk"]["end"]["rows"][told.played(facts, "at_midnight")][0] = "issued"


def last_second_late(facts):
    facts["seen"]["desk"]["end"]["rows"][told.played(facts, "last_second")][0] = "late"


def another_moment_of_issue(facts):
    report_of(facts, "minute_before")["issued_at"] = f"{facts['due_before']}T00:00:01+07:00"


def arrive_later(facts):
    report_of(facts, "eve")["arrived_at"] = f"{facts['due_before']}T00:05:00+07:00"


def not_seen_in_the_inbox(facts):
    facts["seen"]["inbox"][told.played(facts, "eve")] = [0]


def a_letter_through_a_dead_server(facts):
    facts["letters"][0]["at"] = f"{facts['due_before']}T01:00:00+07:00"


def nobody_alarmed(facts):
    facts["alarms"] = [one for one in facts["alarms"] if one[0] != "mail_down"]


def a_letter_twice(facts):
    facts["letters"].append(facts["letters"][-1])


def a_letter_left_lying(facts):
    facts["mails"][-1]["state"] = "queued"


def a_letter_after_noon(facts):
    facts["letters"][-1]["at"] = f"{facts['due_before']}T13:00:00+07:00"


def another_file_by_mail(facts):
    first_letter(facts, told.COPY)["files"] = ["0" * 64]


def render_twice(facts):
    file_of(facts, "killed")["events"].append("done")


def nobody_killed(facts):
    facts["seen"]["killed_by"] = 0


def steal_the_lease(facts):
    facts["seen"]["while_leased"] = {"state": "done", "attempt": 2}


def both_hands_issue(facts):
    facts["seen"]["pressed_twice"] = ["issued", "issued"]


def a_number_twice(facts):
    report_of(facts, "pressed_twice")["number"] = 2


def keep_the_returned(facts):
    report_of(facts, "returned")["state"] = "returned"


def zeros_left_blank(facts):
    report_of(facts, "not_held")["not_held_reason"] = ""


def another_file_after_the_night(facts):
    file_of(facts, "damaged")["on_disk"] = "0" * 64


def a_broker_after_all(facts):
    facts["seen"]["broker_answers"] = True


def a_step_fails(facts):
    facts["seen"]["errors"].append("OperationalError: locked")


def one_question_lost(facts):
    report_of(facts, "eve")["totals"]["items"] -= 1


def an_outcome_counted_twice(facts):
    report_of(facts, "eve")["totals"]["answered_live"] += 1


def somebody_not_named(facts):
    facts["consolidated"]["missing"].pop(facts["script"][told.played(facts, "missing")]["name"])


def a_late_one_called_missing(facts):
    name = facts["script"][told.played(facts, "minute_after")]["name"]
    facts["consolidated"]["missing"][name] = "Chưa gửi, quá hạn 1 ngày"


def a_byte_changed(facts):
    file_of(facts, "eve")["on_disk"] = "0" * 64


def words_garbled(facts):
    one = file_of(facts, "eve")
    one["text"] = one["text"].replace("ĐẢNGỦY", "ÐANGUY")


def an_arrival_cut_out(facts):
    facts["arrivals"].pop(2)


def an_act_rewritten(facts):
    facts["acts"]["links"][3][2] = "f" * 64


def a_damage_in_the_inbox(facts):
    facts["inbox_damages"].append("BDV no. 3: its content was changed")


def a_day_without_a_word(facts):
    drop_letter(facts, told.BULLETIN)


SABOTAGE = {
    "obligations": [lose_an_obligation],
    "drafts": [a_draft_too_early, two_drafts_of_one],
    "reminders": [lose_a_reminder, remind_twice, remind_who_has_issued],
    "warnings": [forget_a_warning, warn_a_day_too_early],
    "told_by_name": [tell_nobody, tell_on_another_day],
    "on_time": [midnight_in_time, last_second_late, another_moment_of_issue],
    "inbox_at_once": [arrive_later, not_seen_in_the_inbox],
    "mail_dead": [a_letter_through_a_dead_server, nobody_alarmed, arrive_later],
    "mail_drained": [a_letter_twice, a_letter_left_lying, a_letter_after_noon],
    "copies": [another_file_by_mail],
    "killed_worker": [render_twice, nobody_killed, steal_the_lease],
    "pressed_twice": [both_hands_issue, a_number_twice],
    "returned": [keep_the_returned],
    "not_held": [zeros_left_blank],
    "damaged_file": [another_file_after_the_night],
    "no_broker": [a_broker_after_all, a_step_fails],
    "balance": [one_question_lost, an_outcome_counted_twice],
    "named": [somebody_not_named, a_late_one_called_missing],
    "documents": [a_byte_changed, words_garbled],
    "chains": [an_arrival_cut_out, an_act_rewritten, a_damage_in_the_inbox],
    "daily_word": [a_day_without_a_word],
}


def failed(facts):
    return {one["code"] for one in checks.judge(facts) if not one["ok"]}


@pytest.mark.parametrize(
    ("code", "sabotage"),
    [(code, sabotage) for code, ways in SABOTAGE.items() for sabotage in ways],
)
def test_each_check_can_fail(facts, code, sabotage):
    spoilt = copy.deepcopy(facts)
    assert failed(spoilt) == set()

    sabotage(spoilt)

    assert code in failed(spoilt)


def test_every_check_has_its_sabotage_and_its_words():
    assert set(SABOTAGE) == set(words.CHECKS) == set(CODES)


def test_a_check_without_facts_has_failed():
    assert failed({}) == set(CODES)


def test_a_check_that_found_nothing_to_look_at_has_failed():
    nobody = {"script": {}, "obligations": []}

    assert "obligations" in failed(nobody)


# --- the Board's button -----------------------------------------------------------------

PASSED = [{"code": code, "ok": True, "expected": 61, "found": 61, "wrong": []} for code in CODES]
FAILED = [
    {**one, "ok": one["code"] != "named", "found": 60, "wrong": ["– DU07 late"]}
    if one["code"] == "named"
    else one
    for one in PASSED
]


@pytest.fixture
def plays(monkeypatch):
    """A play that takes no time; `plays.findings` is what it finds, or the error it raises."""

    class Plays:
        findings, calls = PASSED, 0

        def __call__(self, *, tell, **given):
            self.calls += 1
            self.given = given
            tell("T-30", 40)
            if isinstance(self.findings, Exception):
                raise self.findings
            return self.findings

    plays = Plays()
    monkeypatch.setattr(rehearsing, "rehearse", plays)
    return plays


@pytest.fixture
def officer(world, client):
    client.force_login(world.people["officer"])
    return world.people["officer"]


def press(client):
    return client.post(reverse("operations:rehearsal_start"))


def text_of(client, rehearsal, name="rehearsal_detail"):
    return client.get(reverse(in_its_room(name), args=[rehearsal.pk])).content.decode()


@pytest.mark.django_db
def test_the_button_on_the_desk_orders_one_and_leads_to_its_page(client, officer, world):
    assert reverse("operations:rehearsal_start") in client.get("/board/").content.decode()

    answer = press(client)

    rehearsal = Rehearsal.objects.get()
    assert answer.url == f"/rehearsals/{rehearsal.pk}/"
    assert (rehearsal.board, rehearsal.ordered_by) == (world.board, officer)
    assert (rehearsal.state, rehearsal.committees) == (JobState.QUEUED, 61)
    entry = AuditEntry.objects.get(act="rehearsed")
    assert (entry.actor_name, entry.facts) == (officer.full_name, {"rehearsal": rehearsal.pk})


@pytest.mark.django_db
def test_pressed_again_while_one_runs_it_is_the_same(client, officer):
    press(client)

    page = client.get(press(client).url).content.decode()

    assert "Đang có một lần diễn tập, chính là lần này." in page
    assert Rehearsal.objects.count() == AuditEntry.objects.filter(act="rehearsed").count() == 1


@pytest.mark.django_db
def test_the_page_says_how_far_it_is_and_stops_asking_when_it_is_over(client, officer, plays):
    press(client)
    rehearsal = Rehearsal.objects.get()
    status = reverse("operations:rehearsal_status", args=[rehearsal.pk])
    Rehearsal.objects.update(state=JobState.RUNNING, step="T-30", progress=40)

    running = client.get(status)
    Rehearsal.objects.update(state=JobState.QUEUED)
    rehearsing.play_rehearsal(rehearsal.pk)
    over = client.get(status)

    assert (running.status_code, over.status_code) == (200, 286)
    assert "Đang diễn ngày thứ 30 trước hạn." in running.content.decode()
    assert 'value="40"' in running.content.decode()
    assert f'data-hx-get="{status}"' in running.content.decode()
    assert "hx-get" not in over.content.decode()
    assert f"Cả {len(CODES)} nội dung đều đạt" in over.content.decode()


@pytest.mark.django_db
def test_what_passed_and_what_failed_is_said_in_words_and_nothing_looks_real(
    client, officer, plays
):
    press(client)
    plays.findings = FAILED
    rehearsal = rehearsing.play_rehearsal(Rehearsal.objects.get().pk)

    page = text_of(client, rehearsal)
    listed = client.get(reverse("operations:rehearsal_list")).content.decode()

    assert f"1 trong {len(CODES)} nội dung không đạt" in page
    assert "– DU07 late" in page
    assert "60/61 đảng ủy" in page
    assert page.index("nêu tên trong báo cáo tổng hợp") < page.index("đều có nghĩa vụ báo cáo")
    for one in (page, listed):
        assert "Diễn tập – không phải số liệu thật" in one
        assert "kỳ tập huấn" in one
        assert "Không đạt" in one
    assert officer.full_name in listed


@pytest.mark.django_db
def test_a_failing_check_is_an_alarm_until_a_rehearsal_passes(world, plays):
    User.objects.create_superuser("admin", "admin@example.vn", "x" * 20)
    plays.findings = FAILED
    first, _ = order_rehearsal(world.board, by=world.people["head"], at=timezone.now())
    rehearsing.play_rehearsal(first.pk)

    alarm = Alarm.objects.get(code="rehearsal")
    send_alarms(at=timezone.now())

    assert (alarm.subject, alarm.detail, alarm.cleared_at) == (world.board.code, "named", None)
    assert Delivery.objects.filter(template="emails/reports/alarm", to="admin@example.vn").exists()
    plays.findings = PASSED
    second, _ = order_rehearsal(world.board, by=world.people["head"], at=timezone.now())
    rehearsing.play_rehearsal(second.pk)
    alarm.refresh_from_db()
    assert alarm.cleared_at


@pytest.mark.django_db
def test_one_that_is_broken_off_comes_again_once_and_then_a_person_hears(world, plays):
    plays.findings = stage.RehearsalFailed("it took too long")
    rehearsal, _ = order_rehearsal(world.board, by=world.people["head"], at=timezone.now())

    first = rehearsing.play_rehearsal(rehearsal.pk)
    assert (first.state, first.error) == (JobState.QUEUED, "it took too long")
    assert rehearsing.play_rehearsal(rehearsal.pk) is None  # it waits a little
    Rehearsal.objects.update(next_at=timezone.now())
    second = rehearsing.play_rehearsal(rehearsal.pk)

    assert (second.state, plays.calls) == (JobState.FAILED, 2)
    assert Alarm.objects.get(code="rehearsal").detail == "broken_off"
    assert order_rehearsal(world.board, by=world.people["head"], at=timezone.now())[1]


@pytest.mark.django_db
def test_one_whose_workers_died_twice_is_not_tried_a_third_time(world, plays):
    rehearsal, _ = order_rehearsal(world.board, by=world.people["head"], at=timezone.now())
    a_moment_ago = timezone.now() - dt.timedelta(seconds=1)
    Rehearsal.objects.update(
        state=JobState.RUNNING, attempt=2, lease_token=uuid.uuid4(), lease_until=a_moment_ago
    )

    after = rehearsing.play_rehearsal(rehearsal.pk)

    assert (after.state, after.error, plays.calls) == (
        JobState.FAILED,
        "its workers have died",
        0,
    )
    assert Alarm.objects.get(code="rehearsal").detail == "broken_off"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ends", "said"), [("goes on", "was taken over"), ("fails", "had been taken over")]
)
def test_who_was_taken_over_leaves_the_rehearsal_to_the_other(
    world, monkeypatch, caplog, ends, said
):
    """It was slower than its lease: what it finds or meets from then on is not written down."""
    other, went_on = uuid.uuid4(), []

    def play(*, tell, **given):
        Rehearsal.objects.update(lease_token=other, attempt=2, step="T-60", progress=20)
        if ends == "fails":
            raise stage.RehearsalFailed("it took too long")
        tell("T-30", 40)
        went_on.append(True)
        return PASSED

    monkeypatch.setattr(rehearsing, "rehearse", play)
    rehearsal, _ = order_rehearsal(world.board, by=world.people["head"], at=timezone.now())

    after = rehearsing.play_rehearsal(rehearsal.pk)

    assert (after.state, after.lease_token, after.error) == (JobState.RUNNING, other, "")
    assert (after.step, after.progress, after.findings) == ("T-60", 20, rehearsal.findings)
    assert (went_on, caplog.messages[-1]) == ([], f"Rehearsal {rehearsal.pk} {said}")
    assert not Alarm.objects.filter(code="rehearsal").exists()


@pytest.mark.django_db
def test_it_gives_way_and_has_a_limit(world, plays):
    rehearsal, _ = order_rehearsal(world.board, by=world.people["head"], at=timezone.now())
    rehearsing.play_rehearsal(rehearsal.pk)

    assert plays.given == {"committees": 61, "seconds": 480, "nice": 10}
    assert dt.timedelta(seconds=plays.given["seconds"]) < rehearsing.LEASE


@pytest.mark.django_db
def test_the_timer_leaves_it_to_the_workers_for_a_while(world, plays):
    at = timezone.now()
    order_rehearsal(world.board, by=world.people["head"], at=at)

    do_everything_due(at=at)
    assert plays.calls == 0
    do_everything_due(at=at + dt.timedelta(minutes=11))

    assert plays.calls == 1


@pytest.mark.django_db
def test_a_rehearsal_of_another_board_is_not_there(client, world, officer):
    strangers = another_bloc()
    rehearsal, _ = order_rehearsal(strangers.board, by=strangers.head, at=timezone.now())

    for name in ("rehearsal_detail", "rehearsal_status"):
        assert client.get(reverse(in_its_room(name), args=[rehearsal.pk])).status_code == 404
    assert "Chưa có lần diễn tập nào." in client.get("/rehearsals/").content.decode()


def test_a_killed_worker_is_followed_by_another(run_worker, world, plays):
    worker = run_worker()
    rehearsal, _ = order_rehearsal(world.board, by=world.people["head"], at=timezone.now())

    def state():
        rehearsal.refresh_from_db()
        return rehearsal.state, rehearsal.step

    until(lambda: state() == (JobState.RUNNING, "tables"))
    worker.kill()
    until(lambda: not processes_that_play())
    assert rehearsing.play_rehearsal(rehearsal.pk) is None  # the dead one's lease still runs
    Rehearsal.objects.update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    after = rehearsing.play_rehearsal(rehearsal.pk)

    assert (after.state, after.attempt, plays.calls) == (JobState.DONE, 2, 1)
    assert after.has_passed


def until(happens, seconds=60):
    give_up_at = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


def processes_that_play():
    """Return the processes of rehearsals that were started below this test's own folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if b"operations.rehearsal" in command and os.environ.get(
            "TMPDIR", "/tmp"
        ).encode() in b"".join(command):
            found.append(entry.name)
    return found
