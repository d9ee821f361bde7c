"""Sealed names: two people of two bodies open one, its asker is told, a dump gives nothing away."""

import datetime as dt
import re
import threading

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committees.models import Membership, Role, User
from foundation.codes import RECEIPT_LENGTH, code_of
from foundation.keys import destroy_key, key_names
from sessions import permissions
from sessions.askers import receipts, unsealing
from sessions.askers.sealing import CannotOpen, open_seal
from sessions.domain import questions
from sessions.models import OpeningDecision, OpeningRequest, Question, SealedIdentity, Unsealing
from tests.accounts.factors import give_app, show_factor
from tests.openings import REASON, agreed, asked_for, coded, opened
from tests.world import HALF, LONG_AGO, NOON, moment

pytestmark = pytest.mark.django_db
NAME = "Đỗ Minh Đức"
WHY_NOT = "Lý do chưa đủ để biết tên."
WRITES = re.compile("INSERT|UPDATE|DELETE")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def ask(world, by, level="confidential", text="Tôi bị đe dọa."):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[0], kind="opinion", level=level,
        by=by, at=NOON,
    )  # fmt: skip


@pytest.fixture
def question(world):
    return coded(ask(world, world.staff))


def page(question):
    return f"/triage/{question.pk}/unseal/"


def decide(request):
    return f"/openings/{request.pk}/"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def text_of(answer):
    return answer.content.decode()


# --- the way of it --------------------------------------------------------------------


def test_the_secretary_asks_the_board_agrees_and_the_asker_reads_of_both(world, question):
    secretary, officer, asker = map(signed_in, (world.secretary, world.officer, world.staff))

    assert secretary.post(page(question), {"reason": REASON}).status_code == 302
    waiting = text_of(secretary.get(page(question)))
    told = [text_of(asker.get(where)) for where in ("/", "/questions/mine/")]
    request = OpeningRequest.objects.get()
    assert NAME not in waiting
    assert "Chờ Ban trả lời" in waiting
    assert not Unsealing.objects.exists()
    for one in told:
        assert REASON in one
        assert "Nguyễn Thị Ánh" in one
        assert "chưa trả lời" in one
    assert "Có 1 đề nghị mở tên niêm phong" in told[0]

    assert secretary.post(f"{page(question)}show/").status_code == 422
    asked = text_of(officer.get(decide(request)))
    assert REASON in asked
    assert question.code in asked
    assert officer.post(decide(request), {"verdict": "agreed", "reason": ""}).status_code == 302
    assert "Đặng Thị Mai" in text_of(asker.get("/"))

    assert NAME not in text_of(secretary.get(page(question)))  # to look is not to read
    assert not Unsealing.objects.exists()
    for _ in range(2):
        shown = secretary.post(f"{page(question)}show/")
        assert NAME in text_of(shown)
        assert "no-store" in shown.headers["Cache-Control"]
    assert Unsealing.objects.count() == 1
    assert "Tên đã được xem" in text_of(asker.get("/"))
    with CaptureQueriesContext(connection) as asked_of_the_database:
        asker.post("/questions/notices/")
    assert not WRITES.search(str(asked_of_the_database.captured_queries))  # nobody was here
    assert REASON not in text_of(asker.get("/"))
    assert REASON not in text_of(signed_in(world.colleague).get("/"))


def test_a_refusal_has_a_reason_that_both_sides_read(world, question):
    request = asked_for(question, world, at=timezone.now())
    head = signed_in(world.head)

    short = head.post(decide(request), {"verdict": "refused", "reason": "không"})
    assert short.status_code == 422
    assert "ít nhất mười ký tự" in text_of(short)
    wrong_button = head.post(decide(request), {"verdict": "agreed", "reason": WHY_NOT})
    assert wrong_button.status_code == 422
    assert WHY_NOT in text_of(wrong_button)
    assert "không được lưu ở đâu" in text_of(wrong_button)
    assert not OpeningDecision.objects.exists()
    assert head.post(decide(request), {"verdict": "refused", "reason": WHY_NOT}).status_code == 302

    secretary, asker = signed_in(world.secretary), signed_in(world.staff)
    for answer in (secretary.get(page(question)), asker.get("/")):
        assert WHY_NOT in text_of(answer)
        assert "Ngô Đình Lâm" in text_of(answer)
    assert "Ban từ chối cho mở tên" in text_of(secretary.get("/"))
    assert secretary.post(f"{page(question)}show/").status_code == 422
    again = head.post(decide(request), {"verdict": "agreed", "reason": ""}, follow=True)
    assert "đã được xét hoặc đã hết hạn" in text_of(again)
    assert OpeningDecision.objects.get().verdict == "refused"


