"""The house: a package imports only packages below it, a module only modules to its left."""

import ast

import pytest
from django.apps import apps
from django.conf import settings

from tests.house import PACKAGES, ROOT

# From the ground to the roof: a room imports only from rooms below it.
FLOORS = (
    "foundation",
    "committees",
    "jobs",
    "duties",
    "periods",
    "sessions",
    "hall",
    "reports",
    "board",
    "privacy",
    "operations",
    "dialogue_portal",
)
ORDER = (
    "states",
    "models",
    "permissions",
    "queries",
    "emails",
    "tasks",
    "domain",
    "forms",
    "views",
    "urls",
)
# Tasks may import what does a job; what orders one imports tasks.
DOES_WORK = {
    "committees.domain.sending",
    "jobs.domain.delivering",
    "operations.domain.rehearsing",
    "jobs.domain.rendering",
    "operations.domain.ticking",
}
SLOW = ("weasyprint", "openpyxl", "docx")


def modules_of(root, packages):
    """Return {module: path} of every module below `root` that belongs to one of `packages`."""
    found = {}
    for package in packages:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" not in path.parts:
                name = ".".join(path.relative_to(root).with_suffix("").parts)
                found[name.removesuffix(".__init__")] = path
    return found


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def imports_of(modules):
    """Return {module: the modules of ours that it imports, wherever in its text}."""
    found = {}
    for name, path in modules.items():
        found[name] = set()
        for imported in imported_modules(path):
            while imported and imported not in modules:
                imported = imported.rpartition(".")[0]
            if imported and imported != name:
                found[name].add(imported)
    return found


def upward(imports):
    """Return {(module, module of a higher floor that it imports)}; each module must have a floor."""
    height = {room: number for number, room in enumerate(FLOORS)}
    return {
        (name, other)
        for name, others in imports.items()
        for other in others
        if height[room_of(name)] < height[room_of(other)]
    }


def circles(imports):
    """Return the modules that import each other, in however many steps: a set for each circle."""
    order, found, seen = [], [], set()
    back = {name: set() for name in imports}
    for name, others in imports.items():
        for other in others:
            back[other].add(name)

    def walk(name, ways, done):
        stack = [(name, iter(ways[name]))]
        seen.add(name)
        while stack:
            here, rest = stack[-1]
            ahead = next((one for one in rest if one not in seen), None)
            if ahead is None:
                stack.pop()
                done.append(here)
            else:
                seen.add(ahead)
                stack.append((ahead, iter(ways[ahead])))

    for name in imports:
        if name not in seen:
            walk(name, imports, order)
    seen.clear()
    for name in reversed(order):
        if name not in seen:
            circle = []
            walk(name, back, circle)
            found += [set(circle)] if len(circle) > 1 else []
    return found


def room_of(module):
    return module.partition(".")[0]


def is_within(module, names):
    return any(f"{module}.".startswith(f"{name}.") for name in names)


def layer(module):
    """Return the part of its room that a module is of; the wall stands where acts stand."""
    found = module.split(".")[1] if "." in module else None
    return "domain" if found == "askers" else found


def inside_the_wrong_way(imports):
    """Return {(module, module of its own room that stands to its right)}."""
    return {
        (name, other)
        for name, others in imports.items()
        for other in others
        if room_of(name) == room_of(other)
        and layer(name) in ORDER
        and layer(other) in ORDER
        and ORDER.index(layer(other)) > ORDER.index(layer(name))
        and not (layer(name) == "tasks" and is_within(other, DOES_WORK))
    }


MODULES = modules_of(ROOT, PACKAGES)
IMPORTS = imports_of(MODULES)


# A package with a wall of its own: whoever stands outside imports its public module alone.
WALLED = {"sessions.askers": "public"}


def through_the_wall(imports):
    """Return {(module outside, module inside that is not the public one)}."""
    return {
        (name, other)
        for name, others in imports.items()
        for other in others
        for wall, door in WALLED.items()
        if is_within(other, {wall}) and not is_within(name, {wall}) and other != f"{wall}.{door}"
    }


def test_every_room_has_its_floor():
    assert sorted(FLOORS) == sorted(PACKAGES)


def test_a_room_imports_only_from_floors_below():
    assert upward(IMPORTS) == set()


def keys_upward(models):
    """Yield the foreign keys of `models` to a table of a higher floor; of the user anybody may."""
    height = {room: number for number, room in enumerate(FLOORS)}
    for model in models:
        for field in model._meta.get_fields():
            if not (field.concrete and field.is_relation):
                continue
            there = height.get(room_of(field.related_model.__module__), -1)
            is_user = field.related_model._meta.label == settings.AUTH_USER_MODEL
            if not is_user and there > height[room_of(model.__module__)]:
                yield f"{model.__name__}.{field.name}"


def ours():
    return [model for model in apps.get_models() if room_of(model.__module__) in FLOORS]


def test_no_foreign_key_points_up():
    assert list(keys_upward(ours())) == []


