"""What is being worked on and at whose word, so that every line that is written can say it.

The name of a request, a tick or a command goes along with the doorbells that it rings. A silent
request has no name and sends none along.
"""

import re
import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps

is_silent = ContextVar("is_silent", default=False)
request_id = ContextVar("request_id", default="")
run_id = ContextVar("run_id", default="")
job = ContextVar("job", default=())  # its kind and its key

NAME = re.compile(r"[0-9a-f]{16}")


def new_name():
    return secrets.token_hex(8)


@contextmanager
def a_run():
    """Give what is done inside, a tick or a command, a name of its own."""
    name = run_id.set(new_name())
    try:
        yield
    finally:
        run_id.reset(name)


@contextmanager
def working_on(kind, pk):
    """Have every line that is written inside name the row."""
    before = job.set((kind, pk))
    try:
        yield
    finally:
        job.reset(before)


def works_on(kind):
    """Have a function of one row's key name that row in every line it writes."""

    def decorate(function):
        @wraps(function)
        def work(pk):
            with working_on(kind, pk):
                return function(pk)

        return work

    return decorate


def told():
    """Return what a line may tell: {"run": …, "rendering": …}, as far as there is something."""
    found = {"run": run_id.get()} if run_id.get() else {}
    if job.get():
        kind, pk = job.get()
        found[kind] = pk
    return found


# --- along with a doorbell --------------------------------------------------------------


def carried():
    """Return what goes along with a doorbell that is rung now."""
    if is_silent.get():
        return {}
    names = {"asked_in": request_id.get(), "rung_in": run_id.get()}
    return {key: name for key, name in names.items() if name}


def take_up(brought):
    """Work from now on at the word of whoever rang."""
    for variable, key in ((request_id, "asked_in"), (run_id, "rung_in")):
        name = str(brought.get(key, ""))
        variable.set(name if NAME.fullmatch(name) else "")


def put_down():
    """Forget who rang."""
    take_up({})