def test_the_request_is_taken_back_and_lapses(world, question):
    secretary, asker = signed_in(world.secretary), signed_in(world.staff)
    asked_for(question, world, at=timezone.now())
    secretary.post(f"{page(question)}withdraw/")
    assert "được thu hồi" in text_of(asker.get("/"))
    assert text_of(secretary.post(f"{page(question)}withdraw/", follow=True)).count(
        "Không còn gì để thu hồi"
    )

    request = asked_for(question, world, at=timezone.now() - 14 * DAY)
    assert request.stage(at=timezone.now()) == "lapsed"
    assert "hết hạn ngày" in text_of(asker.get("/"))
    late = signed_in(world.head).post(decide(request), {"verdict": "agreed"}, follow=True)
    assert "đã được xét hoặc đã hết hạn" in text_of(late)
    assert OpeningDecision.objects.get().verdict == "withdrawn"
    with pytest.raises(IntegrityError, match="in time"), transaction.atomic():
        OpeningDecision.objects.create(
            request=request, verdict="agreed", by=world.head, by_name="?", at=timezone.now()
        )


def test_the_name_is_shown_for_24_hours_to_who_asked_and_is_still_secretary(world, question):
    request = agreed(question, world, at=moment(0))
    for at in (moment(0), moment(0, 23)):
        assert unsealing.open_name(request, by=world.secretary, at=at) == world.staff
    for by, at in (
        (world.secretary, moment(1)),
        (world.clerk, moment(0)),
        (world.officer, moment(0)),
        (world.other_secretary, moment(0)),
    ):
        with pytest.raises(CannotOpen):
            unsealing.open_name(request, by=by, at=at)


def test_whoever_is_secretary_no_more_reads_nothing_and_the_next_one_neither(world, question):
    agreed(question, world, at=timezone.now())
    world.secretary.memberships.update(ends_on=dt.date(2025, 1, 1))
    for person in (world.colleague, world.clerk):
        Membership.objects.create(
            user=person, committee=world.host, role=Role.SECRETARY,
            starts_on=LONG_AGO, given_on=LONG_AGO,
        )  # fmt: skip
    assert signed_in(world.secretary).post(f"{page(question)}show/").status_code == 404
    for person in (world.colleague, world.clerk):
        answer = signed_in(person).post(f"{page(question)}show/")
        assert answer.status_code == 422
        assert NAME not in text_of(answer)
    assert not Unsealing.objects.exists()


def test_after_24_hours_the_page_says_that_it_is_over(world, question):
    request = agreed(question, world, at=timezone.now() - 25 * HOUR)
    secretary = signed_in(world.secretary)
    shown = secretary.post(f"{page(question)}show/")
    assert shown.status_code == 422
    assert NAME not in text_of(shown)
    assert f"{timezone.localtime(request.shown_until):%H:%M %d/%m/%Y}" in text_of(shown)
    assert secretary.post(page(question), {"reason": REASON}).status_code == 302  # asked anew


def test_the_request_stays_with_the_question_and_its_code(world, settings):
    """The notice can be put away; what happened can be read again, with the code too."""
    code = code_of(b"a confidential one", RECEIPT_LENGTH)
    question = questions.submit_question(
        world.conference, text="Tôi bị đe dọa.", theme=world.themes[0], kind="opinion",
        level="confidential", by=world.staff, at=NOON,
        receipt=receipts.from_code(code[:RECEIPT_LENGTH]),
    )  # fmt: skip
    opened(question, world, at=NOON)

    asker, stranger = signed_in(world.staff), Client(headers={"host": "anonymous.localhost"})
    asker.post("/questions/notices/")
    own = asker.get(f"/questions/{question.pk}/")
    followed = stranger.post(
        "/receipt/", f"code={code}", content_type="application/x-www-form-urlencoded"
    )
    for answer in (own, followed):
        assert "Đã có đề nghị mở tên niêm phong của đồng chí" in text_of(answer)
        assert REASON in text_of(answer)
        assert "Nguyễn Thị Ánh" in text_of(answer)


# --- the second factor ----------------------------------------------------------------


