"""What the facts of a rehearsal say, and what of it differs from what should be."""

import datetime as dt
from collections import Counter

ICT = dt.timezone(dt.timedelta(hours=7))  # the law's clock; nothing of the settings is believed
DAY = dt.timedelta(days=1)
REMINDER, COPY, BULLETIN = (
    f"emails/reports/{name}" for name in ("reminder", "report_delivered", "all_well")
)


def moment(text):
    return dt.datetime.fromisoformat(text) if text else None


def day(text):
    return moment(text).astimezone(ICT).date()


def due_before(facts):
    return dt.date.fromisoformat(facts["due_before"])


def deadline(facts):
    return dt.datetime.combine(due_before(facts), dt.time.min, ICT)


def at(facts, days_before, time):
    return dt.datetime.combine(due_before(facts) - days_before * DAY, time, ICT)


def played(facts, part):
    """Return the code of the committee that has this part."""
    return {one["part"]: code for code, one in facts["script"].items()}[part]


def newest(facts):
    """Return {code: its newest issued version}."""
    return {report["committee"]: report for report in facts["reports"]}


def is_open(one, at):
    """Has the committee not issued yet at this instant?"""
    return one["issue_at"] is None or moment(one["issue_at"]) > at


def compared(expected, found):
    """Return (how many were expected, how many of them were found, what differs) of two sets or
    Counters."""
    expected, found = Counter(expected), Counter(found)
    lacking = [f"– {said(one)}" for one in (expected - found).elements()]
    too_many = [f"+ {said(one)}" for one in (found - expected).elements()]
    return expected.total(), (expected & found).total(), sorted(lacking + too_many)


def said(thing):
    """Return a thing as a line tells it: DU07 T-3."""
    return " ".join(map(str, thing)) if isinstance(thing, tuple) else str(thing)


def letters_of(facts, template):
    """Return [(delivery, letter), …] of the letters that this template has written."""
    mails = {mail["message_id"]: mail for mail in facts["mails"]}
    return [
        (mails[letter["message_id"]], letter)
        for letter in facts["letters"]
        if mails.get(letter["message_id"], {}).get("template") == template
    ]


def file_of(facts, code, version=1):
    (one,) = (f for f in facts["files"] if (f["committee"], f["version"]) == (code, version))
    return one
