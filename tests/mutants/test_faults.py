"""The mutator itself: what it changes, what it leaves, and that a fault is really there."""

import importlib
import sys

import pytest

from tests.mutants.faults import mutants_of
from tests.mutants.table import EQUIVALENT, MODULES
from tests.mutants.trying import listen_in, put_back, put_in, source_of

SOURCE = '''
"""Who may."""
from functools import cached_property, wraps


def kept(function):
    @wraps(function)
    def inner(*values):
        return function(*values)
    return inner


class Bag:
    def __init__(self, size):
        self.size = size

    @cached_property
    def is_large(self):
        """Say whether it is large."""
        return self.size > 9


class Larger(Bag):
    def __init__(self, size):
        super().__init__(size + 1)


@kept
def may(who, where, other=3):
    if who in ("head", "officer") and not where:
        log.info("asked %s", 5)
        tell(who)
        raise ValueError(_("Nobody may."))
    return Q(who=who, where=other + 1) if where else None
'''


def said_of(mutants, function):
    return {one.said.split("  →  ")[1] for one in mutants if one.function == function}


def test_each_kind_of_fault_is_made_and_words_are_left_alone():
    mutants = mutants_of(SOURCE)

    assert said_of(mutants, "Bag.is_large") == {"return None", "self.size >= 9", "10"}
    assert said_of(mutants, "may") == {
        *("who not in ('head', 'officer')", "'headx'", "'officerx'", "where", "not where"),
        *("who in ('head', 'officer') or not where", "who in ('head', 'officer')", "not (where)"),
        *("not (who in ('head', 'officer') and (not where))", "pass", "return None"),
        *("Q(where=other + 1)", "Q(who=who)", "other - 1", "2"),
    }
    assert not any("Nobody" in one.said.split("  →  ")[1] for one in mutants)


@pytest.fixture
def module(tmp_path, monkeypatch):
    (tmp_path / "made_for_a_test.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("made_for_a_test")
    sys.modules.pop("made_for_a_test")


def test_a_fault_is_there_for_those_who_imported_the_function_before(module):
    may, bag = module.may, module.Bag(9)
    faults = {(one.function, one.said.split("  →  ")[1]): one for one in mutants_of(SOURCE)}

    put_in(module.__name__, faults["Bag.is_large", "self.size >= 9"])
    put_in(module.__name__, faults["may", "return None"])

    assert bag.is_large
    assert module.Bag(8).is_large is False
    assert may("head", "here") is None


def test_a_method_may_lose_its_super(module):
    (fault,) = [
        one for one in mutants_of(SOURCE) if one.key.endswith("super().__init__(size + 1)  →  pass")
    ]

    put_in(module.__name__, fault)

    assert not hasattr(module.Larger(3), "size")


def test_it_is_told_which_functions_are_called(module):
    called = []
    listen_in(module.__name__, called.append)
    assert module.Bag(10).is_large
    with pytest.raises(NameError):
        module.may("nobody", "here")
    put_back(module.__name__)
    module.Bag(8)

    assert called == ["Bag.__init__", "Bag.is_large", "may"]


@pytest.mark.parametrize("name", EQUIVALENT)
def test_what_is_said_to_change_nothing_is_a_fault_that_is_made(name):
    assert set(EQUIVALENT[name]) <= {one.key for one in mutants_of(source_of(name))}


@pytest.mark.parametrize("name", MODULES)
def test_the_table_names_what_is_there(name):
    assert importlib.import_module(name).__file__.endswith(f"{name.replace('.', '/')}.py")
    assert MODULES[name]
