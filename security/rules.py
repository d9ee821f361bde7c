"""E-02: our own rules for code, read from its syntax tree and from templates.

Each rule is a kind of mistake that was made somewhere once. What is right all the same stands
in `LOOKED_AT` with the reason, file by file; an entry that is no longer needed is a find too.
"""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BESIDE = {"bench", "security", "tests"}  # packages that are not the portal
PACKAGES = tuple(
    sorted(
        path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name not in BESIDE
    )
)
LOOKED_AT = {
    (
        "keywords",
        "sessions/domain/undoing.py",
    ): "the name comes from the models, not from a request",
    ("keywords", "privacy/domain/redacting.py"): "columns of the models themselves",
    ("keywords", "privacy/domain/taking_out.py"): "names written beside it, of two kinds of report",
    ("keywords", "privacy/domain/of_question.py"): "names of fields written in the same function",
    (
        "safe",
        "hall/views/joining.py",
    ): "drawn by a template; a seed that is escaped, a token of ours",
    ("keywords", "sessions/queue.py"): "expressions that a function of the module names",
    ("keywords", "reports/openings.py"): "names written in the dictionary above",
    ("keywords", "committees/domain/sending.py"): "a dictionary written two lines above",
    ("pickle", "foundation/caching.py"): "sums that the portal itself keeps in its own folder",
    ("safe", "foundation/abbreviations.py"): "what it joins went through conditional_escape",
    ("safe", "foundation/shape.py"): "pieces of format_html and conditional_escape",
    (
        "safe",
        "committees/accounts/views/signing_in.py",
    ): "a code drawn of an address that we have built",
    ("safe", "foundation/templatetags/portal.py"): "links that the template has escaped",
    ("safe", "sessions/templatetags/dialogue.py"): "rows made by format_html, joined",
    (
        "silent",
        "reports/documents/pdf_child.py",
    ): "a copy that is about to end, with nobody to tell",
    ("sql", "committees/domain/signing_out.py"): "a table's name from the settings, quoted",
    ("sql", "foundation/limits.py"): "names and values written in the settings",
    ("sql", "operations/runtime_role.py"): "names from the catalogue and the command, quoted",
    ("sql", "foundation/dumps.py"): "a table's name from the catalogue, quoted",
}
# Where no row may bear a moment that the database or Django sets by itself.
ANONYMOUS = re.compile(r"Staged|Spent|Voucher|Paper|Anonymous|Receipt")
ASKS = {
    *("filter", "exclude", "get", "order_by", "annotate", "update", "values", "values_list"),
    *("get_or_create", "update_or_create", "aggregate", "alias", "distinct"),
}
NAIVE = {"now", "utcnow", "today", "fromtimestamp", "utcfromtimestamp"}
RUNS = {"execute", "executemany", "raw", "extra", "RawSQL"}


def name_of(node):
    """Return the last name in `a.b.c` or `c`."""
    return getattr(node, "attr", getattr(node, "id", ""))


def is_put_together(node):
    """Is the text made of pieces while the program runs?"""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Mod) or any(map(is_put_together, (node.left, node.right)))
    return isinstance(node, ast.Call) and name_of(node.func) in ("format", "join")


def is_silent(handler):
    """Does it catch everything and do nothing?"""
    wide = handler.type is None or name_of(handler.type) in ("Exception", "BaseException")
    return wide and all(
        isinstance(line, ast.Pass | ast.Continue)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in handler.body
    )


def is_written_out(node, known):
    """Are the keys of this dictionary written in the code, or keywords that a caller named?"""
    if isinstance(node, ast.Dict):
        return all(
            is_written_out(value, known) if key is None else isinstance(key, ast.Constant)
            for key, value in zip(node.keys, node.values, strict=True)
        )
    if isinstance(node, ast.Call) and name_of(node.func) == "fromkeys":
        return isinstance(node.args[0], ast.Tuple | ast.List)
    return isinstance(node, ast.Name) and node.id in known


def written_out_in(function):
    """Return the names in this function that hold such dictionaries, and only such."""
    known = {function.args.kwarg.arg} if function.args.kwarg else set()
    assigned = [
        (target.id, node.value)
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    ]
    return {
        name
        for name in {*known, *(name for name, _ in assigned)}
        if all(is_written_out(value, known) for other, value in assigned if other == name)
    }


