"""Vouchers signed blind: drawn by a browser, used once."""

import pytest

from committees.models import User
from foundation import blind_rsa
from sessions.askers import anonymous, vouchers
from sessions.models import (
    BlindIssue,
    Conference,
    SpentVoucher,
    StagedQuestion,
    VoucherRound,
)
from tests.sessions.anonymously import ISSUING, drawn
from tests.world import NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


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
