"""Two committees, each with something in every state, so that every address names something.

`own` is the committee of the world's people, `foreign` one below another Bloc. What is
written where is asked of `say`, so that the same scene serves hostile texts and canaries.
"""

import datetime as dt
import uuid
from dataclasses import asdict
from types import SimpleNamespace

from django.utils import timezone

from board.domain import receiving
from board.domain.consolidating import consolidate
from board.domain.ordering import order_period_zip
from committees.domain import deputies, importing
from committees.domain.import_rows import Row
from committees.models import CalendarDay, ImportDraft, Membership, Role, User
from foundation import files
from foundation.clock import day_of
from hall.domain import desk, door, guests, speakers
from hall.domain import minutes as minutes_acts
from hall.models import Minutes
from jobs.models import Rendering
from jobs.states import JobState
from operations.domain.ordering import order_rehearsal
from periods.models import Obligation, ReportingPeriod
from privacy.domain import personal_requests, purging
from reports.domain import approving, drafting, issuing, writing
from reports.domain.papers import acts
from reports.domain.papers.letters import drawn_up, sort_of
from reports.domain.snapshots import digest
from sessions.askers import unsealing
from sessions.askers.vouchers import open_round
from sessions.domain import (
    answers,
    assignments,
    commitments,
    conferences,
    contributions,
    follow_up,
    notes,
    questions,
    text_templates,
    themes,
    transfers,
    triage,
)
from sessions.models import AssignmentReply, Contribution, TextChange
from tests.world import LONG_AGO, make_committee, make_conference

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
ROLES = ("nobody", "secretary", "clerk", "leader", "staff", "head", "officer", "administrator")


def plain(place):
    """Return an ordinary Vietnamese text for every place that holds text."""
    return f"Nội dung của {place}"


def build_scene(world, *, say=plain, before_reports=None):
    """Return the people by role, and what lies in their own committee and in a foreign one.

    `before_reports` is called with each side before anything of it is frozen in a report.
    """
    at = timezone.now()
    office = SimpleNamespace(
        committee=world.host,
        board=world.board,
        **{name: world.people[name] for name in ("secretary", "clerk", "leader", "staff", "head")},
    )
    strangers = another_bloc()
    people = {role: world.people[role] for role in ROLES if role in world.people}
    people["nobody"] = None
    people["administrator"] = User.objects.create_superuser(
        "administrator", "admin@example.vn", "x", full_name="Người quản trị"
    )
    periods = periods_around(at)
    themes_of_all = world.themes
    return SimpleNamespace(
        people=people,
        office=office,
        strangers=strangers,
        own=build_side(
            office, periods, themes_of_all, at=at, say=say, before_reports=before_reports
        ),
        foreign=build_side(
            strangers, periods, themes_of_all, at=at, say=plain, before_reports=before_reports
        ),
    )


def another_bloc():
    bloc = make_committee("XBLOC", "bloc", "Đảng ủy Khối Xa", organisation="ĐẢNG BỘ KHỐI XA")
    board = make_committee("XBOARD", "board", "Ban Xa", parent=bloc, symbol="BX")
    committee = make_committee("X01", "base", "Đảng ủy Nơi Xa", parent=bloc)

    def person(name, where, role):
        user = User.objects.create_user(
            f"far_{name}", f"far_{name}@example.vn", "x", full_name=f"Người Xa {name}"
        )
        Membership.objects.create(
            user=user, committee=where, role=role, starts_on=LONG_AGO, given_on=LONG_AGO
        )
        return user

    return SimpleNamespace(
        committee=committee,
        board=board,
        head=person("head", board, Role.HEAD),
        **{
            name: person(name, committee, role)
            for name, role in (
                ("secretary", Role.SECRETARY),
                ("clerk", Role.CLERK),
                ("leader", Role.LEADER),
                ("staff", Role.STAFF),
            )
        },
    )


def periods_around(at):
    """Three half-years of which the first holds today: for an issued report, a draft and none."""
    today = day_of(at)
    found = []
    for number, year in enumerate((2090, 2091, 2092)):
        found.append(
            ReportingPeriod.objects.create(
                year=year,
                half=1,
                starts_on=today - 60 * DAY if number == 0 else dt.date(year - 1, 6, 25),
                due_before=dt.date(year, 6, 25),
            )
        )
    return found


