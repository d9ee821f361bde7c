"""All scripts of a host in one file, the same for every page.

Which scripts a browser takes would otherwise tell, to whoever sees the requests, what its page is
for: asking, drawing vouchers, keeping a code. The files are joined when static files are looked for,
so that `collectstatic` needs nothing more.
"""

import os
import tempfile
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# In the order in which they run. Those of the second kind share nothing by name: each stands in a
# function of its own, and one that fails stops no other.
SHARED, ALONE = "shared", "alone"
BUNDLES = {
    "js/all.js": (
        ("vendor/htmx/htmx.min.js", SHARED),
        ("vendor/qrcode/qrcode.js", SHARED),
        ("js/blind-rsa.js", SHARED),
        ("js/writing.js", ALONE),
        ("js/portal.js", SHARED),
        ("js/frame.js", ALONE),
        ("js/aloud.js", ALONE),
        ("js/kept.js", SHARED),
        ("js/said.js", ALONE),
        ("js/sending.js", ALONE),
        ("js/finish.js", ALONE),
        ("js/receipt.js", SHARED),
        ("js/guard.js", ALONE),
        ("js/vouchers.js", ALONE),
        ("js/passkey.js", ALONE),
        ("js/verify.js", ALONE),
    ),
    "js/apart.js": (
        ("vendor/qrcode/qrcode.js", SHARED),
        ("js/writing.js", ALONE),
        ("js/aloud.js", ALONE),
        ("js/receipt.js", SHARED),
        ("js/guard.js", ALONE),
        ("js/finish.js", ALONE),
        ("js/anonymous.js", ALONE),
    ),
}


def joined(name):
    """Return the scripts of a bundle as one."""
    parts = []
    for path, kind in BUNDLES[name]:
        text = (settings.BASE_DIR / "static" / path).read_text(encoding="utf-8").strip()
        if kind == ALONE:
            text = f"try {{ (() => {{\n{text}\n}})(); }} catch (error) {{ reportError(error); }}"
        parts.append(f"// {path}\n{text}\n;")
    return "\n".join(parts) + "\n"


def folder():
    return Path(settings.DATA_DIR, "bundles")


_made = {}  # {(name, place): the times of its parts when it was made}


def make(name):
    """Make the file of a bundle unless it is there as it should be; return its path."""
    path = folder() / name
    parts = [settings.BASE_DIR / "static" / part for part, _ in BUNDLES[name]]
    times = tuple(part.stat().st_mtime_ns for part in parts)
    if _made.get((name, path)) == times and path.exists():
        return path
    content = joined(name)
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(dir=path.parent, suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(new, 0o644)
        os.replace(new, path)
    _made[name, path] = times
    return path


class BundleFinder(BaseFinder):
    """Finds the bundles among the static files."""

    def find(self, path, find_all=False, **kwargs):
        found = [str(make(path))] if path in BUNDLES else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns):
        storage = FileSystemStorage(location=folder())
        storage.prefix = None
        for name in BUNDLES:
            make(name)
            yield name, storage
