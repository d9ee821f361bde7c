"""A merged committee: what it leaves open goes to its successor, and nobody who asked is lost."""

import pytest
from django.urls import reverse
from django.utils import timezone

from board.domain.consolidated_figures import consolidated_figures
from committees.domain.committees import close_committee
from committees.models import Membership
from duties.lists import duties_in
from duties.look import Look
from foundation.audit import AuditEntry
from periods.domain import periods
from periods.models import Obligation, ReportingPeriod
from reports.domain.drafting import report_document, start_draft
from reports.figures import committee_figures
from sessions.askers import identity
from sessions.domain import answers, questions, triage
from sessions.domain.handing_over import hand_over_due
from sessions.models import Commitment, Conference, Question
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day, moment

pytestmark = pytest.mark.django_db
LAST = day(3)
BEFORE, AFTER = moment(3), moment(4)


@pytest.fixture(autouse=True)
def _one_clock(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)


@pytest.fixture
def told(world):
    """The host's dialogue, with one question nobody has sorted and one that a leader owes."""
    conference, asked = hold_a_dialogue(world)
    named = {"level": Question.Level.NAMED, "theme": world.themes[0], "kind": "opinion"}
    Conference.objects.filter(pk=conference.pk).update(state="held")
    conference.refresh_from_db()
    late = [
        questions.submit_question(conference, text=text, by=world.staff, at=moment(-5, 1), **named)
        for text in ("Ai trả lời tôi bây giờ?", "Chưa ai phân loại câu này.")
    ]
    Conference.objects.filter(pk=conference.pk).update(state="closed")
    conference.refresh_from_db()
    triage.classify_question(
        late[0], theme=world.themes[0], kind="opinion", by=world.clerk, at=NOON
    )
    triage.assign_question(late[0], to=world.leader, due_on=day(15), by=world.clerk, at=NOON)
    return {"conference": conference, "owed": late[0], "unsorted": late[1], **asked}


def merge(world, *, at=AFTER):
    close_committee(world.host, active_until=LAST, successor=world.neighbour, by=world.head)
    hand_over_due(at=at)


def what(user, *, at=AFTER):
    return [duty.what for duty in duties_in(Look(person=user, at=at))]


def test_what_is_open_is_handed_over_the_day_after_the_last(world, told):
    merge(world, at=BEFORE)
    assert not Question.objects.filter(committee=world.neighbour).exists()

    for _twice in range(2):
        hand_over_due(at=AFTER)

    handed = Question.objects.filter(committee=world.neighbour)
    assert set(handed) == {told["owed"], told["unsorted"], told["in_progress"]}
    promised = Commitment.objects.get()
    assert (promised.committee, promised.conference) == (world.neighbour, told["conference"])
    (noted,) = AuditEntry.objects.filter(act="handed_over")
    assert (noted.committee_id, noted.facts["questions"], noted.facts["commitments"]) == (
        world.host.pk, 3, 1,
    )  # fmt: skip


def test_without_a_successor_everything_stays(world, told):
    close_committee(world.host, active_until=LAST, by=world.head)
    hand_over_due(at=AFTER)

    assert not Question.objects.filter(committee=world.neighbour).exists()


def test_the_successors_office_sorts_and_answers_it_and_the_old_one_no_longer(
    client, world, told, time_machine
):
    merge(world)
    time_machine.move_to(AFTER)
    conference, by = told["conference"], world.other_secretary
    client.force_login(by)

    queue = client.get(reverse("sessions:triage", args=[conference.pk]))
    sorting = client.get(
        reverse("sessions:triage_question", args=[conference.pk, told["unsorted"].pk])
    )
    writing = client.get(reverse("sessions:answer_write", args=[told["owed"].pk]))
    others = [
        client.get(reverse("sessions:triage_question", args=[conference.pk, told[name].pk]))
        for name in ("answered_written", "escalated")
    ]

    assert [page.status_code for page in (queue, sorting, writing)] == [200, 200, 200]
    assert [page.status_code for page in others] == [
        404,
        404,
    ]  # what was settled stays where it was
    assert "Chưa ai phân loại câu này." in queue.text
    assert (
        "Lịch họp thay đổi sát giờ." not in client.get(queue.wsgi_request.path + "?state=all").text
    )
    duties = what(by)
    assert "2 câu hỏi chờ phân loại hoặc duyệt nội dung." in duties
    assert "2 trả lời văn bản do đơn vị thực hiện; văn phòng nhập vào cổng." in duties
    client.force_login(world.clerk)
    for name in ("owed", "unsorted"):
        page = reverse("sessions:triage_question", args=[conference.pk, told[name].pk])
        assert client.get(page).status_code == 404


