"""What every template holds to, whoever wrote it."""

import ast
import re
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest
from django.conf import settings

from foundation.looks import Look, State
from sessions.models import Conference
from tests.test_architecture import FLOORS, MODULES, room_of
from tests.world import moment

TEMPLATES = settings.BASE_DIR / "templates"
POST_FORM = re.compile(r"""<form\b[^>]*?method="post".*?</form>""", re.DOTALL)
TYPED = re.compile(
    r"""\|crispy|as_crispy|draw_field|<textarea|type="text"|<input class="form-control\""""
)
KEPT = re.compile(r"""\{% keep|data-anonymous|data-stays|data-gist""")
# Passwords and codes, files, numbers of slips and papers, what is looked for; a list that is answered
# with a file, while its page stays as it is.
NOTHING_TO_KEEP = re.compile(
    r"^(account|mfa)/|import_upload|signed_copy_add|slips_print|answered_questions"
    r"|paper_issue|people_print"
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


# --- the form of a template ----------------------------------------------------------------


def formatter():
    loader = SourceFileLoader("templates_in_form", str(settings.BASE_DIR / "script/templates"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def test_every_template_is_in_form():
    """script/format puts right what it can; a line that is too long is a person's to break."""
    form = formatter()
    found = []
    for path in every_template():
        name, text = path.relative_to(TEMPLATES).as_posix(), path.read_text(encoding="utf-8")
        found += [(name, "script/format")] if form.in_form(text) != text else []
        found += [(name, *fault) for fault in form.faults(text)]

    assert found == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{% load portal i18n %}\n", "{% load i18n portal %}\n"),
        ("<p>  \n</p>", "<p>\n</p>\n"),
        ("<p>\n\n\n\n</p>\n\n", "<p>\n\n</p>\n"),
        ("\t<p>\n", "  <p>\n"),
    ],
)
def test_what_a_machine_can_put_right_is_put_right(text, wanted):
    assert formatter().in_form(text) == wanted


@pytest.mark.parametrize(
    ("text", "lines"),
    [("x" * 160, []), ("\n" + "x" * 161, [2]), ("<ul>\n <li>\n", [2]), ("<ul>\n  <li>\n", [])],
)
def test_what_only_a_person_can_put_right_is_named(text, lines):
    assert [number for number, _what in formatter().faults(text)] == lines


# --- rooms ---------------------------------------------------------------------------------

# Folders that bear another name than their room; what lies in no folder is everybody's frame.
FOLDERS = {"account": "committees", "allauth": "committees", "mfa": "committees"}
FOLDERS["anonymous"] = "sessions"
FRAME = -1
# The frame of every page is the roof's: it draws what each room has to say on all pages.
ROOF = {"base.html"}
STORED = {"emails/reports/alarm"}  # of jobs; its name stands in rows of mails, so it stays
DRAWN_WITH = re.compile(r"""\{% (?:extends|include) ["']([^"']+)["']""")
ANY_DRAWN = re.compile(r"\{% (?:extends|include)\b")
NAMED = re.compile(r"^[\w/]+(\.html|\.txt)$|^emails/[\w/]+$")


def floor_of(template):
    """Return the number of the floor that a template stands on, by the name of its folder."""
    folder, _, rest = template.removeprefix("emails/").partition("/")
    return FLOORS.index(FOLDERS.get(folder, folder)) if rest else FRAME


def drawn_upward(templates):
    """Return {(template, one of a higher floor that it draws)} of {name: text}."""
    return {
        (name, other)
        for name, text in templates.items()
        for other in DRAWN_WITH.findall(text)
        if floor_of(name) < floor_of(other) and name not in ROOF
    }


def named_upward(texts):
    """Return {(module, template of a higher floor that it names)} of {module: text}."""
    return {
        (module, node.value)
        for module, text in texts.items()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and NAMED.match(node.value)
        and node.value not in STORED
        and FLOORS.index(room_of(module)) < floor_of(node.value)
    }


def all_texts():
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in (".html", ".txt")
    }


def test_a_template_draws_none_of_a_higher_floor():
    """What a lower page needs from above comes by an inclusion tag of the upper room."""
    assert drawn_upward(all_texts()) == set()


