"""Vouchers, staging, mixing and receipts, without a browser."""

import base64
import datetime as dt
import re
import threading
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client

from committees.models import Membership, Role, User
from foundation import blind_rsa
from foundation.codes import RECEIPT_LENGTH, code_of, in_groups
from foundation.search import searchable
from sessions.askers import anonymous, mixing, receipts, vouchers
from sessions.domain import follow_up
from sessions.domain.answers import record_live_answer
from sessions.domain.conferences import cancel_conference
from sessions.models import (
    BlindIssue,
    Conference,
    PaperVoucher,
    Question,
    SpentVoucher,
    StagedQuestion,
    VoucherRound,
)
from sessions.states import QuestionState
from tests.world import HALF, HANOI, LONG_AGO, NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db
HOST = "anonymous.localhost"
FORM = "application/x-www-form-urlencoded"
# The week that NOON lies in, and its Monday.
WEEK = "2026-W49" if HALF == 2 else "2026-W23"
MONDAY = dt.date(2026, 11, 30) if HALF == 2 else dt.date(2026, 6, 1)


def more_people(world, number=8):
    """Let so many more people belong to the host that nobody can be guessed."""
    people = [
        User.objects.create(username=f"person{n}", full_name=f"Người Thứ {n}")
        for n in range(number)
    ]
    for person in people:
        Membership.objects.create(
            user=person, committee=world.host, role=Role.STAFF, starts_on=LONG_AGO
        )
    return people


@pytest.fixture
def crowd(world):
    return more_people(world)


@pytest.fixture
def slips(world, crowd):
    return vouchers.print_slips(world.conference, 12)


@pytest.fixture
def stranger(settings, monkeypatch):
    """A browser without a past, at the anonymous host, at NOON."""
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    settings.ANONYMOUS_BASE_URL = f"http://{HOST}"
    return Client(headers={"host": HOST})


def sent(world, voucher, **changes):
    return {
        "voucher": voucher,
        "text": "Đề nghị công khai tiêu chí xét thi đua.",
        "theme": world.themes[0].pk,
        "kind": "opinion",
        "receipt": "",
        **changes,
    }


def post(client, path, data):
    return client.post(path, urlencode(data), content_type=FORM)


def drawn(round_, person, at, number=3):
    """Return the blind vouchers that this person's browser draws, and what the server saw."""
    public = blind_rsa.load_public(round_.public_key.encode())
    prepared = [blind_rsa.prepare(bytes([n]) * 32) for n in range(number)]
    blinded = [blind_rsa.blind(public, one) for one in prepared]
    signed = vouchers.sign_blind(round_, [one for one, _ in blinded], user=person, at=at)
    return [
        vouchers.written(round_, one, blind_rsa.finish(public, one, signature, inverse))
        for one, signature, (_, inverse) in zip(prepared, signed, blinded, strict=True)
    ]


# --- slips --------------------------------------------------------------------------


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


# --- blind vouchers -----------------------------------------------------------------


@pytest.fixture
def round_(world, crowd):
    """The voucher round of the conference, on its first issuing day."""
    vouchers.open_due_rounds(at=moment(-15))
    return VoucherRound.objects.get()


ISSUING = moment(-15)


def test_a_round_opens_before_the_window_with_one_key(world, round_):
    assert round_.issues_until == day(-11)
    assert round_.issues_from == day(-20)
    assert len(round_.fingerprint) == 64
    vouchers.open_due_rounds(at=ISSUING)
    assert VoucherRound.objects.count() == 1


def test_blind_vouchers_of_ten_people_send_questions(world, round_):
    everybody = [world.staff, world.colleague, *User.objects.filter(username__startswith="person")]
    drawn_by = {person.pk: drawn(round_, person, ISSUING) for person in everybody}
    assert BlindIssue.objects.count() == 10
    mine = drawn_by[world.staff.pk]
    for number, voucher in enumerate(mine):
        anonymous.submit_anonymously(
            voucher=voucher, text=f"Câu {number}", theme=world.themes[0], kind="opinion",
            receipt=f"{number}", at=NOON,
        )  # fmt: skip
    assert StagedQuestion.objects.count() == 3


