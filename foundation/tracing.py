"""What is being worked on and at whose word, so that every line that is written can say it.

The name of a request, a tick or a command goes along with the doorbells that it rings. A silent
request has no name and sends none along.
"""

from __future__ import annotations

import re
import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


R = TypeVar("R")
is_silent = ContextVar("is_silent", default=False)
request_id = ContextVar("request_id", default="")
run_id = ContextVar("run_id", default="")
job: ContextVar[tuple[str, object] | None] = ContextVar("job", default=None)  # its kind and its key

NAME = re.compile(r"[0-9a-f]{16}")


def new_name() -> str:
    return secrets.token_hex(8)


@contextmanager
def a_run() -> Iterator[None]:
    """Give what is done inside, a tick or a command, a name of its own."""
    name = run_id.set(new_name())
    try:
        yield
    finally:
        run_id.reset(name)


@contextmanager
def working_on(kind: str, pk: object) -> Iterator[None]:
    """Have every line that is written inside name the row."""
    before = job.set((kind, pk))
    try:
        yield
    finally:
        job.reset(before)


def works_on(kind: str) -> Callable[[Callable[[Any], R]], Callable[[Any], R]]:
    """Have a function of one row's key name that row in every line it writes."""

    def decorate(function: Callable[[Any], R]) -> Callable[[Any], R]:
        @wraps(function)
        def work(pk: Any) -> R:
            with working_on(kind, pk):
                return function(pk)

        return work

    return decorate


def told() -> dict[str, object]:
    """Return what a line may tell: {"run": …, "rendering": …}, as far as there is something."""
    found: dict[str, object] = {"run": run_id.get()} if run_id.get() else {}
    if working := job.get():
        kind, pk = working
        found[kind] = pk
    return found


# --- along with a doorbell --------------------------------------------------------------


def carried() -> dict[str, str]:
    """Return what goes along with a doorbell that is rung now."""
    if is_silent.get():
        return {}
    names = {"asked_in": request_id.get(), "rung_in": run_id.get()}
    return {key: name for key, name in names.items() if name}


def take_up(brought: Mapping[str, Any]) -> None:
    """Work from now on at the word of whoever rang."""
    for variable, key in ((request_id, "asked_in"), (run_id, "rung_in")):
        name = str(brought.get(key, ""))
        variable.set(name if NAME.fullmatch(name) else "")


def put_down() -> None:
    """Forget who rang."""
    take_up({})
