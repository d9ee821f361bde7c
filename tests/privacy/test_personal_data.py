"""What is kept about a person: the own copy, wishes and their decisions, being forgotten."""

import datetime as dt
import io
import json
import re
import zipfile

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from committees.accounts.sign_in_models import accounts_of
from committees.domain import leaving
from committees.models import (
    AccountLetter,
    AddressChange,
    ImportDraft,
    Membership,
    Recovery,
    Role,
    SignInDay,
    User,
)
from duties.lists import duties_in
from duties.look import Look
from foundation import audit
from foundation.models import AuditEntry, Draft
from jobs.domain.queueing import queue_mail
from jobs.models import Delivery
from privacy.domain import personal_requests
from reports.models import PersonalRequest, Told
from sessions.askers import identity
from sessions.domain import questions
from tests.world import NOON, TODAY, moment

pytestmark = pytest.mark.django_db
NOW = moment(1)


def ask(world, text, *, by=None, level="named"):
    return questions.submit_question(
        world.conference, text=text, theme=world.themes[0], kind="opinion", level=level,
        by=by or world.staff, at=NOON,
    )  # fmt: skip


def wish(world, kind="name", **fields):
    fields = fields or {"name": "Đỗ Minh Đức Em"}
    return personal_requests.ask(kind=kind, by=world.staff, at=NOW, **fields)


# --- the copy -----------------------------------------------------------------------------


