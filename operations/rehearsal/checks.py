"""The judgement: what should have happened, by plain arithmetic, against what the facts say.

Each check is a function of the facts alone and asks neither the database nor the code that it
judges. A check that found nothing to look at has failed.
"""

import datetime as dt
from collections import Counter

ICT = dt.timezone(dt.timedelta(hours=7))  # the law's clock; nothing of the settings is believed
DAY = dt.timedelta(days=1)
MORNING = dt.time(7, 31)  # when the day's mails are queued in the play
OUTCOMES = (
    "answered_live", "answered_written", "in_progress", "escalated", "referred", "declined",
)  # fmt: skip
REMINDER, COPY, DIGEST = (
    f"emails/reports/{name}" for name in ("reminder", "report_delivered", "all_well")
)
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


# --- small parts ----------------------------------------------------------------------


def _moment(text):
    return dt.datetime.fromisoformat(text) if text else None


def _day(text):
    return _moment(text).astimezone(ICT).date()


def _due_before(facts):
    return dt.date.fromisoformat(facts["due_before"])


def _deadline(facts):
    return dt.datetime.combine(_due_before(facts), dt.time.min, ICT)


def _at(facts, days_before, time):
    return dt.datetime.combine(_due_before(facts) - days_before * DAY, time, ICT)


def _played(facts, part):
    """Return the code of the committee that has this part."""
    return {one["part"]: code for code, one in facts["script"].items()}[part]


def _newest(facts):
    """Return {code: its newest issued version}."""
    return {report["committee"]: report for report in facts["reports"]}


def _is_open(one, at):
    """Has the committee not issued yet at this instant?"""
    return one["issue_at"] is None or _moment(one["issue_at"]) > at


def _compared(expected, found):
    """Return (how many were expected, how many of them were found, what differs) of two sets or
    Counters."""
    expected, found = Counter(expected), Counter(found)
    lacking = [f"– {_said(one)}" for one in (expected - found).elements()]
    too_many = [f"+ {_said(one)}" for one in (found - expected).elements()]
    return expected.total(), (expected & found).total(), sorted(lacking + too_many)


def _said(thing):
    """Return a thing as a line tells it: DU07 T-3."""
    return " ".join(map(str, thing)) if isinstance(thing, tuple) else str(thing)


def _letters_of(facts, template):
    """Return [(delivery, letter), …] of the letters that this template has written."""
    mails = {mail["message_id"]: mail for mail in facts["mails"]}
    return [
        (mails[letter["message_id"]], letter)
        for letter in facts["letters"]
        if mails.get(letter["message_id"], {}).get("template") == template
    ]


# --- before the deadline --------------------------------------------------------------


def obligations(facts):
    """Every committee owes one report."""
    return _compared(facts["script"].keys(), facts["obligations"])


def drafts(facts):
    """On the day when drafts are due, and not a day before, everybody has exactly one."""
    days = facts["rules"]["draft_days"]
    before, then = (facts["seen"]["drafts"][str(one)] for one in (days + 1, days))
    expected, found, wrong = _compared(facts["script"].keys(), then)
    return expected, found, [*wrong, *(f"+ {code} T-{days + 1}" for code in before)]


def reminders(facts):
    """Every office got one letter on each day that called for one, and none once it had issued."""
    expected = Counter()
    for code, one in facts["script"].items():
        said = set()
        for days in range(46, -2, -1):
            if not _is_open(one, _reads_at(facts, days)):
                continue
            marks = set(_warnings(facts, one, days)) if days > 0 else set()
            if days in facts["rules"]["reminders"] or days <= 0:
                marks.add(f"T-{days}")
            if marks - said:
                expected[code, f"T-{days}"] += 1
            said |= marks
    offices = {one["secretary"]: code for code, one in facts["script"].items()}
    found = Counter(
        (offices[letter["to"]], f"T-{(_due_before(facts) - _day(letter['at'])).days}")
        for mail, letter in _letters_of(facts, REMINDER)
        if letter["to"] in offices and mail["is_step"] and letter["says_report"]
    )
    return _compared(expected, found)


def _reads_at(facts, days):
    """Return when the day's letters go out: in the morning, or when the mail server is back."""
    at = _at(facts, days, MORNING)
    dies, lives = map(_moment, facts["seen"]["mail_dead"])
    return lives if dies <= at < lives else at