def test_blind_vouchers_that_few_were_given_are_refused(world, round_):
    (voucher, *_) = drawn(round_, world.staff, ISSUING)
    with pytest.raises(anonymous.Refused) as refusal:
        anonymous.submit_anonymously(
            voucher=voucher, text="?", theme=world.themes[0], kind="opinion", receipt="r", at=NOON
        )
    assert refusal.value.why == "few"
    assert not SpentVoucher.objects.exists()


def test_vouchers_are_given_once_and_the_same_request_is_answered_again(world, round_):
    public = blind_rsa.load_public(round_.public_key.encode())
    blinded = [blind_rsa.blind(public, bytes([n]) * 64)[0] for n in range(3)]
    one = vouchers.sign_blind(round_, blinded, user=world.staff, at=ISSUING)
    assert vouchers.sign_blind(round_, blinded, user=world.staff, at=ISSUING) == one
    others = [blind_rsa.blind(public, bytes([n]) * 64)[0] for n in range(3)]
    with pytest.raises(vouchers.NotIssued):
        vouchers.sign_blind(round_, others, user=world.staff, at=ISSUING)


@pytest.mark.parametrize(
    ("who", "at", "number"),
    [("staff", moment(-25), 3), ("staff", moment(-11), 3), ("staff", ISSUING, 2),
     ("other_staff", ISSUING, 3), ("head", ISSUING, 3)],
)  # fmt: skip
def test_not_these_days_not_to_others_not_another_number(world, round_, who, at, number):
    with pytest.raises(vouchers.NotIssued):
        drawn(round_, world.people[who], at, number)
    assert not BlindIssue.objects.exists()


def test_nothing_is_given_out_once_questions_can_be_asked(world, round_):
    """A conference moved to an earlier day opens its window in the midst of the issuing days."""
    Conference.objects.filter(pk=world.conference.pk).update(asks_open_at=moment(-14))
    assert vouchers.rounds_to_draw(world.staff, at=moment(-15)) == [round_]
    assert vouchers.rounds_to_draw(world.staff, at=moment(-14)) == []
    with pytest.raises(vouchers.NotIssued):
        drawn(round_, world.staff, moment(-14))

    make_conference(
        world.host, world.secretary, title="Đối thoại đột xuất", asks_open_at=moment(-16),
        asks_close_at=moment(-13), starts_at=moment(-13), ends_at=moment(-13, 2),
    )  # fmt: skip
    with pytest.raises(vouchers.NotIssued):
        drawn(round_, world.staff, ISSUING)
    assert not BlindIssue.objects.exists()


def test_a_forged_or_foreign_signature_is_no_voucher(world, round_):
    private = blind_rsa.load_private(blind_rsa.new_key())
    prepared = blind_rsa.prepare(b"x" * 32)
    blinded, inverse = blind_rsa.blind(private.public_key(), prepared)
    forged = blind_rsa.finish(
        private.public_key(), prepared, blind_rsa.blind_sign(private, blinded), inverse
    )
    for token in (forged, bytes(256), forged[:-1], b""):
        with pytest.raises(vouchers.NoVoucher):
            vouchers.read_voucher(vouchers.written(round_, prepared, token))


def test_the_draw_page_refuses_what_is_malformed(world, round_, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: ISSUING)
    client.force_login(world.staff)
    url = f"/vouchers/{round_.pk}/draw/"
    for body in ("", "{}", "[]", '{"blinded": 1}', '{"blinded": ["x"]}', '{"blinded": [1,2,3]}',
                 '{"blinded": ["AAAA","AAAB","AAAC"]}', "\xff"):  # fmt: skip
        answer = client.post(url, body, content_type="application/json")
        assert answer.status_code in (400, 409), body
    client.force_login(world.other_staff)
    assert client.post(url, "{}", content_type="application/json").status_code == 404
    assert not BlindIssue.objects.exists()