def copy_for(client, user):
    client.force_login(user)
    answer = client.post(reverse("privacy:my_data_copy"))
    assert answer.headers["Content-Type"] == "application/zip"
    assert "no-store" in answer.headers["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def sign_in_day(person, kind, day=TODAY):
    SignInDay.objects.create(
        account=accounts_of(person.pk, day)[0], day=day, kind=kind, device="iphone", number=3
    )


def test_the_copy_holds_what_is_ones_own_and_nothing_of_others(client, world):
    for level in ("named", "confidential"):
        ask(world, f"Câu hỏi {level} của Đức", level=level)
        ask(world, f"Câu hỏi {level} của Gấm", level=level, by=world.colleague)
    personal_requests.ask(kind="name", by=world.staff, at=NOW, name="Đỗ Minh Đức Em")
    for person, kind in ((world.staff, "failed"), (world.colleague, "signed_in")):
        sign_in_day(person, kind, timezone.localdate())

    parts = copy_for(client, world.staff)

    copy = json.loads(parts["du-lieu-cua-toi.json"])
    assert copy["account"]["email"] == "staff@example.vn"
    assert {one["text"] for one in copy["questions"]} == {
        "Câu hỏi named của Đức",
        "Câu hỏi confidential của Đức",
    }
    assert [one["kind"] for one in copy["requests"]] == ["Sửa họ tên của tôi"]
    assert [(one["what"], one["times"]) for one in copy["sign_ins"]] == [
        ("Sai mật khẩu hoặc sai mã", 3)
    ]
    for part in parts.values():
        assert "Câu hỏi confidential của Đức" in part
        assert "Gấm" not in part
    assert "Trần Văn Bình" not in "".join(parts.values())
    today = timezone.localdate()
    assert f"{today:%d/%m/%Y} · Sai mật khẩu" in parts["du-lieu-cua-toi.html"]
    assert not re.search(r"\d{4}-\d\d-\d\d", parts["du-lieu-cua-toi.html"])  # for people
    assert copy["sign_ins"][0]["on"] == f"{today:%Y-%m-%d}"  # for programs


def test_making_a_copy_writes_no_row(client, world):
    client.force_login(world.staff)
    with CaptureQueriesContext(connection) as captured:
        client.post(reverse("privacy:my_data_copy"), {"csrfmiddlewaretoken": "x" * 64})

    writing = ("INSERT", "UPDATE", "DELETE")
    assert [one for one in captured.captured_queries if one["sql"].startswith(writing)] == []


# --- wishes -------------------------------------------------------------------------------


def test_a_wish_waits_for_the_office_with_its_day_and_the_answer_for_the_person(client, world):
    asked = wish(world)

    def kinds(user, at, read=frozenset()):
        found = duties_in(Look(at=at, person=user, read=read))
        return [(one.kind, one.on) for one in found if one.kind.startswith("personal")]

    due = ("personal_requests", TODAY + dt.timedelta(days=16))
    assert kinds(world.clerk, NOW) == kinds(world.secretary, NOW) == [due]
    assert kinds(world.staff, NOW) == kinds(world.other_secretary, NOW) == []
    assert kinds(world.head, NOW) == []

    personal_requests.refuse(asked, reply="Hồ sơ ghi khác.", by=world.clerk, at=NOW)

    assert AuditEntry.objects.filter(act="personal_decided").count() == 1
    assert kinds(world.clerk, NOW) == []
    assert kinds(world.staff, NOW) == [("personal_answers", None)]
    everybody = [one for one in duties_in(Look(at=NOW)) if one.kind.startswith("personal")]
    assert [(one.who, one.kind) for one in everybody] == [(world.staff, "personal_answers")]
    client.force_login(world.staff)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(reverse("privacy:my_data")).content.decode()
    assert "Hồ sơ ghi khác." in page
    assert not [one for one in captured.captured_queries if "UPDATE" in one["sql"]]
    asked.refresh_from_db()
    mark = personal_requests.answer_mark(asked)
    assert mark in client.cookies["read"].value  # kept there and nowhere else
    assert kinds(world.staff, NOW, read={mark}) == []
    assert kinds(world.staff, moment(70)) == []  # no news for ever where nothing is kept


def test_the_same_is_asked_once_and_decided_once(world):
    first = wish(world)
    with pytest.raises(personal_requests.AlreadyAsked):
        wish(world)
    again = PersonalRequest.objects.get(pk=first.pk)
    personal_requests.grant(first, reply="", by=world.clerk, at=NOW)

    with pytest.raises(personal_requests.AlreadySettled):
        personal_requests.refuse(again, reply="Không", by=world.secretary, at=NOW)

    world.staff.refresh_from_db()
    assert world.staff.full_name == "Đỗ Minh Đức Em"
    assert AuditEntry.objects.filter(act="personal_decided").count() == 1


def test_a_name_taken_off_is_nowhere_and_the_wish_no_longer_leads_to_the_question(client, world):
    question = ask(world, "Bao giờ sửa mái khu để xe?")
    asked = wish(world, "question", question=question)
    for key in (f"{question.pk}:answered", "another"):
        Told.objects.create(person=world.staff, kind="question_news", key=key)
    client.force_login(world.clerk)
    assert client.get(reverse("privacy:personal_decide", args=[asked.pk])).status_code == 200

    answer = client.post(
        reverse("privacy:personal_decide", args=[asked.pk]), {"decision": "grant", "reply": ""}
    )

    assert answer.status_code == 302
    question.refresh_from_db()
    asked.refresh_from_db()
    assert (question.author, question.asker_name, question.level) == (None, "", "named")
    assert asked.question is None
    assert Told.objects.get().key == "another"  # no mail of it points at the question either
    assert identity.asker_shown_to(question, world.clerk) == identity.NOBODY
    assert not identity.questions_of(world.staff).exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonalRequest.objects.filter(pk=asked.pk).update(question=question)


def test_refusing_needs_a_reason_and_what_was_typed_stays(client, world):
    asked = wish(world)
    client.force_login(world.clerk)

    answer = client.post(
        reverse("privacy:personal_decide", args=[asked.pk]), {"decision": "refuse", "reply": " "}
    )

    assert answer.status_code == 422
    assert "Nêu lý do không chấp nhận." in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == "open"


def test_only_the_own_office_decides_and_nobody_about_the_own_name(client, world):
    asked = personal_requests.ask(kind="name", by=world.clerk, at=NOW, name="Trần Văn Bình An")
    url = reverse("privacy:personal_decide", args=[asked.pk])
    for who, status in (
        ("clerk", 403), ("secretary", 200), ("leader", 404), ("other_secretary", 404),
        ("head", 404),
    ):  # fmt: skip
        client.force_login(world.people[who])
        assert client.get(url).status_code == status, who


def test_a_wish_goes_where_somebody_else_decides(client, world):
    """The newest office has nobody else; the one before has."""
    alone = world.other_secretary
    Membership.objects.create(
        user=alone,
        committee=world.host,
        role=Role.STAFF,
        starts_on=TODAY - dt.timedelta(days=9_000),
    )

    asked = personal_requests.ask(kind="name", by=alone, at=NOW, name="Hoàng Văn Hải Hai")

    assert asked.committee == world.host
    client.force_login(world.clerk)
    url = reverse("privacy:personal_decide", args=[asked.pk])
    assert client.get(url).status_code == 200


def test_where_nobody_else_decides_an_administrator_does(client, world):
    administrator = User.objects.create_superuser("admin", "admin@example.vn", "x" * 20)
    alone = world.other_secretary

    asked = personal_requests.ask(kind="name", by=alone, at=NOW, name="Hoàng Văn Hải Hai")

    assert asked.committee is None
    url = reverse("privacy:personal_decide", args=[asked.pk])
    for who, status in ((alone, 404), (world.secretary, 404), (administrator, 200)):
        client.force_login(who)
        assert client.get(url).status_code == status, who
    client.post(url, {"decision": "grant", "reply": ""})
    alone.refresh_from_db()
    assert alone.full_name == "Hoàng Văn Hải Hai"


def test_somebody_elses_wish_and_question_are_not_there(client, world):
    asked, question = wish(world), ask(world, "Của người khác", by=world.colleague)
    client.force_login(world.colleague)
    assert client.post(reverse("privacy:personal_withdraw", args=[asked.pk])).status_code == 404
    client.force_login(world.staff)
    ask(world, "Của mình")

    answer = client.post(reverse("privacy:personal_question"), {"question": question.pk})

    assert answer.status_code == 422
    assert not PersonalRequest.objects.filter(kind="question").exists()


# --- being forgotten ------------------------------------------------------------------------


def test_a_request_on_paper_is_written_down_due_and_answered(client, world):
    client.force_login(world.clerk)
    page = reverse("privacy:personal_paper")
    typed = {
        "committee": world.host.pk,
        "name": "Lý Thị Nga",
        "asked_on": f"{timezone.localdate():%d/%m/%Y}",
        "text": "Xin bản sao các dữ liệu về tôi.",
    }
    later = f"{timezone.localdate() + dt.timedelta(days=2):%d/%m/%Y}"
    for wrong in ({"asked_on": later}, {"name": ""}, {"committee": world.neighbour.pk}):
        refused = client.post(page, {**typed, **wrong})
        assert refused.status_code == 422
        assert typed["text"] in refused.content.decode()
    assert client.post(page, typed).status_code == 302

    asked = PersonalRequest.objects.get()
    assert (asked.person, asked.committee) == (None, world.host)
    assert asked.due_on == timezone.localdate() + dt.timedelta(days=15)
    for who, sees in ((world.secretary, True), (world.staff, False), (world.head, False)):
        found = duties_in(Look(at=timezone.now(), person=who))
        assert any(one.kind == "personal_requests" for one in found) is sees
    decide = reverse("privacy:personal_decide", args=[asked.pk])
    assert "Lý Thị Nga" in client.get(decide).content.decode()
    assert client.post(decide, {"decision": "grant", "reply": ""}).status_code == 422

    done = {"decision": "grant", "reply": "Đã giao bản in 2 trang."}
    assert client.post(decide, done).status_code == 302

    asked.refresh_from_db()
    assert (asked.state, asked.reply, asked.decided_by) == ("done", done["reply"], world.clerk)
    client.force_login(world.other_secretary)
    assert client.get(decide).status_code == 404
    personal_requests.forget_those_who_left(at=timezone.now() + dt.timedelta(days=732))
    asked.refresh_from_db()
    assert (asked.name, asked.text, asked.reply) == ("", "", "")


def test_whoever_had_no_address_is_forgotten_and_the_mail_of_others_stays(world):
    User.objects.filter(pk=world.staff.pk).update(email="")
    person = User.objects.get(pk=world.staff.pk)
    queue_mail("emails/reports/reminder", to="clerk@example.vn", once="a", at=NOON)
    person.memberships.update(ends_on=TODAY)

    personal_requests.forget_person(person, at=NOW)

    person.refresh_from_db()
    assert person.full_name == leaving.GONE
    assert Delivery.objects.get().to == "clerk@example.vn"


def test_whoever_was_refused_something_is_forgotten_all_the_same(world):
    """The database wants a refusal to have a reason: its words go, the row does not stop it."""
    refused = wish(world, text="Vì sai họ.")
    personal_requests.refuse(refused, reply="Hồ sơ của Đức ghi khác.", by=world.clerk, at=NOW)
    world.staff.memberships.update(ends_on=TODAY)

    personal_requests.forget_person(world.staff, at=moment(400))

    refused.refresh_from_db()
    assert (refused.text, refused.name, refused.state) == ("", "", "refused")
    assert refused.reply == personal_requests.ERASED


def test_an_account_is_emptied_once_no_role_is_left(world):
    question = ask(world, "Bao giờ sửa mái khu để xe?")
    queue_mail("emails/reports/reminder", to="x@example.vn", once="a", at=NOON)
    Delivery.objects.update(to="Staff@example.vn", state="done", done_at=NOON)
    asked = wish(world, "account", text="Tôi đã chuyển công tác.")
    with pytest.raises(leaving.StillHere):
        personal_requests.grant(asked, reply="", by=world.clerk, at=NOW)
    asked.refresh_from_db()
    assert asked.state == "open"
    world.staff.memberships.update(ends_on=TODAY, post="Chuyên viên", unit="Phòng 3")
    sign_in_day(world.staff, "failed")
    Draft.objects.create(owner=world.staff, form="answer", body="Nháp")
    Told.objects.create(person=world.staff, kind="question_news", key="a")
    others = [{"number": 2, "values": {"full_name": "Lý Thị Nga", "email": "nga@example.vn"}}]
    ImportDraft.objects.create(
        kind="people", file_name="x.xlsx", uploaded_by=world.clerk, uploaded_at=NOON, rows=others
    )

    personal_requests.grant(asked, reply="", by=world.clerk, at=NOW)

    world.staff.refresh_from_db()
    question.refresh_from_db()
    assert world.staff.full_name == leaving.GONE
    assert (world.staff.email, world.staff.phone, world.staff.is_active) == ("", "", False)
    assert not world.staff.has_usable_password()
    assert question.author is None
    assert not SignInDay.objects.exists()
    assert not Draft.objects.exists()
    assert not Told.objects.exists()
    assert list(world.staff.memberships.values_list("post", "unit")) == [("", "")]
    assert not Delivery.objects.filter(to__icontains="staff").exists()
    assert ImportDraft.objects.get().rows == others


def test_of_the_person_nothing_is_left_in_any_table_but_the_record_of_acts(world):
    User.objects.filter(pk=world.staff.pk).update(
        full_name="ZZTEN Đi Xa", email="zzten@example.vn", phone="0900 111 222", username="zzten"
    )
    person = User.objects.get(pk=world.staff.pk)
    ask(world, "Bao giờ sửa mái khu để xe?", by=person)
    audit.record("role_given", by=world.clerk, subject=person.full_name)
    recovery = Recovery.objects.create(
        user=person, old_email=person.email, new_email="zzten2@example.vn", reason="Mất hộp thư.",
        key="k", started_by=world.clerk, started_at=NOON, stopped_at=NOON,
    )  # fmt: skip
    AccountLetter.objects.create(
        kind="recovery_told", user=person, to=person.email, to_name=person.full_name,
        recovery=recovery, next_try_at=NOON,
    )  # fmt: skip
    AddressChange.objects.create(user=person, new_email="zzten3@example.vn", key="k", asked_at=NOON)
    ImportDraft.objects.create(
        kind="people", file_name="x.xlsx", uploaded_by=world.clerk, uploaded_at=NOON,
        rows=[{"number": 2, "values": {"full_name": "ZZTEN Đi Xa", "email": "zzten@example.vn"}}],
    )  # fmt: skip
    queue_mail("emails/reports/reminder", to="zzten@example.vn", once="a", at=NOON)
    Delivery.objects.update(state="done", done_at=NOON)
    person.memberships.update(ends_on=TODAY)
    assert len(tables_with("zzten")) >= 6

    personal_requests.forget_person(person, at=NOW)

    assert tables_with("zzten") == {"dialogue_portal_auditentry"}
    assert tables_with("0900 111 222") == set()


def tables_with(needle):
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(needle in str(value).lower() for row in cursor.fetchall() for value in row):
                found.add(table)
    return found


def test_who_held_an_office_keeps_the_name_until_the_papers_are_done(world):
    world.leader.memberships.update(ends_on=TODAY - dt.timedelta(days=364))
    assert leaving.kept_until(world.leader) == TODAY + dt.timedelta(days=1)
    with pytest.raises(leaving.StillHere):
        leaving.empty_account(world.leader, at=NOON)

    leaving.empty_account(world.leader, at=moment(1))

    world.leader.refresh_from_db()
    assert world.leader.full_name == leaving.GONE


def test_accounts_without_a_role_are_emptied_by_themselves_after_their_term(world):
    world.staff.memberships.update(ends_on=TODAY - dt.timedelta(days=730))
    # Long gone from the neighbour's, and here to this day.
    Membership.objects.create(
        user=world.colleague, committee=world.neighbour, role=Role.STAFF,
        starts_on=TODAY - dt.timedelta(days=1500), ends_on=TODAY - dt.timedelta(days=1400),
    )  # fmt: skip
    personal_requests.forget_those_who_left(at=NOON)
    world.staff.refresh_from_db()
    assert world.staff.full_name == "Đỗ Minh Đức"

    personal_requests.forget_those_who_left(at=moment(1))

    world.staff.refresh_from_db()
    assert world.staff.full_name == leaving.GONE
    world.colleague.refresh_from_db()
    assert world.colleague.full_name == "Vũ Hồng Gấm"


def test_a_wish_is_withdrawn_by_its_person_once(world, client):
    asked = wish(world)
    page = reverse("privacy:personal_withdraw", args=[asked.pk])
    client.force_login(world.colleague)
    assert client.post(page).status_code == 404
    client.force_login(world.staff)

    first = client.post(page, follow=True).content.decode()
    again = client.post(page, follow=True).content.decode()

    asked.refresh_from_db()
    assert asked.state == "withdrawn"
    assert "Đã rút đề nghị." in first
    assert "đã được giải quyết trước đó" in again
