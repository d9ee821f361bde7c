"""A word of its own in every text column of every table, so that an answer tells what it shows.

`FieldsSeen` reads the answers that one person gets and keeps the columns whose word stands in
them, with the committee whose row it was. Names of people are told apart by what the person is
there for: whoever has only asked stands in no list of people. What is no text that somebody typed
(codes, digests, keys) is left as it is and looked for by its value. Choices, numbers and days are
not looked for; that nobody learns a level has tests of its own (tests/reports/test_level_unseen.py).
"""

import datetime as dt
import io
import re
import zipfile
from collections import defaultdict

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from committees.models import Membership, Recovery, User
from periods.models import Exemption, Extension, PeriodChange
from reports.models import ConsolidatedText
from sessions.askers import unsealing
from sessions.domain import answers, questions, triage
from sessions.models import Appeal, Clarification, HoldingReply, Rating, StagedQuestion
from tests.world import LONG_AGO

APPS = ("committees", "dialogue_sessions", "hall", "reports", "dialogue_portal")
OWN, FOREIGN, DAY = "o", "f", dt.timedelta(days=1)
WORD = re.compile(rb"zq([of])(\d{3})x(\d*)", re.IGNORECASE)
VALUE = re.compile(rb"[0-9A-Za-z_-]{16,}")
SHORTEST = 13  # letters that a word needs
# What the portal itself writes: words of its own, codes, sums, places of files.
WRITTEN_BY_THE_PORTAL = re.compile(
    r"((from_|to_)?state|stage|step|form|thing|version|template|once|message_id|event|half|week|value|key|code"
    r"|digest|sha256|previous|password|salt|token\w*|receipt|request|fingerprint|public_key|name_order"
    r"|folded|file|file_name|verification_code|asker_key|key_name|serial|went_to|sent_as|sent_digest"
    r"|smtp_phase|host|committee_code)"
)
A_VALUE = re.compile(
    r"(id|asker_key|asker_salt|receipt|form_print|digest|previous|sha256|snapshot_sha256|password|batch"
    r"|token_hash|lease_token|fingerprint|request|verification_code|message_id)"
)
KEYS = ("AddressChange.key", "Recovery.key", "AccountLetter.key")
AUDIT = "dialogue_portal.AuditEntry"
NO_TEXT = {"Told.kind", "Heartbeat.name"}
# What no row of the scene holds: of these columns the table says nothing.
NOT_TOLD = {
    *("MailChannel.text", "Draft.body", "AddressChange.new_email", "AccountLetter.to"),
    *("AccountLetter.to_name", "Narrative.text", "JobEvent.detail", "Alarm.subject"),
    *("Alarm.detail", "SignInDay.account"),
}
# What is empty stays so: filled, it would be another thing.
LEFT_EMPTY = {"Report.not_held_reason", "Question.asker_name", "Question.asker_unit"}


def text_columns():
    """Return {name: (model, field)} of all columns that hold text, or a value that tells rows apart."""
    kinds = (models.CharField, models.TextField, models.UUIDField)
    return {
        f"{model.__name__}.{field.name}": (model, field)
        for model in sorted(apps.get_models(), key=lambda model: model.__name__)
        if model._meta.app_label in APPS
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and not field.choices
    }


COLUMNS = text_columns()
NUMBERS = {name: number for number, name in enumerate(COLUMNS)}
NAMES = list(COLUMNS)
ASKED = ("asked under the name", "asked confidentially")
KINDS = {kind: len(COLUMNS) + 10 * n for n, kind in enumerate(ASKED, 1)}
OF_A_PERSON = ("User.full_name", "User.username", "User.email", "User.phone")


def is_typed(name):
    """Is it a text that people type, and long enough for a word?"""
    _, field = COLUMNS[name]
    return not (
        name in NO_TEXT
        or isinstance(field, models.UUIDField)
        or WRITTEN_BY_THE_PORTAL.fullmatch(field.name)
        or A_VALUE.fullmatch(field.name)
        or (field.max_length or SHORTEST) < SHORTEST
    )