def test_every_account_is_given_the_same_key(world, round_, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: ISSUING)
    found = set()
    for person in (world.staff, world.colleague, world.leader, world.clerk):
        client.force_login(person)
        page = client.get("/questions/mine/").content.decode()
        found.add(page[page.index('data-n="') :][:600].split('"')[1])
    assert len(found) == 1
    client.force_login(world.other_staff)
    assert "data-draw" not in client.get("/questions/mine/").content.decode()


def test_a_page_asks_for_no_draw_once_it_was_done(world, round_, client, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: ISSUING)
    client.force_login(world.staff)
    assert "data-draw" in client.get("/questions/mine/").content.decode()
    drawn(round_, world.staff, ISSUING)
    assert "data-draw" not in client.get("/questions/mine/").content.decode()


# --- the mixer ----------------------------------------------------------------------


def stage(world, number, first=0, **fields):
    return [
        StagedQuestion.objects.create(
            conference=world.conference,
            theme=world.themes[n % 5],
            kind="opinion",
            text=f"Câu hỏi số {n}",
            receipt=f"receipt-{n}",
            week=WEEK,
            **fields,
        )
        for n in range(first, first + number)
    ]


def at_hour(hour, day=0):
    return NOON.replace(hour=int(hour[:2]), minute=int(hour[3:])) + dt.timedelta(days=day)


def test_three_are_handed_on_at_the_fixed_hour(world):
    stage(world, 3)
    assert mixing.mix_if_due(at=at_hour("16:31")) == 3
    assert not StagedQuestion.objects.exists()
    question = Question.objects.get(receipt="receipt-1")
    assert (question.level, question.state, question.author, question.asker_key) == (
        "anonymous",
        "received",
        None,
        "",
    )
    assert question.original_text == "Câu hỏi số 1"
    assert question.folded == searchable("Câu hỏi số 1")
    assert question.received_at == dt.datetime.combine(MONDAY, dt.time(), HANOI)
    assert not question.moves.exists()


def test_two_wait_for_a_third_as_long_as_one_can_come(world):
    stage(world, 2)
    for days in range(3):
        for hour in ("11:31", "16:31"):
            assert mixing.mix_if_due(at=at_hour(hour, days)) == 0
    assert mixing.mix_if_due(at=moment(3) - dt.timedelta(minutes=1)) == 0
    assert mixing.mix_if_due(at=moment(3)) == 2  # the window has closed: its moment tells nothing


def test_one_that_comes_at_the_conference_waits_until_its_end(world):
    stage(world, 1)
    begins, ends = world.conference.starts_at, world.conference.ends_at
    assert mixing.mix_if_due(at=begins) == 0
    assert mixing.mix_if_due(at=ends - dt.timedelta(minutes=1)) == 0
    assert mixing.mix_if_due(at=ends) == 1


def test_while_a_conference_is_postponed_a_lone_one_waits_for_the_new_date(world):
    stage(world, 1)
    Conference.objects.filter(pk=world.conference.pk).update(state="postponed")
    assert mixing.mix_if_due(at=moment(20)) == 0


def test_each_conference_waits_for_its_own(world):
    """Whoever watches the queue of one committee would see a lone question of its own arrive."""
    theirs = make_conference(world.neighbour, world.other_secretary)
    stage(world, 2)
    stage(world, 3, first=2)
    StagedQuestion.objects.filter(receipt__in=["receipt-2", "receipt-3"]).update(conference=theirs)
    assert mixing.mix_if_due(at=at_hour("11:30")) == 3
    assert StagedQuestion.objects.filter(conference=theirs).count() == 2
    assert not Question.objects.filter(conference=theirs).exists()
    assert mixing.mix_if_due(at=at_hour("16:30", 2)) == 0
    assert mixing.mix_if_due(at=moment(3)) == 2