def test_a_factor_of_five_minutes_ago_counts_and_an_older_one_does_not(world, question, settings):
    """T03, with a real session: nothing is patched."""
    settings.SECOND_FACTOR_REQUIRED = True
    give_app(world.secretary)
    client = signed_in(world.secretary)
    show_factor(client, world.secretary, ago=301)
    assert client.get(page(question)).url.startswith("/accounts/confirm/factor/")
    assert client.post(page(question), {"reason": REASON}).status_code == 403
    assert not OpeningRequest.objects.exists()

    show_factor(client, world.secretary, ago=290)
    settings.FRESH_MINUTES = 4
    assert client.post(page(question), {"reason": REASON}).status_code == 403
    settings.FRESH_MINUTES = 5
    assert client.post(page(question), {"reason": REASON}).status_code == 302
    request = OpeningRequest.objects.get()

    give_app(world.officer)
    officer = signed_in(world.officer)
    show_factor(officer, world.officer, ago=301)
    late = officer.post(decide(request), {"verdict": "refused", "reason": WHY_NOT})
    assert late.status_code == 403
    assert WHY_NOT in text_of(late)
    assert not OpeningDecision.objects.exists()
    show_factor(officer, world.officer, ago=290)
    assert officer.post(decide(request), {"verdict": "agreed"}).status_code == 302

    show_factor(client, world.secretary, ago=301)
    assert client.post(f"{page(question)}show/").status_code == 403
    show_factor(client, world.secretary, ago=290)
    assert NAME in text_of(client.post(f"{page(question)}show/"))


def test_without_a_fresh_second_factor_the_reason_is_kept_and_nothing_asked(
    world, question, monkeypatch
):
    monkeypatch.setattr("committees.accounts.second_factor.is_fresh", lambda request: False)
    client = signed_in(world.secretary)
    assert client.get(page(question)).status_code == 302
    answer = client.post(page(question), {"reason": REASON})
    assert answer.status_code == 403
    assert REASON in text_of(answer)
    assert not OpeningRequest.objects.exists()


# --- who may ask ----------------------------------------------------------------------


@pytest.mark.parametrize("reason", ["", "   ", "vì", "\u200b" * 30])
def test_without_a_reason_nothing_is_asked(world, question, reason):
    answer = signed_in(world.secretary).post(page(question), {"reason": reason})
    assert answer.status_code == 422
    assert not OpeningRequest.objects.exists()


@pytest.mark.parametrize(
    ("text", "quoting"),
    [
        (
            "Trưởng phòng ép tôi ký khống phiếu chi.",
            "Câu này nói trưởng phòng ép tôi ký khống, cần gặp người hỏi.",
        ),
        ("Tôi bị đe dọa.", "Người hỏi viết: “Tôi bị đe dọa”, cần gặp."),  # all of a short one
    ],
)
def test_a_reason_that_quotes_the_question_is_not_taken(world, text, quoting):
    question = coded(ask(world, world.staff, text=text))
    answer = signed_in(world.secretary).post(page(question), {"reason": quoting})
    assert answer.status_code == 422
    assert "không trích câu hỏi" in text_of(answer)
    assert quoting in text_of(answer)
    assert not OpeningRequest.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"),
    [("clerk", 403), ("leader", 404), ("colleague", 404), ("other_secretary", 404), ("head", 404)],
)
def test_nobody_else_asks_for_names_or_reads_one(world, question, who, status):
    client = signed_in(world.people[who])
    assert client.get(page(question)).status_code == status
    assert client.post(page(question), {"reason": REASON}).status_code == status
    assert not OpeningRequest.objects.exists()
    agreed(question, world, at=timezone.now())
    for act in ("show", "withdraw"):
        assert client.post(f"{page(question)}{act}/").status_code == status
    assert not Unsealing.objects.exists()


def test_an_administrator_neither_asks_nor_decides(world, question, admin_client):
    request = asked_for(question, world, at=timezone.now())
    assert admin_client.post(page(question), {"reason": REASON}).status_code == 404
    assert admin_client.post(decide(request), {"verdict": "agreed"}).status_code == 404
    assert admin_client.get("/openings/").status_code == 404
    assert not OpeningDecision.objects.exists()


