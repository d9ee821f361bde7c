"""The office's pages: obligations, the composer, issuing and what follows."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from foundation import files
from foundation.acts import attempt
from foundation.clock import day_of
from foundation.drafts import drafts_of, used
from foundation.limits import takes_long
from foundation.moves import MoveNotAllowed
from jobs.kinds import NotMade
from periods.models import Obligation
from reports import permissions, queries, standing
from reports.documents.child import write_pdf_in_child
from reports.domain import (
    checking,
    drafting,
    inbox,
    issuing,
    numbers,
    snapshots,
    writing,
)
from reports.domain.ordering import report_file_name
from reports.domain.outdated import outdated_conferences
from reports.figures import balance, committee_figures
from reports.forms import NarrativeForm, NotHeldForm, SigningForm
from reports.queries import REPORT
from reports.states import REPLACED, ReportState


def _find(request, pk):
    return get_object_or_404(REPORT.visible_to(request.user), pk=pk)


@require_GET
def report_list(request):
    """The own committees' obligations, the newest period first."""
    return render(
        request,
        "reports/report_list.html",
        {"rows": queries.own_obligations(request.user, at=request.at)},
    )


@require_POST
def report_start(request, obligation_pk):
    obligation = get_object_or_404(
        Obligation.objects.visible_to(request.user).select_related("committee", "period"),
        pk=obligation_pk,
    )
    if not permissions.can_start_report(request.user, obligation):
        raise PermissionDenied
    newest = queries.newest_of(obligation) or drafting.start_draft(
        obligation, by=request.user, at=request.at
    )
    if newest.state == ReportState.WITHDRAWN:
        newest = issuing.correct_report(newest, by=request.user, at=request.at)
    return redirect("reports:report_detail", pk=newest.pk)


@require_GET
def report_detail(request, pk):
    report = _find(request, pk)
    if report.is_issued:
        return _issued(request, report)
    return _composer(request, report)


def _issued(request, report):
    is_intact = snapshots.is_intact(report)
    if not is_intact:
        inbox.note_damage(report, at=request.at)
    is_receiver = permissions.receives(request.user, report)
    if is_receiver and is_intact:
        inbox.note_opened(report, at=request.at)  # read here is opened, file or not
    row = queries.desk_rows([report.obligation], at=request.at)[0]
    own = next(one for one in row.versions if one.pk == report.pk)
    mail_down_since = standing.of_the_portal(request).mail_down_since
    return render(
        request,
        "reports/report_issued.html",
        {
            "report": report,
            "is_intact": is_intact,
            "document": report.snapshot["document"] if is_intact else None,
            "row": row,
            "outdated": outdated_conferences(report, row.held)
            if is_intact and report.state not in REPLACED
            else [],
            "withdrawal": report.state == ReportState.WITHDRAWN
            and report.moves.select_related("actor").get(to_state=ReportState.WITHDRAWN),
            "mails": standing.mails_of(report),
            "mail_matter": standing.matter_with_mail(report, since=mail_down_since),
            "mail_down_since": mail_down_since,
            "is_receiver": is_receiver,
            "replaced_by": next((one for one in row.versions[::-1] if one.is_issued), None),
            "inbox_item": own.inbox_item,
            "rendering": own.rendering,
            "versions": row.versions,
            "has_others": sum(one.is_issued for one in row.versions) > 1,
            "is_newest": row.versions[-1].pk == report.pk,
            "can_withdraw": permissions.can_withdraw_report(request.user, report),
            "can_correct": permissions.can_correct_report(request.user, report),
            "signed_copies": report.signed_copies.select_related("uploaded_by").order_by("-pk"),
            "can_add_signed_copy": permissions.can_add_signed_copy(request.user, report),
            "can_acknowledge": permissions.can_acknowledge_report(request.user, report),
            "can_return": permissions.can_return_report(request.user, report),
        },
    )


