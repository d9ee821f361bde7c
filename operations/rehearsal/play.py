"""The play: the last weeks before a deadline and the day itself, with what goes wrong in them.

Every committee has a part. The play acts through the domain functions, as people would, and
lets the clock call the timer's own command; it writes down what it did and when, so that
`checks` can compare by its own arithmetic.
"""

import datetime as dt
import io
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from board.domain import receiving
from board.domain.consolidating import consolidate
from committees.models import Role
from foundation import files
from foundation.clock import database_now, day_of, set_virtual_now, start_of
from foundation.given import given
from foundation.moves import MoveNotAllowed
from jobs.models import Rendering
from jobs.states import JobState
from operations.demo import dialogue, people, story
from operations.rehearsal import FIRST_DAY, LAST_DAY
from periods.models import Obligation
from reports.domain import issuing, writing
from reports.models import InboxItem, Report
from reports.queries import desk
from reports.states import ReportState
from sessions.domain.conferences import cancel_conference
from sessions.models import Conference, Question
from sessions.states import CONFERENCE_AHEAD, ConferenceState

NIGHT, MORNING = dt.time(2, 10), dt.time(7, 31)
MAIL_DIES, MAIL_LIVES = (1, dt.time(17)), (0, dt.time(9))
LATE_IN_THE_MORNING = (0, dt.time(8, 15))

# The first committees have parts of their own: what, how many days before, and when it issues.
PARTS = (
    ("pressed_twice", 9, dt.time(9)),
    ("killed", 8, dt.time(10)),
    ("damaged", 9, dt.time(11)),
    ("returned", 8, dt.time(14)),
    ("minute_before", 1, dt.time(23, 59)),
    ("last_second", 1, dt.time(23, 59, 59)),
    ("at_midnight", 0, dt.time(0)),
    ("minute_after", 0, dt.time(0, 1)),
    ("missing", None, None),
    ("not_held", 2, dt.time(9)),
    ("eve", 1, dt.time(20)),
)
RETURNED_ON, CORRECTED_ON = (6, dt.time(9)), (5, dt.time(15))
DAMAGED_ON = (7, dt.time(15))


def part_of(index):
    """Return (part, days before the deadline, time) of the committee at this place."""
    if index < len(PARTS):
        return PARTS[index]
    if index % 20 == 18:
        return "missing", None, None
    if index % 20 == 17:
        return "late", *LATE_IN_THE_MORNING
    if index % 6 == 5:
        return "eve", 1, dt.time(18 + index % 5, index % 60)
    return "in_time", 2 + index * 3 % 8, dt.time(8 + index % 9, index % 60)