def test_a_turn_is_taken_once(world):
    stage(world, 3)
    assert mixing.mix_if_due(at=at_hour("11:30")) == 3
    stage(world, 4, first=3)
    assert mixing.mix_if_due(at=at_hour("11:35")) == 0
    assert mixing.mix_if_due(at=at_hour("16:29")) == 0
    assert mixing.mix_if_due(at=at_hour("16:30")) == 4


def test_a_code_used_twice_holds_nobody_up(world, slips):
    stage(world, 3)
    assert mixing.mix_if_due(at=at_hour("11:30")) == 3
    stage(world, 4)
    assert mixing.mix_if_due(at=at_hour("16:30")) == 4
    assert Question.objects.filter(receipt=None).count() == 3
    with pytest.raises(anonymous.Refused):
        anonymous.submit_anonymously(
            voucher=slips[0], text="?", theme=world.themes[0], kind="opinion",
            receipt="receipt-1", at=NOON,
        )  # fmt: skip
    assert not SpentVoucher.objects.exists()


@pytest.mark.parametrize(
    ("at", "turn"),
    [(at_hour("11:29"), at_hour("16:30", -1)), (at_hour("11:30"), at_hour("11:30")),
     (at_hour("16:29"), at_hour("11:30")), (at_hour("23:59"), at_hour("16:30"))],
)  # fmt: skip
def test_the_last_turn(at, turn):
    assert mixing.last_turn(at) == turn


def test_cancelling_and_closing_hand_on_what_still_waits(world):
    stage(world, 1)
    cancel_conference(world.conference, reason="Bão", by=world.clerk, at=NOON)
    question = Question.objects.get()
    assert question.level == "anonymous"
    assert question.state == "assigned"


# --- receipts -----------------------------------------------------------------------


def ask_with(world, body, **fields):
    return Question.objects.create(
        conference=world.conference,
        committee=world.host,
        theme=world.themes[0],
        kind="opinion",
        level="anonymous",
        original_text="Bao giờ sửa mái che?",
        received_at=NOON,
        receipt=receipts.from_code(body),
        **fields,
    )


CODE = code_of(b"a test", RECEIPT_LENGTH)


def test_a_code_shows_its_question_and_another_code_none(world, stranger):
    ask_with(world, CODE[:26])
    page = post(stranger, "/receipt/", {"code": in_groups(CODE).lower()})
    assert page.status_code == 200
    assert "Bao giờ sửa mái che?" in page.content.decode()
    other = post(stranger, "/receipt/", {"code": code_of(b"other", RECEIPT_LENGTH)})
    assert other.status_code == 422
    assert "Bao giờ" not in other.content.decode()


def test_a_staged_question_is_found_and_says_when_it_is_handed_on(world, stranger, slips):
    body = CODE[:26]
    from hashlib import sha256

    post(stranger, "/", sent(world, slips[0], receipt=sha256(body.encode()).hexdigest()))
    page = post(stranger, "/receipt/", {"code": CODE}).content.decode()
    assert "11:30" in page
    assert "Đề nghị công khai" in page


