"""E-01 to E-04: what a machine reads of the code, and that each reading can find something."""

import json

import pytest

from security import leaks, rules, sbom, static
from security.__main__ import run
from security.results import NotRun, Result


def test_no_code_breaks_a_rule_of_ours():
    assert len(list(rules.broken())) >= len(rules.LOOKED_AT)  # it does read the code
    assert rules.finds() == []


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("keywords", "Question.objects.filter(**request.GET.dict())"),
        ("keywords", "def look(data):\n    Question.objects.filter(**data)"),
        ("keywords", "def look(a):\n    of = {}\n    of = a\n    Question.objects.filter(**of)"),
        ("keywords", "Question.objects.filter(**{name: 1})"),
        ("safe", "mark_safe('<b>' + name)"),
        ("naive", "datetime.now()"),
        ("naive", "dt.date.today()"),
        ("uuid", "uuid.uuid7()"),
        ("moment", "class SpentVoucher(Model):\n    at = DateTimeField(auto_now_add=True)"),
        ("silent", "try:\n    act()\nexcept Exception:\n    pass"),
        ("silent", "for one in all:\n    try:\n        act()\n    except:\n        continue"),
        ("silent", "with suppress(Exception):\n    act()"),
        ("sql", "cursor.execute(f'SELECT {column} FROM question')"),
        ("sql", "cursor.execute('SELECT %s' % column)"),
        ("sql", "Question.objects.raw('SELECT {}'.format(column))"),
        ("template", "engines['django'].from_string(text)"),
        ("eval", "eval(text)"),
        ("shell", "subprocess.run(text, shell=True)"),
        ("pickle", "pickle.loads(sent)"),
        ("csrf", "@csrf_exempt\ndef page(request):\n    ..."),
    ],
)
def test_each_rule_finds_what_it_is_for(rule, code):
    assert [found for _, found in rules.in_python(code)] == [rule]


@pytest.mark.parametrize(
    "code",
    [
        "mark_safe(' checked')",
        "datetime.now(tz=UTC)",
        "cursor.execute('SELECT %s', [column])",
        "Question.objects.filter(level='named')",
        "Question.objects.filter(**{'level': level})",
        "def act(**fields):\n    Question.objects.update(**fields)",
        "def act():\n    bare = {'author': None}\n    Question.objects.update(**bare)",
        "try:\n    act()\nexcept ValueError:\n    pass",
        "class Question(Model):\n    at = DateTimeField(auto_now_add=True)",
        "subprocess.run(['ls', text])",
    ],
)
def test_what_is_right_passes(code):
    assert list(rules.in_python(code)) == []


def test_a_template_that_does_not_escape_is_found():
    page = "{{ question.text|safe }}\n{% autoescape off %}\n{{ css|safe }}\n{{ question.text }}"
    assert list(rules.in_template(page)) == [(1, "safe"), (2, "safe")]


# --- the bill of materials -----------------------------------------------------------------


def test_the_bill_names_everything_that_is_locked_with_its_hashes():
    made = sbom.bill()
    lines = sbom.LOCK.read_text(encoding="utf-8").splitlines()
    assert len(made["components"]) == sum("==" in line for line in lines) > 50
    assert sum(len(one["externalReferences"][0]["hashes"]) for one in made["components"]) == sum(
        "--hash=" in line for line in lines
    )
    assert sbom.without_hash(made["components"]) == []
    assert {"django", "weasyprint", "cryptography"} <= {one["name"] for one in made["components"]}


def test_a_part_without_a_hash_is_named():
    (bare,) = [sbom.component(*one) for one in sbom.locked("django==5.2.1\n")]
    assert sbom.without_hash([bare]) == ["django"]
    with pytest.raises(ValueError, match="Not a locked requirement"):
        sbom.locked("django>=5\n")


# --- secrets -------------------------------------------------------------------------------


def test_no_file_holds_a_secret():
    number, found = leaks.finds(leaks.files())
    assert number > 500
    assert found == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("private key", "-----BEGIN RSA " + "PRIVATE KEY-----"),
        ("AWS", "AKIA" + "J7Q2M4N8R5T1V3W9"),
        ("GitHub", "ghp_" + "a1B2" * 9),
        ("password in an address", "postgres://cong:Hq7" + "zLm2@db.noi-bo.vn/cong"),
        ("secret in a setting", "SECRET_KEY=" + "q8Zr2LmV7xKp4TnW9sBd"),
        ("secret in a setting", 'IDENTITY_KEY = "' + 'q8Zr2LmV7xKp4TnW9sBd"'),
    ],
)
def test_each_shape_of_a_secret_is_found(kind, text):
    assert [found for found, _ in leaks.in_bytes(f"x\n{text}\n".encode())] == [kind]


# --- an audit that saw nothing, and a check that did not run -----------------------------------

LOCKED = [("django", "5.2.1", None, ["0"]), ("pywin32", "1", "sys_platform == 'win32'", ["0"])]


def audit(*dependencies):
    return static.judge_audit(json.dumps({"dependencies": dependencies}), "", LOCKED)


def test_an_audit_without_a_network_is_not_called_clean():
    with pytest.raises(NotRun, match=r"^not audited: 1 packages, django among them"):
        audit({"name": "django", "skip_reason": "not found"})
    with pytest.raises(NotRun, match=r"^not audited: Name or service not known"):
        static.judge_audit("", "Traceback\nName or service not known", LOCKED)


def test_an_audit_tells_what_it_found():
    assert audit({"name": "django", "vulns": []}) == Result(True, "1 packages, 0 known")
    assert audit({"name": "Django", "vulns": [{"id": "CVE-1"}]}) == Result(
        False, "1 packages, 1 known django CVE-1".replace("django", "Django")
    )


def outcome(check):
    lines = []
    code = run([("X-01", "x", "0", check, False)], lines.append)
    return code, lines


def test_what_did_not_run_is_said_and_not_counted_as_held():
    def check():
        raise NotRun("no network")

    code, lines = outcome(check)
    assert code == 0
    assert "not run" in lines[1]
    assert "no network" in lines[1]
    assert "1 checks: 0 held, 0 in part, 0 BROKEN, 1 not run" in lines[2]
    assert "neither as held nor as audited" in lines[3]


@pytest.mark.parametrize("check", [lambda: Result(False, "3"), lambda: 1 / 0])
def test_what_is_broken_or_falls_over_ends_with_one(check, capsys):
    code, lines = outcome(check)
    assert code == 1
    assert "BROKEN" in lines[1]
