"""The papers of a conference: what there is of them, drawn up, issued, printed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from foundation.acts import attempt
from foundation.clock import day_of
from foundation.limits import takes_long
from foundation.moves import MoveNotAllowed
from foundation.once import once_by_itself
from foundation.text import file_name
from hall.domain.desk import open_hall
from hall.models import Hall
from hall.permissions import can_run_hall, can_see_guests
from hall.queries import guests_of
from reports import permissions
from reports.domain.papers import acts, checking, handouts, letters, overview
from reports.domain.papers.invitation import invitations_for
from reports.domain.papers.people import MOST, MOST_LETTERS, Listed, written
from reports.domain.snapshots import digest, is_intact
from reports.models import Paper
from reports.paper_forms import IssueForm, PaperForm, PeopleForm, PublishForm, standing
from reports.views.documents import paper_file
from sessions.models import Conference, Question
from sessions.permissions import can_record_results

SLIP_FILES = {
    handouts.NAMED: "phieu-neu-ten",
    handouts.CONFIDENTIAL: "phieu-khong-neu-ten",
    handouts.ANONYMOUS: "phieu-an-danh",
}
PAPERS = Paper.objects.select_related(
    "conference__committee__parent", "conference__chair", "issued_by"
).prefetch_related("conference__committee__names", "conference__committee__parent__names")


def _conference(request, pk):
    found = (
        Conference.objects.visible_to(request.user)
        .select_related("committee__parent", "chair")
        .prefetch_related("committee__names", "committee__parent__names")
    )
    conference = get_object_or_404(found, pk=pk)
    if not permissions.can_see_papers(request.user, conference):
        raise PermissionDenied
    return conference


def _paper(request, pk):
    return get_object_or_404(PAPERS.visible_to(request.user), pk=pk)


def _draft(request, pk):
    paper = _paper(request, pk)
    if not permissions.can_edit_paper(request.user, paper):
        raise PermissionDenied
    return paper


# --- the page -------------------------------------------------------------------------


@require_GET
def conference_papers(request, pk):
    """Which papers the conference has, how each stands and by when it is due."""
    conference = _conference(request, pk)
    at, user = request.at, request.user
    context = {
        "conference": conference,
        "rows": overview.papers_of(conference),
        "today": day_of(at),
        "may": {
            "start": permissions.can_start_paper(user, conference, at=at),
            "print": permissions.can_print_papers(user, conference),
            "record": can_record_results(user, conference),
            "run": can_run_hall(user, conference, at=at),
            "make": permissions.can_make_papers(user, conference),
        },
        "levels": [(level, Question.Level(level).label) for level in handouts.SLIPS],
    }
    return render(request, "reports/conference_papers.html", context)


@require_POST
def paper_start(request, pk, paper):
    conference = _conference(request, pk)
    if not permissions.can_start_paper(request.user, conference, at=request.at):
        raise PermissionDenied
    if paper not in Paper.Kind.values:
        raise Http404
    draft = acts.start_paper(conference, paper, by=request.user, at=request.at)
    return redirect("reports:paper_detail", pk=draft.pk)


def notice_publish(request, pk):
    """The day on which the notice was made public, and how: issued is not yet published."""
    conference = _conference(request, pk)
    if not can_record_results(request.user, conference):
        raise PermissionDenied
    notices = list(conference.papers.filter(kind=Paper.Kind.NOTICE).issued().order_by("issued_at"))
    issued = notices[0] if notices else None
    said = conference.notice_published_on
    is_of_an_earlier_one = bool(said and notices and said < notices[-1].issued_on)
    form = PublishForm(
        request.POST or None,
        initial={
            "on": day_of(request.at) if is_of_an_earlier_one else said or day_of(request.at),
            "channels": conference.notice_channels,
            "version": conference.version,
        },
        today=day_of(request.at),
        issued_on=issued.issued_on if issued else None,
    )

    def publish(**typed):
        acts.publish_notice(conference, **typed, by=request.user, at=request.at)

    def stands():
        return {
            "on": conference.notice_published_on,
            "channels": conference.notice_channels,
            "version": conference.version,
        }

    tried = attempt(request, form, publish, standing=stands)
    if tried.is_done:
        messages.success(request, _("The day of publishing has been recorded."))
        return redirect("reports:conference_papers", conference.pk)
    context = {"conference": conference, "form": form, "conflict": tried.conflict}
    return render(request, "reports/notice_publish.html", context, status=tried.status)


# --- plan, notice, invitation -----------------------------------------------------------


@require_GET
def paper_detail(request, pk):
    """The paper as it stands: the draft, or what was issued."""
    paper = _paper(request, pk)
    at, user = request.at, request.user
    damaged = paper.is_issued and not is_intact(paper)
    with translation.override("vi"):
        document = None if damaged else letters.paper_document(paper, at=at)
    context = {
        "paper": paper,
        "conference": paper.conference,
        "document": document,
        "number": letters.number_of(paper),
        "is_outdated": not damaged and paper.is_issued and letters.is_outdated(paper),
        "hints": checking.worth_a_look(paper, at=at) if paper.is_draft else [],
        "blocking": checking.in_the_way(paper, at=at) if paper.is_draft else [],
        "can_edit_paper": permissions.can_edit_paper(user, paper),
        "can_issue": permissions.can_issue_paper(user, paper, at=at),
        "is_invitation": paper.kind == Paper.Kind.INVITATION,
        "is_notice": paper.kind == Paper.Kind.NOTICE,
        "is_office": permissions.can_see_papers(user, paper.conference),
    }
    return render(request, "reports/paper_detail.html", context, status=503 if damaged else 200)


def paper_edit(request, pk):
    """The places for the office's own words, and who signs."""
    paper = _draft(request, pk)
    form = PaperForm(request.POST or None, initial=standing(paper), paper=paper)

    def write(*, version, **typed):
        acts.write_paper(
            paper, texts=form.texts, version=version, by=request.user, at=request.at, **form.signing
        )

    tried = attempt(request, form, write, standing=lambda: standing(paper))
    if tried.is_done:
        messages.success(request, _("The draft has been saved."))
        return redirect("reports:paper_detail", paper.pk)
    context = {"paper": paper, "form": form, "conflict": tried.conflict}
    return render(request, "reports/paper_edit.html", context, status=tried.status)


