"""One word for one thing: the catalogues, the mails and the documents keep to docs/glossary.md."""

import re

import pytest
from django.conf import settings
from django.utils import translation

from tests.house import PACKAGES
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
    for folder in ("templates", *PACKAGES)
    for path in sorted((settings.BASE_DIR / folder).rglob("*"))
    if path.suffix in KINDS or (path.suffix == ".py" and "demo" not in path.parts)
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


# --- buttons ------------------------------------------------------------------------------

VERBS = """
ban bắt bỏ bổ cho chuyển giải chọn công cấp cập duyệt dùng dừng dự ghi gia giảm giữ gộp gỡ gửi hiện hoàn
hoãn hẹn hỏi hủy in khôi không kiểm kết lên lưu lấy lập lọc mời mở nghe ngừng nhắc nhập phát phân quay
góp nhận cử
quản rút sao so sửa theo thiết thu thêm thử tiếp trình trả tách tìm tính tăng tạo tải tổng
tự viết vẫn về xem xin xác xóa áp đánh đính đóng đăng đưa đặt đến để đọc đổi đồng từ quyết
"""
# Said by the person who presses, or the name of a place in the frame of every page.
NO_VERB = {
    "Tôi đã lưu mã này", "Tôi cũng hỏi", "Tôi đã đọc", "Đã cất giữ, tiếp tục", "Danh mục", "Phím tắt", "Tương phản",
    "Cỡ chữ thường", "Mới hơn", "Cũ hơn", "Trang trước", "Trang sau", "Câu trước", "Câu sau",
    "Các dòng cũ hơn", "Hiển thị", "Xong, xóa dấu vết trên máy này",
}  # fmt: skip
BUTTON = re.compile(
    r"(?:<button\b[^>]*>|<a\b[^>]*\bbtn\b[^>]*>)(?:(?!</?(?:a|button)\b).)*?</(?:a|button)>", re.S
)


def labels():
    """Yield (where, English) of every button of the pages and of the list of duties."""
    for path in WRITTEN_HERE:
        text = re.sub(r'<span class="visually-hidden">.*?</span>', "", path.read_text())
        if path.suffix == ".html":
            for button in BUTTON.findall(text):
                for said in re.findall(r'{%\s*translate "([^"]+)"', button):
                    yield path.name, said
        elif path.parent.name == "duties":
            for said in re.findall(r'label=_\("([^"]+)"\)|\), _\("([^"]+)"\)$', text, re.M):
                yield path.name, "".join(said)


def test_a_button_says_what_it_does():
    with translation.override("vi"):
        said = {(where, translation.gettext(label)) for where, label in labels()}

    assert len(said) > 150
    wrong = {
        (where, label)
        for where, label in said
        if label not in NO_VERB and label.split()[0].lower() not in VERBS.split()
    }
    assert wrong == set()
    assert not {label for _where, label in said if label.endswith(("của ai", "ai?", "gì"))}
