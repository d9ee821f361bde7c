"""Everything the portal says is said in Vietnamese, and in English to those who choose it."""

import ast
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.house import PACKAGES
from tests.world import PASSWORD

CATALOGUES = [f"{folder}/vi/LC_MESSAGES/django.po" for folder in ("locale", "locale_vendor")]
UNFINISHED = ("--untranslated", "--only-fuzzy", "--only-obsolete")
NOT_OURS = (".*", "var", "tests", "bench", "static", "staticfiles", "node_modules", "__pycache__")


def run(*command, **options):
    return subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=60, **options
    ).stdout


def entries(catalogue, which):
    """Return the English of the entries that msgattrib selects with the option `which`."""
    lines = run("msgattrib", "--no-wrap", which, catalogue).split("\n\n", 1)[1:]
    return [line for line in "".join(lines).splitlines() if "msgid " in line]


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """Return our catalogue as it is after collecting anew what templates and code say."""
    copy = tmp_path_factory.mktemp("portal") / "copy"
    shutil.copytree(settings.BASE_DIR, copy, ignore=shutil.ignore_patterns(*NOT_OURS))
    unset = {"SECRET_KEY": "", "DATABASE_URL": "", "REDIS_URL": ""}
    run(
        *(sys.executable, "manage.py", "makemessages", "--locale=vi", "--add-location=never"),
        cwd=copy,
        env={
            **os.environ,
            **unset,
            "DJANGO_SETTINGS_MODULE": "dialogue_portal.settings",
            "DEMO": "1",
            "DATA_DIR": str(copy / "var"),
        },
    )
    return copy / CATALOGUES[0]


@pytest.mark.parametrize("which", UNFINISHED)
@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_a_catalogue_is_finished(catalogue, which):
    assert entries(settings.BASE_DIR / catalogue, which) == []


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_placeholders_agree(catalogue):
    run("msgfmt", "--check-format", "-o", os.devnull, settings.BASE_DIR / catalogue)


@pytest.mark.parametrize("which", UNFINISHED)
def test_the_catalogue_holds_what_pages_and_code_say(collected, which):
    assert entries(collected, which) == []


SAYS = re.compile(r"_|n?p?gettext(_lazy)?")


def uncollected(code):
    """Return the lines on which something is said that makemessages does not see or find again."""
    tree = ast.parse(code)
    inside = {
        part for one in ast.walk(tree) if isinstance(one, ast.JoinedStr) for part in ast.walk(one)
    }
    for one in ast.walk(tree):
        if not isinstance(one, ast.Call) or not isinstance(one.func, ast.Name):
            continue
        built = any(isinstance(part, (ast.JoinedStr, ast.BinOp, ast.Call)) for part in one.args[:1])
        if SAYS.fullmatch(one.func.id) and (one in inside or built):
            yield one.lineno


def test_all_that_is_said_stands_where_it_is_collected():
    """A call inside an f-string is not seen by xgettext, and a built sentence in no catalogue."""
    files = [path for folder in PACKAGES for path in (settings.BASE_DIR / folder).rglob("*.py")]
    found = {str(path): list(uncollected(path.read_text())) for path in files}

    assert {path: lines for path, lines in found.items() if lines} == {}
    wrong = 'f"{_(1)}"\n_(f"a {b}")\n_("a" + b)\n_("a %s" % b)\n_("a")'
    assert sorted(uncollected(wrong)) == [1, 2, 3, 4]


# --- what a reader sees ---------------------------------------------------------------

SAME_IN_BOTH = {"A", "A−", "A+", "VI", "EN", "English", "Tiếng Việt", "*"}
READ_ALOUD = {"aria-label", "placeholder", "title", "alt"}


class Words(HTMLParser):
    """Gathers what a person reads or hears of a page."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found |= {value.strip() for name, value in attrs if name in READ_ALOUD and value}

    def handle_data(self, data):
        self.found |= {" ".join(data.split())} - {""}


def words(response):
    return Words(response.content.decode()).found


@pytest.fixture
def in_english():
    """Return a browser in which English was chosen."""
    reader = Client()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return reader


def sign_in_wrongly(client):
    return client.post(reverse("account_login"), {"login": "clerk", "password": f"not-{PASSWORD}"})


def ask_for_a_link(client):
    return client.post(reverse("account_reset_password"), {"email": "no address"})


def sign_in_with_nothing(client):
    return client.post(reverse("account_login"), {})


@pytest.mark.parametrize("step", [sign_in_wrongly, sign_in_with_nothing, ask_for_a_link])
def test_a_page_for_strangers_keeps_no_english(client, in_english, world, step):
    assert words(step(client)) & words(step(in_english)) - SAME_IN_BOTH == set()


def test_a_wrong_password_is_said_in_vietnamese(client, world):
    assert "Tên đăng nhập hoặc mật khẩu chưa đúng." in words(sign_in_wrongly(client))


def test_what_is_missing_is_said_in_vietnamese(client, db):
    assert "Chưa nhập mục này." in words(sign_in_with_nothing(client))


@pytest.fixture
def nothing_counted():
    """Count tries from nought, and forget them afterwards."""
    cache.clear()
    yield
    cache.clear()


def test_too_many_tries_are_refused_in_vietnamese(client, db, nothing_counted):
    page, address = reverse("account_reset_password"), {"email": "nobody@example.vn"}
    answers = [client.post(page, address) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [302] * 3 + [429]
    assert "Thao tác quá nhiều lần" in words(answers[-1])


def test_the_browser_does_not_choose_the_language(client, db):
    response = client.get(reverse("account_login"), headers={"accept-language": "en"})

    assert response["Content-Language"] == "vi"
    assert "Đăng nhập" in words(response)


def test_english_is_chosen_in_the_header_and_kept_in_a_cookie(client, db):
    page = reverse("account_login")
    client.post(reverse("set_language"), {"language": "en", "next": page})

    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    response = client.get(page)
    assert response["Content-Language"] == "en"
    assert '<html lang="en">' in response.content.decode()
    assert "Sign in" in words(response)


def test_a_language_nobody_offers_is_vietnamese(client, db):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"

    assert client.get(reverse("account_login"))["Content-Language"] == "vi"


def test_a_page_names_the_period_in_the_readers_language_and_a_document_in_vietnamese(
    in_english, world
):
    in_english.force_login(world.head)
    page = words(in_english.get(reverse("board:board_desk_of", args=[world.period.code])))

    name = {1: "First half of 2026", 2: "Second half of 2026"}[world.period.half]
    assert name in page
    assert world.period.label not in page
    in_english.force_login(world.secretary)
    assert f"Report, {name[0].lower()}{name[1:]}" in words(in_english.get(reverse("reports:home")))
    with translation.override("en"):
        assert world.period.label.startswith("6 tháng ")
