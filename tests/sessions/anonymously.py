"""Asking without a name: slips, codes, and the host that nobody signs in to."""

from urllib.parse import urlencode

from committees.models import Membership, Role, User
from foundation import blind_rsa
from foundation.codes import RECEIPT_LENGTH, code_of
from sessions.askers import receipts, vouchers
from sessions.models import (
    Question,
)
from tests.world import HALF, LONG_AGO, NOON, moment

HOST = "anonymous.localhost"


FORM = "application/x-www-form-urlencoded"


# The week that NOON lies in, and its Monday.
WEEK = "2026-W49" if HALF == 2 else "2026-W23"


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


ISSUING = moment(-15)


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
