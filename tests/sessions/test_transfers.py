"""A question goes to another committee and may come back: once, and with all that belongs to it."""

import pytest
from django.db import IntegrityError, transaction

from committees.domain.committees import close_committee
from committees.models import Membership, Role
from foundation.audit import AuditEntry
from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from hall import queries
from hall.domain import desk
from privacy.domain import of_question
from privacy.domain.redacting import MARK
from sessions import edits
from sessions.askers import identity
from sessions.domain import (
    answers,
    conferences,
    contributions,
    follow_up,
    news,
    notes,
    questions,
    transfers,
    triage,
    undoing,
)
from sessions.domain.handing_over import hand_over_due
from sessions.models import Conference, InternalNote, Question, SortingStep, Theme, Transfer
from tests.hall.floor import called, keyed, opened
from tests.sessions.transferred import (
    CLEARED,
    LATER,
    WHY,
    cleared,
    given_back,
    hand,
    handed,
    taken_on,
)
from tests.world import NOON, day, make_committee, moment

pytestmark = pytest.mark.django_db


def a_third(world):
    """A committee below the same Bloc, with a secretary of its own."""
    third = make_committee("C03", world.host.Kind.BASE, "Đảng ủy Cục Thứ Ba", parent=world.bloc)
    Membership.objects.create(
        user=world.outsider, committee=third, role=Role.SECRETARY, starts_on=day(-30),
        given_on=day(-30),
    )  # fmt: skip
    return third


# --- there ------------------------------------------------------------------------------


def test_the_same_question_lies_with_the_other_committee(world):
    question = cleared(world)
    code = question.code

    transfer = hand(world, question)

    question.refresh_from_db()
    assert (question.committee, question.transferred_from) == (world.neighbour, world.host)
    assert (question.conference, question.code) == (world.conference, code)
    assert (question.state, question.assignee, question.assigned_unit) == ("classified", None, "")
    assert (transfer.reason, transfer.by, transfer.returned_at) == (WHY, world.clerk, None)
    last = question.moves.last()
    assert (last.actor, last.reason) == (world.clerk, "chuyển Đảng ủy Bộ Láng Giềng")
    assert question in identity.questions_of(world.staff)


def test_both_committees_find_it_in_their_record_of_acts(world):
    handed(world)

    entries = AuditEntry.objects.filter(act="question_transferred")

    assert {one.committee_id for one in entries} == {world.host.pk, world.neighbour.pk}
    assert all(one.facts == {"was": "A01", "to": "B02"} for one in entries)


def test_an_assignment_ends_and_the_date_stays(world):
    question = cleared(world)
    triage.assign_question(
        question, to=world.leader, beside=[world.other_leader], due_on=day(12), by=world.clerk,
        at=NOON,
    )  # fmt: skip

    hand(world, question)

    assert (question.state, question.assignee, question.due_on) == ("classified", None, day(12))
    assert question.contributors == frozenset()
    assert not SortingStep.objects.filter(question=question).exists()


def test_a_theme_of_the_own_is_not_the_others(world):
    own = Theme.objects.create(
        number=1, name="Nhà xe", parent=world.themes[2], committee=world.host
    )
    question = cleared(world)
    Question.objects.filter(pk=question.pk).update(theme=own)
    question.refresh_from_db()

    hand(world, question)

    assert question.theme == world.themes[2]


def test_what_was_begun_becomes_a_note_that_stays_at_home(world):
    question = cleared(world)
    triage.assign_question(question, to=world.leader, due_on=day(12), by=world.clerk, at=NOON)
    answers.draft_answer(
        question, text="Viện đang lập dự toán.", answered_by="Cường", version=0, by=world.leader,
        at=NOON,
    )  # fmt: skip

    hand(world, question)

    [kept] = InternalNote.objects.all()
    assert (kept.author, "Viện đang lập dự toán." in kept.text) == (world.leader, True)
    assert notes.notes_of(question) == []
    assert not question.answers.exists()
    given_back(world, question)
    assert notes.notes_of(question) == [kept]


