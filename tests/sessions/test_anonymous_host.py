"""The anonymous host: no cookie, no trace, a few sizes."""

import base64
import re

import pytest

from sessions.askers import vouchers
from tests.sessions.anonymously import (
    CODE,
    FORM,
    HOST,
    ISSUING,
    ask_with,
    drawn,
    post,
    sent,
)
from tests.world import NOON, moment

pytestmark = pytest.mark.django_db


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
