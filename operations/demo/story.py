"""The demonstration: half a year of made-up committees, told with the domain functions.

Nothing here is a real organisation, person, question or report.
"""

import datetime as dt

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from board.domain.receiving import acknowledge_report
from committees.models import Role
from foundation.clock import day_of
from jobs.models import Delivery, Rendering
from jobs.states import JobState
from operations.demo.dialogue import (
    answer_in_writing,
    ask,
    ask_anonymously,
    ask_so_far,
    hold,
    moment_of,
    schedule_dialogue,
    sort,
)
from operations.demo.files import photo, schedule
from operations.demo.hall import run_a_hall
from operations.demo.minutes import DAY, add_to_minutes, have_approved, write_minutes
from operations.demo.office_work import give_one_back, transfer_one, work_around_answers
from operations.demo.openings import ask_for_names
from operations.demo.papers import draw_up_papers
from operations.demo.people import committees_of_all, people_of_all
from operations.demo.words import PASSWORD
from periods.domain.periods import default_due_before, half_year_of, oblige_everybody
from periods.models import Obligation, ReportingPeriod
from reports.domain.drafting import start_draft
from reports.domain.issuing import issue_report
from reports.domain.writing import explain_not_held, write_narrative
from sessions.domain import (
    attachments,
    commitments,
    conferences,
)
from sessions.models import Theme

STAGES = ("opened", "asked", "held", "reported", "running")


@transaction.atomic
def tell(*, stage="reported", number=61, at=None, questions=None):
    """Tell the story up to `stage` with `number` committees. Returns the running period.

    With "running" a conference of the first committee goes on besides. `questions` is how many each
    conference of the running period gets, where it matters.
    """
    at = at or timezone.now()
    has_hall, stage = stage == "running", "reported" if stage == "running" else stage
    today = day_of(at)
    period, before = _periods(today)
    since = before.starts_on - dt.timedelta(days=400)
    board, hosts = committees_of_all(number, since)
    password = make_password(PASSWORD)
    offices = people_of_all(hosts, board, password, since)
    # Only a past that is told may be owed: nobody shall seem to have missed it.
    for one in (before, period) if stage == "reported" else (period,):
        oblige_everybody(one)
    themes = list(Theme.objects.filter(parent=None).order_by("number"))
    if stage == "reported":
        for index, host in enumerate(hosts):
            _past_period(index, host, offices[host.pk], before, themes)
    for index, host in enumerate(hosts):
        _running_period(
            index, host, offices[host.pk], period, themes, stage, at, questions=questions
        )
    if stage == "reported" and len(hosts) > 1:
        transfer_one(hosts[0], offices[hosts[0].pk], hosts[1], at=at)
    if has_hall:
        run_a_hall(hosts[0], offices[hosts[0].pk], themes, at=at)
    # The story is old, its files are yet to be made: nobody has neglected them.
    for model in (Rendering, Delivery):
        model.objects.filter(state=JobState.QUEUED).update(next_at=at)
    return period


def _periods(today):
    year, half = half_year_of(today)
    earlier = (year, 1) if half == 2 else (year - 1, 2)
    first = (earlier[0], 1) if earlier[1] == 2 else (earlier[0] - 1, 2)
    before, _ = ReportingPeriod.objects.get_or_create(
        year=earlier[0],
        half=earlier[1],
        defaults={
            "starts_on": default_due_before(*first),
            "due_before": default_due_before(*earlier),
        },
    )
    period, _ = ReportingPeriod.objects.get_or_create(
        year=year,
        half=half,
        defaults={"starts_on": before.due_before, "due_before": default_due_before(year, half)},
    )
    return period, before


def _report(host, office, period, *, at, not_held=""):
    secretary, clerk, *_ = office
    obligation = Obligation.objects.select_related("committee__parent", "board", "period").get(
        period=period, committee=host
    )
    draft = start_draft(obligation, by=clerk, at=at - dt.timedelta(days=2))
    if not_held:
        explain_not_held(draft, reason=not_held, until=day_of(at) + dt.timedelta(days=40), at=at)
    write_narrative(
        draft,
        key="lessons",
        text="Phân loại ý kiến từ sớm, giao rõ đơn vị trả lời và thời hạn.",
        version=0,
        by=clerk,
        at=at,
    )
    return issue_report(draft, by=secretary, at=at)


