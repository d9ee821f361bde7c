"""Which branches of what acts and of what permits the tests run: script/test and script/coverage.

Everything that is started counts: sides of the tests, servers, workers and commands (`[tool.coverage.run]`
in pyproject.toml). Only what runs under limits that leave no room for a second reader does not.
"""

import argparse
import os
import shutil
import sys
from pathlib import Path

import coverage
import pytest

from tests.house import PACKAGES, ROOT

# What must be run whole: a line that no test runs is a promise that nobody holds us to.
HELD = ("*/domain/*", "sessions/askers/*", "*/permissions.py", "foundation/*")
AT_LEAST = 95  # percent of lines and branches
SETTINGS = ROOT / "pyproject.toml"
# What is run if nothing is asked for: all that needs no browser and no hours.
EVERYTHING = (
    *("-q", "-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"),
    *("-m", "not browser and not long and not mail"),
)


def main():
    parser = argparse.ArgumentParser(prog="script/coverage", description=__doc__)
    parser.add_argument("--at-least", type=float, default=AT_LEAST, help="percent")
    asked, of_pytest = parser.parse_known_args()

    watch = coverage.Coverage(config_file=str(SETTINGS), messages=False)
    watch.set_option("run:source_pkgs", list(PACKAGES))
    shutil.rmtree(Path(watch.get_option("run:data_file")).parent, ignore_errors=True)
    watch.start()
    status = pytest.main(of_pytest or list(EVERYTHING))
    watch.stop()
    watch.save()
    os.environ.pop("COVERAGE_PROCESS_CONFIG")  # nothing that is started from here on counts
    watch.combine()
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
