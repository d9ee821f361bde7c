"""Which modules are tried, and by which tests: those that are quick and concern them."""

UNSEALING = ("tests/sessions/test_unsealing.py", "tests/sessions/test_retention.py")
ASKING = ("tests/sessions/test_identity.py", "tests/sessions/test_anonymous.py")
ROLES = ("tests/committees/test_permissions.py", "tests/committees/test_members.py")
PAGES = ("tests/sessions/test_question_pages.py", "tests/sessions/test_answer_pages.py")
JOBS = ("tests/reports/test_jobs.py", "tests/faults/test_fencing.py", "tests/reports/test_mail.py")

# {module: the tests that must see a fault in it}
MODULES = {
    "sessions.domain.sealing": (*UNSEALING, *ASKING),
    "sessions.domain.unsealing": UNSEALING,
    "sessions.domain.retention": UNSEALING,
    "sessions.domain.identity": (*UNSEALING, *ASKING),
    "sessions.permissions": (*UNSEALING, *ASKING, *PAGES, "tests/sessions/test_triage.py"),
    "committees.permissions": (*ROLES, "tests/committees/test_pages.py"),
    "committees.domain.separation": ROLES,
    "reports.permissions": (
        "tests/reports/test_report_pages.py",
        "tests/reports/test_office_pages.py",
        "tests/reports/test_receiving.py",
    ),
    "sessions.domain.deadlines": ("tests/sessions/test_deadlines.py",),
    "reports.domain.steps": (
        "tests/reports/test_golden_deadlines.py",
        "tests/reports/test_deadlines.py",
    ),
    "reports.windows": ("tests/reports/test_periods.py", "tests/reports/test_moving_dates.py"),
    "reports.domain.claiming": JOBS,
}