def of_a_call(node, known=frozenset()):
    """Yield the rules that this call breaks; `known` are names that hold dictionaries of ours."""
    called, owner = name_of(node.func), name_of(getattr(node.func, "value", None))
    if called in ASKS and any(
        one.arg is None and not is_written_out(one.value, known) for one in node.keywords
    ):
        yield "keywords"
    if called in ("mark_safe", "SafeString") and not all(
        isinstance(one, ast.Constant) for one in node.args
    ):
        yield "safe"
    if called in NAIVE and owner in ("datetime", "date", "dt") and not node.args + node.keywords:
        yield "naive"
    if called in ("uuid1", "uuid6", "uuid7"):
        yield "uuid"
    if called in RUNS and node.args and is_put_together(node.args[0]):
        yield "sql"
    if called == "suppress" and any(
        name_of(one) in ("Exception", "BaseException") for one in node.args
    ):
        yield "silent"
    if called in ("from_string", "Template") and not all(
        isinstance(one, ast.Constant) for one in node.args
    ):
        yield "template"
    if called in ("eval", "exec", "system", "popen") and owner in ("", "os", "builtins"):
        yield "eval"
    if any(one.arg == "shell" and getattr(one.value, "value", None) for one in node.keywords):
        yield "shell"
    if owner in ("pickle", "marshal", "shelve", "dill") or (owner, called) == ("yaml", "load"):
        yield "pickle"
    if called == "csrf_exempt" or (
        called == "method_decorator" and "csrf_exempt" in ast.dump(node)
    ):
        yield "csrf"


def in_python(source):
    """Yield (line, rule) of everything in `source` that breaks one."""
    tree = ast.parse(source)
    known = {}
    for function in ast.walk(tree):  # an inner one comes after the one around it
        if isinstance(function, ast.FunctionDef):
            known |= dict.fromkeys(ast.walk(function), written_out_in(function))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, rule) for rule in of_a_call(node, known.get(node, ())))
        elif isinstance(node, ast.ExceptHandler) and is_silent(node):
            yield node.lineno, "silent"
        elif isinstance(node, ast.ClassDef) and ANONYMOUS.search(node.name):
            yield from (
                (one.value.lineno, "moment")
                for one in ast.walk(node)
                if isinstance(one, ast.keyword) and one.arg in ("auto_now", "auto_now_add")
            )
        elif isinstance(node, ast.FunctionDef) and any(
            name_of(one) == "csrf_exempt" for one in node.decorator_list
        ):
            yield node.lineno, "csrf"


SAFE = re.compile(r"\|\s*(?:safe|safeseq)\b|\bautoescape\s+off\b")
# Files of our own that a template puts in as they are, and codes that the portal has drawn.
OURS = re.compile(r"\{\{\s*(?:css|slip\.qr)\|safe\s*\}\}")


def in_template(source):
    for number, line in enumerate(source.splitlines(), 1):
        if SAFE.search(OURS.sub("", line)):
            yield number, "safe"


def broken():
    """Yield (file, line, rule) in all that is shipped; migrations are history and left out."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "migrations" not in path.parts:
                yield from _named(path, in_python)
    for path in sorted((ROOT / "templates").rglob("*")):
        # A mail is text and a subject is text: there is nothing to escape for.
        if path.suffix == ".html":
            yield from _named(path, in_template)


def _named(path, look):
    name = path.relative_to(ROOT).as_posix()
    for line, rule in look(path.read_text(encoding="utf-8")):
        yield name, line, rule


def finds():
    """Return what breaks a rule and was not looked at, and what was looked at in vain."""
    seen, found = set(), []
    for name, line, rule in broken():
        if (rule, name) in LOOKED_AT:
            seen.add((rule, name))
        else:
            found.append(f"{name}:{line} {rule}")
    return found + [f"{name} {rule}: no longer needed" for rule, name in set(LOOKED_AT) - seen]


if __name__ == "__main__":
    print("\n".join(finds()) or "nothing")
