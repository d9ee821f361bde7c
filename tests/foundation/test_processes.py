"""Programs that are kept alive end when asked, with all they started, and never come back too fast."""

import os
import sys
import threading
import time

import pytest

from foundation import processes
from foundation.processes import Program, keep_running

SLEEPS = "import time; time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPS}"


def wait_until(holds, seconds=10):
    give_up_at = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def is_running(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def program(tmp_path):
    """Return a function: a Program that runs a sentence of Python. Whatever is left of it is ended."""
    made = []

    def make(sentence, **how):
        made.append(Program("a program", [sys.executable, "-c", sentence], **how))
        return made[-1]

    yield make
    for one in made:
        one.end(before=0)


def test_what_ends_is_told_and_started_again_after_a_pause_that_doubles(program, monkeypatch):
    one = program("raise SystemExit(3)")
    pauses = []
    for _ in range(7):
        one.start_again_at = 0
        assert one.look_after() is None  # it starts
        codes = []
        wait_until(lambda codes=codes: codes.append(one.look_after()) or codes[-1] is not None)
        pauses.append(round(one.start_again_at - time.monotonic()))
        assert codes[-1] == 3
        assert one.look_after() is None  # not yet
        assert one.process is None

    assert pauses == [1, 2, 4, 8, 16, 30, 30]

    monkeypatch.setattr(processes, "STEADY", 0)  # it ran long enough this time
    one.start_again_at = 0
    one.look_after()
    wait_until(lambda: one.look_after() is not None)
    assert round(one.start_again_at - time.monotonic()) == 1


def test_it_has_the_environment_and_the_files_that_it_is_given(program, monkeypatch):
    monkeypatch.setenv("OURS", "1")
    reading, writing = os.pipe()
    with os.fdopen(reading) as told:
        sentence = (
            f"import os; os.write({writing}, (os.environ['OURS'] + os.environ['ITS']).encode())"
        )
        one = program(sentence, environment={"ITS": "2"}, pass_fds=[writing])
        one.start()
        os.close(writing)
        assert told.read() == "12"


def test_what_it_started_ends_with_it(program, tmp_path):
    noted = tmp_path / "pid"
    one = program(
        "import subprocess, sys, pathlib;"
        f"child = subprocess.Popen([sys.executable, '-c', {SLEEPS!r}]);"
        f"pathlib.Path({str(noted)!r}).write_text(str(child.pid))"
    )
    one.start()
    wait_until(lambda: one.look_after() == 0)

    wait_until(lambda: not is_running(int(noted.read_text())))


def test_all_are_asked_to_end_and_whoever_does_not_is_killed(program, monkeypatch):
    willing, stubborn, never = program(SLEEPS), program(STUBBORN), program(SLEEPS)
    never.start_again_at = time.monotonic() + 60
    over, said = threading.Event(), []
    kept = threading.Thread(
        target=keep_running,
        args=([willing, stubborn, never],),
        kwargs={"until": over, "say": said.append},
    )
    kept.start()
    wait_until(lambda: willing.process and stubborn.process)
    first = willing.process.pid
    willing.process.kill()
    wait_until(lambda: said)
    assert said == ["a program ended (-9); starting it again"]
    wait_until(lambda: willing.process and willing.process.pid != first)
    time.sleep(0.3)  # until the stubborn one has said that it is

    monkeypatch.setattr(processes, "TIME_TO_END", 1)
    over.set()
    kept.join(20)

    assert not kept.is_alive()
    assert willing.process.returncode == -15
    assert stubborn.process.returncode == -9
    assert never.process is None


def test_it_ends_when_whoever_started_it_is_killed(tmp_path):
    noted = tmp_path / "pid"
    starter = Program(
        "a starter",
        [
            sys.executable, "-c",
            "import sys, time, pathlib; from foundation.processes import Program;"
            f"one = Program('x', [sys.executable, '-c', {SLEEPS!r}]); one.start();"
            f"pathlib.Path({str(noted)!r}).write_text(str(one.process.pid)); time.sleep(60)",
        ],
    )  # fmt: skip
    starter.start()
    wait_until(lambda: noted.exists() and noted.read_text())
    pid = int(noted.read_text())
    assert is_running(pid)

    starter.process.kill()
    starter.process.wait()

    wait_until(lambda: not is_running(pid))


def test_what_never_ran_is_ended_without_a_word():
    one = Program("a program", ["/nonexistent"])
    one.ask_to_end()
    one.kill_group()
    one.end(before=0)
    assert one.process is None
