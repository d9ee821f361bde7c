"""The page of a conference's papers, and the way of each through draft, issue and print."""

import datetime as dt

import pytest
from django.db import connection
from django.urls import reverse

from hall.domain import guests
from hall.models import Hall
from privacy.domain import purging
from reports.domain.papers import acts, letters
from reports.domain.papers.people import people_in
from reports.domain.snapshots import digest, is_intact
from reports.models import Paper
from sessions.domain import questions
from sessions.domain.conferences import (
    cancel_conference,
    postpone_conference,
    reschedule_conference,
)
from sessions.models import Conference
from tests.reports.test_duties import duties
from tests.reports.test_papers import issued, started, written
from tests.world import MENU, NOON, day, make_conference, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    monkeypatch.setattr("foundation.clock.database_now", lambda: NOON)


def url(name, *args):
    return reverse(f"reports:{name}", args=args)


def test_a_plan_goes_from_its_conference_to_its_number(client, world):
    client.force_login(world.secretary)
    pk = world.conference.pk
    page = client.get(url("conference_papers", pk))
    assert page.status_code == 200

    begun = client.post(url("paper_start", pk, "plan"), follow=True)
    paper = Paper.objects.get()
    edited = client.get(url("paper_edit", paper.pk))
    form = edited.context["form"]
    typed = {name: form[name].value() for name in form.fields}
    saved = client.post(url("paper_edit", paper.pk), {**typed, "focus": "Về nhà ở."}, follow=True)
    asked = client.get(url("paper_issue", paper.pk))
    seen = asked.context["form"]["seen"].value()
    done = client.post(url("paper_issue", paper.pk), {"seen": seen, "number": ""}, follow=True)

    assert [one.status_code for one in (begun, edited, saved, asked, done)] == [200] * 5
    assert "Về nhà ở." in saved.text
    paper.refresh_from_db()
    assert paper.texts == {"focus": "Về nhà ở."}
    world.conference.refresh_from_db()
    assert (world.conference.plan_number, world.conference.plan_issued_on) == ("01-KH/ĐU", day(0))
    assert "01-KH/ĐU" in client.get(url("conference_papers", pk)).text
    for suffix in ("pdf", "docx"):
        assert client.get(url(f"paper_{suffix}", paper.pk)).status_code == 200


@pytest.mark.parametrize("kind", Paper.Kind.values)
def test_saved_as_it_is_the_form_keeps_nothing(client, world, kind):
    """Also where what is proposed holds blanks that no line is broken at."""
    make_conference(world.host, world.secretary, starts_at=moment(12), ends_at=moment(12, 3))
    client.force_login(world.clerk)
    paper = started(world, kind)
    form = client.get(url("paper_edit", paper.pk)).context["form"]
    typed = {name: form[name].value() for name in form.fields}

    answer = client.post(url("paper_edit", paper.pk), typed)

    assert answer.status_code == 302
    paper.refresh_from_db()
    assert (paper.texts, paper.version) == ({}, 2)


# --- who, when, and two at once ----------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("secretary", 200), ("clerk", 403), ("staff", 404), ("other_secretary", 404)],
)
def test_only_the_secretary_issues(client, world, who, status):
    paper = started(world)
    client.force_login(world.people[who])

    assert client.get(url("paper_issue", paper.pk)).status_code == status


def test_the_number_of_the_register_that_is_taken_is_refused_beside_the_field(client, world):
    issued(world, started(world), number=7)
    paper = started(world)
    client.force_login(world.secretary)
    page = client.get(url("paper_issue", paper.pk))
    seen = page.context["form"]["seen"].value()

    answer = client.post(url("paper_issue", paper.pk), {"seen": seen, "number": "7"})

    assert page.context["next_number"] == 8
    assert answer.status_code == 422
    assert "number" in answer.context["form"].errors


def test_what_changed_meanwhile_is_shown_again_and_can_then_be_issued(client, world):
    paper = started(world)
    client.force_login(world.secretary)
    seen = client.get(url("paper_issue", paper.pk)).context["form"]["seen"].value()
    world.conference.place = "Phòng họp 5"
    world.conference.save()

    refused = client.post(url("paper_issue", paper.pk), {"seen": seen})
    again = refused.context["form"]["seen"].value()
    done = client.post(url("paper_issue", paper.pk), {"seen": again})

    assert refused.status_code == 422
    assert "Phòng họp 5" in refused.text
    assert done.status_code == 302
    paper.refresh_from_db()
    assert paper.is_issued


