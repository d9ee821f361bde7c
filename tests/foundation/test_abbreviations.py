"""Abbreviations explained where they stand, and listed on a page of both hosts."""

import re

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from foundation.abbreviations import ABBREVIATIONS, explaining

SHAPED = Template("{% load portal %}{{ text|shaped }}")


def shown(text):
    return SHAPED.render(Context({"text": text}))


def explained(text):
    return re.findall(r"<abbr[^>]*>([^<]+)</abbr>", shown(text))


def test_an_abbreviation_is_explained_where_it_first_stands():
    page = shown("BCH gửi Đ/c Hòa.\nSau đó BCH và đ/c Lan trả lời.")

    assert page == (
        '<p><abbr title="ban chấp hành">BCH</abbr> gửi <abbr title="đồng chí">Đ/c</abbr> Hòa.</p>'
        "<p>Sau đó BCH và đ/c Lan trả lời.</p>"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CBCCVC-NLĐ của viện", ["CBCCVC-NLĐ"]),
        ("CBCCVC, NLĐ (BCĐ)", ["CBCCVC", "NLĐ", "BCĐ"]),
        ("Số 02-BC/ĐUK", []),
        ("ĐUK-2026, BTVN, XBCH, bch", []),
        ("UBND.", ["UBND"]),
        ("- UBND phường\n- HĐND quận", ["UBND", "HĐND"]),
        ("Đơn vị\tSố\nUBKT\t3\nTTND\t4", ["UBKT", "TTND"]),
        ("<b>BHXH</b> & BHYT", ["BHXH", "BHYT"]),
    ],
)
def test_only_what_stands_alone_is_an_abbreviation(text, found):
    assert explained(text) == found


def test_what_was_typed_stays_text():
    assert shown('<i title="x">BCH</i> &amp;') == (
        '<p>&lt;i title=&quot;x&quot;&gt;<abbr title="ban chấp hành">BCH</abbr>'
        "&lt;/i&gt; &amp;amp;</p>"
    )


def test_the_glossary_lists_the_same_ones():
    glossary = (settings.BASE_DIR / "docs/glossary.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| (\S+) \| (.+) \| (.+) \|$", glossary.partition("## Abbreviations")[2], re.MULTILINE
    )

    with translation.override("vi"):
        vietnamese = {short: str(long) for short, long in ABBREVIATIONS.items()}
    with translation.override("en"):
        english = {short: str(long) for short, long in ABBREVIATIONS.items()}
    assert {short: vi for short, vi, _ in rows} == vietnamese
    assert {short: en for short, _, en in rows} == english


def test_in_english_it_is_explained_in_english():
    with translation.override("en"):
        assert explaining()("BCH") == '<abbr title="executive committee">BCH</abbr>'


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["testserver", settings.ANONYMOUS_HOST])
def test_the_list_is_open_to_everybody_and_linked_from_each_page(client, host):
    page = client.get("/abbreviations/", headers={"host": host})

    assert page.status_code == 200
    assert host == "testserver" or not page.cookies
    content = page.content.decode()
    for short, long in ABBREVIATIONS.items():
        assert f'<dt lang="vi">{short}</dt><dd>{long}</dd>' in content
    first = "/accounts/login/" if host == "testserver" else "/"
    assert 'href="/abbreviations/' in client.get(first, headers={"host": host}).content.decode()
