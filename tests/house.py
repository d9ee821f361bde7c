"""The rooms of the house, found by looking: whoever scans the code scans all of it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BESIDE = {"bench", "security", "tests"}  # packages that are not the portal
PACKAGES = tuple(
    sorted(
        path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in BESIDE
    )
)