def assigned(world, question):
    triage.assign_question(question, to=world.leader, due_on=day(12), by=world.clerk, at=NOON)


def uncleared(world, question):
    Question.objects.filter(pk=question.pk).update(edited_ok=False)


def asked_back(world, question):
    follow_up.ask_back(question, text="Ở tầng mấy?", by=world.clerk, at=NOON)


def objected(world, question):
    triage.decline_question(question, code="unclear", text="Chưa rõ.", by=world.clerk, at=NOON)
    follow_up.appeal(question, text="Tôi thấy đã rõ.", at=NOON)
    triage.reconsider_question(question, reason="Đã rõ.", by=world.clerk, at=NOON)


def laid_before(world, question):
    assigned(world, question)
    draft = answers.draft_answer(
        question, text="Đã sửa.", answered_by="Cường", version=0, by=world.leader, at=NOON
    )
    answers.submit_answer(draft, by=world.leader, at=NOON)


def on_the_floor(world, question):
    called(world, question)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (uncleared, transfers.NotCleared), (asked_back, transfers.BeingAsked),
        (objected, transfers.Objected), (laid_before, transfers.AnswerWaits),
        (on_the_floor, transfers.OnTheFloor),
    ],
)  # fmt: skip
def test_what_cannot_go_as_it_stands(world, make, refusal):
    question = cleared(world)
    make(world, question)
    question.refresh_from_db()

    with pytest.raises(refusal):
        hand(world, question)

    question.refresh_from_db()
    assert (question.committee, Transfer.objects.count()) == (world.host, 0)


@pytest.mark.parametrize("settled", ["declined", "referred", "escalated", "merged", "withdrawn"])
def test_what_is_settled_stays(world, settled):
    question, other = cleared(world), cleared(world, text="Cầu thang hỏng lâu rồi.")
    Question.objects.filter(pk=question.pk).update(
        state=settled, return_code="unclear", merged_into=other if settled == "merged" else None
    )
    question.refresh_from_db()

    with pytest.raises(MoveNotAllowed):
        hand(world, question)


def test_two_at_once_the_second_is_told(world):
    question = cleared(world)
    seen = question.version
    assigned(world, question)

    with pytest.raises(OutdatedVersion):
        transfers.transfer_question(
            question, to=world.neighbour, reason=WHY, version=seen, by=world.secretary, at=NOON
        )

    question.refresh_from_db()
    assert (question.committee, question.assignee) == (world.host, world.leader)


