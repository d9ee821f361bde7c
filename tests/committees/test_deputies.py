"""Who answers in a leader's place: named by the office, for some days, and never by themselves."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from committees.domain import deputies, separation
from committees.models import Deputyship, Membership, User
from committees.standing_in import in_force
from duties.lists import duties_in
from duties.look import Look
from foundation.models import AuditEntry
from jobs.models import Delivery
from reports.domain import daily_mails
from sessions import permissions
from sessions.askers.public import asker_shown_to
from sessions.domain import answers, assignments, questions, triage
from sessions.models import Question
from tests.sessions.test_answer_pages import HOSTILE, a_question
from tests.world import NOON, day

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
WHY = "Đi công tác."


def url(name, *args):
    return reverse(name, args=args)


def again(person):
    """The person as the next request has it."""
    return User.objects.get(pk=person.pk)


def name(world, **more):
    values = {
        "leader": world.leader, "deputy": world.colleague, "starts_on": TODAY, "ends_on": TODAY,
        "reason": WHY, "by": world.clerk, "at": timezone.now(), **more,
    }  # fmt: skip
    return deputies.name_deputy(world.host, **values)


@pytest.fixture
def assigned(world):
    question = a_question(world)
    triage.assign_question(question, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    return question


def kinds(user):
    return {duty.kind for duty in duties_in(Look(at=timezone.now(), person=again(user)))}


# --- naming -----------------------------------------------------------------------------


def test_the_office_names_a_deputy_on_the_page_of_its_people(client, world):
    client.force_login(world.clerk)
    typed = {
        "leader": world.leader.pk, "deputy": world.colleague.pk, "reason": WHY,
        "starts_on": f"{TODAY:%d/%m/%Y}", "ends_on": f"{TODAY + dt.timedelta(days=3):%d/%m/%Y}",
    }  # fmt: skip

    answer = client.post(url("committees:deputy_add", world.host.code), typed, follow=True)

    assert "Vũ Hồng Gấm thay đồng chí Lê Quốc Cường" in answer.text
    entry = AuditEntry.objects.get(act="deputy_named")
    assert (entry.actor_id, entry.subject) == (world.clerk.pk, "Vũ Hồng Gấm")
    assert entry.facts["leader"] == "Lê Quốc Cường"
    assert client.post(url("committees:deputy_add", world.host.code), typed).status_code == 422


@pytest.mark.parametrize("act", ["deputy_add", "deputy_end"])
def test_nobody_but_the_office_names_or_ends_one(client, world, act):
    made = name(world, starts_on=TODAY + dt.timedelta(days=9), ends_on=TODAY + dt.timedelta(days=9))
    place = url(
        f"committees:{act}", *[world.host.code, *([made.pk] if act == "deputy_end" else [])]
    )
    for who, person in world.people.items():
        if who not in ("secretary", "clerk"):
            client.force_login(person)
            assert client.post(place, {}).status_code == 404, who
    assert Deputyship.objects.get().ended_on is None


REFUSED = {
    "in the past": ({"starts_on": TODAY - dt.timedelta(days=1)}, deputies.BadDays),
    "the last before the first": ({"ends_on": TODAY - dt.timedelta(days=1)}, deputies.BadDays),
    "for years": ({"ends_on": TODAY + dt.timedelta(days=184)}, deputies.BadDays),
    "of oneself": ({"deputy": "leader"}, deputies.OwnDeputy),
    "by oneself": ({"deputy": "clerk"}, separation.ToOneself),
    "somebody from elsewhere": ({"deputy": "other_staff"}, deputies.NotOneOfUs),
    "nobody who answers": ({"leader": "staff"}, deputies.NotOneOfUs),
    "a leader of elsewhere": ({"leader": "other_secretary"}, deputies.NotOneOfUs),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused(world, case):
    changed, error = REFUSED[case]
    changed = {key: getattr(world, v) if isinstance(v, str) else v for key, v in changed.items()}

    with pytest.raises(error):
        name(world, **changed)
    assert not Deputyship.objects.exists()


def test_whoever_runs_the_portal_stands_in_for_nobody(world):
    person = again(world.colleague)
    person.is_superuser = True  # which the database refuses to whoever has a role

    with pytest.raises(separation.TwoBodies):
        name(world, deputy=person)


def test_a_leader_has_one_deputy_on_a_day(world):
    name(world, ends_on=TODAY + dt.timedelta(days=5))

    with pytest.raises(deputies.HasDeputy):
        name(world, deputy=world.staff, starts_on=TODAY + dt.timedelta(days=5),
             ends_on=TODAY + dt.timedelta(days=6))  # fmt: skip
    name(world, deputy=world.staff, starts_on=TODAY + dt.timedelta(days=6),
         ends_on=TODAY + dt.timedelta(days=6))  # fmt: skip


def test_what_is_wrong_is_said_beside_its_field_and_kept(client, world):
    client.force_login(world.clerk)
    right = {
        "leader": world.leader.pk, "deputy": world.colleague.pk, "reason": WHY,
        "starts_on": f"{TODAY:%d/%m/%Y}", "ends_on": f"{TODAY:%d/%m/%Y}",
    }  # fmt: skip
    for field, value in (
        ("deputy", world.clerk.pk), ("deputy", world.leader.pk), ("deputy", world.other_staff.pk),
        ("reason", "ă" * 501), ("reason", " \u200b "), ("ends_on", "31/12/2020"),
        ("starts_on", "01/01/2020"), *(("ends_on", text) for text in HOSTILE),
    ):  # fmt: skip
        answer = client.post(url("committees:deputy_add", world.host.code), {**right, field: value})
        assert answer.status_code == 422, (field, value)
        assert WHY in answer.text or field == "reason"
    assert not Deputyship.objects.exists()


def test_the_database_refuses_whoever_goes_behind_it(world):
    right = {
        "committee": world.host, "leader": world.leader, "deputy": world.colleague,
        "starts_on": TODAY, "ends_on": TODAY, "reason": WHY, "given_by": world.clerk,
        "given_on": TODAY,
    }  # fmt: skip
    for wrong in (
        {"deputy": world.leader}, {"given_by": world.colleague}, {"reason": ""},
        {"ends_on": TODAY - dt.timedelta(days=1)},
    ):  # fmt: skip
        with pytest.raises(IntegrityError), transaction.atomic():
            Deputyship.objects.create(**{**right, **wrong})


# --- what a deputy may --------------------------------------------------------------------


def test_a_deputy_sees_and_answers_what_is_assigned_to_the_leader_for_these_days(
    client, world, assigned
):
    client.force_login(world.colleague)
    assert client.get(url("sessions:answer_write", assigned.pk)).status_code == 404
    name(world)

    page = client.get(url("sessions:answer_write", assigned.pk)).text
    client.post(
        url("sessions:answer_write", assigned.pk),
        {"text": "Quý IV.", "answered_by": "Vũ Hồng Gấm", "version": 0, "submit": "1"},
    )

    assert "Đồng chí trả lời thay đồng chí Lê Quốc Cường" in page
    answer = answers.answer_in_work(assigned)
    assert answer.answered_by == "Vũ Hồng Gấm (trả lời thay đồng chí Lê Quốc Cường)"
    assert (answer.state, answer.author) == ("submitted", world.colleague)
    said = assignments.standing_reply(assigned)
    assert (said.by, said.deputy) == (world.leader, world.colleague)


def test_the_mark_is_set_once_and_goes_when_the_leader_writes(world, assigned):
    name(world)
    words = {"text": "Quý IV.", "at": NOON}
    for version, by, signed, marked in (
        (0, world.colleague, "Gấm", True),
        (1, world.colleague, "Gấm (trả lời thay đồng chí Lê Quốc Cường)", True),
        (2, world.clerk, "Gấm", True),
        (3, world.leader, "Lê Quốc Cường", False),
        (4, world.clerk, "Lê Quốc Cường", False),
    ):
        draft = answers.draft_answer(
            assigned, **words, answered_by=signed, version=version, by=again(by)
        )
        assert draft.answered_by.count("(trả lời thay") == int(marked), version


def test_a_deputy_does_not_sign_as_the_leader(client, world, assigned):
    name(world)
    words = {"text": "Quý IV.", "answered_by": "Lê Quốc Cường, Phó Viện trưởng", "version": 0}
    answers.draft_answer(assigned, **words, by=world.leader, at=NOON)
    client.force_login(world.colleague)

    form = client.get(url("sessions:answer_write", assigned.pk)).context["form"]

    assert form["answered_by"].value() == "Vũ Hồng Gấm"


def test_a_deputy_gives_back_in_the_leaders_place_and_it_is_said(client, world, assigned):
    name(world)
    client.force_login(world.colleague)

    client.post(url("sessions:assignment_give_back", assigned.pk), {"reason": "Việc khác."})

    client.force_login(world.clerk)
    place = url("sessions:triage_question", assigned.conference_id, assigned.pk)
    assert "người trả lời thay nêu: Vũ Hồng Gấm" in client.get(place).text


def test_the_leader_keeps_it_and_both_have_the_duty(client, world, assigned):
    name(world)

    assert "to_answer" in kinds(world.leader) & kinds(world.colleague)
    assert "to_answer" not in kinds(world.other_leader) | kinds(world.staff)
    everybody = duties_in(Look(at=timezone.now()))
    assert {d.who for d in everybody if d.kind == "to_answer"} == {world.leader, world.colleague}
    for person, words in (
        (world.colleague, "Đồng chí trả lời thay đồng chí Lê Quốc Cường"),
        (world.leader, "Vũ Hồng Gấm trả lời thay đồng chí"),
    ):
        client.force_login(person)
        page = client.get(url("sessions:answer_list")).text
        assert words in page
        assert url("sessions:answer_write", assigned.pk) in page


def test_mail_of_the_day_goes_to_the_deputy_too(world, assigned):
    name(world)
    at = timezone.now()
    Question.objects.filter(pk=assigned.pk).update(due_on=TODAY)

    daily_mails.queue_daily_mails(since=TODAY - dt.timedelta(days=1), at=at)

    assert {world.leader.email, world.colleague.email} <= set(
        Delivery.objects.values_list("to", flat=True)
    )


def test_the_next_day_it_is_over_by_itself(world, assigned):
    made = name(world, starts_on=TODAY, ends_on=TODAY + dt.timedelta(days=1))

    for days, holds in ((-1, False), (0, True), (1, True), (2, False)):
        on = TODAY + dt.timedelta(days=days)
        assert in_force(on=on).filter(pk=made.pk).exists() is holds, days


@pytest.mark.parametrize("what", ["ended", "leader gone", "deputy gone"])
def test_it_is_over_at_once_when_it_is_ended_or_one_of_both_is_gone(client, world, assigned, what):
    made = name(world)
    if what == "ended":
        client.force_login(world.secretary)
        place = url("committees:deputy_end", world.host.code, made.pk)
        assert [client.post(place).status_code for _ in range(2)] == [302, 409]
        assert AuditEntry.objects.filter(act="deputy_ended").count() == 1
    else:
        who = world.leader if what == "leader gone" else world.colleague
        Membership.objects.filter(user=who).update(ends_on=TODAY - dt.timedelta(days=1))
    person = again(world.colleague)

    assert not Question.objects.visible_to(person).exists()
    assert not permissions.may_handle(person, assigned)


def test_a_deputy_sees_nothing_else(world, assigned):
    name(world)
    other = a_question(world, "Câu của lãnh đạo khác.")
    triage.assign_question(other, to=world.other_leader, due_on=day(20), by=world.clerk, at=NOON)
    person = again(world.colleague)

    assert list(Question.objects.visible_to(person)) == [assigned]
    assert [permissions.may_handle(person, one) for one in (assigned, other)] == [True, False]
    for may in ("can_triage", "can_assign", "can_ask_back", "can_publish_answer", "can_insist"):
        assert not getattr(permissions, may)(person, assigned), may


def test_a_deputy_stands_in_for_no_deputy(world, assigned):
    name(world)
    name(world, leader=world.other_leader, deputy=world.leader)
    other = a_question(world, "Câu của lãnh đạo khác.")
    triage.assign_question(other, to=world.other_leader, due_on=day(20), by=world.clerk, at=NOON)

    assert other not in Question.objects.visible_to(again(world.colleague))
    assert other in Question.objects.visible_to(again(world.leader))


@pytest.mark.parametrize("level", ["named", "confidential"])
def test_a_deputy_learns_no_more_of_who_asked_than_the_leader(client, world, level):
    question = questions.submit_question(
        world.conference, text="Đề nghị lát sân.", theme=world.themes[2], kind="opinion",
        level=level, by=world.staff, at=NOON,
    )  # fmt: skip
    triage.assign_question(question, to=world.leader, due_on=day(20), by=world.clerk, at=NOON)
    name(world)
    person = again(world.colleague)

    assert asker_shown_to(question, person) == asker_shown_to(question, world.leader)
    client.force_login(person)
    assert "Đỗ Minh Đức" not in client.get(url("sessions:answer_write", question.pk)).text
    for place in ("question_unseal", "question_sort"):
        assert client.post(url(f"sessions:{place}", question.pk), {}).status_code == 403
