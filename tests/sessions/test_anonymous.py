"""Slips on paper, and the host on which they are used."""

import re
import threading
from collections import Counter

import pytest
from django.db import connection

from foundation.codes import code_of, in_groups
from sessions.askers import anonymous, mixing, receipts, vouchers
from sessions.models import (
    PaperVoucher,
    Question,
    SpentVoucher,
    StagedQuestion,
    VoucherRound,
)
from tests.faster import somebody_faster
from tests.sessions.anonymously import WEEK, post, sent
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db


def test_slips_are_kept_by_their_keyed_hash_in_the_order_of_the_hashes(slips):
    found = list(PaperVoucher.objects.values_list("digest", flat=True))
    assert len(slips) == len(set(slips)) == len(found) == 12
    assert found == sorted(found)
    everything = " ".join(found)
    assert not any(slip.replace("-", "") in everything for slip in slips)


def test_among_few_people_no_slips_are_printed(world):
    with pytest.raises(vouchers.TooFewPeople):
        vouchers.print_slips(world.conference, 12)
    assert not PaperVoucher.objects.exists()


def test_a_slip_sends_one_question_and_gives_a_receipt(world, slips, stranger):
    answer = post(stranger, "/", sent(world, slips[0].lower()))
    assert answer.status_code == 200
    assert "Bạn ở trong nhóm 12 người đã nhận phiếu" in answer.content.decode()
    staged = StagedQuestion.objects.get()
    assert staged.text == "Đề nghị công khai tiêu chí xét thi đua."
    assert (staged.week, staged.conference) == (WEEK, world.conference)
    assert SpentVoucher.objects.count() == 1

    again = post(stranger, "/", sent(world, slips[0], text="Câu hỏi thứ hai."))
    assert again.status_code == 422
    assert StagedQuestion.objects.get().text == "Đề nghị công khai tiêu chí xét thi đua."


def test_without_scripts_the_form_sent_again_gives_the_same_code_and_the_slip_gives_none(
    world, slips, stranger
):
    """Whoever printed the slips has every code of a slip; the seed stands in the asker's form."""
    seed = re.search(r'name="seed" value="(\w{64})"', stranger.get("/").content.decode())[1]
    mine = sent(world, slips[0], seed=seed)

    first, again = post(stranger, "/", mine), post(stranger, "/", mine)
    printer = post(stranger, "/", sent(world, slips[0], seed="0" * 64))

    codes = [
        re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", one.content.decode()) for one in (first, again)
    ]
    assert codes[0][0] == codes[1][0]
    assert receipts.find(codes[0][0]) == StagedQuestion.objects.get()
    assert printer.status_code == 422
    assert codes[0][0] not in printer.content.decode()


@pytest.mark.parametrize("is_mixed", [False, True])
def test_an_answer_that_was_lost_is_given_again(world, slips, stranger, is_mixed):
    mine = sent(world, slips[0], receipt="a" * 64)
    post(stranger, "/", mine)
    if is_mixed:
        mixing.hand_on(StagedQuestion.objects.all(), at=NOON)

    again = post(stranger, "/", mine)

    assert again.status_code == 200
    assert StagedQuestion.objects.count() + Question.objects.count() == 1


def test_whoever_holds_a_slip_is_told_the_hashes_of_names_and_nobody_else(world, slips, stranger):
    answer = post(stranger, "/names/", {"voucher": slips[0]})
    assert answer.status_code == 200
    assert len(answer.json()["hashes"]) > 10
    assert len(answer.content) == 32 * 1024
    assert "Lê Quốc Cường" not in answer.content.decode()
    assert post(stranger, "/names/", {"voucher": "0" * 20}).status_code == 422
    assert stranger.get("/names/").status_code == 404
    assert not SpentVoucher.objects.exists()


def test_a_spent_slip_is_refused_to_another_receipt(world, slips, stranger):
    post(stranger, "/", sent(world, slips[0], receipt="a" * 64))
    answer = post(stranger, "/", sent(world, slips[0], receipt="b" * 64))
    assert answer.status_code == 422
    assert "Phiếu này đã được dùng" in answer.content.decode()
    assert "Đề nghị công khai tiêu chí" in answer.content.decode()
    assert StagedQuestion.objects.count() == 1


@pytest.mark.parametrize(
    "voucher",
    ["", "ABCD-EFGH", "0" * 20, "DT1.1.AAAA", "DT1..", "DT1.x.y", "DT1.999999999.QQ", "\u202e" * 9,
     "DT1.1." + "A" * 900, "Ẩ" * 20, "DT1.١.AAAA", "😀" * 20],
)  # fmt: skip
def test_what_is_no_voucher_writes_nothing(world, slips, stranger, voucher):
    answer = post(stranger, "/", sent(world, voucher))
    assert answer.status_code == 422
    assert "Đề nghị công khai tiêu chí" in answer.content.decode()
    assert not StagedQuestion.objects.exists()
    assert not SpentVoucher.objects.exists()