def test_without_a_term_the_paper_is_not_issued_and_says_why(client, world):
    world.host.terms.all().delete()
    paper = started(world)
    client.force_login(world.secretary)
    seen = client.get(url("paper_issue", paper.pk)).context["form"]["seen"].value()

    answer = client.post(url("paper_issue", paper.pk), {"seen": seen})

    assert answer.status_code == 422
    assert "nhiệm kỳ" in answer.text


@pytest.mark.parametrize("why", ["nobody signs", "a sign that the font lacks"])
def test_what_could_not_be_signed_or_printed_is_not_issued(client, world, why):
    paper = started(world)
    if why == "nobody signs":
        Paper.objects.update(signer="")
        said = "Chưa ghi người ký."
    else:
        world.conference.place = "Phòng 🙂"
        world.conference.save()
        said = "không có ký tự 🙂"
    client.force_login(world.secretary)
    page = client.get(url("paper_issue", paper.pk))
    seen = page.context["form"]["seen"].value()

    answer = client.post(url("paper_issue", paper.pk), {"seen": seen})

    assert said in page.text
    assert answer.status_code == 422
    paper.refresh_from_db()
    assert paper.is_draft


def test_pressed_twice_it_is_issued_once(client, world):
    paper = started(world)
    client.force_login(world.secretary)
    seen = client.get(url("paper_issue", paper.pk)).context["form"]["seen"].value()

    answers = [client.post(url("paper_issue", paper.pk), {"seen": seen}) for _ in range(2)]

    assert [one.status_code for one in answers] == [302, 302]
    assert Paper.objects.get().number == 1


def test_the_second_to_save_sees_both_texts(client, world):
    paper = started(world)
    client.force_login(world.clerk)
    form = client.get(url("paper_edit", paper.pk)).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    client.post(url("paper_edit", paper.pk), {**typed, "focus": "Một"})

    second = client.post(url("paper_edit", paper.pk), {**typed, "focus": "Hai"})

    assert second.status_code == 409
    (difference,) = second.context["conflict"]
    assert (difference.typed, difference.standing) == ("Hai", "Một")


def test_by_order_signs_the_head_of_the_office_alone(client, world):
    paper = started(world, "invitation")
    client.force_login(world.clerk)
    form = client.get(url("paper_edit", paper.pk)).context["form"]
    typed = {name: form[name].value() for name in form.fields}
    by_order = {**typed, "sign_capacity": "T/L BAN THƯỜNG VỤ"}

    refused = client.post(url("paper_edit", paper.pk), by_order)
    taken = client.post(url("paper_edit", paper.pk), {**by_order, "sign_post": "CHÁNH VĂN PHÒNG"})

    assert (refused.status_code, taken.status_code) == (422, 302)


# --- publishing --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "status"),
    [(day(0), 302), (day(1), 422), (day(-1), 422)],
    ids=["today", "ahead", "before"],
)
def test_a_notice_is_published_from_the_day_of_its_issue_until_today(client, world, on, status):
    issued(world, started(world, "notice"))
    client.force_login(world.clerk)
    typed = {"on": f"{on:%d/%m/%Y}", "channels": "Bảng tin", "version": world.conference.version}

    answer = client.post(url("notice_publish", world.conference.pk), typed)

    assert answer.status_code == status
    world.conference.refresh_from_db()
    assert world.conference.notice_published_on == (on if status == 302 else None)


def test_the_duties_lead_to_the_papers_and_vanish_when_they_are_done(client, world):
    world.conference.notice_due_on = day(3)
    world.conference.save()
    client.force_login(world.secretary)
    papers = url("conference_papers", world.conference.pk)

    def asked():
        return [one.kind for one in duties(world.secretary) if one.url == papers]

    assert asked() == ["plan", "notice"]
    issued(world, started(world))
    issued(world, started(world, "notice"))
    assert asked() == ["notice"]
    world.conference.refresh_from_db()
    acts.publish_notice(
        world.conference, version=world.conference.version, on=day(0), channels="", by=world.clerk,
        at=NOON,
    )  # fmt: skip
    assert asked() == []


