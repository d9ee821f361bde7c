"""The judgement: what should have happened, by plain arithmetic, against what the facts say.

Each check is a function of the facts alone and asks neither the database nor the code that it
judges. A check that found nothing to look at has failed.
"""

import datetime as dt
from collections import Counter
from typing import Any

from operations.rehearsal import before, told
from operations.rehearsal.told import BULLETIN, COPY, DAY

OUTCOMES = (
    "answered_live", "answered_written", "in_progress", "escalated", "referred", "declined",
)  # fmt: skip
NOT_SENT = "no longer needed, not sent"
DRAINED_WITHIN = dt.timedelta(minutes=30)
SHOWN = 12  # so many of what is wrong are told


def judge(facts):
    """Return the findings of all checks, in order: {code, ok, expected, found, wrong}."""
    return [_finding(check, facts) for check in CHECKS]


def _finding(check, facts):
    try:
        expected, found, wrong = check(facts)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        expected, found, wrong = 1, 0, [f"{type(error).__name__}: {error}"]
    wrong = [str(one) for one in wrong]
    return {
        "code": check.__name__,
        "ok": not wrong and expected == found and expected > 0,
        "expected": expected,
        "found": found,
        "wrong": wrong[:SHOWN] + ([f"… {len(wrong)}"] if len(wrong) > SHOWN else []),
    }


# --- the deadline itself --------------------------------------------------------------


def _status(one, deadline, now):
    if told.is_open(one, now):
        return "open" if now < deadline else "missing"
    return "issued" if told.moment(one["issue_at"]) < deadline else "late"


def on_time(facts):
    """Before 00:00 is on time, 00:00:00 and later is late: on the eve, at midnight, at the end."""
    expected, found = Counter[Any](), Counter[Any]()
    for name in ("1", "midnight", "end"):
        look = facts["seen"]["desk"][name]
        now, deadline = told.moment(look["at"]), told.deadline(facts)
        expected.update((c, name, _status(o, deadline, now)) for c, o in facts["script"].items())
        known = ("issued", "late", "missing")
        found.update(
            (c, name, status if status in known else "open")
            for c, (status, _) in look["rows"].items()
        )
    for code, one in facts["script"].items():
        first = [r for r in facts["reports"] if (r["committee"], r["version"]) == (code, 1)]
        if one["issue_at"]:
            expected[code, "issued", told.moment(one["issue_at"])] += 1
        found.update((code, "issued", told.moment(report["issued_at"])) for report in first)
    return told.compared(expected, found)


def inbox_at_once(facts):
    """Each report lay in the Board's inbox at the instant at which it was issued, once."""
    expected, found = Counter[Any](), Counter[Any]()
    for report in facts["reports"]:
        expected[report["committee"], report["version"], told.moment(report["issued_at"])] += 1
        found[report["committee"], report["version"], told.moment(report["arrived_at"])] += 1
    for code, one in facts["script"].items():
        if one["issue_at"]:
            expected[code, "seen"] += 1 + ("corrected_at" in one)
        found[code, "seen"] += sum(facts["seen"]["inbox"].get(code, []))
    return told.compared(expected, found)


def mail_dead(facts):
    """While the mail server was dead no letter went out, a person was told, and every report of
    that evening was in the inbox before the deadline."""
    dies, lives = map(told.moment, facts["seen"]["mail_dead"])
    deadline, wrong = told.deadline(facts), []
    expected = {
        code
        for code, one in facts["script"].items()
        if one["issue_at"] and dies <= told.moment(one["issue_at"]) < deadline
    }
    found = {
        report["committee"]
        for report in facts["reports"]
        if dies <= told.moment(report["arrived_at"]) < deadline
    }
    wrong += [
        letter["at"] for letter in facts["letters"] if dies < told.moment(letter["at"]) < lives
    ]
    alarms = [
        (told.moment(raised), told.moment(cleared))
        for code, raised, cleared in facts["alarms"]
        if code == "mail_down"
    ]
    if not any(
        dies < raised < deadline and cleared and cleared >= lives for raised, cleared in alarms
    ):
        wrong.append("mail_down")
    number, both, differing = told.compared(expected, found)
    return number, both, differing + wrong


