"""Three conferences, sixty long questions, two versions: what was typed and counted is what is read.

Expected are the rows of the database, counted here once more, never the figures of the report.
"""

import re
import subprocess
import unicodedata
from collections import Counter
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import transaction

from reports.documents.child import write_pdf_in_child
from reports.documents.docx import report_docx
from reports.documents.xlsx import annex_workbook
from reports.states import ReportState
from sessions.models import Attendance, Commitment, Question
from sessions.reference import themes
from tests.reports.archival import assert_archival, glyphs_of
from tests.reports.full_period import HELD, cells, hold_three, issue_twice, typed
from tests.reports.papers import word as opened
from tests.reports.papers import workbook
from tests.world import build_world

COUNTED = {
    "answered_live", "answered_written", "assigned", "in_writing", "escalated", "referred", "declined",
}  # fmt: skip
pytestmark = pytest.mark.django_db
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBER = r"(?:\d[\d.]*(?:,\d+)?|–)"


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker, tmp_path_factory):
    """The second version in its three forms, and what the database holds."""
    with django_db_blocker.unblock(), transaction.atomic():
        themes.add_groups(apps, None)
        world = build_world()
        conferences = hold_three(world)
        first, second = issue_twice(world)
        first.refresh_from_db()
        asked = Question.objects.filter(conference__in=conferences).select_related("conference")
        found = SimpleNamespace(
            versions=[first.state, first.number, second.state, second.number],
            documents=[first.snapshot["document"], second.snapshot["document"]],
            figures=second.snapshot["figures"],
            themes=[theme.pk for theme in world.themes],
            questions=list(asked.prefetch_related("answers")),
            commitments=list(Commitment.objects.select_related("conference")),
            attendance=list(
                Attendance.objects.filter(conference__in=conferences).order_by(
                    "conference__starts_at"
                )
            ),
        )
        transaction.set_rollback(True)
    path = tmp_path_factory.mktemp("full") / "report.pdf"
    write_pdf_in_child(found.documents[1], path, figures=found.figures)
    found.path = path

    found.pages = text_of(path)
    found.word = opened(report_docx(found.documents[1]))
    found.book = workbook(annex_workbook(found.documents[1], found.figures))
    found.counted = [one for one in found.questions if one.state in COUNTED]
    return found


def text_of(path):
    """Return the pages as text, without their numbers."""
    whole = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout
    return [re.sub(r"\A\s*\d+\n", "", page) for page in whole.split("\f")[:-1]]


def parts(made):
    """Return the text of the letter, of annex 1 and of annex 2."""
    whole = "\n".join(made.pages)
    return re.split(r"^\s*Phụ lục [12]$", whole, flags=re.MULTILINE)


def squeezed(text):
    return "".join(unicodedata.normalize("NFC", text).split())


def answer_of(question):
    return "".join(one.text for one in question.answers.all() if one.state == "published")


def texts(made):
    return [text for one in made.counted for text in (one.text, answer_of(one)) if text]


def tables(text):
    """Return the rows of each table: lines with tabs, as they were pasted."""
    whole = re.findall(r"(?:^[^\n]*\t[^\n]*$\n?)+", text, re.MULTILINE)
    return [[row.split("\t") for row in one.rstrip("\n").split("\n")] for one in whole]


def other_lines(text):
    """Return what stands outside tables, without the marks of lists."""
    found = (line.strip() for line in text.split("\n") if "\t" not in line)
    return [re.sub(r"^(?:\d+\.|[a-z]\)|[-+]) ", "", line) for line in found if line]


def rows_of_figures(text, many):
    """Return the last `many` numbers of each line that ends with so many."""
    found = re.findall(rf"((?:\s{NUMBER}){{{many}}})$", re.sub(" +", " ", text), re.MULTILINE)
    return [row.split() for row in found]


def in_documents(number):
    return "–" if number is None else f"{number:g}".replace(".", ",")


def theme_rows(made):
    """Return Bảng 3 counted from the rows, with its total: outcome by outcome."""

    def counted(questions):
        def many(*states):
            return sum(one.state in states for one in questions)

        answered = many("answered_live", "answered_written")
        here = len(questions) - many("referred", "declined")
        return [
            len(questions),
            sum(not one.raised_live for one in questions),
            sum(one.raised_live for one in questions),
            many("answered_live"),
            many("answered_written"),
            many("assigned", "in_writing"),
            many("escalated"),
            many("referred"),
            many("declined"),
            sum(one.state in ("assigned", "in_writing") and one.due_on.isoformat() < "2026-06-02"
                for one in questions),
            round(100 * answered / here, 1) if here else None,
        ]  # fmt: skip

    by_theme = [[one for one in made.counted if one.theme_id == theme] for theme in made.themes]
    return [*map(counted, by_theme), counted(made.counted)]