def test_it_is_handed_on_no_further(world):
    question = handed(world)

    with pytest.raises(MoveNotAllowed):
        hand(world, question, to=a_third(world), by=world.other_secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        Transfer.objects.create(
            question=question, from_committee=world.neighbour, to_committee=world.bloc,
            reason="x", by=world.clerk, at=NOON, version=1,
        )  # fmt: skip


def closed(world):
    world.neighbour.active_until = day(-1)
    world.neighbour.save()


def left(world):
    Membership.objects.filter(user=world.other_secretary).update(ends_on=day(-1))


def signed_off(world):
    type(world.clerk).objects.filter(pk=world.other_secretary.pk).update(is_active=False)


@pytest.mark.parametrize("make", [closed, left, signed_off])
def test_where_nobody_would_receive_it_it_does_not_go(world, make):
    question = cleared(world)
    make(world)

    with pytest.raises(transfers.NobodyThere):
        hand(world, question)

    assert world.neighbour not in transfers.receivers(question, on=NOON.date())


@pytest.mark.parametrize("to", ["host", "board", "bloc"])
def test_nor_to_itself_nor_where_there_is_no_office(world, to):
    with pytest.raises(transfers.NobodyThere):
        hand(world, cleared(world), to=getattr(world, to))


# --- worked at there --------------------------------------------------------------------


def test_it_is_sorted_and_assigned_there_and_its_words_stay(world):
    question = handed(world)

    triage.sort_question(
        question, version=question.version, theme=world.themes[0], kind="proposal",
        to=world.other_secretary, due_on=day(9), display_text="Chữ khác", edited_ok=False,
        in_report=False, times_raised=9, by=world.other_secretary, at=LATER,
    )  # fmt: skip

    assert (question.state, question.theme, question.due_on) == (
        "assigned", world.themes[0], day(9),
    )  # fmt: skip
    assert (question.text, question.edited_ok, question.in_report, question.times_raised) == (
        CLEARED, True, True, 2,
    )  # fmt: skip


def test_the_other_office_undoes_its_own_act_and_no_more(world):
    question = handed(world)
    taken_on(world, question)
    batch = SortingStep.objects.get(question=question).batch

    undoing.undo_step(question, batch=batch, by=world.other_secretary, at=LATER)

    assert (question.state, question.committee) == ("classified", world.neighbour)
    with pytest.raises(undoing.CannotUndo):
        undoing.undo_step(question, batch=batch, by=world.other_secretary, at=LATER)


@pytest.mark.parametrize("pair", ["into it", "it into another", "both handed on"])
def test_nothing_is_merged_over_the_border(world, pair):
    question, other = handed(world), cleared(world, text="Cầu thang hỏng lâu rồi.")
    if pair == "both handed on":
        hand(world, other)
    one, into = (other, question) if pair == "into it" else (question, other)

    with pytest.raises(triage.CannotMerge):
        triage.merge_questions(one, into=into, by=world.clerk, at=LATER)


def test_who_was_merged_into_it_before_follows_it(world):
    question = cleared(world)
    merged = cleared(world, text="Cầu thang hỏng lâu rồi.", by=world.colleague)
    triage.merge_questions(merged, into=question, by=world.clerk, at=NOON)
    question.refresh_from_db()

    hand(world, question)

    merged.refresh_from_db()
    assert (merged.state, merged.committee) == ("merged", world.host)
    told = news.unread(Question.objects.filter(pk=merged.pk), asker=world.colleague, at=LATER)
    assert [one.words for one in told.values()] == ["đã chuyển đảng ủy khác"]


def test_its_asker_takes_it_back_no_more(world):
    question = handed(world)

    with pytest.raises(MoveNotAllowed):
        questions.withdraw_question(question, at=LATER)


def test_closing_the_conference_gives_it_a_date_and_leaves_it_there(world):
    question = handed(world)
    Conference.objects.filter(pk=world.conference.pk).update(state="held")
    world.conference.refresh_from_db()

    conferences.close_conference(world.conference, by=world.clerk, at=moment(11))

    question.refresh_from_db()
    assert (question.state, question.committee) == ("classified", world.neighbour)
    assert (question.assigned_unit, question.due_on) == ("", world.conference.answers_due_on)


def test_it_leaves_the_queue_of_the_hall(world):
    question, hall = cleared(world), opened(world)
    assert question in queries.waiting_in(hall)

    hand(world, question)

    assert question not in queries.waiting_in(hall)
    with pytest.raises(MoveNotAllowed):
        desk.call_up(hall, question, **keyed(world))


def test_what_the_two_offices_write_for_themselves_stays_with_each(world):
    question = cleared(world)
    ours = notes.write_note(question, text="Hỏi chị Hoa.", by=world.clerk, at=NOON)
    hand(world, question)
    theirs = notes.write_note(question, text="Xem lại.", by=world.other_secretary, at=LATER)
    corrected = notes.correct_note(
        theirs, text="Xem lại kỹ.", version=theirs.pk, by=world.other_secretary, at=LATER
    )

    assert notes.notes_of(question) == [corrected]
    given_back(world, question)
    assert notes.notes_of(question) == [ours]


def test_a_contribution_of_the_one_is_not_the_others(world):
    question = cleared(world)
    triage.assign_question(
        question, to=world.leader, beside=[world.other_leader], due_on=day(9), by=world.clerk,
        at=moment(0, -1),
    )  # fmt: skip
    given = contributions.contribute(
        question, text="Kinh phí ở Bộ.", number=0, by=world.other_leader, at=moment(0, -1)
    )

    hand(world, question)

    assert contributions.contributions_to(question) == []
    given_back(world, question)
    assert contributions.contributions_to(question) == [given]


def test_corrections_are_seen_where_they_were_made(world):
    question = cleared(world)
    triage.edit_question(
        question, display_text="Cầu thang hỏng.", edited_ok=True, in_report=True, times_raised=2,
        version=question.version, by=world.clerk, at=moment(0, -1),
    )  # fmt: skip
    assert len(edits.edits_of(question)) == 1

    hand(world, question)

    assert edits.edits_of(question) == []


def test_a_text_that_is_taken_out_there_blocks_no_report(world):
    question = handed(world)

    of_question.empty(question)

    question.refresh_from_db()
    assert (question.original_text, question.text, question.edited_ok) == (MARK, MARK, True)
    assert [one.reason for one in question.transfers.all()] == [MARK]


# --- back -------------------------------------------------------------------------------


def test_it_is_given_back_with_a_reason(world):
    question = handed(world)
    taken_on(world, question)
    answers.draft_answer(
        question, text="Chưa rõ.", answered_by="Hải", version=0, by=world.other_secretary, at=LATER
    )

    transfer = given_back(world, question)

    question.refresh_from_db()
    assert (question.committee, question.transferred_from) == (world.host, None)
    assert (question.state, question.assignee) == ("classified", None)
    assert (transfer.return_reason, transfer.returned_by) == (
        "Không do chúng tôi quản lý.", world.other_secretary,
    )  # fmt: skip
    assert not question.answers.exists()
    assert question.moves.last().reason == "chuyển trả Đảng ủy Viện Minh Hòa"
    back = AuditEntry.objects.filter(act="question_returned")
    assert {one.committee_id for one in back} == {world.host.pk, world.neighbour.pk}


def test_and_may_go_elsewhere_then(world):
    question = handed(world)
    given_back(world, question)

    hand(world, question, to=a_third(world), at=moment(1))

    assert [one.to_committee.code for one in question.transfers.all()] == ["B02", "C03"]


def test_what_is_answered_is_not_given_back(world):
    question = handed(world)
    taken_on(world, question)
    answer = answers.draft_answer(
        question, text="Đã sửa.", answered_by="Hải", version=0, by=world.other_secretary, at=LATER
    )
    answers.publish_answer(answer, by=world.other_secretary, at=LATER)

    with pytest.raises(MoveNotAllowed):
        given_back(world, question)


def test_nor_from_a_page_that_has_grown_old(world):
    question = handed(world)
    seen = question.version
    taken_on(world, question)

    with pytest.raises(OutdatedVersion):
        transfers.give_back(question, reason="x", version=seen, by=world.other_secretary, at=LATER)


def test_it_is_taken_back_as_long_as_nobody_has_begun(world):
    question = handed(world)

    transfers.take_back(question, reason="Chuyển nhầm.", by=world.clerk, at=LATER)

    assert (question.committee, question.transferred_from) == (world.host, None)
    assert question.moves.last().reason == "lấy lại từ Đảng ủy Bộ Láng Giềng"


def test_and_not_afterwards_nor_twice(world):
    begun, taken = handed(world), handed(world, text="Cầu thang hỏng lâu rồi.")
    triage.classify_question(
        begun, theme=world.themes[0], kind="opinion", by=world.other_secretary, at=LATER
    )
    transfers.take_back(taken, reason="Nhầm.", by=world.clerk, at=LATER)

    for question in (begun, taken):
        with pytest.raises(MoveNotAllowed):
            transfers.take_back(question, reason="Nhầm.", by=world.clerk, at=LATER)


# --- committees that end ----------------------------------------------------------------


def test_the_other_committee_is_merged_and_its_successor_has_it(world):
    question, third = handed(world, level="named"), a_third(world)

    close_committee(world.neighbour, active_until=day(3), successor=third, by=world.head)
    hand_over_due(at=moment(4))

    question.refresh_from_db()
    assert (question.committee, question.transferred_from) == (third, world.host)
    assert identity.asker_shown_to(question, world.outsider) == identity.NOBODY
    assert identity.asker_shown_to(question, world.clerk) == world.staff.full_name
    transfers.give_back(
        question, reason="x", version=question.version, by=world.outsider, at=moment(5)
    )
    assert question.committee == world.host


def test_the_committee_where_it_was_asked_is_merged_and_its_successor_keeps_who_asked(world):
    question, third = handed(world, level="named"), a_third(world)

    close_committee(world.host, active_until=day(3), successor=third, by=world.head)
    hand_over_due(at=moment(4))

    question.refresh_from_db()
    assert (question.committee, question.keeper) == (world.neighbour, third)
    assert identity.asker_shown_to(question, world.outsider) == world.staff.full_name
    assert identity.asker_shown_to(question, world.other_secretary) == identity.NOBODY
    given_back(world, question, at=moment(5))
    assert question.committee == third


@pytest.mark.parametrize(("ends", "stays"), [("host", "neighbour"), ("neighbour", "host")])
def test_both_become_one_and_nothing_is_foreign_any_more(world, ends, stays):
    question = handed(world)
    kept = getattr(world, stays)

    close_committee(getattr(world, ends), active_until=day(3), successor=kept, by=world.head)
    hand_over_due(at=moment(4))

    question.refresh_from_db()
    assert (question.committee, question.transferred_from) == (kept, None)
    ended = Transfer.objects.get()
    assert (ended.returned_at, ended.returned_by) == (moment(4), None)


# --- to whom ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["B02", "b02", "Đảng ủy Bộ Láng Giềng", "dang uy bo lang gieng"])
def test_a_committee_is_named_by_its_code_or_its_name(world, typed):
    searchable(world)

    assert transfers.found_by(typed, question=cleared(world), on=NOON.date()) == (
        world.neighbour, [],
    )  # fmt: skip


def test_a_part_of_a_name_offers_those_that_could_receive_it(world):
    third = a_third(world)
    searchable(world, third)
    question = cleared(world)

    offered = transfers.found_by("đảng ủy", question=question, on=NOON.date())

    assert offered == (
        None,
        [world.neighbour, third],
    )  # neither itself, nor the Bloc without people
    assert transfers.found_by("xyz", question=question, on=NOON.date()) == (None, [])


def test_of_nine_hundred_a_few_are_offered(world):
    many = [
        make_committee(f"M{number:02}", world.host.Kind.BASE, f"Đảng ủy Trường {number:02}")
        for number in range(12)
    ]
    Membership.objects.bulk_create(
        Membership(user=world.outsider, committee=one, role=Role.CLERK, starts_on=day(-9))
        for one in many
    )
    searchable(world, *many)

    _none, offered = transfers.found_by("truong", question=cleared(world), on=NOON.date())

    assert offered == many[: transfers.MOST]


def searchable(world, *others):
    from committees.domain.committees import _folded

    for one in (world.bloc, world.board, world.host, world.neighbour, *others):
        one.folded = _folded(one.code, one.name)
        one.save(update_fields=["folded"])


# --- the asker --------------------------------------------------------------------------


def test_the_asker_hears_of_it_once_and_of_its_return(world):
    question = handed(world)

    def told(*read):
        found = news.unread(
            Question.objects.filter(pk=question.pk), asker=world.staff, at=LATER, read=read
        )
        return list(found.values())

    [there] = told()
    assert there.words == "đã chuyển đảng ủy khác"
    assert told(there.mark) == []
    given_back(world, question)
    [back] = told(there.mark)
    assert back.words == "đã chuyển trả về đảng ủy của đồng chí"
