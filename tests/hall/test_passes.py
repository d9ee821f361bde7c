"""Asking in the hall without account and slip: telephones draw passes, and use them elsewhere."""

import base64
import json
import re

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.crypto import get_random_string

from foundation import blind_rsa
from foundation.clock import start_of_week
from foundation.keys import key_names
from hall.domain import joining
from sessions.askers import anonymous, mixing, retention, seats, vouchers
from sessions.models import (
    Conference,
    Question,
    SeatRound,
    SpentPass,
    SpentVoucher,
    StagedQuestion,
)
from tests.hall.floor import begun, fresh, opened
from tests.sessions.anonymously import HOST, more_people, post, sent
from tests.world import moment

pytestmark = pytest.mark.django_db
LEAST = settings.ANONYMITY_SET


@pytest.fixture
def hall(world, at):
    """A hall in which one asks with passes."""
    more_people(world)
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    joining.let_seats_ask_unnamed(hall, on=True)
    return fresh(hall)


def made(*, number=seats.EACH, seed=1):
    """Return what a telephone prepares, and as (blinded, what undoes it)."""
    public = blind_rsa.load_public(SeatRound.objects.get().public_key.encode())
    prepared = [blind_rsa.prepare(bytes([seed, n]) * 16) for n in range(number)]
    return prepared, [blind_rsa.blind(public, one) for one in prepared]


def draw(hall, phone=None, *, blinded):
    client = Client()
    client.cookies[settings.CSRF_COOKIE_NAME] = phone or get_random_string(32)
    return client.post(
        reverse("hall:join_pass", args=[hall.code]),
        json.dumps({"blinded": [base64.b64encode(one).decode() for one, _ in blinded]}),
        content_type="application/json",
    )


def passes(hall, phone=None, **more):
    """Return the passes that one telephone draws."""
    prepared, blinded = made(**more)
    answer = draw(hall, phone, blinded=blinded)
    assert answer.status_code == 200
    public = blind_rsa.load_public(SeatRound.objects.get().public_key.encode())
    signed = [base64.b64decode(one) for one in answer.json()["signed"]]
    found = []
    for message, signature, (_, inverse) in zip(prepared, signed, blinded, strict=True):
        finished = blind_rsa.finish(public, message, signature, inverse)
        token = base64.urlsafe_b64encode(message + finished).decode().rstrip("=")
        found.append(f"{seats.PREFIX}.{hall.pk}.{token}")
    return found


def drawn_by_many(hall):
    """Let as many telephones draw as are wanted to hide one; return the passes of the last."""
    return [passes(hall, seed=n) for n in range(1, LEAST + 1)][-1]


def ask(world, voucher, **changes):
    typed = {"text": "Bao giờ sửa thang máy?", "theme": world.themes[0], "kind": "opinion"}
    return anonymous.submit_anonymously(
        voucher=voucher, **{**typed, "receipt": "r" * 64, "at": begun(world), **changes}
    )


def refused(world, voucher, **changes):
    with pytest.raises(anonymous.Refused) as refusal:
        ask(world, voucher, **changes)
    return refusal.value.why


# --- drawing ----------------------------------------------------------------------------


def test_the_page_offers_passes_once_the_desk_has_opened_them(world, at):
    more_people(world)
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    page = reverse("hall:join_hall", args=[hall.code])
    assert "data-passes" not in Client().get(page).text

    joining.let_seats_ask_unnamed(hall, on=True)
    assert "data-passes" in Client().get(page).text

    joining.let_seats_ask_unnamed(hall, on=False)
    assert "data-passes" not in Client().get(page).text


def test_each_telephone_draws_once_and_is_answered_again_if_the_answer_was_lost(hall):
    phone = get_random_string(32)
    _, blinded = made()
    _, others = made(seed=2)

    first, again, other = (draw(hall, phone, blinded=sent_) for sent_ in (blinded, blinded, others))

    assert [one.status_code for one in (first, again, other)] == [200, 200, 409]
    assert first.json() == again.json()
    assert SeatRound.objects.get().drawn == 1


@pytest.mark.parametrize("number", [0, 1, 3, 40])
def test_nobody_draws_another_number(hall, number):
    assert draw(hall, blinded=made(number=number)[1]).status_code == 409
    assert SeatRound.objects.get().drawn == 0


@pytest.mark.parametrize(
    "body", ["", "{}", "[]", '{"blinded": 1}', '{"blinded": ["x", "y"]}', "\xff"]
)
def test_what_is_malformed_is_refused(hall, body):
    answer = Client().post(
        reverse("hall:join_pass", args=[hall.code]), body, content_type="application/json"
    )

    assert answer.status_code in (400, 409)


@pytest.mark.parametrize("why", ["shut", "seats shut", "before", "after"])
def test_outside_the_conference_or_where_it_is_shut_nothing_is_drawn(world, hall, at, why):
    if why == "shut":
        joining.let_seats_ask_unnamed(hall, on=False)
    elif why == "seats shut":
        joining.let_seats_ask(hall, on=False)
    elif why == "before":
        at.now = world.conference.starts_at.replace(minute=0, hour=1)
    else:
        at.now = world.conference.ends_at

    assert draw(hall, blinded=made()[1]).status_code == 404


