"""The small faults that a mutant is made of: one changed place in one function of a module."""

import ast
import copy
from dataclasses import dataclass

OTHER_WAY = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SIGNATURE = ("args", "decorator_list", "returns", "annotation")
CONDITIONS = ("filter", "exclude", "get", "Q", "update")  # each word of theirs must matter
SAID = (
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "pgettext",
    "info",
    "warning",
    "exception",
    "debug",
)


@dataclass(frozen=True)
class Mutant:
    """`function` is the path of the changed function in its module, such as `Bag.put`."""

    function: str
    line: int
    said: str
    tree: ast.Module

    @property
    def key(self):
        return f"{self.function}: {self.said}"


def mutants_of(source):
    """Return every mutant of a module's functions, in the order of its lines."""
    tree = ast.parse(source)
    places = [
        (path, node, parent, field, place)
        for path, function in functions_of(tree)
        for node, parent, field, place in inside(function)
    ]
    found = []
    for index, (path, node, *_) in enumerate(places):
        for number in range(len(changes(node))):
            mutated = copy.deepcopy(tree)
            again = [one for _, function in functions_of(mutated) for one in inside(function)]
            twin, parent, field, place = again[index]
            said, put = changes(twin)[number]
            if put is None:
                continue
            before = " ".join(ast.unparse(node).split("\n")[0].split())
            replace(parent, field, place, put)
            ast.fix_missing_locations(mutated)
            found.append(Mutant(path, node.lineno, f"{before}  →  {said}", mutated))
    return sorted(found, key=lambda one: one.line)


def functions_of(tree, path=""):
    """Yield (path, function) of a module's functions and methods; inner ones belong to theirs."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield f"{path}{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from functions_of(node, f"{path}{node.name}.")


def inside(node, *, told=False):
    """Yield (node, parent, field, place) of all that can be changed within a function.

    Not its signature, its documentation, nor what is only said to people or logs.
    """
    for field, value in ast.iter_fields(node):
        if field in SIGNATURE and isinstance(node, ast.FunctionDef | ast.Lambda | ast.AnnAssign):
            continue
        for place, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(child, ast.AST) or is_documentation(child):
                continue
            says = told or (isinstance(child, ast.Call) and is_said(child, node))
            if not says:
                yield child, node, field, place
            yield from inside(child, told=says)


def is_said(call, parent):
    """Is this for people to read: a message, a line of a log, the words of an exception?"""
    return called(call) in SAID or isinstance(parent, ast.Raise)


def is_documentation(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def called(call):
    return getattr(call.func, "attr", None) or getattr(call.func, "id", "")


def changes(node):
    """Return [(what it says now, the node in its place)] of one place."""
    found = []
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            if type(operator) in OTHER_WAY:
                found.append(
                    told(changed(node, ops=put_at(node.ops, place, OTHER_WAY[type(operator)]())))
                )
    elif isinstance(node, ast.BoolOp):
        found.append(told(changed(node, op=OTHER_WAY[type(node.op)]())))
        found += [told(changed_values(node, place)) for place in range(len(node.values))]
    elif isinstance(node, ast.BinOp) and type(node.op) in OTHER_WAY:
        found.append(told(changed(node, op=OTHER_WAY[type(node.op)]())))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert | ast.USub):
        found.append(told(node.operand))
    elif isinstance(node, ast.Constant):
        found += [told(ast.Constant(one)) for one in other_values(node.value)]
    elif isinstance(node, ast.IfExp | ast.If | ast.While) and not isinstance(
        node.test, ast.Compare | ast.UnaryOp
    ):
        found.append((f"not ({ast.unparse(node.test)})", changed(node, test=negated(node.test))))
    elif isinstance(node, ast.Return) and not is_nothing(node.value):
        found.append(("return None", ast.Return(ast.Constant(None))))
    elif isinstance(node, ast.Raise) or (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call | ast.Yield)
        and not (isinstance(node.value, ast.Call) and called(node.value) in SAID)
    ):
        found.append(("pass", ast.Pass()))
    elif isinstance(node, ast.Call) and called(node) in CONDITIONS:
        for place in range(len(node.keywords)):
            kept = node.keywords[:place] + node.keywords[place + 1 :]
            found.append(told(changed(node, keywords=kept)))
    return found


def told(node):
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split()), node


def changed(node, **fields):
    return type(node)(**{**dict(ast.iter_fields(node)), **fields})


def changed_values(node, place):
    rest = node.values[:place] + node.values[place + 1 :]
    return rest[0] if len(rest) == 1 else changed(node, values=rest)


def put_at(values, place, value):
    return [*values[:place], value, *values[place + 1 :]]


def negated(test):
    return ast.UnaryOp(ast.Not(), test)


def is_nothing(value):
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def other_values(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, str) and value:
        return [f"{value}x"]
    if isinstance(value, bytes):
        return [value + b"x"]
    return []


def replace(parent, field, place, node):
    if place is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[place] = node