def build_side(office, periods, all_themes, *, at, say, before_reports=None):
    """Everything that one committee and its Board can hold."""
    side = SimpleNamespace(committee=office.committee, period=periods[0])
    fill_conferences(side, office, at=at, say=say)
    fill_questions(side, office, all_themes, at=at, say=say)
    fill_answers(side, office, all_themes, at=at, say=say)
    fill_transfers(side, office, all_themes, at=at, say=say)
    fill_commitments(side, office, at=at, say=say)
    side.wish = personal_requests.ask(
        kind="question", question=side.named, text=say("wish"), by=office.staff, at=at
    )
    side.purge = purging.ask(
        side.declined, why="personal", reason=say("purge"), by=office.secretary, at=at
    )
    side.template = text_templates.make_template(
        office.committee, use="answer", name=say("template")[:60], text=say("text of a template")
    )
    side.theme = themes.add_theme(office.committee, group=all_themes[0], name=say("theme")[:60])
    side.day_off, _ = CalendarDay.objects.get_or_create(
        day=dt.date(2090, 1, 1), defaults={"name": "Nghỉ"}
    )
    side.membership = office.committee.memberships.get(user=office.staff)
    far = day_of(at) + 100 * DAY  # in force it would let somebody in
    side.deputyship = deputies.name_deputy(
        office.committee, leader=office.leader, deputy=office.clerk, starts_on=far, ends_on=far,
        reason=say("reason"), by=office.secretary, at=at,
    )  # fmt: skip
    if before_reports:
        before_reports(side, office, all_themes, at)
    fill_reports(side, office, periods, at=at, say=say)
    side.imports = refused_import(office.clerk, at=at, say=say)
    fill_hall(side, office, all_themes, at=at, say=say)
    fill_minutes(side, office, at=at, say=say)
    fill_papers(side, office, at=at, say=say)
    return side


def refused_import(clerk, *, at, say):
    """A list of people in which the one row is wrong in every column that can be."""
    kind = ImportDraft.Kind.PEOPLE
    values = {column.name: say("name")[:120] for column in importing.columns_of(kind)}
    rows = [Row(number=2, values=values)]
    importing.judge(rows, kind=kind, by=clerk, at=at)
    return ImportDraft.objects.create(
        kind=kind,
        file_name="x.xlsx",
        rows=[asdict(row) for row in rows],
        uploaded_by=clerk,
        uploaded_at=at,
    )


def fill_conferences(side, office, *, at, say):
    def conference(name, begins, **fields):
        starts_at = at + begins
        made = make_conference(
            office.committee,
            office.secretary,
            title=say("title")[:200],
            place=say("place")[:200],
            starts_at=starts_at,
            ends_at=starts_at + dt.timedelta(hours=3),
            asks_open_at=starts_at - 21 * DAY,
            asks_close_at=starts_at - 5 * DAY,
            **fields,
        )
        made.agenda.create(position=2, title=say("agenda")[:200], speaker=say("speaker")[:120])
        made.answerers.set([office.leader])
        setattr(side, name, made)
        return made

    conference("ahead", 10 * DAY)
    side.round = open_round(side.ahead)
    conference("begun", -DAY)
    conference("postponed", 12 * DAY, state="postponed")
    conference("held", -10 * DAY)