def _past_period(index, host, office, period, themes):
    """Last half-year: most were in time, some late, one never came, one held nothing."""
    if index == 60:
        return
    held = period.due_before - dt.timedelta(days=30 - index % 12)
    held -= dt.timedelta(days=max(0, held.weekday() - 4))
    if index == 7:
        _report(
            host,
            office,
            period,
            at=moment_of(period.due_before - dt.timedelta(days=4), 10),
            not_held="Cơ quan đang sắp xếp tổ chức bộ máy.",
        )
        return
    conference = schedule_dialogue(host, office, held, period.label)
    photos = [photo()] if index == 0 else ()
    asked = ask(conference, office, themes, count=4 + index % 5, shift=index, files=photos)
    sort(conference, office, asked)
    hold(conference, office, asked, index=index)
    have_approved(write_minutes(conference, office), office, at=conference.ends_at + 2 * DAY)
    if index == 0:
        add_to_minutes(conference, office, at=conference.ends_at + 5 * DAY)
        answer = asked[0][0].answers.get(state="published")
        attachments.exchange(answer, add=[schedule()], at=conference.ends_at)
        first = conference.commitments.order_by("number").last()
        commitments.settle_commitment(
            first,
            result="Đã công khai trên trang nội bộ.",
            evidence="45-CV/ĐU",
            by=office[1],
            at=moment_of(held + dt.timedelta(days=25), 9),
        )
    answer_in_writing(conference, office, at=conference.ends_at + dt.timedelta(days=9))
    late = index in (11, 23, 37)
    issued = period.due_before + dt.timedelta(days=3 if late else -1 - index % 8)
    report = _report(host, office, period, at=moment_of(issued, 9 + index % 8, index % 60))
    board = report.obligation.board
    head = board.memberships.with_role(Role.HEAD).first().user
    acknowledge_report(report, by=head, at=report.issued_at + dt.timedelta(hours=20))


def _running_period(index, host, office, period, themes, stage, at, *, questions=None):
    """This half-year, as far as the stage goes. The first committee is the newcomer's."""
    today = day_of(at)
    if stage in ("opened", "asked") or (index % 10 == 9 and stage == "held"):
        on = today + dt.timedelta(days=9 + index % 5)
        on += dt.timedelta(days=(7 - on.weekday()) % 7 if on.weekday() > 4 else 0)
        if index % 7 == 6:
            return
        conference = schedule_dialogue(host, office, on, period.label)
        if stage == "asked":
            ask_so_far(conference, office, themes, at, count=10 if index == 0 else 4)
        return
    if index == 0:
        _newcomer(host, office, period, themes, at, stage)
        return
    where = index % 10
    if where == 9:
        return  # no date yet
    if where in (7, 8):
        on = today + dt.timedelta(days=7 + index % 10)
        conference = schedule_dialogue(host, office, on, period.label)
        ask_so_far(conference, office, themes, at, count=3)
        return
    held = max(period.starts_on + dt.timedelta(days=2), today - dt.timedelta(days=16 + index % 14))
    conference = schedule_dialogue(host, office, held, period.label)
    if conference.ends_at + dt.timedelta(days=3) > at:
        return
    asked = ask(conference, office, themes, count=questions or 4 + index % 6, shift=index + 3)
    sort(conference, office, asked)
    hold(conference, office, asked, index=index)
    have_approved(write_minutes(conference, office), office, at=conference.ends_at + 2 * DAY)
    if stage == "held" or where == 6:
        return
    if where == 5:
        start_draft(Obligation.objects.get(period=period, committee=host), by=office[1], at=at)
        return
    _report(host, office, period, at=at - dt.timedelta(hours=5 + index, minutes=index))


def _newcomer(host, office, period, themes, at, stage):
    """The demo accounts' own committee: one dialogue held and in draft, another one ahead.

    Its minutes lie before the chair, so that a newcomer can approve some.
    """
    today = day_of(at)
    held = max(period.starts_on + dt.timedelta(days=2), today - dt.timedelta(days=12))
    held -= dt.timedelta(days=max(0, held.weekday() - 4))
    conference = schedule_dialogue(host, office, held, period.label)
    asked = ask(conference, office, themes, count=10, shift=0)
    sort(conference, office, asked)
    hold(conference, office, asked, index=3, is_signed=False)
    write_minutes(conference, office)
    work_around_answers(conference, office, at=at)
    if stage == "reported":
        start_draft(Obligation.objects.get(period=period, committee=host), by=office[1], at=at)
        ask_for_names(conference, office[0], at=at)
    ahead = today + dt.timedelta(days=12)
    ahead += dt.timedelta(days=(7 - ahead.weekday()) % 7 if ahead.weekday() > 4 else 0)
    extra = schedule_dialogue(host, office, ahead, "đột xuất về sắp xếp tổ chức")
    conferences.change_conference(
        extra, version=extra.version, kind="extraordinary", by=office[1], at=at
    )
    draw_up_papers(extra, office, at=at)
    ask_so_far(extra, office, themes, at, count=7)
    give_one_back(extra, office, at=at)
    ask_anonymously(extra, office, themes, at)