def _warnings(facts, one, days):
    """Return what the desk should warn of in the morning so many days before the deadline."""
    at = _at(facts, days, MORNING)
    if not _is_open(one, at):
        return []
    was_held = one["held_at"] is not None and _moment(one["held_at"]) <= at
    done = {"no_date": one["has_date"], "not_held": was_held}
    return [c for first, c in facts["rules"]["warnings"] if days <= first and not done.get(c)]


def warnings(facts):
    """The desk warned of whom it had to on each morning, from the first day on and no longer."""
    expected, found = Counter(), Counter()
    for days in range(46, 0, -1):
        for code, one in facts["script"].items():
            expected.update((code, warning, days) for warning in _warnings(facts, one, days))
        rows = facts["seen"]["desk"][str(days)]["rows"]
        found.update((code, one, days) for code, (_, found_) in rows.items() for one in found_)
    return _compared(expected, found)


def told_by_name(facts):
    """Whoever is responsible at the Board was told by name, once for each stage, on its day."""
    begins = {code: days for days, code in facts["rules"]["warnings"]}
    expected = set()
    for code, one in facts["script"].items():
        for stage, after in facts["rules"]["told_after"].items():
            days = begins.get(stage, 0) - after
            standing = (
                _is_open(one, _at(facts, days, MORNING))
                if stage == "missing"
                else stage in _warnings(facts, one, days)
            )
            if standing:
                expected.add((code, stage, f"{_due_before(facts) - days * DAY}"))
    found = [(c, stage, day) for c, stage, state, day in facts["told"] if state == "done"]
    return _compared(expected, found)


# --- the deadline itself --------------------------------------------------------------


def _status(one, deadline, now):
    if _is_open(one, now):
        return "open" if now < deadline else "missing"
    return "issued" if _moment(one["issue_at"]) < deadline else "late"


def on_time(facts):
    """Before 00:00 is on time, 00:00:00 and later is late: on the eve, at midnight, at the end."""
    expected, found = Counter(), Counter()
    for name in ("1", "midnight", "end"):
        look = facts["seen"]["desk"][name]
        now, deadline = _moment(look["at"]), _deadline(facts)
        expected.update((c, name, _status(o, deadline, now)) for c, o in facts["script"].items())
        known = ("issued", "late", "missing")
        found.update(
            (c, name, status if status in known else "open")
            for c, (status, _) in look["rows"].items()
        )
    for code, one in facts["script"].items():
        first = [r for r in facts["reports"] if (r["committee"], r["version"]) == (code, 1)]
        if one["issue_at"]:
            expected[code, "issued", _moment(one["issue_at"])] += 1
        found.update((code, "issued", _moment(report["issued_at"])) for report in first)
    return _compared(expected, found)


def inbox_at_once(facts):
    """Each report lay in the Board's inbox at the instant at which it was issued, once."""
    expected, found = Counter(), Counter()
    for report in facts["reports"]:
        expected[report["committee"], report["version"], _moment(report["issued_at"])] += 1
        found[report["committee"], report["version"], _moment(report["arrived_at"])] += 1
    for code, one in facts["script"].items():
        if one["issue_at"]:
            expected[code, "seen"] += 1 + ("corrected_at" in one)
        found[code, "seen"] += sum(facts["seen"]["inbox"].get(code, []))
    return _compared(expected, found)


def mail_dead(facts):
    """While the mail server was dead no letter went out, a person was told, and every report of
    that evening was in the inbox before the deadline."""
    dies, lives = map(_moment, facts["seen"]["mail_dead"])
    deadline, wrong = _deadline(facts), []
    expected = {
        code
        for code, one in facts["script"].items()
        if one["issue_at"] and dies <= _moment(one["issue_at"]) < deadline
    }
    found = {
        report["committee"]
        for report in facts["reports"]
        if dies <= _moment(report["arrived_at"]) < deadline
    }
    wrong += [letter["at"] for letter in facts["letters"] if dies < _moment(letter["at"]) < lives]
    alarms = [
        (_moment(raised), _moment(cleared))
        for code, raised, cleared in facts["alarms"]
        if code == "mail_down"
    ]
    if not any(
        dies < raised < deadline and cleared and cleared >= lives for raised, cleared in alarms
    ):
        wrong.append("mail_down")
    number, both, differing = _compared(expected, found)
    return number, both, differing + wrong