class Play:
    """One performance. `sink` is the mail server, `tell(step, percent)` hears how far it is."""

    def __init__(self, *, committees, questions, sink, tell):
        self.number, self.questions, self.sink, self.tell = committees, questions, sink, tell
        self.script: dict[str, dict[str, Any]] = {}  # {code of a committee: what it did}
        self.seen: dict[str, Any] = {
            "desk": {},
            "drafts": {},
            "errors": [],
            "ticks": 0,
            "inbox": {},
        }

    def perform(self):
        """Play everything; return (script, seen)."""
        self.tell("story", 2)
        self.period = story.tell(
            stage="held", number=self.number, at=database_now(), questions=self.questions
        )
        self.obligations = list(
            Obligation.objects.filter(period=self.period)
            .select_related("committee", "board", "period")
            .order_by("committee__position")
        )
        self.board = self.obligations[0].board
        self.seen["due_before"] = f"{self.period.due_before}"
        self.seen["mail_dead"] = [self.at(*one).isoformat() for one in (MAIL_DIES, MAIL_LIVES)]
        self.seen["broker_answers"] = _broker_answers()
        self._cast()
        scenes = sorted(self._scenes(), key=lambda scene: scene[:2])
        for place, (at, _, act) in enumerate(scenes):
            left = (self.period.due_before - day_of(at)).days
            self.tell(f"T-{left}" if left > 0 else f"T+{-left}", 8 + 87 * place // len(scenes))
            set_virtual_now(at)
            act()
        return self.script, self.seen

    # --- who does what, and when ----------------------------------------------------

    def at(self, days_before, time):
        """Return the instant so many days before the deadline's day, at this time of the day."""
        day = self.period.due_before - dt.timedelta(days=days_before)
        return timezone.make_aware(dt.datetime.combine(day, time))

    def _cast(self):
        """Give everybody a part and write it down."""
        for index, obligation in enumerate(self.obligations):
            part, days, time = part_of(index)
            host = obligation.committee
            held = Conference.objects.filter(
                committee=host, state__in=(ConferenceState.HELD, ConferenceState.CLOSED)
            ).order_by("starts_at")
            first = held.filter(starts_at__gte=start_of(self.period.starts_on)).first()
            self.script[host.code] = {
                "part": part,
                "name": host.name,
                "secretary": people.office_of(host)[0].email,
                "signer": people.office_of(host)[0].full_name,
                "has_date": part != "not_held",
                "held_at": first.ends_at.isoformat() if first else None,
                "issue_at": self.at(days, time).isoformat() if part != "missing" else None,
            }

    def _scenes(self):
        """Yield (at, order at the same instant, act) of everything that happens."""
        tick = self._tick
        for days in range(FIRST_DAY, LAST_DAY - 1, -1):
            if days < FIRST_DAY:
                yield self.at(days, NIGHT), 1, tick
            morning = self.at(days, MORNING) if days < FIRST_DAY else database_now()
            yield morning, 1, tick
            yield morning, 2, self._look(days)
        yield database_now(), 0, self._call_off
        yield from self._conferences()
        for obligation in self.obligations:
            yield from self._issuing(obligation)
        after = dt.timedelta(minutes=3)
        board = self.obligations[3]
        for moment, act in (
            (self.at(*RETURNED_ON), lambda: self._return(board)),
            (self.at(*CORRECTED_ON), lambda: self._correct(board)),
            (self.at(*DAMAGED_ON), lambda: self._damage(self.obligations[2])),
            (self.at(*MAIL_DIES), self.sink.close),
            (self.at(*MAIL_LIVES), self.sink.open),
        ):
            yield moment, 0, act
            yield moment + after, 1, tick
        for minutes in (15, 20, 29):
            yield self.at(*MAIL_LIVES) + dt.timedelta(minutes=minutes), 1, tick
        midnight = self.at(0, dt.time(0))
        yield midnight, 1, self._look("midnight")
        yield midnight, 2, tick
        yield self.at(-1, dt.time(9)), 0, self._consolidate
        yield self.at(-1, dt.time(9, 5)), 1, tick
        yield self.at(-1, dt.time(9, 6)), 2, self._look("end")

    def _conferences(self):
        """Those that lie ahead take place on their day, and a tick follows."""
        indices = {o.committee_id: place for place, o in enumerate(self.obligations)}
        for conference in Conference.objects.filter(state__in=CONFERENCE_AHEAD):
            index = indices[conference.committee_id]
            if part_of(index)[0] == "not_held":
                continue
            facts = self.script[self.obligations[index].committee.code]
            facts["held_at"] = facts["held_at"] or conference.ends_at.isoformat()
            yield conference.ends_at, 0, self._take_place(conference.pk, index)
            yield conference.ends_at + dt.timedelta(minutes=1), 1, self._tick

    def _take_place(self, pk, index):
        return lambda: dialogue.take_place(Conference.objects.get(pk=pk), index=index)

    def _issuing(self, obligation):
        facts = self.script[obligation.committee.code]
        if facts["issue_at"] is None:
            return
        at = dt.datetime.fromisoformat(facts["issue_at"])
        soon = dt.timedelta(seconds=30 if facts["part"] == "minute_before" else 60)
        if facts["part"] == "pressed_twice":
            yield at, 0, lambda: self._issue_twice(obligation)
        elif facts["part"] == "killed":
            yield at, 0, lambda: self._issue(obligation)
            yield at, 1, self._kill_a_worker
            yield at + dt.timedelta(minutes=2), 1, self._look_at_the_killed(obligation)
            yield at + dt.timedelta(minutes=5), 1, self._tick
        else:
            yield at, 0, lambda: self._issue(obligation)
        if facts["part"] not in ("killed", "last_second"):
            yield at + soon, 1, self._tick

    # --- what people do ---------------------------------------------------------------

    def _call_off(self):
        """The committee that will hold nothing: its conference is cancelled at the beginning."""
        host = self.obligations[9].committee
        for conference in Conference.objects.filter(committee=host, state__in=CONFERENCE_AHEAD):
            clerk = people.office_of(host)[1]
            cancel_conference(
                conference, reason="Sắp xếp lại tổ chức.", by=clerk, at=database_now()
            )

    def _prepare(self, obligation):
        """Write into the draft what only the office knows; return (draft, secretary)."""
        at = database_now()
        secretary, clerk, *_ = people.office_of(obligation.committee)
        draft = obligation.reports.get(state=ReportState.DRAFT)
        if self.script[obligation.committee.code]["part"] == "not_held":
            until = day_of(at) + dt.timedelta(days=40)
            writing.explain_not_held(draft, reason="Sắp xếp lại tổ chức.", until=until, at=at)
        text = f"Giao rõ đơn vị trả lời và thời hạn (bản {draft.version})."
        existing = draft.narratives.filter(key="lessons").first()
        writing.write_narrative(
            draft, key="lessons", text=text, version=existing.version if existing else 0,
            by=clerk, at=at,
        )  # fmt: skip
        return draft, secretary

    def _issue(self, obligation):
        draft, secretary = self._prepare(obligation)
        issuing.issue_report(draft, by=secretary, at=database_now())
        self._note_issued(obligation)

    def _issue_twice(self, obligation):
        """Two hands press at the same moment."""
        draft, secretary = self._prepare(obligation)
        ready, outcomes = threading.Barrier(2), []

        def press():
            own = Report.objects.get(pk=draft.pk)
            ready.wait(10)
            try:
                issuing.issue_report(own, by=secretary, at=database_now())
                outcomes.append("issued")
            except MoveNotAllowed:
                outcomes.append("refused")
            finally:
                connection.close()

        hands = [threading.Thread(target=press) for _ in range(2)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        self.seen["pressed_twice"] = sorted(outcomes)
        self._note_issued(obligation)

    def _note_issued(self, obligation):
        """Look into the inbox at the very moment, before any job has run; count the questions."""
        code = obligation.committee.code
        newest = obligation.reports.order_by("-version").first()
        self.seen["inbox"].setdefault(code, []).append(
            InboxItem.objects.filter(report=newest, deposited_at=database_now()).count()
        )
        self.script[code]["questions"] = (
            Question.objects.filter(
                conference__committee=obligation.committee,
                conference__starts_at__date__gte=self.period.starts_on,
            )
            .exclude(state__in=("merged", "withdrawn"))
            .count()
        )

    def _return(self, obligation):
        officer = given(self.board.memberships.with_role(Role.OFFICER).first()).user
        report = obligation.reports.get(state=ReportState.ISSUED)
        receiving.return_report(
            report, remarks="Đề nghị bổ sung bài học kinh nghiệm.", by=officer, at=database_now()
        )

    def _correct(self, obligation):
        at = database_now()
        returned = obligation.reports.get(state=ReportState.RETURNED)
        issuing.correct_report(returned, by=people.office_of(obligation.committee)[1], at=at)
        self.script[obligation.committee.code]["corrected_at"] = at.isoformat()
        self._issue(obligation)

    def _consolidate(self):
        head = given(self.board.memberships.with_role(Role.HEAD).first()).user
        consolidate(self.board, self.period, by=head, at=database_now())

    # --- what goes wrong --------------------------------------------------------------

    def _kill_a_worker(self):
        """A worker of its own takes the document and is killed in the middle of it."""
        worker = subprocess.run(
            [sys.executable, "manage.py", "deliver_due"],
            cwd=settings.BASE_DIR,
            env={
                **os.environ,
                "CRASH_AT": "mid_render",
                "VIRTUAL_NOW": database_now().isoformat(),
            },
            capture_output=True,
            timeout=300,
        )
        self.seen["killed_by"] = -worker.returncode if worker.returncode < 0 else 0
        self.seen["kill_signal"] = int(signal.SIGKILL)

    def _look_at_the_killed(self, obligation):
        """While the dead worker's lease runs, nobody else may take its job."""

        def look():
            self._tick()
            job = Rendering.objects.get(report__obligation=obligation)
            self.seen["while_leased"] = {"state": job.state, "attempt": job.attempt}

        return look

    def _damage(self, obligation):
        """A byte of the file on the disk is no longer what it was."""
        job = Rendering.objects.get(report__obligation=obligation, state=JobState.DONE)
        path = files.path_of(job.file)
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 0xFF
        path.write_bytes(content)
        self.seen["damaged"] = {"sha256": job.sha256}

    # --- what happens by itself, and what is seen ---------------------------------------

    def _tick(self):
        """The timer's own command. An error is written down, and the play goes on."""
        self.seen["ticks"] += 1
        try:
            call_command("deliver_due", stdout=io.StringIO())
        except Exception as error:
            self.seen["errors"].append(f"{type(error).__name__}: {error}"[:200])

    def _look(self, name):
        def look():
            at = database_now()
            rows = desk(self.period, self.board, at=at)
            self.seen["desk"][str(name)] = {
                "at": at.isoformat(),
                "rows": {
                    row.obligation.committee.code: [row.status, sorted(row.warnings)]
                    for row in rows
                },
                "mails": len(self.sink.letters),
            }
            self.seen["drafts"][str(name)] = Counter(
                Report.objects.filter(obligation__period=self.period).values_list(
                    "obligation__committee__code", flat=True
                )
            )

        return look


def _broker_answers():
    try:
        with current_app.connection(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception:  # each kind of broker has errors of its own
        return False
    return True
