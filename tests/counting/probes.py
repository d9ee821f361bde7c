"""Probes in the code of a module: which of its lines were run, and which way each branch went.

A tracer slows down every instruction of a process, whichever files it looks at (Python 3.11); a probe
costs 40 ns where it stands. What is a line, where it may go on from there and what is left out
is said by coverage.py, which also makes the report of what the probes saw.
"""

import ast
from dataclasses import dataclass, field

from coverage.exceptions import CoverageException
from coverage.parser import PythonParser

from tests.counting.sitecustomize import SEEN

SCOPES = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Probe:
    """What is known once it was run: these lines were, and went on so."""

    lines: set[int] = field(default_factory=set)
    arcs: set[tuple[int, int]] = field(default_factory=set)


class Prober:
    """Puts probes into one module; its first has the number `first`."""

    def __init__(self, path, *, first, exclude):
        self.path, self.first, self.probes = path, first, []
        self.parser = PythonParser(filename=str(path), exclude=exclude)
        self.parser.parse_source()
        self.statements = self.parser.first_lines(self.parser.raw_statements)
        self.ways = {}
        for line, to in self.parser.arcs():
            self.ways.setdefault(line, set()).add(to)

    def code(self):
        """Return the module's code with probes."""
        tree = ast.parse(self.parser.text)
        self.go_through(tree)
        self.complain_of_what_no_probe_tells()
        return compile(ast.fix_missing_locations(tree), str(self.path), "exec", dont_inherit=True)

    def lines_of(self, node):
        """Return the lines that are run when `node` is, without what is inside of it."""
        decorators = getattr(node, "decorator_list", [])
        return self.parser.first_lines({one.lineno for one in [*decorators, node]})

    def entry(self, body):
        """Return the line at which one comes into `body`, or None if nothing in it does anything."""
        lines = (min(self.lines_of(node)) for node in body)
        return next((line for line in lines if line in self.statements), None)

    def probe(self, at, lines=(), arcs=()):
        """Return a statement that tells of `lines` and `arcs`; it stands on the line `at`."""
        number = self.first + len(self.probes)
        self.probes.append(Probe(set(lines), set(arcs)))
        statement = ast.parse(f"{SEEN}[{number}] = 1").body[0]
        for node in ast.walk(statement):
            if hasattr(node, "lineno"):
                node.lineno = node.end_lineno = at
                node.col_offset = node.end_col_offset = 0
        return statement

    def go_through(self, node):
        for name in ("body", "orelse", "finalbody"):
            if isinstance(body := getattr(node, name, None), list):
                setattr(node, name, self.with_probes(body, is_scope=isinstance(node, SCOPES)))
        for inner in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            self.go_through(inner)

    def with_probes(self, body, *, is_scope):
        """Return `body` with a probe before each statement, and those that branches need."""
        told = []
        for number, node in enumerate(body):
            told.append(node)
            if not (is_scope and number == 0 and is_text(node)):
                before = len(told) - (not is_of_future(node))
                told.insert(before, self.probe(node.lineno, self.lines_of(node)))
            if isinstance(node, ast.If | ast.While | ast.For | ast.AsyncFor):
                self.tell_both_ways(node)
            elif isinstance(node, ast.Match):
                self.tell_cases(node)
            elif isinstance(node, ast.Try | ast.TryStar):
                self.tell_handlers(node)
            else:
                self.go_through(node)
        return told

    def ways_of(self, line, body):
        """Return which ways lead from `line` into `body`, and which one past it."""
        ways = {(line, to) for to in self.ways.get(line, ())}
        inside = ways & {(line, self.entry(body))}
        outside = ways - inside
        # More than one: on one line with its condition. No probe could tell which of them it was.
        return inside, outside if len(outside) == 1 else set()

    def tell_both_ways(self, node):
        (line,) = self.lines_of(node)
        inside, outside = self.ways_of(line, node.body)
        self.go_through(node)
        node.body.insert(0, self.probe(node.lineno, arcs=inside))
        if outside:
            node.orelse.insert(0, self.probe(node.lineno, arcs=outside))

    def tell_cases(self, node):
        """A case is looked at when none before it fitted."""
        looked_at, passed = set(), set()
        for case in node.cases:
            line = self.parser.first_line(case.pattern.lineno)
            inside, outside = self.ways_of(line, case.body)
            self.go_through(case)
            looked_at.add(line)
            case.body.insert(0, self.probe(case.pattern.lineno, looked_at, passed | inside))
            passed |= outside
        if outside:  # the last one need not fit either
            fits_none = [self.probe(node.lineno, looked_at, passed)]
            node.cases.append(ast.match_case(pattern=ast.MatchAs(), body=fits_none))

    def tell_handlers(self, node):
        tried = set()
        self.go_through(node)
        for handler in node.handlers:
            tried |= self.lines_of(handler)
            handler.body.insert(0, self.probe(handler.lineno, tried))

    def complain_of_what_no_probe_tells(self):
        """A line or a way that no probe can tell of would be missing for ever, and nobody knew why."""
        lines = set().union(*(probe.lines for probe in self.probes))
        arcs = set().union(*(probe.arcs for probe in self.probes))
        untold = {line for line in self.parser.statements if line not in lines}
        untold |= {
            (line, to)
            for line, ways in self.ways.items()
            if len(ways) > 1 and line not in self.parser.excluded
            for to in ways
            if (line, to) not in arcs
        }
        if untold:
            raise CoverageException(f"{self.path}: no probe can tell of {sorted(map(str, untold))}")


def is_text(node):
    """Is it a docstring, where it stands first?"""
    return isinstance(node, ast.Expr) and isinstance(getattr(node.value, "value", None), str)


def is_of_future(node):
    """Is it an import before which nothing may stand?"""
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def arcs_seen(probes, seen):
    """Return from which line to which one has gone, as coverage.py has it."""
    were_run = [probe for probe, is_seen in zip(probes, seen, strict=False) if is_seen]
    lines = set().union(*(probe.lines for probe in were_run))
    arcs = set().union(*(probe.arcs for probe in were_run))
    # Whence a line was reached is of no account; a branch was taken once one has arrived.
    return {(-1, line) for line in lines} | {
        (line, to) for line, to in arcs if to < 0 or to in lines
    }
