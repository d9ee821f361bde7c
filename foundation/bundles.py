"""All scripts of a host in one file, the same for every page.

Which scripts a browser takes would otherwise tell, to whoever sees the requests, what its page is
for: asking, drawing vouchers, keeping a code. The modules are joined when static files are looked
for, so that `collectstatic` needs nothing more and no tool besides.
"""

from __future__ import annotations

import os
import posixpath
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage


@dataclass(frozen=True)
class Bundle:
    entry: str  # the module that imports whatever a host runs, in the order in which it runs
    others: tuple[
        tuple[str, str], ...
    ] = ()  # scripts of others, no modules, each with the one name that it gives


HTMX = ("vendor/htmx/htmx.min.js", "htmx")
QR = ("vendor/qrcode/qrcode.js", "qrcode")
BUNDLES = {
    "js/all.js": Bundle("js/hosts/portal.js", (HTMX, QR)),
    "js/apart.js": Bundle("js/hosts/anonymous.js", (QR,)),
}


class ModuleNotJoined(Exception):
    """A module says something that would mean another thing once it is joined."""


# The part of the language that can be joined line by line. One module at a time, in a function of
# its own: no name of one is seen in another, and one that fails stops only those that need it.
IMPORT = re.compile(
    r'^import (?:(?:\* as (?P<whole>\w+)|\{(?P<names>[^}]*)\}) from )?"(?P<of>\.{1,2}/[^"]+\.js)";$',
    re.MULTILINE,
)
EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|const|class) (\w+))", re.MULTILINE)
UNKNOWN = re.compile(r"^\s*(?:import|export)\b.*|\bimport(?:\s*\(|\.meta).*", re.MULTILINE)
BEGIN = """\
const modules = {};
const run = (make) => {
try { return make(); } catch (error) { setTimeout(() => { throw error; }); return undefined; }
};
const given = (path) => {
if (!modules[path]) throw new Error(`${path} did not run`);
return modules[path];
};
"""


Names = tuple[tuple[str, str], ...]  # (theirs, ours)


@dataclass(frozen=True)
class Module:
    path: str
    imports: tuple[tuple[Names, str], ...]  # each with its path, in their order
    exports: tuple[str, ...]
    text: str


def read(path: str) -> str:
    return (settings.BASE_DIR / "static" / path).read_text(encoding="utf-8").strip()


def names_in(text: str) -> Names:
    """Return the names between the braces of an import, as (theirs, ours)."""
    pairs = [one.strip().partition(" as ") for one in text.split(",") if one.strip()]
    return tuple((theirs, ours or theirs) for theirs, _, ours in pairs)


def module(path: str) -> Module:
    """Return the module with what it takes and gives in plain statements."""
    text = read(path)
    imports: list[tuple[Names, str]] = []

    def taken(found: re.Match[str]) -> str:
        of = posixpath.normpath(posixpath.join(posixpath.dirname(path), found["of"]))
        names = names_in(found["names"] or "")
        imports.append((names, of))
        inner = ", ".join(a if a == b else f"{a}: {b}" for a, b in names)
        left = found["whole"] or (names and f"{{ {inner} }}")
        return f'const {left} = given("{of}");' if left else ""

    exports = tuple(EXPORT.findall(text))
    plain = EXPORT.sub("", IMPORT.sub(taken, text))
    if unknown := UNKNOWN.search(plain):
        raise ModuleNotJoined(f"{path}: {unknown[0].strip()}")
    return Module(path, tuple(imports), exports, plain.strip())


def modules_of(entry: str) -> list[Module]:
    """Return the modules that an entry needs, each after those that it imports itself."""
    done: dict[str, Module] = {}
    open_: list[str] = []

    def visit(path: str) -> Module:
        if path in done:
            return done[path]
        if path in open_:
            raise ModuleNotJoined(" → ".join([*open_[open_.index(path) :], path]))
        open_.append(path)
        one = module(path)
        for names, of in one.imports:
            given = visit(of).exports
            if missing := [theirs for theirs, _ in names if theirs not in given]:
                raise ModuleNotJoined(f"{path}: {of} has no {', '.join(missing)}")
        open_.pop()
        done[path] = one
        return one

    visit(entry)
    return list(done.values())


def joined(bundle: Bundle) -> str:
    """Return the scripts of a bundle as one."""
    parts = [BEGIN]
    for path, name in bundle.others:
        parts.append(
            f"// {path}\nglobalThis.{name} = run(() => {{\n{read(path)}\nreturn {name};\n}});"
        )
    for one in modules_of(bundle.entry):
        given = ", ".join(one.exports)
        parts.append(
            f'// {one.path}\nmodules["{one.path}"] = run(() => {{\n{one.text}\nreturn {{ {given} }};\n}});'
        )
    return "\n".join(parts) + "\n"


def parts_of(bundle: Bundle) -> list[str]:
    return [path for path, _ in bundle.others] + [one.path for one in modules_of(bundle.entry)]


def folder() -> Path:
    return Path(settings.DATA_DIR, "bundles")


_made: dict[
    tuple[str, Path], dict[str, int | None]
] = {}  # {(name, place): {part: its time when the bundle was made}}


def times(parts: Iterable[str]) -> dict[str, int | None]:
    root = settings.BASE_DIR / "static"
    return {
        part: (root / part).stat().st_mtime_ns if (root / part).exists() else None for part in parts
    }


def make(name: str) -> Path:
    """Make the file of a bundle unless it is there as it should be; return its path."""
    path, bundle = folder() / name, BUNDLES[name]
    before = _made.get((name, path))
    if before and before == times(before) and path.exists():
        return path
    now = times(parts_of(bundle))
    content = joined(bundle)
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, new = tempfile.mkstemp(dir=path.parent, suffix=".new")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.chmod(new, 0o644)
        os.replace(new, path)
    _made[name, path] = now
    return path


class BundleFinder(BaseFinder):
    """Finds the bundles among the static files."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = [str(make(path))] if path in BUNDLES else []
        return found if find_all or not found else found[0]

    def list(
        self, ignore_patterns: Iterable[str] | None
    ) -> Iterator[tuple[str, FileSystemStorage]]:
        storage = FileSystemStorage(location=folder())
        storage.prefix = None  # type: ignore[attr-defined]  # what `collectstatic` asks for
        for name in BUNDLES:
            make(name)
            yield name, storage
