"""C-13: whatever a period holds, its numbers add up, in the report and in the consolidated one."""

import datetime as dt
import random
from collections import Counter

import pytest
from django.db import transaction

from board.domain import consolidated_figures
from foundation.clock import day_of
from reports.domain.report_tables import table_themes
from reports.figures import COLUMNS, OUTCOMES, balance, committee_figures
from sessions.models import Question, Theme
from sessions.states import COUNTED, IN_PROGRESS, QuestionState
from tests.world import NOON, make_conference

pytestmark = pytest.mark.django_db
TODAY = day_of(NOON)


def random_questions(luck, conferences, themes):
    """Make so many questions in every state, straight into the table; return them."""
    made = []
    for number in range(luck.choice((0, 1, 7, 40))):
        state = luck.choice(QuestionState.values)
        if state == "merged" and not made:
            state = "received"
        conference = luck.choice(conferences)
        made.append(
            Question(
                conference=conference,
                committee=conference.committee,
                number=None if state == "received" else number,
                state=state,
                theme=luck.choice(themes),
                kind=luck.choice(Question.Kind.values),
                level=luck.choice(Question.Level.values),
                channel=luck.choice(Question.Channel.values),
                raised_live=luck.random() < 0.3,
                original_text="Nội dung",
                due_on=TODAY + dt.timedelta(days=luck.randint(-40, 40)),
                merged_into=luck.choice(made) if state == "merged" else None,
                return_code="unclear" if state == "declined" else "",
                received_at=NOON,
            )
        )
    Question.objects.bulk_create(made)
    return made


def counted_by_hand(questions):
    """Return (totals, {theme number: items}) in the plainest way there is."""
    totals, by_theme = Counter(), Counter()
    for question in questions:
        if question.state not in COUNTED:
            continue
        under_way = question.state in IN_PROGRESS
        totals["items"] += 1
        totals["live" if question.raised_live else "before"] += 1
        totals["in_progress" if under_way else question.state] += 1
        totals["overdue"] += under_way and question.due_on < TODAY
        by_theme[(question.theme.parent or question.theme).number] += 1
    return totals, by_theme


@pytest.mark.parametrize("periods", [60, pytest.param(1_000, marks=pytest.mark.long)])
def test_sums_are_sums_in_random_periods(world, periods):
    luck = random.Random(13)
    for group in Theme.objects.filter(parent=None):
        Theme.objects.create(
            parent=group, committee=world.host, name=f"Riêng {group.number}", number=90
        )
    themes = list(Theme.objects.select_related("parent"))
    reported, questions_seen = [], 0
    for _ in range(periods):
        with transaction.atomic():
            states = [
                luck.choice(("held", "closed", "cancelled")) for _ in range(luck.randint(1, 3))
            ]
            conferences = [
                make_conference(world.host, world.secretary, state=state) for state in states
            ]
            questions = random_questions(luck, conferences, themes)
            figures = committee_figures(world.obligation, at=NOON)
            transaction.set_rollback(True)
        totals, by_theme = counted_by_hand(questions)
        questions_seen += len(questions)

        assert {name: figures["totals"][name] for name in COLUMNS} == {
            name: totals[name] for name in COLUMNS
        }
        assert balance(figures["totals"]) == 0
        assert [row["items"] for row in figures["themes"]] == [by_theme[n] for n in range(1, 6)]
        assert len(figures["items"]) == totals["items"]
        assert Counter(item["outcome"] for item in figures["items"]) == {
            name: totals[name] for name in OUTCOMES if totals[name]
        }
        table = table_themes(figures)
        for place in range(2, len(table["total"]) - 1):  # all but the rate
            assert sum(row[place] for row in table["rows"]) == table["total"][place]
        reported.append({"figures": figures})

    lines = consolidated_figures.themes_of(reported)
    total = consolidated_figures.theme_total(lines)
    for name in ("items", "before", "live", "overdue", *OUTCOMES):
        assert total[name] == sum(row["figures"]["totals"][name] for row in reported)
    print(f"C-13: {periods} periods with {questions_seen} questions, every sum the same")