class Planter:
    """Plants what stands in the tables; rows of the foreign side bear other words."""

    def __init__(self):
        self.asked = {}  # {pk of a person: why the name is in the portal}
        self.strangers = set()  # those of them who asked the other committee
        self.planted = set()
        self.recorded = []  # the questions that the scene does not tell

    def fill(self, side, office, themes, at):
        """Add what the scene does not tell, then plant; called before the report is issued."""
        for number, kind in enumerate(ASKED):
            person = User.objects.create_user(
                f"gone{number}_{office.committee.code}",
                f"gone{number}@{office.committee.code}.vn",
                "x",
                full_name=f"Người đã đi {number}",
            )
            self.asked[person.pk] = kind
            if office.committee.code.startswith("X"):
                self.strangers.add(person.pk)
            self._questions_of(person, ("named", "confidential")[number], side, office, themes, at)
        recorded = questions.record_question(
            side.ahead, text="Ghi hộ", theme=themes[0], kind="opinion", channel="paper",
            level="named", by=office.clerk, at=at, name="Người gửi giấy", unit="Phòng Một",
        )  # fmt: skip
        self.recorded.append(recorded)
        Clarification.objects.create(
            question=side.assigned, text="Rõ hơn?", reply="Rồi", asked_by=office.clerk,
            asked_on=at, reply_week="2026-W01",
        )  # fmt: skip
        side.submitted.assignment_replies.update(
            verdict="refused", reason="Không phải việc của tôi", insisted_by=office.clerk,
            insisted_at=at, insisted_because="Đúng lĩnh vực",
        )  # fmt: skip
        HoldingReply.objects.create(
            question=side.submitted, text="Đang xem", reason="Chờ ý kiến", by=office.clerk, at=at,
            due_before=at, due_on=at + DAY,
        )  # fmt: skip
        Rating.objects.create(question=side.answered, value=Rating.Value.values[0], why="Vì sao")
        Appeal.objects.create(
            question=side.declined, text="Không đồng ý", week="2026-W01", reply="Đã xem lại",
            replied_by=office.secretary, replied_on=at,
        )  # fmt: skip
        StagedQuestion.objects.create(
            conference=side.ahead, theme=themes[0], kind="opinion", text="Chưa trộn",
            receipt=f"{office.committee.code:0>64}", week="2026-W01",
        )  # fmt: skip
        Recovery.objects.create(
            user=office.leader, old_email="cu@example.vn", new_email="moi@example.vn",
            reason="Mất hộp thư", key="k" * 32, started_by=office.secretary,
            started_at=at - 9 * DAY, done_at=at - 2 * DAY,
        )  # fmt: skip
        request = unsealing.request_opening(
            side.answered, reason="Cần biết", by=office.secretary, at=at
        )
        unsealing.refuse(request, reason="Không cần", by=office.head, at=at)
        if not PeriodChange.objects.filter(
            period=side.period
        ).exists():  # the period is everybody's
            PeriodChange.objects.create(
                period=side.period, due_from=LONG_AGO, due_to=LONG_AGO, reason="Lùi", by=office.head,
                at=at,
            )  # fmt: skip
        self.plant()

    def _questions_of(self, person, level, side, office, themes, at):
        asked = {"text": "Hỏi", "theme": themes[1], "kind": "opinion", "level": level, "by": person}
        waiting = questions.submit_question(side.ahead, at=at, **asked)
        triage.assign_question(
            waiting, to=office.leader, due_on=(at + 20 * DAY).date(), by=office.clerk, at=at
        )
        self.recorded.append(waiting)
        during = side.held.starts_at + dt.timedelta(hours=1)
        answered = questions.submit_question(side.held, at=during, **asked)
        answers.record_live_answer(
            answered, text="Trả lời", answered_by="Lãnh đạo", by=office.clerk, at=side.held.ends_at
        )
        answered.refresh_from_db()
        triage.edit_question(
            answered, display_text="Hỏi, đã biên tập", edited_ok=True, in_report=True,
            times_raised=1, version=answered.version,
        )  # fmt: skip

    def end(self, scene, at):
        """Plant once more: what the report, the lists and the requests have brought."""
        for side, office in ((scene.own, scene.office), (scene.foreign, scene.strangers)):
            Exemption.objects.create(
                obligation=side.unstarted, is_on=False, reason="Miễn", by=office.head, at=at
            )
            ConsolidatedText.objects.create(
                board=side.consolidated.board, period=side.consolidated.period, key="asks",
                text="Ban viết", changed_by=office.head, changed_at=at,
            )  # fmt: skip
            Extension.objects.create(
                obligation=side.unstarted, due_from=LONG_AGO, due_to=LONG_AGO, reason="Gia hạn",
                by=office.head, at=at,
            )  # fmt: skip
        self.plant()

    def plant(self):
        far = Membership.objects.filter(committee__code__startswith="X")
        foreign = _foreign_rows(self.strangers | set(far.values_list("user", flat=True)))
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")  # no trigger refuses
            for name in filter(is_typed, NAMES):
                self._plant_column(name, foreign)
            cursor.execute("SET LOCAL session_replication_role = origin")

    def _plant_column(self, name, foreign):
        model, field = COLUMNS[name]
        found = model._base_manager.order_by()
        if name in LEFT_EMPTY:
            found = found.exclude(**{field.name: ""})
        for pk, before in list(found.values_list("pk", field.name)):
            kind = self.asked.get(pk) if name in OF_A_PERSON else None
            number = KINDS[kind] + OF_A_PERSON.index(name) if kind else NUMBERS[name]
            word = f"zq{FOREIGN if (model, pk) in foreign else OWN}{number:03d}x{_tail(pk)}"
            if isinstance(field, models.EmailField):
                word = f"{word}@example.vn"
            if before == word or before is None:
                continue
            try:
                with transaction.atomic():
                    model._base_manager.filter(pk=pk).update(**{field.name: word})
            except IntegrityError:
                continue  # the database keeps it empty here
            self.planted.add(name)


