"""All files of tests/inputs through their way in, each with what must come of it."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "inputs"


def content(name):
    return (FOLDER / name).read_bytes()


def names():
    """Return the names of all files, below the folder."""
    found = (str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.is_file())
    return sorted(name for name in found if name != "README.md")
