"""The modules of a host, joined into the one script that all of its pages take (J-07)."""

import subprocess

import pytest
from django.conf import settings as ours

from foundation.bundles import (
    BUNDLES,
    Bundle,
    BundleFinder,
    ModuleNotJoined,
    joined,
    make,
    parts_of,
)

MODULES = {
    "a.js": """
import { count, next as more } from "./lib/c.js";
import * as b from "./b.js";

console.log("a", count, more(2), b.said, Object.keys(b));
""",
    "b.js": """
import { count } from "./lib/c.js";
import "./d.js";
import "./e.js";

export const said = `b ${count}`;
console.log("b");
""",
    "lib/c.js": "export const count = 3;\nexport function next(number) { return number + count; }\n",
    "d.js": "const count = 4;\nconsole.log('d', count);\n",
    "e.js": "console.log('e', typeof module, this);\n",
}


@pytest.fixture
def written(tmp_path, settings):
    """Write modules into a folder of static files; return a bundle of `a.js`."""
    settings.BASE_DIR, settings.DATA_DIR = tmp_path, tmp_path / "data"
    (tmp_path / "package.json").write_text('{"type": "module"}')

    def write(modules, entry="js/a.js"):
        for name, text in modules.items():
            path = tmp_path / "static/js" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.lstrip(), encoding="utf-8")
        return Bundle(entry)

    return write


def run(path):
    return subprocess.run(["node", path], capture_output=True, text=True, check=False, timeout=60)


def test_what_is_joined_does_what_its_modules_do(written, tmp_path):
    bundle = written(MODULES)
    whole = tmp_path / "whole.js"
    whole.write_text(joined(bundle))

    plain, together = run(tmp_path / "static/js/a.js"), run(whole)

    assert "a 3 5 b 3 [ 'said' ]" in plain.stdout
    assert (together.stdout, together.stderr) == (plain.stdout, "")


def test_one_that_fails_stops_only_those_that_need_it(written, tmp_path):
    bundle = written(
        {
            "a.js": 'import "./needs.js";\nimport "./other.js";\n',
            "bad.js": 'export const one = 1;\nthrow new Error("broken");\n',
            "needs.js": 'import { one } from "./bad.js";\nconsole.log("needs", one);\n',
            "other.js": 'console.log("other");\n',
        }
    )
    whole = tmp_path / "whole.js"
    whole.write_text(joined(bundle))

    result = run(whole)

    assert result.stdout == "other\n"
    assert "broken" in result.stderr  # and is not kept quiet


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('import { none } from "./lib/c.js";\n', "js/lib/c.js has no none"),
        ('import "./a.js";\n', "js/a.js → js/a.js"),
        ('import c from "./lib/c.js";\n', "import c from"),
        ('import "other";\n', "import"),
        ('import "https://example.org/a.js";\n', "import"),
        ("export default 1;\n", "export default"),
        ("const one = 1;\nexport { one };\n", "export { one }"),
        ("export let one = 1;\n", "export let"),
        ('const later = () => import("./lib/c.js");\n', "import("),
        ("const here = import.meta.url;\n", "import.meta"),
    ],
)
def test_what_would_mean_another_thing_is_refused(written, text, said):
    bundle = written(MODULES | {"a.js": text})

    with pytest.raises(ModuleNotJoined) as refused:
        joined(bundle)

    assert said in str(refused.value)


def test_a_bundle_is_made_anew_when_a_part_was_changed(written, monkeypatch):
    monkeypatch.setitem(BUNDLES, "js/all.js", written(MODULES))
    first = make("js/all.js")
    text = first.read_text(encoding="utf-8")

    first.write_text("// half")
    assert make("js/all.js").read_text(encoding="utf-8") == "// half"  # not looked into each time
    first.unlink()
    assert make("js/all.js").read_text(encoding="utf-8") == text
    written({"d.js": "console.log('changed');\n"})
    assert "changed" in make("js/all.js").read_text(encoding="utf-8")


def test_every_module_is_in_a_bundle():
    linked = {part for bundle in BUNDLES.values() for part in parts_of(bundle)}
    there = {
        path.relative_to(ours.BASE_DIR / "static").as_posix()
        for path in (ours.BASE_DIR / "static/js").rglob("*.js")
    }

    assert there - linked == {"js/early.js"}  # which runs before the page is drawn
    assert linked - there == {"vendor/htmx/htmx.min.js", "vendor/qrcode/qrcode.js"}


def test_the_anonymous_host_takes_nothing_that_keeps():
    parts = parts_of(BUNDLES["js/apart.js"])

    assert not {"js/kept.js", "js/vouchers.js", "js/passkey.js"} & set(parts)


def test_whoever_collects_the_static_files_finds_the_bundles(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    found = {name: storage.open(name).read() for name, storage in BundleFinder().list(["*.map"])}

    assert set(found) == set(BUNDLES)
    assert found == {name: make(name).read_bytes() for name in BUNDLES}