def test_the_whole_way_with_a_code(world, stranger):
    question = ask_with(world, CODE[:26])
    follow_up.ask_back(question, text="Mái che nào?", by=world.clerk, at=NOON)
    assert "Mái che nào?" in post(stranger, "/receipt/", {"code": CODE}).content.decode()
    page = post(stranger, "/receipt/", {"code": CODE, "act": "reply", "text": "Nhà để xe B."})
    assert "Cảm ơn đồng chí" in page.content.decode()
    question.refresh_from_db()
    assert question.clarifications.get().reply == "Nhà để xe B."
    early = post(stranger, "/receipt/", {"code": CODE, "act": "rate", "value": "answered"})
    assert early.status_code == 409
    record_live_answer(
        question, text="Quý này.", answered_by="Văn phòng", by=world.clerk, at=moment(10, 1)
    )
    bad = post(stranger, "/receipt/", {"code": CODE, "act": "rate", "value": "not"})
    assert bad.status_code == 422
    post(
        stranger, "/receipt/", {"code": CODE, "act": "rate", "value": "not", "why": "Chưa rõ ngày."}
    )
    post(stranger, "/receipt/", {"code": CODE, "act": "appeal", "text": "Đề nghị nêu rõ ngày."})
    twice = post(stranger, "/receipt/", {"code": CODE, "act": "appeal", "text": "Lần nữa."})
    assert twice.status_code == 409
    question = Question.objects.get(pk=question.pk)
    assert (question.rating.value, question.rating.why) == ("not", "Chưa rõ ngày.")
    assert (question.appeal.text, question.appeal.week) == ("Đề nghị nêu rõ ngày.", WEEK)
    follow_up.reply_to_appeal(question.appeal, text="Ngày 30/6.", by=world.secretary, at=NOON)
    assert "Ngày 30/6." in post(stranger, "/receipt/", {"code": CODE}).content.decode()


@pytest.mark.parametrize("state", QuestionState)
def test_a_question_is_followed_wherever_it_stands(world, stranger, state):
    more = {
        QuestionState.ASSIGNED: {"due_on": day(5), "assignee": world.leader},
        QuestionState.DECLINED: {"return_code": "unclear"},
        QuestionState.MERGED: {"merged_into": ask_with(world, "3" * RECEIPT_LENGTH)},
    }
    ask_with(world, CODE[:26], state=state, **more.get(state, {}))

    page = post(stranger, "/receipt/", {"code": CODE})

    assert page.status_code == 200
    assert ("(còn 5 ngày)" in page.text) is (state == QuestionState.ASSIGNED)


def test_an_unknown_act_is_not_found(world, stranger):
    ask_with(world, CODE[:26])
    assert post(stranger, "/receipt/", {"code": CODE, "act": "drop"}).status_code == 404


def test_guessing_runs_dry_and_the_right_code_still_works(world, stranger, monkeypatch):
    from sessions.views import anonymous as views

    ask_with(world, CODE[:26])
    monkeypatch.setattr(views, "SAME_TIME", 0.001)
    monkeypatch.setattr(views, "misses", views.Bucket(5, 600))
    found = [
        post(stranger, "/receipt/", {"code": code_of(bytes([n]), RECEIPT_LENGTH)}).status_code
        for n in range(8)
    ]
    assert found == [422] * 5 + [429] * 3
    assert post(stranger, "/receipt/", {"code": CODE}).status_code == 200


# --- the host -----------------------------------------------------------------------


def test_no_cookie_no_trace_and_only_a_few_sizes(world, slips, stranger):
    ask_with(world, CODE[:26])
    answers = [
        stranger.get("/"),
        stranger.get("/receipt/"),
        post(stranger, "/", sent(world, slips[0])),
        post(stranger, "/", sent(world, "wrong", text="x" * 3_900)),
        post(stranger, "/receipt/", {"code": CODE}),
        post(stranger, "/receipt/", {"code": "wrong"}),
        stranger.get("/nowhere/"),
    ]
    for answer in answers:
        assert not answer.cookies
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "csrfmiddlewaretoken" not in answer.content.decode()
        assert "<title>Trang thông tin</title>" in answer.content.decode()
    assert len({len(answer.content) for answer in answers}) <= 3