@takes_long
def paper_issue(request, pk):
    """First what will happen, then, on POST, the act itself."""
    paper, at = _paper(request, pk), request.at
    if not permissions.can_issue_paper(request.user, paper, at=at):
        if paper.is_issued and paper.issued_by == request.user and request.method == "POST":
            return redirect("reports:paper_detail", paper.pk)  # pressed twice
        raise PermissionDenied

    def draft():
        with translation.override("vi"):
            return letters.drawn_up(paper, at=at)

    form = IssueForm(request.POST or None, initial={"seen": digest(draft())})

    def issue(**typed):
        try:
            with translation.override("vi"):
                acts.issue_paper(paper, **typed, by=request.user, at=at)
        except MoveNotAllowed:
            if paper.issued_by != request.user:
                raise

    taken = _("Another paper of this kind bears this number.")
    changed = _(
        "The draft, or its conference, has changed since you looked. Look again, then issue."
    )
    no_term = _("The committee's term is not known; document numbers run through it.")
    refusals = {
        acts.PaperNotReady: (None, _("The paper cannot be issued yet.")),
        acts.NoTerm: (None, no_term),
        acts.NumberTaken: ("number", taken),
        acts.PaperChanged: (None, changed),
    }
    tried = attempt(request, form, issue, refusals=refusals)
    if tried.is_done:
        words = _("Issued as %(number)s.") % {"number": letters.number_of(paper)}
        messages.success(request, words)
        return redirect("reports:paper_detail", paper.pk)
    if form.is_bound:
        form.data = {**form.data.dict(), "seen": digest(draft())}
    context = {
        "paper": paper,
        "form": form,
        "document": draft(),
        "next_number": acts.next_number(paper, on=day_of(at)),
        "hints": checking.worth_a_look(paper, at=at),
        "blocking": checking.in_the_way(paper, at=at),
        "earlier": letters.earlier_of(paper),
    }
    return render(request, "reports/paper_issue.html", context, status=tried.status)


