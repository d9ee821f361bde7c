"""Which branches of what acts and of what permits the tests run: script/coverage."""

import argparse
import sys
from pathlib import Path

import coverage
import pytest

from tests.house import PACKAGES, ROOT

# What must be run whole: a line that no test runs is a promise that nobody holds us to.
HELD = ("*/domain/*", "sessions/askers/*", "*/permissions.py", "foundation/*")
# What runs in a process of its own, under limits that leave no room for a second reader.
APART = ("foundation/cleaning_child.py", "*/migrations/*")
# The folders whose tests concern them; no browser, nothing that takes minutes.
TESTS = (
    *("foundation", "committees", "accounts", "sessions", "reports", "board", "privacy"),
    *(
        "faults/test_backup.py",
        "faults/test_once.py",
        "walls/test_errors.py",
        "walls/test_hosts.py",
    ),
    *("operations", "input_table", "recount", "test_access.py", "test_access_states.py"),
)
QUIET = ("-q", "--no-header", "-p", "no:cacheprovider", "-p", "no:xdist")
DATA = Path("var/coverage")


def main():
    parser = argparse.ArgumentParser(prog="script/coverage", description=__doc__)
    parser.add_argument("tests", nargs="*", help="all that concern them if none")
    parser.add_argument("--at-least", type=float, default=95, help="percent of lines and branches")
    asked = parser.parse_args()
    tests = asked.tests or [f"tests/{name}" for name in TESTS]
    DATA.parent.mkdir(exist_ok=True)

    watch = coverage.Coverage(
        data_file=str(DATA), branch=True, source=list(PACKAGES), omit=list(APART), messages=False
    )
    watch.set_option("report:exclude_also", ["if TYPE_CHECKING:", "raise NotImplementedError"])
    watch.start()
    status = pytest.main([*QUIET, "-m", "not browser and not embedded and not long", *tests])
    watch.stop()
    watch.save()

    found = watch.report(
        include=[f"{ROOT}/{pattern}" for pattern in HELD],
        show_missing=True,
        skip_covered=True,
        precision=1,
    )
    print(f"\nlines and branches run: {found:.1f} %, at least {asked.at_least:g} %")
    return int(status) or int(found < asked.at_least)


if __name__ == "__main__":
    sys.exit(main())