def test_no_page_of_the_portal_is_on_the_anonymous_host_nor_the_other_way(stranger, client):
    for path in ("/accounts/login/", "/questions/mine/", "/admin/", "/healthz", "/triage/"):
        assert stranger.get(path).status_code == 404
    assert client.get("/receipt/").status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 422),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "null"}, 422),
        ({"origin": f"http://{HOST}"}, 422),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": f"http://{HOST}.evil.example"}, 403),
    ],
)
def test_forms_come_from_the_host_itself(world, stranger, headers, status):
    answer = stranger.post("/", "voucher=x", content_type=FORM, headers=headers)
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("method", "body", "content_type", "status"),
    [
        ("put", "", FORM, 405),
        ("delete", "", FORM, 405),
        ("options", "", FORM, 405),
        ("post", "{}", "application/json", 415),
        ("post", "x", "multipart/form-data; boundary=x", 415),
        ("post", "a=" + "x" * 70_000, FORM, 413),
        ("post", "text=%00&voucher=%00", FORM, 422),
        ("post", "text=%ff%fe&voucher=%c3%28", FORM, 422),
        ("post", "&".join(f"a{n}=1" for n in range(3_000)), FORM, 400),
    ],
)
def test_what_cannot_be_read_is_refused_kindly(world, stranger, method, body, content_type, status):
    answer = getattr(stranger, method)("/", body, content_type=content_type)
    assert answer.status_code == status


def test_a_crash_says_where_and_nothing_of_what_was_sent(
    world, slips, stranger, monkeypatch, caplog
):
    def fail(**_):
        raise RuntimeError("CANARY-TEXT")

    monkeypatch.setattr("sessions.askers.public.submit_anonymously", fail)
    answer = post(stranger, "/", sent(world, slips[0], text="CANARY-TEXT"))
    assert answer.status_code == 500
    assert "CANARY" not in answer.content.decode() + caplog.text
    assert "RuntimeError at" in caplog.text


def test_base64_of_the_voucher_is_strict(round_, world):
    (voucher, *_) = drawn(round_, world.staff, ISSUING)
    head, token = voucher.rsplit(".", 1)
    content = base64.urlsafe_b64decode(token + "==")
    for changed in (content + b"!", content[:-1], b"\0" + content):
        with pytest.raises(vouchers.NoVoucher):
            vouchers.read_voucher(f"{head}.{base64.urlsafe_b64encode(changed).decode()}")
    with pytest.raises(vouchers.NoVoucher):
        vouchers.read_voucher(f"{head}.{token[:-4]}!{token[-3:]}")


def test_whoever_asked_on_paper_is_handed_a_code_too(world, client, stranger):
    client.force_login(world.clerk)
    page = client.post(
        f"/conferences/{world.conference.pk}/record/",
        {
            "text": "Phiếu giấy: bao giờ có nước nóng?",
            "theme": world.themes[0].pk,
            "kind": "opinion",
            "channel": "paper",
            "level": "confidential",
            "form_key": "5b0d9a4e-7a52-4f0e-9d0c-0d4c5b1b7a12",
        },
        follow=True,
    ).content.decode()
    code = re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]{4}", page)[0]
    assert "Phiếu giấy" in post(stranger, "/receipt/", {"code": code}).content.decode()


def test_each_way_in_stands_where_it_is_looked_for(world, crowd, client, settings, monkeypatch):
    """Who prints slips, who looks for the own vouchers, who only has a code."""
    settings.ANONYMOUS_BASE_URL = f"http://{HOST}"
    conference = f"/conferences/{world.conference.pk}/"
    assert f'href="http://{HOST}/receipt/"' in client.get("/accounts/login/").content.decode()
    assert 'href="/help/who-asked/"' in client.get("/accounts/login/").content.decode()
    client.force_login(world.clerk)
    assert f'href="{conference}slips/"' in client.get(conference).content.decode()
    client.force_login(world.staff)
    page = client.get(conference).content.decode()
    assert f'href="{conference}slips/"' not in page
    places = (conference, "/questions/mine/", f"{conference}ask/")
    for address, at in (*((one, NOON) for one in places), (places[2], moment(4))):
        monkeypatch.setattr("foundation.clock.database_now", lambda at=at: at)
        page = client.get(address).content.decode()
        assert ("data-makes-receipt" in page) is (address == places[2] and at == NOON)
        assert 'href="/vouchers/"' in page, address
        assert 'href="/help/who-asked/"' in page, address
    assert f'href="http://{HOST}/receipt/"' in client.get("/questions/mine/").content.decode()
