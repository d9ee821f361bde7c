"""What templates and forms take from the ground: drafts, scripts' marks, fields, names of rows."""

import base64
import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.template import Context, Template

from foundation.models import AuditEntry, AuditHead, Draft, MailChannel, SpentKey
from foundation.templatetags.portal import integrity
from foundation.textfields import WrittenField


@pytest.mark.parametrize("tag", ["keep", "keep_in_tab"])
def test_whoever_is_not_signed_in_has_nothing_kept(rf, tag):
    request = rf.get("/")
    request.user = AnonymousUser()

    drawn = Template("{% load keeping %}<form {% " + tag + " 'ask' %}>").render(
        Context({"request": request})
    )

    assert drawn == "<form >"


def test_a_browser_knows_our_scripts_as_they_are_served(settings, tmp_path):
    """In service files bear the mark of their content in their names, here they do not."""
    content = Path(finders.find("js/receipt.js")).read_bytes()
    mark = base64.b64encode(hashlib.sha384(content).digest()).decode()
    assert f"sha384-{mark}" in integrity("js/receipt.js")
    settings.WHITENOISE_USE_FINDERS = False
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    call_command("collectstatic", verbosity=0, interactive=False)

    served = integrity("js/receipt.js")

    (named,) = tmp_path.glob("js/receipt.*.js")
    mark = base64.b64encode(hashlib.sha384(named.read_bytes()).digest()).decode()
    assert f"sha384-{mark}" in served


def test_a_text_without_a_limit_is_taken_however_long_it_is():
    field = WrittenField()

    assert "data-longest" not in field.widget.attrs
    assert len(field.clean("chữ " * 9_000)) > 30_000


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (AuditEntry(number=7, act="packed"), "7 packed"),
        (AuditHead(number=7), "7"),
        (MailChannel(host="mail.example.vn"), "mail.example.vn"),
        (Draft(form="answer", thing="12"), "answer:12"),
        (SpentKey(digest="0123456789abcdef"), "01234567"),
    ],
)
def test_a_row_is_named_by_what_tells_it_apart(row, name):
    assert str(row) == name
