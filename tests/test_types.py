"""Types stand where others rely on them; `script/lint` has mypy judge whether they are right."""

import ast
import re
import tomllib

import pytest

from tests.test_architecture import MODULES, ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mypy"]
STRICT = next(part for part in SETTINGS["overrides"] if part.get("disallow_untyped_defs"))
RELIED_ON = {"askers", "domain", "permissions", "queries"}
IGNORED = re.compile(r"#\s*type:\s*ignore(?P<code>\[[a-z, -]+\])?(?P<reason>  # \S+ \S.*)?")


def is_strict(module):
    """Is it named among the strict ones? As mypy reads the names: `room.*` is the room too."""
    patterns = (re.escape(name).replace(r"\.\*", r"(\..*)?") for name in STRICT["module"])
    return any(re.fullmatch(one.replace(r"\*", ".*"), module) for one in patterns)


def is_relied_on(module):
    """Is it a module that others call without knowing who: one that acts, asks or permits?"""
    parts = module.split(".")
    return parts[0] in ("foundation", "jobs", "duties") or not RELIED_ON.isdisjoint(parts[1:])


def without_types(text):
    """Return the names of the functions of which an argument or what they return has no type."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            given = node.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
            bare = [one.arg for one in every if one and one.annotation is None]
            if node.returns is None or not set(bare) <= {"self", "cls"}:
                found.append(node.name)
    return found


def ignored_without_reason(text):
    return [
        line.strip()
        for line in text.splitlines()
        for found in IGNORED.finditer(line)
        if not found["code"] or not found["reason"]
    ]


def test_what_others_rely_on_is_strict():
    assert [name for name in MODULES if is_relied_on(name) and not is_strict(name)] == []
    assert not is_strict("reports.views.reports")


def test_functions_of_strict_modules_are_annotated():
    strict = {name: path for name, path in MODULES.items() if is_strict(name)}
    wrong = {
        name: bare
        for name, path in strict.items()
        if (bare := without_types(path.read_text(encoding="utf-8")))
    }

    assert strict
    assert wrong == {}


def test_what_mypy_is_told_to_overlook_says_which_and_why():
    wrong = {
        name: lines
        for name, path in MODULES.items()
        if (lines := ignored_without_reason(path.read_text(encoding="utf-8")))
    }

    assert wrong == {}


@pytest.mark.parametrize(
    "text",
    [
        "def f(a, b: int) -> int: ...",
        "def f(a: int): ...",
        "class C:\n    def f(self, *a) -> int: ...",
    ],
)
def test_a_function_without_its_types_is_seen(text):
    assert without_types(text) == ["f"]


@pytest.mark.parametrize(
    "line",
    [
        "x = f()  # type: ignore",
        "x = f()  # type: ignore[misc]",
        "x = f()  # type: ignore  # they say so",
    ],
)
def test_an_ignore_without_code_or_reason_is_seen(line):
    assert ignored_without_reason(line) == [line]
    assert not ignored_without_reason("x = f()  # type: ignore[misc]  # annotate() adds it")