def fill_questions(side, office, all_themes, *, at, say):
    def question(conference, *, by=office.staff, level="confidential", asked_at=at):
        return questions.submit_question(
            conference,
            text=say("question"),
            theme=all_themes[2],
            kind="opinion",
            level=level,
            by=by,
            at=asked_at,
        )

    side.received = question(side.ahead)
    side.named = question(side.ahead, level="named")
    side.assigned = question(side.ahead)
    side.submitted = question(side.ahead)
    side.given_back = question(side.ahead)
    side.contributed = question(side.ahead)
    side.soon_due = question(side.ahead)
    side.unclear = question(side.ahead)
    side.declined = question(side.ahead)
    side.merged = question(side.ahead)
    side.referred = question(side.ahead)
    side.escalated = question(side.ahead)
    by = {"by": office.clerk, "at": at}
    due_on = day_of(at) + 20 * DAY
    for one in (side.assigned, side.submitted, side.given_back):
        triage.assign_question(one, to=office.leader, due_on=due_on, **by)
    follow_up.ask_back(side.unclear, text=say("clarification"), **by)
    triage.assign_question(side.soon_due, to=office.leader, due_on=day_of(at) + 2 * DAY, **by)
    triage.assign_question(
        side.contributed, unit=say("unit")[:120], due_on=due_on, beside=[office.leader], **by
    )
    contributions.contribute(
        side.contributed, text=say("contribution"), number=0, by=office.leader, at=at
    )
    assignments.refuse_assignment(
        side.given_back, reason=say("reason"), proposed=None, by=office.leader, at=at
    )
    triage.decline_question(side.declined, code="out_of_scope", text=say("return text"), **by)
    triage.merge_questions(side.merged, into=side.named, **by)
    triage.refer_question(side.referred, to=say("passed to")[:120], reason=say("reason"), **by)
    triage.escalate_question(side.escalated, to=say("passed to")[:120], reason=say("reason"), **by)
    side.attachment = a_file_of(side.assigned)
    side.note = notes.write_note(side.assigned, text=say("note on a question"), **by)
    for text in (say("text that was read"), say("display text")):
        side.received.refresh_from_db()
        triage.edit_question(
            side.received,
            display_text=text,
            edited_ok=True,
            in_report=True,
            times_raised=1,
            version=side.received.version,
            by=office.clerk,
            at=at,
        )
    TextChange.objects.filter(question=side.received).update(reason=say("reason"))
    # What an earlier assignment of it has left, which whoever sorts it reads.
    of_old = {"question": side.received, "by": office.leader, "at": at}
    Contribution.objects.create(**of_old, number=1, text=say("contribution"))
    AssignmentReply.objects.create(
        **of_old,
        verdict=AssignmentReply.Verdict.REFUSED,
        reason=say("reason"),
        is_standing=False,
        insisted_by=office.clerk,
        insisted_at=at,
        insisted_because=say("why it stays"),
    )


def fill_answers(side, office, all_themes, *, at, say):
    draft = answers.draft_answer(
        side.submitted,
        text=say("answer"),
        answered_by=say("answered by")[:120],
        version=0,
        by=office.leader,
        at=at,
    )
    answers.submit_answer(draft, by=office.leader, at=at)
    then = side.held.asks_open_at + DAY

    def asked():
        return questions.submit_question(
            side.held, text=say("question"), theme=all_themes[1], kind="opinion",
            level="confidential", by=office.staff, at=then,
        )  # fmt: skip

    side.answered_live, side.answered = asked(), asked()
    by = {"by": office.clerk, "at": side.held.ends_at}
    triage.assign_question(side.answered, to=office.leader, due_on=day_of(at) + DAY, **by)
    conferences.hold_conference(side.held, **by)
    answers.record_live_answer(
        side.answered_live, text=say("answer"), answered_by=say("answered by")[:120], **by
    )
    published = answers.draft_answer(
        side.answered,
        text=say("answer"),
        answered_by=say("answered by")[:120],
        version=0,
        by=office.leader,
        at=at,
    )
    answers.publish_answer(published, by=office.secretary, at=at)
    for one in (side.answered_live, side.answered):
        one.refresh_from_db()
        triage.edit_question(
            one,
            display_text=say("display text"),
            edited_ok=True,
            in_report=True,
            times_raised=1,
            version=one.version,
        )
    side.published = answers.correct_answer(
        side.answered,
        text=say("corrected answer"),
        answered_by=say("answered by")[:120],
        reason=say("reason"),
        by=office.secretary,
        at=at,
    )
    side.opening = unsealing.request_opening(
        side.answered_live, reason=say("reason of the request"), by=office.secretary, at=at
    )
    side.held.refresh_from_db()
    conferences.record_course(
        side.held,
        version=side.held.version,
        summary=say("summary"),
        conclusion=say("conclusion"),
        turns=3,
        diverted=0,
        **by,
    )
    conferences.record_attendance(
        side.held, invited=50, present=40, party_members=30, civil_servants=20,
        public_employees=10, workers=10, women=18, online=5, **by,
    )  # fmt: skip


