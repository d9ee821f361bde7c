"""What Python loads first in each process of a counted run (by PYTHONPATH): modules come with probes.

tests/counting/probes.py has compiled them. A probe writes one byte into a file that all processes
share as memory: nothing is left to do at the end, so whoever is killed has counted as well.
"""

import builtins
import marshal
import mmap
import os
import sys
from importlib.machinery import PathFinder, SourceFileLoader

FOLDER = "COVERAGE_FOLDER"  # by which a process knows that it counts, and where
SEEN = "__seen__"  # what a probe writes to
ROOM = 1 << 20  # probes; what none has written to takes no room on a disk


class Loader(SourceFileLoader):
    """Loads the code that has probes, unless what is asked for is a copy of the portal elsewhere."""

    def __init__(self, name, path, code):
        super().__init__(name, path)
        self.code = code

    def get_code(self, fullname):
        with open(self.code, "rb") as file:
            code = marshal.load(file)
        return code if code.co_filename == self.path else super().get_code(fullname)


class Finder:
    """Finds modules where Python does, and has ours load those that have probes."""

    def __init__(self, folder):
        self.folder, self.names = folder, frozenset(os.listdir(folder))

    def find_spec(self, name, path=None, target=None):
        spec = PathFinder.find_spec(name, path, target) if name in self.names else None
        if spec and type(spec.loader) is SourceFileLoader:
            spec.loader = Loader(name, spec.loader.path, f"{self.folder}/{name}")
        return spec


def begin(folder):
    """Have seen in `folder` what this process runs, and what the processes run that it forks."""
    with open(f"{folder}/seen", "r+b") as file:
        setattr(builtins, SEEN, mmap.mmap(file.fileno(), ROOM))
    sys.meta_path.insert(0, Finder(f"{folder}/code"))


if FOLDER in os.environ:
    begin(os.environ[FOLDER])
