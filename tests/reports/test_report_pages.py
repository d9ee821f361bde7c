"""The office's and the Board's pages: who sees what, what is kept, what is refused."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from foundation.clock import day_of
from foundation.models import AuditEntry
from foundation.moves import MoveNotAllowed
from jobs.domain.rendering import file_of, render
from jobs.models import Rendering
from periods.domain.periods import open_periods
from reports.domain import issuing, writing
from reports.domain.drafting import start_draft
from reports.models import ConsolidatedReport, InboxItem, Narrative, Report
from reports.states import ReportState
from sessions.domain import questions
from tests.house import in_its_room
from tests.openings import opened
from tests.reports.story import confirmed, hold_a_dialogue
from tests.world import MENU, NOON, PEOPLE, make_committee, moment

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(world):
    hold_a_dialogue(world)
    return start_draft(world.obligation, by=world.clerk, at=NOON)


@pytest.fixture
def issued(world, draft):
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


def url(name, *args):
    return reverse(in_its_room(name), args=args)


OWN = {"secretary", "clerk"}
BOARD = {"head", "officer"}


@pytest.mark.parametrize("who", PEOPLE)
def test_who_reads_a_draft_and_who_an_issued_report(client, world, draft, who):
    client.force_login(world.people[who])
    assert client.get(url("report_detail", draft.pk)).status_code == (200 if who in OWN else 404)

    issuing.issue_report(draft, by=world.secretary, at=NOON)

    expected = 200 if who in OWN | BOARD else 404
    assert client.get(url("report_detail", draft.pk)).status_code == expected


@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_secretary_issues(client, world, draft, who):
    client.force_login(world.people[who])

    answer = client.post(url("report_issue", draft.pk))

    expected = {"secretary": 302, "clerk": 403}.get(who, 404)
    assert answer.status_code == expected
    assert InboxItem.objects.exists() is (who == "secretary")


@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_board_acknowledges_and_returns(client, world, issued, who):
    client.force_login(world.people[who])
    expected = 302 if who in BOARD else 403 if who in OWN else 404

    assert client.post(url("report_acknowledge", issued.pk)).status_code == expected
    back = client.post(url("report_return", issued.pk), {"remarks": "Bổ sung."})
    assert back.status_code == expected


@pytest.mark.parametrize("who", PEOPLE)
def test_only_the_board_has_a_desk_and_only_its_head_moves_the_date(client, world, who):
    open_periods(at=NOON)
    client.force_login(world.people[who])

    assert client.get(url("board_desk")).status_code == (200 if who in BOARD else 404)
    assert client.get(url("board_desk_of", "2026-H1")).status_code == (200 if who in BOARD else 404)
    expected = {"head": 200, "officer": 403}.get(who, 404)
    assert client.get(url("period_change", "2026-H1")).status_code == expected


def test_the_button_pressed_twice_issues_once(client, world, draft):
    client.force_login(world.secretary)

    first = client.post(url("report_issue", draft.pk))
    second = client.post(url("report_issue", draft.pk))

    assert (first.status_code, second.status_code) == (302, 302)
    assert InboxItem.objects.count() == 1


def test_a_blocked_report_says_where_to_mend_it(client, world, draft):
    Report.objects.filter(pk=draft.pk).update(signer="")
    client.force_login(world.secretary)

    answer = client.post(url("report_issue", draft.pk))

    assert answer.status_code == 409
    assert url("report_signing", draft.pk) in answer.content.decode()
    assert not InboxItem.objects.exists()


def test_the_offices_words_stand_in_the_draft_and_wrong_numbers_are_flagged(client, world, draft):
    client.force_login(world.clerk)
    place = url("narrative_edit", draft.pk, "summary")

    answer = client.post(place, {"text": "Tiếp nhận 99 ý kiến <b>tốt</b>.", "version": 0})

    assert answer.status_code == 302
    page = client.get(url("report_detail", draft.pk)).content.decode()
    assert "Tiếp nhận 99 ý kiến &lt;b&gt;tốt&lt;/b&gt;." in page
    assert Narrative.objects.get().text == "Tiếp nhận 99 ý kiến <b>tốt</b>."
    from reports.domain.numbers import mismatched_figures
    from reports.figures import committee_figures

    figures = committee_figures(world.obligation, at=NOON)
    assert mismatched_figures(Report.objects.get(), figures) == {"summary": ["99"]}


def test_dates_and_document_numbers_are_no_figures():
    from reports.domain.numbers import figures_in

    text = "Ngày 18/6/2026, Kế hoạch số 12-KH/ĐU, Luật số 10/2022/QH15, khoản 3, 6 tháng, năm 2026: 7 lượt, 92,3%, 1.234 người."

    assert figures_in(text) == {"7", "92,3", "1.234"}


def test_the_second_of_two_writers_is_told_and_keeps_the_text(client, world, draft):
    client.force_login(world.clerk)
    place = url("narrative_edit", draft.pk, "lessons")
    client.post(place, {"text": "Của văn thư", "version": 0})
    client.force_login(world.secretary)

    answer = client.post(place, {"text": "Của bí thư", "version": 0})

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "conflict-heading" in page
    assert "Của văn thư" in page
    assert "Của bí thư" in page
    assert Narrative.objects.get().text == "Của văn thư"


def test_what_was_thrown_away_meanwhile_is_not_quietly_written_again(client, world, draft):
    client.force_login(world.clerk)
    place = url("narrative_edit", draft.pk, "lessons")
    client.post(place, {"text": "Của văn thư", "version": 0})
    version = Narrative.objects.get().version
    client.force_login(world.secretary)
    client.post(place, {"use_proposal": "1"})
    client.force_login(world.clerk)

    answer = client.post(place, {"text": "Của văn thư, dài hơn", "version": version})

    assert answer.status_code == 409
    assert "Của văn thư, dài hơn" in answer.content.decode()
    assert not Narrative.objects.exists()


def test_what_was_issued_meanwhile_takes_no_more_words(world, draft):
    opened = Report.objects.get(pk=draft.pk)
    issuing.issue_report(draft, by=world.secretary, at=NOON)

    with pytest.raises(MoveNotAllowed):
        writing.write_narrative(
            opened, key="lessons", text="Thêm", version=0, by=world.clerk, at=NOON
        )

    assert not Narrative.objects.exists()


def test_words_for_a_place_that_no_report_has_are_kept_nowhere(world, draft):
    with pytest.raises(KeyError):
        writing.write_narrative(
            draft, key="nowhere", text="Thêm", version=0, by=world.clerk, at=NOON
        )

    assert not Narrative.objects.exists()


@pytest.mark.parametrize(
    "typed",
    ["a\x00b", "x" * 20_001, "😀 ‮abc", "e\u0302\u0301", "'; DROP TABLE reports_report;--", ""],
)
def test_no_text_breaks_the_composer(client, world, draft, typed):
    client.force_login(world.clerk)

    answer = client.post(url("narrative_edit", draft.pk, "causes"), {"text": typed, "version": 0})

    assert answer.status_code in (302, 422)
    assert client.get(url("report_detail", draft.pk)).status_code == 200


def test_an_unknown_place_is_not_there(client, world, draft):
    client.force_login(world.clerk)
    assert client.get(url("narrative_edit", draft.pk, "nowhere")).status_code == 404


@pytest.mark.parametrize(
    ("until", "status"),
    [("31/02/2027", 422), ("01/01/2020", 422), ("", 422), ("9999999", 422), ("01/06/2099", 422)],
)
def test_a_new_date_that_cannot_be_is_refused_beside_its_field(client, world, draft, until, status):
    client.force_login(world.clerk)

    answer = client.post(
        url("report_not_held", draft.pk), {"reason": "Sắp xếp tổ chức", "until": until}
    )

    assert answer.status_code == status
    assert "Sắp xếp tổ chức" in answer.content.decode()
    assert Report.objects.get().not_held_until is None


@pytest.mark.parametrize("code", ["2026-H3", "nonsense", "99999999999999999999-H1", "2026-H"])
def test_an_unknown_period_is_not_there(client, world, code):
    client.force_login(world.head)
    assert client.get(url("board_desk_of", code)).status_code == 404


@pytest.mark.parametrize("pk", [0, 10**25])
def test_unknown_ids_are_not_there(client, world, pk):
    client.force_login(world.secretary)
    for name in ("report_detail", "report_issue", "report_preview", "rendering_file"):
        assert client.get(url(name, pk)).status_code == 404


def test_opening_the_pdf_is_noted_for_the_board_alone(client, world, issued):
    render(issued.rendering.pk)
    for person, is_noted in ((world.secretary, False), (world.officer, True)):
        client.force_login(person)
        answer = client.get(url("rendering_file", issued.rendering.pk))
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"] == 'attachment; filename="bao-cao-2026-H1-a01-v1.pdf"'
        assert (InboxItem.objects.get().opened_at is not None) is is_noted

    client.force_login(world.other_secretary)
    assert client.get(url("rendering_file", issued.rendering.pk)).status_code == 404


def test_a_file_that_broke_off_is_gone_on_with_and_each_part_is_written_down(client, world, issued):
    whole = file_of(render(issued.rendering.pk))
    client.force_login(world.officer)
    address = url("rendering_file", issued.rendering.pk)
    half = len(whole) // 2

    begun = client.get(address, headers={"Range": f"bytes=0-{half - 1}"})
    rest = client.get(
        address, headers={"Range": f"bytes={half}-", "If-Range": begun.headers["ETag"]}
    )

    assert (begun.status_code, rest.status_code) == (206, 206)
    assert begun.content + rest.content == whole
    assert rest.headers["Content-Disposition"] == begun.headers["Content-Disposition"]
    assert AuditEntry.objects.filter(act="downloaded").count() == 2
    client.force_login(world.other_secretary)
    assert client.get(address, headers={"Range": "bytes=0-9"}).status_code == 404


def test_progress_is_shown_until_the_file_is_there(client, world, issued):
    client.force_login(world.secretary)
    status = url("rendering_status", issued.rendering.pk)

    waiting = client.get(status)
    render(issued.rendering.pk)
    done = client.get(status)

    assert (waiting.status_code, done.status_code) == (200, 286)
    assert "every 2s" in waiting.content.decode()
    assert "every 2s" not in done.content.decode()


def test_who_tries_again_without_scripts_comes_back_to_the_page(client, world, issued):
    Rendering.objects.update(state="failed")
    client.force_login(world.head)

    answer = client.post(url("rendering_again", issued.rendering.pk))

    assert answer.url == url("report_detail", issued.pk)
    assert Rendering.objects.get().state == "queued"


def test_the_desk_says_once_that_there_is_no_date(client, world):
    world.conference.delete()
    today = day_of(timezone.now())
    world.period.due_before = today + dt.timedelta(days=40)
    world.period.save()
    client.force_login(world.head)

    page = client.get(url("board_desk_of", "2026-H1")).content.decode()

    page = re.sub(r"<select.*?</select>", "", page, flags=re.DOTALL)
    assert page.count("Chưa có ngày") == 2
    assert "warning-line" not in page


def test_the_draft_is_shown_as_a_pdf_and_kept_nowhere(client, world, draft, settings):
    client.force_login(world.clerk)

    answer = client.get(url("report_preview", draft.pk))

    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    assert not list(settings.FILES_DIR.glob(".new-*"))


def test_the_board_consolidates_what_is_in(client, world, issued):
    client.force_login(world.officer)

    answer = client.post(url("consolidated_order", "2026-H1"))

    consolidated = ConsolidatedReport.objects.get()
    assert answer.url == url("consolidated_detail", consolidated.pk)
    figures = consolidated.snapshot["figures"]
    assert figures["size"]["items"] == issued.snapshot["figures"]["totals"]["items"] == 6
    assert figures["size"]["held"] == 1
    page = client.get(answer.url).content.decode()
    assert "Biểu 3." in page
    job = render(consolidated.rendering.pk)
    assert (job.state, job.pages > 2) == ("done", True)
    client.force_login(world.secretary)
    assert client.get(url("consolidated_detail", consolidated.pk)).status_code == 404


def test_the_consolidation_adds_up_to_the_signed_reports(world, issued):
    from board.domain.consolidated_figures import consolidated_figures, theme_total

    figures = consolidated_figures(world.board, world.period, at=timezone.now())

    totals = issued.snapshot["figures"]["totals"]
    assert {
        name: value for name, value in theme_total(figures["themes"]).items() if name in totals
    } == {**totals, "overdue": totals["in_progress"]}  # it has fallen due by the cut-off


@pytest.mark.parametrize("committees", [1, 30])
def test_the_desk_asks_the_database_a_fixed_number_of_times(
    client, world, issued, committees, django_assert_max_num_queries
):
    for number in range(committees):
        made = make_committee(f"N{number}", "base", f"Đảng ủy {number}", parent=world.bloc)
        world.period.obligations.create(committee=made, board=world.board)
    client.force_login(world.head)
    client.get(url("home"))  # how the portal stands is looked up once in half a minute

    with django_assert_max_num_queries(13 + MENU):  # one for the moment of the request
        answer = client.get(url("board_desk_of", "2026-H1"))

    assert answer.content.decode().count("<tr>") == committees + 3


def test_the_composer_and_the_lists_take_few_queries(
    client, world, draft, django_assert_max_num_queries
):
    client.force_login(world.secretary)
    client.get(url("home"))
    for name, args, most in (("report_list", (), 14), ("home", (), 14)):
        with django_assert_max_num_queries(most + MENU):
            assert client.get(url(name, *args)).status_code == 200


def test_the_desk_and_the_home_page_open_for_everybody_who_has_them(client, world):
    open_periods(at=timezone.now())
    for who in PEOPLE:
        client.force_login(world.people[who])
        assert client.get(url("home")).status_code == 200


def test_moving_the_date_needs_a_reason_and_is_written_down(client, world):
    client.force_login(world.head)
    place = url("period_change", "2026-H1")

    without = client.post(place, {"to": "30/06/2026", "reason": " "})
    too_early = client.post(place, {"to": "01/01/2020", "reason": "…"})
    given = {"to": "30/06/2026", "reason": "Nghỉ lễ"}
    asked = client.post(place, given)
    moved = confirmed(client, place, given, asked)

    refused = [answer.status_code for answer in (without, too_early, asked)]
    assert (refused, moved.status_code) == ([422] * 3, 200)
    assert "Nghỉ lễ" in client.get(place).content.decode()


def test_a_superseded_version_says_so_and_stays(client, world, issued):
    second = issuing.correct_report(issued, by=world.clerk, at=timezone.now())
    issuing.issue_report(second, by=world.secretary, at=timezone.now())
    client.force_login(world.officer)

    old = client.get(url("report_detail", issued.pk))

    assert old.status_code == 200
    assert Report.objects.get(pk=issued.pk).state == ReportState.SUPERSEDED
    assert day_of(old.context["report"].issued_at) == NOON.date()


def test_the_consolidation_reads_the_newest_version_and_no_draft(world, issued):
    from board.domain.consolidated_figures import consolidated_figures

    second = issuing.correct_report(issued, by=world.clerk, at=timezone.now())
    assert consolidated_figures(world.board, world.period, at=timezone.now())["size"]["items"] == 6
    world.obligation.committee.questions.filter(state="declined").update(state="withdrawn")
    issuing.issue_report(second, by=world.secretary, at=timezone.now())

    figures = consolidated_figures(world.board, world.period, at=timezone.now())

    assert figures["size"]["items"] == 5
    assert next(row for row in figures["committees"] if row["version"])["version"] == 2


def test_the_board_reads_how_many_names_were_opened(world):
    question = questions.submit_question(
        world.conference, text="?", theme=world.themes[0], kind="opinion", level="confidential",
        by=world.staff, at=NOON,
    )  # fmt: skip
    client = Client()
    client.force_login(world.head)
    url = f"/board/{world.period.code}/"
    assert "tên niêm phong" not in client.get(url).content.decode()
    for at in (NOON, moment(2)):
        opened(question, world, at=at)
    page = client.get(url).content.decode()
    assert page.count("đã mở 2 tên niêm phong") == 1
