"""Trying mutants: a process that knows all tests and forks a child with one fault each.

The child runs the tests that call the changed function, those first that saw the fault before,
then the quickest, and ends with the first that fails. Whatever else goes wrong in it is no
failed test: it ends the whole run, so that a broken ground is not taken for a good score.
"""

import ast
import copy
import gc
import importlib
import os
import select
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from django.db import connection, connections
from pytest_django.plugin import blocking_manager_key

from tests.conftest import forget_connections
from tests.emptying import empty_database
from tests.mutants.faults import Mutant, functions_of, is_documentation, mutants_of
from tests.mutants.table import EQUIVALENT, MODULES

KILLED, SURVIVED, UNTESTED, EQUAL = "killed", "survived", "untested", "equivalent"
PASSED, FAILED, BROKEN = 0, 1, 3  # how a child ends
NOTE = "__this_is_called__"
TITLES = f"{'module':32} {'mutants':>8} {'equal':>6} {'killed':>7} {'score':>6} {'took':>7}"


class Broken(Exception):
    """The trying itself went wrong; nothing is known of the mutant."""


class Trying:
    """A plugin: pytest collects and prepares as ever; then each mutant is tried instead."""

    def __init__(self, modules, *, only=""):
        self.modules = modules
        self.only = only
        self.calls = {}  # {(module, function): {number of the test}}
        self.took = {}  # {number of the test: seconds}
        self.seen = Counter()  # {(module, function, number of the test): faults it has seen}
        self.failed = []
        self.results = {}  # {module: [(mutant, what became of it)]}
        self.scores = []

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session):
        if session.testsfailed:
            raise session.Interrupted("a test could not be collected")
        self.run_all(session.items)
        assert not self.failed, f"these fail without any fault: {self.failed}"
        for name in self.modules:
            began = time.monotonic()
            self.results[name] = [
                (mutant, self.try_one(name, mutant, session.items))
                for mutant in mutants_of(source_of(name))
                if self.only in mutant.key
            ]
            self.check_ground(name, session.items)
            self.note(name, time.monotonic() - began)
        return True

    def note(self, name, seconds):
        became = Counter(one for _, one in self.results[name])
        score = 100 * became[KILLED] / max(became.total() - became[EQUAL], 1)
        self.scores.append(score)
        print(
            f"\n{TITLES}\n{name:32} {became.total():8} {became[EQUAL]:6} {became[KILLED]:7}"
            f" {score:5.1f}% {seconds:5.0f} s",
            flush=True,
        )

    def run_all(self, items):
        """Run each test without a fault, and note which functions it calls."""
        number = 0
        for name in self.modules:
            listen_in(
                name,
                lambda path, name=name: self.calls.setdefault((name, path), set()).add(number),
            )
        for number, item in enumerate(items):
            began = time.monotonic()
            run(item)
            self.took[number] = time.monotonic() - began
        for name in self.modules:
            put_back(name)

    def tests_of(self, name, items):
        wanted = {str(Path(one).resolve()) for one in MODULES[name]}
        return {number for number, item in enumerate(items) if str(item.path) in wanted}

    def try_one(self, name, mutant, items):
        if mutant.key in EQUIVALENT.get(name, {}):
            return EQUAL
        numbers = self.calls.get((name, mutant.function), set()) & self.tests_of(name, items)
        first = sorted(
            numbers, key=lambda one: (-self.seen[name, mutant.function, one], self.took[one])
        )
        became = UNTESTED
        if first:
            by = self.first_to_fail(first, items, fault=(name, mutant))
            became = SURVIVED if by is None else KILLED
            self.seen[name, mutant.function, by] += 1
        if became != KILLED:
            print(f"\n{became}: {name}:{mutant.line} {mutant.key}", flush=True)
        return became

    def check_ground(self, name, items):
        """Without a fault all tests still pass: no child has left anything behind."""
        numbers = sorted(self.tests_of(name, items))
        if (failed := self.first_to_fail(numbers, items)) is not None:
            raise Broken(f"a fault in {name} has left something: {items[failed].nodeid} fails")

    def first_to_fail(self, numbers, items, *, fault=None):
        """Return the number of the first test that fails, or that never ends; else None."""
        patience = 60 + 4 * sum(self.took[one] for one in numbers)
        return in_a_child(
            lambda said: run_until_failed([(one, items[one]) for one in numbers], said, fault),
            patience=patience,
            ground=items[0].config,
        )


