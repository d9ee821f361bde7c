"""Several people, or one person several times, at the same moment, on a real PostgreSQL."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from board.domain.consolidating import consolidate
from board.domain.ordering import order_period_zip
from foundation.audit import AuditEntry
from foundation.clock import database_now
from foundation.versions import OutdatedVersion
from jobs.models import Delivery, Rendering
from operations.domain import ticking
from reports.domain import drafting, inbox, issuing, writing
from reports.models import ConsolidatedReport, DocumentCounter, InboxItem, Report
from sessions.domain import answers, questions, triage
from sessions.models import Question
from tests.house import in_its_room
from tests.world import NOON, day

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 24  # connections that this test may open


def together(*acts):
    """Do all acts at the same moment, each on a connection of its own; return their results."""
    workers = min(AT_ONCE, len(acts))
    start = threading.Barrier(workers)
    waited = threading.local()

    def run(act):
        if not getattr(waited, "for_the_others", False):
            waited.for_the_others = True
            start.wait(30)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(run, acts))


def pressing(user, name, *args, **typed):
    """Return an act: `user`, signed in before, sends the form at the address."""
    client = Client()
    client.force_login(user)
    address = reverse(in_its_room(name), args=args)
    return lambda: client.post(address, typed).status_code


@pytest.fixture
def draft(world):
    draft = drafting.start_draft(world.obligation, by=world.clerk, at=NOON)
    writing.explain_not_held(draft, reason="Sắp xếp tổ chức", until=day(60), at=NOON)
    return draft


@pytest.fixture
def issued(world, draft):
    return issuing.issue_report(draft, by=world.secretary, at=NOON)


def next_version(world, report):
    return issuing.issue_report(
        issuing.correct_report(report, by=world.clerk, at=NOON), by=world.secretary, at=NOON
    )


def moves_of(report):
    return list(report.moves.order_by("pk").values_list("from_state", "to_state"))


def test_issuing_twenty_times_at_once_beside_two_schedulers_makes_one_of_everything(world, draft):
    """C-09, F03: two schedulers, double clicks and twenty triggers: one row, one arrival."""
    clicks = [pressing(world.secretary, "report_issue", draft.pk) for _ in range(20)]
    beats = [lambda: ticking.prepare(at=database_now())] * 2

    answers = together(*clicks, *beats)

    assert set(answers[:20]) == {302}
    assert InboxItem.objects.count() == Rendering.objects.count() == 1
    assert Report.objects.filter(obligation=world.obligation).count() == 1
    assert Report.objects.get(pk=draft.pk).number == 1
    assert moves_of(draft) == [("draft", "issued")]
    assert AuditEntry.objects.filter(act="report_issued").count() == 1
    mails = Delivery.objects.filter(waits_for__report=draft).values_list("to", flat=True)
    assert sorted(mails) == ["head@example.vn", "officer@example.vn"]
    assert inbox.verify_inbox() == []
    print(f"C-09: 20 clicks and 2 schedulers at once: rows 1, arrivals {InboxItem.objects.count()}")


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (("officer", "report_acknowledge", {}), ("head", "report_acknowledge", {})),
        (
            ("officer", "report_return", {"remarks": "A"}),
            ("head", "report_return", {"remarks": "B"}),
        ),
        (("officer", "report_acknowledge", {}), ("head", "report_return", {"remarks": "B"})),
        (
            ("officer", "report_acknowledge", {}),
            ("secretary", "report_withdraw", {"reason": "Nhầm", "understood": "on"}),
        ),
        (
            ("head", "report_return", {"remarks": "B"}),
            ("secretary", "report_withdraw", {"reason": "Nhầm", "understood": "on"}),
        ),
    ],
    ids=["acknowledged twice", "returned twice", "both", "withdrawn", "returned and withdrawn"],
)
def test_of_two_acts_at_the_same_moment_each_is_whole_or_refused(world, issued, one, two):
    """C-09, F03: whoever comes second is told so, and nothing is half done."""
    rounds, told, report = 6, Counter(), issued
    for _ in range(rounds):
        answers = together(
            *(
                pressing(world.people[who], name, report.pk, **typed)
                for who, name, typed in (one, two)
            )
        )

        report.refresh_from_db()
        assert 302 in answers
        assert set(answers) <= {302, 409}
        told.update(answers)
        done = moves_of(report)
        assert [before for before, _ in done[1:]] == [after for _, after in done[:-1]]
        reached = [after for _, after in done]
        assert len(reached) == len(set(reached)) == len(set(reached) & set(TRACES)) + 1
        for state, is_traced in TRACES.items():
            assert is_traced(InboxItem.objects.get(report=report)) is (state in reached)
        assert reached.count("acknowledged") + reached.count("withdrawn") < 2
        report = next_version(world, report)
    assert inbox.verify_inbox() == []
    print(f"{one[1]} against {two[1]}: {rounds} rounds, answers {dict(told)}, half done 0")


TRACES = {
    "acknowledged": lambda item: item.acknowledged_at is not None,
    "returned": lambda item: item.returned_at is not None,
    "withdrawn": lambda item: Delivery.objects.filter(
        once__startswith=f"withdrawn:{item.report_id}:"
    ).exists(),
}


def edit_together(world, draft, *, editors, rounds):
    """Let all editors save over the same version, round after round; return (saved, refused)."""
    saved = refused = 0
    for number in range(rounds):
        narrative = draft.narratives.filter(key="lessons").first()
        version = narrative.version if narrative else 0

        def save(text, version=version):
            try:
                writing.write_narrative(
                    Report.objects.get(pk=draft.pk),
                    key="lessons",
                    text=text,
                    version=version,
                    by=world.clerk,
                    at=NOON,
                )
            except OutdatedVersion:
                return None
            return text

        texts = [f"vòng {number}, người {editor}" for editor in range(editors)]
        results = together(*(lambda text=text: save(text) for text in texts))
        kept = [text for text in results if text]
        narrative = draft.narratives.get(key="lessons")
        assert [narrative.text] == kept
        assert narrative.version == version + 1
        saved, refused = saved + len(kept), refused + editors - len(kept)
    return saved, refused


def test_of_many_who_edit_the_same_place_nobody_overwrites_what_was_not_seen(world, draft):
    """D-01: concurrent edits of one place, lost updates 0."""
    assert edit_together(world, draft, editors=AT_ONCE, rounds=4) == (4, 4 * (AT_ONCE - 1))


def answer_together(world, *, editors, rounds):
    """Let all editors keep a draft of one answer over the same version; return (saved, refused)."""
    question = questions.submit_question(
        world.conference, text="Bao giờ sửa mái nhà xe?", theme=world.themes[0],
        kind="opinion", level="named", by=world.staff, at=NOON,
    )  # fmt: skip
    triage.assign_question(question, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    saved = refused = 0
    for number in range(rounds):
        standing = answers.answer_in_work(question)
        version = standing.version if standing else 0

        def save(text, version=version):
            try:
                answers.draft_answer(
                    Question.objects.get(pk=question.pk), text=text, answered_by="Đ/c Cường",
                    version=version, by=world.leader, at=NOON,
                )  # fmt: skip
            except OutdatedVersion:
                return None
            return text

        texts = [f"vòng {number}, người {editor}" for editor in range(editors)]
        kept = [text for text in together(*(lambda t=text: save(t) for text in texts)) if text]
        assert [answers.answer_in_work(question).text] == kept
        saved, refused = saved + len(kept), refused + editors - len(kept)
    return saved, refused


@pytest.mark.parametrize(
    ("editors", "rounds"), [(AT_ONCE, 2), pytest.param(100, 50, marks=pytest.mark.long)]
)
def test_of_many_who_write_one_answer_nobody_overwrites_what_was_not_seen(world, editors, rounds):
    """D-01: the first draft of an answer, and each that follows."""
    saved, refused = answer_together(world, editors=editors, rounds=rounds)

    assert (saved, refused) == (rounds, rounds * (editors - 1))
    print(f"D-01: {editors} edits of an answer × {rounds} rounds: saved {saved}, lost 0")


@pytest.mark.long
def test_a_hundred_editors_in_fifty_rounds_lose_nothing(world, draft):
    """D-01: 100 concurrent edits × 50 rounds, lost updates 0."""
    saved, refused = edit_together(world, draft, editors=100, rounds=50)

    assert (saved, refused) == (50, 50 * 99)
    print(f"D-01: 100 edits × 50 rounds: saved {saved}, refused {refused}, lost 0")


def test_fifty_identical_posts_make_one_row(world, issued):
    """D-02: 50 parallel identical POSTs, 1 row."""
    start = pressing(world.other_secretary, "report_start", other_obligation(world).pk)
    correct = pressing(world.clerk, "report_correct", issued.pk)

    started, corrected = together(*[start] * 50), together(*[correct] * 50)

    assert set(started) == set(corrected) == {302}
    assert Report.objects.filter(obligation=other_obligation(world)).count() == 1
    assert Report.objects.filter(obligation=world.obligation, state="draft").count() == 1
    print("D-02: 50 identical POSTs at once, twice: rows 1 and 1")


def other_obligation(world):
    return world.neighbour.obligations.get()


def test_a_consolidated_report_that_is_issued_twice_at_one_moment_has_one_number(world, issued):
    made = consolidate(world.board, world.period, by=world.officer, at=database_now())

    codes = together(*[pressing(world.head, "consolidated_issue", made.pk)] * 8)

    assert set(codes) <= {302, 409}
    assert ConsolidatedReport.objects.exclude(number=None).count() == 1
    assert DocumentCounter.objects.get(issuer=world.board).last == 1


def test_while_a_board_consolidates_what_points_to_it_is_kept_without_waiting(world, draft):
    """D-02: two of a Board stood still with each other, and one of them was told to try again."""
    issuing.issue_report(draft, by=world.secretary, at=NOON)
    begun, kept = threading.Event(), threading.Event()

    def consolidates():
        try:
            with transaction.atomic():
                made = consolidate(world.board, world.period, by=world.head, at=NOON)
                begun.set()
                assert kept.wait(30)
                return made.version
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as head:
        first = head.submit(consolidates)
        try:
            assert begun.wait(30)
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '2s'")
                order_period_zip(world.period, world.board, at=NOON)
        finally:
            kept.set()
    assert first.result() == 1
