"""The rehearsal of a deadline day: really played once, and each of its checks seen to fail."""

import copy
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from reports.rehearsal import FEWEST, checks, stage, words

CODES = [check.__name__ for check in checks.CHECKS]


@dataclass
class Played:
    """One performance, with everything that it left."""

    code: int
    output: str
    errors: str
    folder: Path

    @property
    def facts(self):
        return json.loads((self.folder / "facts.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The command, run once as an operator would, beside the portal of the tests."""
    folder = tmp_path_factory.mktemp("rehearsal") / "kept"
    result = subprocess.run(
        [
            *(sys.executable, "manage.py", "rehearse_deadline"),
            *("--committees", str(FEWEST), "--questions", "2", "--keep", str(folder)),
        ],
        cwd=settings.BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
    )
    return Played(result.returncode, result.stdout, result.stderr, folder)


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
    assert not list(Path(os.environ.get("TMPDIR", "/tmp")).glob(f"{stage.PREFIX}*"))


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
    code = checks._played(facts, part)
    return next(
        one for one in facts["reports"] if (one["committee"], one["version"]) == (code, version)
    )


def file_of(facts, part):
    return checks._file_of(facts, checks._played(facts, part))


def first_letter(facts, template):
    """The first one of this kind; of the reminders the first one to an office."""
    offices = {one["secretary"] for one in facts["script"].values()}
    return next(
        letter
        for _, letter in checks._letters_of(facts, template)
        if template != checks.REMINDER or letter["to"] in offices
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
    drop_letter(facts, checks.REMINDER)


def remind_twice(facts):
    facts["letters"].append(first_letter(facts, checks.REMINDER))


def remind_who_has_issued(facts):
    code = checks._played(facts, "damaged")
    letter = dict(first_letter(facts, checks.REMINDER), at=f"{facts['due_before']}T08:00+07:00")
    facts["letters"].append({**letter, "to": facts["script"][code]["secretary"]})


def forget_a_warning(facts):
    rows = facts["seen"]["desk"]["20"]["rows"]
    rows[checks._played(facts, "not_held")][1].remove("not_held")


def warn_a_day_too_early(facts):
    facts["seen"]["desk"]["4"]["rows"][checks._played(facts, "eve")][1].append("not_issued")


def tell_nobody(facts):
    facts["told"].pop()


def tell_on_another_day(facts):
    facts["told"][0][3] = facts["due_before"]


def midnight_in_time(facts):
    facts["seen"]["desk"]["end"]["rows"][checks._played(facts, "at_midnight")][0] = "issued"


def last_second_late(facts):
    facts["seen"]["desk"]["end"]["rows"][checks._played(facts, "last_second")][0] = "late"


def another_moment_of_issue(facts):
    report_of(facts, "minute_before")["issued_at"] = f"{facts['due_before']}T00:00:01+07:00"


def arrive_later(facts):
    report_of(facts, "eve")["arrived_at"] = f"{facts['due_before']}T00:05:00+07:00"


def not_seen_in_the_inbox(facts):
    facts["seen"]["inbox"][checks._played(facts, "eve")] = [0]


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
    first_letter(facts, checks.COPY)["files"] = ["0" * 64]


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
    facts["consolidated"]["missing"].pop(facts["script"][checks._played(facts, "missing")]["name"])


def a_late_one_called_missing(facts):
    name = facts["script"][checks._played(facts, "minute_after")]["name"]
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
    drop_letter(facts, checks.DIGEST)


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
