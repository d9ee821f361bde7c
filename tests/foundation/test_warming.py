"""A process that serves pages has loaded everything before the first of them."""

import json
import subprocess
import sys

from django.template import engines

from dialogue_portal.warming import warm
from tests.faults.served import database_url
from tests.house import ROOT

ASK = """
import json, sys
from dialogue_portal import wsgi
from django.db import connections
from django.template import engines
loader, = engines["django"].engine.template_loaders
print(json.dumps({
    "views": sorted(name for name in sys.modules if name.endswith(".views.desk")),
    "templates": len(loader.get_template_cache),
    "pools": sorted(connections["default"]._connection_pools),
    "connected": [one.alias for one in connections.all() if one.connection is not None],
}))
"""


def test_views_and_templates_are_loaded_and_no_connection_is_open(db, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", database_url())
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")

    said = subprocess.run(
        [sys.executable, "-c", ASK], cwd=ROOT, capture_output=True, text=True, check=True
    )

    found = json.loads(said.stdout)
    assert {"board.views.desk", "hall.views.desk"} <= set(found["views"])
    assert found["templates"] >= len(list((ROOT / "templates").rglob("*.html")))
    assert found["connected"] == found["pools"] == []


def test_what_is_warmed_are_all_templates_of_the_portal(db, monkeypatch):
    asked = []
    monkeypatch.setattr(engines["django"], "get_template", asked.append)
    monkeypatch.setattr("dialogue_portal.warming.connections.close_all", lambda: None)

    assert warm() == len(asked) == len(list((ROOT / "templates").rglob("*.html")))