def test_who_has_held_the_office_for_less_than_14_days_cannot_ask(world, question):
    """However long ago the role is said to have begun: it counts from when it was given."""
    role = Membership.objects.create(
        user=world.colleague, committee=world.host, role=Role.SECRETARY, starts_on=LONG_AGO
    )
    newcomer = signed_in(world.colleague)
    given = timezone.localdate()
    assert f"{given + 14 * DAY:%d/%m/%Y}" in text_of(newcomer.get(page(question)))
    assert newcomer.post(page(question), {"reason": REASON}).status_code == 422
    with pytest.raises(IntegrityError, match="for 14 days"), transaction.atomic():
        OpeningRequest.objects.create(
            question=question, committee=world.host, board=world.board, code="C", by_name="?",
            by=world.colleague, reason="?", at=timezone.now(), lapses_at=timezone.now() + DAY,
        )  # fmt: skip
    Membership.objects.filter(pk=role.pk).update(given_on=given - 14 * DAY)
    assert newcomer.post(page(question), {"reason": REASON}).status_code == 302


def test_a_new_term_without_a_gap_is_the_same_office(world, question):
    world.secretary.memberships.update(ends_on=NOON.date() - DAY)
    Membership.objects.create(
        user=world.secretary, committee=world.host, role=Role.SECRETARY,
        starts_on=NOON.date(), given_on=NOON.date(),
    )  # fmt: skip
    assert asked_for(question, world, at=NOON)


def test_a_question_without_a_code_and_a_committee_without_a_board(world):
    question = ask(world, world.staff)
    with pytest.raises(unsealing.NoCode):
        unsealing.request_opening(question, reason=REASON, by=world.secretary, at=NOON)
    Membership.objects.filter(committee=world.board).update(ends_on=NOON.date() - DAY)
    with pytest.raises(unsealing.NoBoard):
        asked_for(question, world, at=NOON)


def test_an_anonymous_question_offers_the_same_page_and_has_no_name(world):
    nobodys = coded(
        Question.objects.create(
            conference=world.conference, committee=world.host, theme=world.themes[0],
            kind="opinion", level="anonymous", original_text="Tôi bị đe dọa.", received_at=NOON,
        )
    )  # fmt: skip
    client = signed_in(world.secretary)
    assert client.get(page(nobodys)).status_code == 200
    agreed(nobodys, world, at=timezone.now())
    answer = client.post(f"{page(nobodys)}show/")
    assert answer.status_code == 422
    assert "Câu hỏi này không có tên nào mở được" in text_of(answer)
    assert not Unsealing.objects.exists()


def test_a_named_question_has_nothing_to_open(world):
    named = coded(ask(world, world.staff, level="named"))
    assert signed_in(world.secretary).get(page(named)).status_code == 403
    with pytest.raises(IntegrityError, match="handles the question"), transaction.atomic():
        asked_for(named, world, at=NOON)
    assert not SealedIdentity.objects.exists()


# --- what the Board reads -------------------------------------------------------------


def test_the_board_reads_committee_code_and_reason_and_nothing_of_the_question(world):
    """Byte for byte the same for a confidential and an anonymous question of any theme."""
    pages, at = {}, timezone.now()  # one minute for both
    head = signed_in(world.head)
    for level, theme in (("confidential", 0), ("anonymous", 3)):
        with transaction.atomic():
            question = Question.objects.create(
                conference=world.conference, committee=world.host, theme=world.themes[theme],
                kind="opinion", level=level, original_text=f"MẬT-{theme}", received_at=NOON,
            )  # fmt: skip
            request = asked_for(question, world, at=at)
            pages[level] = [
                text_of(head.get(where)).replace(decide(request), "/openings/N/")
                for where in (decide(request), "/openings/")
            ]
            transaction.set_rollback(True)
    first = pages["confidential"]
    assert [strip_tokens(one) for one in first] == [strip_tokens(o) for o in pages["anonymous"]]
    assert "HN1-C001" in first[0]
    assert "Đồng ý" in first[0]  # the form, too
    for one in first:
        for word in ("MẬT", world.themes[0].name, NAME, world.conference.title):
            assert word not in one


def strip_tokens(page_):
    page_ = re.sub(r'data-keep-key="[0-9a-f]{32}"', "", page_)  # of person and request
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", page_)


def test_the_board_reads_how_many_names_each_committee_opened_and_none_of_them(world):
    for number in range(2):
        opened(ask(world, world.staff, text=f"Câu {number}"), world, at=NOON)

    desk = signed_in(world.head).get(f"/board/{world.period.code}/")
    record = signed_in(world.head).get("/audit/?act=name_unsealed")

    assert desk.status_code == record.status_code == 200
    assert text_of(desk).count("đã mở 2 tên niêm phong") == 1
    assert text_of(record).count("<strong>Mở tên được niêm phong</strong>") == 2
    for answer in (desk, record):
        assert REASON not in text_of(answer)
        assert NAME not in text_of(answer)