def _tail(pk):
    """Return some letters that keep unique columns unique."""
    return f"{pk}"[-6:] if isinstance(pk, int) else ""


def _foreign_rows(strangers):
    """Return {(model, pk)} of what belongs to the other Bloc, by whatever it points at."""
    rows, pointers = {(User, pk) for pk in strangers}, []
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        keys = [one for one in model._meta.concrete_fields if one.remote_field]
        for pk, *to in model._base_manager.order_by().values_list(
            "pk", *[one.attname for one in keys]
        ):
            related = [key.related_model for key in keys]
            pointers.append(((model, pk), set(zip(related, to, strict=True))))
    for label, column in (("committees.Committee", "code"), (AUDIT, "committee_code")):
        model = apps.get_model(label)
        found = model.objects.filter(**{f"{column}__startswith": "X"})
        rows |= {(model, pk) for pk in found.values_list("pk", flat=True)}
    while reached := {row for row, to in pointers if row not in rows and rows & to}:
        rows |= reached
    return rows


class FieldsSeen:
    """What one person gets to see: {column: the sides whose rows showed it}.

    The own account is left out, and so is what stands in the address that was asked for.
    """

    def __init__(self, visitor):
        self.own_row = f"{visitor.pk}" if visitor else None
        self.sides, self.values = defaultdict(set), _values()
        self.first = {}  # {(column, side): the address that showed it first}

    def look(self, answer, path):
        content = opened(b"".join(answer) if answer.streaming else answer.content)
        content += repr(dict(answer.headers)).encode()
        seen = {
            (self.values[value], OWN) for value in self._drawn(content) - self._drawn(path.encode())
        }
        for side, number, row in set(WORD.findall(content)):
            name = _name(int(number))
            if name is None:
                continue  # drawn letters that happen to look like a planted word
            if not (name in OF_A_PERSON and row.decode() == self.own_row):
                seen.add((name, side.decode().lower()))
        for name, side in seen:
            self.sides[name].add(side)
            self.first.setdefault((name, side), path)

    def _drawn(self, content):
        return self.values.keys() & set(VALUE.findall(content))

    def cell(self, name):
        """Return what docs/fields.md says of this column."""
        return {(): "–", (OWN,): "own", (FOREIGN, OWN): "all", (FOREIGN,): "foreign"}[
            tuple(sorted(self.sides.get(name, ())))
        ]


def _name(number):
    for kind, first in KINDS.items():
        if first <= number < first + len(OF_A_PERSON):
            return f"{OF_A_PERSON[number - first]}, {kind}"
    return NAMES[number] if number < len(NAMES) else None


def _values():
    """Return {value as bytes: column} of what the portal has drawn or computed.

    Of columns that hold the same the last; a file's hash is that of what was rendered.
    """
    found = {}
    owners = [(name, COLUMNS[name]) for name in ("Rendering.sha256",)]
    for name, (model, field) in [*COLUMNS.items(), *owners]:
        if A_VALUE.fullmatch(field.name) or name in KEYS:
            for value in model._base_manager.order_by().values_list(field.name, flat=True):
                found.update(dict.fromkeys(VALUE.findall(f"{value}".encode()), name))
    return found


def rows_of_the_table():
    """Return the names of all rows that docs/fields.md has to have."""
    of_people = [f"{name}, {kind}" for kind in ASKED for name in OF_A_PERSON]
    looked_for = [
        name
        for name in NAMES
        if (is_typed(name) and name not in NOT_TOLD) or A_VALUE.fullmatch(COLUMNS[name][1].name)
    ]
    return [*looked_for, *KEYS, *of_people]


def opened(content):
    """Return what an answer holds: of a packed file (.docx, .xlsx, .zip) every part."""
    if not content.startswith(b"PK"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(part.encode() + archive.read(part) for part in archive.namelist())
