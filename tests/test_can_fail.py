"""A test that cannot fail is a defect: what makes one is looked for in all of them."""

import ast
import re
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CHECKS = ("assert", "expect", "django_assert", "raises", "warns", "fail")
EVERYTHING = ("Exception", "BaseException", "AssertionError")
LIKE_THE_FIRST = ("enumerate", "zip", "sorted", "list", "reversed", "set", "tuple", "product")
# A path of ours as it is written in words: what it names must be there.
PATH = re.compile(r"(?<![\w/<.-])(?:tests|script|docs|bench|deploy)/[\w./-]*\w")

# By tests that want one, there or not.
MADE_UP = {"docs/none.md", "tests/a.py", "tests/b.py", "tests/c.py"}


def parsed(source):
    return ast.parse(source)


@cache
def tree_of(path):
    return parsed(path.read_text(encoding="utf-8"))


def name_of(call):
    """Return the last part of what is called: `expect` of `api.expect(...)`."""
    function = call.func
    return getattr(function, "attr", None) or getattr(function, "id", "")


def checks_itself(node):
    return isinstance(node, ast.Assert) or (
        isinstance(node, ast.Call) and name_of(node).startswith(CHECKS)
    )


def functions_of(tree):
    """Yield (how it is called, function): `.reads` of a class, `sign_in` of a module."""
    for node in ast.walk(tree):
        for one in ast.iter_child_nodes(node):
            if isinstance(one, ast.FunctionDef):
                yield f"{'.' if isinstance(node, ast.ClassDef) else ''}{one.name}", one


@cache
def helpers():
    """Return how the tests' functions that check something are called; by way of others too."""
    functions = [one for path in TESTS for one in functions_of(tree_of(path))]
    found, before = set(), None
    while found != before:
        before = set(found)
        found |= {
            name
            for name, one in functions
            if any(is_check(node, before) for node in ast.walk(one) if node is not one)
        }
    return frozenset(found)


def is_check(node, named):
    if checks_itself(node) or not isinstance(node, ast.Call):
        return checks_itself(node)
    return f"{'.' if isinstance(node.func, ast.Attribute) else ''}{name_of(node)}" in named


