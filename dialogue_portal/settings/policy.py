"""What is decided, not what a machine needs: periods and dates, who may know who asked, what is kept.

Whoever runs the portal writes here what others have decided; each part says who. What the Board decides for one
period or one committee it sets on its own pages (the date of a period, more time, drafts at the deadline) and needs nobody.
A date that is given as a default here can be changed on each conference by its office.
"""

# ruff: noqa: F403, F405 (each part of the settings knows those before it)

import datetime as dt

from dialogue_portal.settings.reading import *

# --- lead times: decided by the Board; each office changes the days of its own conference ---

# Days before (-) and after the day of a conference; a moment has its hour as well.
LEAD_TIMES = {
    "plan_due_on": -30,
    "asks_open_at": (-21, "08:00"),
    "asks_close_at": (-7, "17:00"),
    "notice_due_on": -7,
    "conclusion_due_on": 10,
    "answers_due_on": 20,
}

# --- who asked: the owner, heard by counsel. Smaller numbers break what the pages promise -----

ANONYMITY_SET = 10  # fewer eligible people, and the anonymous way is refused
VOUCHERS_EACH = 3  # blind vouchers for one person and half-year, the same number for everybody
ISSUING_DAYS = 9  # blind vouchers are given out in these days before the question window opens
MIXING_HOURS = ("11:30", "16:30")  # when anonymous questions are handed on, in random order
MIXING_LEAST = 3  # so many of a conference wait, or nobody can send to it any more
OPENING_REQUESTS_A_DAY = 20  # of one secretary
OPENING_LAPSES_DAYS = 14  # a request to open a name that the Board has not answered by then is over
FRESH_MINUTES = 5  # how old a second factor may be when a name is unsealed
FEWEST_SHOWN = 5  # a statistic that counts fewer people is hidden, and what would betray it
SAME_PRESSES = (600, 60)  # so many “I ask the same” in so many seconds, per process
WRONG_CODES = (60, 600)  # so many wrong receipts and vouchers in so many seconds, per process

# --- what is kept, and until when: the owner, with counsel (docs/personal-data.md) ------------

# Days that each class of data is kept after the report of its half-year was due, and then
# removed by `apply_retention`; counsel and the owner may set others.
RETENTION = {
    "sealed_names": 90,  # the keys are destroyed: the names cannot be read in backups either
    "vouchers": 0,  # spent and unspent ones, when the half-year is over
    "receipts": 90,
    "texts": 365,  # of questions without a name; reports and cleared texts stay
    "attachments": 730,  # of questions; those of answers and commitments stay as long as these
    "named": 1826,  # of named questions the name and what was typed; cleared texts stay
    "accounts": 730,  # of people without a role, from the end of the last one
    "officials": 365,  # in which an account that held an office keeps its name, asked or not
}
BACKUP_KEEP_DAYS = (
    14  # as deploy/ and operations.md say; the archived log of PostgreSQL goes sooner
)
WAL_KEEP_DAYS = 7
PURGE_HOURS = 72  # in which the second body agrees to take a text out, or it lapses
PERSONAL_REQUEST_DAYS = 15  # in which a request about personal data is answered; for counsel too

# --- the calendar of reports: the Bloc Committee's letters; the Board decides the rest --------

# {half: (month, day)}: "trước ngày 25/6 và tháng 12" (Công văn 1672-CV/ĐUK, 22/02/2024).
REPORT_DUE = {1: (6, 25), 2: (12, 25)}
# Whose moment of issue is held against the deadline when the Board has returned a report:
# "first_issue" or "last_issue". A version that lacked required data never counts.
RETURN_CLOCK = "first_issue"
REMINDER_DAYS = (30, 14, 7, 3, 1)
# What should have happened how many days before the deadline, or the desk warns.
EARLY_WARNINGS = ((45, "no_date"), (20, "not_held"), (10, "no_draft"), (3, "not_issued"))
# So many days after a warning begins, or after the deadline, a person is told by name if the
# committee has not mended it.
ESCALATE_AFTER = {"no_date": 10, "not_held": 5, "no_draft": 3, "not_issued": 1, "missing": 1}
# Answers and promises: so many days before they are due there is a word about them.
DUE_REMINDER_DAYS = {"answers": (3, 1, 0), "commitments": (7, 1, 0), "duties": (3, 1, 0)}
ACCEPT_DAYS = 3  # after which the desk of sorting shows which questions nobody has taken on
# A holding reply may be given so many days before an answer is due, and promises it within so many.
HOLDING_FROM, HOLDING_LONGEST = 5, 60
# So long the date of an answer stands still for an asker who was asked back and says nothing.
ASKED_BACK_DAYS = 14
DAILY_MAIL_AT = optional("DAILY_MAIL_AT", dt.time(7, 30), env.time)  # one mail for each person
DRAFT_DAYS = 10  # before the deadline a draft is made for whoever has none
LONGEST_DEPUTYSHIP = 184  # days for which somebody may answer in a leader's place at a time
LONGEST_EXTENSION = 60  # days that the Board may add for one committee