def mail_drained(facts):
    """Everything that was to be sent went out exactly once, half an hour after the server was
    back at the latest."""
    to_send = [mail for mail in facts["mails"] if mail["smtp_text"] != NOT_SENT]
    expected = Counter((mail["message_id"], mail["to"]) for mail in to_send)
    found = Counter((letter["message_id"], letter["to"]) for letter in facts["letters"])
    number, both, wrong = told.compared(expected, found)
    wrong += [f"{m['message_id']} {m['state']}" for m in facts["mails"] if m["state"] != "done"]
    last = told.moment(facts["seen"]["mail_dead"][1]) + DRAINED_WITHIN
    evening = told.at(facts, 0, dt.time(23, 59))
    wrong += [one["at"] for one in facts["letters"] if last < told.moment(one["at"]) < evening]
    return number, both, wrong


def copies(facts):
    """The Board got each report by mail as well, with the very file that is kept."""
    pks = {report["pk"]: report for report in facts["reports"]}
    expected = {
        (one["committee"], one["version"], one["on_disk"])
        for one in facts["files"]
        if one["committee"]
    }
    found = [
        (pks[mail["report_id"]]["committee"], pks[mail["report_id"]]["version"], file)
        for mail, letter in told.letters_of(facts, COPY)
        for file in letter["files"]
    ]
    return told.compared(expected, found)


# --- what went wrong ------------------------------------------------------------------


def killed_worker(facts):
    """A worker was killed in the middle of a document; nobody else took it while its lease ran,
    and then it was made exactly once."""
    seen, one = facts["seen"], told.file_of(facts, told.played(facts, "killed"))
    events = Counter(one["events"])
    wrong = [
        name
        for name, is_so in (
            ("kill", seen["killed_by"] == seen["kill_signal"] == 9),
            ("lease", seen["while_leased"] == {"state": "running", "attempt": 1}),
            ("attempt", one["attempt"] == 2),
            ("claimed", events["claimed"] == 2),
            ("state", one["state"] == "done"),
        )
        if not is_so
    ]
    return 1, events["done"], wrong


def pressed_twice(facts):
    """Two hands pressed “issue” at once: one report, one number, one arrival."""
    code = told.played(facts, "pressed_twice")
    reports = [report for report in facts["reports"] if report["committee"] == code]
    arrivals = [one for one in facts["arrivals"] if one["report"] in {r["pk"] for r in reports}]
    wrong = [
        name
        for name, is_so in (
            ("hands", facts["seen"]["pressed_twice"] == ["issued", "refused"]),
            ("number", [report["number"] for report in reports] == [1]),
            ("arrivals", len(arrivals) == 1),
        )
        if not is_so
    ]
    return 1, len(reports), wrong


def returned(facts):
    """The Board returned a report and got a new version; the first issue counts."""
    code = told.played(facts, "returned")
    one = facts["script"][code]
    versions = [
        (report["version"], report["state"], report["number"], told.moment(report["issued_at"]))
        for report in facts["reports"]
        if report["committee"] == code
    ]
    expected = [
        (1, "superseded", 1, told.moment(one["issue_at"])),
        (2, "issued", 2, told.moment(one["corrected_at"])),
    ]
    number, found, wrong = told.compared(expected, versions)
    status = facts["seen"]["desk"]["end"]["rows"][code][0]
    return number, found, wrong + ([status] if status != "issued" else [])


def not_held(facts):
    """Whoever held no conference reported all the same, with the reason and with zeros."""
    codes = {code for code, one in facts["script"].items() if one["part"] == "not_held"}
    found = {
        code
        for code, report in told.newest(facts).items()
        if report["not_held_reason"]
        and report["conferences"] == 0
        and not any(report["totals"].values())
    }
    return told.compared(codes, found)


def damaged_file(facts):
    """A byte of a file was changed on the disk; the night's check found it and made it anew, the
    same to the last byte."""
    one = told.file_of(facts, told.played(facts, "damaged"))
    before, events = facts["seen"]["damaged"]["sha256"], Counter(one["events"])
    wrong = [
        name
        for name, is_so in (
            ("found", events["damaged"] == 1 and events["done"] == 2),
            ("row", one["sha256"] == before),
            ("disk", one["on_disk"] == before),
        )
        if not is_so
    ]
    return 1, int(not wrong), wrong


