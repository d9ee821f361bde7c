"""The probes say of each line and each branch what coverage.py's own tracer says of them."""

import contextlib
import io
import marshal
import os
import re
import signal
import subprocess
import sys

import coverage
import pytest
from coverage.exceptions import CoverageException

from tests.counting.probes import Prober, arcs_seen
from tests.counting.sitecustomize import ROOM, SEEN
from tests.covered import counting_in
from tests.house import ROOT as HOUSE

SHAPES = """'Every shape of code that there is.'

from __future__ import annotations

import contextlib
import functools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Shape:
    'What is run while it is made.'

    sides: int = 3
    if sides > 3:
        name = "many"
    else:
        name = "three"

    @property
    def doubled(self):
        'Told in one line.'
        return self.sides * 2


@functools.cache
@functools.wraps(
    print,
)
def decorated(number):
    return number


def branches(number, words: Iterable[str] = ()):
    global _last
    total: int
    total = 0
    if number > 3:
        total += 1
    elif (
        number > 2
        and number < 10  # a condition of several lines
    ):
        total += 2
    if number == 7:
        return "seven"
    for word in words:
        if word == "stop":
            break
        if word == "skip":
            continue
        total += len(word)
    else:
        total += 100
    while total > number:
        total -= 40
        if total == 60:
            pass
    while True:
        total += 1
        if total > 3:
            break
    with contextlib.suppress(KeyError):
        if number == 5:
            raise KeyError(number)
        if number == 6:
            total = 6
    _last = [
        one
        for one in words
        if one
    ]  # fmt: skip
    if number == 8:
        total = 8


def tries(number):
    try:
        if number == 1:
            raise ValueError
        if number == 2:
            raise KeyError
        result = 10 / number
    except ValueError:
        result = 1
    except (
        KeyError,
        LookupError,
    ):
        return 2
    else:
        if number > 5:
            result = 5
    finally:
        if number == 4:
            decorated(number)
    return result


def cases(thing):
    match thing:
        case int() if thing > 3:
            return "large"
        case str() | bytes():
            thing = "text"
        case [first, *_]:
            thing = first
    match thing:
        case "text":
            return thing
        case other:
            thing = other
    return thing


def left_out(number):
    if number == 3:  # pragma: no cover - for the test
        return 4
    if number == 4:
        raise NotImplementedError
    return lambda: 5


def yields(number):
    for one in range(number):
        yield one
        if one == 2:
            return


async def waits(number):
    if number:
        return 1
"""
CALLS = (
    "pass",
    "Shape().doubled",
    "decorated(1)",
    "branches(1)",
    "branches(4, ['one', 'two'])",
    "branches(3, ['skip', 'stop', 'never'])",
    "[branches(number) for number in (5, 6, 7, 8)]",
    "branches(-300, ['long'])",
    "tries(1)",
    "tries(2)",
    "[tries(number) for number in (4, 6)]",
    "[cases(4), cases(1)]",
    "cases('text')",
    "[cases([1]), cases({})]",
    "left_out(2)",
    "left_out(3)",
    "list(yields(1))",
    "list(yields(9))",
    "waits(1).send(None)",
    "waits(0).send(None)",
)


@pytest.fixture
def shapes(tmp_path):
    path = tmp_path / "shapes.py"
    path.write_text(SHAPES, encoding="utf-8")
    return path


def run(code, call, **names):
    exec(code, names)
    with contextlib.suppress(ArithmeticError, StopIteration):
        exec(call, names)


def watch():
    return coverage.Coverage(data_file=None, branch=True, config_file=False, messages=False)


def told(watch, path):
    table = io.StringIO()
    watch.report(include=[str(path)], show_missing=True, precision=1, file=table)
    return table.getvalue()


def told_by_tracer(path, call):
    tracing = watch()
    tracing.set_option("run:include", [str(path)])
    code = compile(path.read_text(encoding="utf-8"), str(path), "exec", dont_inherit=True)
    before = sys.gettrace()
    tracing.start()
    try:
        run(code, call, __name__="shapes")
    finally:
        tracing.stop()
        sys.settrace(before)
    return told(tracing, path)


def told_by_probes(path, call):
    prober = Prober(path, first=0, exclude="|".join(watch().get_exclude_list()))
    seen = bytearray(1000)
    run(prober.code(), call, __name__="shapes", **{SEEN: seen})
    counted = watch()
    counted.get_data().add_arcs({str(path): arcs_seen(prober.probes, seen)})
    return told(counted, path)


@pytest.mark.parametrize("call", CALLS)
def test_probes_say_what_a_tracer_says(shapes, call):
    assert told_by_probes(shapes, call) == told_by_tracer(shapes, call)


def test_all_calls_together_run_all_of_it(shapes):
    every_call = f"[{', '.join(CALLS[1:])}]"

    assert told_by_probes(shapes, every_call) == told_by_tracer(shapes, every_call)


def test_an_except_counts_once_it_has_caught(shapes):
    """The tracer is content if it was looked at; what is inside is missing for both."""
    found, traced = told_by_probes(shapes, "tries(0)"), told_by_tracer(shapes, "tries(0)")

    assert "84, 86-95, 98-99" in found
    assert "84, 87, 92-95, 98-99" in traced


def test_a_line_that_no_probe_can_tell_of_is_complained_of(shapes):
    shapes.write_text("def one(line):\n    if line: return 1\n    return 2\n", encoding="utf-8")

    with pytest.raises(CoverageException, match="no probe can tell of"):
        told_by_probes(shapes, "one(1)")


def test_whoever_is_killed_has_counted(shapes, tmp_path):
    prober = Prober(shapes, first=0, exclude="pragma")
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "shapes").write_bytes(marshal.dumps(prober.code()))
    (tmp_path / "seen").write_bytes(bytes(ROOM))
    killed = "import os, shapes; shapes.tries(1); os.kill(os.getpid(), 9)"

    process = subprocess.run(
        [sys.executable, "-c", killed], cwd=tmp_path, env={**os.environ, **counting_in(tmp_path)}
    )

    assert process.returncode == -signal.SIGKILL
    seen = (tmp_path / "seen").read_bytes()
    counted = watch()
    counted.get_data().add_arcs({str(shapes): arcs_seen(prober.probes, seen)})
    assert told(counted, shapes) == told_by_tracer(shapes, "tries(1)")


def test_too_little_fails():
    asked = ["-q", "-p", "no:cacheprovider", "-o", "addopts=", "tests/foundation/test_codes.py"]

    process = subprocess.run(
        [sys.executable, "-m", "tests.covered", *asked], cwd=HOUSE, capture_output=True, text=True
    )

    assert process.returncode == 1
    assert re.search(r"^FAILED: \d\d?\.\d\d %, at least 99\.9 %$", process.stdout, re.MULTILINE)
    assert re.search(r"^(\d+ passed)", process.stdout, re.MULTILINE)