def test_a_foreign_key_that_points_up_is_seen(monkeypatch):
    report = apps.get_model("reports.Report")
    monkeypatch.setattr(report, "__module__", "jobs.models")  # as if the table lay below

    assert "Report.obligation" in list(keys_upward(ours()))


def test_no_modules_import_each_other():
    assert circles(IMPORTS) == []


def test_inside_a_room_imports_go_one_way():
    assert inside_the_wrong_way(IMPORTS) == set()


def planted(folder, files):
    """Return imports_of() of a made-up house: {path: text}."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return imports_of(modules_of(folder, {path.partition("/")[0] for path in files}))


@pytest.mark.parametrize("number", range(len(FLOORS) - 1))
@pytest.mark.parametrize(
    "text",
    ["from {0}.models import X", "def f():\n    import {0}.models", "from {0} import models"],
)
def test_each_import_that_goes_up_is_seen(tmp_path, number, text):
    below, above = FLOORS[number], FLOORS[number + 1]
    found = planted(
        tmp_path, {f"{above}/models.py": "", f"{below}/deep/down.py": text.format(above)}
    )

    assert upward(found) == {(f"{below}.deep.down", f"{above}.models")}


def test_who_asked_is_known_through_one_module_alone():
    assert [name for name in MODULES if is_within(name, {"sessions.askers"})]
    assert through_the_wall(IMPORTS) == set()


@pytest.mark.parametrize(
    "text",
    [
        "from sessions.askers.sealing import open_seal",
        "from sessions.askers import sealing",
        "def f():\n    import sessions.askers.sealing",
        "from sessions.askers.sealing import open_seal as seal",
    ],
)
def test_each_import_through_the_wall_is_seen(tmp_path, text):
    found = planted(
        tmp_path,
        {
            "sessions/askers/sealing.py": "",
            "sessions/askers/public.py": "from sessions.askers import sealing",
            "sessions/views/good.py": "from sessions.askers.public import seal",
            "sessions/views/bad.py": text,
        },
    )

    assert through_the_wall(found) == {("sessions.views.bad", "sessions.askers.sealing")}


def test_a_circle_is_seen(tmp_path):
    found = planted(
        tmp_path,
        {
            "reports/a.py": "from reports import b",
            "reports/b.py": "from reports.c import d",
            "reports/c.py": "def d():\n    from reports import a",
            "reports/e.py": "from reports import a",
        },
    )

    assert circles(found) == [{"reports.a", "reports.b", "reports.c"}]


@pytest.mark.parametrize("number", range(len(ORDER) - 1))
def test_each_import_that_goes_right_is_seen(tmp_path, number):
    left, right = ORDER[number], ORDER[number + 1]
    found = planted(
        tmp_path,
        {f"board/{left}/one.py": f"from board.{right} import two", f"board/{right}/two.py": ""},
    )

    assert inside_the_wrong_way(found) == {(f"board.{left}.one", f"board.{right}.two")}


def test_what_does_the_work_imports_no_tasks():
    wrong = [
        name
        for name in DOES_WORK
        for module in IMPORTS[name]
        if is_within(module, {"jobs.tasks", "operations.tasks", "jobs.domain.ordering"})
    ]

    assert wrong == []


def test_only_urls_import_views():
    wrong = [
        f"{name} → {other}"
        for name, others in IMPORTS.items()
        for other in others
        if "views" in other.split(".")
        and not name.endswith("urls")
        and not ("views" in name.split(".") and room_of(name) == room_of(other))
    ]

    assert wrong == []


def test_slow_libraries_are_imported_inside_functions_of_the_documents_room():
    wrong = []
    for name, path in MODULES.items():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            else:
                names = [
                    one.name for one in getattr(node, "names", ()) if isinstance(node, ast.Import)
                ]
            wrong += [f"{name} → {one}" for one in names if is_within(one, SLOW)]

    assert wrong == []


def locks_too_much(text):
    """Return the lines that lock rows against whoever only points to them.

    To note that a row points to another the database looks at the other one once more, when the
    act is committed. Whoever holds that one and waits for the first act stands still with it.
    """
    return [
        node.lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "select_for_update"
        and "no_key" not in [one.arg for one in node.keywords]
    ]


def test_rows_are_locked_for_nobody_who_only_points_to_them():
    wrong = {
        name: lines
        for name, path in MODULES.items()
        if (lines := locks_too_much(path.read_text(encoding="utf-8")))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x.select_for_update().get()", [1]),
        ("\nx.select_for_update(skip_locked=True, of=('self',))", [2]),
        ("x.select_for_update(no_key=True, of=('self',))", []),
    ],
)
def test_a_row_that_is_locked_too_much_is_seen(text, lines):
    assert locks_too_much(text) == lines


def test_no_file_is_longer_than_four_hundred_lines():
    long = {
        name: length
        for name, path in MODULES.items()
        if (length := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_every_folder_of_tests_is_a_package():
    wrong = [
        str(folder.relative_to(ROOT))
        for folder in (ROOT / "tests").rglob("*")
        if folder.is_dir()
        and any(folder.glob("*.py"))  # files that are only read need no package
        and not (folder / "__init__.py").exists()
    ]

    assert wrong == []
