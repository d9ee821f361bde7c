import datetime as dt

import pytest
from django.core.management import call_command

from committees.models import User
from foundation.keys import key_names
from foundation.models import AuditEntry
from foundation.search import searchable
from sessions.askers import identity, sealing, unsealing, vouchers
from sessions.askers.retention import REMOVED, apply_retention, retain_daily
from sessions.domain import questions
from sessions.domain.triage import edit_question
from sessions.models import (
    Appeal,
    OpeningDecision,
    OpeningRequest,
    PaperVoucher,
    Question,
    Rating,
    SealedIdentity,
    Unsealing,
)
from tests.openings import opened
from tests.sessions.anonymously import more_people
from tests.world import HALF, HANOI, NOON, make_conference, moment

pytestmark = pytest.mark.django_db
LAST = dt.date(2026, 12, 31) if HALF == 2 else dt.date(2026, 6, 30)


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


def at(days):
    """Return the night so many days after the last day of the world's half-year."""
    return dt.datetime.combine(LAST + dt.timedelta(days=days), dt.time(3), HANOI)


def test_nothing_goes_before_its_term(world, question):
    assert set(apply_retention(at=at(0)).values()) == {0}
    assert sealing.open_seal(question) == world.staff.pk
    assert PaperVoucher.objects.count() == 12


def test_vouchers_go_when_the_half_year_is_over(world, question):
    assert apply_retention(at=at(1))["vouchers"] == 12
    assert not PaperVoucher.objects.exists()
    assert key_names("voucher/") == []
    assert sealing.open_seal(question) == world.staff.pk


def test_names_go_with_their_keys_ninety_days_later(world, question):
    apply_retention(at=at(90))
    assert sealing.open_seal(question) == world.staff.pk
    blob = bytes(SealedIdentity.objects.get().blob)
    found = apply_retention(at=at(91))
    assert (found["sealed_names"], found["asker_keys"]) == (1, 1)
    # The row as an old backup would bring it back:
    SealedIdentity.objects.create(
        question=question, key_name=f"seal/{world.host.pk}-2026-{HALF}", blob=blob
    )
    with pytest.raises(sealing.CannotOpen):
        sealing.open_seal(question)
    assert not identity.is_asker(world.staff, question)
    assert not identity.questions_of(world.staff).exists()
    assert set(apply_retention(at=at(91)).values()) == {0}


def test_whose_name_was_opened_cannot_be_found_out_later_either(world, question):
    """The record of the opening stays; with IDENTITY_KEY and everybody's numbers it tells nobody."""
    assert opened(question, world, at=NOON) == world.staff
    assert [one.question for one in unsealing.told_to(world.staff, at=NOON)] == [question]
    pointing = {
        field.name
        for model in (OpeningRequest, OpeningDecision, Unsealing)
        for field in model._meta.get_fields()
        if field.related_model is User
    }
    assert pointing == {"by"}  # the secretary and the Board, nobody else

    apply_retention(at=at(91))

    assert key_names("asker/") == key_names("print/") == []
    assert not any(unsealing.told_to(person, at=NOON) for person in User.objects.all())


def test_a_named_question_stays_its_askers(world):
    named = questions.submit_question(
        world.conference, text="?", theme=world.themes[0], kind="opinion", level="named",
        by=world.staff, at=NOON,
    )  # fmt: skip
    apply_retention(at=at(550))
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
    assert apply_retention(at=at(365))["texts"] == 0
    assert apply_retention(at=at(366))["texts"] == 1
    question.refresh_from_db()
    named.refresh_from_db()
    assert (question.original_text, question.text) == (REMOVED, "Đã biên tập.")
    assert question.folded == searchable("Đã biên tập.")
    assert named.original_text == "Có tên."
    assert apply_retention(at=at(366))["texts"] == 0


def test_a_named_question_loses_name_and_words_after_five_years(world):
    named = questions.submit_question(
        world.conference, text="Có tên.", theme=world.themes[0], kind="opinion", level="named",
        by=world.staff, at=NOON,
    )  # fmt: skip
    edit_question(
        named, display_text="Đã biên tập.", edited_ok=True, in_report=True, times_raised=1,
        version=1,
    )  # fmt: skip
    assert apply_retention(at=at(1826))["named"] == 0

    assert apply_retention(at=at(1827))["named"] == 1

    named.refresh_from_db()
    assert (named.author, named.original_text, named.text) == (None, REMOVED, "Đã biên tập.")
    assert not identity.questions_of(world.staff).exists()
    assert apply_retention(at=at(1827))["named"] == 0


