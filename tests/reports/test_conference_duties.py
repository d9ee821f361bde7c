"""Of one conference its page, the home page, the menu and the mail say the same, in every state."""

import datetime as dt
import html
import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from duties.lists import duties_in, numbers_of
from duties.look import Look
from periods.models import Obligation, ReportingPeriod
from reports.domain import daily_mails
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from reports.domain.papers import acts, letters
from reports.domain.snapshots import digest
from reports.models import Report
from sessions.domain import conferences, questions, triage
from sessions.models import Attendance, Conference, Question
from tests.world import make_conference

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


class Scene:
    """The conference of the world, `days` from now, and what may become of it."""

    def __init__(self, world):
        self.world, self.now = world, timezone.now().replace(microsecond=0)
        self.conference = world.conference
        today = timezone.localdate()
        period = ReportingPeriod.objects.create(
            year=2030, half=1, starts_on=today - 60 * DAY, due_before=today + 60 * DAY
        )
        world.obligation.delete()
        self.obligation = Obligation.objects.create(
            period=period, committee=world.host, board=world.board
        )

    def lies(self, days, *, plan=True, notice=True):
        start = self.now + days * DAY
        on = timezone.localdate(start)
        Conference.objects.filter(pk=self.conference.pk).update(
            starts_at=start, ends_at=start + dt.timedelta(hours=3),
            plan_due_on=on - 30 * DAY, asks_open_at=start - 21 * DAY,
            asks_close_at=start - 7 * DAY, notice_due_on=on - 7 * DAY,
            conclusion_due_on=on + 10 * DAY, answers_due_on=on + 20 * DAY,
            plan_number="12-KH/ĐU" if plan else "",
            notice_published_on=on - 10 * DAY if notice else None,
        )  # fmt: skip
        self.conference.refresh_from_db()

    def asks(self, **to):
        question = questions.submit_question(
            self.conference, text="Bao giờ sửa thang máy?", theme=self.world.themes[0],
            kind="opinion", level="named", by=self.world.staff,
            at=self.conference.asks_open_at + DAY,
        )  # fmt: skip
        if to:
            triage.assign_question(question, by=self.world.clerk, at=self.now, **to)
            Question.objects.filter(pk=question.pk).update(edited_ok=True)

    def is_held(self):
        conferences.hold_conference(self.conference, by=self.world.clerk, at=self.now)

    def has_its_papers(self):
        Attendance.objects.create(
            conference=self.conference, invited=9, present=8, party_members=8, civil_servants=0,
            public_employees=0, workers=0, women=3, online=0,
        )  # fmt: skip
        Conference.objects.filter(pk=self.conference.pk).update(
            minutes_signed_on=self.conference.held_on,
            conclusion_number="3-TB/ĐU",
            turns=3,
            diverted=0,
        )
        self.conference.refresh_from_db()

    def is_closed(self, by):
        conferences.close_conference(self.conference, by=by, at=self.now)

    # --- the states -----------------------------------------------------------------

    def planned(self):
        self.lies(90, plan=False, notice=False)

    def announced(self):
        self.lies(35, plan=False, notice=False)

    def collecting(self):
        self.lies(15, notice=False)
        self.asks()
        self.asks(to=self.world.leader, due_on=self.conference.held_on + 20 * DAY)

    def announced_anew(self):
        """A notice was issued today; the one that was published lies ten days before the conference."""
        self.lies(9)
        notice = acts.start_paper(self.conference, "notice", by=self.world.clerk, at=self.now)
        drawn = letters.drawn_up(notice, at=self.now)
        acts.issue_paper(notice, seen=digest(drawn), by=self.world.secretary, at=self.now)

    def no_longer_collecting(self):
        self.lies(2)
        self.asks()

    def begun(self):
        self.lies(-0.1)

    def held(self):
        self.lies(-2)
        self.asks(to=self.world.leader, due_on=self.conference.held_on + 20 * DAY)
        self.is_held()

    def concluded(self):
        self.lies(-5)
        self.asks(to=self.world.leader, due_on=timezone.localdate() + 2 * DAY)
        self.asks(to=None, unit="Ban Tài chính", due_on=timezone.localdate() + 9 * DAY)
        self.is_held()
        self.has_its_papers()
        self.is_closed(self.world.clerk)

    def closed_by_itself(self):
        self.lies(-5)
        self.asks(to=self.world.leader, due_on=timezone.localdate() + 12 * DAY)
        self.asks()
        self.is_held()
        self.has_its_papers()
        self.is_closed(None)

    def reported(self):
        self.lies(-5)
        self.is_held()
        self.has_its_papers()
        self.is_closed(self.world.clerk)
        draft = start_draft(self.obligation, by=self.world.clerk, at=self.now)
        return issue_report(draft, by=self.world.secretary, at=self.now)

    def left_out(self):
        report = self.reported()
        Report.objects.filter(pk=report.pk).update(issued_at=self.now - DAY)

    def postponed(self):
        self.lies(15)
        self.asks()
        conferences.postpone_conference(
            self.conference, reason="Bão", by=self.world.clerk, at=self.now
        )

    def cancelled(self):
        self.lies(15)
        self.asks()
        conferences.cancel_conference(
            self.conference, reason="Sáp nhập", by=self.world.clerk, at=self.now
        )