# --- the paper ------------------------------------------------------------------------


def test_sixty_were_asked_and_two_versions_issued(made):
    assert len(made.questions) == 60
    assert len(made.counted) == 54
    assert len(HELD) == 3
    assert made.versions == [ReportState.SUPERSEDED, 1, ReportState.ISSUED, 2]
    assert max(len(answer_of(one)) for one in made.counted) >= 9_900
    assert max(len(one.text) for one in made.counted if one.state == "escalated") > 3_400


def test_every_code_stands_once_in_each_place_of_the_paper(made):
    letter, annex, open_items = parts(made)
    codes = sorted(one.code for one in made.counted)

    assert len(set(codes)) == len(codes)
    assert sorted(re.findall(r"^ *\d+\. +(HN\d+-C\d+)$", annex, re.MULTILINE)) == codes
    assert sorted(re.findall(r"HN\d+-C\d+", open_items)) == sorted(
        one.code for one in made.counted if one.state in ("assigned", "in_writing")
    )
    assert sorted(re.findall(r"HN\d+-K\d+", letter)) == sorted(one.code for one in made.commitments)


def test_the_numbers_of_the_paper_are_those_of_the_database(made):
    letter = parts(made)[0]
    table1, table3 = (letter.split(f"Bảng {n}. ")[1] for n in (1, 3))

    people = [
        [one.invited, one.present, one.party_members, one.civil_servants, one.public_employees,
         one.workers, one.women, one.online] for one in made.attendance
    ]  # fmt: skip
    people.append([sum(column) for column in zip(*people, strict=True)])
    people = [[*row, round(100 * row[1] / row[0], 1)] for row in people]
    assert rows_of_figures(table1, 9)[:4] == [[in_documents(n) for n in row] for row in people]
    expected = [[in_documents(n) for n in row] for row in theme_rows(made)]
    assert rows_of_figures(table3, 11)[: len(expected)] == expected


def test_nothing_that_was_typed_is_cut_on_paper(made):
    annex = squeezed(parts(made)[1])

    typed = [text for text in texts(made) if "\t" not in text]
    assert len(typed) > 50
    for text in typed:
        assert squeezed(text) in annex


def test_every_cell_is_on_paper_once(made):
    on_paper = Counter(re.findall(r"\d+(?:\.\d+)+", parts(made)[1]))

    found = [cell for text in texts(made) for rows in tables(text) for row in rows for cell in row]
    found = [cell.removeprefix("Phòng ") for cell in found if cell.count(".") == 2]
    assert len(found) > 700
    assert {cell: on_paper[cell] for cell in found} == dict.fromkeys(found, 1)


def test_the_thirty_lines_of_a_list_are_thirty_points_on_paper(made):
    lists = [one for one in made.counted if "30. Đồng chí" in one.text]
    pages = "\n".join(made.pages)

    assert len(lists) > 5
    for one in lists:
        for line in one.text.split("\n"):
            if "Đồng chí" in line:
                assert re.search(rf"^ *{re.escape(line)}$", pages, re.MULTILINE), line


def test_the_paper_is_archival_and_every_sign_is_drawn(made):
    content = made.path.read_bytes()

    assert_archival(content)
    assert 0 not in glyphs_of(content)
    assert "\ufffd" not in "".join(made.pages)


def test_no_page_is_two_thirds_empty_and_no_total_stands_alone(made):
    words = subprocess.run(
        ["pdftotext", "-bbox", str(made.path), "-"], check=True, capture_output=True, text=True
    ).stdout
    last = {
        number - 1 for number, page in enumerate(made.pages) if re.match(r"\s*Phụ lục", page)
    } | {len(made.pages) - 1}
    found = words.split("<page ")[1:]
    assert len(found) == len(made.pages) > 20
    for number, page in enumerate(found):
        height = float(re.search(r'height="([\d.]+)"', page)[1])
        lowest = max(map(float, re.findall(r'yMax="([\d.]+)"', page)))
        assert lowest > height / 2 or number in last, number + 1
        rows = [line.split() for line in made.pages[number].split("\n") if line.strip()]
        assert rows[0][0] not in ("Cộng", "Tổng")
        assert len(rows) > 3


