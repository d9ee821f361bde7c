"""Which lines and branches of what acts and of what permits no test runs: script/test, script/coverage.

Everything that is started counts: sides of the tests, servers, workers and commands. Probes in the
code tell what was run (tests/counting); coverage.py says what there was to run, and makes the report.
"""

import argparse
import atexit
import builtins
import fnmatch
import io
import marshal
import os
import shutil
import sys
import tempfile
from pathlib import Path

import coverage
import pytest

from tests.counting.probes import Prober, arcs_seen
from tests.counting.sitecustomize import FOLDER, ROOM, SEEN, begin
from tests.house import PACKAGES, ROOT

# What must be run whole: a line that no test runs is a promise that nobody holds us to.
HELD = ("*/domain/*", "sessions/askers/*", "*/permissions.py", "foundation/*")
# Percent of lines and branches: all of them, but for a few that only a race between processes reaches.
AT_LEAST = 99.9
# What they run has tests of its own: they go through all of it once more, as a whole, or start many
# programs. A line that only they run is one of which no test says what it must do.
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
WALKS = "COVERAGE_WALKS"  # set where what is in NOT_COUNTED counts as well
# What is run if nothing is asked for: all that needs no browser and no hours.
EVERYTHING = (
    *("-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"),
    *("-m", "not browser and not long and not mail"),
)


class Side:
    """On one side of the tests: counts for the files of tests that are counted, and for no others."""

    def __init__(self):
        self.folder = os.environ[FOLDER]
        self.seen = {True: getattr(builtins, SEEN), False: bytearray(ROOM)}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logstart(self, nodeid):
        is_on = not nodeid.startswith(NOT_COUNTED)
        setattr(builtins, SEEN, self.seen[is_on])
        if is_on:
            os.environ[FOLDER] = self.folder
        else:
            os.environ.pop(FOLDER, None)  # nor does what these tests start


def side_here():
    """Return what counts in this process, or None where nothing is counted, or all of it is."""
    return Side() if FOLDER in os.environ and WALKS not in os.environ else None


class Counting:
    """Counts while the tests run, and tells before pytest's last words what none of them ran."""

    def __init__(self, at_least, *, rest):
        self.at_least, self.rest, self.is_enough = at_least, rest, False
        self.held = [f"{ROOT}/{pattern}" for pattern in HELD]
        self.watch = coverage.Coverage(data_file=None, config_file=str(SETTINGS), messages=False)
        self.left_out = self.watch.get_option("run:omit")
        self.folder = Path(tempfile.mkdtemp(prefix="covered-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        self.probes = self.put_probes()
        with (self.folder / "seen").open("wb") as file:
            file.truncate(ROOM)
        os.environ.update(counting_in(self.folder))
        if self.rest:
            os.environ[WALKS] = "1"
        begin(self.folder)

    def put_probes(self):
        """Compile what is counted with probes in it; return where each stands, and what it tells."""
        exclude = "|".join(f"(?:{one})" for one in self.watch.get_exclude_list())
        probes, first = {}, 0
        (self.folder / "code").mkdir()
        for path in sorted(files_of(("*",) if self.rest else HELD, but=self.left_out)):
            prober = Prober(path, first=first, exclude=exclude)
            (self.folder / "code" / module_of(path)).write_bytes(marshal.dumps(prober.code()))
            if prober.probes:
                probes[str(path)] = first, prober.probes
            first += len(prober.probes)
        assert first <= ROOM
        return probes

    def arcs_seen(self):
        """Return what coverage.py needs to know of each file of which anything was run."""
        seen = (self.folder / "seen").read_bytes()
        arcs = {
            path: arcs_seen(probes, seen[first:]) for path, (first, probes) in self.probes.items()
        }
        return {path: found for path, found in arcs.items() if found}

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        """All sides have ended by now, and have written down what they ran."""
        os.environ.pop(FOLDER, None)  # nothing that is started from here on counts
        self.watch.get_data().add_arcs(self.arcs_seen())
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
        return {
            Path(path).relative_to(ROOT)
            for path in set(self.probes) - self.watch.get_data().measured_files()
            if any(fnmatch.fnmatch(path, one) for one in self.held)
        }


def counting_in(folder):
    """Return what a process must find in its environment to count."""
    return {FOLDER: str(folder), "PYTHONPATH": str(ROOT / "tests" / "counting")}


def files_of(patterns, *, but):
    """Return the files of the portal that fit."""
    return {
        path
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if fits(path, patterns) and not fits(path, but)
    }


def module_of(path):
    """Return the name by which a file is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


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
