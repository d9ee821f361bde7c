"""What was promised: made, followed, settled, taken up again."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from foundation.moves import MoveNotAllowed
from foundation.versions import OutdatedVersion
from sessions.domain import commitments
from sessions.models import Commitment, Question
from tests.world import MENU, NOON, day, make_conference, moment


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", timezone.now)  # the same for requests
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def held(world):
    """A conference of the host, held five days ago."""
    return make_conference(
        world.host,
        world.secretary,
        title="Đối thoại tháng Năm",
        starts_at=moment(-5),
        ends_at=moment(-5, 3),
        state="held",
    )


def promise(world, conference, **fields):
    values = {
        "text": "Sửa nhà để xe",
        "lead_unit": "Phòng Hành chính",
        "due_on": day(30),
        "owner": world.leader,
        "by": world.clerk,
        "at": NOON,
    }
    return commitments.make_commitment(conference, **{**values, **fields})


def fresh(commitment):
    return Commitment.objects.get(pk=commitment.pk)


def test_commitments_are_numbered_within_their_conference(world, held):
    codes = [promise(world, held, text=text).code for text in ("một", "hai", "ba")]

    assert codes == ["HN2-K01", "HN2-K02", "HN2-K03"]
    assert promise(world, world.conference).code == "HN1-K01"


def test_a_commitment_belongs_to_the_committee_of_its_conference(world, held):
    commitment = promise(world, held)

    assert (commitment.committee, commitment.state) == (world.host, "open")
    assert [move.actor for move in commitment.moves.all()] == [world.clerk]


def test_the_same_promise_is_made_once(world, held):
    assert promise(world, held) == promise(world, held)


def test_the_second_of_two_changes_is_refused(world, held):
    commitment = promise(world, held)
    commitments.change_commitment(commitment, version=1, text="Sửa mái", by=world.clerk, at=NOON)

    with pytest.raises(OutdatedVersion):
        commitments.change_commitment(
            commitment, version=1, text="Sửa nền", by=world.secretary, at=NOON
        )

    assert (fresh(commitment).text, fresh(commitment).version) == ("Sửa mái", 2)


def test_progress_is_kept_in_its_order_and_each_line_once(world, held):
    commitment = promise(world, held)
    for text in ("Đã khảo sát", "Đã khảo sát", "Đã ký hợp đồng"):
        commitments.add_progress(commitment, text=text, by=world.leader, at=NOON)

    assert [line.text for line in commitment.progress.all()] == ["Đã khảo sát", "Đã ký hợp đồng"]


def test_settling_keeps_the_result_and_its_evidence(world, held):
    commitment = promise(world, held)

    commitments.settle_commitment(
        commitment, result="Đã sửa", evidence="15/BB-NT", by=world.clerk, at=moment(3)
    )

    commitment = fresh(commitment)
    assert (commitment.state, commitment.settled_on) == ("done", day(3))
    assert (commitment.result, commitment.evidence) == ("Đã sửa", "15/BB-NT")


def test_a_promise_is_done_on_the_day_it_was_done(clerk, world, held):
    commitment = promise(world, held)
    where = page("commitment_settle", commitment.pk)
    facts = {"result": "Đã sửa", "evidence": "15/BB-NT"}
    today = day(0)
    assert f'value="{today:%d/%m/%Y}"' in clerk.get(where).content.decode()

    for wrong in ("", today + dt.timedelta(days=1), held.held_on - dt.timedelta(days=1)):
        on = wrong and f"{wrong:%d/%m/%Y}"
        answer = clerk.post(where, facts | {"on": on})
        assert (answer.status_code, fresh(commitment).state) == (422, "open")
        assert 'id="id_on_error"' in answer.content.decode()

    clerk.post(where, facts | {"on": f"{held.held_on:%d/%m/%Y}"})

    assert (fresh(commitment).state, fresh(commitment).settled_on) == ("done", held.held_on)
    shown = clerk.get(page("commitment_detail", commitment.pk)).content.decode()
    assert f"{held.held_on:%d/%m/%Y}" in shown.partition("Ngày hoàn thành")[2][:60]


def test_what_is_done_takes_no_more_progress(world, held):
    commitment = promise(world, held)
    commitments.settle_commitment(commitment, result="x", evidence="y", by=world.clerk, at=NOON)

    with pytest.raises(MoveNotAllowed):
        commitments.add_progress(commitment, text="thêm", by=world.leader, at=NOON)


def test_what_was_not_done_after_all_is_taken_up_again(world, held):
    commitment = promise(world, held)
    commitments.settle_commitment(commitment, result="x", evidence="y", by=world.clerk, at=NOON)

    commitments.reopen_commitment(commitment, reason="Lại dột", by=world.clerk, at=moment(9))

    assert (fresh(commitment).state, fresh(commitment).settled_on) == ("open", None)
    assert commitment.moves.last().reason == "Lại dột"


def test_what_is_no_longer_needed_is_struck_off_for_good(world, held):
    commitment = promise(world, held)
    commitments.cancel_commitment(commitment, reason="Đã dời trụ sở", by=world.clerk, at=NOON)

    with pytest.raises(MoveNotAllowed):
        commitments.reopen_commitment(commitment, reason="x", by=world.clerk, at=NOON)

    assert fresh(commitment).result == "Đã dời trụ sở"


def test_overdue_is_the_day_after_the_due_date(world, held):
    commitment = promise(world, held, due_on=day(0))

    assert not commitment.is_overdue(on=day(0))
    assert commitment.is_overdue(on=day(1))


# --- the pages ----------------------------------------------------------------------


def page(name, *args):
    return reverse(f"sessions:{name}", args=args)


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def typed(world, **fields):
    values = {
        "text": "Sửa nhà để xe",
        "lead_unit": "Phòng Hành chính",
        "due_on": "01/07/2026",
        "owner": world.leader.pk,
    }
    return {**values, **fields}


def test_the_clerk_writes_down_a_promise(clerk, world, held):
    response = clerk.post(page("commitment_create", held.pk), typed(world))

    assert response.url == page("conference_detail", held.pk)
    assert held.commitments.get().due_on == day(30)


def test_several_promises_are_written_down_in_a_row(clerk, world, held):
    response = clerk.post(page("commitment_create", held.pk), typed(world, another="1"))

    assert response.url == page("commitment_create", held.pk)


def test_a_promise_can_name_the_question_it_comes_from(clerk, world, held):
    question = Question.objects.create(
        conference=held,
        committee=world.host,
        theme=world.themes[0],
        kind="opinion",
        original_text="Khi nào sửa?",
        received_at=NOON,
    )

    clerk.post(page("commitment_create", held.pk), typed(world, question=str(question.pk)))

    assert held.commitments.get().question == question


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("text", " \u200b"),
        ("text", "\x00"),
        ("text", "a" * 2_001),
        ("lead_unit", ""),
        ("lead_unit", "a" * 201),
        ("due_on", "31/02/2026"),
        ("due_on", "26/05/2026"),
        ("due_on", "01/01/2099"),
        ("due_on", "01/01/9999"),
        ("owner", "99999999999999999999"),
        ("owner", "x"),
        ("question", "x"),
        ("question", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_bad_input_is_answered_beside_its_field(clerk, world, held, field, value):
    response = clerk.post(page("commitment_create", held.pk), typed(world, **{field: value}))

    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not held.commitments.exists()


def test_a_question_of_another_conference_is_refused(clerk, world, held):
    question = Question.objects.create(
        conference=world.conference,
        committee=world.host,
        theme=world.themes[0],
        kind="opinion",
        original_text="Khi nào sửa?",
        received_at=NOON,
    )

    response = clerk.post(
        page("commitment_create", held.pk), typed(world, question=str(question.pk))
    )

    assert set(response.context["form"].errors) == {"question"}


def test_nothing_is_promised_before_the_conference(clerk, world):
    assert clerk.get(page("commitment_create", world.conference.pk)).status_code == 403


def test_the_second_of_two_savers_sees_both_texts(clerk, world, held):
    commitment = promise(world, held)
    where = page("commitment_change", commitment.pk)
    clerk.post(where, typed(world, version="1", text="Bản của Bình", reason="Rõ hơn"))

    response = clerk.post(where, typed(world, version="1", text="Bản của Ánh", reason="Rõ hơn"))

    text = response.content.decode()
    assert response.status_code == 409
    assert "conflict-heading" in text
    assert "Bản của Bình" in text
    assert "Bản của Ánh" in text
    assert fresh(commitment).text == "Bản của Bình"


def test_the_way_of_a_promise_through_its_pages(clerk, world, held):
    commitment = promise(world, held)
    for name, typed_in, state in [
        ("progress_add", {"text": "Đã khảo sát"}, "open"),
        (
            "commitment_settle",
            {"result": "Đã sửa", "evidence": "15/BB", "on": f"{day(0):%d/%m/%Y}"},
            "done",
        ),
        ("commitment_reopen", {"reason": "Lại dột"}, "open"),
        ("commitment_cancel", {"reason": "Dời trụ sở"}, "cancelled"),
    ]:
        where = page(name, commitment.pk)
        assert clerk.get(where).status_code == 200
        assert clerk.post(where, dict.fromkeys(typed_in, " ")).status_code == 422
        assert clerk.post(where, typed_in).url == page("commitment_detail", commitment.pk)
        assert fresh(commitment).state == state

    text = clerk.get(page("commitment_detail", commitment.pk)).content.decode()
    assert "Đã khảo sát" in text
    assert "Lại dột" in text


ACTS = ["commitment_change", "progress_add", "commitment_settle", "commitment_cancel"]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("secretary", 200),
        ("clerk", 200),
        ("other_leader", 403),
        ("staff", 403),
        ("other_secretary", 404),
        ("head", 404),
    ],
)
def test_acting_on_a_promise_is_for_the_office(client, world, held, name, who, status):
    client.force_login(world.people[who])

    assert client.get(page(name, promise(world, held).pk)).status_code == status


def test_its_owner_adds_progress_and_nothing_else(client, world, held):
    client.force_login(world.leader)
    pk = promise(world, held).pk

    assert client.get(page("progress_add", pk)).status_code == 200
    assert client.get(page("commitment_settle", pk)).status_code == 403


def test_everybody_in_the_committee_reads_it_and_nobody_else(client, world, held):
    pk = promise(world, held).pk
    for who, status in [("staff", 200), ("other_staff", 404), ("officer", 404)]:
        client.force_login(world.people[who])
        assert client.get(page("commitment_detail", pk)).status_code == status


def test_the_list_is_narrowed(client, world, held):
    late = promise(world, held, text="muộn", due_on=day(-1))
    mine = promise(world, held, text="của tôi", owner=world.clerk)
    done = promise(world, held, text="xong")
    commitments.settle_commitment(done, result="x", evidence="y", by=world.clerk, at=NOON)
    client.force_login(world.clerk)

    def shown(**asked):
        return list(client.get(page("commitment_list"), asked).context["page"])

    assert shown() == [late, mine, done]
    assert shown(state="open") == [late, mine]
    assert shown(state="overdue") == [late]
    assert shown(state="done") == [done]
    assert shown(mine="on") == [mine]
    assert shown(state="nonsense") == [late, mine, done]


@pytest.mark.parametrize("rows", [1, 12])
def test_the_list_asks_a_fixed_number_of_times(clerk, world, held, rows, django_assert_num_queries):
    for number in range(rows):
        promise(world, held, text=f"Việc {number}")

    with django_assert_num_queries(9 + MENU):  # one for the minutes of what was held
        clerk.get(page("commitment_list"))