# --- printing ----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["pdf", "docx"])
def test_everything_is_to_be_had_as_pdf_and_word(client, world, suffix):
    client.force_login(world.clerk)
    pk = world.conference.pk
    invitation = started(world, "invitation")
    kind = {"pdf": "application/pdf", "docx": "wordprocessingml"}[suffix]
    answers = [
        client.get(url(f"question_slips_{suffix}", pk, level))
        for level in ("named", "confidential", "anonymous")
    ]
    answers += [
        client.post(url("signature_list", pk), {"people": "An; Chủ tịch", suffix: "1"}),
        client.post(
            url("invitation_print", invitation.pk), {"people": "An; Chủ tịch", suffix: "1"}
        ),
    ]

    assert [one.status_code for one in answers] == [200] * 5
    assert all(kind in one["Content-Type"] for one in answers)


def test_the_same_list_can_be_made_twice_and_is_kept_nowhere(client, world):
    client.force_login(world.clerk)
    typed = {"people": "Người Được Mời Riêng", "docx": "1", "csrfmiddlewaretoken": "t" * 64}

    answers = [client.post(url("signature_list", world.conference.pk), typed) for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%Mời Riêng%"]
            )
            assert cursor.fetchone()[0] == 0, table


def test_who_is_invited_stands_in_the_list_of_signatures_already(client, world):
    client.force_login(world.clerk)
    place = url("signature_list", world.conference.pk)
    guests.add_guests(
        world.conference,
        [{"full_name": "Trần Hoa", "post": "CV; tổ trưởng", "unit": "Phòng A"},
         {"full_name": "Lê Nam", "unit": "Phòng B"}],
    )  # fmt: skip

    offered = client.get(place).context["form"]["people"].value()

    assert people_in(offered) == [
        ("Trần Hoa", "CV, tổ trưởng", "Phòng A"), ("Lê Nam", "", "Phòng B"),
    ]  # fmt: skip


def test_too_long_a_list_is_refused_and_kept(client, world):
    client.force_login(world.clerk)
    places = {
        501: url("signature_list", world.conference.pk),
        101: url("invitation_print", started(world, "invitation").pk),
    }

    def sent(number, place):
        people = "\n".join(f"Người {one}" for one in range(number))
        answer = client.post(place, {"people": people})
        return answer.status_code, f"Người {number - 1}" in answer.text

    assert [sent(*one) for one in places.items()] == [(422, True), (422, True)]


@pytest.mark.parametrize("name", ["hall_poster_pdf", "hall_queue_docx"])
@pytest.mark.parametrize(("days", "status"), [(-2, 403), (-1, 200)])
def test_poster_and_queue_are_there_from_the_day_before(
    client, world, monkeypatch, name, days, status
):
    now = world.conference.starts_at + dt.timedelta(days=days)
    monkeypatch.setattr("foundation.clock.database_now", lambda: now)
    client.force_login(world.clerk)

    answer = client.get(url(name, world.conference.pk))

    assert answer.status_code == status
    assert Hall.objects.exists() is (status == 200)


def test_a_sign_that_the_font_lacks_is_named_and_not_printed(client, world):
    world.conference.place = "Phòng 🙂"
    world.conference.save()
    paper = started(world)
    client.force_login(world.clerk)

    answer = client.get(url("paper_pdf", paper.pk))

    assert answer.status_code == 409
    assert "🙂" in answer.text


def test_a_paper_that_was_changed_behind_our_back_is_not_handed_out(client, world):
    paper = issued(world, started(world))
    document = {**paper.snapshot, "facts": {}}
    Paper.objects.filter(pk=paper.pk).update(snapshot=document)
    client.force_login(world.clerk)

    assert client.get(url("paper_detail", paper.pk)).status_code == 503
    assert client.get(url("paper_pdf", paper.pk)).status_code == 302


def test_a_text_that_is_taken_out_is_taken_out_of_papers_too(world):
    text = "Đề nghị sửa mái khu để xe ngay trong tháng này."
    paper = issued(world, written(world, started(world), focus=text))
    question = questions.submit_question(
        world.conference, text=text, theme=world.themes[0], kind="opinion", level="named",
        by=world.staff, at=NOON,
    )  # fmt: skip
    purge = purging.ask(
        question, why="personal", reason="Có tên người.", by=world.secretary, at=NOON
    )

    purging.agree(purge, by=world.head, at=NOON)

    paper.refresh_from_db()
    assert text not in str(paper.snapshot)
    assert is_intact(paper)


@pytest.mark.parametrize("papers", [0, 3])
def test_the_page_asks_a_fixed_number_of_times(client, world, papers, django_assert_num_queries):
    for kind in Paper.Kind.values[:papers]:
        issued(world, started(world, kind))
        started(world, kind)
    client.force_login(world.clerk)

    with django_assert_num_queries(10 + MENU):
        client.get(url("conference_papers", world.conference.pk))


