"""The portal's own scripts, in node's own runner: `node --test tests/scripts/` does the same."""

import subprocess
from pathlib import Path

FILES = sorted(Path(__file__).parent.glob("*.test.mjs"))


def test_every_script_test_passes():
    done = subprocess.run(
        ["node", "--test", *FILES], capture_output=True, text=True, check=False, timeout=120
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert FILES
    assert "\n# fail 0\n" in done.stdout or "ℹ fail 0\n" in done.stdout