def no_broker(facts):
    """The broker was absent throughout; the timer alone did everything, without an error."""
    wrong = list(facts["seen"]["errors"])
    if facts["seen"]["broker_answers"]:
        wrong.append("broker")
    wrong += [
        f"{one['committee']} {one['state']}" for one in facts["files"] if one["state"] != "done"
    ]
    if not facts["seen"]["ticks"]:
        wrong.append("ticks")
    return len(facts["reports"]) + 1, len(facts["files"]), wrong


# --- what is left ---------------------------------------------------------------------


def balance(facts):
    """In every report the outcomes add up to what was received, and that is what was asked."""
    expected, found = Counter[Any](), Counter[Any]()
    newest = told.newest(facts)
    for code, one in facts["script"].items():
        if one["issue_at"]:
            expected[code, one["questions"], one["questions"]] += 1
    for code, report in newest.items():
        totals = report["totals"]
        found[code, totals["items"], sum(totals[name] for name in OUTCOMES)] += 1
    number, both, wrong = told.compared(expected, found)
    if not any(report["totals"]["items"] for report in newest.values()):
        wrong.append("0")
    return number, both, wrong


def named(facts):
    """Who is missing and who was late stands by name in the consolidated report."""
    expected = set()
    for one in facts["script"].values():
        status = _status(one, told.deadline(facts), told.deadline(facts) + DAY)
        if status in ("late", "missing"):
            expected.add((one["name"], status))
    words = {"Chậm": "late", "quá hạn": "missing"}
    found = [
        (name, next((s for word, s in words.items() if word in line), line))
        for name, line in facts["consolidated"]["missing"].items()
    ]
    return told.compared(expected, found)


def documents(facts):
    """Every file is what its row says, and its words can be read: who, which number, by whom."""
    expected, found, wrong = Counter[Any](), Counter[Any](), list[Any]()
    files = {(one["committee"], one["version"]): one for one in facts["files"]}
    for report in facts["reports"]:
        key = report["committee"], report["version"]
        one, expects = files.get(key), facts["script"][report["committee"]]
        expected[key] += 1
        if one is None:
            continue
        found[key] += 1
        if one["is_plain"] or not one["sha256"] or one["sha256"] != one["on_disk"]:
            wrong.append(f"{told.said(key)} {one['state']}")
        for words in (expects["name"].upper(), f"{report['number']:02d}-BC/ĐU", expects["signer"]):
            if "".join(words.split()) not in one["text"]:
                wrong.append(f"{told.said(key)} {words}")
    number, both, differing = told.compared(expected, found)
    return number, both, differing + wrong


def chains(facts):
    """The inbox and the record of acts are unbroken, link by link."""
    wrong = [*facts["inbox_damages"]]
    arrivals, acts = facts["arrivals"], facts["acts"]["links"]
    wrong += _broken([(one["number"], one["previous"], one["digest"]) for one in arrivals], "inbox")
    wrong += _broken(acts, "acts")
    if facts["acts"]["verified"] != len(acts):
        wrong.append(facts["acts"]["verified"])
    reports = Counter(report["pk"] for report in facts["reports"])
    number, both, differing = told.compared(reports, [one["report"] for one in arrivals])
    return number, both, differing + wrong


def _broken(links, name):
    before, wrong = "0" * 64, [] if links else [name]
    for place, (number, previous, digest) in enumerate(links, 1):
        if number != place or previous != before:
            wrong.append(f"{name} {place}")
        before = digest
    return wrong


def daily_word(facts):
    """The administrators heard each day that the portal runs, the days without mail included."""
    first = told.due_before(facts) - 46 * DAY
    expected = {f"{first + number * DAY}" for number in range(48)}
    return told.compared(
        expected, [f"{told.day(letter['at'])}" for _, letter in told.letters_of(facts, BULLETIN)]
    )


CHECKS = (
    before.obligations,
    before.drafts,
    before.reminders,
    before.warnings,
    before.told_by_name,
    on_time,
    inbox_at_once,
    mail_dead,
    mail_drained,
    copies,
    killed_worker,
    pressed_twice,
    returned,
    not_held,
    damaged_file,
    no_broker,
    balance,
    named,
    documents,
    chains,
    daily_word,
)
