"""The page of the minutes, as office and chair meet it: with forms, too late, with mistakes, told at home."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from duties.lists import duties_in
from duties.look import Look
from hall.domain import desk
from hall.domain import minutes as writing
from hall.models import Minutes, TurnNote
from hall.queries import minutes_of
from reports.domain import approving
from sessions.models import Answer, Conference
from tests.hall.floor import begun, called, keyed, said
from tests.reports.story import hold_a_dialogue
from tests.world import NOON, day

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(world):
    conference, _ = hold_a_dialogue(world)
    Conference.objects.filter(pk=conference.pk).update(minutes_signed_on=None)
    conference.refresh_from_db()
    return conference


@pytest.fixture
def clerk(client, world):
    client.force_login(world.clerk)
    return client


def url(name, conference, *args):
    return reverse(f"reports:{name}", args=[conference.pk, *args])


def page(client, conference):
    return client.get(url("minutes_detail", conference)).text


def the_minutes(conference, number=0):
    found = minutes_of(conference)[number]
    found.conference = conference
    return found


def submitted(world, conference, number=0):
    minutes = the_minutes(conference, number)
    return approving.submit_minutes(minutes, version=minutes.version, by=world.clerk, at=NOON)


def approved(world, conference, number=0):
    minutes = submitted(world, conference, number)
    return approving.approve_minutes(minutes, version=minutes.version, by=world.secretary, at=NOON)


def kinds(user, conference, *, at=NOON):
    """Return {kind: Duty} of what waits for the person about the minutes of the conference."""
    found = duties_in(Look(at=at, person=user))
    return {
        one.kind: one
        for one in found
        if one.conference == conference.pk and one.kind.startswith("minutes")
    }


# --- to the chair and back ------------------------------------------------------------


def test_taker_and_chair_pass_the_minutes_to_and_fro(client, world, held):
    client.force_login(world.clerk)
    sent = client.post(url("minutes_submit", held, 0), {"version": 1}, follow=True)
    assert "Đã trình chủ trì." in sent.text
    client.force_login(world.secretary)
    version = Minutes.objects.get().version

    back = client.post(
        url("minutes_send_back", held, 0),
        {"version": version, "reason": "Thiếu tên đại biểu."},
        follow=True,
    )

    assert "Thiếu tên đại biểu." in back.text
    assert Minutes.objects.get().is_drafted
    client.force_login(world.clerk)
    shown = page(client, held)
    assert "Chủ trì trả lại để sửa" in shown
    assert "Thiếu tên đại biểu." in shown


def test_the_chair_who_read_something_else_is_shown_both(client, world, held):
    read = submitted(world, held).version
    writing.take_back(the_minutes(held), by=world.clerk, at=NOON)
    version = the_minutes(held).version
    writing.note_presence(
        held, version=version, present="Công đoàn cơ quan", absent="", by=world.clerk, at=NOON
    )
    submitted(world, held)
    client.force_login(world.secretary)

    refused = client.post(url("minutes_approve", held, 0), {"version": read})

    assert refused.status_code == 409
    assert "Nội dung đã thay đổi từ khi đồng chí mở trang" in refused.text
    assert "Thành phần có mặt" in refused.text
    assert refused.text.count("Công đoàn cơ quan") == 2  # beside what was read, and in the paper
    assert Minutes.objects.get().is_submitted
    version = re.search(r'approve/.*?name="version" value="(\d+)"', refused.text, re.DOTALL)[1]
    assert client.post(url("minutes_approve", held, 0), {"version": version}).status_code == 302
    assert Minutes.objects.get().is_approved


def test_what_was_taken_back_meanwhile_is_neither_approved_nor_sent_back(client, world, held):
    read = submitted(world, held).version
    writing.take_back(the_minutes(held), by=world.clerk, at=NOON)
    client.force_login(world.secretary)

    answers = [
        client.post(url("minutes_approve", held, 0), {"version": read}),
        client.post(url("minutes_send_back", held, 0), {"version": read, "reason": "Sai"}),
    ]

    assert [one.status_code for one in answers] == [409, 409]
    assert Minutes.objects.get().is_drafted


def test_what_keeps_them_from_the_chair_is_said_with_the_way_to_mend_it(clerk, held):
    held.questions.filter(state="answered_live").update(edited_ok=False)

    shown = page(clerk, held)
    refused = clerk.post(url("minutes_submit", held, 0), {"version": 1})

    assert refused.status_code == 409
    for text in (shown, refused.text):
        assert "Chưa trình chủ trì được" in text
        assert reverse("sessions:triage", args=[held.pk]) in text
    assert url("minutes_submit", held, 0) not in shown
    assert not Minutes.objects.filter(state="submitted").exists()


@pytest.mark.parametrize("act", ["approve", "send_back", "take_back"])
def test_of_minutes_that_nobody_has_laid_before_the_chair_nothing_is_decided(
    client, world, held, act
):
    client.force_login(world.secretary)
    typed = {"version": 1, "reason": "Sai"}

    before = client.post(url(f"minutes_{act}", held, 0), typed)
    writing.begin_minutes(held)
    begun_only = client.post(url(f"minutes_{act}", held, 0), typed)

    assert (before.status_code, begun_only.status_code) == (409, 409)
    assert Minutes.objects.get().is_drafted


def test_what_lies_before_the_chair_is_not_laid_there_again_and_is_taken_back(clerk, world, held):
    version = submitted(world, held).version

    again = clerk.post(url("minutes_submit", held, 0), {"version": version})
    back = clerk.post(url("minutes_take_back", held, 0), follow=True)

    assert again.status_code == 409
    assert "Đã chuyển lại văn phòng." in back.text
    assert Minutes.objects.get().is_drafted


def test_it_is_sent_back_with_a_reason_or_not_at_all(client, world, held):
    version = submitted(world, held).version
    client.force_login(world.secretary)
    address = url("minutes_send_back", held, 0)

    shown = client.get(address)
    refused = client.post(address, {"version": version, "reason": ""})
    assert (shown.status_code, refused.status_code) == (200, 422)
    assert Minutes.objects.get().is_submitted
    client.post(address, {"version": version, "reason": "Thiếu tên."})

    assert client.get(address).status_code == 409


@pytest.mark.parametrize("name", ["minutes_submit", "minutes_approve"])
def test_without_a_version_nothing_is_done(client, world, held, name):
    writing.begin_minutes(held)
    client.force_login(world.secretary)

    assert client.post(url(name, held, 0), {"version": "x"}).status_code == 422
    assert client.post(url(name, held, 7), {"version": 1}).status_code == 404


def test_the_clerk_approves_nothing(clerk, world, held):
    version = submitted(world, held).version

    assert clerk.post(url("minutes_approve", held, 0), {"version": version}).status_code == 403
    assert "Duyệt: Biên bản" not in page(clerk, held)


def test_a_chair_who_is_no_secretary_reads_and_approves(client, world, held):
    Conference.objects.filter(pk=held.pk).update(chair=world.other_leader)
    held.refresh_from_db()
    version = submitted(world, held).version
    client.force_login(world.other_leader)

    shown = page(client, held)
    done = client.post(url("minutes_approve", held, 0), {"version": version})

    assert "Duyệt: Biên bản" in shown
    assert url("minutes_take_back", held, 0) not in shown
    assert done.status_code == 302
    assert client.get(url("minutes_docx", held)).status_code == 200
    assert client.get(url("minutes_presence", held)).status_code == 403


# --- what is typed --------------------------------------------------------------------


def test_who_was_there_is_written_down_and_stands_in_the_paper(clerk, held):
    typed = {"version": 1, "present": "Ban Chấp hành Công đoàn", "absent": "Hội Cựu chiến binh"}

    done = clerk.post(url("minutes_presence", held), typed, follow=True)

    assert "Đã lưu." in done.text
    assert "Có mặt: Ban Chấp hành Công đoàn" in done.text
    assert "Vắng mặt: Hội Cựu chiến binh" in done.text


def test_the_second_of_two_sees_both_texts(clerk, world, held):
    writing.note_presence(held, version=1, present="Một", absent="", by=world.secretary, at=NOON)

    refused = clerk.post(url("minutes_presence", held), {"version": 1, "present": "Hai"})

    assert refused.status_code == 409
    assert [(one.typed, one.standing) for one in refused.context["conflict"]] == [("Hai", "Một")]


@pytest.mark.parametrize("is_approved", [False, True])
def test_what_was_typed_while_the_chair_got_it_stands_in_its_form(clerk, world, held, is_approved):
    (approved if is_approved else submitted)(world, held)

    refused = clerk.post(url("minutes_presence", held), {"version": 1, "present": "Gõ dở dang"})

    assert refused.status_code == 409
    assert "Gõ dở dang" in refused.text
    assert Minutes.objects.get().present == ""


def test_a_turn_is_told_in_other_words_and_its_answer_stays(clerk, world, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: begun(world))
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    address = reverse("reports:turn_note", args=[turn.pk])
    shown = clerk.get(address)

    done = clerk.post(
        address,
        {"version": 0, "text": "Đại biểu hỏi thêm về tiến độ.", "answered_by": ""},
        follow=True,
    )

    assert reverse("sessions:answer_correct", args=[turn.question_id]) in shown.text
    assert "Đại biểu hỏi thêm về tiến độ." in done.text
    assert Answer.objects.get().text == "Sẽ sửa trong quý III."
    again = clerk.post(address, {"version": 0, "text": "Khác", "answered_by": ""})
    assert again.status_code == 409
    assert "Đại biểu hỏi thêm về tiến độ." in again.text
    assert TurnNote.objects.get().text == "Đại biểu hỏi thêm về tiến độ."


def test_a_turn_that_is_to_be_answered_in_writing_has_no_answer_to_show(clerk, world, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: begun(world))
    turn = called(world)
    later = {"version": turn.version, "unit": "Phòng Tổ chức", "due_on": day(20)}
    desk.answer_later(turn, **later, **keyed(world))

    assert turn.question.code in page(clerk, world.conference)


def test_a_turn_of_another_committee_is_not_there(client, world):
    turn = called(world)
    desk.answer_turn(turn, **said(turn), **keyed(world))
    client.force_login(world.other_secretary)

    assert client.get(reverse("reports:turn_note", args=[turn.pk])).status_code == 404


def test_addenda_are_written_changed_discarded_and_approved(client, world, held):
    approved(world, held)
    client.force_login(world.clerk)
    typed = {"text": "Bổ sung tên đại biểu.", "reason": "Ghi thiếu"}
    assert client.post(url("addendum_write", held), typed).status_code == 302
    assert client.post(url("addendum_write", held), typed).status_code == 409  # one at a time
    assert client.get(url("addendum_change", held, 0)).status_code == 404  # the minutes are none
    changed = client.post(
        url("addendum_change", held, 1),
        {**typed, "text": "Bổ sung hai tên.", "version": the_minutes(held, 1).version},
        follow=True,
    )
    assert "Bổ sung hai tên." in changed.text
    stands = {"version": the_minutes(held, 1).version}
    earlier = {"version": stands["version"] - 1}
    for sent, status in ((earlier, 409), ({}, 422), (stands, 302)):
        assert client.post(url("addendum_discard", held, 1), sent).status_code == status
    assert Minutes.objects.count() == 1
    client.post(url("addendum_write", held), typed)
    client.post(url("minutes_submit", held, 1), {"version": the_minutes(held, 1).version})
    client.force_login(world.secretary)
    version = the_minutes(held, 1).version

    done = client.post(url("minutes_approve", held, 1), {"version": version}, follow=True)

    assert "Bổ sung số 1" in done.text
    assert "Đồng chí Nguyễn Thị Ánh, Bí thư Đảng ủy duyệt bổ sung này" in done.text


def test_before_they_are_approved_there_is_no_addendum(clerk, held):
    assert clerk.get(url("addendum_write", held)).status_code == 409


def test_the_day_of_the_signature_is_typed_once(clerk, world, held, monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)
    approved(world, held)
    held.refresh_from_db()
    typed = {"version": held.version, "minutes_signed_on": day(-1).strftime("%d/%m/%Y")}

    early = clerk.post(url("minutes_sign", held), {**typed, "minutes_signed_on": "01/01/2020"})
    done = clerk.post(url("minutes_sign", held), typed)
    late = clerk.post(url("minutes_sign", held), typed)

    assert (early.status_code, done.status_code, late.status_code) == (422, 302, 409)
    held.refresh_from_db()
    assert held.minutes_signed_on == day(-1)
    results = clerk.get(reverse("sessions:conference_results", args=[held.pk])).text
    assert f'value="{day(-1):%d/%m/%Y}"' in results


def test_what_was_recorded_otherwise_is_told_on_the_page_with_an_addendum(clerk, world, held):
    approved(world, held)
    assert "Cổng hiện ghi khác với biên bản" not in page(clerk, held)
    Conference.objects.filter(pk=held.pk).update(conclusion="Kết luận sửa về sau.")

    shown = page(clerk, held)

    assert "Cổng hiện ghi khác với biên bản" in shown
    assert shown.count("Kết luận sửa về sau.") == 1  # beside the paper, not in it
    assert url("addendum_write", held) in shown


def test_what_was_called_off_has_no_page(clerk, world):
    for state in ("postponed", "cancelled", "scheduled"):
        Conference.objects.filter(pk=world.conference.pk).update(state=state)
        assert clerk.get(url("minutes_detail", world.conference)).status_code == 403
        assert clerk.post(url("minutes_submit", world.conference, 0)).status_code == 403


# --- who is told ----------------------------------------------------------------------


def test_each_step_is_told_to_whom_it_waits_for(world, held):
    on = held.conclusion_due_on
    at_first = kinds(world.clerk, held)["minutes"]
    assert (at_first.what, at_first.on) == ("Soát biên bản và trình chủ trì.", on)
    assert "minutes_to_approve" not in kinds(world.secretary, held)

    version = submitted(world, held).version
    assert kinds(world.clerk, held) == {}
    told = kinds(world.secretary, held)
    assert set(told) == {"minutes_to_approve"}
    assert told["minutes_to_approve"].what == "Đọc và duyệt biên bản."

    writing.send_back(
        the_minutes(held), version=version, reason="Thiếu tên.", by=world.secretary, at=NOON
    )
    back = kinds(world.clerk, held)["minutes"]
    assert (back.what, back.remarks) == ("Chủ trì trả lại biên bản.", "Thiếu tên.")
    assert back.keys

    approved(world, held)
    assert kinds(world.clerk, held)["minutes"].what == "Ký biên bản và ghi ngày ký."
    assert "minutes_to_approve" not in kinds(world.secretary, held)

    Conference.objects.filter(pk=held.pk).update(minutes_signed_on=day())
    assert kinds(world.clerk, held) == {}
    writing.write_addendum(held, text="Thêm", reason="Thiếu", by=world.clerk, at=NOON)
    assert (
        kinds(world.clerk, held)["minutes"].what == "Hoàn thiện bổ sung biên bản và trình chủ trì."
    )
    submitted(world, held, 1)
    assert (
        kinds(world.secretary, held)["minutes_to_approve"].what == "Đọc và duyệt bổ sung biên bản."
    )


def test_minutes_signed_on_paper_without_the_portal_ask_for_nothing(world, held):
    Conference.objects.filter(pk=held.pk).update(minutes_signed_on=day())

    assert kinds(world.clerk, held) == {}


def test_the_named_chair_is_asked_and_where_the_chair_has_left_the_secretary(world, held):
    Conference.objects.filter(pk=held.pk).update(chair=world.other_leader)
    held.refresh_from_db()
    submitted(world, held)
    at = timezone.now()

    assert set(kinds(world.other_leader, held)) == {"minutes_to_approve"}
    assert kinds(world.secretary, held) == {}
    everybody = [one.who for one in duties_in(Look(at=NOON)) if one.kind == "minutes_to_approve"]
    assert everybody == [world.other_leader]
    world.other_leader.memberships.update(ends_on=day(-1))
    assert set(kinds(world.secretary, held, at=at)) == {"minutes_to_approve"}


def test_of_a_conference_that_closed_by_itself_the_office_is_told_as_well(world, held):
    held.moves.filter(to_state="closed").update(actor=None)

    assert kinds(world.clerk, held)["minutes"].what == "Soát biên bản và trình chủ trì."


@pytest.mark.parametrize("name", ["conference_results", "conference_detail"])
def test_where_results_are_changed_it_says_that_approved_minutes_stay(clerk, world, held, name):
    address = reverse(f"sessions:{name}", args=[held.pk])
    said = "không đưa vào biên bản đã duyệt"
    assert said not in clerk.get(address).text

    approved(world, held)

    assert said in clerk.get(address).text