@takes_long
@require_GET
def paper_download(request, pk, suffix):
    paper = _paper(request, pk)
    if paper.is_issued and not is_intact(paper):
        return redirect("reports:paper_detail", paper.pk)
    with translation.override("vi"):
        document = letters.paper_document(paper, at=request.at)
    word = reverse("reports:paper_docx", args=[paper.pk])
    stem = letters.file_stem(paper)
    return paper_file(request, document, stem, suffix, conference=paper.conference, word=word)


@takes_long
@once_by_itself
def invitation_print(request, pk):
    """The invitation for people who are typed or pasted: a letter each. Nothing of it is kept."""
    paper = _paper(request, pk)
    if paper.kind != Paper.Kind.INVITATION:
        raise Http404
    if not permissions.can_print_papers(request.user, paper.conference):
        raise PermissionDenied
    with translation.override("vi"):
        document = letters.paper_document(paper, at=request.at)

    def make(people):
        return invitations_for(document, people), letters.file_stem(paper)

    words = _("Invitations with names")
    return _for_people(request, paper.conference, make, words=words, most=MOST_LETTERS)


# --- what is handed out -----------------------------------------------------------------


@takes_long
@once_by_itself
def signature_list(request, pk):
    """The list of those who sign that they are present. Nothing of it is kept."""
    conference = _printable(request, pk)

    def make(people):
        document = handouts.signature_list(conference, people, at=request.at)
        return document, _stem("danh-sach-ky-ten", conference)

    words = _("List of signatures")
    return _for_people(
        request, conference, make, words=words, offered=_invited(request, conference)
    )


def _invited(request, conference):
    """Return who is invited, as the list of a paper, for whoever may see it."""
    if not can_see_guests(request.user, conference):
        return []
    return [Listed(one.full_name, one.post, one.unit) for one in guests_of(conference)[:MOST]]


def _for_people(request, conference, make, *, words, most=MOST, offered=()):
    """The page with the list, or the file that is made of it; the list stays in the form."""
    form = PeopleForm(request.POST or None, most=most, initial={"people": written(offered)})
    if request.method == "POST" and form.is_valid():
        suffix = "docx" if "docx" in request.POST else "pdf"
        with translation.override("vi"):
            document, stem = make(form.cleaned_data["people"])
        return paper_file(request, document, stem, suffix, conference=conference)
    context = {"conference": conference, "form": form, "words": words, "offered": len(offered)}
    return render(
        request, "reports/people_print.html", context, status=422 if form.is_bound else 200
    )


@takes_long
@require_GET
def question_slips(request, pk, level, suffix):
    conference = _printable(request, pk)
    if level not in handouts.SLIPS:
        raise Http404
    with translation.override("vi"):
        document = handouts.question_slips(conference, level, at=request.at)
    stem = _stem(SLIP_FILES[level], conference)
    return paper_file(request, document, stem, suffix, conference=conference)


@takes_long
@require_GET
def hall_handout(request, pk, name, suffix):
    """The poster of the hall or the queue of its desk, from the day before the conference on."""
    conference = _conference(request, pk)
    if not can_run_hall(request.user, conference, at=request.at):
        raise PermissionDenied
    open_hall(conference, at=request.at)
    hall = Hall.objects.get(pk=conference.pk)
    hall.conference = conference
    with translation.override("vi"):
        make = {"ap-phich": handouts.hall_poster, "hang-doi": handouts.queue_list}[name]
        document = make(hall, at=request.at)
    return paper_file(request, document, _stem(name, conference), suffix, conference=conference)


def _printable(request, pk):
    conference = _conference(request, pk)
    if not permissions.can_print_papers(request.user, conference):
        raise PermissionDenied
    return conference


def _stem(name, conference):
    return f"{name}-{conference.held_on.isoformat()}-{file_name(conference.committee.code)}"
