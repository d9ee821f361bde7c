"""E-04: secrets in the files and in everything that was ever committed.

What looks like one and is none is made up in a test, and says so in its own words.
"""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHAPES = {
    "private key": r"-----BEGIN (?:RSA |EC |OPENSSH |DSA |ENCRYPTED |PGP )?PRIVATE KEY",
    "AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "GitHub": r"\b(?:ghp|gho|ghu|ghs|ghr)_[A-Za-z0-9]{36}\b|\bgithub_pat_\w{60,}",
    "GitLab": r"\bglpat-[\w-]{20,}",
    "Slack": r"\bxox[abprs]-[\w-]{10,}|hooks\.slack\.com/services/\w",
    "Google": r"\bAIza[\w-]{35}\b",
    "PyPI": r"\bpypi-AgEIcHlwaS5vcmc[\w-]{50,}",
    "npm": r"\bnpm_[A-Za-z0-9]{36}\b",
    "Stripe": r"\b[sr]k_live_[A-Za-z0-9]{20,}",
    "model API": r"\bsk-(?:ant|proj)-[\w-]{20,}",
    "JSON web token": r"\beyJ[\w-]{15,}\.eyJ[\w-]{15,}\.[\w-]{20,}",
    "password in an address": r"\b(?:postgres(?:ql)?|redis|rediss|smtp|smtps|imaps?|https?)://"
    r"[^\s:/@\"'{}<>]*:([^\s:/@\"'{}<>]{3,})@[\w.-]+",
    "secret in a setting": r"\b(?:SECRET_KEY|IDENTITY_KEY|PASSWORD|API_KEY|AUTH_TOKEN|METRICS_TOKEN)"
    r"\s*=\s*[\"']?([A-Za-z0-9+/_=-]{20,})[\"']?\s*$",
}
SHAPES = {name: re.compile(shape.encode(), re.MULTILINE) for name, shape in SHAPES.items()}
# Words of examples, and what a program puts in.
MADE_UP = re.compile(
    rb"(?i)example|canary|secret|password|matkhau|mat-khau|%|\$|\.\.\.|xxx|test|user|portal|dummy"
    rb"|\(|s3cr|wrong|word|abc|bi-mat|m%40t"
)
LARGEST = 2_000_000


def git(*arguments, **keywords):
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, check=True, capture_output=True, **keywords
    ).stdout


def in_bytes(content):
    """Yield (kind, what was found)."""
    for kind, shape in SHAPES.items():
        for found in shape.finditer(content):
            told = found[found.lastindex or 0]
            if kind not in ("password in an address", "secret in a setting") or not (
                MADE_UP.search(told)
            ):
                yield kind, found[0]


def files():
    """Yield (name, content) of what git keeps or would keep now."""
    listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split(b"\0")):
        path = ROOT / name.decode()
        if path.is_file() and path.stat().st_size < LARGEST:
            yield name.decode(), path.read_bytes()


def history():
    """Yield (name, content) of every version of every file that was ever committed."""
    named = {}
    for line in git("rev-list", "--objects", "--all").splitlines():
        key, _, name = line.partition(b" ")
        named[key] = name.decode(errors="replace")
    known = git("cat-file", "--batch-check", input=b"\n".join(named) + b"\n")
    wanted = [
        line.split()[0]
        for line in known.splitlines()
        if line.split()[1] == b"blob" and int(line.split()[2]) < LARGEST
    ]
    content = git("cat-file", "--batch", input=b"\n".join(wanted) + b"\n")
    at = 0
    for key in wanted:
        end = content.index(b"\n", at)
        size = int(content[at:end].split()[2])
        yield named[key], content[end + 1 : end + 1 + size]
        at = end + 2 + size


def finds(where):
    """Return (number of files looked at, ["name: kind", …])."""
    number, found = 0, set()
    for name, content in where:
        number += 1
        # A lock is hashes and nothing else.
        if not re.fullmatch(r"requirements[\w-]*\.txt", name):
            found |= {f"{name}: {kind}" for kind, _ in in_bytes(content)}
    return number, sorted(found)