def test_among_few_people_the_desk_cannot_open_it(client, world, at):
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    client.force_login(world.clerk)

    answer = client.post(
        reverse("hall:passes_switch", args=[hall.pk]), {"on": "1"}, HTTP_X_SENT_BY="script"
    )

    assert answer.status_code == 422
    assert not SeatRound.objects.exists()


def test_the_desk_opens_and_shuts_it(client, world, at):
    more_people(world)
    hall = opened(world)
    joining.let_seats_ask(hall, on=True)
    client.force_login(world.clerk)
    address = reverse("hall:passes_switch", args=[hall.pk])

    client.post(address, {"on": "1"})
    assert SeatRound.objects.get().is_open
    client.post(address, {})
    assert not SeatRound.objects.get().is_open


def test_what_a_telephone_is_known_by_stands_in_no_row_and_no_key(hall):
    phone = get_random_string(32)

    passes(hall, phone)

    assert phone not in str([list(model.objects.values()) for model in (SeatRound, SpentPass)])
    assert cache.get(f"seats.{phone}") is None


# --- asking -----------------------------------------------------------------------------


def test_a_pass_asks_once_and_is_hidden_among_the_telephones(world, hall):
    first, second = drawn_by_many(hall)

    assert ask(world, first) == LEAST
    assert ask(world, first) == LEAST  # the same again: its answer was lost
    assert refused(world, first, text="Câu khác", receipt="s" * 64) == "spent"
    ask(world, second, text="Bao giờ sửa đèn?", receipt="t" * 64)

    staged = StagedQuestion.objects.all()
    assert {one.conference for one in staged} == {world.conference}
    assert all(one.is_from_hall for one in staged)
    assert (SpentPass.objects.count(), SpentVoucher.objects.count()) == (2, 0)


def test_among_few_telephones_nothing_is_sent_and_the_pass_stays_good(world, hall):
    for n in range(1, LEAST):
        mine = passes(hall, seed=n)
    assert refused(world, mine[0]) == "few"
    assert not SpentPass.objects.exists()

    passes(hall, seed=LEAST)

    assert ask(world, mine[0]) == LEAST


@pytest.mark.parametrize("when", ["shut", "seats shut", "after", "before"])
def test_a_pass_is_good_in_its_hall_alone(world, hall, when):
    mine = drawn_by_many(hall)[0]
    if when == "shut":
        joining.let_seats_ask_unnamed(hall, on=False)
    elif when == "seats shut":
        joining.let_seats_ask(hall, on=False)
    moments = {"after": world.conference.ends_at, "before": moment(0)}

    assert refused(world, mine, at=moments.get(when, begun(world))) == "closed"
    assert not SpentPass.objects.exists()


def test_a_forged_pass_or_one_of_another_hall_is_none(world, hall):
    mine = passes(hall)[0]
    prefix, number, token = mine.split(".")
    for other in (
        f"{prefix}.{int(number) + 1}.{token}",
        f"{mine[:-4]}AAAA",
        f"{prefix}..",
        f"{prefix}.{number}.",
    ):
        with pytest.raises(vouchers.NoVoucher):
            seats.read_voucher(other)
    with pytest.raises(vouchers.NoVoucher):
        vouchers.read_voucher(mine.replace(seats.PREFIX, vouchers.PREFIX))


def test_within_the_next_tick_it_waits_at_the_desk_and_tells_no_moment(world, hall):
    ask(world, drawn_by_many(hall)[0])

    assert mixing.mix_if_due(at=begun(world)) == 1

    question = Question.objects.get()
    assert (question.level, question.author, question.raised_live) == ("anonymous", None, True)
    assert question.received_at == start_of_week(begun(world))
    assert not StagedQuestion.objects.exists()


def test_what_came_with_a_slip_waits_for_its_hour_all_the_same(world, hall):
    ask(world, drawn_by_many(hall)[0])
    StagedQuestion.objects.create(
        conference=world.conference, theme=world.themes[0], kind="opinion", text="Bằng phiếu",
        receipt="u" * 64, week="2026-W01",
    )  # fmt: skip

    mixing.mix_if_due(at=begun(world))

    assert StagedQuestion.objects.get().text == "Bằng phiếu"


def test_on_the_anonymous_host_a_pass_is_typed_like_a_slip(world, hall):
    mine = drawn_by_many(hall)[0]

    page = post(Client(SERVER_NAME=HOST), "/", sent(world, mine))

    assert page.status_code == 200
    told = re.sub(r"\s+", " ", page.content.decode())
    assert f"Nhiều nhất {LEAST} điện thoại trong hội trường" in told
    assert "thường được chuyển đi trong vòng một phút" in told  # later where the broker is dead
    assert StagedQuestion.objects.get().is_from_hall


# --- forgetting ---------------------------------------------------------------------------


def test_keys_and_used_passes_go_with_the_other_vouchers(world, hall):
    ask(world, drawn_by_many(hall)[0])
    assert seats.key_name(hall.pk) in key_names("voucher/")

    retention.apply_retention(at=begun(world))
    assert SpentPass.objects.exists()
    Conference.objects.filter(pk=hall.pk).update(starts_at=moment(-1000), ends_at=moment(-999))
    retention.apply_retention(at=moment(0))

    assert seats.key_name(hall.pk) not in key_names("voucher/")
    assert not SpentPass.objects.exists()
