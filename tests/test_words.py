"""One word for one thing: the catalogues, the mails and the documents keep to docs/glossary.md."""

import re

import pytest
from django.conf import settings

from tests.test_translations import CATALOGUES, run

# What is not said, in what words it is said, and where the same letters mean something else.
NOT_SAID = {
    "nháp": "dự thảo",
    "liên kết": "đường dẫn",
    "đường link": "đường dẫn",
    "mức bảo mật": "Không nêu tên",
    "hộp tiếp nhận": "hộp văn bản đến",
    "ông/bà": "đồng chí",
    "anh/chị": "đồng chí",
    "quý vị": "đồng chí",
    "rút báo cáo": "thu hồi báo cáo: an office takes back, an asker withdraws",
    "thu hồi câu hỏi": "rút câu hỏi: an office takes back, an asker withdraws",
    "ban hành báo cáo": "phát hành báo cáo",
    "báo cáo đã ban hành": "báo cáo đã phát hành",
    "bản đã ban hành": "bản đã phát hành",
    "phát hành kế hoạch": "ban hành kế hoạch",
}
KINDS = {".txt", ".html", ".xml"}
WRITTEN_HERE = [
    path
    for folder in ("templates", "reports", "sessions", "committees", "dialogue_portal")
    for path in sorted((settings.BASE_DIR / folder).rglob("*"))
    if path.suffix in KINDS or (path.suffix == ".py" and "demo" not in path.name)
]


def said_in(text):
    lowered = text.lower()
    return sorted(word for word in NOT_SAID if re.search(rf"\b{word}\b", lowered))


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_the_catalogue_has_one_word_for_one_thing(catalogue):
    path = settings.BASE_DIR / catalogue
    lines = run("msgattrib", "--no-wrap", "--no-obsolete", path).splitlines()
    found = {line: said_in(line) for line in lines if line.startswith("msgstr")}

    assert {line: words for line, words in found.items() if words} == {}


def test_mails_and_documents_have_one_word_for_one_thing():
    found = {str(path): said_in(path.read_text()) for path in WRITTEN_HERE}

    assert {path: words for path, words in found.items() if words} == {}


def test_the_words_are_found():
    assert said_in("Đảng ủy đã Rút báo cáo; xem liên kết.") == ["liên kết", "rút báo cáo"]
    assert said_in("Xin rút gọn; đã được rút câu hỏi.") == []


def test_the_glossary_says_them_too():
    glossary = (settings.BASE_DIR / "docs" / "glossary.md").read_text()

    assert said_in(glossary) == []
    for word in ("dự thảo", "đường dẫn", "không nêu tên", "hộp văn bản đến", "đồng chí"):
        assert word in glossary, word