@pytest.mark.parametrize("moved", [True, False])
def test_the_asker_keeps_the_question_and_reads_who_answers_now(
    client, world, told, moved, time_machine
):
    """Whether the own membership has moved along or not; the same with the code alone."""
    merge(world)
    time_machine.move_to(AFTER)
    if moved:
        Membership.objects.filter(user=world.staff).update(committee=world.neighbour)
    asker = type(world.staff).objects.get(pk=world.staff.pk)
    client.force_login(asker)
    by_whom = "Đảng ủy Viện Minh Hòa đã kết thúc hoạt động; Đảng ủy Bộ Láng Giềng đã nhận câu hỏi"

    assert {told["owed"], told["in_progress"], told["answered_written"]} <= set(
        identity.questions_of(asker)
    )
    for name, is_handed in (("owed", True), ("in_progress", True), ("answered_written", False)):
        page = client.get(reverse("sessions:question_detail", args=[told[name].pk]))
        assert page.status_code == 200
        assert (by_whom in page.text) is is_handed, name
    answer = answers.draft_answer(
        told["owed"], text="Đảng ủy mới trả lời.", answered_by="Văn phòng", version=0,
        by=world.other_secretary, at=AFTER,
    )  # fmt: skip
    answers.publish_answer(answer, by=world.other_secretary, at=AFTER)
    page = client.get(reverse("sessions:question_detail", args=[told["owed"].pk]))
    assert "Đảng ủy mới trả lời." in page.text
    assert any("trả lời" in duty for duty in what(asker))


def test_strangers_of_both_committees_learn_nothing(client, world, told, time_machine):
    merge(world)
    time_machine.move_to(AFTER)
    for who in ("other_staff", "colleague"):
        client.force_login(world.people[who])
        for name in ("owed", "unsorted", "in_progress"):
            page = reverse("sessions:question_detail", args=[told[name].pk])
            assert client.get(page).status_code == 404, (who, name)
        assert client.get(reverse("sessions:triage", args=[told["conference"].pk])).status_code in (
            403, 404,
        )  # fmt: skip


def test_reports_count_it_once_where_it_was_held(world, told):
    """The old report still counts questions and promise; the successor's tells of the promise."""
    before = committee_figures(world.obligation, at=AFTER)
    merge(world)
    theirs = Obligation.objects.get(committee=world.neighbour)
    cut_off = moment(16)  # what was due on the 15th is late

    assert committee_figures(world.obligation, at=AFTER)["totals"] == before["totals"]
    kept, taken = (committee_figures(owed, at=AFTER) for owed in (world.obligation, theirs))
    assert [row["code"] for row in kept["commitments"]] == ["HN2-K01"]
    assert (taken["commitments"], [row["code"] for row in taken["previous"]]) == ([], ["HN2-K01"])
    draft = start_draft(theirs, by=world.other_secretary, at=AFTER)
    assert "(HN2-K01, tiếp nhận từ Đảng ủy Viện Minh Hòa)" in str(
        report_document(draft, taken, at=AFTER)
    )
    overdue = {
        row["name"]: row["figures"] and row["figures"]["totals"]["overdue"]
        for row in consolidated_figures(world.board, world.period, at=cut_off)["committees"]
    }
    assert overdue == {world.host.name: None, world.neighbour.name: None}


def test_it_owes_nothing_afterwards_in_whichever_period(world):
    """A later period that was opened early, and one that is over, alike."""
    later, over = (
        ReportingPeriod.objects.create(
            year=year, half=half, starts_on=starts_on, due_before=due_before
        )
        for year, half, starts_on, due_before in (
            (2026, 2, "2026-06-25", "2026-12-25"), (2025, 2, "2025-06-25", "2025-12-25"),
        )
    )  # fmt: skip
    for period in (later, over):
        for committee in (world.host, world.neighbour):
            Obligation.objects.create(period=period, committee=committee, board=world.board)

    close_committee(world.host, active_until=LAST, by=world.head)
    periods.open_periods(at=NOON)

    owed = Obligation.objects.filter(committee=world.host)
    assert {one.period for one in owed} == {world.period, over}
    close_committee(world.host, active_until=day(-200), by=world.head)
    periods.open_periods(at=NOON)
    assert {one.period for one in owed.all()} == {over}
    assert Obligation.objects.filter(committee=world.neighbour).count() == 3


@pytest.mark.parametrize(
    ("successor", "status"), [("neighbour", 302), ("host", 422), ("board", 422), ("closed", 422)]
)
def test_the_board_names_the_successor_when_it_closes_a_committee(client, world, successor, status):
    if successor == "closed":
        close_committee(world.neighbour, active_until=day(1), by=world.head)
    heir = world.neighbour if successor == "closed" else getattr(world, successor)
    client.force_login(world.head)
    page = reverse("committees:committee_close", args=[world.host.code])

    answer = client.post(page, {"active_until": f"{LAST:%d/%m/%Y}", "successor": heir.pk})

    assert answer.status_code == status
    world.host.refresh_from_db()
    assert world.host.successor == (heir if status == 302 else None)
    if status == 302:
        told = client.get(reverse("committees:committee_detail", args=[world.host.code])).text
        assert "Đơn vị kế thừa" in told
        assert world.neighbour.name in told


def test_the_old_office_is_not_told_that_it_owes_what_was_handed_over(world, told):
    """Both lists and both offices read the rows of one conference: what is left, and what went."""
    told["conference"].moves.create(from_state="held", to_state="closed", actor=None, at=NOON)
    merge(world)
    kept = Question.objects.filter(conference=told["conference"], committee=world.host)
    kept.update(edited_ok=False)

    for look in (Look(person=world.clerk, at=AFTER), Look(at=AFTER)):
        (said,) = {
            duty.what
            for duty in duties_in(look)
            if duty.kind == "closed_by_itself" and duty.who == world.clerk
        }
        assert said == "Hội nghị đã tự kết thúc."
