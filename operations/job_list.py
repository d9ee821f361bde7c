"""What the machinery has done and has to do, job by job and in plain words.

Nothing here leads to an asker: a mail is told by its kind and, where it brings a report, by the
committee, never by its address; an error in words of ours, because those of a server or of a
document may quote what people wrote. Which address takes nothing is said by its alarm.
"""

from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.permissions import BOARD
from foundation import smtp
from jobs.domain.delivering import NO_LONGER_NEEDED, SENT_BEFORE
from jobs.domain.sent import DROPPED, HELD
from jobs.models import Delivery, Rendering
from jobs.states import JobState

KINDS = {"rendering": Rendering, "delivery": Delivery}
KIND_WORDS = {"rendering": gettext_lazy("Documents"), "delivery": gettext_lazy("Mails")}
MAILS = {
    "report_delivered": gettext_lazy("Report for the Board"),
    "report_withdrawn": gettext_lazy("Word that a report was withdrawn"),
    "board_summary": gettext_lazy("Summary for the Board"),
    "reminded": gettext_lazy("Reminder by the Board"),
    "alarm": gettext_lazy("Alarm"),
    "all_well": gettext_lazy("Daily word that all is well"),
    "reminder": gettext_lazy("Word of what waits"),
    "newcomer": gettext_lazy("Word of a new person in an office"),
    "opening": gettext_lazy("Word of a request for a sealed name"),
}
# By what stands in what is kept: the kind of a NotMade, or what the system says of a file.
NOT_MADE = {
    "crash: ": gettext_lazy("The part that makes documents ended in the middle."),
    "timeout: ": gettext_lazy("It took longer than it may."),
    "memory: ": gettext_lazy("It needed more memory than it may have."),
    "fonts: ": gettext_lazy("A font is missing on this machine; it waits until there is one."),
    "snapshot does not match": gettext_lazy("What it is made from is not what was issued."),
    "[Errno ": gettext_lazy("A file could not be written or read; see whether the disk is full."),
}
GIVEN_UP = "given_up"  # asked for as a state is
STATES = ((GIVEN_UP, gettext_lazy("Given up, waiting for a person")), *JobState.choices)
NEEDS_A_PERSON = (JobState.FAILED, JobState.BOUNCED)
DECIDED_ELSEWHERE = (HELD, DROPPED)  # after a restore, on the page that tells of it


@dataclass(frozen=True)
class Line:
    """One job as the page shows it."""

    kind: str
    job: Rendering | Delivery
    what: str
    whose: str
    error: str

    @property
    def can_be_done_now(self):
        return can_be_done_now(self.job)

    @property
    def waits(self):
        return self.job.state == JobState.QUEUED


def can_be_done_now(job):
    """Does it wait, or was it given up? What is done or held back is not sent a second time."""
    return job.state in (JobState.QUEUED, *NEEDS_A_PERSON) and job.error not in DECIDED_ELSEWHERE


def jobs_of(user, model):
    """Return the renderings or deliveries that concern `user`: those of its Boards, or all."""
    if user.is_superuser:
        return model.objects.all()
    boards = user.committees_as(*BOARD)
    if model is Delivery:
        return model.objects.filter(waits_for__report__obligation__board__in=boards)
    mine = Q(report__obligation__board__in=boards)
    mine |= Q(archive__board__in=boards) | Q(consolidated__board__in=boards)
    return model.objects.filter(mine)


def given_up(user):
    """Return how many jobs of each kind were given up: {kind: number}."""
    return {kind: _given_up(jobs_of(user, model)).count() for kind, model in KINDS.items()}


def _given_up(jobs):
    return jobs.filter(state__in=NEEDS_A_PERSON).exclude(error__in=DECIDED_ELSEWHERE)


def listed(user, kind, state):
    """Return the jobs of one kind, the newest first; in one of STATES, if one is named."""
    jobs = jobs_of(user, KINDS[kind])
    if state == GIVEN_UP:
        jobs = _given_up(jobs)
    elif state:
        jobs = jobs.filter(state=state)
    to = "" if kind == "rendering" else "waits_for__"
    found = [f"{to}report__obligation__committee", f"{to}report__obligation__period"]
    if kind == "rendering":
        found += [
            "consolidated__board",
            "consolidated__period",
            "archive__board",
            "archive__period",
        ]
    frozen = [f"{to}report__snapshot"]  # whole documents, of which nothing is shown here
    if kind == "rendering":
        frozen.append("consolidated__snapshot")
    return jobs.select_related(*found).defer(*frozen).order_by("-pk")


def lines_of(kind, jobs):
    describe = {"rendering": _of_a_document, "delivery": _of_a_mail}[kind]
    return [Line(kind, job, *describe(job)) for job in jobs]


def _of_a_document(job):
    source, whose = _made_of(job)
    parts = [whose.name, source.period.name] if source else []
    error = ""
    if job.error and job.state != JobState.DONE:
        known = (words for said, words in NOT_MADE.items() if said in job.error)
        error = str(
            next(known, _("The document could not be made; the journal of the worker says why."))
        )
    return job.get_kind_display(), " · ".join(filter(None, parts)), error


def _made_of(job):
    """Return (what bears the key of the file, whose it is), or (None, None) where nothing does."""
    if report := getattr(job, "report", None):
        return report.obligation, report.obligation.committee
    source = getattr(job, "consolidated", None) or getattr(job, "archive", None)
    return source, source and source.board


def _of_a_mail(job):
    name = job.template.rpartition("/")[2]
    report = getattr(job.waits_for, "report", None)
    whose = report.obligation.committee.name if report else ""
    return str(MAILS.get(name, _("Mail"))), whose, _error_of_a_mail(job)


def _error_of_a_mail(job):
    """Say what went wrong without the words of the server: they may quote anything."""
    said = {HELD: _("Held back after a restore."), DROPPED: _("An administrator had it dropped.")}
    said |= {NO_LONGER_NEEDED: _("It was no longer needed."), SENT_BEFORE: _("It had gone before.")}
    for one in (job.error, job.smtp_text):
        if one in said:
            return said[one]
    if job.state == JobState.DONE or not job.error:
        return ""
    if job.state == JobState.BOUNCED:
        return _("The address takes nothing. Telephone, and correct the address.")
    if not job.smtp_phase:
        return _("The mail could not be written; the journal of the worker says why.")
    if job.smtp_code is None:
        return _("The mail server does not answer.")
    verdict = smtp.verdict(job.smtp_phase, job.smtp_code, has_attachment=False)
    if verdict == smtp.Verdict.STOP:
        return _("The mail server refuses us (%d).") % job.smtp_code
    return _("The mail server asked to come again later (%d).") % job.smtp_code