def functions_that_test(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield node


def walk_below(node, named, loop=None):
    """Yield (node, the loop over what may be empty that it stands in)."""
    for child in ast.iter_child_nodes(node):
        may_be_empty = isinstance(child, ast.For) and not has_something(child.iter, named)
        inside = child if may_be_empty else loop
        yield child, inside
        if not isinstance(child, ast.FunctionDef | ast.Lambda):
            yield from walk_below(child, named, inside)


def has_something(looped, named=()):
    """Say whether what is looped over has something in it, as it is written there.

    `named` are the names to which something that is not empty was given.
    """

    def also(one):
        return has_something(one, named)

    if isinstance(looped, ast.Tuple | ast.List | ast.Set):
        return bool(looped.elts)
    if isinstance(looped, ast.Dict):
        return bool(looped.keys)
    if isinstance(looped, ast.Starred):
        return also(looped.value)
    if isinstance(looped, ast.BinOp):
        return also(looped.left) or also(looped.right)
    if isinstance(looped, ast.Name | ast.Attribute):
        name = getattr(looped, "id", getattr(looped, "attr", ""))
        return name.isupper() or name in named  # in capitals: a table of the test's
    if isinstance(looped, ast.Call):
        if name_of(looped) in ("items", "values", "keys"):
            return also(looped.func.value)
        if name_of(looped) in LIKE_THE_FIRST:
            return any(map(also, looped.args))
        return name_of(looped) == "range"
    return isinstance(looped, ast.Constant)


# --- what makes a test that cannot fail -------------------------------------------------------


def checks_only_in_a_loop(tree):
    """Nothing is checked when what is looped over is empty."""
    for test in functions_that_test(tree):
        named = {
            target.id
            for node in ast.walk(test)
            if isinstance(node, ast.Assign) and has_something(node.value)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        loops = [loop for node, loop in walk_below(test, named) if is_check(node, helpers())]
        if loops and all(loops):
            yield test, f"checks nothing if {ast.unparse(loops[0].iter)} is empty"


def checks_nothing(tree):
    for test in functions_that_test(tree):
        if not any(is_check(node, helpers()) for node in ast.walk(test)):
            yield test, "checks nothing"


def swallows_what_it_checks(tree):
    for node in ast.walk(tree):
        if not isinstance(node, ast.Try) or not any(
            isinstance(one, ast.Assert) for part in node.body for one in ast.walk(part)
        ):
            continue
        for handler in node.handlers:
            caught = ast.unparse(handler.type) if handler.type else "Exception"
            kept = any(isinstance(one, ast.Raise | ast.Name) for one in handler.body)
            if re.search(rf"\b({'|'.join(EVERYTHING)})\b", caught) and not kept:
                yield node, f"an assert stands in a try that swallows {caught}"


def is_true_whatever_happens(tree):
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assert):
            continue
        said = node.test
        parts = (
            said.values if isinstance(said, ast.BoolOp) and isinstance(said.op, ast.Or) else [said]
        )
        if any(isinstance(one, ast.Constant) and one.value for one in parts):
            yield node, "is always true"
        elif any(isinstance(one, ast.GeneratorExp | ast.Lambda) for one in parts):
            yield node, "asserts that there is a generator or a function"
        elif any(isinstance(one, ast.Tuple) and one.elts for one in parts):
            yield node, "asserts a tuple"
        elif isinstance(said, ast.Compare) and compares_with_itself(said):
            yield node, "compares a thing with itself"


def compares_with_itself(said):
    sides = [said.left, *said.comparators]
    does_something = any(isinstance(one, ast.Call) for one in ast.walk(said))  # twice, on purpose
    return not does_something and any(
        ast.dump(one) == ast.dump(next_) for one, next_ in pairwise(sides)
    )


def expects_any_exception(tree):
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and name_of(node) == "raises"
            and node.args
            and ast.unparse(node.args[0]) in EVERYTHING
            and not any(one.arg == "match" for one in node.keywords)
        ):
            yield node, "is content with any exception, a mistake of its own included"


RULES = (
    checks_only_in_a_loop,
    checks_nothing,
    swallows_what_it_checks,
    is_true_whatever_happens,
    expects_any_exception,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_test_is_without_force(rule):
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {getattr(node, 'name', '')} {said}"
        for path in TESTS
        for node, said in rule(tree_of(path))
    ]

    assert len(TESTS) > 100
    assert not found, "\n".join(found)


def test_paths_written_in_tests_and_documents_lead_somewhere():
    texts = [*TESTS, *(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]
    named = {
        (path.relative_to(ROOT), one)
        for path in texts
        for one in PATH.findall(path.read_text(encoding="utf-8"))
    }

    assert len(named) > 50
    assert (
        sorted(
            f"{path}: {one}"
            for path, one in named
            if one not in MADE_UP and not (ROOT / one).exists()
        )
        == []
    )


PLANTED = {
    checks_only_in_a_loop: "for one in outbox:\n        assert one",
    checks_nothing: "client.get('/')",
    swallows_what_it_checks: "try:\n        assert go()\n    except Exception:\n        pass",
    is_true_whatever_happens: "assert found == found",
    expects_any_exception: "with pytest.raises(Exception):\n        go()",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_each_rule_sees_what_it_looks_for_and_nothing_else(rule):
    seen = {
        planted: [said for _, said in rule(parsed(f"def test_it(outbox):\n    {planted}\n"))]
        for planted in PLANTED.values()
    }

    assert seen.pop(PLANTED[rule])
    assert not any(seen.values()), seen


@pytest.mark.parametrize(
    "planted",
    ["assert go() or True", "assert (found, 'said')", "assert (one for one in found)", "assert 1"],
)
def test_other_ways_to_be_true_are_seen(planted):
    assert list(is_true_whatever_happens(parsed(planted)))
