"""What the first page would load, loaded before there is one: a new process answers at once."""

from pathlib import Path

from django.db import connections
from django.template import engines
from django.urls import get_resolver


def warm() -> int:
    """Load all views and compile all templates of the portal; return how many templates there are.

    No connection stays open: processes that are forked from this one share none.
    """
    assert get_resolver().url_patterns
    engine = engines["django"]
    names = [
        path.relative_to(folder).as_posix()
        for folder in engine.dirs
        for path in sorted(Path(folder).rglob("*.html"))
    ]
    for name in names:
        engine.get_template(name)
    connections.close_all()
    return len(names)
