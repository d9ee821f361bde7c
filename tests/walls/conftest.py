"""What was written down while a test ran."""

import json
import logging

import pytest

from foundation import logs


class Memory(logging.Handler):
    def __init__(self):
        super().__init__(level=logging.DEBUG)
        self.lines = []
        self.setFormatter(logs.line())
        self.addFilter(logs.NotSilent())

    def emit(self, record):
        self.lines.append(self.format(record))

    @property
    def events(self):
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def written():
    """Every line of every logger, at the level that tells most."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the test's own mail server
    memory, root = Memory(), logging.getLogger()
    quiet = root.level
    root.addHandler(memory)
    root.setLevel(logging.DEBUG)
    yield memory
    root.setLevel(quiet)
    root.removeHandler(memory)