# --- what others than the office read ----------------------------------------------------

EARLIER = "Đó là thông báo trước"
NEWER = "Công khai thông báo mới và nhập ngày công khai."


def published(world, *, on=0):
    issued(world, paper := started(world, "notice"))
    acts.publish_notice(
        world.conference, on=day(on), channels="", version=fresh(world.conference).version,
        by=world.clerk, at=NOON,
    )  # fmt: skip
    return paper


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


@pytest.mark.parametrize("who", ["staff", "leader"])
def test_everybody_of_the_committee_reads_the_published_notice(client, world, who):
    paper = published(world)
    client.force_login(getattr(world, who))

    address = url("paper_detail", paper.pk)
    assert (
        address
        in client.get(reverse("sessions:conference_detail", args=[world.conference.pk])).text
    )
    page = client.get(address)
    assert page.status_code == 200
    assert "THÔNG BÁO" in page.text
    assert "- Lưu Văn phòng Đảng ủy." in page.text  # ended as the paper ends it
    assert "/papers/" not in page.text.replace(f"/papers/{paper.pk}/", "")
    assert b"".join(client.get(url("paper_pdf", paper.pk))).startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["notice", "plan"])
def test_what_is_not_published_is_read_by_the_office_alone(client, world, kind):
    issued(world, paper := started(world, kind))
    client.force_login(world.staff)

    page = client.get(reverse("sessions:conference_detail", args=[world.conference.pk]))

    assert client.get(url("paper_detail", paper.pk)).status_code == 404
    assert url("paper_detail", paper.pk) not in page.text


def test_a_notice_issued_after_a_new_date_is_read_once_its_own_day_is_entered(
    client, world, monkeypatch
):
    published(world, on=0)
    conference, by = world.conference, {"by": world.clerk, "at": moment(1)}
    conference.refresh_from_db()
    postpone_conference(conference, reason="Bão", **by)
    reschedule_conference(conference, starts_at=moment(30), ends_at=moment(30, 3), **by)
    newer = acts.start_paper(fresh(conference), "notice", **by)
    drawn = letters.drawn_up(newer, at=moment(1))
    acts.issue_paper(newer, seen=digest(drawn), by=world.secretary, at=moment(1))
    address = url("paper_detail", newer.pk)
    detail = reverse("sessions:conference_detail", args=[conference.pk])

    client.force_login(world.staff)
    assert client.get(address).status_code == 404
    assert address not in client.get(detail).text
    client.force_login(world.clerk)
    papers = url("conference_papers", conference.pk)
    assert EARLIER in client.get(papers).text
    assert NEWER in client.get(detail).text
    monkeypatch.setattr("foundation.clock.database_now", lambda: moment(1))
    offered = client.get(url("notice_publish", conference.pk)).context["form"]["on"].value()
    assert offered == day(1)  # not that of the earlier notice
    Conference.objects.filter(pk=conference.pk).update(notice_published_on=day(1))
    assert EARLIER not in client.get(papers).text
    assert NEWER not in client.get(detail).text
    client.force_login(world.staff)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("call_off", [postpone_conference, cancel_conference])
def test_a_published_notice_says_that_its_conference_was_called_off(client, world, call_off):
    paper = published(world)
    call_off(fresh(world.conference), reason="Bão", by=world.clerk, at=NOON)
    client.force_login(world.staff)

    assert "không diễn ra vào thời gian" in client.get(url("paper_detail", paper.pk)).text


def test_a_published_notice_is_no_strangers_and_changed_by_none_of_its_readers(client, world):
    paper = published(world)

    client.force_login(world.other_staff)
    assert client.get(url("paper_detail", paper.pk)).status_code == 404
    client.force_login(world.staff)
    assert client.post(url("paper_edit", paper.pk), {}).status_code == 403
    assert client.post(url("paper_issue", paper.pk), {}).status_code == 403


def test_a_chair_who_is_not_of_the_office_finds_the_minutes(client, world):
    type(world.conference).objects.filter(pk=world.conference.pk).update(
        chair=world.leader, state="held"
    )
    conference = reverse("sessions:conference_detail", args=[world.conference.pk])
    minutes = url("minutes_detail", world.conference.pk)

    client.force_login(world.leader)
    assert minutes in client.get(conference).text
    assert client.get(minutes).status_code == 200
    client.force_login(world.other_leader)
    assert minutes not in client.get(conference).text