def fill_transfers(side, office, all_themes, *, at, say):
    """Questions that went to a third committee, came from it, and came back."""
    code = f"{office.committee.code}T"
    third = make_committee(code, "base", f"Đảng ủy {code}", parent=office.committee.parent)
    there = User.objects.create_user(
        f"third_{code}", f"{code}@example.vn", "x", full_name="Lý Nơi Thứ Ba"
    )
    Membership.objects.create(
        user=there, committee=third, role=Role.SECRETARY, starts_on=LONG_AGO, given_on=LONG_AGO
    )
    theirs = make_conference(
        third, there, starts_at=at + 10 * DAY, ends_at=at + 10 * DAY + HOUR,
        asks_open_at=at - 11 * DAY, asks_close_at=at + 3 * DAY,
    )  # fmt: skip

    def handed(conference, *, asker, by, to):
        question = questions.submit_question(
            conference, text=say("question"), theme=all_themes[2], kind="opinion",
            level="confidential", by=asker, at=at,
        )  # fmt: skip
        triage.clear_text(question, by=by, at=at)
        transfers.transfer_question(
            question, to=to, reason=say("why it went"), version=question.version, by=by, at=at
        )
        return question

    side.went, side.came_back = (
        handed(side.ahead, asker=office.staff, by=office.clerk, to=third) for _ in range(2)
    )
    side.came = handed(theirs, asker=there, by=there, to=office.committee)
    triage.assign_question(
        side.came, to=office.leader, due_on=day_of(at) + 20 * DAY, by=office.clerk, at=at
    )
    transfers.give_back(
        side.came_back,
        reason=say("why it came back"),
        version=side.came_back.version,
        by=there,
        at=at,
    )


def fill_hall(side, office, all_themes, *, at, say):
    """A conference that goes on: one question waits, one is on the floor, one was answered."""
    side.running = make_conference(
        office.committee, office.secretary, title=say("title")[:200], place=say("place")[:200],
        starts_at=at - HOUR, ends_at=at + 2 * HOUR, asks_open_at=at - 20 * DAY,
        asks_close_at=at - 5 * DAY,
    )  # fmt: skip
    side.running.answerers.set([office.leader])

    def asked():
        return questions.submit_question(
            side.running, text=say("question"), theme=all_themes[1], kind="opinion",
            level="confidential", by=office.staff, at=at - 10 * DAY,
        )  # fmt: skip

    guests.add_guests(
        side.running,
        [{
            "full_name": say("guest")[:150], "post": say("guest's post")[:120],
            "unit": say("guest's unit")[:120], "email": "khach@vi-du.vn",
        }],
    )  # fmt: skip
    side.guest = side.running.guests.get()
    door.note_reply(side.guest, reply="cannot", note=say("guest's note")[:300])
    side.waiting, now, taken = asked(), asked(), asked()
    hall = side.hall = desk.open_hall(side.running, at=at)
    keyed = {"by": office.clerk, "at": at}
    side.taken = desk.call_up(hall, taken, key=uuid.uuid4(), **keyed)
    desk.answer_turn(
        side.taken, version=1, text=say("answer"), answered_by=say("answered by")[:120],
        promise={"text": say("commitment"), "lead_unit": "Văn phòng", "due_on": day_of(at) + DAY},
        key=uuid.uuid4(), **keyed,
    )  # fmt: skip
    side.speaker = speakers.add_speaker(
        hall, name=say("speaker")[:150], unit=say("speaker's unit")[:150], kind="question",
        key=uuid.uuid4(), **keyed,
    )  # fmt: skip
    side.turn = desk.call_up(hall, now, key=uuid.uuid4(), **keyed)
    desk.save_gist(
        side.turn, version=1, text=say("gist"), answered_by=say("answered by")[:120],
        promised={"promised": say("promised")},
    )  # fmt: skip


def fill_minutes(side, office, *, at, say):
    """Minutes that came back to the office, some that lie before the chair, some with an addendum."""
    by = {"by": office.clerk, "at": at}
    minutes_acts.note_turn(
        side.taken, version=0, text=say("note"), answered_by=say("answered by")[:120], **by
    )
    drafted = minutes_acts.note_presence(
        side.held, version=1, present=say("present"), absent=say("absent"), **by
    )
    Minutes.objects.filter(pk=drafted.pk).update(remarks=say("remarks"))
    drafted.moves.create(
        actor=office.secretary, from_state="submitted", to_state="drafted", at=at,
        reason=say("remarks"),
    )  # fmt: skip
    for name, days in (("laid", 300), ("minuted", 330)):
        conference = make_conference(
            office.committee, office.secretary, starts_at=at - days * DAY, state="closed",
            ends_at=at - days * DAY + HOUR, asks_open_at=at - (days + 20) * DAY,
            asks_close_at=at - (days + 5) * DAY, plan_number="1", notice_published_on=day_of(at),
            conclusion_number="1", minutes_signed_on=day_of(at),
        )  # fmt: skip
        setattr(side, name, conference)
        minutes = Minutes(conference=conference)
        minutes = approving.submit_minutes(minutes, version=1, **by)
        if name == "minuted":
            approving.approve_minutes(minutes, version=minutes.version, by=office.secretary, at=at)
            minutes_acts.write_addendum(
                conference, text=say("addendum"), reason=say("reason"), **by
            )


