"""A-09, A-11, A-12: what the issuer saw, how random codes are, what time tells."""

import math
import random
import re
import statistics
import time
from collections import Counter

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext

from foundation import blind_rsa, throttle
from foundation.codes import ALPHABET, RECEIPT_LENGTH, code_of, new_code
from sessions.askers import public as askers
from sessions.askers import receipts
from sessions.models import SpentVoucher
from sessions.views import anonymous as views
from tests.sessions.anonymously import CODE, ask_with, post, sent
from tests.sessions.conftest import crowd, slips, stranger  # noqa: F401
from tests.world import NOON, moment

ONCE_IN_A_MILLION = 1e-6


def luck(hits, tries, share):
    """How probable it is to guess at least `hits` of `tries` right by chance alone."""
    return sum(
        math.comb(tries, k) * share**k * (1 - share) ** (tries - k) for k in range(hits, tries + 1)
    )


def likeness(one, other):
    """How many bits two numbers of the same length have in common."""
    return 2048 - (one ^ other).bit_count()


@pytest.mark.parametrize("number", [100, pytest.param(1_000, marks=pytest.mark.long)])
def test_what_the_issuer_saw_leads_to_no_voucher(number):
    """A-09: blinded messages and signatures on one side, vouchers on the other."""
    private = blind_rsa.load_private(blind_rsa.new_key())
    public = private.public_key()
    n = public.public_numbers().n
    transcript, redeemed = [], []
    for index in range(number):
        prepared = blind_rsa.prepare(index.to_bytes(32, "big"))
        blinded, inverse = blind_rsa.blind(public, prepared)
        signed = blind_rsa.blind_sign(private, blinded)
        signature = blind_rsa.finish(public, prepared, signed, inverse)
        transcript.append((int.from_bytes(blinded, "big"), int.from_bytes(signed, "big")))
        redeemed.append(int.from_bytes(signature, "big"))
    order = list(range(number))
    random.Random(7).shuffle(order)
    matchers = {
        "bits of the signature": lambda seen, got: likeness(seen[1], got),
        "bits of the message": lambda seen, got: likeness(seen[0], pow(got, 65537, n)),
        "quotient": lambda seen, got: -(seen[1] * pow(got, -1, n) % n),
        "order": lambda seen, got: -abs(seen[1] - got),
    }
    tries = min(number, 100)
    for name, score in matchers.items():
        hits = sum(
            max(range(number), key=lambda at: score(transcript[at], redeemed[index])) == index
            for index in order[:tries]
        )
        print(f"A-09 by {name}: {hits} of {tries}")
        assert luck(hits, tries, 1 / number) > ONCE_IN_A_MILLION  # a link would give all


def test_a_signature_that_is_not_blinded_would_be_found():
    """The matchers can win: without the blinding factor the quotient leads to every voucher."""
    private = blind_rsa.load_private(blind_rsa.new_key())
    n = private.public_key().public_numbers().n
    seen = [pow(value, 3, n) for value in range(2, 102)]
    hits = sum(
        max(range(100), key=lambda at: -(seen[at] * pow(got, -1, n) % n)) == index
        for index, got in enumerate(seen)
    )
    assert luck(hits, 100, 1 / 100) < ONCE_IN_A_MILLION


@pytest.mark.long
def test_a_million_codes():
    """A-11: no collision, and every character equally often."""
    number = 1_000_000
    counts = Counter()
    seen = set()
    for _ in range(number):
        code = new_code(RECEIPT_LENGTH)[:RECEIPT_LENGTH]
        seen.add(code)
        counts.update(code)
    expected = number * RECEIPT_LENGTH / len(ALPHABET)
    chi = sum((counts[sign] - expected) ** 2 / expected for sign in ALPHABET)
    print(f"A-11: {number - len(seen)} collisions, chi² = {chi:.1f} with 31 degrees of freedom")
    assert len(seen) == number
    assert chi < 52.2  # p > 0.01
    assert RECEIPT_LENGTH * 5 == 130


def kolmogorov_smirnov(one, other):
    """Return (largest distance of the two distributions, p, asymptotic)."""
    everything = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    seen, largest = [0, 0], 0.0
    for _value, which in everything:
        seen[which] += 1
        largest = max(largest, abs(seen[0] / len(one) - seen[1] / len(other)))
    scale = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    x = (scale + 0.12 + 0.11 / scale) * largest
    p = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * x * x) for k in range(1, 101))
    return largest, min(max(p, 0.0), 1.0)


