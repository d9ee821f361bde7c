import datetime as dt
import json

import pytest

from board.domain.consolidated_figures import ratings_of
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from reports.domain.wording import ratings_in_words
from reports.figures import OUTCOMES, answered_rate, balance, committee_figures, percentage
from sessions.domain import answers, commitments, questions, triage
from sessions.models import Rating
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day, make_conference, moment


@pytest.fixture
def figures(world):
    hold_a_dialogue(world)
    return committee_figures(world.obligation, at=NOON)


def test_every_question_is_counted_once_and_the_outcomes_balance(figures):
    totals = figures["totals"]

    assert totals["items"] == 6
    assert {name: totals[name] for name in OUTCOMES} == dict.fromkeys(OUTCOMES, 1)
    assert balance(totals) == 0


def test_merged_and_withdrawn_ones_are_counted_apart(figures):
    assert figures["counts"]["merged"] == 1
    assert figures["counts"]["withdrawn"] == 1
    written = next(item for item in figures["items"] if item["outcome"] == "answered_written")
    assert written["supporters"] == 2


def test_the_themes_are_the_mandated_groups_and_add_up(figures):
    assert [row["items"] for row in figures["themes"]] == [1, 1, 2, 0, 2]
    for name in ("items", "before", "live", "overdue", *OUTCOMES):
        assert sum(row[name] for row in figures["themes"]) == figures["totals"][name]


def test_the_answered_rate_leaves_out_what_could_not_be_answered_here(figures):
    assert figures["totals"]["rate"] == 50.0  # (1 + 1) of 6 - 1 - 1
    assert (
        answered_rate(
            {"answered_live": 0, "answered_written": 0, "items": 1, "declined": 1, "referred": 0}
        )
        is None
    )


def test_a_group_without_questions_has_zeros_and_no_rate(figures):
    empty = figures["themes"][3]
    assert (empty["items"], empty["rate"]) == (0, None)


def test_attendance_that_nobody_counted_is_blank_and_not_zero(world):
    conference, _ = hold_a_dialogue(world)
    conference.attendance.delete()

    figures = committee_figures(world.obligation, at=NOON)

    assert figures["attendance_total"] is None
    assert figures["conferences"][0]["attendance"] is None


def test_overdue_is_derived_from_the_day(world):
    hold_a_dialogue(world)

    assert committee_figures(world.obligation, at=moment(15))["totals"]["overdue"] == 0
    late = committee_figures(world.obligation, at=moment(16))
    assert late["totals"]["overdue"] == 1
    assert late["open_items"][0]["days_overdue"] == 1


def test_no_figure_names_an_asker(world, figures):
    text = json.dumps(figures, ensure_ascii=False)

    for person in (world.staff, world.colleague):
        assert person.full_name not in text
        assert person.username not in text


def test_questions_of_the_neighbour_and_of_another_period_are_not_counted(world):
    hold_a_dialogue(world)
    theirs = make_conference(
        world.neighbour,
        world.other_secretary,
        state="held",
        starts_at=moment(-5),
        ends_at=moment(-5, 3),
    )
    late = make_conference(
        world.host, world.secretary, state="held", starts_at=moment(40), ends_at=moment(40, 3)
    )
    for conference in (theirs, late):
        questions.record_question(
            conference, text="Khác", theme=world.themes[0], kind="opinion", channel="paper",
            level="confidential", by=world.clerk, at=NOON,
        )  # fmt: skip

    assert committee_figures(world.obligation, at=NOON)["totals"]["items"] == 6


def test_what_was_promised_before_and_is_open_comes_first_this_time(world):
    before = make_conference(
        world.host, world.secretary, state="closed", starts_at=moment(-200), ends_at=moment(-200, 2)
    )
    promise = commitments.make_commitment(
        before, text="Công khai tiêu chí.", lead_unit="Tổ chức", due_on=day(-10), by=world.clerk, at=moment(-190)
    )  # fmt: skip

    open_row = committee_figures(world.obligation, at=NOON)["previous"]
    commitments.settle_commitment(
        promise, result="Đã công khai", evidence="4-CV", by=world.clerk, at=NOON
    )
    done_row = committee_figures(world.obligation, at=NOON)["previous"]

    assert [(row["state"], row["is_overdue"]) for row in open_row] == [("open", True)]
    assert [(row["state"], row["is_overdue"]) for row in done_row] == [("done", False)]


def test_what_was_done_before_and_written_down_since_is_in_this_report(world):
    """The last report said that it was open; it must not vanish between the two."""
    first = world.obligation.period.starts_on
    before = make_conference(
        world.host, world.secretary, state="closed", starts_at=moment(-200), ends_at=moment(-200, 2)
    )
    promise = commitments.make_commitment(
        before, text="Công khai.", lead_unit="Tổ chức", due_on=day(-10), by=world.clerk, at=moment(-190)
    )  # fmt: skip
    commitments.settle_commitment(
        promise, result="Đã công khai", evidence="4-CV", by=world.clerk, at=NOON, on=first - dt.timedelta(days=9)
    )  # fmt: skip

    assert [row["state"] for row in committee_figures(world.obligation, at=NOON)["previous"]] == [
        "done"
    ]


