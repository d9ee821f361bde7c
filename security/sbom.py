"""E-03: the bill of materials (CycloneDX 1.6) of what is installed to run the portal.

Made of the lock alone, so that it is the same wherever it is made and says what is locked:
`python -m security.sbom > sbom.json`.
"""

import json
import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.txt"
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)\s*(?:;\s*([^\\]+?))?\s*\\?$")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def locked(text):
    """Return [(name, version, marker, [sha256, …])], in the order of the lock."""
    found = []
    for line in text.splitlines():
        if pinned := PINNED.match(line):
            found.append((*pinned.groups(), []))
        hashes = HASH.findall(line)
        if hashes:
            found[-1][3].extend(hashes)
        elif line.strip() and not pinned:
            raise ValueError(f"Not a locked requirement: {line}")
    return found


def licence_of(name):
    """Return what the installed package says of its licence, or None."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None  # of another platform or another Python
    classified = [
        one.rpartition(" :: ")[2]
        for one in about.get_all("Classifier", [])
        if one.startswith("License :: OSI Approved")
    ]
    said = about.get("License-Expression") or " / ".join(classified) or about.get("License") or ""
    return said.strip().splitlines()[0][:120] if said.strip() else None


def component(name, version, marker, hashes):
    address = f"pkg:pypi/{name.lower()}@{version}"
    made = {
        "type": "library",
        "bom-ref": address,
        "name": name,
        "version": version,
        "purl": address,
        # One for each file that the registry offers, any of which may be installed.
        "externalReferences": [
            {
                "type": "distribution",
                "url": f"https://pypi.org/project/{name}/{version}/",
                "hashes": [{"alg": "SHA-256", "content": one} for one in hashes],
            }
        ],
    }
    if licence := licence_of(name):
        made["licenses"] = [{"license": {"name": licence}}]
    if marker:
        made["properties"] = [{"name": "marker", "value": marker}]
    return made


def bill():
    components = [component(*one) for one in locked(LOCK.read_text(encoding="utf-8"))]
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": "portal", "name": "dialogue-portal"}
        },
        "components": components,
        "dependencies": [{"ref": "portal", "dependsOn": [one["bom-ref"] for one in components]}],
    }


def without_hash(components):
    return [one["name"] for one in components if not one["externalReferences"][0].get("hashes")]


if __name__ == "__main__":
    json.dump(bill(), sys.stdout, indent=1, ensure_ascii=False)
