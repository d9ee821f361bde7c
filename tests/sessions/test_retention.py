import datetime as dt

import pytest
from django.core.management import call_command

from committees.models import User
from dialogue_portal.keys import key_names
from dialogue_portal.search import searchable
from sessions.domain import identity, questions, sealing, unsealing, vouchers
from sessions.domain.retention import REMOVED, apply_retention
from sessions.domain.triage import edit_question
from sessions.models import (
    Appeal,
    OpeningDecision,
    OpeningRequest,
    OpeningSeen,
    PaperVoucher,
    Question,
    Rating,
    SealedIdentity,
    Unsealing,
)
from tests.openings import opened
from tests.sessions.test_anonymous import more_people
from tests.world import HANOI, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path


@pytest.fixture
def question(world):
    more_people(world)
    vouchers.print_slips(world.conference, 12)
    return questions.submit_question(
        world.conference, text="?", theme=world.themes[0], kind="opinion", level="confidential",
        by=world.staff, at=NOON, receipt="r",
    )  # fmt: skip


def at(year, month, day):
    return dt.datetime(year, month, day, 3, 0, tzinfo=HANOI)


def test_nothing_goes_before_its_term(world, question):
    assert set(apply_retention(at=at(2026, 6, 30)).values()) == {0}
    assert sealing.open_seal(question) == world.staff.pk
    assert PaperVoucher.objects.count() == 12


def test_vouchers_go_when_the_half_year_is_over(world, question):
    assert apply_retention(at=at(2026, 7, 1))["vouchers"] == 12
    assert not PaperVoucher.objects.exists()
    assert key_names("voucher/") == []
    assert sealing.open_seal(question) == world.staff.pk


def test_names_go_with_their_keys_ninety_days_later(world, question):
    apply_retention(at=at(2026, 9, 28))
    assert sealing.open_seal(question) == world.staff.pk
    blob = bytes(SealedIdentity.objects.get().blob)
    found = apply_retention(at=at(2026, 9, 29))
    assert (found["sealed_names"], found["asker_keys"]) == (1, 1)
    # The row as an old backup would bring it back:
    SealedIdentity.objects.create(
        question=question, key_name=f"seal/{world.host.pk}-2026-1", blob=blob
    )
    with pytest.raises(sealing.CannotOpen):
        sealing.open_seal(question)
    assert not identity.is_asker(world.staff, question)
    assert not identity.questions_of(world.staff).exists()
    assert set(apply_retention(at=at(2026, 9, 29)).values()) == {0}


def test_whose_name_was_opened_cannot_be_found_out_later_either(world, question):
    """The record of the opening stays; with IDENTITY_KEY and everybody's numbers it tells nobody."""
    assert opened(question, world, at=NOON) == world.staff
    assert [one.question for one in unsealing.told_to(world.staff)] == [question]
    pointing = {
        field.name
        for model in (OpeningRequest, OpeningDecision, Unsealing, OpeningSeen)
        for field in model._meta.get_fields()
        if field.related_model is User
    }
    assert pointing == {"by"}  # the secretary and the Board, nobody else

    apply_retention(at=at(2026, 9, 29))

    assert key_names("asker/") == key_names("print/") == []
    assert not any(unsealing.told_to(person) for person in User.objects.all())


def test_a_named_question_stays_its_askers(world):
    named = questions.submit_question(
        world.conference, text="?", theme=world.themes[0], kind="opinion", level="named",
        by=world.staff, at=NOON,
    )  # fmt: skip
    apply_retention(at=at(2028, 1, 1))
    assert identity.questions_of(world.staff).get() == named


def test_texts_without_a_name_go_after_a_year_and_cleared_ones_stay(world, question):
    named = questions.submit_question(
        world.conference, text="Có tên.", theme=world.themes[0], kind="opinion", level="named",
        by=world.staff, at=NOON,
    )  # fmt: skip
    edit_question(
        question, display_text="Đã biên tập.", edited_ok=True, in_report=True, times_raised=1,
        version=1,
    )  # fmt: skip
    assert apply_retention(at=at(2027, 6, 30))["texts"] == 0
    assert apply_retention(at=at(2027, 7, 1))["texts"] == 1
    question.refresh_from_db()
    named.refresh_from_db()
    assert (question.original_text, question.text) == (REMOVED, "Đã biên tập.")
    assert question.folded == searchable("Đã biên tập.")
    assert named.original_text == "Có tên."
    assert apply_retention(at=at(2027, 7, 1))["texts"] == 0


def test_a_named_question_loses_name_and_words_after_five_years(world):
    named = questions.submit_question(
        world.conference, text="Có tên.", theme=world.themes[0], kind="opinion", level="named",
        by=world.staff, at=NOON,
    )  # fmt: skip
    edit_question(
        named, display_text="Đã biên tập.", edited_ok=True, in_report=True, times_raised=1,
        version=1,
    )  # fmt: skip
    assert apply_retention(at=at(2031, 6, 30))["named"] == 0

    assert apply_retention(at=at(2031, 7, 1))["named"] == 1

    named.refresh_from_db()
    assert (named.author, named.original_text, named.text) == (None, REMOVED, "Đã biên tập.")
    assert not identity.questions_of(world.staff).exists()
    assert apply_retention(at=at(2031, 7, 1))["named"] == 0


def test_what_an_asker_wrote_later_goes_with_the_question(world, question):
    question.clarifications.create(
        text="Ở đâu?", asked_by=world.clerk, asked_on=NOON.date(), reply="Ở sân sau."
    )
    Rating.objects.create(question=question, value="not", why="Chưa rõ.")
    Appeal.objects.create(question=question, text="Đề nghị xem lại.", week="2026-W23")

    apply_retention(at=at(2027, 7, 1))

    assert question.clarifications.get().reply == REMOVED
    assert Rating.objects.get().why == ""
    assert Appeal.objects.get().text == REMOVED


def test_receipts_go_after_a_quarter(world, question):
    apply_retention(at=at(2026, 9, 28))
    assert Question.objects.get().receipt == "r"
    assert apply_retention(at=at(2026, 9, 29))["receipts"] == 1
    assert Question.objects.get().receipt is None


def test_the_command_says_what_it_removed(world, question, capsys):
    call_command("apply_retention")
    assert "sealed_names: " in capsys.readouterr().out