def fill_commitments(side, office, *, at, say):
    def promise(place):
        return commitments.make_commitment(
            side.held,
            text=say(place),
            lead_unit=say("lead unit")[:120],
            due_on=day_of(at) + 30 * DAY,
            owner=office.leader,
            by=office.clerk,
            at=at,
        )

    side.open, side.done = promise("commitment"), promise("second commitment")
    commitments.add_progress(side.open, text=say("progress"), by=office.clerk, at=at)
    commitments.settle_commitment(
        side.done, result=say("result"), evidence=say("evidence")[:200], by=office.clerk, at=at
    )


def fill_reports(side, office, periods, *, at, say):
    issued_in, drafted_in, unstarted_in = (
        Obligation.objects.create(period=period, committee=office.committee, board=office.board)
        for period in periods
    )
    side.unstarted = unstarted_in
    side.draft = drafting.start_draft(drafted_in, by=office.clerk, at=at)
    side.issued = issuing.issue_report(
        drafting.start_draft(issued_in, by=office.clerk, at=at), by=office.secretary, at=at
    )
    side.rendering = side.issued.rendering
    give_file(side.rendering, "report.pdf")
    side.signed_copy = a_signed_copy(side.issued, office, at=at)
    side.consolidated = consolidate(office.board, periods[0], by=office.head, at=at)
    order_period_zip(periods[0], office.board, at=at)
    side.zip = Rendering.objects.filter(archive__board=office.board).last()
    side.rehearsal, _ = order_rehearsal(office.board, by=office.head, at=at)
    side.returned = drafting.start_draft(
        Obligation.objects.create(
            period=ReportingPeriod.objects.get_or_create(
                year=2093,
                half=1,
                starts_on=dt.date(2092, 6, 25),
                due_before=dt.date(2093, 6, 25),
            )[0],
            committee=office.committee,
            board=office.board,
        ),
        by=office.clerk,
        at=at,
    )
    writing.explain_not_held(
        side.returned, reason=say("reason"), until=day_of(at) + 90 * DAY, at=at
    )
    side.returned.refresh_from_db()
    issuing.issue_report(side.returned, by=office.secretary, at=at)
    receiving.return_report(side.returned, remarks=say("remarks"), by=office.head, at=at)


def fill_papers(side, office, *, at, say):
    """A plan in draft and an invitation that was issued, of the conference that lies ahead."""
    side.paper, side.issued_paper = (
        acts.start_paper(side.ahead, kind, by=office.clerk, at=at)
        for kind in ("plan", "invitation")
    )
    for paper in (side.paper, side.issued_paper):
        texts = {
            **sort_of(paper).proposed(side.ahead),
            "closing": say("closing"),
            "focus": say("focus"),
        }
        texts = {key: texts[key] for key in sort_of(paper).proposed(side.ahead)}
        acts.write_paper(
            paper, texts=texts, signer=say("signer")[:120], version=1, by=office.clerk, at=at
        )
    seen = digest(drawn_up(side.issued_paper, at=at))
    acts.issue_paper(side.issued_paper, seen=seen, by=office.secretary, at=at)


def keep(suffix):
    path = files.temporary_path(suffix)
    path.write_bytes(b"made for a test")
    return files.keep(path, suffix)


def a_file_of(question):
    """An attachment whose content nobody looks at."""
    _, digest, size = keep(".png")
    return question.attachments.create(number=1, kind="png", size=size, sha256=digest)


def a_signed_copy(report, office, *, at):
    """A copy whose signatures nobody checks."""
    place, digest, size = keep(".pdf")
    return report.signed_copies.create(
        file=place, sha256=digest, size=size, uploaded_by=office.clerk, uploaded_at=at
    )


def give_file(rendering, name):
    place, digest, size = keep(".pdf")
    Rendering.objects.filter(pk=rendering.pk).update(
        state=JobState.DONE, file=place, sha256=digest, size=size, file_name=name
    )