def test_the_board_has_it_on_its_home_and_in_its_menu_until_one_has_decided(world, question):
    request = asked_for(question, world, at=timezone.now())
    for person in (world.head, world.officer):
        home = text_of(signed_in(person).get("/"))
        assert f"đề nghị mở tên ở câu hỏi {question.code}" in home
        assert decide(request) in home
    unsealing.agree(request, by=world.officer, at=timezone.now())
    assert decide(request) not in text_of(signed_in(world.head).get("/"))
    assert "được xem tên" in text_of(signed_in(world.secretary).get("/"))


# --- at the same moment ---------------------------------------------------------------


def test_twenty_a_day(world, settings):
    settings.OPENING_REQUESTS_A_DAY = 3
    asked = [ask(world, world.staff, text=f"{n}") for n in range(4)]
    for question in asked[:3]:
        asked_for(question, world, at=NOON)
    with pytest.raises(unsealing.TooManyRequests):
        asked_for(asked[3], world, at=moment(0, 11))
    assert asked_for(asked[3], world, at=moment(1))


def test_a_second_click_asks_once_and_another_secretary_is_told(world, question):
    Membership.objects.create(
        user=world.colleague, committee=world.host, role=Role.SECRETARY,
        starts_on=LONG_AGO, given_on=LONG_AGO,
    )  # fmt: skip
    client = signed_in(world.secretary)
    for _ in range(2):
        assert client.post(page(question), {"reason": REASON}).status_code == 302
    second = signed_in(world.colleague)
    other = second.post(page(question), {"reason": REASON})
    assert other.status_code == 422
    assert "Nguyễn Thị Ánh đã đề nghị mở tên này" in text_of(other)
    assert OpeningRequest.objects.count() == 1
    assert second.post(f"{page(question)}withdraw/").status_code == 403
    assert not OpeningDecision.objects.exists()
    with pytest.raises(IntegrityError, match="one open request"), transaction.atomic():
        OpeningRequest.objects.create(
            question=question, committee=world.host, board=world.board, code="C", by_name="?",
            by=world.secretary, reason="?", at=timezone.now(), lapses_at=timezone.now() + DAY,
        )  # fmt: skip


def at_once(acts):
    """Do all the acts at the same moment; return what each raised, or None."""
    start, raised = threading.Barrier(len(acts)), [None] * len(acts)

    def do(place, act):
        start.wait()
        try:
            act()
        except Exception as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_many_at_once_do_not_pass_the_limit_and_one_question_is_asked_for_once(world, settings):
    settings.OPENING_REQUESTS_A_DAY = 3
    asked = [coded(ask(world, world.staff, text=f"{n}")) for n in range(4)]

    def asking(question):
        return lambda: unsealing.request_opening(
            question, reason=REASON, by=world.secretary, at=NOON
        )

    at_once([asking(question) for question in (*asked, *asked)])
    assert OpeningRequest.objects.count() == 3
    assert OpeningRequest.objects.values("question").distinct().count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_decide_at_once_one_decides_and_the_other_is_told(world):
    request = asked_for(ask(world, world.staff), world, at=NOON)
    raised = at_once(
        [
            lambda: unsealing.agree(request, by=world.officer, at=NOON),
            lambda: unsealing.refuse(request, reason=WHY_NOT, by=world.head, at=NOON),
            lambda: unsealing.withdraw(request, by=world.secretary, at=NOON),
        ]
    )
    assert [type(one) for one in raised].count(unsealing.AlreadyDecided) == 2
    assert OpeningDecision.objects.count() == 1


# --- what the database itself refuses -------------------------------------------------


@pytest.mark.parametrize(
    ("who", "why"),
    [
        ("secretary", "another person"),
        ("clerk", "the Board decides"),
        ("other_secretary", "the Board decides"),
        ("staff", "the Board decides"),
    ],
)
def test_nobody_but_the_board_agrees(world, question, who, why):
    request = asked_for(question, world, at=NOON)
    agreed(
        ask(world, world.colleague, text="Câu khác."), world, at=NOON
    )  # is no answer to this one
    with pytest.raises(IntegrityError, match=why), transaction.atomic():
        unsealing.agree(request, by=world.people[who], at=NOON)