def test_what_was_answered_at_the_conference_was_answered_that_day(world):
    """However late the office writes it down; a correction does not move it either."""
    conference = make_conference(
        world.host, world.secretary, state="held", starts_at=moment(-9), ends_at=moment(-9, 2)
    )
    question = questions.record_question(
        conference, text="Khi nào sửa?", theme=world.themes[0], kind="opinion", channel="oral",
        level="confidential", by=world.clerk, at=moment(-5),
    )  # fmt: skip
    said = {"answered_by": "Đồng chí Bí thư", "by": world.clerk}
    answers.record_live_answer(question, text="Quý III.", at=moment(-5), **said)

    (item,) = committee_figures(world.obligation, at=NOON)["items"]
    assert item["answered_on"] == day(-9).isoformat()

    answers.correct_answer(question, text="Quý IV.", at=moment(-3), **said)
    (item,) = committee_figures(world.obligation, at=NOON)["items"]
    assert (item["answer"], item["answered_on"]) == ("Quý IV.", day(-9).isoformat())


@pytest.mark.parametrize(("part", "whole", "percent"), [(1, 3, 33.3), (0, 5, 0.0), (1, 0, None)])
def test_percentage(part, whole, percent):
    assert percentage(part, whole) == percent


def test_the_figures_take_the_same_number_of_queries_however_many_questions(
    world, django_assert_max_num_queries
):
    conference, _ = hold_a_dialogue(world)
    for number in range(30):
        questions.record_question(
            conference, text=f"Ý kiến {number}", theme=world.themes[0], kind="opinion",
            channel="paper", level="confidential", by=world.clerk, at=NOON,
        )  # fmt: skip

    with django_assert_max_num_queries(13):
        committee_figures(world.obligation, at=NOON)


# --- ratings ------------------------------------------------------------------------


def rate(world, conference, **numbers):
    """Let so many more askers rate their answers so."""
    for value, number in numbers.items():
        for _ in range(number):
            question = questions.record_question(
                conference, text="Ý kiến", theme=world.themes[0], kind="opinion",
                channel="paper", level="confidential", by=world.clerk, at=NOON,
            )  # fmt: skip
            triage.refer_question(question, to="Thanh tra", reason="…", by=world.clerk, at=NOON)
            question.edited_ok = True
            question.save(update_fields=["edited_ok"])
            Rating.objects.create(question=question, value=value)


def ratings(world):
    return committee_figures(world.obligation, at=NOON)["ratings"]


def test_ratings_by_fewer_than_five_people_look_like_none_at_all(world):
    conference, _ = hold_a_dialogue(world)
    nobody = ratings(world)

    rate(world, conference, answered=3, **{"not": 1})

    assert ratings(world) == nobody
    assert set(nobody.values()) == {None}
    assert ratings_in_words(nobody) == (
        "Không công bố số lượt đánh giá câu trả lời: chưa đủ 5 lượt, hoặc có số quá nhỏ khiến "
        "người đánh giá bị nhận ra."
    )


def test_ratings_that_would_all_betray_each_other_are_not_said_to_be_too_few(world):
    """Eight askers rated, two of them alone in what they said: not even the sum can be shown."""
    conference, _ = hold_a_dialogue(world)
    nobody = ratings(world)

    rate(world, conference, answered=1, partly=1, **{"not": 6})

    assert ratings(world) == nobody
    assert not ratings_in_words(ratings(world)).startswith("Chưa đủ")


def test_a_rating_that_few_people_gave_is_hidden_with_another_one(world):
    conference, _ = hold_a_dialogue(world)
    rate(world, conference, answered=9, partly=6, **{"not": 1})

    found = ratings(world)

    assert found == {"answered": 9, "partly": None, "not": None, "total": 16}
    assert ratings_in_words(found) == (
        "Có 16 lượt đánh giá câu trả lời: 9 đã giải đáp được câu hỏi. Không công bố số lượt "
        "giải đáp một phần và số lượt chưa giải đáp được, để không ai bị nhận ra qua những số "
        "quá nhỏ."
    )


def test_a_new_version_of_the_report_repeats_the_ratings_that_were_published(world):
    conference, _ = hold_a_dialogue(world)
    rate(world, conference, answered=9, partly=6)
    draft = start_draft(world.obligation, by=world.clerk, at=NOON)
    first = issue_report(draft, by=world.secretary, at=NOON).snapshot["figures"]["ratings"]

    rate(world, conference, **{"not": 1})

    assert ratings(world) == first == {"answered": 9, "partly": 6, "not": 0, "total": 15}


def test_the_board_adds_up_published_ratings_only():
    def row(*numbers):
        return {
            "figures": {
                "ratings": dict(zip(("answered", "partly", "not", "total"), numbers, strict=True))
            }
        }

    rows = [
        row(9, 6, 0, 15),
        row(20, None, None, 30),
        row(None, None, None, None),
        {"figures": None},
    ]

    assert ratings_of(rows) == (2, {"answered": 29, "partly": None, "not": None, "total": 45})