def test_the_heading_of_a_table_is_repeated_on_every_page_of_it(made):
    begins = next(n for n, page in enumerate(made.pages) if "Bảng 5. " in page)
    ends = next(n for n, page in enumerate(made.pages) if "Nơi nhận" in page)

    assert ends - begins > 3
    assert all("Cơ quan được" in page for page in made.pages[begins : ends + 1])


# --- Word and Excel ---------------------------------------------------------------------


def paragraphs(made):
    return [
        "".join(part.text or "" for part in one.iter(f"{W}t"))
        for one in made.word.element.body.iter(f"{W}p")
    ]


def word_tables(made):
    """Return the rows of every table, those within a cell too."""
    return [
        [
            ["".join(t.text or "" for t in cell.iter(f"{W}t")) for cell in row.findall(f"{W}tc")]
            for row in table.findall(f"{W}tr")
        ]
        for table in made.word.element.body.iter(f"{W}tbl")
    ]


def test_word_has_every_text_table_and_number(made):
    said, found = paragraphs(made), word_tables(made)
    whole = squeezed("".join(said))

    assert sorted(one for one in said if re.fullmatch(r"\d+\. HN\d+-C\d+", one)) == sorted(
        f"{number}. {one.code}" for number, one in enumerate(in_order(made), 1)
    )
    for text in texts(made):
        for rows in tables(text):
            assert rows in found
        for line in other_lines(text):
            assert squeezed(line) in whole
    [table3] = [rows for rows in found if rows[0][1:3] == ["Nhóm nội dung", "Số nội dung"]]
    assert [row[2:] for row in table3[1:]] == [
        [in_documents(number) for number in row] for row in theme_rows(made)
    ]


def in_order(made):
    """Annex 1: by theme, then by conference and number."""
    order = {theme: place for place, theme in enumerate(made.themes)}
    return sorted(
        made.counted,
        key=lambda one: (order[one.theme_id], one.conference.starts_at, one.number),
    )


def test_word_counts_the_points_of_lists_itself(made):
    numbered = [
        "".join(part.text or "" for part in one.iter(f"{W}t"))
        for one in made.word.element.body.iter(f"{W}p")
        if one.find(f"{W}pPr/{W}numPr") is not None
    ]

    assert any("Đồng chí" in one.text for one in made.counted)
    for one in made.counted:
        wanted = [line.split(". ", 1)[1] for line in one.text.split("\n") if "Đồng chí" in line]
        assert len(wanted) in (0, 30)
        assert [line for line in numbered if line in wanted][:30] == wanted


def test_the_spreadsheet_has_every_code_text_and_cell(made):
    [annex1] = [sheet for sheet in made.book if sheet.title == "Phụ lục 1"]
    rows = {row[1].value: [cell.value for cell in row] for row in annex1.iter_rows(min_row=4)}

    assert list(rows) == [one.code for one in in_order(made)]
    for one in made.counted:
        for place, text in ((3, one.text), (7, answer_of(one))):
            said = squeezed(str(rows[one.code][place] or ""))
            for table in tables(text):
                for row in table:
                    assert squeezed(" | ".join(row)) in said
            if "\t" not in text:
                assert said == squeezed(text)
    [sheet3] = [sheet for sheet in made.book if sheet.title == "Bảng 3"]
    numbers = [[cell.value for cell in row][2:] for row in sheet3.iter_rows(min_row=4)]
    assert numbers == [
        [number if number is not None else "–" for number in row] for row in theme_rows(made)
    ]


def test_letters_of_both_normal_forms_are_one(made):
    """The sixth shape is pasted in decomposed letters, as a Mac's files are."""
    for one in made.questions:
        assert unicodedata.is_normalized("NFC", one.original_text)
    assert typed(unicodedata.normalize("NFD", "Đề nghị nhữNG ữ")) == "Đề nghị nhữNG ữ"


def test_no_code_and_no_name_of_a_conference_gets_into_a_typed_table(made):
    found = word_tables(made)

    for one in (q for q in made.counted if q.state == "escalated"):
        [rows] = tables(one.text)
        assert found.count(rows) == 2 + one.in_report  # Bảng 5, annex 1, main answers
    assert not re.search(r"\d\.130 \(HN", "\n".join(made.pages))


def test_the_second_version_has_the_words_of_its_own(made):
    letter = parts(made)[0]

    assert "701.88.02" not in str(made.documents[0])
    assert letter.count("701.88.02") == 1
    assert cells(701, 8) in word_tables(made)
