"""Trying mutants: a process that knows all tests and forks a child with one fault each."""

import gc
import importlib
import os
import select
import signal
import sys
import threading
import time
from pathlib import Path

from django.db import connections

from tests.mutants.faults import mutants_of
from tests.mutants.table import MODULES

PATIENCE = 60  # seconds for the tests of one mutant: one that runs for ever is seen, too
KILLED, SURVIVED, UNTESTED = "killed", "survived", "untested"


class Trying:
    """A plugin: pytest collects and prepares as ever; then each mutant is tried instead."""

    def __init__(self, modules):
        self.modules = modules
        self.calls = {}  # {(file, function): {number of the test}}
        self.took = {}  # {number of the test: seconds}
        self.failed = []
        self.results = {}  # {module: [(mutant, what became of it)]}

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session):
        if session.testsfailed:
            raise session.Interrupted("a test could not be collected")
        for number, item in enumerate(session.items):
            began = time.monotonic()
            self.run_and_listen(item, number)
            self.took[number] = time.monotonic() - began
        assert not self.failed, f"these fail without any fault: {self.failed}"
        for name in self.modules:
            self.results[name] = list(self.try_module(name, session.items))
        return True

    def run_and_listen(self, item, number):
        """Run a test, and note which functions of ours were called meanwhile."""
        ours = {module_file(name) for name in self.modules}

        def listen(frame, event, _argument):
            code = frame.f_code
            if event == "call" and code.co_filename in ours:
                self.calls.setdefault((code.co_filename, code.co_qualname), set()).add(number)

        threading.setprofile(listen)
        sys.setprofile(listen)
        try:
            run(item)
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def try_module(self, name, items):
        place = module_file(name)
        wanted = [str(Path(one).resolve()) for one in MODULES[name]]
        for mutant in mutants_of(Path(place).read_text(encoding="utf-8")):
            calling = self.calls.get((place, mutant.function), set())
            numbers = [one for one in calling if str(items[one].path) in wanted]
            numbers.sort(key=self.took.get)
            became = UNTESTED
            if numbers:
                became = try_one(name, mutant, [items[one] for one in numbers])
            if became != KILLED:
                print(f"\n{became}: {name}:{mutant.line} {mutant.said}", flush=True)
            yield mutant, became


def module_file(name):
    return importlib.import_module(name).__file__


def run(item):
    """Run a test as pytest does; only what the whole session shares stays for the next one."""
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=item.session)


def try_one(name, mutant, items):
    """Return what became of the mutant: a child of ours holds it, and no other does."""
    connections.close_all()
    gc.freeze()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os._exit(in_the_child(name, mutant, items))
    handle = os.pidfd_open(child)
    try:
        if not select.select([handle], [], [], PATIENCE)[0]:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    finally:
        os.close(handle)
    return SURVIVED if os.waitstatus_to_exitcode(status) == 0 else KILLED


def in_the_child(name, mutant, items):
    """Return 1 as soon as a test fails."""
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    try:
        put_in(importlib.import_module(name), mutant)
        noted = Noted()
        items[0].config.pluginmanager.register(noted)
        for item in items:
            run(item)
            if noted.failed:
                return 1
    except BaseException:
        return 1
    return 0


class Noted:
    failed = False

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed


def put_in(module, mutant):
    """Give the function that stands in the module the mutant's code, wherever it was imported."""
    code = compile(mutant.tree, module.__file__, "exec")
    *owners, name = mutant.function.split(".")
    for owner in owners:
        code = code_of(code, owner)
    found = module
    for owner in owners:
        found = getattr(found, owner)
    function = vars(found)[name]
    function = getattr(function, "__func__", None) or getattr(function, "fget", None) or function
    function = getattr(function, "func", function)  # a cached property
    while hasattr(function, "__wrapped__"):
        function = function.__wrapped__
    function.__code__ = code_of(code, name)


def code_of(code, name):
    return next(one for one in code.co_consts if getattr(one, "co_name", None) == name)