class Hours:
    """A clock that goes by when it is told to, and when somebody sleeps."""

    def __init__(self):
        self.now = 1_000.0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.mark.django_db
@pytest.mark.parametrize("code", [CODE, code_of(b"wrong", RECEIPT_LENGTH), "not a code"])
@pytest.mark.parametrize("takes", [0.001, 0.03, 0.099])
def test_a_code_is_answered_at_the_same_moment_however_long_it_was_looked_for(
    world,
    stranger,  # noqa: F811
    monkeypatch,
    code,
    takes,
):
    """A-12: what a machine's own haste or leisure does not change."""
    ask_with(world, CODE[:26])
    hours = Hours()
    find = askers.find_by_receipt

    def slowly(code):
        hours.sleep(takes)
        return find(code)

    monkeypatch.setattr(throttle, "time", hours)
    monkeypatch.setattr(views, "time", hours)
    monkeypatch.setattr(askers, "find_by_receipt", slowly)

    answer = post(stranger, "/receipt/", {"code": code})

    assert answer.status_code == (200 if code == CODE else 422)
    assert hours.now == pytest.approx(1_000 + views.SAME_TIME, rel=0, abs=1e-6)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [pytest.param(10_000, marks=pytest.mark.long)])
def test_time_does_not_tell_a_right_code_from_a_wrong_one(world, monkeypatch, number):
    """A-12: the look-up and its pause, right and wrong by turns."""
    ask_with(world, CODE[:26])
    wrong = code_of(b"wrong", RECEIPT_LENGTH)
    step = 0.02
    times = {CODE: [], wrong: []}
    for index in range(2 * number):
        code = (CODE, wrong)[index % 2]
        began = time.monotonic()
        receipts.find(code)
        views.until_the_next(step, began)
        times[code].append(time.monotonic() - began)
    difference = abs(statistics.median(times[CODE]) - statistics.median(times[wrong]))
    _, p = kolmogorov_smirnov(times[CODE], times[wrong])
    print(f"A-12: medians differ by {difference * 1000:.3f} ms, p = {p:.3f}")
    assert difference < 0.001
    assert p > 0.01


@pytest.mark.django_db
@pytest.mark.parametrize("number", [24, pytest.param(10_000, marks=pytest.mark.long)])
def test_which_slips_were_used_is_seen_by_using_them_alone(
    world,
    slips,  # noqa: F811
    stranger,  # noqa: F811
    monkeypatch,
    number,
):
    """J-04: the office has every code, a question of its own and its receipt, and asks about all.

    Whatever it sends along that does not spend the slip is answered alike for both.
    """
    own = sent(world, slips[0], receipt="a" * 64, text="Câu hỏi của văn phòng")
    unscripted = sent(world, slips[1], seed="5" * 64, text="Câu hỏi khác của văn phòng")
    post(stranger, "/", own)
    post(stranger, "/", unscripted)
    used, unused = slips[2:7], slips[7:]
    for index, slip in enumerate(used):
        post(stranger, "/", sent(world, slip, receipt=f"{index}" * 64))
    spent = SpentVoucher.objects.count()
    inside, outside = NOON, moment(5)
    probes = [
        ({**own, "text": "Thử"}, inside),
        (own, inside),
        ({**unscripted, "text": "Thử"}, inside),
        (unscripted, inside),
        (sent(world, "", text=""), inside),
        (sent(world, "", theme=""), inside),
        (sent(world, "", receipt="c" * 64), outside),
        (own, outside),
    ]
    answers, asked = {}, 0
    while asked < number:
        for index, (probe, at) in enumerate(probes):
            monkeypatch.setattr("foundation.clock.database_now", lambda at=at: at)
            for kind in (used, unused):
                slip = kind[asked % len(kind)]
                reset_queries()  # the log of queries has an end
                with CaptureQueriesContext(connection) as queries:
                    answer = post(stranger, "/", {**probe, "voucher": slip})
                page = answer.content.decode().replace(slip, "")
                page = re.sub(r'(name="seed" value)="\w+"', r"\1", page)
                seen = answers.setdefault(index, (set(), set()))[kind is used]
                seen.add((answer.status_code, page, len(queries)))
                asked += 1
    told = sum(of_used != of_unused for of_unused, of_used in answers.values())
    print(
        f"J-04: {asked} looks at slips, used and unused: {told} of {len(probes)} ways tell them apart"
    )
    assert told == 0
    assert SpentVoucher.objects.count() == spent
