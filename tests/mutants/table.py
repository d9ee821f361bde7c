"""Which modules are tried, and by which tests: those that are quick and concern them."""

UNSEALING = (
    "tests/sessions/test_opening_rules.py",
    "tests/sessions/test_unsealing.py",
    "tests/sessions/test_retention.py",
)
ASKING = (
    "tests/sessions/test_identity.py",
    "tests/sessions/test_anonymous.py",
    "tests/sessions/test_blind_vouchers.py",
    "tests/sessions/test_mixing.py",
    "tests/sessions/test_receipts.py",
    "tests/sessions/test_anonymous_host.py",
)
ROLES = ("tests/committees/test_permissions.py", "tests/committees/test_members.py")
ACCESS = ("tests/test_access.py", "tests/test_access_states.py")
PAGES = ("tests/sessions/test_question_pages.py", "tests/sessions/test_answer_pages.py")
JOBS = ("tests/reports/test_claiming.py", "tests/reports/test_jobs.py")

# {module: the tests that must see a fault in it}
MODULES = {
    "sessions.askers.sealing": ("tests/sessions/test_halves.py", *UNSEALING, *ASKING),
    "sessions.askers.unsealing": UNSEALING,
    "sessions.askers.retention": ("tests/sessions/test_halves.py", *UNSEALING),
    "sessions.askers.identity": (*UNSEALING, *ASKING),
    "sessions.permissions": (*ACCESS, *UNSEALING, *ASKING, *PAGES, "tests/sessions/test_triage.py"),
    "committees.permissions": (
        *ACCESS,
        *ROLES,
        "tests/committees/test_pages.py",
        "tests/committees/test_committee_pages.py",
        "tests/committees/test_member_pages.py",
        "tests/committees/test_import_pages.py",
        "tests/sessions/test_unsealing.py",
        "tests/sessions/test_opening_rules.py",
        "tests/reports/test_permissions.py",
    ),
    "committees.domain.separation": ("tests/committees/test_separation.py", *ROLES),
    "reports.permissions": (
        *ACCESS,
        "tests/reports/test_permissions.py",
        "tests/privacy/test_personal_data.py",
        "tests/privacy/test_purging.py",
        "tests/reports/test_report_pages.py",
        "tests/reports/test_office_pages.py",
        "tests/reports/test_receiving.py",
    ),
    "sessions.domain.deadlines": ("tests/sessions/test_deadlines.py",),
    "periods.domain.steps": (
        "tests/reports/test_golden_deadlines.py",
        "tests/reports/test_deadlines.py",
    ),
    "periods.windows": ("tests/reports/test_windows.py", "tests/reports/test_moving_dates.py"),
    "jobs.domain.claiming": JOBS,
}

# {module: {the fault, as script/mutants prints it: why nobody could see it}}
EQUIVALENT = {
    "committees.permissions": {
        "can_recover_account: return False  →  return None": "either is no",
        "manages: bool(blocs) and (committee.pk in blocs or bool(blocs.intersection("
        "committee.ancestors().values_list('pk', flat=True))))  →  committee.pk in blocs or"
        " bool(blocs.intersection(committee.ancestors().values_list('pk', flat=True)))": "it spares a query: nothing lies below no Bloc",
    },
    "reports.permissions": {
        "can_agree_purge: return False  →  return None": "either is no",
    },
    "sessions.askers.unsealing": {
        "request_opening: True  →  False": "a stronger lock: others wait a moment longer",
        "_locked: True  →  False": "a stronger lock: others wait a moment longer",
        "told_to: 'name '  →  'name x'": "a mark is compared with itself alone",
        "told_to: ':'  →  ':x'": "a mark is compared with itself alone",
    },
    "sessions.askers.identity": {
        "asker_key: 32  →  33": "a longer key is as good",
        "_same: '.'  →  '.x'": "made and looked for by the same words",
        "asker_key_name: 'asker/'  →  'asker/x'": "made and looked for by the same name",
    },
    "sessions.askers.retention": {
        "retain_daily: 'retained-'  →  'retained-x'": "a name that nothing else reads",
        "retain_daily: True  →  False": "what is kept there is never read",
        "retain_daily: 25 * 3600  →  25 + 3600": "once more in the day does no harm",
        "retain_daily: 25  →  26": "the next day has a name of its own",
        "retain_daily: 3600  →  3601": "the next day has a name of its own",
        "_vouchers: model.objects.filter(round__committee=int(committee), round__half=half)"
        "  →  model.objects.filter(round__half=half)": "all keys of a half-year end together",
    },
    "sessions.domain.deadlines": {
        "_lead_time: found < day < counted  →  found <= day < counted": "it becomes the day it is",
        "_lead_time: found < day < counted  →  found < day <= counted": "no lead time is of 0 days",
    },
    "periods.domain.steps": {
        "is_due_step: left < 0  →  left <= 0": "on the day itself the week does not come out",
    },
    "jobs.domain.claiming": {
        "claim: crash_point('after_claim')  →  pass": "only tests/faults/test_crash_points.py can",
        "claim: 'after_claim'  →  'after_claimx'": "only tests/faults/test_crash_points.py can",
        "back_off: 12  →  13": "both are longer than the longest pause",
    },
}
