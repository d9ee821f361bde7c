"""What every template holds to, whoever wrote it."""

import re

import pytest
from django.conf import settings

from sessions.models import Conference
from tests.world import moment

TEMPLATES = settings.BASE_DIR / "templates"
POST_FORM = re.compile(r"""<form\b[^>]*?method="post".*?</form>""", re.DOTALL)
TYPED = re.compile(
    r"""\|crispy|as_crispy|draw_field|<textarea|type="text"|<input class="form-control\""""
)
KEPT = re.compile(r"""\{% keep|data-anonymous|data-stays""")
NOTHING_TO_KEEP = re.compile(  # passwords and codes, files, numbers of slips, what is looked for
    r"^(account|mfa)/|import_upload|signed_copy_add|slips_print|answered_questions"
)
BARE = re.compile(r"""(?<![\w"'-])hx-[a-z]""")

VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯạ-ỹẠ-Ỹ]")
IN_ONE_LANGUAGE = re.compile(  # documents and mails, and what a server gives out by itself
    r"^(reports|sessions)/pdf/|^emails/|^reports/_document_|^(500|503|busy)\.html"
)
# The words of a page that are said in Vietnamese whatever its language: names of papers.
QUOTED = ("Phụ lục", "Công văn 1672-CV/ĐUK", "bản tổng hợp tự động, chưa phê duyệt")


def every_template():
    return sorted(TEMPLATES.rglob("*.html"))


def test_attributes_of_our_own_are_data_attributes():
    """`hx-get` is no attribute of HTML; `data-hx-get` is."""
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in every_template()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if BARE.search(line)
    ]

    assert found == []


def test_every_form_keeps_what_is_typed():
    found = []
    for path in every_template():
        name = path.relative_to(TEMPLATES).as_posix()
        if NOTHING_TO_KEEP.search(name):
            continue
        for form in POST_FORM.findall(path.read_text(encoding="utf-8")):
            head, _, fields = form.partition("csrf_token")
            if TYPED.search(fields or form) and not KEPT.search(head):
                found.append((name, form[:80]))

    assert found == []


def test_pages_say_nothing_outside_the_catalogue():
    found = []
    for path in every_template():
        name, text = path.relative_to(TEMPLATES).as_posix(), path.read_text(encoding="utf-8")
        for quoted in QUOTED:
            text = text.replace(quoted, "")
        if VIETNAMESE.search(text) and not IN_ONE_LANGUAGE.search(name):
            found.append(name)

    assert found == []


def test_a_comment_of_one_line_is_on_one_line():
    """Over two lines it is no comment: everybody would read it."""
    found = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in every_template()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if line.count("{#") != line.count("#}")
    ]

    assert found == []


def test_the_path_to_a_page_is_drawn_in_one_place():
    """A page names the pages above it; signs between them and its own name are the frame's."""
    found = []
    for path in every_template():
        block = re.search(
            r"block breadcrumbs %}(.*?){% endblock", path.read_text("utf-8"), re.DOTALL
        )
        if "›" in path.read_text("utf-8") or (block and "<p" in block[1]):
            found.append(path.relative_to(TEMPLATES).as_posix())

    assert found == []


def test_paths_call_conferences_by_their_short_name():
    """The title is for papers; it takes three rows of a telephone."""
    found = [
        path.relative_to(TEMPLATES).as_posix()
        for path in every_template()
        if re.search(r"breadcrumbs.*conference\.title", path.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("kind", "name"),
    [("regular", "Đối thoại 06/2026"), ("extraordinary", "Đối thoại đột xuất 06/2026")],
)
def test_a_conference_has_a_short_name(kind, name):
    conference = Conference(title="Hội nghị đối thoại", kind=kind, starts_at=moment(10))

    assert conference.short_name == name
