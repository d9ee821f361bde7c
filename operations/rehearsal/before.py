"""What should have happened before the deadline: obligations, drafts, reminders, warnings."""

import datetime as dt
from collections import Counter
from typing import Any

from operations.rehearsal import told
from operations.rehearsal.told import DAY, REMINDER

MORNING = dt.time(7, 31)  # when the day's mails are queued in the play


def obligations(facts):
    """Every committee owes one report."""
    return told.compared(facts["script"].keys(), facts["obligations"])


def drafts(facts):
    """On the day when drafts are due, and not a day before, everybody has exactly one."""
    days = facts["rules"]["draft_days"]
    before, then = (facts["seen"]["drafts"][str(one)] for one in (days + 1, days))
    expected, found, wrong = told.compared(facts["script"].keys(), then)
    return expected, found, [*wrong, *(f"+ {code} T-{days + 1}" for code in before)]


def reminders(facts):
    """Every office got one letter on each day that called for one, and none once it had issued."""
    expected: Counter[Any] = Counter()
    for code, one in facts["script"].items():
        said: set[Any] = set()
        for days in range(46, -2, -1):
            if not told.is_open(one, _reads_at(facts, days)):
                continue
            marks = set(_warnings(facts, one, days)) if days > 0 else set()
            if days in facts["rules"]["reminders"] or days <= 0:
                marks.add(f"T-{days}")
            if marks - said:
                expected[code, f"T-{days}"] += 1
            said |= marks
    offices = {one["secretary"]: code for code, one in facts["script"].items()}
    found = Counter(
        (offices[letter["to"]], f"T-{(told.due_before(facts) - told.day(letter['at'])).days}")
        for mail, letter in told.letters_of(facts, REMINDER)
        if letter["to"] in offices and mail["is_step"] and letter["says_report"]
    )
    return told.compared(expected, found)


def _reads_at(facts, days):
    """Return when the day's letters go out: in the morning, or when the mail server is back."""
    at = told.at(facts, days, MORNING)
    dies, lives = map(told.moment, facts["seen"]["mail_dead"])
    return lives if dies <= at < lives else at


def _warnings(facts, one, days):
    """Return what the desk should warn of in the morning so many days before the deadline."""
    at = told.at(facts, days, MORNING)
    if not told.is_open(one, at):
        return []
    was_held = one["held_at"] is not None and told.moment(one["held_at"]) <= at
    done = {"no_date": one["has_date"], "not_held": was_held}
    return [c for first, c in facts["rules"]["warnings"] if days <= first and not done.get(c)]


def warnings(facts):
    """The desk warned of whom it had to on each morning, from the first day on and no longer."""
    expected, found = Counter[Any](), Counter[Any]()
    for days in range(46, 0, -1):
        for code, one in facts["script"].items():
            expected.update((code, warning, days) for warning in _warnings(facts, one, days))
        rows = facts["seen"]["desk"][str(days)]["rows"]
        found.update((code, one, days) for code, (_, found_) in rows.items() for one in found_)
    return told.compared(expected, found)


def told_by_name(facts):
    """Whoever is responsible at the Board was told by name, once for each stage, on its day."""
    begins = {code: days for days, code in facts["rules"]["warnings"]}
    expected = set()
    for code, one in facts["script"].items():
        for stage, after in facts["rules"]["told_after"].items():
            days = begins.get(stage, 0) - after
            standing = (
                told.is_open(one, told.at(facts, days, MORNING))
                if stage == "missing"
                else stage in _warnings(facts, one, days)
            )
            if standing:
                expected.add((code, stage, f"{told.due_before(facts) - days * DAY}"))
    found = [(c, stage, day) for c, stage, state, day in facts["told"] if state == "done"]
    return told.compared(expected, found)
