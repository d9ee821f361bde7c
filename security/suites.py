"""The checks that are tests: run with script/test, and told by their figures."""

import os
import re
import signal
import subprocess

from security.results import NotRun, Result
from security.static import ROOT

COUNTED = re.compile(r"(\d+) (passed|failed|errors?|skipped)")


def run_tests(*arguments):
    done = subprocess.run(
        [ROOT / "script/test", "-q", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    counted = {word.rstrip("s"): int(number) for number, word in COUNTED.findall(done.stdout)}
    if not counted.get("passed") and not counted.get("failed") and not counted.get("error"):
        raise NotRun("no such test here")
    said = ", ".join(f"{number} {word}" for word, number in counted.items())
    return Result(done.returncode == 0, said)


def uploads():
    """B-16: with a scanner where there is one."""
    files = [name for name in ("tests/sessions/test_attachments.py", "tests/walls/test_uploads.py",
                               "tests/foundation/test_intake.py", "tests/foundation/test_scanning.py")
             if (ROOT / name).exists()]  # fmt: skip
    return run_tests(*files, "-m", "not mail")


def asvs():
    """B-20 and B-21: rows, evidence, known misses."""
    result = run_tests("tests/security/test_tables.py")
    text = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
    verdicts = re.findall(
        r"^\| [\d.]+ \| \d \| [^|]+ \| (pass|fail|n/a|residual)", text, re.MULTILINE
    )
    counted = ", ".join(
        f"{verdicts.count(one)} {one}" for one in ("pass", "n/a", "residual", "fail")
    )
    return Result(
        result.held and "fail" not in verdicts, f"{len(verdicts)} rows: {counted}; {result.figure}"
    )


def mutants():
    """E-05. Hours; MUTANT_MINUTES ends it before, without a score."""
    script = ROOT / "script/mutants"
    if not script.exists():
        raise NotRun("there is no script/mutants yet")
    minutes = float(os.environ.get("MUTANT_MINUTES", 600))
    process = subprocess.Popen(
        [script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        said, wrong = process.communicate(timeout=minutes * 60)
    except subprocess.TimeoutExpired as error:
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate()
        raise NotRun(f"no score after {minutes:.0f} minutes") from error
    scores = [float(one) for one in re.findall(r"(\d+(?:\.\d+)?) ?%", said)]
    if not scores:
        raise NotRun((wrong.strip().splitlines() or ["no score was printed"])[-1][:90])
    return Result(min(scores) >= 85, f"lowest {min(scores):.0f} % of {len(scores)} modules")