def test_who_was_of_the_office_when_it_was_asked_does_not_agree_for_the_board(world, question):
    request = asked_for(question, world, at=NOON)
    world.clerk.memberships.update(ends_on=NOON.date())
    Membership.objects.create(
        user=world.clerk, committee=world.board, role=Role.OFFICER, starts_on=NOON.date() + DAY
    )
    with pytest.raises(IntegrityError, match="nobody of the office"), transaction.atomic():
        unsealing.agree(request, by=world.clerk, at=moment(2))
    assert not permissions.can_decide_opening(User.objects.get(pk=world.clerk.pk), request)
    assert permissions.can_decide_opening(world.head, request)
    unsealing.agree(request, by=world.head, at=moment(2))


def test_whoever_has_appointed_the_secretary_does_not_agree_within_a_year(world, question):
    """One person of the Board and a made-up secretary are one body."""
    world.secretary.memberships.update(
        given_by=world.officer, given_on=timezone.localdate() - 20 * DAY
    )
    request = asked_for(question, world, at=timezone.now())
    officer = signed_in(world.officer)
    assert "đồng chí khác của Ban quyết định" in text_of(officer.get(decide(request)))
    assert officer.post(decide(request), {"verdict": "agreed"}).status_code == 403
    with pytest.raises(IntegrityError, match="appointed the secretary"), transaction.atomic():
        unsealing.agree(request, by=world.officer, at=timezone.now())
    assert not permissions.can_decide_opening(world.officer, request)
    world.secretary.memberships.update(given_on=timezone.localdate() - 366 * DAY)
    assert permissions.can_decide_opening(world.officer, request)
    unsealing.agree(request, by=world.head, at=timezone.now())


@pytest.mark.parametrize("verdict", [None, "refused", "withdrawn"])
def test_no_name_is_read_without_an_agreement(world, question, verdict):
    request = asked_for(question, world, at=NOON)
    if verdict == "refused":
        unsealing.refuse(request, reason=WHY_NOT, by=world.head, at=NOON)
    if verdict == "withdrawn":
        unsealing.withdraw(request, by=world.secretary, at=NOON)
    with pytest.raises(CannotOpen):
        unsealing.open_name(request, by=world.secretary, at=NOON)
    with pytest.raises(IntegrityError, match="without an agreement"), transaction.atomic():
        Unsealing.objects.create(request=request, at=NOON)


def test_no_name_is_read_later_or_by_who_is_secretary_no_more(world, question):
    request = agreed(question, world, at=NOON)
    with pytest.raises(IntegrityError, match="last 24 hours"), transaction.atomic():
        Unsealing.objects.create(request=request, at=moment(1))
    world.secretary.memberships.update(ends_on=NOON.date() - DAY)
    with pytest.raises(IntegrityError, match="the secretary who asked"), transaction.atomic():
        Unsealing.objects.create(request=request, at=NOON)


# --- what the database holds --------------------------------------------------------


def test_blobs_are_alike_in_size_and_open_for_their_own_question_alone(world, question):
    far = User.objects.create(pk=1_234_567_890, username="far", full_name="Người có số dài")
    other = ask(world, far)
    one, two = SealedIdentity.objects.get(pk=question.pk), SealedIdentity.objects.get(pk=other.pk)
    assert len(one.blob) == len(two.blob)  # whatever the numbers of the two are
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
    assert name == f"seal/{world.host.pk}-2026-{HALF}"
    assert name in key_names("seal/")
    destroy_key(name)
    agreed(question, world, at=timezone.now())
    answer = signed_in(world.secretary).post(f"{page(question)}show/")
    assert answer.status_code == 422
    assert not Unsealing.objects.exists()


def test_five_hundred_names_and_none_in_a_copy_of_the_database(world):
    """A-18: the tables of questions, read as text; all others: tests/attacks/test_whole_copy.py."""
    asked = [ask(world, world.staff, text=f"Câu {n}") for n in range(500)]
    with connection.cursor() as cursor:
        for table in ("question", "sealedidentity", "questionmove", "openingrequest"):
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
    opened(question, world, at=NOON)
    for statement in (
        "UPDATE dialogue_sessions_question SET level = 'named'",
        *(
            f"{act} dialogue_sessions_{table}{change}"
            for table in ("openingrequest", "openingdecision", "unsealing")
            for act, change in (("UPDATE", " SET at = now()"), ("DELETE FROM", ""))
        ),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    question.level = "named"
    with pytest.raises(IntegrityError), transaction.atomic():
        question.save()