def rows_under(heading, page):
    """Return [(sentence, address of the button)] of the section that a page heads so."""
    parts = re.split(r"(?=<h2)", page)
    section = next(
        (part for part in parts if re.match(rf"<h2[^>]*>{re.escape(heading)}<", part)), ""
    )
    rows = re.findall(
        r'<p class="todo-text">(.*?)(?:<br>|</p>).*?<a class="btn[^>]*href="(.*?)"', section, re.S
    )
    return [
        (html.unescape(re.sub(r"<svg.*?</svg>", "", what, flags=re.S)).strip(), html.unescape(url))
        for what, url in rows
    ]


OFFICE_SEES = {
    "planned": [],
    "announced": ["plan"],
    "collecting": ["to_sort", "notice"],
    "announced_anew": ["newer_notice"],
    "no_longer_collecting": ["to_sort"],
    "begun": ["conference_held"],
    "held": ["results", "to_close", "minutes", "conclusion"],
    "concluded": ["to_chase", "to_write"],
    "closed_by_itself": ["closed_by_itself", "to_write", "to_sort"],
    "reported": [],
    "left_out": ["left_out"],
    "postponed": ["conference_date", "to_sort"],
    "cancelled": ["to_sort", "to_write"],
}
LEADERS_SEE = {
    state: ["to_answer"] for state in ("collecting", "held", "concluded", "closed_by_itself")
}


@pytest.mark.parametrize("state", OFFICE_SEES)
def test_page_home_menu_and_mail_say_the_same_of_a_conference(client, world, state):
    getattr(scene := Scene(world), state)()
    mine = scene.conference.pk

    for who in ("secretary", "clerk", "leader"):
        user, at = world.people[who], timezone.now()
        client.force_login(user)
        expected = (LEADERS_SEE if who == "leader" else OFFICE_SEES).get(state, [])

        page = client.get(reverse("sessions:conference_detail", args=[mine]))
        home = client.get(reverse("reports:home"))

        shown = rows_under("Việc tiếp theo", page.text)
        about = {d.about for _about, group in home.context["groups"] for d in group
                 if d.conference == mine}  # fmt: skip
        assert shown == [row for name in about for row in rows_under(name, home.text)]
        duties = [d for _about, group in home.context["groups"] for d in group
                  if d.conference == mine]  # fmt: skip
        assert sorted(duty.kind for duty in duties) == sorted(expected)
        assert shown == [(duty.what, duty.url) for duty in duties]
        found = duties_in(Look(at=at, person=user, is_mail=True))
        mailed = [duty for duty in found if duty.conference == mine and duty.is_mailed]
        assert [(d.what, d.url, d.on) for d in mailed] == [(d.what, d.url, d.on) for d in duties]
        words = daily_mails.Waiting(user, found).words(today=timezone.localdate())
        body = render_to_string("emails/reports/reminder.txt", {**words, "base_url": "https://x"})
        assert all(f"* {duty.what}" in body for duty in duties)
        for asked in (page, home):
            counts = {entry["url"]: entry["count"] for entry in asked.context["nav"]}
            numbers = {reverse(name): number for name, number in numbers_of(found).items()}
            assert {url: number for url, number in counts.items() if number} == numbers
        client.logout()


def test_a_conference_closed_by_itself_counts_all_that_is_owed_and_shows_it(client, world):
    Scene(world).closed_by_itself()
    client.force_login(world.clerk)

    [found] = [
        duty
        for _about, group in client.get(reverse("reports:home")).context["groups"]
        for duty in group
        if duty.kind == "closed_by_itself"
    ]

    assert found.what == "Hội nghị đã tự kết thúc; 2 câu hỏi còn phải trả lời bằng văn bản."
    assert len(client.get(found.url).context["questions"]) == 2


def test_two_conferences_of_one_month_are_told_apart_by_their_day(client, world):
    scene = Scene(world)
    scene.collecting()
    start = scene.conference.starts_at
    other_day = start + DAY if start.astimezone().day < 27 else start - DAY
    make_conference(
        world.host, world.secretary, starts_at=other_day, ends_at=other_day + DAY / 8,
        notice_due_on=timezone.localdate(), plan_number="13-KH/ĐU",
    )  # fmt: skip

    abouts = {
        d.about for d in duties_in(Look(at=timezone.now(), person=world.clerk)) if d.conference
    }

    month = f"{scene.conference.held_on:%m/%Y}"
    days = (timezone.localtime(start), timezone.localtime(other_day))
    assert abouts == {f"Đối thoại {month} ({one:%d/%m})" for one in days}
