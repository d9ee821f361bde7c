"""Put small faults into modules and see which the tests do not see: script/mutants."""

import argparse
import sys

import pytest

from tests.mutants.table import MODULES


def main():
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="all of the table if none")
    parser.add_argument("--at-least", type=int, default=85, help="percent killed in each module")
    asked = parser.parse_args()
    modules = asked.modules or list(MODULES)
    if unknown := set(modules) - set(MODULES):
        parser.error(f"not in tests/mutants/table.py: {', '.join(sorted(unknown))}")

    tests = sorted({test for name in modules for test in MODULES[name]})
    from tests.mutants.trying import KILLED, Trying

    trying = Trying(modules)
    quiet = [
        "-q",
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
    enough = True
    print(f"\n{'module':40} {'mutants':>8} {'killed':>8} {'score':>6}")
    for name, results in trying.results.items():
        killed = sum(became == KILLED for _, became in results)
        score = 100 * killed / len(results)
        enough &= score >= asked.at_least
        print(f"{name:40} {len(results):8} {killed:8} {score:5.1f}%")
    return 0 if enough else 1


if __name__ == "__main__":
    sys.exit(main())