def _composer(request, report):
    at = request.at
    figures = committee_figures(report.obligation, at=at)
    can_edit = permissions.can_edit_report(request.user, report)
    return render(
        request,
        "reports/report_composer.html",
        {
            **_before_issuing(request, report, figures, at=at),
            "document": drafting.report_document(report, figures, at=at),
            "mismatched": numbers.mismatched_figures(report, figures),
            "written": set(report.narratives.values_list("key", flat=True)),
            "unsaved": _unsaved(request.user, report),
            "days_left": queries.days_left(report.obligation, at=at),
            "is_held": bool(figures["conferences"]),
            "before": queries.version_before(report),
            "can_edit": can_edit,
        },
    )


def _before_issuing(request, report, figures, *, at):
    """What stands beside the document: what is still to be done, and issuing."""
    items = checking.checklist(report, at=at, figures=figures)
    return {
        "report": report,
        "figures": figures,
        "balance": balance(figures["totals"]),
        "items": with_links(items, report),
        "met": sum(item.is_met for item in items),
        "can_issue": permissions.can_issue_report(request.user, report),
    }


def with_links(items, report):
    """Pair each checklist item with the address at which it is mended."""
    draft = reverse("reports:report_detail", args=[report.pk])
    places = {
        "": lambda about: "",
        "results": lambda about: reverse("sessions:conference_results", args=[about]),
        "triage": lambda about: reverse("sessions:triage", args=[about]) if about else "",
        "signer": lambda about: reverse("reports:report_signing", args=[report.pk]),
        "not_held": lambda about: reverse("reports:report_not_held", args=[report.pk]),
        "question": lambda about: reverse(
            "sessions:triage_question", args=[about.conference_id, about.pk]
        ),
        "conference": lambda about: reverse("sessions:conference_detail", args=[about]),
        "narrative": lambda about: f"{draft}#document",
        "place": lambda about: f"{draft}#place-{about}",
        "committee": lambda about: reverse("committees:committee_detail", args=[about]),
    }
    return [(item, places[item.place](item.about)) for item in items]


# --- the draft ----------------------------------------------------------------------


def _find_draft(request, pk):
    report = _find(request, pk)
    if not permissions.can_edit_report(request.user, report):
        raise PermissionDenied
    return report


def narrative_edit(request, pk, key):
    """The form of one place: a fragment in the page, or a page of its own without scripts."""
    report = _find_draft(request, pk)
    figures = committee_figures(report.obligation, at=request.at)
    proposed = drafting.proposed_texts(report, figures).get(key)
    if proposed is None:
        raise Http404
    narrative = report.narratives.filter(key=key).first()
    stands = {
        "text": narrative.text if narrative else proposed,
        "version": narrative.version if narrative else 0,
    }
    context = {
        "report": report,
        "key": key,
        "proposed": proposed,
        "narrative": narrative,
    }
    if request.method == "POST":
        if "use_proposal" in request.POST:
            writing.use_proposal(report, key=key, at=request.at)
            return _narrative_shown(request, report, key)
        form = NarrativeForm(request.POST)
    else:
        form = NarrativeForm(initial=stands)
    written = partial(writing.write_narrative, report, key=key, by=request.user, at=request.at)
    tried = attempt(request, form, written, standing=lambda: stands)
    # Where both say the same, the answer to the first try was lost.
    if tried.is_done or tried.conflict == []:
        return _narrative_shown(request, report, key)
    context = {**context, "form": form, "conflict": tried.conflict}
    return _narrative_form(request, context, status=tried.status)


def _narrative_form(request, context, *, status=200):
    template = "_narrative_form.html" if request.htmx else "narrative_edit.html"
    return render(request, f"reports/{template}", context, status=status)


def _narrative_shown(request, report, key):
    if not request.htmx:
        return redirect(f"{reverse('reports:report_detail', args=[report.pk])}#place-{key}")
    return used(_narrative(request, report, key, saved_at=request.at))


def _narrative(request, report, key, *, saved_at=None):
    """One place as it reads now, with the focus on it; after saving, with what changed beside it."""
    report, at = _find(request, report.pk), request.at
    figures = committee_figures(report.obligation, at=at)
    text = drafting.narrative_texts(report, figures).get(key)
    if text is None:
        raise Http404
    return render(
        request,
        "reports/_narrative_shown.html",
        {
            **(_before_issuing(request, report, figures, at=at) if saved_at else {}),
            "report": report,
            "saved_at": saved_at,
            "block": {"key": key, "text": text},
            "written": set(report.narratives.values_list("key", flat=True)),
            "unsaved": _unsaved(request.user, report),
            "mismatched": numbers.mismatched_figures(report, figures),
            "can_edit": True,
        },
    )


