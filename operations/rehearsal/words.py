"""What the checks and the steps of a rehearsal are called on the page and in the terminal."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CHECKS = {  # code: (what is true when it passes, what its figures count)
    "obligations": (
        gettext_lazy("Every committee owes a report of the period."),
        gettext_lazy("committees"),
    ),
    "drafts": (
        gettext_lazy("Ten days before the deadline everybody has a draft, nobody earlier."),
        gettext_lazy("committees"),
    ),
    "reminders": (
        gettext_lazy("Each reminder went out once, and none to whoever had issued."),
        gettext_lazy("letters"),
    ),
    "warnings": (
        gettext_lazy("From T−45, T−20, T−10 and T−3 on the desk warned of whom it had to."),
        gettext_lazy("warnings"),
    ),
    "told_by_name": (
        gettext_lazy("The person responsible was told by name of what was not mended."),
        gettext_lazy("cases"),
    ),
    "on_time": (
        gettext_lazy("Issued before 00:00 is on time, from 00:00 on it is late."),
        gettext_lazy("comparisons"),
    ),
    "inbox_at_once": (
        gettext_lazy("Each report lay in the inbox at the moment it was issued."),
        gettext_lazy("comparisons"),
    ),
    "mail_dead": (
        gettext_lazy("The mail server was dead over the deadline: the inbox was complete in time."),
        gettext_lazy("reports of that evening"),
    ),
    "mail_drained": (
        gettext_lazy("When it was back all mail went out within half an hour, nothing twice."),
        gettext_lazy("letters"),
    ),
    "copies": (
        gettext_lazy("The Board got each report by mail as well, with the same file."),
        gettext_lazy("letters"),
    ),
    "killed_worker": (
        gettext_lazy("A worker was killed in the middle of a document: it was made exactly once."),
        gettext_lazy("documents"),
    ),
    "pressed_twice": (
        gettext_lazy("“Issue” was pressed twice at once: one report, one number."),
        gettext_lazy("reports"),
    ),
    "returned": (
        gettext_lazy("A report was returned and corrected: two versions, the first one counts."),
        gettext_lazy("versions"),
    ),
    "not_held": (
        gettext_lazy("Whoever held no conference reported the reason, and zeros."),
        gettext_lazy("reports"),
    ),
    "damaged_file": (
        gettext_lazy("A damaged file was found in the night and made anew, the same to the byte."),
        gettext_lazy("documents"),
    ),
    "no_broker": (
        gettext_lazy("The broker was absent: the timer alone did everything, without an error."),
        gettext_lazy("documents"),
    ),
    "balance": (
        gettext_lazy("In every report the outcomes add up to what was received."),
        gettext_lazy("reports"),
    ),
    "named": (
        gettext_lazy("Who is missing or late stands by name in the consolidated report."),
        gettext_lazy("committees"),
    ),
    "documents": (
        gettext_lazy("Every PDF is what its hash says, and its words can be read."),
        gettext_lazy("documents"),
    ),
    "chains": (
        gettext_lazy("The inbox and the record of acts are unbroken."),
        gettext_lazy("arrivals"),
    ),
    "daily_word": (
        gettext_lazy("The administrators heard from the portal every day."),
        gettext_lazy("days"),
    ),
}


def told(findings):
    """Return the findings with their words: {label, unit, ok, expected, found, wrong}."""
    return [
        {**one, "label": CHECKS[one["code"]][0], "unit": CHECKS[one["code"]][1]} for one in findings
    ]


def step_words(step):
    """Return the sentence that says how far a rehearsal is."""
    days = re.fullmatch(r"T([-+])(\d+)", step)
    if days and days[1] == "-":
        return _("Playing the day %s days before the deadline.") % days[2]
    if days:
        return _("Playing the deadline's day and the day after.")
    return {
        "tables": _("Preparing a place of its own."),
        "story": _("Making up committees, people and conferences."),
        "checks": _("Comparing what happened with what should have happened."),
    }.get(step, _("Waiting for its turn."))
