"""Sealed names: who opens them, how that is told, and what a copy of the database gives away."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from committees.models import Membership, Role
from dialogue_portal.codes import RECEIPT_LENGTH, code_of
from dialogue_portal.keys import destroy_key, key_names
from sessions.domain import questions, receipts, unsealing
from sessions.domain.sealing import CannotOpen, open_seal
from sessions.models import Question, SealedIdentity, Unsealing
from tests.accounts.factors import give_app, show_factor
from tests.world import LONG_AGO, NOON, TODAY, moment

pytestmark = pytest.mark.django_db
REASON = "Người hỏi nói đang bị đe dọa, cần giúp ngay."


def ask(world, by, level="confidential", text="Tôi bị đe dọa."):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[0], kind="opinion", level=level,
        by=by, at=NOON,
    )  # fmt: skip


@pytest.fixture
def question(world):
    return ask(world, world.staff)


def page(question):
    return f"/triage/{question.pk}/unseal/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_the_secretary_opens_one_name_and_the_asker_reads_why(world, question):
    secretary, asker = signed_in(world.secretary), signed_in(world.staff)
    assert "Đỗ Minh Đức" not in secretary.get(page(question)).content.decode()
    opened = secretary.post(page(question), {"reason": REASON})
    assert opened.status_code == 200
    assert "Đỗ Minh Đức" in opened.content.decode()
    assert "no-store" in opened.headers["Cache-Control"]
    told = asker.get("/questions/mine/").content.decode()
    assert REASON in told
    assert "Nguyễn Thị Ánh" in told
    assert REASON in asker.get("/").content.decode()  # on every page until it is put away
    asker.post("/questions/notices/")
    assert REASON not in asker.get("/").content.decode()
    assert Unsealing.objects.count() == 1
    other = signed_in(world.colleague).get("/questions/mine/").content.decode()
    assert REASON not in other


def test_the_opening_stays_with_the_question_and_its_code(world, settings):
    """The notice can be put away; what happened can be read again, with the code too."""
    code = code_of(b"a confidential one", RECEIPT_LENGTH)
    question = questions.submit_question(
        world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
        receipt=receipts.from_code(code[:RECEIPT_LENGTH]),
    )  # fmt: skip
    unsealing.unseal(question, reason=REASON, by=world.secretary, at=NOON)
    unsealing.confirm_read(world.staff)

    asker, stranger = signed_in(world.staff), Client(headers={"host": "anonymous.localhost"})
    own = asker.get(f"/questions/{question.pk}/").content.decode()
    followed = stranger.post(
        "/receipt/", f"code={code}", content_type="application/x-www-form-urlencoded"
    ).content.decode()
    for page_ in (own, followed):
        assert "Tên niêm phong của đồng chí đã được mở" in page_
        assert REASON in page_
        assert "Nguyễn Thị Ánh" in page_


def test_a_factor_of_five_minutes_ago_opens_a_name_and_an_older_one_none(world, question, settings):
    """T03, with a real session: nothing is patched."""
    settings.SECOND_FACTOR_REQUIRED = True
    give_app(world.secretary)
    client = signed_in(world.secretary)
    show_factor(client, world.secretary, ago=301)
    assert client.get(page(question)).url.startswith("/accounts/confirm/factor/")
    late = client.post(page(question), {"reason": REASON})
    assert late.status_code == 403
    assert not Unsealing.objects.exists()

    show_factor(client, world.secretary, ago=290)
    settings.FRESH_MINUTES = 4
    assert client.post(page(question), {"reason": REASON}).status_code == 403
    settings.FRESH_MINUTES = 5
    opened = client.post(page(question), {"reason": REASON})
    assert opened.status_code == 200
    assert "Đỗ Minh Đức" in opened.content.decode()
    assert Unsealing.objects.count() == 1


def test_the_board_reads_how_many_names_each_committee_opened_and_none_of_them(world):
    for number in range(2):
        one = ask(world, world.staff, text=f"Câu {number}")
        unsealing.unseal(one, reason=REASON, by=world.secretary, at=NOON)

    desk = signed_in(world.head).get(f"/board/{world.period.code}/")
    record = signed_in(world.head).get("/audit/?act=name_unsealed")

    assert desk.status_code == record.status_code == 200
    assert desk.content.decode().count("đã mở 2 tên niêm phong") == 1
    assert record.content.decode().count("<strong>Mở tên được niêm phong</strong>") == 2
    for page_ in (desk, record):
        assert REASON not in page_.content.decode()
        assert "Đỗ Minh Đức" not in page_.content.decode()


@pytest.mark.parametrize("reason", ["", "   ", "vì", "\u200b" * 30])
def test_without_a_reason_nothing_is_opened(world, question, reason):
    answer = signed_in(world.secretary).post(page(question), {"reason": reason})
    assert answer.status_code == 422
    assert "Đỗ Minh Đức" not in answer.content.decode()
    assert not Unsealing.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 403), ("leader", 404), ("colleague", 404), ("other_secretary", 404), ("head", 404)],
)
def test_nobody_else_opens_names(world, question, who, status):
    client = signed_in(world.people[who])
    for answer in (client.get(page(question)), client.post(page(question), {"reason": REASON})):
        assert answer.status_code == status
        assert "Đỗ Minh Đức" not in answer.content.decode()
    assert not Unsealing.objects.exists()


def test_an_administrator_opens_none(world, question, admin_client):
    assert admin_client.post(page(question), {"reason": REASON}).status_code == 404
    assert not Unsealing.objects.exists()


def test_without_a_fresh_second_factor_the_reason_is_kept_and_nothing_opened(
    world, question, monkeypatch
):
    monkeypatch.setattr("committees.second_factor.is_fresh", lambda request: False)
    client = signed_in(world.secretary)
    assert client.get(page(question)).status_code == 302
    answer = client.post(page(question), {"reason": REASON})
    assert answer.status_code == 403
    assert REASON in answer.content.decode()
    assert "Đỗ Minh Đức" not in answer.content.decode()
    assert not Unsealing.objects.exists()


def test_an_anonymous_question_offers_the_same_page_and_has_no_name(world):
    nobodys = Question.objects.create(
        conference=world.conference, committee=world.host, theme=world.themes[0], kind="opinion",
        level="anonymous", original_text="Tôi bị đe dọa.", received_at=NOON,
    )  # fmt: skip
    client = signed_in(world.secretary)
    assert client.get(page(nobodys)).status_code == 200
    answer = client.post(page(nobodys), {"reason": REASON})
    assert answer.status_code == 422
    assert not Unsealing.objects.exists()


def test_a_named_question_has_nothing_to_open(world):
    named = ask(world, world.staff, level="named")
    assert signed_in(world.secretary).get(page(named)).status_code == 403
    assert not SealedIdentity.objects.exists()


def test_twenty_a_day(world, settings):
    settings.UNSEALINGS_A_DAY = 3
    asked = [ask(world, world.staff, text=f"{n}") for n in range(4)]
    for question in asked[:3]:
        unsealing.unseal(question, reason=REASON, by=world.secretary, at=NOON)
    with pytest.raises(unsealing.TooManyUnsealings):
        unsealing.unseal(asked[3], reason=REASON, by=world.secretary, at=moment(0, 11))
    assert (
        unsealing.unseal(asked[3], reason=REASON, by=world.secretary, at=moment(1)) == world.staff
    )


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_the_limit(world, settings):
    settings.UNSEALINGS_A_DAY = 3
    asked = [ask(world, world.staff, text=f"{n}") for n in range(8)]
    start = threading.Barrier(8)

    def open_it(question):
        start.wait()
        try:
            unsealing.unseal(question, reason=REASON, by=world.secretary, at=NOON)
        except unsealing.TooManyUnsealings:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=open_it, args=(question,)) for question in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Unsealing.objects.count() == 3


def test_a_new_secretary_opens_and_the_old_one_no_more(world, question):
    world.secretary.memberships.update(ends_on=TODAY.replace(year=2025))
    Membership.objects.create(
        user=world.colleague, committee=world.host, role=Role.SECRETARY, starts_on=LONG_AGO
    )
    assert signed_in(world.secretary).get(page(question)).status_code == 404
    answer = signed_in(world.colleague).post(page(question), {"reason": REASON})
    assert "Đỗ Minh Đức" in answer.content.decode()


# --- what the database holds --------------------------------------------------------


def test_blobs_are_alike_in_size_and_open_for_their_own_question_alone(world, question):
    other = ask(world, world.colleague)
    one, two = SealedIdentity.objects.get(pk=question.pk), SealedIdentity.objects.get(pk=other.pk)
    assert len(one.blob) == len(two.blob)
    assert open_seal(question) == world.staff.pk
    one.blob, two.blob = two.blob, one.blob
    one.save()
    two.save()
    for swapped in (question, other):
        with pytest.raises(CannotOpen):
            open_seal(swapped)


def test_a_tampered_blob_opens_nothing(world, question):
    sealed = SealedIdentity.objects.get(pk=question.pk)
    blob = bytearray(sealed.blob)
    blob[60] ^= 1
    sealed.blob = bytes(blob)
    sealed.save()
    with pytest.raises(CannotOpen):
        open_seal(question)


def test_once_the_key_is_destroyed_nobody_opens_the_name(world, question):
    name = SealedIdentity.objects.get().key_name
    assert name == f"seal/{world.host.pk}-2026-1"
    assert name in key_names("seal/")
    destroy_key(name)
    answer = signed_in(world.secretary).post(page(question), {"reason": REASON})
    assert answer.status_code == 422
    assert not Unsealing.objects.exists()


def test_five_hundred_names_and_none_in_a_copy_of_the_database(world):
    """A-18: every row of every table, read as text, names no confidential asker."""
    asked = [ask(world, world.staff, text=f"Câu {n}") for n in range(500)]
    with connection.cursor() as cursor:
        for table in ("question", "sealedidentity", "questionmove", "unsealing"):
            cursor.execute(f"SELECT t::text FROM dialogue_sessions_{table} t")
            rows = " ".join(row[0] for row in cursor.fetchall())
            assert "Đỗ Minh Đức" not in rows
        cursor.execute(
            "SELECT count(*) FROM dialogue_sessions_question WHERE author_id IS NOT NULL"
        )
        assert cursor.fetchone() == (0,)
    blobs = {bytes(one.blob) for one in SealedIdentity.objects.all()}
    assert len(blobs) == len(asked) == 500
    assert not any(b'"user"' in blob for blob in blobs)


def test_the_database_refuses_another_level_and_another_past(world, question):
    """A-21, T28: neither through the models nor by SQL."""
    unsealing.unseal(question, reason=REASON, by=world.secretary, at=NOON)
    for statement in (
        "UPDATE dialogue_sessions_question SET level = 'named'",
        "UPDATE dialogue_sessions_unsealing SET reason = ''",
        "DELETE FROM dialogue_sessions_unsealing",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    question.level = "named"
    with pytest.raises(IntegrityError), transaction.atomic():
        question.save()
