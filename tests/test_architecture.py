"""The house: a package imports only packages below it, a module only modules to its left."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
GROUND = {
    f"dialogue_portal.{name}"
    for name in (
        "moves",
        "mail",
        "files",
        "text",
        "letters",
        "search",
        "abbreviations",
        "shape",
        "sheets",
        "old_letters",
        "textfields",
        "templatetags",
        "clock",
        "versions",
        "drafts",
        "once",
        "xlsx",
        "fields",
        "formats",
        "codes",
        "key_prints",
        "keys",
        "bells",
        "mail_channel",
        "mailboxes",
        "smtp",
        "crashing",
        "processes",
        "tracing",
        "models",
        "blind_rsa",
        "throttle",
        "cleaning",
        "file_kinds",
        "audit",
        "dumps",
        "backups",
        "presence",
        "devices",
        "key_backups",
        "limits",
        "intake",
        "scanner",
    )
}
MAY_IMPORT = {
    "committees": GROUND,
    "sessions": GROUND | {"committees"},
    "reports": GROUND | {"committees", "sessions"},
}
OURS = ("dialogue_portal", "committees", "sessions", "reports", "tests")
# The command that starts the processes stands outside the floors: it names the roof.
OUTSIDE = {"reports/management/commands/serve.py"}
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
    "reports.domain.delivering",
    "operations.domain.rehearsing",
    "reports.domain.rendering",
    "operations.domain.ticking",
}
SLOW = ("weasyprint", "openpyxl", "docx")


def sources(package):
    for path in sorted((ROOT / package).rglob("*.py")):
        if "migrations" not in path.parts and str(path.relative_to(ROOT)) not in OUTSIDE:
            yield path


def imported_modules(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def is_within(module, names):
    return any(f"{module}.".startswith(f"{name}.") for name in names)


def room(module):
    return module.split(".")[1] if "." in module else None


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_a_package_imports_only_from_floors_below(package):
    wrong = [
        f"{path.relative_to(ROOT)} → {module}"
        for path in sources(package)
        for module in imported_modules(path)
        if module.split(".")[0] in OURS and not is_within(module, {package, *MAY_IMPORT[package]})
    ]

    assert wrong == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_inside_an_app_imports_go_one_way(package):
    wrong = [
        f"{path.relative_to(ROOT)} → {module}"
        for path in sources(package)
        for module in imported_modules(path)
        if is_within(module, {package})
        and (here := path.relative_to(ROOT / package).parts[0].removesuffix(".py")) in ORDER
        and room(module) in ORDER
        and ORDER.index(room(module)) > ORDER.index(here)
        and not (here == "tasks" and is_within(module, DOES_WORK))
    ]

    assert wrong == []


def test_what_does_the_work_imports_no_tasks():
    wrong = [
        name
        for name in DOES_WORK
        for module in imported_modules(ROOT / f"{name.replace('.', '/')}.py")
        if is_within(module, {"reports.tasks", "reports.domain.ordering"})
    ]

    assert wrong == []


def test_only_urls_import_views():
    wrong = [
        f"{path.relative_to(ROOT)} → {module}"
        for package in MAY_IMPORT
        for path in sources(package)
        for module in imported_modules(path)
        if module.split(".")[0] in OURS
        and "views" in module.split(".")
        and not path.stem.endswith("urls")
        and "views" not in path.parts
    ]

    assert wrong == []


def test_slow_libraries_are_imported_inside_functions_of_the_documents_room():
    wrong = []
    for package in (*MAY_IMPORT, "dialogue_portal"):
        for path in sources(package):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in tree.body:
                names = (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else [name.name for name in node.names]
                    if isinstance(node, ast.Import)
                    else []
                )
                wrong += [f"{path.relative_to(ROOT)} → {n}" for n in names if is_within(n, SLOW)]

    assert wrong == []


def test_every_folder_of_tests_is_a_package():
    wrong = [
        str(folder.relative_to(ROOT))
        for folder in (ROOT / "tests").rglob("*")
        if folder.is_dir()
        and any(folder.glob("*.py"))  # files that are only read need no package
        and not (folder / "__init__.py").exists()
    ]

    assert wrong == []