def mail_drained(facts):
    """Everything that was to be sent went out exactly once, half an hour after the server was
    back at the latest."""
    to_send = [mail for mail in facts["mails"] if mail["smtp_text"] != NOT_SENT]
    expected = Counter((mail["message_id"], mail["to"]) for mail in to_send)
    found = Counter((letter["message_id"], letter["to"]) for letter in facts["letters"])
    number, both, wrong = _compared(expected, found)
    wrong += [f"{m['message_id']} {m['state']}" for m in facts["mails"] if m["state"] != "done"]
    last = _moment(facts["seen"]["mail_dead"][1]) + DRAINED_WITHIN
    evening = _at(facts, 0, dt.time(23, 59))
    wrong += [one["at"] for one in facts["letters"] if last < _moment(one["at"]) < evening]
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
        for mail, letter in _letters_of(facts, COPY)
        for file in letter["files"]
    ]
    return _compared(expected, found)


# --- what went wrong ------------------------------------------------------------------


def _file_of(facts, code, version=1):
    (one,) = (f for f in facts["files"] if (f["committee"], f["version"]) == (code, version))
    return one


def killed_worker(facts):
    """A worker was killed in the middle of a document; nobody else took it while its lease ran,
    and then it was made exactly once."""
    seen, one = facts["seen"], _file_of(facts, _played(facts, "killed"))
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
    code = _played(facts, "pressed_twice")
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
    code = _played(facts, "returned")
    one = facts["script"][code]
    versions = [
        (report["version"], report["state"], report["number"], _moment(report["issued_at"]))
        for report in facts["reports"]
        if report["committee"] == code
    ]
    expected = [
        (1, "superseded", 1, _moment(one["issue_at"])),
        (2, "issued", 2, _moment(one["corrected_at"])),
    ]
    number, found, wrong = _compared(expected, versions)
    status = facts["seen"]["desk"]["end"]["rows"][code][0]
    return number, found, wrong + ([status] if status != "issued" else [])


def not_held(facts):
    """Whoever held no conference reported all the same, with the reason and with zeros."""
    codes = {code for code, one in facts["script"].items() if one["part"] == "not_held"}
    found = {
        code
        for code, report in _newest(facts).items()
        if report["not_held_reason"]
        and report["conferences"] == 0
        and not any(report["totals"].values())
    }
    return _compared(codes, found)


def damaged_file(facts):
    """A byte of a file was changed on the disk; the night's check found it and made it anew, the
    same to the last byte."""
    one = _file_of(facts, _played(facts, "damaged"))
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
    expected, found = Counter(), Counter()
    newest = _newest(facts)
    for code, one in facts["script"].items():
        if one["issue_at"]:
            expected[code, one["questions"], one["questions"]] += 1
    for code, report in newest.items():
        totals = report["totals"]
        found[code, totals["items"], sum(totals[name] for name in OUTCOMES)] += 1
    number, both, wrong = _compared(expected, found)
    if not any(report["totals"]["items"] for report in newest.values()):
        wrong.append("0")
    return number, both, wrong


def named(facts):
    """Who is missing and who was late stands by name in the consolidated report."""
    expected = set()
    for one in facts["script"].values():
        status = _status(one, _deadline(facts), _deadline(facts) + DAY)
        if status in ("late", "missing"):
            expected.add((one["name"], status))
    words = {"Chậm": "late", "quá hạn": "missing"}
    found = [
        (name, next((s for word, s in words.items() if word in line), line))
        for name, line in facts["consolidated"]["missing"].items()
    ]
    return _compared(expected, found)


def documents(facts):
    """Every file is what its row says, and its words can be read: who, which number, by whom."""
    expected, found, wrong = Counter(), Counter(), []
    files = {(one["committee"], one["version"]): one for one in facts["files"]}
    for report in facts["reports"]:
        key = report["committee"], report["version"]
        one, expects = files.get(key), facts["script"][report["committee"]]
        expected[key] += 1
        if one is None:
            continue
        found[key] += 1
        if one["is_plain"] or not one["sha256"] or one["sha256"] != one["on_disk"]:
            wrong.append(f"{_said(key)} {one['state']}")
        for words in (expects["name"].upper(), f"{report['number']:02d}-BC/ĐU", expects["signer"]):
            if "".join(words.split()) not in one["text"]:
                wrong.append(f"{_said(key)} {words}")
    number, both, differing = _compared(expected, found)
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
    number, both, differing = _compared(reports, [one["report"] for one in arrivals])
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
    first = _due_before(facts) - 46 * DAY
    expected = {f"{first + number * DAY}" for number in range(48)}
    return _compared(
        expected, [f"{_day(letter['at'])}" for _, letter in _letters_of(facts, DIGEST)]
    )


CHECKS = (
    obligations,
    drafts,
    reminders,
    warnings,
    told_by_name,
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