def _unsaved(user, report):
    """Return {place: since when} of the places whose text this person began and has not saved."""
    begun = drafts_of(user, "narrative").values()
    return {
        draft.thing.partition("-")[2]: draft.saved_at
        for draft in begun
        if draft.body and draft.thing.startswith(f"{report.pk}-")
    }


@require_GET
def narrative_show(request, pk, key):
    """Leave the form without a change."""
    return _narrative(request, _find_draft(request, pk), key)


def report_signing(request, pk):
    report = _find_draft(request, pk)
    form = SigningForm(
        request.POST or None,
        initial={
            "signer": report.signer,
            "sign_capacity": report.sign_capacity,
            "sign_post": report.sign_post,
        },
    )
    if request.method == "POST":
        if form.is_valid():
            writing.name_signer(report, **form.cleaned_data, at=request.at)
            return redirect("reports:report_detail", pk=report.pk)
        return render(
            request, "reports/report_signing.html", {"report": report, "form": form}, status=422
        )
    return render(request, "reports/report_signing.html", {"report": report, "form": form})


def report_not_held(request, pk):
    report = _find_draft(request, pk)
    form = NotHeldForm(
        request.POST or None,
        initial={"reason": report.not_held_reason, "until": report.not_held_until},
        today=day_of(request.at),
    )
    if request.method == "POST":
        if form.is_valid():
            writing.explain_not_held(report, **form.cleaned_data, at=request.at)
            return redirect("reports:report_detail", pk=report.pk)
        return render(
            request, "reports/report_not_held.html", {"report": report, "form": form}, status=422
        )
    return render(request, "reports/report_not_held.html", {"report": report, "form": form})


@takes_long
@require_GET
def report_preview(request, pk):
    """The draft as a PDF, made now and kept nowhere."""
    report = _find(request, pk)
    document = drafting.current_document(report, at=request.at)
    path = files.temporary_path(".pdf")
    try:
        with translation.override("vi"):
            write_pdf_in_child(document, path, seconds=60)
        content = path.open("rb")
    except NotMade:
        return render(request, "reports/render_failed.html", {"report": report}, status=503)
    finally:
        path.unlink(missing_ok=True)
    return FileResponse(
        content, filename=f"du-thao-{report_file_name(report)}.pdf", content_type="application/pdf"
    )


# --- issuing ------------------------------------------------------------------------


@takes_long
def report_issue(request, pk):
    """First what will happen, then, on POST, the act itself."""
    report = _find(request, pk)
    if not permissions.can_issue_report(request.user, report):
        if report.is_issued and request.method == "POST":
            return redirect("reports:report_detail", pk=report.pk)  # pressed twice
        raise PermissionDenied
    at = request.at
    status = 200
    if request.method == "POST":
        try:
            issuing.issue_report(report, by=request.user, at=at)
            return redirect("reports:report_detail", pk=report.pk)
        except MoveNotAllowed:
            if report.issued_by != request.user:
                raise
            return redirect("reports:report_detail", pk=report.pk)  # pressed twice
        except issuing.ReportNotReady:
            status = 409
    figures = committee_figures(report.obligation, at=at)
    items = checking.checklist(report, at=at, figures=figures)
    return render(
        request,
        "reports/report_issue.html",
        {
            "report": report,
            "figures": figures,
            "balance": balance(figures["totals"]),
            "items": with_links([item for item in items if not item.is_met], report),
            "blocking": [item for item in items if item.blocks],
            "addresses": queries.board_addresses(report.obligation.board),
            "days_left": queries.days_left(report.obligation, at=at),
            "now": timezone.localtime(at),
        },
        status=status,
    )


@require_POST
def report_correct(request, pk):
    report = _find(request, pk)
    if not permissions.can_correct_report(request.user, report):
        raise PermissionDenied
    draft = issuing.correct_report(report, by=request.user, at=request.at)
    return redirect("reports:report_detail", pk=draft.pk)