def test_outside_the_window_the_slip_stays_good(world, slips, stranger, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: moment(5))
    answer = post(stranger, "/", sent(world, slips[0]))
    assert answer.status_code == 422
    assert "phiếu vẫn dùng được" in answer.content.decode()
    assert not SpentVoucher.objects.exists()


def test_a_slip_of_the_neighbours_opens_nothing_here(world, slips):
    round_ = VoucherRound.objects.get()
    VoucherRound.objects.filter(pk=round_.pk).update(committee=world.neighbour)
    with pytest.raises(anonymous.Refused) as refusal:
        anonymous.submit_anonymously(
            voucher=slips[0], text="?", theme=world.themes[0], kind="opinion", receipt="r", at=NOON
        )
    assert refusal.value.why == "few"


def test_a_slip_of_another_half_year_is_closed(world, slips):
    VoucherRound.objects.update(half="2025-2")
    with pytest.raises(anonymous.Refused) as refusal:
        anonymous.submit_anonymously(
            voucher=slips[0], text="?", theme=world.themes[0], kind="opinion", receipt="r", at=NOON
        )
    assert refusal.value.why == "closed"


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_with_one_slip_are_one_question(world, crowd):
    (slip,) = vouchers.print_slips(world.conference, 12)[:1]
    start = threading.Barrier(10)
    outcomes = []

    def try_it(number):
        start.wait()
        for attempt in range(5):
            try:
                anonymous.submit_anonymously(
                    voucher=slip,
                    text=f"{number}",
                    theme=world.themes[0],
                    kind="opinion",
                    receipt=f"{number:02d}-{attempt}",
                    at=NOON,
                )
                outcomes.append("sent")
            except anonymous.Refused as refusal:
                outcomes.append(refusal.why)
        connection.close()

    threads = [threading.Thread(target=try_it, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["sent"] + ["spent"] * 49
    assert StagedQuestion.objects.count() == SpentVoucher.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_question_sent_twice_at_once_is_taken_once_and_both_are_told_so(world, crowd):
    (slip,) = vouchers.print_slips(world.conference, 12)[:1]

    def send():
        return anonymous.submit_anonymously(
            voucher=slip, text="Bao giờ?", theme=world.themes[0], kind="opinion",
            receipt="a" * 64, at=NOON,
        )  # fmt: skip

    with somebody_faster(send):
        group = send()

    assert group == 12
    assert StagedQuestion.objects.count() == SpentVoucher.objects.count() == 1


@pytest.mark.parametrize("number", [150, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_flood_without_vouchers_writes_nothing(world, slips, stranger, number):
    """T11: neither a row nor a reason to write one, in any table."""
    vouchers_of_no_worth = [
        lambda n: in_groups(code_of(b"%d" % n, 18)),
        lambda n: f"DT1.{VoucherRound.objects.get().pk}.{'A' * (400 + n % 60)}",
        lambda n: f"DT1.{n}.AAAA",
        lambda n: slips[n % 12][:-1],
    ]
    answers, wrote = Counter(), []

    def listen(execute, sql, params, many, context):
        if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            wrote.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(listen):
        for n in range(number):
            voucher = vouchers_of_no_worth[n % 4](n)
            answers[post(stranger, "/", sent(world, voucher, text=f"{n}")).status_code] += 1
            if n % 10 == 0:
                post(stranger, "/names/", {"voucher": voucher})
    print(f"T11: {number} questions without a voucher: {dict(answers)}, {len(wrote)} rows written")
    assert wrote == []
    assert set(answers) == {422, 429}
    assert not StagedQuestion.objects.exists()


def test_of_many_slips_among_few_people_no_more_than_the_people_are_promised(
    world, crowd, stranger
):
    """Forty slips among fourteen people hide nobody among forty."""
    slips = vouchers.print_slips(world.conference, 40)

    page = post(stranger, "/", sent(world, slips[0])).content.decode()

    assert "Bạn ở trong nhóm 14 người đã nhận phiếu" in page
    assert vouchers.offer(world.conference)["slips"] == 14


def test_the_group_is_the_batch_that_was_printed_together(world, crowd, stranger):
    """Eleven slips printed for one unit are drawn by eleven people, whatever else was printed."""
    vouchers.print_slips(world.conference, 40)
    of_a_unit = vouchers.print_slips(world.conference, 11)

    page = post(stranger, "/", sent(world, of_a_unit[0])).content.decode()

    assert "Bạn ở trong nhóm 11 người đã nhận phiếu" in page
    assert vouchers.batches_of(world.conference) == [40, 11]
    assert vouchers.offer(world.conference)["slips"] == 11