def test_what_an_asker_wrote_later_goes_with_the_question(world, question):
    question.clarifications.create(
        text="Ở đâu?", asked_by=world.clerk, asked_on=NOON.date(), reply="Ở sân sau."
    )
    Rating.objects.create(question=question, value="not", why="Chưa rõ.")
    Appeal.objects.create(question=question, text="Đề nghị xem lại.", week="2026-W23")

    apply_retention(at=at(366))

    assert question.clarifications.get().reply == REMOVED
    assert Rating.objects.get().why == ""
    assert Appeal.objects.get().text == REMOVED


def test_each_class_goes_on_its_day_and_the_other_half_year_waits_for_its_own(world, question):
    questions.submit_question(
        world.conference, text="Có tên.", theme=world.themes[0], kind="opinion", level="named",
        by=world.staff, at=NOON,
    )  # fmt: skip
    half_a_year = dt.timedelta(days=183)
    later = make_conference(
        world.host, world.secretary, starts_at=moment(10) + half_a_year,
        ends_at=moment(10, 3) + half_a_year, asks_open_at=moment(-11), asks_close_at=moment(100),
    )  # fmt: skip
    waits = questions.submit_question(
        later, text="Sau này.", theme=world.themes[0], kind="opinion", level="confidential",
        by=world.staff, at=NOON, receipt="s",
    )  # fmt: skip
    vouchers.print_slips(later, 12)
    for one in (question, waits):
        one.attachments.create(number=1, kind="png", size=1, sha256="a" * 64)

    def gone(days):
        return {what: number for what, number in apply_retention(at=at(days)).items() if number}

    days = (0, 1, 2, 90, 91)
    assert {day: gone(day) for day in days} == {
        0: {},
        1: {"vouchers": 12},
        2: {},
        90: {},
        91: {"sealed_names": 1, "asker_keys": 1, "receipts": 1},
    }
    waits.refresh_from_db()
    assert (waits.receipt, sealing.open_seal(waits)) == ("s", world.staff.pk)
    assert identity.is_asker(world.staff, waits)
    gone(300)
    days = (365, 366, 730, 731)
    # The other one is 181 or 184 days younger, and has been gone for as long at these.
    assert {day: gone(day) for day in days} == {
        365: {},
        366: {"texts": 1},
        730: {"texts": 1},
        731: {"attachments": 1},
    }
    gone(1000)
    assert {day: gone(day) for day in (1826, 1827, 1828)} == {
        1826: {},
        1827: {"named": 1},
        1828: {},
    }
    acts = AuditEntry.objects.filter(act="retention_applied").order_by("number")
    assert acts.count() == 8
    assert acts[0].facts["vouchers"] == 12


@pytest.mark.parametrize(
    ("begins", "goes_on"),
    [
        ((2026, 1, 1), (2026, 9, 29)),
        ((2026, 6, 30), (2026, 9, 29)),
        ((2026, 7, 1), (2027, 4, 1)),
        ((2026, 12, 31), (2027, 4, 1)),
    ],
)
def test_ninety_days_are_counted_from_the_half_year_that_the_conference_began_in(
    world, question, begins, goes_on
):
    """A conference of its first minute and one of its last."""
    moment = {1: dt.time(0, 0), 7: dt.time(0, 0)}.get(begins[1], dt.time(23, 59))
    world.conference.starts_at = dt.datetime.combine(dt.date(*begins), moment, HANOI)
    world.conference.ends_at = world.conference.starts_at + dt.timedelta(hours=3)
    world.conference.save(update_fields=["starts_at", "ends_at"])
    that_day = dt.datetime.combine(dt.date(*goes_on), dt.time(0, 1), HANOI)

    assert apply_retention(at=that_day - dt.timedelta(minutes=2))["receipts"] == 0
    assert apply_retention(at=that_day)["receipts"] == 1


def test_a_key_that_names_no_half_year_stays_and_stops_nothing(world, question, settings):
    (settings.KEYS_DIR / "seal/0-kept-aside").write_bytes(b"k")

    assert apply_retention(at=at(91))["sealed_names"] == 1
    assert key_names("seal/") == ["seal/0-kept-aside"]


def test_it_is_done_once_a_day(world, question):
    for days, receipt in ((90, "r"), (91, None)):
        retain_daily(at=at(days))
        assert Question.objects.get().receipt == receipt
    Question.objects.update(receipt="again")
    retain_daily(at=at(91))
    assert Question.objects.get().receipt == "again"
    retain_daily(at=at(92))
    assert Question.objects.get().receipt is None


def test_receipts_go_after_a_quarter(world, question):
    apply_retention(at=at(90))
    assert Question.objects.get().receipt == "r"
    assert apply_retention(at=at(91))["receipts"] == 1
    assert Question.objects.get().receipt is None


def test_the_command_says_what_it_removed(world, question, capsys):
    call_command("apply_retention")
    assert "sealed_names: " in capsys.readouterr().out