def source_of(name):
    return Path(importlib.import_module(name).__file__).read_text(encoding="utf-8")


def run(item):
    """Run a test as pytest does; only what the whole session shares stays for the next one."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.session)


# --- the child --------------------------------------------------------------------------


def in_a_child(act, *, patience, ground):
    """Have a fork do `act(said)`; return what it has said, a number or None. Raises Broken."""
    with ground.stash[blocking_manager_key].unblock():
        connections.close_all()
    forget_connections()
    gc.freeze()
    sys.stdout.flush()
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        os._exit(ended(act, write))
    os.close(write)
    handle = os.pidfd_open(child)
    try:
        is_late = not select.select([handle], [], [], patience)[0]
        if is_late:
            os.kill(child, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = os.read(read, 1_000_000).decode().splitlines()
    finally:
        os.close(handle)
        os.close(read)
    if is_late:
        clean_up_after_a_killed_one(ground)
    elif status not in (PASSED, FAILED):
        raise Broken("\n".join(said) or f"ended with {status}")
    return int(said[-1]) if (is_late or status == FAILED) else None


def ended(act, write):
    """Do `act` in silence; return how this process ends."""
    with os.fdopen(write, "w") as said:
        try:
            silence = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silence, 1)
            os.dup2(silence, 2)
            return act(lambda one: print(one, file=said, flush=True))
        except BaseException as error:
            print(repr(error), file=said)
            return BROKEN


def run_until_failed(tests, said, fault):
    """Put the fault in, and run the tests till one fails; say each number before it."""
    noted = Noted()
    tests[0][1].config.pluginmanager.register(noted)
    if fault:
        put_in(*fault)
    for number, item in tests:
        said(number)
        run(item)
        if noted.failed:
            return FAILED
    return PASSED


class Noted:
    failed = False

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed


def clean_up_after_a_killed_one(ground):
    """It may have committed something, and its connections may still hold locks."""
    with ground.stash[blocking_manager_key].unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        empty_database()
        connections.close_all()


# --- the fault --------------------------------------------------------------------------


def put_in(name, mutant):
    """Give the function that stands in the module the mutant's code, wherever it was imported."""
    module = importlib.import_module(name)
    *owners, last = mutant.function.split(".")
    found = module
    for owner in owners:
        found = getattr(found, owner)
    function = vars(found)[last]
    function = getattr(function, "__func__", None) or getattr(function, "fget", None) or function
    function = getattr(function, "func", function)  # a cached property
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    tree = mutant.tree
    if "__class__" in function.__code__.co_freevars:
        # A method that has said super() keeps its cell, also where the fault took that word away.
        tree = copy.deepcopy(tree)
        changed = dict(functions_of(tree))[mutant.function]
        changed.body += ast.parse("__class__").body
        ast.fix_missing_locations(tree)
    code = compile(tree, module.__file__, "exec")
    for owner in owners:
        code = code_of(code, owner)
    function.__code__ = code_of(code, last)


def code_of(code, name):
    return next(one for one in code.co_consts if getattr(one, "co_name", None) == name)


def listen_in(name, listener):
    """Have every function of the module tell the listener its path when it is called."""
    tree = ast.parse(source_of(name))
    setattr(importlib.import_module(name), NOTE, listener)
    for path, function in functions_of(tree):
        place = 1 if is_documentation(function.body[0]) else 0
        function.body[place:place] = ast.parse(f"{NOTE}({path!r})").body
    put_all(name, tree)


def put_back(name):
    put_all(name, ast.parse(source_of(name)))


def put_all(name, tree):
    ast.fix_missing_locations(tree)
    for path, function in functions_of(tree):
        put_in(name, Mutant(path, function.lineno, "", tree))
