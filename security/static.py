"""The checks that read and run nothing: E-01 to E-04."""

import json
import subprocess
import tempfile
from pathlib import Path

from security import leaks, rules, sbom
from security.results import NotRun, Result

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / "var/security/venv/bin"


def tool(name):
    path = VENV / name
    if not path.exists():
        raise NotRun(f"{name} is not installed: script/bootstrap security")
    return path


def known_vulnerabilities():
    """E-01. Without an answer from the advisory database nothing was audited, and that is said."""
    try:
        done = subprocess.run(
            [tool("pip-audit"), "--requirement", ROOT / "requirements.txt", "--require-hashes",
             "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "20"],
            capture_output=True, text=True, timeout=600,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise NotRun("not audited: the advisory database did not answer") from error
    return judge_audit(done.stdout, done.stderr, sbom.locked(sbom.LOCK.read_text("utf-8")))


def judge_audit(stdout, stderr, wanted):
    """Return the result of what pip-audit said; raise NotRun if it has not seen everything."""
    try:
        seen = json.loads(stdout)["dependencies"]
    except (ValueError, KeyError, TypeError) as error:
        last = (stderr.strip().splitlines() or ["no answer"])[-1][:90]
        raise NotRun(f"not audited: {last}") from error
    audited = {one["name"].lower() for one in seen if "vulns" in one}
    missing = [name for name, _, marker, _ in wanted if not marker and name.lower() not in audited]
    if missing:
        raise NotRun(f"not audited: {len(missing)} packages, {missing[0]} among them")
    bad = [f"{one['name']} {found['id']}" for one in seen for found in one.get("vulns", ())]
    return Result(not bad, f"{len(audited)} packages, {len(bad)} known {' '.join(bad)}".strip())


def bandit():
    """E-02, first half."""
    done = subprocess.run(
        [tool("bandit"), "-q", "-r", *rules.PACKAGES, "-f", "json"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    said = json.loads(done.stdout)
    counted = said["metrics"]["_totals"]
    high = [f"{one['filename']}:{one['line_number']}" for one in said["results"]
            if one["issue_severity"] == "HIGH"]  # fmt: skip
    figure = (
        f"{counted['SEVERITY.HIGH']} high, {counted['SEVERITY.MEDIUM']} medium, "
        f"{counted['SEVERITY.LOW']} low in {counted['loc']} lines {' '.join(high)}"
    )
    return Result(not high and not said["errors"], figure.strip())


def own_rules():
    """E-02, second half."""
    found = rules.finds()
    return Result(not found, f"{len(found)} finds {' '.join(found[:3])}".strip())


def bill_of_materials():
    """E-03: it is made, every part has its hashes, and CycloneDX's own schema takes it."""
    made = sbom.bill()
    bare = sbom.without_hash(made["components"])
    place = ROOT / "var/security/sbom.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(made, indent=1, ensure_ascii=False), encoding="utf-8")
    with tempfile.NamedTemporaryFile("w", suffix=".py") as program:
        program.write(
            "import sys\n"
            "from cyclonedx.schema import SchemaVersion\n"
            "from cyclonedx.validation.json import JsonStrictValidator\n"
            "said = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1]).read())\n"
            "sys.exit(str(said)[:300] if said else 0)\n"
        )
        program.flush()
        done = subprocess.run([tool("python"), program.name, place], capture_output=True, text=True)
    wrong = done.stderr.strip().splitlines()[-1:]
    figure = (
        f"{len(made['components'])} parts, {len(bare)} without hash, schema 1.6 {''.join(wrong)}"
    )
    return Result(not bare and not done.returncode, figure.strip())


def secrets_in_files():
    number, found = leaks.finds(leaks.files())
    return Result(not found, f"{len(found)} in {number} files {' '.join(found[:2])}".strip())


def secrets_in_history():
    number, found = leaks.finds(leaks.history())
    return Result(not found, f"{len(found)} in {number} versions {' '.join(found[:2])}".strip())
