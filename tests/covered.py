"""Which lines and branches of what acts and of what permits no test runs: script/test, script/coverage.

Everything that is started counts: sides of the tests, servers, workers and commands (`[tool.coverage.run]`
in pyproject.toml). Only what runs under limits that leave no room for a second reader does not.
"""

import argparse
import fnmatch
import io
import os
import shutil
import sys
from pathlib import Path

import coverage
import pytest

from tests.house import PACKAGES, ROOT

# What must be run whole: a line that no test runs is a promise that nobody holds us to.
HELD = ("*/domain/*", "sessions/askers/*", "*/permissions.py", "foundation/*")
# Percent of lines and branches: all of them, but for a few that only a race between processes reaches.
AT_LEAST = 99.9
# What they run has tests of its own: they go through all of it once more, as a whole, or start many
# programs. To count takes some 40 % more of a processor, whichever files are looked at.
NOT_COUNTED = (
    *("tests/attacks/", "tests/journeys/", "tests/mutants/", "tests/security/"),
    *("tests/faults/test_crash_points.py", "tests/faults/test_database_stopped.py"),
    *("tests/faults/test_killed_often.py", "tests/faults/test_killed_workers.py"),
    *("tests/test_settings.py", "tests/walls/test_access_matrix.py"),
    *("tests/walls/test_addresses.py", "tests/walls/test_boundaries.py"),
    *("tests/walls/test_every_field.py", "tests/walls/test_forgery.py"),
    *("tests/walls/test_formulas.py", "tests/walls/test_headers.py"),
    *("tests/walls/test_malformed.py", "tests/walls/test_pages.py", "tests/walls/test_scripts.py"),
)
SETTINGS = ROOT / "pyproject.toml"
OF_OTHERS = "COVERAGE_PROCESS_CONFIG"  # by which what is started knows that it counts
# What is run if nothing is asked for: all that needs no browser and no hours.
EVERYTHING = (
    *("-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"),
    *("-m", "not browser and not long and not mail"),
)


class Side:
    """On one side of the tests: counts for the files of tests that are counted, and for no others."""

    def __init__(self, watch):
        self.watch, self.is_on = watch, True
        self.of_others = os.environ[OF_OTHERS]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid):
        is_on = not nodeid.startswith(NOT_COUNTED)
        if is_on == self.is_on:
            return
        self.is_on = is_on
        if is_on:
            os.environ[OF_OTHERS] = self.of_others
            self.watch.start()
        else:
            os.environ.pop(OF_OTHERS)  # nor does what these tests start
            self.watch.stop()


def side_here():
    """Return what counts in this process, or None where nothing is counted, or all of it is."""
    watch = coverage.Coverage.current()
    return Side(watch) if watch and not watch.get_option("run:source_pkgs") else None


class Counting:
    """Counts while the tests run, and tells before pytest's last words what none of them ran."""

    def __init__(self, at_least, *, rest):
        self.at_least, self.rest, self.is_enough = at_least, rest, False
        self.held = [f"{ROOT}/{pattern}" for pattern in HELD]
        self.watch = coverage.Coverage(config_file=str(SETTINGS), messages=False)
        if rest:
            self.watch.set_option("run:source_pkgs", list(PACKAGES))
        else:
            self.watch.set_option("run:include", self.held)
        shutil.rmtree(Path(self.watch.get_option("run:data_file")).parent, ignore_errors=True)
        self.watch.start()

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        """All sides have ended by now, and have written down what they ran."""
        self.watch.stop()
        self.watch.save()
        os.environ.pop(OF_OTHERS, None)  # nothing that is started from here on counts
        self.watch.combine()
        self.watch.save()
        if self.rest:
            self.tell(terminalreporter, "all of it", f"{ROOT}/*", show_missing=False)
        found = self.tell(terminalreporter, "what must be run whole", *self.held)
        unseen = sorted(self.never_loaded())
        for path in unseen:
            terminalreporter.write_line(f"no test loads {path}")
        self.is_enough = found >= self.at_least and not unseen
        word = "enough" if self.is_enough else "FAILED"
        terminalreporter.write_line(f"{word}: {found:.2f} %, at least {self.at_least:g} %")

    def tell(self, reporter, title, *include, show_missing=True):
        """Write a table of the files that are not run whole; return the percentage of all."""
        table = io.StringIO()
        found = self.watch.report(
            include=include, show_missing=show_missing, skip_covered=True, precision=1, file=table
        )
        reporter.section(f"lines and branches run: {title}")
        reporter.write(table.getvalue())
        return found

    def never_loaded(self):
        """Return what must be run whole and is in no table: a path from the top for each."""
        measured = {Path(path) for path in self.watch.get_data().measured_files()}
        left_out = self.watch.get_option("run:omit")
        return {
            path.relative_to(ROOT)
            for package in PACKAGES
            for path in (ROOT / package).rglob("*.py")
            if fits(path, HELD) and not fits(path, left_out) and path not in measured
            if path.read_text(encoding="utf-8").strip()
        }


def fits(path, patterns):
    return any(fnmatch.fnmatch(path.relative_to(ROOT).as_posix(), one) for one in patterns)


def main():
    parser = argparse.ArgumentParser(prog="script/coverage", description=__doc__)
    parser.add_argument("--at-least", type=float, default=AT_LEAST, help="percent")
    parser.add_argument("--rest", action="store_true", help="count and show all else as well")
    asked, of_pytest = parser.parse_known_args()

    counting = Counting(asked.at_least, rest=asked.rest)
    status = pytest.main(of_pytest or list(EVERYTHING), plugins=[counting])
    return int(status) or int(not counting.is_enough)


if __name__ == "__main__":
    sys.exit(main())
