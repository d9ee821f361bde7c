"""Put small faults into modules and see which the tests do not see: script/mutants."""

import argparse
import os
import sys

import django
import pytest

from tests.mutants.table import MODULES


def main():
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="all of the table if none")
    parser.add_argument("--at-least", type=int, default=85, help="percent killed in each module")
    parser.add_argument("--only", default="", help="faults whose line has these words")
    asked = parser.parse_args()
    modules = asked.modules or list(MODULES)
    if unknown := set(modules) - set(MODULES):
        parser.error(f"not in tests/mutants/table.py: {', '.join(sorted(unknown))}")

    tests = sorted({test for name in modules for test in MODULES[name]})
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"  # before anything of ours asks
    django.setup()
    from tests.mutants.trying import Trying

    trying = Trying(modules, only=asked.only)
    quiet = [
        "-q",
        "-W",
        "ignore:Module already imported:pytest.PytestAssertRewriteWarning",  # by setup(), above
        "-s",  # so that what survives is read at once
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "--no-header",
        "-m",
        "not browser and not long",
    ]
    status = pytest.main([*quiet, *tests], plugins=[trying])
    if set(trying.results) != set(modules):
        return int(status) or 1
    enough = all(score >= asked.at_least for score in trying.scores)
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