def test_every_template_that_is_drawn_is_named():
    """A name that is worked out could lead to any floor."""
    found = [
        name
        for name, text in all_texts().items()
        if len(ANY_DRAWN.findall(text)) != len(DRAWN_WITH.findall(text))
    ]

    assert found == []


def test_a_module_names_no_template_of_a_higher_floor():
    assert named_upward({n: p.read_text(encoding="utf-8") for n, p in MODULES.items()}) == set()


@pytest.mark.parametrize(
    ("name", "text", "is_seen"),
    [
        ("sessions/a.html", '{% include "reports/_duties.html" %}', True),
        ("sessions/a.html", "{% extends 'board/a.html' %}", True),
        ("emails/jobs/a.txt", '{% include "emails/reports/a.txt" with x=1 %}', True),
        ("_menu.html", '{% include "sessions/_row.html" %}', True),
        ("mfa/a.html", '{% include "anonymous/_row.html" %}', True),
        ("board/a.html", '{% include "reports/_status.html" %}', False),
        ("anonymous/a.html", '{% include "sessions/_row.html" %}', False),
        ("sessions/a.html", '{% extends "base.html" %}', False),
    ],
)
def test_each_template_that_draws_upward_is_seen(name, text, is_seen):
    assert bool(drawn_upward({name: text})) is is_seen


@pytest.mark.parametrize(
    ("text", "is_seen"),
    [
        ('render(request, "reports/a.html")', True),
        ('queue_mail("emails/board/told", to)', True),
        ('render(request, "sessions/a.html")', False),
        ('render(request, "base.html")', False),
    ],
)
def test_each_module_that_names_upward_is_seen(text, is_seen):
    assert bool(named_upward({"sessions.views.questions": text})) is is_seen


# --- facts of states -----------------------------------------------------------------------


def states(of=State):
    """Return every kind of state there is."""
    return [one for kind in of.__subclasses__() for one in (kind, *states(kind))]


QUOTED_IN_TAG = re.compile(r"""["']([^"']+)["']""")
COMPARED = re.compile(r"\{% (?:el)?if\b.*?%\}|\{% (?:with|state_badge)\b.*?%\}|\|yesno:.*?[%}]")
FACT = re.compile(r"\.((?:is|has)_\w+)")
OF_LIBRARIES = {"has_previous", "has_next", "has_other_pages", "is_passwordless"}


def states_named(text):
    """Return the values of states that a template compares with or draws by name."""
    values = {value for kind in states() for value in kind.values}
    return {
        word
        for tag in COMPARED.findall(text)
        for quoted in QUOTED_IN_TAG.findall(tag)
        for word in quoted.split()
        if word in values
    }


def test_no_template_knows_the_value_of_a_state():
    """It asks for a fact, such as `question.is_merged`, or draws `{% state_badge question %}`."""
    found = {name: named for name, text in all_texts().items() if (named := states_named(text))}

    assert found == {}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{% if question.state == "answered_live" %}', {"answered_live"}),
        ("{% if a %}{% elif one.state != 'draft' or b %}", {"draft"}),
        ('{% if move.to_state in "done cancelled" %}', {"done", "cancelled"}),
        ('{% state_badge "asked" _("Waits") %}', {"asked"}),
        ('{% if question.is_merged %}{% look_badge "done" _("Passed") %}', set()),
    ],
)
def test_each_state_that_is_named_is_seen(text, named):
    assert states_named(text) == named


def test_there_are_states_to_be_seen():
    assert {kind.__name__ for kind in states()} >= {"QuestionState", "ReportState", "Stage"}
    assert all(isinstance(one.look, Look) for kind in states() for one in kind)


def test_every_fact_that_a_template_asks_for_is_there():
    """One that nobody defines would be no without a word."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in MODULES.values())
    known = set(re.findall(r"\b(?:is|has)_\w+", code))
    found = {
        (name, fact)
        for name, text in all_texts().items()
        for fact in FACT.findall(text)
        if fact not in known and fact not in OF_LIBRARIES
    }

    assert found == set()
